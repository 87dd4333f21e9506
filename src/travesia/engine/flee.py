"""The day loop of FLEE's rule: a second choice rule over the same clock and random numbers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np

from travesia.engine import flee_kernel as kernel
from travesia.engine.flee_host import FleeHost
from travesia.engine.flee_model import FleeModel, Ints, Longs

DAY_ORDER = (
    ("conflict", "Conflict begins, changes or ends."),
    ("departures", "People set out from places in conflict; those on record wait in camps."),
    ("closures", "Roads and camps close or open."),
    ("tables", "Scores of places, room in camps, chances and weights of paths, as thresholds."),
    ("act", "Everyone stays or moves on, and travels until the day is over."),
    ("count", "People at places and on roads are counted."),
)  # fmt: skip
"""The order of a day under FLEE's rule."""


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
        self.people = kernel.People(*(np.zeros(room, d) for d in (
            np.uint64, np.int32, np.int32, np.int16, np.int32, np.int32, np.uint8)))  # fmt: skip
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
) -> FleeResult:
    """Simulate a case. The result does not depend on ``threads`` or ``chunks``.

    The compatible version goes through the people in order and uses one thread. On the morning of
    the day of a ``recount`` everyone is put where people were counted; conflict and closures go on.
    """
    host = FleeHost(model, seed, replicate)
    expected = int(model.start_people.sum()) + int(model.new_people.sum())
    crowd = Crowd(model.rule.compatible, max(64, expected))
    roads = kernel.Roads(
        model.link_start, model.link_end, model.link_m, model.link_speed_m, model.link_walk,
        model.path_ptr, model.path_dest, model.path_link_ptr, model.path_links,
    )  # fmt: skip
    people = _settle(crowd, host, 0, model.start_people)
    shape = (model.n_days, model.n_places)
    counted, set_out = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    under_way = np.zeros(model.n_days, np.int64)
    entered = np.zeros((model.n_days, model.n_links), np.int32)
    moves = person_days = 0
    step = _compatible_day if model.rule.compatible else _sane_day
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(threads)) if threads > 1 else None
        for day in range(model.n_days):
            if recount is not None and day == recount.day:
                crowd = Crowd(model.rule.compatible, max(64, expected))
                people = _settle(crowd, host, day, recount.people)
            host.update_conflict(day)
            set_out[day] = host.setting_out(day)
            place = np.repeat(np.arange(model.n_places), set_out[day])
            crowd.add(host.person_keys(day, host.key_of_origins, len(place)), place)
            people += set_out[day]
            host.update_closures(day)
            moves += step(host, day, crowd, roads, people, entered[day], pool, chunks or threads)
            counted[day] = people
            under_way[day] = crowd.n - int(people.sum())
            person_days += crowd.n
            if progress is not None:
                progress(day + 1, model.n_days)
    return FleeResult(
        counted, under_way, set_out, entered, crowd.n, person_days, moves, host.waiting,
        crowd.bytes_per_person(),
    )  # fmt: skip


def _settle(crowd: Crowd, host: FleeHost, day: int, people: Longs) -> Longs:
    """Put people into places; returns how many are where."""
    keys = host.person_keys(day, host.key_of_camps, int(people.sum()))
    crowd.add(keys, np.repeat(np.arange(len(people)), people))
    return people.astype(np.int64)


def _sane_day(
    host: FleeHost, day: int, crowd: Crowd, roads: kernel.Roads, people: Longs,
    entered: np.ndarray, pool: ThreadPoolExecutor | None, chunks: int,
) -> int:  # fmt: skip
    """One day of everyone; how full camps are is read in the morning."""
    r = host.model.rule
    room = host.room(day, people)
    today = kernel.Sane(
        host.move_thresholds(host.chances()), host.path_thresholds(day, room * host.pull(people)),
        host.open,
        (host.camp & (room < 0.5)).astype(np.uint8), host.town.astype(np.uint8),
        np.array([r.max_speed_m, r.walk_speed_m, r.short_stints, r.start_on_foot], np.int64),
    )  # fmt: skip
    keys = host.keys(day)
    cuts = np.linspace(0, crowd.n, chunks + 1).astype(np.int64)
    tallies = [(np.zeros_like(people), np.zeros_like(entered)) for _ in range(chunks)]

    def work(c: int) -> int:
        return int(kernel.live_day(cuts[c], cuts[c + 1], keys, crowd.people, roads, today,
                                   tallies[c][0], tallies[c][1]))  # fmt: skip

    moves = sum(pool.map(work, range(chunks)) if pool is not None else map(work, range(chunks)))
    people[:] = np.sum([t[0] for t in tallies], axis=0)
    entered += np.sum([t[1] for t in tallies], axis=0)
    return int(moves)


def _compatible_day(
    host: FleeHost, day: int, crowd: Crowd, roads: kernel.Roads, people: Longs,
    entered: np.ndarray, pool: ThreadPoolExecutor | None, chunks: int,
) -> int:  # fmt: skip
    """One day as in FLEE 3.1, person after person."""
    del pool, chunks
    r = host.model.rule
    today = kernel.Flee(
        host.chances(), host.path_weights(day), host.open, host.open_paths(), host.closings,
        host.camp, host.town, host.model.capacity,
        np.array([r.max_speed_m / 1000, r.walk_speed_m / 1000, r.capacity_buffer, r.weight_power]),
        np.array([r.short_stints, r.start_on_foot], np.int64),
    )  # fmt: skip
    keys = host.keys(day)
    args = (crowd.n, keys, crowd.people, crowd.extra, roads, today, people, entered)
    return int(kernel.decide_all(*args)) + int(kernel.travel_all(*args))
