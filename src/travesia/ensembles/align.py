"""What two cases share: months, and cells with the same labels."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from travesia.ensembles.summary import Floats, Layout
from travesia.kind import Output
from travesia.quantities.counting import period

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """Cells of one array over the whole shared period: where they lie and what they are called.

    ``index`` [cells, numbers per cell] are positions in the vector of a summary; ``mean`` tells
    whether they are of people on a day: averaged over the days on which the scenarios may differ,
    while all others are summed over the period.
    """

    name: str
    axes: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    index: Ints
    mean: bool = False

    def totals(self, vector: Floats, days: Floats) -> Floats:
        """The number of each cell: sum over the months; for people on a day their mean, weighted
        by the ``days`` of each month that count."""
        numbers = vector[self.index]
        if self.mean:
            return np.asarray(numbers @ (days / days.sum()))
        return np.asarray(numbers.sum(axis=1))


@dataclass(frozen=True)
class View:
    """The part of a summary's vector that is shared with another scenario."""

    metrics: tuple[str, ...]
    months: tuple[str, ...]
    monthly: Ints
    """[metrics, months] positions in the vector."""
    cells: tuple[Cells, ...]
    over: tuple[str, ...]
    """How the months of each metric become one number, see :class:`travesia.kind.Output`."""
    partial: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    window: tuple[str, str] = ("", "")
    """First and last month over which people on a day are averaged; blank = all."""

    @property
    def days(self) -> Floats:
        """Days of each shared month that lie in the window."""
        first, last = self.window
        inside = [not first or first <= m <= last for m in self.months]
        return np.asarray(self._simulated * np.array(inside))

    @cached_property
    def _simulated(self) -> Floats:
        """Days of each shared month that count."""
        return np.array([_days(m, self.partial.get(m)) for m in self.months], np.float64)

    def series(self, vector: Floats) -> Floats:
        """Named outputs by shared month [metrics, months]."""
        return vector[self.monthly]

    def totals(self, vector: Floats) -> Floats:
        """Named outputs over the shared period [metrics]: sums, fullest months, or means."""
        rows = zip(self.over, self.series(vector), strict=True)
        return np.array([period(over, row, self._simulated) for over, row in rows])

    def reduce(self, vector: Floats) -> Floats:
        """Everything that is compared, as one vector: totals, series, cells."""
        parts = [self.totals(vector), self.series(vector).ravel()]
        return np.concatenate([*parts, *(c.totals(vector, self.days) for c in self.cells)])

    @property
    def size(self) -> int:
        """Numbers that :meth:`reduce` gives."""
        cells = sum(len(c.labels) for c in self.cells)
        return len(self.metrics) * (1 + len(self.months)) + cells


def _days(month: str, part: tuple[str, str] | None) -> int:
    """Days of a month, or of the part of it that is simulated."""
    if part is None:
        return monthrange(int(month[:4]), int(month[5:7]))[1]
    first, last = map(dt.date.fromisoformat, part)
    return (last - first).days + 1


def align(
    base: Layout, other: Layout, outputs: Mapping[str, Output]
) -> tuple[View, View, list[str]]:
    """Views of two cases on what they share, and remarks on what they do not.

    ``outputs`` are the named outputs of both.
    """
    shared_months = [m for m in base.months if m in set(other.months)]
    months = tuple(m for m in shared_months if base.partial.get(m) == other.partial.get(m))
    remarks = []
    same_period = base.months == other.months == months
    if not same_period:
        remarks.append(_period_remark(base, other, months))
    remarks += _partial_remarks(base, other, shared_months)
    metrics = tuple(m for m in base.axes["metric"] if m in set(other.axes["metric"]))
    shared = {
        axis: tuple(v for v in labels if v in set(other.axes.get(axis, ())))
        for axis, labels in base.axes.items()
    }
    remarks += _metric_remark(base, other, outputs)
    remarks += [
        r
        for axis in dict.fromkeys((*base.axes, *other.axes))
        if axis not in ("metric", "month") and (r := _axis_remark(axis, base, other))
    ]
    names = [n for n in base.arrays if n != "monthly" and base.arrays[n] == other.arrays.get(n)]
    if not same_period:
        dropped = [n for n in names if "month" not in base.arrays[n]]
        names = [n for n in names if "month" in base.arrays[n]]
        if dropped:
            what = ", ".join(n.replace("_", " ") for n in dropped)
            remarks.append(f"Left out, as they are counted over the whole period only: {what}.")
    views = [
        View(
            metrics,
            months,
            _positions(layout, "monthly", {"metric": metrics, "month": months}),
            tuple(_cells(layout, n, {**shared, "month": months}) for n in names) if months else (),
            tuple(outputs[m].over for m in metrics),
            {m: days for m, days in base.partial.items() if m in months},
        )
        for layout in (base, other)
    ]
    return views[0], views[1], remarks


