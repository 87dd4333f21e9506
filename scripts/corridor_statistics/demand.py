"""Departures by month, nationality and family type: methods A and B2 (docs/demand.md)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corridor_statistics import columns as c
from corridor_statistics.chances import Chances
from corridor_statistics.mexico import Mexico
from corridor_statistics.united_states import UnitedStates

LAG_MONTHS = {"MEX": 0.45, "GTM": 1.2, "HND": 1.2, "SLV": 1.2}
"""Time from departure to the first encounter, in months: near the median of simulated journeys."""

OTHER_LAG = 1.4
FLOOR = 0.2
RETURNS_FLOOR = 0.3
BAND = {"northern_triangle": (0.75, 1.35), "mexico": (0.7, 1.4)}
WIDE_BAND = (0.65, 1.5)
SEASON_YEARS = (2013, 2014, 2015, 2016, 2018)


@dataclass(frozen=True)
class Demand:
    """Departures and the terms of the identity, all [months, nationalities, family types]."""

    people: c.Floats
    people_smooth: c.Floats
    journeys: c.Floats
    first_arrivals: c.Floats
    ended_in_mexico: c.Floats
    started_again: c.Floats
    repeat_share: c.Floats
    apprehension: c.Floats


def expelled_home(us: UnitedStates, flown: c.Floats) -> c.Floats:
    """Title 42 expulsions by air to the country of origin, [months, nationalities, families]."""
    by_family: c.Floats = us.expelled.sum(3)
    return by_family * flown


def border_terms(
    us: UnitedStates, chances: Chances, covert: c.Floats, flown: c.Floats
) -> tuple[c.Floats, c.Floats]:
    """Apprehension chance p and repeat share r = e q p, [months, nationalities, family types].

    p is 1 for those who look for the Border Patrol and ``covert`` for the others; e is the share
    of encounters sent back to a Mexican border city (Title 42 as observed, plus returns under
    ordinary law), q the chance of a new attempt from there.
    """
    surrender = chances.table("crossing", "cross_surrender")
    p = surrender + (1 - surrender) * covert
    total = us.people.sum(3)
    pandemic = us.expelled.sum(3) * (1 - flown) / np.maximum(total, 1)
    ordinary = chances.table("us_custody", "returned_to_mexico")
    e = np.minimum(pandemic + ordinary, 1.0)
    return p, e * chances.table("expelled", "retry") * p


def returned_journeys(
    us: UnitedStates, mx: Mexico, chances: Chances, flown: c.Floats
) -> tuple[c.Floats, c.Floats]:
    """Returns from Mexico: those that end a journey not yet counted in the US, and all of them.

    People expelled by the US and handed to INM, then deported, were already counted by the Border
    Patrol. They are taken off, down to .3 of the returns.
    """
    gross = mx.returns[:, :, None] * mx.family_split
    to_mexico = us.expelled.sum(3) * (1 - flown)
    handed = to_mexico * chances.table("expelled", "handed_to_inm")
    handed *= chances.table("mx_detention", "to_mx_removal")
    net = np.maximum(gross - handed, RETURNS_FLOOR * gross)
    return net, gross


def _extended(flow: c.Floats, months: int) -> c.Floats:
    """The flow and the months after its last: December times the median ratio of that month."""
    total = flow.sum((1, 2))
    december = np.where(c.MONTH_OF_YEAR == 12)[0][:-1]
    ahead = [
        flow[-1] * float(np.median(total[december + m] / total[december]))
        for m in range(1, months + 1)
    ]
    return np.concatenate([flow, np.stack(ahead)])


def arrivals_ahead(flow: c.Floats, lag: c.Floats) -> c.Floats:
    """The flow ``lag`` months later, linear between months.

    Args:
        flow: [months, nationalities, family types].
        lag: [nationalities] months, below 2.
    """
    longer = _extended(flow, 2)
    whole = np.floor(lag).astype(int)
    part = (lag - whole)[None, :, None]
    at = np.arange(len(flow))[:, None] + whole[None, :]
    nationality = np.arange(flow.shape[1])[None, :]
    return np.asarray((1 - part) * longer[at, nationality] + part * longer[at + 1, nationality])


def _season(people: c.Floats) -> c.Floats:
    """Monthly season [months, nationalities]: Northern Triangle together, Mexico alone."""
    pattern = np.zeros((12, len(c.NATIONALITIES)))
    for year in SEASON_YEARS:
        rows = np.where(year == c.FISCAL_YEAR)[0]
        level = people[rows].sum(2)
        pattern[c.MONTH_OF_YEAR[rows] - 1] += level / level.mean(0) / len(SEASON_YEARS)
    triangle = [c.NAT_INDEX[n] for n in c.NORTHERN_TRIANGLE]
    season: c.Floats = np.ones_like(pattern)
    season[:, triangle] = pattern[:, triangle].mean(1, keepdims=True)
    season[:, c.NAT_INDEX["MEX"]] = pattern[:, c.NAT_INDEX["MEX"]]
    season /= season.mean(0)
    return season.take(c.MONTH_OF_YEAR - 1, axis=0)


def smooth(people: c.Floats) -> c.Floats:
    """Method B2: centred 12-month mean of the seasonally adjusted series, times the season."""
    season = _season(people)
    kernel = np.r_[0.5, np.ones(11), 0.5] / 12
    out = np.zeros_like(people)
    for n in range(people.shape[1]):
        for k in range(people.shape[2]):
            level = people[:, n, k] / season[:, n]
            padded = np.r_[level[:6][::-1], level, level[-6:][::-1]]
            out[:, n, k] = np.convolve(padded, kernel, "valid") * season[:, n]
    return out


def derive(
    us: UnitedStates,
    mx: Mexico,
    chances: Chances,
    covert: c.Floats,
    flown: c.Floats,
    closure: c.Floats | None = None,
) -> Demand:
    """Departures by methods A and B2.

    J(t) = U'(t + w) + N(t), linear between months, and D(t) = max(J(t) - again(t), .2 J(t)), with
    U' = U (1 - r) / p, N the returns from Mexico that end a journey and again(t) the journeys
    begun anew by people sent home in the month before (docs/demand.md). ``closure``
    [nationalities, family types] are factors on D (:mod:`corridor_statistics.closure`).
    """
    p, r = border_terms(us, chances, covert, flown)
    first = us.people.sum(3) * (1 - r) / p
    ended, gross = returned_journeys(us, mx, chances, flown)
    lag = np.array([LAG_MONTHS.get(n, OTHER_LAG) for n in c.NATIONALITIES])
    journeys = arrivals_ahead(first, lag) + ended
    removed = us.people.sum(3) * chances.table("us_custody", "removed_home")
    removed *= chances.table("us_removal", "removed_tries_again")
    sent_home = gross + removed + expelled_home(us, flown)
    again = sent_home * chances.table("home_again", "retry_from_home")
    again = np.concatenate([again[:1], again[:-1]])
    people = np.maximum(journeys - again, FLOOR * journeys)
    if closure is not None:
        people = people * closure
    return Demand(people, smooth(people), journeys, first, ended, again, r, p)


def rows(demand: Demand) -> list[tuple[object, ...]]:
    """Rows of departures.csv."""
    band = dict.fromkeys(c.NATIONALITIES, WIDE_BAND)
    for group, limits in BAND.items():
        band.update(dict.fromkeys(c.GROUPS[group], limits))
    out: list[tuple[object, ...]] = []
    for t, month in enumerate(c.MONTHS):
        source = "DATA-CBP" if month >= "2019-10" else "DATA-USBP-SECTOR;DATA-OHSS;DATA-USBP-CIT"
        source += ";DATA-UPM-RET"
        for n, nationality in enumerate(c.NATIONALITIES):
            low, high = band[nationality]
            for k, family in enumerate(c.FAMILY_TYPES):
                people = float(demand.people[t, n, k])
                out.append(
                    (
                        month,
                        f"{nationality.lower()}-{family}",
                        round(people),
                        round(float(demand.people_smooth[t, n, k])),
                        round(low * people),
                        round(high * people),
                        source,
                    )
                )
    return out
