from __future__ import annotations

import math

import pytest

from travesia.ensemble.cost import GIB, Costs, forecast, measure, table
from travesia.scenario.scenario import Scenario

COSTS = Costs(
    people=1e6, fixed_s=10, person_s=1e-5, fixed_bytes=0.5 * GIB, person_bytes=GIB / 1e6,
    member_bytes=1e5, write_s=0.001, start_s=2,
)  # fmt: skip


def test_hours_are_rounds_of_members() -> None:
    found = forecast(COSTS, 1000, 1e6, machines=2, cores=4, memory_gib=64)
    assert (found.workers, found.limit) == (8, "cores")
    assert found.hours == pytest.approx((2 + 125 * 20) / 3600)
    assert found.core_hours == pytest.approx(1000 * 20 / 3600)
    assert found.memory_gib_per_worker == pytest.approx(1.5)


def test_memory_limits_the_workers_of_a_machine() -> None:
    found = forecast(COSTS, 10, 10e6, machines=1, cores=16, memory_gib=32)
    assert (found.workers, found.limit) == (3, "memory")
    assert math.isinf(forecast(COSTS, 10, 100e6, 1, 16, 32).hours)


def test_one_collector_limits_very_many_workers() -> None:
    found = forecast(COSTS, 100_000, 0, machines=2000, cores=16, memory_gib=64)
    assert found.limit == "collector"
    assert found.hours == pytest.approx(100 / 3600)


def test_costs_of_the_example_are_measured(example: Scenario) -> None:
    costs = measure(example, (0.1, 1.0))
    assert costs.people == pytest.approx(13_700, rel=0.05)
    assert costs.seconds(costs.people) > 0
    assert costs.memory(0) > 50e6
    assert costs.write_s > 0
    assert len(table(costs)) == 9
