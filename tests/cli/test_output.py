"""Output that cannot be written: status 2, earlier results untouched, nothing half-written."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command, process, snapshot
from travesia.results import store

FAST = ("run", "example", "--quiet", "--draws", "0")


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[bool]:
    """A tiny file system in memory; gives False where it cannot be had."""
    folder.mkdir()
    mount = shutil.which("mount")
    done = mount is not None and os.name == "posix" and os.geteuid() == 0
    if done:
        command = [str(mount), "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield done
    finally:
        if done:
            subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("size", ["16k", "400k"])
def test_full_disk(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    """The disk fills up among the tables (16 kB), or in the report (400 kB): the run stays."""
    with small_disk(tmp_path / "disk", f"size={size}") as real:
        if not real:
            _fill_up(monkeypatch, in_report=size == "400k")
        done = cli(*FAST, "--out", "disk/r")
        assert done.status == 2
        assert "No space left on device" in done.err
        assert "disk/r" in done.err
        assert ".partial" not in done.err
        assert "Traceback" not in done.err
        if size == "16k":
            assert snapshot(tmp_path / "disk") == {}
        else:
            assert "travesia report disk/r makes its report again" in done.err
            assert store.read(tmp_path / "disk/r").headline()
            assert not list(tmp_path.rglob(".*"))
            assert not (tmp_path / "disk/r/report.html").exists()


def _fill_up(monkeypatch: pytest.MonkeyPatch, in_report: bool) -> None:
    """Let writing fail as a full disk does, where no small disk can be mounted."""

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    target = "travesia.reporting.render.write_whole" if in_report else "os.fsync"
    monkeypatch.setattr(target, full)


def test_full_disk_keeps_the_earlier_run(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli(*FAST, "--out", "r").status == 0
    before = snapshot(tmp_path)
    _fill_up(monkeypatch, in_report=False)
    assert cli(*FAST, "--seed", "9", "--out", "r", "--overwrite").status == 2
    assert snapshot(tmp_path) == before


def test_folder_that_may_not_be_written(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(tmp_path / "disk", "ro") as real:
        if not real:
            (tmp_path / "disk").chmod(0o500)
            if os.access(tmp_path / "disk", os.W_OK):  # the superuser may write anywhere
                monkeypatch.setattr("os.access", lambda *_: False)
        done = cli(*FAST, "--out", "disk/r")
        if not real:
            (tmp_path / "disk").chmod(0o700)
        assert done.status == 2
        assert "disk" in done.err
        assert "choose" in done.err
        assert done.out == ""
        assert snapshot(tmp_path / "disk") == {}


def test_folder_below_a_file(cli: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    done = cli(*FAST, "--out", "file/r")
    assert done.status == 2
    assert "file is a file → choose another folder" in done.err
    assert (tmp_path / "file").read_text() == "kept"


def test_run_that_exists(cli: Command, tmp_path: Path) -> None:
    assert cli(*FAST, "--out", "r").status == 0
    before = snapshot(tmp_path)
    done = cli(*FAST, "--out", "r", "--seed", "9")
    assert done.status == 2
    assert "r already holds a run" in done.err
    assert snapshot(tmp_path) == before
    assert cli(*FAST, "--out", "r", "--seed", "9", "--overwrite").status == 0
    after = snapshot(tmp_path)
    assert set(after) == set(before)
    assert after["r/manifest.json"] != before["r/manifest.json"]


def test_folder_of_something_else_is_never_replaced(cli: Command, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/thesis.txt").write_text("three years of work")
    done = cli(*FAST, "--out", "notes", "--overwrite")
    assert done.status == 2
    assert "is not the folder of a run" in done.err
    assert (tmp_path / "notes/thesis.txt").read_text() == "three years of work"


def test_report_path_that_exists(cli: Command, finished: Path, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("my thesis")
    for more in ((), ("--overwrite",)):
        done = cli("report", finished, "--out", "page.html", *more)
        assert done.status == 2
        assert "page.html exists and is not a page of Travesía" in done.err
        assert (tmp_path / "page.html").read_text() == "my thesis"
    (tmp_path / "page.html").unlink()
    assert cli("report", finished, "--out", "page.html").status == 0
    assert "ask for it to be replaced" in cli("report", finished, "--out", "page.html").err
    assert cli("report", finished, "--out", "page.html", "--overwrite").status == 0
    assert (tmp_path / "page.html").read_text("utf-8").startswith("<!doctype html>")


def test_report_of_a_run_that_has_one(cli: Command, finished: Path) -> None:
    before = snapshot(finished)
    assert cli("report", finished).status == 2
    assert snapshot(finished) == before


def test_report_into_a_folder(cli: Command, finished: Path, tmp_path: Path) -> None:
    done = cli("report", finished, "--out", tmp_path, "--overwrite")
    assert done.status == 2
    assert snapshot(tmp_path) == {}


def test_damaged_run(cli: Command, finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "r")
    (tmp_path / "r/tables/events.parquet").write_bytes(b"PAR1 rubbish")
    (tmp_path / "r/tables/stocks.parquet").unlink()
    done = cli("score", "r")
    assert done.status == 2
    assert "events.parquet: the file was changed after the run" in done.err
    assert "stocks.parquet: the file is missing" in done.err


def test_new_never_overwrites(cli: Command, tmp_path: Path) -> None:
    assert cli("new", "mine", "--from", "example").status == 0
    before = snapshot(tmp_path)
    done = cli("new", "mine", "--from", "example")
    assert done.status == 2
    assert "'mine' exists already" in done.err
    assert snapshot(tmp_path) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_output_that_goes_to_a_full_disk_is_no_success(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "travesia", "list", "places", "--scenario", "example"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            timeout=120,
        )
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(shutil.which("head") is None, reason="the system has no head")
def test_reader_that_has_seen_enough(tmp_path: Path) -> None:
    command = f"{sys.executable} -m travesia evidence | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, timeout=120
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_python_m_travesia(tmp_path: Path) -> None:
    done = process("--version", cwd=tmp_path)
    assert done.status == 0
    assert done.out.startswith("travesia ")
