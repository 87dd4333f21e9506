"""Inspection of vehicles with scanners."""

from __future__ import annotations

from travesia.policy.effects import Effect, HazardFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity

HIDDEN_MODES = ("goods_truck",)
VEHICLE_DEATH = "death_vehicle"


class VehicleInspection(Spec):
    """Scanners and trained officers find people who are hidden in lorries.

    A person in a goods truck is found more often (``find_factor``); whoever is found early is
    less long in a closed trailer (``death_factor`` on deaths in the vehicle). Nothing changes on
    other means of travel, to which people turn once the trucks become known as risky
    (S1-p13-c, S1-p13-d).
    """

    find_factor: Quantity = quantity("factor", "factor on the stop rates in goods trucks")
    death_factor: Quantity = quantity("factor", "factor on the deaths in goods trucks")


def effects(spec: VehicleInspection, scope: Scope) -> list[Effect]:
    """More finds in goods trucks, and fewer deaths in them."""
    legs = scope.leg_ids(*HIDDEN_MODES)
    causes = scope.names.stops_by("INM", "GUARD")
    if not legs or not causes:
        return []
    found = HazardFactor(
        causes=causes, legs=legs, factor=scope.factor(spec.find_factor), **scope.when
    )
    out: list[Effect] = [found]
    if VEHICLE_DEATH in scope.names.causes:
        factor = scope.factor(spec.death_factor)
        out.append(HazardFactor(causes=(VEHICLE_DEATH,), legs=legs, factor=factor, **scope.when))
    return out


INSTRUMENT = Instrument(
    id="vehicle_inspection",
    title="Inspection of vehicles",
    codes=("I6",),
    spec=VehicleInspection,
    effects=effects,
    claims=("S1-p13-c", "S1-p13-d"),
)
