"""Published stocks held against a run."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from travesia.errors import ProblemList
from travesia.observe.stock_checks import hold, table
from travesia.quantities.stocks import COLUMNS, StockCheck, read_stock_checks
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
        [("2022-11", "stranded", "sur", "hnd-child", 11.0),
         ("2022-11", "stranded", "sur", "ven-adult", 19.0)],
        columns=["month", "state", "place", "cohort", "people"],
    )  # fmt: skip
    groups: dict[str, Any] = {
        "nationality": {"hnd-child": "HND", "ven-adult": "VEN"},
        "family_type": {"hnd-child": "child", "ven-adult": "adult"},
    }
    fake = SimpleNamespace(
        stocks=stocks, stocks_monthly=monthly, attribute=lambda _, axis: groups[axis]
    )
    return cast("Result", fake)


def check(low: float, high: float, **other: Any) -> StockCheck:
    given = {
        "places": ("sur",),
        "states": ("stranded",),
        "nationality": "",
        "family_type": "",
        **other,
    }
    return StockCheck("2022-11-07", "waiting", low=low, high=high, source="X", reason="", **given)


def test_a_check_counts_its_day_its_places_its_states_and_its_nationality() -> None:
    checks = [
        check(30, 30),
        check(31, 99),
        check(100, 100, places=()),
        check(35, 35, states=("stranded", "resting")),
        check(19, 19, nationality="VEN"),
        check(11, 11, family_type="child"),
    ]
    held = list(hold(run_of(), [*checks, replace(checks[0], date="2024-01-01")]))
    assert [one.people for one in held] == [30.0, 30.0, 100.0, 35.0, 19.0, 11.0]
    assert [one.inside for one in held] == [True, False, True, True, True, True]
    assert table(held).count("outside") == 1


def test_the_shipped_checks_are_whole() -> None:
    problems = ProblemList()
    with SHIPPED.open(encoding="utf-8", newline="") as handle:
        checks = read_stock_checks(csv.DictReader(handle), "s.csv", problems)
    assert not list(problems)
    assert len(checks) >= 30
    assert len({(c.date, c.what) for c in checks}) == len(checks)


ROW = dict(
    zip(COLUMNS, ("2021-03-28", "x", "sur", "stranded", "", "", "10", "20", "A1", "y"), strict=True)
)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"date": "March 2021"}, "date 'March 2021' is not a day"),
        ({"states": ""}, "states is empty"),
        ({"reason": ""}, "reason is empty"),
        ({"low": "many"}, "low or high is not a number"),
        ({"low": "30"}, "low 30 and high 20 are no range"),
        ({"low": "-1"}, "low -1 and high 20 are no range"),
        ({"high": None}, "column 'high' is missing"),
    ],
)
def test_a_row_with_a_fault_is_left_out_and_told(cells: dict[str, Any], says: str) -> None:
    problems = ProblemList()
    kept = read_stock_checks([ROW | cells, ROW], "s.csv", problems)
    assert [c.origin for c in kept] == ["s.csv, line 3"]
    (problem,) = problems
    assert says in problem.what
    assert problem.where == "s.csv, line 2"
