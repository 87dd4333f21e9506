"""The last barrier: a fault of ours is one line, a saved report, and status 70."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from travesia import api
from travesia.errors import EngineError


def _reports(folder: Path) -> list[Path]:
    return list(folder.glob("travesia-crash-*.txt"))


@pytest.mark.parametrize(
    "error",
    [
        KeyError("x"),
        RecursionError("deep"),
        AssertionError(),
        EngineError("lost rows"),
        ZeroDivisionError("division by zero"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
    ],
)
def test_a_fault_of_ours(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(api, "check", broken)
    done = cli("check", "example", "--set", "x=tcp://me:secret@host")
    assert done.status == 70
    assert done.out == ""
    assert len(done.err.strip().splitlines()) == 1
    assert "A fault of ours" in done.err
    assert "Traceback" not in done.err
    (report,) = _reports(tmp_path)
    assert str(report) in done.err
    text = report.read_text("utf-8")
    assert "Traceback" in text
    assert "'check', 'example'".replace("', '", "' '") in text
    assert type(error).__name__ in text
    assert "secret" not in text
    assert str(Path.home()) not in text or str(Path.home()) == "/"


def test_a_fault_of_ours_as_json(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(api, "check", broken)
    done = cli("check", "example", "--json")
    assert done.status == 70
    told = done.json["error"]
    assert told["status"] == 70
    assert told["problems"][0]["what"] == "KeyError: 'x'"
    assert told["problems"][0]["where"] == str(_reports(tmp_path)[0])


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_report_goes_elsewhere_if_it_must(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "check", lambda *_: 1 / 0)
    tmp_path.chmod(0o500)
    done = cli("check", "example")
    assert done.status == 70
    assert "travesia-crash-" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "nowhere"],
        ["score", "nowhere"],
        ["report", "nowhere"],
        ["check", "nowhere", "-p", "x"],
        ["explain", "nothing_at_all"],
        ["list", "nothing"],
        ["run", "example", "--sample", "2"],
        ["compare", "example"],
        ["compare", "example", "nothing"],
        ["ensemble", "nowhere"],
        ["run", "--seed", "x"],
        ["score"],
        ["import", "flee", "nowhere"],
        ["run", "example", "--out", "x\x1b" * 200],
    ],
)
def test_errors_as_json(cli: Command, tmp_path: Path, arguments: list[str]) -> None:
    done = cli(*arguments, "--json")
    assert done.status == 2
    told = done.json
    if "error" in told:
        assert set(told["error"]) == {"title", "problems", "status"}
        assert told["error"]["status"] == 2
        assert told["error"]["title"]
        for problem in told["error"]["problems"]:
            assert set(problem) == {"what", "where", "cure"}
        assert done.err.strip()
    else:  # `check` tells faults of a scenario in its own keys
        assert told["problems"]
    assert _reports(tmp_path) == []


def test_no_memory_is_no_fault_of_ours(cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(api, "check", full)
    done = cli("check", "example")
    assert done.status == 2
    assert "--sample" in done.err
