"""FLEE's rule, person by person: one kernel for the sane version, one for FLEE 3.1 as it is.

The sane kernel uses integers only and reads nothing that others change on the same day, so that
people may be dealt to any number of threads. FLEE reads how full a camp is while people enter and
leave it; the compatible kernels therefore go through the people in the order in which they set
out, in two passes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from travesia import rng
from travesia.engine.draws import draw31
from travesia.model.jit import checked

I64 = np.int64
ND = rng.N_DECISIONS
MAX_HOPS = rng.MAX_HOPS
D_MOVE, D_PATH, D_WALK = int(rng.Decision.ACTION), int(rng.Decision.LEG), int(rng.Decision.DURATION)
ONE = 1 << 31
DAY_S = 86_400
FULL_DAY = 1 << 20
"""A whole day's distance, in the measure of how much one has travelled lately."""


class People(NamedTuple):
    """Struct of arrays, one entry per person: 27 bytes (the compatible kernels add 28).

    ``at`` is a place, or ``-1 - half-link`` on the road; ``left_m`` is what remains of that road;
    ``path`` is -1 without a plan, ``step`` counts the roads of the path that were entered;
    ``recent`` is the mean of late distances in parts of a full day; ``arrived`` tells whether the
    first road lies behind.
    """

    key: Any
    at: Any
    path: Any
    step: Any
    left_m: Any
    recent: Any
    arrived: Any


class Roads(NamedTuple):
    """Half-links and paths, see :class:`travesia.kinds.flee.model.FleeModel`."""

    start: Any
    end: Any
    metres: Any
    speed: Any
    walk: Any
    path_ptr: Any
    path_dest: Any
    path_link_ptr: Any
    path_links: Any


class Sane(NamedTuple):
    """What holds today: thresholds of moving [p] and of paths [c], open half-links, camps that
    are too full to aim for, towns, and the scalars (full-day metres, walking metres, short
    stints, start on foot)."""

    move: Any
    paths: Any
    open: Any
    full: Any
    town: Any
    scalars: Any


