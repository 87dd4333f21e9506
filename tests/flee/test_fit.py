"""Fits: known numbers are found again, and held-out counts never enter."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.flee.helpers import SMALL
from tests.flee.worlds import START, fork, growing
from travesia.kinds.flee import Counts, Instance, read_instance
from travesia.kinds.flee.cut import default_cut, known_case
from travesia.kinds.flee.fit import error_of, fit_rule, resolution, simulate
from travesia.kinds.flee.measures import flee_ard, rescaled
from travesia.kinds.flee.rules import Range, Rule, with_rule
from travesia.kinds.flee.score import score_flee
from travesia.kinds.flee.tables import run_case
from travesia.kinds.flee.trial import ROWS, fits_of_others, trial_after_cut, trial_of_others

QUICK: dict[str, Any] = {"points": 6, "rounds": 1, "people": 200}


def counted(found: Instance, power: float) -> Instance:
    """A case whose counts are those of its own run under a power of distance."""
    truth = with_rule(found, {"distance_power": power})
    table = run_case(truth, seed=99).scenario_tables["camps"]
    counts = [c for c in found.counts if c.series == "total"]
    for name in found.camps:
        mine = table[table["camp"].astype(str) == name]
        people = tuple(mine["blind"].astype(float))
        dates = tuple(START + dt.timedelta(days=d) for d in range(len(people)))
        counts.append(Counts(name, dates, people))
    return replace(found, counts=tuple(counts))


@pytest.mark.parametrize("power", [0.7, 2.0, 3.1])
def test_a_known_number_is_found_again(power: float) -> None:
    found = counted(fork(20_000, days=8, softening=50.0), power)
    one = Rule({}, (Range("distance_power", 0.0, 4.0),))
    fit = fit_rule([found], one, points=20, rounds=4, people=20_000)
    # The odds of the camps are (350 / 150) ** power; chance moves them by about two per cent.
    assert fit.values["distance_power"] == pytest.approx(power, abs=0.1)
    assert fit.error < 0.02 < fit.error_before


def test_the_best_of_all_trials_is_taken_and_the_seed_decides() -> None:
    small = read_instance(SMALL)
    fit = fit_rule([small], "camps", **QUICK)
    assert fit == fit_rule([small], "camps", **QUICK)
    assert fit.values == fit.trials[0][1]
    assert fit.error == fit.trials[0][0] == min(e for e, _ in fit.trials)
    assert fit.evaluations == 17
    assert fit.error == error_of(fit.applied(small), hasten=resolution(small, 200))
    assert fit_rule([small], "camps", seed=1, **QUICK).values != fit.values


def test_errors_are_remembered_between_fits() -> None:
    small = read_instance(SMALL)
    memory: dict[tuple[str, str, tuple[float, ...]], float] = {}
    first = fit_rule([small], "flee", memory=memory, **QUICK)
    known = dict(memory)
    assert fit_rule([small], "flee", memory=memory, **QUICK) == first
    assert memory == known


def spoiled(found: Instance, cut: dt.date) -> Instance:
    """Other counts after the cut, a correction there, and other capacities."""
    counts = tuple(
        replace(
            c,
            people=tuple(
                p if d <= cut else 3 * p + 17 for d, p in zip(c.dates, c.people, strict=True)
            ),
            corrections=(max(c.dates),) if len(c.dates) > 2 else c.corrections,
        )
        for c in found.counts
    )
    places = tuple(replace(p, capacity=p.capacity // 3) for p in found.places)
    return replace(found, counts=counts, places=places)


@pytest.mark.long
def test_held_out_counts_never_enter_the_fit() -> None:
    small = read_instance(SMALL)
    cut = dt.date(2021, 1, 31)
    one, two = (trial_after_cut(c, cut, search=QUICK_TRIAL) for c in (small, spoiled(small, cut)))
    assert one.fits == two.fits
    assert one.errors != two.errors
    seen = spoiled(small, dt.date(2021, 1, 2))
    assert trial_after_cut(seen, cut, search=QUICK_TRIAL).fits != one.fits


QUICK_TRIAL = {"points": 4, "rounds": 1}


def test_a_case_is_not_among_those_that_its_rule_is_fitted_on() -> None:
    small = read_instance(SMALL)
    other = counted(fork(2_000, days=8), 2.0)
    third = replace(counted(fork(2_000, days=8), 1.0), name="third")
    spoilt = spoiled(small, dt.date(2020, 1, 1))
    one, two = (fits_of_others([c, other, third], "camps", **QUICK_TRIAL) for c in (small, spoilt))
    assert list(one) == [small.name, "made", "third", ""]
    assert one[small.name] == two[small.name]
    assert one[""] != two[""]
    assert one[""].cases == (small.name, "made", "third")
    trials = [trial_of_others(c, {"camps": one[c.name]}) for c in (small, spoilt)]
    assert trials[0].errors != trials[1].errors
    assert trials[0].fitted_on == ("made", "third")
    assert list(trials[0].errors) == [r for r in ROWS if r in trials[0].errors]
    with pytest.raises(ValueError, match="among the cases"):
        trial_of_others(small, {"camps": one[""]})


def test_the_rows_of_a_trial_are_those_of_a_score() -> None:
    small = read_instance(SMALL)
    trial = trial_after_cut(small, people=10**6, replicates=1, search=QUICK_TRIAL)
    score = score_flee(run_case(small, seed=0, compatible=True)).after_cut
    assert score is not None
    assert trial.days == score.days
    for row in ("equal_shares", "cut_shares", "cut_capacity_shares", "last_observed_shares"):
        assert trial.errors[row] == pytest.approx(score.baselines[row]), row
    assert trial.errors["flee31_blind"] == pytest.approx(score.ard_rescaled_blind)
    assert trial.errors["flee31_known"] == pytest.approx(score.ard_rescaled)
    assert trial.errors["flee31_input"] == pytest.approx(score.ard_rescaled_input)


def test_a_recount_puts_people_where_they_were_counted() -> None:
    found = fork(10_000, days=6)
    found = replace(
        found, counts=(*found.counts, growing("Near", 0, 1, 6), growing("Far", 0, 1, 6))
    )
    simulated, truth = simulate(found, hasten=1, recount=(3, np.array([100.0, 900.0])))
    plain, _ = simulate(found, hasten=1)
    assert truth.shape == (6, 2)
    np.testing.assert_array_equal(simulated[0, :3], plain[0, :3])
    grown = simulated[0, 3] - [100, 900]  # those who set out on that day arrive at once
    assert 0 < grown.sum() <= 2000
    assert (grown >= 0).all()


def test_simulated_people_are_scaled_back() -> None:
    found = counted(fork(4_000, days=4), 1.0)
    simulated, truth = simulate(found, hasten=10, replicates=2)
    assert simulated.shape == (2, 4, 2)
    assert (simulated % 10 == 0).all()
    assert flee_ard(rescaled(simulated[0], truth), truth) < 0.1


def test_known_capacities_shape_the_known_case() -> None:
    small = read_instance(SMALL)
    past = known_case(small, default_cut(small))
    assert past.days == 20
    # Only the counts of the first day are known: they hold, and are the capacities.
    assert {p.name: p.capacity for p in past.places if p.kind == "camp"} == {
        "Duna": 150,
        "Estero": 50,
    }
