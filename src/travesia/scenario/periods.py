"""Periods of published statistics: months, fiscal and calendar years, single dates.

A period is a label (``2019-06``, ``FY2019``, ``2019``, ``2019-06-30``); its number counts periods
of its frequency without gaps, so that the period before is the number less one. What lies inside
what is decided by days, so that a month simulated in part is never taken for a whole one.
"""

from __future__ import annotations

import calendar as std_calendar
import datetime as dt
import re
from typing import Literal

from travesia.calendar import Calendar, month_label, parse_month

Frequency = Literal["month", "fiscal_year", "year", "date"]

PER_YEAR: dict[Frequency, int] = {"month": 12, "fiscal_year": 1, "year": 1, "date": 1}
"""How many periods later the same season comes again (dates have no season)."""

FORMS: dict[Frequency, str] = {
    "month": "YYYY-MM, as in 2019-06",
    "fiscal_year": "FY2019",
    "year": "YYYY, as in 2019",
    "date": "YYYY-MM-DD, as in 2019-06-30",
}
"""How a period of each frequency is written."""

_SPELLINGS: dict[str, Frequency] = {
    "month": "month", "monthly": "month", "fiscal_year": "fiscal_year",
    "fiscal year": "fiscal_year", "fiscal": "fiscal_year", "fy": "fiscal_year", "year": "year",
    "yearly": "year", "annual": "year", "calendar_year": "year", "date": "date", "day": "date",
    "daily": "date",
}  # fmt: skip

_FISCAL_YEAR = re.compile(r"(?:FY ?)?((?:19|20|21)[0-9]{2})|FY ?([0-9]{2})")
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def frequency(text: str) -> Frequency:
    """The frequency that a word means.

    Raises :class:`ValueError` for a word that is not known.
    """
    try:
        return _SPELLINGS[text.strip().lower()]
    except KeyError:
        raise ValueError(f"{text!r} is no frequency; known: {', '.join(FORMS)}") from None


def label(text: object, freq: Frequency) -> str:
    """The canonical label of a period, from the forms that tables use.

    ``2019``, ``FY2019`` and ``FY19`` are the fiscal year 2019 where the frequency says so; a date
    is its month where the frequency is monthly. Raises :class:`ValueError` if it is none of them.
    """
    word = str(text).strip().upper().removesuffix(".0")
    if freq == "date" or (freq == "month" and _DATE.fullmatch(word)):
        day = _date(word).isoformat()
        return day if freq == "date" else day[:7]
    if freq == "month":
        parse_month(word)
        return word
    match = (_FISCAL_YEAR if freq == "fiscal_year" else _YEAR).fullmatch(word)
    if match is None:
        raise ValueError(f"{text!r} is no {freq.replace('_', ' ')}")
    if freq == "year":
        return word
    return f"FY{match[1] or f'20{match[2]}'}"


def _date(word: str) -> dt.date:
    if not _DATE.fullmatch(word):
        raise ValueError(f"{word!r} is no date")
    return dt.date.fromisoformat(word)


def number(period: str, freq: Frequency) -> int:
    """Position of a period on the line of its frequency."""
    if freq == "month":
        first = parse_month(period)
        return first.year * 12 + first.month - 1
    if freq == "date":
        return dt.date.fromisoformat(period).toordinal()
    return int(period.removeprefix("FY"))


def days(period: str, freq: Frequency) -> tuple[int, int]:
    """First and last day of a period, as ordinals of :class:`datetime.date`."""
    if freq == "date":
        day = dt.date.fromisoformat(period).toordinal()
        return day, day
    if freq == "month":
        first = parse_month(period)
        length = std_calendar.monthrange(first.year, first.month)[1]
        return first.toordinal(), first.toordinal() + length - 1
    year = number(period, freq)
    if freq == "year":
        return dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()
    return dt.date(year - 1, 10, 1).toordinal(), dt.date(year, 9, 30).toordinal()


def of_month(month: str, freq: Frequency) -> str:
    """The period of a frequency that a month (``2019-06``) belongs to."""
    if freq == "month":
        return month
    year = int(month[:4])
    if freq == "fiscal_year":
        return f"FY{year + (int(month[5:7]) >= 10):04d}"
    return f"{year:04d}"


EVER = (dt.date.min.toordinal(), dt.date.max.toordinal())
"""Days of a window without ends."""


def bounds(start: str, end: str, freq: Frequency) -> tuple[int, int]:
    """First and last day of a window whose ends are periods, months or dates; blank is unbounded.

    Raises :class:`ValueError` if an end is none of them.
    """
    low = edge(start, freq)[0] if start.strip() else EVER[0]
    high = edge(end, freq)[1] if end.strip() else EVER[1]
    return low, high


def edge(text: str, freq: Frequency) -> tuple[int, int]:
    """First and last day of an end of a window; a bare year is one of the frequency.

    Raises :class:`ValueError` if it is no date, month, fiscal year or year.
    """
    word = text.strip().upper()
    if len(word) in (7, 10) and word[4:5] == "-":
        kind: Frequency = "month" if len(word) == 7 else "date"
    else:
        kind = "fiscal_year" if word.startswith("FY") or freq == "fiscal_year" else "year"
    try:
        return days(label(word, kind), kind)
    except ValueError:
        raise ValueError(f"{text!r} is no date, month or year") from None


def whole_months(start: str, end: str) -> tuple[str, ...]:
    """Months that lie wholly between two days (ISO dates, both included)."""
    first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    out, (year, month) = [], (first.year, first.month)
    while (year, month) <= (last.year, last.month):
        name = f"{year:04d}-{month:02d}"
        low, high = days(name, "month")
        if first.toordinal() <= low and high <= last.toordinal():
            out.append(name)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return tuple(out)


def partial_months(calendar: Calendar) -> dict[str, tuple[str, str]]:
    """First and last day of the months of a period that are simulated only in part."""
    start, end = calendar.start, calendar.end
    whole = set(whole_months(str(start), str(end)))
    ends = dict.fromkeys((month_label(start), month_label(end)))
    out = {}
    for month in (m for m in ends if m not in whole):
        low, high = days(month, "month")
        first, last = max(low, start.toordinal()), min(high, end.toordinal())
        out[month] = (str(dt.date.fromordinal(first)), str(dt.date.fromordinal(last)))
    return out
