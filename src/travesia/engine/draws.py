"""The compiled twins of :mod:`travesia.rng`: the same bits, in a nanosecond."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from travesia import rng

U64 = np.uint64
_S27, _S30, _S31, _S32 = U64(27), U64(30), U64(31), U64(32)
_A, _B = U64(rng.MIX_A), U64(rng.MIX_B)
_GOLDEN = U64(rng.GOLDEN)
_MASK32 = U64(rng.MASK32)
_PHILOX_A, _PHILOX_B = U64(0xD2511F53), U64(0xCD9E8D57)
_WEYL_A, _WEYL_B = U64(0x9E3779B9), U64(0xBB67AE85)
_SAMPLE = U64(rng.name_key("journey sample"))
_TO31 = U64(33)
_HALF, _LOG_CELLS, _LOG_TWO = rng.LOG_ONE >> 1, rng.LOG_CELLS, rng.LOG_TWO


@njit(inline="always")
def mix64(z: np.uint64) -> np.uint64:
    """The splitmix64 finaliser."""
    z = (z ^ (z >> _S30)) * _A
    z = (z ^ (z >> _S27)) * _B
    return z ^ (z >> _S31)


@njit
def philox64(key: np.uint64, day: np.uint64, slot: np.uint64, party: np.uint64) -> np.uint64:
    """64 bits of Philox4x32-10."""
    c0, c1, c2, c3 = party & _MASK32, party >> _S32, day & _MASK32, slot
    k0, k1 = key & _MASK32, key >> _S32
    for _ in range(10):
        p0, p1 = _PHILOX_A * c0, _PHILOX_B * c2
        c0, c1, c2, c3 = (p1 >> _S32) ^ c1 ^ k0, p1 & _MASK32, (p0 >> _S32) ^ c3 ^ k1, p0 & _MASK32
        k0, k1 = (k0 + _WEYL_A) & _MASK32, (k1 + _WEYL_B) & _MASK32
    return (c0 << _S32) | c1


@njit(inline="always")
def draw31(keys: Any, slot: int, party: np.uint64, generator: int) -> np.int64:
    """A draw of 31 bits for a party and a decision slot of the day.

    ``keys`` holds the decision keys of the day; the run's own key and the day follow them, for
    the verification generator.
    """
    if generator == 0:
        key = keys[slot]
        bits = mix64(mix64(key + party * _GOLDEN) ^ key)
    else:
        n = len(keys)
        bits = philox64(keys[n - 2], keys[n - 1], U64(slot), party)
    return np.int64(bits >> _TO31)


@njit(inline="always")
def exponential(bits: Any, table: Any) -> Any:
    """:func:`travesia.rng.exponential`; ``table`` is :data:`travesia.rng.LOG_TABLE`."""
    x, halvings = 2 * bits + 1, 0
    while x < _HALF:
        x <<= 1
        halvings += 1
    cell = (x >> 20) - _LOG_CELLS
    top = (cell + _LOG_CELLS + 1) << 20
    inside = ((top - x) << 32) // top
    return halvings * _LOG_TWO + table[cell] + inside + ((inside * inside) >> 33)


@njit(inline="always")
def sample31(party: np.uint64) -> np.int64:
    """31 bits that decide whether a party's whole journey is kept."""
    return np.int64(mix64(party ^ _SAMPLE) >> _TO31)
