"""Reduced corridors for tests: a few years, a sample, a fixed seed; runs are made once and kept."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from travesia import api
from travesia.engine.run import run as simulate
from travesia.model.compile import Compiled, compile_model
from travesia.model.folding import Folder
from travesia.results.assemble import assemble
from travesia.results.result import Result
from travesia.scenario.scenario import Scenario

SEED = 7

WINDOWS = {
    "2014": ("2013-10-01", "2014-01-01", "2015-12-31", 0.03),
    "2016": ("2015-08-01", "2015-09-01", "2016-12-31", 0.03),
    "2018": ("2018-02-01", "2018-04-01", "2018-08-31", 0.03),
    "2019": ("2018-06-01", "2018-08-01", "2019-12-31", 0.03),
    "2021": ("2018-10-01", "2019-01-01", "2021-06-30", 0.02),
    "2023": ("2022-06-01", "2022-09-01", "2023-12-31", 0.02),
}
"""Spin-up, start, end and share of the population of each reduced corridor."""

Overrides = tuple[tuple[str, Any], ...]
NORTHERN_TRIANGLE = ("GTM", "HND", "SLV")


@cache
def scenario(window: str, patches: tuple[str, ...] = (), overrides: Overrides = ()) -> Scenario:
    """The corridor in a window of years, with what-ifs and single values changed."""
    spin_up, start, end, _ = WINDOWS[window]
    period = {
        "settings.period.spin_up": spin_up,
        "settings.period.start": start,
        "settings.period.end": end,
    }
    return api.load("corridor", patches, {**period, **dict(overrides)})


@cache
def compiled(window: str, patches: tuple[str, ...] = (), overrides: Overrides = ()) -> Compiled:
    """The tables of a reduced corridor."""
    return compile_model(scenario(window, patches, overrides), sample=WINDOWS[window][3], seed=SEED)


@cache
def ran(window: str, patches: tuple[str, ...] = (), overrides: Overrides = ()) -> Result:
    """A run of a reduced corridor."""
    loaded, made = scenario(window, patches, overrides), compiled(window, patches, overrides)
    raw = simulate(made.model, SEED, threads=2, journeys=0.02)
    return assemble(raw, made, loaded, api.ledger_of(loaded), {"seed": SEED})


class Tables:
    """The tables in force on one day, looked up by names."""

    def __init__(
        self, date: str, window: str, patches: tuple[str, ...] = (), overrides: Overrides = ()
    ) -> None:
        import datetime as dt

        self.scenario = scenario(window, patches, overrides)
        self.model = compiled(window, patches, overrides).model
        folder = Folder(self.model.base, self.model.edits)
        folder.fold(self.scenario.calendar.day(dt.date.fromisoformat(date)))
        self.now = folder.tables

    def legs(self, *modes: str, regions: tuple[str, ...] = (), test: Any = None) -> list[int]:
        """Numbers of the legs on some modes, in some regions, that pass a test."""
        rows = {g.id: g for g in self.scenario.legs}
        return [
            i
            for i, name in enumerate(self.model.names.legs)
            if (not modes or rows[name].mode in modes)
            and (not regions or rows[name].region in regions)
            and (test is None or test(rows[name]))
        ]

    def hazard(self, cause: str, legs: list[int]) -> float:
        """Mean rate of a cause over legs."""
        return float(self.now["hazard"][self.model.names.causes.index(cause)][legs].mean())

    def outcome(self, transition: str, cohort: str, region: str) -> float:
        """Chance that a stay ends with a transition, for a cohort in a region."""
        names, machine = self.model.names, self.model.machine
        branch = int(
            np.flatnonzero(machine.branch_transition == names.transitions.index(transition))[0]
        )
        c, r = names.cohorts.index(cohort), names.regions.index(region)
        return float(self.now["outcome"][c, r, branch])

    def waiting(self, stay: str, transition: str, place: str) -> float:
        """Mean daily chance, over cohorts, that something strikes those in a stay at a place."""
        names, harms = self.model.names, self.model.stay_harms
        s, t = names.stays.index(stay), names.transitions.index(transition)
        pair = harms.ptr[s] + list(harms.transition[harms.ptr[s] : harms.ptr[s + 1]]).index(t)
        return float(self.now["stay_hazard"][:, names.places.index(place), pair].mean())

    def effort(self, agency: str, region: str) -> float:
        """Effort of an agency in a region."""
        names = self.model.names
        table = self.now["effort"]
        return float(table[names.agencies.index(agency), names.regions.index(region)])


def months(frame: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """Rows of the months from ``first`` to ``last``."""
    return frame[frame["month"].astype(str).between(first, last)]


def events(
    result: Result, *transitions: str, first: str = "", last: str = "9", **where: Any
) -> float:
    """People in transitions, in months, with given values of the attributes of events."""
    rows = result.events[result.events["transition"].isin(transitions)]
    rows = months(rows, first, last)
    if where:
        rows = result.with_attributes(rows)
        for column, value in where.items():
            wanted = value if isinstance(value, tuple) else (value,)
            rows = rows[rows[column].astype(str).isin(wanted)]
    return float(rows["people"].sum())


def tagged(result: Result, tag: str, first: str = "", last: str = "9", **where: Any) -> float:
    """People in events that count as a tag."""
    return events(result, *result.tagged(tag), first=first, last=last, **where)


def rides(
    result: Result, first: str, last: str, *modes: str, regions: tuple[str, ...] = ()
) -> float:
    """People who enter legs of some modes, in some regions (any, if none is given)."""
    rows = months(result.flows, first, last)
    leg = rows["leg"].astype(str)
    keep = leg.map(result.attribute("legs", "mode")).isin(modes)
    if regions:
        keep &= leg.map(result.attribute("legs", "region")).isin(regions)
    return float(rows.loc[keep.astype(bool), "people"].sum())


def stock(
    result: Result, first: str, last: str, *states: str, places: tuple[str, ...] = ()
) -> float:
    """Mean number of people in some states on the days from ``first`` to ``last``."""
    rows = result.stocks
    date = rows["date"].astype(str)
    keep = date.between(first, last) & rows["state"].isin(states)
    if places:
        keep &= rows["place"].isin(places)
    days = (pd.Timestamp(last) - pd.Timestamp(first)).days + 1
    return float(rows.loc[keep, "people"].sum()) / days


def south(result: Result) -> tuple[str, ...]:
    """Places south of the isthmus."""
    zones = result.attribute("places", "zones")
    return tuple(p for p, z in zones.items() if "south" in z.split(";"))


def daily(result: Result, first: str, last: str, *transitions: str) -> float:
    """People in transitions on the days from ``first`` to ``last``."""
    rows = result.events_daily
    keep = rows["date"].astype(str).between(first, last) & rows["transition"].isin(transitions)
    return float(rows.loc[keep, "people"].sum())
