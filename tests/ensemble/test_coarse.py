"""Coarse runs: first answers with their measured error beside them, refused where bits count."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import travesia as tv
from tests.ensemble.asking import CORRIDOR, plan_of
from tests.golden.write import summary
from tests.kinds.toy import Strait
from tests.scripts import script
from travesia.cli import main
from travesia.engine.run import run
from travesia.ensembles.members import MemberRunner
from travesia.ensembles.settings import Settings
from travesia.errors import InputError, StoreError
from travesia.kind import Question
from travesia.kinds.corridor.coarse import SAMPLE, WEEKS, errors_of, remark_of
from travesia.kinds.corridor.ready import Ready
from travesia.model.compile import compile_model
from travesia.observe.claims import score_claims
from travesia.results.result import Result
from travesia.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def coarse() -> Result:
    return tv.run("example", coarse=True, threads=1, journeys=0)


def test_a_coarse_run_is_small_and_learns_rarely(coarse: Result, example: Scenario) -> None:
    model = compile_model(example, sample=SAMPLE).model
    rarely = run(replace(model, table_weeks=WEEKS), example.settings.seed)
    assert coarse.manifest["tally_sha256"] == rarely.digest()
    assert coarse.manifest["sample"] == SAMPLE


def test_its_error_is_told_with_it(coarse: Result, example: Scenario) -> None:
    told = coarse.manifest["coarse"]
    assert coarse.manifest["remarks"][0] == told["remark"]
    assert {"departures", "us_encounters", "harm"} <= {e["output"] for e in told["errors"]}
    assert all(0 <= e["median"] <= e["worst"] for e in told["errors"])
    assert told["same_scenario"], "renew it: python scripts/measure_coarse.py example"
    page, _ = CORRIDOR.page(coarse)
    assert page["story"][0] == told["remark"]
    assert "--coarse" in page["command"]
    assert "--sample" not in page["command"]
    assert page["scores"]["rows"] == []  # type: ignore[typeddict-item]
    exact = tv.run("example", sample=SAMPLE, journeys=0)
    assert "coarse" not in exact.manifest
    lines = CORRIDOR.told(coarse)
    assert any("off by" in line for line in lines)
    assert lines[-1] == told["remark"]


def test_other_contents_than_those_measured_are_said(example: Scenario, tmp_path: Path) -> None:
    found = errors_of(example)
    assert found is not None
    assert found.same
    assert "before its last changes" not in remark_of(example)
    other = tv.load("example", ["no_raids"])
    assert "before its last changes" in remark_of(other)
    alone = replace(example, folders=(tmp_path,))
    assert errors_of(alone) is None
    assert "never measured" in remark_of(alone)


def test_the_corridor_was_measured() -> None:
    found = errors_of(tv.load("corridor"))
    assert found is not None
    assert found.seeds >= 5
    assert found.median["us_encounters"] < 0.05


def test_where_bits_count_it_is_refused(coarse: Result, tmp_path: Path) -> None:
    for refused in (
        lambda: tv.score(coarse),
        lambda: score_claims(coarse),
        lambda: summary(coarse),
    ):
        with pytest.raises(InputError, match="run it again without --coarse"):
            refused()
    with pytest.raises(InputError) as caught:
        tv.run("example", coarse=True, sample=0.5, checkpoint=tmp_path / "c", checkpoint_every=9)
    assert [p.where for p in caught.value.problems] == ["--coarse", "--sample"]
    with pytest.raises(InputError, match="sample of its own"):
        tv.compare("example", "no_raids", coarse=True, sample=0.1)
    faults: list[Any] = []
    Strait().coarsely(None, faults)
    assert "no coarse runs of ferries" in faults[0].what


def test_coarse_members_are_other_members(example: Scenario, tmp_path: Path) -> None:
    """Never taken for exact ones of the same sample; a folder holds one sort."""
    plans = [plan_of(example, sample=SAMPLE, coarse=c) for c in (False, True)]
    exact, other = (p.member(0, 0) for p in plans)
    assert exact.id != other.id
    runner = MemberRunner(CORRIDOR, {plans[0].keys[0]: example})
    assert runner(exact).tobytes() != runner(other).tobytes()
    asked = {"members": 1, "folder": tmp_path / "store", "workers": 1}
    found = tv.ensemble(example, coarse=True, **asked)  # type: ignore[arg-type]
    assert found.coarse is not None
    assert found.remarks[0] == found.to_dict()["coarse"]["remark"] == remark_of(example)
    with pytest.raises(StoreError):
        tv.ensemble(example, sample=SAMPLE, **asked)  # type: ignore[arg-type]
    assert Settings(coarse=True).checked("title", CORRIDOR).sample == SAMPLE


def test_a_warm_worker_gives_the_same_coarse_answers(coarse: Result) -> None:
    ready = Ready(CORRIDOR, "example")
    found = ready(Question(sample=SAMPLE, coarse=True))
    assert found.manifest["tally_sha256"] == coarse.manifest["tally_sha256"]
    assert found.manifest["coarse"] == coarse.manifest["coarse"]
    exact = ready(Question(sample=SAMPLE))
    assert exact.manifest["tally_sha256"] != coarse.manifest["tally_sha256"]


def test_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Printed with every coarse answer, for people and for machines."""
    monkeypatch.chdir(tmp_path)
    remark = remark_of(tv.load("example"))

    def said(*arguments: str) -> str:
        assert main(list(arguments)) == 0
        return capsys.readouterr().out

    one = ("run", "example", "--coarse", "--no-report")
    assert remark in said(*one)
    assert json.loads(said(*one, "--json"))["coarse"]["remark"] == remark
    both = ("compare", "example", "no_raids", "--coarse", "--members", "2", "--no-report")
    told = json.loads(said(*both, "--json"))
    assert told["settings"]["coarse"]["remark"] == remark == told["remarks"][0]
    assert remark in said(*both)


@pytest.fixture(scope="module")
def measure_coarse() -> ModuleType:
    return script("measure_coarse")


def test_the_table_of_errors(measure_coarse: ModuleType, example: Scenario) -> None:
    exact = {"a": 100.0, "b": 0.0}
    found = [{"a": float(a), "b": 1.0} for a in (90, 104, 130)]
    (row,) = measure_coarse.rows(example, exact, found)
    assert row["output"] == "a"
    assert np.isclose(float(row["median"]), 0.1)
    assert np.isclose(float(row["worst"]), 0.3)
    assert row["seeds"] == 3
