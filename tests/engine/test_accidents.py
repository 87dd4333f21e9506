"""Rare events that strike many at once: the same bits on every path, and their closed forms."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench.worlds import STAYS, TRANSITION_IDS, random_world

from tests.engine.test_oracle import assert_same
from travesia import rng
from travesia.engine.accidents import Accidents, toll
from travesia.engine.branch import run_together
from travesia.engine.record import RawResult
from travesia.engine.reference import run_reference
from travesia.engine.run import Simulation, run
from travesia.model.compiled import NEVER, Accident, CompiledModel, Edit

CODE = {name: i for i, name in enumerate(TRANSITION_IDS)}


def kind(model: CompiledModel, where: str, rate: float, **changes: Any) -> Accident:
    """A kind of accident on every leg (``where`` = ``legs``), or in one stay."""
    stays: tuple[tuple[tuple[int, Any], ...], ...] = ()
    if where == "legs":
        targets = np.arange(len(model.names.legs))
    else:
        code = STAYS.index(where)
        targets = np.unique(model.machine.stay_cell[code]).astype(np.int64)
        stays = tuple(((code, model.machine.stay_cell[code] == cell),) for cell in targets)
    shape: dict[str, Any] = {
        "exponent": 1.0,
        "least": 1,
        "most": 60,
        "start": 0,
        "end": NEVER,
    } | changes
    return Accident(
        name=where,
        rate=rate,
        transition=CODE["died" if where == "legs" else "dies_waiting"],
        cause=2 if where == "legs" else -1,
        targets=targets,
        key=np.array([rng.name_key(f"{where}{t}") for t in targets], np.uint64),
        stays=stays,
        **shape,
    )


def dangerous(model: CompiledModel, scale: float = 1.0) -> CompiledModel:
    """The model with accidents on its legs and in stays with beds, clocks and columns."""
    rates = {"legs": 8.0, "shelter": 40.0, "rest": 6.0, "caravan": 9.0, "home_again": 9.0}
    kinds = tuple(kind(model, where, rate * scale) for where, rate in rates.items())
    return replace(model, accidents=kinds)


WORLD = dangerous(random_world(6, n_days=70, rate=12.0))


def dead(result: RawResult, *names: str) -> int:
    """People who died by these transitions."""
    mine = np.isin(result.events[:, 1], [CODE[n] for n in names])
    return int(result.events[mine, 4].sum())


@pytest.mark.parametrize(("seed", "sample"), [(1, 1.0), (2, 1.0), (3, 0.3), (8, 0.1)])
def test_oracle_agrees_on_every_accident(seed: int, sample: float) -> None:
    model = dangerous(random_world(seed, n_days=60, rate=9.0 / sample, sample=sample), sample)
    kernel, oracle = run(model, seed, threads=2, chunks=3), run_reference(model, seed)
    assert kernel.accidents.tolist() == [list(row) for row in oracle.accidents]
    assert {0, 2} <= set(kernel.accidents[:, 1].tolist())
    assert len(kernel.accidents) > 20
    assert_same(model, kernel, oracle)


def test_oracle_agrees_with_the_verification_generator() -> None:
    kernel = run(WORLD, 5, generator=rng.Generator.PHILOX)
    assert len(kernel.accidents) > 20
    assert_same(WORLD, kernel, run_reference(WORLD, 5, generator=1))


@pytest.mark.parametrize(("threads", "chunks"), [(1, 7), (2, 64)])
def test_any_number_of_threads_and_chunks(threads: int, chunks: int) -> None:
    assert run(WORLD, 1).digest() == run(WORLD, 1, threads=threads, chunks=chunks).digest()


def test_stopped_and_resumed(tmp_path: Path) -> None:
    whole = run(WORLD, 3)
    run(WORLD, 3, checkpoint=tmp_path / "c", every=23)
    resumed = run(WORLD, 3, chunks=4, checkpoint=tmp_path / "c", resume=True)
    assert resumed.digest() == whole.digest()


def test_branched() -> None:
    cut = Edit("hazard", "factor", np.arange(len(WORLD.names.legs)), 0.5, 33, 60, 0, (0,), "cut")
    other = replace(WORLD, edits=(*WORLD.edits, cut))
    for model, branched in zip((WORLD, other), run_together(WORLD, [WORLD, other], 4), strict=True):
        assert branched.digest() == run(model, 4).digest()


def test_without_the_table_nobody_dies_of_it() -> None:
    """Switching the mechanism off is seen; everything else keeps its luck."""
    calm = replace(WORLD, accidents=())
    with_, without = run(WORLD, 2), run(calm, 2)
    assert not len(without.accidents)
    more = dead(with_, "died", "dies_waiting") - dead(without, "died", "dies_waiting")
    assert more > 30
    never = tuple(replace(a, rate=0.0) for a in WORLD.accidents)
    assert run(replace(WORLD, accidents=never), 2).digest() == without.digest()


def test_as_many_happen_as_the_people_there_let_expect() -> None:
    """The number of accidents is a sum of chances that yesterday's people give."""
    expected = variance = 0.0
    found = 0
    for seed in range(6):
        result = run(WORLD, seed)
        found += int((result.accidents[:, 1] == 2).sum())
        there = result.stocks[:-1][:, WORLD.accidents[2].targets]
        chance = -np.expm1(-WORLD.accidents[2].rate * there / 1000.0)
        expected += float(chance.sum())
        variance += float((chance * (1 - chance)).sum())
    assert expected > 100
    assert abs(found - expected) < 4.5 * math.sqrt(variance)  # errs once in 100,000 times


