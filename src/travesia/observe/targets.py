"""Targets: published series as matrices, and the simulated series in the same shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from travesia.errors import ProblemList
from travesia.observe.observables import twin
from travesia.quantities.observable import UnknownObservableError
from travesia.quantities.quantity import Quantity
from travesia.results.result import Result
from travesia.scenario import periods
from travesia.scenario.lands import divisions
from travesia.scenario.observed import Cells
from travesia.scenario.periods import Frequency
from travesia.scenario.published import OTHER, Meaning, Published, meaning_of, published

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Twins = dict[tuple[str, Frequency, tuple[str, ...]], pd.DataFrame]
"""Simulated series of one run by statistic, frequency and dimensions."""

SHOWN = 8
"""Keys of a list that are told."""


@dataclass(frozen=True, eq=False)
class Target:
    """A published series, and the window of it that is scored.

    Attributes:
        id: name; the same id may come again with another window and role.
        observable: id of the twin.
        quantity: what is counted.
        dims: dimensions of the keys.
        freq: frequency of the periods.
        periods: [n] labels of all published periods, in order; not only of the window.
        numbers: [n] their numbers.
        keys: [k] one tuple of dimension values per column; one empty tuple without dimensions.
        values: [n, k] published numbers; NaN where unknown (blank or withheld), 0 where a
            published period has no row of the key.
        window: first and last day that is scored, as ordinals.
        role: fit, prediction or input.
        publisher, note: as in targets.csv.
    """

    id: str
    observable: str
    quantity: Quantity
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
        """[n] which published periods lie wholly in the window and in the days of the run."""
        first, last = result.days
        if not first:
            return np.zeros(len(self.periods), bool)
        run = periods.days(first, "date")[0], periods.days(last, "date")[1]
        low, high = max(self.window[0], run[0]), min(self.window[1], run[1])
        spans = [periods.days(p, self.freq) for p in self.periods]
        return np.array([low <= a and b <= high for a, b in spans], bool)

    def simulated(self, result: Result, twins: Twins | None = None) -> Floats:
        """The twin of the published numbers in the same shape [n, k].

        Keys that are not published apart join ``OTH`` where the publisher has it, and are left
        out where not. Nothing simulated is 0 people, and NaN for a ratio. ``twins`` keeps the
        counts of one run, so that several windows of a series count it once.
        """
        twins = {} if twins is None else twins
        name = (self.quantity.id, self.freq, self.dims)
        if name not in twins:
            twins[name] = twin(result, self.observable, self.freq, ";".join(self.dims))
        frame = twins[name]
        blank = np.nan if self.quantity.measure == "ratio" else 0.0
        out = np.full(self.values.shape, blank)
        row = {p: i for i, p in enumerate(self.periods)}
        column = {k: j for j, k in enumerate(self.keys)}
        known = [{k[d] for k in self.keys} for d in range(len(self.dims))]
        columns = [frame[c].to_numpy(dtype=object).tolist() for c in frame.columns]
        for period, *key, value in zip(*columns, strict=True):
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
        InputError: every target that cannot be read, with its row; every cell of a published table
            that is no period, key or number; and tables most of whose keys the run does not have.
    """
    frame = result.scenario_table("targets")
    problems, out = ProblemList(), []
    series: dict[tuple[str, Meaning], Published | None] = {}
    known = _known_keys(result)
    for row, fields in enumerate(frame.to_dict("records"), 2):
        text = {str(k): _blank(v) for k, v in fields.items()}
        where = f"targets.csv, row {row}"
        try:
            meaning = meaning_of(
                result.quantities, text["observable"], text.get("by", ""), text["frequency"]
            )
            window = periods.bounds(text.get("start", ""), text.get("end", ""), meaning.freq)
        except UnknownObservableError as error:
            problems.error(str(error), where, error.cure)
            continue
        except ValueError as error:
            problems.error(str(error), where, "see docs/scores.md for the forms")
            continue
        key = (text["file"], meaning)
        if key not in series:
            series[key] = _series(result, text["file"], meaning, known, problems)
        found = series[key]
        if found is not None:
            out.append(_target(text, meaning, window, found))
    problems.raise_if_any("the targets of the run cannot be scored")
    return tuple(out)


def _blank(value: Any) -> str:
    return "" if pd.isna(value) else str(value).strip()


def _series(
    result: Result,
    file: str,
    meaning: Meaning,
    known: Mapping[str, frozenset[str]],
    problems: ProblemList,
) -> Published | None:
    """A published table of the run, read like a file; None with problems."""
    stem = file.removesuffix(".csv")
    name = next((t for t in (stem, f"observed/{stem}") if t in result.scenario_tables), "")
    if not name:
        problems.error(f"the run carries no table '{stem}'", file, "run the scenario again")
        return None
    found = published(_cells(result.scenario_table(name), f"{name}.csv"), meaning, problems)
    if found is not None:
        strange = _strange(found, meaning, known)
        if 2 * len(strange) > len(found.keys):
            problems.error(
                f"the run has no {' and '.join(meaning.dims)} {', '.join(strange[:SHOWN])}"
                f"{', ...' if len(strange) > SHOWN else ''}: {len(strange)} of {len(found.keys)} "
                "published keys match nothing",
                f"{name}.csv",
                "write keys as the scenario does",
            )
            return None
    return found


def _cells(frame: pd.DataFrame, where: str) -> Cells:
    """A stored table as the text that its file had."""
    columns = tuple(
        tuple(str(v).strip() for v in frame[c].to_numpy(dtype=object, na_value=""))
        for c in frame.columns
    )
    header = tuple(str(c) for c in frame.columns)
    return Cells(where, header, columns, tuple(range(2, len(frame) + 2)))


def _strange(found: Published, meaning: Meaning, known: Mapping[str, frozenset[str]]) -> list[str]:
    """Published keys that the run cannot have."""
    dims = [known.get(d, frozenset()) for d in meaning.dims]
    return [
        " ".join(key)
        for key in found.keys
        if not all(not names or v in names for v, names in zip(key, dims, strict=True))
    ]


def _known_keys(result: Result) -> dict[str, frozenset[str]]:
    """Keys that the run can have, by dimension; empty where the run does not say."""
    tables = result.scenario_tables
    held = (["places"] if "places" in tables else []) + (["cohorts"] if "cohorts" in tables else [])
    axes = {"places": ("sector", "place", "region"), "cohorts": ("nationality", "family_type")}
    known = [axis for table in held for axis in axes[table] if axis in result.quantities.axes]
    more = {"nationality": {OTHER}, "region": divisions()}
    return {axis: frozenset(result.axis(axis)) | more.get(axis, set()) for axis in known}


def _target(
    text: Mapping[str, str], meaning: Meaning, window: tuple[int, int], found: Published
) -> Target:
    return Target(
        id=text["id"],
        observable=text["observable"],
        quantity=meaning.quantity,
        dims=meaning.dims,
        freq=meaning.freq,
        periods=found.periods,
        numbers=found.numbers,
        keys=found.keys,
        values=found.values,
        window=window,
        role=text["role"],
        publisher=text.get("publisher", ""),
        note=text.get("note", ""),
    )
