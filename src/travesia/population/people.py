"""Keys of arrays of parties (:mod:`travesia.rng` for one)."""

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
