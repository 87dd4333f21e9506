"""Candidate paths: every way of up to ``awareness`` roads from a place that does not loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from travesia.engine.flee_model import Ints

MAX_PATHS = 4_000_000

Step = tuple[int, int, tuple[int, ...], tuple[int, ...], int]
"""Half-link, roads so far, places so far, half-links so far, metres so far."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths by place of departure; see :class:`travesia.engine.flee_model.FleeModel`."""

    ptr: Ints
    dest: Ints
    metres: list[int]
    link_ptr: Ints
    links: Ints


class TooManyPathsError(ValueError):
    """The graph has too many ways of that length."""


def candidate_paths(
    starts: Sequence[int], ends: Sequence[int], metres: Sequence[int],
    marker: Sequence[bool], awareness: int,
) -> Paths:  # fmt: skip
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
        stack: list[Step] = [(k, 1, (origin,), (first[origin, ends[k]],), metres[k])
                 for k in reversed(out[origin])]  # fmt: skip
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
            if awareness > step:
                known = (*seen, here)
                for j in reversed(out[here]):
                    if ends[j] not in known:
                        way_on = (*way, first[here, ends[j]])
                        stack.append((j, step + 1, known, way_on, length + metres[j]))
        if len(dest) > MAX_PATHS:
            raise TooManyPathsError(f"more than {MAX_PATHS:,} candidate paths")
        ptr.append(len(dest))
    return Paths(
        np.array(ptr, np.int32), np.array(dest, np.int32), lengths,
        np.array(link_ptr, np.int32), np.array(links, np.int32),
    )  # fmt: skip
