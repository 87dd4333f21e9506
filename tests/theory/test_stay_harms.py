"""Harms to those who stay, by the day, against their closed forms."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from bench.worlds import STAYS, TRANSITION_IDS
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theory.small import (
    CODE,
    calm_world,
    with_action,
    with_clock,
    with_outcome,
)
from travesia import rng
from travesia.engine.places import as_they_are
from travesia.engine.record import RawResult
from travesia.engine.run import run
from travesia.errors import InputError
from travesia.model import compiled as cm
from travesia.model import layout as lay
from travesia.model.waiting import Slots, beginnings, bounded, highest

LINE = [(0, 1, 0), (1, 2, 0)]
FIRST_DAYS = 3.0
CERTAIN = 5.0
"""Standard errors allowed: a sound program fails less than once in a million times."""


def waiting_world(
    days: int,
    harms: dict[str, tuple[float, float]],
    *,
    stay: str = "rest",
    action: str = "rest_here",
    per_day: float = 400.0,
    edits: tuple[cm.Edit, ...] = (),
    sizes: np.ndarray | None = None,
) -> cm.CompiledModel:
    """Everybody rests ``days`` days at place 1 and settles; ``harms``: rate and first factor."""
    w = calm_world(LINE, n_days=days + 35, per_day=per_day)
    w = with_outcome(with_clock(with_action(w, action, 1), stay, 1, days), stay, 1.0)
    if sizes is not None:
        w = replace(w, cohorts=replace(w.cohorts, size_cum=sizes))
    number = STAYS.index(stay)
    slots = Slots(
        tuple((number, TRANSITION_IDS.index(name)) for name in harms),
        (FIRST_DAYS,) * len(harms),
    )
    shape = (len(w.names.cohorts), w.n_places, len(harms))
    rate = np.array([r for r, _ in harms.values()])
    first = np.array([r * f for r, f in harms.values()])
    base = w.base | {
        "stay_hazard": np.broadcast_to(rate, shape).copy(),
        "stay_hazard_first": np.broadcast_to(first, shape).copy(),
    }
    bound = bounded(slots, w.machine, base, edits, w.cohorts.largest, STAYS, w.names.places)
    return replace(w, base=base, stay_harms=bound, edits=edits)


def people(result: RawResult, transition: str) -> int:
    rows = result.events
    return int(rows[rows[:, 1] == CODE[transition], 4].sum())


def agrees(count: int, n: int, expected: float) -> bool:
    """Whether a sum over ``n`` people lies within :data:`CERTAIN` standard errors."""
    return abs(count - n * expected) <= CERTAIN * math.sqrt(n * expected) + 1


def test_the_exponential_number_is_minus_a_logarithm() -> None:
    draws = [0, 1, 2, 2**30 - 1, 2**30, 2**31 - 1, *range(0, 2**31, 10_000_019)]
    for bits in draws:
        exact = -math.log((bits + 0.5) / 2**31) * 2**32
        assert abs(rng.exponential(bits) - exact) < 16


@pytest.mark.parametrize("days", [1, 2, 7, 40])
@pytest.mark.parametrize("first", [0.0, 4.0])
def test_harm_grows_with_the_days_by_its_formula(days: int, first: float) -> None:
    """h (D + a tau (1 - exp(-D / tau))); without the worse first days twice as long is twice."""
    rate = 0.02
    result = run(waiting_world(days, {"robbed_waiting": (rate, first)}), 1)
    n = people(result, "rest_here")
    expected = rate * (days + first * FIRST_DAYS * -math.expm1(-days / FIRST_DAYS))
    assert n == 12_000
    assert agrees(people(result, "robbed_waiting"), n, expected)
    assert people(result, "settles") == n  # the stay ends on its day all the same
    assert result.stay_hits[:, 3].sum() == people(result, "robbed_waiting")


def test_a_short_stay_twice_as_long_does_twice_the_harm_but_for_its_beginning() -> None:
    """With the worse first days the second half adds less than the first."""
    for first, low, high in ((0.0, 1.85, 2.15), (4.0, 1.38, 1.61)):
        once, twice = (
            people(run(waiting_world(d, {"robbed_waiting": (0.02, first)}), 7), "robbed_waiting")
            for d in (4, 8)
        )
        assert low < twice / once < high


def test_a_harm_that_ends_the_stay_competes_with_its_clock() -> None:
    """Struck within D days: 1 - (1 - h)**D; the others leave on their day."""
    rate, days = 0.03, 20
    result = run(waiting_world(days, {"flees": (rate, 0.0)}), 2)
    n = people(result, "rest_here")
    struck = 1.0 - (1.0 - rate) ** days
    assert agrees(people(result, "flees"), n, struck)
    assert people(result, "settles") == n - people(result, "flees")


def test_causes_compete() -> None:
    """Two causes that end a stay share those struck in the ratio of their rates."""
    result = run(waiting_world(30, {"flees": (0.02, 0.0), "taken": (0.01, 0.0)}), 3)
    n = people(result, "rest_here")
    struck = 1.0 - 0.97**30
    for name, share in (("flees", 2 / 3), ("taken", 1 / 3)):
        assert agrees(people(result, name), n, share * struck)


def test_a_dated_change_of_rates_holds_from_its_day() -> None:
    """Whoever already waits is struck at the new rate; the bound holds both."""
    cells = np.arange(3 * 3)
    edit = cm.Edit("stay_hazard", "factor", cells, 5.0, 15, 30, 0, (0,), "feast")
    w = waiting_world(30, {"robbed_waiting": (0.01, 0.0)}, edits=(edit,), per_day=12_000.0)
    counts = np.zeros_like(w.cohorts.people_per_day)
    counts[0, 0] = 12_000.0
    one_day = replace(w, month_of_day=np.r_[0, np.ones(w.n_days - 1)].astype(np.int32))
    one_day = replace(one_day, cohorts=replace(w.cohorts, people_per_day=counts))
    result = run(one_day, 4)
    # They arrive on day 0, wait through days 1 to 30: 14 at the rate, 15 at five times, 1 after.
    daily = result.events_daily[:, CODE["robbed_waiting"]]
    assert agrees(int(daily[1:15].sum()), 12_000, 14 * 0.01)
    assert agrees(int(daily[15:30].sum()), 12_000, 15 * 0.05)
    assert agrees(int(daily[30:].sum()), 12_000, 0.01)


def test_families_lose_members_as_often_as_single_people() -> None:
    """A death a person and day: a family of four loses one four times as often."""
    sizes = np.zeros((3, lay.MAX_SIZE + 1), np.uint32)
    sizes[:, 3:] = cm.ONE
    rate, days = 0.004, 25
    w = waiting_world(days, {"dies_waiting": (rate, 0.0)}, sizes=sizes)
    result = run(w, 5)
    n = people(result, "rest_here")
    died = people(result, "dies_waiting")
    assert n == 4 * 12_000
    # Survivors are exposed: 1 - (1 - h)**D of each person, but at most one of a family a day.
    assert agrees(died, n, 1.0 - (1.0 - rate) ** days)
    assert people(result, "settles") == n - died


def test_a_queue_hears_what_happens_to_those_who_wait() -> None:
    """Everybody who files is served, but those who have died in the line."""
    sizes = np.zeros((3, lay.MAX_SIZE + 1), np.uint32)
    sizes[:, 2:] = cm.ONE
    harms = {"robbed_waiting": (0.05, 0.0), "dies_waiting": (0.02, 0.0)}
    w = waiting_world(40, harms, stay="office", action="file", per_day=30.0, sizes=sizes)
    w = replace(w, base=w.base | {"capacity": np.array([1e6, 0.0, 1e6])})
    w = replace(w, edits=(cm.Edit("capacity", "set", np.array([1]), 1e6, 35, cm.NEVER, 0, (0,)),))
    result = run(w, 6)
    asked, died = people(result, "file"), people(result, "dies_waiting")
    decided = people(result, "granted") + people(result, "refused")
    assert died > 100
    assert asked == died + decided
    assert result.facilities[result.facilities[:, 1] == 1, 4].sum() > 0


def test_what_a_ticket_tells_is_told_to_the_copy() -> None:
    records = np.zeros((3, lay.WORDS), np.uint64)
    records[:, 1] = (4 << lay.SIZE_AT) | (1 << lay.GUIDED_AT) | (2 << lay.PAPER_AT)
    w = lay.Waits
    told = np.array(
        [w.WAITS, w.WAITS | w.POOR | (2 << lay.LOST_AT), w.WAITS | w.UNGUIDED | w.NO_PAPERS],
        np.uint8,
    )
    words = as_they_are(records, told)[:, 1].tolist()
    assert [x >> lay.SIZE_AT & lay.MAX_SIZE for x in words] == [4, 2, 4]
    assert [x >> lay.POOR_AT & 1 for x in words] == [0, 1, 0]
    assert [x >> lay.GUIDED_AT & 1 for x in words] == [1, 1, 0]
    assert [x >> lay.PAPER_AT & 7 for x in words] == [2, 2, 0]
    assert (as_they_are(records, np.ones(3, np.uint8)) == records).all()


@settings(max_examples=60, deadline=None)
@given(
    first_days=st.floats(0.2, 60.0),
    base=st.floats(0.0, 0.3),
    value=st.floats(0.0, 0.3),
    factor=st.floats(0.0, 3.0),
)
def test_no_rate_is_above_the_bound(
    first_days: float, base: float, value: float, factor: float
) -> None:
    """Whatever set, factor and addition are in force."""
    tables = {"stay_hazard": np.full((2, 2), base)}
    edits = (
        cm.Edit("stay_hazard", "set", np.array([0, 1]), value, 0),
        cm.Edit("stay_hazard", "factor", np.array([1, 2]), factor, 5, 9),
        cm.Edit("stay_hazard", "add", np.array([3]), -0.1, 5, 9),
    )
    most = highest(tables, edits, "stay_hazard").ravel()
    for rate, cell in ((value, 0), (value * factor, 1), (base * factor, 2), (base, 3)):
        assert rate <= most[cell] + 1e-15
    days = beginnings([first_days])[0]
    assert days[1:31].sum() == pytest.approx(first_days * -math.expm1(-30 / first_days))


def test_daily_hazards_that_add_up_to_a_certainty_are_refused() -> None:
    with pytest.raises(InputError, match=r"add up to 1\.2 a day") as caught:
        waiting_world(5, {"robbed_waiting": (0.7, 0.0), "flees": (0.5, 0.0)})
    assert "'rest'" in str(caught.value)
