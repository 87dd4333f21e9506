"""What nobody can reach, nothing can strike, or nothing leads to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from travesia.errors import Problem
from travesia.scenario.base import ANY
from travesia.scenario.checks.context import Context
from travesia.scenario.checks.grouping import listed
from travesia.scenario.geography import FORWARD_ROLES, Leg
from travesia.scenario.procedures import Facility, Stay
from travesia.units import EARTH_RADIUS_KM

ENTERED_BY_ENGINE = frozenset({"crossing", "rest", "caravan", "alone"})
"""Roles of stays that people enter without a transition."""

Places = frozenset[str]


def units_of_facilities(context: Context) -> Iterator[Problem]:
    """A facility's unit is not that of its kind."""
    unit_of = {s.facility_kind: s.facility_unit for s in context.scenario.stays}
    for i, facility in enumerate(context.scenario.facilities):
        wanted = unit_of.get(facility.kind) or facility.unit
        if facility.unit != wanted:
            yield Problem(
                f"facility '{facility.id}' of kind {facility.kind} has the unit {facility.unit}",
                context.where("facilities", i),
                f"write {wanted}; look whether the capacity counts "
                + ("people at once" if wanted == "places" else "cases in a day"),
            )


def facilities_that_differ(context: Context) -> Iterator[Problem]:
    """The rows of a facility differ in what cannot change: its kind, place, unit or people."""
    first: dict[str, tuple[int, Facility]] = {}
    for i, row in enumerate(context.scenario.facilities):
        at, other = first.setdefault(row.id, (i, row))
        for column in ("kind", "place", "unit", "serves"):
            if getattr(row, column) != getattr(other, column):
                yield Problem(
                    f"facility '{row.id}' has another {column} than in its first row",
                    context.where("facilities", i),
                    f"give both the same, or another id; the first is at "
                    f"{context.where('facilities', at)}",
                )


def unreached_facilities(context: Context) -> Iterator[Problem]:
    """No stay sends anybody to a facility."""
    tables = ("places", "facilities", "stays", "transitions", "actions", "outcomes")
    if not context.complete(*tables):
        return
    scenario = context.scenario
    first: dict[str, int] = {}
    for i, row in enumerate(scenario.facilities):
        first.setdefault(row.id, i)
    if not first:
        return
    rows = [scenario.facilities[i] for i in first.values()]
    entered = _entered_at(context)
    used: set[str] = set()
    for stay in scenario.stays:
        mine = [f for f in rows if f.kind == stay.facility_kind]
        if mine:
            used |= _used(context, stay, mine, entered.get(stay.id, frozenset()))
    idle = [i for name, i in first.items() if name not in used]
    kinds: dict[str, list[int]] = defaultdict(list)
    for i in idle:
        kinds[scenario.facilities[i].kind].append(i)
    for kind, found in kinds.items():
        names = listed(scenario.facilities[i].id for i in found)
        yield Problem(
            f"nobody is ever sent to {len(found)} facilities of kind {kind}: {names}",
            context.places("facilities", found),
            "let an action or a stay lead there (actions.csv, serves), or remove them",
            "warning",
        )


def _used(context: Context, stay: Stay, rows: Sequence[Facility], at: Places) -> set[str]:
    """Facilities that people who enter a stay at some places use: the nearest that serves them."""
    places = [p for p in context.scenario.places if p.id in at]
    known = {p.id: p for p in context.scenario.places}
    rows = [f for f in rows if f.place in known]
    if not places or not rows:
        return set()
    km = _kilometres(
        [(p.lat, p.lon) for p in places], [(known[f.place].lat, known[f.place].lon) for f in rows]
    )
    serves = np.array([[ANY in f.serves or p.region in f.serves for f in rows] for p in places])
    usable = np.where(serves, km, km + 1e6 if stay.queue else np.inf)
    if stay.reach_km is not None:
        usable = np.where(km <= stay.reach_km, usable, np.inf)
    pick, best = usable.argmin(1), usable.min(1)
    return {rows[j].id for j in pick[np.isfinite(best)]}


