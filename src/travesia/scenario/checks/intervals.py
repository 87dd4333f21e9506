"""What a number of each column can be, and what would be strange: one table, one check.

A fault is a number that cannot be in the world of its unit; a remark is one that is seldom right
(a share written in per cent, thousands for units, days for years).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from travesia.errors import Problem
from travesia.scenario.checks.context import Context
from travesia.scenario.checks.grouping import listed

YEAR = 365.25
CENTURY = 100 * YEAR
HALF_EARTH_KM = 20_038.0
"""The longest way between two points on the ground."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What numbers of a unit are possible and what is usual; both ends belong to it."""

    unit: str
    least: float = -math.inf
    low: float = -math.inf
    high: float = math.inf
    most: float = math.inf
    zero: bool = True
    """Whether 0 is usual, although it may lie below ``low``."""

    def impossible(self, numbers: Any) -> Any:
        """Which numbers cannot be."""
        return (numbers < self.least) | (numbers > self.most)

    def strange(self, numbers: Any) -> Any:
        """Which numbers are seldom right."""
        out = (numbers < self.low) | (numbers > self.high)
        return out & (numbers != 0) if self.zero else out


def above(unit: str, high: float, most: float, low: float = -math.inf) -> Interval:
    """Numbers that may be zero, are at most ``high`` as a rule and never above ``most``."""
    return Interval(unit, -math.inf, low, high, most)


PLACES = above("places", 30_000, 1_000_000)
CASES = above("cases per day", 2_000, 100_000)
SHARE = Interval("share", 0, 0, 1, 1)
RATE = above("rate", 5, 100)
HARM_RATE = above("rate of harm", 1, 100)
DEATH_RATE = above("rate of death", 0.05, 2)
CLOCK = Interval("days", 0, 0.01, 5 * YEAR, CENTURY, zero=False)
VALIDITY = Interval("days", 0, 1, 10 * YEAR + 50, CENTURY, zero=False)

PLAUSIBLE: Mapping[tuple[str, str], Interval] = {
    ("places", "lat"): Interval("degrees", -90, -60, 72, 90),
    ("places", "lon"): Interval("degrees", -180, -180, 180, 180),
    ("places", "population"): Interval("people", 0, 20, 4e7, 6e7),
    ("legs", "distance_km"): Interval("km", 0, 0.2, 6_000, HALF_EARTH_KM),
    ("legs", "days"): Interval("days", 0, 0.005, 60, 730),
    ("legs", "cost_low_usd"): above("USD per adult", 15_000, 60_000),
    ("legs", "cost_high_usd"): above("USD per adult", 15_000, 60_000),
    ("modes", "speed_km_day_low"): Interval("km per day", 0, 2, 10_000, 25_000),
    ("modes", "speed_km_day"): Interval("km per day", 0, 2, 10_000, 25_000),
    ("modes", "speed_km_day_high"): Interval("km per day", 0, 2, 15_000, 25_000),
    ("cohorts", "guided_share"): SHARE,
    ("cohorts", "means"): Interval("times a typical party", 0, 0.05, 20, 100),
    ("cohorts", "release_weight"): above("utility", 30, 1_000),
    ("origins", "share"): SHARE,
    ("departures", "people"): above("people a month", 300_000, 10_000_000),
    ("departures", "people_smooth"): above("people a month", 300_000, 10_000_000),
    ("aims", "share"): SHARE,
    ("stays", "reach_km"): above("km", 500, 5_000),
    ("caravans", "pace_km_day"): Interval("km per day", 0, 3, 200, 1_500),
    ("caravans", "rest_every"): above("days", 30, 365),
    ("caravans", "join_share"): SHARE,
    ("caravans", "gather_share"): SHARE,
    ("caravans", "gather_days"): above("days", 60, 365),
    ("camps", "places"): PLACES,
    ("camps", "clearing_days"): above("days", 60, 365),
    ("checkpoints", "posts"): above("posts", 50, 1_000),
    ("facilities", "lottery_share"): SHARE,
    ("papers", "max_days"): VALIDITY,
    ("papers", "stop_factor"): above("factor", 1, 20),
    ("hazard_factors", "factor"): above("factor", 20, 1_000),
    ("effort", "factor"): above("factor", 10, 100),
    ("agencies", "capacity_per_day"): above("people per day", 20_000, 1_000_000),
    ("stays", "median_days"): CLOCK,
    ("stays", "p90_days"): Interval("days", 0, 0.01, 10 * YEAR, CENTURY, zero=False),
    ("stay_lengths", "median_days"): CLOCK,
    ("transitions", "grant_days"): VALIDITY,
    ("outcomes", "probability"): SHARE,
    ("actions", "probability"): SHARE,
    ("stay_hazards", "rate"): Interval("a day", 0, 0, 0.2, 1),
    ("stay_hazards", "first_factor"): above("factor", 100, 10_000),
    ("stay_hazards", "first_days"): Interval("days", 0, 0.2, 60, 365),
    ("accidents", "rate"): Interval("per 1,000 people", 0, 0, 0.1, 1),
    ("accidents", "exponent"): Interval("exponent", 0, 0.3, 5, 100, zero=False),
    ("accidents", "least"): Interval("people", 1, 1, 100, 1_000_000, zero=False),
    ("accidents", "most"): Interval("people", 1, 1, 1_000, 1_000_000, zero=False),
    ("money", "value"): Interval("USD", 0, 1_000, 1e11, 1e13),
    ("money", "spent_share"): SHARE,
    ("money", "full"): Interval("USD", 0, 1_000, 1e11, 1e13),
    ("money", "elasticity"): above("elasticity", 5, 100),
    ("money", "own_share"): SHARE,
    ("policies", "ramp_days"): above("days", 5 * YEAR, CENTURY),
    ("policies", "scale"): above("factor", 20, 1_000),
    ("policies", "priority"): above("rank", 1_000, 1e9),
}
"""By table and column: the unit, and what is possible and usual in it."""

