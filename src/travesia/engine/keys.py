"""Keys and draws in bulk, compiled: a day's decisions, who sets out, who comes first.

The number of a cohort's parties on a day is floor(rate + u), with u a draw of the cohort and the
day. So ordinals are stable: when a rate rises, new parties come on top and nobody else changes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from travesia import rng
from travesia.engine.draws import mix64
from travesia.model.jit import compiled

Words = npt.NDArray[np.uint64]

_U64 = np.uint64
_GOLDEN, _STEP = _U64(rng.GOLDEN), _U64(rng.DECISION_STEP)
_TO53, _UNIT = _U64(11), 2.0**-53


@njit(inline="always")
def _draw(key: Any, party: Any) -> Any:
    """64 random bits of one party under a decision key."""
    return mix64(mix64(key + party * _GOLDEN) ^ key)


def decision_keys(key: int, day: int, slots: int) -> Words:
    """Decision keys of a day (:func:`travesia.rng.decision_key`), the run's key and the day."""
    out = np.empty(slots + 2, np.uint64)
    base = rng.mix64(key ^ ((day * rng.DAY_STEP) & rng.MASK64))
    _fill_keys(np.uint64(base), out)
    out[slots:] = key, day
    return out


@compiled
def _fill_keys(base: Any, out: Any) -> None:
    for slot in range(len(out) - 2):
        out[slot] = mix64(base + _U64(slot) * _STEP)


def departures(
    key: int, day: int, cohort_keys: Words, parties_per_day: npt.NDArray[np.float64]
) -> tuple[Words, npt.NDArray[np.int64]]:
    """Keys and cohorts of the parties that set out on a day.

    ``cohort_keys`` and ``parties_per_day`` have one entry per cohort. Returns party keys and
    cohort numbers, ordered by cohort and ordinal (:func:`travesia.rng.party_key`).
    """
    counted = np.uint64(rng.decision_key(key, day, 0, rng.Decision.COUNT))
    counts = np.empty(len(cohort_keys), np.int64)
    total = _count_parties(counted, cohort_keys, parties_per_day, counts)
    born, cohort = np.empty(total, np.uint64), np.empty(total, np.int64)
    _fill_parties(np.uint64(day << 32), cohort_keys, counts, born, cohort)
    return born, cohort


@compiled
def _count_parties(key: Any, cohort_keys: Any, parties_per_day: Any, counts: Any) -> int:
    total = 0
    for c in range(len(counts)):
        u = np.float64(_draw(key, cohort_keys[c]) >> _TO53) * _UNIT
        counts[c] = np.int64(np.floor(parties_per_day[c] + u))
        total += counts[c]
    return total


@compiled
def _fill_parties(day: Any, cohort_keys: Any, counts: Any, born: Any, cohort: Any) -> None:
    n = 0
    for c in range(len(counts)):
        for ordinal in range(counts[c]):
            born[n] = mix64(cohort_keys[c] ^ mix64((day | _U64(ordinal)) + _GOLDEN))
            cohort[n] = c
            n += 1


def draws(key: int, parties: Words) -> Words:
    """:func:`travesia.rng.draw` for an array of party keys."""
    out = np.empty(len(parties), np.uint64)
    _fill_draws(np.uint64(key), parties, out)
    return out


@compiled
def _fill_draws(key: Any, parties: Any, out: Any) -> None:
    for i in range(len(parties)):
        out[i] = _draw(key, parties[i])
