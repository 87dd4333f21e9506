"""Conflict and closures out of conflicts.csv and closures.csv."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from travesia.errors import ProblemList
from travesia.importers.flee.csvread import (
    Row,
    Table,
    number,
    suggest,
    whole,
    with_header,
)
from travesia.importers.flee.instance import CLOSURES, Closure, Place, Route, Spell


def conflicts_of(
    table: Table, header: Sequence[str], places: set[str], days: int, problems: ProblemList
) -> tuple[tuple[str, ...], list[Spell]]:
    """The columns of the table that are places, and their spells of conflict.

    The table has one row per day; FLEE counts rows and ignores the number in the first column.
    """
    rows = table.rows
    if not header:
        problems.error("there is no header", "conflicts.csv", "begin with #Day,place,place,...")
        return (), []
    if len(rows) < days:
        problems.error(
            f"the table has {len(rows)} days, the simulation {days}", "conflicts.csv",
            f"add the days from {len(rows)} on, or set Length in sim_period.csv to {len(rows)}",
        )  # fmt: skip
    if places and not places & set(header[1:]):
        problems.error(
            "none of its columns is a place", "conflicts.csv",
            "begin with #Day,place,place,... and write one row per day",
        )  # fmt: skip
        return (), []
    _check_days(rows, problems)
    spells: list[Spell] = []
    columns = []
    width = max([len(header), *(len(row.cells) for row in rows)])
    for at, name in enumerate([*header[1:], *[""] * (width - len(header))], 1):
        if not name:
            if any(row.cell(at) not in ("", "0", "0.0") for row in rows):
                problems.error(
                    "the column has numbers and no name", f"conflicts.csv, column {at + 1}",
                    "name its place in the header",
                )  # fmt: skip
            continue
        values = _column(rows, at, name, problems)
        found = _spells(name, values[:days])
        if name in columns:
            problems.error(f"{name!r} has two columns", "conflicts.csv", "keep one")
        elif name in places:
            columns.append(name)
            spells += found
        elif found:
            problems.error(
                f"conflict at an unknown place {name!r}", f"conflicts.csv, column {at + 1}",
                suggest(name, places, problems),
            )  # fmt: skip
        else:
            problems.warn(f"{name!r} is no place; its column is empty", "conflicts.csv")
    return tuple(columns), spells


def _check_days(rows: Sequence[Row], problems: ProblemList) -> None:
    for i, row in enumerate(rows):
        day = number(row.cell(0), "the day", row.where, problems)
        if day is not None and day != i:
            problems.error(
                f"the row of day {i} says {row.cell(0)}", row.where,
                "write one row per day, beginning with day 0",
            )  # fmt: skip
            return


def _column(rows: Sequence[Row], at: int, name: str, problems: ProblemList) -> list[float]:
    out = []
    blank = 0
    for row in rows:
        text = row.cell(at)
        value = 0.0
        if text:
            value = number(text, f"the intensity of {name}", row.where, problems) or 0.0
        else:
            blank += 1
        if value < 0:
            problems.error(f"the intensity of {name} is negative", row.where, "use 0 or more")
        out.append(value)
    if blank:
        problems.warn(f"{blank} blank cells of {name!r} count as 0", "conflicts.csv", "fill them")
    return out


def _spells(name: str, values: Sequence[float]) -> list[Spell]:
    out = []
    first = 0
    for day in range(1, len(values) + 1):
        if day == len(values) or values[day] != values[first]:
            if values[first] > 1e-6:
                out.append(Spell(name, first, day - 1, values[first]))
            first = day
    return out


def closures_of(
    table: Table, country: Mapping[str, str], places: Sequence[Place], routes: Sequence[Route],
    days: int, problems: ProblemList,
) -> list[Closure]:  # fmt: skip
    """Closures in the order of the file.

    ``country`` holds the country of every name in locations.csv, ``places`` those without faults.
    """
    kinds = {p.name: p.kind for p in places}
    joined = _joined(country, routes)
    out = []
    table = with_header(table, ("closure_type", "type", "closure"))
    for row in table.rows:
        kind = row.cell(0).lower()
        if kind not in CLOSURES:
            problems.error(
                f"unknown closure {row.cell(0)!r}", row.where, f"use {', '.join(CLOSURES)}"
            )
            continue
        start = whole(row.cell(3), "closure_start", row.where, problems)
        end = whole(row.cell(4), "closure_end", row.where, problems) if row.cell(4) else -1
        pair = [row.cell(1), row.cell(2)]
        needed = pair if kind in ("country", "link", "remove_forced_redirection") else pair[:1]
        known = set(country.values() if kind == "country" else country)
        unknown = [n for n in needed if n not in known]
        for name in unknown:
            what = "country" if kind == "country" else "place"
            problems.error(
                f"the closure names an unknown {what} {name!r}", row.where,
                suggest(name, known, problems),
            )  # fmt: skip
        if kind == "location" and pair[1]:
            problems.warn(
                f"every road of {pair[0]} closes, not only the one to {pair[1]} (as in FLEE)",
                row.where, "use `link` to close one road",
            )  # fmt: skip
        if kind in ("camp", "idpcamp") and not unknown and "camp" not in kinds.get(pair[0], "camp"):
            problems.error(f"{pair[0]} is no camp", row.where, "use `location` to close a place")
        if start is None or end is None or unknown:
            continue
        if kind in ("country", "link") and frozenset(pair) not in joined[kind]:
            problems.warn(
                f"no road leads from {pair[0]} to {pair[1]}: nothing closes", row.where,
                "remove the row, or add the road to routes.csv",
            )  # fmt: skip
        if kind == "link":
            problems.warn(
                "FLEE 3.1 does not heed closures of a link; here it closes the road both ways "
                "(not with --compatible)", row.where,
            )  # fmt: skip
        if start < 0 or start >= days:
            problems.warn(f"it starts on day {start}: never", row.where, "remove the row")
        if 0 <= end < start:
            problems.warn(f"it ends on day {end}, before it starts: it never ends", row.where)
        out.append(Closure(kind, pair[0], pair[1], start, end))
    return out


def _joined(
    country: Mapping[str, str], routes: Sequence[Route]
) -> dict[str, Collection[frozenset[str]]]:
    """Pairs of places with a road, and pairs of countries with one."""
    ends = [(r.name1, r.name2) for r in routes if r.name1 in country and r.name2 in country]
    return {
        "link": {frozenset(pair) for pair in ends},
        "country": {frozenset((country[a], country[b])) for a, b in ends},
    }
