"""What the page of a comparison carries, held against the comparison itself."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.comparisons import MEMBERS, example, page_data
from tests.report.synthetic import Payload
from travesia.errors import OutputError
from travesia.evidence import Ledger
from travesia.reporting.comparison import (
    cited_sources,
    comparison_page,
    default_command,
    marks,
)
from travesia.reporting.comparison_changes import expectations, prose
from travesia.scenario.load import load


@pytest.fixture(scope="module")
def data() -> Payload:
    return page_data("no_raids", "more_offices")


def test_it_is_plain_json_without_gaps(data: Payload) -> None:
    again = json.loads(json.dumps(data, allow_nan=False))
    assert json.dumps(again) == json.dumps(data)
    assert [s["label"] for s in data["scenarios"]] == ["example+no_raids", "example+more_offices"]


def test_the_headlines_are_the_numbers_of_the_comparison(data: Payload) -> None:
    comparison = example("no_raids", "more_offices")
    for told, effect in zip(data["scenarios"], comparison.effects, strict=True):
        rows = {r["output"]: r for r in effect.outputs()}
        assert "us_encounters" in {h["id"] for h in told["headlines"]}
        for h in told["headlines"]:
            row = rows[h["id"]]
            assert h["difference"] == pytest.approx(row["difference"], rel=0.005)
            assert h["low"] == pytest.approx(row["low"], rel=0.005)
            clear = row["low"] > 0 or row["high"] < 0
            assert (h["verdict"] in ("more", "fewer")) == clear
        assert len(told["outputs"]) == len(rows)


def test_every_series_has_every_month_and_its_bands_lie_in_order(data: Payload) -> None:
    for told in data["scenarios"]:
        assert told["months"] == ["2019-01", "2019-02", "2019-03", "2019-04"]
        assert {t["id"] for t in told["timelines"]} == {o["id"] for o in told["outputs"]}
        for t in told["timelines"]:
            for low, low50, middle, high50, high in zip(
                t["low"], t["low50"], t["difference"], t["high50"], t["high"], strict=True
            ):
                assert low <= low50 <= middle <= high50 <= high


def test_the_map_shows_the_legs_and_places_of_the_cells(data: Payload) -> None:
    effect = example("no_raids", "more_offices").effects[0]
    flows = {r["leg"]: r for r in effect.cells()["passages_by_leg"]}
    told = data["scenarios"][0]
    assert told["flows"], "raids that do not happen change who takes the train"
    for at, base, difference, low, high, _ in told["flows"]:
        row = flows[data["legs"][at]["id"]]
        assert base == pytest.approx(row["base"], rel=0.005)
        assert (difference, low, high) == pytest.approx(
            (row["difference"], row["low"], row["high"]), rel=0.005, abs=1e-9
        )
    sizes = [abs(r[2]) for r in told["flows"]]
    assert sizes == sorted(sizes, reverse=True)
    drawn = {data["legs"][r[0]]["id"] for r in told["flows"]}
    still = {leg for leg, r in flows.items() if r["low"] == r["high"] == 0}
    assert drawn == set(flows) - still
    for measure in data["measures"]:
        names = [data["places"][r[0]]["id"] for r in told["at_places"][measure["id"]]]
        assert len(names) == len(set(names))


def test_people_places_and_waits_have_names_and_not_codes(data: Payload) -> None:
    for told in data["scenarios"]:
        for section in ("whom", "where", "waiting"):
            assert told[section], section
            for group in told[section]:
                for panel in group["panels"]:
                    sizes = [abs(r["difference"]) for r in panel["rows"]]
                    assert sizes == sorted(sizes, reverse=True)
                    for row in panel["rows"]:
                        assert "_" not in row["name"], row
                        assert row["low"] <= row["difference"] <= row["high"]
    by_nation = data["scenarios"][0]["whom"][0]["panels"][0]["rows"]
    assert {r["name"] for r in by_nation} == {"Honduras", "Guatemala"}


def test_the_policy_is_told_with_its_dates_numbers_and_question(data: Payload) -> None:
    first, second = (s["changes"] for s in data["scenarios"])
    (policy,) = first["policies"]
    assert policy["what"] == ["switched off"]
    assert (policy["start"], policy["end"]) == ("2019-02-01", "2019-03-31")
    assert {p["name"]: (p["value"], p["low"], p["high"]) for p in policy["parameters"]} == {
        "stop factor": (2.5, 1.5, 4),
        "guard add": (0.3, 0.1, 0.6),
    }
    assert policy["where"] == ["Veracruz"]
    assert policy["does"]
    assert "`" not in policy["does"]
    assert first["questions"][0]["question"].startswith("How many more people ride the trains")
    assert second["parameters"][0]["what"] == "belief_half_life_weeks"
    assert second["tables"][0]["table"] == "facilities"


def test_expectations_are_read_from_the_scenario(tmp_path: Path) -> None:
    folder = tmp_path / "system"
    folder.mkdir()
    with (folder / "what_ifs.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows(
            [
                ["id", "patch", "more", "question", "expectation", "claims"],
                ["W1", "one", "two;three", "?", "Fewer wait, more ride.", "S1-p01-a;S1-p02-b"],
            ]
        )
    found = expectations([tmp_path / "none", tmp_path])
    assert set(found) == {"one", "two", "three"}
    assert found["two"] == {
        "expectation": "Fewer wait, more ride.",
        "claims": ["S1-p01-a", "S1-p02-b"],
    }
    assert expectations([tmp_path / "none"]) == {}


def test_docstrings_become_prose() -> None:
    text = "The share (``share_YYYY_MM``) is\n    sent ``adult_factor`` times (S1-p01-a, S2-p03-b)."
    assert prose(text) == "The share (share) is sent adult factor times."


def test_near_dates_are_joined_and_dates_outside_are_left_out() -> None:
    months = [f"{year}-{month:02}" for year in range(2013, 2024) for month in range(1, 13)]
    policies: list[dict[str, Any]] = [
        {"name": "A", "start": "2019-01-25", "end": "2021-01-20"},
        {"name": "B", "start": "2019-02-03", "end": None},
        {"name": "C", "start": "2011-01-01", "end": "2024-02-01"},
    ]
    found = marks(policies, months)
    assert [[w["text"] for w in m["what"]] for m in found] == [["A begins", "B begins"], ["A ends"]]
    assert len(marks(policies, months[70:76])) == 2, "a short period has room for both"


def test_the_command_and_the_manifest_make_it_again(data: Payload) -> None:
    assert data["command"] == (
        f"travesia compare example no_raids more_offices --members {MEMBERS} --sample 0.05 --seed 7"
    )
    manifest = dict(data["manifest"])
    assert manifest["sha256 of example"] == load("example").sha256()
    assert manifest["sha256 of example+no_raids"] == load("example", ["no_raids"]).sha256()
    assert manifest["sha256 of the ledger"] == Ledger.load().sha256()
    chance = {
        "settings": {"members": 2, "seed": 1, "sample": 1.0, "draws": False},
        "baseline": {"label": "a"},
        "scenarios": [{"label": "b+c"}],
    }
    assert default_command(chance) == (
        "travesia compare a b+c --members 2 --sample 1 --seed 1 --no-draws"
    )


def test_sources_stand_once_with_all_that_cites_them() -> None:
    ledger = Ledger.load()
    refs = ["S3-p03-d", "S4-p07-d", "S3-p02-a", "assumption", "no such thing"]
    found = cited_sources(ledger.for_report(refs))
    cited = [c["id"] for s in found for c in s["cited"]]
    assert sorted(cited) == ["S3-p02-a", "S3-p03-d", "S4-p07-d"]
    assert len({s["id"] for s in found}) == len(found) == 2
    assert all(c["says"] for s in found for c in s["cited"])
    assert cited_sources([]) == []


def test_one_pair_claims_nothing() -> None:
    data = page_data("no_raids")
    from travesia.reporting.comparison import build_comparison

    single = build_comparison(example("no_raids", members=1))
    verdicts = {h["verdict"] for h in single["scenarios"][0]["headlines"]}
    assert verdicts <= {"single", "same"}
    assert all(h["span"] == "" and h["error"] is None for h in single["scenarios"][0]["headlines"])
    assert any("One pair gives no interval" in text for text in single["sure"])
    assert not any("One pair gives no interval" in text for text in data["sure"])
    json.dumps(single, allow_nan=False)


def test_the_file_is_whole_offline_and_never_overwritten_unasked(tmp_path: Path) -> None:
    path = comparison_page(example("no_raids"), tmp_path / "c.html")
    text = path.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert "default-src 'none'" in text
    assert "<h1>No raids on the trains</h1>" in text
    with pytest.raises(OutputError, match="exists"):
        comparison_page(example("no_raids"), path)
    comparison_page(example("no_raids"), path, overwrite=True, title="Another")
    assert "<title>Another</title>" in path.read_text("utf-8")
    assert [p.name for p in tmp_path.iterdir()] == ["c.html"]


def test_the_same_comparison_gives_the_same_page(tmp_path: Path) -> None:
    first = comparison_page(example("no_raids"), tmp_path / "1.html").read_bytes()
    assert comparison_page(example("no_raids"), tmp_path / "2.html").read_bytes() == first


@given(st.lists(st.dates(), max_size=6))
def test_no_date_is_lost_within_the_period(dates: list[dt.date]) -> None:
    months = [f"{y}-{m:02}" for y in range(1990, 2030) for m in range(1, 13)]
    policies = [{"name": str(i), "start": d.isoformat(), "end": None} for i, d in enumerate(dates)]
    told = sorted(w["date"] for m in marks(policies, months) for w in m["what"])
    assert told == sorted(d.isoformat() for d in dates if 1990 <= d.year <= 2029)


def test_nothing_of_the_machine_is_in_the_page(data: Payload) -> None:
    assert str(Path.home()) not in json.dumps(data)
    assert "/site-packages/" not in json.dumps(data)
