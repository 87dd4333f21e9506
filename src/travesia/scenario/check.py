"""Checks a whole scenario and reports every fault at once, with file, line and cure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from travesia.errors import Problem, ProblemList
from travesia.scenario.checks import (
    accidents,
    beds,
    behaviour,
    calibration,
    camps,
    chances,
    dates,
    desks,
    evidence,
    files,
    geography,
    graph,
    intervals,
    money,
    pages,
    people,
    published,
    quantities,
    reach,
    references,
    roles,
    rows,
    sense,
    waiting,
    ways,
    words,
)
from travesia.scenario.checks.context import Check, Context, Resolver
from travesia.scenario.scenario import Scenario

CHECKS: tuple[Check, ...] = (
    references.unknown_names, references.unknown_served_regions,
    references.unknown_policy_selectors, references.unknown_variant, rows.duplicate_ids,
    rows.leg_to_itself, rows.cost_order, rows.speed_order, rows.crossing_ends, rows.stay_clocks,
    rows.queues_complete, *intervals.CHECKS, rows.ranges, rows.end_before_start,
    rows.outside_period, graph.cycle, graph.unreachable_places, graph.dead_ends,
    people.origin_shares, people.cohorts_have_origins, people.origins_lead_on, people.aim_shares,
    people.months_beyond, people.missing_months, people.smooth_column, chances.outcome_sums,
    chances.action_sums, chances.one_rest, chances.rest_for_all, chances.branch_of_stay,
    chances.unused_transitions, behaviour.missing_parameters, behaviour.unknown_parameters,
    behaviour.parameters_out_of_bounds, behaviour.family_sizes, published.target_files,
    published.target_meanings, published.target_windows, published.table_faults,
    published.unknown_keys, published.empty_windows, published.table_remarks, *quantities.CHECKS,
    calibration.calibration_names, calibration.untold_calibration, files.policy_scale,
    files.idle_posts, files.variants_enabled, *money.CHECKS, *pages.CHECKS, *words.CHECKS,
    *geography.CHECKS, *ways.CHECKS, *dates.CHECKS, *reach.CHECKS, *desks.CHECKS,
    *roles.CHECKS, *sense.CHECKS, *beds.CHECKS, *waiting.CHECKS, *camps.CHECKS, *accidents.CHECKS,
    evidence.rows_without_source, evidence.assumptions_without_reason,
    evidence.assumptions_without_range, evidence.unknown_sources,
)  # fmt: skip
"""Every check, in the order in which faults are listed."""

_CELL = re.compile(r"^(?P<column>[a-z_0-9]+) is ")
"""How a problem of one cell begins."""

OF_CHANGES: tuple[Check, ...] = (
    references.unknown_policy_selectors,
    references.unknown_variant,
    behaviour.parameters_out_of_bounds,
    behaviour.family_sizes,
    files.policy_scale,
    files.variants_enabled,
)
"""Checks of what most what-ifs change, policies and parameters; they take a millisecond."""

_BY_THEMSELVES = frozenset(
    {"modes", "papers", "hazard_factors", "effort", "agencies", "money", "costs", "targets"}
)
"""Tables on which the checks of places, ways, people and chances do not depend."""

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
        found = _untold(found, problems)
        problems.extend(found[:MAX_PER_CHECK])
        if len(found) > MAX_PER_CHECK:
            last = found[-1]
            more = len(found) - MAX_PER_CHECK
            add = problems.error if last.severity == "error" else problems.warn
            add(f"{more} more problems like the last", last.where, last.cure)
    return problems


def _untold(found: Sequence[Problem], told: Iterable[Problem]) -> list[Problem]:
    """Problems but those of cells of which another fault was told: one bad cell is one fault."""
    cells = {_cell_of(p) for p in told if p.severity == "error"} - {None}
    return [p for p in found if _cell_of(p) not in cells] if cells else list(found)


def _cell_of(problem: Problem) -> tuple[str, str] | None:
    match = _CELL.match(problem.what)
    return (problem.where, match["column"]) if match else None


def check_changed(scenario: Scenario, tables: Iterable[str]) -> list[Problem]:
    """Faults of a scenario with a what-if that changed policies, parameters and some tables."""
    context = Context(scenario)
    checks = _checks_of(frozenset(tables))
    return [p for one in checks for p in one(context) if p.severity == "error"]


def _checks_of(tables: frozenset[str]) -> tuple[Check, ...]:
    if not tables:
        return OF_CHANGES
    if not tables <= _BY_THEMSELVES:
        return CHECKS
    modules = {m.__name__ for m in (references, rows, behaviour, files, money, intervals)}
    return tuple(c for c in CHECKS if c.__module__ in modules)


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
        p
        for p in certain
        if p.where not in unread.rows and not any(name in p.what for name in named)
    ]
