"""The tables that kernels and oracle read: today's integers, and the tallies they fill.

All are named tuples of arrays, which the compiler understands and people can read.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from travesia.model.compiled import N_RISK_CLASSES, CompiledModel
from travesia.model.layout import RING_DAYS, WORDS
from travesia.rng import LOG_TABLE

Array = npt.NDArray[Any]


class Static(NamedTuple):
    """What never changes during a run."""

    out_ptr: Array
    leg_to: Array
    leg_crossing: Array
    leg_region: Array
    leg_cell: Array
    place_region: Array
    place_arrival: Array
    group: Array
    profile: Array
    size_cum: Array
    origin_place: Array
    origin_cum: Array
    stay_cell: Array
    """[S, P] where those who stay are counted: state * places + place."""
    stay_zero: Array
    stay_queue: Array
    stay_served: Array
    stay_overflow: Array
    stay_facility: Array
    stay_match: Array
    """[S] transition of an enrolled party that a query of the register finds, or -1."""
    branch_ptr: Array
    branch_transition: Array
    goal: Array
    target: Array
    where: Array
    flags: Array
    grant: Array
    event_people: Array
    action_transition: Array
    cause_transition: Array
    cause_stop: Array
    """[K] 1 for stops, which papers may turn away."""
    harm_ptr: Array
    harm_transition: Array
    harm_shape: Array
    harm_kind: Array
    harm_bound: Array
    harm_hazard: Array
    """These six as in :class:`travesia.model.compiled.StayHarms`."""
    logarithms: Array
    """:data:`travesia.rng.LOG_TABLE`."""
    bed: Array
    """[F] 1 if the facility counts places (so that leaving frees one)."""
    scalars: Array
    """stuck, crossing stay, rest state, repeat window in days, generator, caravan stay, stay of
    children who are parted from their family."""
    parted: Array
    """[C, 2] cohorts of the adult and of the children of a family that is parted, or -1."""


class Today(NamedTuple):
    """Integer thresholds of the day (31 bits) and other daily numbers."""

    choice: Array
    """[classes, L] cumulative within each place's legs."""
    action: Array
    """[2 C, P, A] cumulative."""
    risk_total: Array
    """[risk classes, L]"""
    risk_cause: Array
    """[risk classes, L, K] cumulative."""
    outcome: Array
    """[C, R, B] cumulative within each stay's branches."""
    match: Array
    """[C, S, R] chance that a query of the register at the end of a stay is made and finds."""
    clock: Array
    """[S, R] row of ``duration``."""
    duration: Array
    """[clocks, 256] days at 256 quantiles."""
    harm_rate: Array
    """[C, P, H] chance a day of each harm to those who stay."""
    harm_first: Array
    """[C, P, H] what it is more than that at the beginning of a stay."""
    boarding: Array
    """[L] chance that boarding fails."""
    leg_ticks: Array
    paper_days: Array
    paper_valid: Array
    """[W, P] 1 where each paper is valid."""
    paper_shield: Array
    """[W] chance that a valid paper turns away a stop that papers in general would not."""
    guided: Array
    """[C]"""
    leg_accident: Array
    """[L] chance for each person that an accident of the day strikes, at the end of the leg."""
    leg_cause: Array
    """[L] cause of that accident."""
    caravan_place: Array
    """[caravans] where each caravan is today, or -1."""
    caravan_here: Array
    """[P] the caravan that can be joined at each place today, or -1."""


class Calendar(NamedTuple):
    """Day buckets of records, in chained blocks of a shared pool."""

    pool: Array
    """[blocks, block size, words]"""
    chain: Array
    head: Array
    tail: Array
    fill: Array
    free: Array
    """[2] first free block, number of free blocks."""


class Tally(NamedTuple):
    """Raw integer counts of one chunk."""

    events: Array
    """[C, T, P, 2] people and parties."""
    event_days: Array
    """[T] people, today."""
    flows: Array
    """[C, L, 2] people and parties entering each leg."""
    exposed: Array
    """[risk classes, L] people at risk at the end of each leg."""
    hits: Array
    """[L, K, G] people struck by each cause."""
    stay_hits: Array
    """[H, P] people struck by each harm of a stay, where they are counted."""
    repeats: Array
    """[P, C] encounters of people encountered before."""
    boarding_failed: Array
    stock: Array
    """[cells, 2] change of the stock of people and parties, today."""
    freed: Array
    """[F] people who leave a bed, today."""
    left_queue: Array
    """[F] people who give up waiting, today."""
    counters: Array
    """claims of the phase, log rows, transitions made, log rows lost, families parted in the
    phase."""
    departed: Array
    """[C, 2] people and parties that set out."""
    caravan: Array
    """[caravans, 2] people and parties that walk with each caravan."""


