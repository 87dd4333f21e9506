"""Models so small that their answers can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
from bench.worlds import STAYS, TRANSITION_IDS, random_world

from travesia.engine.record import RawResult
from travesia.model import compiled as cm
from travesia.model.waiting import Slots, bounded

CODE = {name: i for i, name in enumerate(TRANSITION_IDS)}


def stay(name: str) -> int:
    """Number of a stay."""
    return STAYS.index(name)


def chi_square_limit(degrees: int, false_alarm: float) -> float:
    """Upper point of the chi-square distribution (Wilson and Hilferty 1931)."""
    z = NormalDist().inv_cdf(1.0 - false_alarm)
    spread = 2.0 / (9.0 * degrees)
    return float(degrees * (1.0 - spread + z * spread**0.5) ** 3)


def chi_square(counts: np.ndarray, expected: np.ndarray) -> float:
    """Pearson's statistic."""
    return float(((counts - expected) ** 2 / expected).sum())


def calm_world(
    legs: list[tuple[int, int, int]], *, n_days: int, per_day: float, departing_days: int = 30
) -> cm.CompiledModel:
    """Adults who travel from place 0 over ``legs`` (from, to, mode; sorted); nothing happens.

    The last place is the sector. Nobody is guided, there are no hazards, actions, edits or
    learning; every leg takes a quarter of a day; ``per_day`` adults set out on every day of the
    first month (30 days).
    """
    n_p = legs[-1][1] + 1
    w = random_world(1, n_days=n_days, places=n_p, learning=False)
    tails, heads, modes = (np.array(c) for c in zip(*legs, strict=True))
    n_l, n_c = len(legs), 3
    graph = replace(
        w.graph,
        out_ptr=np.searchsorted(tails, np.arange(n_p + 1)).astype(np.int32),
        leg_to=heads.astype(np.int32),
        leg_mode=modes.astype(np.int32),
        leg_region=w.graph.place_region[heads],
        leg_requires=np.zeros(n_l, np.int32),
        leg_crossing=np.zeros(n_l, np.uint8),
        leg_train=np.zeros(n_l, np.uint8),
        leg_cell=(modes * n_p + tails).astype(np.int32),
        leg_km=np.ones(n_l),
        cost_low=np.zeros(n_l),
        cost_high=np.zeros(n_l),
    )
    people = np.zeros_like(w.cohorts.people_per_day)
    people[0, 0] = per_day
    single = np.tile(np.array([0, 0], np.int32), (n_c, 1))
    base = w.base | {
        "leg_open": np.ones(n_l),
        "leg_utility": np.zeros((n_c, n_l)),
        "leg_cost": np.ones(n_l),
        "leg_cost_add": np.zeros(n_l),
        "leg_days": np.full(n_l, 0.25),
        "hazard": np.zeros((3, n_l)),
        "boarding_guard": np.zeros(n_l),
        "train_speed": np.zeros(n_l),
        "action": np.zeros_like(w.base["action"]),
        "guided": np.zeros(n_c),
        "capacity": np.full(3, 1e6),
        "stay_hazard": np.zeros((n_c, n_p, 0)),
        "stay_hazard_first": np.zeros((n_c, n_p, 0)),
    }
    nothing = Slots((), ())
    return replace(
        w,
        graph=graph,
        stay_harms=bounded(nothing, w.machine, base, (), w.cohorts.largest, STAYS, w.names.places),
        base=base,
        edits=(),
        recalls=(),
        demand_response=False,
        names=replace(w.names, legs=tuple(f"l{i}" for i in range(n_l))),
        cohorts=replace(w.cohorts, people_per_day=people, origin_place=single),
        risk=replace(
            w.risk,
            who_factor=np.ones_like(w.risk.who_factor),
            capacity=np.full_like(w.risk.capacity, np.inf),
        ),
        month_of_day=np.minimum(np.arange(n_days) // departing_days, 1).astype(np.int32)
        if n_days > departing_days
        else np.zeros(n_days, np.int32),
    )


def with_action(w: cm.CompiledModel, transition: str, place: int) -> cm.CompiledModel:
    """Everybody who arrives at ``place`` does ``transition``."""
    action = w.base["action"].copy()
    actions = w.machine.action_transition.tolist()
    action[:, place, actions.index(CODE[transition])] = 1.0
    parameters = w.parameters | {"turn_back_slope": 0.0}
    return replace(w, base=w.base | {"action": action}, parameters=parameters)


def with_clock(
    w: cm.CompiledModel, name: str, distribution: int, median: float, spread: float = 1.0
) -> cm.CompiledModel:
    """Another clock of a stay."""
    kinds = w.machine.stay_distribution.copy()
    kinds[stay(name)] = distribution
    spreads = w.machine.stay_spread.copy()
    spreads[stay(name)] = spread
    clock = w.base["clock"].copy()
    clock[stay(name)] = median
    machine = replace(w.machine, stay_distribution=kinds, stay_spread=spreads)
    return replace(w, machine=machine, base=w.base | {"clock": clock})


def with_outcome(w: cm.CompiledModel, name: str, first: float) -> cm.CompiledModel:
    """Chance of the first branch of a stay (the last one takes the remainder)."""
    outcome = w.base["outcome"].copy()
    outcome[:, :, w.machine.branch_ptr[stay(name)]] = first
    return replace(w, base=w.base | {"outcome": outcome})


def journey_days(result: RawResult, model: cm.CompiledModel, transition: str) -> dict[int, int]:
    """Day on which each party first made a transition, from the kept journeys."""
    event = len(model.names.legs) + CODE[transition]
    days: dict[int, int] = {}
    for key, row in zip(
        result.journey_keys.tolist(),
        result.journeys.tolist(),
        strict=True,
    ):
        if row[2] == event:
            days.setdefault(key, row[0] // 96)
    return days
