"""Outlines of countries and states for the map, packed small."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any, Literal

from travesia.errors import InputError, Problem
from travesia.reporting.payload import Basemap, Label, Shape
from travesia.scenario.faults import suggest
from travesia.scenario.lands import shipped_outlines

SCALE = 100
"""Points are kept to 1/100 degree, about a kilometre."""

LEAST_SPAN = 0.12
"""Rings smaller than this in both directions (degrees) are left out."""

Point = tuple[float, float]
Level = Literal["country", "state"]


def outlines(name: str) -> Basemap:
    """A set of outlines that comes with the package, as ``pages.map`` of a scenario names it.

    Raises :class:`InputError` if there is none of that name.
    """
    folder = resources.files("travesia.scenarios").joinpath(f"geo/{name}")
    if name not in shipped_outlines():
        problem = Problem(f"no outlines '{name}'", "pages, map", suggest(name, shipped_outlines()))
        raise InputError("There are no such outlines", [problem])
    files = sorted(f.name for f in folder.iterdir() if f.name.endswith(".geojson"))
    told = csv.DictReader(folder.joinpath("names.csv").read_text(encoding="utf-8").splitlines())
    labels: list[Label] = [(r["name"], float(r["lon"]), float(r["lat"]), None) for r in told]
    layers = (
        (_level(f), json.loads(folder.joinpath(f).read_text(encoding="utf-8"))) for f in files
    )
    return pack_basemap(layers, labels)


def own_outlines(text: str) -> Basemap:
    """The borders that a scenario brings along, as GeoJSON.

    A feature's properties may give its ``level`` (``country``, unless said, or ``state``), and a
    ``name`` that is written at ``lon`` and ``lat``.
    """
    features = json.loads(text)["features"]
    told = [dict(feature.get("properties") or {}) for feature in features]
    labels: list[Label] = [
        (str(one["name"]), float(one["lon"]), float(one["lat"]), None)
        for one in told
        if {"name", "lon", "lat"} <= one.keys()
    ]
    layers: list[tuple[Level, Mapping[str, Any]]] = [
        ("state" if one.get("level") == "state" else "country", {"features": [feature]})
        for one, feature in zip(told, features, strict=True)
    ]
    return pack_basemap(layers, labels)


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
    # A line is drawn there and back: shapes are closed, and it must not be.
    return [[*line, *line[-2::-1]] for line in coordinates] if kind == "MultiLineString" else []


def _pack(ring: list[Any]) -> list[int] | None:
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
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
    return out if len(out) >= 6 else None
