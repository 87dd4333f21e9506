"""The reduced corridor: wait, outcome, leg choice and tallies, for the engine and for its rivals.

It keeps a scenario's own places, legs, cohorts, party sizes, rates of departure and route choice,
and reduces the journey to this: a party sets out, takes a leg drawn from the route choice, rests a
drawn time where the leg ends, then gives up, settles or goes on, until it arrives where no leg
leads on. There are no risks, papers, limited places, learning or dated changes.

:func:`by_engine` runs it through the package's own day loop and compiled kernel; every rival
(:mod:`bench.c_loop`, :mod:`bench.sweep`, :mod:`bench.mesa_model`, :mod:`bench.starsim_model`) is
given the same :class:`Tables` and fills the same :class:`Tallies`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, fields, replace
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.parts import parts_timed
from travesia.engine import run as engine
from travesia.engine.chunk import Chunk
from travesia.engine.host import Host
from travesia.engine.keys import departures
from travesia.engine.record import RawResult, Recorder
from travesia.model.compiled import CompiledModel, choice_class
from travesia.model.layout import HERE, Goal
from travesia.rng import Generator

Ints = npt.NDArray[np.int64]
RESTS, GOES_ON, GIVES_UP, SETTLES, ARRIVES = range(5)
"""Numbers of the five events."""
N_EVENTS = 5
SHARES = (0.03, 0.02)
"""Shares that give up and settle at the end of a rest."""
SLOTS_PER_HOP = 16


@dataclass(frozen=True)
class Tallies:
    """What every program counts. C cohorts, P places, L legs."""

    events: Ints
    """[C, events, P, 2] people and parties."""
    events_daily: Ints
    """[days, events] people."""
    flows: Ints
    """[C, L, 2] people and parties that enter each leg."""
    departed: Ints
    """[C, 2] people and parties that set out."""
    people: Ints
    """[days, cells] people at the end of each day."""
    parties: Ints
    """[days, states] parties at the end of each day."""

    def differences(self, other: Tallies) -> list[str]:
        """Names of the tallies in which two runs differ."""
        return [
            f.name
            for f in fields(self)
            if not np.array_equal(getattr(self, f.name), getattr(other, f.name))
        ]


@dataclass(frozen=True)
class Tables:
    """The reduced corridor as plain arrays: all that a program is given.

    Thresholds are integers of 31 bits, as the engine's kernel reads them.
    """

    key: int
    """Key of the run; with the party's key it makes every draw."""
    generator: Generator
    n_days: int
    n_states: int
    day_ptr: Ints
    """[days + 1] where each day's parties begin."""
    born: npt.NDArray[np.uint64]
    """Keys of the parties in the order in which they set out."""
    cohort: npt.NDArray[np.int32]
    origin_cum: Ints
    origin_place: npt.NDArray[np.int32]
    """[C, origins]"""
    size_cum: Ints
    """[C, 16]"""
    guided: npt.NDArray[np.uint32]
    """[C]"""
    out_ptr: npt.NDArray[np.int32]
    """[P + 1]"""
    leg_to: npt.NDArray[np.int32]
    leg_cell: npt.NDArray[np.int32]
    leg_ticks: npt.NDArray[np.int32]
    """[L]"""
    choice: npt.NDArray[np.uint32]
    """[2 C, L] cumulative within each place's legs, by cohort and guidance."""
    region: npt.NDArray[np.int32]
    """[P] row of ``outcome`` and ``wait``."""
    rest_cell: npt.NDArray[np.int32]
    """[P]"""
    end_cell: npt.NDArray[np.int32]
    """[3, P] of those who gave up, settled and arrived."""
    outcome: npt.NDArray[np.uint32]
    """[C, R, 2] cumulative: gives up, settles."""
    wait: npt.NDArray[np.uint16]
    """[R, 256] days."""

    @property
    def n_places(self) -> int:
        """Number of places."""
        return len(self.region)

    @property
    def n_cells(self) -> int:
        """Number of stock cells."""
        return self.n_states * self.n_places

    @property
    def n_cohorts(self) -> int:
        """Number of cohorts."""
        return len(self.guided)


@dataclass(frozen=True)
class Ran:
    """What one program did with the reduced corridor."""

    tallies: Tallies
    seconds: float
    """CPU seconds of the simulation, without compiling, tables and departures."""
    records: int
    """How often a party was taken up to act."""


