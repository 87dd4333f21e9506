"""What a run costs, as counts and ratios and never as seconds on a clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from bench.worlds import STAYS, random_world

from travesia.engine import kernel
from travesia.engine.run import run
from travesia.model.compiled import CompiledModel


def records_handled(model: CompiledModel, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int, int]:
    """Records that the kernel touched, transitions made and party-days lived through."""
    handled = 0
    process = kernel.process

    def counted(work: Any, entry: Any, n: int, *rest: Any) -> None:
        nonlocal handled
        handled += n
        process(work, entry, n, *rest)

    monkeypatch.setattr(kernel, "process", counted)
    result = run(model, 3)
    monkeypatch.undo()
    return handled, result.transitions, result.party_days


def test_who_waits_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stays ten times as long: many more party-days, not one more record per transition."""
    short = random_world(5, n_days=120, rate=6.0, limited=False, learning=False)
    clock = short.base["clock"].copy()
    clock[[STAYS.index(s) for s in ("rest", "shelter", "removal", "home_again")]] *= 10.0
    long = replace(short, base=short.base | {"clock": clock})
    handled, made, lived = records_handled(short, monkeypatch)
    handled_long, made_long, lived_long = records_handled(long, monkeypatch)
    assert lived_long / made_long > 1.5 * lived / made
    assert handled_long / made_long < 1.3 * handled / made
    assert handled < made


def test_records_per_transition(monkeypatch: pytest.MonkeyPatch) -> None:
    """A party is taken up once for all that it does on a day: fewer records than transitions.

    Days on which something might strike those who stay, and does not, come on top. They are
    drawn from a bound that no rate of the run is above, so that some are in vain.
    """
    world = random_world(8, n_days=90, rate=9.0)
    handled, made, _ = records_handled(unharmed(world), monkeypatch)
    assert 0.5 < handled / made < 0.95
    handled, made, _ = records_handled(world, monkeypatch)
    assert handled / made < 1.2


def unharmed(world: CompiledModel) -> CompiledModel:
    """The world in which nothing strikes those who stay."""
    never = np.full_like(world.stay_harms.kind, -1)
    return replace(world, stay_harms=replace(world.stay_harms, kind=never))


def _least(job: Callable[[], Any], times: int = 5) -> float:
    found = []
    for _ in range(times):
        clock = time.process_time()
        job()
        found.append(time.process_time() - clock)
    return min(found)


@pytest.mark.long
def test_cost_grows_with_people_and_no_faster() -> None:
    """Eight times the people: at most eight times the CPU seconds (and a tenth for luck)."""
    models = [random_world(5, n_days=200, rate=rate) for rate in (400.0, 3200.0)]
    few, many = (_least(lambda m=m: run(m, 1), 3) for m in models)  # type: ignore[misc]
    assert many < 8.8 * few


@pytest.mark.long
def test_a_transition_costs_what_sorting_a_few_numbers_costs() -> None:
    """The yardstick is numpy on the same machine in the same minute.

    A transition with all rules cost 2 to 3 times the sorting of a number among a million when
    this was written; six times is a regression.
    """
    model = random_world(5, n_days=200, rate=3200.0)
    made = run(model, 1).transitions
    numbers = np.random.default_rng(1).random(1_000_000)
    yardstick = _least(lambda: np.sort(numbers, kind="heapsort")) / len(numbers)
    assert _least(lambda: run(model, 1), 3) / made < 6.0 * yardstick


@pytest.mark.long
def test_the_kernel_beats_plain_python_by_far() -> None:
    """Per person, the oracle takes at least forty times as long."""
    from travesia.engine.reference import run_reference

    plain = _least(lambda: run_reference(random_world(3, n_days=80, rate=12.0), 1), 1)
    fast = _least(lambda: run(random_world(3, n_days=80, rate=1200.0), 1), 3) / 100
    assert plain > 40.0 * fast
