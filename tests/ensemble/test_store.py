from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ensemble.asking import compare, plan_of
from tests.ensemble.fakes import FakeRun, Faulty
from travesia import durable
from travesia.ensembles import store as store_module
from travesia.ensembles.executors import Serial
from travesia.ensembles.growing import collect, opened
from travesia.ensembles.plan import Plan
from travesia.ensembles.reducer import layout_of
from travesia.ensembles.store import MANIFEST, MemberStore
from travesia.errors import InputError, OutputError, StoreError
from travesia.scenario.load import load

SIZE = layout_of(load("example")).size
"""Numbers in a summary of the example."""


def _fill(plan: Plan, folder: Path | None, n: int, function: object = None) -> dict[str, bytes]:
    with opened(plan, folder) as store:
        collect(plan, store, 0, n, Serial(), function=function or FakeRun(SIZE))  # type: ignore[arg-type]
        return {m.id: store.read(m.id).tobytes() for m in plan.members(0, n)}


def _members(folder: Path) -> list[Path]:
    return sorted((folder / "members").iterdir())


def test_members_are_kept_and_not_computed_again(plan: Plan, tmp_path: Path) -> None:
    folder, log = tmp_path / "store", tmp_path / "log"
    log.mkdir()
    first = _fill(plan, folder, 3)
    more = _fill(plan, folder, 5, FakeRun(SIZE, log=str(log)))
    assert len(list(log.iterdir())) == 4  # two members of two scenarios are new
    assert {k: more[k] for k in first} == first
    assert more == _fill(plan, None, 5)
    assert len(_members(folder)) == 10


def test_damaged_members_are_computed_again(plan: Plan, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    before = _fill(plan, folder, 3)
    files = _members(folder)
    data = bytearray(files[0].read_bytes())
    data[-1] ^= 1
    files[0].write_bytes(data)
    files[1].write_bytes(files[1].read_bytes()[:-8])
    files[2].write_bytes(files[3].read_bytes())  # sound, but of another member
    with opened(plan, folder) as store:
        assert len(store) == 3
        assert len(store.remarks) == 3
        with pytest.raises(StoreError, match="missing or damaged"):
            store.read(files[0].stem)
    assert _fill(plan, folder, 3) == before


def test_leftovers_of_a_killed_run_are_cleared_away(plan: Plan, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    _fill(plan, folder, 1)
    left = durable.hidden(folder / "members" / "x.member", "partial")
    left.write_bytes(b"half a member")
    (folder / "members" / "y.member").mkdir()
    before = {p.name for p in folder.iterdir()}
    _fill(plan, folder, 1)
    assert not left.exists()
    assert not (folder / "members" / "y.member").exists()
    assert {p.name for p in folder.iterdir()} == before


def test_a_folder_belongs_to_one_process_at_a_time(plan: Plan, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    layouts = _layouts(plan)
    with store_module.alone(folder, plan, layouts) as store:
        with (
            pytest.raises(OutputError, match=r"another process .*is writing to"),
            store_module.alone(folder, plan, layouts),
        ):
            pytest.fail("two at once")
        assert len(store) == 0
    with store_module.alone(folder, plan, layouts):
        assert not (folder / "nothing").exists()
    assert not [p.name for p in folder.iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"travesia": "0.0.1"}, r"written by travesia 0\.0\.1"),
        ({"format": 99}, "format 99"),
        ({"seed": 77}, r"seed 77 \(not 3\)"),
        ({"sample": 0.5}, "another plan"),
        ({"draws": False}, "another plan"),
    ],
)
def test_a_store_of_another_version_or_plan_is_refused(
    plan: Plan, tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    _fill(plan, tmp_path, 1)
    manifest = tmp_path / MANIFEST
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **change}))
    with pytest.raises(StoreError, match=told) as caught:
        _fill(plan, tmp_path, 1)
    assert "choose another folder" in str(caught.value)
    assert len(_members(tmp_path)) == 2


