"""FLEE's settings file: every key is known, used or named as not carried over, or a fault."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from travesia.errors import ProblemList


@dataclass(frozen=True, slots=True)
class Settings:
    """FLEE's rules with FLEE's own names and defaults. Speeds and softening in km.

    Not FLEE's are ``known_camps``: whoever leaves a place chooses among all camps by the shortest
    way there, instead of next places; and ``camp_pull``: the weight of a camp grows with the
    people in it, as ``((people + base) / base) ** camp_pull`` with ``camp_pull_base`` people.
    """

    conflict_spawn_decay: tuple[float, ...] = ()
    conflict_spawn_decay_interval: int = 30
    take_from_population: bool = False
    insert_day0: bool = True
    empty_camps_on_day0: bool = False
    sum_from_camps: bool = True
    conflict_driven_spawning: bool = False
    spawn_mode: str = "constant"
    displaced_per_conflict_day: float = 500.0
    max_move_speed: float = 360.0
    max_walk_speed: float = 35.0
    foreign_weight: float = 1.0
    camp_weight: float = 1.0
    conflict_weight: float = 1.0 / 3.16227766017
    conflict_movechance: float = 1.0
    camp_movechance: float = 0.001
    idpcamp_movechance: float = 0.1
    default_movechance: float = 0.3
    awareness_level: int = 1
    capacity_buffer: float = 0.9
    capacity_scaling: float = 1.0
    avoid_short_stints: bool = False
    start_on_foot: bool = False
    softening: float = 10.0
    weight_softening: float = 0.0
    weight_power: float = 1.0
    distance_power: float = 1.0
    use_pop_for_loc_weight: bool = False
    pop_power_for_loc_weight: float = 0.1
    movechance_pop_base: float = 10000.0
    movechance_pop_scale_factor: float = 0.0
    hasten: int = 1
    known_camps: bool = False
    camp_pull: float = 0.0
    camp_pull_base: float = 1000.0


OWN_RULES = "own_rules"
"""Section of the rules that FLEE does not have; the compatible version does not heed them."""

SECTION = {
    **dict.fromkeys(
        ("conflict_spawn_decay", "conflict_spawn_decay_interval", "take_from_population",
         "insert_day0", "empty_camps_on_day0", "sum_from_camps"), "spawn_rules"),
    **dict.fromkeys(("spawn_mode", "displaced_per_conflict_day"), "conflict_driven_spawning"),
    "hasten": "optimisations",
    **dict.fromkeys(("known_camps", "camp_pull", "camp_pull_base"), OWN_RULES),
}  # fmt: skip
"""Section of the settings that are not move rules."""

UNUSED = {
    "log_levels": ("agent", "link", "camp", "init", "conflict", "idp_totals"),
    "spawn_rules": (
        "conflict_zone_spawning_only", "flood_zone_spawning_only", "camps_are_sinks",
        "camps_are_sicks", "read_from_agents_csv_file", "flood_driven_spawning",
        "average_social_connectivity", "starvation_driven_spawning", "refugee_debt",
    ),
    "move_rules": (
        "max_crossing_speed", "use_v1_rules", "stay_close_to_home", "home_distance_power",
        "ChildrenAvoidHazards", "BoysTakeRisk", "ElderlyAvoidHazards", "WomenAvoidHazards",
        "MatchCampEthnicity", "MatchTownEthnicity", "MatchConflictEthnicity", "MatchCampReligion",
        "children_avoid_hazards", "boys_take_risk", "match_camp_ethnicity", "match_town_ethnicity",
        "match_conflict_ethnicity", "match_camp_religion", "flood_rules", "flood_forecaster",
        "flood_forecaster_timescale", "flood_movechances", "flood_loc_weights",
        "flood_link_weights", "pruning_threshold", "fixed_routes", "use_economic_pull",
        "avoid_food_deprived_locations", "flee_when_starving", "harvest_months",
        "two_system_decision_making", "weight_by_major_routes",
    ),
    "optimisations": (),
    OWN_RULES: (),
    "flood_rules": ("max_flood_level",),
}  # fmt: skip
"""Keys of FLEE without a counterpart here. Named in the list of what was not carried over when
they are switched on; log levels are silently left out."""

TOP = ("number_of_steps", "conflict_input_file")
CHANCES = ("conflict_movechance", "camp_movechance", "idpcamp_movechance", "default_movechance",
           "capacity_buffer")  # fmt: skip
POSITIVE = ("max_move_speed", "max_walk_speed", "movechance_pop_base", "hasten",
            "camp_pull_base", "conflict_spawn_decay_interval")  # fmt: skip


def keys_of(section: str) -> tuple[str, ...]:
    """The settings that belong to a section."""
    names = (f.name for f in fields(Settings) if f.name != "conflict_driven_spawning")
    return tuple(n for n in names if SECTION.get(n, "move_rules") == section)


def read_settings(path: Path | None, problems: ProblemList, notes: list[str]) -> Settings:
    """Read a settings file; faults go to ``problems``, what has no effect here to ``notes``.

    Without a file FLEE's own defaults hold.
    """
    if path is None:
        return Settings()
    from travesia.scenario.yamlfile import read_yaml

    document = read_yaml(path, path.name, problems)
    if document is None:
        return Settings()
    raw = document.data
    if raw is not None and not isinstance(raw, Mapping):
        problems.error("the settings are not sections of keys", path.name, "see FLEE's template")
        return Settings()
    return parse_settings(dict(raw or {}), path.name, problems, notes)


def parse_settings(
    raw: Mapping[str, Any], where: str, problems: ProblemList, notes: list[str]
) -> Settings:
    """Settings out of the sections of FLEE's YAML file."""
    values: dict[str, Any] = {}
    for section, content in raw.items():
        if section in TOP:
            notes.append(f"{where}: `{section}` has no effect here")
            continue
        if section not in UNUSED:
            _unknown(section, [*UNUSED, *TOP], where, problems)
            continue
        if content is None:
            continue
        if not isinstance(content, Mapping):
            problems.error(f"{section} is not a section of keys", where, "indent its keys below it")
            continue
        _section(section, content, where, values, problems, notes)
    good = {k: v for k, v in values.items() if v is not None}
    return Settings(**good)


