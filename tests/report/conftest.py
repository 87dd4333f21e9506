from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def run():
    """A made-up run; read only."""
    from synthetic import synthetic_result

    return synthetic_result()


@pytest.fixture(scope="session")
def payload(run):
    """What the page carries of the made-up run; read only."""
    from synthetic import full_payload

    return full_payload(run)
