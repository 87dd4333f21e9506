"""What of a case can say something: camps that people can reach, and counts within the period."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from travesia.errors import ProblemList
from travesia.importers.flee.instance import Closure, Instance

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
        p.name for p in case.places
        if p.kind == "conflict" and p.name not in case.table_places
        and p.conflict_from is not None and p.conflict_from < case.days
    }  # fmt: skip
    return told | dated


def unreachable_camps(case: Instance) -> dict[str, str]:
    """Camps that nobody who sets out can ever reach, and why."""
    shut = [c for c in case.closures if c.start == 0 and not 0 <= c.end < case.days]
    country = {p.name: p.country for p in case.places}
    roads: dict[str, set[str]] = defaultdict(set)
    for r in case.routes:
        if not any(_closed(c, r.name1, r.name2, country) for c in shut):
            roads[r.name1].add(r.name2)
            roads[r.name2].add(r.name1)
    seen = sources(case)
    if not seen:
        return {}
    queue = list(seen)
    while queue:
        fresh = roads[queue.pop()] - seen
        seen |= fresh
        queue += fresh
    return {n: NO_WAY if roads[n] else NO_ROAD for n in case.camps if n not in seen}


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
        problems.warn(f"nobody can reach the camp {name!r}: {why}{scored}", "routes.csv",
                      "add its road, or take the camp out")  # fmt: skip
    if not case.counts and not case.settings.conflict_driven_spawning:
        problems.warn(
            "nobody sets out: there are neither counts, which tell how many, nor "
            "conflict_driven_spawning", "simsetting.yml",
            "add counts, or conflict_driven_spawning to the settings",
        )  # fmt: skip


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
            f"no count of a camp lies in the period, {case.start} to {end} (they are of {min(days)} "
            f"to {max(days)}): nothing can be scored", "data_layout.csv",
            "correct the dates of the counts, or StartDate in sim_period.csv",
        )  # fmt: skip
    elif outside:
        problems.warn(
            f"no count in the period: {', '.join(outside)}; what is not counted is not scored",
            "data_layout.csv", "correct the dates",
        )  # fmt: skip


__all__ = [
    "check_period", "check_reach", "counted_camps", "last_day", "sources", "unreachable_camps",
]  # fmt: skip
