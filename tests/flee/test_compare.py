"""Ensembles and paired comparisons of imported cases."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.flee.helpers import SMALL
from travesia import api
from travesia.cli.app import run_app
from travesia.ensembles.comparison import Comparison, Effect
from travesia.errors import InputError, StoreError
from travesia.kind import Case
from travesia.kinds.flee import Closure, load_scenario, read_instance, write_scenario
from travesia.kinds.flee.kind import Flee
from travesia.kinds.flee.profile import under_rule
from travesia.kinds.flee.score import score_flee
from travesia.kinds.flee.tables import run_case


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small case as a scenario folder."""
    return write_scenario(read_instance(SMALL), tmp_path_factory.mktemp("cases") / "small")


@pytest.fixture(scope="module")
def shut(base: Path) -> Path:
    """The same, with the road to Estero closed from day 5 on."""
    case = load_scenario(base)
    closures = (*case.closures, Closure("link", "Cumbre", "Estero", 5, -1))
    return write_scenario(replace(case, closures=closures), base.with_name("shut"))


@pytest.fixture(scope="module")
def found(base: Path, shut: Path) -> Comparison[Case]:
    return api.compare(base, shut, "blind", members=6, sample=1.0, workers=1)


def rows_of(effect: Effect[Case]) -> dict[str, dict[str, Any]]:
    return {r["output"]: r for r in effect.outputs()}


def test_a_closed_road_empties_the_camp_behind_it(found: Comparison[Case]) -> None:
    rows = rows_of(found.effects[0])
    estero = rows["camp:Estero"]
    assert estero["high"] < 0
    assert estero["low"] <= estero["low50"] <= estero["difference"] <= estero["high50"]
    assert rows["set_out"]["low"] == rows["set_out"]["high"] == 0
    road = next(r for r in found.effects[0].cells()["flows"] if r["leg"] == "Cumbre → Estero")
    assert road["high"] < 0
    assert found.effects[0].changes["tables"] == [
        {
            "table": "closures",
            "rows": 1,
            "what": ["link Cumbre – Estero from day 5: added, for ever"],
        }
    ]


def test_months_are_means_of_their_days(found: Comparison[Case]) -> None:
    effect = found.effects[0]
    months = effect.series("camp:Estero")
    assert effect.view.months == ("2021-01", "2021-02", "2021-03")
    mean = np.average(months["base"], weights=[31, 28, 1])
    assert mean == pytest.approx(rows_of(effect)["camp:Estero"]["base"], rel=0.03)
    assert sum(effect.series("set_out")["base"]) == rows_of(effect)["set_out"]["base"]


def test_the_errors_are_those_of_the_score(base: Path) -> None:
    case = load_scenario(base)
    score = score_flee(run_case(case, seed=case.seed, seeds=1))
    told = api.compare(case, f"{base}+blind", members=1, sample=1.0, workers=1)
    rows = rows_of(told.effects[0])
    for name in ("ard", "ard_rescaled"):
        row = rows[name]
        assert row["base"] == pytest.approx(getattr(score, name), abs=1e-4)
        assert row["other"] == pytest.approx(getattr(score, f"{name}_blind"), abs=1e-4)


def test_the_fitted_rule_is_a_version_of_a_case(base: Path) -> None:
    case = load_scenario(base)
    fitted = Flee().load(str(base), ["fitted"])
    assert fitted.applied == ("fitted",)
    wanted = replace(under_rule(case, "fitted"), compatible=False, applied=("fitted",))
    assert fitted == wanted
    score = score_flee(run_case(under_rule(case, "fitted"), seed=case.seed))
    told = api.compare(case, fitted, members=1, sample=1.0, workers=1)
    row = rows_of(told.effects[0])["ard_rescaled"]
    assert row["other"] == pytest.approx(score.ard_rescaled, abs=1e-4)


def test_workers_and_order_change_no_bit(
    base: Path, shut: Path, found: Comparison[Case], tmp_path: Path
) -> None:
    cases = (base, shut, "blind")
    again = api.compare(*cases, members=6, sample=1.0, workers=2, folder=tmp_path / "a")
    assert again.to_dict() == found.to_dict()
    # A folder that holds some of the members gives the same, too.
    api.compare(*cases[:2], members=3, sample=1.0, workers=1, folder=tmp_path / "b")
    resumed = api.compare(*cases, members=6, sample=1.0, workers=1, folder=tmp_path / "b")
    assert resumed.to_dict() == found.to_dict()
    with pytest.raises(StoreError, match="another plan"):
        api.compare(*cases, members=6, sample=0.5, workers=1, folder=tmp_path / "b")


