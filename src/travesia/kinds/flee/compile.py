"""From the names and dates of a FLEE case to arrays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from travesia.errors import InputError, Problem
from travesia.kinds.flee.counts import corrected
from travesia.kinds.flee.instance import TOTAL, Closure, Instance, Route
from travesia.kinds.flee.model import (
    CLOSE,
    KIND_CODES,
    ONE,
    OPEN,
    FleeModel,
    FleeRule,
    Floats,
    Ints,
    Longs,
)
from travesia.kinds.flee.paths import Paths, TooManyPathsError, candidate_paths, ways_to_camps
from travesia.kinds.flee.reach import counted_camps
from travesia.kinds.flee.settings import Settings


@dataclass(frozen=True, slots=True)
class Links:
    """Half-links: both directions of every road."""

    start: list[int]
    end: list[int]
    metres: list[int]
    speed: list[int]
    walk: list[int]


def compile_case(
    case: Instance,
    *,
    compatible: bool | None = None,
    blind: bool | None = None,
    hasten: int | None = None,
) -> FleeModel:
    """Arrays of a case.

    Args:
        case: as read by the importer or loaded from a scenario folder.
        compatible: FLEE 3.1 with its quirks; default as the case says.
        blind: no capacity limits anything, so that capacities can carry no information; default as
            the case says.
        hasten: one simulated person stands for so many; default 1, or the case's setting in the
            compatible mode.

    Raises:
        InputError: a place in conflict that does not exist, or too many candidate paths.
    """
    strict = case.compatible if compatible is None else compatible
    blind = case.blind if blind is None else blind
    share = hasten or (case.settings.hasten if strict else 1)
    s = case.settings
    code = {p.name: i for i, p in enumerate(case.places)}
    links = _links(case, code, strict)
    paths = _paths(case, code, links, strict)
    gates, camp_gates = _gates(case, code, links, strict)
    observed, new, debt = _counts(case, strict, share)
    counted = set(counted_camps(case))
    camps = np.array([code[name] for name in case.camps], np.int32)
    people = np.array([p.initial_idps // share for p in case.places], np.int64)
    if starts_in_camps(s, strict):
        people[camps] += np.maximum(observed[0], 0)
    return FleeModel(
        rule=_rule(s, strict, share, given=hasten is not None),
        n_days=case.days,
        country_foreign=np.array([p.country != case.home_country for p in case.places]),
        kind=np.array([KIND_CODES[p.kind] for p in case.places], np.int8),
        population=np.array([p.population // share for p in case.places], np.int64),
        capacity=_capacity(case, strict, blind, share),
        capacity_per_day=np.array(
            [0.0 if strict or blind else p.capacity_per_day / share for p in case.places]
        ),
        attraction=_attraction(case, strict, share),
        start_intensity=_start_intensity(case, strict),
        start_people=people,
        link_start=np.array(links.start, np.int32),
        link_end=np.array(links.end, np.int32),
        link_m=np.array(links.metres, np.int64),
        link_speed_m=np.array(links.speed, np.int64),
        link_walk=np.array(links.walk, np.int64),
        changes=_changes(case, code),
        gates=gates,
        camp_gates=camp_gates,
        new_people=new,
        debt=debt,
        camps=camps,
        observed=observed,
        scored=np.array([name in counted for name in case.camps], bool),
        **_path_arrays(paths, s),
    )


def starts_in_camps(s: Settings, strict: bool = False) -> bool:
    """Whether the people counted on day 0 are in the camps from the start."""
    return s.insert_day0 and (strict or not s.empty_camps_on_day0)


def without_capacity(model: FleeModel) -> FleeModel:
    """The same case, blind: camps never fill, so capacities carry no information."""
    nothing = np.zeros_like(model.capacity)
    return replace(model, capacity=nothing, capacity_per_day=nothing.copy())


def _paths(case: Instance, code: dict[str, int], links: Links, strict: bool) -> Paths:
    """What people choose from: ways of some roads, or the camps that everyone knows."""
    s = case.settings
    marker = [p.kind == "marker" for p in case.places]
    try:
        if s.known_camps and not strict:
            camps = [code[name] for name in case.camps]
            return ways_to_camps(links.start, links.end, links.metres, len(code), camps)
        if s.awareness_level == 0 and strict:  # FLEE's choice then names no place: nobody moves
            return candidate_paths([], [], [], marker, 1)
        return candidate_paths(links.start, links.end, links.metres, marker, s.awareness_level)
    except TooManyPathsError as error:
        cure = "lower awareness_level"
        raise InputError(
            "The case is too large", [Problem(str(error), "awareness_level", cure)]
        ) from error


def _rule(s: Settings, strict: bool, share: int, *, given: bool) -> FleeRule:
    # FLEE does not scale what conflict drives by the case's own `hasten`; a sample must.
    stands_for = share if given or not strict else 1
    return FleeRule(
        strict,
        s.conflict_spawn_decay,
        30 if strict else s.conflict_spawn_decay_interval,
        s.foreign_weight,
        s.camp_weight,
        s.conflict_weight,
        s.conflict_movechance,
        s.camp_movechance,
        s.idpcamp_movechance,
        s.default_movechance,
        s.capacity_buffer,
        s.weight_softening,
        _weight_power(s),
        round(s.max_move_speed * 1000),
        round(s.max_walk_speed * 1000),
        s.avoid_short_stints,
        s.start_on_foot,
        s.take_from_population,
        s.insert_day0,
        s.conflict_driven_spawning,
        s.spawn_mode,
        s.displaced_per_conflict_day,
        s.movechance_pop_base,
        s.movechance_pop_scale_factor,
        s.known_camps and not strict,
        0.0 if strict else s.camp_pull,
        s.camp_pull_base / share,
        stands_for,
    )


def _weight_power(s: Settings) -> float:
    """At awareness 0 nobody looks at what lies ahead: every road has the same chance."""
    return 0.0 if s.awareness_level == 0 and not s.known_camps else s.weight_power


def _path_arrays(paths: Paths, s: Settings) -> dict[str, np.ndarray]:
    km = np.array(paths.metres, np.float64) / 1000
    with np.errstate(divide="ignore"):
        distance = np.maximum((s.softening + km) ** s.distance_power, 1e-12)
    return {
        "path_ptr": paths.ptr,
        "path_dest": paths.dest,
        "path_distance": distance,
        "path_link_ptr": paths.link_ptr,
        "path_links": paths.links,
    }


def _links(case: Instance, code: dict[str, int], strict: bool) -> Links:
    """Half-links in FLEE's order. FLEE builds a road with redirection 1 twice, 2 reversed."""
    out = Links([], [], [], [], [])
    for r in _roads(case.routes, strict):
        a, b = code[r.name1], code[r.name2]
        if strict and r.redirection == 2:
            a, b = b, a
        for _ in range(2 if strict and r.redirection == 1 else 1):
            for start, end in ((a, b), (b, a)):
                out.start.append(start)
                out.end.append(end)
                out.metres.append(round(r.distance_km * 1000))
                out.speed.append(round((r.max_speed_km_day or case.settings.max_move_speed) * 1000))
                out.walk.append(min(ONE, round(r.walk_probability * ONE)))
    return out


