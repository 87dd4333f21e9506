"""Route values, choice shares and utilities against formulas in plain Python."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from bench.worlds import random_world

from tests.theory.small import calm_world, chi_square, chi_square_limit
from travesia.engine.beliefs import PRIOR_WEIGHT, BorderBelief, WayBelief
from travesia.engine.run import run
from travesia.model import choice
from travesia.model.compiled import ONE
from travesia.model.utility import PAPERS_CAPTURE, UtilityTables, boarding_failure, leg_utilities

FALSE_ALARM = 1e-6
RTOL = 1e-12


def plain_values(
    utility: list[float], terminal: list[float], legs: list[tuple[int, int]], mu: float, nest: float
) -> tuple[dict[int, float], dict[int, float]]:
    """Values of places and probabilities of legs by direct recursion, with ``math`` only."""
    values: dict[int, float] = {}
    chances: dict[int, float] = {}

    def value(p: int) -> float:
        if p in values:
            return values[p]
        heads = sorted({b for a, b in legs if a == p})
        if not heads:
            values[p] = terminal[p] if terminal[p] > choice.NONE / 2 else -math.inf
            return values[p]
        inclusive: dict[int, float] = {}
        for head in heads:
            mine = [i for i, leg in enumerate(legs) if leg == (p, head)]
            weights = [math.exp(utility[i] / nest) for i in mine if utility[i] > choice.NONE / 2]
            beyond = value(head)
            inclusive[head] = nest * math.log(sum(weights)) + beyond if weights else -math.inf
        parts = [math.exp(v / mu) for v in inclusive.values()]
        values[p] = mu * math.log(sum(parts)) if sum(parts) > 0 else -math.inf
        for i, (a, b) in enumerate(legs):
            if a != p:
                continue
            if utility[i] <= choice.NONE / 2 or inclusive[b] == -math.inf:
                chances[i] = 0.0
            else:
                within = math.exp((utility[i] - (inclusive[b] - values[b])) / nest)
                chances[i] = within * math.exp((inclusive[b] - values[p]) / mu)
        return values[p]

    for p in range(len(terminal)):
        value(p)
    return values, chances


@pytest.mark.parametrize("seed", range(8))
def test_route_values(seed: int) -> None:
    """The compiled recursion equals the plain one at a relative tolerance of 1e-12."""
    w = random_world(seed, places=9)
    r = np.random.default_rng(seed)
    n_l, n_p, classes = len(w.names.legs), w.n_places, 5
    utility = r.normal(-1, 2, (classes, n_l))
    utility[r.random((classes, n_l)) < 0.3] = choice.NONE
    utility[4] = choice.NONE
    terminal = np.full((classes, n_p), choice.NONE)
    terminal[:, -1] = r.normal(0, 1, classes)
    value, probability = np.full((classes, n_p), choice.NONE), np.zeros((classes, n_l))
    g = w.graph
    mu, nest = 1.0, 0.65
    choice.route_values(
        utility, terminal, g.order, g.out_ptr, g.leg_to, mu, nest, value, probability
    )
    tails = np.repeat(np.arange(n_p), np.diff(g.out_ptr)).tolist()
    legs = list(zip(tails, g.leg_to.tolist(), strict=True))
    for c in range(classes):
        values, chances = plain_values(utility[c].tolist(), terminal[c].tolist(), legs, mu, nest)
        for p, v in values.items():
            if v == -math.inf:
                assert value[c, p] < choice.NONE / 2
            else:
                assert value[c, p] == pytest.approx(v, rel=RTOL, abs=1e-12)
        for leg, chance in chances.items():
            if values[tails[leg]] > -math.inf:
                assert probability[c, leg] == pytest.approx(chance, rel=1e-11, abs=1e-300)


def test_choice_thresholds() -> None:
    """Thresholds are floor(sum * 2**31); the last leg that can be taken closes the range."""
    probability = np.array([[0.25, 0.5, 0.25, 0.0, 0.0, 0.0, 1.0 / 3, 2.0 / 3]])
    out_ptr = np.array([0, 4, 6, 8])
    thresholds = np.zeros(probability.shape, np.uint32)
    choice.choice_thresholds(probability, out_ptr, thresholds)
    assert thresholds[0].tolist() == [ONE // 4, ONE // 4 * 3, ONE, ONE, 0, 0, ONE // 3, ONE]


def test_shares_on_two_roads() -> None:
    """Nested logit by hand on two roads, one of them with two modes; 30,000 adults."""
    # 0 -> 1 by modes 0 and 1 (a nest), 0 -> 2 by mode 0; both lead to the sector 3.
    w = calm_world(
        [(0, 1, 0), (0, 1, 1), (0, 2, 0), (1, 3, 0), (2, 3, 0)], n_days=30, per_day=1000.0
    )
    utility = np.tile([-1.0, -0.4, -0.8, -0.3, 0.2], (3, 1))
    w = replace(
        w,
        base=w.base | {"leg_utility": utility, "leg_days": np.full(5, 0.01)},
        parameters=w.parameters
        | {
            "beta_time": 0.0,
            "delta_harm": 0.0,
            "gamma_capture": 0.0,
            "alpha_cost": 0.0,
            "boarding_speed_half_kmh": 1e9,
        },
    )
    nest = w.parameters["nest_scale"]
    e = math.exp
    in_nest = [e(-1.0 / nest), e(-0.4 / nest)]
    first = nest * math.log(sum(in_nest)) - 0.3
    second = -0.8 + 0.2
    to_first = e(first) / (e(first) + e(second))
    shares = [to_first * x / sum(in_nest) for x in in_nest] + [1.0 - to_first]
    flows = np.zeros(5)
    for _, leg, _, people, _ in run(w, 4).flows.tolist():
        flows[leg] += people
    n = 30_000
    assert flows[:3].sum() == n
    assert flows[3] == flows[0] + flows[1]
    statistic = chi_square(flows[:3], np.array(shares) * n)
    assert statistic < chi_square_limit(2, FALSE_ALARM)


def test_boarding() -> None:
    """Failure 1 - (1 - guard) / (1 + exp((v - v_half) / s)), on trains only."""
    w = random_world(5)
    got = boarding_failure(w, w.base)
    p = w.parameters
    for leg, is_train in enumerate(w.graph.leg_train.tolist()):
        excess = w.base["train_speed"][leg] - p["boarding_speed_half_kmh"]
        success = 1.0 / (1.0 + math.exp(excess / p["boarding_speed_scale_kmh"]))
        expected = 1.0 - (1.0 - w.base["boarding_guard"][leg]) * success if is_train else 0.0
        assert got[leg] == pytest.approx(expected, rel=RTOL)


@pytest.mark.parametrize("seed", [2, 6])
def test_utilities(seed: int) -> None:
    """Every leg and class against the written formula."""
    w = random_world(seed)
    r = np.random.default_rng(seed)
    n_l, n_c = len(w.names.legs), len(w.names.cohorts)
    tables = w.base | {
        "leg_utility": r.normal(0, 1, (n_c, n_l)),
        "leg_cost": r.uniform(0.5, 2, n_l),
        "leg_cost_add": r.uniform(0, 50, n_l),
        "leg_open": (r.random(n_l) < 0.8).astype(float),
    }
    way = r.uniform(0, 0.8, (2, len(w.names.groups), 3, 3))
    fails = boarding_failure(w, tables)
    fixed = UtilityTables(w)
    got = leg_utilities(fixed, tables, fails, way)
    p, g = w.parameters, w.graph
    for row in range(n_c * 8):
        c, guided, papers, poor = row // 8, row // 4 % 2, row // 2 % 2, row % 2
        group = int(w.cohorts.group[c])
        for leg in range(n_l):
            needs = int(g.leg_requires[leg])
            closed = tables["leg_open"][leg] < 0.5 or (needs == 1 and not guided)
            if closed or (needs == 2 and not papers):
                assert got[row, leg] <= choice.NONE
                continue
            capture = float(way[0, group, g.leg_region[leg], g.leg_mode[leg]])
            harm = float(way[1, group, g.leg_region[leg], g.leg_mode[leg]])
            low, high = float(g.cost_low[leg]), float(g.cost_high[leg])
            cost = (low + high) / 2 if needs == 1 else low if papers else high
            cost = cost * tables["leg_cost"][leg] + tables["leg_cost_add"][leg]
            if needs == 1:
                change = p["smuggler_price_slope"] * (capture - p["belief_prior_capture"])
                cost *= max(0.2, 1.0 + change)
            money = p["alpha_cost"] / 1000 * cost / w.cohorts.means[c]
            money *= p["poor_cost_factor"] if poor else 1.0
            days = tables["leg_days"][leg] + fails[leg] / (1 - fails[leg])
            felt = capture * PAPERS_CAPTURE if papers else capture
            expected = tables["leg_utility"][c, leg] - money - p["beta_time"] * days
            expected += p["gamma_capture"] * math.log(1 - felt) + p["delta_harm"] * math.log(
                1 - harm
            )
            expected += float(w.cohorts.train_constant[c]) if g.leg_train[leg] else 0.0
            assert got[row, leg] == pytest.approx(expected, rel=RTOL, abs=1e-12)


def test_way_belief() -> None:
    """Counts that fade by half-life, come a week late and are drawn to the prior."""
    w = random_world(3)
    belief = WayBelief(w)
    r = np.random.default_rng(1)
    n_l, n_c, n_k = len(w.names.legs), 3, 3
    weeks = [
        (r.integers(0, 50, (n_l, n_c)).astype(float), r.integers(0, 9, (n_l, n_k, 2)).astype(float))
        for _ in range(4)
    ]
    for i, (flows, hits) in enumerate(weeks):
        belief.learn(7 * (i + 1), 7, flows, hits)
    got = belief.believed(np.zeros((2, 3)))
    half = w.parameters["belief_half_life_weeks"]
    for group in range(2):
        for region in range(3):
            for mode in range(3):
                legs = [
                    leg
                    for leg in range(n_l)
                    if w.graph.leg_region[leg] == region and w.graph.leg_mode[leg] == mode
                ]
                # After the fourth call the news of calls 1 to 3 (days 7 to 21) are known.
                passed = stopped = harmed = 0.0
                for i, (flows, hits) in enumerate(weeks[:3]):
                    keep = 0.5 ** ((2 - i) / half)
                    members = [c for c in range(n_c) if w.cohorts.group[c] == group]
                    passed += keep * sum(flows[leg, c] for leg in legs for c in members)
                    stopped += keep * sum(hits[leg, 0, group] for leg in legs)
                    harmed += keep * sum(hits[leg, k, group] for leg in legs for k in (1, 2))
                p = w.parameters
                capture = (stopped + PRIOR_WEIGHT * p["belief_prior_capture"]) / (
                    passed + PRIOR_WEIGHT
                )
                harm = (harmed + PRIOR_WEIGHT * p["belief_prior_harm"]) / (passed + PRIOR_WEIGHT)
                if w.names.groups[group] in w.names.natives:
                    capture = 0.0
                cap = p["belief_cap"]
                assert got[0, group, region, mode] == pytest.approx(min(capture, cap), rel=RTOL)
                assert got[1, group, region, mode] == pytest.approx(min(harm, cap), rel=RTOL)


def test_border_belief() -> None:
    """The believed chance of release and its slow reference, by hand for one cohort."""
    w = random_world(3)
    start = np.array([[0.4, 0.2], [0.5, 0.5], [0.1, 0.1]])
    belief = BorderBelief(w, start)
    custody = np.zeros((2, 3, 2))
    custody[0, 0], custody[1, 0] = (100.0, 50.0), (80.0, 10.0)
    belief.learn(7, custody)
    mean = (90.0 + PRIOR_WEIGHT * 0.3) / (150.0 + PRIOR_WEIGHT)
    expected = [
        (80.0 + PRIOR_WEIGHT * mean) / (100.0 + PRIOR_WEIGHT),
        (10.0 + PRIOR_WEIGHT * mean) / (50.0 + PRIOR_WEIGHT),
    ]
    assert belief.believed()[0].tolist() == pytest.approx(expected, rel=RTOL)
    slow = 1.0 - 0.5 ** (1.0 / w.parameters["release_reference_weeks"])
    reference = [s + slow * (e - s) for s, e in zip(start[0], expected, strict=True)]
    assert belief.reference[0].tolist() == pytest.approx(reference, rel=RTOL)
    change = [e - f for e, f in zip(expected, reference, strict=True)]
    weighted = (change[0] * 101.0 + change[1] * 51.0) / 152.0
    assert belief.mean_change()[0] == pytest.approx(weighted, rel=1e-11)
