"""The way must lead forward: no cycles, no place out of reach, no dead end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from travesia.errors import Problem
from travesia.scenario.checks.context import Context
from travesia.scenario.geography import FORWARD_ROLES, TERMINAL_KINDS, Leg


def forward_legs(context: Context) -> list[tuple[int, Leg]]:
    """Row numbers and legs that parties may choose."""
    return [(i, g) for i, g in enumerate(context.scenario.legs) if g.role in FORWARD_ROLES]


def find_cycle(edges: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Names along one cycle of a directed graph, the first repeated at the end; () if none."""
    after: dict[str, list[str]] = {}
    for tail, head in edges:
        after.setdefault(tail, []).append(head)
    done: set[str] = set()
    for root in sorted(after):
        path: list[str] = []
        on_path: set[str] = set()
        stack: list[tuple[str, int]] = [(root, 0)]
        while stack:
            name, nth = stack.pop()
            if nth == 0:
                if name in done:
                    continue
                path.append(name)
                on_path.add(name)
            heads = after.get(name, [])
            if nth < len(heads):
                stack.append((name, nth + 1))
                head = heads[nth]
                if head in on_path:
                    return (*path[path.index(head) :], head)
                stack.append((head, 0))
            else:
                done.add(name)
                on_path.discard(name)
                path.pop()
    return ()


def cycle(context: Context) -> Iterator[Problem]:
    """The legs of travel and crossing form a cycle."""
    legs = [(i, g) for i, g in forward_legs(context) if g.from_ != g.to]
    found = find_cycle((g.from_, g.to) for _, g in legs)
    if not found:
        return
    ends = (found[-2], found[-1])
    back = next(i for i, g in legs if (g.from_, g.to) == ends)
    yield Problem(
        f"the legs form a cycle: {' → '.join(found)}",
        context.where("legs", back),
        "give the leg that leads back the role return, or remove it",
    )


def reached(edges: Iterable[tuple[str, str]], starts: Iterable[str]) -> set[str]:
    """Names that can be reached from ``starts``, themselves included."""
    after: dict[str, list[str]] = {}
    for tail, head in edges:
        after.setdefault(tail, []).append(head)
    seen = set(starts)
    stack = list(seen)
    while stack:
        for head in after.get(stack.pop(), []):
            if head not in seen:
                seen.add(head)
                stack.append(head)
    return seen


def unreachable_places(context: Context) -> Iterator[Problem]:
    """No origin leads to a place (a warning: nobody will be seen there)."""
    scenario = context.scenario
    if not context.complete("origins", "legs", "places"):
        return
    starts = {o.place for o in scenario.origins if o.share > 0}
    seen = reached(((g.from_, g.to) for _, g in forward_legs(context)), starts)
    visited = {f.place for f in scenario.limited_places}
    for i, place in enumerate(scenario.places):
        if place.id not in seen and place.kind != "port_group" and place.id not in visited:
            yield Problem(
                f"no origin leads to place '{place.id}'",
                context.where("places", i),
                "add a leg to it, or make it an origin, or remove it",
                "warning",
            )


def dead_ends(context: Context) -> Iterator[Problem]:
    """From a place that people reach no way leads on to the end of the corridor."""
    scenario = context.scenario
    if not context.complete("origins", "legs", "places"):
        return
    edges = [(g.from_, g.to) for _, g in forward_legs(context)]
    ends = {p.id for p in scenario.places if p.kind in TERMINAL_KINDS}
    can_end = reached(((head, tail) for tail, head in edges), ends)
    starts = {o.place for o in scenario.origins if o.share > 0}
    seen = reached(edges, starts)
    for i, place in enumerate(scenario.places):
        if place.id in seen and place.id not in can_end:
            yield Problem(
                f"from place '{place.id}' no way leads on",
                context.where("places", i),
                "add a leg from it towards a sector, or remove the legs that lead to it",
            )
