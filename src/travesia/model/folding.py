"""Folding dated edits into the float tables of a day.

Per cell: the set of highest rank, then factors, then additions, then caps. Within one operation
edits are folded in canonical order, so the order in which they were written cannot matter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping

import numpy as np

from travesia.model.compiled import OPS, Edit, Floats, Ints


def canonical(edits: Iterable[Edit]) -> list[Edit]:
    """Edits in the order in which they are folded: a complete key, so that ties are equal edits."""

    def key(e: Edit) -> tuple[object, ...]:
        cells = e.index.tobytes()
        value = np.asarray(e.value, np.float64).tobytes()
        return (OPS.index(e.op), e.rank, e.origin, e.start, e.end, cells, e.ramp, value)

    return sorted(edits, key=key)


def fold_one(table: Floats, edit: Edit, level: float) -> None:
    """Apply one edit, grown to ``level`` (0..1), to a flat table in place.

    A factor f acts as 1 + (f - 1) * level, a set mixes old and new value, an addition is scaled,
    a cap mixes towards the cap where the table exceeds it.
    """
    at, value = edit.index, edit.value
    if edit.op == "set":
        table[at] = value if level >= 1.0 else table[at] * (1.0 - level) + value * level
    elif edit.op == "factor":
        table[at] *= 1.0 + (value - 1.0) * level
    elif edit.op == "add":
        table[at] += value * level
    else:
        over = np.maximum(table[at] - value, 0.0)
        table[at] -= over * level


class Folder:
    """Keeps every float table folded for the current day; refolds only what has changed."""

    def __init__(self, base: dict[str, Floats], edits: Iterable[Edit]) -> None:
        self._base = base
        self._edits: dict[str, list[Edit]] = {name: [] for name in base}
        for edit in canonical(edits):
            self._edits[edit.target].append(edit)
        self._state: dict[str, tuple[bytes, bytes]] = {}
        self._seen: dict[str, tuple[object, ...]] = {}
        self._starts = {n: np.array([e.start for e in es]) for n, es in self._edits.items()}
        self._ends = {n: np.array([e.end for e in es]) for n, es in self._edits.items()}
        self._ramps = {n: np.array([e.ramp for e in es]) for n, es in self._edits.items()}
        self._controls = {n: np.array([e.control for e in es]) for n, es in self._edits.items()}
        self._days = {n: step_days(es) for n, es in self._edits.items()}
        self._drivers = {n: sorted({e.control for e in es} - {-1}) for n, es in self._edits.items()}
        self.tables: dict[str, Floats] = {}

    def forget(self) -> None:
        """Let the next fold report every table as changed."""
        self._state.clear()
        self._seen.clear()

    def fold(self, day: int, driven: Mapping[int, float] | None = None) -> set[str]:
        """Bring every table to ``day``. Returns the names of the tables that changed.

        ``driven`` gives the level (0..1] of each controller that acts: its edits grow to that
        share of their own level, and edits of the other controllers are not in force.
        """
        driven = driven or {}
        changed = set()
        for name, base in self._base.items():
            # Most tables stay as they are on most days: between two steps, with the same drivers.
            seen = (
                bisect_right(self._days[name], day),
                *(driven.get(c) for c in self._drivers[name]),
            )
            if self._seen.get(name) == seen:
                continue
            self._seen[name] = seen
            edits = self._edits[name]
            in_force = (self._starts[name] <= day) & (day < self._ends[name])
            controls = self._controls[name]
            if len(controls) and controls.max() >= 0:
                in_force &= np.isin(controls, [-1, *driven])
            live = np.flatnonzero(in_force)
            level = self._levels(name, live, day)
            if driven:
                level = level * np.array([driven.get(c, 1.0) for c in controls[live].tolist()])
            state = (live.tobytes(), level.tobytes())
            if self._state.get(name) == state:
                continue
            self._state[name] = state
            table = base.copy()
            flat = table.reshape(-1)
            for i, grown in zip(live.tolist(), level.tolist(), strict=True):
                fold_one(flat, edits[i], grown)
            self.tables[name] = table
            changed.add(name)
        return changed

    def _levels(self, name: str, live: Ints, day: int) -> Floats:
        """How far edits in force have grown, from 0 to 1.

        Ramps step once a week, so that tables are rebuilt weekly and not daily.
        """
        ramp = self._ramps[name][live]
        elapsed = (day - self._starts[name][live]) // 7 * 7 + 7
        return np.where(ramp <= 0, 1.0, np.minimum(1.0, elapsed / np.maximum(ramp, 1)))


def change_days(edits: Iterable[Edit], n_days: int) -> list[int]:
    """Days inside the run on which some edit starts, ends, or takes a step of its ramp."""
    return [d for d in step_days(edits) if 0 <= d < n_days]


def step_days(edits: Iterable[Edit]) -> list[int]:
    """Days on which some edit starts, ends, or takes a step of its ramp, in order."""
    days: set[int] = set()
    for edit in edits:
        days.update((edit.start, edit.end), range(edit.start, edit.start + edit.ramp, 7))
    return sorted(days)
