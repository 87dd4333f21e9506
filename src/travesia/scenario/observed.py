"""The files of published numbers under ``observed/``, as text with the line of every row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from travesia.errors import Problem, ProblemList
from travesia.textfile import read_text

FOLDER = "observed"
_FILE = re.compile(r"observed/[^/\\\x00]{1,100}\.csv")


@dataclass(frozen=True, slots=True)
class Cells:
    """A table as text: header, columns, and the line of every row in the file.

    ``complete`` is False if faulty rows were left out.
    """

    where: str
    header: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    complete: bool = True

    def column(self, name: str) -> tuple[str, ...]:
        """Cells of a column."""
        return self.columns[self.header.index(name)]

    def at(self, row: int, column: str = "") -> str:
        """File, line and column of a cell, for messages."""
        place = f"{self.where}, line {self.lines[row]}"
        return f"{place}, column {column}" if column else place


@dataclass(frozen=True, slots=True)
class Observed:
    """What the published files of a scenario say: tables by the path of targets.csv, and faults.

    ``tables`` holds None for a file that cannot be read; files that do not exist are absent.
    """

    tables: Mapping[str, Cells | None]
    problems: tuple[Problem, ...] = ()


def read_observed(files: Iterable[str], folders: Sequence[Path]) -> Observed:
    """Read every file once, from the last folder of the chain that has it."""
    problems = ProblemList()
    tables: dict[str, Cells | None] = {}
    for file in dict.fromkeys(files):
        if file_fault(file) is not None:
            continue
        for folder in reversed(folders):
            if (folder / file).is_file():
                tables[file] = read_cells(folder / file, f"{folder.name}/{file}", problems)
                break
    return Observed(tables, tuple(problems))


def file_fault(file: str) -> tuple[str, str] | None:
    """What is wrong with the path of a published table, and the cure; None if it is sound."""
    if _FILE.fullmatch(file):
        return None
    shown = file if len(file) <= 60 else f"{file[:57]}..."
    cure = f"put the table into the folder {FOLDER} and name it {FOLDER}/NAME.csv"
    return f"'{shown}' is no table of the folder {FOLDER}", cure


def read_cells(path: Path, where: str, problems: ProblemList) -> Cells | None:
    """Read a CSV file as text, or report every fault of its layout."""
    text = read_text(path, where, problems)
    if text is None:
        return None
    if "\x00" in text:
        cure = "save it as UTF-8 (in a spreadsheet: 'CSV UTF-8')"
        problems.error("the file is not UTF-8 text", where, cure)
        return None
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = tuple(cell.strip() for cell in next(reader, []))
        return _body(reader, header, where, problems) if _header(header, where, problems) else None
    except csv.Error as error:
        problems.error(f"the CSV is broken: {error}", where, "check the quotation marks")
        return None


def _header(header: tuple[str, ...], where: str, problems: ProblemList) -> bool:
    if not any(header):
        cure = "begin with a header row, as month,sector,people"
        problems.error("the table is empty", where, cure)
        return False
    if len(header) == 1 and (mark := next((m for m in ";\t|" if m in header[0]), "")):
        name = "tabs" if mark == "\t" else f"'{mark}'"
        problems.error(f"columns are separated by {name}", where, "save it as CSV with commas")
        return False
    twice = sorted({c for c in header if c and header.count(c) > 1})
    for name in twice:
        problems.error(f"column '{name}' is given twice", f"{where}, line 1", "keep one of them")
    return not twice


def _body(reader: Any, header: tuple[str, ...], where: str, problems: ProblemList) -> Cells | None:
    rows, lines = [], []
    before = len(problems)
    begin = reader.line_num + 1
    for row in reader:
        line, begin = begin, reader.line_num + 1
        if not row or (not row[0] and not any(cell.strip() for cell in row)):
            continue
        if row[0][:1] == "#":
            problems.error(
                "a row of HXL tags is no row of numbers", f"{where}, line {line}", "take it out"
            )
        elif len(row) != len(header):
            problems.error(
                f"the row has {len(row)} cells, the header {len(header)}",
                f"{where}, line {line}",
                "put quotation marks around text that contains commas",
            )
        else:
            rows.append(row)
            lines.append(line)
    if not rows and len(problems) == before:
        problems.error("the table has a header but no rows", where, "add at least one row")
    columns = tuple(tuple(map(str.strip, column)) for column in zip(*rows, strict=True))
    complete = len(problems) == before
    return Cells(where, header, columns, tuple(lines), complete) if rows else None
