"""Summary expulsion under the pandemic rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from travesia.policy.effects import ALWAYS, Effect, OutcomeFactor
from travesia.policy.instruments.base import (
    Day,
    Instrument,
    Number,
    Scope,
    Spec,
    gate,
    number,
    shut,
)

EXPULSIONS = ("expelled_to_mexico", "expelled_home")


class PandemicExpulsion(Spec):
    """A person in US custody is put out within hours, without a hearing.

    Whom it strikes depends on nationality, family type, sector and month; those shares are a
    table derived from published counts. This policy is the switch: outside its dates nobody is
    expelled, inside them the table holds, times the scale. The expelled try again, wait in camps
    or give up. While the table runs (``table_start`` to ``table_end``) its removals under
    ordinary law are low, because people were expelled instead; on days of it on which the policy
    does not hold they are multiplied by ``adult_removals`` and ``family_removals``, and returns
    of Mexicans by ``returns`` (S4-p06-a, S4-p10-a, S4-p13-a, S4-p18-a, S4-p19-b).
    """

    table_start: Day
    table_end: Day
    adult_removals: Number = number("factor", "removals of adults without expulsions")
    family_removals: Number = number("factor", "removals of families without expulsions")
    returns: Number = number("factor", "returns to Mexico without expulsions")


def _expulsions(scope: Scope, when: dict[str, Any], factor: float) -> Iterable[Effect]:
    for transition in EXPULSIONS:
        if transition in scope.names.transitions:
            yield _factor(scope, transition, scope.cohorts, factor, when)


def _factor(
    scope: Scope, transition: str, cohorts: tuple[str, ...], factor: float, when: dict[str, Any]
) -> Effect:
    return OutcomeFactor(
        stay="us_custody",
        transition=transition,
        cohorts=cohorts,
        regions=scope.regions,
        factor=factor,
        **when,
    )


def _ordinary_law(
    spec: PandemicExpulsion, scope: Scope, start: int, end: int | None, missing: float
) -> Iterable[Effect]:
    """Removals under ordinary law on days of the table, where ``missing`` of it is taken out."""
    first = scope.calendar.day(spec.table_start.value)
    last = scope.calendar.day(spec.table_end.value) + 1
    start, end = max(start, first), last if end is None else min(end, last)
    if start >= end or missing <= 0.0:
        return
    when = {**scope.when, "start": start, "end": end, "ramp_days": 0}
    chosen = scope.cohorts or tuple(sorted(scope.names.cohorts))
    kinds = scope.names.cohorts
    adults = tuple(c for c in chosen if kinds[c].family_type == "adult")
    families = tuple(c for c in chosen if kinds[c].family_type == "family")
    for transition, cohorts, without in (
        ("removed_home", adults, spec.adult_removals),
        ("removed_home", families, spec.family_removals),
        ("returned_to_mexico", scope.nationals(*scope.names.transit), spec.returns),
    ):
        if cohorts and transition in scope.names.transitions:
            factor = 1.0 + (without.value - 1.0) * missing
            yield _factor(scope, transition, cohorts, factor, when)


def effects(spec: PandemicExpulsion, scope: Scope) -> list[Effect]:
    """The table's shares times the scale inside the dates, ordinary law outside them."""
    out = gate(scope, lambda when, factor: _expulsions(scope, when, factor))
    out.extend(_ordinary_law(spec, scope, ALWAYS, scope.start, 1.0))
    out.extend(_ordinary_law(spec, scope, scope.start, scope.end, 1.0 - scope.scale))
    if scope.end is not None:
        out.extend(_ordinary_law(spec, scope, scope.end, None, 1.0))
    return out


def absence(spec: PandemicExpulsion, scope: Scope) -> list[Effect]:
    """No expulsions at all, ordinary law throughout."""
    out = shut(scope, lambda when, factor: _expulsions(scope, when, factor))
    return [*out, *_ordinary_law(spec, scope, ALWAYS, None, 1.0)]


INSTRUMENT = Instrument(
    id="pandemic_expulsion",
    title="Pandemic expulsion",
    codes=("I19",),
    spec=PandemicExpulsion,
    effects=effects,
    absence=absence,
    claims=("S4-p06-a", "S4-p10-a", "S4-p13-a", "S4-p13-d", "S4-p18-a", "S4-p19-b"),
)
