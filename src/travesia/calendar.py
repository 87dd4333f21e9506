"""The only place where a date becomes a day number, and back.

Day 0 is the first day of a scenario's spin-up. Time inside a day is counted in ticks of a
quarter of an hour (1/96 day): three quarters of the corridor's legs take less than a day.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise

TICKS_PER_DAY = 96
DAYS_PER_WEEK = 7

_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")


def parse_month(text: str) -> dt.date:
    """Read a month (``2019-06``) as its first day.

    Raises :class:`ValueError` if the text is not a month.
    """
    match = _MONTH.match(str(text).strip())
    if match is None:
        raise ValueError(f"{text!r} is not a month of the form YYYY-MM")
    return dt.date(int(match[1]), int(match[2]), 1)


def month_label(day: dt.date) -> str:
    """The month of a date, as ``YYYY-MM``."""
    return f"{day.year:04d}-{day.month:02d}"


def fiscal_year(day: dt.date) -> int:
    """The fiscal year of a date: it starts on 1 October of the year before."""
    return day.year + (day.month >= 10)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Dates of a simulation: ``spin_up`` is day 0, results count from ``start`` to ``end``.

    ``end`` is the last simulated day (inclusive).
    """

    spin_up: dt.date
    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if not self.spin_up <= self.start <= self.end:
            raise ValueError(
                f"spin-up {self.spin_up}, start {self.start} and end {self.end} are out of order"
            )

    @property
    def n_days(self) -> int:
        """Number of simulated days, spin-up included."""
        return (self.end - self.spin_up).days + 1

    @property
    def first_day(self) -> int:
        """Day number of ``start``: results before it are spin-up."""
        return (self.start - self.spin_up).days

    def day(self, date: dt.date) -> int:
        """Day number of a date (may be negative or beyond the end)."""
        return (date - self.spin_up).days

    def date(self, day: int) -> dt.date:
        """Date of a day number."""
        return self.spin_up + dt.timedelta(days=int(day))

    def months(self) -> tuple[str, ...]:
        """Labels of the months of the tallies, spin-up included.

        Where ``start`` lies within a month, the days of it before ``start`` are a part of their
        own (:attr:`early`), so that nothing that happens on them is ever counted.
        """
        out = []
        year, month = self.spin_up.year, self.spin_up.month
        while (year, month) <= (self.end.year, self.end.month):
            label = f"{year:04d}-{month:02d}"
            out += [self.early, label] if self.early and label == self.early[:7] else [label]
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return tuple(out)

    @property
    def early(self) -> str:
        """Label of the days of the month of ``start`` that lie before it; blank if there are none.

        Begins with the label of the month, whose inputs hold for it.
        """
        before = self.start.day > 1 and self.spin_up < self.start
        return f"{month_label(self.start)} before {self.start}" if before else ""

    def inputs_of(self) -> dict[str, tuple[int, ...]]:
        """Positions in :meth:`months` for which the inputs of a month hold."""
        out: dict[str, tuple[int, ...]] = {}
        for n, label in enumerate(self.months()):
            out[label[:7]] = (*out.get(label[:7], ()), n)
        return out

    def month_index(self) -> list[int]:
        """Index into :meth:`months` of every simulated day."""
        starts = [*self.month_starts(), self.n_days]
        return [n for n, (a, b) in enumerate(pairwise(starts)) for _ in range(a, b)]

    def month_starts(self) -> list[int]:
        """Day number at which every month of :meth:`months` begins (0 for the first)."""
        split = self.early[:7]
        return [
            self.first_day if m == split else max(0, self.day(parse_month(m[:7])))
            for m in self.months()
        ]
