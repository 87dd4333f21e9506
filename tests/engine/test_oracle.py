"""Kernel and plain-Python oracle agree to the bit, on random worlds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bench.worlds import random_world
from hypothesis import given, settings
from hypothesis import strategies as st

from travesia import rng
from travesia.engine.record import RawResult
from travesia.engine.reference import OracleResult, run_reference
from travesia.engine.run import run
from travesia.model.compiled import CompiledModel


def assert_same(model: CompiledModel, kernel: RawResult, oracle: OracleResult) -> None:
    """Every count of the kernel equals the oracle's."""
    events = {tuple(row[:4]): row[4] for row in kernel.events.tolist()}
    assert events == dict(oracle.events)
    parties = {tuple(row[:4]): row[5] for row in kernel.events.tolist()}
    assert parties == dict(oracle.event_parties)
    assert {tuple(r[:3]): r[3] for r in kernel.flows.tolist()} == dict(oracle.flows)
    assert {tuple(r[:3]): r[3] for r in kernel.repeats.tolist()} == dict(oracle.repeats)
    assert {tuple(r[:3]): r[3] for r in kernel.stay_hits.tolist()} == dict(oracle.stay_hits)
    failed = {tuple(r[:2]): r[2] for r in kernel.boarding_failed.tolist()}
    assert failed == dict(oracle.boarding_failed)
    assert {tuple(r[:2]): r[2] for r in kernel.departures.tolist()} == dict(oracle.departures)
    for day, stock in enumerate(oracle.stocks):
        table = np.zeros((model.machine.n_states, model.n_places), np.int64)
        for cell, people in stock.items():
            table[cell] = people
        assert (kernel.stocks[day].reshape(table.shape) == table).all(), f"day {day}"
    monthly = {(*r[:2], r[2] - 1, *r[3:5]): r[5] for r in kernel.stocks_monthly.tolist()}
    assert monthly == dict(oracle.stocks_monthly)
    waiting = sum(sum(day) for day in oracle.waiting)
    assert kernel.facilities[:, 4].sum() == waiting


@pytest.mark.parametrize("seed", range(6))
def test_oracle_agrees(seed: int) -> None:
    """Same model, same seed: same bits."""
    model = random_world(seed, n_days=70)
    assert_same(model, run(model, seed), run_reference(model, seed))


@settings(max_examples=12, deadline=None)
@given(
    world=st.integers(0, 10_000),
    seed=st.integers(0, 2**40),
    places=st.integers(3, 9),
    rate=st.sampled_from([0.3, 2.0, 9.0]),
    limited=st.booleans(),
    learning=st.booleans(),
    sample=st.sampled_from([1.0, 0.3, 0.03]),
)
def test_oracle_agrees_on_any_world(
    world: int, seed: int, places: int, rate: float, limited: bool, learning: bool, sample: float
) -> None:
    """A family of random worlds, with and without limited places, learning and sampling."""
    model = random_world(
        world,
        n_days=45,
        places=places,
        rate=rate / sample,
        limited=limited,
        learning=learning,
        sample=sample,
    )
    if sample < 1.0:  # the same load on places as in the sample
        model = replace(model, base=model.base | {"capacity": model.base["capacity"] / sample**2})
    assert_same(model, run(model, seed, threads=2, chunks=3), run_reference(model, seed))


def test_oracle_agrees_with_the_verification_generator() -> None:
    """Philox draws are the same in both engines too."""
    model = random_world(3, n_days=40)
    kernel = run(model, 5, generator=rng.Generator.PHILOX)
    assert_same(model, kernel, run_reference(model, 5, generator=1))


def test_rarer_tables_are_other_tables_to_both_engines() -> None:
    """Learning every four weeks: the engines agree, and people do learn otherwise."""
    weekly = random_world(7, n_days=70, rate=8.0)
    rare = replace(weekly, table_weeks=4)
    kernel = run(rare, 2)
    assert_same(rare, kernel, run_reference(rare, 2))
    assert kernel.digest() != run(weekly, 2).digest()


@pytest.mark.parametrize(("threads", "chunks"), [(1, 7), (2, 2), (2, 64)])
def test_any_number_of_threads_and_chunks(threads: int, chunks: int) -> None:
    """Identical results, to the bit, however the work is cut."""
    model = random_world(11, n_days=80, rate=12.0)
    one = run(model, 1, journeys=1.0)
    other = run(model, 1, threads=threads, chunks=chunks, journeys=1.0)
    assert one.digest() == other.digest()


def test_nobody_is_lost() -> None:
    """Every person is in exactly one place or has ended, every day."""
    model = random_world(2, n_days=90, rate=10.0)
    result = run(model, 4)
    out = np.zeros(model.n_days, np.int64)
    oracle = run_reference(model, 4)
    assert sum(oracle.departures.values()) == result.departures[:, 2].sum()
    assert result.stocks[-1].sum() == result.departures[:, 2].sum()
    assert (np.diff(result.stocks.sum(1).astype(np.int64)) >= 0).all()
    assert (result.stocks >= 0).all()
    assert out.sum() == 0
