from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.results import hand_made
from travesia.figures import words
from travesia.observe.baselines import TITLES
from travesia.observe.stock_checks import Held
from travesia.observe.table import ScoreRow
from travesia.quantities.stocks import StockCheck
from travesia.reporting.scoring import score_section
from travesia.results.bands import read_band
from travesia.results.declared import expected_of

MONTHS = ["2013-01", "2013-02"]

ANNOUNCED = expected_of(hand_made.small())


def judged(**row: Any) -> Any:
    return score_section([row])["rows"][0]


@pytest.mark.parametrize(
    ("error", "verdict"), [(0.1, "better"), (0.2, "some"), (0.3, "some"), (0.6, "worse")]
)
def test_the_verdict_compares_with_the_simple_guesses(error: float, verdict: str) -> None:
    guesses = {"equal_shares": 0.5, "last_year": 0.2}
    row = judged(target="x", role="fit", error=error, baselines=guesses)
    assert (row["verdict"], row["best"]) == (verdict, 0.2)


def test_a_row_of_the_score_table_reads_as_it_is() -> None:
    source = ScoreRow(
        "t",
        "Shares of sectors",
        "2019-06 to 2019-12",
        "prediction",
        "tv",
        7,
        0.18,
        {"equal_shares": 0.4},
        "better",
        primary=True,
    )
    row = judged(**source.to_dict())
    assert (row["name"], row["measure"], row["error"]) == (
        "Shares of sectors",
        "distance of shares",
        0.18,
    )
    assert (row["verdict"], row["best_name"]) == ("better", "equal shares")


def test_a_share_inside_a_range_is_no_error() -> None:
    row = judged(target="x", role="fit", metric="coverage_80", error=0.7, baselines={})
    assert row["verdict"] == "coverage"


def test_an_announced_failure_shows_what_the_run_makes_of_it() -> None:
    rows = [
        {
            "target": "Encounters",
            "role": "fit",
            "expected": "early_2017",
            "error": 0.5,
            "measure": "relative error",
            "baselines": {"previous": 0.2},
        }
    ]
    shown = {f["title"]: f["shown"] for f in score_section(rows, ANNOUNCED)["failures"]}
    assert shown["Early 2017"] == [
        f"Encounters, relative error: 0.5 against 0.2 for {TITLES['previous']}"
    ]
    assert shown["El Paso in 2019"] == []


def test_agreement_with_an_input_is_never_a_success() -> None:
    assert (
        judged(target="x", role="input", error=0.0, baselines={"equal": 1.0})["verdict"] == "input"
    )


def test_an_input_still_says_how_it_compares() -> None:
    row = judged(target="x", role="input", error=0.3, baselines={"equal": 0.1}, against="worse")
    assert row["verdict"] == "input"
    assert row["verdict_name"].endswith("Against simple guesses: worse than every simple guess.")


def test_without_a_guess_there_is_no_verdict() -> None:
    assert judged(target="x", role="fit", error=0.1)["verdict"] == "alone"
    assert (
        judged(target="x", role="fit", error=float("nan"), baselines={"equal": 1})["verdict"]
        == "alone"
    )


def test_predictions_come_first() -> None:
    rows = [
        {"target": n, "role": r} for n, r in [("a", "input"), ("b", "fit"), ("c", "prediction")]
    ]
    assert [r["name"] for r in score_section(rows)["rows"]] == ["C", "B", "A"]


def test_numbers_of_people_on_a_day_are_inside_or_outside() -> None:
    check = StockCheck("2021-03-28", "Waiting", (), ("a",), "", "", 5_000, 6_000, "A1;A2", "Why.")
    told = score_section(None, (), [Held(check, 5_999.6), Held(replace(check, low=6_000), 10)])
    assert told["stocks_text"].startswith("1 of 2 numbers lie inside")
    first, second = told["stocks"]
    assert (first["published"], first["people"], first["inside"]) == ("5,000 to 6,000", 6_000, True)
    assert (second["published"], second["inside"]) == ("6,000", False)
    assert first["source"] == ["A1", "A2"]


def test_known_failures_are_printed_even_without_scores() -> None:
    failures = score_section(None, ANNOUNCED)["failures"]
    assert [f["title"] for f in failures[:2]] == ["Early 2017", "El Paso in 2019"]


def test_a_band_by_month_takes_the_outer_quantiles() -> None:
    band = read_band(
        {
            "months": ["2013-02", "2013-01"],
            "quantiles": {"0.5": [2, 1], "0.05": [1, 0.5], 0.95: [4, 3]},
        },
        MONTHS,
    )
    assert (band.low_by_month, band.high_by_month) == ([0.5, 1.0], [3.0, 4.0])
    assert band.low is None


def test_a_month_that_the_band_lacks_stays_empty() -> None:
    band = read_band({"months": ["2013-02"], "quantiles": {0.05: [1], 0.95: [3]}}, MONTHS)
    assert band.low_by_month == [None, 1.0]


def test_the_range_of_a_total_is_not_the_sum_of_monthly_ranges() -> None:
    band = read_band(
        {"quantiles": {0.05: [1, 1], 0.95: [3, 3]}, "total": {0.05: 3, 0.95: 5}}, MONTHS
    )
    assert (band.low, band.high) == (3, 5)


@pytest.mark.parametrize(
    ("value", "text"),
    [(11_234_000, "11.2 million"), (84_321, "84,300"), (170, "170"), (1_900_000, "1.9 million")],
)
def test_numbers_read_as_people_say_them(value: Any, text: str) -> None:
    assert words(value) == text
