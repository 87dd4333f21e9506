"""Caravans: the walk in closed form, and the column of the corridor."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from travesia.engine.run import run
from travesia.model.caravans import walk
from travesia.model.compile import compile_model
from travesia.scenario.load import load


def test_a_walk_without_rest_reaches_each_mark_on_time() -> None:
    """At 20 km a day, 40 km take two days and 60 km more take three."""
    assert walk([40.0, 60.0], 20.0, 0, 8) == [0, 0, 1, 1, 1, 2, 2, 2]


def test_a_day_of_rest_after_two_days_of_walking() -> None:
    """Two days of walking, one of rest: 40 km are gained in three days."""
    assert walk([40.0, 40.0], 20.0, 2, 8) == [0, 0, 1, 1, 1, 2, 2, 2]


@given(
    stages=st.lists(st.floats(1, 300), min_size=1, max_size=6),
    pace=st.floats(5, 150),
    rest=st.integers(0, 6),
)
def test_a_caravan_never_walks_back_or_faster_than_its_pace(
    stages: list[float], pace: float, rest: int
) -> None:
    """Places come in order, and no place is reached before its distance over the pace."""
    steps = walk(stages, pace, rest, 60)
    assert steps[0] == 0
    assert all(b >= a for a, b in pairwise(steps))
    marks = np.concatenate([[0.0], np.cumsum(stages)])
    for day, step in enumerate(steps):
        assert marks[step] <= day * pace + 1e-6


def test_the_december_column_forms_walks_and_stays_on_the_coast_road() -> None:
    """In the last week of 2023 thousands walk from Tapachula and are not yet beyond Huixtla."""
    dates = {"settings.period.spin_up": "2023-06-01", "settings.period.start": "2023-12-01"}
    scenario = load("corridor", set=dates)
    model = compile_model(scenario, sample=0.05).model
    result = run(model, 3)
    names, cal = model.names, scenario.calendar
    state = model.machine.stay_state[model.machine.caravan_stay]
    table = result.stocks.reshape(model.n_days, model.machine.n_states, model.n_places)
    stock = table[:, state] * 20
    days = [cal.day(cal.end) - back for back in range(7, -1, -1)]
    walking = stock[days].sum(1)
    assert 2_000 <= walking.max() <= 20_000
    where = {names.places[p] for p in np.flatnonzero(stock[days].sum(0))}
    assert where <= {"tapachula", "huixtla"}
    assert walking[-1] == pytest.approx(stock[days[-1], names.places.index("huixtla")], rel=0.01)
