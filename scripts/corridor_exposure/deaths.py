"""Deaths on the way, and what happens on the crossing legs."""

from __future__ import annotations

import math
from collections.abc import Mapping

from corridor_exposure.journeys import Row, cells, hazard

DEATHS_BY_MODE = {
    # cause: {mode: rate per 100 km}, low factor, high factor, evidence
    "death_vehicle": (
        {"bus": 2e-6, "guided_vehicle": 5e-6, "goods_truck": 3e-5, "walk_road": 1.5e-5},
        "about 50 to 150 deaths a year in vehicle accidents in Mexico 2015-23, trains included; "
        "one crash of a lorry killed 55",
    ),
    "death_train": (
        {"freight_train": 1.5e-5},
        "no count of riders killed was found: 3 per 10,000 over 2,000 km keeps the sum with "
        "vehicle accidents near the recorded one",
    ),
    "death_violence": (
        {
            "bus": 1e-6,
            "guided_vehicle": 1e-6,
            "goods_truck": 1e-6,
            "freight_train": 3e-6,
            "walk_road": 4e-6,
            "walk_track": 0.75e-5,
            "boat_raft": 1e-6,
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
    # FY2013-19, factor for covert crossings being fewer or more than those apprehensions (set to
    # meet the deaths of FY2013-19), shares of drowning, exposure, vehicle, violence, illness
    "us_rgv": (0.66, 10.9, 1.75, (0.28, 0.64, 0.04, 0.02, 0.02)),
    "us_laredo": (0.62, 20.3, 1.45, (0.40, 0.52, 0.05, 0.01, 0.02)),
    "us_del_rio": (0.66, 12.8, 1.25, (0.45, 0.50, 0.02, 0.01, 0.02)),
    "us_big_bend": (0.66, 9.6, 1.0, (0.15, 0.75, 0.03, 0.01, 0.06)),
    "us_el_paso": (0.64, 4.0, 1.0, (0.36, 0.38, 0.16, 0.03, 0.07)),
    "us_tucson": (0.60, 15.5, 0.95, (0.01, 0.94, 0.02, 0.02, 0.01)),
    "us_yuma": (0.72, 8.5, 2.0, (0.25, 0.58, 0.10, 0.04, 0.03)),
    "us_el_centro": (0.76, 4.9, 1.6, (0.54, 0.38, 0.04, 0.01, 0.03)),
    "us_san_diego": (0.70, 2.0, 0.7, (0.13, 0.50, 0.27, 0.05, 0.05)),
}
DEATH_KINDS = (
    "death_drowning",
    "death_exposure",
    "death_vehicle",
    "death_violence",
    "death_illness",
)
SHORT_ATTEMPTS = (
    "568 deaths in FY2021 and some 890 in FY2022 are 5 to 6 per 10,000 single-adult apprehensions: "
    "people expelled at once made many short attempts"
)
AFTERWARDS = "some 700 deaths in FY2023, fewer attempts per person"
DEATH_CHANGES: dict[str, list[tuple[str, float, str]]] = {
    # sector, or sector and kind: first day, factor on the rate of FY2013-19, why
    "*": [("2020-03-21", 0.5, SHORT_ATTEMPTS), ("2023-05-12", 0.6, AFTERWARDS)],
    "us_rgv": [
        ("2020-03-21", 0.4, "58 to 158 incidents a year in FY2020-22 against 170 before"),
    ],
    "us_tucson": [
        ("2020-03-21", 1.0, "226 and 255 incidents in FY2020-21, more than before"),
    ],
    "us_el_paso": [
        ("2020-03-21", 0.8, "30 to 100 incidents a year in FY2020-22, more than before"),
        ("2022-10-01", 1.3, "138 incidents in FY2023, the most of any sector after Tucson"),
    ],
    "us_del_rio death_drowning": [
        ("2020-03-21", 0.5, SHORT_ATTEMPTS),
        ("2021-10-01", 1.0, "173 incidents in FY2022, three in four of them drownings"),
    ],
    "us_san_diego": [
        ("2020-03-21", 1.5, "44 incidents a year in FY2021-22: falls from the wall, boats"),
    ],
}
LINE_HARM = {
    # cause: per crossing by sector group (Tamaulipas, other), source
    "extortion": (0.05, 0.03, "PA204;NET-S34;NET-S35"),
    "kidnapping": (0.010, 0.002, "PA186;NET-S70"),
    "robbery": (0.010, 0.010, "PA178"),
    "sexual_violence": (0.003, 0.002, "PA185"),
    "injury": (0.010, 0.015, "assumption"),
}


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
    for sector, (chance, deaths, fit, shares) in SECTORS.items():
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
        for kind, share in zip(DEATH_KINDS, shares, strict=True):
            rows += sector_deaths(sector, kind, share, deaths, fit)
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


def sector_deaths(sector: str, kind: str, share: float, deaths: float, fit: float) -> list[Row]:
    """Deaths of one kind at a sector, before and after each change."""
    # With rate r against an apprehension rate a the chance is r (1 - e^-a) / a = .62 r at a =
    # 1.05, and p = .65 of attempts are apprehended: D deaths per apprehension need r = 1.05 D.
    base = 1.05 * deaths / 1e4 * share * fit
    reason = (
        f"{deaths:g} deaths per 10,000 single-adult apprehensions FY2013-19 × {share:g} (share of "
        "the kind among incidents near the sector, unknown causes counted as exposure) × 1.05 "
        f"(attempts per apprehension) × {fit:g} (to meet the deaths of FY2013-19)"
    )
    extra = {"per": "passage", "source": "DATA-USBP-PROFILE;DATA-MMP"}
    changes = DEATH_CHANGES.get(f"{sector} {kind}") or DEATH_CHANGES.get(sector)
    rows = [hazard(kind, sector, "*", base, base / 2, base * 2, **extra, reason=f"{reason}.")]
    for start, factor, why in changes or DEATH_CHANGES["*"]:
        more = {**extra, "start": start, "reason": f"{reason} × {factor:g}: {why}."}
        rate = base * factor
        rows.append(hazard(kind, sector, "*", rate, rate / 2, rate * 2, **more))
    return rows
