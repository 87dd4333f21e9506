"""Where and how long people waited, and what it did to them: a section of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from travesia.quantities.quantity import Quantity
from travesia.reporting.facts import Facts, Floats, tidy
from travesia.reporting.payload import Cell, Column, Section, Table

RATE, HARM, DAYS = "waiting_harm_rate", "waiting_harm", "waiting_days"
"""The quantities that the section tells: a rate, and the two that it divides."""

PLACES_SHOWN = 12
PAIRS_SHOWN = 15
LEAST_DAYS = 1000.0
"""Fewer person-days than this give no rate."""

LEAST_EVENTS = 10.0
"""Nor do fewer harms among those who were simulated: chance alone would move it by a third."""

Named = Mapping[str, str]


def waits(facts: Facts) -> list[Section]:
    """Days of waiting and harms to those who wait, by stay, place and both; none, if the scenario
    does not count them or nobody waited."""
    register = facts.quantities
    if not all(name in register for name in (RATE, HARM, DAYS)) or not facts.total(DAYS):
        return []
    rate = register[RATE]
    stays, places = _stay_names(facts), {p.id: p.name for p in facts.scenario.places}
    both = _Both(facts, rate)
    share = facts.total(RATE)
    told = (
        f"People waited, were stranded or were held for {_words(facts.total(DAYS))} days, and "
        f"{_words(facts.total(HARM))} harms by the day struck those who did: "
        f"{share:.2f} {rate.unit}."
    )
    dicho = (
        f"Las personas esperaron, estuvieron varadas o retenidas {_words(facts.total(DAYS))} "
        f"días y sufrieron en ellos {_words(facts.total(HARM))} daños: {share:.2f} por cada "
        "100 días de espera."
    )
    about = (
        "A day that one person waits is one day. Harms are person-events: threats, robbery, "
        "extortion, beatings, kidnapping, illness and abuse at work; most rates rest on few "
        "surveys and on judgement. Read them as orders of magnitude."
    )
    sobre = (
        "Los daños son amenazas, robos, extorsiones, golpes, secuestros, enfermedades y abusos en "
        "el trabajo; casi todas las tasas se apoyan en pocas encuestas y en juicios. Léanse como "
        "órdenes de magnitud."
    )
    tables = [
        both.table("By stay · Por estancia", "stay · estancia", "state", stays, None),
        both.table("By place · Por lugar", "place · lugar", "place", places, PLACES_SHOWN),
        both.pairs(stays, places),
    ]
    return [
        {
            "id": "waits",
            "name": "Waiting",
            "kicker": "Waiting · La espera",
            "title": "Where and how long people waited, and what it did to them · "
            "Dónde y cuánto esperaron, y qué les hizo",
            "paragraphs": [told, about, dicho, sobre],
            "tables": [t for t in tables if t["rows"]],
        }
    ]


class _Both:
    """Harms and days, counted by state and place, over the period."""

    def __init__(self, facts: Facts, rate: Quantity) -> None:
        self._rate = rate
        self._least = LEAST_EVENTS / max(1e-9, float(facts.result.manifest.get("sample") or 1.0))
        self._axes = {axis: facts.names(axis) for axis in ("state", "place")}
        self._days: Floats = facts.count(DAYS, "state", "place").sum(axis=-1)
        self._harm: Floats = facts.count(HARM, "state", "place").sum(axis=-1)

    def table(self, title: str, head: str, axis: str, names: Named, most: int | None) -> Table:
        """Days, harms and their rate by one axis, the longest waits first."""
        other = 1 if axis == "state" else 0
        days, harm = self._days.sum(axis=other), self._harm.sum(axis=other)
        order = [int(n) for n in np.argsort(-days, kind="stable") if days[n] >= LEAST_DAYS][:most]
        ids = self._axes[axis]
        rows: list[list[Cell]] = [
            [names.get(ids[n], ids[n]), *self._cells(float(days[n]), float(harm[n]))] for n in order
        ]
        return {"title": title, "columns": _columns(head), "rows": rows, "note": ""}

    def pairs(self, stays: Named, places: Named) -> Table:
        """The stays at one place in which most days were waited."""
        flat = np.argsort(-self._days, axis=None, kind="stable")[:PAIRS_SHOWN]
        rows: list[list[Cell]] = []
        for s, p in zip(*np.unravel_index(flat, self._days.shape), strict=True):
            days, harm = float(self._days[s, p]), float(self._harm[s, p])
            if days < LEAST_DAYS:
                continue
            stay, place = self._axes["state"][s], self._axes["place"][p]
            named: list[Cell] = [stays.get(stay, stay), places.get(place, place)]
            rows.append([*named, *self._cells(days, harm)])
        return {
            "title": "By stay and place · Por estancia y lugar",
            "columns": _columns("stay · estancia", "place · lugar"),
            "rows": rows,
            "note": "The stays with most days. No rate: fewer than ten harms were simulated. · "
            "Las estancias con más días. Sin tasa: se simularon menos de diez daños.",
        }

    def _cells(self, days: float, harm: float) -> list[Cell]:
        rate = f"{self._rate.scale * harm / days:.2f}" if harm >= self._least else None
        return [tidy(days, 3), tidy(harm, 3), rate]


def _columns(*heads: str) -> list[Column]:
    named: Sequence[str] = (
        "days of waiting · días de espera", "harms · daños", "per 100 days · por 100 días",
    )  # fmt: skip
    words: list[Column] = [{"name": head, "number": False} for head in heads]
    numbers: list[Column] = [{"name": name, "number": True} for name in named]
    return [*words, *numbers]


def _stay_names(facts: Facts) -> dict[str, str]:
    """Of each state, the name of the first of its stays that takes time."""
    table = facts.result.scenario_tables.get("stays")
    if table is None:
        return {}
    pairs = zip(table["state"].astype(str), table["name"].astype(str), strict=True)
    found: dict[str, str] = {}
    for state, name in pairs:
        found.setdefault(state, name)
    return found


def _words(number: float) -> str:
    """A count in three figures."""
    return f"{tidy(number, 3):,.0f}"
