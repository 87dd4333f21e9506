"""Published stocks held against a run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from travesia.observe.stock_checks import StockCheck, hold, read_stock_checks, table
from travesia.results.result import Result

SHIPPED = Path("src/travesia/scenarios/corridor/system/stock_checks.csv")


def run_of() -> Result:
    """Two towns on one day, and one nationality at the end of a month."""
    stocks = pd.DataFrame(
        [("2022-11-07", "stranded", "sur", 30.0), ("2022-11-07", "resting", "sur", 5.0),
         ("2022-11-07", "stranded", "norte", 70.0), ("2022-11-08", "stranded", "sur", 900.0)],
        columns=["date", "state", "place", "people"],
    )  # fmt: skip
    monthly = pd.DataFrame(
        [("2022-11", "stranded", "sur", "hnd-adult", 11.0),
         ("2022-11", "stranded", "sur", "ven-adult", 19.0)],
        columns=["month", "state", "place", "cohort", "people"],
    )  # fmt: skip
    nations: dict[str, Any] = {"hnd-adult": "HND", "ven-adult": "VEN"}
    fake = SimpleNamespace(stocks=stocks, stocks_monthly=monthly, attribute=lambda *_: nations)
    return cast("Result", fake)


def check(low: float, high: float, **other: Any) -> StockCheck:
    given = {"places": ("sur",), "states": ("stranded",), "nationality": "", **other}
    return StockCheck("2022-11-07", "waiting", low=low, high=high, source="X", reason="", **given)


def test_a_check_counts_its_day_its_places_its_states_and_its_nationality() -> None:
    checks = [
        check(30, 30),
        check(31, 99),
        check(100, 100, places=()),
        check(35, 35, states=("stranded", "resting")),
        check(19, 19, nationality="VEN"),
    ]
    held = list(hold(run_of(), checks))
    assert [one.people for one in held] == [30.0, 30.0, 100.0, 35.0, 19.0]
    assert [one.inside for one in held] == [True, False, True, True, True]
    assert table(held).count("outside") == 1


def test_the_shipped_checks_are_whole() -> None:
    checks = read_stock_checks(SHIPPED)
    assert len(checks) >= 15
    for one in checks:
        assert 0 < one.low <= one.high
        assert one.states
        assert one.source
        assert one.reason