def _plain(model: CompiledModel, goal: Goal) -> Ints:
    """Transitions to a goal that change nothing else about a party."""
    m = model.machine
    plain = (m.flags == 0) & (m.grant < 0) & (m.event_people == 0) & (m.where == HERE).all(1)
    return np.flatnonzero(plain & (m.goal == int(goal)))


def event_codes(model: CompiledModel) -> Ints:
    """Which transitions of a model stand for the five events."""
    m = model.machine
    rest = _rest(model)
    into_rest = next(t for t in _plain(model, Goal.STAY) if m.target[t] == rest)
    ends = _plain(model, Goal.END)
    different = ends[np.sort(np.unique(m.target[ends], return_index=True)[1])]
    return np.array([into_rest, _plain(model, Goal.CONTINUE)[0], *different[:3]], np.int64)


def _rest(model: CompiledModel) -> int:
    return int(np.flatnonzero(model.machine.stay_state == model.machine.rest_state)[0])


def reduced(model: CompiledModel, n_days: int, share: float = 1.0) -> CompiledModel:
    """A compiled scenario without everything but wait, outcome and leg choice.

    ``share`` of its parties set out, every day at the mean rate of the whole period.
    """
    g, m, rest = model.graph, model.machine, _rest(model)
    codes = event_codes(model)
    at = int(m.branch_ptr[rest])
    old = int(m.branch_ptr[rest + 1]) - at
    branches = np.delete(m.branch_transition, range(at, at + old))
    branches = np.insert(branches, at, codes[[GIVES_UP, SETTLES, GOES_ON]])
    outcome = np.delete(model.base["outcome"], range(at, at + old), axis=2)
    outcome = np.insert(outcome, [at] * 3, (*SHARES, 1.0 - sum(SHARES)), axis=2)
    pointers = m.branch_ptr + np.where(np.arange(len(m.branch_ptr)) > rest, 3 - old, 0)
    facility = m.stay_facility.copy()
    facility[rest] = -1
    sink = np.diff(g.out_ptr) == 0
    nothing = np.zeros(0, np.int32)
    n_legs, n_cohorts = len(model.names.legs), len(model.names.cohorts)
    return replace(
        model,
        n_days=n_days,
        month_of_day=np.zeros(n_days, np.int32),
        graph=replace(
            g,
            leg_crossing=np.zeros(n_legs, np.uint8),
            leg_train=np.zeros(n_legs, np.uint8),
            place_arrival=np.where(sink, codes[ARRIVES], codes[RESTS]).astype(np.int32),
        ),
        cohorts=replace(
            model.cohorts,
            people_per_day=model.cohorts.people_per_day.mean(0, keepdims=True) * share,
        ),
        machine=replace(
            m,
            branch_ptr=pointers.astype(np.int32),
            branch_transition=branches.astype(np.int32),
            stay_facility=facility,
            action_transition=nothing,
            action_needs_no_papers=nothing.astype(np.uint8),
            turn_back=-1,
            stuck=int(codes[GIVES_UP]),
            caravan_stay=-1,
        ),
        base=model.base
        | {
            "outcome": outcome,
            "action": np.zeros((n_cohorts, model.n_places, 0)),
            "hazard": np.zeros_like(model.base["hazard"]),
            "match": np.zeros_like(model.base["match"]),
        },
        stay_harms=replace(model.stay_harms, kind=np.full_like(model.stay_harms.kind, -1)),
        edits=(),
        recalls=(),
        controls=(),
        caravans=np.zeros((0, 1), np.int32),
        attraction=model.attraction[:1],
        learning=False,
        demand_response=False,
        sample=1.0,
    )


