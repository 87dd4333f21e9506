from __future__ import annotations

import matplotlib
import pytest

import travesia as tv
from travesia.ensembles.comparison import Comparison
from travesia.kind import Case
from travesia.results.result import Result

matplotlib.use("Agg")


@pytest.fixture(scope="session")
def result() -> Result:
    return tv.run("example")


@pytest.fixture(scope="session")
def comparison() -> Comparison[Case]:
    return tv.compare("example", "no_raids", members=4, sample=0.2, workers=1)
