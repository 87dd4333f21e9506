"""How edits of one cell combine, and where two edits contradict each other.

Per cell: the highest-priority *set*, then factors, then additions, then caps. An effect at ramp
level ``r`` acts in part: a factor ``f`` as ``1 + (f - 1) r``, a set as ``(1 - r) base + r value``,
an addition as ``r`` times itself, a cap as a blend of the value and the capped value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import combinations
from typing import Literal

from travesia.errors import Problem
from travesia.policy import effects as fx
from travesia.policy.timeline import ActiveEffect

Op = Literal["set", "factor", "add", "cap"]
ORDER: tuple[Op, ...] = ("set", "factor", "add", "cap")

_SELECTORS = {
    "legs": "leg", "cohorts": "cohort", "regions": "region", "modes": "mode",
    "causes": "cause", "agencies": "agency", "facilities": "facility", "places": "place",
    "stay": "stay", "transition": "transition", "paper": "paper", "belief": "belief",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One operation on one table, at a ramp level."""

    table: str
    op: Op
    value: float
    level: float = 1.0
    priority: int = 0
    policy: str = ""


def changes_of(effect: fx.Effect, level: float = 1.0) -> tuple[Change, ...]:
    """The table operations of an effect; empty for recalls, labels and controllers."""
    return tuple(
        Change(table, op, value, level, effect.priority, effect.policy)
        for table, op, value in _operations(effect)
    )


def _operations(effect: fx.Effect) -> Iterator[tuple[str, Op, float]]:
    match effect:
        case fx.LegAvailability():
            yield "leg_open", "set", float(effect.open)
        case fx.LegUtility():
            yield "leg_utility", "add", effect.delta
        case fx.LegCost():
            yield "leg_cost", "factor", effect.factor
            yield "leg_cost", "add", effect.add_usd
        case fx.LegTime():
            yield "leg_days", "factor", effect.factor
            yield "leg_days", "add", effect.add_days
        case fx.HazardFactor():
            yield "hazard", "factor", effect.factor
        case fx.EffortFactor():
            yield "effort", "factor", effect.factor
        case fx.Boarding():
            yield "boarding_guard", "add", effect.guard_add
            if effect.speed_kmh is not None:
                yield "train_speed", "set", effect.speed_kmh
            yield "train_speed", "factor", effect.speed_factor
        case fx.OutcomeSet() | fx.ActionSet():
            yield effect.kind.removesuffix("_set"), "set", effect.probability
        case fx.OutcomeFactor() | fx.ActionFactor():
            yield effect.kind.removesuffix("_factor"), "factor", effect.factor
        case fx.Capacity():
            yield "capacity", effect.op, effect.value
        case fx.Demand():
            yield "demand", "factor", effect.factor
        case fx.Signal():
            yield f"{effect.belief}_signal", "add", effect.shift
        case _:
            yield from _clock_and_papers(effect)


def _clock_and_papers(effect: fx.Effect) -> Iterator[tuple[str, Op, float]]:
    if isinstance(effect, fx.StayClock):
        if effect.median_days is not None:
            yield "clock", "set", effect.median_days
        yield "clock", "factor", effect.factor
    elif isinstance(effect, fx.PaperValidity):
        yield "paper_valid", "set", float(effect.valid)
    elif isinstance(effect, fx.RegisterQuery):
        yield "match", "set", effect.probability
    elif isinstance(effect, fx.PapersRule):
        if effect.max_days is not None:
            yield "paper_days", "set", effect.max_days
        if effect.stop_factor is not None:
            yield "paper_stops", "set", effect.stop_factor


def matches(effect: fx.Effect, cell: Mapping[str, str]) -> bool:
    """Whether an effect touches a cell, given as ``{"leg": ..., "region": ..., "mode": ...}``.

    A selector that the cell does not name is ignored, so describe a cell by everything that it
    has: a leg by its id, region and mode, an outcome by stay, transition, cohort and region.
    """
    for name, axis in _SELECTORS.items():
        wanted = getattr(effect, name, None)
        if not wanted or axis not in cell:
            continue
        if cell[axis] not in (wanted if isinstance(wanted, tuple) else (wanted,)):
            return False
    return True


