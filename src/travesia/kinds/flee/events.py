"""Conflict and closures out of conflicts.csv and closures.csv."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from travesia.errors import ProblemList
from travesia.kinds.flee.csvread import Row, Table, number, suggest, whole, with_header
from travesia.kinds.flee.instance import CLOSURES, Closure, Place, Route, Spell


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
    _check_days(rows, days, problems)
    if places and not places & set(header[1:]):
        problems.warn(
            "none of its columns is a place: it has no effect, and places are in conflict from "
            "their conflict_date on",
            "conflicts.csv",
            "begin with #Day,place,place,... and write one row per day",
        )
        return (), []
    spells: list[Spell] = []
    columns: list[str] = []
    width = max([len(header), *(len(row.cells) for row in rows)])
    for at, name in enumerate([*header[1:], *[""] * (width - len(header))], 1):
        where = f"conflicts.csv, column {at + 1}"
        if not name:
            if any(row.cell(at) not in ("", "0", "0.0") for row in rows):
                problems.error(
                    "the column has numbers and no name", where, "name its place in the header"
                )
            continue
        found = _spells(name, _column(rows, at, name, problems)[:days], days)
        if name in columns:
            problems.warn(
                f"{name!r} has two columns: the first one counts (FLEE mixes their rows)",
                where,
                "keep one",
            )
        elif name in places:
            columns.append(name)
            spells += found
        else:
            problems.warn(
                f"{name!r} is no place: nobody sets out there"
                if found
                else f"{name!r} is no place; its column is empty",
                where,
                suggest(name, places, problems),
            )
    return tuple(columns), spells


STRONGEST = 1e6
"""Intensities beyond this are no measure of conflict (1 is the usual one)."""


def _check_days(rows: Sequence[Row], days: int, problems: ProblemList) -> None:
    """Rows that say another day than they stand for, and days without a row."""
    for i, row in enumerate(rows):
        if row.cell(0) not in (str(i), f"{i}.0"):
            problems.warn(
                f"the row of day {i} says {row.cell(0) or 'nothing'}: rows are counted from day 0, "
                "as FLEE does",
                row.where,
                "write one row per day, beginning with day 0",
            )
            break
    if len(rows) < days:
        problems.warn(
            f"the table has {len(rows)} days, the simulation {days} (FLEE stops on day "
            f"{len(rows)}): from then on conflict stays as on the last day of the table",
            "conflicts.csv",
            f"add the days from {len(rows)} on, or set Length in sim_period.csv to {len(rows)}",
        )


def _column(rows: Sequence[Row], at: int, name: str, problems: ProblemList) -> list[float]:
    out = []
    blank = negative = 0
    for row in rows:
        text = row.cell(at)
        value = 0.0
        if text:
            value = number(text, f"the intensity of {name}", row.where, problems) or 0.0
        else:
            blank += 1
        negative += value < 0
        if value > STRONGEST:
            problems.error(f"the intensity of {name} is {value:g}", row.where, "correct it")
        out.append(max(value, 0.0))
    if blank:
        problems.warn(f"{blank} blank cells of {name!r} count as 0", "conflicts.csv", "fill them")
    if negative:
        problems.warn(
            f"{negative} negative intensities of {name!r} count as 0, as in FLEE",
            "conflicts.csv",
            "use 0 or more",
        )
    return out


def _spells(name: str, column: Sequence[float], days: int) -> list[Spell]:
    """Spells of conflict; what holds on the last day of the column goes on to the end."""
    out = []
    first = 0
    values = [*column, *[column[-1]] * (days - len(column))] if column else []
    for day in range(1, len(values) + 1):
        if day == len(values) or values[day] != values[first]:
            if values[first] > 1e-6:
                out.append(Spell(name, first, day - 1, values[first]))
            first = day
    return out


def closures_of(
    table: Table,
    country: Mapping[str, str],
    places: Sequence[Place],
    routes: Sequence[Route],
    days: int,
    problems: ProblemList,
) -> list[Closure]:
    """Closures in the order of the file.

    ``country`` holds the country of every name in locations.csv, ``places`` those without faults.
    """
    kinds = {p.name: p.kind for p in places}
    joined = _joined(country, routes)
    names = {"country": set(country.values()), "place": set(country)}
    out = []
    table = with_header(table, ("closure_type", "type", "closure"))
    for row in table.rows:
        kind = row.cell(0).lower()
        if kind not in CLOSURES:
            problems.warn(
                f"unknown closure {row.cell(0)!r}: nothing closes, as in FLEE",
                row.where,
                f"use {', '.join(CLOSURES)}",
            )
            continue
        start = whole(row.cell(3), "closure_start", row.where, problems)
        end = whole(row.cell(4), "closure_end", row.where, problems) if row.cell(4) else -1
        closes = _closes(row, kind, kinds, names, problems)
        if start is None or end is None or not closes:
            continue
        pair = (row.cell(1), row.cell(2))
        if kind in ("country", "link") and frozenset(pair) not in joined[kind]:
            problems.warn(
                f"no road leads from {pair[0]} to {pair[1]}: nothing closes",
                row.where,
                "remove the row, or add the road to routes.csv",
            )
        if kind == "link":
            problems.warn(
                "FLEE 3.1 does not heed closures of a link; here it closes the road both ways "
                "(not with --compatible)",
                row.where,
            )
        if start < 0 or start >= days:
            problems.warn(f"it starts on day {start}: never", row.where, "remove the row")
        if 0 <= end < start:
            problems.warn(f"it ends on day {end}, before it starts: it never ends", row.where)
        out.append(Closure(kind, pair[0], pair[1], start, end))
    return out


def _closes(
    row: Row,
    kind: str,
    kinds: Mapping[str, str],
    names: Mapping[str, set[str]],
    problems: ProblemList,
) -> bool:
    """Whether a closure closes something that exists; remarks if it does not."""
    pair = [row.cell(1), row.cell(2)]
    needed = pair if kind in ("country", "link", "remove_forced_redirection") else pair[:1]
    what = "country" if kind == "country" else "place"
    known = names[what]
    unknown = [n for n in needed if n not in known]
    # FLEE takes the first place for a camp or link that it does not find.
    flee = " (FLEE then acts on the first place)" if kind in ("camp", "idpcamp") else ""
    for name in unknown:
        problems.warn(
            f"the closure names an unknown {what} {name!r}: nothing closes{flee}",
            row.where,
            suggest(name, known, problems),
        )
    if unknown:
        return False
    if kind == "location" and pair[1]:
        problems.warn(
            f"every road of {pair[0]} closes, not only the one to {pair[1]} (as in FLEE)",
            row.where,
            "use `link` to close one road",
        )
    if kind in ("camp", "idpcamp") and "camp" not in kinds.get(pair[0], "camp"):
        problems.warn(
            f"{pair[0]} is no camp: nothing closes (FLEE would make it a camp when the "
            "closure ends)",
            row.where,
            "use `location` to close a place",
        )
        return False
    return True


def _joined(
    country: Mapping[str, str], routes: Sequence[Route]
) -> dict[str, Collection[frozenset[str]]]:
    """Pairs of places with a road, and pairs of countries with one."""
    ends = [(r.name1, r.name2) for r in routes if r.name1 in country and r.name2 in country]
    return {
        "link": {frozenset(pair) for pair in ends},
        "country": {frozenset((country[a], country[b])) for a, b in ends},
    }
