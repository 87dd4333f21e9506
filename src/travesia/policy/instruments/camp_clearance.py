"""Camps that are cleared."""

from __future__ import annotations

from travesia.policy.effects import Effect, Recall
from travesia.policy.instruments.base import Instrument, Scope, Spec


class CampClearance(Spec):
    """Police clear a camp on one day: all who live in it must go.

    They cross, move to another shelter, sign up for a port or give up (S4-p08-a, S4-p09-a).
    """


def effects(_spec: CampClearance, scope: Scope) -> list[Effect]:
    """Ends the stay in the camps of the named regions on the first day."""
    if scope.scale == 0.0:
        return []
    regions = set(scope.regions) | {scope.names.places[p].region for p in scope.places}
    when = {**scope.when, "ramp_days": 0}
    return [
        Recall(stay="border_camp", regions=tuple(sorted(regions)), cohorts=scope.cohorts, **when)
    ]


INSTRUMENT = Instrument(
    id="camp_clearance",
    title="Camp clearance",
    codes=("I22",),
    spec=CampClearance,
    effects=effects,
    claims=("S4-p08-a", "S4-p09-a"),
)
