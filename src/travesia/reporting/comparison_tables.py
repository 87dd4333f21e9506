"""Rows of a comparison for the map and for the tables by people, place and kind of waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from travesia.quantities.quantity import Quantity
from travesia.quantities.register import Register, terms_of
from travesia.reporting.comparison_words import numbers, verdict
from travesia.reporting.facts import tidy
from travesia.reporting.names import FAMILIES, Words
from travesia.reporting.payload import Drawn, EffectLine, Forest, ForestRow, Group

ROWS_SHOWN = 25

Row = Mapping[str, Any]
Cells = Mapping[str, Sequence[Row]]


def timelines(scenario: Row) -> list[EffectLine]:
    """Series of every output by month, with the bands of the difference."""
    return [
        {
            "id": t["id"],
            "title": t["title"],
            "kind": t["kind"],
            "base": _tidy(t["base"]),
            "other": _tidy(t["other"]),
            "low": _tidy(t["low"]),
            "low50": _tidy(t["low50"]),
            "difference": _tidy(t["difference"]),
            "high50": _tidy(t["high50"]),
            "high": _tidy(t["high"]),
        }
        for t in scenario["timelines"]
    ]


def _tidy(values: Iterable[float]) -> list[float]:
    return [tidy(v, 3) for v in values]


def drawn(at: int, row: Row, members: int) -> Drawn:
    """A difference as the map draws it, at a leg or place."""
    base, difference, low, high = (tidy(row[n], 3) for n in ("base", "difference", "low", "high"))
    return at, base, difference, low, high, verdict(row, members)


def map_legs(cells: Cells, index: Mapping[str, int], members: int) -> list[Drawn]:
    """Differences on legs: leg, base, difference, low, high, what the pairs say."""
    rows = [
        drawn(index[r["leg"]], r, members)
        for r in cells.get("passages_by_leg", ())
        if r["leg"] in index and (r["low"] or r["high"])
    ]
    return sorted(rows, key=lambda r: -abs(r[2]))


def measures(register: Register) -> dict[str, str]:
    """The quantities that the map of differences draws at places, and their titles."""
    kept = {q.id: q for _, q in register.kept_by("place")}
    order = sorted(kept.values(), key=lambda q: q.measure != "stock")
    return {q.id: _on_a_day(q) if q.measure == "stock" else q.titled for q in order}


def _on_a_day(quantity: Quantity, day: str = "on an average day") -> str:
    return f"{quantity.title} {day}"


def map_places(
    cells: Cells, register: Register, index: Mapping[str, int], members: int
) -> dict[str, list[Drawn]]:
    """Differences at places by quantity: place, base, difference, low, high, verdict."""
    return {
        name: sorted(
            (
                drawn(index[r["place"]], r, members)
                for r in cells.get(f"{name}_by_place", ())
                if r["place"] in index and (r["low"] or r["high"])
            ),
            key=lambda r: -abs(r[2]),
        )
        for name in measures(register)
    }


class Names:
    """Words for the labels of the axes of a comparison."""

    def __init__(self, places: Mapping[str, Row], modes: Mapping[str, str], words: Words) -> None:
        self.places, self.modes, self.words = places, modes, words

    def of(self, axis: str) -> Callable[[Row], str]:
        """The words for the label of a row on an axis."""
        if axis == "nationality":
            return lambda r: self.words.country(r[axis])
        if axis in ("family_type", "mode"):
            known = FAMILIES if axis == "family_type" else self.modes
            return lambda r: known.get(r[axis], r[axis])
        return lambda r: self.place(r[axis])

    def place(self, name: str) -> str:
        """A place or region in words."""
        found = self.places.get(name)
        return self.words.region(name) if found is None else str(found["name"])


WHOM = ("nationality", "family_type")
WHERE = ("place", "mode")
"""Axes of the sections on people and on places; others that are read from places are of these."""


def whom(cells: Cells, register: Register, names: Names, members: int) -> list[Group]:
    """Quantities by nationality and by company."""
    return _sections(cells, register, WHOM, names, members)


def where(cells: Cells, register: Register, names: Names, members: int) -> list[Group]:
    """Quantities by sector, state, place and means of travel; people on a day stand apart."""
    own = [a.id for a in register.axes.values() if register.base("events", a.id) == "place"]
    return _sections(cells, register, (*own, *WHERE), names, members)


def _sections(
    cells: Cells, register: Register, axes: Sequence[str], names: Names, members: int
) -> list[Group]:
    """For each quantity that is broken down by any of some axes, a panel for each of them."""
    groups: dict[str, tuple[str, list[Forest]]] = {}
    for axis in dict.fromkeys(axes):
        title = f"By {register.axes[axis].titled}"
        for array, q in register.kept_by(axis):
            if q.measure == "count":
                panel = _panel(title, cells.get(array, ()), names.of(axis), members)
                groups.setdefault(q.id, (q.titled, []))[1].append(panel)
    order = [q for q in register if q in groups]
    return [g for q in order if (g := _group(q, *groups[q]))["panels"]]


def money(
    cells: Cells,
    register: Register,
    names: Mapping[str, str],
    payers: Mapping[str, str],
    members: int,
) -> list[Group]:
    """US dollars over the period by payer, line by line of the bill."""
    groups = []
    for quantity in register.listed("costs"):
        payer = next(v for a, v in terms_of(quantity.where) if a == "payer")
        rows = [r for r in cells.get("costs_by_item", ()) if payers.get(r["item"]) == payer]
        panel = _panel("By item", rows, lambda r: names.get(r["item"], r["item"]), members)
        groups.append(_group(payer, quantity.title, [panel]))
    return [g for g in groups if g["panels"]]


def waiting(
    cells: Cells,
    register: Register,
    names: Names,
    stays: Mapping[str, tuple[str, str]],
    members: int,
    day: str = "on an average day",
) -> list[Group]:
    """People waiting on an average day (told by ``day``): by kind of stay, and by place.

    ``stays`` gives the name and the kind of waiting of each state.
    """
    stocks = [r for r in cells.get("present_by_state", ()) if stays.get(r["state"], ("", ""))[1]]
    kinds = _panel(
        "By kind of waiting",
        stocks,
        lambda r: stays[r["state"]][0],
        members,
        lambda r: names.words.name("waiting", stays[r["state"]][1]),
    )
    out = []
    for array, q in register.kept_by("place"):
        if q.measure == "stock":
            places = _panel("By place", cells.get(array, ()), names.of("place"), members)
            out.append(_group(q.id, _on_a_day(q, day), [kinds, places]))
    return [g for g in out if g["panels"]]


def _group(key: str, title: str, panels: Sequence[Forest]) -> Group:
    return {"id": key, "title": title, "panels": [p for p in panels if p["rows"]]}


def forest_row(row: Row, name: str, members: int, note: str = "") -> ForestRow:
    """A row of a forest."""
    return {"name": name, "note": note, "verdict": verdict(row, members), **numbers(row)}


def _panel(
    title: str,
    rows: Sequence[Row],
    name: Callable[[Row], str],
    members: int,
    note: Callable[[Row], str] | None = None,
) -> Forest:
    """A list of intervals, the largest differences first; what is left out is counted."""
    ranked = sorted(rows, key=lambda r: (-abs(r["difference"]), -r["base"]))
    shown = [forest_row(r, name(r), members, note(r) if note else "") for r in ranked[:ROWS_SHOWN]]
    return {"title": title, "rows": shown, "left_out": max(0, len(rows) - len(shown))}
