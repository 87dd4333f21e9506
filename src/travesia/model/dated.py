"""Compiling what changes with time: base tables and dated rows become edits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from travesia.model.book import BASE_PRIORITY, EditBook
from travesia.model.codes import Codes, cells
from travesia.model.compiled import Floats, Int32s, Ints, Machine
from travesia.model.sampling import Sampler
from travesia.scenario.models import ANY, REST, Paper
from travesia.scenario.scenario import Scenario


def start_rank(start: dt.date | None) -> int:
    """Among equally specific rows the one that starts later wins."""
    return 0 if start is None else start.toordinal()


def compile_legs(scenario: Scenario, codes: Codes, book: EditBook) -> dict[str, Floats]:
    """Tables of the legs; legs that exist for a time only are opened by edits."""
    legs = codes.leg_rows
    n = len(legs)
    is_open = np.ones(n)
    for i, leg in enumerate(legs):
        if leg.start is not None or leg.end is not None:
            is_open[i] = 0.0
            start, end = book.days(leg.start, leg.end)
            book.add(
                "leg_open",
                "set",
                np.array([i]),
                1.0,
                start=start,
                end=end,
                rank=(BASE_PRIORITY,),
                origin="legs.csv",
            )
    speed = scenario.parameters["train_speed_kmh"].value
    guard = scenario.parameters["boarding_guard"].value
    return {
        "leg_open": is_open,
        "leg_utility": np.zeros((len(codes.cohorts), n)),
        "leg_cost": np.ones(n),
        "leg_cost_add": np.zeros(n),
        "leg_days": np.array([leg.days for leg in legs]),
        "boarding_guard": np.full(n, guard),
        "train_speed": np.full(n, speed),
    }


def compile_hazards(
    scenario: Scenario, codes: Codes, book: EditBook, sampler: Sampler
) -> dict[str, Floats]:
    """Rates per passage by cause and leg; the most specific row wins."""
    shape = (len(codes.causes), len(codes.legs))
    km = np.array([leg.distance_km for leg in codes.leg_rows])
    days = np.array([leg.days for leg in codes.leg_rows])
    units = {"passage": np.ones(shape[1]), "100km": km / 100.0, "day": days}
    for row in scenario.hazards:
        mask = np.ones(shape[1], bool)
        if row.region != ANY:
            mask &= codes.leg_regions == codes.region.get(row.region, -1)
        if row.mode != ANY:
            mask &= codes.leg_modes == codes.mode.get(row.mode, -1)
        at = np.flatnonzero(mask)
        if not len(at):
            continue
        rate = sampler.value(f"hazard:{row.cause}", row.value, row.low, row.high)
        start, end = book.days(row.start, row.end)
        specific = 2 * (row.region != ANY) + (row.mode != ANY)
        book.add(
            "hazard",
            "set",
            cells(shape, np.array([codes.cause[row.cause]]), at),
            rate * units[row.per][at],
            start=start,
            end=end,
            rank=(BASE_PRIORITY, specific, start_rank(row.start)),
            origin="hazards.csv",
        )
    return {"hazard": np.zeros(shape)}


def compile_effort(
    scenario: Scenario, codes: Codes, book: EditBook, sampler: Sampler
) -> dict[str, Floats]:
    """Effort by agency and region; 1 where no row says otherwise."""
    shape = (len(codes.agencies), len(codes.regions))
    for row in scenario.effort:
        if row.agency not in codes.agency:
            continue
        if row.region != ANY and row.region not in codes.region:
            continue
        regions = codes.some(codes.region, () if row.region == ANY else (row.region,))
        start, end = book.days(row.start, row.end)
        year = "always" if row.start is None else str(row.start.year)
        factor = sampler.value(f"effort:{row.agency}:{year}", row.factor, row.low, row.high)
        book.add(
            "effort",
            "set",
            cells(shape, np.array([codes.agency[row.agency]]), regions),
            factor,
            start=start,
            end=end,
            rank=(BASE_PRIORITY, int(row.region != ANY), start_rank(row.start)),
            origin="effort.csv",
        )
    return {"effort": np.ones(shape)}


def branch_of(machine: Machine, codes: Codes, stay: str, transition: str) -> int:
    """Position of a transition among the branches of a stay, or -1."""
    s = codes.stay[stay]
    lo, hi = machine.branch_ptr[s], machine.branch_ptr[s + 1]
    found = np.flatnonzero(machine.branch_transition[lo:hi] == codes.transition[transition])
    return int(lo + found[0]) if len(found) else -1


def rest_branches(
    scenario: Scenario, codes: Codes, ptr: Sequence[int], flat: Sequence[int]
) -> Int32s:
    """The branch of each stay that takes the remainder, by cohort [C, S].

    The last one, unless a row gives the remainder of some people to another.
    """
    out = np.tile(np.array(ptr[1:], np.int32) - 1, (len(codes.cohorts), 1))
    table = scenario.outcomes
    for i in np.flatnonzero([p == REST for p in table.column("probability")]):
        row = table.row(int(i))
        if (row.nationality, row.family_type) != (ANY, ANY):
            s, code = codes.stay[row.stay], codes.transition[row.transition]
            at = ptr[s] + flat[ptr[s] : ptr[s + 1]].index(code)
            out[codes.cohorts_like(row.nationality, row.family_type), s] = at
    return out


OUTCOME = (
    "stay", "transition", "nationality", "family_type", "region", "start", "end", "probability",
    "low", "high",
)  # fmt: skip
"""Columns of a row of outcomes, as they are read."""


def compile_outcomes(
    scenario: Scenario, codes: Codes, machine: Machine, book: EditBook, sampler: Sampler
) -> dict[str, Floats]:
    """Probability of each branch by cohort and region; the most specific row wins."""
    shape = (len(codes.cohorts), len(codes.regions), len(machine.branch_transition))
    table = scenario.outcomes
    cohorts: dict[tuple[str, str], Ints] = {}
    everywhere = np.arange(len(codes.regions))
    for stay, transition, nation, family, region, first, last, value, low, high in zip(
        *(table.column(c) for c in OUTCOME), strict=True
    ):
        if value == REST or (region != ANY and region not in codes.region):
            continue
        branch = branch_of(machine, codes, stay, transition)
        if (nation, family) not in cohorts:
            cohorts[(nation, family)] = codes.cohorts_like(nation, family)
        where = everywhere if region == ANY else np.array([codes.region[region]])
        start, end = book.days(first, last)
        rank = (
            BASE_PRIORITY,
            int(region != ANY),
            int(nation != ANY),
            int(family != ANY),
            start_rank(first),
        )
        chance = sampler.value(f"outcome:{stay}:{transition}", value, low, high)
        book.add(
            "outcome",
            "set",
            cells(shape, cohorts[(nation, family)], where, np.array([branch])),
            min(1.0, chance),
            start=start,
            end=end,
            rank=rank,
            origin="outcomes.csv",
        )
    return {"outcome": np.zeros(shape)}


def compile_actions(
    scenario: Scenario, codes: Codes, machine: Machine, book: EditBook, sampler: Sampler
) -> dict[str, Floats]:
    """Chance of each action per arrival by cohort and place; the most specific row wins."""
    position = {int(t): a for a, t in enumerate(machine.action_transition)}
    shape = (len(codes.cohorts), len(codes.places), len(position))
    kinds = [p.kind for p in scenario.places]
    for row in scenario.actions:
        action = position[codes.transition[row.transition]]
        if row.place != ANY:
            at = np.array([codes.place[row.place]])
        else:
            at = np.array([i for i, k in enumerate(kinds) if row.place_kind in (ANY, k)], np.int64)
        start, end = book.days(row.start, row.end)
        specific = 2 * (row.place != ANY) + (row.place_kind != ANY)
        rank = (
            BASE_PRIORITY,
            specific,
            int(row.nationality != ANY),
            int(row.family_type != ANY),
            start_rank(row.start),
        )
        chance = sampler.value(f"action:{row.transition}", row.probability, row.low, row.high)
        who = codes.cohorts_like(row.nationality, row.family_type)
        book.add(
            "action",
            "set",
            cells(shape, who, at, np.array([action])),
            min(1.0, chance),
            start=start,
            end=end,
            rank=rank,
            origin="actions.csv",
        )
    return {"action": np.zeros(shape)}


def compile_capacities(
    scenario: Scenario, codes: Codes, book: EditBook, sampler: Sampler
) -> dict[str, Floats]:
    """Places and cases per day over time; none outside the dates of a facility's rows."""
    for row in scenario.facilities:
        value = sampler.value(f"capacity:{row.kind}", row.capacity, row.low, row.high)
        start, end = book.days(row.start, row.end)
        book.add(
            "capacity",
            "set",
            np.array([codes.facility[row.id]]),
            value,
            start=start,
            end=end,
            rank=(BASE_PRIORITY, start_rank(row.start)),
            origin="facilities.csv",
        )
    return {"capacity": np.zeros(len(codes.facilities))}


