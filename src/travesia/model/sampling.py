"""Drawing the numbers of a scenario from their ranges.

A *draw* is one plausible version of all numbers that carry a range. Numbers that stand for one
judgement move together (all robbery rates, all efforts of an agency in one year), because
independent wiggles of hundreds of rows would cancel and make the model look certain.
"""

from __future__ import annotations

import math
from functools import lru_cache

from travesia import rng


class Sampler:
    """Gives every number its value: as written for draw ``None``, else from its range."""

    def __init__(self, draw: int | None = None, seed: int = 0) -> None:
        self.draw = draw
        self._key = rng.run_key(seed ^ 0x5EED, 0 if draw is None else draw + 1)
        self._unit = lru_cache(maxsize=None)(self._uncached_unit)

    def _uncached_unit(self, group: str) -> float:
        return rng.unit(rng.draw(self._key, rng.name_key(group)))

    def value(self, group: str, value: float, low: float | None, high: float | None) -> float:
        """The value of a number of a group.

        Triangular on [low, high] with its peak at ``value``; on the log scale where the range is
        positive and spans more than a factor of three (rates are known by order of magnitude).
        """
        if self.draw is None or low is None or high is None or not low < high:
            return value
        low, high = min(low, value), max(high, value)
        u = self._unit(group)
        if low > 0 and high > 3 * low:
            logs = math.log(low), math.log(value), math.log(high)
            return math.exp(triangular(u, *logs))
        return triangular(u, low, value, high)


def triangular(u: float, low: float, peak: float, high: float) -> float:
    """Quantile ``u`` of the triangular distribution on [low, high] with the given peak."""
    if high <= low:
        return peak
    split = (peak - low) / (high - low)
    if u < split:
        return low + math.sqrt(u * (high - low) * (peak - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - peak))
