"""Faults of meaning: every cell is well formed, and what the table says cannot be or is strange.

Each fault is put alone into the example; ``check`` must name it, at its file, as a fault where it
cannot be and as a remark where it is only strange.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.scenario.conftest import Folder
from travesia import api
from travesia.errors import Problem
from travesia.scenario.checks.intervals import DEPENDS, ENDS, PLAUSIBLE
from travesia.scenario.checks.references import REFERENCES
from travesia.scenario.layers import SHIPPED_FOLDER
from travesia.scenario.tables import TABLES

Edit = Callable[[Folder], object]
FAULT, REMARK = "error", "warning"


def cell(file: str, row: str, column: str, value: object) -> Edit:
    """Set a cell of the first row that contains a text."""
    return lambda folder: folder.cell(file, folder.line(file, row), column, value)


def drop(file: str, *texts: str) -> Edit:
    """Remove the rows that contain one of some texts."""

    def edit(folder: Folder) -> None:
        rows = folder.rows(file)
        left = [r for n, r in enumerate(rows) if not n or not any(t in ",".join(r) for t in texts)]
        assert len(left) < len(rows)
        folder.write_rows(file, left)

    return edit


def text(file: str, old: str, new: str) -> Edit:
    return lambda folder: folder.replace(file, old, new)


def append(file: str, **cells: Any) -> Edit:
    cells = {"source": "assumption", **cells}
    return lambda folder: folder.append(file, **cells)


def copied(file: str, row: str, **changes: Any) -> Edit:
    """Add a copy of a row with some cells changed."""

    def edit(folder: Folder) -> None:
        rows = folder.rows(file)
        cells = dict(zip(rows[0], rows[folder.line(file, row) - 1], strict=True))
        folder.append(file, **{**cells, **changes})

    return edit


def patch(body: str) -> Edit:
    return lambda folder: folder.write("patches/mine.yaml", f"id: mine\ntitle: Mine\n{body}\n")


def both(*edits: Edit) -> Edit:
    def edit(folder: Folder) -> None:
        for one in edits:
            one(folder)

    return edit


def money(**cells: Any) -> Edit:
    row = {
        "id": "aid",
        "name": "Aid",
        "payer": "mexico",
        "payee": "police",
        "purpose": "posts",
        "value": 1_000_000,
        "start": "2019-01-01",
        "end": "2019-04-30",
        "source": "assumption",
        "reason": "x",
        "low": "",
        "high": "",
        **cells,
    }
    return lambda folder: folder.write(
        "money.csv", f"{','.join(row)}\n{','.join(str(v) for v in row.values())}\n"
    )


def cost(**cells: Any) -> Edit:
    row = {
        "id": "bribe",
        "name": "Bribe",
        "payer": "people",
        "payee": "officers",
        "purpose": "bribe",
        "per": "event",
        "of": "extorted_let_go",
        "value": 100,
        "p90": "",
        "low": "",
        "high": "",
        "source": "assumption",
        "reason": "x",
        **cells,
    }
    return lambda folder: folder.write(
        "costs.csv", f"{','.join(row)}\n{','.join(str(v) for v in row.values())}\n"
    )


def caravan(**cells: Any) -> Edit:
    row = {
        "id": "march",
        "name": "March",
        "start": "2019-02-01",
        "end": "",
        "route": "paso;villa_sur;patio",
        "pace_km_day": 25,
        "rest_every": 5,
        "join_share": 0.3,
        "gather_share": 0.1,
        "gather_days": 3,
        "low": 0.1,
        "high": 0.5,
        "source": "assumption",
        "reason": "x",
        **cells,
    }
    return lambda folder: folder.write(
        "caravans.csv", f"{','.join(row)}\n{','.join(str(v) for v in row.values())}\n"
    )


def post(place: str, way: str) -> Edit:
    head, row = "policy,place,way,posts,source,reason", f"train_raids,{place},{way},2,assumption,x"
    return lambda folder: folder.write("checkpoints.csv", f"{head}\n{row}\n")


def extending(file: str, rows: int) -> Edit:
    """The scenario extends the example and gives only the first rows of one of its tables."""

    def edit(folder: Folder) -> None:
        kept = folder.rows(file)[: rows + 1]
        shutil.rmtree(folder.path)
        folder.write("scenario.yaml", "name: mine\ntitle: Mine\nextends: example\n")
        folder.write_rows(file, kept)

    return edit


BUS, WALK, RAFT, DESERT = (
    "aldea__paso__bus", "aldea__paso__walk_road", "norte_este__us_este__boat_raft",
    "norte_oeste__us_oeste__walk_track",
)  # fmt: skip

CASES: dict[str, tuple[Edit, str, str]] = {
    # -- places and countries -----------------------------------------------------------------
    "a longitude without its sign": (
        cell("places.csv", "aldea,", "lon", 88.0), FAULT, "the longitude lacks its sign"),
    "a latitude with a sign": (
        cell("places.csv", "aldea,", "lat", -15.5), FAULT, "outside Honduras"),
    "latitude and longitude exchanged": (
        both(cell("places.csv", "aldea,", "lat", -88.0), cell("places.csv", "aldea,", "lon", 15.5)),
        FAULT, "seem to be exchanged"),
    "coordinates of nowhere": (
        both(cell("places.csv", "patio,", "lat", 0), cell("places.csv", "patio,", "lon", 0)),
        FAULT, "'patio' lies at 0, 0, outside Mexico"),
    "a slip of ten degrees": (
        cell("places.csv", "norte_este,", "lat", 36.1), FAULT, "outside Mexico"),
    "a country that is none": (
        cell("places.csv", "aldea,", "country", "HDN"), FAULT, "'HDN' is not a country"),
    "the wrong country": (
        cell("places.csv", "aldea,", "country", "SLV"), FAULT, "the place is in SLV"),
    "a region of another country": (
        cell("places.csv", "puerto,", "region", "HND"), FAULT, "region 'HND' of place 'puerto'"),
    "a state of another country": (
        cell("places.csv", "puerto,", "admin1", "MX-CHP"), FAULT, "admin1 'MX-CHP'"),
    "a state that is none": (
        cell("places.csv", "paso,", "admin1", "MX-CHS"), FAULT, "unknown admin1 'MX-CHS'"),
    "a first level in words": (
        cell("places.csv", "paso,", "admin1", "Chiapas"), REMARK, "not a code of ISO 3166-2"),
    "a region of no state": (
        cell("places.csv", "paso,", "region", "MX-CHPP"), FAULT, "MX-CHPP"),
    "more people than any city": (
        cell("places.csv", "villa_sur,", "population", 350_000_000), FAULT, "which cannot be"),
    "population in thousands": (
        cell("places.csv", "villa_sur,", "population", 3.5), REMARK, "population is 3.5"),
    "a place twice": (
        copied("places.csv", "patio,", id="patio_dos"), REMARK, "have the same name"),
    "a zone with a slip": (
        cell("places.csv", "patio,", "zones", "suoth"), REMARK, "zones 'suoth' is used once"),
    "a place nobody reaches": (
        append("places.csv", id="lejos", name="Lejos", kind="town", country="MEX",
               region="MX-CHP", lat=16, lon=-93, note="x"), REMARK, "no origin leads to place"),
    # -- legs --------------------------------------------------------------------------------
    "a region that is none": (
        cell("legs.csv", RAFT, "region", "us_esta"), FAULT, "unknown region 'us_esta'"),
    "a region with exchanged letters": (
        cell("legs.csv", "villa_sur__patio__bus", "region", "MX-CPH"), FAULT, "MX-CPH"),
    "a region in words": (
        cell("legs.csv", BUS, "region", "Guatemala"), FAULT, "unknown region 'Guatemala'"),
    "the region of another sector": (
        cell("legs.csv", RAFT, "region", "us_oeste"), FAULT, "crosses into 'us_este'"),
    "a crossing in Mexico": (
        cell("legs.csv", DESERT, "region", "MX-CHP"), FAULT, "crosses into 'us_oeste'"),
    "a way in the south within a sector": (
        cell("legs.csv", "villa_sur__patio__bus", "region", "us_este"), REMARK,
        "region of another country"),
    "no length": (cell("legs.csv", BUS, "distance_km", 0), FAULT, "is 0 km long"),
    "shorter than the line": (
        cell("legs.csv", BUS, "distance_km", 60), FAULT, "449 km apart as the crow flies"),
    "miles for kilometres": (
        cell("legs.csv", "patio__norte_este__bus", "distance_km", 901), FAULT, "crow flies"),
    "ten times too long": (
        cell("legs.csv", BUS, "distance_km", 16_000), FAULT, "16000 km long"),
    "three times too long": (
        cell("legs.csv", "paso__patio__walk_track", "distance_km", 2_000), REMARK,
        "times as long as the line"),
    "round the world": (
        cell("legs.csv", BUS, "distance_km", 60_000), FAULT, "60000 km, which cannot be"),
    "5,000 km on foot in an hour": (
        both(cell("legs.csv", WALK, "distance_km", 5_000), cell("legs.csv", WALK, "days", 0.04)),
        FAULT, "km a day; its highest pace is 45"),
    "560 km on foot in a day": (cell("legs.csv", WALK, "days", 1), FAULT, "560 km a day"),
    "100 km on foot a day": (cell("legs.csv", WALK, "days", 6), REMARK, "much faster than"),
    "no time": (cell("legs.csv", BUS, "days", 0), FAULT, "takes no time"),
    "hours for days": (cell("legs.csv", BUS, "days", 24), REMARK, "much slower than"),
    "a bus slower than walking": (
        cell("legs.csv", "paso__villa_sur__bus", "days", 5), REMARK, "longer than"),
    "two years on a leg": (cell("legs.csv", BUS, "days", 800), FAULT, "800 days, which cannot be"),
    "a bus fare of 100,000": (
        both(cell("legs.csv", BUS, "cost_low_usd", 90_000),
             cell("legs.csv", BUS, "cost_high_usd", 100_000)), FAULT, "which cannot be"),
    "a bus fare in another currency": (
        cell("legs.csv", BUS, "cost_high_usd", 1_400), REMARK, "cost far more than others"),
    "a flight for the price of a house": (
        cell("legs.csv", "norte_oeste__air", "cost_high_usd", 40_000), REMARK, "40000"),
    "the same way twice": (
        copied("legs.csv", BUS, id="again"), REMARK, "legs are given twice"),
    "a mode that does not fit the pace": (
        cell("legs.csv", "villa_sur__norte_oeste__air", "mode", "walk_road"), FAULT, "km a day"),
    "a way that opens too late": (
        both(cell("legs.csv", BUS, "start", "2019-02-01"),
             cell("legs.csv", WALK, "start", "2019-02-01")), REMARK, "on some days no leg leaves"),
    # -- modes -------------------------------------------------------------------------------
    "walking faster than a train": (
        both(cell("modes.csv", "walk_road,", "speed_km_day_high", 400)), FAULT,
        "'walk_road' is 400 km per day, which cannot be"),
    "walking fast": (
        cell("modes.csv", "walk_road,", "speed_km_day_high", 80), REMARK, "seldom right"),
    "a bus at the speed of sound": (
        cell("modes.csv", "bus,", "speed_km_day_high", 20_000), FAULT, "which cannot be"),
    "a bus per hour": (
        both(cell("modes.csv", "bus,", "speed_km_day_low", 25),
             cell("modes.csv", "bus,", "speed_km_day", 45)), REMARK,
        "speed_km_day_low of mode 'bus'"),
    "paces in metres": (
        both(cell("modes.csv", "walk_track,", "speed_km_day_high", 40_000)), FAULT, "which cannot"),
    # -- people ------------------------------------------------------------------------------
    "a nationality that is none": (
        both(text("cohorts.csv", "gtm-child,GTM", "gtm-child,GUA"),
             text("origins.csv", "GTM", "GUA"),
             lambda f: f.write("aims.csv", f.read("aims.csv").replace("GTM", "GUA"))),
        FAULT, "nationality 'GUA' is not a country"),
    "a group with a slip": (
        cell("cohorts.csv", "gtm-child", "group", "northern_trangle"), REMARK, "is used once"),
    "means in per cent": (cell("cohorts.csv", "hnd-family", "means", 160), FAULT, "means is 160"),
    "a weight out of proportion": (
        cell("cohorts.csv", "hnd-family", "release_weight", 450), REMARK, "release_weight is 450"),
    "the same people twice": (
        both(copied("cohorts.csv", "hnd-adult", id="hnd-adult-2"),
             *(copied("departures.csv", f"2019-0{n},hnd-adult", cohort="hnd-adult-2")
               for n in (1, 2, 3, 4))), REMARK, "are both HND adult"),
    "origins of a half": (
        both(cell("origins.csv", "HND", "share", 0.5), cell("origins.csv", "HND", "low", 0.5)),
        FAULT, "the shares of HND sum to 0.5"),
    "origins of two": (append("origins.csv", nationality="HND", place="puerto", share=1, low=1,
                              high=1, reason="x"), FAULT, "the shares of HND sum to 2"),
    "March without departures": (drop("departures.csv", "2019-03"), FAULT, "no departures in"),
    "a cohort without March": (
        drop("departures.csv", "2019-03,gtm-child"), REMARK, "has no row for 2019-03"),
    "departures of a country": (
        both(cell("departures.csv", "2019-01,hnd-adult", "people", 50_000_000),
             cell("departures.csv", "2019-01,hnd-adult", "high", 60_000_000)), FAULT,
        "which cannot be"),
    "departures of a city": (
        both(cell("departures.csv", "2019-01,hnd-adult", "people", 800_000),
             cell("departures.csv", "2019-01,hnd-adult", "high", 900_000)), REMARK,
        "people is 800000"),
    "a cohort of nobody": (
        both(*(cell("departures.csv", f"2019-0{n},gtm-child", c, 0)
               for n in (1, 2, 3, 4) for c in ("people", "low", "high"))), REMARK,
        "nobody of gtm-child ever sets out"),
    "aims of a half": (
        drop("aims.csv", "2019-02,HND,adult,us_este"), FAULT, "sum to 0.4, not 1"),
    "aims without February": (drop("aims.csv", "2019-02,"), REMARK, "2019-02"),
    "aims without April": (drop("aims.csv", "2019-04,"), REMARK, "2019-04"),
    "a cohort without aims": (
        drop("aims.csv", "GTM"), REMARK, "gtm-child have no aims"),
    "family sizes of a half": (
        text("behaviour.yaml", "    value: 0.58\n    low: 0.5", "    value: 0.08\n    low: 0.05"),
        REMARK, "family sizes sum to 0.5"),
    # -- facilities --------------------------------------------------------------------------
    "beds counted as cases": (
        cell("facilities.csv", "albergue_patio", "unit", "cases_per_day"), FAULT,
        "of kind shelter has the unit cases_per_day"),
    "cases counted as beds": (
        cell("facilities.csv", "asilo_sur", "unit", "places"), FAULT,
        "of kind asylum_office has the unit places"),
    "a station in Honduras": (
        cell("facilities.csv", "estacion_sur", "place", "aldea"), FAULT, "in HND"),
    "a station in the United States": (
        cell("facilities.csv", "estacion_sur", "place", "us_este"), FAULT, "in USA"),
    "family detention in Mexico": (
        cell("facilities.csv", "familias_us", "place", "patio"), FAULT, "those of USA"),
    "a port in Guatemala": (
        both(cell("facilities.csv", "puertos,port,us_puertos,Ports of entry,8", "place", "puerto"),
             cell("facilities.csv", "puertos,port,us_puertos,Ports of entry,5", "place", "puerto")),
        FAULT, "'puertos' of kind port stands at 'puerto'"),
    "a facility that moves": (
        cell("facilities.csv", "puertos,port,us_puertos,Ports of entry,5", "place", "us_este"),
        FAULT, "has another place than in its first row"),
    "a shelter at a border city": (
        append("facilities.csv", id="albergue_norte", kind="shelter", place="norte_este",
               name="Shelters", capacity=50, unit="places", low=20, high=90, serves="MX-TAM",
               reason="x"), REMARK, "nobody is ever sent to 1 facilities of kind shelter"),
    "a shelter that serves others": (
        cell("facilities.csv", "albergue_patio", "serves", "MX-TAM"), REMARK,
        "nobody is ever sent"),
    "a shelter in a sector": (
        cell("facilities.csv", "albergue_patio", "place", "us_este"), REMARK,
        "where nobody asks for a bed"),
    "days without capacity": (
        cell("facilities.csv", "puertos,port,us_puertos,Ports of entry,5", "start", "2019-04-10"),
        REMARK, "puertos (2019-04-01 to 2019-04-09)"),
    "capacity that ends too soon": (
        cell("facilities.csv", "asilo_sur", "end", "2019-03-15"), REMARK,
        "asilo_sur (2019-03-16 to 2019-04-30)"),
    "capacities that overlap": (
        both(cell("facilities.csv", "puertos,port,us_puertos,Ports of entry,8", "start",
                  "2019-01-01"),
             cell("facilities.csv", "puertos,port,us_puertos,Ports of entry,5", "start",
                  "2019-03-01")), REMARK, "begins before the one before it"),
    "a shelter of millions": (
        both(cell("facilities.csv", "albergue_patio", "capacity", 6_000_000),
             cell("facilities.csv", "albergue_patio", "high", 9_000_000)), FAULT,
        "capacity is 6e+06 places, which cannot be"),
    "a station of a city": (
        both(cell("facilities.csv", "estacion_sur", "capacity", 120_000),
             cell("facilities.csv", "estacion_sur", "high", 160_000)), REMARK,
        "capacity is 120000 places"),
    "an office of a nation": (
        both(cell("facilities.csv", "asilo_sur", "capacity", 4_000),
             cell("facilities.csv", "asilo_sur", "high", 8_000)), REMARK, "4000 cases per day"),
    # -- hazards, causes, effort -------------------------------------------------------------
    "no apprehension at all": (
        drop("hazards.csv", "apprehension"), FAULT, "no crossing has a rate of apprehension"),
    "no apprehension in a sector": (
        drop("hazards.csv", "apprehension,us_oeste"), REMARK,
        f"nobody is ever apprehended on {DESERT}"),
    "apprehension of zero": (
        both(*(cell("hazards.csv", f"apprehension,{s}", c, 0)
               for s in ("us_este", "us_oeste") for c in ("value", "low", "high"))), FAULT,
        "no crossing has a rate of apprehension"),
    "no cause of apprehension": (
        cell("causes.csv", "apprehension,", "kind", "stop"), FAULT, "of the kind apprehension"),
    "a cause without a rate": (
        drop("hazards.csv", "kidnapping"), REMARK,
        "causes have no rate and never strike: kidnapping"),
    "a rate on no leg": (
        cell("hazards.csv", "death_drowning", "mode", "bus"), REMARK, "rates hold on no leg"),
    "a rate in a region without legs": (
        cell("hazards.csv", "kidnapping,MX-VER", "region", "HND"), REMARK, "rates hold on no leg"),
    "a rate in per cent": (
        both(cell("hazards.csv", "robbery,*,*", "value", 35),
             cell("hazards.csv", "robbery,*,*", "high", 50)), REMARK, "value is 35 rate of harm"),
    "a death in every leg": (
        both(cell("hazards.csv", "death_drowning", "value", 8),
             cell("hazards.csv", "death_drowning", "high", 20)), FAULT, "8 rate of death"),
    "a rate beyond sense": (
        both(cell("hazards.csv", "stop_inm,*,*", "value", 300),
             cell("hazards.csv", "stop_inm,*,*", "high", 750)), FAULT, "300 rate, which cannot be"),
    "a range that says nothing": (
        cell("hazards.csv", "kidnapping,*", "low", 1e-9), REMARK, "a range that says nothing"),
    "a factor in per cent": (
        both(cell("hazard_factors.csv", "robbery,guided", "factor", 50),
             cell("hazard_factors.csv", "robbery,guided", "high", 90)), REMARK,
        "factor is 50 factor"),
    "effort in per cent": (
        both(cell("effort.csv", "INM,*,2019-03-01", "factor", 130),
             cell("effort.csv", "INM,*,2019-03-01", "high", 180)), FAULT, "factor is 130"),
    "effort with a gap": (
        cell("effort.csv", "INM,*,2019-03-01", "start", "2019-03-20"), REMARK,
        "INM (2019-03-01 to 2019-03-19)"),
    "effort that ends too soon": (
        drop("effort.csv", "INM,*,2019-03-01"), REMARK, "INM (2019-03-01 to 2019-04-30)"),
    "a stop without an agency": (
        cell("causes.csv", "stop_guatemala", "agency", ""), REMARK, "stops have no agency"),
    "an agency of millions": (
        both(cell("agencies.csv", "USBP", "capacity_per_day", 4_000_000),
             cell("agencies.csv", "USBP", "high", 8_000_000)), FAULT, "which cannot be"),
    # -- stays, transitions, chances ---------------------------------------------------------
    "a clock of 400 years": (
        cell("stays.csv", "stranded,", "p90_days", 146_000), FAULT, "p90_days is 146000 days"),
    "a clock of twenty years": (
        cell("stays.csv", "stranded,", "p90_days", 7_300), REMARK, "p90_days is 7300 days"),
    "a tail beyond sense": (
        cell("stays.csv", "rest,resting", "p90_days", 90), REMARK, "60 times its median"),
    "a median of zero": (
        both(cell("stays.csv", "rest,resting", "median_days", 0),
             cell("stays.csv", "rest,resting", "low", 0)), FAULT, "median of 0"),
    "minutes for days": (
        both(cell("stays.csv", "mx_removal,", "median_days", 2_880),
             cell("stays.csv", "mx_removal,", "high", 4_000)), REMARK, "median_days is 2880 days"),
    "a stay that nobody enters": (
        append("stays.csv", id="limbo", state="limbo", name="Limbo", queue="no",
               distribution="none", reason="x"), FAULT, "has no outcome"),
    "a stay that nothing leads to": (
        both(append("stays.csv", id="limbo", state="limbo", name="Limbo", queue="no",
                    distribution="none", description="x", reason="x"),
             append("outcomes.csv", stay="limbo", transition="rested", nationality="*",
                    family_type="*", region="*", probability="rest", reason="x"),
             cell("transitions.csv", "rested,", "from", "rest;limbo")), REMARK,
        "nothing leads to the stays limbo"),
    "chances of more than one": (
        both(cell("outcomes.csv", "stopped,extorted_let_go", "probability", 0.99),
             cell("outcomes.csv", "stopped,extorted_let_go", "high", 1)), FAULT, "sum to 1.02"),
    "actions of more than one": (
        both(cell("actions.csv", "rest_on_way,rail_yard", "probability", 0.95),
             cell("actions.csv", "rest_on_way,rail_yard", "high", 1)), FAULT, "sum to 1."),
    "outcomes with a gap": (
        both(cell("outcomes.csv", "stopped,extorted_let_go", "end", "2019-01-31"),
             copied("outcomes.csv", "stopped,let_go", transition="extorted_let_go",
                    start="2019-03-01")), REMARK, "(2019-02-01 to 2019-02-28)"),
    "a paper for a century": (
        cell("papers.csv", "transit_form", "max_days", 40_000), FAULT, "max_days is 40000 days"),
    "a paper of no day": (
        cell("papers.csv", "transit_form", "max_days", 0), REMARK, "max_days is 0 days"),
    "a paper that brings stops": (
        both(cell("papers.csv", "visitor_card", "stop_factor", 10),
             cell("papers.csv", "visitor_card", "high", 30)), REMARK, "stop_factor is 10"),
    "a permit for a century": (
        cell("transitions.csv", "released_exit_order", "grant_days", 40_000), FAULT,
        "grant_days is 40000 days"),
    # -- behaviour ---------------------------------------------------------------------------
    "a memory of a century": (
        text("behaviour.yaml", "    value: 6\n    low: 2\n    high: 12\n    unit: weeks",
             "    value: 6000\n    low: 2\n    high: 7000\n    unit: weeks"), FAULT,
        "'belief_half_life_weeks' is 6000 weeks, which cannot be"),
    "a memory of decades": (
        text("behaviour.yaml", "    value: 6\n    low: 2\n    high: 12\n    unit: weeks",
             "    value: 600\n    low: 2\n    high: 700\n    unit: weeks"), REMARK, "600 weeks"),
    "a train of sound": (
        text("behaviour.yaml", "    value: 13\n    low: 10\n    high: 15",
             "    value: 1300\n    low: 10\n    high: 1500"), FAULT, "1300 km/h"),
    "a taste for ever": (
        text("behaviour.yaml", "    value: 0.9\n    low: 0.3\n    high: 1.8",
             "    value: 90\n    low: 0.3\n    high: 180"), REMARK, "constant_guided_vehicle"),
    # -- policies ----------------------------------------------------------------------------
    "a ramp longer than the policy": (
        text("policies.yaml", "ramp_days: 0", "ramp_days: 300"), REMARK,
        "train_raids (300 days of ramp, 59 of life)"),
    "a ramp longer than the period": (
        text("policies.yaml", "ramp_days: 30", "ramp_days: 90"), REMARK,
        "remain_in_mexico (90 days of ramp, 61 of life)"),
    "a ramp of two centuries": (
        text("policies.yaml", "ramp_days: 30", "ramp_days: 73000"), FAULT, "ramp_days is 73000"),
    "a scale in per cent": (
        text("policies.yaml", "ramp_days: 30", "ramp_days: 30\n  scale: 50"), REMARK,
        "scale is 50"),
    "a policy at scale 0": (
        text("policies.yaml", "ramp_days: 30", "ramp_days: 30\n  scale: 0"), REMARK,
        "as their scale is 0: remain_in_mexico"),
    "a policy of neutral numbers": (
        both(text("policies.yaml", "stop_factor: {value: 2.5, low: 1.5",
                  "stop_factor: {value: 1, low: 1"),
             text("policies.yaml", "guard_add: {value: 0.3, low: 0.1",
                  "guard_add: {value: 0, low: 0")),
        REMARK, "all their numbers are neutral: train_raids"),
    "a policy on no leg": (
        text("policies.yaml", "where: {regions: [MX-VER]}",
             "where: {regions: [GTM], modes: [freight_train]}"), REMARK, "train_raids"),
    "a policy of another century": (
        text("policies.yaml", "start: 2019-02-01", "start: 1019-02-01"), FAULT, "start is 1019"),
    "a policy after the period": (
        text("policies.yaml", "start: 2019-02-01\n  end: 2019-03-31",
             "start: 2029-02-01\n  end: 2029-03-31"), FAULT, "outside the period"),
    "a series with a hole": (
        text("policies.yaml", "share_2019_03: {value: 0.1,", "share_2019_01: {value: 0.1,"), REMARK,
        "leaves out 2019-02, 2019-03"),
    # -- what-ifs ----------------------------------------------------------------------------
    "a what-if of an unknown policy": (
        patch("policies: {train_raid: {enabled: false}}"), FAULT, "no policy 'train_raid'"),
    "a what-if of an unknown parameter": (
        patch("parameters: {belief_halflife_weeks: 4}"), FAULT, "no parameter 'belief_half"),
    "a what-if of an unknown facility": (
        patch("tables: {facilities: [{id: asilo_surr, capacity: 20}]}"), FAULT, "asilo_surr"),
    "a what-if of an unknown table": (
        patch("tables: {facility: [{id: asilo_sur, capacity: 20}]}"), FAULT, "no table 'facility'"),
    "a what-if of an unknown region": (
        patch("policies: {train_raids: {where: {regions: [MX-OAXACA]}}}"), FAULT, "MX-OAXACA"),
    "a what-if of an unknown field": (
        patch("policies: {train_raids: {enable: false}}"), FAULT, "'enable'"),
    "a what-if of an unknown parameter of a policy": (
        patch("policies: {train_raids: {parameters: {stop_factr: 3}}}"), FAULT, "stop_factr"),
    "a what-if out of bounds": (
        patch("parameters: {belief_half_life_weeks: -4}"), FAULT, "makes no sense"),
    "a what-if with a negative capacity": (
        patch("tables: {facilities: [{id: asilo_sur, capacity: -20}]}"), FAULT, "below 0"),
    "a what-if of chances above one": (
        patch("tables: {outcomes: [{stay: stopped, transition: let_go, probability: 0.99}]}"),
        FAULT, "sum to"),
    "a what-if with a date out of order": (
        patch("policies: {train_raids: {start: 2019-04-20}}"), FAULT, "before it starts"),
    "a what-if that adds a policy twice": (
        patch("add_policies: [{id: train_raids, name: X, instrument: train_raids, "
              "start: 2019-01-01, source: assumption, reason: x}]"), FAULT, "already a policy"),
    "a what-if with an unknown instrument": (
        patch("add_policies: [{id: more, name: X, instrument: train_raidz, start: 2019-01-01, "
              "source: assumption, reason: x}]"), FAULT, "train_raidz"),
    # -- money -------------------------------------------------------------------------------
    "a sum in millions": (money(value=3), REMARK, "value is 3 USD"),
    "more than the world": (money(value=1e15), FAULT, "value is 1e+15 USD"),
    "a cost in another currency": (cost(value=2_000_000), REMARK, "value is 2e+06 USD"),
    "a day that costs a house": (
        cost(per="day", of="mx_custody", value=50_000), REMARK, "50000 USD per day"),
    "a fare of a thousand fares": (
        cost(per="fare", of="bus", value=5_000), FAULT, "5000 factor on the fare"),
    # -- roles -------------------------------------------------------------------------------
    "a sector in Mexico": (
        both(cell("places.csv", "us_este,", "country", "MEX"),
             cell("places.csv", "us_este,", "admin1", "MX-TAM")), FAULT, "a sector in MEX"),
    "no custody": (
        cell("stays.csv", "us_custody,", "role", ""), FAULT,
        "no row of stays has the role custody"),
    "two that are stuck": (
        cell("transitions.csv", "rest_on_way,", "role", "stuck"), FAULT,
        "stuck, rest_on_way have the same role stuck"),
    "an origin in a sector": (
        cell("origins.csv", "HND", "place", "us_este"), FAULT, "set out from 'us_este'"),
    "an origin in another country": (
        cell("origins.csv", "HND", "place", "puerto"), REMARK, "HND from puerto"),
    "a harm that kills": (
        cell("causes.csv", "robbery,", "transition", "died_violence"), FAULT, "leads to death"),
    "a death that robs": (
        cell("causes.csv", "death_violence,", "transition", "robbed"), FAULT,
        "does not lead to death"),
    "a death that counts as none": (
        cell("transitions.csv", "died_drowning,", "counts_as", ""), REMARK, "do not count as one"),
    "a permit beyond its paper": (
        cell("transitions.csv", "released_exit_order", "grant_days", 90), REMARK,
        "transit_form, 90 of 30 days"),
    "an action nowhere": (
        cell("actions.csv", "take_shelter", "place_kind", "gateway"), REMARK,
        "actions are for places that do not exist"),
    "an action at a place of another kind": (
        cell("actions.csv", "take_work", "place_kind", "rail_yard"), REMARK,
        "actions are for places that do not exist"),
    "chances of nobody": (
        copied("outcomes.csv", "stopped,let_go", nationality="GTM", family_type="adult"), REMARK,
        "rows are for people of no cohort: GTM adult"),
    "a caravan backwards in time": (caravan(end="2019-01-15"), FAULT, "before it starts"),
    "a caravan after the period": (caravan(start="2019-07-01"), REMARK, "outside the period"),
    "a caravan that stays": (caravan(route="paso"), FAULT, "has one place"),
    "a caravan that leaps": (caravan(route="paso;norte_oeste"), REMARK, "km apart"),
    "a caravan that flies": (caravan(pace_km_day=2_500), FAULT, "pace_km_day is 2500"),
    "a post without a railway": (post("villa_sur", "rail"), REMARK, "nobody passes that way"),
    "effort where no leg lies": (
        cell("effort.csv", "INM,MX-CHP", "region", "MX-SON"), REMARK, "no leg lies in MX-SON"),
    "extrapolated after the end": (
        text("scenario.yaml", "seed: 7", "seed: 7\nextrapolated_from: 2023-01-01"), REMARK,
        "extrapolated_from is 2023-01-01"),
    # -- settings and layers -----------------------------------------------------------------
    "a period of another century": (
        both(lambda f: f.write("scenario.yaml", f.read("scenario.yaml").replace("2019-", "1019-")),
             ), FAULT, "the period runs from 1019"),
    "a base that loses outcomes": (
        extending("outcomes.csv", 60), REMARK, "replaces the table of 'example' and lacks"),
    "a base that loses origins": (extending("origins.csv", 1), REMARK, "lacks 1 of its rows"),
    "a base that loses departures": (
        extending("departures.csv", 8), REMARK, "lacks 4 of its rows"),
    "a base that loses a capacity": (
        lambda f: (
            shutil.rmtree(f.path),
            f.write("scenario.yaml", "name: mine\ntitle: Mine\nextends: example\n"),
            f.write("facilities.csv",
                    "id,kind,place,name,capacity,unit,start,source,reason,low,high\n"
                    "puertos,port,us_puertos,Ports,6,cases_per_day,2019-04-01,assumption,x,2,9\n"),
        ), REMARK, "puertos"),
}  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place where copies of the example are damaged."""
    return tmp_path_factory.mktemp("semantics")