def compile_lengths(
    scenario: Scenario, codes: Codes, book: EditBook, sampler: Sampler
) -> dict[str, Floats]:
    """Median days of every stay by region; dated rows replace the stay's own."""
    shape = (len(codes.stays), len(codes.regions))
    for row in scenario.stay_lengths:
        start, end = book.days(row.start, row.end)
        book.add(
            "clock",
            "set",
            cells(shape, np.array([codes.stay[row.stay]]), np.arange(shape[1])),
            sampler.value(f"clock:{row.stay}", row.median_days, row.low, row.high),
            start=start,
            end=end,
            rank=(BASE_PRIORITY, start_rank(row.start)),
            origin="stay_lengths.csv",
        )
    own = [
        sampler.value(f"clock:{s.id}", s.median_days or 0.0, s.low, s.high) for s in scenario.stays
    ]
    return {"clock": np.repeat(np.array(own, np.float64)[:, None], shape[1], axis=1)}


def compile_others(scenario: Scenario, codes: Codes, sampler: Sampler) -> dict[str, Floats]:
    """Tables that only policies change: papers, queries, demand, guides, signals."""
    here = (len(codes.stays), len(codes.regions))
    limit = {p.id: p.max_days for p in scenario.papers}
    paper_days = []
    for row in scenario.transitions:
        longest = limit.get(row.grants) if row.grants else None
        granted = row.grant_days if row.grant_days is not None else longest
        days = [d for d in (granted, longest) if d is not None]
        paper_days.append(min(days) if days else 0.0)
    return {
        "match": np.zeros((len(codes.cohorts), *here)),
        "paper_days": np.array(paper_days, np.float64),
        **_papers(scenario, codes, sampler),
        "demand": np.ones(len(codes.cohorts)),
        "guided": np.array(
            [
                sampler.value(f"guided:{c.group}", c.guided_share, c.low, c.high)
                for c in scenario.cohorts
            ]
        ),
        "release_signal": np.zeros((len(codes.cohorts), len(codes.sectors))),
        "capture_signal": np.zeros((len(codes.groups), len(codes.regions))),
    }


