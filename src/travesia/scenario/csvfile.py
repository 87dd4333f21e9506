"""Reads CSV tables row by row, with the line of every row and every fault of the layout."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from travesia.errors import ProblemList
from travesia.scenario.faults import suggest
from travesia.scenario.tables import TableSpec
from travesia.scenario.yamlfile import read_text

MAX_REPORTED = 20


@dataclass(slots=True)
class CsvFile:
    """Header, rows and line numbers of a CSV file; rows have as many cells as the header."""

    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    lost_ids: set[str]
    """First cells of rows that were left out, so that references to them are no further fault."""
    complete: bool


def read_csv(path: Path, label: str, spec: TableSpec, problems: ProblemList) -> CsvFile | None:
    """Read one table, or report every fault of its layout.

    Rows of the wrong length are reported and left out; unknown columns are reported and
    ignored. Returns None when nothing can be read (encoding, empty file, missing columns).
    """
    text = read_text(path, label, problems)
    if text is None:
        return None
    try:
        return _parse(text, label, spec, problems)
    except csv.Error as error:
        problems.error(f"the CSV is broken: {error}", label, "check the quotation marks")
        return None


def _parse(text: str, label: str, spec: TableSpec, problems: ProblemList) -> CsvFile | None:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns = ",".join(spec.record.columns())
    header = [cell.strip() for cell in next(reader, [])]
    if not any(header):
        problems.error("the table is empty", label, f"begin with the header row {columns}")
        return None
    sound = _check_header(header, label, spec, problems)
    rows: list[list[str]] = []
    lines: list[int] = []
    wrong = 0
    lost: set[str] = set()
    begin = reader.line_num + 1
    for row in reader:
        line, begin = begin, reader.line_num + 1
        if not row or (not row[0] and not any(cell.strip() for cell in row)):
            continue
        if len(row) != len(header):
            wrong += 1
            lost.add(row[0].strip())
            if wrong <= MAX_REPORTED:
                _wrong_length(row, header, f"{label}, line {line}", problems)
            continue
        rows.append(row)
        lines.append(line)
    if wrong > MAX_REPORTED:
        problems.error(f"{wrong - MAX_REPORTED} more rows of the wrong length", label)
    if not rows and not wrong and spec.required:
        problems.error("the table has a header but no rows", label, "add at least one row")
    return CsvFile(header, rows, lines, lost, not wrong) if sound else None


def _wrong_length(row: list[str], header: list[str], where: str, problems: ProblemList) -> None:
    many, few = len(row) > len(header), len(header) - len(row)
    cure = (
        "put quotation marks around text that contains commas"
        if many
        else f"add the last {few} (for blank cells write only the commas)"
    )
    side = "too long" if many else "too short"
    problems.error(f"the row is {side}: {len(row)} cells, {len(header)} columns", where, cure)


def _check_header(header: list[str], label: str, spec: TableSpec, problems: ProblemList) -> bool:
    """Report unknown, repeated and missing columns; False if a needed column is missing."""
    columns = spec.record.columns()
    where = f"{label}, line 1"
    missing = [n for n, f in columns.items() if f.is_required() and n not in header]
    for name in sorted(set(header)):
        if header.count(name) > 1:
            problems.error(f"column '{name}' is given twice", where, "keep one of them")
        if name not in columns:
            known = missing if suggest(name, missing).startswith("did you mean") else columns
            problems.error(f"unknown column '{name}'", where, suggest(name, known))
    for name in missing:
        problems.error(f"column '{name}' is missing", where, f"add it: {columns[name].description}")
    return not missing
