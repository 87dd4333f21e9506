"""Borders that a scenario brings along: the GeoJSON file that its pages draw the map on."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from travesia.errors import ProblemList
from travesia.textfile import MIB, is_there, read_text

if TYPE_CHECKING:
    from travesia.scenario.scenario import Scenario

SUFFIX = ".geojson"
LIMIT = 4 * MIB
DEPTH = {"Polygon": 2, "MultiPolygon": 3, "MultiLineString": 2}
"""Kinds of geometries, and how deep their points lie in lists."""

LEVELS = ("country", "state")


def is_own(name: str) -> bool:
    """Whether ``pages.map`` names a file of the scenario, and not outlines of the package."""
    return name.endswith(SUFFIX)


def outlines_of(scenario: Scenario) -> str:
    """The GeoJSON text of a scenario's own borders; blank where its map is drawn on others.

    Raises :class:`travesia.errors.InputError` if the file cannot be drawn.
    """
    problems = ProblemList()
    text = read_outlines(scenario, problems)
    problems.raise_if_any(f"The borders of scenario {scenario.name!r} cannot be drawn")
    return text


def read_outlines(scenario: Scenario, problems: ProblemList) -> str:
    """As :func:`outlines_of`, with every fault as a problem."""
    name = scenario.settings.pages.map
    if not is_own(name):
        return ""
    label = f"{scenario.folder.name}/{name}"
    if "/" in name or "\\" in name:
        problems.error("it is not a file name", label, "put the file beside scenario.yaml")
        return ""
    found = next((f / name for f in reversed(scenario.folders) if is_there(f / name)), None)
    if found is None:
        problems.error("there is no such file", label, "put it there, or take out pages.map")
        return ""
    text = read_text(found, label, problems, LIMIT)
    if text is None:
        return ""
    faults = list(_faults(text))
    for what, cure in faults:
        problems.error(what, label, cure)
    return "" if faults else text


def _faults(text: str) -> Iterator[tuple[str, str]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield f"it is no JSON ({error})", "export it again as GeoJSON"
        return
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not features:
        yield "it holds no features", "give a FeatureCollection of polygons or lines"
        return
    for number, feature in enumerate(features, 1):
        if fault := _fault(feature):
            yield f"feature {number}: {fault[0]}", fault[1]


def _fault(feature: Any) -> tuple[str, str] | None:
    """The first fault of a feature, if it has one, with its cure."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in DEPTH:
        return f"its geometry is {kind!r}", f"use {', '.join(DEPTH)}"
    told = feature.get("properties") or {}
    if not isinstance(told, dict) or told.get("level", "country") not in LEVELS:
        return "its level is none", f"use {' or '.join(LEVELS)}"
    if {"lon", "lat"} & told.keys() and not _is_label(told):
        return "its label is incomplete", "give name, lon and lat in degrees, or no lon and lat"
    for point in _points(geometry.get("coordinates"), DEPTH[kind]):
        if not _on_earth(point):
            return f"{str(point)[:60]} is no point", "give longitude and latitude in degrees"
    return None


def _is_label(told: Mapping[str, Any]) -> bool:
    return isinstance(told.get("name"), str) and _on_earth([told.get("lon"), told.get("lat")])


def _points(value: Any, depth: int) -> Iterator[Any]:
    """The points of nested lists; what is not a list stands for itself."""
    if depth == 0 or not isinstance(value, list):
        yield value
        return
    for part in value:
        yield from _points(part, depth - 1)


def _on_earth(point: Any) -> bool:
    if not isinstance(point, list) or len(point) < 2:
        return False
    numbers = [p for p in point[:2] if isinstance(p, int | float) and not isinstance(p, bool)]
    if len(numbers) < 2 or not all(map(math.isfinite, numbers)):
        return False
    return abs(numbers[0]) <= 180 and abs(numbers[1]) <= 90
