"""What of a case can say something: camps that people can reach, and counts within the period."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from travesia.errors import ProblemList
from travesia.kinds.flee.instance import Closure, Instance

NO_ROAD, NO_WAY = "no road leads there", "no way leads there from a place in conflict"


def last_day(case: Instance) -> dt.date:
    """The last day of the simulation."""
    return case.start + dt.timedelta(days=max(case.days, 1) - 1)


def counted_camps(case: Instance) -> tuple[str, ...]:
    """Camps with at least one count in the period: only these can be scored."""
    end = last_day(case)
    within = {c.series for c in case.counts if any(case.start <= d <= end for d in c.dates)}
    return tuple(name for name in case.camps if name in within)


def sources(case: Instance) -> set[str]:
    """Places that are in conflict on some day, by the table or by their date."""
    told = {s.place for s in case.spells if s.first < case.days}
    dated = {
        p.name
        for p in case.places
        if p.kind == "conflict"
        and p.name not in case.table_places
        and p.conflict_from is not None
        and p.conflict_from < case.days
    }
    return told | dated


def unreachable_camps(case: Instance) -> dict[str, str]:
    """Camps that nobody who sets out can ever reach, and why."""
    roads, starts = _open_roads(case), sources(case)
    seen = _within_reach(roads, starts)
    if not starts:
        return {}
    linked = {n for r in case.routes for n in (r.name1, r.name2)}
    return {n: NO_WAY if n in linked else NO_ROAD for n in case.camps if n not in seen}


def dead_ends(case: Instance) -> list[str]:
    """Inhabited places in conflict from which no way leads to any camp."""
    near = _within_reach(_open_roads(case), set(case.camps))
    starts = sources(case)
    return [p.name for p in case.places if p.name in starts and p.population and p.name not in near]


def _open_roads(case: Instance) -> dict[str, set[str]]:
    """Next places by place, over the roads that are not closed from the first day to the last."""
    shut = [c for c in case.closures if c.start == 0 and not 0 <= c.end < case.days]
    country = {p.name: p.country for p in case.places}
    roads: dict[str, set[str]] = defaultdict(set)
    for r in case.routes:
        if not any(_closed(c, r.name1, r.name2, country) for c in shut):
            roads[r.name1].add(r.name2)
            roads[r.name2].add(r.name1)
    return roads


def _within_reach(roads: Mapping[str, set[str]], starts: set[str]) -> set[str]:
    seen, queue = set(starts), list(starts)
    while queue:
        fresh = roads.get(queue.pop(), set()) - seen
        seen |= fresh
        queue += fresh
    return seen


def _closed(c: Closure, a: str, b: str, country: dict[str, str]) -> bool:
    """Whether a closure shuts the road between two places."""
    if c.kind == "country":
        return {country.get(a), country.get(b)} == {c.name1, c.name2}
    if c.kind == "location":
        return c.name1 in (a, b)
    return c.kind == "link" and {a, b} == {c.name1, c.name2}


def check_reach(case: Instance, problems: ProblemList) -> None:
    """Remarks on camps that nobody can reach, and on people who do not set out at all."""
    counted = counted_camps(case)
    for name, why in unreachable_camps(case).items():
        scored = "; its counts are scored all the same" if name in counted else ""
        problems.warn(
            f"nobody can reach the camp {name!r}: {why}{scored}",
            "routes.csv",
            "add its road, or take the camp out",
        )
    ends = dead_ends(case)
    if ends and case.camps:
        some = ", ".join(ends[:5]) + (f" and {len(ends) - 5} more" if len(ends) > 5 else "")
        problems.warn(
            f"no way leads from {some} to any camp: who sets out there never arrives",
            "routes.csv",
            "add the missing roads",
        )
    _check_home(case, problems)
    if not case.counts and not case.settings.conflict_driven_spawning:
        problems.warn(
            "nobody sets out: there are neither counts, which tell how many, nor "
            "conflict_driven_spawning",
            "simsetting.yml",
            "add counts, or conflict_driven_spawning to the settings",
        )


def _check_home(case: Instance, problems: ProblemList) -> None:
    """Remarks on conflict that the case announces and does not have, and on where home is."""
    starts = sources(case)
    for p in case.places:
        if p.kind != "conflict" or p.conflict_from is None or p.name in starts:
            continue
        where = f"locations.csv, {p.name}"
        if p.name in case.table_places and p.conflict_from < case.days:
            problems.warn(
                "its column in conflicts.csv is never above 0: nobody sets out there "
                "(FLEE would have it in conflict from its conflict_date on, if that is "
                "day 0)",
                where,
                "fill the column",
            )
        elif p.conflict_from >= case.days:
            problems.warn(
                f"conflict begins on day {p.conflict_from}, after the last: never",
                where,
                "correct conflict_date",
            )
    if starts and not any(p.name in starts for p in case.places if p.country == case.home_country):
        problems.warn(
            f"home is {case.home_country}, the country of the first place, as in FLEE; but no "
            "place there is ever in conflict",
            "locations.csv",
            "put a place of the home country first",
        )


def check_period(case: Instance, problems: ProblemList) -> None:
    """Remarks on counts that lie outside the period: what is not counted is not scored."""
    if not case.counts:
        return
    counted, named = counted_camps(case), {c.series for c in case.counts}
    end = last_day(case)
    outside = [n for n in case.camps if n in named and n not in counted]
    if outside and not counted:
        days = [d for c in case.counts if c.series in case.camps for d in c.dates]
        problems.warn(
            f"no count of a camp lies in the period, {case.start} to {end} (they are of "
            f"{min(days)} to {max(days)}): nothing can be scored",
            "data_layout.csv",
            "correct the dates of the counts, or StartDate in sim_period.csv",
        )
    elif outside:
        problems.warn(
            f"no count in the period: {', '.join(outside)}; what is not counted is not scored",
            "data_layout.csv",
            "correct the dates",
        )


def remarks_of(case: Instance) -> tuple[str, ...]:
    """What the import remarked and left out, and what holds of the case as it is now.

    A scenario may have been edited since its import: whether its camps can be reached and counts
    lie in the period is looked up again.
    """
    now = ProblemList()
    check_reach(case, now)
    check_period(case, now)
    told = dict.fromkeys((*case.remarks, *(str(p) for p in now.warnings), *case.not_carried))
    return tuple(told)


__all__ = [
    "check_period", "check_reach", "counted_camps", "last_day", "remarks_of", "sources",
    "unreachable_camps",
]  # fmt: skip
