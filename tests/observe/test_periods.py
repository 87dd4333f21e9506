from __future__ import annotations

import pytest

from travesia.observe import periods


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


def test_fiscal_year_runs_from_october_to_september() -> None:
    first, last = periods.months("FY2019", "fiscal_year")
    assert first == periods.number("2018-10", "month")
    assert last == periods.number("2019-09", "month")
    assert periods.of_month("2018-09", "fiscal_year") == "FY2018"
    assert periods.of_month("2018-10", "fiscal_year") == "FY2019"


def test_every_month_lies_in_the_period_that_it_belongs_to() -> None:
    for year in (2018, 2019):
        for month in range(1, 13):
            label = f"{year}-{month:02d}"
            for freq in ("month", "fiscal_year", "year"):
                first, last = periods.months(periods.of_month(label, freq), freq)
                assert first <= periods.number(label, "month") <= last


def test_windows_take_months_dates_years_and_fiscal_years() -> None:
    june = periods.number("2019-06", "month")
    assert periods.bounds("2019-06", "2019-06-30", "month") == (june, june)
    assert periods.bounds("2019", "2019", "year") == periods.months("2019", "year")
    assert periods.bounds("2019", "2019", "fiscal_year") == periods.months("FY2019", "fiscal_year")
    assert periods.bounds("FY2019", "", "year")[0] == periods.number("2018-10", "month")


def test_an_unknown_frequency_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="fiscal_year"):
        periods.frequency("fortnight")
