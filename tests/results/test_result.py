from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from tests.results import hand_made
from travesia.errors import InputError
from travesia.results.result import Result, labels


def test_headline_counts_the_period_and_leaves_the_spin_up_out() -> None:
    got = hand_made.small().headline()
    assert got["departures"] == 30
    assert got["us_encounters"] == 20
    assert got["us_expulsions"] == 5
    assert got["mx_detentions"] == 9
    assert got["mx_returns"] == 6
    assert got["deaths"] == 1
    assert got["harm"] == 9
    assert got["reached_us"] == 11  # released 3, evaded 8
    assert got["in_us"] == 11  # 31 at the end, 20 of them from the spin-up
    assert got["waiting_at_end"] == 5
    assert got["on_the_way_at_end"] == 7


def test_headline_of_an_empty_run_is_zero_and_not_an_error() -> None:
    result = hand_made.make({})
    assert set(result.headline().values()) == {0.0}


def test_monthly_series_has_every_month_also_those_without_events() -> None:
    series = hand_made.small().monthly("us_encounter")
    assert series.tolist() == [14, 6, 0]
    assert [f"{day:%Y-%m-%d}" for day in series.index] == ["2019-01-01", "2019-02-01", "2019-03-01"]


def test_period_falls_back_on_the_months_with_events() -> None:
    result = Result(manifest={}, tables=hand_made.small().tables)
    assert result.period == ("2018-12", "2019-03")


def test_one_transition_may_count_as_several_statistics() -> None:
    result = hand_made.small()
    assert result.events_tagged("mx_child_custody")["people"].sum() == 2
    assert result.events_tagged("mx_detention")["people"].sum() == 9


def test_a_tag_is_matched_whole_and_not_as_a_part_of_another() -> None:
    """``mx_return`` must not find a tag that merely contains it."""
    transitions = hand_made.TRANSITIONS.assign(counts_as="mx_return_other")
    result = hand_made.make(dict(hand_made.small().tables), transitions=transitions)
    assert result.tagged("mx_return") == ()


def test_tagged_events_carry_cohort_and_place() -> None:
    rows = hand_made.small().events_tagged("us_encounter")
    families = rows[rows["family_type"] == "family"]
    assert dict(zip(families["nationality"], families["region"], strict=True)) == {
        "GTM": "us_tucson",
        "HND": "us_rgv",
    }


def test_labels_may_be_codes_text_or_dates() -> None:
    by_code = pd.DataFrame(
        {"date": labels([1, 0], ["2019-01-01", "2019-01-02"]), "state": "x", "place": "p"}
    ).assign(people=[1, 2])
    days = [dt.datetime(2019, 1, 2), dt.datetime(2019, 1, 1)]
    by_date = by_code.assign(date=pd.to_datetime(days))
    for table in (by_code, by_date):
        result = Result(manifest={}, tables={"stocks": table})
        assert list(result.stocks["date"].astype(str)) == ["2019-01-02", "2019-01-01"]
        assert result.stock(("x",), "2019-01-01") == 2


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(InputError) as caught:
        Result(manifest={}, tables={"repeats": pd.DataFrame({"month": ["2019-01"]})})
    named = str(caught.value)
    assert "'place'" in named
    assert "'cohort'" in named
    assert "'people'" in named


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(InputError, match="unknown table 'event'"):
        Result(manifest={}, tables={"event": pd.DataFrame()})


def test_a_missing_scenario_table_is_named() -> None:
    with pytest.raises(InputError, match="policies"):
        hand_made.small().scenario_table("policies")
