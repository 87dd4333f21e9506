"""Periods of published statistics: months, US fiscal years, calendar years, single dates.

A period is a label (``2019-06``, ``FY2019``, ``2019``, ``2019-06-30``); its number counts periods
of its frequency without gaps, so that the period before is the number less one.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from travesia.calendar import parse_month

Frequency = Literal["month", "fiscal_year", "year", "date"]

PER_YEAR: dict[Frequency, int] = {"month": 12, "fiscal_year": 1, "year": 1, "date": 1}
"""How many periods later the same season comes again (dates have no season)."""

_SPELLINGS: dict[str, Frequency] = {
    "month": "month",
    "monthly": "month",
    "fiscal_year": "fiscal_year",
    "fiscal year": "fiscal_year",
    "fiscal": "fiscal_year",
    "fy": "fiscal_year",
    "year": "year",
    "yearly": "year",
    "annual": "year",
    "calendar_year": "year",
    "date": "date",
    "day": "date",
    "daily": "date",
}


def frequency(text: str) -> Frequency:
    """The frequency that a word means.

    Raises :class:`ValueError` for a word that is not known.
    """
    try:
        return _SPELLINGS[text.strip().lower()]
    except KeyError:
        raise ValueError(f"{text!r} is no frequency; known: {', '.join(_SPELLINGS)}") from None


def label(text: object, freq: Frequency) -> str:
    """The canonical label of a period, from the forms that tables use.

    ``2019``, ``FY2019`` and ``FY19`` are the fiscal year 2019 where the frequency says so; a date
    is its month where the frequency is monthly. Raises :class:`ValueError` if it is none of them.
    """
    word = str(text).strip().upper().removesuffix(".0")
    if freq == "date":
        return dt.date.fromisoformat(word).isoformat()
    if freq == "month":
        parse_month(word[:7])
        return word[:7]
    year = word.removeprefix("FY").strip()
    number = int(year) + (2000 if len(year) == 2 else 0)
    return f"FY{number:04d}" if freq == "fiscal_year" else f"{number:04d}"


def number(period: str, freq: Frequency) -> int:
    """Position of a period on the line of its frequency."""
    if freq == "month":
        first = parse_month(period)
        return first.year * 12 + first.month - 1
    if freq == "date":
        return dt.date.fromisoformat(period).toordinal()
    return int(period.removeprefix("FY"))


def months(period: str, freq: Frequency) -> tuple[int, int]:
    """First and last month of a period, as month numbers (12 * year + month - 1)."""
    if freq == "month":
        return number(period, freq), number(period, freq)
    if freq == "date":
        return months(period[:7], "month")
    year = number(period, freq)
    first = year * 12 if freq == "year" else (year - 1) * 12 + 9
    return first, first + 11


def of_month(month: str, freq: Frequency) -> str:
    """The period of a frequency that a month (``2019-06``) belongs to."""
    if freq == "month":
        return month
    year = int(month[:4])
    if freq == "fiscal_year":
        return f"FY{year + (int(month[5:7]) >= 10):04d}"
    return f"{year:04d}"


def bounds(start: str, end: str, freq: Frequency) -> tuple[int, int]:
    """Month numbers of a window whose ends are periods, months or dates; blank is unbounded.

    Raises :class:`ValueError` if an end is none of them.
    """
    low = _edge(start, freq)[0] if start.strip() else -(10**9)
    high = _edge(end, freq)[1] if end.strip() else 10**9
    return low, high


def _edge(text: str, freq: Frequency) -> tuple[int, int]:
    word = text.strip().upper()
    if len(word) in (7, 10) and word[4:5] == "-":
        return months(word[:7], "month")
    if word.startswith("FY"):
        return months(label(word, "fiscal_year"), "fiscal_year")
    yearly: Frequency = "fiscal_year" if freq == "fiscal_year" else "year"
    return months(label(word, yearly), yearly)
