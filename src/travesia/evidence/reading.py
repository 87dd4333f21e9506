"""Reads the tables of a ledger folder into records, with the line of every row and every fault."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from travesia.errors import ProblemList
from travesia.evidence.records import TABLES, Claim, Conflict, Figure, Item, Source


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with the file and line it stands in; a later ``layer`` replaces an earlier one."""

    item: Item
    where: str
    layer: int = 0


def references(text: str) -> list[str]:
    """The ids in a ``;``-joined cell, in order, each once."""
    return list(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


def read_folder(folder: Path, layer: int, problems: ProblemList) -> Iterator[Entry]:
    """Read the tables that a folder holds; faults of the layout and of cells go to ``problems``.

    A folder without any table is a fault; a folder with some of them is not, so that a scenario
    may add claims alone.
    """
    present = [(name, record) for name, record in TABLES if (folder / name).is_file()]
    if not present:
        names = ", ".join(name for name, _ in TABLES)
        problems.error("there is no table of the ledger", str(folder), f"put in one of {names}")
    for name, record in present:
        yield from _read_table(folder / name, record, layer, problems)


def _read_table(
    path: Path,
    record: type[Source] | type[Figure] | type[Claim] | type[Conflict],
    layer: int,
    problems: ProblemList,
) -> Iterator[Entry]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problems.error("the file is not UTF-8", path.name, "save it as UTF-8")
        return
    reader = csv.reader(text.splitlines(keepends=True))
    header = next(reader, [])
    columns = [field.name for field in fields(record)]
    if not _same_columns(header, columns, path.name, problems):
        return
    order = [(header.index(f.name), f.name, _CONVERTERS[str(f.type)]) for f in fields(record)]
    for cells in reader:
        where = f"{path.name}, line {reader.line_num}"
        if not cells:
            continue
        if len(cells) != len(header):
            problems.error(
                f"{len(cells)} cells under {len(header)} columns",
                where,
                "quote cells that hold commas, fill blank ones with nothing between commas",
            )
            continue
        values = _values(cells, order, where, problems)
        if values is not None:
            yield Entry(record(*values), where, layer)


def _same_columns(header: list[str], columns: list[str], name: str, problems: ProblemList) -> bool:
    missing = [c for c in columns if c not in header]
    unknown = [c for c in header if c not in columns]
    if missing:
        problems.error(
            f"columns are missing: {', '.join(missing)}", name, f"write {','.join(columns)}"
        )
    if unknown:
        problems.error(
            f"unknown columns: {', '.join(unknown)}", name, f"use {','.join(columns)} only"
        )
    return not missing


def _values(
    cells: list[str],
    order: list[tuple[int, str, Callable[[str], Any]]],
    where: str,
    problems: ProblemList,
) -> list[Any] | None:
    values: list[Any] = []
    sound = True
    for position, name, convert in order:
        try:
            values.append(convert(cells[position].strip()))
        except ValueError:
            problems.error(
                f"{name} is not a number: '{cells[position]}'",
                where,
                "write digits with a point, no thousands signs; blank if there is none",
            )
            sound = False
    return values if sound else None


def _float(text: str) -> float | None:
    if not text:
        return None
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _int(text: str) -> int | None:
    return int(text) if text else None


def _names(text: str) -> tuple[str, ...]:
    return tuple(references(text))


_CONVERTERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "float | None": _float,
    "int | None": _int,
    "tuple[str, ...]": _names,
}
