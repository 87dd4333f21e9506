"""Published numbers of people on a day, which a run is looked at beside: nothing is scored.

The table ``system/stock_checks.csv`` of a scenario has one row per dated statement: who was where
(places and states, joined by ``;``), how many at least and at most, the source, and what the
statement and a run count differently. Such statements are too few and too rough for a score.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from travesia.errors import ProblemList

COLUMNS = (
    "date", "what", "places", "states", "nationality", "family_type", "low", "high", "source",
    "reason",
)  # fmt: skip

GROUPS = ("nationality", "family_type")
"""Columns that name a part of the people."""


@dataclass(frozen=True)
class StockCheck:
    """A published number of people on a day.

    ``places`` empty = everywhere, ``nationality`` and ``family_type`` empty = all; ``low`` and
    ``high`` are people;
    ``reason`` says what the statement and a run count differently. ``origin`` is its file and line.
    """

    date: str
    what: str
    places: tuple[str, ...]
    states: tuple[str, ...]
    nationality: str
    family_type: str
    low: float
    high: float
    source: str
    reason: str
    origin: str = ""

    def names(self) -> Iterable[tuple[str, str]]:
        """What it names: axes of stocks, and values on them."""
        yield from (("place", name) for name in self.places)
        yield from (("state", name) for name in self.states)
        for axis in GROUPS:
            if value := getattr(self, axis):
                yield axis, value


def read_stock_checks(
    rows: Iterable[Mapping[str, str | None]], file: str, problems: ProblemList
) -> tuple[StockCheck, ...]:
    """Read the rows of a table; those with faults are left out, and reported."""
    found = []
    for line, row in enumerate(rows, start=2):
        origin = f"{file}, line {line}"
        faults = _faults(row)
        for what, cure in faults:
            problems.error(what, origin, cure)
        if not faults:
            told = {k: v or "" for k, v in row.items()}
            found.append(
                StockCheck(
                    date=told["date"],
                    what=told["what"],
                    places=_names(told["places"]),
                    states=_names(told["states"]),
                    nationality=told["nationality"],
                    family_type=told["family_type"],
                    low=float(told["low"]),
                    high=float(told["high"]),
                    source=told["source"],
                    reason=told["reason"],
                    origin=origin,
                )
            )
    return tuple(found)


def _faults(row: Mapping[str, str | None]) -> list[tuple[str, str]]:
    missing = [c for c in COLUMNS if row.get(c) is None]
    if missing:
        return [(f"column {c!r} is missing", "fill every column") for c in missing]
    out = []
    try:
        dt.date.fromisoformat(row["date"] or "")
    except ValueError:
        out.append((f"date {row['date']!r} is not a day", "write it as 2021-03-28"))
    for column in ("what", "states", "source", "reason"):
        if not row[column]:
            out.append((f"{column} is empty", "say it"))
    try:
        low, high = float(row["low"] or ""), float(row["high"] or "")
    except ValueError:
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high)):
        out.append(("low or high is not a number", "write people, twice the same for one number"))
    elif not 0 <= low <= high:
        out.append((f"low {low:g} and high {high:g} are no range of people", "correct one of them"))
    return out


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name for name in cell.split(";") if name)
