"""Alleged arrest quotas and the wrongful removal of nationals. Not calibrated."""

from __future__ import annotations

from travesia.policy.effects import Effect, OutcomeSet
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class QuotaPressure(Spec):
    """Pressure for counts replaces the check of nationality: Mexicans are arrested and removed.

    A stopped Mexican, who is otherwise let go, is held with chance ``held`` and, once held, made
    to sign a removal to Guatemala with chance ``removed``. The articles allege it and give no
    number: this is a scenario switch without any claim of calibration (S1-p08-a to S1-p08-d,
    S1-p09-c, S1-p09-e, S1-p10-a, S1-p10-b).
    """

    held: Quantity = quantity("probability", "chance that a stopped Mexican is held", high=1.0)
    removed: Quantity = quantity(
        "probability", "chance that a held Mexican is removed to Guatemala", high=1.0
    )


def effects(spec: QuotaPressure, scope: Scope) -> list[Effect]:
    """Mexicans are held at stops, and some of them are removed."""
    mexicans = scope.nationals("MEX")
    if not mexicans:
        return []
    return [
        OutcomeSet(
            stay="stopped",
            transition="let_go",
            cohorts=mexicans,
            regions=scope.regions,
            probability=1.0 - scope.share(spec.held),
            **scope.when,
        ),
        OutcomeSet(
            stay="mx_detention",
            transition="wrongly_removed",
            cohorts=mexicans,
            regions=scope.regions,
            probability=scope.share(spec.removed),
            **scope.when,
        ),
    ]


INSTRUMENT = Instrument(
    id="quota_pressure",
    title="Alleged arrest quota",
    codes=("I10",),
    spec=QuotaPressure,
    effects=effects,
    claims=("S1-p08-a", "S1-p08-c", "S1-p09-c", "S1-p09-e", "S1-p10-a", "S1-p10-b", "S1-p14-b"),
    uncalibrated=True,
)
