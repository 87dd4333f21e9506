"""Robbery, extortion, kidnapping, sexual violence and injury, and the Darién."""

from __future__ import annotations

from collections.abc import Mapping

from corridor_exposure.journeys import Row, cells, hazard, scale_for

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