def _section(
    section: str, content: Mapping[str, Any], where: str, values: dict[str, Any],
    problems: ProblemList, notes: list[str],
) -> None:  # fmt: skip
    known = keys_of(section)
    for key, value in content.items():
        place = f"{where}, {section}.{key}"
        if key == "conflict_driven_spawning" and section == "spawn_rules":
            _spawning(value, where, values, problems)
        elif key in known:
            values[key] = _value(key, value, place, problems)
        elif key in UNUSED[section]:
            if section != "log_levels" and value not in (None, False, 0, [], ""):
                if key == "conflict_zone_spawning_only":
                    continue
                notes.append(f"{place} = {value}: not carried over; it has no effect here")
        else:
            _unknown(str(key), [*known, *UNUSED[section]], f"{where}, {section}", problems)


def _spawning(value: Any, where: str, values: dict[str, Any], problems: ProblemList) -> None:
    if value in (None, False):
        return
    values["conflict_driven_spawning"] = True
    for key, inner in value.items() if isinstance(value, Mapping) else ():
        place = f"{where}, conflict_driven_spawning.{key}"
        if key in ("spawn_mode", "displaced_per_conflict_day"):
            values[key] = _value(key, inner, place, problems)
        else:
            _unknown(str(key), ["spawn_mode", "displaced_per_conflict_day"], place, problems)
    if values.get("spawn_mode") == "pop_ratio":
        values.setdefault("displaced_per_conflict_day", 0.01)


def _unknown(key: str, known: list[str], where: str, problems: ProblemList) -> None:
    close = difflib.get_close_matches(key, known, 1)
    cure = f"did you mean {close[0]}?" if close else "remove it"
    problems.error(f"there is no setting {key!r}; FLEE would ignore it silently", where, cure)


def _value(key: str, value: Any, where: str, problems: ProblemList) -> Any:
    """One value in the type of its field; None (and a problem) if it makes no sense."""
    default = getattr(Settings(), key)
    if value is None:
        return None
    if key == "conflict_spawn_decay":
        good = isinstance(value, list) and all(_is_number(v) and v >= 0 for v in value)
        if not good:
            problems.error(f"{value!r} is not a list of factors", where, "e.g. [1.0, 1.0, 0.5]")
            return None
        return tuple(float(v) for v in value)
    if key == "spawn_mode":
        if str(value).lower() not in ("constant", "pop_ratio", "poisson"):
            problems.error(f"unknown mode {value!r}", where, "use constant, pop_ratio or Poisson")
            return None
        return str(value).lower()
    if isinstance(default, bool):
        if not isinstance(value, bool):
            problems.error(f"{value!r} is not true or false", where, "write it unquoted")
            return None
        return value
    return _number(key, value, isinstance(default, int), where, problems)


def _number(key: str, value: Any, whole: bool, where: str, problems: ProblemList) -> Any:
    if not _is_number(value) or (whole and value != int(value)):
        problems.error(f"{value!r} is not a {'whole ' if whole else ''}number", where, "correct it")
        return None
    if key == "awareness_level" and value == 0:
        problems.error(
            "awareness_level 0 lets nobody choose a road: everyone would stay for ever", where,
            "use 1 (next places), 2 or 3",
        )  # fmt: skip
        return None
    if key == "awareness_level" and value < 0:
        problems.warn(f"awareness_level {value} acts as 1 in FLEE, and so here", where, "write 1")
        return 1
    if key in CHANCES and not 0 <= value <= 1:
        problems.error(f"{value} is not a chance", where, "use a number from 0 to 1")
        return None
    if (key in POSITIVE and value <= 0) or value < 0:
        problems.error(f"{value} is too small", where, "use a positive number")
        return None
    return int(value) if whole else float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def as_sections(settings: Settings) -> dict[str, dict[str, Any]]:
    """Settings in FLEE's sections, every key written out."""
    out: dict[str, dict[str, Any]] = {}
    for section in ("spawn_rules", "move_rules", OWN_RULES, "optimisations"):
        out[section] = {k: _plain(getattr(settings, k)) for k in keys_of(section)}
    if settings.conflict_driven_spawning:
        out["spawn_rules"]["conflict_driven_spawning"] = {
            k: _plain(getattr(settings, k)) for k in keys_of("conflict_driven_spawning")
        }
    return out


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


__all__ = ["Settings", "as_sections", "keys_of", "parse_settings", "read_settings"]
