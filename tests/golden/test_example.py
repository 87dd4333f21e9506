"""The example's events by transition, for its own seed: changed only with a reason.

When a change of the model moves these numbers on purpose, write them again with
``python -m tests.golden.write`` and give the reason in the changelog.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import travesia as tv
from tests.golden.write import FILE, summary


@pytest.fixture(scope="module")
def stored() -> dict[str, dict[str, int]]:
    loaded: dict[str, dict[str, int]] = json.loads(Path(FILE).read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def now() -> dict[str, dict[str, int]]:
    return summary(tv.run("example", threads=2))


@pytest.mark.parametrize("part", ["events", "departures", "flows", "ends"])
def test_example_gives_the_stored_numbers(
    stored: dict[str, dict[str, int]], now: dict[str, dict[str, int]], part: str
) -> None:
    assert now[part] == stored[part]


def test_everybody_is_somewhere_at_the_end(now: dict[str, dict[str, int]]) -> None:
    """Those who set out are in an end, in a stay or on a leg on the last day."""
    assert sum(now["ends"].values()) == sum(now["departures"].values())
