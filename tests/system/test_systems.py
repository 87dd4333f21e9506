"""The named systems Y1 to Y42: each effect, in the direction that its source gives.

Reduced corridors of one to three years with a fixed seed; the margins are far wider than the
chance of the samples. Systems that lack a mechanism are tested for the part that exists.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.system.layers import layers, record_ratio
from tests.system.reduced import (
    NORTHERN_TRIANGLE,
    Tables,
    compiled,
    daily,
    events,
    months,
    ran,
    rides,
    scenario,
    south,
    stock,
    tagged,
)
from travesia.model.utility import boarding_failure
from travesia.units import great_circle_km

SOUTH = ("MX-CHP", "MX-OAX", "MX-TAB", "MX-VER")
CHILD = {"nationality": NORTHERN_TRIANGLE, "family_type": "child"}
REGISTERS = ("mx_children_channelled", "mx_children_unattended", "mx_children_unrecorded")
ROAD = ("bus", "guided_vehicle", "goods_truck")


def off(*policies: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"policies.{p}.enabled", "false") for p in policies)


def on(*policies: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"policies.{p}.enabled", "true") for p in policies)


# -- the southern boundary, trains and checkpoints, 2014 to 2016 ---------------------------


@pytest.mark.long
def test_y01_southern_border_program() -> None:
    with_it, without = ran("2014"), ran("2014", ("no_southern_border_program",))
    before = tagged(with_it, "us_encounter", "2014-04", "2014-06", **CHILD)
    assert before == tagged(without, "us_encounter", "2014-04", "2014-06", **CHILD)
    after = [tagged(r, "us_encounter", "2014-11", "2015-12", **CHILD) for r in (with_it, without)]
    assert after[0] < 0.98 * after[1]  # child arrivals dip
    removed = [tagged(r, "mx_return", "2015-01", "2015-12", **CHILD) for r in (with_it, without)]
    assert removed[0] > 1.1 * removed[1]
    assert tagged(with_it, "mx_detention", "2015-01", "2015-12") > 1.15 * tagged(
        without, "mx_detention", "2015-01", "2015-12"
    )


def test_y02_freight_trains() -> None:
    result = ran("2014")
    before = rides(result, "2014-04", "2014-06", "freight_train", regions=SOUTH) / 91
    after = rides(result, "2014-11", "2015-04", "freight_train", regions=SOUTH) / 181
    assert before > 400  # hundreds a day on the southern lines
    assert after < 0.4 * before
    later = ran("2019")
    autumn = rides(later, "2018-09", "2018-11", "freight_train", regions=SOUTH)
    walked = rides(later, "2018-09", "2018-11", *ROAD, "walk_road", regions=SOUTH)
    spring = rides(later, "2019-04", "2019-06", "freight_train", regions=SOUTH)
    walked_later = rides(later, "2019-04", "2019-06", *ROAD, "walk_road", regions=SOUTH)
    assert spring / walked_later > 1.3 * autumn / walked  # the trains fill again


@pytest.mark.long
def test_y03_train_speed() -> None:
    tables = Tables("2015-03-01", "2014", ("train_speed_doubled",))
    plain = Tables("2015-03-01", "2014")
    trains = plain.legs("freight_train", regions=SOUTH)
    fails = [boarding_failure(t.model, t.now)[trains].mean() for t in (plain, tables)]
    assert fails[1] > fails[0] + 0.1
    speeds = np.array([10.0, 20.0, 30.0, 40.0])
    chance = []
    for speed in speeds:
        now = dict(plain.now)
        now["train_speed"] = np.full_like(plain.now["train_speed"], speed)
        now["boarding_guard"] = np.zeros_like(plain.now["boarding_guard"])
        chance.append(boarding_failure(plain.model, now)[trains].mean())
    assert np.all(np.diff(chance) > 0)
    ridden = [
        rides(ran("2014", p), "2014-11", "2015-12", "freight_train", regions=SOUTH)
        for p in ((), ("train_speed_doubled",))
    ]
    assert ridden[1] < 0.95 * ridden[0]


@pytest.mark.long
def test_y04_train_raids() -> None:
    raided, calm = ran("2014"), ran("2014", ("no_train_raids",))
    args = ("2014-11", "2015-06", "freight_train")
    assert rides(raided, *args, regions=SOUTH) < 0.7 * rides(calm, *args, regions=SOUTH)
    tables = [Tables("2015-03-01", "2014", p) for p in ((), ("no_train_raids",))]
    legs = tables[0].legs("freight_train", regions=SOUTH)
    assert tables[0].hazard("stop_inm", legs) > 1.5 * tables[1].hazard("stop_inm", legs)
    assert tables[0].hazard("robbery", legs) == tables[1].hazard("robbery", legs)


@pytest.mark.long
def test_y05_checkpoints() -> None:
    rows = scenario("2014").checkpoints
    posts = {p: [c for c in rows if c.policy == p] for p in {c.policy for c in rows}}
    counted = {p: sum(c.posts for c in group) for p, group in posts.items()}
    assert (counted["twelve_checkpoints"], counted["coastal_checkpoints"]) == (12, 11)
    assert counted["road_and_rail_checkpoints"] >= 24  # dozens, on roads and on the railway
    assert {c.way for c in posts["road_and_rail_checkpoints"]} == {"road", "rail"}
    with_it, bare = (
        Tables("2021-06-01", "2021", (), o) for o in ((), off("road_and_rail_checkpoints"))
    )
    for place, mode in (("reynosa", "bus"), ("tierra_blanca", "freight_train")):  # at their towns
        at_town = with_it.legs(mode, test=lambda g, p=place: g.to == p)
        assert with_it.hazard("stop_inm", at_town) > bare.hazard("stop_inm", at_town)
    inland = with_it.legs("bus", test=lambda g: g.to == "torreon")
    assert with_it.hazard("stop_inm", inland) == bare.hazard("stop_inm", inland)
    few, many = (Tables("2015-12-01", "2014", p) for p in ((), ("more_checkpoints",)))
    legs = few.legs(*ROAD, regions=("MX-CHP", "MX-TAB", "MX-OAX", "MX-VER"))
    assert many.hazard("stop_inm", legs) > 1.05 * few.hazard("stop_inm", legs)
    bush = few.legs("walk_track", regions=SOUTH)
    assert many.hazard("stop_inm", bush) < few.hazard("stop_inm", bush)


@pytest.mark.long
def test_y06_funnel_and_belt() -> None:
    before, after = (Tables(d, "2014") for d in ("2014-06-01", "2015-12-01"))
    informal = before.legs(test=lambda g: g.from_.startswith("iz_") and g.role == "travel")
    formal = before.legs(test=lambda g: g.from_.startswith("fx_") and g.role == "travel")
    utility = [t.now["leg_utility"][:, informal].mean() for t in (before, after)]
    assert utility[1] < utility[0]
    assert after.now["leg_utility"][:, formal].mean() == before.now["leg_utility"][:, formal].mean()
    strong = (("policies.patrol_funnel.scale", "6"),)
    share = []
    for overrides in (off("patrol_funnel"), strong):
        result = ran("2014", (), overrides)
        flows = months(result.flows, "2015-01", "2015-12")
        to = flows["leg"].astype(str).map(result.attribute("legs", "to"))
        counted = [float(flows.loc[to.str.startswith(p), "people"].sum()) for p in ("fx_", "iz_")]
        share.append(counted[0] / sum(counted))
    assert share[1] > share[0] + 0.05


def test_y07_aircraft() -> None:
    seen, unseen = (Tables("2015-12-01", "2014", (), o) for o in ((), off("aerial_surveillance")))
    wild = seen.legs("walk_track", "boat_raft", regions=("MX-CHP", "MX-TAB"))
    assert seen.hazard("stop_inm", wild) > 1.01 * unseen.hazard("stop_inm", wild)
    road = seen.legs(*ROAD)
    assert seen.hazard("stop_inm", road) == unseen.hazard("stop_inm", road)


@pytest.mark.long
def test_y08_kiosks() -> None:
    result = ran("2014")
    enrolled = events(result, "enrol_visitor_card", first="2014-08")
    assert enrolled > 0
    assert events(result, "enrol_visitor_card", last="2014-06") == 0
    where = result.events[result.events["transition"] == "enrol_visitor_card"]["place"]
    assert set(where.astype(str).map(result.attribute("places", "kind"))) == {"formal_crossing"}
    # Whoever is in the register may be found in it later: one person's own past decides.
    assert events(result, "found_in_register", first="2014-08") > 0
    assert events(result, "found_in_register", last="2014-06") == 0
    everybody = (("policies.biometric_registration.parameters.match.value", "1.0"),)
    certain = ran("2014", (), everybody)
    enrolling = ("enrol_visitor_card", "detained", "freed_by_officers", "found_in_register")
    enrolments = events(certain, *enrolling, "channelled_to_dif", family_type="adult")
    found = events(certain, "found_in_register", first="2014-08")
    assert events(result, "found_in_register") < found < enrolments  # never somebody else


@pytest.mark.long
def test_y09_network_link() -> None:
    shared, alone = ran("2014"), ran("2014", ("biometrics_not_shared",))
    assert events(shared, "found_in_register") > 0
    assert events(alone, "found_in_register") == 0
    hits = shared.with_attributes(shared.events[shared.events["transition"] == "found_in_register"])
    assert set(hits["family_type"].astype(str)) == {"adult"}
    assert set(hits["region"].astype(str)) <= {*SOUTH, "MX-CAM", "MX-ROO"}


@pytest.mark.long
def test_y10_permission() -> None:
    tables = Tables("2015-03-01", "2014", ("visitor_card_100_km",))
    names = tables.model.names
    card = names.papers.index("visitor_card")
    rows = [tables.scenario.place(p) for p in names.places]
    gates = [p for p in rows if p.kind in {"formal_crossing", "border_zone"}]
    valid = set(np.flatnonzero(tables.now["paper_valid"][card]))
    for number, place in enumerate(rows):  # 100 km as the crow flies
        near = min(great_circle_km(place.lat, place.lon, g.lat, g.lon) for g in gates)
        assert (number in valid) == (near <= 100.0), place.id
    places = {rows[n].id for n in valid}
    assert "tapachula" in places
    assert not places & {"arriaga", "tuxtla", "ixtepec"}
    days = tables.now["paper_days"][names.transitions.index("enrol_visitor_card")]
    assert days == pytest.approx(3.0)  # 72 hours
    narrow, wide = ran("2014"), ran("2014", ("visitor_card_100_km",))
    took = [events(r, "enrol_visitor_card", first="2014-08") for r in (narrow, wide)]
    assert took[1] > 2 * took[0]
    stopped = [
        tagged(
            r, "mx_detention", "2014-08", "2015-12", region="MX-CHP", nationality=NORTHERN_TRIANGLE
        )
        for r in (narrow, wide)
    ]
    assert stopped[1] < stopped[0]


def test_y13_migration_institute() -> None:
    f = ran("2019").facilities
    kind = f["facility"].astype(str).map(ran("2019").attribute("facilities", "kind"))
    for wanted in ("detention", "removal", "asylum_office"):
        rows = f[kind == wanted]
        assert rows["admitted"].sum() > 0
        # One party of the sample stands for dozens of people: a month of a small station may
        # hold some more than its places, the years together may not.
        noise = 3.0 * np.sqrt(rows["capacity"] / ran("2019").manifest["sample"])
        assert (rows["occupied"] <= rows["capacity"] * 1.02 + 40 + noise).all()
        sums = rows.groupby("facility", observed=True)[["occupied", "capacity"]].sum()
        assert (sums["occupied"] <= sums["capacity"]).all()
    beds = f[kind == "detention"]
    assert beds["refused"].sum() > 0  # full stations turn people away
    offices = f[kind.isin(["asylum_office", "visa_office"])]
    assert offices["waiting"].max() > 1000
    assert events(ran("2019"), "released_no_bed", "released_no_seat") > 0


@pytest.mark.long
def test_y14_quota() -> None:
    strong = (
        ("policies.quota_pressure.parameters.held.value", "0.1"),
        ("policies.quota_pressure.parameters.removed.value", "0.5"),
        ("policies.quota_pressure.parameters.held.high", "0.5"),
    )
    without = ran("2016")
    wrong = [ran("2016", ("quota_pressure",)), ran("2016", ("quota_pressure",), strong)]
    counts = [events(r, "wrongly_removed") for r in (without, *wrong)]
    assert counts[0] == 0
    assert counts[2] > max(counts[1], 0)
    rows = wrong[1].with_attributes(wrong[1].events)
    rows = rows[rows["transition"] == "wrongly_removed"]
    assert set(rows["nationality"]) == {"MEX"}


def test_y15_child_removals() -> None:
    result = ran("2014")
    for year in ("2014", "2015"):  # not for the first time in 2015
        mexico = tagged(result, "mx_return", f"{year}-01", f"{year}-12", **CHILD)
        us = tagged(result, "us_removal", f"{year}-01", f"{year}-12", **CHILD)
        assert mexico > us > 0
    # What crossed over: children returned by Mexico per child alone met by the United States.
    ratio = result.monthly("children_returned_per_met")
    before, after = ratio["2014-02":"2014-07"].mean(), ratio["2014-10":"2015-03"].mean()
    assert after > 1.5 * before
    rate = [
        tagged(result, "mx_return", a, b, **CHILD) / tagged(result, "us_encounter", a, b, **CHILD)
        for a, b in (("2014-03", "2014-06"), ("2015-03", "2015-06"))
    ]
    assert rate[1] > rate[0]


@pytest.mark.long
def test_y16_work_in_the_south() -> None:
    plain, work = ran("2014"), ran("2014", ("farm_work",))
    took = [events(r, "take_work", "stranded_works", first="2014-08") for r in (plain, work)]
    assert took[1] > 1.5 * took[0]
    stays = [stock(r, "2015-06-01", "2015-12-31", "working") for r in (plain, work)]
    assert stays[1] > 1.3 * stays[0]
    free = ran("2014", ("farm_work",), off("wage_pressure_south"))
    levels = {
        name: r.controllers.loc[r.controllers["policy"] == "wage_pressure_south", "level"]
        for name, r in (("plain", plain), ("work", work), ("free", free))
    }
    assert levels["plain"].empty
    assert levels["free"].empty
    level = levels["work"]  # wages give way by degrees, never below the lowest
    assert 0 < level.min() < level.max() <= 1
    where: dict[str, Any] = {"first": "2014-10", "place": south(work)}
    hired = [events(r, "take_work", "stranded_works", **where) for r in (free, work)]
    assert hired[1] < 0.97 * hired[0]
    settled = [events(r, "working_settles", **where) for r in (free, work)]
    assert settled[1] < 0.95 * settled[0]


@pytest.mark.long
def test_y17_family_detention() -> None:
    result, never = ran("2014"), ran("2014", (), off("us_family_detention"))
    assert stock(result, "2014-05-01", "2014-06-20", "us_family_detention") == 0
    held = stock(result, "2015-01-01", "2015-06-30", "us_family_detention")
    assert held > 30
    assert stock(never, "2015-01-01", "2015-06-30", "us_family_detention") == 0
    assert events(result, "family_removed") > 0


@pytest.mark.long
def test_y18_interior_raids() -> None:
    stronger = (("policies.interior_family_raids.scale", "10"),)
    raided, never = ran("2016", (), stronger), ran("2016", (), off("interior_family_raids"))
    eve = [stock(r, "2016-01-01", "2016-01-01", "us_case") for r in (raided, never)]
    assert eve[0] == eve[1] > 500
    taken = [daily(r, "2016-01-02", "2016-01-02", "removed_from_interior") for r in (raided, never)]
    assert 0.04 * eve[0] < taken[0] < 0.35 * eve[0]  # a share of .13 of some thirty families
    assert taken[1] < 0.01 * eve[1]
    who = raided.with_attributes(
        raided.events[raided.events["transition"] == "removed_from_interior"]
    )
    assert set(who["family_type"].astype(str)) == {"family"}
    assert set(who["nationality"].astype(str)) <= set(NORTHERN_TRIANGLE)
    later = [
        tagged(r, "us_removal", "2016-01", "2016-12", family_type="family") for r in (raided, never)
    ]
    assert later[0] > later[1]


# -- caravans, visas, containment and the Guard, 2018 and 2019 -----------------------------


def walk_of(model: object, places: tuple[str, ...], number: int) -> list[str]:
    """Places of one caravan, day by day."""
    row = model.caravans[number]  # type: ignore[attr-defined]
    return [places[p] for p in row[row >= 0]]


def test_y19_caravans() -> None:
    result, made = ran("2019"), compiled("2019").model
    rows = scenario("2019").caravans
    number = [c.id for c in rows].index("caravan_spring_2019")
    spring = walk_of(made, made.names.places, number)
    towns = [p for i, p in enumerate(spring) if i == 0 or p != spring[i - 1]]
    assert towns == list(rows[number].route[: len(towns)])  # it walks its route, town by town
    assert len(towns) >= 2
    assert len(spring) > 10  # at nine kilometres a day, with days of rest
    size = {
        d: stock(result, d, d, "caravan")
        for d in ("2018-10-20", "2018-11-08", "2018-12-05", "2019-04-18", "2019-04-30")
    }
    assert size["2018-11-08"] > 2 * size["2018-10-20"] > 0  # it forms and grows
    assert size["2018-12-05"] == 0  # and breaks up
    assert 1_500 < size["2019-04-18"] < 6_000
    assert size["2019-04-30"] == 0
    assert events(result, "leaves_caravan", "caravan_gives_up", "caravan_falls_ill") > 1_000
    walking = result.stocks[(result.stocks["state"] == "caravan")]
    places = walking[walking["date"] == "2018-10-28"]["place"].astype(str)
    assert set(places) == {"tierra_blanca"}  # all walk together


@pytest.mark.long
def test_y20_raid() -> None:
    calm, raided = ran("2019", ("caravans_tolerated",)), ran("2019")
    day = ("2019-04-22", "2019-04-22")
    column = stock(raided, "2019-04-21", "2019-04-21", "caravan")
    assert column == stock(calm, "2019-04-21", "2019-04-21", "caravan") > 1_500
    seized = daily(raided, *day, "seized_in_raid")
    assert 200 < seized < 0.3 * column  # a few hundred of a larger column
    assert daily(raided, *day, "scattered_from_raid") > 0.5 * seized
    assert daily(calm, *day, "seized_in_raid", "scattered_from_raid") == 0
    left = [stock(r, *day, "caravan") for r in (raided, calm)]
    assert left[0] < left[1] - 0.7 * seized


@pytest.mark.long
def test_y21_visas() -> None:
    result, open_tap = ran("2019"), ran("2019", ("visas_continue",))
    issued = [
        events(result, "programme_card", first=m, last=m) for m in ("2019-01", "2019-02", "2019-03")
    ]
    assert issued[0] > issued[1] > issued[2]
    assert 6_000 < issued[0] < 15_600
    april = [
        events(r, "programme_card", first="2019-04", last="2019-12") for r in (result, open_tap)
    ]
    assert april[0] == 0
    assert april[1] > 20_000
    desks = ("visa_issued", "visa_issued_waits")  # which issue cards in all years
    assert all(events(result, *desks, first=m, last=m) > 0 for m in ("2018-12", "2019-06"))


@pytest.mark.long
def test_y22_isthmus() -> None:
    held, free = ran("2019"), ran("2019", (), off("isthmus_containment"))
    stuck = [
        stock(r, "2019-09-01", "2019-12-31", "stranded", places=south(r)) for r in (held, free)
    ]
    assert stuck[0] > 1.3 * stuck[1]
    north = ("MX-PUE", "MX-TLA", "MX-MEX", "MX-CMX")
    passed = [
        rides(r, "2019-06", "2019-12", *ROAD, "freight_train", "walk_road", regions=north)
        for r in (held, free)
    ]
    assert passed[0] < passed[1]


@pytest.mark.long
def test_y24_transport_bar() -> None:
    bar = ("bus_letter_2019", "bus_identity_papers")
    barred, free = ran("2019"), ran("2019", (), off(*bar))
    by_bus = [rides(r, "2019-07", "2019-12", "bus", regions=SOUTH) for r in (barred, free)]
    other = ("walk_road", "walk_track", "goods_truck", "freight_train")
    otherwise = [rides(r, "2019-07", "2019-12", *other, regions=SOUTH) for r in (barred, free)]
    assert by_bus[0] / otherwise[0] < 0.95 * by_bus[1] / otherwise[1]


@pytest.mark.long
def test_y29_guard() -> None:
    with_it, without = ran("2019"), ran("2019", ("no_national_guard",))
    assert events(with_it, "stopped_guard", last="2019-05") == 0
    assert events(with_it, "stopped_guard", first="2019-07") > 2_000
    held = [tagged(r, "mx_detention", "2019-07", "2019-12") for r in (with_it, without)]
    assert held[0] > 1.3 * held[1]
    later = ran("2021")
    for states in (("MX-NLE",), ("MX-OAX", "MX-VER"), ("MX-CHP",)):
        assert tagged(later, "mx_detention", "2021-02", "2021-02", region=states) > 100


def test_y30_wording() -> None:
    happened = layers(ran("2019"))
    detained = happened[happened["transition"] == "detained"]
    early = detained[detained["month"].astype(str) < "2019-06"]
    late = detained[detained["month"].astype(str) > "2019-06"]
    assert set(late["said"]) == {"rescued"}
    assert "rescued" not in set(early["said"])
    assert set(detained["recorded"]) == {"presented to INM"}
    crimes = happened[happened["transition"].isin(["robbed", "extorted_let_go"])]
    assert set(crimes["recorded"]) == {"not recorded"}
    assert crimes["people"].sum() > 0


# -- waiting, expulsion, children and camps, 2019 to 2021 ----------------------------------


def test_y26_remain_in_mexico() -> None:
    result = ran("2021")
    enrolled = tagged(result, "mpp_enrolment", last="2021-01")
    # Three seeds of this sample: 80,000 to 89,000 before kidnappings by the day, then 87,000 to
    # 94,000; those who are kidnapped and freed may be enrolled anew.
    assert 0.7 * 71_000 < enrolled < 1.4 * 71_000
    waiting = stock(result, "2021-01-10", "2021-01-20", "remain_in_mexico")
    assert 0.1 * enrolled < waiting < 0.6 * enrolled
    ends = {
        t: events(result, t, last="2021-01")
        for t in ("mpp_relief", "mpp_refused", "mpp_terminated", "mpp_missed_crosses")
    }
    assert ends["mpp_terminated"] > 3_000
    assert ends["mpp_refused"] + ends["mpp_missed_crosses"] > 5 * ends["mpp_relief"]


def test_y27_expulsion() -> None:
    result = ran("2021")
    assert events(result, "expelled_to_mexico", "expelled_home", last="2020-02") == 0
    assert tagged(result, "us_expulsion", last="2021-01") > 300_000
    share = [
        float(months(result.repeats, a, b)["people"].sum()) / tagged(result, "us_encounter", a, b)
        for a, b in (("2019-04", "2020-02"), ("2020-06", "2021-05"))
    ]
    assert share[1] > 1.5 * share[0]


def test_y28_accord() -> None:
    result = ran("2021")
    assert events(result, "sent_to_third_country", last="2019-10") == 0
    assert events(result, "sent_to_third_country", first="2019-11", last="2020-03") > 200
    assert events(result, "sent_to_third_country", first="2020-04") == 0
    # No more than the published 945 find a seat: an input, so only the cap is held here.
    flown = events(result, "flown_to_third_country")
    assert 0.5 * 945 < flown < 1.1 * 945
    assert flown < events(result, "sent_to_third_country")


@pytest.mark.long
def test_y31_child_custody() -> None:
    dif, stations = ran("2021"), ran("2021", ("children_in_stations",))
    assert events(dif, "channelled_to_dif", last="2020-10") == 0
    assert events(dif, "channelled_to_dif", first="2020-12") > 1_000
    assert events(stations, "channelled_to_dif") == 0
    child = {"family_type": "child", "first": "2020-12"}
    in_stations = [events(r, "detained", **child) for r in (dif, stations)]
    assert in_stations[0] < 0.3 * in_stations[1]  # gone from the register of the stations
    # Two registers: who found no place is in one, who came without the institute in the other.
    count = {q: float(dif.monthly(q)[-6:].sum()) for q in REGISTERS}
    assert 0 < count["mx_children_unattended"] < count["mx_children_channelled"]
    assert count["mx_children_unrecorded"] > 0
    assert sum(float(stations.monthly(q).sum()) for q in REGISTERS[:2]) == 0
    register = layers(dif)
    attended = register[register["transition"] == "channelled_to_dif"]
    assert set(attended["recorded"]) == {"channelled by INM to DIF"}


@pytest.mark.long
def test_y32_curp() -> None:
    paper, honoured = (Tables("2020-06-01", "2021", p) for p in ((), ("rights_honoured",)))
    never = Tables("2020-06-01", "2021", (), off("temporary_curp"))
    for right in ("work_granted", "care_granted", "school_granted"):
        taken = [t.outcome(right, "hnd-adult", "MX-CHH") for t in (never, paper, honoured)]
        assert taken[0] < taken[1] < taken[2]
        assert taken[1] < 0.5  # the right exists, its use is low


@pytest.mark.long
def test_y32_rights_change_what_people_do() -> None:
    refused, honoured = ran("2021"), ran("2021", ("rights_honoured",))
    never = ran("2021", (), off("temporary_curp"))
    assert events(never, "work_granted", "school_granted") == 0
    taken = [events(r, "work_granted", "school_granted") for r in (refused, honoured)]
    assert 0 < taken[0] < 0.5 * taken[1]
    sent_away = [events(r, "work_refused", "school_refused") for r in (refused, honoured)]
    assert sent_away[1] < 0.5 * sent_away[0]
    days = ("2021-03-01", "2021-06-30")
    at_work = [stock(r, *days, "card_work") for r in (never, refused, honoured)]
    assert at_work[0] == 0 < at_work[1] < at_work[2]


@pytest.mark.long
def test_aid_that_is_missed_leaves_people_ill_and_hungry() -> None:
    aid = {f.id for f in scenario("2021").facilities if f.kind in ("clinic", "kitchen")}
    shut = tuple((f"facilities.{f}.capacity", "0") for f in sorted(aid))
    met, missed = ran("2021"), ran("2021", (), shut)
    assert events(met, "treated") > 0 == events(missed, "treated")
    days = ("2021-03-01", "2021-06-30")
    ill, hungry = (
        [stock(r, *days, s) for r in (met, missed)] for s in ("untreated", "border_hungry")
    )
    assert ill[1] > 1.2 * ill[0]
    assert hungry[1] > 1.2 * hungry[0]


@pytest.mark.long
def test_y33_camps() -> None:
    result = ran("2021")
    kept = ran("2021", (), (("camps.juarez_bridges.clearing", ""),))
    eve, after = (
        [stock(r, d, d, "border_camp", places=("ciudad_juarez",)) for r in (result, kept)]
        for d in ("2020-01-17", "2020-02-01")
    )
    assert 0 < eve[0] == eve[1] <= 3_200
    assert after[0] == 0
    assert after[1] > 0.5 * eve[1]  # it takes nobody more, but nobody is put out
    moved = [events(r, "camp_moved", first="2020-01", last="2020-02") for r in (result, kept)]
    assert moved[0] > moved[1] == 0
    ill = ("border_camp", "camp_falls_ill", "matamoros")
    july, january = (
        [Tables(day, "2021", (), o).waiting(*ill) for o in ((), off("cold_nights_in_camps"))]
        for day in ("2020-07-15", "2021-01-15")
    )
    assert july[0] == july[1] > 0
    assert january[0] > 1.1 * january[1]
    crowded = result.controllers[result.controllers["policy"].str.startswith("crowded_camps_")]
    assert crowded["level"].max() > 0  # what it does to people is in tests/policy
    growth = [
        stock(result, a, b, "border_camp")
        for a, b in (("2019-01-15", "2019-02-15"), ("2021-05-15", "2021-06-15"))
    ]
    assert growth[1] > growth[0]


@pytest.mark.long
def test_y34_upstream() -> None:
    blocked, free = ran("2021"), ran("2021", ("no_upstream_block",))
    column = [stock(r, "2021-01-14", "2021-01-14", "caravan") for r in (blocked, free)]
    assert column[0] > 1_000
    later = [stock(r, "2021-01-17", "2021-01-17", "caravan") for r in (blocked, free)]
    assert later[0] < 0.7 * later[1]  # it does not go on intact
    days = ("2021-01-15", "2021-01-19")
    assert daily(blocked, *days, "turned_back_in_guatemala") > 1_000
    assert daily(free, *days, "turned_back_in_guatemala") == 0
    stopped = [daily(r, *days, "stopped_guatemala") for r in (blocked, free)]
    assert stopped[0] > 2 * stopped[1]


@pytest.mark.long
def test_y41_warning() -> None:
    unheard, heeded = ran("2021"), ran("2021", ("more_shelter",))
    days = ("2021-01-01", "2021-06-30")
    beds = [stock(r, *days, "border_shelter") for r in (unheard, heeded)]
    elsewhere = [
        sum(stock(r, *days, s) for s in ("border_camp", "border_room", "border_street"))
        for r in (unheard, heeded)
    ]
    assert beds[1] > 1.1 * beds[0] > 1_000
    assert elsewhere[1] < 0.97 * elsewhere[0]
    hungry = [stock(r, *days, "border_hungry") for r in (unheard, heeded)]
    assert hungry[1] < 0.8 * hungry[0]
    missed = []  # of those who are ill and ask a clinic, not three of the sample are ill at a time
    for r in (unheard, heeded):
        full, seen = (events(r, t, first="2021-01") for t in ("clinic_full", "treated"))
        missed.append(full / (full + seen))
    assert missed[1] < 0.9 * missed[0]


# -- offices, relocation, asylum and the border, 2023 --------------------------------------


@pytest.mark.long
def test_y23_offices() -> None:
    full, regional = ran("2023"), ran("2023", ("regional_offices",))
    days, lines = ("2023-09-01", "2023-12-31"), ("asylum_wait", "visa_wait", "stranded")
    waiting = [sum(stock(r, *days, s, places=south(r)) for s in lines) for r in (full, regional)]
    assert waiting[0] > 20_000
    assert waiting[1] < 0.95 * waiting[0]  # others take the turns of those who were moved
    moved = [
        events(r, "files_and_takes_transfer", "stranded_takes_transfer", first="2023-01")
        for r in (full, regional)
    ]
    assert moved[1] > 2 * moved[0] > 0


@pytest.mark.long
def test_y25_relocation() -> None:
    seldom, often = ran("2023"), ran("2023", ("forced_relocation",))
    moved = [events(r, "relocated_south") for r in (seldom, often)]
    assert moved[1] > 2 * moved[0] > 0
    model = compiled("2023").model
    t = model.names.transitions.index("relocated_south")
    where = model.machine.where[t, model.names.places.index("monterrey")]
    assert model.names.places[where] in south(seldom)  # the way begins again in the south


def test_y35_works() -> None:
    plain, built = (Tables("2021-06-01", "2021", p) for p in ((), ("works_on_boundary",)))
    informal = plain.legs(regions=("MX-CHP", "MX-TAB"), test=lambda g: g.from_.startswith("iz_"))
    assert built.now["leg_days"][informal].mean() > plain.now["leg_days"][informal].mean() + 0.3
    utility = [t.now["leg_utility"][:, informal].mean() for t in (plain, built)]
    assert utility[1] < utility[0] - 0.5


@pytest.mark.long
def test_y36_extortion() -> None:
    plain, heard = ran("2021"), ran("2021", ("complaints_taken",))
    paid = [events(r, "extorted_let_go") for r in (plain, heard)]
    handed = [events(r, "handed_to_criminals") for r in (plain, heard)]
    assert 0.3 * paid[0] < paid[1] < 0.75 * paid[0]
    assert handed[1] < handed[0]
    crime = layers(plain)
    crime = crime[crime["transition"].isin(["extorted_let_go", "extorted", "robbed", "kidnapped"])]
    assert crime.loc[crime["recorded"] == "not recorded", "people"].sum() == crime["people"].sum()
    assert record_ratio(heard) > 2 * record_ratio(plain)


def test_y37_border_patrol() -> None:
    result = ran("2023")
    assert 4_500 < daily(result, "2023-12-01", "2023-12-07", "apprehended") / 7 < 12_000
    year = tagged(result, "us_encounter", "2023-01", "2023-12")
    assert 0.75 * 2_045_838 < year < 1.25 * 2_045_838  # the official count
    sectors = result.events_tagged("us_encounter")["place"].astype(str)
    assert sectors.map(result.attribute("places", "kind")).eq("sector").all()


@pytest.mark.long
def test_y38_fear_test() -> None:
    plain, strict = ran("2023"), ran("2023", ("stricter_fear_test",))
    removed = [events(r, "removed_home", first="2023-06") for r in (plain, strict)]
    released = [tagged(r, "us_release", "2023-06", "2023-12") for r in (plain, strict)]
    assert removed[1] > 1.3 * removed[0]
    assert released[1] < released[0]


@pytest.mark.long
def test_y38_shutdown_trigger() -> None:
    """Above 5,000 encounters a day the trigger acts; in the quiet months it does not."""
    plain, shut = ran("2023"), ran("2023", ("asylum_shutdown",))
    # In May there were more, so that it holds for two weeks longer.
    calm = [daily(r, "2023-06-20", "2023-07-10", "removed_home") for r in (plain, shut)]
    assert 0.9 * calm[0] < calm[1] < 1.1 * calm[0]
    full = [events(r, "removed_home", first="2023-12", last="2023-12") for r in (plain, shut)]
    assert full[1] > 1.5 * full[0]
    assert tagged(plain, "us_encounter", "2023-06", "2023-06") / 30 < 5_000
    assert tagged(plain, "us_encounter", "2023-12", "2023-12") / 31 > 5_000


def test_y39_pathways() -> None:
    with_it = compiled("2023").model
    open_way, shut = (Tables("2023-06-01", "2023", (), o) for o in ((), off("sponsored_parole")))
    names = with_it.names.cohorts
    ven, mex = names.index("ven-adult"), names.index("mex-adult")
    assert shut.now["demand"][ven] > 1.2 * open_way.now["demand"][ven]
    assert shut.now["demand"][mex] == open_way.now["demand"][mex]


def test_y40_troops() -> None:
    few, many = (Tables("2023-06-15", "2023", p) for p in ((), ("mass_removal_and_troops",)))
    assert many.effort("USBP", "us_rgv") > 1.15 * few.effort("USBP", "us_rgv")
    signal = [t.now["capture_signal"].sum() for t in (few, many)]
    assert signal[1] > signal[0]


@pytest.mark.long
def test_y42_pressure() -> None:
    pressed = ran("2019", ("pressure_feedback",))
    calm = ran("2019", ("pressure_feedback",), off("surge_pressure"))
    months_of = pressed.controllers["date"].astype(str).str[:7]
    level = pressed.controllers["level"].groupby(months_of).mean()
    assert level["2019-05"] > 0.3  # complete at 5,000 encounters a day
    assert level["2019-05"] > 3 * level["2018-12"]
    surge = [tagged(r, "mx_detention", "2019-04", "2019-08") for r in (pressed, calm)]
    assert surge[0] > 1.15 * surge[1]
    before = [tagged(r, "mx_detention", "2018-08", "2018-11") for r in (pressed, calm)]
    assert before[0] == pytest.approx(before[1], rel=0.02)
    threat = ran("2019", ("closure_carried_out",))
    opened = [tagged(r, "port_entry", "2019-04", "2019-06") for r in (ran("2019"), threat)]
    assert opened[1] < 0.2 * opened[0]
    stops = [tagged(r, "mx_detention", "2019-04", "2019-05") for r in (ran("2019"), threat)]
    assert stops[1] > 1.1 * stops[0]
