"""Who sets out on a day: cohorts and departures become parties with stable keys. Arrays only.

The number of a cohort's parties on a day is floor(rate + u), with u a draw of the cohort and the
day. So ordinals are stable: when a rate rises, new parties come on top and nobody else changes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from travesia import rng

Words = npt.NDArray[np.uint64]


def mix64(z: Words) -> Words:
    """:func:`travesia.rng.mix64` for an array."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(rng.MIX_A)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(rng.MIX_B)
    return z ^ (z >> np.uint64(31))


def draws(key: int, parties: Words) -> Words:
    """:func:`travesia.rng.draw` for an array of party keys."""
    mixed = mix64(np.uint64(key) + parties * np.uint64(rng.GOLDEN))
    return mix64(mixed ^ np.uint64(key))


def decision_keys(key: int, day: int, n_slots: int) -> Words:
    """Decision keys of a day for slots 0, 1, ... (:func:`travesia.rng.decision_key`)."""
    base = np.uint64(rng.mix64(key ^ ((day * rng.DAY_STEP) & rng.MASK64)))
    slots = np.arange(n_slots, dtype=np.uint64)
    return mix64(base + slots * np.uint64(rng.DECISION_STEP))


def departures(
    key: int, day: int, cohort_keys: Words, parties_per_day: npt.NDArray[np.float64]
) -> tuple[Words, npt.NDArray[np.int64]]:
    """Keys and cohorts of the parties that set out on a day.

    ``cohort_keys`` and ``parties_per_day`` have one entry per cohort. Returns party keys and
    cohort numbers, ordered by cohort and ordinal.
    """
    count_key = rng.decision_key(key, day, 0, rng.Decision.COUNT)
    u = (draws(count_key, cohort_keys) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    counts = np.floor(parties_per_day + u).astype(np.int64)
    cohort = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    ordinal = np.arange(len(cohort)) - first[cohort]
    number = ((np.uint64(day) << np.uint64(32)) | ordinal.astype(np.uint64)) + np.uint64(rng.GOLDEN)
    return mix64(cohort_keys[cohort] ^ mix64(number)), cohort
