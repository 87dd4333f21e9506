"""Comparisons for the tests of their page: one really run on the example, and rows made by hand."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.ensemble.asking import compare
from travesia.ensembles.comparison import Comparison
from travesia.ensembles.executors import Serial
from travesia.reporting.comparison import build_comparison

MEMBERS = 4


@cache
def example(*what_ifs: str, members: int = MEMBERS) -> Comparison[Any]:
    """A comparison of the example with some of its what-ifs, at a twentieth of the people."""
    return compare(["example", *what_ifs], members, sample=0.05, executor=Serial())


def page_data(*what_ifs: str, **options: Any) -> Any:
    """What the page carries of it."""
    return build_comparison(example(*what_ifs), **options)


def row(difference: float, low: float, high: float, **more: Any) -> dict[str, Any]:
    """A row of an output with a difference and its interval."""
    base = more.pop("base", 1000.0)
    return {
        "output": "deaths",
        "title": "deaths on the way",
        "kind": "count",
        "base": base,
        "other": base + difference,
        "difference": difference,
        "low": low,
        "low50": low / 2,
        "high50": high / 2,
        "high": high,
        "error": 1.0,
        "narrower": 3.0,
        "per_cent": 100 * difference / base,
        **more,
    }
