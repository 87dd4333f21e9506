"""Where two policies contradict each other: both set one cell, at one time, to two values."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from travesia.errors import Problem
from travesia.policy.effects import Effect, Write
from travesia.policy.tables import TABLES


def conflicts(effects: Iterable[Effect]) -> tuple[Problem, ...]:
    """Pairs of policies that set one cell to two values at the same time and priority.

    Where a rule decides (closed beats open) this is no conflict, and a warning says who wins.
    """
    sets: dict[tuple[str, frozenset[str]], list[tuple[Effect, Write]]] = {}
    for effect in sorted(effects, key=lambda e: e.key):
        for write in effect.writes():
            if write.op == "set":
                sets.setdefault(_meeting_place(write), []).append((effect, write))
    found: dict[tuple[str, str, str], Problem] = {}
    for members in sets.values():
        for (a, left), (b, right) in combinations(members, 2):
            if a.policy == b.policy or a.priority != b.priority or left.value == right.value:
                continue
            if _at_one_time(a, b) and _on_one_cell(left, right):
                found.setdefault((left.table, a.policy, b.policy), _problem(a, left, b, right))
    return tuple(found[key] for key in sorted(found))


def _meeting_place(write: Write) -> tuple[str, frozenset[str]]:
    """Table and branch: sets of other branches never meet, so they need not be compared."""
    narrow = ("stay", "transition", "paper")
    return write.table, frozenset(i for s in narrow for i in write.where.get(s, ()))


def _at_one_time(a: Effect, b: Effect) -> bool:
    return (a.end is None or b.start < a.end) and (b.end is None or a.start < b.end)


def _on_one_cell(a: Write, b: Write) -> bool:
    return all(set(a.where[s]) & set(b.where[s]) for s in a.where.keys() & b.where.keys()) and all(
        (*a.where.values(), *b.where.values())
    )


def _problem(a: Effect, left: Write, b: Effect, right: Write) -> Problem:
    table = TABLES[left.table]
    if table.zero_wins:
        zero = a if left.value == 0.0 else b
        return Problem(
            f"policies {a.policy!r} and {b.policy!r} open and close the same {table.axes[0]}; "
            f"{zero.policy!r} wins, since closed beats open",
            where="policies.yaml",
            cure=f"give one of them a higher priority, or other dates or {table.axes[0]}s",
            severity="warning",
        )
    named = [f"{s} {left.where[s][0]}" for s in ("stay", "transition") if s in left.where]
    return Problem(
        f"policies {a.policy!r} and {b.policy!r} set {left.table} to {left.value:g} and "
        f"{right.value:g} on the same cell"
        + (f" ({', '.join(named)})" if named else "")
        + " while both are in force",
        where="policies.yaml",
        cure="give one of them a higher priority, or other dates, places or people",
    )
