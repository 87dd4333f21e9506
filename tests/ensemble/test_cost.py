from __future__ import annotations

import math

import pytest

from tests.scripts import script
from travesia.ensembles.cost import (
    GIB,
    Costs,
    forecast,
    measure,
    table,
)
from travesia.scenario.scenario import Scenario

MAKER = script("make_docs")

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


def test_tables_of_the_page_say_what_the_forecasts_say() -> None:
    rows = [line.split(" | ") for line in MAKER.forecast_markdown(COSTS).splitlines()]
    assert [len(r) for r in rows] == [6] * 5
    # 2 %: 10,000 x 10.2 s on 16 cores; everybody: 20 s each; 100 million need 100.5 GiB
    assert rows[2][1:4] == ["28", "0.52 GiB", "1.8 h"]
    assert rows[3][1:4] == ["56", "1.50 GiB", "3.5 h"]
    assert rows[4][3:] == ["does not fit", "does not fit", "does not fit |"]
    laptop = MAKER.laptop_markdown(COSTS, 9).splitlines()
    assert laptop[2] == "| one what-if, 40 pairs | 80 | 0.2 h | 6.8 min |"
    assert laptop[-1].startswith("| all 9 what-ifs, 40 members each | 400 | ")
    told = MAKER.costs_markdown(COSTS)
    assert "| a member of everybody | 20 CPU s, 1.50 GiB |" in told


def test_what_limits_a_forecast_is_told() -> None:
    tight = Costs(1e6, 10, 1e-5, 0.5 * GIB, GIB / 1e7, 1e5, 0.001, 2)  # 10.5 GiB at 100 million
    assert "(6 workers each: memory)" in MAKER.forecast_markdown(tight)
    slow = Costs(1e6, 0.001, 1e-9, GIB, 1, 1e5, 1.0, 2)
    assert "(the collector)" in MAKER.forecast_markdown(slow)
