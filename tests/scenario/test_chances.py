"""Sums of chances against a plain reading of the rule, cell by cell and day by day."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from travesia.scenario.base import FAMILY_TYPES
from travesia.scenario.checks.chances import ALWAYS, Chance, excesses

PLACES = ("p", "q")
COHORTS = {("HND", "adult"), ("HND", "family"), ("MEX", "adult")}
DAYS = [dt.date(2019, 1, d) for d in range(1, 7)]

dates = st.one_of(st.none(), st.sampled_from(DAYS))


@st.composite
def tables(draw: st.DrawFn) -> list[Chance]:
    rows = []
    seen = set()
    for i in range(draw(st.integers(1, 7))):
        branch = draw(st.sampled_from("xyz"))
        place = draw(st.sampled_from(["*", *PLACES]))
        nation = draw(st.sampled_from(["*", "HND", "MEX"]))
        family = draw(st.sampled_from(["*", "adult", "family"]))
        start = draw(dates)
        end = draw(dates)
        if (start and end and end < start) or (branch, place, nation, family, start) in seen:
            continue
        seen.add((branch, place, nation, family, start))
        rank = (place != "*", nation != "*", family != "*")
        chance = draw(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]))
        at = () if place == "*" else (place,)
        rows.append(Chance(i, branch, at, nation, family, start, end, chance, rank))
    return rows


def plain_sum(rows: list[Chance], place: str, nation: str, family: str, day: dt.date) -> float:
    """The sum over branches of the chance of the row that wins."""
    total = 0.0
    for branch in {r.branch for r in rows}:
        fit = [
            r
            for r in rows
            if r.branch == branch
            and (not r.places or place in r.places)
            and r.nationality in ("*", nation)
            and r.family_type in ("*", family)
            and (r.start is None or r.start <= day)
            and (r.end is None or day <= r.end)
        ]
        if fit:
            total += max(fit, key=lambda r: (r.rank, r.start or ALWAYS)).probability
    return total


@given(tables())
@settings(max_examples=150)
def test_excess_is_found_exactly_where_chances_sum_above_one(rows: list[Chance]) -> None:
    found = excesses(rows, PLACES, COHORTS) if rows else []
    days = [DAYS[0] - dt.timedelta(1), *DAYS, DAYS[-1] + dt.timedelta(1)]
    sums = [plain_sum(rows, p, n, f, d) for p in PLACES for n, f in COHORTS for d in days]
    assert bool(found) == any(s > 1 + 1e-9 for s in sums)
    if found:
        assert found[0].total == max(sums)
    for e in found:
        assert e.family_type in FAMILY_TYPES
        day = max(e.since, days[0])
        assert plain_sum(rows, e.place, e.nationality, e.family_type, day) == e.total
