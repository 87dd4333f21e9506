"""The map of a FLEE run: places and roads, with who entered and stayed by month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from travesia.kinds.flee.page_facts import CampFacts
from travesia.reporting.basemap import BOUNDS, shipped_basemap
from travesia.reporting.facts import tidy
from travesia.reporting.packing import block
from travesia.reporting.world import countries_within, window_of, world_basemap

KINDS = {
    "conflict": "place of conflict", "town": "town", "camp": "camp", "idp_camp": "camp",
    "forwarding_hub": "forwarding hub", "marker": "crossing of roads",
}  # fmt: skip
STATES = (("camp", "in the camp", ("camp", "idp_camp")), ("other", "not in a camp", ()))
"""Kinds of stay on the map: id, name and kinds of place; the last takes all others."""

CORRIDOR = frozenset({
    "Belize", "Colombia", "Costa Rica", "Cuba", "Dominican Rep.", "Ecuador", "El Salvador",
    "Guatemala", "Haiti", "Honduras", "Mexico", "Nicaragua", "Panama", "Venezuela",
})  # fmt: skip
"""Countries that the basemap of the corridor has whole."""

NO_OUTLINES = "Without coasts and borders: there are none around these places."


def camp_map(facts: CampFacts, basemap: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Places with coordinates, half-links and monthly counts, as the map reads them.

    Places without coordinates are left off (``unplaced`` counts them).
    """
    table = facts.result.scenario_tables["places"]
    placed = table[table["lat"].notna() & table["lon"].notna()]
    rows = [{str(k): v for k, v in row.items()} for row in placed.to_dict("records")]
    index = {str(r["id"]): i for i, r in enumerate(rows)}
    months = sorted({d[:7] for d in facts.dates})
    legs = _legs(facts, index)
    flows = _flows(facts, [leg["id"] for leg in legs], months)
    shapes = basemap if basemap is not None else outlines(rows)
    return {
        "months": months,
        "opening_month": months[int(flows.sum(axis=(0, 1)).argmax())],
        "axes": {
            "groups": [{"id": "all", "name": "everyone"}],
            "families": [{"id": "all", "name": "anyone"}],
            "modes": [{"id": "road", "name": "road"}],
        },
        "places": [
            {
                "id": str(r["id"]),
                "name": str(r["name"]),
                "kind": str(r["kind"]),
                "kind_name": KINDS.get(str(r["kind"]), str(r["kind"])),
                "country": str(r["country"]),
                "lat": round(float(r["lat"]), 3),
                "lon": round(float(r["lon"]), 3),
            }
            for r in rows
        ],
        "legs": legs,
        "flows": {**block(flows), "classes": [[0, 0]]},
        "stocks": {
            **block(_stocks(facts, rows, index, months)),
            "states": [{"id": i, "name": name} for i, name, _ in STATES],
        },
        "basemap": dict(shapes),
        "policies": [
            {
                "id": f"closure-{n}",
                "name": f"Closed: {c['what']}",
                "start": c["start"],
                "end": c["end"] or None,
                "enabled": True,
                "note": "",
                "source": [],
                "key": False,
            }
            for n, c in enumerate(facts.closures)
        ],
        "unplaced": len(table) - len(rows),
    }


def outlines(places: list[dict[str, Any]]) -> dict[str, Any]:
    """Borders around places: of the corridor with its states, elsewhere of countries."""
    if not places:
        return {"scale": 1, "shapes": []}
    west, south, east, north = BOUNDS
    points = [(float(p["lon"]), float(p["lat"])) for p in places]
    window = window_of(points)
    inside = west <= window[0] and window[2] <= east and south <= window[1] and window[3] <= north
    if inside and countries_within(points) <= CORRIDOR:
        return shipped_basemap()
    return world_basemap(window)


def _legs(facts: CampFacts, index: Mapping[str, int]) -> list[dict[str, Any]]:
    """Every road in both directions, once each."""
    out: dict[str, dict[str, Any]] = {}
    for row in facts.result.scenario_tables["legs"].to_dict("records"):
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


def _flows(facts: CampFacts, legs: list[str], months: list[str]) -> Any:
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
) -> Any:
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
    return out / days