DEPENDS: Mapping[tuple[str, str], tuple[str, Mapping[str, Interval]]] = {
    ("facilities", "capacity"): ("unit", {"places": PLACES, "cases_per_day": CASES}),
    ("hazards", "value"): (
        "kind of cause",
        {"stop": RATE, "apprehension": RATE, "harm": HARM_RATE, "death": DEATH_RATE},
    ),
    ("costs", "value"): (
        "per",
        {
            "event": above("USD", 100_000, 1e7),
            "day": above("USD per day", 5_000, 1e6),
            "fare": above("factor on the fare", 10, 1_000, low=0.01),
            "crossing": above("factor on the price", 10, 1_000, low=0.01),
            "policy_day": above("USD per day", 1e8, 1e10),
        },
    ),
    ("costs", "p90"): (
        "per",
        {
            "event": above("USD", 1e6, 1e8), "day": above("USD per day", 50_000, 1e7),
            "fare": above("factor", 100, 1e4), "crossing": above("factor", 100, 1e4),
            "policy_day": above("USD per day", 1e9, 1e11),
        },
    ),
}  # fmt: skip
"""Numbers whose unit is another column's word."""

ENDS: Mapping[str, str] = {
    "cohorts": "guided_share", "origins": "share", "departures": "people",
    "caravans": "join_share", "papers": "stop_factor", "hazard_factors": "factor",
    "effort": "factor", "agencies": "capacity_per_day", "stays": "median_days",
    "outcomes": "probability", "actions": "probability", "money": "value",
    "facilities": "capacity", "hazards": "value", "costs": "value", "stay_lengths": "median_days",
    "stay_hazards": "rate", "camps": "places", "accidents": "rate",
}  # fmt: skip
"""The column to whose interval ``low`` and ``high`` of a table belong."""

PARAMETERS: Mapping[str, Interval] = {
    "alpha_cost": above("per 1,000 USD", 20, 10_000),
    "beta_time": above("per day", 5, 1_000),
    "gamma_capture": above("utility", 100, 10_000),
    "delta_harm": above("utility", 100, 10_000),
    "mu_place": Interval("utility", 0, 0.05, 20, 1_000),
    "belief_half_life_weeks": Interval("weeks", 0, 0.1, 520, 5_200),
    "belief_delay_weeks": above("weeks", 104, 5_200),
    "border_half_life_weeks": Interval("weeks", 0, 0.1, 520, 5_200),
    "poor_cost_factor": above("factor", 30, 1_000),
    "turn_back_slope": above("slope", 20, 1_000),
    "boarding_speed_half_kmh": Interval("km/h", 0, 3, 80, 400),
    "boarding_speed_scale_kmh": Interval("km/h", 0, 0.1, 60, 400),
    "train_speed_kmh": above("km/h", 100, 400),
    "repeat_window_days": above("days", 10 * YEAR, CENTURY),
    "smuggler_price_slope": above("slope", 20, 1_000),
    "release_reference_weeks": Interval("weeks", 0, 1, 520, 5_200),
    "demand_release_elasticity": above("elasticity", 10, 100),
}
CONSTANT = Interval("utility", -1_000, -15, 15, 1_000)
"""Tastes for a mode: beyond 15 a mode is taken by everybody or by nobody."""


def implausible_numbers(context: Context) -> Iterator[Problem]:
    """A number cannot be, or is seldom right, in its unit."""
    for table, column, interval, at in _columns(context):
        if interval is SHARE:  # the format itself refuses others
            continue
        yield from _told(context, table, column, interval, context.values(table, column), at)
        if ENDS.get(table) == column:
            for end in ("low", "high"):
                yield from _told(context, table, end, interval, context.values(table, end), at)


def _columns(context: Context) -> Iterator[tuple[str, str, Interval, Sequence[int] | None]]:
    """Every column with its interval, and the rows for which it holds (None = all)."""
    for (table, column), interval in PLAUSIBLE.items():
        yield table, column, interval, None
    for (table, column), (by, intervals) in DEPENDS.items():
        words = _words(context, table, by)
        for word, interval in intervals.items():
            yield table, column, interval, [i for i, w in enumerate(words) if w == word]