def tables(model: CompiledModel, seed: int, generator: Generator = Generator.SPLITMIX) -> Tables:
    """The arrays of a :func:`reduced` model, from the engine's own host."""
    host = Host(model, seed)
    today = host.update(0, Recorder(model, [Chunk(model, 0.0)]).published())
    m, g, c, rest = model.machine, model.graph, model.cohorts, _rest(model)
    days = [departures(host.key, d, c.key, host.parties_per_day) for d in range(model.n_days)]
    at = int(m.branch_ptr[rest])
    ends = m.target[event_codes(model)[[GIVES_UP, SETTLES, ARRIVES]]]
    classes = [choice_class(i, w, 0, 0) for i in range(len(c.key)) for w in range(2)]
    return Tables(
        key=host.key,
        generator=generator,
        n_days=model.n_days,
        n_states=m.n_states,
        day_ptr=np.concatenate([[0], np.cumsum([len(keys) for keys, _ in days])]),
        born=np.concatenate([keys for keys, _ in days]),
        cohort=np.concatenate([cohorts for _, cohorts in days]).astype(np.int32),
        origin_cum=c.origin_cum.astype(np.int64),
        origin_place=c.origin_place,
        size_cum=c.size_cum.astype(np.int64),
        guided=today.guided,
        out_ptr=g.out_ptr,
        leg_to=g.leg_to,
        leg_cell=g.leg_cell,
        leg_ticks=today.leg_ticks.astype(np.int32),
        choice=np.ascontiguousarray(today.choice[classes]),
        region=g.place_region,
        rest_cell=np.ascontiguousarray(m.stay_cell[rest]),
        end_cell=(ends[:, None] * model.n_places + np.arange(model.n_places)).astype(np.int32),
        outcome=np.ascontiguousarray(today.outcome[:, :, at : at + 2]),
        wait=np.ascontiguousarray(today.duration[today.clock[rest]]),
    )


def by_engine(
    model: CompiledModel, seed: int, generator: Generator = Generator.SPLITMIX
) -> tuple[Ran, RawResult, float]:
    """The package's own run: CPU seconds of its kernel, its result, and CPU seconds in all."""
    with parts_timed() as spent:
        clock = time.process_time()
        raw = engine.run(model, seed, generator=generator)
        whole = time.process_time() - clock
    return Ran(_tallies_of(model, raw), spent.seconds["kernel"], spent.records), raw, whole


def _tallies_of(model: CompiledModel, raw: RawResult) -> Tallies:
    """A result's tallies of the five events, which must be all that it counted."""
    n = model.names
    codes = event_codes(model)
    events = np.zeros((len(n.cohorts), len(n.transitions), len(n.places), 2), np.int64)
    _, transition, place, cohort, *counts = raw.events.T
    np.add.at(events, (cohort, transition, place), np.stack(counts, axis=1))
    flows = np.zeros((len(n.cohorts), len(n.legs), 2), np.int64)
    np.add.at(flows, (raw.flows[:, 2], raw.flows[:, 1]), raw.flows[:, 3:])
    departed = np.zeros((len(n.cohorts), 2), np.int64)
    np.add.at(departed, raw.departures[:, 1], raw.departures[:, 2:])
    if events.sum() != events[:, codes].sum():
        raise AssertionError("the reduced corridor knows more than five events")
    return Tallies(
        events=events[:, codes],
        events_daily=raw.events_daily[:, codes],
        flows=flows,
        departed=departed,
        people=raw.stocks.astype(np.int64),
        parties=raw.stock_parties.astype(np.int64),
    )


def stocks_of(t: Tables, people: npt.NDArray[Any], parties: npt.NDArray[Any]) -> tuple[Ints, Ints]:
    """Stocks of people [days, cells] and parties [days, states] from their changes by day."""
    by_state = parties.reshape(t.n_days, t.n_states, t.n_places).sum(2, dtype=np.int64)
    return people.cumsum(0, dtype=np.int64), by_state.cumsum(0)


def person_days(t: Tables, tallies: Tallies) -> int:
    """Person-days on the way: those whose journey has ended are not counted."""
    on_the_way = np.ones(t.n_cells, bool)
    on_the_way[t.end_cell] = False
    return int(tallies.people[:, on_the_way].sum())


def chance_of(t: Tables, a: Tallies, b: Tallies) -> float:
    """How often two runs of the same rules with other luck would differ more than these two.

    On four days the parties by state are held against each other by the chi-squared test of two
    rows (every party is in one state and parties do not know of each other); the smallest of the
    four chances times four. The tail is Wilson and Hilferty's, good to a tenth of itself.
    """
    smallest = 1.0
    for day in np.linspace(0, t.n_days - 1, 5).astype(int)[1:]:
        rows = np.stack([a.parties[day], b.parties[day]])
        rows = rows[:, rows.sum(0) >= 10]
        expected = rows.sum(1, keepdims=True) * rows.sum(0) / rows.sum()
        free = rows.shape[1] - 1
        chi2 = float(((rows - expected) ** 2 / expected).sum())
        narrow = 2.0 / (9.0 * free)
        z = ((chi2 / free) ** (1.0 / 3.0) - 1.0 + narrow) / narrow**0.5
        smallest = min(smallest, 1.0 - NormalDist().cdf(z))
    return min(1.0, 4.0 * smallest)
