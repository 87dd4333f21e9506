"""The labelled tables of a run as the evaluator of quantities reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from travesia.quantities.counting import Cells, Counter, Labels, Rows
from travesia.quantities.quantity import COLUMNS
from travesia.quantities.register import DAYS

if TYPE_CHECKING:
    from travesia.results.result import Result

_LISTED = {
    "cohort": "cohorts", "place": "places", "transition": "transitions", "leg": "legs",
    "facility": "facilities", "mode": "modes",
}  # fmt: skip


def counter_of(result: Result) -> Counter:
    """Counts the quantities of a run."""
    tables = LabelledTables(result)
    return Counter(result.quantities, tables.labels, tables)


class LabelledTables:
    """The tables of a result in codes."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._rows: dict[str, Rows] = {}
        self._stocks: dict[bool, Cells] = {}

    @cached_property
    def labels(self) -> Labels:
        """Names of the labels: those of the scenario, then others that occur."""
        found = {label: self._listed(label) for label in _LISTED}
        found["end"] = self._ends
        stays = self._attribute("stays", "state", "state")
        found["stay"] = ["*", *(self._attribute("stays", "id", "id"))]
        found["state"] = [*(f"travel_{m}" for m in found["mode"]), *stays, *self._ends]
        found["date"], found["month"] = self._dates, self._months()
        for table, (labels, _) in COLUMNS.items():
            frame = self._result.tables[table]
            for label in labels if table != DAYS else ("transition",):
                if label not in ("date", "month"):
                    kept = frame[label].cat.categories.astype(str)
                    found[label] = [*found.get(label, ()), *kept]
        return Labels({k: tuple(dict.fromkeys(v)) for k, v in found.items()}, self._attribute)

    def _listed(self, label: str) -> Iterable[str]:
        table = self._result.scenario_tables.get(_LISTED[label])
        return [] if table is None else table["id"].astype(str).tolist()

    @cached_property
    def _ends(self) -> list[str]:
        """States in which a journey ends."""
        return self._result.about("ends").split(";")

    def _attribute(self, table: str, key: str, column: str) -> Mapping[str, str]:
        if table == "ends":
            return {end: end for end in self._ends}
        frame = self._result.scenario_tables.get(table)
        if frame is None or column not in frame.columns or key not in frame.columns:
            return {}
        said = frame[column].astype(object).where(frame[column].notna(), "").map(str)
        return dict(zip(frame[key].astype(str), said, strict=True))

    @cached_property
    def _dates(self) -> list[str]:
        """Every day that is simulated."""
        result = self._result
        daily = result.events_daily["date"].cat.remove_unused_categories().cat.categories
        known = [*result.dates(), *daily.astype(str)]
        known += [d for d in (result.about("spin_up")[:10], *result.days) if d]
        if not known:
            return []
        return list(pd.date_range(min(known), max(known)).strftime("%Y-%m-%d"))

    def _months(self) -> list[str]:
        """Months of the run, spin-up included; days before the start of a month are in none."""
        named = {m for m in self._month_of_date if m} | {*self._result.months()}
        for table, (labels, _) in COLUMNS.items():
            if "month" in labels:
                named |= {*self._result.tables[table]["month"].cat.categories.astype(str)}
        return sorted(m for m in named if m)

    @cached_property
    def _month_of_date(self) -> list[str]:
        start = self._result.days[0]
        return ["" if d < start and d[:7] == start[:7] else d[:7] for d in self._dates]

    def rows(self, table: str) -> Rows:
        """A table as rows."""
        if table not in self._rows:
            frame = self._result.tables[table]
            labels, numbers = COLUMNS[table]
            labels = labels[:2] if table == DAYS else labels
            codes = {label: self._codes(frame[label], label) for label in labels}
            sizes = {label: len(self.labels.names[label]) for label in labels}
            columns = {name: frame[name].to_numpy() for name in numbers}
            self._rows[table] = Rows(codes, sizes, columns)
        return self._rows[table]

    def _codes(self, column: pd.Series[Any], label: str) -> npt.NDArray[np.int32]:
        position = {name: n for n, name in enumerate(self.labels.names[label])}
        of = [position.get(str(c), -1) for c in column.cat.categories]
        own = column.cat.codes.to_numpy()
        return np.append(np.array(of, np.int32), np.int32(-1))[own]

    def stocks(self, at_end: bool) -> Cells:
        """People by month, state and place: on an average day, or at the end of the month."""
        if at_end not in self._stocks:
            self._stocks[at_end] = self._summed(at_end)
        return self._stocks[at_end]

    def _summed(self, at_end: bool) -> Cells:
        names = self.labels.names
        rows = self.rows("stocks")
        position = {m: n for n, m in enumerate(names["month"])}
        month = np.array([position.get(m, -1) for m in self._month_of_date], np.int64)
        shape = tuple(len(names[label]) for label in ("month", "state", "place"))
        if at_end:
            month[:-1][month[:-1] == month[1:]] = -1
        days = np.bincount(month[month >= 0], minlength=shape[0])
        at = month[rows.codes["date"]]
        keep = at >= 0
        cell = np.ravel_multi_index(
            (at[keep], rows.codes["state"][keep], rows.codes["place"][keep]), shape
        )
        sums = np.bincount(cell, rows.numbers["people"][keep], int(np.prod(shape)))
        people = np.asarray(sums.reshape(shape), np.float64)
        return Cells(("month", "state", "place"), people, np.asarray(days.clip(1), np.float64))
