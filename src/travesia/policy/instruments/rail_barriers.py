"""Walls, wire and posts at rail yards."""

from __future__ import annotations

from travesia.policy.effects import Boarding, Effect
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class RailBarriers(Spec):
    """Walls, wire and posts keep people away from the tracks at a yard.

    Boarding there is prevented more often; people walk on to board elsewhere or go by road.
    """

    guard_add: Quantity = quantity(
        "probability", "added chance that boarding is prevented", high=1.0
    )


def effects(spec: RailBarriers, scope: Scope) -> list[Effect]:
    """Prevents boarding on trains that leave the named places (or regions)."""
    legs = scope.leg_ids(
        "freight_train", test=lambda leg: not scope.places or leg.origin in scope.places
    )
    if not legs:
        return []
    return [Boarding(legs=legs, guard_add=scope.share(spec.guard_add), **scope.when)]


INSTRUMENT = Instrument(
    id="rail_barriers",
    title="Barriers at rail yards",
    codes=("I7",),
    spec=RailBarriers,
    effects=effects,
    claims=("S0-p06-f",),
)
