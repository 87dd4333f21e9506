"""Names that one process holds, folders that change places, and what the dead left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from travesia import durable
from travesia.durable import BusyError, held, hidden, put_folder, read_json, recover, write_whole


def dead(path: Path) -> Path:
    """The same hidden name, but of a process that is dead."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return path.with_name(path.name.replace(f"-{os.getpid()}-", f"-{done.pid}-"))


def test_a_name_is_held_once_and_given_back(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "run"
    with held(target):
        with (
            pytest.raises(BusyError, match=rf"process {os.getpid()} on .* is writing to .*run"),
            held(target),
        ):
            pass
        with held(tmp_path / "deep" / "other"):
            pass
    with held(target):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_lock_file_of_a_dead_process_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / ".run.lock").write_text("process 1 on somewhere")
    with held(tmp_path / "run"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_without_locks_work_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(_: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(durable, "_try_lock", unsupported)
    with held(tmp_path / "run"), held(tmp_path / "run"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_the_dead_go_and_those_of_the_living_stay(tmp_path: Path) -> None:
    mine = hidden(tmp_path / "other", "partial")
    mine.mkdir()
    (dead(hidden(tmp_path / "other", "partial")) / "tables").mkdir(parents=True)
    dead(hidden(tmp_path / "page.html", "partial")).write_text("half")
    hidden(tmp_path / "run", "partial").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".run.partial").write_text("not ours")
    with held(tmp_path / "run"):
        pass
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([".git", ".run.partial", mine.name])


@pytest.mark.parametrize("how", ["held", "recover"])
def test_an_older_folder_comes_back(tmp_path: Path, how: str) -> None:
    aside = dead(hidden(tmp_path / "run", "older"))
    aside.mkdir()
    (aside / "x").touch()
    if how == "recover":
        recover(tmp_path / "run")
    else:
        with held(tmp_path / "run"):
            pass
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*")] == ["run", "run/x"]


@pytest.mark.parametrize("exchange", [True, False])
def test_folders_change_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(durable, "_exchange", lambda *_: False)
    old, new = tmp_path / "run", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        (folder / folder.name).touch()
    with pytest.raises(OSError, match=r"not empty|exists"):
        put_folder(new, old, replace=False)
    put_folder(new, old, replace=True)
    assert [p.name for p in old.iterdir()] == ["new"]
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_a_file_is_written_whole_over_a_file_only(tmp_path: Path) -> None:
    path = tmp_path / "x"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "folder").mkdir()
    for name in ("link", "folder"):
        with pytest.raises(OSError, match="not a file"):
            write_whole(tmp_path / name, b"three")
    assert path.read_bytes() == b"two"
    with pytest.raises(ZeroDivisionError):
        write_whole(path, lambda _: 1 / 0)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "link", "x"]


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "9" * 10_000, " " * 2000 + "1", "\udcff"])
def test_hostile_json_is_a_value_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ValueError, match=r"."):
        read_json(path, 1000 if text.startswith(" ") else 10**6)
    path.write_text(json.dumps({"a": 1}))
    assert read_json(path, 1000) == {"a": 1}


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_signals_wait_for_a_short_step() -> None:
    steps = []
    with pytest.raises(KeyboardInterrupt), durable.uninterrupted():  # noqa: PT012
        with durable.uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            steps.append("inner")
        steps.append("outer")
    assert steps == ["inner", "outer"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
