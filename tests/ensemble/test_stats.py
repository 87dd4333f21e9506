from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from travesia.ensembles import stats


def test_quantiles_of_known_numbers() -> None:
    values = np.arange(101.0)[:, None]
    assert stats.quantiles(values)[:, 0] == pytest.approx([5, 25, 50, 75, 95])


def test_error_of_the_mean_is_s_over_root_n() -> None:
    values = np.array([[1.0], [2.0], [3.0], [4.0]])
    assert stats.mean_error(values)[0] == pytest.approx(math.sqrt(5 / 3) / 2)


def test_error_of_the_median_of_normal_numbers() -> None:
    """Tends to sqrt(pi / 2) s / sqrt(n); 400 samples of 401 give it within 3 %."""
    values = np.random.default_rng(1).standard_normal((401, 400))
    found = stats.median_error(values).mean()
    assert found == pytest.approx(math.sqrt(math.pi / 2) / math.sqrt(401), rel=0.03)
    assert np.median(values, axis=0).std() == pytest.approx(found, rel=0.1)


def test_one_member_has_no_error() -> None:
    one = np.ones((1, 3))
    assert np.isnan(stats.median_error(one)).all()
    assert np.isnan(stats.mean_error(one)).all()
    assert all(math.isnan(x) for x in stats.unpaired(one[:, 0], one[:, 0]))


def test_pairing_takes_out_what_both_sides_share() -> None:
    base = np.linspace(0, 1000, 41)
    paired = stats.Paired.of(base[:, None], base[:, None] + 7)
    assert paired.difference[:, 0] == pytest.approx(np.full(5, 7.0))
    assert paired.error[0] == pytest.approx(0)
    assert paired.share_more[0] == 1
    low, high = stats.unpaired(base, base + 7)
    # Differences of two even grids are triangular on +-1000 around 7 (without the diagonal).
    assert low == pytest.approx(7 - 1000 * (1 - math.sqrt(0.1)), rel=0.05)
    assert high - 7 == pytest.approx(7 - low, rel=0.02)


def test_unpaired_width_of_normal_numbers() -> None:
    draws = np.random.default_rng(2).standard_normal((2, 500))
    low, high = stats.unpaired(draws[0], draws[1])
    assert high - low == pytest.approx(2 * 1.6449 * math.sqrt(2), rel=0.08)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.floats(-1e6, 1e6))
def test_shifting_one_side_shifts_the_difference(values: list[float], by: float) -> None:
    base = np.array(values)[:, None]
    other = base[::-1]
    before, after = stats.Paired.of(base, other), stats.Paired.of(base, other + by)
    assert after.difference == pytest.approx(before.difference + by, abs=1e-6)
    assert after.error == pytest.approx(before.error, abs=1e-6)


def test_known_well_by_closed_form() -> None:
    base = np.full(100, 1000.0)
    spread = np.linspace(-10, 10, 100)
    half = stats.Z95 * stats.median_error(spread[:, None])[0]
    found = stats.known_well(base, base + 100 + spread, 0.05)
    assert (found.half_width, found.tolerance) == pytest.approx((half, 5))
    assert found.known == (half <= 5)
    found = stats.known_well(base, base + spread, 0.05)  # no effect to speak of
    assert found.tolerance == pytest.approx(2.5)
    assert found.known == (half <= 2.5)
    assert not stats.known_well(base, base + 1000 * spread, 0.05).known


def test_an_error_twice_too_large_needs_four_times_the_members() -> None:
    found = stats.Precision(half_width=10.0, tolerance=5.0, members=30)
    assert (found.known, found.needed) == (False, 120)
    assert found.to_dict()["members_more"] == 90
    known = stats.Precision(half_width=5.0, tolerance=5.0, members=30)
    assert (known.known, known.needed, known.to_dict()["members_more"]) == (True, 30, 0)


@pytest.mark.parametrize(("half", "tolerance"), [(math.nan, 1.0), (1.0, 0.0)])
def test_nothing_is_promised_where_nothing_is_known(half: float, tolerance: float) -> None:
    found = stats.Precision(half, tolerance, 1)
    assert not found.known
    assert found.to_dict()["members_more"] is None


def test_an_output_is_known_against_itself() -> None:
    values = np.linspace(90, 110, 101)
    found = stats.known_itself(values, 0.05)
    assert found.tolerance == pytest.approx(5)
    assert found.half_width == pytest.approx(stats.Z95 * stats.median_error(values[:, None])[0])


def test_parts_join_side_by_side() -> None:
    rng = np.random.default_rng(0)
    base, other = rng.random((2, 9, 6))
    whole = stats.Paired.of(base, other)
    halves = [stats.Paired.of(base[:, s], other[:, s]) for s in (slice(0, 2), slice(2, 6))]
    joined = stats.Paired.joined(halves)
    for name in ("base", "other", "difference", "mean", "error", "share_more"):
        assert np.array_equal(getattr(joined, name), getattr(whole, name))
