from __future__ import annotations

from typing import Any

from travesia.reporting.basemap import SCALE, pack_basemap


def collection(*rings: Any) -> dict[str, Any]:
    return {
        "features": [{"geometry": {"type": "Polygon", "coordinates": [list(r)]}} for r in rings]
    }


TRIANGLE = [[-100, 20], [-99, 21], [-98, 20], [-100, 20]]


def test_a_ring_is_its_first_point_and_steps() -> None:
    shapes = pack_basemap([("state", collection(TRIANGLE))])["shapes"]
    assert shapes[0]["rings"] == [
        [-100 * SCALE, 20 * SCALE, SCALE, SCALE, SCALE, -SCALE, -2 * SCALE, 0]
    ]


def test_steps_lead_back_to_the_start() -> None:
    ring = pack_basemap([("state", collection(TRIANGLE))])["shapes"][0]["rings"][0]
    assert (sum(ring[2::2]), sum(ring[3::2])) == (0, 0)


def test_what_is_tiny_is_left_out() -> None:
    tiny = [[-100 + (x + 100) / 100, 20 + (y - 20) / 100] for x, y in TRIANGLE]
    assert pack_basemap([("state", collection(tiny))])["shapes"] == []


def test_states_are_drawn_above_countries() -> None:
    packed = pack_basemap([("state", collection(TRIANGLE)), ("country", collection(TRIANGLE))])
    assert [s["level"] for s in packed["shapes"]] == ["country", "state"]


def test_a_line_is_not_closed_by_the_page() -> None:
    """It goes back over itself, so that the end that a shape is given lies on its beginning."""
    line = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]
    geometry = {"type": "MultiLineString", "coordinates": [line, line[:2]]}
    (shape,) = pack_basemap([("state", {"features": [{"geometry": geometry}]})])["shapes"]
    assert shape["rings"] == [[0, 0, 100, 0, 0, 100, 0, -100, -100, 0], [0, 0, 100, 0, -100, 0]]
