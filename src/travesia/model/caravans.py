"""Compiling caravans: where each one is on every day, who joins, and when it breaks up.

A caravan is a group record with a place for every day; parties point to it. It walks at its pace
on the road, rests every few days, and breaks up at the end of its route or on its last day.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from travesia.calendar import Calendar
from travesia.model.book import EditBook
from travesia.model.codes import Codes, cells
from travesia.model.compiled import Int32s, Ints, Machine, Recall
from travesia.model.dated import branch_of
from travesia.model.sampling import Sampler
from travesia.scenario.models import Caravan
from travesia.scenario.scenario import Scenario
from travesia.units import great_circle_km

WINDING = 1.3
"""Road length over the great circle, where no leg joins two places of a route."""


def walk(
    distances_km: Sequence[float], pace_km_day: float, rest_every: int, days: int
) -> list[int]:
    """Position on the route (index of the last place reached) on each of ``days`` days.

    ``distances_km`` are the stages. The caravan gains ``pace_km_day`` every day but those of
    rest, and stays at the end of the route.
    """
    marks = np.concatenate([[0.0], np.cumsum(distances_km)])
    gone, out = 0.0, []
    for day in range(days):
        out.append(int(np.searchsorted(marks, gone + 1e-9, side="right")) - 1)
        resting = rest_every > 0 and (day + 1) % (rest_every + 1) == 0
        gone += 0.0 if resting else pace_km_day
    return out


def stages_km(scenario: Scenario, route: Sequence[str]) -> list[float]:
    """Length of each stage: the shortest leg between the two places, else a winding road."""
    legs: dict[tuple[str, str], float] = {}
    flights = {m.id for m in scenario.modes if m.kind == "air"}
    for leg in scenario.legs:
        if leg.mode not in flights:
            key = (leg.from_, leg.to)
            legs[key] = min(legs.get(key, leg.distance_km), leg.distance_km)
    out = []
    for a, b in pairwise(route):
        p, q = scenario.place(a), scenario.place(b)
        line = WINDING * great_circle_km(p.lat, p.lon, q.lat, q.lon)
        out.append(legs.get((a, b), line))
    return out


def compile_caravans(
    scenario: Scenario,
    codes: Codes,
    machine: Machine,
    book: EditBook,
    sampler: Sampler,
    calendar: Calendar,
) -> tuple[Int32s, list[Recall]]:
    """Places of all caravans [caravans, days] and the recalls with which they gather and end."""
    rows = [c for c in scenario.caravans if "caravan" in codes.role]
    table = np.full((len(rows), calendar.n_days), -1, np.int32)
    recalls: list[Recall] = []
    for number, row in enumerate(rows):
        start = calendar.day(row.start)
        stop = calendar.n_days if row.end is None else calendar.day(row.end) + 1
        stages = stages_km(scenario, row.route)
        steps = walk(stages, row.pace_km_day, row.rest_every, max(0, stop - start))
        if row.end is None and steps:  # it breaks up a week after it has arrived
            last = next((d for d, s in enumerate(steps) if s == len(stages)), len(steps))
            steps = steps[: last + 7]
        for offset, step in enumerate(steps):
            if 0 <= start + offset < calendar.n_days:
                table[number, start + offset] = codes.place[row.route[step]]
        days = np.flatnonzero(table[number] >= 0)
        if not len(days):
            continue
        if days[-1] + 1 < calendar.n_days:
            recalls.append(_everybody(codes, table[number], int(days[-1]), row.id))
        share = sampler.value("caravan", row.join_share, row.low, row.high)
        _let_join(codes, machine, book, row, table[number], share, scenario)
        recalls += _gather(codes, machine, book, row, start, scenario)
    return table, recalls


def _everybody(codes: Codes, at: Int32s, day: int, origin: str) -> Recall:
    """On its last day everybody leaves the caravan, at the place where it is."""
    here = np.arange(len(codes.places)) == at[day]
    stay = codes.stay[codes.role["caravan"]]
    return Recall(day, stay, here, np.ones(len(codes.cohorts), bool), origin)


def _foreign(scenario: Scenario) -> Ints:
    at_home = [scenario.in_transit(c.nationality) for c in scenario.cohorts]
    return np.flatnonzero(~np.array(at_home, bool))


def _let_join(
    codes: Codes,
    machine: Machine,
    book: EditBook,
    row: Caravan,
    at: Int32s,
    share: float,
    scenario: Scenario,
) -> None:
    """Arrivals at a place join while the caravan is there."""
    stay = codes.stay[codes.role["caravan"]]
    action = [a for a, t in enumerate(machine.action_transition) if machine.target[t] == stay]
    if not action:
        return
    shape = (len(codes.cohorts), len(codes.places), len(machine.action_transition))
    for place in np.unique(at[at >= 0]):
        days = np.flatnonzero(at == place)
        book.add(
            "action",
            "set",
            cells(shape, _foreign(scenario), np.array([place]), np.array(action)),
            share,
            start=int(days[0]),
            end=int(days[-1]) + 1,
            rank=(0,),
            origin=row.id,
        )


def _gather(
    codes: Codes, machine: Machine, book: EditBook, row: Caravan, start: int, scenario: Scenario
) -> list[Recall]:
    """While it gathers, part of the people stranded in the region of its start join every day."""
    stranded = codes.role.get("stranded", "")
    branch = -1
    if stranded:
        stay = codes.stay[codes.role["caravan"]]
        to = [t for t in codes.transitions if machine.target[codes.transition[t]] == stay]
        branch = max((branch_of(machine, codes, stranded, t) for t in to), default=-1)
    if branch < 0 or not row.gather_days or row.gather_share <= 0 or start < 0:
        return []
    first = scenario.place(row.route[0])
    here = np.array([p.id == first.id for p in scenario.places])
    shape = (len(codes.cohorts), len(codes.regions), len(machine.branch_transition))
    region = np.array([codes.region[first.region]])
    book.add(
        "outcome",
        "set",
        cells(shape, _foreign(scenario), region, np.array([branch])),
        0.9,
        start=start,
        end=start + row.gather_days,
        rank=(0,),
        origin=row.id,
    )
    everyone = np.ones(len(codes.cohorts), bool)
    return [
        Recall(start + d, codes.stay[stranded], here, everyone, row.id, row.gather_share)
        for d in range(row.gather_days)
    ]
