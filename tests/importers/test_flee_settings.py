"""Every key that FLEE reads from its settings, with the values that it runs with.

The keys are those of the sources of FLEE 3.1 and of its version of May 2026; where FLEE 3.1 is
installed, the list is compared with what it reads.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from tests.flee.helpers import copy_case, edit
from travesia.errors import InputError, ProblemList
from travesia.kinds.flee import Settings, read_instance
from travesia.kinds.flee.keys import EFFECTLESS, TOP
from travesia.kinds.flee.settings import as_sections, known_keys, parse_settings

SWITCH = (True, False, None, 1, 0, "yes", "no", "on", "off", "True", "false")
CHANCE = (0, 0.3, 1, 1.0, 1.5, 2, -0.1, "0.3", True)
WEIGHT = (0, 0.25, 1, 2.5, 100, "2.5", True)
POWER = (0, 0.5, 1, 2, -1, "0.75")
SPEED = (1, 35, 360.0, 2000, "360")
LOG = (0, 1, 2)

READ: dict[str, dict[str, tuple[Any, ...]]] = {
    "": {
        "number_of_steps": (10, -1, 300.0),
        "conflict_input_file": ("", "conflicts.csv"),
        "flood_level_input_file": ("", "flood_level.csv"),
        "default_conflict_intensity": (1.0, 0.5),
        "flood_rules": (None, {"max_flood_level": -1}),
    },
    "log_levels": {
        **dict.fromkeys(("agent", "link", "camp", "init", "conflict", "idp_totals"), LOG),
        "granularity": ("location", "region"),
    },
    "spawn_rules": {
        "take_from_population": SWITCH, "insert_day0": SWITCH, "empty_camps_on_day0": SWITCH,
        "sum_from_camps": SWITCH, "conflict_zone_spawning_only": SWITCH,
        "flood_zone_spawning_only": (False, None, 0), "camps_are_sinks": SWITCH,
        "camps_are_sicks": SWITCH, "read_from_agents_csv_file": SWITCH,
        "starvation_driven_spawning": SWITCH, "average_social_connectivity": (3.0, 0, 7),
        "conflict_driven_spawning": (
            None, {}, {"spawn_mode": "constant", "displaced_per_conflict_day": 500},
            {"spawn_mode": "pop_ratio", "displaced_per_conflict_day": 0.01},
            {"spawn_mode": "Poisson"}, {"displaced_per_conflict_day": "40"}),
        "flood_driven_spawning": (None, {"spawn_mode": "constant"}),
        "flood_driven_spawn_mode": (None, {"displaced_per_flood_day": [0, 1]}),
        "conflict_spawn_decay": (
            None, [], [1.0, 1.0, 0.5], [1], ["1.0", "0.1"], {0: 1.0, 1: 0.5}, {"0": 1, "1": 0}),
        "conflict_spawn_decay_interval": (30, 7, 14.5),
    },
    "move_rules": {
        **dict.fromkeys(("max_move_speed", "max_walk_speed", "max_crossing_speed"), SPEED),
        **dict.fromkeys(("foreign_weight", "camp_weight", "conflict_weight", "weight_softening",
                         "softening"), WEIGHT),
        **dict.fromkeys(("conflict_movechance", "camp_movechance", "idpcamp_movechance",
                         "default_movechance"), CHANCE),
        "awareness_level": (-1, 0, 1, 2, 3, 1.5, "2"),
        "capacity_buffer": (0.0, 0.5, 0.9, 1.0, 1.2, 2),
        "capacity_scaling": WEIGHT, "weight_power": (0, 0.5, 1.0, 2),
        **dict.fromkeys(("distance_power", "pop_power_for_loc_weight",
                         "movechance_pop_scale_factor"), POWER),
        "movechance_pop_base": (1, 10000.0), "home_distance_power": POWER,
        "pruning_threshold": (1.0, 0.5, 10),
        "avg_religion_fraction": (0.25, 0.5), "harvest_months": ([], [9, 10]),
        "two_system_decision_making": (False, True, 0.0, 1.0), "use_economic_pull": SWITCH,
        **dict.fromkeys((
            "avoid_short_stints", "start_on_foot", "use_v1_rules", "stay_close_to_home",
            "use_pop_for_loc_weight", "WomenAvoidHazards", "ChildrenAvoidHazards",
            "ElderlyAvoidHazards", "BoysTakeRisk", "MatchCampReligion", "MatchCampEthnicity",
            "MatchTownEthnicity", "MatchConflictEthnicity", "fixed_routes", "flee_when_starving",
            "avoid_food_deprived_locations"), SWITCH),
        "flood_rules": (None,),
        "max_flood_level": (-1, 4), "flood_movechances": ([0.0, 1.0],),
        "flood_loc_weights": ([1.0, 0.1],), "flood_link_weights": (None,),
        "flood_forecaster": SWITCH, "flood_forecaster_timescale": (0, 5),
        "flood_forecaster_weights": ([1.0],), "flood_forecaster_end_time": (10,),
        "flood_awareness_weights": ([1.0],),
    },
    "optimisations": {"hasten": (1, 10, 100.0, "10")},
}  # fmt: skip
"""By section, every key that FLEE or a published settings file has, and values FLEE runs with."""

CELLS = [(s, k, v) for s, keys in READ.items() for k, values in keys.items() for v in values]


def parsed(raw: dict[Any, Any]) -> tuple[Settings, list[str], list[str]]:
    problems, notes = ProblemList(), list[str]()
    found = parse_settings(raw, "simsetting.yml", problems, notes)
    problems.raise_if_any("refused")
    return found, [str(p) for p in problems.warnings], notes


@pytest.mark.parametrize(("section", "key", "value"), CELLS)
def test_no_key_that_flee_reads_is_unknown_or_refused(section: str, key: str, value: Any) -> None:
    found, remarks, notes = parsed({section: {key: value}} if section else {key: value})
    assert not [r for r in remarks if "FLEE has no" in r]
    if key in EFFECTLESS.get(section, {}) or (not section and key in TOP):
        assert found == Settings()
        assert all(f"{key}" in n and "no effect here: " in n for n in notes)
    else:
        assert not notes
    again, _, _ = parsed(as_sections(found))
    assert again == found


def test_every_key_with_a_place_here_is_tried() -> None:
    for section, keys in READ.items():
        tried = set(keys) | {"refused"}
        known = set(TOP) if not section else set(known_keys(section))
        useless = EFFECTLESS.get(section, {})
        unread = {k for k, told in useless.items() if "does not read" in told}
        assert known - unread <= tried, section
        assert set(keys) <= known, section


def test_what_the_installed_flee_reads_is_known() -> None:
    spec = importlib.util.find_spec("flee")
    if spec is None or spec.origin is None:
        pytest.skip("FLEE 3.1 is not installed")
    source = (Path(spec.origin).parent / "SimulationSettings.py").read_text("utf-8")
    sections = {
        "dp": "",
        "dpll": "log_levels",
        "dps": "spawn_rules",
        "dpr": "move_rules",
        "dpo": "optimisations",
    }
    found = re.findall(r'fetchss\((\w+), ?"(\w+)"', source)
    assert len(found) > 50
    for variable, key in found:
        section = sections.get(variable)
        if section is None or key in (*sections.values(), "flood_rules"):
            continue  # inner keys of spawning and floods
        if variable == "dps" and key.startswith("flood_") and key.endswith(("chances", "weights")):
            continue  # 3.1 reads these in the wrong section, and stops
        assert key in READ[section], key


FLEES: dict[str, tuple[dict[Any, Any], dict[str, Any], str]] = {
    "a blank switch is off": (
        {"spawn_rules": {"insert_day0": None}}, {"insert_day0": False}, "takes for false"),
    "a word in quotes is on": (
        {"move_rules": {"avoid_short_stints": "False"}}, {"avoid_short_stints": True},
        "takes for true"),
    "no is off": ({"spawn_rules": {"insert_day0": "no"}}, {"insert_day0": False}, ""),
    "a blank number is its default": (
        {"move_rules": {"max_move_speed": None}}, {"max_move_speed": 360.0}, "FLEE stops here"),
    "a number in quotes": (
        {"move_rules": {"softening": "30"}}, {"softening": 30.0}, "taken for 30"),
    "a level is cut": (
        {"move_rules": {"awareness_level": 1.5}}, {"awareness_level": 1}, "cut to 1, as in FLEE"),
    "a negative level": (
        {"move_rules": {"awareness_level": -1}}, {"awareness_level": 1}, "acts as 1"),
    "a chance above 1": (
        {"move_rules": {"conflict_movechance": 1.5}}, {"conflict_movechance": 1.5}, "acts as 1"),
    "a buffer above 1": (
        {"move_rules": {"capacity_buffer": 1.2}}, {"capacity_buffer": 1.2},
        "up to 1.2 times their capacity"),
    "a mapping of factors": (
        {"spawn_rules": {"conflict_spawn_decay": {1: 0.5, 0: 1.0}}},
        {"conflict_spawn_decay": (1.0, 0.5)}, "in the order of their keys"),
    "the first rules of FLEE": (
        {"move_rules": {"use_v1_rules": True, "max_move_speed": 500, "camp_weight": 9}},
        {"max_move_speed": 200.0, "camp_weight": 2.0, "conflict_weight": 0.25},
        "use_v1_rules sets max_move_speed 200"),
    "spawning without keys": (
        {"spawn_rules": {"conflict_driven_spawning": True}}, {"conflict_driven_spawning": True},
        "taken for on, with its defaults"),
    "spawning a share": (
        {"spawn_rules": {"conflict_driven_spawning": {"spawn_mode": "pop_ratio"}}},
        {"spawn_mode": "pop_ratio", "displaced_per_conflict_day": 0.01}, ""),
    "spawning half a person": (
        {"spawn_rules": {"conflict_driven_spawning": {"displaced_per_conflict_day": 10.5}}},
        {"displaced_per_conflict_day": 10.0}, "cut to 10"),
    "a key that nobody reads": (
        {"move_rules": {"awarenes_level": 3}}, {"awareness_level": 1},
        "did you mean awareness_level?"),
    "an inner key that nobody reads": (
        {"spawn_rules": {"conflict_driven_spawning": {"spawnmode": "Poisson"}}},
        {"spawn_mode": "constant"}, "did you mean spawn_mode?"),
}  # fmt: skip


@pytest.mark.parametrize("name", FLEES)
def test_values_are_taken_as_flee_takes_them(name: str) -> None:
    raw, wanted, word = FLEES[name]
    found, remarks, _ = parsed(raw)
    assert {k: getattr(found, k) for k in wanted} == wanted
    assert word in "\n".join(remarks)
    assert bool(word) == bool(remarks)


STOPS: dict[str, tuple[dict[Any, Any], str]] = {
    "no number": ({"move_rules": {"softening": "far"}}, "'far' is not a number"),
    "a list for a number": ({"move_rules": {"softening": [1]}}, "[1] is not a number"),
    "no speed": ({"move_rules": {"max_move_speed": 0}}, "max_move_speed 0 is too small"),
    "a negative weight": ({"move_rules": {"camp_weight": -1}}, "camp_weight -1 is too small"),
    "one person for none": ({"optimisations": {"hasten": 0}}, "hasten 0 is too small"),
    "no measure": ({"move_rules": {"camp_weight": 1e12}}, "beyond all measure"),
    "a steep power": ({"move_rules": {"distance_power": 500}}, "beyond all measure"),
    "not finite": ({"move_rules": {"softening": float("inf")}}, "is not a number"),
    "an unknown mode": (
        {"spawn_rules": {"conflict_driven_spawning": {"spawn_mode": "linear"}}}, "'linear'"),
    "factors that are none": (
        {"spawn_rules": {"conflict_spawn_decay": 0.5}}, "0.5 is not a list of factors"),
    "factors with a gap": (
        {"spawn_rules": {"conflict_spawn_decay": {0: 1.0, 2: 0.5}}}, "is not a list of factors"),
    "keys without their section": ({"move_rules": "softening"}, "not a section of keys"),
    "floods": ({"move_rules": {"flood_rules": {}}}, "this is a case of floods (flood_rules)"),
    "departures by floods": (
        {"spawn_rules": {"flood_zone_spawning_only": "yes"}}, "this is a case of floods"),
}  # fmt: skip


@pytest.mark.parametrize("name", STOPS)
def test_what_flee_stops_at_and_floods_are_refused(name: str) -> None:
    raw, word = STOPS[name]
    with pytest.raises(InputError) as caught:
        parsed(raw)
    assert word in str(caught.value)
    assert all(p.cure for p in caught.value.problems)


def test_what_has_no_effect_says_what_it_matters(tmp_path: Path) -> None:
    case = copy_case(tmp_path)
    edit(
        case,
        "simsetting.yml",
        "move_rules:",
        "log_levels:\n  granularity: location\n  agent: 1\nmove_rules:\n"
        "  stay_close_to_home: True\n  max_flood_level: 3\n  children_avoid_hazards: True\n"
        "  fixed_routes: False",
    )
    found = read_instance(case)
    assert not found.remarks
    told = dict(note.split(": has no effect here: ") for note in found.not_carried)
    assert told["simsetting.yml, log_levels.granularity = location"].endswith("no result changes")
    assert told["simsetting.yml, log_levels.agent = 1"].endswith("no result changes")
    assert "may go farther" in told["simsetting.yml, move_rules.stay_close_to_home = True"]
    assert "below flood_rules" in told["simsetting.yml, move_rules.max_flood_level = 3"]
    assert "does not read" in told["simsetting.yml, move_rules.children_avoid_hazards = True"]
    assert not any("fixed_routes" in n for n in found.not_carried)


def test_a_scenario_still_refuses_a_setting_that_does_not_exist() -> None:
    problems = ProblemList()
    parse_settings({"move_rules": {"sofftening": 1}}, "scenario.yaml", problems, [], own=True)
    (fault,) = problems.errors
    assert str(fault) == (
        "scenario.yaml, move_rules: there is no setting 'sofftening' → did you mean softening?"
    )
