"""Scores of FLEE runs against sums done by hand and against FLEE's own formulas."""

from __future__ import annotations

import numpy as np
import pytest

from tests.flee.helpers import SMALL
from tests.flee.worlds import fork, growing, place
from travesia.errors import InputError
from travesia.kinds.flee import read_instance
from travesia.kinds.flee.measures import baselines, flee_ard, flee_mase, rescaled
from travesia.kinds.flee.score import score_flee
from travesia.kinds.flee.tables import run_case

OBSERVED = np.array([[0.0, 0.0], [60.0, 40.0], [100.0, 100.0]])


def test_ard_is_the_mean_over_days_of_summed_errors_over_the_total() -> None:
    simulated = np.array([[0.0, 3.0], [50.0, 50.0], [100.0, 50.0]])
    assert flee_ard(simulated, OBSERVED) == pytest.approx((3 / 1 + 20 / 100 + 50 / 200) / 3)


def test_rescaling_leaves_shares_and_meets_the_total() -> None:
    simulated = np.array([[0.0, 0.0], [5.0, 5.0], [300.0, 100.0]])
    wanted = [[0, 0], [50, 50], [150, 50]]
    np.testing.assert_allclose(rescaled(simulated, OBSERVED), wanted)


def test_naive_guesses_by_hand() -> None:
    published = {0: [(0, 1.0), (1, 3.0)], 1: [(0, 1.0), (2, 7.0)]}
    observed = np.array([[50.0, 50.0], [75.0, 25.0], [30.0, 70.0]])
    found = baselines(observed, np.array([300.0, 100.0]), published)
    assert found["equal_shares"] == pytest.approx((0 + 0.5 + 0.4) / 3)
    assert found["first_shares"] == pytest.approx((0 + 0.5 + 0.4) / 3)
    assert found["capacity_shares"] == pytest.approx((0.5 + 0 + 0.9) / 3)
    # Day 0 knows nothing (equal shares), day 1 the shares 1:1, day 2 the shares 3:1.
    assert found["last_observed_shares"] == pytest.approx((0 + 0.5 + 0.9) / 3)
    assert baselines(observed, np.zeros(2), published)["capacity_shares"] is None


def test_no_guess_sees_the_day_it_guesses() -> None:
    published = {0: [(0, 10.0), (5, 90.0)], 1: [(0, 10.0), (5, 10.0)]}
    observed = np.tile([50.0, 50.0], (6, 1))
    assert baselines(observed, np.ones(2), published)["last_observed_shares"] == 0.0


@pytest.mark.parametrize("ratio", [False, True])
def test_mase_equals_the_formula_of_flee(ratio: bool) -> None:
    rng = np.random.default_rng(1)
    observed = rng.integers(10, 1000, (50, 3)).astype(float)
    simulated = rng.integers(10, 1000, (50, 3)).astype(float)
    wanted, weight = 0.0, 0.0
    for camp in range(3):
        y2, total = observed[:, camp], observed.sum(axis=1)
        y1 = simulated[:, camp] * total / simulated.sum(axis=1)
        naive = np.full(50, y2[7]) if not ratio else total * (y2[7] / total[7])
        error = np.abs(y2 - y1).sum() / 50
        scale = np.abs(y2[8:] - naive[8:]).sum() / 42
        wanted += round(error / scale, 4) * y2.sum()
        weight += y2.sum()
    assert flee_mase(simulated, observed, 7, ratio=ratio) == pytest.approx(wanted / weight)
    assert flee_mase(simulated[:8], observed[:8], 7, ratio=ratio) is None


def test_a_run_is_scored_with_and_without_its_capacities() -> None:
    score = score_flee(run_case(read_instance(SMALL), seed=2))
    assert score.camps == ("Duna", "Estero")
    assert score.capacities_near_observed_maximum == 2
    assert score.ard != score.ard_blind
    assert score.baselines["capacity_shares"] < score.baselines["equal_shares"]  # type: ignore[operator]
    text = score.to_text()
    for word in ("BLIND", "equal shares", "In 2 of 2 camps the capacity", "capacities"):
        assert word in text
    assert {"ard", "ard_rescaled", "ard_rescaled_blind", "baselines"} <= set(score.to_dict())


def test_the_blind_score_cannot_change_with_the_capacities() -> None:
    from dataclasses import replace

    found = read_instance(SMALL)
    other = replace(found, places=tuple(replace(p, capacity=p.capacity // 7) for p in found.places))
    one, two = (score_flee(run_case(c, seed=2)) for c in (found, other))
    assert one.ard_rescaled_blind == two.ard_rescaled_blind
    assert one.ard_rescaled != two.ard_rescaled


def test_seeds_give_an_ensemble() -> None:
    score = score_flee(run_case(read_instance(SMALL), seed=2, seeds=3))
    assert len(set(score.ard_by_seed)) == 3
    assert score.ard == pytest.approx(np.mean(score.ard_by_seed))
    assert 0 < (score.weighted_interval_score or 0) < score.ard_rescaled * 1.5


def test_without_counts_there_is_nothing_to_score() -> None:
    with pytest.raises(InputError, match="nothing to score"):
        score_flee(run_case(fork(10)))


def test_a_camp_without_counts_is_named() -> None:
    from dataclasses import replace

    found = fork(100, days=3)
    counts = (*found.counts, growing("Near", 0, 50, 3))
    score = score_flee(run_case(replace(found, counts=counts)))
    assert score.unscored == ("Far",)
    assert "Not scored, without counts in the period: Far" in score.to_text()
    assert place("X", "camp").capacity == 0
