"""Where policies contradict each other, and where they do not."""

from __future__ import annotations

from typing import Any

import pytest

from travesia.policy.conflicts import conflicts
from travesia.policy.effects import (
    EFFECT_TYPES,
    Capacity,
    LegAvailability,
    OutcomeSet,
)


def outcome(policy: str, probability: float, **more: Any) -> OutcomeSet:
    fields: dict[str, Any] = {
        "stay": "us_custody",
        "transition": "released",
        "start": 0,
        "probability": probability,
    }
    return OutcomeSet(policy=policy, **{**fields, **more})


def test_two_sets_of_equal_priority_on_one_cell_are_reported_with_both_names() -> None:
    (problem,) = conflicts([outcome("first", 0.2), outcome("second", 0.4)])
    assert "'first'" in problem.what
    assert "'second'" in problem.what
    assert problem.severity == "error"
    assert "priority" in problem.cure


@pytest.mark.parametrize(
    "other",
    [
        outcome("second", 0.4, priority=1),
        outcome("second", 0.2),
        outcome("second", 0.4, transition="removed"),
        outcome("second", 0.4, start=10),
        outcome("second", 0.4, cohorts=("b",)),
        outcome("second", 0.4, regions=("y",)),
    ],
    ids=["priority", "same value", "transition", "later", "cohort", "region"],
)
def test_sets_that_do_not_meet_are_no_contradiction(other: OutcomeSet) -> None:
    first = outcome("first", 0.2, end=10, cohorts=("a",), regions=("x",))
    assert conflicts([first, other]) == ()


def test_open_and_closed_at_once_is_decided_by_rule_and_said() -> None:
    (problem,) = conflicts(
        [
            LegAvailability(policy="shut", start=0, legs=("a", "b"), open=False),
            LegAvailability(policy="let", start=5, legs=("b",), open=True),
        ]
    )
    assert problem.severity == "warning"
    assert "'shut' wins" in problem.what


def test_factors_never_contradict() -> None:
    many = [
        Capacity(policy=p, start=0, facilities=("f",), op="factor", value=v)
        for p, v in (("a", 2.0), ("b", 3.0))
    ]
    assert conflicts(many) == ()


def test_the_set_of_effects_is_closed_and_each_kind_has_its_own_name() -> None:
    kinds = [effect.kind for effect in EFFECT_TYPES]
    assert len(kinds) == len(set(kinds)) == 22
    assert all(kinds)