def test_members_that_hold_other_outputs_are_refused(plan: Plan, tmp_path: Path) -> None:
    _fill(plan, tmp_path, 1)
    manifest = tmp_path / MANIFEST
    told = json.loads(manifest.read_text())
    told["scenarios"][plan.keys[1]]["layout"] = "0" * 16
    manifest.write_text(json.dumps(told))
    with pytest.raises(StoreError, match=r"members of example\+no_raids hold other outputs"):
        _fill(plan, tmp_path, 1)
    assert json.loads(manifest.read_text()) == told
    assert len(_members(tmp_path)) == 2


def test_folders_of_something_else_are_refused(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StoreError, match="holds something else"):
        _fill(plan, tmp_path, 1)
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(StoreError, match="damaged"):
        _fill(plan, tmp_path, 1)
    with pytest.raises(OutputError, match="is a file"):
        _fill(plan, tmp_path / "letter.txt" / "store", 1)


def test_more_scenarios_may_join_a_store(plan: Plan, tmp_path: Path) -> None:
    alone = plan_of(*plan.scenarios[:1], seed=plan.seed, sample=plan.sample)
    first = _fill(alone, tmp_path, 2)
    both = _fill(plan, tmp_path, 2)
    assert {k: both[k] for k in first} == first
    listed = json.loads((tmp_path / MANIFEST).read_text())["scenarios"]
    assert [s["name"] for s in listed.values()] == ["example", "example+no_raids"]
    _fill(alone, tmp_path, 2)
    assert json.loads((tmp_path / MANIFEST).read_text())["scenarios"] == listed


