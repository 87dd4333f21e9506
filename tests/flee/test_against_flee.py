"""The compatible version against FLEE 3.1 itself, seed by seed: 20 of each on every case.

Two samples of 20 runs are compared in every camp and every mean of 30 days. The statistic is the
largest difference of means in units of its standard error; it must lie below the 99.9 % point of
the same statistic when the 40 runs are dealt to the two samples at random. FLEE is slow, so both
run at a reduced resolution (``hasten``).
"""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path

import numpy as np
import pytest
from bench.flee31 import run_apart

from tests.flee.conftest import CASES
from travesia.kinds.flee import read_instance
from travesia.kinds.flee.compile import compile_case
from travesia.kinds.flee.measures import flee_ard
from travesia.kinds.flee.simulation import run_flee

HASTEN = {
    "burundi2015": 80, "car2013": 300, "mali2012": 40, "nigeria2016": 400, "ssudan2013": 300,
}  # fmt: skip
SEEDS = 20
SHUFFLES = 5000


def thirty_day_means(runs: np.ndarray) -> np.ndarray:
    """[runs, days, camps] to [runs, months x camps]; the last days stand for themselves."""
    blocks = [runs[:, a : a + 30].mean(axis=1) for a in range(0, runs.shape[1], 30)]
    return np.stack(blocks, axis=1).reshape(len(runs), -1)


def largest_difference(values: np.ndarray, mine: np.ndarray) -> float:
    """Largest standardised difference of means between rows ``mine`` and the others."""
    a, b = values[mine], values[~mine]
    error = np.sqrt(a.var(axis=0, ddof=1) / len(a) + b.var(axis=0, ddof=1) / len(b))
    # Without any spread, equal means differ by nothing and others by a great deal.
    return float((np.abs(a.mean(axis=0) - b.mean(axis=0)) / np.maximum(error, 1e-9)).max())


def permutation_point(values: np.ndarray, share: float = 0.999) -> float:
    """The point below which ``share`` of random deals of the runs lie."""
    rng = np.random.default_rng(12345)
    mine = np.arange(len(values)) < len(values) // 2
    draws = [largest_difference(values, rng.permutation(mine)) for _ in range(SHUFFLES)]
    return float(np.quantile(draws, share))


@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("flee") is None, reason="FLEE is not installed")
@pytest.mark.parametrize("name", CASES)
def test_runs_cannot_be_told_from_those_of_flee(flee_cases: Path, name: str) -> None:
    settings = flee_cases / "simsetting.yml"
    case = read_instance(flee_cases / name, settings)
    model = compile_case(case, compatible=True, hasten=HASTEN[name])
    theirs = [run_apart(flee_cases / name, settings, s, HASTEN[name]) for s in range(SEEDS)]
    assert theirs[0]["camps"] == list(case.camps)
    np.testing.assert_array_equal(theirs[0]["observed"], model.observed)
    ours = []
    for replicate in range(SEEDS):
        run = run_flee(model, 7, replicate=replicate)
        np.testing.assert_array_equal(
            run.people.sum(axis=1) + run.under_way, theirs[replicate]["people"]
        )
        ours.append(run.people[:, model.camps])
    runs = np.array([*(t["simulated"] for t in theirs), *ours], np.float64)
    values = thirty_day_means(runs)
    found = largest_difference(values, np.arange(len(values)) >= SEEDS)
    point = permutation_point(values)
    ards = [flee_ard(r, model.observed.astype(float)) for r in runs]
    apart = float(np.mean(ards[SEEDS:]) - np.mean(ards[:SEEDS]))
    figures = {
        "case": name,
        "hasten": HASTEN[name],
        "statistic": found,
        "point_99_9": point,
        "ard_flee": float(np.mean(ards[:SEEDS])),
        "ard_ours": float(np.mean(ards[SEEDS:])),
    }
    if os.environ.get("TRAVESIA_FLEE_FIGURES"):
        with Path(os.environ["TRAVESIA_FLEE_FIGURES"]).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(figures) + "\n")
    assert found < point, figures
    assert abs(apart) <= 0.01, figures
