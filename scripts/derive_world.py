"""Make the outlines of the world's countries from Natural Earth, for cases outside the corridor.

Usage: ``python scripts/derive_world.py COUNTRIES.json``, where COUNTRIES is ``countries-50m.json``
of the package world-atlas 2.0.2 (TopoJSON of Natural Earth 4.1, public domain).

Writes ``src/travesia/scenarios/geo/world/countries.json``: rings as whole numbers, the first point
and then the steps to the next ones. Borders are simplified arc by arc, so that neighbours keep a
border in common; small islands are left out.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

Point = tuple[int, int]

OUT = Path(__file__).resolve().parents[1] / "src/travesia/scenarios/geo/world/countries.json"
SCALE = 50
"""Points are kept to 1/50 degree, about two kilometres."""

TOLERANCE = 1.2
"""How far a point may lie from a simpler line, in units of the scale."""

LEAST_AREA = 0.02 * SCALE**2
"""Rings smaller than 0.02 square degrees are islands too small to draw."""


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    """Every arc on the grid, simplified; the ends stay."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    out = []
    for arc in topology["arcs"]:
        x = y = 0
        points: list[Point] = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((round((x * kx + dx) * SCALE), round((y * ky + dy) * SCALE)))
        out.append(simpler(points))
    return out


def simpler(points: list[Point]) -> list[Point]:
    """A line without the points that lie on it, within the tolerance (Douglas and Peucker)."""
    if len(points) < 3:
        return points
    if points[0] == points[-1]:  # a ring: cut it in two
        middle = len(points) // 2
        return simpler(points[: middle + 1])[:-1] + simpler(points[middle:])
    (x0, y0), (x1, y1) = points[0], points[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    off = [abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length for x, y in points[1:-1]]
    far = max(range(len(off)), key=off.__getitem__) + 1
    if off[far - 1] <= TOLERANCE:
        return [points[0], points[-1]]
    return simpler(points[: far + 1])[:-1] + simpler(points[far:])


def area(ring: list[Point]) -> float:
    """Area of a closed ring in square units (shoelace)."""
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring))) / 2


def rings_of(shape: dict[str, Any], arcs: list[list[Point]]) -> list[list[int]]:
    """The outer rings of a country that are large enough, packed."""
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    out = []
    for polygon in polygons:
        ring: list[Point] = []
        for i in polygon[0]:
            arc = arcs[i] if i >= 0 else arcs[~i][::-1]
            ring += arc[1:] if ring else arc
        if area(ring) >= LEAST_AREA:
            steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ring)]
            points = [ring[0], *(s for s in steps if s != (0, 0))]
            out.append([v for point in points for v in point])
    return sorted(out, key=len, reverse=True)


def main(path: Path) -> None:
    """Derive the file."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = arcs_of(topology)
    shapes = topology["objects"]["countries"]["geometries"]
    found = [{"name": s["properties"]["name"], "rings": rings_of(s, arcs)} for s in shapes]
    countries = sorted((c for c in found if c["rings"]), key=lambda c: str(c["name"]))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    rows = ",\n".join(json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in countries)
    text = f'{{"scale":{SCALE},"countries":[\n{rows}\n]}}\n'
    OUT.write_text(text, encoding="utf-8")
    print(f"{len(countries)} countries, {len(text) // 1000} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
