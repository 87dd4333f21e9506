"""Reads a result once and answers the questions that the sections of the report ask.

Labels become codes when a table is first read, so that every later sum is a count over integers.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from travesia.quantities.register import Register
from travesia.reporting.names import FAMILIES, Words
from travesia.reporting.view import Leg, ScenarioView
from travesia.results.result import Result
from travesia.scenario.periods import days, whole_months

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def codes(values: pd.Series, known: Sequence[str]) -> Codes:
    """Position of each label in ``known``; -1 where it is not among them."""
    held = values if isinstance(values.dtype, pd.CategoricalDtype) else values.astype("category")
    position = {name: n for n, name in enumerate(known)}
    code_of = np.asarray([position.get(str(c), -1) for c in held.cat.categories], dtype=np.int64)
    own = np.asarray(held.cat.codes, dtype=np.int64)
    return np.where(own >= 0, np.append(code_of, -1)[own], -1)


@dataclass(frozen=True)
class Facts:
    """A result and its scenario, with names turned into codes on demand."""

    result: Result

    @cached_property
    def scenario(self) -> ScenarioView:
        """The scenario of the run, as rows."""
        return ScenarioView.of(self.result)

    @cached_property
    def months(self) -> list[str]:
        """Months of the report, from the first to the last that counts."""
        period = self.scenario.period
        first, last = f"{period.start:%Y-%m}", f"{period.end:%Y-%m}"
        return [str(m) for m in pd.period_range(first, last, freq="M")]

    @cached_property
    def years(self) -> list[str]:
        """Calendar years of the report."""
        return list(dict.fromkeys(m[:4] for m in self.months))

    @cached_property
    def year_names(self) -> list[str]:
        """The calendar years for people: one that is simulated in part says so."""
        counted = self._days_counted
        days = {y: sum(n for m, n in counted.items() if m.startswith(y)) for y in self.years}
        return [
            year if days[year] >= 365 + isleap(int(year)) else f"{year} (part)"
            for year in self.years
        ]

    @cached_property
    def partial(self) -> list[str]:
        """Months of the report that are simulated only in part."""
        period = self.scenario.period
        whole = set(whole_months(str(period.start), str(period.end)))
        return [m for m in self.months if m not in whole]

    @cached_property
    def partial_note(self) -> str:
        """A sentence on the months that are simulated in part; blank if there are none."""
        if not self.partial:
            return ""
        period = self.scenario.period
        return (
            f"The run counts from {period.start} to {period.end}: {' and '.join(self.partial)} is "
            "simulated only in part and not compared with published months."
        )

    @cached_property
    def _days_counted(self) -> dict[str, int]:
        """Days of each month of the report that count."""
        period = self.scenario.period
        low, high = period.start.toordinal(), period.end.toordinal()
        spans = {m: days(m, "month") for m in self.months}
        return {m: min(high, b) - max(low, a) + 1 for m, (a, b) in spans.items()}

    @cached_property
    def place_ids(self) -> list[str]:
        """Places, in the order of the scenario."""
        return [p.id for p in self.scenario.places]

    @cached_property
    def legs(self) -> list[Leg]:
        """Legs that people choose; documented returns are left out."""
        return [leg for leg in self.scenario.legs if leg.role != "return"]

    @cached_property
    def cohort_ids(self) -> list[str]:
        """Cohorts, in the order of the scenario."""
        return [c.id for c in self.scenario.cohorts]

    @property
    def words(self) -> Words:
        """What the codes of the scenario are called."""
        return self.scenario.words

    @cached_property
    def groups(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Groups of nationalities on the map: id, name, members."""
        return self.words.groups(c.nationality for c in self.scenario.cohorts)

    @cached_property
    def group_of(self) -> dict[str, int]:
        """Position of the group of each nationality."""
        return {n: g for g, (_, _, members) in enumerate(self.groups) for n in members}

    @cached_property
    def in_transit(self) -> NDArray[np.bool_]:
        """Mask of the places in countries through which the way leads."""
        return np.asarray([p.country in self.scenario.transit for p in self.scenario.places])

    @cached_property
    def classes(self) -> tuple[list[tuple[int, int]], Codes]:
        """Pairs of (group, family type) that occur, and the class of each cohort."""
        families = list(FAMILIES)
        pairs, of_cohort = [], []
        for cohort in self.scenario.cohorts:
            pair = (self.group_of[cohort.nationality], families.index(cohort.family_type))
            if pair not in pairs:
                pairs.append(pair)
            of_cohort.append(pairs.index(pair))
        return pairs, np.asarray(of_cohort, dtype=np.int64)

    @cached_property
    def flows(self) -> Floats:
        """People who entered a leg, by class, leg and month."""
        pairs, of_cohort = self.classes
        table = self.result.flows
        cohort = codes(table["cohort"], self.cohort_ids)
        axes = (
            np.where(cohort >= 0, of_cohort[cohort], -1),
            codes(table["leg"], [leg.id for leg in self.legs]),
            codes(table["month"], self.months),
        )
        return _sum(axes, (len(pairs), len(self.legs), len(self.months)), table["people"])

    def count(self, quantity: str, *by: str) -> Floats:
        """A quantity by axes and month of the report: ``[*by, months]``."""
        return self.result.by_month(quantity, by)

    def total(self, quantity: str) -> float:
        """A quantity over the period, as it says that it is summed up."""
        return self.result.total(quantity)

    @property
    def quantities(self) -> Register:
        """What the run can be asked."""
        return self.result.quantities

    def transitions(self, quantity: str) -> tuple[str, ...]:
        """The transitions that a quantity counts."""
        return self.result.counted(quantity, "transition")

    def names(self, axis: str) -> tuple[str, ...]:
        """The values of an axis, in order."""
        return self.result.axis(axis)

    @property
    def kinds_of_waiting(self) -> tuple[str, ...]:
        """Kinds of waiting, in the order of the stays."""
        return self.names("waiting")

    @cached_property
    def stocks(self) -> Floats:
        """Mean number of people on a day of the month, by kind of waiting, place and month.

        Of a month simulated in part, on the days that count.
        """
        return self.count("present", "waiting", "place")

    def yearly(self, monthly: Floats) -> Floats:
        """Sums over calendar years of a series by month."""
        return np.asarray(
            [
                sum(v for m, v in zip(self.months, monthly, strict=True) if m.startswith(year))
                for year in self.years
            ]
        )


def _sum(axes: tuple[Codes, ...], shape: tuple[int, ...], people: ArrayLike) -> Floats:
    """Sum people over the cells of a cube; rows with an unknown label are left out."""
    weights = np.asarray(people, dtype=np.float64)
    keep = np.logical_and.reduce([axis >= 0 for axis in axes])
    if not keep.any():
        return np.zeros(shape)
    cells = np.ravel_multi_index(tuple(axis[keep] for axis in axes), shape)
    total = np.bincount(cells, weights=weights[keep], minlength=int(np.prod(shape)))
    return np.asarray(total.reshape(shape), dtype=np.float64)


def tidy(value: float, figures: int = 4) -> float | int:
    """Round to so many significant figures, and to a whole number where nothing is lost."""
    if not np.isfinite(value) or value == 0:
        return 0
    rounded = float(f"{value:.{figures}g}")
    return int(rounded) if rounded == int(rounded) else rounded


def tidy_row(values: Iterable[float]) -> list[float | int]:
    """Round every value of a series."""
    return [tidy(float(v)) for v in values]
