"""Lines for a bed, families that are parted, and remainders of some people: known answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bench.worlds import STAYS, random_world

from tests.engine.test_oracle import assert_same
from tests.theory.small import CODE, calm_world, stay, with_action, with_clock, with_outcome
from travesia import rng
from travesia.engine.reference import run_reference
from travesia.engine.run import run
from travesia.model import compiled as cm
from travesia.model.layout import Flag

OFFICE, DECISION = STAYS.index("office"), STAYS.index("decision")
FAMILY, CHILD = 1, 2


def with_beds(w: cm.CompiledModel, beds: float) -> cm.CompiledModel:
    """The office has beds, in which those stay who waited for one."""
    m = w.machine
    zero, facility, kinds = m.stay_zero.copy(), m.stay_facility.copy(), m.stay_distribution.copy()
    zero[DECISION], facility[DECISION], kinds[DECISION] = 0, 1, 3
    facilities = replace(w.facilities, service=np.array([0, 0, 1], np.uint8), lottery=np.zeros(3))
    capacity = w.base["capacity"].copy()
    capacity[1] = beds
    return replace(
        w,
        machine=replace(m, stay_zero=zero, stay_facility=facility, stay_distribution=kinds),
        facilities=facilities,
        base=w.base | {"capacity": capacity},
    )


def with_parting(w: cm.CompiledModel, *transitions: str) -> cm.CompiledModel:
    """Families are parted by some transitions; the children are at home then."""
    flags = w.machine.flags.copy()
    flags[[CODE[t] for t in transitions]] |= int(Flag.PARTED)
    return replace(w, machine=replace(w.machine, flags=flags, alone_stay=stay("home_again")))


def with_rest(w: cm.CompiledModel, cohort: int, name: str) -> cm.CompiledModel:
    """The first branch of a stay takes the remainder of a cohort."""
    rest = w.machine.rest_branch.copy()
    rest[cohort, stay(name)] = w.machine.branch_ptr[stay(name)]
    return replace(w, machine=replace(w.machine, rest_branch=rest))


@pytest.mark.parametrize("sample", [1.0, 0.2])
@pytest.mark.parametrize("seed", range(3))
def test_oracle_agrees(seed: int, sample: float) -> None:
    """Beds with a line, parted families and two remainders: the same bits in both engines."""
    w = random_world(seed, n_days=60, rate=6.0 / sample, sample=sample)
    w = with_parting(with_beds(w, 5.0 / sample), "sent_back", "rest_here", "stopped", "left_bed")
    w = with_rest(with_rest(w, CHILD, "us_custody"), FAMILY, "rest")
    kernel = run(w, seed, threads=2, chunks=3)
    assert_same(w, kernel, run_reference(w, seed))
    apart = run(
        replace(w, machine=replace(w.machine, flags=random_world(seed).machine.flags)), seed
    )
    assert apart.digest() != kernel.digest()


def test_philox_agrees() -> None:
    """With the verification generator too."""
    w = with_parting(with_beds(random_world(4, n_days=40), 4.0), "sent_back", "rest_here")
    kernel = run(w, 5, generator=rng.Generator.PHILOX)
    assert_same(w, kernel, run_reference(w, 5, generator=1))


def waiting_for_beds(
    *, per_day: float, beds: float, nights: float, days: int = 90, edits: tuple[cm.Edit, ...] = ()
) -> cm.CompiledModel:
    """Adults who all ask for a bed at place 1 and stay in it for ``nights``."""
    w = calm_world([(0, 1, 0), (1, 2, 0)], n_days=days, per_day=per_day, departing_days=days)
    w = with_clock(with_action(w, "file", 1), "office", 1, 1000.0)
    w = with_clock(with_beds(w, beds), "decision", 1, nights)
    w = with_outcome(with_outcome(w, "decision", 0.0), "us_custody", 1.0)
    return replace(w, edits=edits)


def in_stay(w: cm.CompiledModel, stocks: np.ndarray, name: str) -> list[int]:
    """People in a stay, day by day."""
    here = stocks.reshape(w.n_days, -1, w.n_places)[:, 3 + stay(name)]
    return [int(people) for people in here.sum(1)]


def test_whoever_waits_for_a_bed_is_the_rest_of_those_who_came() -> None:
    """Ten come a day to 40 beds of 8 nights: five leave a day, and the line grows by five."""
    w = waiting_for_beds(per_day=10.0, beds=40.0, nights=8.0)
    result = run(w, 3)
    beds, line = in_stay(w, result.stocks, "decision"), in_stay(w, result.stocks, "office")
    assert beds == [min(40, 10 * (d + 1)) for d in range(90)]
    gone = np.cumsum(result.events_daily[:, CODE["granted"]])
    assert line == [10 * (d + 1) - 40 - int(gone[d]) if d >= 4 else 0 for d in range(90)]
    assert gone[-1] == 10 * sum(d % 8 < 4 for d in range(8, 90))


def test_nobody_waits_while_beds_are_free() -> None:
    """Beds for all who come: each is given one on the day of asking."""
    w = waiting_for_beds(per_day=10.0, beds=80.0, nights=8.0)
    result = run(w, 3)
    assert max(in_stay(w, result.stocks, "office")) == 0
    assert max(in_stay(w, result.stocks, "decision")) == 80


@pytest.mark.parametrize("left", [10.0, 0.0])
def test_beds_that_shrink_below_the_people_in_them(left: float) -> None:
    """Nobody is put out of a bed that is taken away, and nobody is given one until one is free."""
    cut = cm.Edit("capacity", "set", np.array([1]), left, 30, cm.NEVER, 0, (1,), "cut")
    w = waiting_for_beds(per_day=10.0, beds=40.0, nights=8.0, edits=(cut,))
    result, whole = run(w, 3), run(replace(w, edits=()), 3)
    beds = in_stay(w, result.stocks, "decision")
    assert beds[:30] == in_stay(w, whole.stocks, "decision")[:30]
    gone = [result.events_daily[d, CODE["granted"]] for d in range(90)]
    for d in range(30, 90):
        assert beds[d] <= beds[d - 1] or beds[d] <= left
        if beds[d - 1] - gone[d] >= left:
            assert beds[d] == beds[d - 1] - gone[d]
    assert beds[-1] == left
    assert_same(w, result, run_reference(w, 3))


def test_a_family_that_is_parted_goes_on_as_an_adult_and_as_children() -> None:
    """Each parting makes of a family one adult, and children who are one fewer than the family."""
    w = calm_world([(0, 1, 0), (1, 2, 0)], n_days=60, per_day=0.0, departing_days=30)
    people = np.zeros_like(w.cohorts.people_per_day)
    people[0, FAMILY] = 40.0
    w = replace(w, cohorts=replace(w.cohorts, people_per_day=people))
    w = with_clock(with_parting(with_action(w, "rest_here", 1), "rest_here"), "home_again", 1, 3.0)
    w = with_outcome(with_outcome(w, "home_again", 0.0), "rest", 1.0)  # gives up; settles
    result = run(w, 2)
    assert_same(w, result, run_reference(w, 2))
    events = {
        (name, cohort): result.events[
            (result.events[:, 1] == CODE[name]) & (result.events[:, 3] == cohort)
        ][:, 4:].sum(0)
        for name in ("rest_here", "settles", "gives_up")
        for cohort in range(3)
    }
    families, parties = events["rest_here", FAMILY]
    assert families == result.departures[:, 2].sum() > 500
    assert events["settles", 0].tolist() == [parties, parties]
    assert events["gives_up", CHILD].tolist() == [families - parties, parties]
    assert not events["settles", FAMILY].any()
    assert not events["gives_up", FAMILY].any()
    # Children are alone from the day on which they are parted, for three days.
    alone = in_stay(w, result.stocks, "home_again")
    assert max(alone) > 0
    assert alone[-1] == 0


def test_who_is_alone_already_is_not_parted() -> None:
    """Adults, and children by themselves, go on whole."""
    w = calm_world([(0, 1, 0), (1, 2, 0)], n_days=40, per_day=20.0)
    plain = with_outcome(with_action(w, "rest_here", 1), "rest", 1.0)
    assert run(with_parting(plain, "rest_here"), 1).digest() == run(plain, 1).digest()


def test_the_remainder_of_some_people_is_another() -> None:
    """Where the first branch takes a cohort's remainder, all of it goes there, to the last bit."""
    w = calm_world([(0, 1, 0), (1, 2, 0)], n_days=60, per_day=200.0)
    w = with_outcome(with_action(w, "rest_here", 1), "rest", 0.25)
    w.base["outcome"][:, :, w.machine.branch_ptr[stay("rest") + 1] - 1] = 0.0
    plain, other = run(w, 6), run(with_rest(w, 0, "rest"), 6)
    n = plain.events_daily[:, CODE["rest_here"]].sum()
    assert plain.events_daily[:, CODE["settles"]].sum() == pytest.approx(n / 4, rel=0.1)
    assert other.events_daily[:, CODE["settles"]].sum() == n