def stop_factor(paper: Paper, sampler: Sampler) -> float:
    """Factor on the stop rates of those who hold a paper."""
    return sampler.value(f"paper:{paper.id}", paper.stop_factor, paper.low, paper.high)


def _papers(scenario: Scenario, codes: Codes, sampler: Sampler) -> dict[str, Floats]:
    """Where each paper is valid, and how far it keeps officers from stopping its holder."""
    valid = np.zeros((len(codes.papers), len(codes.places)))
    stops = np.ones(len(codes.papers))
    for paper in scenario.papers:
        if paper.id == "none":
            continue
        stops[codes.paper[paper.id]] = stop_factor(paper, sampler)
        for i, place in enumerate(scenario.places):
            inside = not paper.zones or bool(set(paper.zones) & set(place.zones))
            valid[codes.paper[paper.id], i] = inside
    return {"paper_valid": valid, "paper_stops": stops}


def sampled_policies(policies: Mapping[str, Any], sampler: Sampler) -> list[Any]:
    """Policies with their numbers drawn from their ranges."""
    out = []
    for policy in policies.values():
        numbers = dict(policy.parameters)
        for name, p in policy.parameters.items():
            if isinstance(p.value, int | float) and not isinstance(p.value, bool):
                group = f"policy:{policy.id}:{name}"
                value = sampler.value(group, float(p.value), p.low, p.high)
                numbers[name] = p.model_copy(update={"value": value})
        out.append(policy.model_copy(update={"parameters": numbers}))
    return out
