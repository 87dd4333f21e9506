"""The quantities of a scenario: one register, which everything that prints a number asks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from travesia.errors import Problem, UnknownNameError
from travesia.likeness import did_you_mean
from travesia.quantities.quantity import AXES, COLUMNS, TIMES, Axis, Condition, Quantity, array_name

DAYS = "events_daily"
"""The table of events by day, which are counted for all places together."""

LISTS = (
    "headline",
    "told",
    "page",
    "charts",
    "harms",
    "causes",
    "ends",
    "compare",
    "costs",
    "precise",
)
"""Lists of quantities: the numbers of a result; those at the top of its page, its charts, harms,
causes of death and ends of journeys; the numbers at the top of a comparison and its costs; and
those that a precision is asked of."""


Path = tuple[int | str, ...]


@dataclass(frozen=True)
class Declaration:
    """Plain data of a file; ``where`` gives file and line of a path in it.

    ``shared`` marks a file whose ids nobody may declare again: the package's, or a plug-in's.
    """

    data: Any
    where: Callable[[Path], str]
    shared: bool = False


@dataclass(frozen=True, eq=False)
class Register(Mapping[str, Quantity]):
    """Quantities by id, in the order in which they are declared.

    ``axes`` are those by which they can be broken down, ``lists`` name those that a page shows,
    ``origins`` says where each quantity is declared (file and line), and ``declarations`` are what
    was read.

    ``register[name]`` takes an id or an older name of one.
    """

    quantities: Mapping[str, Quantity]
    axes: Mapping[str, Axis] = field(default_factory=lambda: AXES)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    declarations: tuple[Declaration, ...] = ()

    def __getitem__(self, name: str) -> Quantity:
        found = self.quantities.get(self.aliases.get(name, name))
        if found is None:
            problem = Problem(f"no quantity {name!r}", "", did_you_mean(str(name), self.names))
            raise UnknownNameError("There is no such quantity", [problem])
        return found

    def __contains__(self, name: object) -> bool:
        return name in self.quantities or name in self.aliases

    def __iter__(self) -> Iterator[str]:
        return iter(self.quantities)

    def __len__(self) -> int:
        return len(self.quantities)

    def __repr__(self) -> str:
        """How many there are."""
        return f"<Register of {len(self)} quantities>"

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Older names of quantities, and the id that each means."""
        return {alias: q.id for q in self.quantities.values() for alias in q.aliases}

    @property
    def tags(self) -> frozenset[str]:
        """The tags of transitions that any of them counts."""
        named = (terms_of(q.where) for q in self.quantities.values())
        return frozenset(value for terms in named for axis, value in terms if axis == "tag")

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that is understood."""
        return (*self.quantities, *self.aliases)

    def listed(self, name: str) -> tuple[Quantity, ...]:
        """The quantities of a list (see :data:`LISTS`), in its order."""
        return tuple(self[q] for q in self.lists.get(name, ()))

    @cached_property
    def summed(self) -> tuple[Quantity, ...]:
        """The quantities that are counted by themselves, in order: all but shares."""
        return tuple(q for q in self.quantities.values() if q.kind != "share")

    @cached_property
    def kept(self) -> dict[str, tuple[Quantity, tuple[str, ...]]]:
        """What every member of an ensemble is broken down by: array, quantity and axes."""
        return {
            array_name(q.id, axes): (q, axes) for q in self.quantities.values() for axes in q.keep
        }

    def kept_by(self, axis: str) -> list[tuple[str, Quantity]]:
        """The arrays of every member that are broken down by an axis alone, and their quantity."""
        return [
            (name, q)
            for name, (q, axes) in self.kept.items()
            if tuple(a for a in axes if a not in TIMES) == (axis,)
        ]

    def base(self, table: str, axis: str) -> str:
        """The label of a table that an axis is read from; blank if the table has none."""
        if (table, axis) not in self._bases:
            self._bases[table, axis] = self._base(table, axis)
        return self._bases[table, axis]

    @cached_property
    def _bases(self) -> dict[tuple[str, str], str]:
        return {}

    def _base(self, table: str, axis: str) -> str:
        labels = COLUMNS[table][0]
        if table == DAYS:
            labels = labels[:2]
        if axis in labels:
            return axis
        if axis == "month" and "date" in labels:
            return "date"
        known = self.axes.get(axis)
        if known is None:
            return ""
        return next((base for of in known.of if (base := self.base(table, of))), "")

    def axes_of(self, quantity: Quantity) -> tuple[str, ...]:
        """The axes by which a quantity can be broken down; of a share those of all its parts."""
        if quantity.kind == "share":
            sides = [self.axes_of(self[q]) for q in (*quantity.part, *quantity.whole)]
            return tuple(a for a in sides[0] if all(a in side for side in sides))
        own = [a.id for a in self.axes.values() if not a.many and self.base(quantity.table, a.id)]
        return tuple(a for a in own if a != "date")

    def rows(self) -> list[dict[str, Any]]:
        """One row per quantity: ``{id, title, title_es, kind, unit, axes}``."""
        return [
            {
                "id": q.id,
                "title": q.title,
                "title_es": q.title_es,
                "kind": q.kind,
                "unit": q.unit,
                "axes": list(self.axes_of(q)),
            }
            for q in self.quantities.values()
        ]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what is counted; titles, texts and lists do not enter."""
        what = [
            (q.id, q.kind, q.table, q.value, q.where, q.over, q.part, q.whole, q.per, q.keep)
            for q in self.quantities.values()
        ]
        text = repr((what, [a for a in self.axes.values() if a.id not in AXES]))
        return hashlib.sha256(text.encode()).hexdigest()


def terms_of(condition: Condition) -> Iterator[tuple[str, str]]:
    """Every axis and value that a condition names; ``*`` is left out."""
    for group in condition:
        for alternative in group:
            for term in alternative:
                yield from ((term.axis, value) for value in term.values if value != "*")
