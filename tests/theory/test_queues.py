"""Queues and beds with known answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from bench.worlds import TRANSITION_IDS, random_world

from tests.theory.small import (
    CODE,
    calm_world,
    journey_days,
    stay,
    with_action,
    with_clock,
    with_outcome,
)
from travesia.engine.reference import run_reference
from travesia.engine.run import run
from travesia.model import compiled as cm

LINE = [(0, 1, 0), (1, 2, 0)]


def office(
    *, per_day: float, cases: float, patience: float, lottery: float = 0.0, days: int = 90
) -> cm.CompiledModel:
    """Adults who all file at place 1; ``cases`` are served a day, in turn and by lot."""
    w = calm_world(LINE, n_days=days, per_day=per_day, departing_days=days)
    w = with_clock(with_action(w, "file", 1), "office", 1, patience)
    w = with_outcome(with_outcome(w, "decision", 0.0), "office", 1.0)
    w = with_outcome(w, "us_custody", 1.0)
    facilities = replace(w.facilities, lottery=np.array([0.0, lottery, 0.0]))
    return replace(
        w, facilities=facilities, base=w.base | {"capacity": np.array([0.0, cases, 0.0])}
    )


def test_first_come_first_served_is_exact() -> None:
    """Ten come a day and seven are served: the n-th to come is served on day (n - 1) // 7."""
    w = office(per_day=10.0, cases=7.0, patience=1000.0)
    result = run(w, 5, journeys=1.0)
    came, served = journey_days(result, w, "file"), journey_days(result, w, "granted")
    per_day = np.bincount(list(served.values()), minlength=90)
    assert per_day.tolist() == [7] * 90
    # By day of arrival: those of day d are numbers 10 d + 1 to 10 d + 10.
    for day in range(60):
        expected = sorted((10 * day + i) // 7 for i in range(10))
        mine = sorted(served[key] for key, d in came.items() if d == day and key in served)
        assert mine == [e for e in expected if e < 90]
    waiting = result.stocks.reshape(90, -1, w.n_places)[:, 3 + stay("office")].sum(1)
    assert waiting.tolist() == [3 * (d + 1) for d in range(90)]


def test_impatient_queue() -> None:
    """With fixed patience, exactly the share 1 - cases / arrivals gives up in the long run."""
    w = office(per_day=10.0, cases=7.0, patience=12.0, days=120)
    result = run(w, 6)
    daily = result.events_daily
    gave_up, served = daily[60:, CODE["gives_up"]].sum(), daily[60:, CODE["granted"]].sum()
    assert served == 60 * 7
    assert gave_up == 60 * 3


def test_two_queues_in_a_row_have_their_known_stocks() -> None:
    """Who is served at the first desk joins the line of the second on the next day.

    Ten come a day, seven are served at the first, four at the second, patience is fixed at 12 days
    in each: in the long run three a day give up in the first line, three in the second and four are
    served, and nobody waits for longer than his patience. The oracle counts the same.
    """
    days = 160
    w = office(per_day=10.0, cases=7.0, patience=12.0, days=days)
    served = w.machine.stay_served.copy()
    queue, facility = w.machine.stay_queue.copy(), w.machine.stay_facility.copy()
    second = stay("shelter")  # becomes the line of the second desk
    served[stay("office")], served[second] = second, stay("decision")
    queue[second] = 1
    facility[second] = np.where(facility[stay("office")] >= 0, 2, -1)
    w = replace(
        w,
        machine=replace(w.machine, stay_served=served, stay_queue=queue, stay_facility=facility),
        facilities=replace(w.facilities, service=np.ones(3, np.uint8)),
        base=w.base | {"capacity": np.array([0.0, 7.0, 4.0])},
    )
    w = with_clock(w, "shelter", 1, 12.0)
    result = run(w, 6)
    daily = result.events_daily[80:]
    assert daily[:, CODE["granted"]].sum() == 4 * len(daily)
    assert daily[:, CODE["gives_up"]].sum() == 3 * len(daily)
    waiting = result.stocks.reshape(days, -1, w.n_places)[80:, 3 + stay("shelter")].sum(1)
    assert waiting.min() > 0
    assert waiting.max() <= 7 * 12
    plain = run_reference(w, 6)
    counted = Counter(dict.fromkeys(("granted", "gives_up"), 0))
    for (_, transition, _, _), people in plain.events.items():
        counted[TRANSITION_IDS[transition]] += people
    for name in ("granted", "gives_up"):
        assert counted[name] == result.events_daily[:, CODE[name]].sum()


def test_no_queue_forms_below_capacity() -> None:
    """Whoever comes is served on the same day when cases suffice."""
    w = office(per_day=6.0, cases=7.0, patience=1000.0)
    result = run(w, 7, journeys=1.0)
    came, served = journey_days(result, w, "file"), journey_days(result, w, "granted")
    assert came == served


def test_share_drawn_by_lot() -> None:
    """Half of the cases by lot: half of those served overtake those who came before them."""
    w = office(per_day=20.0, cases=8.0, patience=1000.0, lottery=0.5)
    result = run(w, 8, journeys=1.0)
    came, served = journey_days(result, w, "file"), journey_days(result, w, "granted")
    assert np.bincount(list(served.values()), minlength=90).tolist() == [8] * 90
    # By turn: on day d the first in line came on day 4 d / 20 or a little later (those drawn by
    # lot are gone); the lot draws from all days up to d. Late draws must reach recent arrivals.
    late = [came[k] / day for k, day in served.items() if day >= 40]
    assert np.mean([share > 0.6 for share in late]) == pytest.approx(0.28, abs=0.08)
    # Uniform among those who wait: their day of arrival has no preference within the line.
    line = sorted(came[k] / day for k, day in served.items() if day >= 40)[len(late) // 2 :]
    assert 0.6 < np.mean(line) < 0.75


def test_fractions_of_a_case_add_up() -> None:
    """0.7 cases a day are 63 cases in 90 days, no more and no less."""
    w = office(per_day=3.0, cases=0.7, patience=1000.0)
    result = run(w, 9)
    served = result.events_daily[:, CODE["granted"]].sum()
    assert served in (63, 64)


def test_beds_are_never_exceeded() -> None:
    """In any world the people in beds never outnumber the beds."""
    for seed in range(4):
        w = random_world(seed, n_days=80, rate=15.0)
        result = run(w, seed)
        in_beds = result.stocks.reshape(80, -1, w.n_places)[:, 3 + stay("shelter")].sum(1)
        assert in_beds.max() <= 3
        assert in_beds.max() > 0


def test_beds_are_given_by_lot_and_not_by_number() -> None:
    """The share of beds that the first half of a cohort's ordinals gets is one half.

    4 beds for one night, 40 who ask each day: binomial with 120 draws, 1e-6 false alarm.
    """
    w = calm_world(LINE, n_days=60, per_day=40.0, departing_days=60)
    w = with_clock(with_action(w, "ask_bed", 1), "shelter", 1, 1.0)
    w = replace(w, base=w.base | {"capacity": np.array([4.0, 0.0, 0.0])})
    result = run(w, 4, journeys=1.0)
    refused = set(journey_days(result, w, "no_bed"))
    asked = journey_days(result, w, "ask_bed")
    from travesia.rng import party_key

    first_half = {party_key(int(w.cohorts.key[0]), d, o) for d in range(60) for o in range(20)}
    given = [k for k in asked if k not in refused]
    assert len(given) == 60 * 4
    share = np.mean([k in first_half for k in given])
    assert abs(share - 0.5) < 4.9 * (0.25 / len(given)) ** 0.5
