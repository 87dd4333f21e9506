"""Calling commands as a user does, in this process or in one of their own."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from travesia.cli import main


@dataclass(frozen=True)
class Done:
    """A finished command."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Done]


@pytest.fixture
def cli(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command in this process, with a temporary folder as the working folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Done:
        capsys.readouterr()
        status = main([str(a) for a in arguments])
        out, err = capsys.readouterr()
        return Done(status, out, err)

    return run


def process(*arguments: object, cwd: Path, **options: Any) -> Done:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "travesia", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        env={**os.environ, "PYTHONUTF8": "1"},
        **options,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the example with its report; read only."""
    folder = tmp_path_factory.mktemp("finished") / "run"
    assert main(["run", "example", "--draws", "2", "--quiet", "--out", str(folder)]) == 0
    return folder


class Scenario:
    """A scenario folder made by `travesia new`, and knives for it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, file: str) -> str:
        return (self.path / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str | bytes) -> None:
        data = text if isinstance(text, bytes) else text.encode("utf-8")
        (self.path / file).write_bytes(data)

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace a text that must be there."""
        text = self.read(file)
        assert old in text, f"{old!r} is not in {file}"
        self.write(file, text.replace(old, new, 1))

    def rows(self, file: str) -> list[list[str]]:
        with (self.path / file).open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))

    def write_rows(self, file: str, rows: list[list[str]]) -> None:
        with (self.path / file).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)

    def cell(self, file: str, line: int, column: str, value: object) -> None:
        """Set one cell; ``line`` counts from 1, the header."""
        rows = self.rows(file)
        rows[line - 1][rows[0].index(column)] = str(value)
        self.write_rows(file, rows)

    def append(self, file: str, line: str) -> None:
        self.write(file, self.read(file).rstrip("\n") + "\n" + line + "\n")

    def drop_column(self, file: str, column: str) -> None:
        rows = self.rows(file)
        at = rows[0].index(column)
        self.write_rows(file, [row[:at] + row[at + 1 :] for row in rows])


@pytest.fixture
def scenario(cli: Command, tmp_path: Path) -> Scenario:
    """A fresh copy of the example, as `travesia new` makes it."""
    assert cli("new", "mine", "--from", "example").status == 0
    return Scenario(tmp_path / "mine")


def snapshot(folder: Path) -> dict[str, str]:
    """Every file below a folder, hidden ones too, with its content's hash."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        )
        for path in sorted(folder.rglob("*"))
    }
