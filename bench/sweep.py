"""The reduced corridor as a daily sweep in numpy: everybody is looked at, those due act as arrays.

:class:`Rules` holds the day's rules over any columns of people; :mod:`bench.starsim_model` runs
the same rules over Starsim's.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.reduced import (
    ARRIVES,
    GIVES_UP,
    GOES_ON,
    N_EVENTS,
    RESTS,
    SETTLES,
    SLOTS_PER_HOP,
    Ran,
    Tables,
    Tallies,
    stocks_of,
)
from travesia import rng
from travesia.calendar import TICKS_PER_DAY
from travesia.engine.chunk import MORNING_TICK
from travesia.engine.keys import decision_keys
from travesia.population.people import mix64

Index = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
LEG, STAY, ENDED = 0, 1, -1
"""What a party will do on its day; and its day once its journey has ended."""
COLUMNS = ("wake", "where", "status", "cohort", "size", "tick", "guided")
HOPS = 4


def philox(key: int, day: int, slot: int, parties: Words) -> Words:
    """:func:`travesia.rng.philox_draw` for an array of party keys."""
    low, s32 = np.uint64(rng.MASK32), np.uint64(32)
    c0, c1 = parties & low, parties >> s32
    c2, c3 = np.full_like(parties, day), np.full_like(parties, slot)
    k0, k1 = key & rng.MASK32, key >> 32 & rng.MASK32
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
        c0, c1 = (p1 >> s32) ^ c1 ^ np.uint64(k0), p1 & low
        c2, c3 = (p0 >> s32) ^ c3 ^ np.uint64(k1), p0 & low
        k0, k1 = (k0 + 0x9E3779B9) & rng.MASK32, (k1 + 0xBB67AE85) & rng.MASK32
    return (c0 << s32) | c1


class Keyed:
    """The engine's own draws: a function of the run, the day, the decision and the party."""

    def __init__(self, t: Tables, people: Any) -> None:
        self._people = people
        self._run, self._philox = t.key, t.generator == rng.Generator.PHILOX
        self._day, self._keys = 0, np.zeros(0, np.uint64)

    def begin(self, day: int) -> None:
        """Turn to a day."""
        self._day, self._keys = day, decision_keys(self._run, day, HOPS * SLOTS_PER_HOP)

    def __call__(self, hop: int, decision: rng.Decision, who: Any) -> Index:
        """31 bits for every party."""
        parties = self._people.key[who]
        slot = hop * SLOTS_PER_HOP + decision
        if self._philox:
            bits = philox(self._run, self._day, slot, parties)
        else:
            key = self._keys[slot]
            bits = mix64(mix64(key + parties * np.uint64(rng.GOLDEN)) ^ key)
        return (bits >> np.uint64(33)).astype(np.int64)


class Counts:
    """Tallies under way; stocks as changes by day."""

    def __init__(self, t: Tables) -> None:
        self._t = t
        self.events = np.zeros((t.n_cohorts * N_EVENTS * t.n_places, 2), np.int64)
        self.daily = np.zeros((t.n_days, N_EVENTS), np.int64)
        self.flows = np.zeros((t.n_cohorts * len(t.leg_to), 2), np.int64)
        self.departed = np.zeros((t.n_cohorts, 2), np.int64)
        self.people = np.zeros((t.n_days, t.n_cells), np.int64)
        self.parties = np.zeros((t.n_days, t.n_cells), np.int64)
        self.records = 0

    def event(self, day: int, event: int, cohort: Index, place: Index, size: Index) -> None:
        """One event of parties."""
        add(self.events, (cohort * N_EVENTS + event) * self._t.n_places + place, size)
        self.daily[day, event] += size.sum()

    def stock(self, day: int, cell: npt.NDArray[Any], size: Index, sign: int = 1) -> None:
        """Parties enter a cell (or leave it)."""
        np.add.at(self.people[day], cell, sign * size)
        np.add.at(self.parties[day], cell, sign)

    def tallies(self) -> Tallies:
        """All that was counted."""
        t = self._t
        people, parties = stocks_of(t, self.people, self.parties)
        shape = (t.n_cohorts, N_EVENTS, t.n_places, 2)
        flows = self.flows.reshape(t.n_cohorts, -1, 2)
        return Tallies(
            self.events.reshape(shape), self.daily, flows, self.departed, people, parties
        )


def add(counts: npt.NDArray[np.int64], cell: Index, size: Index) -> None:
    """Add parties of a size to a table [cells, 2] of people and parties."""
    np.add.at(counts[:, 0], cell, size)
    np.add.at(counts[:, 1], cell, 1)


