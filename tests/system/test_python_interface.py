"""The package in Python: what it offers, how changes are given, and how results print."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import travesia as tv


def test_everything_that_is_offered_is_there() -> None:
    assert {"compare", "ensemble", "load", "read", "run", "score", "what_ifs"} <= set(tv.__all__)
    for name in tv.__all__:
        assert getattr(tv, name) is not None
    assert dir(tv) == tv.__all__
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        tv.runn  # type: ignore[attr-defined]  # noqa: B018


def test_importing_is_light() -> None:
    code = (
        "import sys, time; began = time.process_time(); import travesia\n"
        "print(sorted({'numpy', 'pandas', 'pydantic', 'travesia.api'} & set(sys.modules)),"
        " time.process_time() - began < 0.05)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "[] True\n"


@pytest.fixture(scope="module")
def result() -> tv.api.Result:  # type: ignore[name-defined]
    return tv.run("example", patches=["no_raids"], set={"parameters.mu_place": 0.9})


def test_a_run_takes_patches_and_overrides(result: object) -> None:
    manifest = result.manifest  # type: ignore[attr-defined]
    assert list(manifest["patches"]) == ["no_raids", "parameters.mu_place=0.9"]
    loaded = tv.load("example", ["no_raids"], {"parameters.mu_place": 0.9})
    assert manifest["scenario_sha256"] == loaded.sha256()


def test_a_loaded_scenario_has_its_changes_already() -> None:
    with pytest.raises(tv.InputError, match="give them to travesia"):
        tv.run(tv.load("example"), patches=["no_raids"])


def test_unknown_patches_are_refused_before_the_run() -> None:
    with pytest.raises(tv.InputError, match="did you mean 'no_raids'"):
        tv.run("example", patches="no_rais")


def test_results_print_as_a_line(result: object) -> None:
    scores = tv.score(result)  # type: ignore[arg-type]
    scenario = tv.load("example")
    for thing in (result, scores, scenario, *scenario.legs[:1]):
        assert len(repr(thing)) < 500
        assert "\n" not in repr(thing)
    assert repr(result).startswith("<Result of example+no_raids+parameters.mu_place=0.9: 2019-01")
    assert repr(scenario).startswith("<Scenario example: ")
    assert repr(scores).startswith("<ScoreTable of ")
    assert str(scores) == scores.to_text()
    with pytest.raises(tv.UnknownNameError, match="'prediction'"):
        scores.select("predictions")  # type: ignore[attr-defined]


def test_comparisons_print_as_a_line_and_name_their_effects() -> None:
    found = tv.compare("example", "no_raids", members=1, sample=0.2, workers=1)
    assert repr(found) == (
        "<Comparison of example with example+no_raids: 1 pairs, sample 0.2, seed 7>"
    )
    effect = found.effect("no_raids")
    assert effect is found.effect("example+no_raids") is found.effects[0]
    assert len(repr(effect)) < 100
    with pytest.raises(tv.UnknownNameError, match="'no_raids'"):
        found.effect("no_raid")
    with pytest.raises(tv.UnknownNameError, match="'harm'"):
        effect.series("harms")


def test_no_package_of_the_house_hides_a_function_that_is_offered() -> None:
    import travesia.api as api

    packages = {p.stem for p in Path(tv.__path__[0]).iterdir()}
    assert {n for n in tv.__all__ if hasattr(api, n)} & packages == set()
