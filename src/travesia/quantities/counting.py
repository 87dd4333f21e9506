"""The one evaluator: counts quantities in coded tables, labelled or straight from the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from travesia.errors import Problem, UnknownNameError
from travesia.likeness import did_you_mean
from travesia.quantities.quantity import CHILDREN, Axis, Condition, Quantity, Term
from travesia.quantities.register import Register

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_CHILDREN = tuple(
    (((Term("family_type", (kind,)),),), column)
    for kind, column in (("child", "people"), ("family", "people-parties"))
)
"""Whose rows hold children, and the column that says how many."""

LARGEST_CUBE = 1 << 18
"""Cells up to which a table is summed once over the labels that few quantities ask for."""

DAILY = "date"
MONTHLY = "month"


@dataclass(eq=False)
class Cells:
    """A table as one array of numbers with a label on each axis; ``days`` divide its months."""

    labels: tuple[str, ...]
    numbers: Floats
    days: Floats | None = None

    def total(self, masks: Mapping[str, Mask], groups: Mapping[str, tuple[Ints, int]]) -> Floats:
        """Sums of the cells that the masks leave, by the groups of labels (-1: none)."""
        numbers, labels = self.numbers, list(self.labels)
        inner = [label for label in self.labels if label not in groups]
        for label in sorted(inner, key=lambda name: name not in masks):
            axis = labels.index(label)
            if label in masks:
                numbers = numbers.take(np.flatnonzero(masks[label]), axis)
            numbers = numbers.sum(axis=axis)
            labels.remove(label)
        for label, (of, size) in groups.items():
            mask = masks.get(label)
            if mask is None and size == len(of) and (of == np.arange(size)).all():
                continue
            into = np.zeros((len(of), size))
            kept = np.flatnonzero(of >= 0 if mask is None else (of >= 0) & mask)
            into[kept, of[kept]] = 1.0
            axis = labels.index(label)
            numbers = np.moveaxis(np.tensordot(numbers, into, (axis, 0)), -1, axis)
        return np.asarray(numbers.transpose([labels.index(label) for label in groups]))


@dataclass(eq=False)
class Rows:
    """A table as rows: a code for each label, and numbers by column.

    ``sizes`` gives how many codes each label has.
    """

    codes: Mapping[str, npt.NDArray[np.integer]]
    sizes: Mapping[str, int]
    numbers: Mapping[str, npt.NDArray[np.generic]]
    _cubes: dict[tuple[str, ...], Cells] = field(default_factory=dict)
    _chosen: dict[bytes, Ints] = field(default_factory=dict)

    def column(self, value: str) -> npt.NDArray[np.generic]:
        """A column of numbers, or the sum or difference of two."""
        for sign, of in (("-", np.subtract), ("+", np.add)):
            first, found, second = value.partition(sign)
            if found:
                return np.asarray(of(self.numbers[first], self.numbers[second]))
        return self.numbers[value]

    def total(
        self, value: str, masks: Mapping[str, Mask], groups: Mapping[str, tuple[Ints, int]]
    ) -> Floats:
        """Sums of the rows that the masks leave, by the groups of labels (-1: none)."""
        asked = tuple(label for label in self.codes if label in masks or label in groups)
        shape = [self.sizes[label] for label in asked]
        if np.prod(shape, dtype=np.int64) <= LARGEST_CUBE:
            name = (value, *asked)
            if name not in self._cubes:
                every = {
                    label: (np.arange(self.sizes[label]), self.sizes[label]) for label in asked
                }
                self._cubes[name] = Cells(asked, self._sum(value, None, every))
            return self._cubes[name].total(masks, groups)
        return self._sum(value, self._rows(masks), groups)

    def _rows(self, masks: Mapping[str, Mask]) -> Ints | None:
        """Positions of the rows that the masks leave; None for all."""
        if not masks:
            return None
        name = b"".join(label.encode() + mask.tobytes() for label, mask in sorted(masks.items()))
        if name not in self._chosen:
            kept = [mask[self.codes[label]] for label, mask in masks.items()]
            self._chosen[name] = np.flatnonzero(np.logical_and.reduce(kept))
        return self._chosen[name]

    def _sum(self, value: str, rows: Ints | None, groups: Mapping[str, tuple[Ints, int]]) -> Floats:
        numbers = self.column(value)
        numbers = numbers if rows is None else numbers[rows]
        cell: Ints | None = None
        keep: Mask | None = None
        for label, (of, size) in groups.items():
            codes = self.codes[label] if rows is None else self.codes[label][rows]
            one = of[codes]
            if (of < 0).any():
                keep = one >= 0 if keep is None else keep & (one >= 0)
            cell = one if cell is None else cell * size + one
        shape = tuple(size for _, size in groups.values())
        if cell is None:
            return np.asarray(numbers.sum(), np.float64)
        if keep is not None:
            cell, numbers = cell[keep], numbers[keep]
        sums = np.bincount(cell, numbers, int(np.prod(shape, dtype=np.int64)))
        return np.asarray(sums.reshape(shape), np.float64)


@dataclass(frozen=True, eq=False)
class Labels:
    """What the labels of a run are called, and what its scenario says of them.

    ``names`` gives the names of the codes of each label (months and dates in order), and
    ``attribute(table, key, column)`` a column of a table of the scenario by another one, several
    values joined by ``;``.
    """

    names: Mapping[str, tuple[str, ...]]
    attribute: Callable[[str, str, str], Mapping[str, str]]


class Tables(Protocol):
    """The tables of one run, in codes."""

    def rows(self, table: str) -> Rows:
        """A table as rows (stocks: by date)."""

    def stocks(self, at_end: bool) -> Cells:
        """People by month, state and place: on an average day, or at the end of the month."""


class Counter:
    """Counts the quantities of a register in the tables of a run."""

    def __init__(self, register: Register, labels: Labels, tables: Tables | None = None) -> None:
        self.register, self.labels, self.tables = register, labels, tables
        self._domains: dict[str, tuple[str, ...]] = {}
        self._values: dict[tuple[str, str], list[str]] = {}
        self._masks: dict[tuple[str, Condition], dict[str, Mask]] = {}
        self._groups: dict[tuple[str, str], Ints] = {}

    def on(self, tables: Tables) -> Counter:
        """The same for another run of the same scenario."""
        other = copy(self)
        other.tables = tables
        return other

    @property
    def months(self) -> tuple[str, ...]:
        """All months that are simulated."""
        return self.labels.names[MONTHLY]

    def count(
        self,
        quantity: Quantity,
        by: Sequence[str] = (),
        *,
        where: Condition = (),
        value: str = "",
        time: str = MONTHLY,
    ) -> Floats:
        """A quantity by axes and time, the time last: ``[*by, months]``.

        ``where`` narrows it, ``value`` takes another column of its table, and ``time`` ``date``
        counts by day (events, whose days know no place and cohort, and people present).

        Raises:
            UnknownNameError: an axis that it does not have.
        """
        if quantity.kind == "share":
            part, whole = (
                sum(self.count(self.register[q], by, where=where, time=time) for q in side)
                for side in (quantity.part, quantity.whole)
            )
            return quantity.scale * self.over(np.asarray(part), np.asarray(whole))
        if (value or quantity.value) == CHILDREN:
            alone, family = (
                self.count(quantity, by, where=(*where, group), value=column, time=time)
                for group, column in _CHILDREN
            )
            return alone + family
        table = self._table(quantity, time)
        self.refuse(quantity, table, by, where)
        masks = self.masks(table, (*quantity.where, *where))
        groups = self._grouped(table, (*by, time))
        source = self._source(quantity, time)
        if isinstance(source, Cells):
            counted = source.total(masks, groups)
        else:
            counted = source.total(value or quantity.value, masks, groups)
        counted = self._shaped(counted, table, (*by, time), groups)
        a_day = quantity.kind != "person-days"
        if a_day and isinstance(source, Cells) and source.days is not None:
            counted = counted / source.days
        return np.cumsum(counted, axis=-1) if quantity.over == "running" else counted

    def chosen(self, quantity: Quantity, label: str) -> tuple[str, ...]:
        """The names of a label whose rows a quantity counts, whatever the other labels say."""
        mask = self.masks(quantity.table, quantity.where).get(label)
        names = self.domain(label)
        return names if mask is None else tuple(n for n, m in zip(names, mask, strict=True) if m)

    def _shaped(
        self, counted: Floats, table: str, axes: Sequence[str], groups: Mapping[str, Any]
    ) -> Floats:
        """Sums by the groups of labels, as an array with the axes in their order."""
        held = [a for label in groups for a in axes if self._label(table, a) == label]
        shaped = counted.reshape([len(self.domain(a)) for a in held])
        return shaped if held == list(axes) else shaped.transpose([held.index(a) for a in axes])

    @staticmethod
    def over(part: Floats, whole: Floats) -> Floats:
        """Part over whole; NaN where there is no whole."""
        return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0))

    def _table(self, quantity: Quantity, time: str) -> str:
        return "events_daily" if quantity.table == "events" and time == DAILY else quantity.table

    def _source(self, quantity: Quantity, time: str) -> Cells | Rows:
        assert self.tables is not None
        if quantity.table == "stocks" and time == MONTHLY:
            return self.tables.stocks(quantity.over == "end")
        return self.tables.rows(self._table(quantity, time))

    def refuse(
        self, quantity: Quantity, table: str, by: Sequence[str], where: Condition = ()
    ) -> None:
        """Refuse axes that a table does not have."""
        asked = [*by, *(t.axis for group in where for part in group for t in part)]
        if all(self.register.base(table, axis) for axis in asked):
            return
        known = [a for a in self.register.axes if self.register.base(table, a)]
        problems = [
            Problem(f"{quantity.id} has no axis {axis!r}", "", did_you_mean(axis, known))
            for axis in asked
            if axis not in known
        ]
        raise UnknownNameError("A quantity cannot be broken down so", problems)

    # -- axes ----------------------------------------------------------------------------------

    def domain(self, axis: str) -> tuple[str, ...]:
        """The values of an axis that a run can have, in order."""
        if axis not in self._domains:
            self._domains[axis] = self._domain(self.register.axes[axis])
        return self._domains[axis]

    def _domain(self, axis: Axis) -> tuple[str, ...]:
        if axis.id in self.labels.names:
            return self.labels.names[axis.id]
        root = axis
        while root.id not in self.labels.names and root.of:
            root = self.register.axes[root.of[0]]
        found = dict.fromkeys(self.values(root.id, axis.id)) if root is not axis else {}
        return tuple(v for v in found if v)

    def known(self, table: str, axis: str) -> set[str]:
        """Every value that rows of a table can have on an axis; of many, each by itself."""
        values = self.values(self._label(table, axis), axis)
        return {one.strip() for value in values for one in value.split(";")} - {""}

    def values(self, label: str, axis: str) -> list[str]:
        """The value on an axis of each name of a label; blank where it has none."""
        if (label, axis) not in self._values:
            self._values[label, axis] = self._valued(label, axis)
        return self._values[label, axis]

    def _valued(self, label: str, axis: str) -> list[str]:
        names = self.domain(label)
        if axis == label:
            return list(names)
        known = self.register.axes[axis]
        of = next((a for a in known.of if a == label or self._reads(label, a)), "")
        values = list(names) if of == label else self.values(label, of)
        if known.table:
            said = self.labels.attribute(known.table, known.key, known.column)
            values = [_joined(v, said) for v in values]
        if known.where:
            keep = np.ones(len(names), bool)
            for group in known.where:
                keep &= self._holds(label, group)
            values = [v if k else "" for v, k in zip(values, keep, strict=True)]
        return values

    def _reads(self, label: str, axis: str) -> bool:
        """Whether an axis is read from a label, perhaps through others."""
        known = self.register.axes.get(axis)
        return known is not None and any(a == label or self._reads(label, a) for a in known.of)

    def _holds(self, label: str, group: Sequence[Sequence[Term]]) -> Mask:
        """Which names of a label one of the alternatives of a group holds for."""
        found = np.zeros(len(self.domain(label)), bool)
        for alternative in group:
            one = np.ones(len(found), bool)
            for term in alternative:
                one &= self._has(label, term)
            found |= one
        return found

    def _has(self, label: str, term: Term) -> Mask:
        wanted, values = set(term.values), self.values(label, term.axis)
        many = self.register.axes[term.axis].many
        hits = [
            bool(wanted.intersection(v.split(";")) if many else v in wanted)
            or ("*" in wanted and bool(v))
            for v in values
        ]
        return ~np.array(hits, bool) if term.negated else np.array(hits, bool)

    def masks(self, table: str, condition: Condition) -> dict[str, Mask]:
        """Which names of each label of a table a condition leaves."""
        if (table, condition) not in self._masks:
            out: dict[str, Mask] = {}
            for group in condition:
                label = self._label(table, group[0][0].axis)
                one = self._holds(label, group)
                out[label] = one & out[label] if label in out else one
            self._masks[table, condition] = out
        return self._masks[table, condition]

    def _label(self, table: str, axis: str) -> str:
        """The label of a table that an axis is read from; stocks are summed by month."""
        if axis in (MONTHLY, DAILY):
            return axis
        return self.register.base(table, axis)

    def _grouped(self, table: str, axes: Sequence[str]) -> dict[str, tuple[Ints, int]]:
        """How the names of each label are grouped: several axes of one label are joined."""
        out: dict[str, tuple[Ints, int]] = {}
        for axis in axes:
            label = self._label(table, axis)
            of, size = self.group(label, axis), len(self.domain(axis))
            if label in out:
                before, n = out[label]
                of = np.where((before >= 0) & (of >= 0), before * size + of, -1)
                size *= n
            out[label] = of, size
        return out

    def group(self, label: str, axis: str) -> Ints:
        """Position on an axis of each name of a label; -1 where it has none."""
        if (label, axis) not in self._groups:
            position = {v: n for n, v in enumerate(self.domain(axis))}
            found = [position.get(v, -1) for v in self.values(label, axis)]
            self._groups[label, axis] = np.array(found, np.int64)
        return self._groups[label, axis]


def _joined(value: str, said: Mapping[str, str]) -> str:
    """What is said of a value, or of several joined by ``;``."""
    if ";" not in value:
        return said.get(value, "")
    return ";".join(said.get(v.strip(), "") for v in value.split(";"))


def period(over: str, series: Floats, days: Floats | None = None) -> Floats:
    """A series by month (last axis) as one number: how a quantity says that it is summed up.

    ``days`` weigh the months of a mean.
    """
    if over == "mean":
        return np.asarray(np.average(series, axis=-1, weights=days))
    if over in ("sum", "max"):
        return np.asarray(series.sum(axis=-1) if over == "sum" else series.max(axis=-1))
    return np.asarray(series[..., -1])
