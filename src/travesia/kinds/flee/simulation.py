"""A day of FLEE's rule: a second choice rule over the same loop, clock and random numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from travesia.engine.loop import Apply, run_days
from travesia.kinds.flee import kernel
from travesia.kinds.flee.host import FleeHost
from travesia.kinds.flee.model import FleeModel, Ints, Longs

DAY_ORDER = (
    ("conflict", "Conflict begins, changes or ends."),
    ("departures", "People set out from places in conflict; those on record wait in camps."),
    ("closures", "Roads and camps close or open."),
    ("tables", "Scores of places, room in camps, chances and weights of paths, as thresholds."),
    ("act", "Everyone stays or moves on, and travels until the day is over."),
    ("count", "People at places and on roads are counted."),
)  # fmt: skip
"""The order of a day under FLEE's rule."""

TALLIES = (
    "days_done", "people", "counted", "set_out", "under_way", "entered", "moves", "person_days",
)  # fmt: skip
"""What a simulation counts, by name."""


@dataclass(frozen=True, slots=True)
class FleeResult:
    """Counts of a run: people at places [t, p], people on the road [t], new people [t, p],
    entries into half-links [t, l], and totals."""

    people: Longs
    under_way: Longs
    set_out: Longs
    entered: Ints
    n_people: int
    person_days: int
    moves: int
    waiting: int
    bytes_per_person: float


@dataclass(frozen=True, slots=True)
class Recount:
    """People at every place [p] on the morning of a day, as counted."""

    day: int
    people: Longs