def fold(base: float, changes: Iterable[Change]) -> float:
    """Value of one cell after all changes of its table.

    Sets apply in ascending priority, so that the highest wins once it has grown in full; of equal
    priority the lowest value wins (closed beats open; two sets that differ are reported by
    :func:`conflicts`). Factors are multiplied in sorted order and additions summed exactly, so
    that the order of the changes cannot matter.
    """
    by_op: dict[Op, list[Change]] = {op: [] for op in ORDER}
    for change in changes:
        by_op[change.op].append(change)
    value = base
    for change in sorted(by_op["set"], key=lambda c: (c.priority, -c.value, c.level)):
        value = value * (1.0 - change.level) + change.value * change.level
    factors = sorted(1.0 + (c.value - 1.0) * c.level for c in by_op["factor"])
    value *= math.prod(factors)
    value += math.fsum(c.value * c.level for c in by_op["add"])
    for change in sorted(by_op["cap"], key=lambda c: (c.value, c.level)):
        value += (min(value, change.value) - value) * change.level
    return value


def cell_value(
    base: float, table: str, cell: Mapping[str, str], active: Iterable[ActiveEffect]
) -> float:
    """Value of a named cell of a table under the effects in force.

    A slow, plain statement of what the compiled tables hold; used by tests and by ``explain``.
    """
    changes = (
        change
        for item in active
        if matches(item.effect, cell)
        for change in changes_of(item.effect, item.level)
        if change.table == table
    )
    return fold(base, changes)


def _overlap(a: fx.Effect, b: fx.Effect) -> bool:
    """Whether two effects of one kind share a cell on some day."""
    if (a.end is not None and b.start >= a.end) or (b.end is not None and a.start >= b.end):
        return False
    for name in _SELECTORS:
        left, right = getattr(a, name, None), getattr(b, name, None)
        if isinstance(left, str) and left != right:
            return False
        if isinstance(left, tuple) and left and right and not set(left) & set(right):
            return False
    return True


def _set_of(effect: fx.Effect) -> dict[str, float]:
    sets = {c.table: c.value for c in changes_of(effect) if c.op == "set"}
    sets.pop("leg_open", None)  # closed beats open by rule
    return sets


def conflicts(effects: Iterable[fx.Effect]) -> tuple[Problem, ...]:
    """Pairs of policies that set one cell to two values at the same time and priority.

    Closing and opening one leg is no conflict: closed wins by rule, and a warning says so.
    """
    found: dict[tuple[str, str, str], Problem] = {}
    groups: dict[tuple[str, str], list[fx.Effect]] = {}
    for effect in effects:
        if isinstance(effect, fx.LegAvailability) or _set_of(effect):
            key = next((str(getattr(effect, n)) for n in ("stay", "transition", "paper")
                        if hasattr(effect, n)), "")  # fmt: skip
            groups.setdefault((effect.kind, key), []).append(effect)
    for members in groups.values():
        for a, b in combinations(sorted(members, key=lambda e: e.key), 2):
            if a.policy == b.policy or a.priority != b.priority or not _overlap(a, b):
                continue
            problem = _contradiction(a, b)
            if problem is not None:
                found.setdefault((a.kind, a.policy, b.policy), problem)
    return tuple(found[key] for key in sorted(found))


def _contradiction(a: fx.Effect, b: fx.Effect) -> Problem | None:
    if isinstance(a, fx.LegAvailability) and isinstance(b, fx.LegAvailability):
        if a.open == b.open:
            return None
        closing = b if a.open else a
        return Problem(
            f"policies {a.policy!r} and {b.policy!r} open and close the same leg; "
            f"{closing.policy!r} wins, since closed beats open",
            where="policies.yaml",
            cure="give one of them a higher priority, or other dates or legs",
            severity="warning",
        )
    left, right = _set_of(a), _set_of(b)
    tables = sorted(t for t in left.keys() & right.keys() if left[t] != right[t])
    if not tables:
        return None
    what = ", ".join(f"{t} to {left[t]:g} and {right[t]:g}" for t in tables)
    names = [
        f"{f.name} {getattr(a, f.name)}" for f in fields(a) if f.name in ("stay", "transition")
    ]
    return Problem(
        f"policies {a.policy!r} and {b.policy!r} set {what} on the same cell"
        + (f" ({', '.join(names)})" if names else "")
        + " while both are in force",
        where="policies.yaml",
        cure="give one of them a higher priority, or other dates, places or people",
    )
