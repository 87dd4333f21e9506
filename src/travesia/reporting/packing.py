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


def _append(out: bytearray, value: int) -> None:
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def pack(counts: ArrayLike) -> str:
    """Pack counts of any shape, row by row, rounded to whole numbers.

    Raises :class:`ValueError` if a count is negative or not finite.
    """
    flat = np.asarray(counts, dtype=np.float64).ravel()
    if not np.all(np.isfinite(flat)) or np.any(flat < 0):
        raise ValueError("only finite counts of zero or more can be packed")
    values = np.rint(flat).astype(np.int64)
    filled = np.flatnonzero(values)
    out = bytearray()
    at = 0
    for index in filled.tolist():
        if index > at:
            _append(out, 0)
            _append(out, index - at - 1)
        _append(out, int(values[index]))
        at = index + 1
    if at < values.size:
        _append(out, 0)
        _append(out, values.size - at - 1)
    return base64.b64encode(bytes(out)).decode("ascii")


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
