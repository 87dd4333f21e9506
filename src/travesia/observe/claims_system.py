"""The named systems and what-if questions of the evidence, and what of them the scenario holds.

A scenario may carry two small tables in its folder ``system``: ``systems.csv`` names the systems
that the documents describe, with the parts that implement each, the test that demonstrates it and
the command that shows it; ``what_ifs.csv`` names the questions, with the patch that answers each.
Whether a system is demonstrated is worked out here and never typed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from travesia.errors import InputError, Problem
from travesia.scenario.scenario import Scenario

SYSTEMS = "system/systems.csv"
WHAT_IFS = "system/what_ifs.csv"

TESTS = Path(__file__).resolve().parents[3] / "tests"
"""The tests of a working copy; an installed package has none."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A question and the patch that answers it.

    ``more`` are further patches (the same lever the other way), ``outputs`` the names to read,
    ``expectation`` what the documents expect (not a result), ``missing`` what cannot be said yet.
    """

    id: str
    patch: str
    more: tuple[str, ...]
    question: str
    expectation: str
    outputs: tuple[str, ...]
    claims: tuple[str, ...]
    missing: str


@dataclass(frozen=True, slots=True)
class System:
    """A named system: its parts as ``kind:id``, its test as ``file::name``, and what is missing."""

    id: str
    name: str
    parts: tuple[str, ...]
    test: str
    command: str
    claims: tuple[str, ...]
    missing: str


def what_ifs(scenario: Scenario) -> tuple[WhatIf, ...]:
    """The what-if questions of a scenario.

    Raises:
        InputError: the table is missing, or lacks a column.
    """
    names = ("id", "patch", "more", "question", "expectation", "outputs", "claims", "missing")
    return tuple(
        WhatIf(
            row["id"],
            row["patch"],
            _ids(row["more"]),
            row["question"],
            row["expectation"],
            _ids(row["outputs"]),
            _ids(row["claims"]),
            row["missing"],
        )
        for row in rows_of(scenario, WHAT_IFS, names)
    )


def systems(scenario: Scenario) -> tuple[System, ...]:
    """The named systems of a scenario.

    Raises:
        InputError: the table is missing, or lacks a column.
    """
    names = ("id", "name", "parts", "test", "command", "claims", "missing")
    return tuple(
        System(
            row["id"],
            row["name"],
            _ids(row["parts"]),
            row["test"],
            row["command"],
            _ids(row["claims"]),
            row["missing"],
        )
        for row in rows_of(scenario, SYSTEMS, names)
    )


def lacks(system: System, scenario: Scenario, tests: Path = TESTS) -> tuple[str, ...]:
    """What keeps a system from being demonstrated; empty if nothing does.

    Parts must exist in the scenario, a test and a command must be named, and where the tests are
    at hand the named one must be among them.
    """
    known = _known(scenario)
    out = [system.missing] if system.missing else []
    out += [f"the scenario has no {part}" for part in system.parts if part not in known]
    if not system.parts:
        out.append("no part is named")
    if not system.command:
        out.append("no command is named")
    if not system.test:
        out.append("no test is named")
    elif tests.is_dir() and not is_defined(system.test, tests):
        out.append(f"there is no test {system.test}")
    return tuple(out)


def is_defined(test: str, tests: Path = TESTS) -> bool:
    """Whether a test ``tests/file.py::name`` is defined in a folder of tests."""
    file, _, name = test.partition("::")
    path = tests.parent / file
    if not path.is_file() or not name:
        return False
    return re.search(rf"^def {re.escape(name)}\(", path.read_text("utf-8"), re.M) is not None


def rows_of(scenario: Scenario, file: str, names: Iterable[str]) -> list[dict[str, str]]:
    """Rows of a small table of the scenario, with at least the named columns.

    Raises:
        InputError: the table is missing, or lacks a column.
    """
    path = scenario.file(file)
    if path is None:
        raise InputError(
            f"Scenario {scenario.name!r} has no such table",
            [Problem(f"{file} is missing", scenario.name, "use the corridor, or add the table")],
        )
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        lost = [n for n in names if n not in (reader.fieldnames or ())]
        if lost:
            raise InputError(
                "A table is not complete",
                [Problem(f"column {n!r} is missing", file, "add the column") for n in lost],
            )
        return list(reader)


def _known(scenario: Scenario) -> set[str]:
    """Everything that a part may name, as ``kind:id``."""
    named: dict[str, list[str]] = {
        "policy": [p.id for p in scenario.policies],
        "instrument": [p.instrument for p in scenario.policies],
        "patch": list(scenario.patches),
        "transition": [t.id for t in scenario.transitions],
        "stay": [s.id for s in scenario.stays],
        "cause": [c.id for c in scenario.causes],
        "agency": [c.agency for c in scenario.causes],
        "facility": [f.kind for f in scenario.limited_places],
        "paper": [p.id for p in scenario.papers],
        "mode": [m.id for m in scenario.modes],
        "parameter": list(scenario.parameters),
        "money": [r.id for r in scenario.money],
        "cost": [r.id for r in scenario.costs],
        "caravan": [c.id for c in scenario.caravans],
    }
    return {f"{kind}:{name}" for kind, names in named.items() for name in names}


def _ids(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
