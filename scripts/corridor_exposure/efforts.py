"""Effort of the agencies, left over after the dated policies."""

from __future__ import annotations

import math

from corridor_exposure.journeys import Row

SOUTHERN_PROGRAM = ["MX-CHP", "MX-TAB", "MX-CAM", "MX-ROO", "MX-OAX", "MX-VER"]
PROGRAM_FACTOR = 1.5
JUNE_FACTOR = 1.88
JUNE_2019 = "2019-06-10"

YEARS = [
    # start, end, stops relative to 2018 with all policies, low, high, policy factor in force in
    # the southern states, elsewhere, what the figure rests on
    (
        "2012-10-01",
        "2014-07-06",
        1.05,
        0.85,
        1.35,
        1.0,
        1.0,
        "1.17 in a first fit of 2013, lowered to meet INM's events",
    ),
    (
        "2014-07-07",
        "2014-12-31",
        1.38,
        1.1,
        1.7,
        PROGRAM_FACTOR,
        1.0,
        "1.26 in a first fit of 2014, of which the first half had less",
    ),
    (
        "2015-01-01",
        "2015-12-31",
        2.1,
        1.6,
        2.6,
        PROGRAM_FACTOR,
        1.0,
        "2.0 in a first fit, raised to meet INM's events",
    ),
    (
        "2016-01-01",
        "2016-12-31",
        1.55,
        1.15,
        1.9,
        PROGRAM_FACTOR,
        1.0,
        "1.38 in a first fit, raised to meet INM's events",
    ),
    ("2017-01-01", "2017-12-31", 1.55, 1.2, 1.9, PROGRAM_FACTOR, 1.0, "1.51 in a first fit"),
    ("2018-01-01", "2018-11-30", 1.0, 0.8, 1.25, PROGRAM_FACTOR, 1.0, "2018 is the unit"),
    (
        "2018-12-01",
        "2019-06-09",
        0.65,
        0.5,
        0.9,
        1.0,
        1.0,
        "0.73 in a first fit, lowered to meet INM's events of January to May 2019",
    ),
    (
        "2019-06-10",
        "2019-12-31",
        1.07,
        0.8,
        1.4,
        JUNE_FACTOR,
        JUNE_FACTOR,
        "not fitted: 0.65 × 1.88 = 1.22, of which the National Guard makes .15",
    ),
    (
        "2020-01-01",
        "2020-03-20",
        1.4,
        0.9,
        2.0,
        JUNE_FACTOR,
        JUNE_FACTOR,
        "set to meet INM's events of January to March 2020",
    ),
    (
        "2020-03-21",
        "2020-12-31",
        0.5,
        0.25,
        1.0,
        JUNE_FACTOR,
        JUNE_FACTOR,
        "set to meet INM's events less people handed over at the border",
    ),
    (
        "2021-01-01",
        "2021-12-31",
        0.58,
        0.35,
        0.9,
        JUNE_FACTOR,
        JUNE_FACTOR,
        "set to meet INM's events less people handed over at the border",
    ),
    (
        "2022-01-01",
        "2022-12-31",
        0.72,
        0.45,
        1.15,
        JUNE_FACTOR,
        JUNE_FACTOR,
        "set to meet INM's events, some of them of the same people",
    ),
    (
        "2023-01-01",
        "2023-12-31",
        1.6,
        0.7,
        2.2,
        JUNE_FACTOR,
        JUNE_FACTOR,
        "set towards INM's events, which count many people several times (1.9, a judgement)",
    ),
]
STATE_RATIOS = {
    # region: (ratio from July 2014 to 2016, ratio in 2020, ratio from 2021)
    "MX-CHP": (1.0, 1.10, 1.00),
    "MX-TAB": (1.8, 2.40, 3.00),
    "MX-VER": (1.15, 0.65, 0.65),
    "MX-OAX": (1.0, 0.60, 0.80),
    "MX-TAM": (1.0, 1.0, 1.4),
    "MX-COA": (1.0, 1.4, 1.2),
    "MX-NLE": (1.0, 1.8, 1.8),
    "MX-SON": (1.0, 4.0, 3.0),
    "MX-CHH": (1.0, 2.4, 2.2),
    "MX-BCN": (1.0, 1.3, 1.3),
    "MX-CAM": (1.0, 1.0, 1.0),
    "MX-ROO": (1.0, 1.0, 1.5),
}
BORDER_PATROL = [
    # start, end, chance of covert adults, low, high, basis
    ("2012-10-01", "2013-09-30", 0.62, 0.50, 0.70, "PA017;PF062"),
    ("2013-10-01", "2014-09-30", 0.62, 0.50, 0.70, "assumption"),
    ("2014-10-01", "2015-09-30", 0.62, 0.54, 0.72, "PA032;PF053"),
    ("2015-10-01", "2016-09-30", 0.64, 0.55, 0.85, "PF041;PF042"),
    ("2016-10-01", "2017-09-30", 0.66, 0.55, 0.745, "PA018;PF054"),
    ("2017-10-01", "2018-09-30", 0.67, 0.55, 0.755, "PA019;PF055"),
    ("2018-10-01", "2019-09-30", 0.63, 0.50, 0.72, "PF056"),
    ("2019-10-01", "2020-09-30", 0.69, 0.55, 0.748, "PA021;PF057"),
    ("2020-10-01", "2021-09-30", 0.66, 0.52, 0.75, "PF058"),
    ("2021-10-01", "2022-09-30", 0.62, 0.48, 0.72, "PF059"),
    ("2022-10-01", "2023-12-31", 0.49, 0.36, 0.62, "PF060"),
]
REFERENCE_CHANCE = 0.65
"""Chance of a covert adult at which the effort of the Border Patrol is 1."""