def _roads(routes: Sequence[Route], strict: bool) -> Sequence[Route]:
    """All roads, or (in the sane version) only the shortest between two places."""
    if strict:
        return routes
    best: dict[frozenset[str], Route] = {}
    for r in routes:
        pair = frozenset((r.name1, r.name2))
        if pair not in best or r.distance_km < best[pair].distance_km:
            best[pair] = r
    return list(best.values())


def _capacity(case: Instance, strict: bool, blind: bool, share: int) -> Floats:
    """Capacity of every place; below 1 there is no limit. FLEE 3.1 has no scaling."""
    scale = 0.0 if blind else 1.0 if strict else case.settings.capacity_scaling
    return np.array([p.capacity // share * scale for p in case.places], np.float64)


def _attraction(case: Instance, strict: bool, share: int) -> Floats:
    """The factor of a place by its population; FLEE 3.1 takes the smaller of 1 and population."""
    s = case.settings
    if not s.use_pop_for_loc_weight:
        return np.ones(len(case.places))
    pick = min if strict else max
    return np.array(
        [
            1.0
            if p.kind in ("camp", "idp_camp")
            else pick(1.0, p.population // share) ** s.pop_power_for_loc_weight
            for p in case.places
        ]
    )


def _start_intensity(case: Instance, strict: bool) -> Floats:
    """Conflict before day 0. FLEE starts conflict places in conflict whatever the table says."""
    out = np.full(len(case.places), -1.0)
    for i, p in enumerate(case.places):
        if p.kind == "conflict" and strict and (p.conflict_from or 0) <= 0:
            out[i] = p.conflict_intensity
    return out


def _changes(case: Instance, code: dict[str, int]) -> tuple[tuple[tuple[int, float], ...], ...]:
    """Intensities that begin (or end, 0) on each day."""
    days: list[dict[int, float]] = [{} for _ in range(case.days)]
    for spell in sorted(case.spells, key=lambda s: s.first):
        place = code[spell.place]
        if spell.first < case.days:
            days[max(0, spell.first)][place] = spell.intensity
        if spell.last + 1 < case.days:
            days[spell.last + 1].setdefault(place, 0.0)
    columns = set(case.table_places) | {s.place for s in case.spells}
    for p in case.places:
        if p.kind == "conflict" and p.name not in columns and p.conflict_from is not None:
            day = max(0, p.conflict_from)
            if day < case.days:
                days[day].setdefault(code[p.name], p.conflict_intensity)
    return tuple(tuple(sorted(d.items())) for d in days)


def _gates(
    case: Instance, code: dict[str, int], links: Links, strict: bool
) -> tuple[tuple[tuple[tuple[Ints, int], ...], ...], tuple[tuple[tuple[int, int, bool], ...], ...]]:
    """What closes and opens on each day, in the order in which FLEE acts."""
    gates: list[list[tuple[Ints, int]]] = [[] for _ in range(case.days)]
    camps: list[list[tuple[int, int, bool]]] = [[] for _ in range(case.days)]
    country = [p.country for p in case.places]
    for c in case.closures:
        if c.kind == "remove_forced_redirection" or (strict and c.kind == "link"):
            continue
        for day, action in ((c.start, CLOSE), (c.end, OPEN)):
            never = action == OPEN and (c.start < 0 or c.end < c.start)  # it never closed
            if not 0 <= day < case.days or (not strict and never):
                continue
            if c.kind in ("camp", "idpcamp"):
                camps[day].append((code[c.name1], action, c.kind == "idpcamp"))
            else:
                gates[day].append((_closed_links(c, code, country, links), action))
    return tuple(tuple(d) for d in gates), tuple(tuple(d) for d in camps)


def _closed_links(c: Closure, code: dict[str, int], country: list[str], links: Links) -> Ints:
    ends = list(zip(links.start, links.end, strict=True))
    if c.kind == "country":
        pair = ((c.name1, c.name2), (c.name2, c.name1))
        hit = [k for k, (a, b) in enumerate(ends) if (country[a], country[b]) in pair]
    elif c.kind == "location":
        hit = [k for k, e in enumerate(ends) if code[c.name1] in e]
    else:
        both = {code[c.name1], code[c.name2]}
        hit = [k for k, e in enumerate(ends) if set(e) == both]
    return np.array(hit, np.int32)


def interpolated(
    series: list[tuple[dt.date, float]], start: dt.date, days: int, *, file_order: bool = False
) -> Longs:
    """Counts of every day: linear between dates, level before the first and after the last,
    cut off to whole people.

    With ``file_order`` the rows are taken in FLEE's manner even where their dates are not in
    order: up to the date of the first row its count holds.
    """
    at = [(d - start).days for d, _ in series]
    people = [p for _, p in series]
    if not file_order or at == sorted(at):
        return _between(at, people, days)
    out = np.empty(days, np.int64)
    for day in range(days):
        i = next((i for i in range(1, len(at)) if day < at[i]), len(at))
        if day <= at[0]:
            out[day] = int(people[0])
        elif i == len(at):
            out[day] = int(people[-1])
        else:
            share = (day - at[i - 1]) / (at[i] - at[i - 1])
            out[day] = int(people[i - 1] + share * (people[i] - people[i - 1]))
    return out


def _between(at: list[int], people: list[float], days: int) -> Longs:
    day = np.arange(days)
    i = np.clip(np.searchsorted(at, day, side="right"), 1, max(1, len(at) - 1))
    if len(at) == 1:
        return np.full(days, int(people[0]), np.int64)
    t, v = np.array(at, np.float64), np.array(people, np.float64)
    step = np.where(t[i] > t[i - 1], t[i] - t[i - 1], 1.0)
    share = np.clip((day - t[i - 1]) / step, 0.0, 1.0)
    value = v[i - 1] + share * (v[i] - v[i - 1])
    value = np.where(day >= t[-1], v[-1], np.where(day <= t[0], v[0], value))
    return value.astype(np.int64)


def _counts(case: Instance, strict: bool, share: int) -> tuple[Longs, Longs, Longs]:
    """Counts of the camps [t, s] (-1 without a series), and who sets out and who is owed [t]."""
    series = {
        c.series: interpolated(
            [(d, p / share) for d, p in corrected(c, in_file_order=strict)],
            case.start,
            case.days,
            file_order=strict,
        )
        for c in case.counts
    }
    missing = np.full(case.days, -1, np.int64)
    observed = np.array([series.get(name, missing) for name in case.camps], np.int64)
    parts = [v for n, v in series.items() if n != TOTAL] or [np.zeros(case.days, np.int64)]
    whole = np.sum(parts, axis=0)
    # FLEE 3.1 knows no sum_from_camps: its driver takes the total.
    if TOTAL in series and (strict or not case.settings.sum_from_camps):
        whole = series[TOTAL]
    new, debts = np.zeros(case.days, np.int64), np.zeros(case.days, np.int64)
    debt = 0
    for day in range(case.days):
        fresh = int(whole[day] - (whole[day - 1] if day else 0)) - debt
        if day == 0 and case.settings.insert_day0:
            fresh = 0
        debt = max(0, -fresh)
        new[day], debts[day] = max(0, fresh), debt
    return observed.reshape(len(case.camps), case.days).T, new, debts


__all__ = ["compile_case", "interpolated", "starts_in_camps", "without_capacity"]