@checked
def live_day(
    lo: int, hi: int, keys: Any, p: People, r: Roads, t: Sane, people: Any, entered: Any
) -> int:
    """Let people ``lo`` to ``hi`` live one day; returns how many roads were entered.

    ``people`` [p] and ``entered`` [l] are tallies of this chunk: people at each place at the end
    of the day, people who entered each half-link.
    """
    full_m, walk_m = t.scalars[0], t.scalars[1]
    stints, on_foot, generator = t.scalars[2], t.scalars[3], 0
    moves = 0
    for i in range(lo, hi):
        key = p.key[i]
        at = I64(p.at[i])
        path = I64(p.path[i])
        if at >= 0 and path < 0:
            u = draw31(keys, D_MOVE, key, generator)
            if u >= t.move[at]:
                people[at] += 1
                p.recent[i] >>= 1
                continue
            keep = True
        else:
            keep = bool(at >= 0)
        time = I64(DAY_S)
        moved = I64(0)
        hop = 0
        while True:
            if at >= 0:
                if not keep and path < 0:
                    forced = (
                        stints == 1
                        and t.town[at] == 1
                        and (p.recent[i] + moved * FULL_DAY // full_m < FULL_DAY)
                    )
                    if not forced and draw31(keys, hop * ND + D_MOVE, key, generator) >= t.move[at]:
                        break
                keep = False
                if path < 0:
                    a, b = I64(r.path_ptr[at]), I64(r.path_ptr[at + 1])
                    if a == b or t.paths[b - 1] == 0:
                        break
                    u = draw31(keys, hop * ND + D_PATH, key, generator)
                    while a < b:  # the first path whose threshold lies above the draw
                        mid = (a + b) >> 1
                        if t.paths[mid] > u:
                            b = mid
                        else:
                            a = mid + 1
                    path = a
                    p.step[i] = 0
                k = I64(r.path_link_ptr[path]) + p.step[i]
                link = I64(r.path_links[k])
                if t.open[link] == 0 or t.full[r.path_dest[path]] == 1:
                    path = I64(-1)  # the way is shut or the camp is full: think again tomorrow
                    break
                p.step[i] += 1
                if k + 1 == r.path_link_ptr[path + 1]:
                    path = I64(-1)
                at = -1 - link
                p.left_m[i] = r.metres[link]
                entered[link] += 1
                moves += 1
            link = -1 - at
            speed = I64(r.speed[link])
            if (on_foot == 1 and p.arrived[i] == 0) or (
                r.walk[link] > 0
                and (draw31(keys, hop * ND + D_WALK, key, generator) < r.walk[link])
            ):
                speed = walk_m
            left = I64(p.left_m[i])
            reach = time * speed // DAY_S
            if reach < left:
                p.left_m[i] = left - reach
                moved += reach
                break
            moved += left
            time -= (left * DAY_S + speed - 1) // speed
            p.left_m[i] = 0
            if t.open[link] == 0:  # closed while they were under way: back to where it begins
                at = I64(r.start[link])
                path = I64(-1)
                break
            at = I64(r.end[link])
            p.arrived[i] = 1
            hop += 1
            if time <= 0 or hop >= MAX_HOPS:
                break
        if at >= 0:
            people[at] += 1
        p.at[i] = at
        p.path[i] = path
        p.recent[i] = (p.recent[i] + moved * FULL_DAY // full_m) >> 1
    return moves


class Extra(NamedTuple):
    """More about each person in the compatible kernels: km on the road, km today, how often the
    road had closed when it was entered, and recent travel."""

    on_road: Any
    today: Any
    stamp: Any
    recent: Any


class Flee(NamedTuple):
    """What holds today in FLEE 3.1: chances, weights without room, open half-links and paths,
    times closed, camps, towns, capacities; scalars: full-day km, walking km, buffer, weight
    power; switches: short stints, start on foot."""

    move: Any
    weights: Any
    open: Any
    open_paths: Any
    closings: Any
    camp: Any
    town: Any
    capacity: Any
    scalars: Any
    switches: Any


@njit(inline="always")
def room_at(n: int, capacity: float, buffer: float) -> float:
    """FLEE's multiplier for a place with ``n`` people."""
    if capacity < 1 or n <= buffer * capacity:
        return 1.0
    if n >= capacity:
        return 0.0
    return 1.0 - (n - buffer * capacity) / (capacity * (1.0 - buffer))


@njit(inline="always")
def weight_now(c: int, r: Roads, t: Flee, people: Any) -> float:
    """Weight of a path with the room that is left at its end at this moment."""
    d = r.path_dest[c]
    weight = t.weights[c] * room_at(people[d], t.capacity[d], t.scalars[2])
    return float(weight if t.scalars[3] == 1.0 else weight ** t.scalars[3])


@njit(inline="always")
def choose_path(at: int, u: float, r: Roads, t: Flee, people: Any) -> int:
    """A path in proportion to its weight and the room at its end now; -1 if none is open."""
    a, b = r.path_ptr[at], r.path_ptr[at + 1]
    total, n, last = 0.0, 0, -1
    for c in range(a, b):
        if t.open_paths[c]:
            total += weight_now(c, r, t, people)
            n += 1
            last = c
    if n == 0:
        return -1
    sought, sums = u * (total if total > 0 else n), 0.0
    for c in range(a, b):
        if t.open_paths[c]:
            sums += weight_now(c, r, t, people) if total > 0 else 1.0
            if sums > sought:
                return c
    return last


@njit(inline="always")
def decide(
    i: int,
    hop: int,
    forced: bool,
    keys: Any,
    p: People,
    x: Extra,
    r: Roads,
    t: Flee,
    people: Any,
    entered: Any,
) -> bool:
    """FLEE's decision of one person at a place; True if a road was entered."""
    at = p.at[i]
    u = draw31(keys, hop * ND + D_MOVE, p.key[i], 0) / ONE
    if u >= (1.0 if forced and t.town[at] else t.move[at]):
        return False
    if p.path[i] < 0:
        u = draw31(keys, hop * ND + D_PATH, p.key[i], 0) / ONE
        p.path[i] = choose_path(at, u, r, t, people)
        p.step[i] = 0
        if p.path[i] < 0:
            return False
    path = p.path[i]
    k = r.path_link_ptr[path] + p.step[i]
    link = r.path_links[k]
    dest = r.path_dest[path]
    full = t.camp[dest] and room_at(people[dest], t.capacity[dest], t.scalars[2]) < 0.5
    if t.open[link] == 0 or r.start[link] != at or full:
        p.path[i] = -1
        return False
    p.step[i] += 1
    if k + 1 == r.path_link_ptr[path + 1]:
        p.path[i] = -1
    people[at] -= 1
    entered[link] += 1
    p.at[i] = -1 - link
    x.on_road[i] = 0.0
    x.stamp[i] = t.closings[link]
    return True


@checked
def decide_all(
    n: int, keys: Any, p: People, x: Extra, r: Roads, t: Flee, people: Any, entered: Any
) -> int:
    """FLEE's decision pass; ``people`` [p] changes under way. Returns the roads entered."""
    moves = 0
    for i in range(n):
        if p.at[i] >= 0:
            moves += decide(i, 0, False, keys, p, x, r, t, people, entered)
    return moves


@checked
def travel_all(
    n: int, keys: Any, p: People, x: Extra, r: Roads, t: Flee, people: Any, entered: Any
) -> int:
    """FLEE's travel pass: a person who arrives early decides again and gets a whole new day."""
    full_km, walk_km = t.scalars[0], t.scalars[1]
    moves = 0
    for i in range(n):
        hop = 1
        while p.at[i] < 0:
            link = -1 - p.at[i]
            km = r.metres[link] / 1000.0
            speed = r.speed[link] / 1000.0
            if t.switches[1] == 1 and p.arrived[i] == 0:
                speed = walk_km
            if (
                r.walk[link] > 0
                and draw31(keys, min(hop, MAX_HOPS - 1) * ND + D_WALK, p.key[i], 0) < (r.walk[link])
            ):
                speed = walk_km
            x.on_road[i] += speed
            x.today[i] += speed
            if x.on_road[i] <= km:
                break
            p.arrived[i] = 1
            x.today[i] += km - x.on_road[i]
            if t.closings[link] != x.stamp[i]:
                p.at[i] = r.start[link]
                people[p.at[i]] += 1
                break
            early = x.today[i] < speed
            p.at[i] = r.end[link]
            people[p.at[i]] += 1
            if not early or hop >= MAX_HOPS:
                break
            forced = t.switches[0] == 1 and (x.recent[i] + x.today[i] / full_km) / 2.0 < 0.5
            moves += decide(i, hop, forced, keys, p, x, r, t, people, entered)
            hop += 1
        x.recent[i] = (x.recent[i] + x.today[i] / full_km) / 2.0
        x.today[i] = 0.0
    return moves
