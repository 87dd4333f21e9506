"""Raids on families in the United States."""

from __future__ import annotations

from travesia.policy.effects import Effect, OutcomeFactor, OutcomeSet, Recall, Signal
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity

DOCKET, REMOVED = "us_docket", "removed_from_interior"


class InteriorRaids(Spec):
    """Families who were let into the country are taken from their homes and removed.

    On the first day a share ``found`` of the people whose case is on the docket is taken and
    removed; while the policy holds, other cases end ``removal_factor`` times as often in removal;
    and those still on the way believe a little less in release (S1-p17-a, S1-p17-b, S1-p16-e).
    """

    found: Quantity = quantity("share", "share of the docket taken on the first day", high=1.0)
    removal_factor: Quantity = quantity("factor", "factor on removals when a case ends")
    release_shift: Quantity = quantity(
        "probability", "shift of the believed chance of release", low=-1.0, high=1.0
    )


def effects(spec: InteriorRaids, scope: Scope) -> list[Effect]:
    """A day of raids, more removals afterwards, and a signal."""
    who = scope.cohorts or scope.foreigners()
    first = {**scope.when, "ramp_days": 0}
    day = {**first, "end": scope.start + 1}
    return [
        Recall(
            stay=DOCKET, regions=scope.regions, cohorts=who, share=scope.share(spec.found), **first
        ),
        OutcomeSet(
            stay=DOCKET,
            transition=REMOVED,
            cohorts=who,
            regions=scope.regions,
            probability=1.0,
            **day,
        ),
        OutcomeFactor(
            stay=DOCKET,
            transition=REMOVED,
            cohorts=who,
            regions=scope.regions,
            factor=scope.factor(spec.removal_factor),
            **scope.when,
        ),
        Signal(belief="release", cohorts=who, shift=scope.add(spec.release_shift), **scope.when),
    ]


INSTRUMENT = Instrument(
    id="interior_raids",
    title="Raids on families in the United States",
    codes=("I27",),
    spec=InteriorRaids,
    effects=effects,
    claims=("S1-p17-a", "S1-p17-b", "S1-p16-e"),
)
