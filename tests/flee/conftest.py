from __future__ import annotations

import os
from pathlib import Path

import pytest

CASES = ("burundi2015", "car2013", "mali2012", "nigeria2016", "ssudan2013")


@pytest.fixture(scope="session")
def flee_cases() -> Path:
    """The folder of FLEE's own cases, which are not shipped."""
    folder = os.environ.get("TRAVESIA_FLEE_CASES", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("TRAVESIA_FLEE_CASES does not name the folder of FLEE's cases")
    return Path(folder)
