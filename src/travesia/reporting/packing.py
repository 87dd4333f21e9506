"""Packs counts into text, small enough for a page that carries its own data.

A cube of counts is a row of integers of 7 bits per byte, lowest first (the high bit says that more
follow), in base64. Most cells are empty, so a zero is followed by the number of further zeros.
The reader's twin is ``web/src/lib/decode.js``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from travesia.reporting.payload import Block


def _bytes(numbers: NDArray[np.int64]) -> bytes:
    """Whole numbers, 7 bits per byte, lowest first; the high bit says that more follow."""
    shifts = 7 * np.arange(max(1, -(-int(numbers.max(initial=0)).bit_length() // 7)))
    rest = numbers[:, None] >> shifts
    part = (rest & 127) | np.where(rest > 127, 128, 0)
    return bytes(part[(rest > 0) | (shifts == 0)].astype(np.uint8))


def pack(counts: ArrayLike) -> str:
    """Pack counts of any shape, row by row, rounded to whole numbers.

    Raises :class:`ValueError` if a count is negative or not finite.
    """
    flat = np.asarray(counts, dtype=np.float64).ravel()
    if not np.all(np.isfinite(flat)) or np.any(flat < 0):
        raise ValueError("only finite counts of zero or more can be packed")
    values = np.rint(flat).astype(np.int64)
    filled = np.flatnonzero(values)
    empty = np.diff(filled, prepend=-1, append=values.size) - 1  # before each, and at the end
    row = np.zeros((filled.size + 1, 3), np.int64)  # a zero, the number of further zeros, a count
    row[:, 1] = empty - 1
    row[:-1, 2] = values[filled]
    used = np.repeat((empty > 0)[:, None], 3, axis=1)
    used[:, 2] = True
    used[-1, 2] = False
    return base64.b64encode(_bytes(row[used])).decode("ascii")


def _integers(raw: bytes) -> Iterator[int]:
    value, shift = 0, 0
    for byte in raw:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value, shift = 0, 0


def unpack(text: str, length: int) -> NDArray[np.int64]:
    """Read back what :func:`pack` wrote, as a flat array of ``length`` counts."""
    out = np.zeros(length, dtype=np.int64)
    at = 0
    stream = _integers(base64.b64decode(text))
    for value in stream:
        if value == 0:
            at += 1 + next(stream)
        else:
            out[at] = value
            at += 1
    return out


def block(counts: NDArray[np.float64]) -> Block:
    """A cube with its shape, as the page reads it."""
    return {"shape": list(counts.shape), "data": pack(counts) if counts.any() else ""}
