"""Reference journeys, on which the rates are scaled, and the rows of the hazard table."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

Row = dict[str, Any]
FOLDER = Path(__file__).resolve().parents[2] / "src/travesia/scenarios/corridor"

SOUTH = ["fx_suchiate_1", "tapachula", "huixtla", "pijijiapan", "arriaga"]
ISTHMUS = ["arriaga", "tapanatepec", "juchitan", "acayucan"]
EAST = ["acayucan", "tierra_blanca", "orizaba", "puebla", "mexico_city", "queretaro"]
NORTH_EAST = ["queretaro", "san_luis_potosi", "saltillo", "monterrey", "reynosa"]
TRAIN = ["arriaga", "ixtepec", "medias_aguas", "tierra_blanca", "orizaba", "apizaco", "huehuetoca"]
TRAIN_NORTH = ["huehuetoca", *NORTH_EAST]
WEST = ["mexico_city", "guadalajara", "mazatlan", "culiacan", "hermosillo", "altar"]


def stages(places: list[str], mode: str) -> list[str]:
    """Ids of the legs between consecutive places by one mode."""
    return [f"{a}__{b}__{mode}" for a, b in pairwise(places)]


REFERENCE = {
    "by bus to Reynosa": [
        *stages(SOUTH, "bu"),
        *stages(ISTHMUS, "bu"),
        *stages(EAST, "bu"),
        *stages(NORTH_EAST, "bu"),
    ],
    "by train to Reynosa": [
        *stages(SOUTH, "bu"),
        *stages(TRAIN, "ft"),
        *stages(TRAIN_NORTH, "ft"),
    ],
    "on foot to Arriaga, then by train": [
        *stages(SOUTH, "wr"),
        *stages(TRAIN, "ft"),
        *stages(TRAIN_NORTH, "ft"),
    ],
    "with a guide to Reynosa": [
        *stages(["iz_suchiate", "tapachula", "arriaga"], "gv"),
        *stages(ISTHMUS, "gv"),
        *stages(EAST, "gv"),
        *stages(NORTH_EAST, "gv"),
    ],
    "through Petén to Reynosa": [
        *stages(["fx_el_ceibo", "tenosique", "villahermosa", "coatzacoalcos", "acayucan"], "bu"),
        *stages(EAST, "bu"),
        *stages(NORTH_EAST, "bu"),
    ],
    "by bus to Altar": [
        *stages(SOUTH, "bu"),
        *stages(ISTHMUS, "bu"),
        *stages(EAST[:-1], "bu"),
        *stages(WEST, "bu"),
    ],
}
MIXTURE = {
    "by bus to Reynosa": 0.55,
    "by train to Reynosa": 0.30,
    "on foot to Arriaga, then by train": 0.15,
}
"""Shares of unguided journeys over which the harm totals are met."""


def read_legs() -> dict[str, Row]:
    """Legs of the graph of choices by id."""
    with (FOLDER / "legs.csv").open(encoding="utf-8", newline="") as handle:
        return {r["id"]: r for r in csv.DictReader(handle) if r["role"] in ("travel", "crossing")}


def number(value: float) -> str:
    """Four significant digits."""
    return f"{value:.4g}" if value >= 1e-4 or value == 0 else f"{value:.3e}"


def hazard(
    cause: str, region: str, mode: str, rate: float, low: float, high: float, **rest: str
) -> Row:
    """A row of ``hazards.csv``; the value is held within its range."""
    return {
        "cause": cause,
        "region": region,
        "mode": mode,
        "value": number(rate),
        "low": number(min(low, rate)),
        "high": number(max(high, rate)),
        "start": "",
        "end": "",
        **rest,
    }


def exposure(legs: Mapping[str, Row], journey: list[str], rate: Callable[[Row], float]) -> float:
    """Sum of rates (per 100 km) along a journey."""
    return sum(rate(legs[i]) * float(legs[i]["distance_km"]) / 100 for i in journey)


def scale_for(
    legs: Mapping[str, Row], total: float, regions: dict[str, float], modes: dict[str, float]
) -> float:
    """Rate per unit of weight at which the mixture of reference journeys meets ``total``."""

    def weight(leg: Row) -> float:
        return regions.get(leg["region"], regions["*"]) * modes.get(leg["mode"], 0.0)

    sums = {name: exposure(legs, REFERENCE[name], weight) for name in MIXTURE}
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        met = sum(share * -math.expm1(-middle * sums[name]) for name, share in MIXTURE.items())
        low, high = (middle, high) if met < total else (low, middle)
    return (low + high) / 2


def cells(legs: Mapping[str, Row]) -> list[tuple[str, str]]:
    """Pairs of region and mode that a travel leg has, flights left out."""
    found = {(r["region"], r["mode"]) for r in legs.values() if r["role"] == "travel"}
    return sorted((region, mode) for region, mode in found if mode != "air")
