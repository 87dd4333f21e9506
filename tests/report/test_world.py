"""Borders around places anywhere in the world, cut to what a map of them can show."""

from __future__ import annotations

import json
from itertools import accumulate

import pytest

from travesia.kinds.flee.page_map import outlines
from travesia.reporting.payload import Shape
from travesia.reporting.world import clipped, window_of, world_basemap

WHERE = {
    "Sahel": (((-4.0, 14.3), (2.0, 17.0)), {"Mali", "Niger", "Burkina Faso"}),
    "Great Lakes": (((29.3, -3.4), (31.0, -2.3)), {"Burundi", "Rwanda", "Tanzania"}),
    "Ukraine": (((30.5, 50.4), (22.6, 52.0)), {"Ukraine", "Poland", "Belarus"}),
    "Venezuela": (((-66.9, 10.5), (-60.7, 2.8)), {"Venezuela", "Brazil", "Guyana"}),
    "Bangladesh": (((92.2, 21.2), (90.4, 23.8)), {"Bangladesh", "Myanmar", "India"}),
    "Syria": (((36.3, 33.5), (38.8, 37.1)), {"Syria", "Turkey", "Lebanon"}),
    "one place": (((36.3, 33.5), (36.3, 33.5)), {"Syria", "Lebanon"}),
    "Philippines": (((121.0, 14.6), (125.6, 7.1)), {"Philippines"}),
    "far north": (((25.0, 69.0), (33.0, 69.0)), {"Finland", "Norway", "Russia"}),
}  # fmt: skip


@pytest.mark.parametrize("name", WHERE)
def test_borders_are_drawn_anywhere_in_the_world(name: str) -> None:
    points, wanted = WHERE[name]
    found = outlines(points)
    assert wanted <= {n for n, *_ in found["names"]}
    assert len(json.dumps(found)) < 40_000, "a page stays small"
    west, south, east, north = window_of(points)
    scale = found["scale"]
    for shape in found["shapes"]:
        for ring in shape["rings"]:
            x = y = 0
            for dx, dy in zip(ring[::2], ring[1::2], strict=True):
                x, y = x + dx, y + dy
                assert west - 0.1 <= x / scale <= east + 0.1
                assert south - 0.1 <= y / scale <= north + 0.1
            assert len(ring) >= 8


def test_the_window_holds_the_places_and_what_screens_of_any_shape_show() -> None:
    west, south, east, north = window_of([(10.0, 0.0), (12.0, 1.0)])
    assert west < 9.8 < 12.2 < east
    assert south < -0.1 < 1.1 < north
    tall = window_of([(10.0, -5.0), (10.0, 5.0)])
    assert tall[2] - tall[0] > 2.6 * 10


def test_the_corridor_keeps_its_own_outlines_with_states() -> None:
    found = outlines([(-99.1, 19.4), (-92.1, 14.9), (-90.5, 14.6)])
    assert {s["level"] for s in found["shapes"]} == {"country", "state"}
    assert outlines([])["shapes"] == []


def test_no_country_is_drawn_across_the_map() -> None:
    """Countries on the far meridian stay there: Fiji is not seen in Africa, nor any long line."""
    africa = world_basemap((25.0, -28.0, 45.0, -8.0))
    names = {name for name, *_ in africa["names"]}
    assert "Malawi" in names
    assert not {"Fiji", "Russia", "Antarctica"} & names
    pacific = world_basemap((175.0, -20.0, 182.0, -15.0))
    assert "Fiji" in {name for name, *_ in pacific["names"]}


def test_rings_are_cut_at_the_window() -> None:
    square = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]
    assert clipped(square, (20, 20, 30, 30)) == []
    assert clipped(square, (-1, -1, 11, 11)) == square
    cut = clipped(square, (5, 5, 30, 30))
    assert set(cut) == {(5, 5), (10, 5), (10, 10), (5, 10)}
    assert cut[0] == cut[-1]


def test_a_country_within_another_is_drawn_above_it() -> None:
    found = world_basemap((26.0, -32.0, 30.0, -27.0))
    names = [n for n, *_ in found["names"]]
    assert {"Lesotho", "South Africa"} <= set(names)

    def wide(shape: Shape) -> int:
        at = list(accumulate(shape["rings"][0][::2]))
        return max(at) - min(at)

    assert wide(found["shapes"][0]) == 4 * found["scale"], "the large country comes first"
    assert wide(found["shapes"][-1]) < 3 * found["scale"]
