"""A finished comparison: rows for people, tables for analysis, plain data for a page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from travesia.display.cite import Citation, key_of
from travesia.display.html import card
from travesia.ensembles.align import View
from travesia.ensembles.stats import Paired
from travesia.ensembles.summary import Floats
from travesia.figures import count, signed
from travesia.kind import Case, Kind, Output
from travesia.likeness import check_known
from travesia.version import __version__

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes

FORMAT = "travesia-comparison/1"
C = TypeVar("C", bound=Case)

NAMED = 4
"""Scenarios that a comparison names in a line."""

_ENDS = ("difference", "low", "high", "low50", "high50")
_LOW, _LOW50, _MEDIAN, _HIGH50, _HIGH = range(5)
_STATISTICS = {
    "base": ("base", _MEDIAN), "base_low": ("base", _LOW), "base_high": ("base", _HIGH),
    "other": ("other", _MEDIAN), "other_low": ("other", _LOW), "other_high": ("other", _HIGH),
    "difference": ("difference", _MEDIAN), "low50": ("difference", _LOW50),
    "high50": ("difference", _HIGH50), "low": ("difference", _LOW), "high": ("difference", _HIGH),
}  # fmt: skip
"""What a table says of a column: a side of the pairs, and a quantile of it."""
_SERIES = ("base", "other", "low", "low50", "difference", "high50", "high")


@dataclass(frozen=True)
class Made:
    """How a comparison was made; ``verdicts`` tell which outputs reached the precision."""

    members: int
    sample: float
    seed: int
    draws: bool
    precision: float | None = None
    verdicts: tuple[Mapping[str, Any], ...] = ()
    coarse: Mapping[str, Any] | None = None
    """How far coarse runs are off, where it was made of such (:meth:`Kind.coarseness`)."""

    def note(self) -> str:
        """What the intervals hold, in words."""
        kind = (
            "of the numbers that carry a range, and of chance"
            if self.draws
            else "of chance alone (numbers as written)"
        )
        text = (
            f"{self.members} pairs of runs with shared luck; intervals hold 50 % and 90 % of the "
            f"differences between the two runs of a pair, over draws {kind}."
        )
        if self.sample < 1:
            text += (
                f" Each run simulates {self.sample:.3g} of the people, so chance is larger than in "
                "a full run, above all for rare events."
            )
        return text


@dataclass(frozen=True, repr=False)
class Effect(Generic[C]):
    """What one case changes against the baseline.

    ``paired`` holds, side by side, the totals of the named outputs, their series by month, and
    the cells of ``view``; ``unpaired`` the 90 % interval of each total without shared luck.
    """

    scenario: Mapping[str, Any]
    changes: Mapping[str, Any]
    remarks: tuple[str, ...]
    view: View
    paired: Paired
    unpaired: tuple[tuple[float, float], ...]
    known: Mapping[str, Output]
    source: C

    @property
    def window(self) -> dict[str, str] | None:
        """Months over which people on a day are averaged, if they are not the whole period."""
        first, last = self.view.window
        if not first or (first, last) == (self.view.months[0], self.view.months[-1]):
            return None
        return {"start": first, "end": last}

    def __repr__(self) -> str:
        return f"<Effect of {self.scenario['label']}: {len(self.view.metrics)} outputs>"

    def outputs(self) -> list[dict[str, Any]]:
        """One row per named output that occurs, over the shared period."""
        rows = []
        for i, metric in enumerate(self.view.metrics):
            if self.paired.base[:, i].any() or self.paired.other[:, i].any():
                told = self.known[metric]
                on_average = told.measure == "stock" and told.over == "mean"
                row = {
                    "output": metric,
                    "title": told.titled,
                    "kind": "mean" if on_average else told.measure,
                    "unit": told.unit,
                }
                rows.append({**row, **self._column(i), **self._width(i)})
        return rows

    def to_dict(self) -> dict[str, Any]:
        """The case, what is different in it, and the rows of :meth:`outputs`."""
        return {
            **self.scenario,
            "remarks": self.remarks,
            "changes": self.changes,
            "months": self.view.months,
            "window": self.window,
            "outputs": self.outputs(),
        }

    def months(self) -> Iterator[dict[str, Any]]:
        """One row per named output and shared month."""
        n_m, n_t = len(self.view.metrics), len(self.view.months)
        for i, metric in enumerate(self.view.metrics):
            columns = slice(n_m + i * n_t, n_m + (i + 1) * n_t)
            if not (self.paired.base[:, columns].any() or self.paired.other[:, columns].any()):
                continue
            for t, month in enumerate(self.view.months):
                yield {"output": metric, "month": month, **self._column(n_m + i * n_t + t)}

    def cells(self) -> dict[str, list[dict[str, Any]]]:
        """For every broken-down array, one row per cell in which anything happens."""
        at = len(self.view.metrics) * (1 + len(self.view.months))
        out: dict[str, list[dict[str, Any]]] = {}
        for cells in self.view.cells:
            rows = []
            for j, labels in enumerate(cells.labels, at):
                if self.paired.base[:, j].any() or self.paired.other[:, j].any():
                    named = dict(zip(cells.axes, labels, strict=True))
                    rows.append({**named, **self._column(j)})
            at += len(cells.labels)
            out[cells.name] = rows
        return out

    def series(self, metric: str) -> dict[str, list[float]]:
        """A named output by month: medians of both sides, and the bands of the difference."""
        check_known([metric], self.view.metrics, "output")
        n_m, n_t = len(self.view.metrics), len(self.view.months)
        i = self.view.metrics.index(metric)
        columns = slice(n_m + i * n_t, n_m + (i + 1) * n_t)
        return {n: _tidy_row(self._numbers(n)[columns]) for n in _SERIES}

    def plot(self, output: str | None, source: str, ax: Axes | None = None) -> Axes:
        """See :meth:`Comparison.plot`."""
        from travesia.display.plot import Interval, intervals, over_time

        label = str(self.scenario["label"])
        if output is None:
            rows = [r for r in self.outputs() if r["base"]]
            shares = [{k: 100 * r[k] / r["base"] for k in _ENDS} for r in rows]
            bars = [
                Interval(
                    r["title"], s["difference"], (s["low"], s["high"]), (s["low50"], s["high50"])
                )
                for r, s in zip(rows, shares, strict=True)
            ]
            return intervals(f"What {label} changes", "% of the baseline", bars, source, ax)
        by_month = _dated(self.series(output), self.view.months)
        told = self.known[output]
        bands = [
            ("90 % of pairs", by_month["low"], by_month["high"]),
            ("50 % of pairs", by_month["low50"], by_month["high50"]),
        ]
        title = f"{told.titled}: what {label} changes"
        line = by_month["difference"]
        return over_time(title, told.unit, line, source, bands=bands, label="difference", ax=ax)

    def _numbers(self, name: str) -> Floats:
        """One of the statistics of all columns."""
        side, row = _STATISTICS[name]
        return np.asarray(getattr(self.paired, side)[row])

    def _column(self, j: int) -> dict[str, float]:
        p = self.paired
        return {n: float(self._numbers(n)[j]) for n in _STATISTICS} | {
            "mean": float(p.mean[j]),
            "error": float(p.error[j]),
            "share_more": float(p.share_more[j]),
        }

    def _width(self, i: int) -> dict[str, float | None]:
        """The unpaired interval and how many times wider it is than the paired one."""
        low, high = self.unpaired[i]
        paired = float(self.paired.difference[_HIGH, i] - self.paired.difference[_LOW, i])
        ratio = (high - low) / paired if paired > 0 else None
        base = float(self.paired.base[_MEDIAN, i])
        percent = 100.0 * float(self.paired.difference[_MEDIAN, i]) / base if base else None
        return {"per_cent": percent, "unpaired_low": low, "unpaired_high": high, "narrower": ratio}


@dataclass(frozen=True, repr=False)
class Comparison(Generic[C]):
    """A baseline and the effects of the other cases, all of one kind."""

    kind: Kind[C]
    baseline: Mapping[str, Any]
    effects: tuple[Effect[C], ...]
    settings: Made
    remarks: tuple[str, ...]
    source: C

    def __repr__(self) -> str:
        """What was compared, in a line."""
        named = [str(e.scenario["label"]) for e in self.effects]
        others = ", ".join(named[:NAMED])
        if len(named) > NAMED:
            others += f" and {len(named) - NAMED} more"
        made = self.settings
        return (
            f"<Comparison of {self.baseline['label']} with {others}: "
            f"{made.members} pairs, sample {made.sample:g}, seed {made.seed}>"
        )

    def _repr_html_(self) -> str:
        rows = [tuple(row.values()) for row in self.text_rows()]
        head = ("scenario", "", "without", "with", "difference", "90 % of pairs", "± chance")
        made = self.settings
        facts = {"": f"{made.members} pairs", "sample": f"{made.sample:g}", "seed": made.seed}
        return card(f"{self.baseline['label']} compared", facts, head, [r[:7] for r in rows])

    def cite(self) -> Citation:
        """How to cite this comparison: ``to_text()``, ``to_bibtex()`` and ``to_dict()``.

        With the hashes of the scenarios, which with the settings give the same numbers again.
        """
        made = self.settings
        facts = {"pairs": str(made.members), "sample": f"{made.sample:g}", "seed": str(made.seed)}
        facts["draws"] = "of the numbers that carry a range" if made.draws else "none"
        sides = [self.baseline, *(e.scenario for e in self.effects)]
        facts |= {f"sha256 of {side['label']}": str(side["sha256"]) for side in sides}
        names = [str(side["label"]) for side in sides]
        key = key_of(names[0], "compared", names[-1], str(sides[-1]["sha256"])[:8])
        return Citation(f"Comparison of {names[0]} with {', '.join(names[1:])}", key, facts)

    def effect(self, label: str) -> Effect[C]:
        """The effect of one scenario by its label, or by what was applied to the baseline.

        Raises:
            UnknownNameError: nothing of that name was compared.
        """
        names = {str(e.scenario["label"]): e for e in self.effects}
        short = {k.partition("+")[2]: e for k, e in names.items() if "+" in k}
        check_known([label], {**short, **names}, "effect")
        return {**short, **names}[label]

    def only(self, effect: Effect[C]) -> Comparison[C]:
        """The comparison with one of its effects alone."""
        return replace(self, effects=(effect,))

    def to_rows(self) -> list[dict[str, Any]]:
        """Rows of the table of outputs: every scenario, every named output, all numbers."""
        return [
            {"scenario": e.scenario["label"], **row} for e in self.effects for row in e.outputs()
        ]

    def text_rows(self) -> list[dict[str, str]]:
        """The same as short text for a terminal."""
        rows = []
        for row in self.to_rows():
            percent = "" if row["per_cent"] is None else f" ({row['per_cent']:+.1f} %)"
            ratio = "" if row["narrower"] is None else f"{row['narrower']:.1f}×"
            rows.append(
                {
                    "scenario": row["scenario"],
                    "output": row["title"],
                    "baseline": count(row["base"]),
                    "with the change": count(row["other"]),
                    "difference": f"{signed(row['difference'])}{percent}",
                    "90 % of pairs": f"{signed(row['low'])} to {signed(row['high'])}",
                    "± chance": count(row["error"]),
                    "narrower by pairing": ratio,
                }
            )
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Everything but the series by month and the cells, ready for JSON."""
        out: dict[str, Any] = _clean(
            {
                "format": FORMAT,
                "kind": self.kind.id,
                "baseline": self.baseline,
                "settings": asdict(self.settings),
                "note": self.settings.note(),
                "remarks": self.remarks,
                "scenarios": [e.to_dict() for e in self.effects],
            }
        )
        return out

    def to_payload(self) -> dict[str, Any]:
        """What a page needs: the table, effects over time, where (map), for whom, and why."""
        out: dict[str, Any] = _clean(
            {
                **self.to_dict(),
                **self.kind.geography([self.source, *(e.source for e in self.effects)]),
                "scenarios": [
                    {
                        **e.to_dict(),
                        "timelines": [
                            {
                                "id": r["output"],
                                "title": r["title"],
                                "kind": r["kind"],
                                **e.series(r["output"]),
                            }
                            for r in e.outputs()
                        ],
                        "cells": e.cells(),
                    }
                    for e in self.effects
                ],
            }
        )
        return out

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables for analysis: ``outputs``, ``months`` and ``cells`` (array, labels, numbers)."""
        import pandas as pd

        months = [{"scenario": e.scenario["label"], **r} for e in self.effects for r in e.months()]
        cells = [
            {"scenario": e.scenario["label"], "array": name, **row}
            for e in self.effects
            for name, rows in e.cells().items()
            for row in rows
        ]
        return {
            "outputs": pd.DataFrame(self.to_rows()),
            "months": pd.DataFrame(months),
            "cells": pd.DataFrame(cells),
        }

    def to_pandas(self, table: str = "outputs") -> pd.DataFrame:
        """One of :meth:`tables` with real dates: ``outputs``, ``months`` or ``cells``.

        Raises:
            UnknownNameError: there is no such table.
        """
        from travesia.display.frames import dated

        tables = self.tables()
        check_known([table], tables, "table")
        return dated(tables[table])

    def to_xarray(self) -> xr.Dataset:
        """The outputs by scenario and month as a dataset (extra ``xarray``).

        Variables ``base``, ``other``, ``difference`` and the ends of their intervals, each
        ``[scenario, output, month]``; NaN where nothing happens. ``title`` and ``unit`` stand
        beside ``output``. Raises :class:`InputError` where xarray is not installed.
        """
        from travesia.display.frames import needed

        needed("xarray", "xarray")
        cells = self.to_pandas("months").set_index(["scenario", "output", "month"])
        found: xr.Dataset = cells.to_xarray()
        told = {r["output"]: r for r in self.to_rows()}
        names = [str(name) for name in found["output"].values]
        return found.assign_coords(
            {k: ("output", [str(told[n][k]) for n in names]) for k in ("title", "unit")}
        ).assign_attrs(source=self._source())

    def plot(
        self, output: str | None = None, *, scenario: str | None = None, ax: Axes | None = None
    ) -> Axes:
        """What changes, with intervals of 50 % and 90 % of the pairs (extra ``plot``).

        Args:
            output: an output, whose difference is drawn by month; by default the totals of all,
                in per cent of the baseline.
            scenario: label of one scenario, or what was applied to the baseline; by default the
                first.
            ax: axes to draw on; by default new ones.

        Raises:
            UnknownNameError: there is no such output or scenario.
            InputError: matplotlib is not installed.
        """
        effect = self.effects[0] if scenario is None else self.effect(scenario)
        return effect.plot(output, self._source(), ax)

    def _source(self) -> str:
        made = self.settings
        told = f"{made.members} pairs, sample {made.sample:g}, seed {made.seed}"
        return f"Travesía {__version__}, {self.baseline['label']}, {told}"

    def write(self, folder: Path) -> list[Path]:
        """Write ``comparison.json``, and each table as CSV and Parquet; returns the paths.

        Each file is written whole or not at all. Raises :class:`OutputError`.
        """
        from travesia.ensembles.store import write_comparison

        return write_comparison(folder, self.to_payload(), self.tables())


def _dated(series: Mapping[str, list[float]], labels: Sequence[str]) -> pd.DataFrame:
    """A series by month with the months as dates."""
    import pandas as pd

    from travesia.display.frames import months

    return pd.DataFrame(series, index=months(labels))


def _tidy_row(values: Any) -> list[float]:
    return [float(f"{v:.5g}") for v in np.asarray(values).tolist()]


def _clean(value: Any) -> Any:
    """Plain values for JSON: no tuples, no numpy, no NaN."""
    if isinstance(value, Mapping):
        return {str(k): _clean(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(v) for v in value]
    if isinstance(value, np.generic):
        return _clean(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
