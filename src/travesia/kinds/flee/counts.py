"""Published counts out of source_data, summed and corrected as FLEE does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from travesia.errors import ProblemList
from travesia.kinds.flee.csvread import Table, read_table, suggest, with_header
from travesia.kinds.flee.instance import TOTAL, Counts
from travesia.kinds.flee.people import people_of

LAYOUT = "data_layout.csv"
OTHERWISE = "add its counts to data_layout.csv or remove the row"

Series = list[tuple[dt.date, float]]


def date_of(text: str, where: str, problems: ProblemList) -> dt.date | None:
    """A date such as 2012-02-29 or 2012-2-29, or None and a problem."""
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        problems.error(f"{text!r} is not a date that exists", where, "write YYYY-MM-DD")
        return None


def read_counts(folder: Path, problems: ProblemList, used: list[Path]) -> dict[str, Series]:
    """Every series of data_layout.csv, in its order; none, and a remark, without that file.

    ``used`` takes the files that were read.
    """
    path = folder / LAYOUT
    if not path.is_file():
        problems.warn(
            "there are no counts (FLEE's own program stops here): camps start empty and nothing is "
            "scored",
            LAYOUT,
            "put the counts into source_data, with data_layout.csv",
        )
        return {}
    used.append(path)
    out: dict[str, Series] = {}
    named: dict[str, list[str]] = {}
    for row in with_header(read_table(path, problems), ("camp", "name", "location")).rows:
        name, files = row.cell(0), [c for c in row.cells[1:] if c]
        if not files:
            problems.warn(
                f"{name!r} has no file: it has no counts", row.where, "name the file of its counts"
            )
            continue
        if name in named:
            told = "" if named[name] == files else ", with its first files"
            problems.warn(
                f"{name!r} stands twice; it counts once{told}",
                row.where,
                "name all its files in one row",
            )
            continue
        named[name] = files
        used += [folder / f for f in files]
        parts = [_read_series(folder / f, problems) for f in files]
        total = parts[0]
        for part in parts[1:]:
            total = add_series(total, part) if total and part else total or part
        if total:
            out[name] = total
    return out


def _read_series(path: Path, problems: ProblemList) -> Series:
    table = with_header(read_table(path, problems), ("date", "datetime", "day"))
    rows = [row for row in table.rows if row.cell(1)]
    counts = people_of([(row, 1) for row in rows], "the count", "counts of people", problems)
    out: Series = []
    for row, people in zip(rows, counts, strict=True):
        day = date_of(row.cell(0), row.where, problems)
        if people is not None and people < 0:
            problems.error(f"the count {people:g} is negative", row.where, "correct it")
        elif day is not None and people is not None:
            out.append((day, people))
    if blank := len(table.rows) - len(rows):
        problems.warn(f"{blank} rows without a count are left out", path.name, "fill them")
    if len({day for day, _ in out}) < len(out):
        problems.warn("a date stands twice: its last count holds", path.name, "keep one")
    if out != sorted(out, key=lambda pair: pair[0]):
        problems.warn(
            "the dates are not in order (FLEE then holds one count for ever); they are sorted here",
            path.name,
            "sort the file",
        )
    if table.rows and not rows:
        problems.warn("there are no counts in the file", path.name, "write rows of date,count")
    return out


def add_series(first: Series, second: Series) -> Series:
    """The sum of two series, in FLEE's manner.

    Between dates FLEE adds the latest value of the second series to those of the first, and the
    value of the first that comes next to those of the second; what the first series holds after
    the last date of the second is left out. Kept, because the scores are scored against it.
    """
    out: Series = []
    at, latest = 0, 0.0
    for day, people in second:
        while day > first[at][0]:
            out.append((first[at][0], latest + first[at][1]))
            if at == len(first) - 1:
                break
            at += 1
        if day <= first[at][0]:
            out.append((day, people + first[at][1]))
            if day == first[at][0] and at < len(first) - 1:
                at += 1
            latest = people
    return out


def with_corrections(
    table: Table, raw: dict[str, Series], problems: ProblemList
) -> tuple[Counts, ...]:
    """The series with the dates of their registration corrections, in the order of that file."""
    fixes: dict[str, list[dt.date]] = {name: [] for name in raw}
    if table.rows and not raw:
        problems.warn(
            "there are no counts to correct: corrections have no effect",
            table.rows[0].where,
            "remove the file",
        )
    for row in table.rows if raw else ():
        name = row.cell(0)
        day = date_of(row.cell(1), row.where, problems)
        if name not in raw:
            problems.error(
                f"there are no counts of {name!r}",
                row.where,
                suggest(name, raw, problems, OTHERWISE),
            )
            continue
        if day is None:
            continue
        by_date = dict(raw[name])
        if not any(people > 0 for d, people in raw[name] if d < day):
            problems.warn(
                f"before {day} there is no count of {name!r} to correct: the correction is left "
                "out",
                row.where,
                "remove the row",
            )
        elif day not in by_date:
            near = min(by_date, key=lambda d: abs((d - day).days))
            problems.error(
                f"{name!r} has no count on {day}", row.where, f"use a date of its file, e.g. {near}"
            )
        else:
            fixes[name].append(day)
    return tuple(
        Counts(n, tuple(d for d, _ in s), tuple(p for _, p in s), tuple(fixes[n]))
        for n, s in raw.items()
    )


def corrected(counts: Counts, *, in_file_order: bool = False) -> Series:
    """The series after its registration corrections.

    FLEE takes the rows above the date for the earlier ones, whatever their dates are
    (``in_file_order``); otherwise the rows are put in the order of their dates first.
    """
    rows = list(zip(counts.dates, counts.people, strict=True))
    if not in_file_order:
        rows.sort(key=lambda row: row[0])
    dates, people = [d for d, _ in rows], [p for _, p in rows]
    for day in counts.corrections:
        for at in [i for i, d in enumerate(dates) if d == day and i > 0]:
            if people[at - 1] > 0:
                factor = people[at] / people[at - 1]
                people = [v * factor for v in people[:at]] + people[at:]
    return list(zip(dates, people, strict=True))


def check_series(
    counts: Sequence[Counts],
    camps: Sequence[str],
    places: set[str],
    start: dt.date,
    days: int,
    problems: ProblemList,
) -> None:
    """Camps without counts, counts without a camp, and a total that is missing."""
    names = {c.series for c in counts}
    for camp in camps:
        if camp not in names:
            problems.warn(
                f"the camp {camp!r} has no counts (FLEE stops here): it starts empty and is not "
                "scored",
                LAYOUT,
                suggest(camp, names, problems, OTHERWISE),
            )
    for name in sorted(names - set(camps) - {TOTAL}):
        what = "is a place, but no camp" if name in places else "is no place"
        problems.warn(
            f"{name!r} {what}: its people count towards the total and are not scored",
            "data_layout.csv",
        )
    if TOTAL not in names:
        problems.warn(
            "there is no series 'total'; the sum of all series is used", "data_layout.csv"
        )
    for c in counts:
        if start < min(c.dates) < start + dt.timedelta(days=days):
            problems.warn(
                f"the first count is of {min(c.dates)}, after the start: it holds before, too",
                f"data_layout.csv, {c.series}",
            )
