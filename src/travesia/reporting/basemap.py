"""Outlines of countries and states for the map, cut to the corridor and packed small."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any, Literal

from travesia.reporting.payload import Basemap, Label, Shape

SCALE = 100
"""Points are kept to 1/100 degree, about a kilometre."""

BOUNDS = (-128.0, -6.0, -58.0, 46.0)
"""West, south, east, north: what a wide screen may show around the corridor."""

LEAST_SPAN = 0.12
"""Rings smaller than this in both directions (degrees) are left out."""

Point = tuple[float, float]
Level = Literal["country", "state"]

NAMES: tuple[Label, ...] = (
    ("United States", -99.6, 32.6, None), ("Mexico", -103.2, 24.2, None),
    ("Guatemala", -90.4, 15.9, None), ("Honduras", -86.6, 14.7, None),
    ("El Salvador", -88.9, 13.3, None), ("Nicaragua", -85.1, 12.9, None),
    ("Costa Rica", -84.0, 9.6, None), ("Panama", -80.2, 7.9, None),
    ("Colombia", -75.4, 6.4, None), ("Cuba", -78.6, 21.4, None), ("Belize", -88.2, 17.6, None),
)  # fmt: skip
"""Names of countries that are written on the map, the most telling ones first."""


def shipped_basemap() -> Basemap:
    """The basemap that comes with the package; empty if it holds none."""
    folder = resources.files("travesia.scenarios").joinpath("geo")
    if not folder.is_dir():
        return pack_basemap([])
    files = sorted(
        (f for f in folder.iterdir() if f.name.endswith(("json",))), key=lambda f: f.name
    )
    layers = ((_level(f.name), json.loads(f.read_text(encoding="utf-8"))) for f in files)
    return pack_basemap(layers, NAMES)


def _level(name: str) -> Level:
    return "country" if name.startswith("countr") or "outline" in name else "state"


def pack_basemap(
    layers: Iterable[tuple[Level, Mapping[str, Any]]], names: Sequence[Label] = ()
) -> Basemap:
    """Pack GeoJSON feature collections, each with its level (``state`` or ``country``).

    Rings become whole numbers: the first point, then the steps to the next ones. Countries are
    drawn first, the lines of states above them. A narrow screen writes the first two names.
    """
    shapes: list[Shape] = []
    for level, collection in layers:
        for feature in collection.get("features", ()):
            rings = [r for ring in _rings(feature.get("geometry") or {}) if (r := _pack(ring))]
            if rings:
                shapes.append({"level": level, "rings": rings})
    shapes.sort(key=lambda s: s["level"] != "country")
    return {"scale": SCALE, "shapes": shapes, "names": list(names)}


def _rings(geometry: Mapping[str, Any]) -> list[list[Any]]:
    coordinates = geometry.get("coordinates") or []
    kind = geometry.get("type")
    if kind == "Polygon":
        return list(coordinates)
    if kind == "MultiPolygon":
        return [ring for polygon in coordinates for ring in polygon]
    return list(coordinates) if kind == "MultiLineString" else []


def _pack(ring: list[Any]) -> list[int] | None:
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    west, south, east, north = BOUNDS
    if not ring or max(xs) < west or min(xs) > east or max(ys) < south or min(ys) > north:
        return None
    if max(xs) - min(xs) < LEAST_SPAN and max(ys) - min(ys) < LEAST_SPAN:
        return None
    out: list[int] = []
    last: tuple[int, int] = (0, 0)
    for x, y in zip(xs, ys, strict=True):
        point = (round(x * SCALE), round(y * SCALE))
        if out and point == last:
            continue
        out += [point[0] - last[0], point[1] - last[1]]
        last = point
    return out if len(out) >= 8 else None
