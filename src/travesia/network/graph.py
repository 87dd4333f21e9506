"""Directed graphs as arrays: compressed rows, order, levels, cycles and reachability.

Nodes are the numbers ``0 .. n_nodes - 1`` and edges are given by two index arrays, so nothing
here knows places, legs or files. All functions are linear in nodes and edges, give the same
answer whatever the order of the edges, and raise :class:`ValueError` for an index out of range.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
IntLike = npt.ArrayLike


@dataclass(frozen=True, slots=True)
class Csr:
    """Compressed rows: the edges that leave node ``i`` are ``edge[pointer[i]:pointer[i + 1]]``.

    ``head`` [E] is the node at the end of each edge in the same order; ``edge`` [E] holds the
    number of the edge in the arrays that the graph was built from.
    """

    pointer: Ints
    head: Ints
    edge: Ints

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.pointer) - 1

    def heads_of(self, node: int) -> Ints:
        """Nodes at the end of the edges that leave ``node``, in rising order."""
        return self.head[self.pointer[node] : self.pointer[node + 1]]


class CycleError(ValueError):
    """The graph has a cycle; ``cycle`` names its nodes, the first repeated at the end."""

    def __init__(self, cycle: tuple[int, ...]) -> None:
        """Keep the nodes of the cycle."""
        self.cycle = cycle
        super().__init__("cycle " + " → ".join(str(node) for node in cycle))


def _edges(n_nodes: int, tail: IntLike, head: IntLike) -> tuple[Ints, Ints]:
    tails, heads = np.asarray(tail, np.int64).ravel(), np.asarray(head, np.int64).ravel()
    if len(tails) != len(heads):
        raise ValueError(f"{len(tails)} tails but {len(heads)} heads")
    for values in (tails, heads):
        if len(values) and (values.min() < 0 or values.max() >= n_nodes):
            raise ValueError(f"an edge names a node outside 0 to {n_nodes - 1}")
    return tails, heads


def csr(n_nodes: int, tail: IntLike, head: IntLike) -> Csr:
    """Compressed rows of the edges ``tail[e] -> head[e]``, sorted by tail, head and number."""
    tails, heads = _edges(n_nodes, tail, head)
    order = np.lexsort((np.arange(len(tails)), heads, tails))
    pointer = np.searchsorted(tails[order], np.arange(n_nodes + 1)).astype(np.int64)
    return Csr(pointer, heads[order], order.astype(np.int64))


def levels(n_nodes: int, tail: IntLike, head: IntLike) -> Ints:
    """Longest number of edges from any source to each node [n].

    Every edge leads to a higher level, so the nodes of one level can be treated together.
    Raises :class:`CycleError` if the graph has a cycle (Kahn 1962, by waves).
    """
    graph = csr(n_nodes, tail, head)
    waiting = np.bincount(graph.head, minlength=n_nodes)
    level = np.zeros(n_nodes, np.int64)
    wave, depth, done = np.flatnonzero(waiting == 0), 0, 0
    while len(wave):
        level[wave] = depth
        done += len(wave)
        reached = np.concatenate([graph.heads_of(int(node)) for node in wave])
        waiting -= np.bincount(reached, minlength=n_nodes)
        touched = np.unique(reached)
        wave, depth = touched[waiting[touched] == 0], depth + 1
    if done < n_nodes:
        found = find_cycle(n_nodes, tail, head)
        assert found is not None
        raise CycleError(found)
    return level


def topological_order(n_nodes: int, tail: IntLike, head: IntLike) -> Ints:
    """Nodes in an order in which every edge leads forward [n]: by level, then by number.

    Raises :class:`CycleError` if there is none.
    """
    return np.lexsort((np.arange(n_nodes), levels(n_nodes, tail, head))).astype(np.int64)


def find_cycle(n_nodes: int, tail: IntLike, head: IntLike) -> tuple[int, ...] | None:
    """Nodes along one cycle, the first repeated at the end, or ``None`` if there is no cycle.

    Depth-first search with an explicit stack; an edge to a node still on the path closes a cycle.
    An edge from a node to itself is a cycle of one.
    """
    graph = csr(n_nodes, tail, head)
    fresh, open_, closed = 0, 1, 2
    colour = np.full(n_nodes, fresh, np.int8)
    for root in range(n_nodes):
        if colour[root] != fresh:
            continue
        path, nth = [root], [int(graph.pointer[root])]
        colour[root] = open_
        while path:
            node = path[-1]
            if nth[-1] == graph.pointer[node + 1]:
                colour[node] = closed
                path.pop()
                nth.pop()
                continue
            child = int(graph.head[nth[-1]])
            nth[-1] += 1
            if colour[child] == open_:
                return (*path[path.index(child) :], child)
            if colour[child] == fresh:
                colour[child] = open_
                path.append(child)
                nth.append(int(graph.pointer[child]))
    return None