def _kilometres(
    starts: Sequence[tuple[float, float]], ends: Sequence[tuple[float, float]]
) -> npt.NDArray[np.float64]:
    """Great-circle km between all starts and all ends."""
    a, b = np.radians(np.array(starts))[:, None, :], np.radians(np.array(ends))[None, :, :]
    half = (b - a) / 2
    cosines = np.cos(a[..., 0]) * np.cos(b[..., 0])
    h = np.sin(half[..., 0]) ** 2 + cosines * np.sin(half[..., 1]) ** 2
    out: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(h)))
    return out


def _entered_by_engine(context: Context) -> set[str]:
    return {s.id for s in context.scenario.stays if s.role in ENTERED_BY_ENGINE}


def _entered_at(context: Context) -> dict[str, Places]:
    """The places where each stay can be entered."""
    scenario = context.scenario
    everywhere = frozenset(p.id for p in scenario.places)
    acted = _acted_at(context, everywhere)
    at: dict[str, Places] = dict.fromkeys(_entered_by_engine(context), everywhere)
    served = {s.id: s.served for s in scenario.stays if s.served}
    changed = True
    while changed:
        changed = False
        for row in scenario.transitions:
            for start in row.from_ids:
                came = _from(start, row.id, at, acted, everywhere)
                if came and row.where not in ("here", "home"):
                    came = everywhere
                changed |= _add(at, row.to, came)
        for stay, following in served.items():
            changed |= _add(at, following, at.get(stay, frozenset()))
    return at


def _from(
    start: str, transition: str, at: dict[str, Places], acted: dict[str, Places], everywhere: Places
) -> Places:
    if start == "action":
        return acted.get(transition, frozenset())
    if start == "arrival" or start.startswith("cause:"):
        return everywhere
    return at.get(start, frozenset())


def _add(at: dict[str, Places], stay: str, places: Places) -> bool:
    before = at.get(stay, frozenset())
    if places <= before:
        return False
    at[stay] = before | places
    return True


