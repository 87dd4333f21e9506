from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from travesia.observe import baselines
from travesia.scenario.periods import Frequency

N = 30
SERIES = arrays(np.float64, (N, 3), elements=st.floats(0.5, 1e5))
NUMBERS = np.arange(100, 100 + N)


def _guess(name: str, values: np.ndarray, t: int, freq: Frequency = "month") -> np.ndarray:
    got = baselines.guesses(values, NUMBERS, np.array([t]), freq, as_shares=False)
    guess: np.ndarray = got[name][0]
    return guess


def test_seasonal_naive_is_the_same_month_a_year_before() -> None:
    values = np.arange(N, dtype=float)[:, None]
    assert _guess("seasonal_naive", values, 120) == [8]  # row of period 108


def test_last_six_months_of_t_are_t_minus_6_to_t_minus_1() -> None:
    values = np.arange(N, dtype=float)[:, None] ** 2
    assert _guess("last_six_months", values, 110) == [np.mean([16, 25, 36, 49, 64, 81])]


def test_last_year_pools_twelve_months_or_takes_the_year_before() -> None:
    values = np.arange(N, dtype=float)[:, None]
    assert _guess("last_year", values, 112) == [5.5]
    assert _guess("last_year", values, 112, "fiscal_year") == [11]


def test_previous_takes_the_last_observation_however_old() -> None:
    values = np.array([[1.0], [2.0]])
    got = baselines.guesses(values, np.array([1, 5]), np.array([9]), "date", as_shares=False)
    assert got["previous"] == [[2]]


def test_missing_years_are_bridged_by_the_last_published_number() -> None:
    values, numbers = np.array([[1.0], [2.0], [4.0]]), np.array([2015, 2016, 2019])
    gaps = baselines.guesses(values, numbers, numbers, "fiscal_year", as_shares=False)
    np.testing.assert_array_equal(gaps["previous"].ravel(), [np.nan, 1, 2])
    np.testing.assert_array_equal(gaps["last_year"].ravel(), [np.nan, 1, np.nan])
    whole = baselines.guesses(values, numbers, numbers[:2], "fiscal_year", as_shares=False)
    assert set(whole) == {"last_year"}


def test_pooled_shares_weigh_months_by_their_counts() -> None:
    """Six months: five with (0, 10), one with (950, 0): shares .95 and .05, not 1/6 and 5/6."""
    values = np.array([[0.0, 10.0]] * 5 + [[950.0, 0.0]])
    got = baselines.guesses(values, np.arange(6), np.array([6]), "month", as_shares=True)
    assert got["last_six_months"] == pytest.approx(np.array([[0.95, 0.05]]))


def test_a_gap_in_the_past_gives_no_guess() -> None:
    values, numbers = np.ones((5, 1)), np.array([0, 1, 3, 4, 5])
    got = baselines.guesses(values, numbers, np.array([6]), "month", as_shares=False)
    assert np.isnan(got["last_six_months"]).all()


def test_population_and_equal_shares_join_only_where_shares_are_guessed() -> None:
    weights = np.array([3.0, 1.0])
    values = np.ones((2, 2))
    got = baselines.guesses(
        values, np.arange(2), np.array([2]), "month", as_shares=True, weights=weights
    )
    assert got["population"] == pytest.approx(np.array([[0.75, 0.25]]))
    assert got["equal_shares"] == pytest.approx(np.array([[0.5, 0.5]]))
    counts = baselines.guesses(values, np.arange(2), np.array([2]), "month", as_shares=False)
    assert "equal_shares" not in counts


@given(
    values=SERIES,
    other=SERIES,
    t=st.integers(0, N - 1),
    as_shares=st.booleans(),
    freq=st.sampled_from(["month", "fiscal_year", "year", "date"]),
)
def test_no_guess_looks_at_its_own_period_or_later(
    values: np.ndarray, other: np.ndarray, t: int, as_shares: bool, freq: Frequency
) -> None:
    """Whatever happens from period t on, the guesses up to t are the same."""
    changed = values.copy()
    changed[t:] = other[t:]
    scored = NUMBERS[: t + 1]
    before = baselines.guesses(values, NUMBERS, scored, freq, as_shares=as_shares)
    after = baselines.guesses(changed, NUMBERS, scored, freq, as_shares=as_shares)
    for name, rows in before.items():
        np.testing.assert_array_equal(rows, after[name], err_msg=name)


@given(values=SERIES)
def test_guessed_shares_sum_to_one_or_do_not_exist(values: np.ndarray) -> None:
    got = baselines.guesses(values, NUMBERS, NUMBERS, "month", as_shares=True)
    for rows in got.values():
        sums = rows.sum(axis=1)
        assert sums[np.isfinite(sums)] == pytest.approx(1)
