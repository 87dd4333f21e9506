"""What a type checker knows of the public interface. Checked, never run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import assert_type

import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

import travesia as tv
from travesia.display.cite import Citation
from travesia.ensembles.comparison import Comparison
from travesia.errors import ProblemList
from travesia.kind import Case
from travesia.reporting.answers import Answers
from travesia.results.result import Result
from travesia.scenario.scenario import Scenario


def load_and_check(folder: Path) -> None:
    scenario = tv.load("corridor", ["no_remain_in_mexico"], {"policies.title_42.enabled": False})
    assert_type(scenario, Scenario)
    assert_type(tv.load(folder), Scenario)
    assert_type(tv.check(scenario), ProblemList)
    assert_type(tv.check("example").raise_if_any("faults"), None)
    assert_type(scenario.sha256(), str)
    assert_type(scenario.settings.seed, int)


def run_and_read(folder: Path) -> None:
    result = tv.run("example", seed=1, sample=0.5, progress=told)
    assert_type(result, Result)
    assert_type(tv.read(folder), Result)
    assert_type(result.headline(), dict[str, float])
    assert_type(result.events, pd.DataFrame)
    assert_type(tv.report(result, folder / "report.html"), Path)
    assert_type(result.to_pandas("stocks"), pd.DataFrame)
    assert_type(result.cite(), Citation)
    assert_type(result.cite().to_bibtex(), str)
    assert_type(result.plot("harm", scores=tv.score(result)), Axes)
    assert_type(result.to_xarray("harm", by=("place",)), xr.Dataset)


def told(_what: str, _done: int, _steps: int) -> None:
    """Progress is told by three values."""


def compare(scenario: Scenario) -> None:
    found = tv.compare(scenario, "no_raids", members=4, outputs=("deaths",))
    assert_type(found, Comparison[Case])
    assert_type(tv.what_ifs("corridor", "W1"), Answers)


def faults() -> None:
    try:
        tv.load("nowhere")
    except tv.UnknownNameError as fault:
        assert_type(fault, tv.UnknownNameError)
        caught: tv.TravesiaError = fault
        assert_type(caught, tv.TravesiaError)


def days(scenario: Scenario) -> None:
    assert_type(scenario.settings.period.start, dt.date)
