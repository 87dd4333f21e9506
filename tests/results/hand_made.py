"""Results made by hand, small enough to count on one's fingers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from travesia.results.declared import snapshot_of
from travesia.results.result import Result
from travesia.scenario.load import load

PLACES = pd.DataFrame(
    [
        ("tapachula", "Tapachula", "town", "MEX", "MX-CHP", "MX-CHP", ""),
        ("tijuana", "Tijuana", "border_city", "MEX", "MX-BCN", "MX-BCN", ""),
        ("us_rgv", "Rio Grande Valley", "sector", "USA", "US-TX", "us_rgv", ""),
        ("us_tucson", "Tucson", "sector", "USA", "US-AZ", "us_tucson", ""),
        ("pg_san_diego", "Ports, San Diego", "port_group", "USA", "US-CA", "pg_san_diego", ""),
        ("san_pedro_sula", "San Pedro Sula", "origin", "HND", "HN-CR", "HND", ""),
    ],
    columns=["id", "name", "kind", "country", "admin1", "region", "zones"],
)
COHORTS = pd.DataFrame(
    [
        (f"{n.lower()}-{f}", n, f, "northern_triangle" if n in ("GTM", "HND", "SLV") else "other")
        for n in ("GTM", "HND", "SLV", "MEX", "VEN")
        for f in ("adult", "family", "child")
    ],
    columns=["id", "nationality", "family_type", "group"],
)
TRANSITIONS = pd.DataFrame(
    [
        ("apprehended", "cause:apprehension", "us_custody", "us_encounter"),
        ("released_to_case", "us_custody", "in_us", "us_release"),
        ("expelled_to_mexico", "us_custody", "expelled", "us_expulsion"),
        ("detained", "stopped", "mx_detention", "mx_detention"),
        ("channelled_to_dif", "stopped", "dif_custody", "mx_detention;mx_child_custody"),
        ("deported", "mx_removal", "home_again", "mx_return"),
        ("robbed", "cause:robbery", "continue", "harm"),
        ("died_exposure", "cause:death_exposure", "dead", "death"),
        ("evaded", "arrival", "in_us", "evasion"),
        ("remain_in_mexico", "us_custody", "remain_in_mexico", "mpp_enrolment"),
    ],
    columns=["id", "from", "to", "counts_as"],
).assign(recorded="", said="", description="", claims="")
STAYS = pd.DataFrame(
    [("mpp", "remain_in_mexico", "Waiting for a US court", "border")],
    columns=["id", "state", "name", "waiting"],
)
MANIFEST = {
    "travesia": "0.1.0",
    "scenario": "by hand",
    "seed": 1,
    "sample": 1.0,
}

Row = tuple[Any, ...]


SCENARIO = pd.DataFrame(
    [
        ("start", "2019-01-01"),
        ("end", "2019-03-31"),
        ("extrapolated_from", ""),
        ("ends", "in_us;returned;settled_mx;dead"),
    ],
    columns=["key", "value"],
)


def scenario(**more: pd.DataFrame) -> dict[str, pd.DataFrame]:
    tables = {
        "places": PLACES,
        "cohorts": COHORTS,
        "transitions": TRANSITIONS,
        "scenario": SCENARIO,
        **snapshot_of(load("corridor")),
        "stays": STAYS,
    }
    return tables | more


def events(rows: Iterable[Row]) -> pd.DataFrame:
    """Rows: month, transition, place, cohort, people."""
    columns = ["month", "transition", "place", "cohort", "people"]
    frame = pd.DataFrame(list(rows), columns=columns)
    return frame.assign(parties=frame["people"])


def make(
    tables: Mapping[str, pd.DataFrame],
    manifest: Mapping[str, Any] = MANIFEST,
    /,
    **more: pd.DataFrame,
) -> Result:
    return Result(manifest=dict(manifest), tables=tables, scenario_tables=scenario(**more))


def small() -> Result:
    """Three months, a handful of people."""
    rows = [
        ("2018-12", "apprehended", "us_rgv", "hnd-adult", 100),  # spin-up: never counted
        ("2019-01", "apprehended", "us_rgv", "hnd-adult", 10),
        ("2019-01", "apprehended", "us_tucson", "gtm-family", 4),
        ("2019-02", "apprehended", "us_rgv", "hnd-family", 6),
        ("2019-01", "released_to_case", "us_rgv", "hnd-adult", 3),
        ("2019-02", "expelled_to_mexico", "us_rgv", "hnd-family", 5),
        ("2019-01", "detained", "tapachula", "hnd-adult", 7),
        ("2019-03", "channelled_to_dif", "tapachula", "gtm-child", 2),
        ("2019-02", "deported", "tapachula", "hnd-adult", 6),
        ("2019-02", "robbed", "tapachula", "hnd-adult", 9),
        ("2019-02", "died_exposure", "us_tucson", "hnd-adult", 1),
        ("2019-03", "evaded", "us_tucson", "hnd-adult", 8),
    ]
    departures = pd.DataFrame(
        [("2018-12", "hnd-adult", 50, 50), ("2019-01", "hnd-adult", 30, 30)],
        columns=["month", "cohort", "people", "parties"],
    )
    stocks = pd.DataFrame(
        [
            ("2018-12-31", "in_us", "us_rgv", 20),
            ("2019-01-31", "remain_in_mexico", "tijuana", 3),
            ("2019-03-31", "in_us", "us_rgv", 31),
            ("2019-03-31", "remain_in_mexico", "tijuana", 5),
            ("2019-03-31", "travel_bus", "tapachula", 2),
            ("2019-03-31", "dead", "us_tucson", 1),
        ],
        columns=["date", "state", "place", "people"],
    )
    repeats = pd.DataFrame(
        [("2019-02", "us_rgv", "hnd-family", 3)], columns=["month", "place", "cohort", "people"]
    )
    return make(
        {"events": events(rows), "departures": departures, "stocks": stocks, "repeats": repeats}
    )
