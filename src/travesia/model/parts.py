"""Compiling the fixed parts of a model: graph, cohorts, machine, risks, facilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from travesia.calendar import Calendar, parse_month
from travesia.model.codes import Codes, index_of
from travesia.model.compiled import (
    N_RISK_CLASSES,
    ONE,
    Cohorts,
    Facilities,
    Floats,
    Graph,
    Int32s,
    Machine,
    Risk,
    risk_class,
)
from travesia.model.dated import rest_branches, stop_factor
from travesia.model.layout import HERE, HOME, MAX_SIZE, OUT_OF_REACH, Flag, Goal
from travesia.model.sampling import Sampler
from travesia.network.graph import topological_order
from travesia.rng import name_key
from travesia.scenario.models import ANY, FAMILY_TYPES, REMAIN, REST, Facility
from travesia.scenario.procedures import WHITHER
from travesia.scenario.scenario import Scenario
from travesia.units import great_circle_km

DISTRIBUTIONS = {"none": 0, "fixed": 1, "geometric": 2, "lognormal": 3}
REQUIRES = {"": 0, "guided": 1, "papers": 2}
FLAG_OF = {
    "poor": Flag.POOR, "not_poor": Flag.NOT_POOR, "guided": Flag.GUIDED,
    "not_guided": Flag.NOT_GUIDED, "enrolled": Flag.ENROLLED, "attempt": Flag.ATTEMPT,
    "encounter": Flag.ENCOUNTER, "lose_one": Flag.LOSE_ONE, "no_papers": Flag.NO_PAPERS,
    "surrender": Flag.SURRENDER, "parted": Flag.PARTED,
}  # fmt: skip
ARRIVAL_BY_KIND = {"sector": "exit", "border_city": "border"}
"""Role of the transition of those who arrive at a kind of place."""


def thresholds(shares: Floats) -> Int32s:
    """Cumulative integer thresholds of rows of shares; the last positive one reaches one."""
    total = np.maximum(shares.sum(-1, keepdims=True), 1e-300)
    running = np.floor(np.cumsum(shares / total, axis=-1) * ONE)
    reached = np.cumsum(shares[..., ::-1], axis=-1)[..., ::-1] - shares <= 0  # nothing after
    return np.asarray(np.where(reached, ONE, running), dtype=np.int64).astype(np.int64)


def compile_graph(scenario: Scenario, codes: Codes) -> Graph:
    """Places and forward legs as arrays."""
    legs = codes.leg_rows
    tails = np.array([codes.place[g.from_] for g in legs], np.int64)
    heads = np.array([codes.place[g.to] for g in legs], np.int64)
    n_places = len(codes.places)
    out_ptr = np.searchsorted(tails, np.arange(n_places + 1)).astype(np.int32)
    sector = np.array([codes.sector.get(p, -1) for p in codes.places], np.int32)
    state = np.array([codes.state[f"travel_{g.mode}"] for g in legs], np.int64)
    role: dict[str, int] = {t.role: codes.transition[t.id] for t in scenario.transitions}
    arrival = [role.get(ARRIVAL_BY_KIND.get(p.kind, "-"), -1) for p in scenario.places]
    trains = {m.id for m in scenario.modes if m.kind == "train"}
    return Graph(
        out_ptr=out_ptr,
        leg_to=heads.astype(np.int32),
        leg_mode=codes.leg_modes.astype(np.int32),
        leg_region=codes.leg_regions.astype(np.int32),
        leg_requires=np.array([REQUIRES[g.requires] for g in legs], np.int32),
        leg_crossing=np.array([g.role == "crossing" for g in legs], np.uint8),
        leg_train=np.array([g.mode in trains for g in legs], np.uint8),
        order=topological_order(n_places, tails, heads).astype(np.int32),
        place_region=codes.place_regions.astype(np.int32),
        place_sector=sector,
        place_arrival=np.array(arrival, np.int32),
        leg_cell=(state * n_places + tails).astype(np.int32),
        leg_km=np.array([g.distance_km for g in legs], np.float64),
        cost_low=np.array([g.cost_low_usd for g in legs], np.float64),
        cost_high=np.array([g.cost_high_usd for g in legs], np.float64),
    )


def compile_cohorts(
    scenario: Scenario, codes: Codes, calendar: Calendar, sampler: Sampler
) -> Cohorts:
    """Who travels, from where, and how many per day."""
    p = scenario.parameters
    sizes = np.zeros((len(codes.cohorts), MAX_SIZE + 1))
    of_family = np.array(
        [p[f"family_size_{n}"].value if 2 <= n <= 6 else 0.0 for n in range(1, MAX_SIZE + 2)]
    )
    family = np.array([t == "family" for t in codes.family_type])
    sizes[~family, 0] = 1.0
    sizes[family] = of_family / of_family.sum()
    origins: dict[str, list[tuple[int, float]]] = {}
    for row in scenario.origins:
        origins.setdefault(row.nationality, []).append((codes.place[row.place], row.share))
    width = max(len(v) for v in origins.values())
    place = np.zeros((len(codes.cohorts), width), np.int32)
    share = np.zeros((len(codes.cohorts), width))
    for c, nationality in enumerate(codes.nationality):
        for o, (at, value) in enumerate(origins[nationality]):
            place[c, o], share[c, o] = at, value
    types = index_of(FAMILY_TYPES)
    at_home = np.array([scenario.in_transit(n) for n in codes.nationality])
    profile = at_home * 3 + np.array([types[t] for t in codes.family_type])
    cohorts = scenario.cohorts
    extra = p["constant_train_family"].value
    return Cohorts(
        key=np.array([name_key(c) for c in codes.cohorts], np.uint64),
        group=np.array([codes.group[c.group] for c in cohorts], np.int32),
        profile=profile.astype(np.int32),
        means=np.array([c.means for c in cohorts], np.float64),
        release_weight=np.array([c.release_weight for c in cohorts], np.float64),
        train_constant=np.where(family, extra, 0.0),
        size_cum=thresholds(sizes),
        mean_size=(sizes * np.arange(1, MAX_SIZE + 2)).sum(1),
        origin_place=place,
        origin_cum=thresholds(share),
        people_per_day=_people_per_day(scenario, codes, calendar, sampler),
        parted=codes.parted(),
    )


def _people_per_day(
    scenario: Scenario, codes: Codes, calendar: Calendar, sampler: Sampler
) -> Floats:
    months = calendar.inputs_of()
    out = np.zeros((len(calendar.months()), len(codes.cohorts)))
    smooth = scenario.settings.departures_column == "people_smooth"
    table = scenario.departures
    columns = ("month", "cohort", "people", "people_smooth", "low", "high")
    for month, cohort, people, level, low, high in zip(*map(table.column, columns), strict=True):
        if month not in months:
            continue
        c = codes.cohort[cohort]
        number = sampler.value(f"departures:{codes.nationality[c]}", people, low, high)
        if smooth and level is not None:
            number *= level / people if people > 0 else 1.0
        first = parse_month(month)
        days = (parse_month(_next_month(month)) - first).days
        out[list(months[month]), c] += number / days
    return out


def _next_month(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + 1}-01" if number == 12 else f"{year}-{number + 1:02d}"


def compile_machine(scenario: Scenario, codes: Codes) -> Machine:
    """Stays, their branches and the transitions between them."""
    n_places = len(codes.places)
    branches: dict[str, list[str]] = {s: [] for s in codes.stays}
    rest: dict[str, str] = {}
    table = scenario.outcomes
    columns = ("stay", "transition", "nationality", "family_type", "probability")
    for stay, transition, nation, family, probability in zip(
        *map(table.column, columns), strict=True
    ):
        if probability == REST and (nation, family) == (ANY, ANY):
            rest[stay] = transition
        elif transition not in branches[stay]:
            branches[stay].append(transition)
    ptr, flat = [0], []
    for stay in codes.stays:
        names = [t for t in branches[stay] if t != rest.get(stay)]
        names += [rest[stay]] if stay in rest else []
        flat += [codes.transition[t] for t in names]
        ptr.append(len(flat))
    rows = scenario.transitions
    goal = np.zeros(len(rows), np.int32)
    target = np.full(len(rows), -1, np.int32)
    for i, row in enumerate(rows):
        if row.to in codes.stay:
            goal[i], target[i] = Goal.STAY, codes.stay[row.to]
        elif row.to == REMAIN:
            goal[i] = Goal.REMAIN
        elif row.to in codes.ends.states:
            goal[i], target[i] = Goal.END, codes.state[row.to]
    actions = [r for r in rows if r.from_ == "action"]
    queues = {s.id for s in scenario.stays if s.queue}
    releases = np.array([r.role == "release" for r in rows], np.uint8)
    action_codes = np.array([codes.transition[r.id] for r in actions], np.int32)
    turn_back = [i for i, r in enumerate(actions) if r.role == "turn_back"]
    stay_facility = _facility_of(scenario, codes)
    return Machine(
        stay_state=np.array([codes.state[s.state] for s in scenario.stays], np.int32),
        stay_zero=np.array([s.distribution == "none" for s in scenario.stays], np.uint8),
        stay_queue=np.array([s.queue for s in scenario.stays], np.uint8),
        stay_served=np.array(
            [codes.stay[s.served] if s.served else -1 for s in scenario.stays], np.int32
        ),
        stay_overflow=np.array(
            [codes.transition[s.overflow] if s.overflow else -1 for s in scenario.stays], np.int32
        ),
        stay_facility=stay_facility,
        stay_cell=_cell_of(scenario, codes, stay_facility),
        stay_match=np.array(
            [codes.transition[s.on_match] if s.on_match else -1 for s in scenario.stays], np.int32
        ),
        stay_distribution=np.array(
            [DISTRIBUTIONS[s.distribution] for s in scenario.stays], np.int32
        ),
        stay_spread=np.array(
            [(s.p90_days or 0.0) / s.median_days if s.median_days else 1.0 for s in scenario.stays]
        ),
        branch_ptr=np.array(ptr, np.int32),
        branch_transition=np.array(flat, np.int32),
        rest_branch=rest_branches(scenario, codes, ptr, flat),
        goal=goal,
        target=target,
        where=_where(scenario, codes, n_places),
        flags=np.array([_flags(r.sets) for r in rows], np.int32),
        grant=np.array([codes.paper[r.grants] if r.grants else -1 for r in rows], np.int32),
        event_people=np.array(["lose_one" in r.sets for r in rows], np.uint8),
        action_transition=action_codes,
        action_needs_no_papers=np.array(
            [bool(r.grants) or r.to in queues for r in actions], np.uint8
        ),
        turn_back=turn_back[0] if turn_back else -1,
        stuck=next(codes.transition[r.id] for r in rows if r.role == "stuck"),
        cause_transition=np.array(
            [codes.transition[c.transition] for c in scenario.causes], np.int32
        ),
        crossing_stay=codes.stay[codes.role["crossing"]],
        rest_state=codes.state[scenario.stay(codes.role["rest"]).state],
        dead_state=codes.state[codes.ends.dead],
        n_states=len(codes.states),
        release=releases,
        custody_stay=codes.stay[codes.role["custody"]],
        caravan_stay=codes.stay.get(codes.role.get("caravan", ""), -1),
        alone_stay=codes.stay.get(codes.role.get("alone", ""), -1),
    )


def _flags(sets: Sequence[str]) -> int:
    bits = 0
    for name in sets:
        bits |= FLAG_OF[name]
    return bits


def _distances(scenario: Scenario, candidates: Sequence[int]) -> Floats:
    """Great-circle km from every place to each candidate place [P, n]."""
    at = scenario.places
    return np.array(
        [[great_circle_km(p.lat, p.lon, at[c].lat, at[c].lon) for c in candidates] for p in at]
    )


def _where(scenario: Scenario, codes: Codes, n_places: int) -> npt.NDArray[Any]:
    """Where each transition leads from each place [T, P]."""
    cities = [i for i, p in enumerate(scenario.places) if p.kind == "border_city"]
    hubs = [i for i, p in enumerate(scenario.places) if p.hub]
    nearest = {}
    groups = (("partner_city", cities), ("hub", hubs))
    for name, candidates in groups:
        if candidates:
            pick = _distances(scenario, candidates).argmin(1)
            nearest[name] = np.array(candidates)[pick]
    # People are put back across the line into the city that most crossings of the sector leave.
    for leg in codes.leg_rows:
        if leg.role == "crossing":
            sector, city = codes.place[leg.to], codes.place[leg.from_]
            if city in cities and "partner_city" in nearest:
                at = nearest["partner_city"]
                here = [codes.place[g.from_] for g in codes.leg_rows if g.to == leg.to]
                if at[sector] not in here:
                    at[sector] = city
    table = np.full((len(scenario.transitions), n_places), HERE, np.int32)
    for t, row in enumerate(scenario.transitions):
        if row.where == "home":
            table[t] = HOME
        elif row.where in nearest:
            table[t] = nearest[row.where]
        elif row.where not in WHITHER:
            table[t] = codes.place[row.where]
    return table


def _facilities(scenario: Scenario) -> list[Facility]:
    """Each facility once, by its first row."""
    first: dict[str, Facility] = {}
    for facility in scenario.limited_places:
        first.setdefault(facility.id, facility)
    return list(first.values())


def _facility_of(scenario: Scenario, codes: Codes) -> npt.NDArray[Any]:
    """The facility that people at each place use for each stay [S, P].

    -1 where places are not limited. A bed in a shelter needs a house: where none is near, those
    who look for one find none (``OUT_OF_REACH``).
    """
    table = np.full((len(codes.stays), len(codes.places)), -1, np.int32)
    for s, stay in enumerate(scenario.stays):
        rows = [f for f in _facilities(scenario) if f.kind == stay.facility_kind]
        if not rows:
            continue
        km = _distances(scenario, [codes.place[f.place] for f in rows])
        serves = np.array(
            [["*" in f.serves or p.region in f.serves for f in rows] for p in scenario.places]
        )
        usable = np.where(serves, km, np.where(stay.queue, km + 1e6, math.inf))
        if stay.reach_km is not None:
            usable = np.where(km <= stay.reach_km, usable, math.inf)
        pick = usable.argmin(1)
        found = np.isfinite(usable.min(1))
        ids = np.array([codes.facility[f.id] for f in rows])
        none = OUT_OF_REACH if stay.reach_km is not None and stay.overflow else -1
        table[s] = np.where(found, ids[pick], none)
    for s, stay in enumerate(scenario.stays):  # who waits for a bed holds that one afterwards
        if stay.queue and stay.served and stay.facility_unit == "places":
            table[codes.stay[stay.served]] = table[s]
    return table


def _cell_of(scenario: Scenario, codes: Codes, facility: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Where those who stay are counted [S, P], as state * places + place.

    People in a station, a centre or a shelter are counted in the town where it stands, even if
    they were stopped elsewhere; those in a line or on a seat are counted where they are.
    """
    where = np.tile(np.arange(len(codes.places)), (len(codes.stays), 1))
    beds = ~np.array([s.queue for s in scenario.stays], bool)[:, None]
    for f in _facilities(scenario):
        if f.unit == "places":
            where[beds & (facility == codes.facility[f.id])] = codes.place[f.place]
    state = np.array([codes.state[s.state] for s in scenario.stays])
    return np.asarray(state[:, None] * len(codes.places) + where, dtype=np.int32)


