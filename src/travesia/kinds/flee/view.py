"""What two imported FLEE cases share, and how members are reduced to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from travesia.ensembles.summary import Floats
from travesia.errors import InputError, Problem
from travesia.kinds.flee.members import COUNTS, FleeScenario, title_of


@dataclass(frozen=True)
class Shared:
    """What two cases share: outputs and days, and roads, as positions in their vectors."""

    outputs: tuple[str, ...]
    days: tuple[str, ...]
    legs: tuple[str, ...]
    daily: tuple[Any, Any]
    """[outputs, days] positions in the vector of either case."""
    flows: tuple[Any, Any]
    remarks: tuple[str, ...]

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Months of the shared days."""
        return tuple(dict.fromkeys(d[:7] for d in self.days))

    @cached_property
    def month_starts(self) -> Any:
        """Index of the first shared day of each month."""
        return np.flatnonzero(
            [i == 0 or d[:7] != self.days[i - 1][:7] for i, d in enumerate(self.days)]
        )

    def totals(self, vector: Floats, side: int) -> Floats:
        """Each output over the shared days: the mean, or the sum of a count [outputs]."""
        rows = vector[self.daily[side]]
        counted = np.array([o in COUNTS for o in self.outputs])
        return np.asarray(np.where(counted, rows.sum(axis=1), rows.mean(axis=1)))

    def reduce(self, vector: Floats, side: int) -> Floats:
        """Totals [outputs], months [outputs, months] and flows [legs] as one vector."""
        rows = vector[self.daily[side]]
        sums = np.add.reduceat(rows, self.month_starts, axis=1)
        days = np.diff([*self.month_starts, len(self.days)])
        counted = np.array([o in COUNTS for o in self.outputs])[:, None]
        months = np.where(counted, sums, sums / days)
        return np.concatenate([self.totals(vector, side), months.ravel(), vector[self.flows[side]]])


def shared(base: FleeScenario, other: FleeScenario) -> Shared:
    """What two cases share.

    Raises :class:`InputError` if they share no day.
    """
    one, two = base.layout, other.layout
    kept = {a: tuple(v for v in one.axes[a] if v in set(two.axes[a])) for a in one.axes}
    if not kept["day"]:
        what = f"{base.label} and {other.label} share no day"
        raise InputError("These cases cannot be compared", [Problem(what)])
    remarks = []
    if one.axes["day"] != two.axes["day"]:
        remarks.append(
            f"The periods differ: compared on the {len(kept['day'])} days from "
            f"{kept['day'][0]} to {kept['day'][-1]} that both have."
        )
    for axis, word in (("output", "camps"), ("leg", "roads")):
        apart = sorted(set(one.axes[axis]) ^ set(two.axes[axis]))
        if apart:
            names = ", ".join(title_of(a) if axis == "output" else a for a in apart[:5])
            more = ", …" if len(apart) > 5 else ""
            remarks.append(
                f"Not in both cases, so left out here: {len(apart)} {word} ({names}{more})."
            )

    def at(layout: Any, axis: str) -> Any:
        where = {v: i for i, v in enumerate(layout.axes[axis])}
        return np.array([where[v] for v in kept[axis]], int)

    daily, flows = [], []
    for layout in (one, two):
        rows = layout.slices["daily"].start + at(layout, "output") * len(layout.axes["day"])
        daily.append(rows[:, None] + at(layout, "day")[None, :])
        flows.append(layout.slices["flows"].start + at(layout, "leg"))
    return Shared(
        kept["output"],
        kept["day"],
        kept["leg"],
        (daily[0], daily[1]),
        (flows[0], flows[1]),
        tuple(remarks),
    )