@pytest.mark.parametrize("name", CASES)
def test_a_fault_of_meaning_is_named(name: str, base: Path) -> None:
    edit, severity, says = CASES[name]
    path = base / name.replace(" ", "_").replace(",", "")
    shutil.copytree(SHIPPED_FOLDER / "example", path)
    edit(Folder(path))
    problems = list(api.check(path))
    shown = "\n".join(f"{p.severity}: {p}" for p in problems)
    found = [p for p in problems if says in str(p)]
    assert found, f"silent about {says!r}; told:\n{shown}"
    assert severity in {p.severity for p in found}, shown
    assert all(_complete(p) for p in found), shown


def _complete(problem: Problem) -> bool:
    """A problem says where it is and what to do."""
    return bool(problem.where and problem.cure)


def test_there_are_as_many_as_were_tried_by_hand() -> None:
    assert len(CASES) >= 89


@pytest.mark.parametrize("name", ["example", "corridor"])
def test_the_shipped_scenarios_have_no_false_fault(name: str) -> None:
    problems = list(api.check(name))
    assert not [p for p in problems if p.severity == FAULT]
    about = {"example": (), "corridor": ("nobody is ever sent to",)}[name]
    assert all(any(a in p.what for a in about) for p in problems), list(map(str, problems))


ONLY_DOCUMENTED = {
    ("targets", "observable"), ("targets", "file"), ("targets", "frequency"), ("targets", "by"),
    ("targets", "start"), ("targets", "end"), ("targets", "publisher"), ("targets", "note"),
    ("calibration", "what"), ("calibration", "observable"), ("calibration", "by"),
    ("calibration", "start"), ("calibration", "end"),
}  # fmt: skip
"""Columns of published tables and of what was set on them, which have checks of their own."""

