"""Asylum rules in US custody: bars, screening tests, fast decisions, faster removals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from travesia.policy.effects import Effect, OutcomeFactor
from travesia.policy.instruments.base import (
    Instrument,
    Quantity,
    Scope,
    Spec,
    inside,
    quantity,
    taken_out,
)


class AsylumBar(Spec):
    """Fewer people in custody pass the first asylum interview, so that more are removed.

    The outcome table gives the removals that were observed, with the rule in force. ``without``
    says by what factor removals would differ without it; those not removed are released with a
    case. Use a scale above 1 for a stricter test (S2-p10-a, S2-p10-c, S2-p16-b).
    """

    without: Quantity = quantity("factor", "removals without the rule, relative to the table")


def _factors(scope: Scope, when: dict[str, Any], factor: float) -> Iterable[Effect]:
    yield OutcomeFactor(
        stay="us_custody",
        transition="removed_home",
        cohorts=scope.cohorts,
        regions=scope.regions,
        factor=factor,
        **when,
    )


def effects(spec: AsylumBar, scope: Scope) -> list[Effect]:
    """Removals of the table at scale 1."""
    return inside(scope, spec.without, lambda when, factor: _factors(scope, when, factor))


def absence(spec: AsylumBar, scope: Scope) -> list[Effect]:
    """Removals without the rule."""
    return taken_out(scope, spec.without, lambda when, factor: _factors(scope, when, factor))


INSTRUMENT = Instrument(
    id="asylum_bar",
    title="Asylum bars and removals in US custody",
    codes=("I27", "I28", "I30"),
    spec=AsylumBar,
    effects=effects,
    absence=absence,
    claims=("S2-p10-a", "S2-p10-c", "S2-p16-b"),
)
