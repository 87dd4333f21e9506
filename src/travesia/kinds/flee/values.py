"""Values of settings as FLEE takes them: it casts what it finds and checks next to nothing.

What FLEE would run with is carried; where that is not what one would expect of the value, a remark
says how it is taken. What FLEE would stop at, or what makes no sense, is a fault.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from travesia.errors import ProblemList

CHANCES = ("conflict_movechance", "camp_movechance", "idpcamp_movechance", "default_movechance")
POSITIVE = ("max_move_speed", "max_walk_speed", "movechance_pop_base", "hasten",
            "camp_pull_base", "conflict_spawn_decay_interval")  # fmt: skip
SIGNED = (*CHANCES, "awareness_level", "capacity_buffer", "distance_power",
          "pop_power_for_loc_weight", "movechance_pop_scale_factor")  # fmt: skip
"""Numbers that may be negative; what that means FLEE's formula says."""

MODES = ("constant", "pop_ratio", "poisson")
YES, NO = ("yes", "on"), ("no", "off")
"""Words that FLEE's reader of YAML takes for true and false; ours leaves them words."""

LARGEST = 1e9
"""No setting has a use beyond this."""

STEEPEST = 100.0
"""Powers beyond this are more than a computer's numbers hold, in FLEE too."""

WORDED = ("conflict_spawn_decay", "spawn_mode")
"""Keys whose value is neither a number nor true or false."""


def value_of(key: str, value: Any, default: Any, where: str, problems: ProblemList) -> Any:
    """One value in the type of its default; None (perhaps with a problem) to keep the default."""
    if value is None and not isinstance(default, bool):
        if key not in WORDED:
            problems.warn(
                f"{key} is blank (FLEE stops here): its default, {default:g}, holds",
                where,
                "write a number, or remove the key",
            )
        return None
    if key == "conflict_spawn_decay":
        return _decay(value, where, problems)
    if key == "spawn_mode":
        if str(value).lower() not in MODES:
            problems.error(
                f"unknown mode {value!r}: nobody would set out",
                where,
                "use constant, pop_ratio or Poisson",
            )
            return None
        return str(value).lower()
    if isinstance(default, bool):
        return _switch(key, value, where, problems)
    number = _number(key, value, isinstance(default, int), where, problems)
    return None if number is None else _sensible(key, number, where, problems)


def _switch(key: str, value: Any, where: str, problems: ProblemList) -> bool:
    """True or false. FLEE calls anything true that is not empty or 0."""
    if isinstance(value, bool):
        return value
    word = value.lower() if isinstance(value, str) else ""
    if word in (*YES, *NO):
        return word in YES
    problems.warn(
        f"{key} is {value!r}, which FLEE takes for {str(bool(value)).lower()}; so here",
        where,
        "write true or false, unquoted",
    )
    return bool(value)


def _number(
    key: str, value: Any, whole: bool, where: str, problems: ProblemList
) -> float | int | None:
    number = math.nan
    if isinstance(value, int | float | str):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            number = math.nan
    if not math.isfinite(number):
        what = f"{value!r} is not a {'whole ' if whole else ''}number"
        problems.error(what, where, "write a number")
        return None
    if isinstance(value, bool | str):
        problems.warn(f"{key} is {value!r}: taken for {number:g}", where, f"write {number:g}")
    if not whole:
        return number
    if number != int(number):
        problems.warn(
            f"{key} {number:g} is cut to {int(number)}, as in FLEE", where, "write a whole number"
        )
    return int(number)


def _sensible(
    key: str, number: float | int, where: str, problems: ProblemList
) -> float | int | None:
    """The number if FLEE can run with it; else None and a problem."""
    if abs(number) > (STEEPEST if key.endswith("_power") else LARGEST):
        problems.error(f"{key} {number:g} is beyond all measure", where, "correct it")
        return None
    if (key in POSITIVE and number <= 0) or (number < 0 and key not in SIGNED):
        problems.error(f"{key} {number:g} is too small", where, "use a positive number")
        return None
    if key == "awareness_level" and number < 0:
        problems.warn(
            f"awareness_level {number:g} acts as 1 in FLEE, and so here", where, "write 1"
        )
        return 1
    if key == "awareness_level" and number == 0:
        problems.warn(
            "awareness_level 0 keeps everyone in place for ever in FLEE, and so with --compatible; "
            "otherwise whoever moves takes any road of the place with the same chance",
            where,
            "use 1 (next places), 2 or 3",
        )
    if key in CHANCES and not 0 <= number <= 1:
        problems.warn(
            f"{key} {number:g} acts as {min(max(number, 0), 1):g}, as in FLEE",
            where,
            "use a number from 0 to 1",
        )
    if key == "capacity_buffer" and not 0 <= number <= 1:
        told = "no camp ever has all its room"
        if number > 1:
            told = f"camps take people up to {number:g} times their capacity"
        problems.warn(
            f"capacity_buffer {number:g}: {told}, as in FLEE", where, "use a number from 0 to 1"
        )
    return number


def _decay(value: Any, where: str, problems: ProblemList) -> tuple[float, ...] | None:
    """Factors by the age of a conflict: a list, or a mapping from 0, 1, 2, ... to them."""
    listed = value
    if isinstance(value, Mapping):
        rows = {str(k).strip(): v for k, v in value.items()}
        listed = [rows.get(str(i)) for i in range(len(rows))]
    factors = [_factor(v) for v in listed] if isinstance(listed, list) else None
    if factors is None or any(f is None for f in factors):
        cure = "e.g. [1.0, 1.0, 0.5], or a mapping from 0, 1, 2, ... to the factors"
        problems.error(f"{value!r} is not a list of factors", where, cure)
        return None
    if isinstance(value, Mapping):
        problems.warn(
            "conflict_spawn_decay is a mapping: its values are taken in the order of "
            "their keys, as in FLEE",
            where,
            "write a list",
        )
    return tuple(f for f in factors if f is not None)


def _factor(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None


__all__ = ["value_of"]
