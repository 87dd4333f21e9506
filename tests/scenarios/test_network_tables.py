"""The corridor's geography, exposure and capacity tables are sound and mean what they say."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise

import pytest

from travesia.network import graph
from travesia.scenario.checks.graph import reached

Row = dict[str, str]
Rows = list[Row]
Tables = dict[str, Rows]
Forward = tuple[dict[str, int], Rows]
Ring = list[tuple[float, float]]
FOLDER = resources.files("travesia.scenarios") / "corridor"
GEO = resources.files("travesia.scenarios") / "geo" / "americas"
LEDGER = resources.files("travesia.evidence") / "data"
TABLES = [
    *("places", "legs", "modes", "facilities", "hazards", "hazard_factors", "causes", "effort"),
    *("agencies", "papers", "origins"),
]
NATIONALITIES = {
    *("GTM", "HND", "SLV", "MEX", "CUB", "HTI", "VEN", "NIC", "COL", "ECU", "BRA", "PER", "IND"),
    "OTH",
}
SECTORS = {
    *("us_rgv", "us_laredo", "us_del_rio", "us_big_bend", "us_el_paso", "us_tucson", "us_yuma"),
    *("us_el_centro", "us_san_diego"),
}


def read(folder: Traversable, name: str) -> Rows:
    return list(csv.DictReader((folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def tables() -> Tables:
    return {name: read(FOLDER, name) for name in TABLES}


@pytest.fixture(scope="module")
def forward(tables: Tables) -> Forward:
    """Node numbers and the legs that parties choose."""
    node = {p["id"]: i for i, p in enumerate(tables["places"])}
    legs = [g for g in tables["legs"] if g["role"] in ("travel", "crossing")]
    return node, legs


def ends(node: dict[str, int], legs: Rows) -> tuple[list[int], list[int]]:
    return [node[g["from"]] for g in legs], [node[g["to"]] for g in legs]


def edges(legs: Iterable[Row]) -> list[tuple[str, str]]:
    return [(g["from"], g["to"]) for g in legs]


def day(text: str, default: dt.date) -> dt.date:
    return dt.date.fromisoformat(text) if text else default


# --- form ----------------------------------------------------------------------------------------


def test_the_corridor_is_as_large_as_promised(tables: Tables) -> None:
    assert len(tables["places"]) >= 100
    assert len(tables["legs"]) >= 300
    assert {m["id"] for m in tables["modes"]} == {g["mode"] for g in tables["legs"]}


@pytest.mark.parametrize("name", ["places", "legs", "modes", "causes", "papers"])
def test_ids_are_unique(tables: Tables, name: str) -> None:
    ids = [row["id"] for row in tables[name]]
    assert len(ids) == len(set(ids))


def test_references_lead_somewhere(tables: Tables) -> None:
    places = {p["id"]: p for p in tables["places"]}
    regions = {p["region"] for p in places.values()} | {g["region"] for g in tables["legs"]}
    causes = {c["id"] for c in tables["causes"]}
    modes = {m["id"] for m in tables["modes"]}
    agencies = {c["agency"] for c in tables["causes"] if c["agency"]}
    for leg in tables["legs"]:
        assert leg["from"] in places
        assert leg["to"] in places
        assert leg["from"] != leg["to"]
    assert {f["place"] for f in tables["facilities"]} <= places.keys()
    assert {o["place"] for o in tables["origins"]} <= places.keys()
    for row in tables["hazards"]:
        assert row["cause"] in causes
        assert row["region"] in regions | {"*"}
        assert row["mode"] in modes | {"*"}
    assert {row["cause"] for row in tables["hazard_factors"]} <= causes
    assert {row["agency"] for row in tables["effort"]} == agencies - {"GTM", "POSTS"}
    assert {row["agency"] for row in tables["agencies"]} <= agencies
    assert {row["region"] for row in tables["effort"]} <= regions | {"*"}
    for row in tables["facilities"]:
        assert set(row["serves"].split(";")) - {"*"} or row["serves"] == "*"


def test_transitions_of_causes_exist(tables: Tables) -> None:
    known = {t["id"]: t["from"] for t in read(FOLDER, "transitions")}
    for cause in tables["causes"]:
        assert known.get(cause["transition"]) == f"cause:{cause['id']}"


def test_values_lie_within_their_ranges(tables: Tables) -> None:
    column = {"effort": "factor", "hazard_factors": "factor", "facilities": "capacity"}
    column |= {"hazards": "value", "agencies": "capacity_per_day", "papers": "stop_factor"}
    for name, value in (column | {"origins": "share"}).items():
        for row in tables[name]:
            low, middle, high = (float(row[c]) for c in ("low", value, "high"))
            assert 0 <= low <= middle <= high < math.inf, (name, row)


def test_every_row_has_a_known_source(tables: Tables) -> None:
    known = {"assumption"}
    for name in ("sources", "figures", "claims"):
        for row in read(LEDGER, name):
            known.add(row["id"])
            known |= set(row.get("aliases", "").split(";"))
    for name in set(TABLES) - {"causes"}:
        for row in tables[name]:
            assert row["source"], (name, row)
            assert set(row["source"].split(";")) <= known, (name, row["source"])


def test_judgements_say_why(tables: Tables) -> None:
    for name in ("facilities", "hazards", "hazard_factors", "effort", "agencies", "papers"):
        assert all(row["reason"].strip() for row in tables[name]), name


def test_nothing_names_a_shelter_or_an_address(tables: Tables) -> None:
    for row in tables["facilities"]:
        if row["kind"] == "shelter":
            place = next(p for p in tables["places"] if p["id"] == row["place"])
            assert row["name"] == f"Shelters, {place['name']}"


# --- geography -----------------------------------------------------------------------------------


def test_the_way_leads_forward(forward: Forward) -> None:
    node, legs = forward
    names = list(node)
    cycle = graph.find_cycle(len(node), *ends(node, legs))
    assert cycle is None, [names[i] for i in cycle or ()]


def test_crossings_lead_into_sectors_and_ports_are_not_chosen(tables: Tables) -> None:
    kind = {p["id"]: p["kind"] for p in tables["places"]}
    for leg in tables["legs"]:
        if leg["role"] == "return":
            continue
        wanted = {"sector": "crossing", "port_group": "port"}
        assert leg["role"] == wanted.get(kind[leg["to"]], "travel"), leg["id"]
    assert {p for p, k in kind.items() if k == "sector"} == SECTORS


@pytest.mark.parametrize(
    "on", ["2012-10-01", "2014-07-07", "2019-06-10", "2021-11-22", "2023-12-31"]
)
def test_everyone_can_reach_every_sector_unguided_and_without_papers(
    tables: Tables, forward: Forward, on: str
) -> None:
    legs = forward[1]
    now = dt.date.fromisoformat(on)
    legs = [
        g
        for g in legs
        if not g["requires"] and day(g["start"], dt.date.min) <= now <= day(g["end"], dt.date.max)
    ]
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in tables["origins"]:
        seen = reached(edges(legs), [row["place"]])
        found[row["nationality"]] |= seen
        # Mexicans from the north-west do not travel to the Gulf; everyone else can.
        assert row["nationality"] == "MEX" or seen >= SECTORS, row
    for nationality in NATIONALITIES:
        assert found[nationality] >= SECTORS


@pytest.mark.parametrize("closed", ["freight_train", "bus", "walk_road", "boat_raft"])
def test_closing_a_mode_leaves_a_way(tables: Tables, forward: Forward, closed: str) -> None:
    ways = edges(g for g in forward[1] if g["mode"] != closed)
    origins = {o["place"] for o in tables["origins"]} - {"havana", "necocli"}
    for origin in origins if closed != "bus" else {"tecun_uman"}:
        assert reached(ways, [origin]) & SECTORS, origin


def test_whoever_is_reached_can_go_on(tables: Tables, forward: Forward) -> None:
    ways = edges(forward[1])
    seen = reached(ways, [o["place"] for o in tables["origins"]])
    assert seen <= reached([(head, tail) for tail, head in ways], SECTORS)


def test_origins_cover_every_nationality(tables: Tables) -> None:
    total: defaultdict[str, float] = defaultdict(float)
    for row in tables["origins"]:
        total[row["nationality"]] += float(row["share"])
    assert total.keys() == NATIONALITIES
    assert all(abs(share - 1) < 1e-9 for share in total.values())


def great_circle_km(a: Row, b: Row) -> float:
    lat1, lon1, lat2, lon2 = (math.radians(float(p[c])) for p in (a, b) for c in ("lat", "lon"))
    h = math.sin((lat2 - lat1) / 2) ** 2
    h += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(h))


def test_ways_are_no_shorter_than_the_great_circle(tables: Tables) -> None:
    places = {p["id"]: p for p in tables["places"]}
    for leg in tables["legs"]:
        if leg["role"] != "travel":
            continue
        least = great_circle_km(places[leg["from"]], places[leg["to"]])
        # Half a percent for rounding; ends of walks are zones rounded to 0.1 degree.
        assert float(leg["distance_km"]) >= 0.99 * least - 1, leg["id"]


def test_paces_are_possible(tables: Tables) -> None:
    fastest = {m["id"]: float(m["speed_km_day_high"]) for m in tables["modes"]}
    for leg in tables["legs"]:
        if leg["role"] == "travel":
            days = float(leg["days"])
            assert days > 0
            assert float(leg["distance_km"]) / days <= fastest[leg["mode"]], leg["id"]


def test_periods_are_in_order(tables: Tables) -> None:
    for name in ("legs", "hazards", "effort", "facilities"):
        for row in tables[name]:
            assert day(row["start"], dt.date.min) <= day(row["end"], dt.date.max), row


def test_zones_follow_the_states(tables: Tables) -> None:
    for place in tables["places"]:
        tags = set(place["zones"].split(";")) - {""}
        assert ("belt" in tags) == (place["admin1"] in {"MX-CHP", "MX-TAB", "MX-CAM", "MX-ROO"})
        assert "south" in tags or "belt" not in tags
        if place["kind"] == "border_city":
            assert "north_border" in tags


def test_guides_and_trucks_need_a_guide(tables: Tables) -> None:
    for leg in tables["legs"]:
        if leg["mode"] in ("guided_vehicle", "goods_truck"):
            assert leg["requires"] == "guided"


# --- capacity over time --------------------------------------------------------------------------


def test_capacities_leave_no_gap_and_never_overlap(tables: Tables) -> None:
    rows = defaultdict(list)
    for row in tables["facilities"]:
        rows[row["id"]].append(row)
    for name, periods in rows.items():
        assert len({(r["kind"], r["place"], r["unit"], r["serves"]) for r in periods}) == 1, name
        assert not periods[0]["start"], name
        assert not periods[-1]["end"], name
        for before, after in pairwise(periods):
            gap = dt.date.fromisoformat(after["start"]) - dt.date.fromisoformat(before["end"])
            assert gap.days == 1, name


@pytest.mark.parametrize(
    ("on", "total", "crowding"),
    [("2014-01-01", 3550, 1.4), ("2019-08-01", 6931, 1.4), ("2023-05-13", 4786, 1.0)],
)
def test_detention_places_sum_to_the_published_totals(
    tables: Tables, on: str, total: float, crowding: float
) -> None:
    now = dt.date.fromisoformat(on)
    held = sum(
        float(r["capacity"])
        for r in tables["facilities"]
        if r["kind"] == "detention"
        and day(r["start"], dt.date.min) <= now <= day(r["end"], dt.date.max)
    )
    assert held == pytest.approx(total * crowding, abs=8)


def test_every_mexican_region_has_a_station_an_office_and_a_family_shelter(tables: Tables) -> None:
    regions = {p["region"] for p in tables["places"] if p["country"] == "MEX"}
    for kind in ("detention", "dif", "removal"):
        served = {
            r
            for f in tables["facilities"]
            if f["kind"] == kind
            for r in (regions if f["serves"] == "*" else f["serves"].split(";"))
        }
        assert regions <= served, (kind, regions - served)


def test_effort_periods_of_a_state_leave_no_gap(tables: Tables) -> None:
    rows = defaultdict(list)
    for row in tables["effort"]:
        rows[row["agency"], row["region"]].append(row)
    for (agency, region), periods in rows.items():
        for before, after in pairwise(periods):
            assert before["end"] < after["start"], (agency, region)
        if region == "*" and agency != "GUARD":
            assert periods[0]["start"] == "2012-10-01"
            assert periods[-1]["end"] == "2023-12-31"
            for before, after in pairwise(periods):
                gap = dt.date.fromisoformat(after["start"]) - dt.date.fromisoformat(before["end"])
                assert gap.days == 1


# --- exposure ------------------------------------------------------------------------------------


class Exposure:
    """Rates by cause and leg: the most specific row wins, then the one that starts later."""

    def __init__(self, tables: Tables) -> None:
        self.legs = {g["id"]: g for g in tables["legs"]}
        self.agency = {c["id"]: c["agency"] for c in tables["causes"]}
        self.tables = tables

    def best(self, rows: Rows, on: str, specific: Callable[[Row], int]) -> Row | None:
        now = dt.date.fromisoformat(on)
        valid = [
            r for r in rows if day(r["start"], dt.date.min) <= now <= day(r["end"], dt.date.max)
        ]
        return max(valid, key=lambda r: (specific(r), r["start"]), default=None)

    def rate(self, cause: str, leg_id: str, on: str, who: Sequence[str] = ()) -> float:
        leg = self.legs[leg_id]
        rows = [
            r
            for r in self.tables["hazards"]
            if r["cause"] == cause
            and r["region"] in ("*", leg["region"])
            and r["mode"] in ("*", leg["mode"])
        ]
        row = self.best(rows, on, lambda r: 2 * (r["region"] != "*") + (r["mode"] != "*"))
        if row is None:
            return 0.0
        unit = {"passage": 1.0, "100km": float(leg["distance_km"]) / 100, "day": float(leg["days"])}
        value = float(row["value"]) * unit[row["per"]] * self.effort(cause, leg["region"], on)
        for factor in self.tables["hazard_factors"]:
            if factor["cause"] == cause and factor["who"] in who:
                value *= float(factor["factor"])
        return value

    def effort(self, cause: str, region: str, on: str) -> float:
        rows = [
            r
            for r in self.tables["effort"]
            if r["agency"] == self.agency[cause] and r["region"] in ("*", region)
        ]
        row = self.best(rows, on, lambda r: r["region"] != "*")
        return float(row["factor"]) if row else 1.0

    def chance(
        self,
        causes: Sequence[str],
        legs: Sequence[str],
        on: str,
        who: Sequence[str] = (),
        policy: float = 1.0,
    ) -> float:
        return -math.expm1(-policy * sum(self.rate(c, g, on, who) for c in causes for g in legs))


@pytest.fixture(scope="module")
def exposure(tables: Tables) -> Exposure:
    return Exposure(tables)


BUS = [
    *("fx_suchiate_1", "tapachula", "huixtla", "pijijiapan", "arriaga", "tapanatepec", "juchitan"),
    *("acayucan", "tierra_blanca", "orizaba", "puebla", "mexico_city", "queretaro"),
    *("san_luis_potosi", "saltillo", "monterrey", "reynosa"),
]
BY_BUS = [f"{a}__{b}__bu" for a, b in pairwise(BUS)]
GUIDED = [f"{a}__{b}__gv" for a, b in pairwise(["iz_suchiate", "tapachula", *BUS[4:]])]
SOUTH = BY_BUS[: BUS.index("puebla")]
POLICY_2018 = 1.5


def test_stops_of_2018_fall_in_the_range_of_the_fit(exposure: Exposure) -> None:
    """Policies of 2018 put back in: the southern ones hold on the first two thirds of the way."""
    on = "2018-06-01"
    south = exposure.chance(["stop_inm"], SOUTH, on, policy=POLICY_2018)
    north = exposure.chance(["stop_inm"], [g for g in BY_BUS if g not in SOUTH], on)
    assert 0.30 <= 1 - (1 - south) * (1 - north) <= 0.52
    guided = exposure.chance(["stop_inm"], GUIDED, on, ("guided",), POLICY_2018)
    assert 0.08 <= guided <= 0.18


def test_chiapas_dominates_stops(exposure: Exposure, tables: Tables) -> None:
    chiapas = [g for g in BY_BUS if exposure.legs[g]["region"] == "MX-CHP"]
    here = exposure.chance(["stop_inm"], chiapas, "2018-06-01", policy=POLICY_2018)
    assert 0.2 < here < 0.32
    per_100km = {
        r["region"]: float(r["value"])
        for r in tables["hazards"]
        if r["cause"] == "stop_inm" and r["mode"] == "bus"
    }
    assert max(per_100km, key=lambda region: per_100km[region]) == "MX-CHP"


@pytest.mark.parametrize(
    ("more", "less"), [("freight_train", "bus"), ("bus", "goods_truck"), ("bus", "walk_road")]
)
def test_modes_are_ordered_by_stops(tables: Tables, more: str, less: str) -> None:
    rate = {
        (r["region"], r["mode"]): float(r["value"])
        for r in tables["hazards"]
        if r["cause"] == "stop_inm"
    }
    both = [r for r, mode in rate if mode == more and (r, less) in rate]
    assert both
    assert all(rate[r, more] > rate[r, less] for r in both)


@pytest.mark.parametrize(
    ("cause", "least", "most"),
    [
        ("robbery", 0.07, 0.27),
        ("extortion", 0.05, 0.20),
        ("kidnapping", 0.01, 0.10),
        ("sexual_violence", 0.005, 0.08),
    ],
)
def test_harm_per_unguided_journey_is_within_the_surveys(
    exposure: Exposure, cause: str, least: float, most: float
) -> None:
    assert least <= exposure.chance([cause], BY_BUS, "2018-06-01") <= most


def test_trains_and_tracks_are_more_dangerous_than_buses(tables: Tables) -> None:
    value: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in tables["hazards"]:
        if row["per"] == "100km" and not row["start"]:
            value[row["cause"], row["region"]][row["mode"]] = float(row["value"])
    for cause in ("robbery", "kidnapping", "sexual_violence", "injury", "death_violence"):
        for region in ("MX-CHP", "MX-OAX", "MX-VER"):
            modes = value.get((cause, region)) or value[cause, "*"]
            assert modes.get("freight_train", math.inf) > modes["bus"]
            assert modes.get("walk_track", math.inf) > modes["bus"]


def test_nationals_are_never_stopped_unless_a_policy_says_so(exposure: Exposure) -> None:
    stops = ["stop_inm", "stop_guard", "stop_guatemala"]
    assert exposure.chance(stops, BY_BUS, "2019-09-01", ("transit",)) == 0


def test_guatemalans_are_not_stopped_by_their_own_soldiers(
    tables: Tables, exposure: Exposure
) -> None:
    """Their ways to Mexico lie in another region than the road from the Honduran line."""
    inland = {"guatemala_city", "huehuetenango", "san_marcos", "quetzaltenango", "coban", "flores"}
    for leg in exposure.legs.values():
        if leg["role"] == "travel" and leg["from"] in inland:
            assert exposure.rate("stop_guatemala", leg["id"], "2021-01-17") == 0
    assert exposure.rate("stop_guatemala", "ocotepeque__esquipulas__bu", "2021-01-17") > 0


@pytest.mark.parametrize("sector", sorted(SECTORS))
@pytest.mark.parametrize("on", ["2013-06-01", "2018-06-01", "2023-06-01"])
def test_apprehension_and_death_at_the_line(exposure: Exposure, sector: str, on: str) -> None:
    leg = next(i for i, g in exposure.legs.items() if g["to"] == sector and g["role"] == "crossing")
    covert = exposure.chance(["apprehension"], [leg], on)
    assert 0.42 <= covert <= 0.78
    assert exposure.chance(["apprehension"], [leg], on, ("surrender",)) > 0.99
    deaths = [c for c in exposure.agency if c.startswith("death_")]
    found = exposure.rate("apprehension", leg, on, ("surrender",))
    risk = sum(exposure.rate(c, leg, on) for c in deaths)
    surrendering = sum(exposure.rate(c, leg, on, ("surrender",)) for c in deaths) / found
    assert 1e-4 <= risk <= 6e-3
    assert surrendering < risk / 5


def test_known_got_aways_show_in_the_last_years(exposure: Exposure) -> None:
    leg = "nogales__us_tucson__wt"
    rate = [exposure.rate("apprehension", leg, f"{year}-03-01") for year in (2017, 2022, 2023)]
    assert rate[0] > rate[1] > rate[2]


def test_the_darien_kills_as_many_as_recorded(exposure: Exposure) -> None:
    deaths = [c for c in exposure.agency if c.startswith("death_")]
    chance = exposure.chance(deaths, ["necocli__meteti__wt"], "2022-06-01")
    assert chance == pytest.approx(5.7e-4, rel=0.05)


def test_no_train_death_off_the_train_and_no_drowning_on_a_bus(exposure: Exposure) -> None:
    for leg_id, leg in exposure.legs.items():
        if leg["role"] != "travel":
            continue
        if leg["mode"] != "freight_train":
            assert exposure.rate("death_train", leg_id, "2018-06-01") == 0
        if leg["mode"] == "bus":
            assert exposure.rate("death_drowning", leg_id, "2018-06-01") == 0


# --- basemap -------------------------------------------------------------------------------------


def rings(name: str) -> Iterator[tuple[str, int, Ring]]:
    collection = json.loads((GEO / name).read_text(encoding="utf-8"))
    for feature in collection["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            for nth, ring in enumerate(polygon):
                yield feature["properties"]["id"], nth, ring


def signed_area(ring: Ring) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2


@pytest.mark.parametrize("name", ["countries.geojson", "states.geojson"])
def test_basemap_rings_are_closed_and_run_clockwise(name: str) -> None:
    for code, nth, ring in rings(name):
        assert len(ring) >= 4, code
        assert ring[0] == ring[-1], code
        assert signed_area(ring) * (1 if nth else -1) > 0, code


def test_basemap_is_small_and_whole() -> None:
    size = sum(len((GEO / n).read_bytes()) for n in ("countries.geojson", "states.geojson"))
    assert size < 250_000
    states = {code for code, _, _ in rings("states.geojson")}
    assert len([s for s in states if s.startswith("MX-")]) == 32
    assert {s for s in states if s.startswith("US-")} == {"US-CA", "US-AZ", "US-NM", "US-TX"}


def test_country_outlines_enclose_their_states() -> None:
    area: defaultdict[str, float] = defaultdict(float)
    for code, _, ring in rings("states.geojson"):
        area[code[:2]] += signed_area(ring)
    for code, _, ring in rings("countries.geojson"):
        if code in area:
            area[f"{code} outline"] += signed_area(ring)
    for country in ("MX", "US"):
        assert area[f"{country} outline"] == pytest.approx(area[country], rel=0.005)


def test_towns_lie_on_their_country(tables: Tables) -> None:
    """Ray casting; towns on the coast or the line may fall outside the simplified outline."""
    outlines = defaultdict(list)
    for code, _, ring in rings("countries.geojson"):
        outlines[code].append(ring)
    iso2 = {"MEX": "MX", "GTM": "GT", "HND": "HN", "SLV": "SV", "NIC": "NI", "CRI": "CR"}
    inside = outside = 0
    for place in tables["places"]:
        if place["country"] in iso2:
            x, y = float(place["lon"]), float(place["lat"])
            hit = any(contains(ring, x, y) for ring in outlines[iso2[place["country"]]])
            inside, outside = inside + hit, outside + (not hit)
    assert outside <= 12
    assert inside >= 85


def contains(ring: Ring, x: float, y: float) -> bool:
    odd = False
    for (x0, y0), (x1, y1) in pairwise(ring):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            odd = not odd
    return odd
