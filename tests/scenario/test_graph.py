"""Cycles and reach against brute force."""

from __future__ import annotations

from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from travesia.scenario.checks.graph import find_cycle, reached

NAMES = "abcdef"
edges = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=14)


def closure(pairs: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """All (a, b) with a way of at least one edge from a to b, by Warshall's method."""
    known = set(pairs)
    for k, a, b in product(NAMES, NAMES, NAMES):
        if (a, k) in known and (k, b) in known:
            known.add((a, b))
    return known


@given(edges)
def test_cycle_is_found_exactly_when_there_is_one(pairs: list[tuple[str, str]]) -> None:
    found = find_cycle(pairs)
    assert bool(found) == any((n, n) in closure(pairs) for n in NAMES)
    if found:
        assert found[0] == found[-1]
        assert len(set(found)) == len(found) - 1
        assert set(pairwise(found)) <= set(pairs)


@given(edges, st.sets(st.sampled_from(NAMES)))
def test_reach_is_the_transitive_closure(pairs: list[tuple[str, str]], starts: set[str]) -> None:
    known = closure(pairs)
    assert reached(pairs, starts) == starts | {b for a, b in known if a in starts}
