"""Probabilities: branches of a stay and actions at a place must fit into one, in every cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from travesia.errors import Problem
from travesia.scenario.base import ANY, FAMILY_TYPES, REST
from travesia.scenario.checks.context import Context
from travesia.scenario.procedures import Outcome
from travesia.scenario.typed import EVERY_COLUMN

TOLERANCE = 1e-9
SHOWN_CELLS = 5
ALWAYS = dt.date(1, 1, 1)
ELSEWHERE = "elsewhere"

OUTCOME = (
    "stay", "transition", "region", "nationality", "family_type", "start", "end", "probability",
)  # fmt: skip
"""Columns of outcomes that say of whom, where, when and how probable."""


@dataclass(frozen=True, slots=True)
class Chance:
    """One row of a table of chances: the cells that it covers, and how specific it is."""

    row: int
    branch: str
    places: tuple[str, ...]
    nationality: str
    family_type: str
    start: dt.date | None
    end: dt.date | None
    probability: float
    rank: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Excess:
    """A cell whose chances sum to more than one, and the rows that make it up."""

    total: float
    place: str
    nationality: str
    family_type: str
    since: dt.date
    rows: tuple[int, ...]


def excesses(
    chances: Sequence[Chance], places: Sequence[str], cohorts: set[tuple[str, str]]
) -> list[Excess]:
    """Cells (place x cohort x time) in which the chances sum to more than one.

    Within a branch the row of highest rank wins, later starts winning ties, as at compilation.
    One excess is given for each combination of rows, the largest first.
    """
    nations = sorted({n for n, _ in cohorts})
    cuts = sorted(
        {ALWAYS}
        | {c.start for c in chances if c.start}
        | {c.end + dt.timedelta(days=1) for c in chances if c.end}
    )
    branches = sorted({c.branch for c in chances})
    shape = (len(branches), len(places), len(nations), len(FAMILY_TYPES), len(cuts))
    value = np.zeros(shape)
    winner = np.full(shape, -1, np.int32)
    place_at = {p: i for i, p in enumerate(places)}
    nation_at = {n: i for i, n in enumerate(nations)}
    cut_at = {cut: i for i, cut in enumerate(cuts)}
    family_at: dict[str, int] = {f: i for i, f in enumerate(FAMILY_TYPES)}
    branch_at = {b: i for i, b in enumerate(branches)}
    for c in sorted(chances, key=lambda c: (c.rank, c.start or ALWAYS)):
        where = [place_at[p] for p in c.places] if c.places else slice(None)
        nation = _at(c.nationality, nation_at)
        family = _at(c.family_type, family_at)
        first = cut_at[c.start] if c.start else 0
        last = cut_at[c.end + dt.timedelta(days=1)] if c.end else len(cuts)
        cell = (branch_at[c.branch], where, nation, family, slice(first, last))
        value[cell] = c.probability
        winner[cell] = c.row
    return _distinct(value, winner, places, nations, cuts, cohorts)


def _at(name: str, positions: dict[str, int]) -> slice | int:
    return slice(None) if name == ANY else positions[name]


def _distinct(
    value: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    winner: np.ndarray[tuple[int, ...], np.dtype[np.int32]],
    places: Sequence[str],
    nations: Sequence[str],
    cuts: Sequence[dt.date],
    cohorts: set[tuple[str, str]],
) -> list[Excess]:
    total = value.sum(axis=0)
    found: dict[tuple[int, ...], Excess] = {}
    for p, n, f, t in np.argwhere(total > 1 + TOLERANCE):
        if (nations[n], FAMILY_TYPES[f]) not in cohorts:
            continue
        rows = tuple(int(r) for r in winner[value[:, p, n, f, t] > 0, p, n, f, t])
        excess = Excess(
            float(total[p, n, f, t]), places[p], nations[n], FAMILY_TYPES[f], cuts[t], rows
        )
        found.setdefault(rows, excess)
    return sorted(found.values(), key=lambda e: -e.total)


def _report(
    context: Context,
    table: str,
    subject: str,
    names: Sequence[str],
    found: Sequence[Excess],
    cure: str,
) -> Iterator[Problem]:
    for e in found[:SHOWN_CELLS]:
        since = "" if e.since == ALWAYS else f" from {e.since}"
        parts = ", ".join(
            f"{names[r]} ({context.where(table, r).rsplit(', ', 1)[-1]})" for r in e.rows
        )
        yield Problem(
            f"the probabilities of {subject} sum to {e.total:.4g} for {e.nationality} "
            f"{e.family_type} at {e.place}{since}: {parts}",
            context.where(table, max(e.rows)),
            cure,
        )
    if len(found) > SHOWN_CELLS:
        more = len(found) - SHOWN_CELLS
        yield Problem(
            f"{subject}: {more} more combinations of rows sum to more than one",
            context.where(table, max(found[SHOWN_CELLS].rows)),
            cure,
        )


def _cohorts(context: Context) -> set[tuple[str, str]]:
    return {(c.nationality, c.family_type) for c in context.scenario.cohorts}


def outcome_sums(context: Context) -> Iterator[Problem]:
    """The branches of a stay sum to more than one for somebody, somewhere, some day."""
    if not context.readable(("outcomes", EVERY_COLUMN)):
        return
    table = context.scenario.outcomes
    by_stay: dict[str, list[Chance]] = {}
    cohorts = _cohorts(context)
    nations = {n for n, _ in cohorts} | {ANY}
    cells = zip(*(table.column(name) for name in OUTCOME), strict=True)
    for i, (stay, branch, region, nation, family, start, end, chance) in enumerate(cells):
        if chance == REST or nation not in nations or (start and end and end < start):
            continue
        rank = (region != ANY, nation != ANY, family != ANY)
        at = () if region == ANY else (region,)
        by_stay.setdefault(stay, []).append(
            Chance(i, branch, at, nation, family, start, end, float(chance), rank)
        )
    names = table.text("transition")
    for stay, chances in by_stay.items():
        regions = [ELSEWHERE, *sorted({p for c in chances for p in c.places})]
        found = excesses(chances, regions, cohorts)
        cure = "lower one of them, or add a narrower row for the others"
        yield from _report(context, "outcomes", f"stay '{stay}'", names, found, cure)


def action_sums(context: Context) -> Iterator[Problem]:
    """The chances of all actions at a place sum to more than one."""
    if not context.readable(("actions", EVERY_COLUMN)):
        return
    scenario = context.scenario
    by_kind: dict[str, tuple[str, ...]] = {}
    for place in scenario.places:
        by_kind[place.kind] = (*by_kind.get(place.kind, ()), place.id)
    everywhere = tuple(p.id for p in scenario.places)
    cohorts = _cohorts(context)
    nations = {n for n, _ in cohorts}
    chances = []
    for i, row in enumerate(scenario.actions):
        if row.nationality not in nations | {ANY} or row.place not in {ANY, *everywhere}:
            continue
        if row.start and row.end and row.end < row.start:
            continue
        at = (row.place,) if row.place != ANY else by_kind.get(row.place_kind, ())
        if row.place == ANY and row.place_kind == ANY:
            at = everywhere
        rank = (
            2 * (row.place != ANY) + (row.place_kind != ANY),
            row.nationality != ANY,
            row.family_type != ANY,
        )
        if at:
            chances.append(
                Chance(
                    i,
                    row.transition,
                    at,
                    row.nationality,
                    row.family_type,
                    row.start,
                    row.end,
                    row.probability,
                    rank,
                )
            )
    if chances:
        found = excesses(chances, everywhere, cohorts)
        names = [a.transition for a in scenario.actions]
        yield from _report(context, "actions", "the actions", names, found, "lower one of them")


def one_rest(context: Context) -> Iterator[Problem]:
    """A stay has no branch that takes the remainder, or several."""
    if not context.complete("outcomes"):
        return
    table = context.scenario.outcomes
    rows: dict[str, list[int]] = {}
    pairs = zip(table.text("stay"), table.column("probability"), strict=True)
    for i, (name, chance) in enumerate(pairs):
        rows.setdefault(name, [])
        if chance == REST and _for_all(table.row(i)):
            rows[name].append(i)
    for i, stay in enumerate(context.scenario.stays):
        found = rows.get(stay.id)
        if found is None:
            yield Problem(
                f"stay '{stay.id}' has no outcome",
                context.where("stays", i),
                "add a row to outcomes.csv with the probability rest",
            )
        elif not found:
            yield Problem(
                f"no branch of stay '{stay.id}' takes the remainder",
                context.where("stays", i),
                "give the probability rest to one of its rows in outcomes.csv",
            )
        elif len(found) > 1:
            yield Problem(
                f"stay '{stay.id}' gives the probability rest to {len(found)} rows",
                context.where("outcomes", found[1]),
                "keep one; it must hold for everybody",
            )


def _for_all(row: Outcome) -> bool:
    return (row.nationality, row.family_type) == (ANY, ANY)


def rest_for_all(context: Context) -> Iterator[Problem]:
    """A branch that takes the remainder is limited, or has a number or a rival as well."""
    table = context.scenario.outcomes
    rest: dict[tuple[str, str], int] = {}
    some: list[tuple[int, Outcome]] = []
    for i, chance in enumerate(table.column("probability")):
        if chance != REST:
            continue
        row = table.row(i)
        rest[(row.stay, row.transition)] = i
        if row.region != ANY or row.start is not None or row.end is not None:
            yield Problem(
                f"the rest of stay '{row.stay}' is limited to some places or dates",
                context.where("outcomes", i),
                "write * for them and leave the dates blank",
            )
        if not _for_all(row):
            for first, other in some:
                if other.stay == row.stay and _overlap(row, other):
                    yield Problem(
                        f"the rest of stay '{row.stay}' is given twice for some people",
                        context.where("outcomes", i),
                        f"name other people than {context.where('outcomes', first)}",
                    )
            some.append((i, row))
    pairs = zip(
        table.text("stay"), table.text("transition"), table.column("probability"), strict=True
    )
    for i, (stay, transition, chance) in enumerate(pairs):
        if chance != REST and (stay, transition) in rest:
            yield Problem(
                f"branch '{transition}' of stay '{stay}' takes the rest and has a number too",
                context.where("outcomes", i),
                "remove the number, or give the rest to another",
            )


def _overlap(one: Outcome, other: Outcome) -> bool:
    """Whether two rows are about some of the same people."""
    return all(
        ANY in pair or pair[0] == pair[1]
        for pair in (
            (one.nationality, other.nationality),
            (one.family_type, other.family_type),
        )
    )


def branch_of_stay(context: Context) -> Iterator[Problem]:
    """A transition is used where the table of transitions does not let it start."""
    scenario = context.scenario
    starts = {t.id: t.from_ids for t in scenario.transitions}
    uses = [
        *(
            ("outcomes", i, row, stay)
            for i, (row, stay) in enumerate(
                zip(
                    scenario.outcomes.text("transition"),
                    scenario.outcomes.text("stay"),
                    strict=True,
                )
            )
        ),
        *(("actions", i, a.transition, "action") for i, a in enumerate(scenario.actions)),
        *(("causes", i, c.transition, f"cause:{c.id}") for i, c in enumerate(scenario.causes)),
        *(
            ("stay_hazards", i, row.transition, stay)
            for i, row in enumerate(scenario.stay_hazards)
            for stay in row.stay
        ),
        *(
            ("accidents", i, row.transition, stay)
            for i, row in enumerate(scenario.accidents)
            for stay in row.stay
        ),
        *(("stays", i, s.overflow, s.id) for i, s in enumerate(scenario.stays) if s.overflow),
        *(("stays", i, s.on_match, s.id) for i, s in enumerate(scenario.stays) if s.on_match),
    ]
    told = set()
    for table, i, transition, start in uses:
        if transition in starts and start not in starts[transition]:
            if (transition, start) in told:
                continue
            told.add((transition, start))
            yield Problem(
                f"transition '{transition}' is used from '{start}', but leaves "
                f"{' or '.join(starts[transition])}",
                context.where(table, i),
                f"use another, or write '{start}' in its column from",
            )


def unused_transitions(context: Context) -> Iterator[Problem]:
    """A transition from a stay has no chance in any table (a warning: policies may not add it)."""
    scenario = context.scenario
    if not context.complete("outcomes", "stays"):
        return
    used = set(
        zip(scenario.outcomes.text("stay"), scenario.outcomes.text("transition"), strict=True)
    )
    elsewhere = {(s.id, t) for s in scenario.stays for t in (s.overflow, s.on_match)}
    elsewhere |= {(stay, row.transition) for row in scenario.stay_hazards for stay in row.stay}
    elsewhere |= {(stay, row.transition) for row in scenario.accidents for stay in row.stay}
    clearings = {c.clearing for c in scenario.camps}
    elsewhere |= {(s, t.id) for t in scenario.transitions if t.id in clearings for s in t.from_ids}
    stays = {s.id for s in scenario.stays}
    for i, row in enumerate(scenario.transitions):
        for start in row.from_ids:
            if start in stays and (start, row.id) not in used | elsewhere:
                yield Problem(
                    f"transition '{row.id}' has no chance in outcomes.csv or stay_hazards.csv and "
                    "never happens",
                    context.where("transitions", i),
                    "add a row with its chance (0 if only policies bring it about), or remove it",
                    "warning",
                )
