"""What is known of a case on a cut date: counts published up to then, and nothing later.

A registration correction rescales earlier counts to a later one. So counts "up to the cut" are
the published rows of those dates under the corrections of those dates; nothing of what is
published later can reach them, by interpolation or by correction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from travesia.errors import InputError, Problem
from travesia.kinds.flee.counts import corrected
from travesia.kinds.flee.instance import Counts, Instance

KNOWN_SHARE = 1 / 3
"""Part of a case that lies before the cut, unless a date is given."""


def default_cut(case: Instance) -> dt.date:
    """The last day of the first third of a case (its first day if it is shorter than that)."""
    return case.start + dt.timedelta(days=max(0, int(case.days * KNOWN_SHARE) - 1))


def checked_cut(case: Instance, cut: dt.date | None) -> dt.date:
    """The cut date to use.

    Raises:
        InputError: the date leaves no day of the case before it, or none after it.
    """
    if cut is None:
        return default_cut(case)
    end = case.start + dt.timedelta(days=case.days - 1)
    if not case.start <= cut < end:
        cure = f"use a date from {case.start} to {end - dt.timedelta(days=1)}"
        what = f"{cut} leaves nothing to know before it or nothing to score after it"
        raise InputError("The cut date does not fit the case", [Problem(what, "--cut", cure)])
    return cut


def known_counts(case: Instance, cut: dt.date) -> tuple[Counts, ...]:
    """The series as they stood on the cut date, in the order of dates; without rows: left out."""
    out = []
    for c in case.counts:
        rows = sorted((d, p) for d, p in zip(c.dates, c.people, strict=True) if d <= cut)
        if rows:
            fixes = tuple(d for d in c.corrections if d <= cut)
            known = Counts(c.series, tuple(d for d, _ in rows), tuple(p for _, p in rows), fixes)
            out.append(known)
    return tuple(out)


def capacities_known(case: Instance, cut: dt.date) -> dict[str, int]:
    """Capacity of each camp by its largest count up to the cut; 0, no limit, without a count."""
    highest = {
        c.series: max(int(people) for _, people in corrected(c)) for c in known_counts(case, cut)
    }
    return {name: highest.get(name, 0) for name in case.camps}


def with_capacities(case: Instance, capacity: dict[str, int]) -> Instance:
    """The case with other capacities of its camps, which do not grow by the day."""
    return replace(
        case,
        places=tuple(
            replace(p, capacity=capacity.get(p.name, 0), capacity_per_day=0.0)
            if p.kind in ("camp", "idp_camp")
            else p
            for p in case.places
        ),
    )


def known_case(case: Instance, cut: dt.date) -> Instance:
    """The case up to its cut date, as one could have written it on that day.

    It ends on the cut date, holds the counts published up to then, and capacities by these.
    """
    return replace(
        with_capacities(case, capacities_known(case, cut)),
        days=(cut - case.start).days + 1,
        counts=known_counts(case, cut),
    )


def last_counts(case: Instance, cut: dt.date) -> dict[str, int]:
    """People last counted in each camp up to the cut; 0 without a count."""
    last = {c.series: int(corrected(c)[-1][1]) for c in known_counts(case, cut)}
    return {name: last.get(name, 0) for name in case.camps}


__all__ = [
    "capacities_known", "checked_cut", "default_cut", "known_case", "known_counts", "last_counts",
    "with_capacities",
]  # fmt: skip
