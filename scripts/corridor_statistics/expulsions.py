"""Title 42: chance of expulsion by nationality, family type, sector and month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corridor_statistics import columns as c
from corridor_statistics.chances import Chances
from corridor_statistics.united_states import UnitedStates

FIRST_DAY, LAST_DAY = "2020-03-21", "2023-05-11"
CHILDREN_EXEMPT = "2020-11-18"
PRIOR = 30.0
"""Encounters that the nationality's own mean counts for in a sector cell."""

GROUP_PRIOR = 10.0
SMALLEST = 0.005
NOTABLE = 0.03
"""A sector gets its own row when it differs by this much from the nationality's mean."""

BY_AIR = ("HTI", "COL", "ECU", "BRA", "PER", "IND", "OTH")
ACCEPTED_BY_MEXICO = {"HTI": "2023-01"}
AIR_REASON = (
    "Share expelled is data; by air is a judgement: until then Mexico took Mexicans and "
    "Guatemalans, Hondurans and Salvadorans"
)


@dataclass(frozen=True)
class Expulsions:
    """Chances of expulsion, [months, nationalities, family types] and with sectors."""

    mean: c.Floats
    cell: c.Floats
    people: c.Floats


def flown_home() -> c.Floats:
    """Share of expulsions by air to the country of origin (0 or 1), by month and cohort."""
    flown = np.zeros((len(c.MONTHS), len(c.NATIONALITIES), len(c.FAMILY_TYPES)))
    for nationality in BY_AIR:
        until = ACCEPTED_BY_MEXICO.get(nationality, "9999")
        rows = [i for i, m in enumerate(c.MONTHS) if m < until]
        flown[rows, c.NAT_INDEX[nationality]] = 1.0
    foreign = [i for n, i in c.NAT_INDEX.items() if n != "MEX"]
    flown[:, foreign, c.FAM_INDEX["child"]] = 1.0
    return flown


def _in_force(us: UnitedStates) -> tuple[c.Floats, c.Floats]:
    """Expulsions and encounters on days of the rule (11 of 31 days of March 2020)."""
    people, expelled = us.people.copy(), us.expelled.copy()
    people[c.MONTH_INDEX["2020-03"]] *= 11 / 31
    expelled[c.MONTH_INDEX["2020-12"] :, :, c.FAM_INDEX["child"]] = 0.0
    return people, np.minimum(expelled, people)


def derive(us: UnitedStates) -> Expulsions:
    """Shares expelled in each month, shrunk towards what is known of the neighbours.

    With x people expelled of n, the mean of a nationality and family type is (x + 10 m) / (n + 10)
    where m is the same over three months, shrunk in the same way to its group of nationalities;
    a sector is (x + 30 m) / (n + 30) with m the sector over three months, shrunk in the same way
    to the nationality's mean. Months outside the rule are no neighbours, and May 2023 (children:
    November 2020) takes the last whole month of the rule.
    """
    people, expelled = _in_force(us)
    mean, cell, weight = np.zeros(people.shape[:3]), np.zeros(people.shape), np.zeros(people.shape)
    first, last = c.MONTH_INDEX["2020-03"], c.MONTH_INDEX["2023-04"]
    for k, family in enumerate(c.FAMILY_TYPES):
        end = c.MONTH_INDEX["2020-10"] if family == "child" else last
        for t in range(first, end + 2):
            at = min(t, end)
            span = slice(max(first, at - 1), min(end, at + 1) + 1)
            near = expelled[span, :, k].sum(0), people[span, :, k].sum(0)
            mean[t, :, k], cell[t, :, k] = _shares(expelled[at, :, k], people[at, :, k], *near)
            weight[t, :, k] = people[at, :, k]
    return Expulsions(mean, cell, weight)


