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
from travesia.engine.crowd import Asked, Crowd, units
from travesia.engine.draws import mix64
from travesia.engine.host import CASE_UNITS
from travesia.model import layout as lay
from travesia.model.compiled import CompiledModel, Floats, Ints
from travesia.model.jit import compiled
from travesia.population.people import draws

Words = npt.NDArray[np.uint64]
_SIZE_AT, _SIZE_MASK = np.uint64(lay.SIZE_AT), np.uint64(lay.MAX_SIZE)
_TICKET, _GOLDEN = np.uint64(0xFFFFFFFF), np.uint64(rng.GOLDEN)
_POOR, _GUIDED, _PAPERS, _NONE = (
    np.uint64(1 << lay.POOR_AT), np.uint64(1 << lay.GUIDED_AT), np.uint64(7 << lay.PAPER_AT),
    np.uint64(0),
)  # fmt: skip
_LOST_AT = lay.LOST_AT
NOBODY: Words = np.zeros((0, lay.WORDS), np.uint64)
_PLACE_MASK = np.uint64((1 << lay.INDEX_BITS) - 1)


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
        self.debt = [0, 0]
        """Cases given beyond the capacity so far (a family is not split): by turn, by lot.

        In a sample negative as well: cases of busy days for which nobody of the sample waited.
        """
        self.rest = 0
        """In a sample: what is left, in 1/1024, of the share drawn by lot."""

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


