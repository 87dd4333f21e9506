from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from travesia.network import graph

DIAMOND = ([0, 0, 1, 2, 3], [1, 2, 3, 3, 4])

Case = tuple[int, list[int], list[int]]


@st.composite
def graphs(draw: st.DrawFn, acyclic: bool = False) -> Case:
    n = draw(st.integers(1, 12))
    node = st.integers(0, n - 1)
    edges = draw(st.lists(st.tuples(node, node), max_size=40))
    if acyclic:
        label = draw(st.permutations(range(n)))
        edges = [(label[min(e)], label[max(e)]) for e in edges if e[0] != e[1]]
    tail, head = [a for a, _ in edges], [b for _, b in edges]
    return n, tail, head


def closure(n: int, tail: list[int], head: list[int]) -> Any:
    """Transitive closure by repeated matrix products: the slow, plain answer."""
    step = np.eye(n, dtype=int)
    step[tail, head] = 1
    return np.linalg.matrix_power(np.minimum(step, 1), n) > 0 if n else step > 0


def test_rows_hold_each_edge_once_and_in_order() -> None:
    rows = graph.csr(3, [2, 0, 0], [1, 2, 1])
    assert rows.pointer.tolist() == [0, 2, 2, 3]
    assert rows.head.tolist() == [1, 2, 1]
    assert rows.edge.tolist() == [2, 1, 0]
    assert rows.n_nodes == 3


def test_parallel_edges_keep_their_numbers() -> None:
    rows = graph.csr(2, [0, 0, 0], [1, 1, 1])
    assert rows.edge.tolist() == [0, 1, 2]


def test_levels_are_longest_ways() -> None:
    assert graph.levels(6, *DIAMOND).tolist() == [0, 1, 1, 2, 3, 0]
    assert graph.levels(3, [0, 0, 1], [2, 1, 2]).tolist() == [0, 1, 2]


@given(graphs(acyclic=True))
def test_order_leads_forward_and_levels_are_tight(case: Case) -> None:
    n, tail, head = case
    order = graph.topological_order(n, tail, head)
    position = np.argsort(order)
    assert sorted(order.tolist()) == list(range(n))
    assert all(position[a] < position[b] for a, b in zip(tail, head, strict=True))
    level = graph.levels(n, tail, head)
    for node in range(n):
        before = [level[a] for a, b in zip(tail, head, strict=True) if b == node]
        assert level[node] == (max(before) + 1 if before else 0)


@given(graphs(acyclic=True), st.randoms())
def test_order_does_not_depend_on_the_order_of_edges(case: Case, random: Random) -> None:
    n, tail, head = case
    edges = list(zip(tail, head, strict=True))
    random.shuffle(edges)
    other = graph.topological_order(n, [a for a, _ in edges], [b for _, b in edges])
    assert other.tolist() == graph.topological_order(n, tail, head).tolist()


@given(graphs())
def test_a_cycle_is_found_if_and_only_if_there_is_one(case: Case) -> None:
    n, tail, head = case
    strict = closure(n, tail, head)
    cyclic = any(strict[b, a] for a, b in zip(tail, head, strict=True))
    found = graph.find_cycle(n, tail, head)
    assert (found is not None) == cyclic
    if found is not None:
        edges = set(zip(tail, head, strict=True))
        assert found[0] == found[-1]
        assert all(pair in edges for pair in pairwise(found))
        assert len(set(found)) == len(found) - 1


def test_an_edge_to_itself_is_a_cycle() -> None:
    assert graph.find_cycle(2, [1], [1]) == (1, 1)


def test_order_of_a_cyclic_graph_names_the_cycle() -> None:
    with pytest.raises(graph.CycleError, match="1 → 2 → 1") as caught:
        graph.topological_order(4, [0, 1, 2, 2], [1, 2, 1, 3])
    assert caught.value.cycle == (1, 2, 1)


@pytest.mark.parametrize(("tail", "head"), [([0], [3]), ([-1], [0]), ([0, 1], [1])])
def test_bad_edges_are_refused(tail: list[int], head: list[int]) -> None:
    with pytest.raises(ValueError, match=r"outside|heads"):
        graph.csr(3, tail, head)


def test_an_empty_graph() -> None:
    assert graph.levels(0, [], []).tolist() == []
    assert graph.topological_order(3, [], []).tolist() == [0, 1, 2]
    assert graph.find_cycle(3, [], []) is None


def test_a_long_chain_needs_no_recursion() -> None:
    n = 5000
    tail, head = np.arange(n - 1), np.arange(1, n)
    assert graph.levels(n, tail, head)[-1] == n - 1
    assert graph.find_cycle(n, tail, head) is None
    assert graph.find_cycle(n, [*tail, n - 1], [*head, 0]) is not None
