"""The shipped targets: each has a twin, a readable table, and keys that exist in the corridor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import travesia
from tests.results import hand_made
from travesia.observe.score import score
from travesia.observe.targets import Target, targets
from travesia.results.declared import snapshot_of
from travesia.results.result import Result
from travesia.scenario.load import load

FOLDER = Path(travesia.__file__).parent / "scenarios" / "corridor"


def _csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def result() -> Result:
    """A run of the corridor in which nobody ever set out."""
    tables = {n: _csv(FOLDER / f"{n}.csv") for n in ("places", "cohorts", "transitions", "targets")}
    about = [("start", "2013-01-01"), ("end", "2023-12-31"), ("extrapolated_from", "2023-12-01")]
    tables["scenario"] = pd.DataFrame(about, columns=["key", "value"])
    for path in (FOLDER / "observed").glob("*.csv"):
        tables[f"observed/{path.stem}"] = _csv(path)
    tables |= snapshot_of(load("corridor"))
    return Result(manifest={}, tables={}, scenario_tables=tables)


@pytest.fixture(scope="module")
def shipped(result: Result) -> tuple[Target, ...]:
    return targets(result)


def test_every_target_can_be_scored(result: Result, shipped: tuple[Target, ...]) -> None:
    table = score(result)
    assert table.warnings == ()
    assert {r.target for r in table.primary()} == {t.id for t in shipped}


def test_published_keys_exist_in_the_corridor(result: Result, shipped: tuple[Target, ...]) -> None:
    known = {
        "sector": set(result.attribute("places", "id")),
        "nationality": set(result.attribute("cohorts", "nationality").values()),
        "family_type": set(result.attribute("cohorts", "family_type").values()),
    }
    for target in shipped:
        for d, dim in enumerate(target.dims):
            if dim in known:
                assert {k[d] for k in target.keys} <= known[dim], target.id


def test_published_numbers_are_whole_and_not_negative(shipped: tuple[Target, ...]) -> None:
    for target in shipped:
        assert (target.values >= 0).all(), target.id
        assert target.values.sum() > 0, target.id
        top = target.values.max()
        assert top <= 1 if target.quantity.measure == "ratio" else top >= 1, target.id
        assert (np.diff(target.numbers) > 0).all(), target.id


def test_fit_and_held_out_windows_of_a_series_do_not_overlap(shipped: tuple[Target, ...]) -> None:
    for a in shipped:
        for b in shipped:
            same = a.observable == b.observable and a.freq == b.freq
            if same and a.role == "fit" and b.role == "prediction":
                apart = a.window[1] < b.window[0] or b.window[1] < a.window[0]
                assert apart, (a.id, b.id)


def test_the_hand_made_transitions_carry_the_tags_of_the_corridor(result: Result) -> None:
    """So that what is tested by hand is what is counted in the corridor."""
    shipped = {
        t for tags in result.attribute("transitions", "counts_as").values() for t in tags.split(";")
    }
    by_hand = {t for tags in hand_made.TRANSITIONS["counts_as"] for t in tags.split(";")}
    assert by_hand <= shipped
