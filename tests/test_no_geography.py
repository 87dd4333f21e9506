"""No place, country, nationality, stay, transition, mode or region of a scenario is in code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import travesia
from tests.cli.test_elsewhere import CODES, WORDS, strangers
from travesia.scenario.load import load

SRC = Path(travesia.__file__).parent
PARTS = (
    "model", "engine", "network", "population", "observe", "reporting", "results", "ensembles",
    "quantities", "display", "cli", "scenario",
)  # fmt: skip
"""All but the shipped data, the evidence, the imported cases and the instruments, which are of
policies of one corridor."""

VOCABULARY = {
    "rest": "role of a stay, and what other branches leave",
    "crossing": "role of a stay and of a leg",
    "stranded": "role of a stay",
    "caravan": "role of a stay",
    "stuck": "role of a transition",
    "turn_back": "role of a transition",
    "bus": "kind of a mode",
    "air": "kind of a mode",
    "retry": "word of the scheduler of a cluster",
    "OTH": "all nationalities that a scenario does not name",
}
"""Ids of shipped scenarios that are words of the format, or of others, and what they mean there."""

SAID = {
    "cli/common.py": "an example of `--set`, of the shipped corridor",
    "scenario/pages.py": "the outlines that come with the package, for whom they fit",
}
"""Modules whose prose names something of a shipped scenario, and why."""


@cache
def ids() -> frozenset[str]:
    """Ids of the tables of the shipped scenarios."""
    found: set[str] = set()
    for scenario in (load("corridor"), load("example")):
        found |= {p.id for p in scenario.places} | {p.country for p in scenario.places}
        found |= {c.nationality for c in scenario.cohorts} | {t.id for t in scenario.transitions}
        found |= {s.id for s in scenario.stays} | {s.state for s in scenario.stays}
        found |= {m.id for m in scenario.modes} | {*scenario.regions}
    return frozenset(found)


def modules(*parts: str) -> Iterator[Path]:
    for part in parts:
        yield from sorted((SRC / part).rglob("*.py"))
    yield from sorted(SRC.glob("*.py"))


def tokens(text: str) -> Iterator[tuple[int, str]]:
    """Words of the strings of a module that are no prose."""
    for node in ast.walk(ast.parse(text)):
        told, line = (node.value, node.lineno) if isinstance(node, ast.Constant) else (None, 0)
        if isinstance(told, str) and " " not in told:
            yield from ((line, word) for word in re.findall(r"[\w-]+", told))


@pytest.mark.parametrize("part", PARTS)
def test_no_id_of_a_scenario_is_in_code(part: str) -> None:
    known = ids() - {*VOCABULARY}
    found = [
        f"{path.relative_to(SRC)}:{line}: {word}"
        for path in modules(part)
        for line, word in tokens(path.read_text(encoding="utf-8"))
        if word in known
    ]
    assert found == []


@pytest.mark.parametrize("part", PARTS)
def test_no_word_of_a_scenario_is_in_code(part: str) -> None:
    found = {
        str(path.relative_to(SRC)): strange
        for path in modules(part)
        if (strange := strangers(path.read_text(encoding="utf-8"), WORDS, CODES))
    }
    assert {name: strange for name, strange in found.items() if name not in SAID} == {}


def test_every_exception_is_needed() -> None:
    words = {w for path in modules(*PARTS) for _, w in tokens(path.read_text(encoding="utf-8"))}
    assert {w for w in VOCABULARY if w not in words or w not in ids()} == set()
    assert all(strangers((SRC / name).read_text("utf-8"), WORDS, CODES) for name in SAID)