FREE = {
    "id", "name", "note", "reason", "source", "claims", "description", "payee", "purpose", "short",
    "recorded", "said", "waiting", "why",
}  # fmt: skip
"""Columns of words for people, and ids."""

LOOKED_AT = {
    ("places", "country"), ("places", "admin1"), ("places", "region"), ("places", "zones"),
    ("legs", "region"), ("cohorts", "nationality"), ("cohorts", "group"), ("departures", "month"),
    ("aims", "month"), ("facilities", "serves"), ("causes", "agency"), ("stays", "state"),
    ("stays", "facility_kind"), ("stay_hazards", "months"),
    ("money", "payer"), ("costs", "payer"), ("words", "code"), ("words", "members"),
    ("money", "policy"), ("money", "part_of"), ("money", "overlaps"), ("costs", "of"),
}  # fmt: skip
"""Columns of names with a check of their own."""


def test_every_column_is_matched_with_a_table_or_an_interval() -> None:
    left = []
    for spec in TABLES:
        for column, info in spec.record.columns().items():
            kind = str(info.annotation)
            key = (spec.name, column)
            if column in FREE or key in LOOKED_AT | ONLY_DOCUMENTED or "Literal['" in kind:
                continue
            if "date" in kind or kind == "<class 'bool'>" or (column == "queue"):
                continue
            ends = column in ("low", "high") and spec.name in ENDS
            if ends or key in PLAUSIBLE or key in DEPENDS:
                continue
            if key in {(table, name) for table, name, _, _ in REFERENCES}:
                continue
            left.append(key)
    assert left == []


