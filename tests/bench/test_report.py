"""Every figure of the bench stands beside its goal: met, missed by how much, or absent and why."""

from __future__ import annotations

from typing import Any

import pytest
from bench.__main__ import steps
from bench.goals import GOALS
from bench.report import yardstick_lines

FIGURES: dict[str, Any] = {g.key: g.goal for g in GOALS} | {"before_commit": "abc"}


def rows(**changed: Any) -> dict[str, str]:
    return {g.key: g.row(FIGURES | changed) for g in GOALS}


def test_a_figure_that_reaches_its_goal_meets_it() -> None:
    assert all(row.endswith("| met |") for row in rows().values())


@pytest.mark.parametrize(
    ("key", "value", "verdict"),
    [
        ("c_loop_ratio", 1.6, "met"),
        ("c_loop_ratio", 3.4, "missed by a factor of 2.00"),
        ("threads_speedup", 1.6, "met"),
        ("threads_speedup", 1.0, "missed by a factor of 1.50"),
    ],
)
def test_the_distance_is_told_in_the_right_direction(key: str, value: float, verdict: str) -> None:
    assert rows(**{key: value})[key].endswith(f"| {verdict} |")


def test_the_load_of_its_measurement_stands_beside_every_figure() -> None:
    """Every step that a goal names is one of the bench's."""
    known = {name for name, _ in steps("normal")} | {"flee"}
    loads = {name: i + 0.5 for i, name in enumerate(sorted(known))}
    for goal in GOALS:
        assert goal.step in known
        assert f"| {loads[goal.step]} | met |" in goal.row(FIGURES | {"load_after": loads})


def test_what_does_not_exist_is_never_met() -> None:
    absent = rows(**dict.fromkeys(g.key for g in GOALS))
    assert not any("met |" in row for row in absent.values())
    for key in ("thousand_coarse_runs_minutes", "warm_what_if_cpu_seconds"):
        assert "not measured" in absent[key]


def test_programs_that_are_not_installed_are_said_to_be_absent() -> None:
    one = {"people": 1, "cpu_seconds": 1.0, "ns_per_record": 1.0, "person_days_per_cpu_second": 1.0}
    yard = {
        "days": 10,
        "rounds": 1,
        "rows": {"kernel": one, "mesa": one | {"chance": 0.5}},
        "c_loop_ratio": None,
        "c_loop_ratios": [],
        "false_alarm": 1e-6,
    }
    text = "\n".join(yardstick_lines(yard))
    assert "a plain C loop | – | – | – | – | no C compiler" in text
    assert "Starsim | – | – | – | – | not installed" in text
    assert "Mesa | 1 | 1.00 | 1 | 0.0 | same distribution" in text
