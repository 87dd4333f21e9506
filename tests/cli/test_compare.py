"""``travesia compare`` and ``travesia ensemble``, as a user calls them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import travesia as tv
from tests.cli.conftest import Command, Scenario
from tests.ensemble.asking import plan_of
from travesia.cli.common import progress_line
from travesia.scenario.load import load

SMALL = ("--members", "2", "--sample", "0.05", "--workers", "1")


def members(folder: Path) -> dict[str, bytes]:
    """Finished members by name."""
    return {p.name: p.read_bytes() for p in sorted((folder / "members").glob("*.member"))}


def test_compare_prints_a_table_and_where_the_page_lies(cli: Command, tmp_path: Path) -> None:
    done = cli("compare", "example", "no_raids", *SMALL)
    assert done.status == 0, done.err
    folder = tmp_path / "runs/compare-example-no_raids-1"
    page = folder / "comparison.html"
    assert page.as_uri() in done.out
    assert page.read_text("utf-8").startswith("<!doctype html>")
    head, row = re.findall(r"^(?:what|encounters at the US border) .*$", done.out, flags=re.M)
    assert head.split("  ")[0] == "what"
    assert [c.strip() for c in re.split(r"\s{2,}", head)][-4:] == [
        "90 % of pairs",
        "error",
        "width",
        "width unpaired",
    ]
    assert re.search(r" to .* ± \d", row)
    assert "No raids on the trains, compared with A small invented corridor" in done.out
    assert "2 pairs of runs" in done.out
    assert "simulated runs" in done.err, "progress is told on standard error"
    assert sorted(p.name for p in folder.iterdir()) == [
        "cells.csv",
        "cells.parquet",
        "comparison.html",
        "comparison.json",
        "ensemble.json",
        "layouts",
        "members",
        "months.csv",
        "months.parquet",
        "outputs.csv",
        "outputs.parquet",
    ]


def test_json_is_for_machines_and_agrees_with_python(cli: Command) -> None:
    done = cli("compare", "example", "no_raids", *SMALL, "--seed", "3", "--json", "--out", "c")
    assert (done.status, done.err) == (0, "")
    told = done.json
    found = tv.compare("example", "no_raids", members=2, sample=0.05, seed=3)
    assert told["scenarios"] == json.loads(json.dumps(found.to_dict()))["scenarios"]
    assert told["settings"]["seed"] == 3
    assert all(Path(f).is_file() for f in [told["page"], *told["files"]])


def test_quiet_prints_the_path_only(cli: Command) -> None:
    done = cli("compare", "example", "no_raids", *SMALL, "--quiet", "--out", "c")
    assert (done.status, done.out, done.err) == (0, "c/comparison.html\n", "")
    done = cli("compare", "example", "no_raids", *SMALL, "--quiet", "--no-report", "--out", "d")
    assert (done.status, done.out) == (0, "d\n")
    assert not Path("d/comparison.html").exists()


def test_the_page_tells_the_command_that_gives_the_same_numbers(cli: Command) -> None:
    arguments = ["compare", "example", "no_raids", "--no-draws", *SMALL, "--json"]
    first = cli(*arguments, "--out", "a").json
    text = Path("a/comparison.html").read_text("utf-8")
    found = re.search(r'"command":"([^"]+)"', text)
    assert found is not None
    assert found[1] == (
        "travesia compare example no_raids --members 2 --sample 0.05 --seed 7 --no-draws"
    )
    again = cli(*found[1].split()[1:], "--workers", "2", "--json", "--out", "b").json
    assert again["scenarios"] == first["scenarios"], "nor does the number of workers matter"
    assert members(Path("a")) == members(Path("b"))


def test_what_is_finished_is_not_run_again(cli: Command) -> None:
    assert cli("compare", "example", "no_raids", *SMALL, "--quiet", "--out", "c").status == 0
    before = {p: p.stat().st_mtime_ns for p in Path("c/members").iterdir()}
    more = ("--members", "3", "--sample", "0.05", "--workers", "1", "--quiet", "--out", "c")
    assert cli("compare", "example", "no_raids", "more_offices", *more).status == 0
    after = {p: p.stat().st_mtime_ns for p in Path("c/members").iterdir()}
    assert len(before) == 4
    assert len(after) == 9
    assert {p: after[p] for p in before} == before


def test_folders_scenarios_and_joined_what_ifs_can_be_compared(
    cli: Command, scenario: Scenario
) -> None:
    scenario.replace("policies.yaml", "end: 2019-03-31", "end: 2019-02-10")
    done = cli("compare", "example", "mine", "no_raids+more_offices", *SMALL, "--json")
    assert done.status == 0, done.err
    mine, joined = done.json["scenarios"]
    (policy,) = mine["changes"]["policies"]
    assert policy["what"] == ["end: 2019-02-10 instead of 2019-03-31"]
    assert joined["label"] == "example+no_raids+more_offices"
    assert len(joined["changes"]["questions"]) == 2


def test_scenarios_of_one_name_stay_apart(cli: Command, scenario: Scenario, tmp_path: Path) -> None:
    shutil.copytree(scenario.path, tmp_path / "theirs")
    scenario.replace("policies.yaml", "end: 2019-03-31", "end: 2019-02-10")
    done = cli("compare", "theirs", "mine", *SMALL, "--json")
    assert done.status == 0, done.err
    assert done.json["scenarios"][0]["label"] == done.json["baseline"]["label"] == "mine"
    assert done.json["scenarios"][0]["sha256"] != done.json["baseline"]["sha256"]


def test_other_periods_are_compared_on_what_they_share_and_it_is_said(
    cli: Command, scenario: Scenario
) -> None:
    Path("short").mkdir()
    Path("short/scenario.yaml").write_text(
        "name: short\ntitle: Short\nextends: mine\nperiod: {end: 2019-03-31}\n", "utf-8"
    )
    done = cli("compare", "example", "short", *SMALL)
    assert done.status == 0, done.err
    assert re.search(
        r"Remark: The periods differ.*the 3 months from\s+2019-01 to 2019-03", done.out
    )


def test_other_networks_are_compared_on_what_they_share_and_it_is_said(
    cli: Command, scenario: Scenario
) -> None:
    leg = (
        "aldea__paso__goods_truck,aldea,paso,goods_truck,travel,600,1,40,60,GTM,,,,Invented,"
        "assumption"
    )
    scenario.append("legs.csv", leg)
    done = cli("compare", "example", "mine", *SMALL, "--json", "--out", "c")
    assert done.status == 0, done.err
    (told,) = done.json["scenarios"]
    (remark,) = told["remarks"]
    assert remark.startswith(
        "Different names of leg: 1 only in the second (aldea__paso__goods_truck)."
    )
    assert remark in Path("c/comparison.html").read_text("utf-8"), "the page says it too"
    assert "aldea__paso__goods_truck" not in Path("c/cells.csv").read_text("utf-8")


def test_a_folder_of_another_version_is_refused_and_left_alone(cli: Command) -> None:
    assert cli("compare", "example", "no_raids", *SMALL, "--quiet", "--out", "c").status == 0
    manifest, before = Path("c/ensemble.json"), members(Path("c"))
    told = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps({**told, "travesia": "0.0.1"}), "utf-8")
    done = cli("compare", "example", "no_raids", *SMALL, "--out", "c")
    assert (done.status, done.out) == (2, "")
    assert "written by travesia 0.0.1" in done.err
    assert "choose another folder, or use that version" in done.err
    assert members(Path("c")) == before
    assert json.loads(manifest.read_text("utf-8"))["travesia"] == "0.0.1"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["example"], "name a scenario and at least one what-if"),
        (["example", "no_such_what_if"], "what-ifs of example: more_offices, no_raids"),
        (["no_such_scenario", "no_raids"], "no_such_scenario"),
        (["example", "no_raids", "--members", "0"], "use at least 1"),
        (["example", "no_raids", "--sample", "2"], "use a number in (0, 1]"),
        (["example", "no_raids", "--precision", "good"], "write a share such as 5%"),
        (["example", "no_raids", "--precision", "150%"], "use a share between 0 and 1"),
        (["example", "no_raids", "--outputs", "x", "--precision", "5%"], "there is no output 'x'"),
        (["example", "no_raids", "--workers", "0"], "use at least one worker"),
        (["example", "example"], "is the same as example"),
    ],
)
def test_bad_input_is_refused_with_its_cure(
    cli: Command, tmp_path: Path, arguments: list[str], words: str
) -> None:
    done = cli("compare", *arguments)
    assert done.status == 2
    assert words in done.err
    assert done.out == ""
    assert "Traceback" not in done.err
    assert not list(tmp_path.rglob("*.html"))


def test_a_cluster_that_does_not_answer_is_named_within_ten_seconds(cli: Command) -> None:
    pytest.importorskip("distributed")
    clock = time.monotonic()
    done = cli("compare", "example", "no_raids", "--cluster", "tcp://127.0.0.1:9")
    assert done.status == 2
    assert time.monotonic() - clock < 10
    assert "tcp://127.0.0.1:9 does not answer" in done.err


def test_a_folder_of_another_comparison_is_left_alone(cli: Command) -> None:
    assert cli("compare", "example", "no_raids", *SMALL, "--quiet", "--out", "c").status == 0
    before = members(Path("c"))
    done = cli("compare", "example", "no_raids", *SMALL, "--seed", "9", "--out", "c")
    assert done.status == 2
    assert "seed 7 (not 9)" in done.err
    assert members(Path("c")) == before


def test_precision_stops_early_and_says_what_is_not_known(cli: Command) -> None:
    asked = ("--precision", "90%", "--outputs", "us_encounters", "--sample", "0.05")
    done = cli(
        "compare",
        "example",
        "no_raids",
        "--members",
        "9",
        "--workers",
        "1",
        *asked,
        "--json",
        "--out",
        "c",
    )
    told = done.json["settings"]
    assert told["members"] in (8, 9)
    (verdict,) = told["verdicts"]
    assert verdict["known"] == (verdict["half_width"] <= verdict["tolerance"])
    assert verdict["known"] or told["members"] == 9
    done = cli(
        "compare",
        "example",
        "no_raids",
        "--members",
        "9",
        "--workers",
        "1",
        "--precision",
        "0.01%",
        "--sample",
        "0.5",
        "--outputs",
        "us_encounters",
        "--out",
        "d",
    )
    assert re.search(
        r"us_encounters is not known so well yet: about [\d,]+ members more would do", done.out
    )


def test_ensemble_tells_what_is_known_of_each_output(cli: Command) -> None:
    done = cli("ensemble", "example", *SMALL, "--out", "e")
    assert done.status == 0, done.err
    assert re.search(r"^output +median +90 % of members +error$", done.out, flags=re.M)
    assert re.search(r"^people who set out  +\d", done.out, flags=re.M)
    assert {"outputs.csv", "plan.csv", "members.parquet"} <= {p.name for p in Path("e").iterdir()}
    again = cli("ensemble", "example", *SMALL, "--out", "e", "--resume", "--json").json
    assert again["members"] == 2
    assert again["outputs"][0]["output"] == "departures"
    assert len(members(Path("e"))) == 2


def test_resume_insists_that_there_is_something(cli: Command, tmp_path: Path) -> None:
    done = cli("ensemble", "example", *SMALL, "--resume")
    assert done.status == 2
    assert "name the folder of the ensemble" in done.err
    done = cli("ensemble", "example", *SMALL, "--resume", "--out", "nothing")
    assert done.status == 2
    assert "it holds no ensemble" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_keeps_finished_members_and_the_rest_resumes_with_the_same_bits(
    cli: Command, tmp_path: Path, workers: str
) -> None:
    asked = [
        "compare",
        "example",
        "no_raids",
        "--members",
        "40",
        "--sample",
        "0.05",
        "--workers",
        workers,
        "--out",
        "c",
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", "from travesia.cli import main; main()", *asked],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    folder = tmp_path / "c"
    for _ in range(1200):
        if len(list(folder.glob("members/*.member"))) >= 3 or process.poll() is not None:
            break
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert "finished runs are kept: the same command with --out c goes on." in err
    assert "Traceback" not in err
    kept = members(folder)
    assert 3 <= len(kept) < 80, "it was stopped in the middle"
    assert not (folder / "comparison.html").exists()
    plan = plan_of(load("example"), load("example", ["no_raids"]), seed=7, sample=0.05)
    few = [f"{m.id}.member" for m in plan.members(0, 3)]
    done = cli(
        "compare",
        "example",
        "no_raids",
        "--members",
        "3",
        "--sample",
        "0.05",
        "--workers",
        "1",
        "--quiet",
        "--out",
        "c",
    )
    assert done.status == 0, done.err
    fresh = cli(
        "compare",
        "example",
        "no_raids",
        "--members",
        "3",
        "--sample",
        "0.05",
        "--workers",
        "1",
        "--quiet",
        "--out",
        "fresh",
    )
    assert fresh.status == 0
    after = members(folder)
    assert {name: after[name] for name in kept} == kept
    assert {name: after[name] for name in few} == members(tmp_path / "fresh")
    for table in ("outputs.csv", "months.csv", "cells.csv"):
        assert (folder / table).read_bytes() == (tmp_path / "fresh" / table).read_bytes()


def test_all_what_ifs_in_one_plan(cli: Command) -> None:
    done = cli("compare", "example", "--what-ifs", "all", *SMALL, "--out", "all")
    assert done.status == 0, done.err
    assert re.search(r"^no_raids  How many more people ride", done.out, flags=re.M)
    assert re.search(r"^more_offices  How much shorter", done.out, flags=re.M)
    assert Path("all/index.html").resolve().as_uri() in done.out
    assert "with --out all goes on" in done.err
    assert Path("all/what_ifs.txt").read_text("utf-8") in done.out
    told = cli(
        "compare", "example", "--what-ifs", "no_raids", *SMALL, "--json", "--out", "all"
    ).json
    assert {r["question"] for r in told["answers"]} == {"no_raids"}
    alone = cli("compare", "example", "no_raids", *SMALL, "--json", "--out", "alone").json
    want = {r["output"]: r["difference"] for r in alone["scenarios"][0]["outputs"]}
    for row in told["answers"]:
        assert row["difference"] == want.get(row["output"], 0.0)
    quiet = cli(
        "compare", "example", "--what-ifs", "all", *SMALL, "--quiet", "--no-report", "--out", "all"
    )
    assert quiet.out == "all\n"


def test_a_what_if_is_answered_by_its_own_outputs_and_beside_what_is_expected(
    cli: Command, scenario: Scenario
) -> None:
    (scenario.path / "system").mkdir(exist_ok=True)
    scenario.write(
        "system/what_ifs.csv",
        (
            "id,patch,more,question,expectation,outputs,claims,missing\n"
            "W1,no_raids,,What if nobody raids?,More people ride.,mode:freight_train;harm,,\n"
        ),
    )
    done = cli("compare", "mine", "no_raids", *SMALL, "--out", "c")
    assert done.status == 0, done.err
    want = (
        r"^W1  What if nobody raids\?\n    The articles expect: More people ride\.\n"
        r"  no_raids: .*\n    passages: .*train +\d"
    )
    assert re.search(want, done.out, flags=re.M)
    told = cli("compare", "mine", "no_raids", *SMALL, "--json", "--out", "c").json
    assert [r["output"] for r in told["answers"]] == ["mode:freight_train", "harm"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["example", "no_raids", "--what-ifs", "all"], "name the scenario alone"),
        (["example", "--what-ifs", "no_raid"], "did you mean 'no_raids'?"),
        (["example", "--what-ifs", ","], "has no what-ifs to run"),
        (["example", "--what-ifs", "all", "--members", "0"], "use at least 1"),
    ],
)
def test_what_ifs_that_cannot_be_put_are_refused(
    cli: Command, arguments: list[str], words: str
) -> None:
    done = cli("compare", *arguments)
    assert (done.status, done.out) == (2, "")
    assert words in done.err
    assert "Traceback" not in done.err


def killed(arguments: list[str], cwd: Path, after: int) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own; kill all of it after some finished members."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from travesia.cli import main; main()", *arguments],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    folder = cwd / arguments[arguments.index("--out") + 1] / "members"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        if len(list(folder.glob("*.member"))) >= after:
            break
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
    return process


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_all_what_ifs_are_killed_and_resumed_with_the_same_bits(
    cli: Command, tmp_path: Path
) -> None:
    """As if the machine had lost its power, twice: the command and its workers are gone at once."""
    asked = ["compare", "example", "--what-ifs", "all", "--members", "12", "--sample", "0.1"]
    for after in (4, 9):
        process = killed([*asked, "--workers", "2", "--out", "cut"], tmp_path, after)
        assert process.returncode == -signal.SIGKILL, "it was killed before it had ended"
        kept = members(tmp_path / "cut")
        assert after <= len(kept) < 36
    before = {p: p.stat().st_mtime_ns for p in Path("cut/members").glob("*.member")}
    assert cli(*asked, "--workers", "1", "--quiet", "--out", "cut").status == 0
    assert {p: p.stat().st_mtime_ns for p in before} == before, "nothing is computed twice"
    assert cli(*asked, "--workers", "1", "--quiet", "--out", "whole").status == 0
    assert len(members(Path("cut"))) == 36
    assert members(Path("cut")) == members(Path("whole"))
    for file in ("what_ifs.csv", "what_ifs.json", "what_ifs.txt", "index.html"):
        assert (Path("cut") / file).read_bytes() == (Path("whole") / file).read_bytes()


def test_progress_of_long_plans_is_told_where_no_bar_can_be_drawn() -> None:
    line = progress_line("simulated runs", 300, 1520, 1000.0, 100, 4600.0)
    assert line == "simulated runs: 300 of 1,520 (19 %), 6.1 h left"
    assert progress_line("x", 5, 10, 0.0, 5, 60.0) == "x: 5 of 10 (50 %)"
    assert progress_line("x", 9, 10, 0.0, 0, 540.0) == "x: 9 of 10 (90 %), 1 min left"


def test_help_names_what_can_be_asked(cli: Command) -> None:
    done = cli("compare", "--help")
    assert done.status == 0
    for option in (
        "--what-ifs",
        "--members",
        "--draws",
        "--sample",
        "--precision",
        "--seed",
        "--out",
        "--workers",
        "--cluster",
        "--quiet",
        "--json",
    ):
        assert option in done.out
    assert "--resume" in cli("ensemble", "--help").out
