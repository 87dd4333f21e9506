"""Freight trains that stand still."""

from __future__ import annotations

from travesia.policy.effects import Effect, LegAvailability
from travesia.policy.instruments.base import Instrument, Scope, Spec


class RailClosure(Spec):
    """No train runs: riders wait at the yards or go by road."""


def effects(_spec: RailClosure, scope: Scope) -> list[Effect]:
    """Closes train legs; a scale of 0 leaves them open."""
    legs = scope.leg_ids("freight_train")
    if not legs or scope.scale == 0.0:
        return []
    return [LegAvailability(legs=legs, open=False, **scope.when)]


INSTRUMENT = Instrument(
    id="rail_closure",
    title="Halt of freight trains",
    codes=("I7",),
    spec=RailClosure,
    effects=effects,
)
