from __future__ import annotations

import pytest

from tests.report.synthetic import Payload
from travesia.results.result import Result


@pytest.fixture(scope="session")
def run() -> Result:
    """A made-up run; read only."""
    from tests.report.synthetic import synthetic_result

    return synthetic_result()


@pytest.fixture(scope="session")
def payload(run: Result) -> Payload:
    """What the page carries of the made-up run; read only."""
    from tests.report.synthetic import full_payload

    return full_payload(run)
