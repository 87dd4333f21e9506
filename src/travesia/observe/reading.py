"""Reads the terms of measures off a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from travesia.errors import InputError, Problem
from travesia.quantities.measures import Term, Unsaid
from travesia.quantities.quantity import Quantity
from travesia.results.result import Result
from travesia.scenario.periods import Frequency, bounds, of_month


def check_exact(*results: Result) -> None:
    """Raise :class:`InputError` for runs that are for first answers only."""
    if any(result.manifest.get("coarse") for result in results):
        cure = "run it again without --coarse"
        problem = Problem("it is a coarse run, for first answers only", "", cure)
        raise InputError("The run is not scored", [problem])


class Reading:
    """Reads numbers of people off a run, by day or month."""

    def __init__(self, result: Result) -> None:
        self.result, self.counter = result, result.counter

    def term(self, term: Term) -> float:
        """The number that a term stands for.

        Raises:
            Unsaid: the run does not cover its period, or nobody is counted.
        """
        self._covered(term.first, term.last)
        quantity = self.counter.register[term.quantity]
        if term.operation == "records":
            return self._records(term, quantity)
        if term.operation == "road":
            return self._road(term, quantity)
        total, days = self._series(term, quantity)
        return float(total.sum()) / (days if term.operation == "mean" else 1)

    def _covered(self, first: str, last: str) -> None:
        """Refuse days (or whole months) of which the run does not count all."""
        start, end = self.result.days
        low, high = bounds(first, last, "month")
        if not start or low < bounds(start, "", "date")[0] or high > bounds("", end, "date")[1]:
            raise Unsaid(f"the run covers {start or 'nothing'} to {end}")

    def _series(
        self, term: Term, quantity: Quantity, by: Sequence[str] = ()
    ) -> tuple[npt.NDArray[np.float64], int]:
        """A quantity in the days or months of the term [*by, times], and the days of it."""
        low, high = bounds(term.first, term.last, "month")
        daily = term.daily or quantity.table == "stocks"
        time = "date" if daily else "month"
        counted = self.counter.count(quantity, by, where=term.where, value=term.value, time=time)
        names = self.counter.domain(time)
        if daily:
            ends = [dt.date.fromordinal(n).isoformat() for n in (low, high)]
            inside = [ends[0] <= name <= ends[1] for name in names]
        else:
            inside = [term.first <= name <= term.last for name in names]
        return counted[..., np.array(inside, bool)], high - low + 1

    def _records(self, term: Term, quantity: Quantity) -> float:
        """Years in a row, up to the last, each above all years before it in the period."""
        counted, _ = self._series(term, quantity)
        months = [m for m in self.counter.months if term.first <= m <= term.last]
        freq: Frequency = "fiscal_year" if term.years == "fiscal_year" else "year"
        years = [of_month(m, freq) for m in months]
        total = [
            sum(v for y, v in zip(years, counted.tolist(), strict=True) if y == year)
            for year in dict.fromkeys(years)
        ]
        run = 0
        for i in range(len(total) - 1, 0, -1):
            if total[i] <= max(total[:i]):
                break
            run += 1
        return float(run)

    def _road(self, term: Term, quantity: Quantity) -> float:
        """Kilometres along some places to the one where most are counted."""
        counted, _ = self._series(term, quantity, ["place"])
        people = counted.sum(axis=-1)
        if not people.any():
            raise Unsaid("nobody is counted on that day")
        reached = self.counter.domain("place")[int(people.argmax())]
        if reached not in term.along:
            raise Unsaid(f"most are at {reached}, which is not on the road")
        legs = self.result.scenario_table("legs")
        km = 0.0
        for a, b in pairwise(term.along[: term.along.index(reached) + 1]):
            between = legs[(legs["from"] == a) & (legs["to"] == b)]
            between = between[~between["mode"].isin(term.without)]
            km += float(between["distance_km"].astype(float).min())
        return km
