"""The period means what the format says: from the first to the last day, by the day."""

from __future__ import annotations

import datetime as dt

import pytest

from travesia import api
from travesia.calendar import Calendar
from travesia.observe.reading import Reading
from travesia.observe.score import score
from travesia.quantities.measures import Term, Unsaid
from travesia.reporting.facts import Facts
from travesia.reporting.timelines import timelines
from travesia.results.result import Result


def example(**period: str) -> Result:
    return api.run(api.load("example", (), {f"settings.period.{k}": v for k, v in period.items()}))


@pytest.fixture(scope="module")
def whole() -> Result:
    return example()


@pytest.fixture(scope="module")
def late() -> Result:
    return example(start="2019-01-15")


@pytest.fixture(scope="module")
def short() -> Result:
    return example(end="2019-04-15")


def since(result: Result, tag: str, first: str, last: str = "9999") -> float:
    daily = result.events_daily
    date = daily["date"].astype(str)
    keep = daily["transition"].isin(result.tagged(tag)) & (date >= first) & (date <= last)
    return float(daily.loc[keep, "people"].sum())


def test_the_start_changes_nothing_of_what_is_simulated(whole: Result, late: Result) -> None:
    assert late.events_daily.astype(str).equals(whole.events_daily.astype(str))
    assert late.stocks.astype(str).equals(whole.stocks.astype(str))


@pytest.mark.parametrize("tag", ["us_encounter", "mx_detention", "mx_return", "harm", "death"])
def test_nothing_before_the_first_day_is_counted(whole: Result, late: Result, tag: str) -> None:
    expected = since(whole, tag, "2019-01-15")
    assert late.monthly(tag).sum() == expected
    events = late.events
    tagged = events[events["transition"].isin(late.tagged(tag))]
    assert tagged["people"].sum() == expected


def test_the_headline_counts_from_the_first_to_the_last_day(late: Result, short: Result) -> None:
    for result, first, last in ((late, "2019-01-15", "9999"), (short, "", "2019-04-15")):
        assert result.headline()["us_encounters"] == since(result, "us_encounter", first, last)
    before = late.people(("in_us",), "2019-01-14")
    assert late.headline()["in_us"] == late.people(("in_us",), "2019-04-30") - before


def test_departures_and_facilities_count_from_the_first_day(whole: Result, late: Result) -> None:
    share = late.headline()["departures"] / whole.headline()["departures"]
    assert 0.8 < share < 0.97
    assert set(late.facilities["month"]) == {"2019-01", "2019-02", "2019-03", "2019-04"}


def test_partial_months_are_known(whole: Result, late: Result, short: Result) -> None:
    assert whole.partial_months() == ()
    assert late.partial_months() == ("2019-01",)
    assert short.partial_months() == ("2019-04",)
    assert short.days == ("2019-01-01", "2019-04-15")


@pytest.mark.parametrize(
    ("start", "end", "window"),
    [
        ("2019-01-01", "2019-04-15", "2019-01 to 2019-03"),
        ("2019-01-15", "2019-04-30", "2019-02 to 2019-04"),
        ("2019-01-02", "2019-04-29", "2019-02 to 2019-03"),
    ],
)
def test_scores_leave_partial_months_out(start: str, end: str, window: str) -> None:
    rows = score(example(start=start, end=end)).rows
    assert {r.window for r in rows} == {window}


def test_a_run_without_a_whole_month_has_no_score() -> None:
    table = score(example(start="2019-04-02", end="2019-04-29"))
    assert table.rows == ()
    assert "no published period lies in its window and in the run" in table.warnings[0]


def test_charts_hold_no_published_month_against_half_a_month(short: Result) -> None:
    facts = Facts(short)
    published = {"us_encounters": [{"name": "P", "values": dict.fromkeys(short.months(), 5.0)}]}
    (chart,) = [c for c in timelines(facts, {}, published) if c["id"] == "us_encounters"]
    assert chart["observed"][0]["values"] == [5, 5, 5, None]
    assert "2019-04 is simulated only in part" in chart["text"]
    assert facts.year_names == ["2019 (part)"]


def test_people_waiting_are_averaged_over_the_days_that_count(whole: Result, short: Result) -> None:
    """The mean of half of April, not half of the mean."""
    half, full = (Facts(r).stocks.sum(axis=(0, 1)) for r in (short, whole))
    assert half[:3] == pytest.approx(full[:3])
    assert half[3] > 0.7 * full[3]


def test_a_figure_of_a_month_needs_the_whole_month(short: Result) -> None:
    reading = Reading(short)
    assert reading.term(Term("sum", "us_encounters", "2019-03", "2019-03")) > 0
    with pytest.raises(Unsaid, match="covers 2019-01-01 to 2019-04-15"):
        reading.term(Term("sum", "us_encounters", "2019-04", "2019-04"))


def test_months_of_the_calendar_are_split_only_where_the_period_begins_within_one() -> None:
    day = dt.date.fromisoformat
    plain = Calendar(day("2018-12-01"), day("2019-01-01"), day("2019-02-28"))
    assert plain.months() == ("2018-12", "2019-01", "2019-02")
    split = Calendar(day("2018-12-01"), day("2019-01-15"), day("2019-02-28"))
    assert split.months() == ("2018-12", "2019-01 before 2019-01-15", "2019-01", "2019-02")
    assert split.month_starts() == [0, 31, 45, 62]
    assert split.inputs_of() == {"2018-12": (0,), "2019-01": (1, 2), "2019-02": (3,)}
    no_spin_up = Calendar(day("2019-01-15"), day("2019-01-15"), day("2019-02-28"))
    assert no_spin_up.months() == ("2019-01", "2019-02")
    assert no_spin_up.month_starts() == [0, 17]
