"""Make the corridor's hazards and efforts: rates by cause, region and mode, with their arithmetic.

Usage: ``python scripts/derive_exposure.py``. Reads ``legs.csv`` of the corridor and writes
``hazards.csv`` and ``effort.csv`` beside it. No source gives these rates: they are judgements,
scaled so that reference journeys meet the shares that surveys and counts support. The reference
journeys and their checks are in ``scripts/check_exposure.py``; the reasoning is in
``docs/network.md``.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Row = dict[str, Any]
FOLDER = Path(__file__).resolve().parents[1] / "src/travesia/scenarios/corridor"
HAZARD_COLUMNS = "cause,region,mode,value,low,high,per,start,end,source,reason".split(",")
EFFORT_COLUMNS = "agency,region,start,end,factor,low,high,source,reason".split(",")

# --- reference journeys ------------------------------------------------------------------------

SOUTH = ["fx_suchiate_1", "tapachula", "huixtla", "pijijiapan", "arriaga"]
ISTHMUS = ["arriaga", "tapanatepec", "juchitan", "acayucan"]
EAST = ["acayucan", "tierra_blanca", "orizaba", "puebla", "mexico_city", "queretaro"]
NORTH_EAST = ["queretaro", "san_luis_potosi", "saltillo", "monterrey", "reynosa"]
TRAIN = ["arriaga", "ixtepec", "medias_aguas", "tierra_blanca", "orizaba", "apizaco", "huehuetoca"]
TRAIN_NORTH = ["huehuetoca", *NORTH_EAST]
WEST = ["mexico_city", "guadalajara", "mazatlan", "culiacan", "hermosillo", "altar"]


def stages(places: list[str], mode: str) -> list[str]:
    """Ids of the legs between consecutive places by one mode."""
    return [f"{a}__{b}__{mode}" for a, b in zip(places, places[1:], strict=False)]


REFERENCE = {
    "by bus to Reynosa": stages(SOUTH, "bu")
    + stages(ISTHMUS, "bu")
    + stages(EAST, "bu")
    + stages(NORTH_EAST, "bu"),
    "by train to Reynosa": stages(SOUTH, "bu") + stages(TRAIN, "ft") + stages(TRAIN_NORTH, "ft"),
    "on foot to Arriaga, then by train": stages(SOUTH, "wr")
    + stages(TRAIN, "ft")
    + stages(TRAIN_NORTH, "ft"),
    "with a guide to Reynosa": ["iz_suchiate__tapachula__gv", "tapachula__arriaga__gv"]
    + stages(ISTHMUS, "gv")
    + stages(EAST, "gv")
    + stages(NORTH_EAST, "gv"),
    "through Petén to Reynosa": stages(["fx_el_ceibo", "tenosique", "villahermosa"], "bu")
    + stages(["villahermosa", "coatzacoalcos", "acayucan"], "bu")
    + stages(EAST, "bu")
    + stages(NORTH_EAST, "bu"),
    "by bus to Altar": stages(SOUTH, "bu")
    + stages(ISTHMUS, "bu")
    + stages(EAST[:-1], "bu")
    + stages(WEST, "bu"),
}
MIXTURE = {
    "by bus to Reynosa": 0.55,
    "by train to Reynosa": 0.30,
    "on foot to Arriaga, then by train": 0.15,
}
"""Shares of unguided journeys over which the harm totals are met."""

# --- relative rates ----------------------------------------------------------------------------

MODES = [
    "bus",
    "guided_vehicle",
    "goods_truck",
    "freight_train",
    "walk_road",
    "walk_track",
    "boat_raft",
]

STOP_INM = {
    "MX-CHP": 0.10,
    "MX-OAX": 0.025,
    "MX-TAB": 0.04,
    "MX-VER": 0.035,
    "MX-CAM": 0.013,
    "MX-ROO": 0.03,
    "MX-PUE": 0.010,
    "MX-MEX": 0.006,
    "MX-QUE": 0.006,
    "MX-GUA": 0.004,
    "MX-SLP": 0.006,
    "MX-ZAC": 0.006,
    "MX-JAL": 0.004,
    "MX-MIC": 0.003,
    "MX-GRO": 0.003,
    "MX-NAY": 0.005,
    "MX-SIN": 0.006,
    "MX-SON": 0.008,
    "MX-CHH": 0.007,
    "MX-COA": 0.022,
    "MX-NLE": 0.025,
    "MX-TAM": 0.035,
    "MX-BCN": 0.030,
}
"""Stops per 100 km on a bus without a guide, at the effort of 2018."""

STOP_MODE = {
    "bus": 1.0,
    "guided_vehicle": 0.9,
    "goods_truck": 0.8,
    "freight_train": 1.6,
    "walk_road": 0.55,
    "walk_track": 0.5,
    "boat_raft": 0.4,
}
AIR_STOP = {"MX-CMX": 0.30, "MX-BCN": 0.25, "MX-NLE": 0.25}
"""Per flight, without papers."""

GUARD_SHARE = {
    "bus": 0.10,
    "guided_vehicle": 0.15,
    "goods_truck": 0.25,
    "freight_train": 0.15,
    "walk_road": 0.30,
    "walk_track": 0.40,
    "boat_raft": 0.15,
}
"""Stops by the National Guard as a share of the INM rate of the same cell, at effort 1."""

ROBBERY = {
    "MX-CHP": 3,
    "MX-OAX": 3,
    "MX-TAB": 3,
    "MX-VER": 2,
    "MX-TAM": 1.2,
    "MX-NLE": 0.8,
    "MX-MEX": 1.2,
    "MX-PUE": 0.8,
    "MX-SLP": 0.8,
    "MX-COA": 0.7,
    "MX-CHH": 0.7,
    "MX-SON": 0.9,
    "MX-SIN": 0.7,
    "GTM": 0.8,
    "GTM-N": 0.9,
    "HND": 0.4,
    "SLV": 0.4,
    "NIC": 0.3,
    "CRI": 0.2,
    "PAN": 0.3,
    "*": 0.5,
}
EXTORTION = {
    "MX-CHP": 2,
    "MX-OAX": 2,
    "MX-TAB": 2,
    "MX-VER": 2.5,
    "MX-TAM": 2.5,
    "MX-NLE": 1.2,
    "MX-COA": 1.2,
    "MX-CHH": 1,
    "MX-SON": 1.5,
    "MX-SLP": 1,
    "GTM": 2.5,
    "GTM-N": 2.5,
    "HND": 0.6,
    "SLV": 0.6,
    "NIC": 0.6,
    "CRI": 0.1,
    "PAN": 0.3,
    "*": 0.7,
}
KIDNAPPING = {
    "MX-CHP": 0.6,
    "MX-OAX": 0.6,
    "MX-TAB": 1,
    "MX-VER": 2.5,
    "MX-TAM": 6,
    "MX-NLE": 2.5,
    "MX-COA": 1.5,
    "MX-SLP": 1.5,
    "MX-CHH": 1.2,
    "MX-SON": 1,
    "GTM": 0.2,
    "GTM-N": 0.2,
    "HND": 0.1,
    "SLV": 0.1,
    "NIC": 0.05,
    "CRI": 0.05,
    "PAN": 0.1,
    "*": 0.5,
}
SEXUAL_VIOLENCE = {
    "MX-CHP": 2.5,
    "MX-OAX": 1.5,
    "MX-TAB": 2,
    "MX-VER": 2,
    "MX-TAM": 2.5,
    "GTM": 0.6,
    "GTM-N": 0.6,
    "HND": 0.4,
    "SLV": 0.4,
    "NIC": 0.4,
    "CRI": 0.2,
    "PAN": 0.3,
    "*": 0.8,
}
INJURY = {"HND": 0.5, "SLV": 0.5, "CRI": 0.5, "PAN": 0.5, "*": 1}

HARMS: dict[str, tuple[float, float, float, dict[str, float], dict[str, float], str, str]] = {
    "robbery": (
        0.16,
        0.07,
        0.27,
        ROBBERY,
        {
            "bus": 0.7,
            "guided_vehicle": 0.7,
            "goods_truck": 0.4,
            "freight_train": 2.0,
            "walk_road": 2.2,
            "walk_track": 3.0,
            "boat_raft": 1.0,
        },
        "PA150;PA151;PA157;PA158;PA159;PA160;PA164;PA178",
        "surveys give 7 % (people returned) to 27 % (2023 monitoring) robbed per journey, and "
        "28 % of recorded crimes in Chiapas, 22 % in Oaxaca, 17 % in Veracruz",
    ),
    "extortion": (
        0.12,
        0.05,
        0.20,
        EXTORTION,
        {
            "bus": 1.2,
            "guided_vehicle": 0.6,
            "goods_truck": 0.4,
            "freight_train": 1.6,
            "walk_road": 1.0,
            "walk_track": 1.0,
            "boat_raft": 1.0,
        },
        "PA152;PA165;PA168;PA179;PF274",
        "surveys give 5 % (people returned) to 17 % (2023 monitoring) in Mexico",
    ),
    "kidnapping": (
        0.025,
        0.01,
        0.10,
        KIDNAPPING,
        {
            "bus": 1.0,
            "guided_vehicle": 1.0,
            "goods_truck": 0.7,
            "freight_train": 2.0,
            "walk_road": 1.0,
            "walk_track": 1.2,
            "boat_raft": 0.5,
        },
        "PA171;PA182;PF250;PF251;NET-S67;NET-S68",
        "1 % of people returned, 9 % in 2024 monitoring, 7 to 15 % from the 2009-10 counts of "
        "captives over the flow; most in Tamaulipas and Veracruz",
    ),
    "sexual_violence": (
        0.02,
        0.01,
        0.08,
        SEXUAL_VIOLENCE,
        {
            "bus": 0.5,
            "guided_vehicle": 0.8,
            "goods_truck": 0.8,
            "freight_train": 2.0,
            "walk_road": 1.5,
            "walk_track": 3.0,
            "boat_raft": 0.5,
        },
        "PA183;PA185",
        "2 % of all shelter users 2009-15; among women one in six to six in ten",
    ),
    "injury": (
        0.04,
        0.015,
        0.09,
        INJURY,
        {
            "bus": 0.1,
            "guided_vehicle": 0.25,
            "goods_truck": 0.8,
            "freight_train": 3.0,
            "walk_road": 1.5,
            "walk_track": 3.0,
            "boat_raft": 0.6,
        },
        "PA153;PA189;PA190",
        "no share per journey was found: 4 % of recorded crimes were injuries, and counts of "
        "amputations in train falls run from 37 to 356 a year",
    ),
}
"""Cause: chance per unguided journey through Mexico, low, high, region weights, mode weights,
sources, evidence."""

DARIEN = {
    # cause: (rate per crossing of the jungle, low, high, source, reason)
    "robbery": (0.20, 0.10, 0.36, "PA174;PA167", "36 % robbed and 23 % assaulted before Mexico"),
    "extortion": (0.10, 0.04, 0.20, "PA175;PA168", "17 to 20 % extorted before Mexico"),
    "sexual_violence": (0.03, 0.01, 0.08, "PA167", "reported as common; no rate was found"),
    "injury": (0.05, 0.02, 0.12, "NET-S50;NET-S52", "accounts of falls and infections; no rate"),
    "death_drowning": (2.4e-4, 1.2e-4, 8e-4, "DATA-MMP", "42 % of 5.7 per 10,000"),
    "death_exposure": (1.4e-4, 0.7e-4, 5e-4, "DATA-MMP", "25 % of 5.7 per 10,000"),
    "death_illness": (0.9e-4, 0.4e-4, 3e-4, "DATA-MMP", "15 % of 5.7 per 10,000"),
    "death_violence": (1.0e-4, 0.4e-4, 4e-4, "DATA-MMP", "18 % of 5.7 per 10,000"),
}

KIDNAPPING_CHANGES = {
    ("MX-CHP", "2022-07-01"): (3.0, "groups began to hold people for ransom at the southern line"),
    ("MX-CHH", "2022-01-01"): (2.5, "abductions in and around Ciudad Juárez became common"),
}

DEATHS_BY_MODE = {
    # cause: {mode: rate per 100 km}, low factor, high factor, evidence
    "death_vehicle": (
        {
            "bus": 2.5e-6,
            "guided_vehicle": 7.5e-6,
            "goods_truck": 4.0e-5,
            "walk_road": 1.5e-5,
        },
        "about 50 to 150 deaths a year in vehicle accidents in Mexico 2015-23, trains included; "
        "one crash of a lorry killed 55",
    ),
    "death_train": (
        {"freight_train": 3.0e-5},
        "no count of riders killed was found: 6 per 10,000 over 2,000 km keeps the sum with "
        "vehicle accidents near the recorded one",
    ),
    "death_violence": (
        {
            "bus": 2e-6,
            "guided_vehicle": 2e-6,
            "goods_truck": 2e-6,
            "freight_train": 6e-6,
            "walk_road": 8e-6,
            "walk_track": 1.5e-5,
            "boat_raft": 2e-6,
        },
        "recorded killings of people in transit: 8 to 58 a year",
    ),
    "death_exposure": (
        {"freight_train": 2e-6, "walk_road": 3e-6, "walk_track": 1e-5},
        "recorded deaths from heat, cold or thirst in Mexico: 0 to 22 a year",
    ),
}
VIOLENT = {"MX-TAM": 3.0, "MX-NLE": 2.0, "MX-VER": 1.5, "MX-SON": 1.5, "MX-CHH": 1.5}
DESERT = {"MX-SON": 5.0, "MX-BCN": 5.0, "MX-CHH": 3.0, "MX-COA": 3.0}

SECTORS = {
    # sector: covert apprehension chance FY2017-21, deaths per 10,000 single-adult apprehensions
    # FY2013-19, shares of drowning, exposure, vehicle, violence, illness
    "us_rgv": (0.66, 10.9, (0.33, 0.45, 0.14, 0.02, 0.06)),
    "us_laredo": (0.62, 20.3, (0.27, 0.56, 0.10, 0.02, 0.05)),
    "us_del_rio": (0.66, 12.8, (0.55, 0.34, 0.05, 0.01, 0.05)),
    "us_big_bend": (0.66, 9.6, (0.06, 0.84, 0.04, 0.01, 0.05)),
    "us_el_paso": (0.64, 4.0, (0.28, 0.40, 0.22, 0.03, 0.07)),
    "us_tucson": (0.60, 15.5, (0.01, 0.89, 0.05, 0.02, 0.03)),
    "us_yuma": (0.72, 8.5, (0.18, 0.72, 0.05, 0.01, 0.04)),
    "us_el_centro": (0.76, 4.9, (0.38, 0.45, 0.10, 0.01, 0.06)),
    "us_san_diego": (0.70, 2.0, (0.14, 0.46, 0.27, 0.04, 0.09)),
}
DEATH_KINDS = ("death_drowning", "death_exposure", "death_vehicle", "death_violence")
DEATH_CHANGES = {
    ("us_el_paso", "2020-10-01"): (3.5, "deaths recorded in the sector rose several times"),
    ("us_del_rio", "2021-10-01"): (1.8, "drownings in the Rio Grande doubled in 2022"),
    ("us_san_diego", "2020-10-01"): (2.0, "falls from the higher wall and capsized boats"),
}
LINE_HARM = {
    # cause: per crossing by sector group (Tamaulipas, other), source
    "extortion": (0.05, 0.03, "PA204;NET-S34;NET-S35"),
    "kidnapping": (0.010, 0.002, "PA186;NET-S70"),
    "robbery": (0.010, 0.010, "PA178"),
    "sexual_violence": (0.003, 0.002, "PA185"),
    "injury": (0.010, 0.015, "assumption"),
}

# --- effort ------------------------------------------------------------------------------------

SOUTHERN_PROGRAM = ["MX-CHP", "MX-TAB", "MX-CAM", "MX-ROO", "MX-OAX", "MX-VER"]
PROGRAM_FACTOR = 1.5
JUNE_FACTOR = 1.88
JUNE_2019 = "2019-06-10"

YEARS = [
    # start, end, stops relative to 2018 with all policies, low, high, policy factor in force in
    # the southern states, elsewhere, what the figure rests on
    ("2012-10-01", "2014-07-06", 1.15, 0.9, 1.4, 1.0, 1.0, "fit: 1.17 for 2013, lower early 2014"),
    (
        "2014-07-07",
        "2014-12-31",
        1.38,
        1.1,
        1.7,
        PROGRAM_FACTOR,
        1.0,
        "fit: 1.26 for 2014 as a whole, of which the first half had 1.15",
    ),
    ("2015-01-01", "2015-12-31", 2.00, 1.6, 2.5, PROGRAM_FACTOR, 1.0, "fit for 2015"),
    ("2016-01-01", "2016-12-31", 1.38, 1.1, 1.7, PROGRAM_FACTOR, 1.0, "fit for 2016"),
    ("2017-01-01", "2017-12-31", 1.51, 1.2, 1.9, PROGRAM_FACTOR, 1.0, "fit for 2017"),
    ("2018-01-01", "2018-11-30", 1.00, 0.8, 1.25, PROGRAM_FACTOR, 1.0, "2018 is the unit"),
    ("2018-12-01", "2019-06-09", 0.73, 0.55, 0.95, 1.0, 1.0, "fit for January to May 2019"),
    (
        "2019-06-10",
        "2019-12-31",
        1.22,
        0.95,
        1.55,
        JUNE_FACTOR,
        JUNE_FACTOR,
        "fit: .73 × 1.88 = 1.37, of which the National Guard makes .15",
    ),
    (
        "2020-01-01",
        "2020-03-20",
        1.05,
        0.7,
        1.5,
        JUNE_FACTOR,
        JUNE_FACTOR,
        "from detentions over journeys: 1.2 less the National Guard's .15",
    ),
    (
        "2020-03-21",
        "2020-12-31",
        0.85,
        0.5,
        1.3,
        JUNE_FACTOR,
        JUNE_FACTOR,
        "from detentions less handed-over people, over journeys: 1.0 less the Guard's .15",
    ),
    (
        "2021-01-01",
        "2021-12-31",
        0.76,
        0.45,
        1.15,
        JUNE_FACTOR,
        JUNE_FACTOR,
        "Northern Triangle detentions less handed-over people were .38 per journey against .48 "
        "in 2018: .9 less the Guard's .14",
    ),
    (
        "2022-01-01",
        "2022-12-31",
        0.80,
        0.45,
        1.25,
        JUNE_FACTOR,
        JUNE_FACTOR,
        "detentions per journey from .2 (Nicaragua) to .6 (Venezuela), people counted more than "
        "once: .95 less the Guard's .15",
    ),
    (
        "2023-01-01",
        "2023-12-31",
        0.80,
        0.40,
        1.4,
        JUNE_FACTOR,
        JUNE_FACTOR,
        "events count many people several times (1.9, a judgement): .95 less the Guard's .15",
    ),
]
STATE_RATIOS = {
    # region: (ratio until 2016, ratio from June 2019 to 2020, ratio from 2021), evidence
    "MX-CHP": (1.0, 0.90, 0.85),
    "MX-TAB": (1.8, 1.70, 2.00),
    "MX-VER": (1.15, 0.75, 0.80),
    "MX-OAX": (1.0, 0.60, 0.80),
    "MX-TAM": (1.0, 1.0, 1.4),
    "MX-COA": (1.0, 1.5, 1.8),
    "MX-NLE": (1.0, 1.9, 1.6),
    "MX-SON": (1.0, 2.8, 2.5),
    "MX-CHH": (1.0, 2.6, 2.5),
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

# --- tables ------------------------------------------------------------------------------------


def read_legs() -> dict[str, Row]:
    """Legs of the graph of choices by id."""
    with (FOLDER / "legs.csv").open(encoding="utf-8", newline="") as handle:
        return {r["id"]: r for r in csv.DictReader(handle) if r["role"] in ("travel", "crossing")}


def number(value: float) -> str:
    """Four significant digits."""
    return f"{value:.4g}" if value >= 1e-4 or value == 0 else f"{value:.3e}"


def hazard(cause: str, region: str, mode: str, rate: float, low: float, high: float, **rest: str) -> Row:
    """A row of ``hazards.csv``; the value is held within its range."""
    return {
        "cause": cause,
        "region": region,
        "mode": mode,
        "value": number(rate),
        "low": number(min(low, rate)),
        "high": number(max(high, rate)),
        "start": "",
        "end": "",
        **rest,
    }


def exposure(legs: Mapping[str, Row], journey: list[str], rate: Callable[[Row], float]) -> float:
    """Sum of rates (per 100 km) along a journey."""
    return sum(rate(legs[i]) * float(legs[i]["distance_km"]) / 100 for i in journey)


def scale_for(
    legs: Mapping[str, Row], total: float, regions: dict[str, float], modes: dict[str, float]
) -> float:
    """Rate per unit of weight at which the mixture of reference journeys meets ``total``."""

    def weight(leg: Row) -> float:
        return regions.get(leg["region"], regions["*"]) * modes.get(leg["mode"], 0.0)

    sums = {name: exposure(legs, REFERENCE[name], weight) for name in MIXTURE}
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        met = sum(share * -math.expm1(-middle * sums[name]) for name, share in MIXTURE.items())
        low, high = (middle, high) if met < total else (low, middle)
    return (low + high) / 2


def cells(legs: Mapping[str, Row]) -> list[tuple[str, str]]:
    """Pairs of region and mode that a travel leg has, flights left out."""
    found = {(r["region"], r["mode"]) for r in legs.values() if r["role"] == "travel"}
    return sorted((region, mode) for region, mode in found if mode != "air")


def stop_rows(legs: Mapping[str, Row]) -> list[Row]:
    """Stops by INM, the National Guard and Guatemalan forces."""
    rows = []
    for region, mode in cells(legs):
        if region not in STOP_INM:
            continue
        rate = STOP_INM[region] * STOP_MODE[mode]
        rows.append(
            hazard(
                "stop_inm",
                region,
                mode,
                rate,
                rate * 0.6,
                rate * 1.6,
                per="100km",
                source="assumption",
                reason=(
                    f"{STOP_INM[region]:g} per 100 km on a bus at the effort of 2018, × "
                    f"{STOP_MODE[mode]:g} for the mode. The states' rates make 45 % of unguided "
                    "journeys by bus from the Suchiate to Reynosa end in a stop, shared among "
                    "states as INM's events of January to May 2019."
                ),
            )
        )
        rows.append(
            hazard(
                "stop_guard",
                region,
                mode,
                rate * GUARD_SHARE[mode],
                rate * GUARD_SHARE[mode] * 0.3,
                rate * GUARD_SHARE[mode] * 2.5,
                per="100km",
                source="assumption",
                reason=(
                    f"{GUARD_SHARE[mode]:g} of the INM rate of the same state and mode: no count "
                    "by who stopped is published; higher on foot and for goods trucks. The level "
                    "is that of the Guard from June 2019; what the police did before is a policy."
                ),
            )
        )
    for region, chance in AIR_STOP.items():
        rate = -math.log1p(-chance)
        rows.append(
            hazard(
                "stop_inm",
                region,
                "air",
                rate,
                rate * 0.4,
                rate * 2,
                per="passage",
                source="assumption",
                reason=f"{chance:g} per flight without papers: officers check at airports.",
            )
        )
    for mode in ("bus", "walk_road"):
        rows.append(
            hazard(
                "stop_guatemala",
                "GTM",
                mode,
                0.004,
                0.001,
                0.02,
                per="100km",
                source="assumption",
                reason=(
                    "About 1 % of people who enter from Honduras and go to Guatemala City in "
                    "ordinary times; drives against caravans are policies."
                ),
            )
        )
    return rows


def harm_rows(legs: Mapping[str, Row]) -> list[Row]:
    """Robbery, extortion, kidnapping, sexual violence and injury on the way."""
    rows = []
    for cause, (total, least, most, regions, modes, source, evidence) in HARMS.items():
        scale = scale_for(legs, total, regions, modes)
        lower, upper = (scale_for(legs, t, regions, modes) / scale for t in (least, most))
        for region, mode in cells(legs):
            if region == "PAN" and mode == "walk_track":
                continue
            weight = regions.get(region, regions["*"]) * modes[mode]
            reason = (
                f"weight {regions.get(region, regions['*']):g} of the region × {modes[mode]:g} of "
                f"the mode × {scale:.3g} per 100 km, so that {total:.1%} of unguided journeys "
                f"through Mexico meet it (range {least:.1%} to {most:.1%}); {evidence}."
            )
            rate = weight * scale
            row = {"per": "100km", "source": source, "reason": reason}
            rows.append(hazard(cause, region, mode, rate, rate * lower, rate * upper, **row))
            for (where, start), (factor, why) in KIDNAPPING_CHANGES.items():
                if cause == "kidnapping" and where == region:
                    later = rate * factor
                    row = {**row, "start": start, "reason": f"{reason} × {factor:g}: {why}."}
                    rows.append(
                        hazard(cause, region, mode, later, later * lower, later * upper, **row)
                    )
    for cause, (rate, low, high, source, reason) in DARIEN.items():
        extra = {"per": "passage", "source": source, "reason": f"Darién on foot: {reason}."}
        rows.append(hazard(cause, "PAN", "walk_track", rate, low, high, **extra))
    return rows


def death_rows(legs: Mapping[str, Row]) -> list[Row]:
    """Deaths on the way through Mexico and Central America."""
    rows = []
    for cause, (modes, evidence) in DEATHS_BY_MODE.items():
        special = {"death_violence": VIOLENT, "death_exposure": DESERT}.get(cause, {})
        for mode, rate in modes.items():
            extra = {
                "per": "100km",
                "source": "DATA-MMP",
                "reason": f"{rate * 1e4:.3g} per 10,000 people and 100 km; {evidence}. Order of "
                "magnitude; records are known to miss deaths.",
            }
            rows.append(hazard(cause, "*", mode, rate, rate * 0.4, rate * 3, **extra))
            for region, factor in special.items():
                if (region, mode) in cells(legs):
                    more = {**extra, "reason": f"{extra['reason']} × {factor:g} in this state."}
                    value = rate * factor
                    rows.append(hazard(cause, region, mode, value, value * 0.4, value * 3, **more))
    water = {"per": "passage", "source": "DATA-MMP"}
    rows += [
        hazard(
            "death_drowning",
            "*",
            "boat_raft",
            2e-5,
            5e-6,
            1e-4,
            **water,
            reason="Rafts and river boats: a few drownings a year on the southern rivers.",
        ),
        hazard(
            "death_drowning",
            "MX-CHP",
            "boat_raft",
            4e-4,
            1e-4,
            2e-3,
            **water,
            reason="Open sea off Chiapas and Oaxaca: boats that capsized with few aboard.",
        ),
        hazard(
            "death_illness",
            "*",
            "*",
            1.5e-6,
            5e-7,
            5e-6,
            per="day",
            source="DATA-MMP",
            reason="2 to 16 recorded deaths a year in Mexico over some 20 days of travel each.",
        ),
    ]
    return rows


def line_rows() -> list[Row]:
    """What happens on the crossing legs, by US sector."""
    rows = []
    for sector, (chance, deaths, shares) in SECTORS.items():
        rate = -math.log1p(-chance)
        rows.append(
            hazard(
                "apprehension",
                sector,
                "*",
                rate,
                -math.log1p(-(chance - 0.12)),
                -math.log1p(-min(0.93, chance + 0.12)),
                per="passage",
                source="assumption",
                reason=(
                    f"-ln(1 - {chance:g}): chance of a covert adult, set below the sector's share "
                    "of apprehensions in all detected entries (2022-23 leaks), which counts people "
                    "who surrender. The level by fiscal year is the agency's effort."
                ),
            )
        )
        for kind, share in zip((*DEATH_KINDS, "death_illness"), shares, strict=True):
            rows += sector_deaths(sector, kind, share, deaths)
    for cause, (tamaulipas, other, source) in LINE_HARM.items():
        for sector in SECTORS:
            value = tamaulipas if sector in ("us_rgv", "us_laredo") else other
            rows.append(
                hazard(
                    cause,
                    sector,
                    "*",
                    value,
                    value * 0.3,
                    value * 3,
                    per="passage",
                    source=source,
                    reason=f"{value:g} per attempt at the line; higher where groups hold the bank.",
                )
            )
    return rows


def sector_deaths(sector: str, kind: str, share: float, deaths: float) -> list[Row]:
    """Deaths of one kind at a sector, before and after a change."""
    # With rate r against an apprehension rate a the chance is r (1 - e^-a) / a = .62 r at a =
    # 1.05, and p = .65 of attempts are apprehended: D deaths per apprehension need r = 1.05 D.
    rate = 1.05 * deaths / 1e4 * share
    reason = (
        f"{deaths:g} deaths per 10,000 single-adult apprehensions FY2013-19 × {share:g} (share of "
        "the kind, from incidents with coordinates, unknown causes counted as exposure) × 1.05"
    )
    extra = {"per": "passage", "source": "DATA-USBP-PROFILE;DATA-MMP"}
    rows = [hazard(kind, sector, "*", rate, rate / 2, rate * 2, **extra, reason=f"{reason}.")]
    for (where, start), (factor, why) in DEATH_CHANGES.items():
        if where == sector:
            more = {**extra, "start": start, "reason": f"{reason} × {factor:g}: {why}."}
            rate *= factor
            rows.append(hazard(kind, sector, "*", rate, rate / 2, rate * 2, **more))
    return rows


def ratio_of(region: str, start: str) -> float:
    """Ratio of a state's stops to its base rate in a period."""
    early, militarised, late = STATE_RATIOS[region]
    if start < "2014-07-07":
        return 1.0
    if start < "2017-01-01":
        return early
    return 1.0 if start < JUNE_2019 else militarised if start < "2021-01-01" else late


def effort(agency: str, region: str, start: str, end: str, factors: tuple[float, ...], **rest: str) -> Row:
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
        factors = tuple(-math.log1p(-p) / unit for p in (chance, low, high))
        reason = (
            f"ln(1 - {chance:g}) / ln(1 - {REFERENCE_CHANCE:g}): chance of a covert adult over "
            "all sectors, from apprehensions and known got-aways, below the detected share "
            "because entries that nobody saw are missing from it."
        )
        rows.append(effort("USBP", "*", start, end, factors, source=source, reason=reason))
    return rows


def write(name: str, columns: list[str], rows: list[Row]) -> None:
    """Write a table of the scenario."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Derive both tables."""
    legs = read_legs()
    hazards = stop_rows(legs) + line_rows() + harm_rows(legs) + death_rows(legs)
    write("hazards.csv", HAZARD_COLUMNS, hazards)
    efforts = inm_rows() + other_rows()
    write("effort.csv", EFFORT_COLUMNS, efforts)
    print(f"{len(hazards)} hazards, {len(efforts)} efforts")


if __name__ == "__main__":
    main()
