"""Claims of limited places: their order, who asked, who is given a place, who joins a queue.

Compiled, as all of it happens every day.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from travesia.engine.host import CASE_UNITS
from travesia.model import layout as lay
from travesia.model.compiled import Ints
from travesia.model.jit import compiled

Words = npt.NDArray[np.uint64]
_SIZE_AT, _SIZE_MASK = np.uint64(lay.SIZE_AT), np.uint64(lay.MAX_SIZE)
_PLACE_MASK = np.uint64((1 << lay.INDEX_BITS) - 1)
_KEEP_GROUP = np.uint64(0xFFFFFFFF00000000)
_TO53, _UNIT = np.uint64(11), 2.0**-53
_REFUSED = int(lay.Entry.REFUSED)


class Claims(NamedTuple):
    """Who asks for what today, by facility and within it in the order of a keyed hash."""

    records: Words
    """[n, words]"""
    facility: Ints
    stay: Ints
    rank: Words
    """[n] the hash: no two parties share one, so the order is total."""
    size: Ints


def in_order(records: Words, facility: Ints, stay: Ints, rank: Words, facilities: int) -> Claims:
    """Claims by facility, and within it by rank."""
    n = len(records)
    out = Claims(
        np.empty_like(records),
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.empty(n, np.uint64),
        np.empty(n, np.int64),
    )
    first = np.zeros(facilities + 1, np.int64)
    _put_in_order(records, facility, stay, rank, np.argsort(rank), first, out)
    return out


@compiled
def _put_in_order(
    records: Any, facility: Any, stay: Any, rank: Any, order: Any, first: Any, out: Any
) -> None:
    """Copy claims into ``out`` (:class:`Claims`): by facility, and within it by ``order``.

    ``first`` [F + 1] zeros, scratch.
    """
    n = len(order)
    for i in range(n):
        first[facility[i] + 1] += 1
    for f in range(1, len(first)):
        first[f] += first[f - 1]
    for j in range(n):
        i = order[j]
        f = facility[i]
        to = first[f]
        first[f] = to + 1
        for w in range(records.shape[1]):
            out[0][to, w] = records[i, w]
        out[1][to] = f
        out[2][to] = stay[i]
        out[3][to] = rank[i]
        out[4][to] = np.int64((records[i, 1] >> _SIZE_AT) & _SIZE_MASK)


@compiled
def count_asked(claims: Any, queued: Any, region: Any, nights: Any, asked: Any) -> None:
    """Add up who asked at each door into ``asked`` [4, 2 F] (:class:`travesia.engine.crowd.Asked`).

    ``queued`` [S] says which stays are queues; ``nights`` [S, R] mean days of each stay.
    """
    records, facility, stay, _, size = claims
    n = asked.shape[1] // 2
    for i in range(len(facility)):
        s = stay[i]
        door = facility[i] + (n if queued[s] else 0)
        asked[0, door] += 1.0
        asked[1, door] += size[i]
        asked[2, door] += size[i] * size[i]
        asked[3, door] += size[i] * nights[s, region[np.int64(records[i, 1] & _PLACE_MASK)]]


@compiled
def give(
    claims: Any,
    queued: Any,
    service: Any,
    capacity: Any,
    share: Any,
    books: Any,
    debt: Any,
    entry: Any,
) -> None:
    """Give beds, and cases of today, to claims in their order; those without one are refused.

    ``share`` [F] of the crowd that finds room decides in a sample, else (no entry) ``capacity``
    [F]. ``books`` are people occupied, admitted and refused [F]. A family served beyond the last
    case of a service is a ``debt`` [F] of its next day.
    """
    _, facility, stay, rank, size = claims
    occupied, admitted, refused = books
    counted = len(share) == 0
    i, n = 0, len(facility)
    for f in range(len(capacity)):
        budget = capacity[f] - (debt[f] if service[f] else occupied[f] * CASE_UNITS)
        asked, got = 0, 0
        while i < n and facility[i] == f:
            if not queued[stay[i]]:
                before = asked * CASE_UNITS
                asked += size[i]
                if not counted:
                    given = np.float64(rank[i] >> _TO53) * _UNIT < share[f]
                elif service[f]:
                    given = before < budget
                else:
                    given = asked * CASE_UNITS <= budget
                if given:
                    got += size[i]
                else:
                    entry[i] = _REFUSED
            i += 1
        admitted[f] += got
        refused[f] += asked - got
        occupied[f] = got if service[f] else occupied[f] + got
        if counted:
            debt[f] = max(0, debt[f] + got * CASE_UNITS - capacity[f]) if service[f] else 0


@compiled
def take_tickets(claims: Any, queued: Any, ticket: int, alive: Any, waiting: Any, rows: Any) -> int:
    """Number those who join a queue from ``ticket`` on; their rows into ``rows``.

    Returns how many they are.
    """
    records, facility, stay, _, size = claims
    n = 0
    for i in range(len(facility)):
        if queued[stay[i]]:
            records[i, 3] = (records[i, 3] & _KEEP_GROUP) | np.uint64(ticket + n)
            alive[ticket + n] = 1
            waiting[facility[i]] += size[i]
            rows[n] = i
            n += 1
    return n