class Rules:
    """A day's rules over the columns of ``people``, each read and written by ``index``.

    ``people`` has the attributes :data:`COLUMNS`; ``draw(hop, decision, index)`` gives 31 random
    bits for each.
    """

    def __init__(self, t: Tables, people: Any, draw: Any) -> None:
        self.t, self.people, self.draw, self.counts = t, people, draw, Counts(t)
        self.sink = np.diff(t.out_ptr) == 0

    def set_out(self, day: int, new: Any) -> None:
        """Those who set out today take their first leg."""
        t, p = self.t, self.people
        cohort = p.cohort[new]
        origin = _pick(t.origin_cum[cohort], self.draw(0, rng.Decision.ORIGIN, new))
        p.where[new] = t.origin_place[cohort, origin]
        p.guided[new] = self.draw(0, rng.Decision.GUIDED, new) < t.guided[cohort]
        size = 1 + _pick(t.size_cum[cohort], self.draw(0, rng.Decision.SIZE, new))
        p.size[new], p.tick[new] = size, MORNING_TICK
        add(self.counts.departed, cohort, size)
        self.counts.records += len(new)
        self._leave(day, new, 0)

    def act(self, day: int, due: Any) -> None:
        """Those whose day has come act until they sleep again or their journey ends."""
        p, t = self.people, self.t
        self.counts.records += len(due)
        stays = p.status[due] == STAY
        where, size = p.where[due], p.size[due]
        cell = np.where(stays, t.rest_cell[np.where(stays, where, 0)], 0)
        cell[~stays] = t.leg_cell[where[~stays]]
        self.counts.stock(day, cell, size, -1)
        self._stay_ends(day, due[stays])
        self._arrive(day, due[~stays], 0)

    def _stay_ends(self, day: int, who: Any) -> None:
        p, t = self.people, self.t
        u = self.draw(0, rng.Decision.OUTCOME, who)
        place, cohort, size = p.where[who], p.cohort[who], p.size[who]
        limits = t.outcome[cohort, t.region[place]]
        gives_up, settles = u < limits[:, 0], (u >= limits[:, 0]) & (u < limits[:, 1])
        self._end(day, GIVES_UP, who[gives_up])
        self._end(day, SETTLES, who[settles])
        on = ~(gives_up | settles)
        self.counts.event(day, GOES_ON, cohort[on], place[on], size[on])
        self._leave(day, who[on], 1)

    def _leave(self, day: int, who: Any, hop: int) -> None:
        """Choose a leg, and end it today if the day lasts."""
        p, t = self.people, self.t
        place, row = p.where[who], p.cohort[who] * 2 + p.guided[who]
        leg, last = t.out_ptr[place].astype(np.int64), t.out_ptr[place + 1]
        stuck = (leg == last) | (t.choice[row, np.maximum(last - 1, 0)] == 0)
        if stuck.any():
            self._end(day, GIVES_UP, who[stuck])
            who, row, leg = who[~stuck], row[~stuck], leg[~stuck]
        u = self.draw(hop, rng.Decision.LEG, who)
        beyond = np.flatnonzero(u >= t.choice[row, leg])
        while len(beyond):
            leg[beyond] += 1
            beyond = beyond[u[beyond] >= t.choice[row[beyond], leg[beyond]]]
        cohort, size = p.cohort[who], p.size[who]
        add(self.counts.flows, cohort * len(t.leg_to) + leg, size)
        arrival = p.tick[who] + t.leg_ticks[leg]
        p.tick[who] = arrival % TICKS_PER_DAY
        p.where[who] = leg
        later = arrival >= TICKS_PER_DAY
        asleep = who[later]
        p.status[asleep] = LEG
        p.wake[asleep] = day + arrival[later] // TICKS_PER_DAY
        self.counts.stock(day, t.leg_cell[leg[later]], size[later])
        self._arrive(day, who[~later], hop + 1)

    def _arrive(self, day: int, who: Any, hop: int) -> None:
        """A leg ends: the journey too, or a rest begins."""
        p, t = self.people, self.t
        place = t.leg_to[p.where[who]].astype(np.int64)
        p.where[who] = place
        last = self.sink[place]
        self._end(day, ARRIVES, who[last])
        who, place = who[~last], place[~last]
        size = p.size[who]
        self.counts.event(day, RESTS, p.cohort[who], place, size)
        u = self.draw(hop + 1, rng.Decision.DURATION, who) >> 23
        p.wake[who] = day + t.wait[t.region[place], u].astype(np.int64)
        p.status[who] = STAY
        self.counts.stock(day, t.rest_cell[place], size)

    def _end(self, day: int, event: int, who: Any) -> None:
        p = self.people
        place, size = p.where[who], p.size[who]
        self.counts.event(day, event, p.cohort[who], place, size)
        which = (GIVES_UP, SETTLES, ARRIVES).index(event)
        self.counts.stock(day, self.t.end_cell[which][place], size)
        p.wake[who] = ENDED


def _pick(limits: npt.NDArray[Any], u: Index) -> Index:
    """Which of cumulative ``limits`` [n, k] each draw falls below first."""
    return np.asarray((u[:, None] >= limits).sum(1), np.int64)


class People:
    """Columns of all who have set out and not yet ended."""

    key: Words
    wake: Index
    where: Index
    status: Index
    cohort: Index
    size: Index
    tick: Index
    guided: Index

    def __init__(self) -> None:
        self.key = np.zeros(0, np.uint64)
        for name in COLUMNS:
            setattr(self, name, np.zeros(0, np.int64))

    def add(self, keys: Words, cohort: npt.NDArray[np.int32]) -> Index:
        """New people; drops those whose journey has ended when they are more than half."""
        keep = self.wake != ENDED
        if 2 * keep.sum() < len(keep):
            self.key = self.key[keep]
            for name in COLUMNS:
                setattr(self, name, getattr(self, name)[keep])
        first = len(self.key)
        self.key = np.concatenate([self.key, keys])
        for name in COLUMNS:
            new = cohort.astype(np.int64) if name == "cohort" else np.zeros(len(keys), np.int64)
            setattr(self, name, np.concatenate([getattr(self, name), new]))
        return np.arange(first, len(self.key))


def by_numpy(t: Tables) -> Ran:
    """Run the sweep."""
    people = People()
    draw = Keyed(t, people)
    rules = Rules(t, people, draw)
    clock = time.process_time()
    for day in range(t.n_days):
        draw.begin(day)
        rules.act(day, np.flatnonzero(people.wake == day))
        today = slice(t.day_ptr[day], t.day_ptr[day + 1])
        rules.set_out(day, people.add(t.born[today], t.cohort[today]))
    seconds = time.process_time() - clock
    return Ran(rules.counts.tallies(), seconds, rules.counts.records)
