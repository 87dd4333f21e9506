from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from travesia.observe import scores
from travesia.observe.compare import distance, judge, shares_within
from travesia.observe.table import verdict

COUNTS = arrays(np.float64, (3, 4), elements=st.floats(0.1, 1e6))


def _row(*values: float) -> np.ndarray:
    return np.array([values], np.float64)


# -- closed forms -------------------------------------------------------------------------


def test_distance_of_shares_by_hand() -> None:
    one = np.zeros(2, np.int64)
    assert distance(_row(1, 1), _row(3, 1), one) == pytest.approx([0.25])
    assert distance(_row(5, 0), _row(0, 7), one) == pytest.approx([1.0])


def test_distance_within_groups_weighs_them_by_their_observed_size() -> None:
    """Group 0 (30 people) is .5 off, group 1 (10 people) is right: .5 * 30 / 40."""
    groups = np.array([0, 0, 1, 1])
    observed = _row(30, 0, 5, 5)
    simulated = _row(100, 100, 1, 1)
    assert distance(simulated, observed, groups) == pytest.approx([0.375])


def test_distance_within_groups_does_not_see_the_size_of_groups() -> None:
    groups = np.array([0, 0, 1, 1])
    assert distance(_row(1, 2, 400, 100), _row(20, 40, 8, 2), groups) == pytest.approx([0.0])


def test_a_group_without_anybody_gets_equal_shares() -> None:
    assert shares_within(_row(0, 0, 3), np.array([0, 0, 1])) == pytest.approx(_row(0.5, 0.5, 1))


def test_no_guess_stays_no_guess() -> None:
    assert np.isnan(shares_within(_row(np.nan, np.nan), np.zeros(2, np.int64))).all()


def test_log_error_of_a_factor_is_its_logarithm_either_way() -> None:
    errors = scores.absolute_log_error(np.array([200.0, 50.0]), np.array([100.0, 100.0]))
    assert errors == pytest.approx([math.log(2)] * 2)


def test_log_error_of_nobody_is_finite() -> None:
    assert np.isfinite(scores.absolute_log_error(np.zeros(1), np.array([10.0]))).all()


def test_relative_error_weighs_large_periods_more() -> None:
    assert scores.relative_error(np.array([90.0, 20.0]), np.array([100.0, 10.0])) == 20 / 110


def test_ard_by_hand() -> None:
    assert scores.ard(_row(8, 5), _row(10, 10)) == pytest.approx([0.35])


def test_mase_of_the_seasonal_naive_guess_on_its_own_history_is_one() -> None:
    history = np.array([1.0, 4.0, 3.0, 8.0])  # one season is two periods: |3-1|, |8-4| -> mean 3
    assert scores.mase(np.array([10.0]), np.array([13.0]), history, 2) == pytest.approx(1.0)


def test_mase_without_enough_history_is_not_a_number() -> None:
    assert math.isnan(scores.mase(np.ones(1), np.ones(1), np.ones(2), 2))


def test_interval_score_by_hand() -> None:
    low, high = np.array([2.0]), np.array([5.0])
    assert scores.interval_score(low, high, np.array([3.0]), 0.2) == [3]
    assert scores.interval_score(low, high, np.array([1.0]), 0.2) == [13]
    assert scores.interval_score(low, high, np.array([7.0]), 0.2) == [23]


def test_weighted_interval_score_by_hand() -> None:
    """Draws 0, 1, ..., 100 and y = 50: the median is right, only the widths cost.

    Widths 50, 80, 95 weighted by alpha / 2 = .25, .1, .025, over 3.5.
    """
    draws = np.arange(101.0)[:, None]
    expected = (0.25 * 50 + 0.1 * 80 + 0.025 * 95) / 3.5
    assert scores.weighted_interval_score(draws, np.array([50.0])) == pytest.approx([expected])


def test_weighted_interval_score_penalises_a_miss_by_its_distance() -> None:
    """y = 200 lies 125, 110 and 102.5 above the intervals and 150 above the median."""
    draws = np.arange(101.0)[:, None]
    widths = 0.25 * 50 + 0.1 * 80 + 0.025 * 95
    expected = (0.5 * 150 + widths + 125 + 110 + 102.5) / 3.5
    assert scores.weighted_interval_score(draws, np.array([200.0])) == pytest.approx([expected])


def test_coverage_by_hand() -> None:
    draws = np.tile(np.arange(101.0)[:, None], (1, 4))
    observed = np.array([50.0, 74.0, 80.0, 99.0])
    assert scores.coverage(draws, observed, 0.5) == 0.5
    assert scores.coverage(draws, observed, 0.2) == 0.75
    assert math.isnan(scores.coverage(draws[:, :0], observed[:0], 0.5))