def test_a_full_disk_leaves_complete_members(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = os.fsync, [7]

    def fsync(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OutputError, match=r"disk is full.*goes on from there"):
        _fill(plan, tmp_path, 6)
    monkeypatch.undo()
    kept = _members(tmp_path)
    assert 0 < len(kept) < 12
    assert all(p.suffix == ".member" for p in kept)
    assert _fill(plan, tmp_path, 6) == _fill(plan, None, 6)


def test_a_disk_that_really_refuses(plan: Plan, tmp_path: Path) -> None:
    """Files of this process may not grow beyond 1 KiB: a member does not fit."""
    with opened(plan, tmp_path / "store") as store:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
        try:
            with pytest.raises(OutputError, match="may not grow that large"):
                store.write(plan.member(0, 0).id, np.zeros(SIZE))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert plan.member(0, 0).id not in store
        assert _members(tmp_path / "store") == []


def _may_mount() -> bool:
    """Whether this user may mount in a namespace of its own."""
    if shutil.which("unshare") is None or shutil.which("mount") is None:
        return False
    command = "mount -t tmpfs -o size=64k tmpfs /mnt"
    done = subprocess.run(["unshare", "-rm", "sh", "-c", command], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.skipif(not _may_mount(), reason="needs the right to mount a small disk")
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    path = os.pathsep.join(p for p in sys.path if p)
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-m", "tests.ensemble.full_disk", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert "the disk is full: free some space" in seen["told"]
    assert "the same command goes on from there" in seen["told"]
    assert 0 < len(seen["kept"]) < 80
    assert all(name.endswith(".member") for name in seen["kept"]), "nothing is half-written"
    assert seen["computed"] == 80 - len(seen["kept"]), "nothing finished is run again"
    assert seen["untouched"]
    assert seen["same"]


def test_a_failing_member_does_not_take_the_others_along(plan: Plan, tmp_path: Path) -> None:
    victim = plan.member(1, 1).id
    with pytest.raises(InputError, match=r"1 of 8 members failed.*\n.*ZeroDivisionError") as caught:
        _fill(plan, tmp_path, 4, Faulty(FakeRun(SIZE), victim))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert len(_members(tmp_path)) == 7
    assert victim not in MemberStore.open(tmp_path, plan, _layouts(plan))


def _layouts(plan: Plan) -> dict[str, Any]:
    with opened(plan, None) as store:
        return dict(store.layouts)


# -- the whole run is killed --------------------------------------------------------------------


def _cut_off(
    folder: Path,
    log: Path,
    kind: str,
    how: int,
    after: int,
    seconds: float = 0.1,
    whole: bool = False,
) -> int:
    """Start a comparison in its own session, end it after some members; returns its status.

    With ``after`` 0 it is ended as soon as both workers are at work. ``whole`` ends its workers
    with it.
    """
    log.mkdir(exist_ok=True)
    path = os.pathsep.join(p for p in sys.path if p)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ensemble.cut_off", str(folder), str(log), kind, str(seconds)],
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    members = folder / "members"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if len(list(members.glob("*.member"))) >= after and len(list(log.iterdir())) >= 2:
            break
        time.sleep(0.02)
    whole = whole or how == signal.SIGINT
    os.killpg(process.pid, how) if whole else process.send_signal(how)
    return process.wait(30)


def _resumed_like_new(folder: Path, log: Path, damaged: Collection[str] = ()) -> None:
    """Go on after the cut: same answer as without it, and no finished member computed twice."""
    kept = {p.stem for p in (folder / "members").glob("*.member")} - set(damaged)
    assert 0 < len(kept) < 100
    begun = {p.name.split(".")[0] for p in log.iterdir()}
    assert kept <= begun
    again = log.with_name("again")
    again.mkdir()
    scenarios = ["example", "no_raids"]
    done = compare(
        scenarios,
        50,
        seed=3,
        sample=0.2,
        folder=folder,
        executor=Serial(),
        function=FakeRun(SIZE, log=str(again)),
    )
    twice = {p.name.split(".")[0] for p in again.iterdir()} & kept
    assert not twice
    assert len(list(again.iterdir())) == 100 - len(kept)
    whole = compare(scenarios, 50, seed=3, sample=0.2, executor=Serial(), function=FakeRun(SIZE))
    news = [r for r in done.remarks if r not in whole.remarks]
    assert [r.split(".")[0] for r in news] == list(damaged)
    assert {**done.to_payload(), "remarks": list(whole.remarks)} == whole.to_payload()


def test_a_killed_run_resumes_with_the_same_bits(tmp_path: Path) -> None:
    folder, log = tmp_path / "store", tmp_path / "log"
    assert _cut_off(folder, log, "processes", signal.SIGKILL, 8) == -signal.SIGKILL
    _resumed_like_new(folder, log)


@pytest.mark.long
def test_a_machine_that_lost_its_power_resumes_with_the_same_bits(tmp_path: Path) -> None:
    """The command and all of its workers are gone at once, with half a member on the disk."""
    folder, log = tmp_path / "store", tmp_path / "log"
    assert _cut_off(folder, log, "processes", signal.SIGKILL, 8, whole=True) == -signal.SIGKILL
    pids = {int(p.name.split(".")[1]) for p in log.iterdir()}
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(_alive(pid) for pid in pids):
        time.sleep(0.02)
    assert not any(_alive(pid) for pid in pids)
    (folder / "members" / ".partial-cut").write_bytes(b"travesia-member")
    some = next((folder / "members").glob("*.member"))
    some.write_bytes(some.read_bytes()[:100])  # its name was safe, its contents were not
    kept = {p.name: p.read_bytes() for p in (folder / "members").glob("*.member") if p != some}
    _resumed_like_new(folder, log, damaged={some.stem})
    assert {n: (folder / "members" / n).read_bytes() for n in kept} == kept


def test_an_interrupted_run_leaves_complete_members_and_no_workers(tmp_path: Path) -> None:
    folder, log = tmp_path / "store", tmp_path / "log"
    assert _cut_off(folder, log, "processes", signal.SIGINT, 6) != 0
    for stamp in log.iterdir():
        pid = int(stamp.name.split(".")[1])
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert all(p.suffix == ".member" for p in _members(folder))
    _resumed_like_new(folder, log)


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    folder, log = tmp_path / "store", tmp_path / "log"
    _cut_off(folder, log, "processes", signal.SIGKILL, 0, seconds=60.0)  # in mid-task
    pids = {int(p.name.split(".")[1]) for p in log.iterdir()}
    assert pids
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(_alive(pid) for pid in pids):
        time.sleep(0.05)
    assert not any(_alive(pid) for pid in pids)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
