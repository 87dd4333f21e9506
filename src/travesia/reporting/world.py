"""Borders of the world's countries, cut to what a map of some places can show."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from importlib import resources
from itertools import pairwise

from travesia.reporting.names import Words
from travesia.reporting.payload import Basemap, Label, Shape
from travesia.scenario.lands import lands

Point = tuple[int, int]

Window = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""

WIDEST = 2.6
"""How many times wider than high a map may be on a screen."""

TALLEST = 1.1
"""How many times higher than wide it may be."""

LEAST = 0.5
"""Degrees that a map shows at least, where its places lie close together."""

NORTHMOST = 85.0
"""Latitude beyond which the map's projection has no room."""


def window_of(places: Sequence[tuple[float, float]]) -> Window:
    """What a screen of any shape may show around places (longitude, latitude)."""
    xs = [math.radians(lon) for lon, _ in places]
    ys = [_north(lat) for _, lat in places]
    wide = max(max(xs) - min(xs), math.radians(LEAST))
    high = max(max(ys) - min(ys), math.radians(LEAST))
    half_x = 0.6 * max(wide, WIDEST * high)
    half_y = 0.6 * max(high, TALLEST * wide)
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return (
        math.degrees(x - half_x),
        _latitude(y - half_y),
        math.degrees(x + half_x),
        _latitude(y + half_y),
    )


def _north(lat: float) -> float:
    """Height of a latitude on the map (Mercator), in radians."""
    lat = math.radians(min(max(lat, -NORTHMOST), NORTHMOST))
    return math.log(math.tan(math.pi / 4 + lat / 2))


def _latitude(y: float) -> float:
    return math.degrees(2 * math.atan(math.exp(y)) - math.pi / 2)


def world_basemap(window: Window, words: Words | None = None) -> Basemap:
    """Countries within a window, packed as :func:`travesia.reporting.basemap.pack_basemap` does.

    ``words`` say what countries are called. The largest come first, with the degrees of
    longitude that there are for their names.
    """
    path = resources.files("travesia.scenarios").joinpath("geo/world/countries.json")
    world = json.loads(path.read_text(encoding="utf-8"))
    scale = int(world["scale"])
    edge = tuple(v * scale for v in window)
    found: list[tuple[float, Shape, Label]] = []
    for country in world["countries"]:
        rings = [
            cut for ring in country["rings"] if (cut := clipped(_points(ring, 360 * scale), edge))
        ]
        if rings:
            largest = max(rings, key=_area)
            x, y, wide = (round(v / scale, 2) for v in _middle(largest))
            shape: Shape = {"level": "country", "rings": [_packed(r) for r in rings]}
            found.append(
                (_area(largest), shape, (_called(str(country["name"]), words), x, y, wide))
            )
    found.sort(key=lambda s: -s[0])  # a country that lies within another is drawn above it
    return {
        "scale": scale,
        "shapes": [shape for _, shape, _ in found],
        "names": [label for _, _, label in found],
    }


def _called(name: str, words: Words | None) -> str:
    """What a country of the world's outlines is called."""
    code = next((land.alpha3 for land in lands().values() if land.name == name), "")
    return words.country(code) if words and code else name


def countries_within(places: Sequence[tuple[float, float]]) -> set[str]:
    """Countries that touch the smallest window around places (longitude, latitude)."""
    xs, ys = [lon for lon, _ in places], [lat for _, lat in places]
    found = world_basemap((min(xs), min(ys), max(xs), max(ys)))
    return {name for name, *_ in found["names"]}


def _points(ring: Iterable[int], turn: int) -> list[Point]:
    """The points of a ring of steps; the last equals the first.

    ``turn`` is once around the Earth: a ring that crosses the far meridian goes on beyond it,
    instead of being drawn across the whole map.
    """
    out: list[Point] = []
    x = y = 0
    steps = iter(ring)
    for dx, dy in zip(steps, steps, strict=True):
        if out and abs(dx) > turn // 2:
            dx -= turn if dx > 0 else -turn
        x, y = x + dx, y + dy
        out.append((x, y))
    return out


def clipped(ring: list[Point], window: Sequence[float]) -> list[Point]:
    """The part of a closed ring within a window, as a ring; empty if there is none.

    Cut at one side after the other (Sutherland and Hodgman). Where the ring leaves the window it
    follows its edge, which lies outside of what is shown.
    """
    west, south, east, north = window
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    if max(xs) < west or min(xs) > east or max(ys) < south or min(ys) > north:
        return []
    if west <= min(xs) and max(xs) <= east and south <= min(ys) and max(ys) <= north:
        return ring
    for axis, limit, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
        ring = _cut(ring, axis, limit, sign)
        if not ring:
            return []
    return [*ring, ring[0]] if ring[0] != ring[-1] else ring


def _cut(ring: list[Point], axis: int, limit: float, sign: int) -> list[Point]:
    """The part of a ring on one side of a limit."""
    out: list[Point] = []
    for a, b in zip([ring[-1], *ring[:-1]], ring, strict=True):
        inside = sign * (b[axis] - limit) >= 0
        if (sign * (a[axis] - limit) >= 0) != inside:
            part = (limit - a[axis]) / (b[axis] - a[axis])
            crossing = [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])]
            crossing[axis] = limit
            out.append((round(crossing[0]), round(crossing[1])))
        if inside:
            out.append(b)
    return out


def _packed(ring: list[Point]) -> list[int]:
    """The first point, then the steps to the next ones, repeats left out."""
    out = list(ring[0])
    for (x0, y0), (x1, y1) in pairwise(ring):
        if (x0, y0) != (x1, y1):
            out += [x1 - x0, y1 - y0]
    return out


def _area(ring: list[Point]) -> float:
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring))) / 2


def _middle(ring: list[Point]) -> tuple[float, float, float]:
    """A point in the middle of a ring, of its widest stretch at mid height, and that width."""
    ys = sorted(y for _, y in ring)
    level = (ys[0] + ys[-1]) / 2 + 1 / math.pi  # never the height of a point
    cuts = sorted(
        x0 + (level - y0) / (y1 - y0) * (x1 - x0)
        for (x0, y0), (x1, y1) in pairwise(ring)
        if (y0 > level) != (y1 > level)
    )
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    if not spans:
        return (*ring[0], 0.0)
    west, east = max(spans, key=lambda s: s[1] - s[0])
    return (west + east) / 2, level, east - west


__all__ = ["Window", "clipped", "countries_within", "window_of", "world_basemap"]
