"""Children: beds in the United States, families that are parted; each with its switch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.system.reduced import SEED, Tables, compiled, events, ran, stock
from travesia.engine.record import RawResult
from travesia.engine.run import run as simulate

SEPARATION = ("family_separation", "family_separation_pilot", "family_separation_after")


def never(policy: str) -> tuple[str, str]:
    """The override that takes a policy out."""
    return f"policies.{policy}.enabled", "false"


def with_beds(factor: float) -> RawResult:
    """A run of the corridor of 2021 with other beds of the health department."""
    model = compiled("2021").model
    at = model.names.facilities.index("hhs_children")
    edits = tuple(
        replace(e, value=np.asarray(e.value) * factor)
        if e.target == "capacity" and at in e.index.tolist()
        else e
        for e in model.edits
    )
    return simulate(replace(model, edits=edits), SEED, threads=2)


def test_children_alone_are_handed_on_and_taken_in() -> None:
    """Nobody who came alone is let go from a station: care, and a sponsor after weeks."""
    result = ran("2021")
    assert events(result, "referred_to_hhs", family_type="child") > 0
    assert events(result, "referred_to_hhs") == events(
        result, "referred_to_hhs", family_type="child"
    )
    assert events(result, "released_to_case", family_type="child") == 0
    assert events(result, "child_wait_ends") == 0
    came, left = (events(result, t) for t in ("referred_to_hhs", "child_to_sponsor"))
    assert 0.7 * came < left < came
    calm = stock(result, "2020-09-01", "2020-09-30", "us_child_wait")
    assert calm == 0
    assert stock(result, "2021-04-01", "2021-04-30", "us_child_care") > 10_000


@pytest.mark.long
def test_the_wait_in_stations_is_made_by_the_beds() -> None:
    """March 2021: with half the beds thousands wait in stations, with twice as many nobody."""
    model = compiled("2021").model
    cells = {
        name: slice(
            model.names.states.index(name) * model.n_places,
            (model.names.states.index(name) + 1) * model.n_places,
        )
        for name in ("us_child_wait", "us_child_care")
    }
    march = slice(model.n_days - 122, model.n_days - 91)
    wait, care = (
        {
            factor: with_beds(factor).stocks[march, cells[name]].sum(1) / model.sample
            for factor in (0.5, 1.0, 2.0)
        }
        for name in cells
    )
    assert wait[2.0].max() == 0
    assert wait[0.5].max() > 3_000 + wait[1.0].max()
    assert care[0.5].max() < 0.6 * care[2.0].max()


def test_families_are_parted_while_the_policy_says_so() -> None:
    """Four in ten families of June 2018 are parted; without the policy none."""
    share = {
        name: Tables("2018-06-10", "2018", (), overrides).outcome(
            "family_parted", "hnd-family", "us_rgv"
        )
        for name, overrides in (("as it was", ()), ("never", (never("family_separation"),)))
    }
    assert 0.2 < share["as it was"] < 0.5
    assert share["never"] == 0
    raid, calm = (
        Tables(day, "2019", (), ()).outcome("parted_in_raid", "hnd-family", "MX-CHP")
        for day in ("2019-04-22", "2019-04-23")
    )
    assert raid > 0 == calm


@pytest.mark.long
def test_parted_children_are_children_alone() -> None:
    """Each goes into care as a child alone, and the parent is held, or removed without it."""
    parted = ran("2018")
    spared = ran("2018", (), tuple(never(p) for p in SEPARATION))
    children = float(parted.monthly("children_parted").sum())
    assert children > 1_000
    assert float(spared.monthly("children_parted").sum()) == 0
    assert events(spared, "family_parted") == 0
    handed_on = events(parted, "parted_child_to_hhs")
    assert handed_on == pytest.approx(children, rel=0.02)
    assert stock(parted, "2018-06-15", "2018-06-30", "us_child_care") > 1_000 + stock(
        spared, "2018-06-15", "2018-06-30", "us_child_care"
    )
    assert 0 < events(parted, "parent_removed_alone") < events(parted, "parent_released")
