"""Quantiles, Monte Carlo errors and paired differences of members, column by column."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from travesia.ensemble.summary import Floats

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Ends of the 90 % and the 50 % interval, and the median."""

MOST_SHIFTS = 64
Z95 = 1.959963984540054


def quantiles(values: Floats) -> Floats:
    """Quantiles :data:`QUANTILES` of each column of values [members, columns]: [5, columns]."""
    return np.asarray(np.quantile(values, QUANTILES, axis=0))


def mean_error(values: Floats) -> Floats:
    """Standard error of the mean of each column: s / sqrt(n). NaN for one member."""
    n = len(values)
    if n < 2:
        return np.full(values.shape[1:], np.nan)
    return np.asarray(values.std(axis=0, ddof=1) / math.sqrt(n))


def median_error(values: Floats) -> Floats:
    """Standard error of the median of each column, whatever the distribution.

    The number of values below the median is binomial with standard deviation sqrt(n) / 2, so the
    quantiles 1/2 ± 1/(2 sqrt(n)) lie one standard error to each side. For a normal distribution
    this tends to 1.2533 s / sqrt(n). NaN for fewer than two members.
    """
    n = len(values)
    if n < 2:
        return np.full(values.shape[1:], np.nan)
    step = 0.5 / math.sqrt(n)
    low, high = np.quantile(values, (0.5 - step, 0.5 + step), axis=0)
    return np.asarray((high - low) / 2)


def unpaired(base: Floats, other: Floats) -> tuple[float, float]:
    """The 90 % interval of a difference if the two sides had not shared draws and luck.

    ``base`` and ``other`` [members]; every member of one side is set against other members of
    the other side (all of them, or 64 shifts). Fewer than two members give NaN.
    """
    n = len(base)
    if n < 2:
        return math.nan, math.nan
    shifts = np.unique(np.linspace(1, n - 1, min(n - 1, MOST_SHIFTS)).astype(int))
    crossed = np.concatenate([other - np.roll(base, k) for k in shifts])
    low, high = np.quantile(crossed, (QUANTILES[0], QUANTILES[-1]))
    return float(low), float(high)


@dataclass(frozen=True)
class Paired:
    """Columns of two scenarios and of their differences within members.

    ``base``, ``other`` and ``difference`` are [5, columns] (:data:`QUANTILES`); ``mean`` and
    ``error`` [columns] the mean difference and the standard error of the median difference;
    ``share_more`` the share of members in which there is more than in the baseline.
    """

    base: Floats
    other: Floats
    difference: Floats
    mean: Floats
    error: Floats
    share_more: Floats

    @classmethod
    def of(cls, base: Floats, other: Floats) -> Paired:
        """From numbers of both scenarios [members, columns], members in the same order."""
        difference = other - base
        return cls(
            quantiles(base),
            quantiles(other),
            quantiles(difference),
            np.asarray(difference.mean(axis=0)),
            median_error(difference),
            np.asarray((difference > 0).mean(axis=0)),
        )

    @classmethod
    def joined(cls, parts: Iterable[Paired]) -> Paired:
        """Columns of several parts side by side."""
        rows = list(parts)
        return cls(*(np.concatenate([getattr(p, n) for p in rows], axis=-1) for n in cls._names()))

    @classmethod
    def _names(cls) -> tuple[str, ...]:
        return ("base", "other", "difference", "mean", "error", "share_more")


def known_well(base: Floats, other: Floats, precision: float) -> tuple[bool, float, float]:
    """Whether the median of a paired difference is known to a precision.

    Known means: half the 95 % interval of chance of the median difference is at most ``precision``
    of the difference, or, for differences that are small themselves, ``precision`` squared of the
    baseline (so with 5 % an effect below 5 % of the baseline need only be known to a quarter of a
    per cent of it). Returns (known, half-width, tolerance). ``base`` and ``other`` [members].
    """
    difference = other - base
    half = float(Z95 * median_error(difference[:, None])[0])
    size = abs(float(np.median(difference)))
    tolerance = precision * max(size, precision * abs(float(np.median(base))))
    return bool(half <= tolerance), half, tolerance
