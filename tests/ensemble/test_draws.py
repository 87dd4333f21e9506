from __future__ import annotations

import json
import math

import numpy as np
import pytest

from tests.ensemble.asking import CORRIDOR, bands
from travesia.ensembles.bands import (
    band,
    chance_of_total,
    shrink,
    shrink_by_month,
)
from travesia.ensembles.executors import Serial
from travesia.ensembles.settings import Settings
from travesia.errors import InputError
from travesia.kinds.corridor.kind import LIGHT_WORK
from travesia.results.bands import read_band
from travesia.scenario.scenario import Scenario


def test_without_chance_bands_are_quantiles_of_the_draws() -> None:
    values = np.outer(np.arange(21.0), [1.0, 2.0])
    found = band(values, np.ones((3, 2)), 0.1, "sum")
    assert found["quantiles"][0.05] == pytest.approx([1, 2])
    assert found["quantiles"][0.95] == pytest.approx([19, 38])
    assert found["total"] == pytest.approx({0.05: 3, 0.5: 30, 0.95: 57})
    assert found["chance"] == 0


def test_total_of_a_stock_is_the_fullest_month() -> None:
    values = np.tile([[1.0, 9.0, 4.0]], (4, 1))
    assert band(values, values[:3], 1.0, "max")["total"][0.5] == 9
    assert band(values, values[:3], 1.0, "sum")["total"][0.5] == 14


def test_shrinking_leaves_the_variance_of_a_full_run() -> None:
    # spread 10 = 6 of the numbers + 4 of chance at a tenth of the people: full run 6 + 0.4
    assert shrink(10.0, 4.0, 0.1) ** 2 * 10 == pytest.approx(6.4)
    assert shrink(10.0, 4.0, 1.0) == 1.0
    assert shrink(4.0, 40.0, 0.1) ** 2 == pytest.approx(0.1)  # all of it is chance
    assert shrink(0.0, 0.0, 0.1) == 1.0


def test_bands_of_poisson_draws_are_those_of_the_full_population() -> None:
    """Draws of the mean with 10 % spread, seen through a sample of 2 %."""
    rng, sample, months = np.random.default_rng(5), 0.02, 60
    means = 20000 * (1 + 0.1 * rng.standard_normal((400, 1))) * np.ones((1, months))
    values = rng.poisson(means * sample) / sample
    noise = rng.poisson(20000 * sample, (50, months)) / sample
    keep = shrink_by_month(values, noise, sample)
    drawn = values.mean(0) + keep * (values - values.mean(0))
    full = (0.1 * 20000) ** 2 + 20000
    assert drawn.var(axis=0, ddof=1).mean() == pytest.approx(full, rel=0.1)
    chance = chance_of_total(noise, "sum") * math.sqrt(sample)
    assert chance == pytest.approx(math.sqrt(months * 20000), rel=0.25)


def test_chance_is_not_below_that_of_the_years() -> None:
    swing = np.zeros((4, 24))
    swing[:, 0], swing[:, 12] = [0, 2, 0, 2], [2, 0, 2, 0]  # cancels in the total
    assert chance_of_total(swing, "sum") == pytest.approx(math.sqrt(2 * 4 / 3))
    assert chance_of_total(swing + 5, "max") == 0  # the fullest month is always 7


def test_bands_of_the_example(example: Scenario) -> None:
    told: list[tuple[int, int]] = []
    found = bands(
        example, draws=4, sample=0.2, progress=lambda _, a, b: told.append((a, b)), replicates=2
    )
    assert told == [(n, 6) for n in range(1, 7)]
    for key in ("departures", "us_encounters", "waiting_mexico", "deaths", "robbery"):
        read = read_band(json.loads(json.dumps(found[key])), found[key]["months"])
        assert read.low is not None
        assert read.high is not None
        assert read.low_by_month is not None
        assert read.high_by_month is not None
        assert 0 <= read.low <= read.high
        assert read.draws == 4
        assert len(read.low_by_month) == 4
        assert np.all(np.array(read.low_by_month) <= np.array(read.high_by_month))
    assert found["departures"]["chance"] < found["us_encounters"]["chance"]
    assert bands(example, draws=4, sample=0.2, replicates=2) == found


def test_small_work_stays_in_this_process(example: Scenario) -> None:
    days = example.calendar.n_days * len(example.legs) * len(example.cohorts)
    assert days < LIGHT_WORK
    assert isinstance(Settings().runs_on(CORRIDOR.light(example, 20, 0.02), 20), Serial)


def test_bad_numbers_are_told_together(example: Scenario) -> None:
    with pytest.raises(InputError) as caught:
        bands(example, draws=1, sample=1.5, replicates=0)
    assert len(caught.value.problems) == 3
