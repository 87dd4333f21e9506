"""Ramps, order of operations and contradictions, against closed forms."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from travesia.policy.combine import Change, cell_value, conflicts, fold, matches
from travesia.policy.effects import (
    EFFECT_TYPES,
    Capacity,
    Demand,
    HazardFactor,
    LegAvailability,
    OutcomeFactor,
    OutcomeSet,
    StayClock,
)
from travesia.policy.timeline import ActiveEffect


def outcome(policy: str, probability: float, **more: object) -> OutcomeSet:
    fields: dict[str, object] = {
        "stay": "us_custody", "transition": "released", "start": 0, "probability": probability,
    }  # fmt: skip
    return OutcomeSet(policy=policy, **{**fields, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("ramp", [1, 7, 20, 28, 60])
def test_a_ramp_steps_once_a_week_up_to_one(ramp: int) -> None:
    effect = Demand(policy="p", start=10, ramp_days=ramp, factor=2.0)
    for day in range(10, 120):
        expected = min(1.0, 7 * (math.floor((day - 10) / 7) + 1) / ramp)
        assert effect.level(day) == pytest.approx(expected)
    assert effect.level(9) == 0.0


def test_the_end_is_exclusive() -> None:
    effect = Demand(policy="p", start=3, end=5, factor=2.0)
    assert [effect.level(day) for day in range(2, 7)] == [0.0, 1.0, 1.0, 0.0, 0.0]


def test_operations_apply_in_the_written_order() -> None:
    changes = [
        Change("t", "cap", 25.0),
        Change("t", "add", 10.0),
        Change("t", "factor", 3.0),
        Change("t", "set", 5.0),
    ]
    assert fold(100.0, changes) == 25.0  # 5, then 15, then 25, cap 25
    assert fold(100.0, changes[1:]) == 25.0
    assert fold(100.0, [Change("t", "cap", 20.0), *changes[1:]]) == 20.0


def test_partial_levels_follow_the_closed_forms() -> None:
    r = 0.25
    assert fold(8.0, [Change("t", "factor", 3.0, r)]) == pytest.approx(8.0 * (1 + 2.0 * r))
    assert fold(8.0, [Change("t", "set", 4.0, r)]) == pytest.approx(8.0 * (1 - r) + 4.0 * r)
    assert fold(8.0, [Change("t", "add", 4.0, r)]) == pytest.approx(8.0 + 4.0 * r)
    assert fold(8.0, [Change("t", "cap", 4.0, r)]) == pytest.approx(8.0 - 4.0 * r)


def test_the_highest_priority_set_wins_and_closed_beats_open() -> None:
    low, high = Change("t", "set", 0.9, priority=0), Change("t", "set", 0.1, priority=1)
    assert fold(0.5, [low, high]) == fold(0.5, [high, low]) == 0.1
    assert fold(1.0, [Change("leg_open", "set", 1.0), Change("leg_open", "set", 0.0)]) == 0.0
    opened = Change("leg_open", "set", 1.0, priority=2)
    assert fold(0.0, [opened, Change("leg_open", "set", 0.0)]) == 1.0


changes = st.builds(
    Change,
    table=st.just("t"),
    op=st.sampled_from(["set", "factor", "add", "cap"]),
    value=st.floats(0, 10),
    level=st.floats(0, 1),
    priority=st.integers(0, 2),
)


@given(st.lists(changes, max_size=6).flatmap(lambda x: st.tuples(st.just(x), st.permutations(x))))
def test_the_order_of_changes_cannot_matter(pair: tuple[list[Change], list[Change]]) -> None:
    written, shuffled = pair
    assert fold(3.0, written) == fold(3.0, shuffled)


def test_a_selector_matches_every_axis_that_it_names() -> None:
    effect = HazardFactor(policy="p", start=0, causes=("stop",), modes=("bus",), factor=2.0)
    assert matches(effect, {"cause": "stop", "mode": "bus", "region": "X"})
    assert not matches(effect, {"cause": "stop", "mode": "air", "region": "X"})
    assert not matches(effect, {"cause": "robbery", "mode": "bus", "region": "X"})


def test_cell_value_reads_only_its_table_and_cell() -> None:
    active = [
        ActiveEffect(OutcomeFactor(
            policy="p", start=0, stay="s", transition="t", cohorts=("a",), factor=0.5), 1.0),
        ActiveEffect(StayClock(policy="q", start=0, stay="s", factor=9.0), 1.0),
    ]  # fmt: skip
    cell = {"stay": "s", "transition": "t", "cohort": "a", "region": "r"}
    assert cell_value(0.8, "outcome", cell, active) == pytest.approx(0.4)
    assert cell_value(0.8, "outcome", {**cell, "cohort": "b"}, active) == 0.8
    assert cell_value(10.0, "clock", {"stay": "s"}, active) == 90.0


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
    (problem,) = conflicts([
        LegAvailability(policy="shut", start=0, legs=("a", "b"), open=False),
        LegAvailability(policy="let", start=5, legs=("b",), open=True),
    ])  # fmt: skip
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
    assert len(kinds) == len(set(kinds)) == 21
    assert all(kinds)