class Outbox(NamedTuple):
    """What a chunk hands to the allocation of limited places, and the journeys it keeps."""

    claims: Array
    """[n, words] records that ask for a place."""
    claim_facility: Array
    claim_stay: Array
    log_key: Array
    log: Array
    """[n, 5] day * 96 + tick, hop, event (leg, or legs + transition), place, size * 4096 + cohort
    number."""
    parted: Array
    """[n, words] children who were parted from their family in this phase."""
    parted_wake: Array
    """[n] day on which their stay ends."""


BLOCK = 64
N_COUNTERS = 5


def static_tables(model: CompiledModel, generator: int = 0) -> Static:
    """Arrays of a compiled model that kernels read, as one named tuple."""
    g, c, m, harms = model.graph, model.cohorts, model.machine, model.stay_harms
    return Static(
        out_ptr=g.out_ptr,
        leg_to=g.leg_to,
        leg_crossing=g.leg_crossing,
        leg_region=g.leg_region,
        leg_cell=g.leg_cell,
        place_region=g.place_region,
        place_arrival=g.place_arrival,
        group=c.group,
        profile=c.profile,
        size_cum=c.size_cum,
        origin_place=c.origin_place,
        origin_cum=c.origin_cum,
        stay_cell=m.stay_cell,
        stay_zero=m.stay_zero,
        stay_queue=m.stay_queue,
        stay_served=m.stay_served,
        stay_overflow=m.stay_overflow,
        stay_facility=m.stay_facility,
        stay_match=m.stay_match,
        branch_ptr=m.branch_ptr,
        branch_transition=m.branch_transition,
        goal=m.goal,
        target=m.target,
        where=m.where,
        flags=m.flags,
        grant=m.grant,
        event_people=m.event_people,
        action_transition=m.action_transition,
        cause_transition=m.cause_transition,
        cause_stop=model.risk.is_stop,
        harm_ptr=harms.ptr,
        harm_transition=harms.transition,
        harm_shape=harms.shape,
        harm_kind=harms.kind,
        harm_bound=harms.bound,
        harm_hazard=harms.hazard,
        logarithms=np.array(LOG_TABLE, np.int64),
        bed=(1 - model.facilities.service).astype(np.uint8),
        scalars=np.array(
            [
                m.stuck,
                m.crossing_stay,
                m.rest_state,
                int(model.parameters["repeat_window_days"]),
                generator,
                m.caravan_stay,
                m.alone_stay,
            ],
            np.int64,
        ),
        parted=c.parted,
    )


def caravans_today(model: CompiledModel, today: Today, day: int) -> Today:
    """The day's tables with the places of the caravans.

    Where two caravans meet, the later one is joined. On its last day a caravan breaks up and
    nobody joins it.
    """
    at = model.caravans[:, day]
    goes_on = model.caravans[:, min(day + 1, model.n_days - 1)] >= 0
    here = np.full(model.n_places, -1, np.int32)
    for number in np.flatnonzero((at >= 0) & goes_on):
        here[at[number]] = number
    return today._replace(caravan_place=at.astype(np.int32), caravan_here=here)


def caravan_days(model: CompiledModel) -> frozenset[int]:
    """Days on which :func:`caravans_today` gives something else than on the day before."""
    at = model.caravans
    if not len(at):
        return frozenset()
    stays = np.concatenate([at[:, 1:] >= 0, at[:, -1:] >= 0], axis=1)
    changed = (np.diff(at, axis=1) != 0) | (np.diff(stays, axis=1) != 0)
    return frozenset([0, *(np.flatnonzero(changed.any(axis=0)) + 1).tolist()])