def compile_risk(scenario: Scenario, codes: Codes, sampler: Sampler) -> Risk:
    """Agencies, who is exposed to what, and where agencies saturate."""
    causes = scenario.causes
    stop = np.array([c.kind == "stop" for c in causes], np.uint8)
    factor: dict[tuple[int, str], float] = {
        (codes.cause[r.cause], r.who): sampler.value(
            f"hazard_factor:{r.cause}:{r.who}", r.factor, r.low, r.high
        )
        for r in scenario.hazard_factors
        if r.cause in codes.cause
    }
    papers = [stop_factor(p, sampler) for p in scenario.papers if p.id != "none"]
    most = max(papers, default=1.0)
    for k in np.flatnonzero(stop):
        factor.setdefault((int(k), "papers"), most)
    who = np.ones((N_RISK_CLASSES, len(causes)))
    for profile in range(6):
        base = [FAMILY_TYPES[profile % 3], *(["transit"] if profile >= 3 else [])]
        for bits in range(16):
            guided, legal, surrender, poor = bits >> 3 & 1, bits >> 2 & 1, bits >> 1 & 1, bits & 1
            flags = {"guided": guided, "papers": legal, "surrender": surrender, "poor": poor}
            names = base + [name for name, on in flags.items() if on]
            row = risk_class(profile, guided, legal, surrender, poor)
            for cause in range(len(causes)):
                for name in names:
                    who[row, cause] *= factor.get((cause, name), 1.0)
    capacity = np.full((len(codes.agencies), len(codes.regions)), np.inf)
    for general in (True, False):  # a row for one region beats a row for all
        for a in scenario.agencies:
            if (a.region == "*") is not general or a.agency not in codes.agency:
                continue
            value = sampler.value(f"agency:{a.agency}", a.capacity_per_day, a.low, a.high)
            at = slice(None) if general else codes.region.get(a.region, None)
            if at is not None:
                capacity[codes.agency[a.agency], at] = max(value, 1e-9)
    return Risk(
        agency=np.array([codes.agency.get(c.agency, -1) for c in causes], np.int32),
        is_stop=stop,
        is_harm=np.array([c.kind in ("harm", "death") for c in causes], np.uint8),
        who_factor=who,
        capacity=capacity,
        paper_most=most,
    )


def compile_facilities(scenario: Scenario, codes: Codes) -> Facilities:
    """Limited places."""
    rows = _facilities(scenario)
    return Facilities(
        place=np.array([codes.place[f.place] for f in rows], np.int32),
        service=np.array([f.unit == "cases_per_day" for f in rows], np.uint8),
        lottery=np.array([f.lottery_share for f in rows], np.float64),
    )
