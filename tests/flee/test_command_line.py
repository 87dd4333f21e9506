"""From a FLEE folder to scores with three commands, and FLEE's own cases when they are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.flee.conftest import CASES
from tests.flee.helpers import SMALL, copy_case, edit
from travesia import api
from travesia.cli.app import run_app
from travesia.errors import InputError
from travesia.kinds.flee import read_instance, write_scenario
from travesia.kinds.flee.score import score_flee


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert run_app([*arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_import_run_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario, run = str(tmp_path / "scenario"), str(tmp_path / "run")
    assert ask(capsys, "import", "flee", str(SMALL), "-o", scenario)["kind"] == "flee"
    assert ask(capsys, "check", scenario)["problems"] == []
    told = ask(capsys, "run", scenario, "--out", run)
    assert told["run"] == run
    score = ask(capsys, "score", run)
    assert score == told["score"]
    assert set(score["baselines"]) == {
        "equal_shares",
        "capacity_shares",
        "first_shares",
        "last_observed_shares",
    }
    assert run_app(["score", run]) == 0
    assert "BLIND" in capsys.readouterr().out
    page = tmp_path / "run" / "report.html"
    assert told["report"] == str(page)
    assert score["verdict"].split(".")[0] in page.read_text("utf-8")
    assert run_app(["report", run]) == 2
    assert "exists" in capsys.readouterr().err
    assert ask(capsys, "report", run, "--overwrite")["report"] == str(page)


def test_the_settings_may_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.yml"
    other.write_text("move_rules:\n  softening: 77\n", "utf-8")
    scenario = tmp_path / "scenario"
    ask(capsys, "import", "flee", str(SMALL), "--settings", str(other), "-o", str(scenario))
    assert "softening: 77" in (scenario / "scenario.yaml").read_text("utf-8")
    gone = ["import", "flee", str(SMALL), "--settings", str(tmp_path / "gone.yml")]
    assert run_app(gone) == 2
    assert "gone.yml: there is no such file" in capsys.readouterr().err


def test_faults_end_with_status_2_and_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = copy_case(tmp_path)
    edit(case, "input_csv/routes.csv", "Cumbre,Duna", "Cumbre,Dunna")
    scenario = tmp_path / "scenario"
    assert run_app(["import", "flee", str(case), "-o", str(scenario)]) == 2
    assert "routes.csv, line 5" in capsys.readouterr().err
    assert not scenario.exists()


def test_same_seed_same_bits_other_version_other_bits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = str(tmp_path / "scenario")
    ask(capsys, "import", "flee", str(SMALL), "-o", scenario)
    options: tuple[list[str], ...] = (
        [],
        ["--threads", "2"],
        ["--seed", "9"],
        ["--compatible"],
        ["--sample", "0.5"],
    )
    hashes = [
        ask(capsys, "run", scenario, "--out", str(tmp_path / f"run{i}"), *more)["result_sha256"]
        for i, more in enumerate(options)
    ]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 4
    assert run_app(["run", scenario, "--out", str(tmp_path / "run0")]) == 2


def test_a_case_without_counts_of_camps_is_run_and_not_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, scenario = copy_case(tmp_path), str(tmp_path / "scenario")
    edit(case, "source_data/data_layout.csv", "Duna,duna.csv\nEstero,estero.csv\n", "")
    edit(case, "input_csv/registration_corrections.csv", "Duna,2021-02-01,normalize\n", "")
    ask(capsys, "import", "flee", str(case), "-o", scenario)
    told = ask(capsys, "run", scenario, "--out", str(tmp_path / "run"))
    assert told["score"] is None
    assert "nothing can be scored" in Path(told["report"]).read_text("utf-8")
    assert run_app(["score", told["run"]]) == 2


def test_from_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = tmp_path / "scenario"
    ask(capsys, "import", "flee", str(SMALL), "-o", str(scenario))
    result = api.run(scenario, seed=4)
    assert result.manifest["kind"] == "flee"
    assert score_flee(result).ard > 0
    last = result.stocks[result.stocks["date"] == "2021-03-01"]
    assert last["people"].sum() == result.manifest["people"]


def test_every_call_takes_a_case_and_none_takes_two_kinds(tmp_path: Path) -> None:
    scenario = write_scenario(read_instance(SMALL), tmp_path / "small")
    with pytest.raises(InputError, match=r"it is an imported FLEE case → name cases of one kind"):
        api.compare("example", scenario)
    with pytest.raises(InputError, match="which its own kind loads"):
        api.load(scenario)
    assert not api.check(scenario).errors
    assert run_app(["list", "places", "--scenario", str(scenario)]) == 0
    edit(scenario, "legs.csv", "Cumbre,Duna,160", "Cumbre,Duna,far")
    assert "legs.csv, line 5" in str(api.check(scenario).errors[0])
    assert run_app(["list", "cohorts", "--scenario", str(scenario)]) == 2


@pytest.mark.parametrize("name", CASES)
def test_flees_own_cases(
    flee_cases: Path, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario, run = str(tmp_path / "scenario"), str(tmp_path / "run")
    settings = str(flee_cases / "simsetting.yml")
    ask(capsys, "import", "flee", str(flee_cases / name), "--settings", settings, "-o", scenario)
    for more in ([], ["--compatible", "--no-report"]):
        ask(capsys, "run", scenario, "--out", run, "--overwrite", "--sample", "0.01", *more)
        score = ask(capsys, "score", run)
        for key in ("ard", "ard_rescaled", "ard_rescaled_blind"):
            assert 0 < score[key] < 2
        assert score["baselines"]["last_observed_shares"] < score["baselines"]["equal_shares"]
        assert not score["unscored"]
    told = ask(
        capsys,
        "compare",
        scenario,
        "compatible",
        "--members",
        "2",
        "--sample",
        "0.01",
        "--workers",
        "1",
        "--out",
        str(tmp_path / "compared"),
    )
    assert Path(told["page"]).stat().st_size > 100_000
    assert any(row["output"].startswith("camp:") for row in told["scenarios"][0]["outputs"])
