"""Results and differences do not depend on the share of people simulated."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.statistical.chances import z_limit
from travesia.api import load
from travesia.engine.run import run
from travesia.ensembles.reducer import Reducer
from travesia.kinds.corridor.rough import rough_facilities, sample_remarks
from travesia.model.compile import compile_model
from travesia.scenario.scenario import Scenario

OUTPUTS = (
    "departures", "us_encounters", "us_release", "evasion", "mx_detentions", "mx_returns", "harm",
    "in_us", "returned", "port_entry", "asylum_mexico", "visa_issued", "settled_mx",
)  # fmt: skip
FALSE_ALARM = 1e-4
MORE_DETENTION = {"facilities.estacion_sur.capacity": 240}


def totals(scenario: Scenario, sample: float, seeds: range) -> dict[str, np.ndarray]:
    """Outputs, and people admitted by kind of facility, of one run per seed."""
    model, reducer = compile_model(scenario, sample=sample).model, Reducer(scenario)
    kinds = {f.id: f.kind for f in scenario.facilities}
    rows = []
    for seed in seeds:
        raw = run(model, 0, replicate=seed)
        summary = reducer.reduce(raw, sample)
        names = summary.layout.axes["metric"]
        sums = dict(zip(names, summary["monthly"].sum(axis=1).tolist(), strict=True))
        row = {k: sums[k] for k in OUTPUTS}
        for name, kind in kinds.items():
            here = raw.facilities[raw.facilities[:, 1] == model.names.facilities.index(name)]
            row[kind] = row.get(kind, 0.0) + float(here[:, 5].sum()) / sample
        rows.append(row)
    return {k: np.array([r[k] for r in rows]) for k in rows[0]}


def apart(full: np.ndarray, sampled: np.ndarray, tolerance: float, limit: float) -> float:
    """How far the means lie apart, over what tolerance and chance allow: above 1 is too far."""
    gap = abs(sampled.mean() - full.mean())
    error = np.hypot(full.std(ddof=1) / len(full) ** 0.5, sampled.std(ddof=1) / len(sampled) ** 0.5)
    return float(gap / (tolerance * abs(full.mean()) + limit * error))


def too_far(
    full: Mapping[str, np.ndarray], sampled: Mapping[str, np.ndarray], tolerance: float
) -> dict[str, float]:
    """Outputs that differ by more than the tolerance and chance (one alarm in 10,000 of all)."""
    limit = z_limit(len(full), FALSE_ALARM)
    found = {k: apart(full[k], sampled[k], tolerance, limit) for k in full}
    return {k: x for k, x in found.items() if x > 1.0}


def test_results_at_a_tenth() -> None:
    """Every output and kind of facility of the example agrees with everybody within 2 % and
    chance."""
    example = load("example")
    full, sampled = totals(example, 1.0, range(12)), totals(example, 0.1, range(40))
    assert too_far(full, sampled, 0.02) == {}


@pytest.mark.long
def test_more_detention_returns_as_many_more_at_two_per_cent() -> None:
    """The effect of twice the places on returns: an eighth of a person asks a day, and still the
    difference is that of everybody within chance (scaled places gave more than twice as much)."""
    base, more = load("example"), load("example", set=MORE_DETENTION)
    found = {}
    for sample, seeds in ((1.0, range(16)), (0.02, range(60))):
        one, other = totals(base, sample, seeds), totals(more, sample, seeds)
        found[sample] = other["mx_returns"] - one["mx_returns"]
    assert found[1.0].mean() > 0
    assert apart(found[1.0], found[0.02], 0.0, z_limit(1, FALSE_ALARM)) <= 1.0
    assert found[0.02].mean() < 1.6 * found[1.0].mean()


@pytest.mark.long
@pytest.mark.parametrize(("sample", "n"), [(0.02, 400), (0.05, 200)])
def test_results_of_small_samples(sample: float, n: int) -> None:
    """As above with 270 and 690 people of 13,700 simulated. An office that one family in the
    sample asks in four months cannot be exact: 10 % are allowed."""
    example = load("example")
    full, sampled = totals(example, 1.0, range(60)), totals(example, sample, range(n))
    rough = {"family_detention", "dif", "asylum_office", "visa_office", "port"}
    found = too_far(full, sampled, 0.1)
    assert {k: x for k, x in found.items() if k not in rough} == {}


def test_what_is_rough_is_named() -> None:
    """Small facilities are named beside the numbers of a sample, and never with everybody."""
    example = load("example")
    assert sample_remarks([example], 1.0) == []
    assert rough_facilities(example, 1.0) == ()
    assert "asilo_sur" in rough_facilities(example, 0.02)
    (told,) = sample_remarks([example], 0.02)
    assert "2 %" in told
    assert "asilo_sur" in told or "estacion_sur" in told
