"""Rules that FLEE does not have, against closed forms: known camps, and the pull of a camp."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.flee.helpers import SMALL
from tests.flee.test_command_line import ask
from tests.flee.worlds import case, growing, place
from travesia.cli.app import run_app
from travesia.errors import ProblemList
from travesia.kinds.flee import (
    Closure,
    Instance,
    load_scenario,
    read_instance,
    write_scenario,
)
from travesia.kinds.flee.compile import compile_case
from travesia.kinds.flee.host import FleeHost
from travesia.kinds.flee.paths import candidate_paths, ways_to_camps
from travesia.kinds.flee.profile import FITTED_RULES, fitted_values, under_rule
from travesia.kinds.flee.rules import RULES, with_rule
from travesia.kinds.flee.score import score_flee
from travesia.kinds.flee.settings import parse_settings
from travesia.kinds.flee.simulation import FleeResult, run_flee
from travesia.kinds.flee.tables import run_case

PEOPLE = 50_000


def chain(closures: list[Closure] | None = None, days: int = 4, **more: Any) -> Instance:
    """A conflict with a camp behind a town (200 km), and one far along a road (600 km)."""
    settings = {
        "known_camps": True,
        "camp_movechance": 0.0,
        "softening": 0.0,
        "max_move_speed": 2000.0,
        "insert_day0": False,
        "distance_power": 1.0,
    } | more
    return case(
        [
            place("A", "conflict", 10),
            place("Town", "town"),
            place("Near", "camp"),
            place("Far", "camp"),
        ],
        [("A", "Town", 100.0), ("Town", "Near", 100.0), ("A", "Far", 600.0)],
        days,
        [growing("total", 0, PEOPLE, days)],
        closures=closures,
        **settings,
    )


def last_day(found: Instance, **how: Any) -> list[int]:
    result: FleeResult = run_flee(compile_case(found), 1, **how)
    return [int(n) for n in result.people[-1]]


def test_whoever_knows_the_camps_chooses_by_the_shortest_way() -> None:
    a, town, near, far = last_day(chain())
    assert (a, town) == (0, 0)
    assert near + far == PEOPLE
    assert abs(near - 0.75 * PEOPLE) < 5 * np.sqrt(PEOPLE * 0.75 * 0.25)  # 600 : 200 km


def test_nobody_is_sent_to_a_camp_that_is_closed() -> None:
    shut = [Closure("camp", "Near", "", 0, -1)]
    assert last_day(chain(shut)) == [0, 0, 0, PEOPLE]
    both = [*shut, Closure("camp", "Far", "", 0, -1)]
    assert last_day(chain(both)) == [PEOPLE, 0, 0, 0]


def test_a_closed_road_on_the_way_leaves_the_other_camp() -> None:
    assert last_day(chain([Closure("link", "Town", "Near", 0, -1)])) == [0, 0, 0, PEOPLE]


def test_a_camp_draws_by_the_people_in_it() -> None:
    found = chain(camp_pull=1.0, camp_pull_base=100.0, days=1)
    host = FleeHost(compile_case(found), 1)
    people = np.array([700, 700, 0, 300])
    np.testing.assert_allclose(host.pull(people), [1, 1, 1, 4])
    # Weights of A's ways: Near 1 / 200 km x 1, Far 1 / 600 km x 4.
    share = host.path_thresholds(0, host.pull(people))[:2] / 2**31
    np.testing.assert_allclose(share, [(1 / 200) / (1 / 200 + 4 / 600), 1.0], rtol=1e-9)
    square = FleeHost(
        compile_case(replace(found, settings=replace(found.settings, camp_pull=2.0))), 1
    )
    np.testing.assert_allclose(square.pull(people), [1, 1, 1, 16])


def test_the_base_of_the_pull_is_people_at_any_resolution() -> None:
    found = chain(camp_pull=1.0, camp_pull_base=100.0, days=1)
    tenth = FleeHost(compile_case(found, hasten=10), 1)
    np.testing.assert_allclose(tenth.pull(np.array([0, 0, 0, 30])), [1, 1, 1, 4])


def test_flee_31_does_not_heed_our_rules() -> None:
    small = read_instance(SMALL)
    other = with_rule(small, {"known_camps": True, "camp_pull": 1.0})
    runs = [run_flee(compile_case(c, compatible=True), 3) for c in (small, other)]
    np.testing.assert_array_equal(runs[0].people, runs[1].people)
    sane = [run_flee(compile_case(c), 3) for c in (small, other)]
    assert (sane[0].people != sane[1].people).any()


def test_threads_change_nothing() -> None:
    found = chain(camp_pull=0.7)
    assert last_day(found) == last_day(found, threads=2, chunks=7)


@pytest.mark.parametrize("seed", range(5))
def test_ways_are_the_shortest_of_all_paths(seed: int) -> None:
    generator = np.random.default_rng(seed)
    starts: list[int] = []
    ends: list[int] = []
    n, metres = 7, []
    for _ in range(11):
        a, b = (int(v) for v in generator.choice(n, 2, replace=False))
        if (a, b) not in zip(starts, ends, strict=True):
            length = int(generator.integers(1, 1000))
            starts += [a, b]
            ends += [b, a]
            metres += [length, length]
    camps = [0, 3]
    ways = ways_to_camps(starts, ends, metres, n, camps)
    every = candidate_paths(starts, ends, metres, [False] * n, n)
    for origin in range(n):
        mine = range(ways.ptr[origin], ways.ptr[origin + 1])
        found = {int(ways.dest[c]): ways.metres[c] for c in mine}
        wanted: dict[int, int] = {}
        for c in range(every.ptr[origin], every.ptr[origin + 1]):
            camp = int(every.dest[c])
            if camp in camps:
                wanted[camp] = min(wanted.get(camp, 10**9), every.metres[c])
        assert found == wanted
        for c in mine:
            way = ways.links[ways.link_ptr[c] : ways.link_ptr[c + 1]]
            assert starts[way[0]] == origin
            assert ends[way[-1]] == ways.dest[c]
            assert all(ends[a] == starts[b] for a, b in pairwise(way))
            assert sum(metres[k] for k in way) == ways.metres[c]


def test_our_rules_survive_the_scenario_folder(tmp_path: Path) -> None:
    found = with_rule(read_instance(SMALL), {"known_camps": True, "camp_pull": 0.25})
    folder = write_scenario(found, tmp_path / "scenario")
    assert "own_rules" in (folder / "scenario.yaml").read_text("utf-8")
    assert load_scenario(folder).settings == found.settings


def test_a_faulty_rule_is_named() -> None:
    problems = ProblemList()
    parse_settings(
        {"own_rules": {"camp_pull": -1, "camp_pull_base": 0, "known_camps": 1, "camp_push": 2}},
        "scenario.yaml",
        problems,
        [],
    )
    text = "\n".join(str(p) for p in problems)
    for word in ("camp_pull: ", "camp_pull_base: ", "known_camps: ", "did you mean camp_pull?"):
        assert word in text, text


@pytest.mark.parametrize(("name", "rule"), FITTED_RULES.items())
def test_a_fitted_rule_on_the_command_line(
    name: str, rule: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario, run = str(tmp_path / "scenario"), str(tmp_path / "run")
    ask(capsys, "import", "flee", str(SMALL), "-o", scenario)
    told = ask(capsys, "run", scenario, "--out", run, "--rule", name)
    assert told["rule"] == told["score"]["rule"] == rule
    assert told["numbers"] == told["score"]["numbers"] == "fitted"
    wanted = under_rule(load_scenario(Path(scenario)), name)
    assert {k: getattr(wanted.settings, k) for k in fitted_values(name)} == fitted_values(name)
    assert told["score"]["ard"] == score_flee(run_case(wanted)).ard
    assert run_app(["score", run]) == 0
    shown = capsys.readouterr().out
    assert "numbers fitted on FLEE's published cases" in shown
    assert ("rule of known camps" in shown) == (name == "camps")
    other = str(tmp_path / "other")
    assert run_app(["run", scenario, "--out", other, "--rule", "best", "--sample", "2"]) == 2
    told_faults = capsys.readouterr().err
    assert "use given, fitted, camps" in told_faults
    assert "--sample" in told_faults
    assert run_app(["run", scenario, "--out", other, "--rule", name, "--compatible"]) == 2
    assert "FLEE 3.1 goes without" in capsys.readouterr().err


@pytest.mark.parametrize("name", FITTED_RULES)
def test_the_fitted_numbers_lie_in_their_ranges(name: str) -> None:
    numbers = fitted_values(name)
    rule = RULES[FITTED_RULES[name]]
    assert set(numbers) == {*rule.fixed, *(r.setting for r in rule.ranges)}
    assert {k: numbers[k] for k in rule.fixed} == rule.fixed
    assert all(r.low <= numbers[r.setting] <= r.high for r in rule.ranges)
