"""Tolerant reading of FLEE's CSV files: odd spacing, comments, blank rows, missing cells."""

from __future__ import annotations

import csv
import difflib
import io
import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from travesia.errors import ProblemList


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of a row without surrounding blanks, and where it stands."""

    file: str
    line: int
    cells: tuple[str, ...]

    @property
    def where(self) -> str:
        """File and line, for problems."""
        return f"{self.file}, line {self.line}"

    def cell(self, index: int) -> str:
        """A cell; blank when the row is shorter."""
        return self.cells[index] if 0 <= index < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a file, and its header (the last line that begins with ``#``, if any)."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path, problems: ProblemList, *, required: bool = True) -> Table:
    """Read a file; blank lines and lines that begin with ``#`` are no rows.

    A missing optional file is an empty table.
    """
    empty = Table((), ())
    if not path.is_file():
        if required:
            problems.error("the file is missing", str(path), "a FLEE case needs it")
        return empty
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text("latin-1")
        problems.warn("the file is not UTF-8; it was read as Latin-1", path.name, "save as UTF-8")
    except OSError as error:
        problems.error(f"the file cannot be read ({error.strerror})", str(path), "check it")
        return empty
    if "\0" in text:
        problems.error("the file is not plain text", path.name, "save it as CSV in UTF-8")
        return empty
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for cells in reader:
            clean = tuple(c.strip() for c in cells)
            if not any(clean):
                continue
            if clean[0].startswith("#"):
                if not rows and not header:
                    header = (clean[0].lstrip("#").strip(), *clean[1:])
                continue
            rows.append(Row(path.name, reader.line_num, clean))
    except csv.Error as error:
        problems.error(
            f"not a CSV file ({error})", f"{path.name}, line {reader.line_num}", "check it"
        )
    if rows and all(len(row.cells) == 1 and ";" in row.cells[0] for row in rows):
        problems.error("the cells are separated by ;", path.name, "save it with commas")
        return empty
    return Table(header, tuple(rows))


def with_header(table: Table, names: Collection[str]) -> Table:
    """A table whose first row is its header after all, because its first cell says so.

    FLEE takes a header without ``#`` for data. ``names`` are what the first cell may be.
    """
    if table.header or not table.rows or table.rows[0].cell(0).lower() not in names:
        return table
    return Table(table.rows[0].cells, table.rows[1:])


def number(text: str, what: str, where: str, problems: ProblemList) -> float | None:
    """A finite number, or None and a problem."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        shown = repr(text) if text else "blank"
        problems.error(f"{what} is {shown}, not a number", where, "write a number")
        return None
    return value


LARGEST = 100_000_000
"""Days and flags beyond this are mistakes."""


def whole(text: str, what: str, where: str, problems: ProblemList) -> int | None:
    """A whole number, or None and a problem. ``12.0`` is whole."""
    value = number(text, what, where, problems)
    if value is None:
        return None
    if value != int(value):
        problems.error(f"{what} {text} is not a whole number", where, "round it")
        return None
    if abs(value) > LARGEST:
        problems.error(f"{what} {text} is beyond all measure", where, "correct it")
        return None
    return int(value)


MOST_COMPARED = 200_000
"""Beyond so many comparisons of names (thousands of places and faults) none is suggested."""


def suggest(
    name: str,
    known: Collection[str],
    problems: ProblemList,
    otherwise: str = "add the place to locations.csv or remove the row",
) -> str:
    """A cure for a name that does not exist; ``problems`` tells how many were suggested before."""
    close = []
    if len(known) * (1 + len(problems)) <= MOST_COMPARED:
        close = difflib.get_close_matches(name, list(known), 1, 0.7)
    return f"did you mean {close[0]!r}?" if close else otherwise
