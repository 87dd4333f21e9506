"""A share of the travelling parties: its calendar, its tally and its buffers.

Chunks never talk to each other; what they share is decided between the two phases of a day.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from travesia.engine import kernel
from travesia.engine.tables import (
    BLOCK,
    Outbox,
    Static,
    Tally,
    Today,
    calendar_records,
    filled_calendar,
    grown_calendar,
    new_calendar,
    new_outbox,
    new_tally,
)
from travesia.model import layout as lay
from travesia.model.compiled import ONE, CompiledModel, Recall

Words = npt.NDArray[np.uint64]

FIRST_BLOCKS = 2048
STEPS_PER_CALL = 3 * 16 + 2
"""More journey steps than one party can take in one phase."""

MORNING_TICK = 32
"""Parties set out at eight in the morning."""


_NEWCOMER = np.uint64(
    (1 << lay.SIZE_AT) | (MORNING_TICK << lay.TICK_AT) | int(lay.Status.START) << lay.STATUS_AT
)
"""Second word of a party that sets out, but for its cohort."""


class Chunk:
    """Calendar, tally and buffers of a share of the parties."""

    def __init__(self, model: CompiledModel, journeys: float) -> None:
        self.calendar = new_calendar(FIRST_BLOCKS)
        self.tally = new_tally(model)
        self.work: Words = np.zeros((1024, lay.WORDS), np.uint64)
        self.entry = np.zeros(1024, np.uint8)
        self._counts = np.zeros(4 * len(model.names.cohorts), np.int64)
        self._journeys = journeys
        self._parts = model.machine.alone_stay >= 0
        self.outbox: Outbox = new_outbox(1024, self._log_rows(1024), self._parts)
        self.lost_log_rows = 0

    def _log_rows(self, rows: int) -> int:
        """Log rows that a phase with ``rows`` parties cannot exceed (certainly, or nearly)."""
        expected = rows * self._journeys
        parties = rows if self._journeys >= 0.05 else expected + 12.0 * expected**0.5 + 64
        return int(min(parties, rows) * STEPS_PER_CALL) if self._journeys > 0 else 1

    def _make_room(self, rows: int) -> None:
        if rows > len(self.work):
            size = max(rows, 2 * len(self.work))
            work = np.zeros((size, lay.WORDS), np.uint64)
            entry = np.zeros(size, np.uint8)
            self.work, self.entry = work, entry
        if rows > len(self.outbox.claims):
            size = max(rows, 2 * len(self.outbox.claims))
            self.outbox = new_outbox(size, self._log_rows(size), self._parts)
        self._make_blocks(rows)

    def _make_blocks(self, rows: int) -> None:
        """Let the calendar have room for so many records, whatever their days."""
        needed = min(rows, lay.RING_DAYS + rows // BLOCK + 1) + 1
        if self.calendar.free[1] < needed:
            self.calendar = grown_calendar(
                self.calendar, max(needed, len(self.calendar.chain) // 2)
            )

    def gather(self, day: int, born: Words, cohorts: npt.NDArray[np.int64]) -> int:
        """Put those who are due and those who set out on the work list."""
        slot = day % lay.RING_DAYS
        self._make_room(int(kernel.due_count(self.calendar, slot)) + len(born))
        return int(
            kernel.take(
                self.calendar, slot, self.work, self.entry, born, cohorts, _NEWCOMER, self._counts
            )
        )

    def assign(self, records: Words, entry: npt.NDArray[np.uint8]) -> int:
        """Put records of the second phase on the work list."""
        n = len(records)
        self._make_room(n)
        self.work[:n] = records
        self.entry[:n] = entry
        return n

    def act(
        self,
        n: int,
        day: int,
        keys: Words,
        first_hop: int,
        sample: int,
        alive: npt.NDArray[np.uint8],
        static: Static,
        today: Today,
    ) -> None:
        """Let the work list act (see :func:`travesia.engine.kernel.process`)."""
        self.tally.counters[0] = 0
        if n:
            kernel.process(
                self.work,
                self.entry,
                n,
                day,
                keys,
                first_hop,
                sample,
                alive,
                static,
                today,
                self.calendar,
                self.tally,
                self.outbox,
            )
            parted = int(self.tally.counters[4])
            if parted:
                self._make_blocks(parted)
                kernel.push_parted(
                    self.calendar, self.outbox.parted, self.outbox.parted_wake, parted
                )

    def recall(self, recall: Recall, day: int, keys: Words, static: Static, today: Today) -> None:
        """End the stays that a policy ends today."""
        found = 0
        for _ in ("count", "move"):
            self._make_room(found)
            work = np.zeros((found, lay.WORDS), np.uint64)
            found = kernel.recall(
                self.calendar,
                day % lay.RING_DAYS,
                recall.stay,
                recall.places,
                recall.cohorts,
                today.caravan_place,
                bool(recall.stay == static.scalars[5]),
                keys,
                math.floor(recall.share * ONE),
                int(static.scalars[4]),
                recall.order,
                work,
            )
            if not found:
                return

    def strike(
        self,
        day: int,
        stay: int,
        places: npt.NDArray[np.bool_],
        chance: int,
        transition: int,
        keys: Words,
        static: Static,
        today: Today,
    ) -> None:
        """Let an accident kill some of those who stay somewhere."""
        found = 0
        for _ in ("count", "move"):
            self._make_room(found)
            found = kernel.strike(
                self.calendar,
                day,
                stay,
                places,
                today.caravan_place,
                bool(stay == static.scalars[5]),
                keys,
                chance,
                int(static.scalars[4]),
                transition,
                np.zeros((found, lay.WORDS), np.uint64),
            )
            if not found:
                return

    def claims(self) -> Words:
        """Records that asked for a place in the phase just done."""
        return self.outbox.claims[: self.tally.counters[0]]

    def claim_facilities(self) -> npt.NDArray[Any]:
        """What each claim asks for."""
        return self.outbox.claim_facility[: self.tally.counters[0]]

    def claim_stays(self) -> npt.NDArray[Any]:
        """The stay that each claim would begin."""
        return self.outbox.claim_stay[: self.tally.counters[0]]

    def take_log(self) -> tuple[Words, npt.NDArray[np.int64]]:
        """Journey steps logged since the last call."""
        n = int(self.tally.counters[1])
        self.tally.counters[1] = 0
        return self.outbox.log_key[:n].copy(), self.outbox.log[:n].copy()


def chunks_state(parts: Sequence[Chunk]) -> dict[str, Any]:
    """What a checkpoint keeps of all chunks together, between two days."""
    held = [calendar_records(p.calendar) for p in parts]
    slots = np.concatenate([np.repeat(np.arange(lay.RING_DAYS), counts) for _, counts in held])
    order = np.argsort(slots, kind="stable")
    return {
        "records": np.concatenate([records for records, _ in held])[order],
        "counts": np.sum([counts for _, counts in held], axis=0),
        "tally": {n: sum(getattr(p.tally, n) for p in parts) for n in Tally._fields},
    }


def restore_chunks(parts: Sequence[Chunk], state: dict[str, Any]) -> None:
    """Deal the records of a checkpoint to any number of chunks; the first takes the tallies."""
    slots = np.repeat(np.arange(lay.RING_DAYS), state["counts"])
    for i, part in enumerate(parts):
        mine = slice(i, None, len(parts))
        counts = np.bincount(slots[mine], minlength=lay.RING_DAYS)
        part.calendar = filled_calendar(state["records"][mine], counts, FIRST_BLOCKS)
    for name in Tally._fields:
        getattr(parts[0].tally, name)[...] = state["tally"][name]
