"""Real processes that are stopped and killed at random moments, and two that race.

Whatever happens, earlier results stay, nothing is half-written under its name, what a dead process
left is cleared away by the next one, and what goes on gives the same bits. A handful runs by
default; a hundred with ``-m long``. The moments come from a fixed seed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from travesia.results import store

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals")

PATIENCE = 180.0
STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
RUN = ["run", "example", "--draws", "0", "--no-report", "--quiet"]
SLOW = (
    "import time, travesia.engine.run as r\n"
    "day = r.Simulation.run_day\n"
    "def slow(self, apply):\n"
    "    time.sleep(0.004)\n"
    "    day(self, apply)\n"
    "r.Simulation.run_day = slow\n"
)
"""Makes a run of the example take two seconds, most of them in its days."""


@pytest.fixture(autouse=True)
def _hang_ups_are_heard() -> Iterator[None]:
    """Where the tests themselves run under nohup their children would not hear SIGHUP."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def start(arguments: list[str], cwd: Path, before: str = "") -> subprocess.Popen[str]:
    code = f"{before}\nfrom travesia.cli import main\nmain()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    try:
        _, err = process.communicate(timeout=PATIENCE)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, err


def wait_for(there: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not there() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


def left(folder: Path) -> list[str]:
    """Hidden files anywhere below a folder."""
    return sorted(p.name for p in folder.rglob(".*"))


def assert_gone(process: subprocess.Popen[str]) -> None:
    """No process of the group lives on; workers get some seconds to end."""
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    pytest.fail("a process lives on")


@pytest.fixture(scope="module")
def fingerprint(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What an undisturbed run of the example finds."""
    folder = tmp_path_factory.mktemp("whole")
    status, err = end(start([*RUN, "--out", "r"], folder))
    assert status == 0, err
    return str(json.loads((folder / "r/manifest.json").read_text())["result_sha256"])


# -- signals that ask ----------------------------------------------------------------------------


def stopped(
    number: signal.Signals,
    cwd: Path,
    arguments: list[str],
    there: Callable[[], bool],
    before: str = SLOW,
    again: int = 0,
) -> str:
    process = start(arguments, cwd, before)
    wait_for(there, process)
    os.killpg(process.pid, number)
    for _ in range(again):  # impatience changes nothing
        time.sleep(0.005)
        if process.poll() is None:
            os.killpg(process.pid, number)
    status, err = end(process)
    assert status == STATUS[number], err
    assert "Stopped. Nothing was left half-written." in err
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert len(err.strip().splitlines()) == 1, err
    assert_gone(process)
    return err


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        *(pytest.param(n, marks=pytest.mark.long) for n in (signal.SIGTERM, signal.SIGHUP)),
    ],
    ids=lambda n: n.name,
)
def test_a_signal_ends_a_run_with_one_line(tmp_path: Path, number: signal.Signals) -> None:
    held = tmp_path / "runs/.example-1.lock"
    stopped(number, tmp_path, RUN, held.exists, again=5)
    assert list(tmp_path.iterdir()) == []


def test_the_checkpoint_that_is_kept_is_told(tmp_path: Path, fingerprint: str) -> None:
    command = [*RUN, "--out", "r", "--checkpoint-every", "30"]
    err = stopped(signal.SIGTERM, tmp_path, command, (tmp_path / "r.checkpoint").exists, again=1)
    assert "r.checkpoint: the same command with --out r --resume goes on." in err
    assert [p.name for p in tmp_path.iterdir()] == ["r.checkpoint"]
    status, err = end(start([*command, "--resume"], tmp_path))
    assert status == 0, err
    assert store.read(tmp_path / "r").manifest["result_sha256"] == fingerprint
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def test_a_signal_while_the_program_is_loaded(tmp_path: Path) -> None:
    """The heavy imports are behind the barrier too."""
    before = (
        "import sys, time\nclass Slow:\n    def find_spec(self, name, *_):\n"
        "        if name == 'travesia.cli.app':\n            open('loading', 'w').close()\n"
        "            time.sleep(60)\nsys.meta_path.insert(0, Slow())\n"
    )
    stopped(signal.SIGINT, tmp_path, ["--help"], (tmp_path / "loading").exists, before)


@pytest.mark.long
def test_an_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    """``nohup travesia …`` goes on when the terminal is closed."""
    before = f"import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n{SLOW}"
    process = start([*RUN, "--out", "r"], tmp_path, before)
    wait_for((tmp_path / ".r.lock").exists, process)
    os.kill(process.pid, signal.SIGHUP)
    status, err = end(process)
    assert status == 0, err


def test_a_signal_that_a_finalizer_swallows_comes_again(tmp_path: Path) -> None:
    before = (
        "import travesia.api as api, time, os, signal\n"
        "class Odd:\n"
        "    def __del__(self):\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        time.sleep(0.1)\n"
        "def check(*_):\n"
        "    Odd()\n"
        "    open('swallowed', 'w').close()\n"
        "    time.sleep(60)\n"
        "api.check = check\n"
    )
    process = start(["check", "example"], tmp_path, before)
    status, err = end(process)
    assert status == 143, err
    assert len(err.strip().splitlines()) == 1
    assert (tmp_path / "swallowed").exists()


def test_an_ensemble_is_ended_with_its_workers(tmp_path: Path) -> None:
    folder = tmp_path / "e"
    command = [
        "ensemble",
        "example",
        "-n",
        "200",
        "--sample",
        "0.05",
        "--quiet",
        "--out",
        "e",
        "--workers",
        "2",
    ]
    err = stopped(
        signal.SIGHUP,
        tmp_path,
        command,
        lambda: len(list(folder.glob("members/*.member"))) > 1,
        before="",
        again=3,
    )
    assert "finished runs are kept: the same command with --out e goes on." in err
    assert left(folder) == []


# -- two at once ---------------------------------------------------------------------------------


def race(arguments: list[str], cwd: Path, n: int = 2) -> list[tuple[int, str]]:
    return [end(p) for p in [start(arguments, cwd, SLOW) for _ in range(n)]]


def test_two_runs_into_one_folder(tmp_path: Path, fingerprint: str) -> None:
    found = race([*RUN, "--out", "r", "--checkpoint-every", "40"], tmp_path)
    assert sorted(status for status, _ in found) == [0, 2]
    told = next(err for status, err in found if status == 2)
    assert "is writing to r" in told.replace(str(tmp_path) + "/", "") or "already holds" in told
    assert store.read(tmp_path / "r").manifest["result_sha256"] == fingerprint
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def test_runs_without_a_name_get_one_each(tmp_path: Path) -> None:
    assert [status for status, _ in race(RUN, tmp_path)] == [0, 0]
    names = ["example-1", "example-2"]
    assert sorted(p.name for p in (tmp_path / "runs").iterdir()) == names
    for name in names:
        store.read(tmp_path / "runs" / name)


@pytest.mark.long
def test_two_ensembles_in_one_folder(tmp_path: Path) -> None:
    command = [
        "ensemble",
        "example",
        "-n",
        "12",
        "--sample",
        "0.05",
        "--quiet",
        "--out",
        "e",
        "--workers",
        "1",
    ]
    found = race(command, tmp_path)
    assert sorted(status for status, _ in found) in ([0, 0], [0, 2])
    for status, err in found:
        assert status == 0 or "another process" in err
    assert len(list((tmp_path / "e/members").glob("*.member"))) == 12
    assert left(tmp_path) == []


# -- kill -9 -------------------------------------------------------------------------------------


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path, fingerprint: str) -> None:
    """Killed while it writes its tables; the next run of any name in that folder tidies up."""
    torn = (
        "import travesia.results.store as s\n"
        "real = s._write_table\n"
        "def slow(path, frame):\n"
        "    real(path, frame)\n"
        "    __import__('time').sleep(0.5)\n"
        "s._write_table = slow\n"
    )
    process = start([*RUN, "--out", "r"], tmp_path, torn)
    wait_for(lambda: any(tmp_path.glob(".r.partial-*/tables")), process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert any(tmp_path.glob(".r.partial-*"))
    status, err = end(start([*RUN, "--out", "other"], tmp_path))
    assert status == 0, err
    assert store.read(tmp_path / "other").manifest["result_sha256"] == fingerprint
    assert [p.name for p in tmp_path.iterdir()] == ["other"]


KILLED_BETWEEN = (
    "import os, signal, travesia.durable as d\n"
    "rename = d.Path.rename\n"
    "def once(self, target):\n"
    "    rename(self, target)\n"
    "    if '.older-' in str(target):\n"
    "        os.kill(os.getpid(), signal.SIGKILL)\n"
    "d.Path.rename = once\n"
    "d._exchange = lambda *_: False\n"
)
"""Where folders cannot change places in one step: killed between the two renames."""


@pytest.mark.parametrize("next_step", ["read", pytest.param("run", marks=pytest.mark.long)])
def test_a_kill_between_two_renames(tmp_path: Path, fingerprint: str, next_step: str) -> None:
    assert end(start([*RUN, "--seed", "3", "--out", "r"], tmp_path))[0] == 0
    before = (tmp_path / "r/manifest.json").read_bytes()
    status, _ = end(start([*RUN, "--out", "r", "--overwrite"], tmp_path, KILLED_BETWEEN))
    assert status == -signal.SIGKILL
    assert not (tmp_path / "r").exists()
    if next_step == "read":
        assert store.read(tmp_path / "r").manifest["seed"] == 3
        assert (tmp_path / "r/manifest.json").read_bytes() == before
    else:
        status, err = end(start([*RUN, "--out", "r"], tmp_path))
        assert status == 2
        assert "already holds a run" in err
        assert end(start([*RUN, "--out", "r", "--overwrite"], tmp_path))[0] == 0
        assert store.read(tmp_path / "r").manifest["result_sha256"] == fingerprint
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def _one_kill(folder: Path, moment: random.Random, fingerprint: str) -> None:
    """Overwrite a run with checkpoints; end it somewhere; go on; the same bits as ever."""
    command = [*RUN, "--out", "r", "--overwrite", "--checkpoint-every", "7"]
    number = moment.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    process = start(command, folder, SLOW)
    wait_for((folder / ".r.lock").exists, process)
    time.sleep(moment.uniform(0.0, 4.0))
    if process.poll() is None:
        os.killpg(process.pid, number)
    status, err = end(process)
    assert status in (0, -number, STATUS.get(number)), err
    assert "Traceback" not in err
    store.read(folder / "r")  # the older one or the new one, whole
    more = ["--resume"] if (folder / "r.checkpoint").exists() else []
    status, err = end(start([*command, *more], folder))
    assert status == 0, err
    assert store.read(folder / "r").manifest["result_sha256"] == fingerprint
    assert [p.name for p in folder.iterdir()] == ["r"]


def _kills(n: int, seed: int, folder: Path, fingerprint: str) -> None:
    moment = random.Random(seed)
    assert end(start([*RUN, "--out", "r"], folder))[0] == 0
    for _ in range(n):
        _one_kill(folder, moment, fingerprint)


def test_a_kill_of_a_run(tmp_path: Path, fingerprint: str) -> None:
    _kills(1, 1, tmp_path, fingerprint)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_many_kills_of_runs(tmp_path: Path, fingerprint: str, seed: int) -> None:
    _kills(14, 100 + seed, tmp_path, fingerprint)


@pytest.mark.long
def test_many_kills_of_an_ensemble(tmp_path: Path) -> None:
    """Thirty kills in one ensemble; in the end the bits of one that nobody disturbed."""
    command = ["ensemble", "example", "-n", "60", "--sample", "0.05", "--quiet", "--workers", "2"]
    status, err = end(start([*command, "--out", "whole"], tmp_path))
    assert status == 0, err
    moment = random.Random(7)
    folder = tmp_path / "cut"
    for _ in range(30):
        (folder / ".lock").unlink(missing_ok=True)  # of one that was killed
        process = start([*command, "--out", "cut"], tmp_path)
        wait_for((folder / ".lock").exists, process)
        time.sleep(moment.uniform(0.0, 3.0))
        number = moment.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
        if process.poll() is None:
            os.killpg(process.pid, number)
        status, err = end(process)
        assert status in (0, -number, STATUS.get(number)), err
        assert "Traceback" not in err
    status, err = end(start([*command, "--out", "cut"], tmp_path))
    assert status == 0, err

    def members(name: str) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in (tmp_path / name / "members").iterdir()}

    assert members("cut") == members("whole")
    assert (folder / "outputs.csv").read_bytes() == (tmp_path / "whole/outputs.csv").read_bytes()
    assert left(tmp_path) == []
