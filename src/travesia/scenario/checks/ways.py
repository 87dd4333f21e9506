"""Lengths, times, paces and prices of legs must agree with the map, the modes and each other."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping

from travesia.errors import Problem
from travesia.scenario.checks.context import Context
from travesia.scenario.checks.grouping import listed
from travesia.scenario.checks.intervals import Interval
from travesia.scenario.geography import TERMINAL_KINDS, Leg, Mode
from travesia.units import great_circle_km

SECTOR_KM = 600.0
"""A sector stands for a stretch of the border: its point may be so far from the crossing."""

SHORTEST, SLACK_KM = 0.85, 5.0
"""A leg may be so much shorter than the line between its places: their points are rounded."""

WINDING, EXTRA_KM = 4.0, 150.0
"""From here on a way is strangely longer than the line; from five times as much it is none."""

FAST, TOO_FAST = 1.75, 3.0
"""Times the highest pace of the mode at which a leg is strange, and at which it cannot be."""

SLOW, SLOW_DAYS = 3.0, 7.0
"""Times the days at the lowest pace of the mode, and days of waiting, from which it is strange."""

WALKING_KM_DAY = 30.0

HIDING_DAYS = 2.0
"""Days that a guide may keep people waiting where others walk on at once."""

PACES: Mapping[str, Interval] = {
    "foot": Interval("km per day", 0, 3, 60, 150),
    "bus": Interval("km per day", 0, 50, 1_600, 2_800),
    "vehicle": Interval("km per day", 0, 30, 1_600, 2_800),
    "train": Interval("km per day", 0, 20, 1_000, 2_400),
    "boat": Interval("km per day", 0, 5, 800, 2_000),
    "air": Interval("km per day", 0, 200, 15_000, 25_000),
}
"""Paces by the kind of the mode."""

SPEEDS = ("speed_km_day_low", "speed_km_day", "speed_km_day_high")

FARES: Mapping[str, tuple[float, float]] = {
    "bus": (1_000.0, 15_000.0), "train": (1_000.0, 15_000.0), "air": (10_000.0, 60_000.0),
}  # fmt: skip
"""USD per adult above which the price of a mode without a guide is strange, and cannot be."""

DEARER, DEARER_USD = 100.0, 500.0
"""Times the usual price of a mode (and USD more) from which on a leg has another currency."""


def lengths(context: Context) -> Iterator[Problem]:
    """A leg has no length, is shorter than the line between its places, or winds beyond sense."""
    at = {p.id: p for p in context.scenario.places}
    long = []
    for i, leg in enumerate(context.scenario.legs):
        if leg.from_ not in at or leg.to not in at or leg.from_ == leg.to:
            continue
        a, b = at[leg.from_], at[leg.to]
        line = great_circle_km(a.lat, a.lon, b.lat, b.lon)
        area = SECTOR_KM if {a.kind, b.kind} & set(TERMINAL_KINDS) else 0.0
        told = f"leg '{leg.id}' is {leg.distance_km:g} km long"
        ends = f"'{a.id}' and '{b.id}' are {line:,.0f} km apart"
        if leg.distance_km <= 0:
            yield Problem(
                told, context.where("legs", i), f"give its length: {ends} as the crow flies"
            )
        elif leg.distance_km < SHORTEST * (line - area) - SLACK_KM:
            yield Problem(
                f"{told}, but {ends} as the crow flies",
                context.where("legs", i),
                "correct the length (km, not miles) or the coordinates of the places",
            )
        elif leg.distance_km > 5 * (WINDING * line + EXTRA_KM + area):
            yield Problem(
                f"{told}, but {ends}",
                context.where("legs", i),
                "correct the length or the coordinates of the places",
            )
        elif leg.distance_km > WINDING * line + EXTRA_KM + area:
            long.append(i)
    if long:
        names = listed(context.scenario.legs[i].id for i in long)
        yield Problem(
            f"legs are more than {WINDING:g} times as long as the line between their places: "
            f"{names}",
            context.places("legs", long),
            "look at their lengths again",
            "warning",
        )


def paces(context: Context) -> Iterator[Problem]:
    """A leg takes no time, or is faster or slower than its mode allows."""
    modes = {m.id: m for m in context.scenario.modes}
    fast, slow = [], []
    for i, leg in enumerate(context.scenario.legs):
        mode = modes.get(leg.mode)
        if mode is None or leg.distance_km <= 0:
            continue
        told = f"leg '{leg.id}' of {leg.distance_km:g} km"
        if leg.days <= 0:
            yield Problem(
                f"{told} takes no time", context.where("legs", i), "give its days from door to door"
            )
            continue
        pace = leg.distance_km / leg.days
        if pace > TOO_FAST * mode.speed_km_day_high:
            yield Problem(
                f"{told} takes {leg.days:g} days by {leg.mode}, {pace:,.0f} km a day; its highest "
                f"pace is {mode.speed_km_day_high:,g}",
                context.where("legs", i),
                "correct its length or its days (not hours)",
            )
        elif pace > FAST * mode.speed_km_day_high:
            fast.append(i)
        elif _slow(leg, mode, pace):
            slow.append(i)
    for rows, how in ((fast, "faster"), (slow, "slower")):
        if rows:
            names = listed(
                f"{g.id} ({g.distance_km:g} km in {g.days:g} days)"
                for g in (context.scenario.legs[i] for i in rows)
            )
            yield Problem(
                f"legs are much {how} than their mode: {names}",
                context.places("legs", rows),
                "look at their lengths and days again",
                "warning",
            )


def _slow(leg: Leg, mode: Mode, pace: float) -> bool:
    if leg.days > SLOW * leg.distance_km / mode.speed_km_day_low + SLOW_DAYS:
        return True
    return pace < WALKING_KM_DAY and mode.speed_km_day_low > 2 * WALKING_KM_DAY and leg.days > 2


def slower_than_slower_modes(context: Context) -> Iterator[Problem]:
    """Between the same places a fast mode takes longer than one that is slower at its best."""
    modes = {m.id: m for m in context.scenario.modes}
    pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
    legs = context.scenario.legs
    for i, leg in enumerate(legs):
        if leg.mode in modes:
            pairs[(leg.from_, leg.to)].append(i)
    for rows in pairs.values():
        for i in rows:
            for j in rows:
                fast, slow = legs[i], legs[j]
                quicker = modes[fast.mode].speed_km_day_low > modes[slow.mode].speed_km_day_high
                if quicker and fast.days > 1.2 * slow.days + HIDING_DAYS:
                    yield Problem(
                        f"leg '{fast.id}' takes {fast.days:g} days, longer than '{slow.id}' with "
                        f"{slow.days:g}",
                        context.where("legs", i),
                        "look at the days of both",
                        "warning",
                    )


def speeds_of_known_modes(context: Context) -> Iterator[Problem]:
    """The paces of walking, of buses, trains, boats or aeroplanes are none of theirs."""
    for i, mode in enumerate(context.scenario.modes):
        interval = PACES[mode.kind]
        speeds = (mode.speed_km_day_low, mode.speed_km_day, mode.speed_km_day_high)
        if list(speeds) != sorted(speeds):
            continue
        where = context.where("modes", i)
        for column, pace in zip(SPEEDS, speeds, strict=True):
            what = f"{column} of mode '{mode.id}' is {pace:g} km per day"
            if interval.impossible(pace):
                cure = f"give at most {interval.most:,g}, per day and not per hour"
                yield Problem(f"{what}, which cannot be", where, cure)
            elif interval.strange(pace):
                cure = f"as a rule it is between {interval.low:,g} and {interval.high:,g}"
                yield Problem(f"{what}, which is seldom right", where, cure, "warning")


def prices(context: Context) -> Iterator[Problem]:
    """The price of a leg is far from those of its mode, as if in another currency."""
    by_mode: dict[str, list[float]] = defaultdict(list)
    for leg in context.scenario.legs:
        by_mode[leg.mode].append(leg.cost_high_usd)
    kinds: dict[str, str] = {m.id: m.kind for m in context.scenario.modes}
    usual = {mode: statistics.median(found) for mode, found in by_mode.items()}
    odd = []
    for i, leg in enumerate(context.scenario.legs):
        strange, impossible = FARES.get(kinds.get(leg.mode, ""), (1e9, 1e9))
        if leg.cost_high_usd > impossible:
            yield Problem(
                f"leg '{leg.id}' costs {leg.cost_high_usd:,.0f} USD by {leg.mode}, which cannot be",
                context.where("legs", i),
                "give the price in US dollars",
            )
        elif leg.cost_high_usd > min(strange, DEARER * usual[leg.mode] + DEARER_USD) and (
            leg.requires != "guided"
        ):
            odd.append(i)
    if odd:
        legs = [context.scenario.legs[i] for i in odd]
        names = listed(f"{g.id} ({g.cost_high_usd:,.0f} USD)" for g in legs)
        yield Problem(
            f"legs cost far more than others of their mode: {names}",
            context.places("legs", odd),
            "give prices in US dollars per adult",
            "warning",
        )


CHECKS = (lengths, paces, slower_than_slower_modes, speeds_of_known_modes, prices)
"""Every check of legs and modes against each other and the map."""
