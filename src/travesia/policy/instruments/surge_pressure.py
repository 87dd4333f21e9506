"""Surge, pressure, enforcement: a feedback between the two borders."""

from __future__ import annotations

from travesia.policy.effects import Controller, Effect, EffortFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class SurgePressure(Spec):
    """When many people reach the United States it presses Mexico, and Mexico stops more of them.

    The rule reads the published mean of encounters a day. Pressure begins at ``threshold`` and is
    complete at ``full``; the effort of officers in Mexico grows with it, up to ``effort_factor``.
    Aid bargains and the threat to close the border act in this way on the state, not on the
    person (S0-p03-c, S0-p03-d, S2-p08-b, S3-p11-c, S3-p11-d). The dated efforts of the scenario
    already hold what happened; this is for worlds in which something else happens, with no claim
    of calibration.
    """

    threshold: Quantity = quantity("people/day", "mean encounters a day at which pressure begins")
    full: Quantity = quantity("people/day", "mean encounters a day at which it is complete")
    window_days: Quantity = quantity("days", "days over which the mean is taken", low=1.0)
    effort_factor: Quantity = quantity("factor", "factor on the effort of officers, at the most")


def effects(spec: SurgePressure, scope: Scope) -> list[Effect]:
    """A controller by degrees on the effort of Mexican agencies."""
    agencies = tuple(a for a in ("GUARD", "INM") if a in scope.names.agencies)
    effort = EffortFactor(
        agencies=agencies,
        regions=scope.regions,
        modes=scope.modes,
        factor=scope.factor(spec.effort_factor),
        **scope.when,
    )
    return [
        Controller(
            reads="us_encounter",
            window_days=max(1, round(spec.window_days.value)),
            threshold=spec.threshold.value,
            # Draws from the two ranges may cross.
            full=max(spec.full.value, spec.threshold.value + 1.0),
            then=(effort,),
            **scope.when,
        )
    ]


INSTRUMENT = Instrument(
    id="surge_pressure",
    title="Surge, pressure and enforcement",
    codes=(),
    spec=SurgePressure,
    effects=effects,
    claims=("S0-p03-c", "S0-p03-d", "S2-p08-b", "S3-p11-c", "S3-p11-d"),
    uncalibrated=True,
)
