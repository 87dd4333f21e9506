"""The scenario of a run, as the report reads it: plain rows out of the snapshot in the result.

A snapshot may lack tables and columns; what is absent reads as empty, and what the report cannot
do without (places, legs, cohorts, transitions) is named in the error.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pandas as pd

from travesia.errors import InputError, Problem

NEEDED = ("places", "legs", "cohorts", "transitions")
_NUMBERS = frozenset({"lat", "lon", "distance_km", "days"})
_LISTS = frozenset({"source", "claims", "counts_as", "programme", "zones"})


@dataclass(frozen=True)
class Period:
    """First and last day of the run that count."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True)
class ScenarioView:
    """Rows of the scenario's snapshot, with attributes named as the columns.

    ``from`` reads as ``from_``; columns of names joined by ``;`` read as tuples.
    """

    about: dict[str, str]
    period: Period
    places: list[Any]
    legs: list[Any]
    modes: list[Any]
    cohorts: list[Any]
    transitions: list[Any]
    policies: list[Any]

    @classmethod
    def of(cls, result: Any) -> ScenarioView:
        """Read the snapshot of a result.

        Raises :class:`InputError` if a table that the report needs is missing.
        """
        tables = result.scenario_tables
        absent = [name for name in NEEDED if name not in tables]
        if absent:
            raise InputError(
                "the run does not carry what a report needs of its scenario",
                [Problem(f"table {n!r} is missing", n, "run the scenario again") for n in absent],
            )
        about = _about(tables)
        legs = rows(tables["legs"])
        modes = (
            rows(tables["modes"])
            if "modes" in tables
            else [
                SimpleNamespace(id=m, name=m.replace("_", " "))
                for m in dict.fromkeys(leg.mode for leg in legs)
            ]
        )
        return cls(
            about=about,
            period=_period(result, about),
            places=rows(tables["places"]),
            legs=legs,
            modes=modes,
            cohorts=rows(tables["cohorts"]),
            transitions=rows(tables["transitions"]),
            policies=rows(tables["policies"]) if "policies" in tables else [],
        )


def rows(table: pd.DataFrame) -> list[Any]:
    """Rows of a table as objects; absent values read as empty text, lists as tuples."""
    names = [f"{c}_" if c == "from" else str(c) for c in table.columns]
    out = []
    for row in table.itertuples(index=False, name=None):
        cells = {n: _cell(n, v) for n, v in zip(names, row, strict=True)}
        out.append(Row(**cells))
    return out


class Row(SimpleNamespace):
    """One row of a table; a column that the snapshot lacks reads as empty."""

    def __getattr__(self, name: str) -> Any:
        """Give the empty value of an absent column."""
        if name.startswith("__"):
            raise AttributeError(name)
        return 0.0 if name in _NUMBERS else () if name in _LISTS else ""


def _cell(name: str, value: Any) -> Any:
    if name in _LISTS:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(";") if part.strip())
        if isinstance(value, (list, tuple)):
            return tuple(str(part) for part in value)
        return ()
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return 0.0 if name in _NUMBERS else ""
    if name in _NUMBERS:
        return float(value) if value != "" else 0.0
    if isinstance(value, (dt.date, pd.Timestamp)):
        return f"{value:%Y-%m-%d}"
    return value


def _about(tables: Any) -> dict[str, str]:
    if "scenario" not in tables:
        return {}
    table = tables["scenario"]
    out: dict[str, str] = {}
    for key, value in zip(table["key"].astype(str), table["value"], strict=True):
        text = "" if value is None or value != value else str(value)
        out[key] = f"{out[key]}\n{text}" if key in out else text
    return out


def _period(result: Any, about: dict[str, str]) -> Period:
    first, last = result.period
    start = about.get("start") or f"{first}-01"
    end = about.get("end") or f"{pd.Period(last, 'M').end_time:%Y-%m-%d}"
    return Period(dt.date.fromisoformat(start[:10]), dt.date.fromisoformat(end[:10]))
