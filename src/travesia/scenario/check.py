"""Checks a whole scenario and reports every fault at once, with file, line and cure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from travesia.errors import Problem, ProblemList
from travesia.scenario.checks import (
    behaviour,
    chances,
    evidence,
    files,
    graph,
    money,
    people,
    references,
    rows,
)
from travesia.scenario.checks.context import Check, Context, Resolver
from travesia.scenario.load import read
from travesia.scenario.scenario import Scenario

CHECKS: tuple[Check, ...] = (
    references.unknown_names,
    references.unknown_served_regions,
    references.unknown_policy_selectors,
    references.unknown_variant,
    rows.duplicate_ids,
    rows.leg_to_itself,
    rows.cost_order,
    rows.speed_order,
    rows.crossing_ends,
    rows.stay_clocks,
    rows.queues_complete,
    rows.ranges,
    rows.end_before_start,
    rows.outside_period,
    graph.cycle,
    graph.unreachable_places,
    graph.dead_ends,
    people.origin_shares,
    people.cohorts_have_origins,
    people.origins_lead_on,
    people.aim_shares,
    people.months_beyond,
    people.missing_months,
    people.smooth_column,
    chances.outcome_sums,
    chances.action_sums,
    chances.one_rest,
    chances.rest_for_all,
    chances.branch_of_stay,
    chances.unused_transitions,
    behaviour.missing_parameters,
    behaviour.unknown_parameters,
    behaviour.parameters_out_of_bounds,
    behaviour.family_sizes,
    files.target_files,
    files.target_dates,
    files.policy_scale,
    files.idle_posts,
    files.variants_enabled,
    *money.CHECKS,
    evidence.rows_without_source,
    evidence.assumptions_without_reason,
    evidence.assumptions_without_range,
    evidence.unknown_sources,
)
"""Every check, in the order in which faults are listed."""

CELL_CHECKS = frozenset({references.unknown_names, references.unknown_served_regions})
"""Checks that judge one cell at a time, whatever the rest of its row holds."""

MAX_PER_CHECK = 40


def check(scenario: Scenario, ledger: Resolver | None = None) -> ProblemList:
    """Run every check on a scenario, sound or a draft of :func:`travesia.scenario.load.read`.

    With a ``ledger`` the sources are looked up too. Returns all problems; nothing is raised.
    """
    context = Context(scenario, ledger)
    twin = scenario.unread.twin
    other = None if twin is None else Context(twin, ledger)
    problems = ProblemList()
    for one in CHECKS:
        found = list(one(context))
        if other is not None:
            found = _certain(found, one, other)
        problems.extend(found[:MAX_PER_CHECK])
        if len(found) > MAX_PER_CHECK:
            last = found[-1]
            more = len(found) - MAX_PER_CHECK
            add = problems.error if last.severity == "error" else problems.warn
            add(f"{more} more problems like the last", last.where, last.cure)
    return problems


def _certain(found: list[Problem], one: Check, other: Context) -> list[Problem]:
    """What holds whatever the unreadable cells say.

    A row with such a cell is not judged further, nor is what is said of it elsewhere, but for the
    names in its other cells.
    """
    again = set(one(other))
    certain = [p for p in found if p in again]
    if one in CELL_CHECKS:
        return certain
    unread = other.scenario.unread
    named = {f"'{name}'" for name in unread.names}
    return [
        p for p in certain
        if p.where not in unread.rows and not any(name in p.what for name in named)
    ]  # fmt: skip


def check_folder(
    name_or_folder: str | Path,
    patches: Iterable[str] = (),
    overrides: Mapping[str, Any] | None = None,
    ledger: Resolver | None = None,
) -> tuple[Scenario | None, ProblemList]:
    """Read a scenario as far as possible and check what could be read.

    Returns the scenario (None if a fault keeps it from being used) and every problem, those of
    reading first.
    """
    draft = read(name_or_folder, patches, overrides)
    problems = ProblemList(list(draft.problems))
    if draft.scenario is not None:
        problems.extend(check(draft.scenario, ledger))
    return (None if problems.errors else draft.scenario), problems
