"""Differences in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.comparisons import row
from travesia.reporting.comparison_words import (
    headlines,
    how_sure,
    side,
    signed_per_cent,
    span,
    story,
    verdict,
)


@pytest.mark.parametrize(
    ("low", "high", "members", "said"),
    [
        (5, 9, 40, "more"),
        (-9, -5, 40, "fewer"),
        (-1, 9, 40, "unclear"),
        (0, 9, 40, "unclear"),
        (-9, 0, 40, "unclear"),
        (0, 0, 40, "same"),
        (7, 7, 1, "single"),
        (0, 0, 1, "same"),
    ],
)
def test_pairs_are_believed_only_where_they_agree(
    low: float, high: float, members: int, said: str
) -> None:
    assert verdict(row((low + high) / 2, low, high), members) == said


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (9800, 15000, "9,800 to 15,000 more"),
        (-15000, -9800, "9,800 to 15,000 fewer"),
        (-40, 60, "40 fewer to 60 more"),
        (-1_200_000, 3, "1.2 million fewer to 3 more"),
        (5, 5, "5 more"),
        (0, 0, "no difference"),
    ],
)
def test_intervals_read_from_small_to_large(low: float, high: float, words: str) -> None:
    assert span(low, high) == words


HEADLINES = ["us_encounters", "mx_detentions", "mx_returns", "waiting_mexico", "deaths"]


def test_sides_and_shares() -> None:
    assert side(-12345) == "12,300 fewer"
    assert side(12) == "12 more"
    assert signed_per_cent(-100.0) == "−100\u00a0%"
    assert signed_per_cent(0.8123) == "+0.81\u00a0%"
    assert signed_per_cent(1234.5) == "+1,230\u00a0%"
    assert signed_per_cent(0.0) == "0\u00a0%"


@given(st.floats(-1e7, 1e7), st.floats(0, 1e6))
def test_a_clear_verdict_never_hides_the_other_sign(low: float, width: int) -> None:
    said = verdict(row(low + width / 2, low, low + width), 40)
    assert (said == "more") == (low > 0)
    assert (said == "fewer") == (low + width < 0)


def scenario(*outputs: Any, cells: Any = None) -> Any:
    return {
        "outputs": outputs,
        "months": ["2013-01", "2013-12"],
        "cells": cells or {},
        "names": {"tj": "Tijuana"},
        "timelines": [
            {
                "id": "waiting_mexico",
                "difference": [-400, 90_000],
                "low": [-500, -10],
                "high": [-300, 99_000],
            }
        ],
    }


def test_a_stock_tells_the_month_in_which_it_differs_most_and_clearly() -> None:
    stock = row(1, -3, 9, output="waiting_mexico", title="people waiting", kind="stock")
    (told,) = headlines(scenario(stock), HEADLINES, 40)
    assert told["peak"] == "400 fewer in January 2013 (300 to 500 fewer)"
    assert (
        "people waiting differs most, by month: 400 fewer"
        in story(scenario(stock), HEADLINES, 40)[1]
    )
    (one,) = headlines(scenario(stock), HEADLINES, 1)
    assert one["peak"] == ""
    (count,) = headlines(scenario(row(1, -3, 9)), HEADLINES, 40)
    assert count["peak"] == ""


def test_the_story_tells_what_is_clear_and_what_is_not() -> None:
    told = story(
        scenario(
            row(
                -2000,
                -3000,
                -1000,
                base=10_000,
                output="mx_detentions",
                title="detentions in Mexico",
            ),
            row(3, -5, 9),
            row(0, 0, 0, output="mx_returns", title="returns from Mexico"),
            row(1, -3, 9, output="waiting_mexico", title="people waiting", kind="stock"),
            cells={
                "waiting_mexico_by_place": [
                    {**row(-700, -900, -500), "place": "tj"},
                    {**row(-9000, -20000, 10), "place": "elsewhere"},
                ]
            },
        ),
        HEADLINES,
        40,
    )
    assert told[0] == (
        "From January 2013 to December 2013, with the change there are 2,000 fewer detentions in "
        "Mexico (−20\u00a0%)."
    )
    assert "and deaths on the way the pairs do not agree" in told[1]
    assert "Nothing changes in returns from Mexico." in told[1]
    assert "changes most in Tijuana: 700 fewer on an average day" in told[2]


def test_few_pairs_are_said_to_be_few() -> None:
    clear = row(-20, -30, -10)
    assert "as far as 6 pairs of runs can tell" in story(scenario(clear), HEADLINES, 6)[0]
    assert "as far as" not in story(scenario(clear), HEADLINES, 40)[0]
    assert any("smallest and the largest" in t for t in how_sure({"members": 6, "sample": 1}, ""))
    assert how_sure({"members": 40, "sample": 1.0}, "note") == ["note"]
    assert "stands for 50" in how_sure({"members": 40, "sample": 0.02}, "")[1]


def test_no_clear_difference_is_said_so() -> None:
    (only,) = story(scenario(row(3, -5, 9)), HEADLINES, 40)
    assert "do not agree on a direction in any" in only


def test_headlines_keep_their_order_and_do_not_give_a_number_that_is_not_clear() -> None:
    rows = [row(3, -5, 9), row(7, 6, 8, output="us_encounters", title="x")]
    told = headlines(scenario(*rows), HEADLINES, 40)
    assert [h["id"] for h in told] == ["us_encounters", "deaths"]
    assert [h["big"] for h in told] == ["7 more", "not clear"]
    assert told[1]["span"] == "5 fewer to 9 more"
