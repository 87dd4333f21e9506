"""Competing hazards and saturation against their formulas."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from bench.worlds import random_world

from tests.theory.small import CODE, calm_world, chi_square, chi_square_limit
from travesia.engine.host import saturate
from travesia.engine.run import run
from travesia.model import choice
from travesia.model.compiled import ONE

FALSE_ALARM = 1e-6


def test_thresholds_are_the_formula() -> None:
    """Total 1 - exp(-sum of rates); causes in proportion to their rates; to one part in 2**31."""
    r = np.random.default_rng(4)
    n_causes, n_legs, n_classes = 5, 30, 7
    hazard = r.uniform(0, 0.5, (n_causes, n_legs)) * (r.random((n_causes, n_legs)) < 0.6)
    who = r.uniform(0, 2, (n_classes, n_causes))
    who[2] = 0.0
    factor = r.uniform(0.1, 1.5, (n_causes, n_legs))
    total = np.zeros((n_classes, n_legs), np.uint32)
    cause = np.zeros((n_classes, n_legs, n_causes), np.uint32)
    choice.risk_thresholds(hazard, who, factor, total, cause)
    for c in range(n_classes):
        for leg in range(n_legs):
            rates = [hazard[k, leg] * factor[k, leg] * who[c, k] for k in range(n_causes)]
            chance = 1.0 - math.exp(-sum(rates))
            assert abs(int(total[c, leg]) - chance * ONE) <= 2
            running = 0.0
            for k in range(n_causes) if sum(rates) > 0 else ():
                running += rates[k]
                expected = chance * ONE * running / sum(rates)
                assert abs(int(cause[c, leg, k]) - expected) <= 2
            if sum(rates) > 0:
                assert cause[c, leg, -1] == total[c, leg]


def test_shares_in_the_engine() -> None:
    """24,000 passages of one leg: struck, and by what, at one false alarm in a million."""
    w = calm_world([(0, 1, 0)], n_days=30, per_day=800.0)
    rates = np.array([[0.0], [0.21], [0.07]])  # robbery and death; nobody is stopped
    w = replace(w, base=w.base | {"hazard": rates})
    result = run(w, 12)
    chance = 1.0 - math.exp(-0.28)
    totals = {int(t): 0 for t in range(len(w.names.transitions))}
    for row in result.events.tolist():
        totals[row[1]] += row[4]
    n = 800 * 30
    robbed, died = totals[CODE["robbed"]], totals[CODE["died"]]
    fine = n - robbed - died
    expected = np.array([n * (1 - chance), n * chance * 0.75, n * chance * 0.25])
    statistic = chi_square(np.array([fine, robbed, died], float), expected)
    assert statistic < chi_square_limit(2, FALSE_ALARM)
    assert totals[CODE["evaded"]] == n - died


def test_saturation_formula() -> None:
    """Stops C e (1 - exp(-p F / C)) per day and region, in plain Python at rtol 1e-12."""
    w = random_world(9)
    hazard, effort = w.base["hazard"], np.array([[0.5, 1.0, 2.0]])
    exposed = np.random.default_rng(2).uniform(0, 40, (w.risk.who_factor.shape[0], hazard.shape[1]))
    got = saturate(w, hazard, effort, exposed)
    n_legs, regions = hazard.shape[1], w.graph.leg_region.tolist()
    load = [0.0, 0.0, 0.0]
    for leg in range(n_legs):
        for c in range(exposed.shape[0]):
            load[regions[leg]] += hazard[0, leg] * w.risk.who_factor[c, 0] * exposed[c, leg]
    for leg in range(n_legs):
        region = regions[leg]
        capacity = float(w.risk.capacity[0, region])
        stopped = capacity * effort[0, region] * (1.0 - math.exp(-load[region] / capacity))
        assert got[0, leg] == pytest.approx(stopped / load[region], rel=1e-12)
    assert (got[1:] == 1.0).all()
    calm = saturate(w, hazard, effort, exposed * 0.0)
    assert np.allclose(calm[0], effort[0][w.graph.leg_region], rtol=1e-12)


def test_saturation_caps_the_stops_of_a_run() -> None:
    """However many pass, an agency of capacity 5 stops about 5 a day and not 90 % of 400."""
    w = calm_world([(0, 1, 0)], n_days=30, per_day=400.0)
    w = replace(
        w,
        base=w.base | {"hazard": np.array([[2.3], [0.0], [0.0]])},
        risk=replace(w.risk, capacity=np.full_like(w.risk.capacity, 5.0)),
    )
    result = run(w, 2)
    stops = result.events_daily[:, CODE["stopped"]]
    assert stops[:7].mean() > 300  # nothing is known in the first week
    assert stops[8:].mean() < 10