def _shares(x: c.Floats, n: c.Floats, near_x: c.Floats, near_n: c.Floats) -> tuple[c.Floats, ...]:
    """Means [nationalities] and cells [nationalities, sectors] of one month and family type."""
    pooled = np.zeros(len(x))
    for group in c.GROUPS.values():
        members = [c.NAT_INDEX[m] for m in group]
        pooled[members] = near_x[members].sum() / max(near_n[members].sum(), 1.0)
    level = _shrunk(near_x.sum(1), near_n.sum(1), pooled, GROUP_PRIOR)
    mean = _shrunk(x.sum(1), n.sum(1), level, GROUP_PRIOR)
    return mean, _shrunk(x, n, _shrunk(near_x, near_n, mean[:, None], PRIOR), PRIOR)


def _shrunk(x: c.Floats, n: c.Floats, prior: c.Floats, weight: float) -> c.Floats:
    return np.asarray((x + weight * prior) / (n + weight))


def _span(month: str, family: str) -> tuple[str, str]:
    year, number = int(month[:4]), int(month[5:])
    days = int((np.datetime64(month, "M") + 1).astype("datetime64[D]").astype(object).day)
    last = (np.datetime64(f"{year:04d}-{number:02d}", "M") + 1).astype("datetime64[D]") - 1
    start, end = max(FIRST_DAY, f"{month}-{days:02d}"), min(LAST_DAY, str(last))
    if family == "child" and month == CHILDREN_EXEMPT[:7]:
        end = "2020-11-17"
    return start, end


def _interval(p: float, n: float) -> tuple[float, float]:
    """Two standard errors around a shrunk share."""
    error = 2 * np.sqrt(max(p * (1 - p), 0.0) / (n + PRIOR))
    return max(p - error, 0.0), min(p + error, 1.0)


def rows(expulsions: Expulsions, chances: Chances) -> list[tuple[object, ...]]:
    """Rows of outcomes_title42.csv: one for all sectors, then the sectors that differ."""
    flown = flown_home()
    out: list[tuple[object, ...]] = []
    for t, month in enumerate(c.MONTHS):
        if not FIRST_DAY[:7] <= month <= LAST_DAY[:7]:
            continue
        for n, nationality in enumerate(c.NATIONALITIES):
            for k, family in enumerate(c.FAMILY_TYPES):
                room = _room(chances, nationality, family, month)
                by_air = bool(flown[t, n, k])
                mean = min(float(expulsions.mean[t, n, k]), room)
                here = [("*", mean, float(expulsions.people[t, n, k].sum()))]
                for s, sector in enumerate(c.SECTORS):
                    p = min(float(expulsions.cell[t, n, k, s]), room)
                    here.append((sector, p, float(expulsions.people[t, n, k, s])))
                written = mean if mean >= SMALLEST else 0.0
                for region, p, weight in here:
                    if region == "*" and not written:
                        continue
                    if region != "*" and abs(p - written) < NOTABLE:
                        continue
                    out.append(_row(nationality, family, region, month, p, weight, room, by_air))
    return out


def _room(chances: Chances, nationality: str, family: str, month: str) -> float:
    """What the other branches out of US custody leave on the days of the rule in a month."""
    day = max(_span(month, family)[0], FIRST_DAY)
    taken = sum(
        chances.at("us_custody", transition, nationality, family, day)
        for transition in ("returned_to_mexico", "removed_home", "family_detained")
    )
    return 1.0 - taken


def _row(
    nationality: str,
    family: str,
    region: str,
    month: str,
    p: float,
    weight: float,
    room: float,
    by_air: bool,
) -> tuple[object, ...]:
    start, end = _span(month, family)
    low, high = _interval(p, weight)
    p, low, high = round(p, 3), round(low, 3), round(min(high, room), 3)
    return (
        "us_custody",
        "expelled_home" if by_air else "expelled_to_mexico",
        nationality,
        family,
        region,
        start,
        end,
        p,
        min(low, p),
        max(high, p),
        "DATA-CBP;SRC-PO077" if by_air else "DATA-CBP",
        AIR_REASON if by_air else "",
    )
