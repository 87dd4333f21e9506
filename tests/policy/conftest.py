"""A small corridor for the tests of policies: names only, no tables."""

from __future__ import annotations

import datetime as dt

import pytest

from travesia.calendar import Calendar
from travesia.policy.names import (
    CauseInfo,
    CohortInfo,
    FacilityInfo,
    LegInfo,
    Names,
    PlaceInfo,
    PostInfo,
)

STAYS = (
    "stranded", "working", "stopped", "mx_detention", "us_custody", "us_family_detention",
    "expelled", "remain_in_mexico", "border_camp", "border_wait", "visa_issue", "us_docket",
    "work_asked", "care_asked", "school_asked",
    "asylum_filed", "transferred",
)  # fmt: skip
TRANSITIONS = (
    "rest_on_way", "enrol_visitor_card", "join_visa_queue", "stranded_joins_visa_queue",
    "become_stranded", "take_work", "working_settles", "settle_north", "camp_settles", "let_go",
    "extorted_let_go",
    "handed_to_criminals", "scattered", "channelled_to_dif", "detained", "relocated_south",
    "wrongly_removed", "transit_form_issued", "join_port_list", "removed_home",
    "remain_in_mexico", "mpp_admitted", "expelled_to_mexico", "expelled_home",
    "sent_to_third_country", "family_detained", "family_parted", "retry", "camp_gives_up",
    "robbed", "extorted",
    "kidnapped", "removed_from_interior", "work_granted", "care_granted", "school_granted",
    "buys_papers", "buys_papers_dear", "camp_evicted", "camp_falls_ill", "found_in_register",
    "join_form_queue", "stranded_joins_form_queue", "stranded_takes_transfer",
    "files_and_takes_transfer", "moved_nearby", "programme_card", "visa_issued_waits",
)  # fmt: skip


MEANS = {"adult": 1.0, "family": 1.6, "child": 0.9}


def small_names() -> Names:
    """Two southern crossings, three towns, a border city and two sectors."""
    return Names(
        places={
            "iz_river": PlaceInfo("border_zone", "MX-CHP", ("belt", "south"), 14.68, -92.15),
            "fx_bridge": PlaceInfo("formal_crossing", "MX-CHP", ("belt", "south"), 14.68, -92.14),
            "tapachula": PlaceInfo("town", "MX-CHP", ("belt", "south"), 14.90, -92.26),
            "arriaga": PlaceInfo("rail_yard", "MX-CHP", ("belt", "south"), 16.24, -93.90),
            "ixtepec": PlaceInfo("rail_yard", "MX-OAX", ("south",)),
            "reynosa": PlaceInfo("border_city", "MX-TAM", ("north_border",)),
            "us_rgv": PlaceInfo("sector", "us_rgv"),
            "us_el_paso": PlaceInfo("sector", "us_el_paso"),
        },
        transit=frozenset({"MEX"}),
        legs={
            "raft": LegInfo("iz_river", "tapachula", "boat_raft", "MX-CHP"),
            "bridge": LegInfo("fx_bridge", "tapachula", "walk_road", "MX-CHP"),
            "coast_bus": LegInfo("tapachula", "arriaga", "bus", "MX-CHP"),
            "coast_walk": LegInfo("tapachula", "arriaga", "walk_road", "MX-CHP"),
            "jungle": LegInfo("tapachula", "ixtepec", "walk_track", "MX-CHP"),
            "train": LegInfo("arriaga", "ixtepec", "freight_train", "MX-OAX"),
            "north_bus": LegInfo("ixtepec", "reynosa", "bus", "MX-TAM"),
            "flight": LegInfo("tapachula", "reynosa", "air", "MX-TAM"),
            "guatemala_road": LegInfo("fx_bridge", "iz_river", "walk_road", "GTM"),
            "north_truck": LegInfo("ixtepec", "reynosa", "goods_truck", "MX-TAM"),
            "river": LegInfo("reynosa", "us_rgv", "boat_raft", "us_rgv", "crossing"),
        },
        cohorts={
            f"{nation.lower()}-{family}": CohortInfo(nation, family, MEANS[family])
            for nation in ("HND", "GTM", "MEX", "VEN")
            for family in ("adult", "family", "child")
        },
        facilities={
            "visa_tapachula": FacilityInfo("visa_office", "tapachula", "MX-CHP", 0.0),
            "form_tapachula": FacilityInfo("form_desk", "tapachula", "MX-CHP", 0.0),
            "bus_tapachula": FacilityInfo("transfer_bus", "tapachula", "MX-CHP", 0.0),
            "comar_tapachula": FacilityInfo("asylum_office", "tapachula", "MX-CHP", 40.0),
            "port_reynosa": FacilityInfo("port", "reynosa", "MX-TAM", 30.0),
            "port_arriaga": FacilityInfo("port", "arriaga", "MX-CHP", 10.0),
            "station": FacilityInfo("detention", "tapachula", "MX-CHP", 960.0),
            "seats": FacilityInfo("removal", "tapachula", "MX-CHP", 600.0),
            "shelter": FacilityInfo("shelter", "reynosa", "MX-TAM", 200.0),
        },
        causes={
            "stop_inm": CauseInfo("stop", "INM"),
            "stop_guard": CauseInfo("stop", "GUARD"),
            "stop_guatemala": CauseInfo("stop", "GTM"),
            "turned_back": CauseInfo("stop"),
            "apprehension": CauseInfo("apprehension", "USBP"),
            "robbery": CauseInfo("harm"),
            "death_vehicle": CauseInfo("death"),
        },
        stays=STAYS,
        transitions=TRANSITIONS,
        papers=("none", "visitor_card", "transit_form"),
        agencies=("INM", "GUARD", "GTM", "USBP"),
        modes=(
            "bus",
            "guided_vehicle",
            "goods_truck",
            "freight_train",
            "walk_road",
            "walk_track",
            "boat_raft",
            "air",
        ),
        posts=(
            PostInfo("policy", "tapachula", "road", 2),
            PostInfo("policy", "arriaga", "road", 1),
            PostInfo("policy", "arriaga", "rail", 3),
            PostInfo("other", "reynosa", "road", 5),
        ),
    )


def small_calendar() -> Calendar:
    """The years 2019 to 2021; day 0 is 1 January 2019."""
    day = dt.date(2019, 1, 1)
    return Calendar(spin_up=day, start=day, end=dt.date(2021, 12, 31))


@pytest.fixture
def names() -> Names:
    return small_names()


@pytest.fixture
def calendar() -> Calendar:
    return small_calendar()
