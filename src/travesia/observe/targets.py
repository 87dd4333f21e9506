"""Targets: published series as matrices, and the simulated series in the same shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from travesia.errors import InputError, Problem, ProblemList
from travesia.observe import periods
from travesia.observe.observables import SPELLINGS, Statistic, resolve, twin
from travesia.observe.periods import Frequency
from travesia.results.result import Result

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Twins = dict[tuple[str, Frequency, tuple[str, ...]], pd.DataFrame]
"""Simulated series of one run by statistic, frequency and dimensions."""

OTHER = "OTH"
"""The published key that takes all keys which are not published apart."""

PERIOD_COLUMNS = ("period", "month", "fiscal_year", "year", "date")
VALUE_COLUMNS = ("value", "people", "events", "share", "deaths", "count", "n")


@dataclass(frozen=True, eq=False)
class Target:
    """A published series, and the window of it that is scored.

    Attributes:
        id: name; the same id may come again with another window and role.
        observable: id of the twin.
        statistic: what is counted.
        dims: dimensions of the keys.
        freq: frequency of the periods.
        periods: [n] labels of all published periods, in order; not only of the window.
        numbers: [n] their numbers.
        keys: [k] one tuple of dimension values per column; one empty tuple without dimensions.
        values: [n, k] published numbers; a key that is absent from a published period is 0.
        window: first and last month number that is scored.
        role: fit, prediction or input.
        publisher, note: as in targets.csv.
    """

    id: str
    observable: str
    statistic: Statistic
    dims: tuple[str, ...]
    freq: Frequency
    periods: tuple[str, ...]
    numbers: Ints
    keys: tuple[tuple[str, ...], ...]
    values: Floats
    window: tuple[int, int]
    role: str
    publisher: str = ""
    note: str = ""

    def scored(self, result: Result) -> npt.NDArray[np.bool_]:
        """[n] which published periods lie in the window and wholly in the run's period."""
        first, last = result.period
        if not first:
            return np.zeros(len(self.periods), bool)
        run = periods.number(first, "month"), periods.number(last, "month")
        low, high = max(self.window[0], run[0]), min(self.window[1], run[1])
        spans = [periods.months(p, self.freq) for p in self.periods]
        return np.array([low <= a and b <= high for a, b in spans], bool)

    def simulated(self, result: Result, twins: Twins | None = None) -> Floats:
        """The twin of the published numbers in the same shape [n, k].

        Keys that are not published apart join ``OTH`` where the publisher has it, and are left
        out where not. Nothing simulated is 0 people, and NaN for a ratio. ``twins`` keeps the
        counts of one run, so that several windows of a series count it once.
        """
        twins = {} if twins is None else twins
        name = (self.statistic.id, self.freq, self.dims)
        if name not in twins:
            twins[name] = twin(result, self.observable, self.freq, ";".join(self.dims))
        frame = twins[name]
        blank = np.nan if self.statistic.kind == "ratio" else 0.0
        out = np.full(self.values.shape, blank)
        row = {p: i for i, p in enumerate(self.periods)}
        column = {k: j for j, k in enumerate(self.keys)}
        known = [{k[d] for k in self.keys} for d in range(len(self.dims))]
        for period, *key, value in frame.itertuples(index=False, name=None):
            named = tuple(
                v if v in known[d] or OTHER not in known[d] else OTHER for d, v in enumerate(key)
            )
            if period in row and named in column:
                i, j = row[period], column[named]
                out[i, j] = value if np.isnan(out[i, j]) else out[i, j] + value
        return out


def targets(result: Result) -> tuple[Target, ...]:
    """The targets that travel with a run, in the order of targets.csv.

    Raises:
        InputError: every target that cannot be read, with its row.
    """
    frame = result.scenario_table("targets")
    problems, out = ProblemList(), []
    for row, fields in enumerate(frame.to_dict("records"), 2):
        try:
            out.append(_target(result, {str(k): _blank(v) for k, v in fields.items()}))
        except InputError as exc:
            problems.extend(exc.problems)
        except ValueError as exc:
            problems.error(str(exc), f"targets.csv, row {row}", "see docs/scores.md for the forms")
    problems.raise_if_any("the targets of the run cannot be read")
    return tuple(out)


def _blank(value: Any) -> str:
    return "" if pd.isna(value) else str(value).strip()


def _target(result: Result, fields: dict[str, str]) -> Target:
    statistic, dims = resolve(fields["observable"], fields.get("by", ""))
    freq = periods.frequency(fields["frequency"])
    name = fields["file"].removesuffix(".csv")
    table = next((t for t in (name, f"observed/{name}") if t in result.scenario_tables), name)
    labels, keys, values = _matrix(result.scenario_table(table), table, dims, freq)
    return Target(
        id=fields["id"],
        observable=fields["observable"],
        statistic=statistic,
        dims=dims,
        freq=freq,
        periods=labels,
        numbers=np.array([periods.number(p, freq) for p in labels], np.int64),
        keys=keys,
        values=values,
        window=periods.bounds(fields.get("start", ""), fields.get("end", ""), freq),
        role=fields["role"],
        publisher=fields.get("publisher", ""),
        note=fields.get("note", ""),
    )


def _matrix(
    table: pd.DataFrame, name: str, dims: tuple[str, ...], freq: Frequency
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], Floats]:
    """A published table as period labels, keys and a matrix."""
    where = f"{name}.csv"
    period = _column(table, PERIOD_COLUMNS, where, "the period")
    value = _column(table, VALUE_COLUMNS, where, "the number")
    renamed = table.rename(columns=SPELLINGS)
    missing = [d for d in dims if d not in renamed.columns]
    if missing:
        raise InputError(
            "a published table lacks a dimension",
            [Problem(f"column {d!r} is missing", where, "add it, or change `by`") for d in missing],
        )
    numbers: pd.Series[Any] = pd.to_numeric(table[value], errors="coerce")
    labels = [periods.label(p, freq) for p in table[period]]
    keys = list(zip(*(renamed[d].astype(str) for d in dims), strict=True)) or [()] * len(table)
    rows = sorted({*labels}, key=lambda p: periods.number(p, freq))
    columns = sorted({*keys})
    out = np.zeros((len(rows), len(columns)))
    row, column = {p: i for i, p in enumerate(rows)}, {k: j for j, k in enumerate(columns)}
    for label, key, number in zip(labels, keys, numbers, strict=True):
        if not np.isnan(number):
            out[row[label], column[key]] += number
    return tuple(rows), tuple(columns), out


def _column(table: pd.DataFrame, names: tuple[str, ...], where: str, what: str) -> str:
    """The first of the names that the table has."""
    for name in names:
        if name in table.columns:
            return name
    raise InputError(
        "a published table cannot be read",
        [Problem(f"no column holds {what}", where, f"name it one of {', '.join(names)}")],
    )