def test_coverage_of_an_honest_ensemble_is_its_name() -> None:
    """Fixed seed. 2,000 truths from the law of the draws; standard error below .012."""
    rng = np.random.default_rng(7)
    draws, truth = rng.normal(size=(400, 2000)), rng.normal(size=2000)
    for alpha in scores.ALPHAS:
        assert scores.coverage(draws, truth, alpha) == pytest.approx(1 - alpha, abs=0.04)


def test_an_honest_ensemble_beats_one_that_is_too_sure() -> None:
    """The score is proper: at a fixed seed, the true law costs less than half its spread."""
    rng = np.random.default_rng(8)
    draws, truth = rng.normal(size=(400, 2000)), rng.normal(size=2000)
    honest = scores.weighted_interval_score(draws, truth).mean()
    for spread in (0.5, 2.0):
        assert honest < scores.weighted_interval_score(draws * spread, truth).mean()


# -- properties ---------------------------------------------------------------------------


@given(COUNTS, COUNTS)
def test_distance_lies_between_zero_and_one_and_is_symmetric(a: np.ndarray, b: np.ndarray) -> None:
    there, back = (
        scores.total_variation(scores.shares(x), scores.shares(y)) for x, y in ((a, b), (b, a))
    )
    assert ((there >= 0) & (there <= 1 + 1e-12)).all()
    assert there == pytest.approx(back)


@given(COUNTS, st.floats(0.01, 100))
def test_distance_of_a_scaled_copy_is_zero(a: np.ndarray, factor: float) -> None:
    groups = np.array([0, 0, 1, 1])
    assert distance(a * factor, a, groups) == pytest.approx(np.zeros(3), abs=1e-12)


@given(
    arrays(np.float64, (7, 3), elements=st.floats(-1e6, 1e6)),
    arrays(np.float64, 3, elements=st.floats(-1e6, 1e6)),
)
def test_weighted_interval_score_is_never_negative(draws: np.ndarray, y: np.ndarray) -> None:
    assert (scores.weighted_interval_score(draws, y) >= -1e-9).all()


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_weighted_interval_score_of_a_point_is_the_absolute_error(point: float, y: float) -> None:
    got = scores.weighted_interval_score(np.full((5, 1), point), np.array([y]))
    assert got == pytest.approx([abs(point - y)], abs=1e-6, rel=1e-9)


@given(COUNTS)
def test_a_perfect_forecast_costs_nothing(truth: np.ndarray) -> None:
    flat = truth.ravel()
    assert scores.absolute_log_error(flat, flat).max() == 0
    assert scores.relative_error(flat, flat) == 0
    assert scores.ard(truth, truth).max() == 0
    assert scores.total_variation(scores.shares(truth), scores.shares(truth)).max() == 0
    assert scores.weighted_interval_score(np.stack([flat] * 3), flat).max() == 0
    assert scores.coverage(np.stack([flat] * 3), flat, 0.05) == 1


# -- judging ------------------------------------------------------------------------------


def test_run_and_guesses_are_judged_on_the_same_periods() -> None:
    run = np.array([9.0, 1.0, 1.0])
    got = judge("tv", run, {"a": np.array([np.nan, 2.0, 2.0]), "b": np.array([0.0, 3.0, 5.0])})
    assert (got.n, got.simulated, dict(got.baselines)) == (2, 1.0, {"a": 2.0, "b": 4.0})
    assert got.dropped == 1


def test_a_guess_that_hardly_exists_is_left_out() -> None:
    nan = np.nan
    got = judge("tv", np.ones(4), {"rare": np.array([nan, nan, nan, 1.0]), "b": np.ones(4)})
    assert (got.n, set(got.baselines)) == (4, {"b"})


def test_judging_nothing_gives_no_number() -> None:
    got = judge("tv", np.array([np.nan]), {})
    assert got.n == 0
    assert math.isnan(got.simulated)


@pytest.mark.parametrize(
    ("simulated", "baselines", "expected"),
    [
        (1.0, {"a": 2.0, "b": 3.0}, "better"),
        (2.5, {"a": 2.0, "b": 3.0}, "some"),
        (3.5, {"a": 2.0, "b": 3.0}, "worse"),
        (2.0, {"a": 2.0}, "worse"),
        (1.0, {}, "alone"),
        (float("nan"), {"a": 1.0}, "alone"),
    ],
)
def test_verdicts(simulated: float, baselines: dict[str, float], expected: str) -> None:
    assert verdict(simulated, baselines) == expected
