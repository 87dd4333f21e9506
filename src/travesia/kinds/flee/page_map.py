"""The map of a FLEE run: places and roads, with who entered and stayed by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from travesia.kinds.flee.page_facts import CampFacts, Floats
from travesia.reporting.basemap import outlines as shipped
from travesia.reporting.facts import tidy
from travesia.reporting.packing import block
from travesia.reporting.payload import Basemap, MapWords, MonthMap, Place, Travel
from travesia.reporting.view import records
from travesia.reporting.world import countries_within, window_of, world_basemap

KINDS = {
    "conflict": "place of conflict", "town": "town", "camp": "camp", "idp_camp": "camp",
    "forwarding_hub": "forwarding hub", "marker": "crossing of roads",
}  # fmt: skip
MARKS: Mapping[str, Literal["end", "conflict"]] = {
    "conflict": "conflict", "camp": "end", "idp_camp": "end"
}  # fmt: skip
"""Kinds of place whose spots stand out on the map."""

MAP: MapWords = {
    "kicker": "Places and roads, month by month",
    "title": "Where people were on the way, and where they stayed",
    "text": "Lines are roads, as wide as the number of people who set out on them that month. "
    "Circles are people at a place on an average day of the month; red dots are places of "
    "conflict.",
    "map": "Map of places and roads",
    "stock": "people on an average day",
    "stocks": "People at places",
    "nobody": "nobody is here this month",
    "force": "Closures in force",
    "none": "Nothing is closed.",
    "net": True,
}

STATES = (("camp", "in the camp", ("camp", "idp_camp")), ("other", "not in a camp", ()))
"""Kinds of stay on the map: id, name and kinds of place; the last takes all others."""

BOUNDS = (-128.0, -6.0, -58.0, 46.0)
"""West, south, east, north of the finer outlines."""

CORRIDOR = frozenset({
    "Belize", "Colombia", "Costa Rica", "Cuba", "Dominican Rep.", "Ecuador", "El Salvador",
    "Guatemala", "Haiti", "Honduras", "Mexico", "Nicaragua", "Panama", "Venezuela",
})  # fmt: skip
"""Countries that the basemap of the corridor has whole."""

NO_OUTLINES = "Without coasts and borders: there are none around these places."


class CampMap(MonthMap):
    """The map of a case, and how many of its places have no coordinates."""

    unplaced: int


def camp_map(facts: CampFacts, basemap: Basemap | None = None) -> CampMap:
    """Places with coordinates, half-links and monthly counts, as the map reads them.

    Places without coordinates are left off (``unplaced`` counts them).
    """
    table = facts.result.scenario_tables["places"]
    placed = table[table["lat"].notna() & table["lon"].notna()]
    rows = records(placed)
    index = {str(r["id"]): i for i, r in enumerate(rows)}
    months = sorted({d[:7] for d in facts.dates})
    unplaced = len(table) - len(rows)
    left_off = f" {unplaced} places without coordinates are left off." if unplaced else ""
    legs = _legs(facts, index)
    flows = _flows(facts, [leg["id"] for leg in legs], months)
    points = [(float(r["lon"]), float(r["lat"])) for r in rows]
    return {
        "months": months,
        "opening_month": months[int(flows.sum(axis=(0, 1)).argmax())],
        "axes": {
            "groups": [{"id": "all", "name": "everyone"}],
            "families": [{"id": "all", "name": "anyone"}],
            "modes": [{"id": "road", "name": "road"}],
        },
        "places": [
            place_of(str(r["id"]), str(r["name"]), str(r["kind"]), str(r["country"]), lat, lon)
            for r, (lon, lat) in zip(rows, points, strict=True)
        ],
        "legs": legs,
        "flows": {**block(flows), "classes": [[0, 0]]},
        "stocks": {
            **block(_stocks(facts, rows, index, months)),
            "states": [{"id": i, "name": name} for i, name, _ in STATES],
        },
        "basemap": basemap or outlines(points),
        "views": [],
        "map": {**MAP, "text": MAP["text"] + left_off},
        "policies": [
            {
                "id": f"closure-{n}",
                "name": f"Closed: {c['what']}",
                "start": c["start"],
                "end": c["end"] or None,
                "note": "",
                "source": [],
                "key": False,
            }
            for n, c in enumerate(facts.closures)
        ],
        "policies_off": [],
        "unplaced": unplaced,
    }


def place_of(key: str, name: str, kind: str, country: str, lat: float, lon: float) -> Place:
    """A place of a case on the map."""
    return {
        "id": key,
        "name": name,
        "kind": kind,
        "kind_name": KINDS.get(kind, kind),
        "country": country,
        "mark": MARKS.get(kind, ""),
        "lat": round(lat, 3),
        "lon": round(lon, 3),
    }


def outlines(places: Sequence[tuple[float, float]]) -> Basemap:
    """Borders around places (longitude, latitude): of the corridor with its states, elsewhere of
    countries.
    """
    if not places:
        return {"scale": 1, "shapes": [], "names": []}
    west, south, east, north = BOUNDS
    window = window_of(places)
    inside = west <= window[0] and window[2] <= east and south <= window[1] and window[3] <= north
    if inside and countries_within(places) <= CORRIDOR:
        return shipped("americas")
    return world_basemap(window)


def _legs(facts: CampFacts, index: Mapping[str, int]) -> list[Travel]:
    """Every road in both directions, once each."""
    out: dict[str, Travel] = {}
    for row in records(facts.result.scenario_tables["legs"]):
        ends = (str(row["from"]), str(row["to"]))
        for a, b in (ends, ends[::-1]):
            if a in index and b in index:
                out.setdefault(
                    f"{a} → {b}",
                    {
                        "id": f"{a} → {b}",
                        "from": index[a],
                        "to": index[b],
                        "mode": 0,
                        "km": tidy(float(row["distance_km"]), 3),
                        "days": None,
                    },
                )
    return list(out.values())


def _flows(facts: CampFacts, legs: list[str], months: list[str]) -> Floats:
    """People who entered each half-link by month [1, legs, months]."""
    out = np.zeros((1, len(legs), len(months)))
    table = facts.result.flows
    where = {leg: i for i, leg in enumerate(legs)}
    at = table["leg"].astype(str).map(where)
    month = table["month"].astype(str).map({m: i for i, m in enumerate(months)})
    keep = at.notna() & month.notna()
    np.add.at(out[0], (at[keep].astype(int), month[keep].astype(int)), table["people"][keep])
    return out


def _stocks(
    facts: CampFacts, rows: list[dict[str, Any]], index: Mapping[str, int], months: list[str]
) -> Floats:
    """People at places on an average day of each month [states, places, months]."""
    out = np.zeros((len(STATES), len(rows), len(months)))
    table: pd.DataFrame = facts.result.stocks
    place = table["place"].astype(str).map(index)
    month = table["date"].astype(str).str[:7].map({m: i for i, m in enumerate(months)})
    keep = place.notna() & month.notna()
    kinds = [
        next((n for n, (_, _, of) in enumerate(STATES) if r["kind"] in of), len(STATES) - 1)
        for r in rows
    ]
    at = place[keep].astype(int).to_numpy()
    np.add.at(out, (np.array(kinds, int)[at], at, month[keep].astype(int)), table["people"][keep])
    days = pd.Series([d[:7] for d in facts.dates]).value_counts().reindex(months).to_numpy()
    return np.asarray(out / days)
