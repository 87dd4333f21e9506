"""Who is where at the end of a month: people by state, stay, place and cohort.

Everybody under way is one record of a calendar, so one sweep over the records counts them exactly.
They are added up in a table of chained keys that grows with the cells in use, not with all that
there could be.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from travesia.engine import kernel
from travesia.engine.tables import BLOCK, Calendar, Static, static_tables
from travesia.model import layout as lay
from travesia.model.compiled import CompiledModel
from travesia.model.jit import compiled

I64, U64 = np.int64, np.uint64
FIRST_ROWS = 1 << 12
SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""Golden ratio of 64 bits: neighbouring keys lie far apart in the table."""


class Census:
    """Counts the people of all calendars of a run."""

    def __init__(self, model: CompiledModel) -> None:
        self._model = model
        self._static = static_tables(model)
        self._shape = (
            model.machine.n_states,
            model.n_places,
            len(model.names.stays) + 1,
            len(model.names.cohorts),
        )
        self._rows = np.zeros((FIRST_ROWS, 3), np.int64)

    def take(
        self,
        day: int,
        calendars: Iterable[Calendar],
        alive: npt.NDArray[np.uint8],
    ) -> npt.NDArray[np.int32]:
        """Rows: month, state, stay + 1 (0: in none), place, cohort, people, parties.

        ``alive`` says which queue tickets still wait.
        """
        model, shape = self._model, np.array(self._shape, np.int64)
        walks = model.caravans[:, day] if len(model.caravans) else np.zeros(0, np.int32)
        for calendar in calendars:
            begun = self._rows.copy()
            while not sweep(calendar, self._static, walks, alive, shape, self._rows):
                self._rows = _grown(begun)
                begun = self._rows.copy()
        used = self._rows[self._rows[:, 0] > 0]
        self._rows[:] = 0
        used = used[np.argsort(used[:, 0])]
        state, place, stay, cohort = np.unravel_index(used[:, 0] - 1, self._shape)
        month = np.full(len(used), model.month_of_day[day])
        columns = (month, state, stay, place, cohort, used[:, 1], used[:, 2])
        return np.stack(columns, axis=1).astype(np.int32)


def _grown(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The same counts in a table of twice the size."""
    grown = np.zeros((2 * len(rows), 3), np.int64)
    for key, people, parties in rows[rows[:, 0] > 0]:
        grown[_find(grown, key)] = key, people, parties
    return grown


@compiled
def _find(rows: Any, key: Any) -> Any:
    """The row of a key, or the free one where it belongs."""
    last = len(rows) - 1
    at = I64((U64(key) * SPREAD) >> U64(32)) & last
    while rows[at, 0] != 0 and rows[at, 0] != key:
        at = (at + 1) & last
    return at


@compiled
def sweep(c: Calendar, s: Static, walks: Any, alive: Any, shape: Any, rows: Any) -> bool:
    """Add the people of a calendar to ``rows`` [n, 3]: key + 1, people, parties.

    ``walks`` says where each caravan is. n is a power of two. The key is the position in ``shape``
    [states, places, stays + 1, cohorts]. False if the table is too small; then it is spoilt.
    """
    rest_state, caravan_stay = s.scalars[2], s.scalars[5]
    room = len(rows) // 2
    for i in range(len(rows)):
        if rows[i, 0] != 0:
            room -= 1
    for slot in range(lay.RING_DAYS):
        block = c.head[slot]
        while block >= 0:
            after = c.chain[block]
            size = c.fill[slot] if after < 0 else BLOCK
            for i in range(size):
                w1, w3 = c.pool[block, i, 1], c.pool[block, i, 3]
                people = I64((w1 >> kernel.SIZE_AT) & kernel.M4)
                if people == 0:  # emptied by a recall
                    continue
                status = I64((w1 >> kernel.STATUS_AT) & kernel.M2)
                index = I64(w1 & kernel.M20)
                stay = I64(-1)
                if status == kernel.LEG:
                    cell = I64(s.leg_cell[index])
                elif status == kernel.STAY:
                    stay = I64((w1 >> kernel.STAY_AT) & kernel.M8)
                    if s.stay_queue[stay] == 1 and alive[I64(w3 & U64(0xFFFFFFFF))] == 0:
                        continue  # served before: only the shadow of its patience
                    if stay == caravan_stay:
                        index = I64(walks[I64((w3 >> kernel.GROUP_AT) & kernel.M11)])
                    cell = I64(s.stay_cell[stay, index])
                else:
                    cell = rest_state * shape[1] + index
                cohort = I64((w1 >> kernel.COHORT_AT) & kernel.M12)
                key = (cell * shape[2] + stay + 1) * shape[3] + cohort + 1
                at = _find(rows, key)
                if rows[at, 0] == 0:
                    if room == 0:
                        return False
                    room -= 1
                    rows[at, 0] = key
                rows[at, 1] += people
                rows[at, 2] += 1
            block = after
    return True
