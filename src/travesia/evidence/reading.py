"""Reads the tables of a ledger folder into records, with the line of every row and every fault."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from travesia.csvtable import Column, read_table
from travesia.errors import ProblemList
from travesia.evidence.records import TABLES, Claim, Conflict, Figure, Item, Source
from travesia.textfile import shorten


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with the file and line it stands in; a later ``layer`` replaces an earlier one."""

    item: Item
    where: str
    layer: int = 0


def references(text: str) -> list[str]:
    """The ids in a ``;``-joined cell, in order, each once."""
    return list(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


def read_folder(
    folder: Path, layer: int, problems: ProblemList, label: str = ""
) -> Iterator[Entry]:
    """Read the tables that a folder holds; faults of the layout and of cells go to ``problems``.

    A folder without any table is a fault; a folder with some of them is not, so that a scenario
    may add claims alone. A CSV file of another name is a fault too: nothing would read it.
    ``label`` stands before the names of the files in messages.
    """
    known = [name for name, _ in TABLES]
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []  # noqa: PTH208, PTH112
    present = [(name, record) for name, record in TABLES if name in names]
    for name in names:
        if name not in known and name.lower().endswith(".csv") and not name.startswith("."):
            meant = name.lower() if name.lower() in known else ""
            problems.error(
                f"'{shorten(name)}' is not a table of the ledger and is not read",
                label + name,
                f"rename it to {meant}" if meant else f"use {', '.join(known)}, or remove it",
            )
    if not present:
        problems.error(
            "there is no table of the ledger",
            label or str(folder),
            f"put in one of {', '.join(known)}",
        )
    for name, record in present:
        yield from _read_table(folder / name, label + name, record, layer, problems)


def _read_table(
    path: Path,
    label: str,
    record: type[Source] | type[Figure] | type[Claim] | type[Conflict],
    layer: int,
    problems: ProblemList,
) -> Iterator[Entry]:
    columns = {field.name: Column() for field in fields(record)}
    table = read_table(path, label, columns, problems)
    if table is None:
        return
    header = table.header
    order = [(header.index(f.name), f.name, _CONVERTERS[str(f.type)]) for f in fields(record)]
    for cells, line in zip(table.rows, table.lines, strict=True):
        where = f"{label}, line {line}"
        values = _values(cells, order, where, problems)
        if values is not None:
            yield Entry(record(*values), where, layer)


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
                f"{name} is not a number: '{shorten(cells[position])}'",
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
