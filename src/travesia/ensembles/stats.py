"""Quantiles, Monte Carlo errors and paired differences of members, column by column."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from travesia.ensembles.summary import Floats

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


@dataclass(frozen=True, slots=True)
class Precision:
    """How well a median is known: ``half_width`` of its 95 % interval of chance, and what is
    asked; ``members`` are those behind it.
    """

    half_width: float
    tolerance: float
    members: int

    @property
    def known(self) -> bool:
        """Whether it is known as well as was asked."""
        return bool(self.half_width <= self.tolerance)

    @property
    def needed(self) -> int | None:
        """Members that would do, as far as these can tell: an error shrinks with their square
        root. None where nothing can be said (an error of nothing, one member).
        """
        if self.known:
            return self.members
        if not (math.isfinite(self.half_width) and self.tolerance > 0):
            return None
        return math.ceil(self.members * (self.half_width / self.tolerance) ** 2)

    def to_dict(self) -> dict[str, Any]:
        """Plain values; ``members_needed`` in all and ``members_more`` than there are."""
        needed = self.needed
        return {
            "known": self.known,
            "half_width": self.half_width,
            "tolerance": self.tolerance,
            "members_needed": needed,
            "members_more": None if needed is None else needed - self.members,
        }


def known_well(base: Floats, other: Floats, precision: float) -> Precision:
    """How well the median of a paired difference is known, against a precision.

    It is known if half the 95 % interval of chance of the median difference is at most
    ``precision`` of the difference or, for differences that are small themselves, ``precision``
    squared of the baseline (so with 5 % an effect below 5 % of the baseline need only be known to
    a quarter of a per cent of it). ``base`` and ``other`` [members].
    """
    difference = other - base
    size = abs(float(np.median(difference)))
    tolerance = precision * max(size, precision * abs(float(np.median(base))))
    return Precision(_half_width(difference), tolerance, len(difference))


def known_itself(values: Floats, precision: float) -> Precision:
    """How well the median of ``values`` [members] is known, against a share of itself."""
    tolerance = precision * abs(float(np.median(values)))
    return Precision(_half_width(values), tolerance, len(values))


def _half_width(values: Floats) -> float:
    return float(Z95 * median_error(values[:, None])[0])
