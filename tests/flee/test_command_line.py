"""From a FLEE folder to scores with three commands, and FLEE's own cases when they are there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.flee.conftest import CASES
from tests.flee.helpers import SMALL, copy_case, edit
from travesia import api
from travesia.cli.app import run_app
from travesia.errors import InputError
from travesia.kinds.flee import read_instance, write_scenario
from travesia.kinds.flee.score import score_flee
from travesia.kinds.flee.simulation import FleeSimulation


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run_app([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


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
    edit(scenario, "legs.csv", "Cumbre,Duna,160", "Cumbre,Duna,far")
    assert "legs.csv, line 5" in str(api.check(scenario).errors[0])


@pytest.mark.parametrize(
    "name",
    [n if n == "burundi2015" else pytest.param(n, marks=pytest.mark.long) for n in CASES],
)
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


@pytest.mark.parametrize("more", [[], ["--compatible"], ["--draws", "2"]])
def test_a_run_that_was_stopped_goes_on_with_the_same_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    scenario = str(write_scenario(read_instance(SMALL), tmp_path / "small"))
    whole, resumed = tmp_path / "whole", tmp_path / "resumed"
    command = ["run", scenario, "--seeds", "2", "--no-report", *more]
    assert run_app([*command, "--out", str(whole)]) == 0
    days = 0

    def stop(simulation: FleeSimulation, *given: Any) -> None:
        nonlocal days
        days += 1
        if days == 100:  # in the second of six simulations of 60 days
            raise InputError("the power failed")
        live(simulation, *given)

    live = FleeSimulation.run_day
    with monkeypatch.context() as patch:
        patch.setattr(FleeSimulation, "run_day", stop)
        stopped = [*command, "--out", str(resumed), "--checkpoint-every", "7"]
        assert run_app(stopped) == 2
    assert not resumed.exists()
    assert (tmp_path / "resumed.checkpoint").is_file()
    assert run_app([*command, "--out", str(resumed), "--resume", "--seed", "99"]) == 2
    with monkeypatch.context() as patch:
        patch.setattr(FleeSimulation, "run_day", count := Counted(live))
        assert run_app([*command, "--out", str(resumed), "--resume"]) == 0
    assert count.days < 6 * 60 - 60
    one, two = api.read(whole), api.read(resumed)
    assert one.manifest["result_sha256"] == two.manifest["result_sha256"]
    pd.testing.assert_frame_equal(one.scenario_table("camps"), two.scenario_table("camps"))
    assert not (tmp_path / "resumed.checkpoint").exists()


class Counted:
    """Counts the days that are simulated."""

    def __init__(self, live: Any) -> None:
        self.live, self.days = live, 0

    def __get__(self, simulation: FleeSimulation, _: type) -> Any:
        self.days += 1
        return self.live.__get__(simulation)


def test_words_of_a_command_line_mean_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that happens to be a case changes nothing about a command for another scenario."""
    monkeypatch.chdir(tmp_path)
    write_scenario(read_instance(SMALL), tmp_path / "fl")
    run = ["run", "example", "--sample", "0.02", "--draws", "0", "--no-report"]
    assert ask(capsys, *run, "--out", "fl/run")["kind"] == "corridor"
    assert run_app([*run, "--out", "fl"]) == 2
    assert "fl exists" in capsys.readouterr().err
    (tmp_path / "fl").rename(tmp_path / "example")
    assert run_app(["check", "./example"]) == 0
    assert run_app(["run", "example", "--out", "r"]) == 2  # a shipped name and a folder
    assert "both a shipped scenario and the folder" in capsys.readouterr().err


def test_a_case_is_listed_and_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = str(write_scenario(read_instance(SMALL), tmp_path / "small"))
    places = ask(capsys, "list", "places", "--scenario", scenario)
    assert {p["id"] for p in places} == {"Alba", "Brisa", "Cumbre", "Duna", "Estero"}
    quantities = ask(capsys, "list", "quantities", "--scenario", scenario)
    assert {"ard", "in_camps", "camp:Duna"} <= {q["id"] for q in quantities}
    assert all(set(q) == {"id", "title", "title_es", "kind", "unit", "axes"} for q in quantities)
    for topic, told in (("duna", "Neighbour"), ("day", "6."), ("blind", "capacities tell nothing")):
        assert run_app(["explain", topic, "--scenario", scenario]) == 0
        assert told in capsys.readouterr().out
    assert run_app(["explain", "dunna", "--scenario", scenario]) == 2
    assert "did you mean 'Duna'" in capsys.readouterr().err
    assert run_app(["list", "cohorts", "--scenario", scenario]) == 2


def test_only_the_wing_knows_the_case_by_name() -> None:
    """Beside the wing, its registration and the words of sources nobody says what it is called."""
    root = Path(api.__file__).parent
    word = re.compile(r"(?<![a-z])flee(?![a-z])", re.IGNORECASE)
    own = {root / "kinds/__init__.py", *(root / "kinds/flee").rglob("*")}
    files = [p for p in root.rglob("*") if p.suffix in (".py", ".yaml", ".j2") and p not in own]
    told = [
        str(p) for p in files if "scenarios" not in p.parts and word.search(p.read_text("utf-8"))
    ]
    assert told == []