def kept(people: float, lottery: int) -> tuple[int, int]:
    """Cases, in 1/1024, that may wait for ``people`` to use them: by turn and by lot."""
    cases = int(people * CASE_UNITS)
    return cases - cases * lottery // CASE_UNITS, cases * lottery // CASE_UNITS


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
                [f, q.records[q.head :], np.array(q.debt), q.rest]
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
        for f, records, debt, rest in state["queues"]:
            self.queues[f] = queue = Queue()
            queue.join(records)
            queue.debt, queue.rest = debt.tolist(), rest

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
        # No two parties share a draw (it is a bijection of their keys), so this order is total.
        ranks = draws(priority_key, claims[:, 0])
        order = np.argsort(ranks)
        order = order[np.argsort(facility[order].astype(np.uint16), kind="stable")]
        claims, facility, stay = claims[order], facility[order], stay[order]
        sizes = sizes_of(claims)
        queued = self._queue_stay[stay] if len(stay) else np.zeros(0, bool)
        entry = np.full(len(claims), lay.Entry.ADMITTED, np.uint8)
        records = claims.copy()
        direct, joining = np.flatnonzero(~queued), np.flatnonzero(queued)
        line = None
        if self._crowd is None:
            given = self._give(supply.capacity, facility[direct], sizes[direct])
        else:
            asked = self._asked(claims, facility, stay, sizes, supply.nights)
            share, line = self._crowd.serve(day, asked, supply.whole)
            given = units(ranks[order][direct]) < share[facility[direct]]
            self._note(facility[direct], sizes[direct], given)
        entry[direct[~given]] = lay.Entry.REFUSED
        if len(joining):
            self._join(records, joining, facility[joining], sizes[joining])
        served = self._serve(supply, line, lottery_key)
        if not len(served):
            return Verdict(records, entry)
        more = np.full(len(served), lay.Entry.SERVED, np.uint8)
        return Verdict(np.concatenate([records, served]), np.concatenate([entry, more]))

    def _asked(
        self, claims: Words, facility: Ints, stay: Ints, sizes: Ints, nights: Floats
    ) -> Asked:
        """Who asked today, by door."""
        n = len(self._service)
        region = self._region[(claims[:, 1] & _PLACE_MASK).astype(np.int64)]
        door = facility + n * self._queue_stay[stay]
        return Asked(
            *(
                np.bincount(door, weights, minlength=2 * n).astype(np.float64)
                for weights in (None, sizes, sizes**2, sizes * nights[stay, region])
            )
        )

    def _note(self, facility: Ints, sizes: Ints, given: npt.NDArray[np.bool_]) -> None:
        """Count who was given a place and who was not, in a sample."""
        n = len(self.occupied)
        got = np.bincount(facility, sizes * given, minlength=n).astype(np.int64)
        self.admitted += got
        self.refused += np.bincount(facility, sizes, minlength=n).astype(np.int64) - got
        self.occupied[: len(self._service)][self._service] = 0
        self.occupied += got

    def _give(self, capacity: Ints, facility: Ints, sizes: Ints) -> npt.NDArray[np.bool_]:
        """Which of the ordered claims get a bed, or a case of today."""
        service = self._service
        # Yesterday's services are done; a family served beyond the last case is a debt.
        n = len(capacity)
        budget = np.zeros(len(self.occupied), np.int64)
        budget[:n] = np.where(service, capacity - self._debt[:n], capacity)
        budget[:n] -= np.where(service, 0, self.occupied[:n] * CASE_UNITS)
        if not len(facility):
            self._debt[:n] = np.where(service, np.maximum(0, self._debt[:n] - capacity), 0)
            self.occupied[:n][service] = 0
            return np.zeros(0, bool)
        running = np.cumsum(sizes)
        first = np.r_[True, facility[1:] != facility[:-1]]
        before = np.maximum.accumulate(np.where(first, running - sizes, 0))
        total = (running - before) * CASE_UNITS
        limit = budget[facility]
        given = np.where(service[facility], total - sizes * CASE_UNITS < limit, total <= limit)
        got = np.bincount(facility, sizes * given, minlength=len(self.occupied)).astype(np.int64)
        asked = np.bincount(facility, sizes, minlength=len(self.occupied)).astype(np.int64)
        self.admitted += got
        self.refused += asked - got
        spent = self._debt[:n] + got[:n] * CASE_UNITS - capacity
        self._debt[:n] = np.where(service, np.maximum(0, spent), 0)
        self.occupied[:n] = np.where(service, got[:n], self.occupied[:n] + got[:n])
        return np.asarray(given, dtype=bool)

    def _join(self, records: Words, joining: Ints, facility: Ints, sizes: Ints) -> None:
        """Give tickets and append to the queues, in order."""
        tickets = self.next_ticket + np.arange(len(joining))
        self.next_ticket += len(joining)
        while self.next_ticket >= len(self.alive):
            self.alive = np.concatenate([self.alive, np.zeros_like(self.alive)])
        self.alive[tickets] = 1
        keep_group = np.uint64(0xFFFFFFFF00000000)
        records[joining, 3] = (records[joining, 3] & keep_group) | tickets.astype(np.uint64)
        # Claims are ordered by facility.
        starts = np.flatnonzero(np.r_[True, facility[1:] != facility[:-1]])
        for a, b in zip(starts, [*starts[1:], len(facility)], strict=True):
            f = int(facility[a])
            self.queues.setdefault(f, Queue()).join(records[joining[a:b]])
            self.waiting[f] += sizes[a:b].sum()

    def _serve(self, supply: Supply, line: Floats | None, lottery_key: int) -> Words:
        """Serve every queue with today's cases, by turn and by lot.

        ``line`` [F] is given in a sample: people of the whole population who will go on waiting.
        """
        out: list[Words] = []
        capacity, whole, waiting, lottery = (
            array.tolist() for array in (supply.capacity, supply.whole, self.waiting, self._lottery)
        )
        left = [0.0] * len(whole) if line is None else line.tolist()
        for f in sorted(self.queues):
            queue, most = self.queues[f], (0, 0)
            if not self._service[f]:
                out.append(self._to_beds(f, capacity[f], lottery_key))
                continue
            if line is None and waiting[f] == 0 and queue.debt == [0, 0]:
                continue
            if line is not None:
                if whole[f] <= 0.0:  # closed: what was kept is lost
                    queue.debt = [max(0, d) for d in queue.debt]
                elif left[f] <= 0.0:  # whoever comes is served, whatever a sampled case is worth
                    queue.debt = [-CASE_UNITS * waiting[f], 0]
                most = kept(self._sample * left[f], lottery[f])
            for kind, cases in enumerate(self._cases(queue, capacity[f], lottery[f])):
                if cases == 0 and queue.debt[kind] == 0:
                    continue
                budget = cases - queue.debt[kind]
                records = self._served(queue, kind, budget, lottery_key) if waiting[f] else NOBODY
                people = int(sizes_of(records).sum()) if len(records) else 0
                queue.debt[kind] = max(-most[kind], people * CASE_UNITS - budget)
                if people:
                    waiting[f] -= people
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

    def _cases(self, queue: Queue, capacity: int, lottery: int) -> tuple[int, int]:
        """Today's cases by turn and by lot; in a sample fractions carry over."""
        by_lot = capacity * lottery
        if self._crowd:
            by_lot += queue.rest
            queue.rest = by_lot % CASE_UNITS
        by_lot //= CASE_UNITS
        return capacity - by_lot, by_lot

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
