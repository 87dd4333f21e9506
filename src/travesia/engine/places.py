"""Limited places: who asked today, who is given a place, who waits in a queue.

Whoever comes first in memory must not win. All claims of a day are gathered, ordered by facility
and by a keyed hash of the party, and places are given in that order: the result is the same for
any number of threads or chunks. Queues are first come, first served by day of arrival, and by
the same hash within a day; a share of the cases can be drawn by lot among all who wait.

In a sample, beds and seats are given to the share that the whole population would be given
(:mod:`travesia.engine.crowd`). An office serves everybody in its queue on days on which nobody of
the whole population would be left waiting; on others it keeps the cases that it could not use,
because the office of the whole population has people to use them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from travesia import rng
from travesia.engine.claims import Claims, count_asked, give, in_order, take_tickets
from travesia.engine.crowd import Asked, Crowd
from travesia.engine.draws import mix64
from travesia.engine.host import CASE_UNITS
from travesia.engine.keys import draws
from travesia.model import layout as lay
from travesia.model.compiled import CompiledModel, Floats, Ints
from travesia.model.jit import compiled

Words = npt.NDArray[np.uint64]
_SIZE_AT, _SIZE_MASK = np.uint64(lay.SIZE_AT), np.uint64(lay.MAX_SIZE)
_TICKET, _GOLDEN = np.uint64(0xFFFFFFFF), np.uint64(rng.GOLDEN)
_POOR, _GUIDED, _PAPERS, _NONE = (
    np.uint64(1 << lay.POOR_AT), np.uint64(1 << lay.GUIDED_AT), np.uint64(7 << lay.PAPER_AT),
    np.uint64(0),
)  # fmt: skip
_LOST_AT = lay.LOST_AT
NOBODY: Words = np.zeros((0, lay.WORDS), np.uint64)
NOTHING: Floats = np.zeros(0)


class Verdict(NamedTuple):
    """Records for the second phase of the day and what happens to each."""

    records: Words
    """[n, words]"""
    entry: npt.NDArray[np.uint8]


class Supply(NamedTuple):
    """What there is today."""

    capacity: Ints
    """[F] for those simulated, in 1/1024 of a place or case."""
    whole: Floats
    """[F] for the whole population, in places and cases."""
    nights: Floats
    """[S, R] mean days of each stay."""


class Queue:
    """People who wait at one facility, in the order in which they are served."""

    def __init__(self) -> None:
        self._rows: Words = np.zeros((64, lay.WORDS), np.uint64)
        self._stop = 0
        self.head = 0

    @property
    def records(self) -> Words:
        """[n, words]; rows before ``head`` were served long ago."""
        return self._rows[: self._stop]

    def join(self, records: Words) -> None:
        """Append records at the end; when room runs out, drop those served long ago."""
        stop = self._stop + len(records)
        if stop > len(self._rows):
            waiting = self._rows[self.head : self._stop]
            stop = len(waiting) + len(records)
            rows = np.zeros((2 * stop, lay.WORDS), np.uint64)
            rows[: len(waiting)] = waiting
            self._rows, self._stop, self.head = rows, len(waiting), 0
        self._rows[self._stop : stop] = records
        self._stop = stop


@compiled
def next_in_turn(records: Any, head: int, alive: Any, budget: int, chosen: Any) -> Any:
    """Rows served by turn, from the head while the budget is positive, into ``chosen``.

    Returns how many, and the new head.
    """
    n = 0
    while budget > 0 and head < len(records):
        told = np.int64(alive[np.int64(records[head, 3] & _TICKET)])
        if told != 0:
            chosen[n] = head
            n += 1
            size = np.int64((records[head, 1] >> _SIZE_AT) & _SIZE_MASK) - (told >> _LOST_AT)
            budget -= int(size) * CASE_UNITS
        head += 1
    return n, head


@compiled
def lots(records: Any, head: int, alive: Any, key: Any, rows: Any, drawn: Any) -> int:
    """Rows of those who still wait into ``rows``, and what each draws into ``drawn``.

    Returns how many.
    """
    n = 0
    for i in range(head, len(records)):
        if alive[np.int64(records[i, 3] & _TICKET)] != 0:
            rows[n] = i
            drawn[n] = mix64(mix64(key + records[i, 0] * _GOLDEN) ^ key)
            n += 1
    return n


def sizes_of(records: Words) -> Ints:
    """People in each record."""
    return ((records[:, 1] >> _SIZE_AT) & _SIZE_MASK).astype(np.int64)


def as_they_are(records: Words, told: npt.NDArray[np.uint8]) -> Words:
    """Copies of records that wait, with what harms did to them since they joined.

    ``told`` are their tickets' bits (:class:`travesia.model.layout.Waits`).
    """
    out = records.copy()
    if (told <= lay.Waits.WAITS).all():
        return out
    bits = told.astype(np.uint64)
    w1 = out[:, 1]
    w1 -= (bits >> np.uint64(_LOST_AT)) << _SIZE_AT
    w1 |= np.where(told & lay.Waits.POOR, _POOR, _NONE)
    w1 &= ~np.where(told & lay.Waits.UNGUIDED, _GUIDED, _NONE)
    w1 &= ~np.where(told & lay.Waits.NO_PAPERS, _PAPERS, _NONE)
    return out


@compiled
def kept(people: float, lottery: int) -> tuple[int, int]:
    """Cases, in 1/1024, that may wait for ``people`` to use them: by turn and by lot."""
    cases = int(people * CASE_UNITS)
    return cases - cases * lottery // CASE_UNITS, cases * lottery // CASE_UNITS


@compiled
def open_lines(
    lines: Any,
    capacity: Any,
    whole: Any,
    left: Any,
    waiting: Any,
    lottery: Any,
    sample: float,
    owed: Any,
    rest: Any,
    budget: Any,
    most: Any,
) -> None:
    """What is left of today's cases by turn and by lot, ``budget`` [F, 2], at the queues ``lines``.

    In a sample fractions of a share drawn by lot carry over in ``rest`` [F], and ``most`` [F, 2]
    cases may be kept for the ``left`` [F] people of the whole population who go on waiting. A
    queue in which nobody waits or nothing is left is done with: what it is ``owed`` [F, 2] is
    brought to the evening.
    """
    sampled = len(left) > 0
    for f in lines:
        if sampled:
            if whole[f] <= 0.0:  # closed: what was kept is lost
                owed[f, 0], owed[f, 1] = max(0, owed[f, 0]), max(0, owed[f, 1])
            elif left[f] <= 0.0:  # whoever comes is served, whatever a sampled case is worth
                owed[f, 0], owed[f, 1] = -CASE_UNITS * waiting[f], 0
            most[f, 0], most[f, 1] = kept(sample * left[f], lottery[f])
        by_lot = capacity[f] * lottery[f] + rest[f]
        if sampled:
            rest[f] = by_lot % CASE_UNITS
        by_lot //= CASE_UNITS
        for kind in range(2):
            cases = by_lot if kind == 1 else capacity[f] - by_lot
            before = owed[f, kind]
            if waiting[f] > 0 and cases > before:
                budget[f, kind] = cases - before
            elif cases != 0 or before != 0:
                owed[f, kind] = max(-most[f, kind], before - cases)


class Places:
    """The state of all facilities. Capacities are in 1/1024 of a place or case."""

    def __init__(self, model: CompiledModel, key: int) -> None:
        n = max(1, len(model.names.facilities))
        self.occupied = np.zeros(n, np.int64)
        """[F] people in beds, or (services) people served today."""
        self.waiting = np.zeros(n, np.int64)
        self.admitted = np.zeros(n, np.int64)
        self.refused = np.zeros(n, np.int64)
        self.alive = np.zeros(1 << 16, np.uint8)
        """Bits of each ticket (:class:`travesia.model.layout.Waits`); 0 = it waits no more."""
        self.next_ticket = 1
        self._service = model.facilities.service.astype(bool)
        self._lottery = np.rint(model.facilities.lottery * CASE_UNITS).astype(np.int64)
        self._queue_stay = model.machine.stay_queue.astype(bool)
        self._debt = np.zeros(n, np.int64)
        self.queues: dict[int, Queue] = {}
        self._owed = np.zeros((n, 2), np.int64)
        """[F, 2] cases given beyond the capacity so far (a family is not split): by turn, by lot.

        In a sample negative as well: cases of busy days for which nobody of the sample waited.
        """
        self._rest = np.zeros(n, np.int64)
        """[F] in a sample: what is left, in 1/1024, of the share drawn by lot."""
        self._region = model.graph.place_region
        self._crowd = Crowd(model, key) if model.sample < 1.0 else None
        self._sample = model.sample

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {
            "occupied": self.occupied,
            "waiting": self.waiting,
            "admitted": self.admitted,
            "refused": self.refused,
            "alive": self.alive[: self.next_ticket],
            "next_ticket": self.next_ticket,
            "debt": self._debt,
            "queues": [
                [f, q.records[q.head :], self._owed[f].copy(), int(self._rest[f])]
                for f, q in sorted(self.queues.items())
            ],
            "crowd": self._crowd.state() if self._crowd else [],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.occupied, self.waiting = state["occupied"], state["waiting"]
        self.admitted, self.refused = state["admitted"], state["refused"]
        self.next_ticket, self._debt = state["next_ticket"], state["debt"]
        while len(self.alive) <= self.next_ticket:
            self.alive = np.concatenate([self.alive, self.alive])
        self.alive[:] = 0
        self.alive[: self.next_ticket] = state["alive"]
        if self._crowd:
            self._crowd.restore(state["crowd"])
        for f, records, owed, rest in state["queues"]:
            self.queues[f] = Queue()
            self.queues[f].join(records)
            self._owed[f], self._rest[f] = owed, rest

    def leave(self, facilities: Ints, share: float) -> None:
        """In a sample: ``share`` of the crowd leaves its beds at some facilities at once."""
        if self._crowd:
            self._crowd.leave(facilities, share)

    def allocate(
        self,
        day: int,
        supply: Supply,
        claims: Words,
        facility: Ints,
        stay: Ints,
        priority_key: int,
        lottery_key: int,
    ) -> Verdict:
        """Decide all claims of a day and serve the queues.

        ``claims`` [n, words], ``facility`` and ``stay`` [n] say who asks for what. Returns the
        records that act in the second phase.
        """
        entry = np.full(len(claims), lay.Entry.ADMITTED, np.uint8)
        ordered = in_order(
            claims, facility, stay, draws(priority_key, claims[:, 0]), len(self.occupied)
        )
        share, line = NOTHING, NOTHING
        if self._crowd is not None:
            asked = np.zeros((4, 2 * len(supply.capacity)))
            count_asked(ordered, self._queue_stay, self._region, supply.nights, asked)
            share, line = self._crowd.serve(day, Asked(*asked), supply.whole)
        books = (self.occupied, self.admitted, self.refused)
        give(
            ordered,
            self._queue_stay,
            self._service,
            supply.capacity,
            share,
            books,
            self._debt,
            entry,
        )
        self._join(ordered)
        served = self._serve(supply, line, lottery_key)
        if not len(served):
            return Verdict(ordered.records, entry)
        more = np.full(len(served), lay.Entry.SERVED, np.uint8)
        return Verdict(np.concatenate([ordered.records, served]), np.concatenate([entry, more]))

    def _join(self, claims: Claims) -> None:
        """Give tickets and append to the queues, in order."""
        n = len(claims.records)
        while self.next_ticket + n >= len(self.alive):
            self.alive = np.concatenate([self.alive, np.zeros_like(self.alive)])
        rows = np.empty(n, np.int64)
        joining = take_tickets(
            claims, self._queue_stay, self.next_ticket, self.alive, self.waiting, rows
        )
        self.next_ticket += joining
        if not joining:
            return
        rows = rows[:joining]
        facility = claims.facility[rows]  # in order
        cuts = (np.flatnonzero(facility[1:] != facility[:-1]) + 1).tolist()
        for a, b in zip([0, *cuts], [*cuts, joining], strict=True):
            self.queues.setdefault(int(facility[a]), Queue()).join(claims.records[rows[a:b]])

    def _serve(self, supply: Supply, line: Floats, lottery_key: int) -> Words:
        """Serve every queue with today's cases, by turn and by lot.

        ``line`` [F] is given in a sample: people of the whole population who will go on waiting.
        """
        lines = np.array(sorted(self.queues), np.int64)
        budget, most = np.zeros_like(self._owed), np.zeros_like(self._owed)
        open_lines(
            lines[self._service[lines]],
            supply.capacity,
            supply.whole,
            line,
            self.waiting,
            self._lottery,
            self._sample,
            self._owed,
            self._rest,
            budget,
            most,
        )
        out: list[Words] = []
        busy = (self.waiting[lines] > 0) & (~self._service[lines] | (budget[lines].max(1) > 0))
        for f in lines[busy].tolist():
            if not self._service[f]:
                out.append(self._to_beds(f, int(supply.capacity[f]), lottery_key))
                continue
            for kind in range(2):
                left = int(budget[f, kind])
                if left == 0:
                    continue
                records = NOBODY
                if self.waiting[f]:
                    records = self._served(self.queues[f], kind, left, lottery_key)
                people = int(sizes_of(records).sum()) if len(records) else 0
                self._owed[f, kind] = max(-int(most[f, kind]), people * CASE_UNITS - left)
                if people:
                    self.waiting[f] -= people
                    self.admitted[f] += people
                    out.append(records)
        return np.concatenate(out) if out else NOBODY

    def _to_beds(self, f: int, capacity: int, lottery_key: int) -> Words:
        """Those who wait for a bed take the free ones by turn; nobody is put out of one.

        The last to be given one may be too many by the size of its party less one.
        """
        free = capacity - int(self.occupied[f]) * CASE_UNITS
        records = self._served(self.queues[f], 0, free, lottery_key)
        people = int(sizes_of(records).sum())
        self.waiting[f] -= people
        self.occupied[f] += people
        self.admitted[f] += people
        return records

    def _served(self, queue: Queue, kind: int, budget: int, lottery_key: int) -> Words:
        """Records that are served by turn (kind 0) or by lot; they wait no longer."""
        if budget <= 0:
            return NOBODY
        if kind == 0:
            chosen = self._next_in_turn(queue, budget)
        else:
            chosen = self._drawn_by_lot(queue, budget, lottery_key)
        records = self._told(queue.records[chosen])
        self.alive[(records[:, 3] & _TICKET).astype(np.int64)] = 0
        return records

    def _told(self, records: Words) -> Words:
        """Records of a queue as their parties are today."""
        return as_they_are(records, self.alive[(records[:, 3] & _TICKET).astype(np.int64)])

    def _next_in_turn(self, queue: Queue, budget: int) -> Ints:
        """Rows served by turn: from the head while the budget is positive."""
        chosen = np.empty(min(budget // CASE_UNITS + 1, len(queue.records) - queue.head), np.int64)
        n, queue.head = next_in_turn(queue.records, queue.head, self.alive, budget, chosen)
        return chosen[:n]

    def _drawn_by_lot(self, queue: Queue, budget: int, lottery_key: int) -> Ints:
        """Rows drawn by lot among all who wait."""
        room = len(queue.records) - queue.head
        rows, drawn = np.empty(room, np.int64), np.empty(room, np.uint64)
        n = lots(queue.records, queue.head, self.alive, np.uint64(lottery_key), rows, drawn)
        rows, drawn = rows[:n], drawn[:n]
        most = -(-budget // CASE_UNITS)  # parties of one person: the others need not be ordered
        if n > most:
            first = np.argpartition(drawn, most - 1)[:most]
            rows, drawn = rows[first], drawn[first]
        rows = rows[np.argsort(drawn)]
        sizes = sizes_of(self._told(queue.records[rows]))
        before = (np.cumsum(sizes) - sizes) * CASE_UNITS
        return np.asarray(rows[before < budget])