def _acted_at(context: Context, everywhere: Places) -> dict[str, Places]:
    """The places where each action has a row: one of chance 0 waits for a policy."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for place in context.scenario.places:
        kinds[place.kind].add(place.id)
    out: dict[str, set[str]] = defaultdict(set)
    for row in context.scenario.actions:
        if row.place != ANY:
            out[row.transition].add(row.place)
        else:
            out[row.transition] |= everywhere if row.place_kind == ANY else kinds[row.place_kind]
    return {name: frozenset(places) for name, places in out.items()}


def unentered_stays(context: Context) -> Iterator[Problem]:
    """Nothing leads to a stay."""
    if not context.complete("transitions", "stays"):
        return
    scenario = context.scenario
    entered = {t.to for t in scenario.transitions} | {s.served for s in scenario.stays}
    entered |= _entered_by_engine(context)
    idle = [i for i, s in enumerate(scenario.stays) if s.id not in entered]
    if idle:
        yield Problem(
            f"nothing leads to the stays {listed(scenario.stays[i].id for i in idle)}",
            context.places("stays", idle),
            "add a transition to them, or remove them",
            "warning",
        )


def apprehension(context: Context) -> Iterator[Problem]:
    """Nobody is apprehended on a crossing, or on none: encounters at the border would be 0."""
    if not context.complete("legs", "hazards", "causes"):
        return
    scenario = context.scenario
    causes = {c.id for c in scenario.causes if c.kind == "apprehension"}
    crossings = [i for i, g in enumerate(scenario.legs) if g.role == "crossing"]
    if not crossings:
        return
    file = context.trace("causes", 0).file
    if not causes:
        yield Problem(
            "no cause is of the kind apprehension: nobody is encountered at the border",
            file,
            "add one to causes.csv and its rates to hazards.csv",
        )
        return
    rates = [h for h in scenario.hazards if h.cause in causes and (h.value > 0 or (h.high or 0))]
    safe = [
        i for i in crossings if not any(_strikes(h.region, h.mode, scenario.legs[i]) for h in rates)
    ]
    if len(safe) == len(crossings):
        yield Problem(
            "no crossing has a rate of apprehension: nobody is encountered at the border",
            f"{scenario.folder.name}/hazards.csv",
            f"add rows with the cause {' or '.join(sorted(causes))} and the region of each sector",
        )
    elif safe:
        yield Problem(
            f"nobody is ever apprehended on {listed(scenario.legs[i].id for i in safe)}",
            context.places("legs", safe),
            "add a rate of apprehension for their region",
            "warning",
        )


def _strikes(region: str, mode: str, leg: Leg) -> bool:
    return region in (ANY, leg.region) and mode in (ANY, leg.mode)


def hazards_without_legs(context: Context) -> Iterator[Problem]:
    """A rate holds on no leg that people take."""
    if not context.complete("legs"):
        return
    legs = {(g.region, g.mode) for g in context.scenario.legs if g.role in FORWARD_ROLES}
    regions, modes = {r for r, _ in legs}, {m for _, m in legs}

    def holds(region: str, mode: str) -> bool:
        if region == ANY:
            return mode == ANY or mode in modes
        return region in regions if mode == ANY else (region, mode) in legs

    idle = [i for i, h in enumerate(context.scenario.hazards) if not holds(h.region, h.mode)]
    if idle:
        rows = (context.scenario.hazards[i] for i in idle)
        names = listed(f"{h.cause}/{h.region}/{h.mode}" for h in rows)
        yield Problem(
            f"rates hold on no leg: {names}",
            context.places("hazards", idle),
            "correct region or mode, add a leg, or remove them",
            "warning",
        )


def causes_without_rates(context: Context) -> Iterator[Problem]:
    """A cause has no rate anywhere, so it never strikes."""
    if not context.complete("hazards", "causes"):
        return
    rated = {h.cause for h in context.scenario.hazards}
    struck = {a.transition for a in context.scenario.accidents if a.mode}
    rated |= {c.id for c in context.scenario.causes if c.transition in struck}
    idle = [i for i, c in enumerate(context.scenario.causes) if c.id not in rated]
    if idle:
        yield Problem(
            f"causes have no rate and never strike: "
            f"{listed(context.scenario.causes[i].id for i in idle)}",
            context.places("causes", idle),
            "add rows to hazards.csv, or remove them",
            "warning",
        )


def legs_without_hazards(context: Context) -> Iterator[Problem]:
    """No rate at all holds on a leg that people take."""
    if not context.complete("legs", "hazards") or not len(context.scenario.hazards):
        return
    pairs = {(h.region, h.mode) for h in context.scenario.hazards if h.value > 0 or h.high}
    legs = context.scenario.legs
    safe = [
        i
        for i, g in enumerate(legs)
        if g.role in FORWARD_ROLES
        and not {(g.region, g.mode), (g.region, ANY), (ANY, g.mode), (ANY, ANY)} & pairs
    ]
    if safe:
        yield Problem(
            f"nothing can happen to people on {listed(legs[i].id for i in safe)}: no rate of any "
            "cause holds there",
            context.places("legs", safe),
            "add rates for their region or mode",
            "warning",
        )


def ways_never_open(context: Context) -> Iterator[Problem]:
    """A cohort has means, but no leg leaves its origin on some days of the period."""
    if not context.period_known or not context.complete("legs", "origins"):
        return
    period = context.scenario.settings.period
    spans: dict[str, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    for leg in context.scenario.legs:
        if leg.role in FORWARD_ROLES:
            spans[leg.from_].append((leg.start or dt.date.min, leg.end or dt.date.max))
    starts = dict.fromkeys(o.place for o in context.scenario.origins if o.share > 0)
    shut = [p for p in starts if spans[p] and not _covers(spans[p], period.spin_up, period.end)]
    if shut:
        at = [i for i, p in enumerate(context.scenario.places) if p.id in shut]
        yield Problem(
            f"on some days no leg leaves {listed(shut)}, where people set out",
            context.places("places", at),
            "correct the dates of its legs",
            "warning",
        )


def _covers(spans: Iterable[tuple[dt.date, dt.date]], first: dt.date, last: dt.date) -> bool:
    day = first
    for start, end in sorted(spans):
        if start > day:
            return False
        if end >= last:
            return True
        day = max(day, end + dt.timedelta(days=1))
    return day > last


CHECKS = (
    units_of_facilities, facilities_that_differ, unreached_facilities, unentered_stays,
    apprehension, causes_without_rates, hazards_without_legs, legs_without_hazards, ways_never_open,
)  # fmt: skip
"""Every check of what leads where, and what strikes whom."""
