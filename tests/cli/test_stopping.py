"""Ctrl-C in a real process: status 130, nothing half-written, earlier results untouched."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Scenario, snapshot

pty = pytest.importorskip("pty", reason="needs a terminal of a POSIX system")

LAST_YEAR = 2058
PATIENCE = 120.0
"""Seconds that a process gets to begin, and to end, on a busy machine."""


@pytest.fixture
def long_scenario(scenario: Scenario) -> Scenario:
    """Forty years of the example, so that a run can be stopped in its middle."""
    scenario.replace("scenario.yaml", "end: 2019-04-30", f"end: {LAST_YEAR}-12-31")
    months = [f"{y}-{m:02d}" for y in range(2019, LAST_YEAR + 1) for m in range(1, 13)]
    cohorts = ("hnd-adult", "hnd-family", "gtm-child")
    rows = [f"{m},{c},900,900,500,1200,assumption" for m in months[4:] for c in cohorts]
    scenario.append("departures.csv", "\n".join(rows))
    return scenario


def stop_at(words: str, arguments: list[str], cwd: Path, before: str = "") -> tuple[int, str, int]:
    """Start a command on a terminal and press Ctrl-C (SIGINT to its group) after some words.

    Gives the exit status, what was shown, and the group of the process.
    """
    code = f"{before}\nfrom travesia.cli import main\nmain()"
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        shown = _read_until(words, master)
        os.killpg(process.pid, signal.SIGINT)
        shown += _read_until(None, master)
        return process.wait(PATIENCE), shown, process.pid
    finally:
        os.close(master)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _read_until(words: str | None, master: int) -> str:
    """Read what is shown until some words, or to the end."""
    shown = b""
    deadline = time.monotonic() + PATIENCE
    while words is None or words.encode() not in shown:
        if not select.select([master], [], [], max(0.0, deadline - time.monotonic()))[0]:
            pytest.fail(f"still running after {PATIENCE} s:\n{shown.decode(errors='replace')}")
        try:
            piece = os.read(master, 4096)
        except OSError:  # Linux: the other side is closed
            break
        if not piece:
            break
        shown += piece
    text = shown.decode(errors="replace")
    assert words is None or words in text, f"ended before {words!r}:\n{text}"
    return text


def _assert_group_is_gone(group: int) -> None:
    """No process of the group lives on; workers get some seconds to end."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.killpg(group, signal.SIGKILL)
    pytest.fail("processes of the stopped run live on")


def test_stopped_while_simulating(cli: Command, long_scenario: Scenario, tmp_path: Path) -> None:
    assert cli("run", "example", "--quiet", "--draws", "0", "--out", "runs/mine-1").status == 0
    before = snapshot(tmp_path)
    arguments = ["run", str(long_scenario.path), "--threads", "2", "--no-report"]
    status, shown, group = stop_at("simulating", arguments, tmp_path)
    assert status == 130
    assert "Stopped. Nothing was left half-written." in shown
    assert "Traceback" not in shown
    assert snapshot(tmp_path) == before
    _assert_group_is_gone(group)


def test_stopped_while_overwriting(cli: Command, long_scenario: Scenario, tmp_path: Path) -> None:
    assert cli("run", "example", "--quiet", "--draws", "0", "--out", "r").status == 0
    before = snapshot(tmp_path)
    arguments = ["run", str(long_scenario.path), "--no-report", "--out", "r", "--overwrite"]
    status, _, _ = stop_at("simulating", arguments, tmp_path)
    assert status == 130
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("workers", [False, True], ids=["one process", "worker processes"])
def test_stopped_while_drawing(tmp_path: Path, workers: bool) -> None:
    before = "import travesia.kinds.corridor.kind as d\nd.LIGHT_WORK = 0" if workers else ""
    arguments = ["run", "example", "--draws", "500"]
    status, shown, group = stop_at("drawing parameters", arguments, tmp_path, before)
    assert status == 130
    assert "Traceback" not in shown
    assert _stored(tmp_path)
    assert "travesia report runs/example-1 makes its report again" in shown
    _assert_group_is_gone(group)


def _stored(folder: Path) -> bool:
    """Whether the run stands whole, without a report or anything half-written."""
    found = {p for p in snapshot(folder) if p != "runs" and "." in p.rsplit("/", 1)[-1]}
    parts = {p.removeprefix("runs/example-1/").split("/")[0] for p in found}
    return parts == {"manifest.json", "scenario", "tables"}


def test_stopped_between_the_tables_and_the_report(tmp_path: Path) -> None:
    """Nothing that follows a simulation loses it."""
    slow = "import time\nimport travesia.api as a\na.report = lambda *_, **__: time.sleep(60)"
    arguments = ["run", "example", "--draws", "0"]
    status, shown, _ = stop_at("writing the report", arguments, tmp_path, slow)
    assert status == 130
    assert "Traceback" not in shown
    assert _stored(tmp_path)
    assert "travesia report runs/example-1 makes its report again" in shown