def test_the_command_line_compares_and_writes_page_and_tables(
    base: Path, shut: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["compare", str(base), str(shut), "compatible", "--members", "3", "--sample", "1"]
    assert run_app([*command, "--out", str(out), "--json", "--workers", "1"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [s["label"] for s in told["scenarios"]] == ["shut", "small+compatible"]
    assert (out / "comparison.html").stat().st_size > 100_000
    outputs = pd.read_parquet(out / "outputs.parquet")
    assert {"camp:Duna", "camp:Estero", "ard_rescaled"} <= set(outputs["output"])
    assert set(pd.read_csv(out / "months.csv")["month"]) == {"2021-01", "2021-02", "2021-03"}
    assert run_app([*command, "--out", str(out), "--workers", "1"]) == 0
    text = capsys.readouterr().out
    assert "people in Estero" in text
    assert "3 pairs of runs" in text


def test_the_command_line_runs_an_ensemble_and_goes_on_with_it(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    command = ["ensemble", str(base), "--sample", "1", "--out", out, "--workers", "1", "--json"]
    assert run_app([*command, "--members", "2"]) == 0
    capsys.readouterr()
    assert run_app([*command, "--members", "5", "--resume"]) == 0
    told = json.loads(capsys.readouterr().out)
    rows = {r["output"]: r for r in told["outputs"]}
    assert rows["camp:Duna"]["low"] < rows["camp:Duna"]["high"]
    assert told["outputs"] == list(api.ensemble(base, members=5, sample=1.0, workers=1).rows)


def test_what_a_fitted_rule_changes_is_told(base: Path) -> None:
    (effect,) = api.compare(base, "camps", members=2, sample=1.0, workers=1).effects
    changed = {row["what"]: row["to"] for row in effect.changes["settings"]}
    assert changed["known_camps"] is True
    assert "rule" not in changed


def test_a_precision_ends_a_comparison_early(base: Path) -> None:
    told = api.compare(base, "blind", members=64, sample=1.0, precision=0.5, workers=1)
    assert told.settings.members == 8
    assert all(v["known"] for v in told.settings.verdicts)


def test_other_periods_and_camps_are_compared_on_what_is_shared(base: Path) -> None:
    case = load_scenario(base)
    places = tuple(replace(p, name="Fuente") if p.name == "Estero" else p for p in case.places)
    routes = tuple(replace(r, name2="Fuente") if r.name2 == "Estero" else r for r in case.routes)
    short = replace(case, days=40, places=places, routes=routes)
    told = api.compare(case, short, members=2, sample=1.0, workers=1)
    remarks = " ".join(told.effects[0].remarks)
    assert "compared on the 1 months from 2021-01 to 2021-01" in remarks
    assert "2021-02 is left out: it is simulated whole in the first" in remarks
    assert "people in Fuente" in remarks
    assert "camp:Estero" not in rows_of(told.effects[0])
    later = replace(case, start=case.start.replace(year=2031))
    with pytest.raises(InputError, match="share no month"):
        api.compare(case, later, members=2)


def test_all_versions_are_put_as_questions(
    base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["compare", str(base), "--members", "2", "--sample", "0.2", "--workers", "1"]
    assert run_app([*command, "--what-ifs", "blind,camps", "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {a["question"] for a in told["answers"]} == {"blind", "camps"}
    assert {"ard_rescaled", "in_camps"} <= {a["output"] for a in told["answers"]}
    page = (out / "index.html").read_text("utf-8")
    assert "camps never fill" in page
    assert "find refuge" in page
    assert (out / "what-ifs/blind/comparison.html").is_file()
    assert run_app([*command, "--what-ifs", "W1", "--out", str(tmp_path / "no")]) == 2
    assert "there is no what-if 'W1'" in capsys.readouterr().err


FAULTS = {
    "a scenario of another kind": (["corridor"], "name cases of one kind"),
    "an unknown version": (["{base}+insane"], "no version 'insane'"),
    "the fitted rule in FLEE 3.1": (["{base}+compatible+fitted"], "exclude each other"),
    "the same twice": (["{base}"], "is the same as"),
    "no members": (["blind", "--members", "0"], "0 members"),
    "no sample": (["blind", "--sample", "0"], "is not a share"),
    "an unknown output": (
        ["blind", "--precision", "5%", "--outputs", "harm"], "there is no output 'harm'"),
    "only one": ([], "1 scenarios to compare"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_faults_end_with_status_2(
    base: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    more, words = FAULTS[name]
    arguments = [a.format(base=base) for a in more]
    out = tmp_path / "out"
    assert run_app(["compare", str(base), *arguments, "--out", str(out)]) == 2
    assert words in capsys.readouterr().err
    assert not (out / "comparison.html").exists()
