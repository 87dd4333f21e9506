"""Reads the CSV tables of a scenario: the columns are those of the table's record."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from travesia.csvtable import Column, CsvTable, read_table
from travesia.errors import ProblemList
from travesia.scenario import models as m
from travesia.scenario.tables import TableSpec

MAX_REPORTED = 20


def read_csv(path: Path, label: str, spec: TableSpec, problems: ProblemList) -> CsvTable | None:
    """Read one table, or report every fault of its layout; None when nothing can be read."""
    table = read_table(path, label, _columns(spec.record), problems)
    if table is not None and spec.required and not table.rows and not table.lost:
        problems.error("the table has a header but no rows", label, "add at least one row")
    return table


@lru_cache(maxsize=64)
def _columns(record: type[m.Record]) -> dict[str, Column]:
    return {
        name: Column(info.is_required(), info.description or "")
        for name, info in record.columns().items()
    }
