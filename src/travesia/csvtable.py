"""Reads CSV tables row by row, with the line of every row and every fault of the layout."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from travesia.errors import ProblemList
from travesia.textfile import (
    MAX_REPORTED,
    UNPRINTED,
    read_text,
    report_unprinted,
    shorten,
    without_unprinted,
)

MAX_ROWS = 1_000_000
MAX_COLUMNS = 200
MAX_LINE = 100_000
"""Characters of a line."""

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


@dataclass(frozen=True, slots=True)
class Column:
    """What is known of a column: whether it may be left out, and what it holds."""

    required: bool = True
    about: str = ""


@dataclass(slots=True)
class CsvTable:
    """Header, rows and line numbers of a CSV file; rows have as many cells as the header."""

    header: list[str]
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    lost: list[list[str]] = field(default_factory=list)
    """Rows of the wrong length, which were left out."""


class _TooLargeError(Exception):
    """A table that goes beyond a limit: what, and in which line."""


def read_table(
    path: Path, label: str, columns: Mapping[str, Column], problems: ProblemList
) -> CsvTable | None:
    """Read one table, or report every fault of its layout.

    Rows of the wrong length are reported and left out; a column whose name is nearly right is
    reported and read, one that is unknown is reported and kept under its name. Returns None when
    nothing can be read (encoding, empty file, missing columns).
    """
    text = read_text(path, label, problems)
    if text is None:
        return None
    return parse_table(text, label, columns, problems)


def parse_table(
    text: str, label: str, columns: Mapping[str, Column], problems: ProblemList
) -> CsvTable | None:
    """The same for a text."""
    reader = csv.reader(_lines(text), strict=True)
    begin = 1
    try:
        header = next(reader, [])
        if not any(cell.strip() for cell in header):
            cure = f"begin with the header row {','.join(columns)}"
            problems.error("the table is empty", label, cure)
            return None
        begin = reader.line_num + 1
        if (names := _checked_header(header, label, columns, problems)) is None:
            return None
        table = CsvTable(names)
        for row in reader:
            line, begin = begin, reader.line_num + 1
            if not row or (not row[0] and not any(cell.strip() for cell in row)):
                continue
            if len(row) != len(header):
                table.lost.append(row)
                if len(table.lost) <= MAX_REPORTED:
                    _wrong_length(row, header, f"{label}, line {line}", problems)
                continue
            table.rows.append(row)
            table.lines.append(line)
            if line > MAX_ROWS:
                raise _TooLargeError(f"the table has more than {MAX_ROWS:,} lines")
    except csv.Error as error:
        what, cure = f"the CSV is broken: {error}", "check the quotation marks of this row"
        problems.error(what, f"{label}, line {begin}", cure)
        return None
    except _TooLargeError as error:
        problems.error(str(error), f"{label}, line {begin}", "remove what is too much")
        return None
    if len(table.lost) > MAX_REPORTED:
        more = len(table.lost) - MAX_REPORTED
        problems.error(f"{more} more rows of the wrong length", label)
    if UNPRINTED.search(text):
        _clean(table, label, problems)
    return table


def _lines(text: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if len(line) > MAX_LINE:
            raise _TooLargeError(f"the line has {len(line):,} characters, more than {MAX_LINE:,}")
        yield line


def _clean(table: CsvTable, label: str, problems: ProblemList) -> None:
    """Report cells with characters that nobody can see, and go on with what is seen."""
    found = 0
    for row, line in zip(table.rows, table.lines, strict=True):
        for i, cell in enumerate(row):
            if UNPRINTED.search(cell):
                row[i] = without_unprinted(cell)
                found += 1
                if found <= MAX_REPORTED:
                    report_unprinted(table.header[i], cell, f"{label}, line {line}", problems)
    if found > MAX_REPORTED:
        problems.error(f"{found - MAX_REPORTED} more cells with such characters", label)


def _wrong_length(row: list[str], header: list[str], where: str, problems: ProblemList) -> None:
    many, few = len(row) > len(header), len(header) - len(row)
    cure = (
        "put quotation marks around text that contains commas"
        if many
        else f"add the last {few} (for blank cells write only the commas)"
    )
    side = "too long" if many else "too short"
    problems.error(f"the row is {side}: {len(row)} cells, {len(header)} columns", where, cure)


def _checked_header(
    cells: list[str], label: str, columns: Mapping[str, Column], problems: ProblemList
) -> list[str] | None:
    """The columns under the names of the format, or None if one that is needed is missing."""
    where = f"{label}, line 1"
    shown = [" ".join(without_unprinted(cell).split()) for cell in cells]
    for cell in cells:
        if UNPRINTED.search(cell):
            report_unprinted("the header", cell, where, problems)
    if len(cells) > MAX_COLUMNS:
        problems.error(
            f"the table has {len(cells):,} columns, more than {MAX_COLUMNS}",
            where,
            "remove what is not a column of the format",
        )
        return None
    if not any(name in columns for name in shown) and _no_header(cells, columns, where, problems):
        return None
    names = _nearly_right(shown, columns)
    for written, name in zip(shown, names, strict=True):
        if name not in columns:
            cure = suggest_column(written, columns)
            problems.error(f"unknown column '{shorten(written)}'", where, cure)
        elif written != name:
            problems.error(f"unknown column '{shorten(written)}'", where, f"did you mean '{name}'?")
    for name in sorted({n for n in names if names.count(n) > 1}):
        problems.error(f"column '{shorten(name)}' is given twice", where, "keep one of them")
    missing = [n for n, column in columns.items() if column.required and n not in names]
    for name in missing:
        problems.error(f"column '{name}' is missing", where, f"add it: {columns[name].about}")
    return None if missing else names


def suggest_column(written: str, columns: Mapping[str, Column]) -> str:
    """Cure for an unknown column."""
    near = difflib.get_close_matches(written, columns, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else f"use {', '.join(columns)} only"


def _nearly_right(shown: list[str], columns: Mapping[str, Column]) -> list[str]:
    """Names of the columns, with the meant one in the place of a slip of the pen."""
    absent = [name for name in columns if name not in shown]
    names = []
    for written in shown:
        name = written
        if written not in columns and absent:
            plain = written.casefold().replace(" ", "_").replace("-", "_")
            near = difflib.get_close_matches(plain, absent, n=1, cutoff=0.8)
            if near:
                name = near[0]
                absent.remove(name)
        names.append(name)
    return names


def _no_header(
    cells: list[str], columns: Mapping[str, Column], where: str, problems: ProblemList
) -> bool:
    """Whether the first row is no header at all, and why."""
    known = {name.casefold() for name in columns}
    whole = ",".join(cells)
    for mark, name in SEPARATORS.items():
        if {part.strip(' "\ufeff').casefold() for part in whole.split(mark)} & known:
            problems.error(
                f"the columns are separated by {name}, not by commas",
                where,
                "save the table with commas between the cells and points in the numbers",
            )
            return True
    if {cell.strip().casefold() for cell in cells} & known:
        return False
    names = ",".join(columns)
    problems.error(
        "the first row is not a header of this table", where, f"begin with the header row {names}"
    )
    return True
