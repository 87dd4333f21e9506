"""What a run keeps: stocks by day, flows, events, facilities, beliefs and a sample of journeys."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from travesia.engine.beliefs import Published
from travesia.engine.census import Census
from travesia.engine.chunk import Chunk
from travesia.engine.host import Host
from travesia.engine.places import Places
from travesia.model.compiled import CompiledModel, Floats, Ints
from travesia.model.jit import compiled

DIGEST_ROWS = 256
"""Rows that are hashed at once."""


ROWS = (
    "events", "flows", "departures", "repeats", "boarding", "facilities", "stocks", "stay_hits",
)  # fmt: skip
"""What is kept in rows, month by month."""


@dataclass(frozen=True, slots=True)
class RawResult:
    """Raw integer tallies of a run (before scaling by the sample). Codes, not names.

    ``events`` rows: month, transition, place, cohort, people, parties. ``flows`` rows: month,
    leg, cohort, people, parties. ``departures`` rows: month, cohort, people, parties.
    ``repeats`` rows: month, place, cohort, people. ``facilities`` rows: month, facility,
    capacity, occupied, waiting (sums over days, capacity in 1/1024), admitted, refused, days.
    ``boarding_failed`` rows: month, leg, people. ``stay_hits`` rows: month, harm of a stay, place,
    people.
    """

    events: Ints
    events_daily: Ints
    """[days, T] people."""
    flows: Ints
    departures: Ints
    repeats: Ints
    boarding_failed: Ints
    facilities: Ints
    stay_hits: Ints
    stocks: npt.NDArray[np.int32]
    """[days, cells] people at the end of each day."""
    stock_parties: npt.NDArray[np.int32]
    """[days, states] parties at the end of each day."""
    stocks_monthly: Ints
    """Rows: month, state, stay + 1 (0: in none), place, cohort, people, parties, at the end of the
    last day of each month."""
    journey_keys: npt.NDArray[np.uint64]
    journeys: Ints
    """Rows: day * 96 + tick, hop, event (leg, or legs + transition), place, size * 4096 + cohort
    number."""
    belief_days: Ints
    way_beliefs: Floats
    """[n, 2, G, R, M]"""
    release_beliefs: Floats
    """[n, C, X]"""
    transitions: int
    """Transitions and leg entries executed."""
    person_days: int
    """Person-days of people on the way (at home and ended journeys not counted)."""
    party_days: int
    lost_log_rows: int
    control_levels: Floats
    """[days, controllers] how far each controller acts, from 0 to 1."""
    accidents: Ints = field(default_factory=lambda: np.zeros((0, 5), np.int64))
    """Rows: day, number of the accident, leg or stock cell, dead drawn, people there the day
    before."""

    def digest(self) -> str:
        """SHA-256 of all integer tallies: equal for equal results, whatever machine or order."""
        h = hashlib.sha256()
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, np.ndarray) and value.dtype.kind in "iu":
                h.update(item.name.encode())
                h.update(str(value.shape).encode())
                for first in range(0, len(value), DIGEST_ROWS):  # a copy of all would be large
                    block = value[first : first + DIGEST_ROWS]
                    h.update(np.ascontiguousarray(block).astype("<i8").tobytes())
        return h.hexdigest()


def _rows(month: int, *counts: npt.NDArray[Any]) -> Ints:
    """Non-zero cells of arrays of one shape as rows: month, indices, values."""
    keep = np.zeros(counts[0].shape, bool)
    for array in counts:
        keep |= array != 0
    where = np.nonzero(keep)
    columns = [np.full(len(where[0]), month, np.int64), *where, *(a[where] for a in counts)]
    return np.stack([np.asarray(c, dtype=np.int64) for c in columns], axis=1)


@compiled
def add_day(stock: Any, people: Any, parties: Any, events: Any, day: Any, others: Any) -> None:
    """Add today's ``stock`` [cells, 2] to ``people`` and ``parties`` and ``events`` to ``day``.

    These begin anew, and so do ``others``.
    """
    for i in range(len(stock)):
        people[i] += stock[i, 0]
        parties[i] += stock[i, 1]
    for i in range(len(events)):
        day[i] += events[i]
    stock[:] = 0
    events[:] = 0
    for array in others:
        array[:] = 0


@compiled
def keep_stocks(people: Any, parties: Any, moving: int, stocks: Any, by_state: Any) -> Any:
    """Copy people [cells] into ``stocks``, and add up parties into ``by_state`` [states].

    Returns people and parties in the first ``moving`` cells: those on the way.
    """
    width = len(people) // len(by_state)
    n_people, n_parties = 0, 0
    for state in range(len(by_state)):
        inside, total = 0, 0
        for i in range(state * width, (state + 1) * width):
            stocks[i] = people[i]
            inside += people[i]
            total += parties[i]
        by_state[state] = total
        if (state + 1) * width <= moving:  # whole states are on the way, or not at all
            n_people += inside
            n_parties += total
    return n_people, n_parties


class Recorder:
    """Adds up the chunks at the end of every day and month."""

    def __init__(self, model: CompiledModel, parts: Sequence[Chunk]) -> None:
        self._model, self._parts, self._census = model, parts, Census(model)
        n_days, cells = model.n_days, model.n_cells
        self.stocks = np.zeros((n_days, cells), np.int32)
        self.stock_parties = np.zeros((n_days, model.machine.n_states), np.int32)
        self._people = np.zeros(cells, np.int64)
        self._parties = np.zeros(cells, np.int64)
        self._events_daily = np.zeros((n_days, len(model.names.transitions)), np.int64)
        self._levels = np.zeros((n_days, len(model.controls)))
        self._rows: dict[str, list[npt.NDArray[Any]]] = {k: [] for k in ROWS}
        names = model.names
        self._sector_places = np.array([names.places.index(s) for s in names.sectors], np.int64)
        m = model.machine
        branches = slice(m.branch_ptr[m.custody_stay], m.branch_ptr[m.custody_stay + 1])
        self._custody = np.unique(m.branch_transition[branches]).astype(np.int64)
        self._releases = np.array([t for t in self._custody if m.release[t]], np.int64)
        n_c, n_x = len(names.cohorts), len(names.sectors)
        self._custody_before = np.zeros((2, n_c, n_x), np.int64)
        self._before = self._cumulative()
        n_f = len(names.facilities)
        self._daily = np.zeros((n_f, 3), np.int64)  # capacity, occupied, waiting
        self._given_before = np.zeros((n_f, 2), np.int64)
        self._days_in_month = 0
        self._beliefs: list[tuple[int, Floats, Floats]] = []
        self._log = [(np.zeros(0, np.uint64), np.zeros((0, 5), np.int64))]
        self.person_days = 0
        self.party_days = 0
        ends = model.machine.n_states - 4
        caravan = model.machine.caravan_stay
        self._caravan_state = int(model.machine.stay_state[caravan]) if caravan >= 0 else -1
        self._n_moving = ends * model.n_places

    def _sum(self, name: str) -> npt.NDArray[Any]:
        first, *others = (getattr(p.tally, name) for p in self._parts)
        total: npt.NDArray[Any] = first.astype(np.int64)
        for other in others:
            total += other
        return total

    def _cumulative(self) -> dict[str, npt.NDArray[Any]]:
        names = ("flows", "departed", "repeats", "boarding_failed", "stay_hits")
        return {name: self._sum(name) for name in names}

    def _custody_month(self) -> Ints:
        """Outcomes of custody at the line in the current month [2, C, X]."""
        out = np.zeros_like(self._custody_before)
        for part in self._parts:
            people = part.tally.events[..., 0]  # [C, T, P]
            kinds: tuple[Ints, Ints] = (self._custody, self._releases)
            for kind, which in enumerate(kinds):
                at_sectors = people[:, which[:, None], self._sector_places]  # [C, which, X]
                out[kind] += at_sectors.sum(1, dtype=np.int64)
        return out

    def daily(self, day: int) -> Ints:
        """People by transition on a day that is closed [T]."""
        return np.asarray(self._events_daily[day])

    def published(self) -> Published:
        """Running totals up to now."""
        return Published(
            flows=self._sum("flows")[:, :, 0].T.copy(),
            exposed=self._sum("exposed"),
            hits=self._sum("hits"),
            custody=self._custody_before + self._custody_month(),
        )

    def entered(self) -> Ints:
        """People who have ever entered each leg [L]."""
        return np.asarray(sum(p.tally.flows[:, :, 0].sum(0) for p in self._parts), np.int64)

    def move_caravans(self, day: int) -> None:
        """Those who walk with a caravan are counted where it is today."""
        at = self._model.caravans
        moved = np.flatnonzero(at[:, day] != at[:, max(0, day - 1)])
        if not len(moved):
            return
        walking = self._sum("caravan")
        base = self._caravan_state * self._model.n_places
        for number in moved.tolist():
            if walking[number, 0] <= 0:
                continue
            here, there = base + at[number, day - 1], base + at[number, day]
            for totals, kind in ((self._people, 0), (self._parties, 1)):
                totals[here] -= walking[number, kind]
                totals[there] += walking[number, kind]

    def close_day(self, day: int, host: Host, places: Places) -> None:
        """Count the day; close the month if it was its last day."""
        model = self._model
        for part in self._parts:
            t = part.tally
            today, others = self._events_daily[day], (t.freed, t.left_queue)
            add_day(t.stock, self._people, self._parties, t.event_days, today, others)
            if t.counters[1]:
                self._log.append(part.take_log())
        people, parties = keep_stocks(
            self._people, self._parties, self._n_moving, self.stocks[day], self.stock_parties[day]
        )
        self.person_days += people
        self.party_days += parties
        if len(model.controls):
            self._levels[day] = host.levels()
        n_f = len(model.names.facilities)
        self._daily[:, 0] += host.capacity[:n_f]
        self._daily[:, 1] += places.occupied[:n_f]
        self._daily[:, 2] += places.waiting[:n_f]
        self._days_in_month += 1
        if host.is_table_day(day) and (day % 28 == 0 or day == 0):
            signal = host.signal()
            self._beliefs.append((day, host.way.believed(signal), host.border.believed()))
        last = day + 1 == model.n_days
        if last or model.month_of_day[day + 1] != model.month_of_day[day]:
            calendars = (part.calendar for part in self._parts)
            self._rows["stocks"].append(self._census.take(day, calendars, places.alive))
            self._close_month(int(model.month_of_day[day]), places)

    def _close_month(self, month: int, places: Places) -> None:
        self._custody_before += self._custody_month()
        self._rows["events"].append(self._event_rows(month))
        now, old = self._cumulative(), self._before
        new = {k: now[k] - old[k] for k in now}
        self._before = now
        flows = new["flows"].transpose(2, 1, 0)
        self._rows["flows"].append(_rows(month, flows[0], flows[1]).astype(np.int32))
        departed = new["departed"]
        self._rows["departures"].append(_rows(month, departed[:, 0], departed[:, 1]))
        self._rows["repeats"].append(_rows(month, new["repeats"]))
        self._rows["boarding"].append(_rows(month, new["boarding_failed"]))
        self._rows["stay_hits"].append(_rows(month, new["stay_hits"]))
        n_f = len(self._model.names.facilities)
        given = np.stack([places.admitted[:n_f], places.refused[:n_f]], axis=1)
        days = np.full((n_f, 1), self._days_in_month)
        table = np.concatenate([self._daily, given - self._given_before, days], axis=1)
        self._rows["facilities"].append(_rows(month, *table.T))
        self._given_before = given
        self._daily[:] = 0
        self._days_in_month = 0

    def _event_rows(self, month: int) -> npt.NDArray[np.int32]:
        """Events of the month as rows; the tallies start again from zero."""
        first, *others = (p.tally.events for p in self._parts)
        for other in others:
            first += other
            other[:] = 0
        shape = first.shape[:3]
        # People and parties are counted together: eight bytes that are not zero.
        used = np.flatnonzero(first.view(np.int64))
        cohort, transition, place = np.unravel_index(used, shape)
        counts = first.reshape(-1, 2)[used]
        first.reshape(-1, 2)[used] = 0
        order = np.lexsort((cohort, place, transition))
        rows = np.empty((len(used), 6), np.int32)
        rows[:, 0] = month
        for i, column in enumerate((transition, place, cohort, counts[:, 0], counts[:, 1]), 1):
            rows[:, i] = column[order]
        return rows

    def state(self, days: int) -> dict[str, Any]:
        """What a checkpoint keeps after ``days`` days."""
        return {
            "stocks": self.stocks[:days],
            "stock_parties": self.stock_parties[:days],
            "events_daily": self._events_daily[:days],
            "levels": self._levels[:days],
            "people": self._people,
            "parties": self._parties,
            "rows": self._rows,
            "before": self._before,
            "custody_before": self._custody_before,
            "daily": self._daily,
            "given_before": self._given_before,
            "days_in_month": self._days_in_month,
            "beliefs": [list(b) for b in self._beliefs],
            "log": [np.concatenate([part[i] for part in self._log]) for i in range(2)],
            "person_days": self.person_days,
            "party_days": self.party_days,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        days = len(state["stocks"])
        self.stocks[:days], self.stock_parties[:days] = state["stocks"], state["stock_parties"]
        self._events_daily[:days], self._levels[:days] = state["events_daily"], state["levels"]
        self._people, self._parties = state["people"], state["parties"]
        self._rows, self._before = state["rows"], state["before"]
        self._custody_before, self._daily = state["custody_before"], state["daily"]
        self._given_before, self._days_in_month = state["given_before"], state["days_in_month"]
        self._beliefs = [(int(day), way, release) for day, way, release in state["beliefs"]]
        keys, steps = state["log"]
        self._log = [(keys, steps)]
        self.person_days, self.party_days = state["person_days"], state["party_days"]

    def result(self, accidents: Sequence[Sequence[int]] = ()) -> RawResult:
        """Everything recorded, with the ``accidents`` of the run."""
        keys = np.concatenate([k for k, _ in self._log])
        steps = np.concatenate([s for _, s in self._log])
        order = np.lexsort((steps[:, 1], steps[:, 0] // 96, keys))
        days = np.array([d for d, _, _ in self._beliefs], np.int64)
        rows: dict[str, Ints] = {}
        for name in list(self._rows):  # one after the other: they are most of the memory
            rows[name] = np.concatenate(self._rows.pop(name), dtype=np.int64)
        return RawResult(
            events=rows["events"],
            events_daily=self._events_daily,
            flows=rows["flows"],
            departures=rows["departures"],
            repeats=rows["repeats"],
            boarding_failed=rows["boarding"],
            facilities=rows["facilities"],
            stay_hits=rows["stay_hits"],
            stocks=self.stocks,
            stock_parties=self.stock_parties,
            stocks_monthly=rows["stocks"],
            journey_keys=keys[order],
            journeys=steps[order],
            belief_days=days,
            way_beliefs=np.stack([w for _, w, _ in self._beliefs]),
            release_beliefs=np.stack([r for _, _, r in self._beliefs]),
            transitions=int(sum(p.tally.counters[2] for p in self._parts)),
            person_days=self.person_days,
            party_days=self.party_days,
            lost_log_rows=int(sum(p.tally.counters[3] for p in self._parts)),
            control_levels=self._levels,
            accidents=np.array(accidents, np.int64).reshape(-1, 5),
        )
