"""Rows of a comparison for the map and for the tables by people, place and kind of waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from travesia.ensembles.metrics import METRICS
from travesia.reporting.comparison_words import numbers, verdict
from travesia.reporting.facts import nationality_name, tidy
from travesia.reporting.names import FAMILIES, MX_STATES, PAYERS, WAITING_NAMES
from travesia.reporting.payload import Drawn, EffectLine, Forest, ForestRow, Group
from travesia.results.states import WAITING_KINDS

TITLES = {m.id: m.titled for m in METRICS}
ROWS_SHOWN = 25

WHOM: Mapping[str, str] = MappingProxyType({
    "encounters": TITLES["us_encounters"], "detentions": TITLES["mx_detentions"],
    "harm": TITLES["harm"], "deaths": TITLES["deaths"], "departures": TITLES["departures"],
})  # fmt: skip
"""Measures by nationality and company: start of the names of their arrays, and title."""

PLACES: Mapping[str, str] = MappingProxyType({
    "waiting": "people waiting, stranded or held on an average day",
    "detentions": TITLES["mx_detentions"], "harm": TITLES["harm"], "deaths": TITLES["deaths"],
})  # fmt: skip
"""Measures by place: start of the names of their arrays, and title."""

ENDS_SHOWN = ("in_us", "returned", "settled_mx")

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
        for r in cells.get("flows", ())
        if r["leg"] in index and (r["low"] or r["high"])
    ]
    return sorted(rows, key=lambda r: -abs(r[2]))


def map_places(cells: Cells, index: Mapping[str, int], members: int) -> dict[str, list[Drawn]]:
    """Differences at places by measure: place, base, difference, low, high, verdict."""
    return {
        name: sorted(
            (
                drawn(index[r["place"]], r, members)
                for r in cells.get(f"{name}_by_place", ())
                if r["place"] in index and (r["low"] or r["high"])
            ),
            key=lambda r: -abs(r[2]),
        )
        for name in PLACES
    }


def whom(cells: Cells, members: int) -> list[Group]:
    """Measures by nationality and by company, and how journeys ended."""
    out = []
    for key, title in WHOM.items():
        nations, families = (cells.get(f"{key}_by_{a}", ()) for a in ("nationality", "family"))
        out.append(_people(key, title, nations, families, members))
    for end in ENDS_SHOWN:
        nations, families = (
            [r for r in cells.get(f"ends_by_{a}", ()) if r["end"] == end]
            for a in ("nationality", "family")
        )
        out.append(_people(end, TITLES[end], nations, families, members))
    return [g for g in out if g["panels"]]


def _people(
    key: str, title: str, nations: Sequence[Row], families: Sequence[Row], members: int
) -> Group:
    return _group(
        key,
        title,
        [
            _panel(
                "By nationality", nations, lambda r: nationality_name(r["nationality"]), members
            ),
            _panel(
                "By company",
                families,
                lambda r: FAMILIES.get(r["family_type"], r["family_type"]),
                members,
            ),
        ],
    )


def where(
    cells: Cells, places: Mapping[str, Row], modes: Mapping[str, str], members: int
) -> list[Group]:
    """Measures by sector, Mexican state, place and means of travel."""

    def place(row: Row) -> str:
        return place_name(places.get(row["place"]), row["place"])

    groups = [
        _group(
            "encounters",
            TITLES["us_encounters"],
            [
                _panel(
                    "By sector",
                    cells.get("encounters_by_sector", ()),
                    lambda r: place_name(places.get(r["sector"]), r["sector"]),
                    members,
                )
            ],
        ),
        _group(
            "detentions",
            TITLES["mx_detentions"],
            [
                _panel(
                    "By state",
                    cells.get("detentions_by_state", ()),
                    lambda r: MX_STATES.get(r["mx_state"], r["mx_state"]),
                    members,
                ),
                _panel("By place", cells.get("detentions_by_place", ()), place, members),
            ],
        ),
        _group(
            "harm",
            TITLES["harm"],
            [_panel("By place", cells.get("harm_by_place", ()), place, members)],
        ),
        _group(
            "deaths",
            TITLES["deaths"],
            [_panel("By place", cells.get("deaths_by_place", ()), place, members)],
        ),
        _group(
            "ways",
            "passages of a stretch of the way",
            [
                _panel(
                    "By means of travel",
                    cells.get("passages_by_mode", ()),
                    lambda r: modes.get(r["mode"], r["mode"]),
                    members,
                )
            ],
        ),
    ]
    return [g for g in groups if g["panels"]]


def money(
    cells: Cells, names: Mapping[str, str], payers: Mapping[str, str], members: int
) -> list[Group]:
    """US dollars over the period by payer, line by line of the bill."""
    groups = []
    for payer in PAYERS:
        rows = [r for r in cells.get("money", ()) if payers.get(r["item"]) == payer]
        panel = _panel("By item", rows, lambda r: names.get(r["item"], r["item"]), members)
        groups.append(_group(payer, TITLES[f"cost_{payer}"], [panel]))
    return [g for g in groups if g["panels"]]


def waiting(
    cells: Cells,
    places: Mapping[str, Row],
    states: Mapping[str, str],
    members: int,
    day: str = "on an average day",
) -> list[Group]:
    """People waiting on an average day (told by ``day``): by kind of waiting, and by place."""
    kinds = {s: kind for kind, group in WAITING_KINDS for s in group}
    stocks = [r for r in cells.get("stocks", ()) if r["state"] in kinds]
    panels = [
        _panel(
            "By kind of waiting",
            stocks,
            lambda r: states.get(r["state"], r["state"].replace("_", " ")),
            members,
            lambda r: WAITING_NAMES.get(kinds[r["state"]], ""),
        ),
        _panel(
            "By place",
            cells.get("waiting_by_place", ()),
            lambda r: place_name(places.get(r["place"]), r["place"]),
            members,
        ),
    ]
    group = _group("waiting", PLACES["waiting"].replace("on an average day", day), panels)
    return [group] if group["panels"] else []


def place_name(place: Row | None, name: str) -> str:
    """A place in words."""
    if place is None:
        return name.replace("us_", "").replace("_", " ")
    return str(place["name"])


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
