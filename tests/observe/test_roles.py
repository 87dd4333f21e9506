"""What was set on a window is never called a prediction of it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import travesia
from tests.observe.test_score import (
    BY_SECTOR,
    MONTHS,
    SHIFT,
    encounters,
    only,
    run,
    sectors,
    targets,
)
from tests.results import hand_made
from travesia.observe.roles import ORDER, role_of, settings
from travesia.observe.score import score
from travesia.observe.targets import Target
from travesia.observe.targets import targets as read_targets
from travesia.results.declared import snapshot_of
from travesia.results.result import Result
from travesia.scenario.load import load

FOLDER = Path(travesia.__file__).parent / "scenarios" / "corridor"
COLUMNS = ["what", "observable", "measure", "by", "start", "end", "role", "reason"]


def setting(**cells: str) -> pd.DataFrame:
    row = {
        "what": "x.factor",
        "observable": "us_encounters",
        "measure": "shares",
        "by": "sector",
        "start": "2019-01",
        "end": "2019-12",
        "role": "fit",
        "reason": "Set by eye.",
    }
    return pd.DataFrame([row | cells], columns=COLUMNS)


def role(window: dict[str, str] | None = None, metric: str = "tv", **cells: str) -> str:
    row = BY_SECTOR | {"start": "2019-01", "end": "2019-12"} | (window or {})
    more = {"targets": targets(row), "observed/s": sectors(*SHIFT), "calibration": setting(**cells)}
    return only(score(run(encounters(*SHIFT), **more)), metric).role


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, "fit"),
        ({"role": "input"}, "input"),
        ({"measure": "both"}, "fit"),
        ({"measure": "total"}, "prediction"),
        ({"by": ""}, "fit"),
        ({"by": "nationality"}, "prediction"),
        ({"observable": "mx_detentions"}, "prediction"),
        ({"start": "2019-12", "end": ""}, "fit"),
        ({"start": "", "end": "2019-01"}, "fit"),
        ({"start": "2018-01", "end": "2018-12"}, "prediction"),
        ({"start": "2020-01", "end": ""}, "prediction"),
    ],
)
def test_the_role_follows_from_overlap(cells: dict[str, Any], expected: str) -> None:
    assert role(**cells) == expected


def test_a_role_is_never_weakened() -> None:
    assert role({"role": "input"}) == "input"
    assert role({"role": "fit"}, start="2018-01", end="2018-02") == "fit"


def test_the_note_says_what_was_set() -> None:
    row = BY_SECTOR | {"start": "2019-01", "end": "2019-12"}
    more = {"targets": targets(row), "observed/s": sectors(*SHIFT), "calibration": setting()}
    assert (
        "x.factor was set on it: Set by eye."
        in only(score(run(encounters(*SHIFT), **more)), "tv").note
    )


def test_an_input_still_shows_how_it_compares() -> None:
    row = BY_SECTOR | {"start": "2019-01", "end": "2019-12"}
    more = {
        "targets": targets(row),
        "observed/s": sectors(*SHIFT),
        "calibration": setting(role="input"),
    }
    table = score(run(encounters([60.0] * 24, [40.0] * 24), **more))
    found = only(table, "tv")
    assert (found.verdict, found.against) == ("input", "worse")
    assert "input-driven (worse than all)" in table.to_text()


def test_a_ratio_is_decided_by_the_count_that_is_not_given() -> None:
    observed = pd.DataFrame({"month": MONTHS, "share": np.full(24, 0.5)})
    row = {"id": "us", "observable": "us_share_northern_triangle", "file": "observed/u.csv"}
    fitted = setting(observable="mx_detentions", measure="total", by="")
    more = {"targets": targets(row), "observed/u": observed, "calibration": fitted}
    (found,) = score(run(encounters(*SHIFT), **more)).primary()
    assert found.role == "fit"


# -- the corridor --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corridor() -> Result:
    names = ("places", "cohorts", "transitions", "targets", "calibration")
    tables = {n: pd.read_csv(FOLDER / f"{n}.csv", keep_default_na=False) for n in names}
    for path in (FOLDER / "observed").glob("*.csv"):
        tables[f"observed/{path.stem}"] = pd.read_csv(path)
    tables |= snapshot_of(load("corridor"))
    return Result(manifest={}, tables={}, scenario_tables=tables)


@pytest.fixture(scope="module")
def series(corridor: Result) -> dict[str, Target]:
    return {t.id: t for t in read_targets(corridor)}


@pytest.mark.parametrize(
    ("target", "measure", "expected"),
    [
        ("sector_2019", "shares", "fit"),
        ("sector_2023", "shares", "prediction"),
        ("sector_2023", "total", "input"),
        ("sector_nationality_2019", "shares", "fit"),
        ("sector_nationality_2023", "shares", "prediction"),
        ("nationality_input", "shares", "input"),
        ("family_input", "shares", "input"),
        ("mx_detentions_2019", "shares", "input"),
        ("mx_detentions_2019", "total", "fit"),
        ("mx_detentions_fit", "total", "fit"),
        ("mx_detentions_year", "total", "fit"),
        ("mx_states_2019", "shares", "prediction"),
        ("mx_states_2019", "total", "fit"),
        ("mx_returns", "total", "input"),
        ("mx_returns", "shares", "input"),
        ("us_share_2019", "total", "fit"),
        ("us_share_later", "total", "fit"),
        ("us_deaths", "shares", "fit"),
        ("us_deaths_iom", "shares", "fit"),
        ("us_deaths_iom", "total", "fit"),
        ("repeat_share", "total", "fit"),
        ("mpp_waiting", "total", "fit"),
        ("mpp_enrolments", "shares", "input"),
        ("us_expulsions", "shares", "input"),
        ("asylum_mx", "total", "fit"),
    ],
)
def test_roles_of_the_corridor(
    corridor: Result, series: dict[str, Target], target: str, measure: str, expected: str
) -> None:
    assert role_of(series[target], measure, settings(corridor)).role == expected


def test_what_is_written_as_a_prediction_is_one_in_shares_or_total(
    corridor: Result, series: dict[str, Target]
) -> None:
    """A row of targets.csv that says prediction must have something left to predict."""
    for target in series.values():
        if target.role == "prediction":
            roles = {role_of(target, m, settings(corridor)).role for m in ("shares", "total")}
            assert "prediction" in roles, target.id
    assert {s.role for s in settings(corridor)} <= set(ORDER)


def test_every_reason_that_names_a_window_is_written_down() -> None:
    """Effort that was set to meet counts of a period has a row for that period."""
    with (FOLDER / "calibration.csv").open(encoding="utf-8") as stream:
        told = [r for r in csv.DictReader(stream) if r["what"] == "effort"]
    with (FOLDER / "effort.csv").open(encoding="utf-8") as stream:
        rows = [r for r in csv.DictReader(stream) if "to meet INM" in r["reason"]]
    assert rows
    for row in rows:
        months = row["start"][:7], row["end"][:7]
        covered = [
            t
            for t in told
            if t["observable"] == "mx_detentions"
            and t["start"] <= months[1]
            and months[0] <= t["end"]
        ]
        assert covered, row["reason"]


# -- inputs only ---------------------------------------------------------------------------


def test_the_inputs_alone_give_sectors_from_departures_and_aims() -> None:
    """Two cohorts, 30 and 10 people; aims of the one are half and half, of the other Tucson."""
    departures = pd.DataFrame(
        [(m, c, n, n) for m in MONTHS for c, n in (("hnd-adult", 30), ("gtm-family", 10))],
        columns=["month", "cohort", "people", "parties"],
    )
    aims = pd.DataFrame(
        [
            (m, n, f, s, share)
            for m in MONTHS
            for n, f, s, share in (
                ("HND", "adult", "us_rgv", 0.5),
                ("HND", "adult", "us_tucson", 0.5),
                ("GTM", "family", "us_rgv", 0.0),
                ("GTM", "family", "us_tucson", 1.0),
            )
        ],
        columns=["month", "nationality", "family_type", "sector", "share"],
    )
    about = pd.DataFrame([("start", "2018-01-01"), ("end", "2019-12-31")], columns=["key", "value"])
    observed = sectors([15.0] * 24, [25.0] * 24)
    more = {
        "targets": targets(BY_SECTOR | {"start": "2019-01"}),
        "observed/s": observed,
        "aims": aims,
        "causes": pd.DataFrame([{"kind": "apprehension", "transition": "apprehended"}]),
        "scenario": about,
    }
    tables = {"events": encounters(*SHIFT), "departures": departures}
    found = only(score(hand_made.make(tables, **more)), "tv")
    assert found.baselines["inputs"] == pytest.approx(0.0)
    bare = {k: v for k, v in more.items() if k != "aims"}
    assert "inputs" not in only(score(hand_made.make(tables, **bare)), "tv").baselines


def test_the_inputs_alone_give_nationalities_from_departures() -> None:
    """Nobody is returned by Mexico to Mexico, so Mexicans who set out are no guess."""
    cohorts = (("hnd-adult", 30), ("ven-adult", 10), ("mex-adult", 999))
    departures = pd.DataFrame(
        [(m, c, n, n) for m in MONTHS for c, n in cohorts],
        columns=["month", "cohort", "people", "parties"],
    )
    observed = pd.DataFrame(
        [(m, n, p) for m in MONTHS for n, p in (("HND", 3), ("OTH", 1))],
        columns=["month", "nationality", "people"],
    )
    row = {"id": "r", "observable": "mx_returns_by_nationality", "file": "observed/r.csv"}
    events = hand_made.events((m, "deported", "tapachula", "hnd-adult", 9) for m in MONTHS)
    about = pd.DataFrame([("start", "2018-01-01"), ("end", "2019-12-31")], columns=["key", "value"])
    result = hand_made.make(
        {"events": events, "departures": departures},
        scenario=about,
        **{"targets": targets(row), "observed/r": observed},
    )
    found = only(score(result), "tv")
    assert found.baselines["inputs"] == pytest.approx(0.0)
