"""FLEE's settings file: every key that FLEE reads is carried, or named with what it matters."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from travesia.errors import ProblemList
from travesia.kinds.flee.keys import EFFECTLESS, TOP, is_off
from travesia.kinds.flee.values import value_of


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


DEFAULTS = Settings()

V1_RULES = {
    "max_move_speed": 200.0, "start_on_foot": False, "avoid_short_stints": False,
    "camp_weight": 2.0, "conflict_weight": 0.25,
}  # fmt: skip
"""What ``use_v1_rules`` sets in FLEE, whatever the file says."""

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

INNER = ("spawn_mode", "displaced_per_conflict_day")
SECTIONS = (*EFFECTLESS, OWN_RULES)


def keys_of(section: str) -> tuple[str, ...]:
    """The settings that belong to a section."""
    names = (f.name for f in fields(Settings) if f.name != "conflict_driven_spawning")
    return tuple(n for n in names if SECTION.get(n, "move_rules") == section)


def known_keys(section: str) -> tuple[str, ...]:
    """Every key that may stand in a section of FLEE's file."""
    more = {
        "spawn_rules": ("conflict_driven_spawning", "flood_zone_spawning_only"),
        "move_rules": ("flood_rules", "use_v1_rules"),
    }
    return (*keys_of(section), *more.get(section, ()), *EFFECTLESS.get(section, ()))


@dataclass(slots=True)
class _Reading:
    """What is gathered while a file is read. ``own``: it is a scenario's, not FLEE's."""

    where: str
    problems: ProblemList
    notes: list[str]
    own: bool
    values: dict[str, Any] = field(default_factory=dict)

    def set(self, key: str, value: Any, place: str) -> None:
        found = value_of(key, value, getattr(DEFAULTS, key), place, self.problems)
        if found is not None:
            self.values[key] = found


def read_settings(path: Path | None, problems: ProblemList, notes: list[str]) -> Settings:
    """Read a settings file; faults go to ``problems``, what has no effect here to ``notes``.

    Without a file FLEE's own defaults hold.
    """
    if path is None:
        return Settings()
    from travesia.scenario.yamlfile import read_yaml

    mine = ProblemList()
    document = read_yaml(path, path.name, mine)
    for p in mine:
        if "is given twice" in p.what:  # FLEE takes the last one
            problems.warn(f"{p.what}: the last one holds, as in FLEE", p.where, p.cure)
        else:
            problems.extend([p])
    raw = document.data if document is not None else None
    if raw is not None and not isinstance(raw, Mapping):
        problems.error("the settings are not sections of keys", path.name, "see FLEE's template")
        raw = None
    return parse_settings(raw or {}, path.name, problems, notes)


def parse_settings(
    raw: Mapping[Any, Any],
    where: str,
    problems: ProblemList,
    notes: list[str],
    *,
    own: bool = False,
) -> Settings:
    """Settings out of the sections of FLEE's YAML file, or (``own``) of a scenario's.

    A key that FLEE does not know is a remark in FLEE's file, as FLEE goes on without it, and a
    fault in a scenario.
    """
    reading = _Reading(where, problems, notes, own)
    for section, content in raw.items():
        if section not in SECTIONS:
            _outside(str(section), content, reading)
        elif content is not None and not isinstance(content, Mapping):
            problems.error(f"{section} is not a section of keys", where, "indent its keys below it")
        else:
            _section(section, content or {}, reading)
    return Settings(**reading.values)


def _outside(section: str, content: Any, r: _Reading) -> None:
    """A key at the top of a file that is no section with a counterpart."""
    if section in TOP:
        r.notes.append(f"{r.where}: `{section}` has no effect here: {TOP[section]}")
        return
    what = "the key has"
    if isinstance(content, Mapping):
        what = "the section and all its keys have"
    _unknown(section, [*SECTIONS, *TOP], r.where, r, what)


def _section(section: str, content: Mapping[Any, Any], r: _Reading) -> None:
    known = keys_of(section)
    useless = EFFECTLESS.get(section, {})
    for key, value in content.items():
        place = f"{r.where}, {section}.{key}"
        if key == "conflict_driven_spawning" and section == "spawn_rules":
            _spawning(value, r)
        elif key in known:
            r.set(key, value, place)
        elif key in useless:
            if not is_off(key, value):
                r.notes.append(f"{place} = {value}: has no effect here: {useless[key]}")
        elif key in known_keys(section):
            _special(key, value, place, r)
        else:
            _unknown(str(key), known_keys(section), f"{r.where}, {section}", r)
    if content.get("use_v1_rules") and section == "move_rules":
        r.values.update(V1_RULES)  # whatever else the section says


def _special(key: str, value: Any, place: str, r: _Reading) -> None:
    """Keys that stand for a whole model: floods are not simulated, FLEE's first rules are."""
    if key == "use_v1_rules":
        if value:
            told = ", ".join(f"{k} {v}" for k, v in V1_RULES.items())
            r.problems.warn(f"use_v1_rules sets {told}, as in FLEE", place)
    elif isinstance(value, Mapping) or not is_off(key, value):
        r.problems.error(
            f"this is a case of floods ({key}): floods are not simulated here",
            place,
            "remove the key to import the case without floods, if it has conflicts",
        )


def _spawning(value: Any, r: _Reading) -> None:
    if value is None:
        return
    place = f"{r.where}, conflict_driven_spawning"
    r.values["conflict_driven_spawning"] = value is not False
    if not isinstance(value, Mapping):
        told = "off" if value is False else "on, with its defaults"
        r.problems.warn(
            f"it is {value!r} where FLEE wants keys below it: taken for {told}",
            place,
            "write spawn_mode and displaced_per_conflict_day below it",
        )
        return
    for key, inner in value.items():
        if key in INNER:
            r.set(key, inner, f"{place}.{key}")
        else:
            _unknown(str(key), INNER, place, r)
    if r.values.get("spawn_mode") == "pop_ratio":
        r.values.setdefault("displaced_per_conflict_day", 0.01)
    elif not float(number := r.values.get("displaced_per_conflict_day", 500.0)).is_integer():
        r.problems.warn(
            f"displaced_per_conflict_day {number:g} is cut to {int(number)}, as in "
            "FLEE (but with pop_ratio)",
            place,
            "write a whole number",
        )
        r.values["displaced_per_conflict_day"] = float(int(number))


def _unknown(
    key: str, known: Sequence[str], where: str, r: _Reading, what: str = "the key has"
) -> None:
    close = difflib.get_close_matches(key, known, 1)
    cure = f"did you mean {close[0]}?" if close else "remove it"
    if r.own:
        r.problems.error(f"there is no setting {key!r}", where, cure)
        return
    home = next((s for s in SECTIONS if key in known_keys(s)), None)
    if home is not None:
        cure = f"move it below {home}"
    r.problems.warn(f"FLEE has no {key!r} here and ignores it: {what} no effect", where, cure)


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


__all__ = [
    "Settings", "as_sections", "keys_of", "known_keys", "parse_settings", "read_settings",
]  # fmt: skip
