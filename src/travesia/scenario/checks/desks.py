"""Queues before desks: whether people can leave them, and whether there are people to serve."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate

from travesia.calendar import parse_month
from travesia.errors import Problem
from travesia.scenario.base import REST
from travesia.scenario.checks.context import Context
from travesia.scenario.procedures import CONTINUE, Facility


def queues_nobody_leaves(context: Context) -> Iterator[Problem]:
    """Neither a desk nor patience leads out of a queue: whoever joins it waits for ever."""
    if not context.complete("stays", "transitions", "outcomes", "facilities"):
        return
    scenario = context.scenario
    leads: dict[str, set[str]] = defaultdict(set)
    possible = {
        (stay, transition)
        for stay, transition, chance in zip(
            scenario.outcomes.text("stay"),
            scenario.outcomes.text("transition"),
            scenario.outcomes.column("probability"),
            strict=True,
        )
        if chance == REST or chance > 0.0
    }
    for row in scenario.transitions:
        for start in row.from_ids:
            if (start, row.id) in possible:
                leads[start].add(row.to)
    open_kinds = {f.kind for f in scenario.facilities if f.capacity > 0.0}
    for stay in scenario.stays:
        if stay.overflow:
            leads[stay.id] |= {t.to for t in scenario.transitions if t.id == stay.overflow}
        if stay.served and stay.facility_kind in open_kinds:
            leads[stay.id].add(stay.served)
    out = (context.ends or frozenset()) | {CONTINUE}
    for i, stay in enumerate(scenario.stays):
        if stay.queue and not out & _reached(stay.id, leads):
            yield Problem(
                f"nobody can leave the queue '{stay.id}': its desks serve nobody, and the end of "
                f"patience leads back into a queue",
                context.where("stays", i),
                "let a branch in outcomes.csv lead elsewhere, or give a desk cases per day",
            )


def _reached(start: str, leads: dict[str, set[str]]) -> set[str]:
    """Stays and ends that those in a stay can come to."""
    found: set[str] = set()
    ahead = {start}
    while ahead:
        found |= ahead
        ahead = set().union(*(leads.get(name, set()) for name in ahead)) - found
    return found


def cases_beyond_people(context: Context) -> Iterator[Problem]:
    """A desk has more cases a day than people set out: a slip, or a line that is none."""
    scenario = context.scenario
    if not context.period_known or not context.complete("departures", "facilities", "stays"):
        return
    kinds = {s.facility_kind for s in scenario.stays if s.queue}
    table = scenario.departures
    people: dict[dt.date, float] = defaultdict(float)
    for month, number in zip(table.text("month"), table.column("people"), strict=True):
        people[parse_month(month)] += number
    months = sorted(people)
    total = [0.0, *accumulate(people[m] for m in months)]
    for i, desk in enumerate(scenario.facilities):
        if desk.kind not in kinds or desk.unit == "places" or not months:
            continue
        first, last = _months_of(desk, months)
        if first >= last:
            continue
        days = ((months[last] if last < len(months) else _after(months[-1])) - months[first]).days
        arrivals = (total[last] - total[first]) / days
        if desk.capacity > arrivals:
            yield Problem(
                f"'{desk.id}' serves {desk.capacity:,.6g} people a day, more than set out in all "
                f"({arrivals:,.0f} a day)",
                context.where("facilities", i),
                "a line never forms before it: correct the capacity, or leave the line out",
                "warning",
            )


def _months_of(desk: Facility, months: list[dt.date]) -> tuple[int, int]:
    """First month and the one after the last in which a desk has this capacity."""
    first = sum(_after(m) <= (desk.start or dt.date.min) for m in months)
    last = sum(m <= (desk.end or dt.date.max) for m in months)
    return first, last


def _after(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=31)).replace(day=1)


CHECKS = (queues_nobody_leaves, cases_beyond_people)
"""Every check of queues and desks."""
