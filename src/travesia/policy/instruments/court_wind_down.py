"""The end of waiting in Mexico: open cases are let in."""

from __future__ import annotations

from travesia.policy.effects import Effect, OutcomeSet, Recall
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class CourtWindDown(Spec):
    """Those who still wait are called; those with an open case are admitted to the United States.

    On the first day the wait of the people at the named border cities ends. Each enters with
    chance ``admitted``; for the others nothing is provided (S4-p05-a, S4-p07-a, S4-p19-a).
    """

    admitted: Quantity = quantity("probability", "chance of admission of those called", high=1.0)


def effects(spec: CourtWindDown, scope: Scope) -> list[Effect]:
    """Ends the wait and sets the chance of admission."""
    return [
        OutcomeSet(
            stay="remain_in_mexico",
            transition="mpp_admitted",
            cohorts=scope.cohorts,
            regions=scope.regions,
            probability=scope.share(spec.admitted),
            **{**scope.when, "ramp_days": 0},
        ),
        Recall(stay="remain_in_mexico", regions=scope.regions, cohorts=scope.cohorts, **scope.when),
    ]


INSTRUMENT = Instrument(
    id="court_wind_down",
    title="Wind-down of Remain in Mexico",
    codes=("I18",),
    spec=CourtWindDown,
    effects=effects,
    claims=("S4-p05-a", "S4-p07-a", "S4-p07-c", "S4-p19-a"),
)
