"""Collects dated edits while compiling, and joins those that act alike."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np

from travesia.calendar import Calendar
from travesia.model.compiled import NEVER, Edit, Floats, Ints

BASE_PRIORITY = -1
"""Rows of the scenario's tables are sets below every policy (policies have priority >= 0)."""

_Key = tuple[str, str, int, int, int, tuple[int, ...], str, int]


class EditBook:
    """Edits of a scenario under construction."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._cells: dict[_Key, list[tuple[Ints, Floats]]] = defaultdict(list)

    def days(self, start: dt.date | None, end: dt.date | None) -> tuple[int, int]:
        """First day and day after the last of a dated row (blank = always)."""
        first = -NEVER if start is None else self._calendar.day(start)
        return first, NEVER if end is None else self._calendar.day(end) + 1

    def add(
        self,
        target: str,
        op: str,
        index: Ints,
        value: float | Floats,
        *,
        start: int = -NEVER,
        end: int = NEVER,
        ramp: int = 0,
        rank: tuple[int, ...] = (),
        origin: str = "",
        control: int = -1,
    ) -> None:
        """Note that cells ``index`` of a table change by ``value`` between two days."""
        values = np.broadcast_to(np.asarray(value, dtype=np.float64), index.shape)
        key = (target, op, start, end, ramp, rank, origin, control)
        self._cells[key].append((index, values))

    def edits(self) -> tuple[Edit, ...]:
        """All edits; rows of one table with the same dates and rank are one edit."""
        out = []
        for key, parts in self._cells.items():
            target, op, start, end, ramp, rank, origin, control = key
            when = (start, end, ramp, rank, origin, control)
            index = np.concatenate([i for i, _ in parts])
            value = np.concatenate([v for _, v in parts])
            if op == "set":  # a cell named twice keeps the last value
                _, last = np.unique(index[::-1], return_index=True)
                keep = np.sort(len(index) - 1 - last)
                index, value = index[keep], value[keep]
                out.append(Edit(target, op, index, value, *when))
                continue
            for one_index, one_value in parts:
                out.append(Edit(target, op, one_index, one_value, *when))
        return tuple(out)
