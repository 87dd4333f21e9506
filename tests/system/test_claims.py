"""The figures of the articles: classed with reasons, bands by rule, counts by hand."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import pandas as pd
import pytest

from tests.system.layers import layers, record_ratio
from tests.system.reduced import ran
from travesia.cli.app import run_app
from travesia.errors import InputError
from travesia.evidence import Ledger
from travesia.observe.claims import claim_targets, score_claims
from travesia.observe.reading import Reading
from travesia.quantities.claims import CLASSES
from travesia.quantities.measures import Unsaid
from travesia.results import store
from travesia.results.declared import CLAIMS, measures_of, snapshot_of
from travesia.results.result import Result
from travesia.scenario.load import load


def frame(columns: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


def by_hand() -> Result:
    """A run of 2019 and 2020 with a handful of people."""
    events = frame(
        "month transition place cohort people parties",
        ("2019-01", "deported", "tapachula", "hnd-child", 5, 5),
        ("2019-02", "deported", "tapachula", "hnd-family", 9, 4),
        ("2019-02", "deported", "tapachula", "ven-child", 7, 7),
        ("2019-05", "detained", "tapachula", "hnd-adult", 11, 11),
        ("2019-07", "detained", "tapachula", "hnd-adult", 13, 13),
        ("2019-07", "robbed", "tapachula", "hnd-adult", 6, 6),
        ("2019-07", "injured", "tapachula", "hnd-adult", 2, 2),
    )
    daily = frame(
        "date transition place people",
        ("2019-01-02", "deported", "*", 31.0),
        ("2019-04-01", "deported", "*", 21.0),
        ("2019-04-21", "deported", "*", 21.0),
        ("2019-04-22", "deported", "*", 1000.0),
    )
    stocks = frame(
        "date state place people",
        ("2019-04-22", "stranded", "tapachula", 50),
        ("2019-04-23", "mx_custody", "tapachula", 30),
        ("2019-04-22", "stranded", "tijuana", 999),
        ("2019-04-22", "in_us", "tapachula", 999),
    )
    tables = {
        "events": events,
        "events_daily": daily,
        "stocks": stocks,
        "departures": frame("month cohort people parties", ("2019-01", "hnd-adult", 1, 1)),
    }
    about = {
        "scenario": frame("key value", ("start", "2019-01-01"), ("end", "2020-12-31")),
        "transitions": frame(
            "id from to counts_as recorded said description",
            ("deported", "mx_removal", "home_again", "mx_return", "returned", "assisted", "Sent."),
            ("detained", "stopped", "mx_detention", "mx_detention", "presented", "", "Held."),
            ("robbed", "cause:robbery", "continue", "harm", "not recorded", "", "Robbed."),
            ("injured", "cause:injury", "recovering", "harm", "", "", "Hurt."),
        ),
        "cohorts": frame(
            "id nationality family_type",
            ("hnd-child", "HND", "child"),
            ("hnd-family", "HND", "family"),
            ("ven-child", "VEN", "child"),
            ("hnd-adult", "HND", "adult"),
        ),
        "places": frame(
            "id kind region zones",
            ("tapachula", "town", "MX-CHP", "belt;south"),
            ("tijuana", "border_city", "MX-BCN", "north_border"),
        ),
        **snapshot_of(load("corridor")),
        "labels": frame(
            "policy transition recorded said start end",
            ("wording", "detained", "", "rescued", "2019-06-10", ""),
        ),
    }
    return Result({"scenario": "corridor"}, tables, about)


TARGETS = claim_targets(by_hand())
MEASURES = measures_of(by_hand())


def value(measure: str, result: Result) -> float:
    return MEASURES[measure].value(Reading(result).term)


def test_every_target_and_event_is_there_with_class_and_reason() -> None:
    assert len(TARGETS) == 36
    assert sum(t.type == "target" for t in TARGETS) == 32
    assert len({t.claim for t in TARGETS}) == 36
    assert {t.kind for t in TARGETS} == set(CLASSES)
    for t in TARGETS:
        assert t.reason, t.claim
        if t.kind == "contradicted":
            assert t.official is not None, t.claim
            assert t.official_source, t.claim


def test_bands_follow_the_rules_and_the_claims() -> None:
    ledger = Ledger.load()
    for t in TARGETS:
        claim = ledger.claims[t.claim]
        if t.band == "over":
            assert t.low == pytest.approx(claim.value_low, abs=0.01), t.claim
            assert t.high is None
        elif t.band == "verbal":
            assert (t.low, t.high) == (claim.value_low, claim.value_high), t.claim
        elif t.band == "nearly":
            assert t.high is not None
            assert t.high == claim.value_high
            assert t.low == pytest.approx(0.8 * t.high)
        elif t.band == "point" and t.claim not in ("S2-p19-c", "S3-p13-f"):  # counts to the one
            assert claim.value is not None, t.claim
            assert (t.low, t.high) == pytest.approx((0.8 * claim.value, 1.2 * claim.value)), t.claim
        elif t.band == "qualitative":
            assert claim.value is None, t.claim


def test_official_figures_cite_sources_of_the_ledger() -> None:
    ledger = Ledger.load()
    for t in TARGETS:
        if t.official is None:
            continue
        for source in t.official_source.split(";"):
            assert ledger.resolve(source) is not None, (t.claim, source)


def test_band_ends_are_inside() -> None:
    for t in TARGETS:
        if t.low is not None:
            assert t.holds(t.low)
            assert not t.holds(t.low - 1e-6)
        if t.high is not None:
            assert t.holds(t.high)
            assert not t.holds(t.high + 1e-6)


def test_counts_by_hand() -> None:
    r = by_hand()
    assert value("deportations_april_2019", r) == 42.0  # the 22nd does not count
    assert value("deportation_growth_2019", r) == pytest.approx(100 * (2 / 1 - 1))
    assert value("held_in_chiapas", r) == pytest.approx(80 / 5)
    # a child alone, and the people of families beyond one adult each; Venezuelans do not count
    later = {
        name: dataclasses.replace(term, first="2019-01", last="2019-12")
        for name, term in MEASURES["children_removed"].terms.items()
    }
    children = dataclasses.replace(MEASURES["children_removed"], terms=later)
    assert children.value(Reading(r).term) == 5 + (9 - 4)


def test_a_figure_outside_the_run_is_not_said() -> None:
    with pytest.raises(Unsaid, match="covers 2019-01-01 to 2020-12-31"):
        value("encounters_2023", by_hand())
    table = score_claims(by_hand())
    by_claim = {row.target.claim: row for row in table.rows}
    assert by_claim["S2-p19-b"].value is None
    assert by_claim["S2-p19-b"].inside is None
    assert by_claim["S3-p13-a"].value == 42.0
    assert by_claim["S3-p13-a"].inside is False
    assert by_claim["S3-p13-b"].inside is True
    assert "not said" in table.to_text()


def test_a_missing_comparison_is_not_said() -> None:
    result = by_hand()
    tables = {**result.tables, "events_daily": result.events_daily.iloc[1:]}
    nothing = Result(result.manifest, tables, result.scenario_tables)
    with pytest.raises(Unsaid, match="compare"):
        value("deportation_growth_2019", nothing)


def test_draws_give_an_interval() -> None:
    base = by_hand()
    draws = []
    for factor in (0.5, 1.0, 2.0):
        daily = base.events_daily.assign(people=base.events_daily["people"] * factor)
        draws.append(
            Result(base.manifest, {**base.tables, "events_daily": daily}, base.scenario_tables)
        )
    target = next(t for t in TARGETS if t.claim == "S3-p13-a")
    target = dataclasses.replace(target, low=40.0)
    (row,) = score_claims(base, draws, [target]).rows
    assert row.interval is not None
    assert 21 < row.interval[0] < 42 < row.interval[1] < 84
    assert row.draws_inside == pytest.approx(2 / 3)
    assert row.inside is True
    assert row.to_dict()["interval"] == list(row.interval)
    # A sample in which half of the deportations are missing says nothing about the numbers.
    table = score_claims(base, draws, [target], anchor=draws[0])
    assert table.rows[0].interval == pytest.approx([2 * v for v in row.interval])
    assert table.rows[0].draws_inside == 1.0
    assert table.summary()[target.kind]["draws_inside"] == 1.0
    assert "1 of 1 inside; 1.0 in the mean draw" in table.to_text()


def test_faults_of_the_table_come_all_at_once() -> None:
    result = by_hand()
    table = result.scenario_tables[CLAIMS].copy()
    table.loc[0, "class"] = "guess"
    table.loc[1, "measure"] = "of_nothing"
    table.loc[2, "low"] = "many"
    table.loc[3, "reason"] = ""
    table.loc[4, ["low", "high"]] = ["9", "1"]
    bad = Result(result.manifest, result.tables, {**result.scenario_tables, CLAIMS: table})
    with pytest.raises(InputError) as caught:
        claim_targets(bad)
    text = str(caught.value)
    for n, word in enumerate(("guess", "of_nothing", "many", "reason", "above"), start=2):
        assert word in text
        assert f"line {n}" in text
    without = {k: v for k, v in result.scenario_tables.items() if k != CLAIMS}
    with pytest.raises(InputError, match="no claims to score"):
        claim_targets(Result(result.manifest, result.tables, without))


def test_three_layers_differ() -> None:
    told = layers(by_hand())
    detained = told[told["transition"] == "detained"]
    assert list(detained["said"]) == ["", "rescued"]  # the wording begins in June
    assert list(detained["happened"]) == ["Held.", "Held."]
    assert set(detained["recorded"]) == {"presented"}
    hurt = told[told["transition"] == "injured"]
    assert list(hurt["recorded"]) == ["Hurt."]  # a blank record is what happened
    assert record_ratio(by_hand()) == pytest.approx(2 / 8)
    heard = by_hand()
    heeded = frame(
        "policy transition recorded said start end",
        *(
            ("heard", t, "complaint recorded", "", "2019-07-01", "2019-07-31")
            for t in ("robbed", "extorted", "kidnapped")
        ),
    )
    taken = Result(heard.manifest, heard.tables, {**heard.scenario_tables, "labels": heeded})
    assert record_ratio(taken) == 1.0
    quiet = by_hand()
    no_harm = quiet.events[quiet.events["transition"] == "deported"]
    empty = Result(quiet.manifest, {**quiet.tables, "events": no_harm}, quiet.scenario_tables)
    assert math.isnan(record_ratio(empty))


def test_the_command_prints_every_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.write(ran("2019"), tmp_path / "run")
    assert run_app(["score", str(tmp_path / "run"), "--claims"]) == 0
    text = capsys.readouterr().out
    assert all(t.claim in text for t in TARGETS)
    assert run_app(["score", str(tmp_path / "run"), "--claims", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert len(said["claims"]) == len(TARGETS)
    row = next(r for r in said["claims"] if r["claim"] == "S3-p03-b")
    assert row["inside"] is True
    assert row["class"] == "fit"
    assert row["derived"].startswith("December to March as published")
    assert {"printed", "band", "simulated", "official", "reason"} <= set(row)
    assert sum(n["rows"] for n in said["summary"].values()) == len(TARGETS)
