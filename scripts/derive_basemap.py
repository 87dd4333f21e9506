"""Make the basemap of the maps from Natural Earth and US Census outlines.

Usage: ``python scripts/derive_basemap.py ADMIN1.geojson STATES.json``, where ADMIN1 holds the
first-level divisions of the corridor's countries (Natural Earth, property ``iso``) and STATES is
``states-10m.json`` of the package us-atlas (TopoJSON of US Census outlines).

Writes ``countries.geojson`` (outlines dissolved from the divisions) and ``states.geojson``
(Mexican states and the four US border states) into ``src/travesia/scenarios/geo/americas``.
Coordinates are rounded to 0.01 degree (a kilometre). Outer rings run clockwise and holes the
other way, as d3 wants them on the sphere.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Ring = list[Point]

OUT = Path(__file__).resolve().parents[1] / "src/travesia/scenarios/geo/americas"
BORDER_STATES = {"06": "US-CA", "04": "US-AZ", "35": "US-NM", "48": "US-TX"}
NAMES = {
    "BZ": "Belize",
    "CO": "Colombia",
    "CR": "Costa Rica",
    "CU": "Cuba",
    "DO": "Dominican Republic",
    "EC": "Ecuador",
    "GT": "Guatemala",
    "HN": "Honduras",
    "HT": "Haiti",
    "MX": "Mexico",
    "NI": "Nicaragua",
    "PA": "Panama",
    "SV": "El Salvador",
    "US": "United States (border states)",
    "VE": "Venezuela",
}
CODES = {"MX-DIF": "MX-CMX"}
DECIMALS = 2
LEAST_AREA = 0.004
"""Rings smaller than this (square degrees) are islands too small to draw."""


def rounded(points: Iterable[Iterable[float]]) -> Ring:
    """Points on the grid, repeats left out; the last point equals the first."""
    ring: Ring = []
    for x, y, *_ in points:
        point = (round(x, DECIMALS), round(y, DECIMALS))
        if not ring or point != ring[-1]:
            ring.append(point)
    if ring and ring[0] != ring[-1]:
        ring.append(ring[0])
    return ring


def signed_area(ring: Ring) -> float:
    """Area of a closed ring in square degrees, negative if it runs clockwise (shoelace)."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2


def wound(ring: Ring, hole: bool) -> Ring:
    """The ring running clockwise, or the other way for a hole."""
    return ring[::-1] if (signed_area(ring) > 0) != hole else ring


def decode(topology: dict[str, Any]) -> list[list[list[Ring]]]:
    """Polygons of each US border state from TopoJSON (delta-coded integer arcs)."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[Ring] = []
    for arc in topology["arcs"]:
        x = y = 0
        points: Ring = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * kx + dx, y * ky + dy))
        arcs.append(points)

    def ring_of(indices: list[int]) -> Ring:
        out: Ring = []
        for i in indices:
            out += arcs[i] if i >= 0 else arcs[~i][::-1]
        return rounded(out)

    found = []
    for shape in topology["objects"]["states"]["geometries"]:
        if shape["id"] in BORDER_STATES:
            polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
            found.append([[ring_of(ring) for ring in polygon] for polygon in polygons])
    return found


def polygons_of(geometry: dict[str, Any]) -> list[list[Ring]]:
    """Polygons of a GeoJSON geometry, on the grid."""
    many = geometry["coordinates"]
    polygons = many if geometry["type"] == "MultiPolygon" else [many]
    return [[rounded(ring) for ring in polygon] for polygon in polygons]


def outline(polygons: Iterable[list[Ring]]) -> list[Ring]:
    """Rings around the union of polygons that share their borders edge by edge.

    An edge that two polygons share lies inside; the others are chained into rings.
    """
    edges: list[tuple[Point, Point]] = []
    for polygon in polygons:
        for nth, ring in enumerate(polygon):
            edges += list(pairwise(wound(ring, hole=nth > 0)))
    counted = Counter(frozenset(edge) for edge in edges)
    after: dict[Point, list[Point]] = defaultdict(list)
    for a, b in edges:
        if counted[frozenset((a, b))] == 1:
            after[a].append(b)
    rings = []
    for start in sorted(after):
        while after[start]:
            ring = [start]
            while after[ring[-1]]:
                ring.append(after[ring[-1]].pop())
                if ring[-1] == start:
                    break
            if ring[-1] == start and len(ring) > 3:
                rings.append(ring)
    return rings


def oceanic(ring: Ring) -> bool:
    """Whether a ring is one of the Revillagigedo islands or of the Galápagos."""
    east, north = max(x for x, _ in ring), max(y for _, y in ring)
    return (east < -110 and north < 20) or (east < -88 and north < 3)


def feature(code: str, name: str, rings: list[Ring]) -> dict[str, Any]:
    """A GeoJSON feature of outer rings; islands that are small or far out at sea are left out."""
    kept = [r for r in rings if abs(signed_area(r)) >= LEAST_AREA and not oceanic(r)]
    polygons = [[wound(r, hole=False)] for r in sorted(kept, key=lambda r: -abs(signed_area(r)))]
    return {
        "type": "Feature",
        "properties": {"id": code, "name": name},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


def write(name: str, features: list[dict[str, Any]]) -> None:
    """Write a feature collection without spaces."""
    collection = {"type": "FeatureCollection", "features": features}
    text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
    path = OUT / name
    path.write_text(text + "\n", encoding="utf-8")
    print(f"{path.name}: {len(features)} features, {len(text) // 1000} kB")


def main(admin1: Path, states: Path) -> None:
    """Derive both layers."""
    OUT.mkdir(parents=True, exist_ok=True)
    divisions = json.loads(admin1.read_text(encoding="utf-8"))["features"]
    by_country: dict[str, list[list[Ring]]] = defaultdict(list)
    inner = []
    for division in divisions:
        code = division["properties"]["iso"]
        polygons = polygons_of(division["geometry"])
        by_country[code[:2]] += polygons
        if code.startswith("MX-") and "~" not in code:
            name = division["properties"]["name"].replace("Distrito Federal", "Ciudad de México")
            inner.append(feature(CODES.get(code, code), name, [p[0] for p in polygons]))
    topology = json.loads(states.read_text(encoding="utf-8"))
    shapes = topology["objects"]["states"]["geometries"]
    known = [s for s in shapes if s["id"] in BORDER_STATES]
    for shape, polygons in zip(known, decode(topology), strict=True):
        by_country["US"] += polygons
        name = shape["properties"]["name"]
        inner.append(feature(BORDER_STATES[shape["id"]], name, [p[0] for p in polygons]))
    outer = [feature(c, NAMES[c], outline(p)) for c, p in sorted(by_country.items())]
    write("countries.geojson", outer)
    write("states.geojson", sorted(inner, key=lambda f: f["properties"]["id"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
