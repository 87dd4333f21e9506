"""A name that nothing has is refused with the nearest; it never reads as zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.results import hand_made
from travesia.errors import UnknownNameError
from travesia.results.result import LazyTables, Result


@pytest.mark.parametrize(
    ("ask", "cure"),
    [
        (lambda r: r.monthly("us_encounterz"), "'us_encounter'"),
        (lambda r: r.monthly("deathz"), "'deaths'"),
        (lambda r: r.monthly(""), "use one of"),
        (lambda r: r.tagged("mx_retrun"), "'mx_return'"),
        (lambda r: r.events_tagged("evasions"), "'evasion'"),
        (lambda r: r.stock(("returnd",), "2019-01-31"), "'returned'"),
        (lambda r: r.stock("in_the_us", "2019-01-31"), "'in_us'"),
        (lambda r: r.stock("in_us", "2031-01-01"), "give a day from"),
        (lambda r: r.stock("in_us", "January"), "give a day from"),
        (lambda r: r.attribute("places", "nam"), "'name'"),
        (lambda r: r.attribute("place", "name"), "'places'"),
        (lambda r: r.scenario_table("transition"), "'transitions'"),
        (lambda r: r.tables["eventz"], "'events'"),
    ],
)
def test_a_typo_is_refused(ask: Callable[[Result], Any], cure: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        ask(hand_made.small())
    assert cure in str(caught.value)


def test_tables_that_are_read_when_used_refuse_other_names() -> None:
    tables = LazyTables({"events": lambda: hand_made.small().events})
    assert "eventz" not in tables
    assert tables.get("events") is not None
    with pytest.raises(UnknownNameError, match="'events'"):
        tables["eventz"]


def test_months_of_every_headline_number_add_up_to_it() -> None:
    result = hand_made.small()
    at_end = ("waiting_at_end", "on_the_way_at_end")
    for name, value in result.headline().items():
        months = result.monthly(name)
        assert [f"{day:%Y-%m}" for day in months.index] == list(result.months())
        assert (months.iloc[-1] if name in at_end else months.sum()) == value, name


def test_a_statistic_that_the_scenario_lacks_is_zero() -> None:
    assert hand_made.small().monthly("visa_issued").sum() == 0


def test_a_result_is_one_line() -> None:
    assert repr(hand_made.small()) == (
        "<Result of by hand: 2019-01 to 2019-03, seed 1, sample 1.0>"
    )
