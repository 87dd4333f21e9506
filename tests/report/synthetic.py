"""A made-up run, clearly synthetic, with the tables of a real one: for the tests of the report."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from travesia.reporting.basemap import pack_basemap
from travesia.reporting.data import build_payload
from travesia.results.declared import snapshot_of
from travesia.results.result import Result
from travesia.scenario.load import load

Payload = Any
"""What a page carries: plain JSON."""
PLACES = [
    ("san_pedro", "San Pedro", "origin", "HND", "HN-CR", 15.50, -88.03),
    ("guate", "Guate", "town", "GTM", "GT-GU", 14.63, -90.51),
    ("darien", "Darién", "gateway", "PAN", "PA-5", 8.2, -77.7),
    ("tecun", "Tecún", "border_zone", "GTM", "GT-SM", 14.68, -92.14),
    ("tapachula", "Tapachula", "town", "MEX", "MX-CHP", 14.90, -92.26),
    ("arriaga", "Arriaga", "rail_yard", "MEX", "MX-CHP", 16.23, -93.90),
    ("ixtepec", "Ixtepec", "rail_yard", "MEX", "MX-OAX", 16.56, -95.10),
    ("lecheria", "Lechería", "rail_yard", "MEX", "MX-MEX", 19.61, -99.19),
    ("monterrey", "Monterrey", "town", "MEX", "MX-NLE", 25.67, -100.31),
    ("reynosa", "Reynosa", "border_city", "MEX", "MX-TAM", 26.09, -98.28),
    ("juarez", "Juárez", "border_city", "MEX", "MX-CHH", 31.69, -106.42),
    ("tijuana", "Tijuana", "border_city", "MEX", "MX-BCN", 32.51, -117.04),
    ("us_rgv", "Rio Grande Valley", "sector", "USA", "US-TX", 26.30, -98.10),
    ("us_elp", "El Paso", "sector", "USA", "US-TX", 31.90, -106.30),
    ("us_sdc", "San Diego", "sector", "USA", "US-CA", 32.70, -116.90),
]
LEGS = [
    ("san_pedro", "guate", "bus", 400, 0.5),
    ("darien", "guate", "bus", 2000, 4),
    ("guate", "tecun", "bus", 250, 0.3),
    ("tecun", "tapachula", "boat_raft", 38, 0.1),
    ("tapachula", "arriaga", "walk_road", 240, 8),
    ("tapachula", "arriaga", "bus", 240, 0.4),
    ("tapachula", "lecheria", "goods_truck", 1150, 2),
    ("arriaga", "ixtepec", "freight_train", 160, 2),
    ("arriaga", "ixtepec", "walk_track", 180, 9),
    ("ixtepec", "lecheria", "freight_train", 700, 5),
    ("lecheria", "monterrey", "bus", 900, 1),
    ("lecheria", "juarez", "freight_train", 1800, 10),
    ("lecheria", "tijuana", "air", 2300, 0.3),
    ("monterrey", "reynosa", "guided_vehicle", 220, 0.6),
    ("reynosa", "us_rgv", "boat_raft", 10, 0.1),
    ("juarez", "us_elp", "walk_road", 10, 0.1),
    ("tijuana", "us_sdc", "walk_track", 20, 0.3),
]
MODES = [
    ("bus", "Bus"),
    ("guided_vehicle", "A guide's vehicle"),
    ("goods_truck", "Goods truck"),
    ("freight_train", "Freight train"),
    ("walk_road", "On foot by road"),
    ("walk_track", "On foot off the road"),
    ("boat_raft", "Boat or raft"),
    ("air", "Air"),
]
NATIONALITIES = [
    "GTM",
    "HND",
    "SLV",
    "MEX",
    "CUB",
    "HTI",
    "VEN",
    "NIC",
    "COL",
    "ECU",
    "BRA",
    "PER",
    "IND",
    "OTH",
]
FAMILIES = ["adult", "family", "child"]
TRANSITIONS = [
    ("evaded", "arrival", "in_us", "evasion", "Crosses without being apprehended."),
    ("released_to_case", "us_custody", "in_us", "us_release", "Released with a case."),
    ("expelled_to_mexico", "us_custody", "expelled", "us_expulsion", "Expelled to Mexico."),
    ("apprehended", "cause:apprehension", "us_custody", "us_encounter", "Taken into custody."),
    ("detained", "stopped", "mx_detention", "mx_detention", "Taken to a migration station."),
    ("deported", "mx_removal", "home_again", "mx_return", "Returned by Mexico."),
    ("gives_up_at_home", "home_again", "returned", "", "Stays at home."),
    ("settle_north", "border_wait", "settled_mx", "", "Stays in a border city."),
    ("claim_asylum", "action", "asylum_queue", "asylum_application_mx", "Claims asylum."),
    ("robbed", "cause:robbery", "continue", "harm", "Robbed on the way."),
    ("extorted", "cause:extortion", "continue", "harm", "Made to pay."),
    ("kidnapped", "cause:kidnapping", "captive", "harm", "Kidnapped for ransom."),
    ("injured", "cause:injury", "recovering", "harm", "Injured."),
    ("died_exposure", "cause:death_exposure", "dead", "death", "Dies of heat."),
    ("died_train", "cause:death_train", "dead", "death", "Dies under a train."),
    ("died_drowning", "cause:death_drowning", "dead", "death", "Drowns."),
    ("killed_in_captivity", "captive", "dead", "death", "Killed by the captors."),
]
WEIGHTS = {
    "evaded": 0.25,
    "released_to_case": 0.3,
    "expelled_to_mexico": 0.1,
    "apprehended": 0.7,
    "detained": 0.2,
    "deported": 0.12,
    "gives_up_at_home": 0.2,
    "settle_north": 0.06,
    "claim_asylum": 0.04,
    "robbed": 0.08,
    "extorted": 0.1,
    "kidnapped": 0.012,
    "injured": 0.03,
    "died_exposure": 0.0004,
    "died_train": 0.0001,
    "died_drowning": 0.0002,
    "killed_in_captivity": 0.0001,
}
PAGES: dict[str, Any] = {
    "views": [
        {"id": "south", "name": "The south", "box": [-98.5, 13.2, -86.5, 19.2]},
        {"id": "north", "name": "The north", "box": [-118.5, 24.5, -96.0, 34.0]},
    ],
    "windows": [{"name": "2014–16", "first": "2014-01", "last": "2016-12"}],
    "periods": [
        {"name": "before", "first": "2013-01", "last": "2015-12"},
        {"name": "after", "first": "2016-01", "last": "2023-12"},
    ],
    "parts": [
        {"id": "mexico", "name": "Mexico", "where": ["MEX"]},
        {"id": "south", "name": "the south", "where": ["MX-CHP", "MX-OAX"]},
    ],
}
POLICIES = [
    ("southern_border_program", "Southern Border Program", "2014-07-07", "2018-11-30", "P1"),
    ("faster_trains", "Freight trains run faster", "2014-08-01", "", "P1;P2"),
    ("remain_in_mexico", "Remain in Mexico", "2019-01-25", "2021-01-21", "P2"),
    ("national_guard", "National Guard on the roads", "2019-06-10", "", "P2"),
    ("pandemic_expulsions", "Pandemic expulsions", "2020-03-21", "2023-05-11", "P1"),
    ("appointments", "Appointments by telephone", "2023-01-12", "", "P2"),
]


def scenario_tables(
    places: pd.DataFrame | None = None, legs: pd.DataFrame | None = None
) -> dict[str, pd.DataFrame]:
    """The snapshot of a small made-up corridor, or of other places and legs."""
    if places is None:
        places = pd.DataFrame(
            PLACES, columns=["id", "name", "kind", "country", "admin1", "lat", "lon"]
        )
        places["region"] = places["admin1"]
    if legs is None:
        legs = pd.DataFrame(LEGS, columns=["from", "to", "mode", "distance_km", "days"])
        legs["id"] = legs["from"] + "__" + legs["to"] + "__" + legs["mode"]
        legs["role"] = np.where(legs["to"].str.startswith("us_"), "crossing", "travel")
    cohorts = pd.DataFrame(
        [(f"{n.lower()}-{f}", n, f, "all") for n in NATIONALITIES for f in FAMILIES],
        columns=["id", "nationality", "family_type", "group"],
    )
    about = {
        "title": "A made-up corridor, 2013–2023",
        "purpose": "To test the report.",
        "limits": "Nothing here is real.\nAll numbers are invented.",
        "start": "2013-01-01",
        "end": "2023-12-31",
        "transit": "MEX",
        "ends": "in_us;returned;settled_mx;dead",
        "extrapolated_from": "2023-12-01",
        "pages": json.dumps(PAGES),
    }
    transitions = pd.DataFrame(
        TRANSITIONS, columns=["id", "from", "to", "counts_as", "description"]
    )
    policies = pd.DataFrame(POLICIES, columns=["id", "name", "start", "end", "source"])
    policies = policies.assign(note="An invented note.", claims=["a;b", "a", "a", "a", "a;b;c", ""])
    parameters = pd.DataFrame(
        [
            ("alpha_cost", 0.8, 0.4, 1.6, "per 1,000 USD", "Weight of money", "P1", ""),
            (
                "beta_time",
                0.12,
                0.05,
                0.25,
                "per day",
                "Weight of time",
                "assumption",
                "A judgement.",
            ),
        ],
        columns=["id", "value", "low", "high", "unit", "description", "source", "reason"],
    )
    hazards = pd.DataFrame(
        [
            (
                "kidnapping",
                m,
                s,
                0.001 * k,
                0.0005 * k,
                0.004 * k,
                "passage",
                "assumption",
                "Prose.",
            )
            for k, s in enumerate(["MX-CHP", "MX-TAM", "MX-NLE", "MX-OAX"], 1)
            for m in ["bus", "freight_train", "walk_road", "goods_truck", "walk_track"]
        ],
        columns=["cause", "mode", "region", "value", "low", "high", "per", "source", "reason"],
    )
    return {
        "scenario": pd.DataFrame({"key": list(about), "value": list(about.values())}),
        "places": places,
        "legs": legs,
        "cohorts": cohorts,
        "stays": stays(),
        "quantities": snapshot_of(load("corridor"))["quantities"],
        "transitions": transitions,
        "words": words_table(),
        "modes": pd.DataFrame(MODES, columns=["id", "name"]),
        "policies": policies,
        "parameters": parameters,
        "hazards": hazards,
    }


def stays() -> pd.DataFrame:
    """The states of the corridor and the kinds of waiting in them."""
    rows = [(s.id, s.state, s.name, s.waiting or "") for s in load("corridor").stays]
    return pd.DataFrame(rows, columns=["id", "state", "name", "waiting"])


def months() -> list[str]:
    """All months of the made-up period."""
    return [str(m) for m in pd.period_range("2013-01", "2023-12", freq="M")]


def demand(labels: list[str]) -> np.ndarray:
    """People who set out, by month: seasons, a surge in 2019, a fall in 2020, a rise after."""
    t = np.arange(len(labels))
    year = 2013 + t / 12
    level = 40_000 + 35_000 * np.exp(-(((year - 2019.35) / 0.35) ** 2))
    level = level - 26_000 * np.exp(-(((year - 2020.35) / 0.25) ** 2))
    level = level + 130_000 / (1 + np.exp(-(year - 2021.3) * 3))
    return np.asarray(level * (1 + 0.2 * np.sin(2 * np.pi * (t - 1) / 12)))


def synthetic_result(tables: dict[str, pd.DataFrame] | None = None, seed: int = 7) -> Result:
    """A made-up run over eleven years."""
    snapshot = tables or scenario_tables()
    rng = np.random.default_rng(seed)
    labels = months()
    level = demand(labels)
    cohorts = snapshot["cohorts"]
    share = rng.dirichlet(np.linspace(4, 0.3, len(cohorts)))
    departures = rng.poisson(level[:, None] * share)
    runs = {
        "departures": _grid({"month": labels, "cohort": list(cohorts["id"])}, departures),
        "flows": _flows(snapshot, labels, departures, rng),
        "events": _events(snapshot, labels, departures, rng),
        "stocks": _stocks(snapshot, level, rng),
        "journeys": _journeys(snapshot, rng),
    }
    manifest = {
        "travesia": "0.0",
        "scenario": "made_up",
        "seed": seed,
        "sample": 1.0,
        "patches": [],
        "start": "2013-01-01",
        "end": "2023-12-31",
        "ends": "in_us;returned;settled_mx;dead",
        "people": int(departures.sum()),
        "result_sha256": "0" * 64,
    }
    return Result(manifest=manifest, tables=runs, scenario_tables=snapshot)


def words_table() -> pd.DataFrame:
    """The words of the corridor."""
    rows = [w.model_dump() for w in load("corridor").words]
    return pd.DataFrame([{**row, "members": ";".join(row["members"])} for row in rows])


def _grid(axes: dict[str, list[str]], people: np.ndarray) -> pd.DataFrame:
    at = np.nonzero(people)
    table = {
        name: np.asarray(labels)[i] for (name, labels), i in zip(axes.items(), at, strict=True)
    }
    return pd.DataFrame({**table, "people": people[at], "parties": people[at]})


def _flows(
    snapshot: dict[str, pd.DataFrame],
    labels: list[str],
    departures: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    legs = snapshot["legs"]
    legs = legs[legs["role"] != "return"]
    weight = rng.dirichlet(np.full(len(legs), 0.6)) * min(6, len(legs) / 3)
    train = (legs["mode"] == "freight_train").to_numpy()
    early = np.asarray(labels) < "2014-08"
    factor = np.where(train[None, :] & ~early[:, None], 0.35, 1.0)
    people = rng.poisson(departures[:, None, :] * (weight * factor)[:, :, None])
    axes = {"month": labels, "leg": list(legs["id"]), "cohort": list(snapshot["cohorts"]["id"])}
    return _grid(axes, people)


def _events(
    snapshot: dict[str, pd.DataFrame],
    labels: list[str],
    departures: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    places, cohorts = snapshot["places"], snapshot["cohorts"]
    mexico = np.flatnonzero((places["country"] == "MEX").to_numpy())
    sectors = np.flatnonzero((places["kind"] == "sector").to_numpy())
    frames = []
    for name, weight in WEIGHTS.items():
        inside = sectors if name in ("apprehended", "evaded", "released_to_case") else mexico
        share = rng.dirichlet(np.full(len(inside), 1.5))
        people = rng.poisson(departures[:, None, :] * weight * share[None, :, None])
        table = _grid(
            {
                "month": labels,
                "place": list(places["id"].iloc[inside]),
                "cohort": list(cohorts["id"]),
            },
            people,
        )
        frames.append(table.assign(transition=name))
    return pd.concat(frames, ignore_index=True)


def _stocks(
    snapshot: dict[str, pd.DataFrame], level: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    places = snapshot["places"]
    mexico = places[places["country"] == "MEX"]
    dates = pd.date_range("2013-01-01", "2023-12-31")
    month = (dates.year - 2013) * 12 + dates.month - 1
    states = {
        "stranded": 0.5,
        "border_wait": 0.3,
        "asylum_wait": 0.4,
        "mx_custody": 0.06,
        "captive": 0.02,
        "travel_bus": 0.2,
    }
    frames = []
    for place, weight in zip(mexico["id"], rng.dirichlet(np.full(len(mexico), 0.7)), strict=True):
        for state, size in states.items():
            people = np.rint(level[month] * size * weight).astype(int)
            frames.append(
                pd.DataFrame({"date": dates, "state": state, "place": place, "people": people})
            )
    table = pd.concat(frames, ignore_index=True)
    return table[table["people"] > 0]


def _journeys(
    snapshot: dict[str, pd.DataFrame], rng: np.random.Generator, count: int = 60
) -> pd.DataFrame:
    legs = snapshot["legs"]
    chains = legs[legs["role"] != "return"]
    ends = ["evaded", "released_to_case", "settle_north", "gives_up_at_home", "died_exposure"]
    rows = []
    for journey in range(count):
        cohort = snapshot["cohorts"]["id"].iloc[int(rng.integers(len(snapshot["cohorts"])))]
        size = 3 if cohort.endswith("family") else 1
        date = pd.Timestamp("2013-01-01") + pd.Timedelta(days=int(rng.integers(3900)))
        place, step = "san_pedro", 0
        if place not in set(chains["from"]):
            place = chains["from"].iloc[0]
        while step < 12:
            options = chains[chains["from"] == place]
            if options.empty:
                break
            leg = options.iloc[int(rng.integers(len(options)))]
            rows.append((journey, step, date, f"leg:{leg['id']}", place, cohort, size))
            date += pd.Timedelta(days=int(np.ceil(leg["days"])) + int(rng.integers(0, 3)))
            place, step = leg["to"], step + 1
            if rng.random() < 0.3:
                rows.append((journey, step, date, "robbed", place, cohort, size))
                date += pd.Timedelta(days=int(rng.integers(1, 40)))
                step += 1
        end = ends[int(rng.choice(len(ends), p=[0.4, 0.3, 0.1, 0.15, 0.05]))]
        rows.append((journey, step, date, end, place, cohort, size))
    table = pd.DataFrame(
        rows, columns=["journey", "step", "date", "event", "place", "cohort", "size"]
    )
    return table.assign(hour=0, date=table["date"].dt.strftime("%Y-%m-%d"))


def synthetic_bands() -> dict[str, dict[str, Any]]:
    """Made-up ranges: by month for some metrics, of the total for others."""
    level = demand(months())
    return {
        "us_encounters": {
            "months": months(),
            "quantiles": {
                "0.05": list(level * 0.55),
                "0.5": list(level * 0.7),
                "0.95": list(level * 0.9),
            },
            "total": {"0.05": float(level.sum() * 0.6), "0.95": float(level.sum() * 0.85)},
            "chance": 4_000.0,
            "draws": 40,
        },
        "deaths": {"quantiles": {"0.05": 5_000.0, "0.95": 14_000.0}, "chance": 90.0, "draws": 40},
        "kidnapping": {"total": {"0.05": 60_000.0, "0.95": 310_000.0}, "chance": 500.0},
    }


def synthetic_observed(seed: int = 3) -> dict[str, list[dict[str, Any]]]:
    """Made-up published series."""
    rng = np.random.default_rng(seed)
    labels, level = months(), demand(months())
    noise = rng.lognormal(0, 0.12, (2, len(labels)))
    late = [m for m in labels if m >= "2018-01"]
    encounters = dict(zip(labels, (level * 0.72 * noise[0]).round().tolist(), strict=True))
    detentions = dict(zip(labels, (level * 0.19 * noise[1]).round().tolist(), strict=True))
    return {
        "us_encounters": [
            {"name": "US Border Patrol", "source": ["P1"], "role": "fit", "values": encounters}
        ],
        "mx_detentions": [
            {
                "name": "Mexico's migration unit",
                "source": ["P2"],
                "role": "prediction",
                "values": {m: detentions[m] for m in late},
            }
        ],
    }


def synthetic_scores() -> list[dict[str, Any]]:
    """Made-up rows of a score table."""
    return [
        {
            "target": "Shares of US sectors",
            "role": "prediction",
            "start": "2019-06",
            "end": "2019-12",
            "error": 0.18,
            "measure": "relative error",
            "baselines": {"last_year_shares": 0.31, "equal_shares": 0.7},
            "note": "Conditional on demand.",
        },
        {
            "target": "Detentions by nationality",
            "role": "fit",
            "window": "2018–2020",
            "error": 0.24,
            "baselines": {"seasonal_naive": 0.2},
        },
        {
            "target": "Total encounters",
            "role": "input",
            "window": "2013–2023",
            "error": 0.03,
            "baselines": {"seasonal_naive": 0.4},
        },
        {
            "target": "Deaths by sector",
            "role": "prediction",
            "window": "FY2013–19",
            "error": 0.5,
            "baselines": {"population": 0.51},
        },
    ]


def synthetic_evidence() -> list[dict[str, Any]]:
    """Made-up sources."""
    return [
        {
            "id": "P1",
            "title": "An invented table",
            "publisher": "Nobody",
            "date": "2020-01-01",
            "url": "https://example.org/one",
            "licence": "none",
        },
        {
            "id": "P2",
            "title": "Another invented table",
            "publisher": "Nobody",
            "date": "",
            "url": "javascript:alert(1)",
            "licence": "",
        },
    ]


SQUARE = {
    "features": [
        {
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[-110, 15], [-110, 31], [-90, 31], [-88, 16], [-95, 15.5], [-110, 15]]
                ],
            }
        },
        {
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [[[[-92, 7], [-92, 17.5], [-76, 17.5], [-76, 7], [-92, 7]]]],
            }
        },
    ]
}
"""A basemap that is plainly not the world."""


def full_payload(result: Result, **changes: Any) -> Payload:
    """The payload of a made-up run with made-up scores, ranges, sources and published series."""
    arguments: dict[str, Any] = {
        "scores": synthetic_scores(),
        "bands": synthetic_bands(),
        "evidence": synthetic_evidence(),
        "observed": synthetic_observed(),
        "basemap": pack_basemap([("state", SQUARE)]),
        "contradictions": [
            {"topic": "How wide the belt is", "text": "Two readings exist.", "source": "P1"}
        ],
    }
    return build_payload(result, **{**arguments, **changes})
