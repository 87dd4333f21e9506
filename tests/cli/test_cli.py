"""Every verb in a few seconds: the commands that a first visitor tries, end to end."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Command

VERBS = (
    "run", "score", "report", "compare", "ensemble", "check", "new", "list", "explain",
    "evidence", "import",
)  # fmt: skip


def test_help_names_every_verb(cli: Command) -> None:
    told = cli("--help").out
    assert all(f"\n  {verb} " in told for verb in VERBS)


def test_a_run_is_checked_made_scored_and_told_again(cli: Command, tmp_path: Path) -> None:
    assert cli("check", "example").status == 0
    silent = cli("check", "example", "--quiet")
    assert (silent.status, silent.out) == (0, "")
    run = cli("run", "example", "--draws", "0", "--no-report", "--out", "r", "--json").json
    assert run["people"] == run["headline"]["departures"] > 13_000
    assert cli("score", "r", "--json").json["scores"]
    page = Path(cli("report", "r", "--json").json["report"])
    assert (tmp_path / page).read_text("utf-8").startswith("<!doctype html>")


def test_pairs_are_compared_and_members_counted(cli: Command) -> None:
    asked = ("--members", "2", "--sample", "0.2", "--workers", "1", "--no-draws", "--json")
    compared = cli("compare", "example", "no_raids", "--no-report", "--out", "c", *asked)
    assert len(compared.json["scenarios"][0]["outputs"]) > 3
    assert cli("ensemble", "example", "--out", "e", *asked).json["members"] == 2
