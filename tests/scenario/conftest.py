"""A sound scenario in a temporary folder, and a small knife to put flaws into it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from travesia.errors import Problem, ProblemList
from travesia.scenario.check import check
from travesia.scenario.layers import SHIPPED_FOLDER
from travesia.scenario.load import read
from travesia.scenario.scenario import Scenario


def check_folder(
    path: Path, ledger: Any = None, **kwargs: Any
) -> tuple[Scenario | None, ProblemList]:
    """The scenario (None with a fault) and every problem, those of reading first."""
    draft = read(path, **kwargs)
    problems = ProblemList(list(draft.problems))
    if draft.scenario is not None:
        problems.extend(check(draft.scenario, ledger))
    return (None if problems.errors else draft.scenario), problems


class Folder:
    """A scenario folder that tests may damage."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, file: str) -> str:
        return (self.path / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        (self.path / file).parent.mkdir(parents=True, exist_ok=True)
        (self.path / file).write_text(text, encoding="utf-8")

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

    def append(self, file: str, **cells: Any) -> None:
        """Add a row; columns that are not given are blank."""
        rows = self.rows(file)
        rows.append([str(cells.pop(column, "")) for column in rows[0]])
        assert not cells, f"{file} has no columns {sorted(cells)}"
        self.write_rows(file, rows)

    def line(self, file: str, text: str) -> int:
        """Line of the first row that contains a text."""
        return next(n for n, line in enumerate(self.read(file).split("\n"), 1) if text in line)

    def problems(self, **kwargs: Any) -> list[Problem]:
        return list(check_folder(self.path, **kwargs)[1])


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A copy of the example scenario."""
    shutil.copytree(SHIPPED_FOLDER / "example", tmp_path / "example")
    return Folder(tmp_path / "example")


@pytest.fixture
def only(folder: Folder) -> Iterator[object]:
    """Checks that a folder has exactly one error, and returns it."""

    def the_error() -> Problem:
        errors = [p for p in folder.problems() if p.severity == "error"]
        assert len(errors) == 1, "\n".join(map(str, errors))
        return errors[0]

    return the_error  # type: ignore[return-value]
