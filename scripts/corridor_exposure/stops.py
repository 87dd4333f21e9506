"""Stops by INM, the National Guard and Guatemalan forces."""

from __future__ import annotations

import math
from collections.abc import Mapping

from corridor_exposure.journeys import Row, cells, hazard

STOP_INM = {
    "MX-CHP": 0.1225,
    "MX-OAX": 0.0256,
    "MX-TAB": 0.0432,
    "MX-VER": 0.0243,
    "MX-CAM": 0.014,
    "MX-ROO": 0.0324,
    "MX-PUE": 0.0108,
    "MX-MEX": 0.0065,
    "MX-QUE": 0.0023,
    "MX-GUA": 0.0043,
    "MX-SLP": 0.0097,
    "MX-ZAC": 0.0065,
    "MX-JAL": 0.0043,
    "MX-MIC": 0.0032,
    "MX-GRO": 0.0032,
    "MX-NAY": 0.0054,
    "MX-SIN": 0.0065,
    "MX-SON": 0.0043,
    "MX-CHH": 0.0053,
    "MX-COA": 0.0238,
    "MX-NLE": 0.0486,
    "MX-TAM": 0.0378,
    "MX-BCN": 0.0324,
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


TURNED_BACK = 0.6
"""Of the INM rate of the same cell: being driven back south at a post of the isthmus."""

HELD_BACK = ("MX-CHP", "MX-TAB", "MX-OAX", "MX-VER")
"""States whose posts drive people back."""


def turned_back_rows(legs: Mapping[str, Row]) -> list[Row]:
    """Being driven back at a post, beside the stops that INM counts."""
    return [
        hazard(
            "turned_back",
            region,
            mode,
            STOP_INM[region] * STOP_MODE[mode] * TURNED_BACK,
            STOP_INM[region] * STOP_MODE[mode] * 0.2,
            STOP_INM[region] * STOP_MODE[mode] * 1.5,
            per="100km",
            source="assumption",
            reason=(
                f"{TURNED_BACK:g} of the INM rate of the same state and mode at the effort of "
                "2018: no count of those driven back exists. A quarter of unguided journeys by "
                "bus out of the south end so; the policy of containment says from when."
            ),
        )
        for region, mode in cells(legs)
        if region in HELD_BACK
    ]


def stop_rows(legs: Mapping[str, Row]) -> list[Row]:
    """Stops by INM, the National Guard and Guatemalan forces."""
    rows = turned_back_rows(legs)
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
                    f"{STOP_MODE[mode]:g} for the mode. The states' rates make half of unguided "
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
