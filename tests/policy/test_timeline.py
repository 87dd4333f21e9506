"""Segments of dated effects; the order of files cannot matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from travesia.policy.effects import Demand, Effect, StayClock
from travesia.policy.timeline import Timeline

N_DAYS = 90

effects = st.builds(
    lambda policy, start, length, ramp, factor, demand: (
        Demand(policy=policy, start=start, end=None if length is None else start + length,
               ramp_days=ramp, factor=factor)
        if demand
        else StayClock(policy=policy, start=start,
                       end=None if length is None else start + length,
                       ramp_days=ramp, stay="rest", factor=factor)
    ),
    st.sampled_from("abc"), st.integers(-50, 120), st.none() | st.integers(1, 60),
    st.integers(0, 40), st.floats(0, 3), st.booleans(),
)  # fmt: skip


@given(st.lists(effects, max_size=6).flatmap(lambda x: st.tuples(st.just(x), st.permutations(x))))
def test_files_in_any_order_give_the_same_days_and_effects(
    pair: tuple[list[Effect], list[Effect]],
) -> None:
    one, other = (Timeline(order, N_DAYS) for order in pair)
    assert one.effects == other.effects
    assert one.change_days == other.change_days
    assert all(one.active(day) == other.active(day) for day in range(N_DAYS))


@given(st.lists(effects, max_size=6))
def test_every_segment_says_what_each_of_its_days_would_say(given_effects: list[Effect]) -> None:
    timeline = Timeline(given_effects, N_DAYS)
    for day in range(N_DAYS):
        expected = {(e.key, e.level(day)) for e in given_effects if e.level(day) > 0}
        assert {(a.effect.key, a.level) for a in timeline.active(day)} == expected


def test_change_days_are_start_end_and_weekly_steps() -> None:
    ramp = Demand(policy="p", start=10, end=50, ramp_days=21, factor=2.0)
    assert Timeline([ramp], N_DAYS).change_days == (0, 10, 17, 24, 50)


def test_moving_a_date_moves_the_segment() -> None:
    for start in (5, 30):
        timeline = Timeline([Demand(policy="p", start=start, factor=2.0)], N_DAYS)
        assert timeline.active(start - 1) == ()
        assert len(timeline.active(start)) == 1


@pytest.mark.parametrize("day", [-1, N_DAYS])
def test_a_day_outside_the_period_is_an_error(day: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        Timeline([], N_DAYS).active(day)
