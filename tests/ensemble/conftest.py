from __future__ import annotations

import pytest

from tests.ensemble.asking import plan_of
from travesia.ensembles.plan import Plan
from travesia.scenario.load import load
from travesia.scenario.scenario import Scenario


@pytest.fixture(scope="session")
def example() -> Scenario:
    return load("example")


@pytest.fixture(scope="session")
def no_raids() -> Scenario:
    return load("example", ["no_raids"])


@pytest.fixture(scope="session")
def plan(example: Scenario, no_raids: Scenario) -> Plan:
    return plan_of(example, no_raids, seed=3, sample=0.2)