def ratio_of(region: str, start: str) -> float:
    """Ratio of a state's stops to its base rate in a period.

    June to December 2019 keeps the base rates, so that shares by state in those months stay a
    prediction.
    """
    early, pandemic, late = STATE_RATIOS[region]
    if start < "2014-07-07":
        return 1.0
    if start < "2017-01-01":
        return early
    return 1.0 if start < "2020-01-01" else pandemic if start < "2021-01-01" else late


def effort(
    agency: str, region: str, start: str, end: str, factors: tuple[float, ...], **rest: str
) -> Row:
    """A row of ``effort.csv``; ``factors`` are value, low and high."""
    value, low, high = (f"{f:.3g}" for f in factors)
    return {
        "agency": agency,
        "region": region,
        "start": start,
        "end": end,
        "factor": value,
        "low": low,
        "high": high,
        **rest,
    }


def inm_rows() -> list[Row]:
    """Effort of INM left after the dated policies, by period and state."""
    rows = []
    for start, end, level, low, high, south, elsewhere, basis in YEARS:
        for region in ("*", *STATE_RATIOS):
            policy = south if region in SOUTHERN_PROGRAM else elsewhere
            ratio = 1.0 if region == "*" else ratio_of(region, start)
            if region != "*" and ratio == 1.0 and policy == elsewhere:
                continue
            factors = tuple(f * ratio / policy for f in (level, low, high))
            reason = f"{level:g} relative to 2018 ({basis})"
            if ratio != 1.0:
                reason += f" × {ratio:g} for the state, from the state shares of INM's events"
            if policy != 1.0:
                reason += f" ÷ {policy:g}, the policy in force"
            source = "MODEL-FINDINGS;DATA-UPM-STATE" if ratio != 1.0 else "MODEL-FINDINGS"
            source = source if start < "2020-01-01" else "assumption"
            rows.append(
                effort("INM", region, start, end, factors, source=source, reason=f"{reason}.")
            )
    return rows


def other_rows() -> list[Row]:
    """Effort of the National Guard and of the US Border Patrol."""
    rows = []
    guard = [
        ("2019-06-10", "2019-12-31", 1.0, "the first deployment, when the rates were set"),
        ("2020-01-01", "2020-12-31", 0.8, "fewer people on the move, troops on other duties"),
        ("2021-01-01", "2021-12-31", 0.9, "troops at both borders, caravans broken up"),
        ("2022-01-01", "2023-12-31", 1.0, "31,777 soldiers and guards on migration duties (2022)"),
    ]
    for start, end, value, why in guard:
        factors = (value, value * 0.4, value * 1.8)
        reason = f"Relative to the second half of 2019: {why}."
        rows.append(effort("GUARD", "*", start, end, factors, source="assumption", reason=reason))
    unit = -math.log1p(-REFERENCE_CHANCE)
    for start, end, chance, low, high, source in BORDER_PATROL:
        likely, least, most = (-math.log1p(-p) / unit for p in (chance, low, high))
        factors = (likely, least, most)
        reason = (
            f"ln(1 - {chance:g}) / ln(1 - {REFERENCE_CHANCE:g}): chance of a covert adult over "
            "all sectors, from apprehensions and known got-aways, below the detected share "
            "because entries that nobody saw are missing from it."
        )
        rows.append(effort("USBP", "*", start, end, factors, source=source, reason=reason))
    return rows