def test_evidence_of_a_scenario_is_checked_as_the_shipped_one(base: Path) -> None:
    path = base / "evidence"
    shutil.copytree(SHIPPED_FOLDER / "example", path)
    head = "id,title,publisher,author,date,url,licence,accessed,kind,aliases,note"
    row = "MINE,T,P,A,2999-13-45,javascript:alert(1),free,2026-11,article,,"
    Folder(path).write("evidence/sources.csv", f"{head}\n{row}\n")
    told = "\n".join(map(str, api.check(path).errors))
    assert "sources.csv, line 2" in told
    assert "has no web address" in told
    assert "'2999-13-45' is not a date" in told


def test_one_bad_cell_is_one_fault(base: Path) -> None:
    path = base / "one"
    shutil.copytree(SHIPPED_FOLDER / "example", path)
    Folder(path).cell("facilities.csv", 2, "capacity", 5_000_000)  # outside its range, too
    Folder(path).cell("legs.csv", 15, "region", "us_esta")  # and so outside its sector, too
    assert len(api.check(path).errors) == 2


def test_what_ifs_of_a_base_are_not_held_against_an_extending_scenario(base: Path) -> None:
    path = base / "above"
    path.mkdir()
    folder = Folder(path)
    folder.write("scenario.yaml", "name: mine\ntitle: Mine\nextends: example\n")
    folder.write("patches/own.yaml", "id: own\ntitle: Own\npolicies: {no_such: {scale: 2}}\n")
    (fault,) = api.check(path).errors
    assert fault.where == "above/patches/own.yaml, line 3"
    assert "no_such" in fault.what


def test_a_fault_of_the_scenario_is_not_told_of_its_what_ifs(base: Path) -> None:
    path = base / "cascade"
    shutil.copytree(SHIPPED_FOLDER / "example", path)
    Folder(path).replace("policies.yaml", "stop_factor: {value: 2.5", 'stop_factor: {value: "x"')
    assert len(api.check(path).errors) == 1
