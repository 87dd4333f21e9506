"""Candidate paths: every way of up to ``awareness`` roads from a place that does not loop, or the
shortest way to every camp."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from travesia.kinds.flee.model import Ints

MAX_PATHS = 4_000_000

Step = tuple[int, int, tuple[int, ...], tuple[int, ...], int]
"""Half-link, roads so far, places so far, half-links so far, metres so far."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths by place of departure; see :class:`travesia.kinds.flee.model.FleeModel`."""

    ptr: Ints
    dest: Ints
    metres: list[int]
    link_ptr: Ints
    links: Ints


def ways_to_camps(
    starts: Sequence[int], ends: Sequence[int], metres: Sequence[int], n: int, camps: Sequence[int]
) -> Paths:
    """The shortest way from every place to every camp that it can reach, as candidate paths.

    Of ways of the same length the one over the place with the lower number is taken.

    Raises:
        TooManyPathsError: beyond :data:`MAX_PATHS`.
    """
    into: list[list[int]] = [[] for _ in range(n)]
    for k, end in enumerate(ends):
        into[end].append(k)
    if n * len(camps) > MAX_PATHS:
        raise TooManyPathsError(f"more than {MAX_PATHS:,} ways to camps")
    onward = [_next_links(camp, into, starts, metres, n) for camp in camps]
    ptr, link_ptr = [0], [0]
    dest: list[int] = []
    lengths: list[int] = []
    links: list[int] = []
    for origin in range(n):
        for camp, (length, link) in zip(camps, onward, strict=True):
            if origin == camp or length[origin] is None:
                continue
            here = origin
            while here != camp:
                links.append(link[here])
                here = ends[link[here]]
            dest.append(camp)
            lengths.append(int(length[origin] or 0))
            link_ptr.append(len(links))
        ptr.append(len(dest))
    return Paths(
        np.array(ptr, np.int32),
        np.array(dest, np.int32),
        lengths,
        np.array(link_ptr, np.int32),
        np.array(links, np.int32),
    )


def _next_links(
    camp: int, into: list[list[int]], starts: Sequence[int], metres: Sequence[int], n: int
) -> tuple[list[int | None], list[int]]:
    """By place, metres to a camp (None: no way) and the half-link with which its way begins."""
    length: list[int | None] = [None] * n
    link = [-1] * n
    queue = [(0, camp, -1)]
    while queue:
        metre, here, by = heapq.heappop(queue)
        if length[here] is not None:
            continue
        length[here], link[here] = metre, by
        for k in into[here]:
            if length[starts[k]] is None:
                heapq.heappush(queue, (metre + metres[k], starts[k], k))
    return length, link


class TooManyPathsError(ValueError):
    """The graph has too many ways of that length."""


def candidate_paths(
    starts: Sequence[int],
    ends: Sequence[int],
    metres: Sequence[int],
    marker: Sequence[bool],
    awareness: int,
) -> Paths:
    """All candidate paths of a graph.

    Every place reached is a destination, except markers, which use up no step. A path never
    meets a place twice. Of parallel roads the first one is taken, as one knows a road by its end.

    Raises:
        TooManyPathsError: beyond :data:`MAX_PATHS`.
    """
    n = len(marker)
    out: list[list[int]] = [[] for _ in range(n)]
    first: dict[tuple[int, int], int] = {}
    for k, (a, b) in enumerate(zip(starts, ends, strict=True)):
        out[a].append(k)
        first.setdefault((a, b), k)
    ptr, link_ptr = [0], [0]
    dest: list[int] = []
    lengths: list[int] = []
    links: list[int] = []
    for origin in range(n):
        stack: list[Step] = [
            (k, 1, (origin,), (first[origin, ends[k]],), metres[k]) for k in reversed(out[origin])
        ]
        while stack:
            k, step, seen, way, length = stack.pop()
            here = ends[k]
            if marker[here]:
                step -= 1
            else:
                dest.append(here)
                lengths.append(length)
                links += way
                link_ptr.append(len(links))
                if len(dest) > MAX_PATHS:
                    raise TooManyPathsError(f"more than {MAX_PATHS:,} candidate paths")
            if awareness > step:
                known = (*seen, here)
                for j in reversed(out[here]):
                    if ends[j] not in known:
                        way_on = (*way, first[here, ends[j]])
                        stack.append((j, step + 1, known, way_on, length + metres[j]))
        ptr.append(len(dest))
    return Paths(
        np.array(ptr, np.int32),
        np.array(dest, np.int32),
        lengths,
        np.array(link_ptr, np.int32),
        np.array(links, np.int32),
    )
