"""Visas that Mexico asks of arriving air passengers."""

from __future__ import annotations

from travesia.policy.effects import Effect, LegUtility
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class VisaWall(Spec):
    """A nationality that could fly to Mexico without a visa no longer can.

    Those who would have flown take the land route through the Darién and Central America, longer
    and more dangerous.
    """

    air_delta: Quantity = quantity(
        "utility", "added utility of air legs into Mexico (negative: avoided)", low=-50.0, high=0.0
    )


def effects(spec: VisaWall, scope: Scope) -> list[Effect]:
    """Makes air legs unattractive for the nationalities named."""
    legs = scope.leg_ids("air")
    if not legs:
        return []
    delta = scope.add(spec.air_delta)
    return [LegUtility(legs=legs, cohorts=scope.cohorts, delta=delta, **scope.when)]


INSTRUMENT = Instrument(
    id="visa_wall",
    title="Mexican visas for air passengers",
    codes=("I30",),
    spec=VisaWall,
    effects=effects,
)
