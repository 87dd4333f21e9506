"""FLEE's rule against closed forms: chances, weights, capacity, speed, closures, conflict."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.flee.helpers import SMALL
from tests.flee.worlds import case, fork, growing, place
from travesia.kinds.flee import Closure, Instance, Spell, read_instance
from travesia.kinds.flee.compile import compile_case, interpolated, without_capacity
from travesia.kinds.flee.host import FleeHost
from travesia.kinds.flee.paths import TooManyPathsError, candidate_paths
from travesia.kinds.flee.simulation import FleeResult, run_flee

BOTH = pytest.mark.parametrize("compatible", [False, True], ids=["sane", "compatible"])


def run(found: Instance, compatible: bool = False, seed: int = 1, **how: Any) -> FleeResult:
    return run_flee(compile_case(found, compatible=compatible), seed, **how)


def five_sigma(count: float, n: int, share: float) -> bool:
    """A fixed seed; the band is five standard deviations, false alarm 6e-7."""
    return abs(count - n * share) < 5 * float(np.sqrt(n * share * (1 - share)))


# -- chances and weights ---------------------------------------------------------------------


@BOTH
def test_the_odds_of_two_camps_are_those_of_their_distances(compatible: bool) -> None:
    result = run(fork(distance_power=2.0), compatible)
    near, far = result.people[-1, 1:]
    assert near + far == 100_000
    assert five_sigma(near, 100_000, 0.9)  # 1/100^2 against 1/300^2


@BOTH
@pytest.mark.parametrize(
    ("settings", "share"),
    [
        ({}, 0.75),
        ({"softening": 100.0}, 400 / 600),
        ({"distance_power": 0.0}, 0.5),
        ({"weight_power": 3.0}, 27 / 28),
        ({"weight_power": 0.0}, 0.5),
    ],
)
def test_softening_and_powers(compatible: bool, settings: dict[str, Any], share: float) -> None:
    assert five_sigma(run(fork(**settings), compatible).people[-1, 1], 100_000, share)


@BOTH
def test_foreign_camp_and_conflict_weights_multiply_the_score(compatible: bool) -> None:
    found = case(
        [
            place("A", "conflict", 10),
            place("Camp", "camp", country="Abroad"),
            place("War", "conflict", 0, conflict_from=0),
            place("Town", "town"),
        ],
        [("A", "Camp", 10.0), ("A", "War", 10.0), ("A", "Town", 10.0)],
        2,
        [growing("total", 0, 10, 2)],
        [Spell("A", 0, 1, 1.0), Spell("War", 0, 1, 0.5)],
        foreign_weight=2.0,
        camp_weight=3.0,
        conflict_weight=0.25,
    )
    host = FleeHost(compile_case(found, compatible=compatible), 1)
    host.update_conflict(0)
    np.testing.assert_allclose(host.scores(0), [0.25, 6.0, 0.25**0.5, 1.0])


def test_old_conflict_fades_step_by_step() -> None:
    found = fork(days=100, conflict_spawn_decay=(1.0, 0.5, 0.1), conflict_spawn_decay_interval=10)
    host = FleeHost(compile_case(found), 1)
    host.update_conflict(0)
    assert [host.decay(d)[0] for d in (0, 9, 10, 19, 20, 99)] == [1.0, 1.0, 0.5, 0.5, 0.1, 0.1]
    strict = FleeHost(compile_case(found, compatible=True), 1)
    strict.update_conflict(0)  # FLEE 3.1 knows steps of 30 days only
    assert [strict.decay(d)[0] for d in (29, 30, 60)] == [1.0, 0.5, 0.1]


@BOTH
def test_people_leave_a_town_at_the_chance_per_day(compatible: bool) -> None:
    found = case(
        [place("A", "conflict", 10), place("Town", "town", initial_idps=50_000)],
        [("A", "Town", 1000.0)],
        1,
        [growing("total", 0, 0, 1)],
        default_movechance=0.3,
        max_move_speed=100.0,
    )
    result = run(found, compatible)
    assert five_sigma(result.under_way[0], 50_000, 0.3)


# -- distance and speed ------------------------------------------------------------------------


def arrival_day(km: float, speed: float, compatible: bool, **more: Any) -> int:
    found = case(
        [place("A", "conflict", 10, initial_idps=10), place("Camp", "camp")],
        [("A", "Camp", km, 0, *more.pop("road", ()))],
        12,
        [growing("total", 0, 0, 12)],
        max_move_speed=speed,
        camp_movechance=0.0,
        **more,
    )
    arrived = run(found, compatible).people[:, 1] == 10
    return int(np.argmax(arrived)) if arrived.any() else -1


def test_a_road_takes_the_days_that_its_length_takes() -> None:
    assert arrival_day(399, 200, False) == 1
    assert arrival_day(400, 200, False) == 1
    assert arrival_day(401, 200, False) == 2
    # FLEE wants more than the distance: a road of exactly two days takes three.
    assert [arrival_day(km, 200, True) for km in (399, 400, 401)] == [1, 2, 2]


@BOTH
def test_a_road_may_have_its_own_speed(compatible: bool) -> None:
    assert arrival_day(199, 400, compatible, road=(50.0,)) == 3
    assert arrival_day(199, 400, compatible, road=(None, 1.0), max_walk_speed=20.0) == 9
    assert arrival_day(199, 400, compatible, start_on_foot=True, max_walk_speed=40.0) == 4


def chain(n: int, km: float, **settings: Any) -> Instance:
    """Places on a line that everybody leaves at once; the last is a camp nobody leaves."""
    places = [place("P0", "conflict", 10, initial_idps=100)]
    places += [place(f"P{i}", "forwarding_hub") for i in range(1, n)] + [place("End", "camp")]
    names = [p.name for p in places]
    roads = [(a, b, km) for a, b in pairwise(names)]
    return case(places, roads, 2, [growing("total", 0, 0, 2)], camp_movechance=0.0, **settings)


def test_the_speed_limit_of_a_day_is_kept() -> None:
    # From the hub only ways back to P0 and on to the camp: 100 km a day reach no camp 120 km off.
    sane = run(chain(2, 60.0, max_move_speed=100.0))
    assert sane.people[0, 2] == 0
    # FLEE gives those who arrive early a whole new day: some are 120 km away that evening.
    assert run(chain(2, 60.0, max_move_speed=100.0), True).people[0, 2] > 0


def test_short_stints_are_avoided_in_towns() -> None:
    def at_town(avoid: bool) -> int:
        found = case(
            [
                place("A", "conflict", 10, initial_idps=1000),
                place("Town", "town"),
                place("Camp", "camp"),
            ],
            [("A", "Town", 10.0), ("Town", "Camp", 10.0)],
            1,
            [growing("total", 0, 0, 1)],
            default_movechance=0.0,
            max_move_speed=100.0,
            camp_movechance=0.0,
            avoid_short_stints=avoid,
        )
        return int(run(found).people[0, 1])

    assert at_town(False) == 1000
    assert at_town(True) < 100


# -- capacity ----------------------------------------------------------------------------------


def test_room_falls_from_the_buffer_to_the_capacity() -> None:
    found = fork(capacity_buffer=0.8)
    found = replace(found, places=(found.places[0], place("Near", "camp", 100), found.places[2]))
    host = FleeHost(compile_case(found), 1)
    room = [host.room(0, np.array([0, n, 10**6]))[1] for n in (0, 80, 90, 99, 100, 500)]
    np.testing.assert_allclose(room, [1, 1, 0.5, 0.05, 0, 0], atol=1e-12)
    assert host.room(0, np.array([10**6, 0, 10**6])).tolist() == [1, 1, 1]  # without a limit


@BOTH
def test_a_full_camp_takes_nobody_more(compatible: bool) -> None:
    found = fork(20_000, days=40)
    places = (found.places[0], place("Near", "camp", 3000), found.places[2])
    result = run(replace(found, places=places), compatible)
    near = result.people[:, 1]
    # Beyond 95 % nobody sets out for it; those of one day may have.
    assert 2850 <= near[-1] <= 3000 + 600
    assert near[-1] + result.people[-1, 2] + result.people[-1, 0] >= 19_000


def test_blind_is_a_world_in_which_camps_never_fill() -> None:
    found = fork(20_000, days=40)
    places = (found.places[0], place("Near", "camp", 3000), found.places[2])
    model = compile_case(replace(found, places=places))
    open_world = run_flee(compile_case(found), 1)
    np.testing.assert_array_equal(run_flee(without_capacity(model), 1).people, open_world.people)


def test_capacity_counts_once_and_is_scaled_only_in_the_sane_version() -> None:
    found = replace(
        fork(),
        places=(place("A", "conflict", 10), place("Near", "camp", 100), place("Far", "camp")),
    )
    found = replace(found, settings=replace(found.settings, capacity_scaling=1.25))
    assert compile_case(found).capacity.tolist() == [0, 125, 0]
    assert compile_case(found, compatible=True).capacity.tolist() == [0, 100, 0]


# -- paths ---------------------------------------------------------------------------------------


def test_paths_of_a_triangle() -> None:
    starts, ends = [0, 1, 1, 2, 2, 0], [1, 0, 2, 1, 0, 2]
    for awareness, number in ((1, 6), (2, 12), (3, 12)):
        paths = candidate_paths(starts, ends, [10] * 6, [False] * 3, awareness)
        assert len(paths.dest) == number
    two = candidate_paths(starts, ends, [10] * 6, [False] * 3, 2)
    mine = slice(two.ptr[0], two.ptr[1])
    assert sorted(zip(two.dest[mine].tolist(), two.metres[mine], strict=True)) == [
        (1, 10),
        (1, 20),
        (2, 10),
        (2, 20),
    ]


def test_a_marker_is_no_destination_and_uses_up_no_step() -> None:
    starts, ends = [0, 1, 1, 2], [1, 0, 2, 1]
    paths = candidate_paths(starts, ends, [10, 10, 20, 20], [False, True, False], 1)
    assert paths.dest.tolist() == [2, 0, 2, 0]
    assert paths.metres == [30, 10, 20, 30]
    assert np.diff(paths.link_ptr).tolist() == [2, 1, 1, 2]


def test_too_many_paths_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("travesia.kinds.flee.paths.MAX_PATHS", 5)
    with pytest.raises(TooManyPathsError):
        candidate_paths([0, 1, 1, 2, 2, 0], [1, 0, 2, 1, 0, 2], [10] * 6, [False] * 3, 2)


@BOTH
def test_whoever_is_aware_of_more_sees_beyond_the_next_place(compatible: bool) -> None:
    def in_camp(awareness: int) -> int:
        found = case(
            [
                place("A", "conflict", 10, initial_idps=1000),
                place("B", "conflict"),
                place("Camp", "camp"),
                place("Dull", "town"),
            ],
            [("A", "B", 50.0), ("B", "Camp", 50.0), ("A", "Dull", 50.0)],
            6,
            [growing("total", 0, 0, 6)],
            [Spell("A", 0, 5, 1.0), Spell("B", 0, 5, 1.0)],
            conflict_weight=0.01,
            camp_weight=20.0,
            camp_movechance=0.0,
            default_movechance=0.01,
            max_move_speed=60.0,
            awareness_level=awareness,
        )
        return int(run(found, compatible).people[-1, 2])

    assert in_camp(1) < 200  # B looks dangerous, so nearly all go to the dull town
    assert in_camp(2) > 800


# -- closures ------------------------------------------------------------------------------------


def closed_fork(closure: Closure, compatible: bool) -> FleeResult:
    found = fork(1000, days=20)
    places = (found.places[0], replace(found.places[1], country="Abroad"), found.places[2])
    return run(replace(found, places=places, closures=(closure,)), compatible)


@BOTH
@pytest.mark.parametrize(
    "closure", [Closure("country", "Home", "Abroad", 0, 10), Closure("location", "Near", "", 0, 10)]
)
def test_a_closed_border_lets_nobody_through(closure: Closure, compatible: bool) -> None:
    near = closed_fork(closure, compatible).people[:, 1]
    assert near[9] == 0
    assert near[-1] > 100


def test_a_closed_road_is_closed_only_in_the_sane_version() -> None:
    closure = Closure("link", "Near", "A", 0, 10)
    assert closed_fork(closure, False).people[9, 1] == 0
    assert closed_fork(closure, True).people[9, 1] > 100  # FLEE reads it and does nothing


def test_a_road_stays_shut_while_anything_closes_it_in_the_sane_version_only() -> None:
    closures = (
        Closure("location", "Near", "", 0, 4),
        Closure("link", "A", "Near", 2, 6),
        Closure("country", "Home", "Home", 0, 2),
        Closure("location", "Near", "", -5, 3),
    )
    for compatible, wanted in ((False, [0, 0, 0, 0, 0, 0, 1, 1]), (True, [0, 0, 1, 1, 1, 1, 1, 1])):
        model = compile_case(replace(fork(days=8), closures=closures), compatible=compatible)
        host = FleeHost(model, 1)
        seen = []
        for day in range(8):
            host.update_closures(day)
            seen.append(int(host.open[0]))
        assert seen == wanted


def test_a_camp_stays_shut_while_a_closure_holds_in_the_sane_version_only() -> None:
    closures = (Closure("camp", "Near", "", 0, 2), Closure("camp", "Near", "", 1, 4))
    for compatible, wanted in ((False, [0, 0, 0, 0, 1]), (True, [0, 0, 1, 1, 1])):
        model = compile_case(replace(fork(days=5), closures=closures), compatible=compatible)
        host = FleeHost(model, 1)
        seen = []
        for day in range(5):
            host.update_closures(day)
            seen.append(int(host.camp[1]))
        assert seen == wanted


@BOTH
def test_a_closed_camp_is_a_town_until_it_opens(compatible: bool) -> None:
    found = replace(fork(), closures=(Closure("camp", "Near", "", 0, 2),))
    host = FleeHost(compile_case(found, compatible=compatible), 1)
    host.update_closures(0)
    assert (host.chance[1], bool(host.camp[1]), bool(host.town[1])) == (0.3, False, True)
    host.update_closures(2)
    assert (host.chance[1], bool(host.camp[1]), bool(host.town[1])) == (0.0, True, False)


@BOTH
def test_people_on_a_road_that_closes_come_back(compatible: bool) -> None:
    found = case(
        [place("A", "conflict", 10, initial_idps=10), place("Camp", "camp")],
        [("A", "Camp", 250.0)],
        5,
        [growing("total", 0, 0, 5)],
        closures=[Closure("location", "Camp", "", 1, -1)],
        max_move_speed=100.0,
    )
    result = run(found, compatible)
    assert result.under_way.tolist() == [10, 10, 0, 0, 0]
    assert result.people[-1].tolist() == [10, 0]


# -- conflict and departures -----------------------------------------------------------------------


def test_intensity_that_changes_is_heeded_in_the_sane_version_only() -> None:
    found = fork(days=6)
    spells = (Spell("A", 0, 1, 1.0), Spell("A", 2, 3, 0.4))
    for compatible, wanted in ((False, [1, 1, 0.4, 0.4, -1, -1]), (True, [1, 1, 1, 1, 1, 1])):
        model = compile_case(replace(found, spells=spells), compatible=compatible)
        host = FleeHost(model, 1)
        seen = []
        for day in range(6):
            host.update_conflict(day)
            seen.append(host.intensity[0])
        assert seen == wanted  # FLEE 3.1 ends only a conflict of intensity 1


def test_people_wait_for_conflict_and_nobody_is_lost() -> None:
    found = replace(fork(3000, days=4), spells=(Spell("A", 2, 3, 1.0),))
    result = run(found)
    assert result.set_out.sum(axis=1).tolist() == [0, 0, 2000, 1000]
    assert result.waiting == 0


def test_spawning_follows_population_times_intensity() -> None:
    found = case(
        [place("A", "conflict", 3000), place("B", "conflict", 1000), place("C", "conflict", 9000)],
        [("A", "B", 9000.0), ("B", "C", 9000.0)],
        2,
        [growing("total", 0, 40_000, 2)],
        [Spell("A", 0, 1, 1.0), Spell("B", 0, 1, 0.5)],
    )
    a, b, c = run(found).set_out.sum(axis=0)
    assert (a + b, c) == (40_000, 0)
    assert five_sigma(a, 40_000, 3000 / 3500)


@pytest.mark.parametrize(
    ("mode", "rate", "daily"), [("constant", 30, 15), ("pop_ratio", 0.01, 20), ("poisson", 60, 30)]
)
def test_spawning_from_conflict(mode: str, rate: float, daily: float) -> None:
    found = case(
        [place("A", "conflict", 4000), place("B", "camp")],
        [("A", "B", 10.0)],
        400,
        [growing("total", 0, 0, 400)],
        [Spell("A", 0, 399, 0.5)],
        conflict_driven_spawning=True,
        spawn_mode=mode,
        displaced_per_conflict_day=rate,
    )
    out = run(found).set_out[:, 0]
    if mode == "poisson":
        assert abs(out.sum() - 400 * daily) < 5 * np.sqrt(400 * daily)
        assert out.var() == pytest.approx(daily, rel=0.4)
    else:
        assert set(out) == {daily}


def test_population_runs_out() -> None:
    found = case(
        [place("A", "conflict", 100), place("B", "camp")],
        [("A", "B", 10.0)],
        10,
        [growing("total", 0, 0, 10)],
        conflict_driven_spawning=True,
        displaced_per_conflict_day=30.0,
        take_from_population=True,
    )
    assert run(found).set_out[:, 0].tolist() == [30, 30, 30, 10, 0, 0, 0, 0, 0, 0]


def test_fewer_people_than_before_are_owed_not_removed() -> None:
    found = fork(days=5)
    days = [found.start.replace(day=d) for d in range(1, 6)]
    counts = replace(found.counts[0], dates=tuple(days), people=(0, 100, 60, 80, 150))
    model = compile_case(replace(found, counts=(counts,)))
    assert model.new_people.tolist() == [0, 100, 0, 0, 50]
    assert model.debt.tolist() == [0, 0, 40, 20, 0]


def test_day_zero_people_are_in_their_camps() -> None:
    found = read_instance(SMALL)
    for compatible in (False, True):
        model = compile_case(found, compatible=compatible)
        assert model.start_people.tolist() == [0, 0, 0, 187, 50]  # Duna: 150 x 1000 / 800


# -- counts ----------------------------------------------------------------------------------------


def test_counts_are_interpolated_and_cut_to_whole_people() -> None:
    start = read_instance(SMALL).start
    days = [(start.replace(day=d), float(v)) for d, v in ((3, 10), (6, 20))]
    assert interpolated(days, start, 8).tolist() == [10, 10, 10, 13, 16, 20, 20, 20]
    turned = interpolated(days[::-1], start, 8, file_order=True)
    # FLEE holds the count of the first row up to its date, then the last row's.
    assert turned.tolist() == [20, 20, 20, 20, 20, 20, 10, 10]


# -- determinism -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("threads", "chunks"), [(1, 1), (1, 7), (3, 3), (2, 5)])
def test_threads_and_chunks_change_nothing(threads: int, chunks: int) -> None:
    model = compile_case(read_instance(SMALL))
    one = run_flee(model, 3)
    other = run_flee(model, 3, threads=threads, chunks=chunks)
    for part in ("people", "under_way", "set_out", "entered"):
        np.testing.assert_array_equal(getattr(one, part), getattr(other, part))


@BOTH
def test_everybody_is_somewhere(compatible: bool) -> None:
    model = compile_case(read_instance(SMALL), compatible=compatible)
    result = run_flee(model, 3)
    there = result.people.sum(axis=1) + result.under_way
    ever = model.start_people.sum() + result.set_out.sum(axis=1).cumsum()
    np.testing.assert_array_equal(there, ever)
    assert (result.people >= 0).all()
    assert result.moves == result.entered.sum()


@BOTH
def test_a_seed_is_a_result_and_another_seed_another(compatible: bool) -> None:
    model = compile_case(read_instance(SMALL), compatible=compatible)
    one, same, other = (run_flee(model, s).people for s in (5, 5, 6))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_a_policy_later_leaves_earlier_days_alone() -> None:
    found = read_instance(SMALL)
    shut = replace(found, closures=(*found.closures, Closure("location", "Cumbre", "", 40, -1)))
    one, two = (run(f).people for f in (found, shut))
    np.testing.assert_array_equal(one[:40], two[:40])
    assert (one[40:] != two[40:]).any()


def test_memory_per_person() -> None:
    assert run(read_instance(SMALL)).bytes_per_person <= 64