def _positions(layout: Layout, name: str, wanted: dict[str, tuple[str, ...]]) -> Ints:
    """Positions in the vector of the cells of an array with the wanted labels on each axis."""
    picks = []
    for axis in layout.arrays[name]:
        at = {v: i for i, v in enumerate(layout.axes[axis])}
        picks.append(np.array([at[v] for v in wanted[axis]], dtype=np.int64))
    shape = layout.shapes[name]
    flat = np.ravel_multi_index(np.ix_(*picks), shape)
    return np.asarray(flat + layout.slices[name].start, dtype=np.int64)


def _cells(layout: Layout, name: str, wanted: dict[str, tuple[str, ...]]) -> Cells:
    axes = tuple(a for a in layout.arrays[name] if a != "month")
    index = _positions(layout, name, wanted)
    grid = np.indices([len(wanted[a]) for a in axes]).reshape(len(axes), -1).T
    labels = tuple(tuple(wanted[a][i] for a, i in zip(axes, row, strict=True)) for row in grid)
    return Cells(name, axes, labels, index.reshape(len(labels), -1), name in layout.means)


def _period_remark(base: Layout, other: Layout, months: tuple[str, ...]) -> str:
    first, second = _span(base), _span(other)
    if not months:
        whole = "whole " if set(base.months) & set(other.months) else ""
        return f"The periods ({first}; {second}) share no {whole}month: nothing can be compared."
    return (
        f"The periods differ ({first}; {second}): compared on the {len(months)} months from "
        f"{months[0]} to {months[-1]} that both have."
    )


def _span(layout: Layout) -> str:
    """First and last month that count; a date where the month counts only in part."""
    if not layout.months:
        return "no month"
    first, last = layout.months[0], layout.months[-1]
    start, end = layout.partial.get(first, (first, ""))[0], layout.partial.get(last, ("", last))[1]
    return f"{start} to {end}"


def _partial_remarks(base: Layout, other: Layout, shared: list[str]) -> list[str]:
    """Which shared months are simulated in part, and whether they are compared."""
    out = []
    for month in shared:
        mine, theirs = base.partial.get(month), other.partial.get(month)
        if mine == theirs and mine is not None:
            out.append(f"{month} is simulated only from {mine[0]} to {mine[1]} in both.")
        elif mine != theirs:
            parts = [
                f"{'whole' if days is None else f'from {days[0]} to {days[1]}'} in the {side}"
                for side, days in (("first", mine), ("second", theirs))
            ]
            out.append(f"{month} is left out: it is simulated {' and '.join(parts)}.")
    return out


def _metric_remark(base: Layout, other: Layout, outputs: Mapping[str, Output]) -> list[str]:
    apart = sorted({*base.axes["metric"]} ^ {*other.axes["metric"]})
    if not apart:
        return []
    named = ", ".join(outputs[m].titled for m in apart[:5]) + (", …" if len(apart) > 5 else "")
    return [f"Not in both, so left out: {named}."]


def _axis_remark(axis: str, base: Layout, other: Layout) -> str:
    mine, theirs = base.axes.get(axis, ()), other.axes.get(axis, ())
    gone = [v for v in mine if v not in set(theirs)]
    new = [v for v in theirs if v not in set(mine)]
    if not gone and not new:
        return ""
    parts = [
        f"{len(some)} only in the {side} ({', '.join(some[:5])}{', …' if len(some) > 5 else ''})"
        for side, some in (("first", gone), ("second", new))
        if some
    ]
    named = axis.replace("_", " ")
    return f"Different names of {named}: {'; '.join(parts)}. They count in totals only."
