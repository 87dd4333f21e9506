"""Every instrument moves its tables in the direction that its sources report."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.policy.conftest import small_calendar, small_names
from tests.policy.world import World
from travesia.policy.build import effects_of
from travesia.policy.effects import Controller, Label, OutcomeFactor, Recall, StayHazardFactor
from travesia.policy.instruments.base import Number
from travesia.policy.instruments.registry import shipped

START, END = "2019-03-01", "2020-06-30"
BEFORE, DURING, AFTER = dt.date(2019, 2, 28), dt.date(2019, 9, 2), dt.date(2020, 7, 1)

STOP_ROAD = {"cause": "stop_inm", "leg": "coast_bus", "region": "MX-CHP", "mode": "bus"}
STOP_WALK = {"cause": "stop_inm", "leg": "coast_walk", "region": "MX-CHP", "mode": "walk_road"}
STOP_JUNGLE = {"cause": "stop_inm", "leg": "jungle", "region": "MX-CHP", "mode": "walk_track"}
STOP_RAFT = {"cause": "stop_inm", "leg": "raft", "region": "MX-CHP", "mode": "boat_raft"}
STOP_BRIDGE = {"cause": "stop_inm", "leg": "bridge", "region": "MX-CHP", "mode": "walk_road"}
STOP_TRAIN = {"cause": "stop_inm", "leg": "train", "region": "MX-OAX", "mode": "freight_train"}
STOP_TRUCK = {
    "cause": "stop_inm", "leg": "north_truck", "region": "MX-TAM", "mode": "goods_truck",
}  # fmt: skip
STOP_GTM = {
    "cause": "stop_guatemala", "leg": "guatemala_road", "region": "GTM", "mode": "walk_road",
}  # fmt: skip
ROBBERY = {**STOP_TRAIN, "cause": "robbery"}
TRAIN, NORTH_BUS = {"leg": "train"}, {"leg": "north_bus"}
HND = {"cohort": "hnd-adult", "region": "MX-CHP"}
FAMILY = {"cohort": "hnd-family", "region": "us_rgv"}
ADULT = {"cohort": "hnd-adult", "region": "us_rgv"}
MEX = {"cohort": "mex-adult", "region": "MX-CHP"}


def out(stay: str, transition: str, who: dict[str, str]) -> dict[str, str]:
    return {"stay": stay, "transition": transition, **who}


def ill(place: str) -> dict[str, str]:
    """The daily chance of falling ill in a camp."""
    return {"stay": "border_camp", "transition": "camp_falls_ill", **HND, "place": place}


def act(transition: str, place: str, cohort: str = "hnd-adult") -> dict[str, str]:
    return {"transition": transition, "place": place, "cohort": cohort}


@dataclass(frozen=True)
class Case:
    """An instrument, its numbers, and cells with the sign of their change (+, - or 0)."""

    instrument: str
    parameters: dict[str, tuple[Any, str]]
    cells: tuple[tuple[str, dict[str, str], str], ...]
    entry: dict[str, Any] = field(default_factory=dict)
    base: float = 0.4


F, P, D = "factor", "probability", "days"
CASES = (
    Case("enforcement_effort", {"factor": (1.5, F)}, (
        ("effort", {"agency": "INM", "region": "MX-CHP"}, "+"),
        ("effort", {"agency": "INM", "region": "MX-TAM"}, "0"),
        ("effort", {"agency": "USBP", "region": "MX-CHP"}, "0"),
    ), {"where": {"regions": ["MX-CHP"]}}),
    Case("national_guard", {"inm_factor": (1.88, F), "police_before": (0.2, F)}, (
        ("effort", {"agency": "INM", "region": "MX-CHP"}, "+"),
        ("effort", {"agency": "GTM", "region": "GTM"}, "0"),
    )),
    Case("train_raids", {"stop_factor": (2.0, F), "guard_add": (0.5, P)}, (
        ("hazard", STOP_TRAIN, "+"), ("boarding_guard", TRAIN, "+"),
        ("hazard", STOP_ROAD, "0"), ("hazard", ROBBERY, "0"),
    )),
    Case("train_speed", {"speed_kmh": (26, "km/h"), "base_kmh": (13, "km/h")}, (
        ("train_speed", TRAIN, "+"), ("boarding_guard", TRAIN, "0"), ("hazard", STOP_TRAIN, "0"),
    ), base=13.0),
    Case("rail_barriers", {"guard_add": (0.2, P)}, (("boarding_guard", TRAIN, "+"),),
         {"where": {"places": ["arriaga"]}}),
    Case("rail_closure", {}, (("leg_open", TRAIN, "-"), ("leg_open", NORTH_BUS, "0")), base=1.0),
    Case("interior_checkpoints", {"road_factor": (1.3, F), "track_factor": (0.8, F)}, (
        ("hazard", STOP_ROAD, "+"), ("hazard", STOP_JUNGLE, "-"), ("hazard", STOP_TRAIN, "0"),
    )),
    Case("vehicle_inspection", {"find_factor": (1.3, F), "death_factor": (0.9, F)}, (
        ("hazard", STOP_TRUCK, "+"), ("hazard", STOP_ROAD, "0"),
        ("hazard", {**STOP_TRUCK, "cause": "death_vehicle"}, "-"),
        ("hazard", {**STOP_TRUCK, "cause": "robbery"}, "0"),
    )),
    Case("patrol_funnel", {
        "informal_factor": (1.3, F), "formal_factor": (0.8, F), "informal_delta": (-0.5, "utility"),
    }, (
        ("hazard", STOP_RAFT, "+"), ("hazard", STOP_BRIDGE, "-"), ("hazard", STOP_ROAD, "0"),
        ("leg_utility", {"leg": "raft", "cohort": "hnd-adult"}, "-"),
        ("leg_utility", {"leg": "bridge", "cohort": "hnd-adult"}, "0"),
    ), {"where": {"regions": ["MX-CHP"]}}),
    Case("layered_belt", {"lines": (3, "1"), "reach": (0.1, "share")}, (
        ("hazard", STOP_WALK, "+"), ("hazard", STOP_TRAIN, "0"),
    ), {"where": {"zones": ["belt"]}}),
    Case("aerial_surveillance", {"factor": (1.1, F)}, (
        ("hazard", STOP_JUNGLE, "+"), ("hazard", STOP_RAFT, "+"), ("hazard", STOP_ROAD, "0"),
    )),
    Case("biometric_registration", {"match": (0.6, P)}, (
        ("match", {"stay": "stopped", **HND}, "+"),
        ("match", {"stay": "stopped", **MEX}, "0"),
        ("outcome", out("stopped", "let_go", HND), "0"),
    )),
    Case("visitor_card", {"take_up": (0.6, P), "max_days": (5, D)}, (
        ("action", act("enrol_visitor_card", "fx_bridge", "gtm-adult"), "+"),
        ("action", act("enrol_visitor_card", "fx_bridge", "hnd-adult"), "0"),
        ("action", act("enrol_visitor_card", "iz_river", "gtm-adult"), "0"),
        ("paper_days", {"paper": "visitor_card"}, "+"),
    ), {"whom": {"nationalities": ["GTM"]}}),
    Case("humanitarian_visas", {
        "window_days": (300, D), "join": (0.8, P), "stranded_join": (0.6, P), "others": (0.2, F),
        "issued_2019_03": (3100, "people"),
    }, (
        ("capacity", {"facility": "visa_tapachula"}, "+"),
        ("action", act("join_visa_queue", "tapachula"), "+"),
        ("action", act("join_visa_queue", "tapachula", "mex-adult"), "0"),
        ("action", act("rest_on_way", "tapachula"), "-"),
        ("action", act("rest_on_way", "reynosa"), "0"),
        ("outcome", out("stranded", "stranded_joins_visa_queue", HND), "+"),
        ("outcome", out("visa_issue", "programme_card", HND), "+"),
        ("outcome", out("visa_issue", "visa_issued_waits", HND), "-"),
        ("capacity", {"facility": "comar_tapachula"}, "0"),
    )),
    Case("transit_forms", {"per_day": (500, "cases/day"), "join": (0.7, P), "max_days": (7, D),
                           "stranded_join": (0.6, P)}, (
        ("capacity", {"facility": "form_tapachula"}, "+"),
        ("capacity", {"facility": "visa_tapachula"}, "0"),
        ("action", act("join_form_queue", "tapachula"), "+"),
        ("action", act("join_visa_queue", "tapachula"), "0"),
        ("outcome", out("stranded", "stranded_joins_form_queue", HND), "+"),
        ("paper_days", {"paper": "transit_form"}, "+"),
        ("paper_days", {"paper": "visitor_card"}, "0"),
    )),
    Case("desk_transfer", {
        "per_day": (500, "people/day"), "join": (0.6, P), "filed": (0.7, P),
        "nearby": (0.8, "share"),
    }, (
        ("capacity", {"facility": "bus_tapachula"}, "+"),
        ("capacity", {"facility": "visa_tapachula"}, "0"),
        ("outcome", out("stranded", "stranded_takes_transfer", HND), "+"),
        ("outcome", out("stranded", "stranded_takes_transfer", MEX), "0"),
        ("outcome", out("asylum_filed", "files_and_takes_transfer", HND), "+"),
        ("outcome", out("transferred", "moved_nearby", HND), "+"),
    )),
    Case("office_capacity", {"factor": (2.0, F)}, (
        ("capacity", {"facility": "comar_tapachula"}, "+"),
        ("capacity", {"facility": "station"}, "0"),
    )),
    Case("port_metering", {"without_per_day": (400, "people/day")}, (
        ("capacity", {"facility": "port_reynosa"}, "0"),
        ("capacity", {"facility": "station"}, "0"),
    )),
    Case("appointments", {"per_day": (740, "people/day"), "list_factor": (1.5, F)}, (
        ("capacity", {"facility": "port_reynosa"}, "+"),
        ("outcome", out("border_wait", "join_port_list", HND), "+"),
        ("capacity", {"facility": "shelter"}, "0"),
    )),
    Case("remain_in_mexico", {"adult_factor": (0.5, F), "share_2019_03": (0.6, P)}, (
        ("outcome", out("us_custody", "remain_in_mexico", FAMILY), "+"),
        ("outcome", out("us_custody", "remain_in_mexico", ADULT), "-"),  # half of .6 is below .4
        ("outcome", out("us_custody", "remain_in_mexico", {**FAMILY, "cohort": "hnd-child"}), "0"),
        ("outcome", out("us_custody", "remain_in_mexico", {**FAMILY, "cohort": "mex-family"}), "0"),
        ("outcome", out("us_custody", "remain_in_mexico", {**FAMILY, "region": "us_el_paso"}), "0"),
    ), {"where": {"regions": ["us_rgv"]}, "whom": {"nationalities": ["HND", "GTM"]}}),
    Case("court_wind_down", {"called_2019_03": (0.5, P), "called_2019_04": (0.2, P)}, (
        ("outcome", out("remain_in_mexico", "mpp_admitted", HND), "0"),
    ), {"where": {"regions": ["MX-TAM"]}}),
    Case("court_delay", {"factor": (2.0, F), "reach_days": (0, D)}, (
        ("clock", {"stay": "remain_in_mexico"}, "+"), ("clock", {"stay": "border_camp"}, "0"),
    )),
    Case("pandemic_expulsion", {
        "table_start": ("2019-03-01", "date"), "table_end": ("2020-06-30", "date"),
        "adult_removals": (2.0, F), "family_removals": (1.5, F), "returns": (1.0, F),
    }, (
        ("outcome", out("us_custody", "expelled_to_mexico", ADULT), "0"),
        ("outcome", out("us_custody", "removed_home", ADULT), "0"),
    )),
    Case("expulsion_agreement", {"without": (0.05, F)}, (
        ("outcome", out("us_custody", "expelled_to_mexico", ADULT), "0"),
    ), {"whom": {"nationalities": ["VEN"]}}),
    Case("child_custody", {}, (("outcome", out("stopped", "channelled_to_dif", HND), "0"),)),
    Case("family_detention", {}, (("outcome", out("us_custody", "family_detained", FAMILY), "0"),)),
    Case("family_separation", {"share": (0.6, "share")}, (
        ("outcome", out("us_custody", "family_parted", FAMILY), "+"),
        ("outcome", out("us_custody", "family_parted", {**FAMILY, "region": "us_el_paso"}), "0"),
        ("outcome", out("us_custody", "family_parted", ADULT), "0"),
        ("outcome", out("us_custody", "family_detained", FAMILY), "0"),
    ), {"where": {"regions": ["us_rgv"]}, "whom": {"family_types": ["family"]}}),
    Case("detention_time", {"mexico": (0.6, F), "us_families": (1.0, F)}, (
        ("clock", {"stay": "mx_detention"}, "-"), ("clock", {"stay": "us_family_detention"}, "0"),
    )),
    Case("custody_places", {"beds": (0.7, F), "seats": (0.1, F)}, (
        ("capacity", {"facility": "station"}, "-"), ("capacity", {"facility": "seats"}, "-"),
        ("capacity", {"facility": "shelter"}, "0"),
    )),
    Case("expectation_shock", {"without": (1.6, F), "release_shift": (-0.1, P)}, (
        ("demand", {"cohort": "hnd-adult"}, "0"),
        ("release_signal", {"cohort": "hnd-adult", "region": "us_rgv"}, "-"),
    )),
    Case("legal_pathway", {"without": (1.4, F)}, (("demand", {"cohort": "ven-adult"}, "0"),)),
    Case("interior_raids", {
        "found": (0.2, "share"), "removal_factor": (2.0, F), "release_shift": (-0.02, P),
    }, (
        ("outcome", out("us_docket", "removed_from_interior", FAMILY), "+"),
        ("outcome", out("us_docket", "removed_from_interior", MEX), "0"),
        ("outcome", out("us_custody", "removed_home", FAMILY), "0"),
        ("release_signal", {"cohort": "hnd-family", "region": "us_rgv"}, "-"),
    )),
    Case("asylum_bar", {"without": (0.6, F)}, (
        ("outcome", out("us_custody", "removed_home", ADULT), "0"),
    )),
    Case("credible_fear_test", {"removal_factor": (2.0, F)}, (
        ("outcome", out("us_custody", "removed_home", ADULT), "+"),
    )),
    Case("shutdown_trigger", {
        "threshold": (5000, "people/day"), "window_days": (7, D), "hysteresis_days": (14, D),
        "removal_factor": (3.0, F),
    }, (("outcome", out("us_custody", "removed_home", ADULT), "0"),)),
    Case("asylum_accord", {"share": (0.6, P)}, (
        ("outcome", out("us_custody", "sent_to_third_country", ADULT), "+"),
    )),
    Case("visa_wall", {"air_delta": (-3.0, "utility")}, (
        ("leg_utility", {"leg": "flight", "cohort": "ven-adult"}, "-"),
        ("leg_utility", {"leg": "flight", "cohort": "hnd-adult"}, "0"),
        ("leg_utility", {"leg": "north_bus", "cohort": "ven-adult"}, "0"),
    ), {"whom": {"nationalities": ["VEN"]}}),
    Case("isthmus_containment", {"stop_factor": (1.2, F), "turned_back_factor": (1.5, F)}, (
        ("hazard", STOP_TRAIN, "+"), ("hazard", STOP_ROAD, "0"),
    ), {"where": {"regions": ["MX-OAX"]}}),
    Case("transport_bar", {"bus_delta": (-0.5, "utility"), "stranded_factor": (1.2, F)}, (
        ("leg_utility", {"leg": "coast_bus", "cohort": "hnd-adult"}, "-"),
        ("leg_utility", {"leg": "coast_bus", "cohort": "mex-adult"}, "0"),
        ("leg_utility", {"leg": "coast_walk", "cohort": "hnd-adult"}, "0"),
        ("action", act("become_stranded", "tapachula"), "+"),
    )),
    Case("quota_pressure", {"held": (0.9, P), "removed": (0.6, P)}, (
        ("outcome", out("stopped", "let_go", MEX), "-"),
        ("outcome", out("mx_detention", "wrongly_removed", MEX), "+"),
        ("outcome", out("mx_detention", "wrongly_removed", HND), "0"),
    )),
    Case("caravan_raid", {"stop_factor": (6.0, F), "scattered": (0.6, P)}, (
        ("hazard", STOP_WALK, "+"), ("hazard", STOP_ROAD, "0"),
        ("outcome", out("stopped", "scattered", HND), "+"),
        ("outcome", out("stopped", "scattered", {**HND, "region": "MX-OAX"}), "0"),
    ), {"where": {"regions": ["MX-CHP"]}}),
    Case("road_block", {"add_days": (0.5, D)}, (
        ("leg_days", {"leg": "coast_walk"}, "+"), ("leg_days", {"leg": "coast_bus"}, "0"),
    )),
    Case("relocation_south", {"share": (0.6, P)}, (
        ("outcome", out("mx_detention", "relocated_south", {**HND, "region": "MX-TAM"}), "+"),
        ("outcome", out("mx_detention", "relocated_south", HND), "0"),
        ("outcome", out("mx_detention", "relocated_south", {**MEX, "region": "MX-TAM"}), "0"),
    ), {"where": {"regions": ["MX-TAM"]}}),
    Case("upstream_block", {"stop_factor": (8.0, F)}, (
        ("hazard", STOP_GTM, "+"), ("hazard", STOP_WALK, "0"),
    )),
    Case("border_works", {"add_days": (0.5, D), "delta": (-1.0, "utility")}, (
        ("leg_days", {"leg": "raft"}, "+"), ("leg_days", {"leg": "bridge"}, "0"),
        ("leg_utility", {"leg": "raft", "cohort": "hnd-adult"}, "-"),
    ), {"where": {"regions": ["MX-CHP"]}}),
    Case("work_rights", {"honoured": (2.0, F), "practice": (0.5, "share")}, (
        ("outcome", out("working", "working_settles", HND), "+"),
        ("action", act("take_work", "tapachula"), "+"),
        ("outcome", out("working", "working_settles", MEX), "0"),
    )),
    Case("card_rights", {
        "work": (0.5, "share"), "care": (0.45, "share"), "school": (0.48, "share"),
    }, (
        ("outcome", out("work_asked", "work_granted", HND), "+"),
        ("outcome", out("care_asked", "care_granted", HND), "+"),
        ("outcome", out("school_asked", "school_granted", HND), "+"),
        ("outcome", out("work_asked", "work_granted", MEX), "0"),
    )),
    Case("paper_market", {
        "waiting": (1000, "people"), "saturated": (8000, "people"), "usual": (0.3, "share"),
        "dear": (20.0, F),
    }, (("outcome", out("stranded", "buys_papers", HND), "0"),)),
    Case("camp_clearance", {}, (("clock", {"stay": "border_camp"}, "0"),),
         {"where": {"places": ["reynosa"]}}),
    Case("return_threat", {"retry_factor": (0.9, F), "give_up_factor": (1.3, F)}, (
        ("outcome", out("expelled", "retry", HND), "-"),
        ("outcome", out("border_camp", "camp_gives_up", HND), "+"),
    )),
    Case("border_troops", {"apprehension_factor": (1.05, F), "capture_shift": (0.02, P)}, (
        ("effort", {"agency": "USBP", "region": "us_rgv"}, "+"),
        ("effort", {"agency": "INM", "region": "us_rgv"}, "0"),
        ("capture_signal", {"cohort": "hnd-adult", "region": "us_rgv"}, "+"),
    )),
    Case("shelter_places", {"places": (500, "places"), "camp_illness": (0.7, F)}, (
        ("capacity", {"facility": "shelter"}, "+"), ("capacity", {"facility": "station"}, "0"),
        ("stay_hazard", ill("reynosa"), "-"),
        ("outcome", out("border_camp", "camp_gives_up", {**HND, "region": "MX-TAM"}), "0"),
    )),
    Case("complaints", {"bribe_factor": (0.5, F)}, (
        ("outcome", out("stopped", "extorted_let_go", HND), "-"),
        ("outcome", out("stopped", "handed_to_criminals", HND), "-"),
        ("outcome", out("stopped", "detained", HND), "0"),
    )),
    Case("public_wording", {}, (("outcome", out("stopped", "detained", HND), "0"),)),
    Case("camp_crowding", {
        "laid_out": (1000, "people"), "crowded": (3000, "people"), "illness": (2.0, F),
    }, (("stay_hazard", ill("reynosa"), "0"),), {"where": {"places": ["reynosa"]}}),
    Case("cold_season", {
        "factor": (2.0, F), "first_month": (9, "month"), "last_month": (10, "month"),
    }, (
        ("stay_hazard", ill("reynosa"), "+"), ("stay_hazard", ill("tapachula"), "0"),
        ("outcome", out("border_camp", "camp_gives_up", {**HND, "region": "MX-TAM"}), "0"),
    ), {"where": {"regions": ["MX-TAM"]}}),
    Case("surge_pressure", {
        "threshold": (1500, "people/day"), "full": (5000, "people/day"),
        "window_days": (28, D), "effort_factor": (1.9, F),
    }, (("effort", {"agency": "INM", "region": "MX-CHP"}, "0"),)),
    Case("wage_pressure", {
        "workers": (2000, "people"), "crowded": (20_000, "people"), "lowest": (0.6, "share"),
    }, (("clock", {"stay": "working", "region": "MX-CHP"}, "0"),),
         {"where": {"zones": ["belt"]}}),
)  # fmt: skip


def build(case: Case, **changes: Any) -> World:
    entry = {
        "id": "policy",
        "instrument": case.instrument,
        "start": START,
        "end": END,
        "parameters": {n: {"value": v, "unit": u} for n, (v, u) in case.parameters.items()},
        **case.entry,
        **changes,
    }
    effects, problems = effects_of([entry], small_calendar(), small_names())
    assert [str(p) for p in problems] == []
    return World(effects, case.base)


def value(case: Case, world: World, table: str, cell: dict[str, str], on: dt.date) -> float:
    """Of the compiled tables, as the engine reads them."""
    return world.value(table, cell, on)


@pytest.mark.parametrize("case", CASES, ids=[c.instrument for c in CASES])
def test_an_instrument_moves_its_cells_in_the_reported_direction(case: Case) -> None:
    world = build(case)
    for table, cell, sign in case.cells:
        change = value(case, world, table, cell, DURING) - case.base
        assert (change > 1e-9, change < -1e-9) == (sign == "+", sign == "-"), (table, cell, change)


GATES = {"pandemic_expulsion", "child_custody", "family_detention"}


@pytest.mark.parametrize("case", CASES, ids=[c.instrument for c in CASES])
def test_outside_its_dates_a_policy_changes_nothing_that_is_not_its_switch(case: Case) -> None:
    world = build(case)
    for table, cell, _ in case.cells:
        for day in (BEFORE, AFTER):
            outside = value(case, world, table, cell, day)
            gated = case.instrument in GATES and "removed_home" not in cell.values()
            assert outside == pytest.approx(0.0 if gated else case.base), (table, cell, day)


@pytest.mark.parametrize("case", CASES, ids=[c.instrument for c in CASES])
def test_moving_the_start_moves_the_change(case: Case) -> None:
    moved = build(case, start="2019-10-01")
    for table, cell, sign in case.cells:
        if sign != "0" and not case.instrument.startswith(("humanitarian", "remain")):
            assert value(case, moved, table, cell, DURING) == case.base


@pytest.mark.parametrize(
    "case",
    [
        c
        for c in CASES
        if any(s != "0" for _, _, s in c.cells)
        and c.instrument
        not in {
            "biometric_registration",
            "humanitarian_visas",
            "transit_forms",
            "desk_transfer",
            "visitor_card",
            "remain_in_mexico",
            "rail_closure",
            "court_wind_down",
            "relocation_south",
            "quota_pressure",
            "caravan_raid",
            "asylum_accord",
            "family_separation",
            "card_rights",
        }
    ],
    ids=lambda c: c.instrument,
)
def test_twice_the_scale_goes_further_and_zero_does_nothing(case: Case) -> None:
    once, twice, never = (build(case, scale=s) for s in (1.0, 2.0, 0.0))
    for table, cell, sign in case.cells:
        if sign == "0":
            continue
        one = value(case, once, table, cell, DURING) - case.base
        two = value(case, twice, table, cell, DURING) - case.base
        none = value(case, never, table, cell, DURING) - case.base
        assert none == pytest.approx(0.0, abs=1e-12)
        assert two * one > 0
        assert abs(two) > abs(one) - 1e-12


@pytest.mark.parametrize("case", [c for c in CASES if "share" in dict(c.parameters)])
def test_a_share_is_set_to_its_number_times_the_scale(case: Case) -> None:
    table, cell, _ = case.cells[0]
    assert value(case, build(case, scale=0.5), table, cell, DURING) == pytest.approx(0.3)


INSIDE = {
    "expulsion_agreement": (out("us_custody", "expelled_to_mexico",
                                {**ADULT, "cohort": "ven-adult"}), "outcome", 0.05),
    "expectation_shock": ({"cohort": "hnd-adult"}, "demand", 1.6),
    "legal_pathway": ({"cohort": "ven-adult"}, "demand", 1.4),
    "asylum_bar": (out("us_custody", "removed_home", ADULT), "outcome", 0.6),
}  # fmt: skip


@pytest.mark.parametrize("instrument", sorted(INSIDE))
def test_a_policy_inside_an_observed_table_is_taken_out_when_switched_off(instrument: str) -> None:
    case = next(c for c in CASES if c.instrument == instrument)
    cell, table, without = INSIDE[instrument]
    off, half = build(case, enabled=False), build(case, scale=0.5)
    expected = case.base * without
    assert value(case, off, table, cell, DURING) == pytest.approx(expected)
    assert value(case, half, table, cell, DURING) == pytest.approx((expected + case.base) / 2)
    assert value(case, off, table, cell, AFTER) == case.base


def test_nobody_is_driven_back_without_the_policy_of_containment() -> None:
    case = next(c for c in CASES if c.instrument == "isthmus_containment")
    world, off = build(case), build(case, enabled=False)
    here, there = ({**leg, "cause": "turned_back"} for leg in (STOP_TRAIN, STOP_ROAD))
    for day, rate in ((BEFORE, 0.0), (DURING, case.base * 1.5), (AFTER, 0.0)):
        assert value(case, world, "hazard", here, day) == pytest.approx(rate)
        assert value(case, off, "hazard", here, day) == 0.0
    assert value(case, world, "hazard", there, DURING) == case.base  # outside its regions


def test_metering_switched_off_restores_the_ordinary_intake() -> None:
    case = next(c for c in CASES if c.instrument == "port_metering")
    off, half = build(case, enabled=False), build(case, scale=0.5)
    cell = {"facility": "port_reynosa"}
    ordinary = 400 * 30 / (30 + 10)
    assert value(case, off, "capacity", cell, DURING) == pytest.approx(ordinary)
    assert value(case, half, "capacity", cell, DURING) == pytest.approx((ordinary + case.base) / 2)
    assert value(case, build(case, scale=4.0), "capacity", cell, DURING) < case.base


def test_without_expulsions_ordinary_law_acts_on_the_days_of_the_table() -> None:
    case = next(c for c in CASES if c.instrument == "pandemic_expulsion")
    adult, family = (out("us_custody", "removed_home", who) for who in (ADULT, FAMILY))
    off, half, short = (
        build(case, enabled=False),
        build(case, scale=0.5),
        build(case, end="2019-06-30"),
    )
    for world, removals in ((off, 2.0), (half, 1.5), (short, 2.0)):
        assert value(case, world, "outcome", adult, DURING) == pytest.approx(0.4 * removals)
        assert value(case, world, "outcome", adult, AFTER) == 0.4
        assert value(case, world, "outcome", adult, BEFORE) == 0.4
    assert value(case, off, "outcome", family, DURING) == pytest.approx(0.6)
    expelled = out("us_custody", "expelled_to_mexico", ADULT)
    assert value(case, half, "outcome", expelled, DURING) == pytest.approx(0.2)
    assert value(case, short, "outcome", expelled, DURING) == 0.0


def test_suspended_hearings_reach_those_who_already_wait() -> None:
    case = next(c for c in CASES if c.instrument == "court_delay")
    days = {"value": 30, "unit": "days"}
    early = build(case, parameters={"factor": {"value": 2.0}, "reach_days": days})
    cell = {"stay": "remain_in_mexico"}
    assert value(case, early, "clock", cell, dt.date(2019, 1, 29)) == case.base
    assert value(case, early, "clock", cell, dt.date(2019, 1, 30)) == 2 * case.base


def test_guard_stops_begin_with_the_deployment() -> None:
    case = next(c for c in CASES if c.instrument == "national_guard")
    cell = {"agency": "GUARD", "region": "MX-CHP"}
    on, off = build(case, end=None), build(case, end=None, enabled=False)
    assert value(case, on, "effort", cell, BEFORE) == pytest.approx(case.base * 0.2)
    assert value(case, on, "effort", cell, DURING) == case.base
    assert value(case, off, "effort", cell, DURING) == pytest.approx(case.base * 0.2)


def test_each_post_adds_its_part_at_its_own_town() -> None:
    each = {"road_factor": (1.0, F), "track_factor": (1.0, F), "per_post": (0.1, "1")}
    case = Case("interior_checkpoints", each, ())
    north = {"cause": "stop_inm", "leg": "north_bus", "region": "MX-TAM", "mode": "bus"}
    for scale, posts in ((1.0, 1.2 * 1.1), (0.5, 1.1 * 1.05), (0.0, 1.0)):  # two here, one there
        world = build(case, scale=scale)
        at_road = value(case, world, "hazard", STOP_ROAD, DURING)
        assert at_road == pytest.approx(case.base * posts)
        assert value(case, world, "hazard", STOP_WALK, DURING) == case.base  # not in a vehicle
        assert value(case, world, "hazard", north, DURING) == case.base  # another policy's post
        train = value(case, world, "hazard", STOP_TRAIN, DURING)
        assert train == pytest.approx(case.base * (1 + 0.3 * scale))


def test_the_card_can_be_valid_up_to_a_distance_instead_of_in_states() -> None:
    case = next(c for c in CASES if c.instrument == "visitor_card")
    far = replace(case, parameters={**case.parameters, "max_km": (100, "km")}, base=0.0)
    for place, valid in (("fx_bridge", 1.0), ("tapachula", 1.0), ("arriaga", 0.0)):
        cell = {"paper": "visitor_card", "place": place}
        assert value(far, build(far), "paper_valid", cell, DURING) == valid
        assert value(far, build(far), "paper_valid", cell, AFTER) == 0.0
        assert value(case, build(case), "paper_valid", cell, DURING) == case.base  # the states


def test_winter_goes_over_the_turn_of_the_year_and_stays_inside_the_dates() -> None:
    months = {"first_month": (12, "month"), "last_month": (2, "month")}
    case = Case("cold_season", {"factor": (2.0, F), **months}, ())
    world = build(case)
    cell = ill("reynosa")
    for day, factor in (
        (dt.date(2019, 2, 28), 1),
        (dt.date(2019, 11, 30), 1),
        (dt.date(2019, 12, 1), 2),
        (dt.date(2020, 1, 15), 2),
        (dt.date(2020, 2, 29), 2),
        (dt.date(2020, 3, 1), 1),
        (dt.date(2020, 12, 24), 1),  # after the policy's last day
    ):
        assert value(case, world, "stay_hazard", cell, day) == factor * case.base, day


def test_the_day_of_the_raids_takes_a_share_and_only_that_day() -> None:
    case = next(c for c in CASES if c.instrument == "interior_raids")
    cell = out("us_docket", "removed_from_interior", FAMILY)
    world = build(case)
    assert value(case, world, "outcome", cell, dt.date(2019, 3, 1)) >= 1.0  # all who are taken
    assert value(case, world, "outcome", cell, dt.date(2019, 3, 2)) == 2 * case.base


def test_visas_are_issued_in_the_months_of_the_series_and_then_not() -> None:
    series = {"issued_2019_03": 3100, "issued_2019_04": 600, "issued_2019_05": 0}
    case = Case(
        "humanitarian_visas",
        {
            "window_days": (10, D),
            "join": (0.8, P),
            "stranded_join": (0.6, P),
            "others": (0.2, F),
            **{name: (number, "people") for name, number in series.items()},
        },
        (),
    )
    world = build(case)
    days = [(dt.date(2019, 3, 15), 100.0), (dt.date(2019, 4, 15), 20.0), (DURING, 0.0)]
    cell = {"facility": "visa_tapachula"}
    for day, per_day in days:
        assert value(case, world, "capacity", cell, day) == pytest.approx(per_day)
    line = act("join_visa_queue", "tapachula")
    for day, chance in ((dt.date(2019, 3, 10), 0.8), (dt.date(2019, 3, 11), case.base)):
        assert value(case, world, "action", line, day) == chance
    late = build(case, start="2019-03-17")
    assert value(case, late, "capacity", cell, dt.date(2019, 3, 20)) == pytest.approx(3100 / 15)


def test_the_last_share_of_a_series_holds_to_the_end() -> None:
    case = next(c for c in CASES if c.instrument == "remain_in_mexico")
    world = build(case)
    cell = out("us_custody", "remain_in_mexico", FAMILY)
    for day, expected in ((dt.date(2019, 3, 1), 0.6), (dt.date(2020, 6, 30), 0.6), (AFTER, 0.4)):
        assert value(case, world, "outcome", cell, day) == pytest.approx(expected)


def test_events_and_controllers_carry_what_they_need() -> None:
    by_name = {c.instrument: build(c).effects for c in CASES}
    (clearance,) = by_name["camp_clearance"]
    assert isinstance(clearance, Recall)
    assert (clearance.places, clearance.transition) == (("reynosa",), "camp_evicted")
    calls = by_name["court_wind_down"]
    assert all(isinstance(e, Recall) for e in calls)
    assert [e.share for e in calls] == [0.5, 0.2]  # type: ignore[attr-defined]
    assert calls[0].start < calls[1].start
    (controller,) = by_name["shutdown_trigger"]
    assert isinstance(controller, Controller)
    assert (controller.reads, controller.threshold) == ("us_encounter", 5000)
    assert controller.full is None  # on or off
    (pressure,) = by_name["surge_pressure"]
    assert isinstance(pressure, Controller)
    assert (pressure.reads, pressure.threshold, pressure.full) == ("us_encounter", 1500, 5000)
    assert {a for e in pressure.then for a in e.agencies} == {"INM", "GUARD"}  # type: ignore[attr-defined]
    (wages,) = by_name["wage_pressure"]
    assert isinstance(wages, Controller)
    assert wages.reads == "state:working"
    assert wages.places == ("arriaga", "fx_bridge", "iz_river", "tapachula")
    assert {e.kind for e in wages.then} == {"action_factor", "outcome_factor", "stay_clock"}
    (market,) = by_name["paper_market"]
    assert isinstance(market, Controller)
    assert (market.reads, market.threshold, market.full) == ("state:visa_wait", 1000, 8000)
    assert [e.factor for e in market.then if isinstance(e, OutcomeFactor)] == [
        pytest.approx(0.3),
        20.0,
    ]
    (crowding,) = by_name["camp_crowding"]
    assert isinstance(crowding, Controller)
    assert (crowding.reads, crowding.places) == ("state:border_camp", ("reynosa",))
    assert (crowding.threshold, crowding.full) == (1000, 3000)
    assert [e.factor for e in crowding.then if isinstance(e, StayHazardFactor)] == [2.0]
    taken = next(e for e in by_name["interior_raids"] if isinstance(e, Recall))
    assert (taken.stay, taken.share) == ("us_docket", 0.2)
    assert all(isinstance(e, OutcomeFactor) and e.factor > 1 for e in controller.then)
    (label,) = by_name["public_wording"]
    assert isinstance(label, Label)
    assert label.said == "rescued"
    assert sum(isinstance(e, Label) for e in by_name["complaints"]) == 3


def test_every_instrument_has_a_case_a_docstring_and_claims() -> None:
    assert {c.instrument for c in CASES} == {i.id for i in shipped()}
    assert len({i.id for i in shipped()}) == len(shipped())
    for instrument in shipped():
        assert len(instrument.description) > 40
        assert all(c[0] == "S" for c in instrument.claims)


def test_the_instruments_of_the_evidence_are_all_there() -> None:
    codes = {code for instrument in shipped() for code in instrument.codes}
    assert codes >= {f"I{n}" for n in range(1, 34)}


def test_the_uncalibrated_switch_says_so() -> None:
    switches = [i for i in shipped() if i.uncalibrated]
    assert [i.id for i in switches] == ["quota_pressure", "surge_pressure", "wage_pressure"]
    assert all("calibration" in i.description for i in switches)


def test_a_number_needs_no_unit_but_must_be_finite() -> None:
    assert Number(value=2.0).unit == ""
    with pytest.raises(ValueError, match="finite"):
        Number(value=float("nan"))
