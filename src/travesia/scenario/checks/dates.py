"""Dated rows: gaps in which nothing holds, rows that overlap in part, ramps longer than a life."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from travesia.calendar import parse_month
from travesia.errors import Problem
from travesia.scenario.base import ANY
from travesia.scenario.checks.context import Context
from travesia.scenario.checks.grouping import listed
from travesia.scenario.tables import BY_NAME

DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
"""Dates outside are slips of the pen (1019 for 2019)."""

ALWAYS, FOREVER = dt.date.min, dt.date.max
SERIES: tuple[str, ...] = ("facilities", "hazards", "effort", "outcomes", "actions")
"""Tables whose rows of one key follow each other in time."""

LASTING = ("facilities", "hazards", "effort")
"""Tables in which days after the last row are left out, too (of a facility, before the first)."""

LONGEST_YEARS = 60
_MONTHLY = re.compile(r"^(?P<name>[a-z_]+)_(?P<month>\d{4}_\d{2})$")

Span = tuple[dt.date, dt.date, int]


def _spans(context: Context, table: str) -> dict[tuple[Any, ...], list[Span]]:
    """First day, last day and row number of the rows of each key (without its start)."""
    columns = [c for c in BY_NAME[table].record.key if c != "start"]
    out: dict[tuple[Any, ...], list[Span]] = defaultdict(list)
    starts, ends = context.values(table, "start"), context.values(table, "end")
    if not any(starts) and not any(ends):
        return {}
    keys = zip(*(context.values(table, c) for c in columns), strict=True)
    for i, (key, start, end) in enumerate(zip(keys, starts, ends, strict=True)):
        out[key].append((start or ALWAYS, end or FOREVER, i))
    return out


def dated_series(context: Context) -> Iterator[Problem]:
    """The dated rows of a key leave out days, or overlap in part."""
    for table in SERIES:
        series = _spans(context, table)
        if context.period_known and context.complete(table):
            yield from _gaps(context, table, series)
        yield from _overlaps(context, table, series)


def _gaps(
    context: Context, table: str, series: Mapping[tuple[Any, ...], list[Span]]
) -> Iterator[Problem]:
    """Days that the rows of a key leave out: between them, or (``LASTING``) of the whole period."""
    period = context.scenario.settings.period
    if series:
        found: list[tuple[str, int]] = []
        for key, spans in series.items():
            if any(start == ALWAYS and end == FOREVER for start, end, _ in spans):
                continue
            if any(b < max(a, period.spin_up) or a > period.end for a, b, _ in spans):
                continue  # a faulty date, or a row for another period
            if any(wider in series for wider in _wider(key)):  # then that one holds
                continue
            first = max(period.spin_up, min(s[0] for s in spans))
            last = min(period.end, max(s[1] for s in spans))
            first = period.spin_up if table == "facilities" else first
            last = period.end if table in LASTING else last
            holes = _holes(sorted(spans), first, last)
            if holes:
                name = "/".join(str(k) for k in key if k not in ("*", None, ""))
                shown = ", ".join(f"{a} to {b}" for a, b in holes[:2])
                found.append((f"{name} ({shown})", spans[0][2]))
        if found:
            what = "capacity is 0 then" if table == "facilities" else "other rows or none hold then"
            yield Problem(
                f"dated rows leave out days of the period: {listed(name for name, _ in found)}; "
                f"{what}",
                context.places(table, [i for _, i in found]),
                "add a row for these days, or lengthen a neighbour",
                "warning",
            )


def _wider(key: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Keys with one, two, ... of the selectors of a key opened."""
    keys = [key]
    for n, name in enumerate(key):
        if name != ANY:
            keys += [(*k[:n], ANY, *k[n + 1 :]) for k in keys]
    return keys[1:]


