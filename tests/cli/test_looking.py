"""Help, listings and explanations: what a new user meets first."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from tests.cli.conftest import Command, Scenario, process, snapshot
from travesia.cli.app import app

ALL = typer.main.get_command(app).commands  # type: ignore[attr-defined]
COMMANDS = sorted(name for name, command in ALL.items() if not command.hidden)
LISTS = [
    "scenarios", "patches", "policies", "places", "legs", "modes", "cohorts", "stays",
    "transitions", "parameters", "facilities", "targets",
]  # fmt: skip


def test_help_names_every_command(cli: Command) -> None:
    done = cli("--help")
    assert done.status == 0
    assert {"run", "score", "report", "check", "new", "list", "explain", "evidence"} <= {*COMMANDS}
    for command in COMMANDS:
        assert f"\n  {command} " in done.out


def test_no_arguments_show_the_help(cli: Command) -> None:
    done = cli()
    assert "Commands:" in done.out + done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(cli: Command, command: str) -> None:
    done = cli(command, "--help")
    assert done.status == 0
    assert f"travesia {command}" in done.out
    assert "Options:" in done.out


def test_help_is_light(tmp_path: Path) -> None:
    """Nothing heavy is imported for help, and it takes little time (the bench holds 0.4 s)."""
    code = (
        "import sys, time\n"
        "from travesia.cli import main\n"
        "status = main(['--help'])\n"
        "heavy = {'numpy', 'numba', 'pandas', 'pyarrow', 'pydantic'} & set(sys.modules)\n"
        "print(status, sorted(heavy), time.process_time(), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=60
    )
    status, heavy, seconds = done.stderr.strip().splitlines()[-1].split()
    assert (status, heavy) == ("0", "[]")
    assert float(seconds) < 0.6


def test_version(cli: Command) -> None:
    from travesia import __version__

    done = cli("--version")
    assert (done.status, done.out) == (0, f"travesia {__version__}\n")


@pytest.mark.parametrize(("typed", "meant"), [("rnu", "run"), ("chek", "check")])
def test_unknown_command_suggests(cli: Command, typed: str, meant: str) -> None:
    done = cli(typed)
    assert done.status == 2
    assert f"No such command '{typed}'. Did you mean '{meant}'?" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("what", LISTS)
def test_list(cli: Command, what: str) -> None:
    done = cli("list", what, "--scenario", "example")
    assert done.status == 0, done.err
    rows = cli("list", what, "--scenario", "example", "--json").json
    assert len(done.out.splitlines()) == len(rows) + 1
    assert rows


def test_list_of_nothing_suggests(cli: Command) -> None:
    done = cli("list", "polices")
    assert done.status == 2
    assert "did you mean policies?" in done.err


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("villa_sur", "Villa Sur"),
        ("patio__norte_este__freight_train", "freight_train"),
        ("remain_in_mexico", "Quédate en México"),
        ("gamma_capture", "capture"),
        ("mx_detention", "etention"),
        ("day", "allocate"),
    ],
)
def test_explain(cli: Command, topic: str, words: str) -> None:
    done = cli("explain", topic, "--scenario", "example")
    assert done.status == 0, done.err
    assert words in done.out
    assert cli("explain", topic, "--scenario", "example", "--json").json


def test_explain_of_nothing_suggests(cli: Command) -> None:
    done = cli("explain", "trian_raids", "--scenario", "example")
    assert done.status == 2
    assert "did you mean 'train_raids'" in done.err


def test_evidence(cli: Command) -> None:
    assert len(cli("evidence").out.splitlines()) > 100
    rows = cli("evidence", "--kind", "claim", "--json").json
    assert rows
    one = cli("evidence", rows[0]["id"], "--json")
    assert one.status == 0
    assert json.dumps(rows[0]["id"]) in one.out
    conflicts = cli("evidence", "--kind", "conflict", "--json").json
    assert conflicts


def test_evidence_of_nothing_says_so(cli: Command) -> None:
    done = cli("evidence", "zzzqqq")
    assert (done.out, done.err) == ("", "Nothing in the ledger fits.\n")
    assert cli("evidence", "--kind", "rumour").status == 2


@pytest.mark.parametrize("name", ["example", "corridor"])
def test_shipped_scenarios_are_sound(cli: Command, name: str) -> None:
    done = cli("check", name)
    assert done.status == 0, done.err
    assert f"{name} is sound" in done.out


def test_policy_that_starts_before_its_numbers_is_remarked(cli: Command) -> None:
    """Moving it to an earlier month would otherwise change nothing, without a word."""
    done = cli("check", "example", "--set", "policies.remain_in_mexico.start=2019-02-01")
    assert done.status == 0
    assert "its monthly numbers begin in 2019-03" in done.err
    assert "add share_2019_02" in done.err
    assert "example is sound (1 remark)." in done.out


def test_new_says_what_to_do_next(cli: Command, tmp_path: Path) -> None:
    done = cli("new", "mine", "--from", "example")
    assert done.status == 0
    assert "travesia check" in done.out
    assert "travesia run" in done.out
    assert (tmp_path / "mine/README.md").is_file()
    assert cli("check", "mine").status == 0


@pytest.mark.parametrize("name", ["Bad/Name", "..", "", "ñandú"])
def test_new_refuses_names_that_are_none(cli: Command, tmp_path: Path, name: str) -> None:
    done = cli("new", name, "--from", "example", "--out", "x")
    assert done.status == 2
    assert "cannot be the name of a scenario" in done.err
    assert list(tmp_path.iterdir()) == []


def test_scenario_is_only_read(scenario: Scenario, tmp_path: Path) -> None:
    """A run may be started from a folder that only others may write to."""
    before = snapshot(scenario.path)
    assert process("check", "mine", cwd=tmp_path).status == 0
    assert snapshot(scenario.path) == before


def test_a_policy_is_explained_with_what_it_writes(cli: Command) -> None:
    told = cli("explain", "train_raids").out
    assert "What it writes into the tables" in told
    assert "rate of a cause per passage of a leg (hazard): times 2, for cause stop_guard" in told
