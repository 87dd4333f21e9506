"""The verification generator gives statistically equal answers."""

from __future__ import annotations

import numpy as np
from bench.worlds import random_world

from tests.statistical.chances import largest_z, z_limit
from travesia import rng
from travesia.engine.run import run
from travesia.model.compiled import CompiledModel

REPLICATES = 40
FALSE_ALARM = 1e-5


def totals(model: CompiledModel, generator: rng.Generator, first: int) -> np.ndarray:
    """People by transition in each replicate [replicates, T], without the rarest transitions."""
    rows = [
        run(model, 100, replicate=first + r, generator=generator).events_daily.sum(0)
        for r in range(REPLICATES)
    ]
    return np.array(rows, float)


def test_splitmix_and_philox_agree() -> None:
    """Forty replicates with each, all transitions at once: one false alarm in 100,000."""
    model = random_world(21, n_days=60, rate=20.0)
    cheap = totals(model, rng.Generator.SPLITMIX, 0)
    sure = totals(model, rng.Generator.PHILOX, 0)
    common = (cheap.mean(0) > 20) & (sure.mean(0) > 20)
    assert common.sum() >= 12
    assert largest_z(cheap[:, common], sure[:, common]) < z_limit(int(common.sum()), FALSE_ALARM)
    assert not (cheap == sure).all(1).any()


def test_the_test_can_tell_a_difference() -> None:
    """The same comparison notices hazards that are a fifth higher."""
    model = random_world(21, n_days=60, rate=20.0)
    worse = random_world(21, n_days=60, rate=20.0)
    worse.base["hazard"] *= 1.2
    one = totals(model, rng.Generator.SPLITMIX, 0)
    other = totals(worse, rng.Generator.PHILOX, 0)
    common = (one.mean(0) > 20) & (other.mean(0) > 20)
    assert largest_z(one[:, common], other[:, common]) > z_limit(int(common.sum()), FALSE_ALARM)
