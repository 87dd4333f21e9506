"""Promises and threats: expectations that change departures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from travesia.policy.effects import Demand, Effect, Signal
from travesia.policy.instruments.base import (
    Instrument,
    Quantity,
    Scope,
    Spec,
    inside,
    quantity,
    taken_out,
)


class ExpectationShock(Spec):
    """A promise or a threat at the US border changes whether people set out, before any practice.

    Observed departures already contain the response, so that the policy is neutral as dated;
    ``without`` says by what factor departures would differ had the signal not been given.
    ``release_shift`` moves what people believe about being released at the border; practice then
    corrects the belief (S4-p07-a, S4-p07-b, S1-p12-a).
    """

    without: Quantity = quantity("factor", "departures without the signal, relative to observed")
    release_shift: Quantity = quantity(
        "probability", "shift of the believed chance of release", low=-1.0, high=1.0
    )


def _demand(scope: Scope, when: dict[str, Any], factor: float) -> Iterable[Effect]:
    yield Demand(cohorts=scope.cohorts, factor=factor, **when)


def effects(spec: ExpectationShock, scope: Scope) -> list[Effect]:
    """Departures as observed at scale 1; the belief is shifted."""
    out = inside(scope, spec.without, lambda when, factor: _demand(scope, when, factor))
    if spec.release_shift.value != 0.0:
        out.append(
            Signal(
                belief="release",
                cohorts=scope.cohorts,
                regions=scope.regions,
                shift=max(-1.0, min(1.0, scope.add(spec.release_shift))),
                **scope.when,
            )
        )
    return out


def absence(spec: ExpectationShock, scope: Scope) -> list[Effect]:
    """Departures as they would have been without the signal."""
    return taken_out(scope, spec.without, lambda when, factor: _demand(scope, when, factor))


INSTRUMENT = Instrument(
    id="expectation_shock",
    title="Promises and threats",
    codes=("I21", "I26"),
    spec=ExpectationShock,
    effects=effects,
    absence=absence,
    claims=("S4-p07-a", "S4-p07-b", "S1-p12-a"),
)
