"""Runs, scores and reports as a user asks for them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command, Scenario, process, snapshot

SHA = re.compile(r"^[0-9a-f]{64}$")


def test_run_prints_five_numbers_and_where_the_report_lies(tmp_path: Path) -> None:
    done = process("run", "example", "--draws", "2", cwd=tmp_path)
    assert done.status == 0, done.err
    page = tmp_path / "runs/example-1/report.html"
    numbers = re.findall(r"^ +([\d,]+)  (\S.*)$", done.out, flags=re.M)
    assert len(numbers) == 5
    drawn = [w for _, w in numbers if re.search(r" \(draws: median [\d,]+, likely [\d,]+ to ", w)]
    assert len(drawn) >= 4  # nobody may die in the small sample of the draws
    values = {w.split(" (draws")[0]: int(number.replace(",", "")) for number, w in numbers}
    assert values["people set out"] == pytest.approx(13_700, rel=0.01), "the sum of departures.csv"
    assert page.as_uri() in done.out
    assert "simulating" in done.err, "progress is told on standard error"
    assert "simulating" not in done.out
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert sorted(p.name for p in page.parent.iterdir()) == [
        "bands.json",
        "manifest.json",
        "report.html",
        "scenario",
        "tables",
    ]


def test_json_is_for_machines(cli: Command, tmp_path: Path) -> None:
    done = cli("run", "example", "--json", "--draws", "2", "--seed", "3", "--out", "r")
    assert done.status == 0
    assert done.err == ""
    told = done.json
    assert SHA.match(told["result_sha256"])
    assert told["seconds"] > 0
    assert told["people"] == told["headline"]["departures"] > 13_000
    assert told["person_days"] > told["people"]
    assert told["seed"] == 3
    assert Path(told["report"]).is_file()
    manifest = json.loads((tmp_path / "r/manifest.json").read_text("utf-8"))
    for key in ("result_sha256", "scenario_sha256", "ledger_sha256", "people", "person_days"):
        assert told[key] == manifest[key], key


def test_quiet_prints_the_path_only(cli: Command) -> None:
    done = cli("run", "example", "--quiet", "--draws", "0", "--out", "r")
    assert (done.out, done.err) == ("r/report.html\n", "")
    done = cli("run", "example", "--quiet", "--no-report", "--out", "s")
    assert (done.out, done.err) == ("s\n", "")
    assert not Path("s/report.html").exists()


def test_threads_and_repetition_change_nothing_and_the_seed_does(cli: Command) -> None:
    def sha(*more: str) -> str:
        done = cli("run", "example", "--json", "--no-report", *more)
        assert done.status == 0, done.err
        return str(done.json["result_sha256"])

    one = sha("--threads", "1", "--seed", "5")
    assert sha("--threads", "2", "--seed", "5") == one
    assert sha("--threads", "5", "--seed", "5") == one
    assert sha("--threads", "2", "--seed", "6") != one


def test_patch_and_set_change_the_run_and_are_written_down(cli: Command) -> None:
    plain = cli("run", "example", "--json", "--no-report").json
    patched = cli("run", "example", "--json", "--no-report", "-p", "no_raids").json
    moved = cli(
        "run",
        "example",
        "--json",
        "--no-report",
        "--set",
        "policies.remain_in_mexico.start=2019-03-20",
    ).json
    assert patched["patches"] == ["no_raids"]
    assert patched["run"] == "runs/example-no_raids-1"
    assert moved["run"] == "runs/example-policies.remain_in_mexico.start=2019-03-20-1"
    assert moved["patches"] == ["policies.remain_in_mexico.start=2019-03-20"]
    hashes = {x["result_sha256"] for x in (plain, patched, moved)}
    assert len(hashes) == 3
    assert len({x["scenario_sha256"] for x in (plain, patched, moved)}) == 3


def test_patch_from_a_file_names_a_folder_of_one_level(cli: Command, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/late.yaml").write_text(
        "title: Raids come later\npolicies:\n  train_raids: {start: 2019-03-01}\n", "utf-8"
    )
    done = cli("run", "example", "--json", "--no-report", "-p", "mine/late.yaml")
    assert done.status == 0, done.err
    assert [p.name for p in (tmp_path / "runs").iterdir()] == [Path(done.json["run"]).name]


def test_name_that_is_taken_while_it_runs(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else took the name: the finished run takes the next one."""
    from travesia import api

    simulate = api.run

    def slow(*arguments: object, **options: Any) -> object:
        (tmp_path / "runs/example-1").mkdir(parents=True)
        (tmp_path / "runs/example-1/mine").touch()
        return simulate(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(api, "run", slow)
    told = cli("run", "example", "--json", "--no-report").json
    assert told["run"] == "runs/example-2"
    assert [p.name for p in (tmp_path / "runs/example-1").iterdir()] == ["mine"]


def test_sample_scales_back_to_the_full_population(cli: Command) -> None:
    told = cli("run", "example", "--json", "--no-report", "--sample", "0.5").json
    assert told["sample"] == 0.5
    assert told["headline"]["departures"] == pytest.approx(13_720, rel=0.03)


def test_scenario_made_with_new_runs_like_the_shipped_one(cli: Command, scenario: Scenario) -> None:
    own = cli("run", scenario.path, "--json", "--no-report")
    assert own.status == 0, own.err
    shipped = cli("run", "example", "--json", "--no-report")
    assert own.json["headline"] == shipped.json["headline"]
    assert own.json["scenario"] == "mine"


def test_score(cli: Command, finished: Path) -> None:
    done = cli("score", finished)
    assert done.status == 0, done.err
    assert "example_encounters" in done.out
    rows = cli("score", finished, "--json").json["scores"]
    assert rows
    assert {"target"} <= set(rows[0])


def test_score_and_report_leave_the_run_as_it_was(cli: Command, finished: Path) -> None:
    before = snapshot(finished)
    assert cli("score", finished).status == 0
    assert cli("report", finished, "--out", "again.html").status == 0
    assert snapshot(finished) == before


@pytest.mark.parametrize("step", ["report", "draws"])
def test_a_fault_after_the_simulation_keeps_the_run(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from travesia import api
    from travesia.errors import InputError
    from travesia.kinds.corridor.kind import Corridor

    def broken(*_: object, **__: Any) -> object:
        raise InputError("something is wrong")

    with monkeypatch.context() as patch:
        if step == "report":
            patch.setattr(api, "report", broken)
        else:
            patch.setattr(Corridor, "bands", broken)
        done = cli("run", "example", "--draws", "2", "--out", "r")
    assert done.status == 2
    assert "the run is stored in r, but not its report: something is wrong" in done.err
    assert "travesia report r makes its report again" in done.err
    assert not (tmp_path / "r/report.html").exists()
    assert cli("score", "r").status == 0
    assert cli("report", "r").status == 0
    assert (tmp_path / "r/report.html").is_file()


def test_report_again_is_the_same_page(cli: Command, finished: Path, tmp_path: Path) -> None:
    done = cli("report", finished, "--out", "again.html", "--json")
    assert done.json == {"report": "again.html"}
    assert (tmp_path / "again.html").read_bytes() == (finished / "report.html").read_bytes()


def test_report_asks_nothing_of_any_host(finished: Path) -> None:
    text = (finished / "report.html").read_text("utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"<(?:script|img|link|iframe)[^>]+(?:src|href)=[\"']?(?:https?:)?//", text)
