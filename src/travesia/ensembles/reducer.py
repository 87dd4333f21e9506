"""What is kept of a member: the quantities of its scenario, straight from the engine's tallies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from travesia.calendar import month_label
from travesia.engine.record import RawResult
from travesia.ensembles.summary import Layout, Summary
from travesia.model.codes import Codes, index_of
from travesia.quantities.counting import Cells, Counter, Ints, Rows
from travesia.quantities.quantity import COLUMNS, TIMES
from travesia.results.assemble import CASES
from travesia.results.money import MoneyBook, Tallies
from travesia.scenario.declared import labels_of
from travesia.scenario.periods import partial_months
from travesia.scenario.scenario import Scenario


def layout_of(scenario: Scenario) -> Layout:
    """The arrays of a member of a scenario, known before anything runs."""
    return Reducer(scenario).layout


class Reducer:
    """Turns the raw tallies of a run of one scenario into a :class:`Summary`."""

    def __init__(self, scenario: Scenario) -> None:
        codes, calendar = Codes(scenario), scenario.calendar
        self.book = MoneyBook(scenario, codes)
        items = self.book.items
        labels = labels_of(
            scenario,
            {
                "leg": codes.legs,
                "state": codes.states,
                "stay": ("*", *codes.stays),
                "facility": codes.facilities,
                "item": tuple(i.id for i in items),
                "payer": scenario.payers,
                "payee": tuple(dict.fromkeys(i.payee for i in items)),
                "purpose": tuple(dict.fromkeys(i.purpose for i in items)),
            },
        )
        register = scenario.quantities
        self._counter = Counter(register, labels)
        self._scenario, self._codes = scenario, codes
        self._month_of_day = np.array(calendar.month_index())
        months = calendar.months()
        self._first = months.index(month_label(calendar.start))
        self._summed = [q for q in register.summed if items or q.table != "money"]
        self._kept = {n: k for n, k in register.kept.items() if items or k[0].table != "money"}
        axes = dict.fromkeys(a for _, by in self._kept.values() for a in by)
        self.outputs = {q.id: q for q in self._summed}
        self.layout = Layout(
            axes={
                "metric": tuple(q.id for q in self._summed),
                "month": months,
                **{a: self._counter.domain(a) for a in axes},
            },
            arrays={
                "monthly": ("metric", "month"),
                **{name: axes for name, (_, axes) in self._kept.items()},
            },
            spin_up_months=self._first,
            partial=partial_months(calendar),
            means=tuple(n for n, (q, _) in self._kept.items() if q.over != "sum"),
            counted=register.digest[:16],
        )

    def reduce(self, raw: RawResult, sample: float = 1.0, book: MoneyBook | None = None) -> Summary:
        """The summary of a run, with counts scaled to the full population by ``1 / sample``.

        ``book`` holds other unit costs than those written (a draw of them).
        """
        tables = _RawTables(self._scenario, self._codes, raw, self._month_of_day)
        tables.money = lambda: self._money(raw, sample, book or self.book, tables)
        counter = self._counter.on(tables)
        arrays = {"monthly": np.stack([counter.count(q) for q in self._summed])}
        for name, (quantity, axes) in self._kept.items():
            counted = counter.count(quantity, [a for a in axes if a not in TIMES])
            if not set(axes) & set(TIMES):
                counted = counted[..., self._first :].sum(axis=-1)
            arrays[name] = counted
        summary = Summary.of(self.layout, arrays)
        return Summary(self.layout, summary.vector / sample)

    def _money(self, raw: RawResult, sample: float, book: MoneyBook, tables: _RawTables) -> Rows:
        """What each line of the bill costs by month, in USD of the sample, as people are counted
        in it."""
        days = tables.stocks(at_end=False).numbers.sum(axis=2).T
        bill = book.bill(Tallies.of(raw, self._scenario, self._codes, days), sample)
        names = self._counter.labels.names
        item, month = (a.ravel() for a in np.indices(bill.usd.shape))
        codes = {"month": month, "item": item}
        for label in ("payer", "payee", "purpose"):
            position = index_of(names[label])
            of = np.array([position[getattr(i, label)] for i in book.items], np.int64)
            codes[label] = of[item]
        sizes = {label: len(names[label]) for label in codes}
        return Rows(codes, sizes, {"usd": bill.usd.ravel() * sample})


class _RawTables:
    """The tallies of a run as the evaluator of quantities reads them."""

    money: Callable[[], Rows]

    def __init__(
        self, scenario: Scenario, codes: Codes, raw: RawResult, month_of_day: Ints
    ) -> None:
        self._raw, self._codes, self._month_of_day = raw, codes, month_of_day
        self._sizes = {
            "month": len(scenario.calendar.months()),
            "cohort": len(codes.cohorts),
            "place": len(codes.places),
            "transition": len(codes.transitions),
            "leg": len(codes.legs),
            "facility": len(codes.facilities),
            "state": len(codes.states),
            "stay": 1 + len(codes.stays),
        }
        self._n_states = len(codes.states)
        self._rows: dict[str, Rows] = {}
        self._stocks: dict[bool, Cells] = {}

    def rows(self, table: str) -> Rows:
        """A table as rows: its labels, then its numbers, are the columns of the tallies."""
        if table not in self._rows:
            self._rows[table] = self.money() if table == "money" else self._read(table)
        return self._rows[table]

    def _read(self, table: str) -> Rows:
        labels, numbers = COLUMNS[table]
        if table == "stay_harms":
            tallies = self._codes.stay_hits(self._raw.stay_hits)
        else:
            tallies = getattr(self._raw, table)
        codes = {label: tallies[:, n] for n, label in enumerate(labels)}
        if table == "facilities":
            columns = _facilities(tallies)
        else:
            columns = {n: tallies[:, len(labels) + i] for i, n in enumerate(numbers)}
        return Rows(codes, {label: self._sizes[label] for label in labels}, columns)

    def stocks(self, at_end: bool) -> Cells:
        """People by month, state and place: on an average day, or at the end of the month."""
        if at_end not in self._stocks:
            self._stocks[at_end] = self._summed(at_end)
        return self._stocks[at_end]

    def _summed(self, at_end: bool) -> Cells:
        starts = np.flatnonzero(np.diff(self._month_of_day, prepend=-1))
        if at_end:
            ends = np.append(starts[1:], len(self._month_of_day)) - 1
            sums = self._raw.stocks[ends].astype(np.float64)
            days = np.ones(len(ends))
        else:
            months = np.split(self._raw.stocks, starts[1:])  # a tenth of the time of reduceat
            sums = np.stack([m.sum(axis=0, dtype=np.int64) for m in months]).astype(np.float64)
            days = np.bincount(self._month_of_day).astype(np.float64)
        cells = sums.reshape(len(days), self._n_states, -1)
        return Cells(("month", "state", "place"), cells, days)


def _facilities(tallies: Ints) -> dict[str, npt.NDArray[np.generic]]:
    """Means and sums of a month: capacity, occupied, waiting; admitted, refused."""
    days = np.maximum(tallies[:, 7], 1)
    return {
        "capacity": tallies[:, 2] / CASES / days,
        "occupied": tallies[:, 3] / days,
        "waiting": tallies[:, 4] / days,
        "admitted": tallies[:, 5],
        "refused": tallies[:, 6],
    }
