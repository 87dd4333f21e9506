"""The lists of systems and what-ifs: complete, computed, and true."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from tests.system.reduced import compiled, ran, scenario
from travesia import api
from travesia.cli.app import run_app
from travesia.evidence import Ledger
from travesia.model.compile import compile_model
from travesia.observe.claims_system import is_defined, lacks, systems, what_ifs
from travesia.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def corridor() -> Scenario:
    return api.load("corridor")


def test_every_system_is_listed_with_test_and_command_or_says_what_is_missing(
    corridor: Scenario,
) -> None:
    rows = systems(corridor)
    assert [s.id for s in rows] == [f"Y{n}" for n in range(1, 43)]
    for system in rows:
        found = lacks(system, corridor)
        if system.missing:
            assert found, system.id
            typed = [m for m in found if m != system.missing and m != "no test is named"]
            assert not typed, (system.id, typed)
        else:
            assert not found, (system.id, found)


def test_demonstrated_is_worked_out(corridor: Scenario, tmp_path: Path) -> None:
    sound = next(s for s in systems(corridor) if not s.missing)
    assert not lacks(sound, corridor)
    for change in (
        {"parts": ("policy:of_nobody",)},
        {"parts": ()},
        {"test": ""},
        {"command": ""},
        {"test": "tests/system/test_systems.py::test_nothing"},
        {"missing": "a part"},
    ):
        assert len(lacks(dataclasses.replace(sound, **change), corridor)) == 1, change
    assert not is_defined("tests/no_file.py::test_x", tmp_path)


def test_systems_and_what_ifs_cite_claims_that_exist(corridor: Scenario) -> None:
    ledger = Ledger.load()
    rows: list[Any] = [*systems(corridor), *what_ifs(corridor)]
    for row in rows:
        assert row.claims, row.id
        for claim in row.claims:
            assert ledger.resolve(claim) is not None, (row.id, claim)


def test_every_question_has_a_patch_an_expectation_and_outputs(corridor: Scenario) -> None:
    rows = what_ifs(corridor)
    assert [w.id for w in rows] == [f"W{n}" for n in range(1, 28)]
    known = {*corridor.quantities, "flows"}
    known |= {f"transition:{t.id}" for t in corridor.transitions}
    known |= {f"state:{s.state}" for s in corridor.stays} | {f"mode:{m.id}" for m in corridor.modes}
    known |= {f"item:{r.id}" for r in corridor.money} | {f"item:{r.id}" for r in corridor.costs}
    for w in rows:
        assert w.question.endswith("?"), w.id
        assert w.expectation, w.id
        assert {w.patch, *w.more} <= set(corridor.patches), w.id
        assert w.outputs, w.id
        assert set(w.outputs) <= known, (w.id, set(w.outputs) - known)


def test_a_what_if_changes_the_tables() -> None:
    plain, patched = scenario("2014"), scenario("2014", ("no_southern_border_program",))
    assert patched.sha256() != plain.sha256()
    assert compiled("2014", ("no_southern_border_program",)).model.n_days == plain.calendar.n_days


@pytest.mark.long
def test_every_what_if_loads_and_changes_the_tables(corridor: Scenario) -> None:
    plain = compile_model(corridor, sample=0.02)
    for name in sorted({p for w in what_ifs(corridor) for p in (w.patch, *w.more)}):
        patched = api.load("corridor", (name,))
        made = compile_model(patched, sample=0.02)
        assert patched.sha256() != corridor.sha256(), name
        assert made.model.n_days == plain.model.n_days


@pytest.mark.long
def test_every_what_if_runs(corridor: Scenario) -> None:
    for w in what_ifs(corridor):
        result = api.run(api.load("corridor", (w.patch,)), sample=0.01)
        assert result.headline()["departures"] > 1e6, w.id
        assert result.manifest["patches"] == [w.patch]


def test_lists_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["list", "systems", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 42
    assert {"id", "name", "demonstrated", "parts", "test", "command"} <= set(rows[0])
    assert all(isinstance(r["demonstrated"], bool) and isinstance(r["parts"], list) for r in rows)
    assert run_app(["list", "what-ifs", "--json"]) == 0
    questions = json.loads(capsys.readouterr().out)
    assert [q["id"] for q in questions] == [f"W{n}" for n in range(1, 28)]
    assert all(q["patch"] for q in questions)


def test_lists_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["list", "systems"]) == 0
    out = capsys.readouterr().out
    assert "La Bestia" in out
    assert "['" not in out


def test_a_scenario_without_the_tables_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["list", "systems", "--scenario", "example"]) == 2
    assert "system/systems.csv" in capsys.readouterr().err


def test_reduced_runs_hold_what_the_tests_read() -> None:
    assert ran("2019").manifest["sample"] == pytest.approx(0.03)