def test_the_dead_are_those_drawn_on_average() -> None:
    """Each of those present runs the same chance, so that the toll is met on the whole."""
    calm = replace(WORLD, base=WORLD.base | {
        "stay_hazard": np.zeros_like(WORLD.base["stay_hazard"]),
        "stay_hazard_first": np.zeros_like(WORLD.base["stay_hazard_first"]),
    }, edits=tuple(e for e in WORLD.edits if not e.target.startswith("stay_hazard")))  # fmt: skip
    only = replace(calm, accidents=(kind(WORLD, "home_again", 9.0, most=3),))
    found = drawn = 0
    for seed in range(8):
        result = run(only, seed)
        found += dead(result, "dies_waiting")
        drawn += int(result.accidents[:, 3].sum())
    assert drawn > 100
    # Those who left or came since yesterday, and the chance of each: a quarter is wide enough.
    assert 0.75 < found / drawn < 1.25


@pytest.mark.parametrize("exponent", [0.7, 1.1, 2.0])
def test_the_exponent_of_the_tail_is_recovered(exponent: float) -> None:
    """Hill's estimator over many tolls, far below the cut."""
    model = replace(WORLD.accidents[0], exponent=exponent, least=20, most=10**9)
    u = (np.arange(200_000) + 0.5) / 200_000
    tolls = np.array([toll(float(x), model, 1e12) for x in u])
    assert tolls.min() == 20
    logs = np.log((tolls + 0.5) / 20.0)
    assert 1.0 / logs.mean() == pytest.approx(exponent, rel=0.04)


def test_a_toll_is_cut_to_most_and_to_those_present() -> None:
    model = replace(WORLD.accidents[0], exponent=0.5, least=1, most=40)
    u = np.linspace(0, 1, 2_001)[:-1]
    assert max(toll(float(x), model, 1e6) for x in u) == 40
    assert max(toll(float(x), model, 7.9) for x in u) == 7
    assert min(toll(float(x), model, 1e6) for x in u) == 1


def test_an_accident_before_it_begins_or_after_it_ends_does_not_happen() -> None:
    dated = replace(WORLD, accidents=(kind(WORLD, "legs", 50.0, start=20, end=40),))
    days = run(dated, 1).accidents[:, 0]
    assert len(days) > 5
    assert days.min() >= 20
    assert days.max() < 40


def test_a_state_holds_what_tomorrow_needs() -> None:
    """Passages are counted from day to day: a fresh count would take all of them for today's."""
    simulation = Simulation(WORLD, 0, 0, 1, rng.Generator.SPLITMIX, 0.0)
    for _ in range(9):
        simulation.run_day(map)
    kept = simulation.accidents.state()
    fresh = Accidents(WORLD, simulation.host.key)
    fresh.restore(kept)
    assert fresh.state()["flows"].tolist() == kept["flows"].tolist()
    assert kept["flows"].sum() > 0
