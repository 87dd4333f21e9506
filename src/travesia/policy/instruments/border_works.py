"""Barriers on the boundary with Guatemala (a plan)."""

from __future__ import annotations

from travesia.policy.effects import Effect, LegTime, LegUtility
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class BorderWorks(Spec):
    """Works at the informal crossings make people go round: more days, fewer crossings there.

    Officials claimed that works cost less than another wave; nothing shows that they were built
    (S4-p32-a, S4-p32-b).
    """

    add_days: Quantity = quantity("days", "days added at informal crossings", high=60.0)
    delta: Quantity = quantity(
        "utility", "added utility of informal crossings (negative: avoided)", low=-50.0, high=0.0
    )


def effects(spec: BorderWorks, scope: Scope) -> list[Effect]:
    """Longer and less attractive informal crossings."""
    at = scope.names.places_of("border_zone")
    legs = scope.leg_ids(
        test=lambda leg: leg.role == "travel" and (leg.origin in at or leg.to in at)
    )
    if not legs:
        return []
    return [
        LegTime(legs=legs, add_days=scope.add(spec.add_days), **scope.when),
        LegUtility(legs=legs, delta=scope.add(spec.delta), **scope.when),
    ]


INSTRUMENT = Instrument(
    id="border_works",
    title="Works on the boundary with Guatemala",
    codes=("I25",),
    spec=BorderWorks,
    effects=effects,
    claims=("S4-p32-a", "S4-p32-b"),
)
