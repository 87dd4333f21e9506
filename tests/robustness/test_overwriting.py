"""``--overwrite`` replaces only what is ours: pages by their head, runs by their manifest."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Command, finished, snapshot

__all__ = ["finished"]


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "r"))


NOT_OURS: dict[str, Callable[[Path], object]] = {
    "a thesis": lambda p: p.write_text("thesis"),
    "an empty file": lambda p: p.write_text(""),
    "a page of somebody else": lambda p: p.write_text("<!doctype html><head></head>"),
    "a page that names us too late": lambda p: p.write_text(
        "x" * 9000 + '<meta name="generator" content="Travesía">'),
    "a folder": lambda p: p.mkdir(),
    "a link to a page of ours": lambda p: p.symlink_to(p.with_name("r") / "report.html"),
    "a link to nothing": lambda p: p.symlink_to("nothing"),
    "a pipe": lambda p: os.mkfifo(p),
}  # fmt: skip


@pytest.mark.parametrize("kind", NOT_OURS)
def test_what_is_not_ours_stays(cli: Command, run: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "page.html"
    NOT_OURS[kind](path)
    before, mode = snapshot(tmp_path), path.lstat().st_mode
    done = cli("report", run, "--out", path, "--overwrite")
    assert done.status == 2, done.err
    assert "page.html" in done.err
    assert path.lstat().st_mode == mode
    assert snapshot(tmp_path) == before


def test_a_device_stays(cli: Command, run: Path) -> None:
    assert cli("report", run, "--out", "/dev/null", "--overwrite").status == 2
    assert stat.S_ISCHR(os.lstat("/dev/null").st_mode)


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "bands.json",
        "tables/events.parquet",
        "tables/x.html",
        "scenario/x.html",
        "scenario/observed/x.html",
    ],
)
def test_the_run_itself_stays(cli: Command, run: Path, name: str) -> None:
    before = snapshot(run)
    assert cli("report", run, "--out", run / name, "--overwrite").status == 2
    assert snapshot(run) == before
    assert cli("score", run).status == 0


def test_a_page_of_ours_goes(cli: Command, run: Path) -> None:
    assert cli("report", run).status == 2
    assert cli("report", run, "--overwrite").status == 0
    assert cli("report", run, "--out", run / "report-2.html").status == 0
    assert cli("report", run).status == 2


RUN = ("run", "example", "--sample", "0.1", "--draws", "0", "--no-report", "--quiet", "--overwrite")


def test_a_run_with_notes_of_the_user_stays(cli: Command, run: Path, tmp_path: Path) -> None:
    (run / "notes.md").write_text("what I found")
    before = snapshot(tmp_path)
    done = cli(*RUN, "--out", "r")
    assert done.status == 2
    assert "notes.md" in done.err
    assert snapshot(tmp_path) == before
    (run / "notes.md").unlink()
    assert cli(*RUN, "--out", "r").status == 0
    assert not (run / "report.html").exists()


def test_a_link_to_a_run_stays(cli: Command, run: Path, tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to(run)
    before = snapshot(tmp_path)
    assert cli(*RUN, "--out", "latest").status == 2
    assert snapshot(tmp_path) == before


def test_a_page_of_a_comparison_is_ours_or_stays(cli: Command, tmp_path: Path) -> None:
    command = (
        "compare",
        "example",
        "no_raids",
        "-n",
        "2",
        "--sample",
        "0.05",
        "--workers",
        "1",
        "--quiet",
        "--out",
        "c",
    )
    assert cli(*command).status == 0
    assert cli(*command).status == 0  # the page of the first is replaced
    (tmp_path / "c" / "comparison.html").write_text("thesis")
    assert cli(*command).status == 2
    assert (tmp_path / "c" / "comparison.html").read_text() == "thesis"
