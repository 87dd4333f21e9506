"""Settings at the edge of what FLEE allows, and departures that conflict drives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.flee.helpers import SMALL
from tests.flee.worlds import case, fork, growing, place
from travesia.kinds.flee import Instance, Settings, Spell, read_instance
from travesia.kinds.flee.compile import compile_case
from travesia.kinds.flee.measures import baselines, even_people, total_ratio
from travesia.kinds.flee.page import build_camps
from travesia.kinds.flee.score import score_flee
from travesia.kinds.flee.simulation import run_flee
from travesia.kinds.flee.tables import run_case


def test_at_awareness_0_every_road_has_the_same_chance_and_flee_moves_nobody() -> None:
    found = fork(40_000, awareness_level=0)
    people = run_flee(compile_case(found), 1).people[-1]
    assert people.sum() == 40_000
    near, far = (people[i] for i in (1, 2))
    assert abs(near - far) < 5 * np.sqrt(40_000)
    assert fork(40_000) != found
    ahead = run_flee(compile_case(fork(40_000)), 1).people[-1]
    assert ahead[1] > 2 * ahead[2]
    frozen = run_flee(compile_case(found, compatible=True), 1)
    assert frozen.entered.sum() == 0
    assert frozen.people[-1, 0] == 40_000


@pytest.mark.parametrize("compatible", [False, True])
@pytest.mark.parametrize(("buffer", "most"), [(1.0, 100), (1.5, 150), (2.0, 200)])
def test_a_buffer_above_1_lets_camps_take_more_than_their_capacity(
    compatible: bool, buffer: float, most: int
) -> None:
    found = case(
        [place("A", "conflict", 10), place("Small", "camp", 100), place("Large", "camp")],
        [("A", "Small", 10.0), ("A", "Large", 4000.0)],
        40,
        [growing("total", 0, 1200, 40)],
        insert_day0=False,
        camp_movechance=0.0,
        capacity_buffer=buffer,
        max_move_speed=5000.0,
        weight_power=3.0,
    )
    people = run_flee(compile_case(found, compatible=compatible), 1).people[:, 1].max()
    # Who is under way does not count yet: the arrivals of a day may go beyond.
    assert most <= people <= most + 35


def test_chances_beyond_1_are_certain() -> None:
    sure, more = (
        run_flee(compile_case(fork(500, default_movechance=c, conflict_movechance=c)), 1).people
        for c in (1.0, 1.7)
    )
    np.testing.assert_array_equal(sure, more)


@pytest.mark.parametrize("mode", ["constant", "pop_ratio", "poisson"])
def test_who_sets_out_does_not_depend_on_the_sample(mode: str) -> None:
    rate = 0.002 if mode == "pop_ratio" else 7
    found = case(
        [place("A", "conflict", 3500), place("B", "camp")],
        [("A", "B", 10.0)],
        300,
        [growing("total", 0, 0, 300)],
        [Spell("A", 0, 299, 0.9)],
        conflict_driven_spawning=True,
        spawn_mode=mode,
        displaced_per_conflict_day=rate,
    )
    for compatible in (False, True):
        whole = run_flee(compile_case(found, compatible=compatible), 1).set_out.sum()
        for share in (7, 50):
            part = run_flee(compile_case(found, compatible=compatible, hasten=share), 1)
            error = 5 * np.sqrt(2 * whole * share) if mode == "poisson" else share
            assert abs(share * part.set_out.sum() - whole) <= error


def test_flees_own_hasten_does_not_scale_what_conflict_drives() -> None:
    found = case(
        [place("A", "conflict", 3500), place("B", "camp")],
        [("A", "B", 10.0)],
        3,
        [growing("total", 0, 0, 3)],
        conflict_driven_spawning=True,
        displaced_per_conflict_day=30.0,
        hasten=10,
    )
    assert run_flee(compile_case(found, compatible=True), 1).set_out.sum() == 90


# -- what scores and pages say ---------------------------------------------------------------


def driven(rate: float) -> Instance:
    small = read_instance(SMALL)
    settings = replace(
        small.settings, conflict_driven_spawning=True, displaced_per_conflict_day=rate
    )
    return replace(small, settings=settings)


def test_departures_that_conflict_drives_are_not_called_given() -> None:
    result = run_case(driven(15.0))
    assert result.manifest["departures"] == "conflict"
    score = score_flee(result)
    assert score.departures == score.to_dict()["departures"] == "conflict"
    text = score.to_text()
    assert "each is told the total" not in text
    assert "the model is not told how many people set out" in text
    page = build_camps(result, score)
    words = " ".join([*page["story"], *page["limits"], *(h["note"] for h in page["headlines"])])
    assert "by the case's rate for conflict, not by the counts" in words
    assert "is given" not in words
    assert "given to the model" not in words
    assert "is an input; only where they go" not in words


def test_departures_by_counts_are_called_given() -> None:
    result = run_case(read_instance(SMALL))
    score = score_flee(result)
    assert score.departures == "given"
    assert "each is told the total of the day" in score.to_text()
    page = build_camps(result, score)
    assert page["headlines"][0]["note"] == "given to the model, not its result"
    assert "How many set out each day is given" in page["story"][0]


@pytest.mark.parametrize(("rate", "far"), [(1.0, True), (200.0, True), (15.0, False)])
def test_a_simulated_total_far_from_the_counted_one_is_flagged(rate: float, far: bool) -> None:
    result = run_case(driven(rate))
    score = score_flee(result)
    assert score.total_ratio is not None
    assert (abs(score.total_ratio - 1) > 0.25) == far, score.total_ratio
    told = "The simulated total is far from the counted one"
    assert (told in score.to_text()) == far
    assert any(told in line for line in build_camps(result, score)["story"]) == far


def test_the_ratio_of_totals_by_hand() -> None:
    observed = np.array([[0.0, 0.0], [60.0, 40.0], [100.0, 100.0], [50.0, 50.0]])
    simulated = np.array([[[9.0, 9.0], [50.0, 0.0], [50.0, 150.0], [100.0, 100.0]]])
    assert total_ratio(simulated, observed) == 1.0
    assert total_ratio(simulated, np.zeros((4, 2))) is None


def test_equal_shares_start_from_the_people_of_day_0() -> None:
    observed = np.array([[90.0, 10.0], [120.0, 80.0], [30.0, 20.0]])
    found = even_people(observed, day0=True)
    np.testing.assert_allclose(found, [[90, 10], [140, 60], [45, 5]])
    np.testing.assert_allclose(even_people(observed, day0=False), [[50, 50], [100, 100], [25, 25]])
    scores = baselines(observed, np.zeros(2), {})
    assert scores["equal_shares"] == pytest.approx((0 + 40 / 200 + 30 / 50) / 3)
    plain = baselines(observed, np.zeros(2), {}, day0=False)
    assert plain["equal_shares"] == pytest.approx((80 / 100 + 40 / 200 + 10 / 50) / 3)


def test_equal_shares_start_empty_where_the_model_does() -> None:
    small = read_instance(SMALL)
    empty = replace(small, settings=replace(small.settings, insert_day0=False))
    with_people, without = (score_flee(run_case(c)).baselines for c in (small, empty))
    assert with_people["equal_shares"] != without["equal_shares"]
    assert Settings().insert_day0
