"""The scenario of a run, as the report reads it: typed rows out of the snapshot in the result.

A snapshot may lack tables and columns; what is absent reads as empty, and what the report cannot
do without (places, legs, cohorts, transitions) is named in the error.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pandas as pd

from travesia.errors import InputError, Problem
from travesia.reporting.names import UNDER_WAY, Words
from travesia.results.result import Result
from travesia.scenario.pages import Pages

ENDS = ("arrived", "returned", "settled", "dead")
NEEDED = ("places", "legs", "cohorts", "transitions")
Names = tuple[str, ...]
T = TypeVar("T", bound="Place | Leg | Mode | Cohort | Transition | Policy | Word")


@dataclass(frozen=True)
class Period:
    """First and last day of the run that count."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True)
class Place:
    """A row of ``places``; degrees."""

    id: str = ""
    name: str = ""
    kind: str = ""
    country: str = ""
    admin1: str = ""
    lat: float = 0.0
    lon: float = 0.0


@dataclass(frozen=True, slots=True)
class Leg:
    """A row of ``legs``."""

    id: str = ""
    from_: str = ""
    to: str = ""
    mode: str = ""
    role: str = ""
    distance_km: float = 0.0
    days: float = 0.0


@dataclass(frozen=True, slots=True)
class Mode:
    """A row of ``modes``."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Cohort:
    """A row of ``cohorts``."""

    id: str = ""
    nationality: str = ""
    family_type: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of ``transitions``."""

    id: str = ""
    from_: str = ""
    to: str = ""
    counts_as: Names = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """A row of ``policies``; dates are ISO texts, blank without an end."""

    id: str = ""
    name: str = ""
    start: str = ""
    end: str = ""
    enabled: bool = True
    note: str = ""
    source: Names = ()
    claims: Names = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A row of ``words``."""

    kind: str = ""
    code: str = ""
    name: str = ""
    short: str = ""
    members: Names = ()


@dataclass(frozen=True)
class ScenarioView:
    """Rows of the scenario's snapshot, with attributes named as the columns; ``from_`` is
    ``from``.
    """

    about: dict[str, str]
    period: Period
    places: list[Place]
    legs: list[Leg]
    modes: list[Mode]
    cohorts: list[Cohort]
    transitions: list[Transition]
    policies: list[Policy]
    pages: Pages
    words: Words

    @classmethod
    def of(cls, result: Result) -> ScenarioView:
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
        legs = rows(Leg, tables["legs"])
        named = [Mode(m, m.replace("_", " ")) for m in dict.fromkeys(g.mode for g in legs)]
        places = rows(Place, tables["places"])
        told = rows(Word, tables["words"]) if "words" in tables else []
        return cls(
            about=about,
            period=_period(result, about),
            places=places,
            legs=legs,
            modes=rows(Mode, tables["modes"]) if "modes" in tables else named,
            cohorts=rows(Cohort, tables["cohorts"]),
            transitions=rows(Transition, tables["transitions"]),
            policies=rows(Policy, tables["policies"]) if "policies" in tables else [],
            pages=Pages.model_validate_json(about.get("pages") or "{}"),
            words=Words.of(told, places),
        )

    @property
    def ends(self) -> dict[str, str]:
        """Ends of journeys and their names: arrived, settled, still under way, returned, dead."""
        states = self.about.get("ends", "").split(";")
        arrived, returned, settled, dead = states if len(states) == 4 else ENDS
        order = (arrived, settled, UNDER_WAY, returned, dead)
        return {end: self.words.name("end", end) for end in order}

    @property
    def transit(self) -> frozenset[str]:
        """Countries through which the way leads."""
        return frozenset(self.about.get("transit", "").split(";")) - {""}


def rows(kind: type[T], table: pd.DataFrame) -> list[T]:
    """Rows of a table as objects of a kind; an absent cell reads as the default of its field."""
    known = {f.name: f.default for f in dataclasses.fields(kind)}
    names = {c: n for c in table.columns if (n := {"from": "from_"}.get(c, str(c))) in known}
    columns = [[_cell(known[n], v) for v in table[c]] for c, n in names.items()]
    return [
        kind(**dict(zip(names.values(), cells, strict=True)))
        for cells in zip(*columns, strict=True)
    ]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table by the names of their columns."""
    return [{str(key): cell for key, cell in row.items()} for row in table.to_dict("records")]


def _cell(default: object, value: object) -> object:
    """A cell as its field has it; ``default`` is what an absent one reads as."""
    if isinstance(default, tuple):
        parts = value if isinstance(value, (list, tuple)) else _text(value).split(";")
        return tuple(part for p in parts if (part := str(p).strip()))
    text = _text(value)
    if not text:
        return default
    if isinstance(default, bool):
        return text.lower() not in ("false", "no", "0")
    return float(text) if isinstance(default, float) else text


def _text(value: object) -> str:
    """A cell as text; dates in ISO, blank for what is absent."""
    if value is None or value is pd.NaT or value != value:
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, dt.date) else str(value)


def _about(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    if "scenario" not in tables:
        return {}
    table = tables["scenario"]
    out: dict[str, str] = {}
    for key, value in zip(table["key"].astype(str), table["value"], strict=True):
        text = "" if value is None or value != value else str(value)
        out[key] = f"{out[key]}\n{text}" if key in out else text
    return out


def _period(result: Result, about: Mapping[str, str]) -> Period:
    first, last = result.period
    start = about.get("start") or f"{first}-01"
    end = about.get("end") or f"{pd.Period(last, 'M').end_time:%Y-%m-%d}"
    return Period(dt.date.fromisoformat(start[:10]), dt.date.fromisoformat(end[:10]))
