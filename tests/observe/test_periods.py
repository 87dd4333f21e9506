from __future__ import annotations

import datetime as dt

import pytest

from travesia.scenario import periods


@pytest.mark.parametrize(
    ("text", "freq", "expected"),
    [
        ("2019-06", "month", "2019-06"),
        ("2019-06-01", "month", "2019-06"),
        (2019, "fiscal_year", "FY2019"),
        ("FY19", "fiscal_year", "FY2019"),
        (2019.0, "year", "2019"),
        ("2019-06-30", "date", "2019-06-30"),
    ],
)
def test_labels_of_the_forms_that_tables_use(
    text: object, freq: periods.Frequency, expected: str
) -> None:
    assert periods.label(text, freq) == expected


@pytest.mark.parametrize(("text", "freq"), [("2019-13", "month"), ("x", "year"), ("2019", "date")])
def test_what_is_no_period_is_refused(text: str, freq: periods.Frequency) -> None:
    with pytest.raises(ValueError, match=r".+"):
        periods.label(text, freq)


@pytest.mark.parametrize(
    ("text", "freq"),
    [
        ("2019-02-30", "month"),
        ("2019-1", "month"),
        ("2019", "month"),
        ("OCT", "month"),
        ("FY2019", "year"),
        ("19", "year"),
        ("2019-01", "year"),
        ("2021 (FYTD)", "fiscal_year"),
        ("2019/2020", "fiscal_year"),
        ("19", "fiscal_year"),
        ("20190630", "date"),
        ("43617", "month"),
        ("Total", "month"),
        ("", "month"),
    ],
)
def test_what_looks_like_another_period_is_refused(text: str, freq: periods.Frequency) -> None:
    with pytest.raises(ValueError, match=r".+"):
        periods.label(text, freq)


def _day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


def test_fiscal_year_runs_from_october_to_september() -> None:
    assert periods.days("FY2019", "fiscal_year") == (_day("2018-10-01"), _day("2019-09-30"))
    assert periods.of_month("2018-09", "fiscal_year") == "FY2018"
    assert periods.of_month("2018-10", "fiscal_year") == "FY2019"


def test_every_month_lies_in_the_period_that_it_belongs_to() -> None:
    for year in (2018, 2019):
        for month in range(1, 13):
            label = f"{year}-{month:02d}"
            low, high = periods.days(label, "month")
            for freq in ("month", "fiscal_year", "year"):
                first, last = periods.days(periods.of_month(label, freq), freq)
                assert first <= low <= high <= last


def test_windows_take_months_dates_years_and_fiscal_years() -> None:
    june = _day("2019-06-01"), _day("2019-06-30")
    assert periods.bounds("2019-06", "2019-06-30", "month") == june
    assert periods.bounds("2019", "2019", "year") == periods.days("2019", "year")
    assert periods.bounds("2019", "2019", "fiscal_year") == periods.days("FY2019", "fiscal_year")
    assert periods.bounds("FY2019", "", "year") == (_day("2018-10-01"), periods.EVER[1])


def test_a_window_that_begins_within_a_month_begins_on_that_day() -> None:
    assert periods.bounds("2019-06-15", "", "month")[0] == _day("2019-06-15")


@pytest.mark.parametrize("text", ["spring", "2019-13", "2019-02-30", "FYTD", "201", "2019-6-1"])
def test_an_end_that_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no date, month or year"):
        periods.bounds(text, "", "month")


def test_whole_months_lie_between_the_days() -> None:
    whole = periods.whole_months
    assert whole("2019-01-01", "2019-03-31") == ("2019-01", "2019-02", "2019-03")
    assert whole("2019-01-02", "2019-03-30") == ("2019-02",)
    assert whole("2019-01-15", "2019-01-20") == ()


def test_an_unknown_frequency_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="fiscal_year"):
        periods.frequency("fortnight")