class Crowd:
    """People as a struct of arrays that grows by doubling."""

    def __init__(self, compatible: bool, room: int) -> None:
        self.n = 0
        self.compatible = compatible
        self.people = kernel.People(
            *(
                np.zeros(room, d)
                for d in (np.uint64, np.int32, np.int32, np.int16, np.int32, np.int32, np.uint8)
            )
        )
        kinds = (np.float64, np.float64, np.int32, np.float64)
        self.extra = kernel.Extra(*(np.zeros(room if compatible else 0, d) for d in kinds))

    def add(self, keys: np.ndarray, place: np.ndarray) -> None:
        """Let people with these keys begin at these places."""
        need = self.n + len(keys)
        if need > len(self.people.key):
            room = max(need, 2 * len(self.people.key))
            self.people = kernel.People(*(np.resize(c, room) for c in self.people))
            if self.compatible:
                self.extra = kernel.Extra(*(np.resize(c, room) for c in self.extra))
        mine = slice(self.n, need)
        fresh = (keys, place, -1, 0, 0, 0, 0)
        for column, value in zip(self.people, fresh, strict=True):
            column[mine] = value
        if self.compatible:
            for column in self.extra:
                column[mine] = 0
        self.n = need

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps: the columns, as far as people are in them."""
        columns = (*self.people, *self.extra)
        return {"n": self.n, "columns": [c[: self.n].copy() for c in columns]}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.n, columns = state["n"], state["columns"]
        own = len(self.people)
        self.people = kernel.People(*columns[:own])
        self.extra = kernel.Extra(*columns[own:])

    def bytes_per_person(self) -> float:
        """Memory of one person, all columns."""
        columns = [*self.people, *(self.extra if self.compatible else ())]
        return float(sum(c.itemsize for c in columns))


def run_flee(
    model: FleeModel,
    seed: int = 0,
    *,
    replicate: int = 0,
    threads: int = 1,
    chunks: int | None = None,
    recount: Recount | None = None,
    progress: Callable[[int, int], None] | None = None,
    state: dict[str, Any] | None = None,
    keep: Callable[[FleeSimulation], None] | None = None,
) -> FleeResult:
    """Simulate a case. The result does not depend on ``threads`` or ``chunks``.

    The compatible version goes through the people in order and uses one thread. On the morning of
    the day of a ``recount`` everyone is put where people were counted; conflict and closures go on.
    A run goes on from the ``state`` of a checkpoint; ``keep`` is called with the simulation after
    each day.
    """
    simulation = FleeSimulation(model, seed, replicate, chunks or threads, recount)
    if state is not None:
        simulation.restore(state)
    told = None if keep is None else lambda _: keep(simulation)
    run_days(simulation, model.n_days, threads=threads, progress=progress, keep=told)
    return simulation.result()


class FleeSimulation:
    """One run of a case under way: its host, its people and its tallies."""

    def __init__(
        self, model: FleeModel, seed: int, replicate: int, chunks: int, recount: Recount | None
    ) -> None:
        self.model, self.chunks, self.recount = model, chunks, recount
        self.host = FleeHost(model, seed, replicate)
        self.days_done = 0
        self.roads = kernel.Roads(
            model.link_start,
            model.link_end,
            model.link_m,
            model.link_speed_m,
            model.link_walk,
            model.path_ptr,
            model.path_dest,
            model.path_link_ptr,
            model.path_links,
        )
        self.crowd = self._crowd()
        self.people = _settle(self.crowd, self.host, 0, model.start_people)
        shape = (model.n_days, model.n_places)
        self.counted, self.set_out = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self.under_way = np.zeros(model.n_days, np.int64)
        self.entered = np.zeros((model.n_days, model.n_links), np.int32)
        self.moves = self.person_days = 0

    def _crowd(self) -> Crowd:
        expected = int(self.model.start_people.sum()) + int(self.model.new_people.sum())
        return Crowd(self.model.rule.compatible, max(64, expected))

    def run_day(self, apply: Apply) -> None:
        """Simulate the next day."""
        day, host, people = self.days_done, self.host, self.people
        if self.recount is not None and day == self.recount.day:
            self.crowd = self._crowd()
            people = self.people = _settle(self.crowd, host, day, self.recount.people)
        host.update_conflict(day)
        self.set_out[day] = host.setting_out(day)
        place = np.repeat(np.arange(self.model.n_places), self.set_out[day])
        self.crowd.add(host.person_keys(day, host.key_of_origins, len(place)), place)
        people += self.set_out[day]
        host.update_closures(day)
        step = _compatible_day if self.model.rule.compatible else _sane_day
        self.moves += step(
            host, day, self.crowd, self.roads, people, self.entered[day], apply, self.chunks
        )
        self.counted[day] = people
        self.under_way[day] = self.crowd.n - int(people.sum())
        self.person_days += self.crowd.n
        self.days_done = day + 1

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {
            "host": self.host.state(),
            "crowd": self.crowd.state(),
            **{name: getattr(self, name) for name in TALLIES},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.host.restore(state["host"])
        self.crowd.restore(state["crowd"])
        for name in TALLIES:
            setattr(self, name, state[name])

    def result(self) -> FleeResult:
        """What was counted so far."""
        return FleeResult(
            self.counted,
            self.under_way,
            self.set_out,
            self.entered,
            self.crowd.n,
            self.person_days,
            self.moves,
            self.host.waiting,
            self.crowd.bytes_per_person(),
        )


def _settle(crowd: Crowd, host: FleeHost, day: int, people: Longs) -> Longs:
    """Put people into places; returns how many are where."""
    keys = host.person_keys(day, host.key_of_camps, int(people.sum()))
    crowd.add(keys, np.repeat(np.arange(len(people)), people))
    return people.astype(np.int64)


def _sane_day(
    host: FleeHost,
    day: int,
    crowd: Crowd,
    roads: kernel.Roads,
    people: Longs,
    entered: np.ndarray,
    apply: Apply,
    chunks: int,
) -> int:
    """One day of everyone; how full camps are is read in the morning."""
    r = host.model.rule
    room = host.room(day, people)
    today = kernel.Sane(
        host.move_thresholds(host.chances()),
        host.path_thresholds(day, room * host.pull(people)),
        host.open,
        (host.camp & (room < 0.5)).astype(np.uint8),
        host.town.astype(np.uint8),
        np.array([r.max_speed_m, r.walk_speed_m, r.short_stints, r.start_on_foot], np.int64),
    )
    keys = host.keys(day)
    cuts = np.linspace(0, crowd.n, chunks + 1).astype(np.int64)
    tallies = [(np.zeros_like(people), np.zeros_like(entered)) for _ in range(chunks)]

    def work(c: int) -> int:
        return int(
            kernel.live_day(
                cuts[c], cuts[c + 1], keys, crowd.people, roads, today, tallies[c][0], tallies[c][1]
            )
        )

    moves = sum(apply(work, range(chunks)))
    people[:] = np.sum([t[0] for t in tallies], axis=0)
    entered += np.sum([t[1] for t in tallies], axis=0)
    return int(moves)


def _compatible_day(
    host: FleeHost,
    day: int,
    crowd: Crowd,
    roads: kernel.Roads,
    people: Longs,
    entered: np.ndarray,
    apply: Apply,
    chunks: int,
) -> int:
    """One day as in FLEE 3.1, person after person."""
    del apply, chunks  # FLEE reads how full camps are while people move: one after the other
    r = host.model.rule
    today = kernel.Flee(
        host.chances(),
        host.path_weights(day),
        host.open,
        host.open_paths(),
        host.closings,
        host.camp,
        host.town,
        host.model.capacity,
        np.array([r.max_speed_m / 1000, r.walk_speed_m / 1000, r.capacity_buffer, r.weight_power]),
        np.array([r.short_stints, r.start_on_foot], np.int64),
    )
    keys = host.keys(day)
    args = (crowd.n, keys, crowd.people, crowd.extra, roads, today, people, entered)
    return int(kernel.decide_all(*args)) + int(kernel.travel_all(*args))
