"""Clocks of stays against their distributions."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tests.theory.small import (
    calm_world,
    chi_square,
    chi_square_limit,
    journey_days,
    with_action,
    with_clock,
    with_outcome,
)
from travesia.engine.host import QUANTILES, wait_quantiles
from travesia.engine.run import run
from travesia.model.layout import MAX_WAIT_DAYS

FALSE_ALARM = 1e-6
LINE = [(0, 1, 0), (1, 2, 0)]


@pytest.mark.parametrize("median", [0.3, 1.0, 4.0, 17.5, 90.0])
def test_geometric_quantiles(median: float) -> None:
    """P(wait <= d) = 1 - 2 ** (-d / median): the table holds its mid-quantiles."""
    days = wait_quantiles(2, median, 1.0).tolist()
    for i, d in enumerate(days):
        q = (i + 0.5) / QUANTILES
        assert 1.0 - 0.5 ** (d / median) >= q - 1e-12 or d == MAX_WAIT_DAYS
        assert d == 1 or 1.0 - 0.5 ** ((d - 1) / median) < q + 1e-12


def test_log_normal_quantiles() -> None:
    """Median and 90 % point of the table are those of the clock."""
    days = wait_quantiles(3, 40.0, 3.0)
    assert days[QUANTILES // 2] == pytest.approx(40.0, rel=0.03)
    assert days[int(0.9 * QUANTILES)] == pytest.approx(120.0, rel=0.03)
    assert (np.diff(days.astype(int)) >= 0).all()


def test_no_wait_is_longer_than_the_calendar() -> None:
    """The ring of day buckets bounds every wait."""
    assert wait_quantiles(3, 900.0, 9.0).max() == MAX_WAIT_DAYS
    assert wait_quantiles(1, 0.0, 1.0).tolist() == [1] * QUANTILES


def test_geometric_waits_in_the_engine() -> None:
    """Waits of 6,000 adults: chi-square against the geometric law, one false alarm in a million."""
    median = 5.0
    w = calm_world(LINE, n_days=130, per_day=200.0)
    w = with_clock(with_action(w, "rest_here", 1), "rest", 2, median)
    w = with_outcome(w, "rest", 1.0)
    result = run(w, 3, journeys=1.0)
    came, left = journey_days(result, w, "rest_here"), journey_days(result, w, "settles")
    waits = Counter(left[key] - day for key, day in came.items() if key in left)
    n = sum(waits.values())
    assert n == len(came) == 6000
    # Expected cells of the 256-point table, which differs from the law by at most 1/512.
    table = Counter(wait_quantiles(2, median, 1.0).tolist())
    for d in range(1, 25):
        law = 0.5 ** ((d - 1) / median) - 0.5 ** (d / median)
        assert table[d] / QUANTILES == pytest.approx(law, abs=1.0 / QUANTILES)
    common = [d for d in sorted(table) if table[d] * n / QUANTILES >= 60]
    counts = np.array([waits[d] for d in common] + [n - sum(waits[d] for d in common)], float)
    cells = np.array([table[d] for d in common] + [QUANTILES - sum(table[d] for d in common)])
    statistic = chi_square(counts, cells * n / QUANTILES)
    assert statistic < chi_square_limit(len(common), FALSE_ALARM)


def test_stock_of_a_fixed_stay() -> None:
    """Little's law without luck: 50 a day who rest 7 days are 350 people at rest."""
    w = calm_world(LINE, n_days=30, per_day=50.0)
    w = with_outcome(with_clock(with_action(w, "rest_here", 1), "rest", 1, 7.0), "rest", 1.0)
    result = run(w, 1)
    at_rest = result.stocks.reshape(30, -1, w.n_places)[:, w.machine.rest_state].sum(1)
    assert at_rest[10:].tolist() == [350] * 20


def test_spread_is_the_ninetieth_point() -> None:
    """The z of the 90 % point is the standard normal's."""
    sigma = math.log(3.0) / 1.2815515655446004
    days = wait_quantiles(3, 40.0, 3.0)
    expected = 40.0 * math.exp(sigma * -1.2815515655446004)
    assert days[int(0.1 * QUANTILES)] == pytest.approx(expected, abs=0.6)


def test_departures_change_with_the_month() -> None:
    """A month that begins in the middle of a week has its own number from its first day."""
    w = calm_world(LINE, n_days=60, per_day=20.0)
    people = w.cohorts.people_per_day.copy()
    people[1, 0] = 3.0
    w = replace(w, cohorts=replace(w.cohorts, people_per_day=people))
    result = run(w, 2)
    assert {r[0]: r[2] for r in result.departures.tolist()} == {0: 30 * 20, 1: 30 * 3}
    on_the_way_or_ended = result.stocks.sum(1, dtype=int)
    assert np.diff(on_the_way_or_ended).tolist() == [20] * 29 + [3] * 30