def _words(context: Context, table: str, by: str) -> Sequence[Any]:
    if by != "kind of cause":
        return context.values(table, by)
    kind = {c.id: c.kind for c in context.scenario.causes}
    return [kind.get(cause) for cause in context.values(table, "cause")]


def _told(
    context: Context,
    table: str,
    column: str,
    interval: Interval,
    values: Sequence[Any],
    at: Sequence[int] | None,
) -> Iterator[Problem]:
    rows = range(len(values)) if at is None else at
    numbers = np.array(
        [
            v if type(v) in _NUMBERS else np.nan
            for v in (values if at is None else [values[i] for i in at])
        ],
        float,
    )
    bad, odd = interval.impossible(numbers), interval.strange(numbers)
    for j in map(int, np.flatnonzero(bad)):
        yield Problem(
            f"{column} is {numbers[j]:g} {interval.unit}, which cannot be",
            context.where(table, rows[j]),
            _cure(interval.least, interval.most),
        )
    strange = [rows[j] for j in map(int, np.flatnonzero(odd & ~bad))]
    if strange:
        numbers_shown = listed(f"{values[i]:g}" for i in strange)
        yield Problem(
            f"{column} is {numbers_shown} {interval.unit}, which is seldom right",
            context.places(table, strange),
            f"look at it again: {_usual(interval)}",
            "warning",
        )


_NUMBERS = frozenset({int, float})


def _cure(least: float, most: float) -> str:
    if math.isinf(least):
        return f"give a number up to {most:,g}; look at its unit"
    return f"give a number from {least:,g} to {most:,g}; look at its unit"


def _usual(interval: Interval) -> str:
    if math.isinf(interval.low) or interval.low == 0:
        return f"as a rule it is at most {interval.high:,.10g}"
    return f"as a rule it is between {interval.low:,.10g} and {interval.high:,.10g}"


def implausible_parameters(context: Context) -> Iterator[Problem]:
    """A parameter of the behaviour, or an end of its range, is out of all proportion."""
    for i, (name, entry) in enumerate(context.scenario.parameters.items()):
        interval = CONSTANT if name.startswith("constant_") else PARAMETERS.get(name)
        if interval is None:
            continue
        where = context.where("parameters", i)
        for field in ("value", "low", "high"):
            number = getattr(entry, field)
            if number is None:
                continue
            what = f"{field} of parameter '{name}' is {number:g} {interval.unit}"
            if interval.impossible(number):
                cure = _cure(interval.least, interval.most)
                yield Problem(f"{what}, which cannot be", where, cure)
            elif interval.strange(number):
                cure = f"look at it again: {_usual(interval)}"
                yield Problem(f"{what}, which is seldom right", where, cure, "warning")


TAIL, LONGEST_TAIL = 30.0, 1_000.0
"""Times its median from which on a ninth decile is strange, and from which on it cannot be."""

CLOCKS_WITH_A_MEDIAN = ("geometric", "lognormal")


def clocks(context: Context) -> Iterator[Problem]:
    """A clock that must run has a median of 0, or its tail is out of proportion."""
    for i, stay in enumerate(context.scenario.stays):
        where = context.where("stays", i)
        if stay.median_days == 0 and stay.distribution in CLOCKS_WITH_A_MEDIAN:
            yield Problem(
                f"stay '{stay.id}' has a {stay.distribution} clock with a median of 0 days",
                where,
                "give its median, or use the distribution none",
            )
        yield from _tail(f"p90_days of stay '{stay.id}'", stay.p90_days, stay.median_days, where)
    for i, cost in enumerate(context.scenario.costs):
        where = context.where("costs", i)
        yield from _tail(f"p90 of cost '{cost.id}'", cost.p90, cost.value, where)


def _tail(what: str, p90: float | None, median: float | None, where: str) -> Iterator[Problem]:
    if p90 is None or not median or p90 <= TAIL * median:
        return
    severity = "error" if p90 > LONGEST_TAIL * median else "warning"
    yield Problem(
        f"{what} is {p90 / median:,.0f} times its median",
        where,
        "nine in ten must take less than it: look at both numbers",
        severity,
    )


WIDE = 1_000.0
"""High over low from which on a range says next to nothing."""


def ranges_that_say_nothing(context: Context) -> Iterator[Problem]:
    """The ends of a range are so far apart that it says nothing."""
    for table in ENDS:
        lows, highs = context.values(table, "low"), context.values(table, "high")
        wide = [
            i
            for i, (low, high) in enumerate(zip(lows, highs, strict=True))
            if low is not None and high is not None and 0 < low * WIDE < high
        ]
        if wide:
            yield Problem(
                f"high is more than {WIDE:,.0f} times low, a range that says nothing",
                context.places(table, wide),
                "narrow the range, or correct an end",
                "warning",
            )


CHECKS = (implausible_numbers, implausible_parameters, clocks, ranges_that_say_nothing)
"""Every check of single numbers."""