def new_tally(model: CompiledModel) -> Tally:
    """A tally of zeros."""
    n = model.names
    t, p, c, legs = len(n.transitions), len(n.places), len(n.cohorts), len(n.legs)
    k, g, f = len(n.causes), len(n.groups), max(1, len(n.facilities))
    return Tally(
        events=np.zeros((c, t, p, 2), np.int32),
        event_days=np.zeros(t, np.int64),
        flows=np.zeros((c, legs, 2), np.int64),
        exposed=np.zeros((N_RISK_CLASSES, legs), np.int64),
        hits=np.zeros((legs, k, g), np.int64),
        stay_hits=np.zeros((len(model.stay_harms.transition), p), np.int64),
        repeats=np.zeros((p, c), np.int64),
        boarding_failed=np.zeros(legs, np.int64),
        stock=np.zeros((model.n_cells, 2), np.int32),
        freed=np.zeros(f, np.int64),
        left_queue=np.zeros(f, np.int64),
        counters=np.zeros(N_COUNTERS, np.int64),
        departed=np.zeros((c, 2), np.int64),
        caravan=np.zeros((max(1, len(model.caravans)), 2), np.int64),
    )


def new_calendar(blocks: int) -> Calendar:
    """An empty calendar with a pool of ``blocks`` blocks."""
    chain = np.arange(1, blocks + 1, dtype=np.int32)
    chain[-1] = -1
    return Calendar(
        pool=np.zeros((blocks, BLOCK, WORDS), np.uint64),
        chain=chain,
        head=np.full(RING_DAYS, -1, np.int32),
        tail=np.full(RING_DAYS, -1, np.int32),
        fill=np.zeros(RING_DAYS, np.int32),
        free=np.array([0, blocks], np.int64),
    )


def grown_calendar(calendar: Calendar, blocks: int) -> Calendar:
    """The same calendar with ``blocks`` more free blocks."""
    old = len(calendar.chain)
    chain = np.concatenate([calendar.chain, np.arange(old + 1, old + blocks + 1, dtype=np.int32)])
    chain[-1] = calendar.free[0]
    pool = np.empty((old + blocks, BLOCK, WORDS), np.uint64)
    pool[:old] = calendar.pool
    free = np.array([old, calendar.free[1] + blocks], np.int64)
    return calendar._replace(pool=pool, chain=chain, free=free)


def calendar_records(calendar: Calendar) -> tuple[Array, Array]:
    """All records [n, words], bucket after bucket, and how many lie in each bucket [ring]."""
    parts, counts = [], np.zeros(RING_DAYS, np.int64)
    for slot in np.flatnonzero(calendar.head >= 0):
        block = int(calendar.head[slot])
        while block >= 0:
            after = int(calendar.chain[block])
            size = int(calendar.fill[slot]) if after < 0 else BLOCK
            parts.append(calendar.pool[block, :size])
            counts[slot] += size
            block = after
    nobody = np.zeros((0, WORDS), np.uint64)
    return np.concatenate([nobody, *parts]), counts


def filled_calendar(records: Array, counts: Array, blocks: int) -> Calendar:
    """A calendar of ``records`` [n, words], of which ``counts`` [ring] lie in each bucket."""
    needed = -(-counts // BLOCK)
    used = int(needed.sum())
    calendar = new_calendar(used + blocks)
    first, start = 0, 0
    for slot in np.flatnonzero(counts):
        n, number = int(counts[slot]), int(needed[slot])
        last = first + number - 1
        calendar.pool[first : last + 1].reshape(-1, WORDS)[:n] = records[start : start + n]
        calendar.chain[last] = -1
        calendar.head[slot], calendar.tail[slot] = first, last
        calendar.fill[slot] = n - (number - 1) * BLOCK
        first, start = last + 1, start + n
    calendar.free[:] = (used, blocks)
    return calendar


def new_outbox(rows: int, log_rows: int, parts: bool = False) -> Outbox:
    """An empty outbox for ``rows`` claims and ``log_rows`` journey steps.

    ``parts`` says whether families can be parted.
    """
    return Outbox(
        claims=np.zeros((rows, WORDS), np.uint64),
        claim_facility=np.zeros(rows, np.int32),
        claim_stay=np.zeros(rows, np.int32),
        log_key=np.zeros(log_rows, np.uint64),
        log=np.zeros((log_rows, 5), np.int64),
        parted=np.zeros((rows if parts else 0, WORDS), np.uint64),
        parted_wake=np.zeros(rows if parts else 0, np.int64),
    )