def _holes(spans: list[Span], first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    out = []
    day = first
    for start, end, _ in spans:
        if start > last:
            break
        if start > day:
            out.append((day, start - DAY))
        if end == FOREVER:
            return out
        day = max(day, end + DAY)
    if day <= last:
        out.append((day, last))
    return out


def _overlaps(
    context: Context, table: str, series: Mapping[tuple[Any, ...], list[Span]]
) -> Iterator[Problem]:
    """Two rows of one key overlap in part, so that a date of one of them is a slip of the pen.

    A row inside another one is an exception to it and meant so; one that begins on the day on
    which another ends takes over.
    """
    odd = [
        i
        for spans in series.values()
        for (a, b, _), (c, d, i) in pairwise(sorted(spans))
        if a < c < b < d and a != ALWAYS and b != FOREVER
    ]
    if odd:
        yield Problem(
            "a row begins before the one before it of the same key ends: the later one wins",
            context.places(table, odd),
            "correct one of the dates",
            "warning",
        )


def dates_of_no_century(context: Context) -> Iterator[Problem]:
    """A date or month lies in a century that no scenario is about."""
    for table in ("legs", *SERIES, "policies", "money", "costs", "caravans"):
        for column in ("start", "end"):
            for i, day in enumerate(context.values(table, column)):
                if day is not None and not FIRST <= day <= LAST:
                    yield Problem(f"{column} is {day}", context.where(table, i), "correct the year")


def period_of_no_century(context: Context) -> Iterator[Problem]:
    """The period is of another century, or longer than a life."""
    if not context.period_known:
        return
    period, where = context.scenario.settings.period, context.where("settings", 0)
    if period.spin_up < FIRST or period.end > LAST:
        yield Problem(
            f"the period runs from {period.spin_up} to {period.end}", where, "correct the years"
        )
    elif (period.end - period.spin_up).days > LONGEST_YEARS * 365:
        years = (period.end - period.spin_up).days / 365.25
        yield Problem(f"the period is {years:.0f} years long", where, "correct a year", "warning")


def ramps(context: Context) -> Iterator[Problem]:
    """A policy ends before it acts in full."""
    if not context.period_known:
        return
    long = []
    for i, policy in enumerate(context.scenario.policies):
        end = policy.end or context.scenario.settings.period.end
        life = (end - policy.start).days + 1
        if policy.enabled and life > 0 and policy.ramp_days > life:
            long.append((i, f"{policy.id} ({policy.ramp_days:g} days of ramp, {life} of life)"))
    if long:
        yield Problem(
            f"policies end before they act in full: {listed(name for _, name in long)}",
            context.places("policies", [i for i, _ in long]),
            "shorten ramp_days or correct a date",
            "warning",
        )


def months_left_out(context: Context) -> Iterator[Problem]:
    """A monthly series of aims leaves out months of the period, or one of a policy some between."""
    if context.complete("aims"):
        yield from _aims_left_out(context)
    for i, policy in enumerate(context.scenario.policies):
        series: dict[str, set[str]] = defaultdict(set)
        for name in policy.parameters:
            match = _MONTHLY.match(name)
            if match:
                series[match["name"]].add(match["month"].replace("_", "-"))
        for name, months in series.items():
            left_out = _between(months)
            if left_out:
                yield Problem(
                    f"the monthly {name} of policy '{policy.id}' leaves out {left_out}: the month "
                    "before holds on",
                    context.where("policies", i),
                    "give them too, if they differ",
                    "warning",
                )


def _aims_left_out(context: Context) -> Iterator[Problem]:
    have: dict[tuple[str, str], set[str]] = defaultdict(set)
    for month, nationality, family_type in context.aim_sums:
        have[(nationality, family_type)].add(month)
    wanted = context.scenario.calendar.months() if context.period_known else []
    lacking = [
        (" ".join(key), listed(m for m in wanted if m not in months))
        for key, months in have.items()
    ]
    told = [f"{who}: {months}" for who, months in lacking if months]
    if told:
        yield Problem(
            f"months of the period are left out, and take the nearest: {listed(told)}",
            context.trace("aims", 0).file,
            "add rows for these months",
            "warning",
        )


def _between(months: set[str]) -> str:
    """Months that are missing between the first and the last, for a sentence."""
    try:
        days = sorted(parse_month(m) for m in months)
    except ValueError:
        return ""
    numbers = {d.year * 12 + d.month - 1 for d in days}
    left_out = [n for n in range(min(numbers), max(numbers)) if n not in numbers]
    return listed(f"{n // 12:04d}-{n % 12 + 1:02d}" for n in left_out)


CHECKS = (dated_series, dates_of_no_century, period_of_no_century, ramps, months_left_out)
"""Every check of dates against each other."""
