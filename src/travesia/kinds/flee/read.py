"""Read a FLEE instance folder, with every fault of every file reported at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from travesia.errors import ProblemList
from travesia.kinds.flee.counts import check_series, date_of, read_counts, with_corrections
from travesia.kinds.flee.csvread import Row, Table, read_table, whole, with_header
from travesia.kinds.flee.events import closures_of, conflicts_of
from travesia.kinds.flee.folder import (
    check_floods,
    check_sweep,
    find_folders,
    find_settings,
    list_left_out,
)
from travesia.kinds.flee.geography import UNKNOWN, check_coordinates, places_of, routes_of
from travesia.kinds.flee.instance import Counts, Instance, Place, Spell
from travesia.kinds.flee.reach import check_period, check_reach
from travesia.kinds.flee.settings import read_settings

MOST_DAYS = 36_525
"""A century: no case is longer."""

FIRST_CELLS = ("name", "location", "location_name", "place")
"""What the first cell of locations.csv says where its header does not begin with ``#``."""


def read_instance(
    folder: Path, settings: Path | None = None, *, problems: ProblemList | None = None
) -> Instance:
    """Read a FLEE case.

    Args:
        folder: with ``input_csv`` and ``source_data``, or the input folder itself.
        settings: FLEE's YAML settings; found beside the case, or else FLEE's defaults.
        problems: collects the remarks too, if given.

    Raises:
        InputError: with every fault of every file.
    """
    problems = problems if problems is not None else ProblemList()
    folder, inputs, source = find_folders(Path(folder))
    notes: list[str] = []
    path = settings or find_settings(folder)
    if path is None:
        problems.warn(
            "no settings were found: FLEE's own defaults hold",
            "simsetting.yml",
            "give the file with --settings",
        )
    chosen = read_settings(path, problems, notes)
    start, days = _period(inputs, problems)
    table = with_header(read_table(inputs / "locations.csv", problems), FIRST_CELLS)
    places = places_of(table, problems, notes)
    country = {row.cell(0): row.cell(2) or UNKNOWN for row in table.rows}
    routes = routes_of(read_table(inputs / "routes.csv", problems), set(country), problems, notes)
    check_coordinates(places, routes, problems)
    columns, spells = _conflicts(inputs, set(country), days, problems)
    closed = read_table(inputs / "closures.csv", problems, required=False)
    closures = closures_of(closed, country, places, routes, days, problems)
    used = [path] if path is not None else []
    counts = _all_counts(inputs, source, used, problems)
    _check_counts(counts, places, set(country), start, days, problems)
    _check_days(places, columns, spells, days, check_floods(inputs, problems), problems)
    check_sweep(folder, problems)
    list_left_out(folder, inputs, source, used, notes)
    case = Instance(
        folder.resolve().name,
        start,
        days,
        tuple(places),
        tuple(routes),
        tuple(closures),
        columns,
        tuple(spells),
        counts,
        chosen,
        tuple(notes),
        extra={"settings": path.name if path else "FLEE's defaults"},
    )
    if not problems.errors:
        check_reach(case, problems)
        check_period(case, problems)
    problems.raise_if_any(f"The FLEE case in {folder} has faults; nothing was imported")
    return replace(case, remarks=tuple(str(p) for p in problems.warnings))


def _all_counts(
    inputs: Path, source: Path, used: list[Path], problems: ProblemList
) -> tuple[Counts, ...]:
    fixes = read_table(inputs / "registration_corrections.csv", problems, required=False)
    return with_corrections(fixes, read_counts(source, problems, used), problems)


def _check_counts(
    counts: Sequence[Counts],
    places: Sequence[Place],
    listed: set[str],
    start: dt.date,
    days: int,
    problems: ProblemList,
) -> None:
    camps = [p.name for p in places if p.kind in ("camp", "idp_camp")]
    if places and not camps:
        problems.warn("no place is a camp: there is nothing to score", "locations.csv")
    if counts:
        check_series(counts, camps, listed, start, days, problems)


def _conflicts(
    inputs: Path, listed: set[str], days: int, problems: ProblemList
) -> tuple[tuple[str, ...], list[Spell]]:
    """The table of conflict; without one places are in conflict from their date on."""
    path = inputs / "conflicts.csv"
    if not path.is_file():
        problems.warn(
            "there is no table of conflict (FLEE's own program stops here): places are in conflict "
            "from their conflict_date on",
            path.name,
            "write one row per day",
        )
        return (), []
    table, header = _conflict_table(path, problems)
    if days and not header and not table.rows:
        problems.warn(
            "the table is empty: places are in conflict from their conflict_date on",
            path.name,
            "write one row per day",
        )
        return (), []
    return conflicts_of(table, header, listed, days, problems) if days else ((), [])


def _period(inputs: Path, problems: ProblemList) -> tuple[dt.date, int]:
    table = read_table(inputs / "sim_period.csv", problems)
    rows = {row.cell(0).lower(): row for row in table.rows}
    names = [h.lower() for h in table.header]
    if len(table.rows) == 1 and {"startdate", "length"} <= set(names):  # side by side
        row = table.rows[0]
        rows = {n: Row(row.file, row.line, (n, row.cell(i))) for i, n in enumerate(names)}
    start, days = dt.date(2000, 1, 1), 0
    for key, name in (("startdate", "StartDate"), ("length", "Length")):
        if key not in rows and table.rows:
            problems.error(f"there is no {name}", "sim_period.csv", f"add a row `{name},...`")
    if "startdate" in rows:
        row = rows["startdate"]
        start = date_of(row.cell(1), row.where, problems) or start
    if "length" in rows:
        row = rows["length"]
        days = whole(row.cell(1), "Length", row.where, problems) or 0
        if days < 1:
            problems.error("the simulation has no day", row.where, "set Length to 1 or more")
        if days > MOST_DAYS or start.year + days / 365 > dt.MAXYEAR:
            problems.error(
                f"{days} days from {start} are too many",
                row.where,
                f"set Length to {MOST_DAYS} or less",
            )
            days = 0
    return start, max(days, 0)


def _conflict_table(path: Path, problems: ProblemList) -> tuple[Table, tuple[str, ...]]:
    """The conflict table, whose header counts even where it does not begin with ``#``."""
    table = read_table(path, problems)
    if not table.header and table.rows and not table.rows[0].cell(0).lstrip("-").isdigit():
        return Table((), table.rows[1:]), table.rows[0].cells
    return table, table.header


def _check_days(
    places: Sequence[Place],
    columns: Sequence[str],
    spells: Sequence[Spell],
    days: int,
    flooded: bool,
    problems: ProblemList,
) -> None:
    """Days without conflict: FLEE stops when someone sets out on one; here they wait."""
    people = {p.name: p.population for p in places}
    quiet = [True] * days
    for s in spells:
        if people.get(s.place):
            quiet[s.first : s.last + 1] = [False] * (s.last + 1 - s.first)
    for p in places:
        if p.kind == "conflict" and p.name not in columns and p.conflict_from is not None:
            first = max(0, p.conflict_from)
            quiet[first:] = [False] * max(0, days - first)
    if days and all(quiet):
        floods = "; floods, which drive this case, have no effect here" if flooded else ""
        problems.error(
            f"no inhabited place is ever in conflict: nobody can set out{floods}",
            "conflicts.csv",
            "give conflict places a population, and days of conflict",
        )
    elif any(quiet):
        problems.warn(
            f"{sum(quiet)} days have no conflict, the first is day {quiet.index(True)} (FLEE stops "
            "there): people who should set out wait for the next day with conflict",
            "conflicts.csv",
        )


__all__ = ["find_settings", "read_instance"]
