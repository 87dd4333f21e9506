"""A shutdown of asylum above a daily number of crossings (a proposal)."""

from __future__ import annotations

from travesia.policy.effects import Controller, Effect, OutcomeFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class ShutdownTrigger(Spec):
    """When encounters per day exceed a threshold, asylum stops and people are removed at once.

    The rule reads the published mean of the last days and stays on until the mean has been below
    the threshold for some days; people caught by it are removed or wait in Mexico (S2-p10-b,
    S2-p10-c).
    """

    threshold: Quantity = quantity("people/day", "mean encounters per day that trigger it")
    window_days: Quantity = quantity("days", "days over which the mean is taken", low=1.0)
    hysteresis_days: Quantity = quantity("days", "days below the threshold until it ends")
    removal_factor: Quantity = quantity("factor", "factor on removals while it is on")


def effects(spec: ShutdownTrigger, scope: Scope) -> list[Effect]:
    """A controller on encounters that multiplies removals."""
    removals = OutcomeFactor(
        stay="us_custody",
        transition="removed_home",
        cohorts=scope.cohorts,
        regions=scope.regions,
        factor=scope.factor(spec.removal_factor),
        **scope.when,
    )
    return [
        Controller(
            reads="us_encounter",
            window_days=max(1, round(spec.window_days.value)),
            threshold=spec.threshold.value,
            hysteresis_days=round(spec.hysteresis_days.value),
            then=(removals,),
            **scope.when,
        )
    ]


INSTRUMENT = Instrument(
    id="shutdown_trigger",
    title="Crossing-count shutdown trigger",
    codes=("I29",),
    spec=ShutdownTrigger,
    effects=effects,
    claims=("S2-p10-b", "S2-p10-c"),
)
