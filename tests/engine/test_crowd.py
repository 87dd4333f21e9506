"""The account of the whole population that serves a sample: what it must give in known cases."""

from __future__ import annotations

import numpy as np
import pytest
from bench.worlds import random_world
from hypothesis import given, settings
from hypothesis import strategies as st

from travesia.engine.crowd import MEMORIES, Asked, Crowd
from travesia.engine.places import Places, kept
from travesia.engine.run import run

SHELTER, OFFICE, REMOVAL = 0, 1, 2  # the facilities of the random world: beds, cases, cases
LINE = 3 + OFFICE
STAY = 5.0


def stream(
    sample: float,
    capacity: float,
    per_day: float,
    *,
    facility: int = SHELTER,
    days: int = 900,
    size: int = 2,
    seed: int = 1,
    line: bool = False,
    change: tuple[int, float] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Sampled parties of one size ask at one facility: shares given a place, and who waits."""
    crowd = Crowd(random_world(0, sample=sample), 7)
    rng = np.random.default_rng(seed)
    door = LINE if line else facility
    shares, waits = [], []
    for day in range(days):
        if change and day == change[0]:
            capacity = change[1]
        parties = rng.poisson(per_day * sample / size)
        row = np.zeros((4, 6))
        row[:, door] = parties * np.array([1.0, size, size**2, size * STAY])
        whole = np.full(3, capacity)
        share, waiting = crowd.serve(day, Asked(*row), whole)
        shares.append((share[facility], parties * size))
        waits.append(waiting[OFFICE])
    return np.array(shares), np.array(waits)


def admitted(shares: np.ndarray, after: int = 200) -> float:
    """Share of the people who asked that was given a place, once the account has learned."""
    late = shares[after:]
    return float((late[:, 0] * late[:, 1]).sum() / late[:, 1].sum())


@settings(max_examples=8, deadline=None)
@given(
    sample=st.sampled_from([0.01, 0.02, 0.1, 0.5]),
    size=st.integers(1, 6),
    facility=st.sampled_from([SHELTER, REMOVAL]),
    load=st.floats(0.05, 0.3),
    seed=st.integers(0, 1000),
)
def test_whoever_comes_is_admitted_far_below_capacity(
    sample: float, size: int, facility: int, load: float, seed: int
) -> None:
    """A third of the places in use, or less: hardly anybody is turned away, families neither."""
    per_day = 400.0
    capacity = per_day / load * (STAY if facility == SHELTER else 1.0)
    shares, _ = stream(sample, capacity, per_day, facility=facility, size=size, seed=seed)
    assert admitted(shares) > 0.97


@settings(max_examples=8, deadline=None)
@given(
    sample=st.sampled_from([0.02, 0.1, 0.5]),
    facility=st.sampled_from([SHELTER, REMOVAL]),
    load=st.floats(2.0, 8.0),
    size=st.integers(1, 4),
    seed=st.integers(0, 1000),
)
def test_an_overloaded_facility_admits_its_capacity(
    sample: float, facility: int, load: float, size: int, seed: int
) -> None:
    """Far above capacity the share admitted is capacity over load, whatever the sample."""
    per_day = 400.0
    capacity = per_day / load * (STAY if facility == SHELTER else 1.0)
    shares, _ = stream(
        sample, capacity, per_day, facility=facility, size=size, seed=seed, days=1500
    )
    assert admitted(shares) == pytest.approx(1.0 / load, rel=0.12)


def test_a_family_gets_into_a_facility_smaller_than_it_in_the_sample() -> None:
    """40 beds are 0.4 in a sample of 1 %: a family of five is admitted all the same."""
    shares, _ = stream(0.01, 40.0, 4.0, size=5, days=3000)
    assert admitted(shares) > 0.8


@pytest.mark.parametrize("sample", [0.9, 0.02, 0.001])
def test_a_closed_facility_admits_nobody(sample: float) -> None:
    """No places are no places at any sample, for beds and for cases."""
    for facility in (SHELTER, REMOVAL):
        shares, _ = stream(sample, 0.0, 300.0, facility=facility, days=60)
        assert (shares[:, 0] == 0.0).all()


def test_a_change_of_capacity_acts_at_once() -> None:
    """Closing acts on the day; a tenth of the seats is a tenth of the share on the day."""
    shut, _ = stream(0.05, 900.0, 300.0, facility=REMOVAL, change=(400, 0.0))
    assert shut[399, 0] > 0.95
    assert (shut[400:, 0] == 0.0).all()
    fewer, _ = stream(0.05, 900.0, 300.0, facility=REMOVAL, change=(400, 30.0), seed=3)
    assert fewer[400:410, 0].mean() == pytest.approx(0.1, abs=0.04)


def test_lines_form_only_where_cases_do_not_suffice() -> None:
    """An office with four times the cases it needs has no line in the evening; one with half of
    them has a line of as many as lose patience: (200 - 100) a day for five days."""
    _, idle = stream(0.05, 800.0, 200.0, line=True)
    assert (idle[200:] <= 0.0).mean() > 0.98
    _, busy = stream(0.05, 100.0, 200.0, line=True)
    assert busy[200:].mean() == pytest.approx(100.0 * (STAY - 1.0), rel=0.15)


def test_one_who_asks_does_not_lower_their_own_chance() -> None:
    """Today counts half in what is expected: the mean share equals the mean of shares over those
    who ask (within 3 %), so a sample neither favours nor punishes days on which people ask."""
    shares, _ = stream(0.02, 40.0 * STAY, 160.0, size=1, days=6000)
    assert admitted(shares) == pytest.approx(shares[200:, 0].mean(), rel=0.03)


def test_with_everybody_there_is_no_crowd() -> None:
    """The count of places, and nothing else, decides when everybody is simulated."""
    assert Places(random_world(0), 1)._crowd is None
    assert Places(random_world(0, sample=0.99), 1)._crowd is not None


def test_cases_are_kept_for_those_who_wait() -> None:
    """Of 2.5 people, in 1/1024 of a case; a quarter of the cases is drawn by lot."""
    assert kept(2.5, 256) == (1920, 640)
    assert kept(0.0, 512) == (0, 0)


def test_memories_grow() -> None:
    """The account's arrays are ordered by memory."""
    assert list(MEMORIES) == sorted(MEMORIES)


@pytest.mark.parametrize("chunks", [2, 7])
def test_a_sample_is_the_same_for_any_number_of_chunks(chunks: int) -> None:
    """Identical results, to the bit, however the work is cut."""
    model = random_world(11, n_days=80, rate=200.0, sample=0.1)
    assert run(model, 1).digest() == run(model, 1, threads=2, chunks=chunks).digest()
