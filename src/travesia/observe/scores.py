"""Scores: how far simulated numbers are from published ones.

All functions take plain arrays, so that each can be checked by hand. Periods are rows, keys
(sectors, nationalities, ...) are columns.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ALPHAS = (0.5, 0.2, 0.05)
"""One minus the coverage of the central intervals: 50, 80 and 95 %."""

ARD_WARNING = (
    "ARD is given for comparison with published models of camps only. Their cases are told the "
    "true total every day, and in most of them the camp capacities equal the observed maximum, so "
    "a low ARD there says little."
)


def shares(values: Floats) -> Floats:
    """Rows as shares of their sum; a row that sums to zero has no shares (NaN).

    Args:
        values: [periods, keys], not negative.
    """
    totals = values.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(totals > 0, values / totals, np.nan)


def total_variation(simulated: Floats, observed: Floats) -> Floats:
    """Total-variation distance of two share vectors per period: half the sum of differences.

    0 is the same composition, 1 is nothing in common.

    Args:
        simulated, observed: [periods, keys] shares.

    Returns:
        [periods]
    """
    return np.asarray(0.5 * np.abs(simulated - observed).sum(axis=1))


def absolute_log_error(simulated: Floats, observed: Floats, floor: float = 0.5) -> Floats:
    """``|log(simulated / observed)|``; counts below ``floor`` are taken as ``floor``.

    .1 is about ten per cent too many or too few; .69 is a factor of two.
    """
    s, o = np.maximum(simulated, floor), np.maximum(observed, floor)
    return np.asarray(np.abs(np.log(s / o)))


def relative_error(simulated: Floats, observed: Floats) -> float:
    """Sum of absolute errors over the sum of observations (weighs large periods more)."""
    total = float(np.abs(observed).sum())
    return float(np.abs(simulated - observed).sum()) / total if total > 0 else float("nan")


def mase(simulated: Floats, observed: Floats, history: Floats, season: int) -> float:
    """Mean absolute scaled error: below 1 is better than the seasonal naive guess in the past.

    The scale is the mean absolute difference of ``history`` from one season before (Hyndman and
    Koehler 2006, International Journal of Forecasting 22:679-688).

    Args:
        simulated, observed: [periods]
        history: [periods before the window], without gaps.
        season: periods in a season.
    """
    if len(history) <= season:
        return float("nan")
    scale = float(np.abs(history[season:] - history[:-season]).mean())
    return float(np.abs(simulated - observed).mean()) / scale if scale > 0 else float("nan")


def ard(simulated: Floats, observed: Floats) -> Floats:
    """Averaged relative difference per period: summed errors over the observed total.

    Suleimenova, Bell and Groen 2017, Scientific Reports 7:13377. See :data:`ARD_WARNING`.

    Args:
        simulated, observed: [periods, keys] counts.

    Returns:
        [periods], NaN where nothing was observed.
    """
    totals = observed.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(totals > 0, np.abs(simulated - observed).sum(axis=1) / totals, np.nan)


def interval_score(lower: Floats, upper: Floats, observed: Floats, alpha: float) -> Floats:
    """Interval score of a central ``1 - alpha`` interval: its width, and penalties for misses.

    Gneiting and Raftery 2007, Journal of the American Statistical Association 102:359-378.
    """
    below = 2 / alpha * np.maximum(lower - observed, 0)
    above = 2 / alpha * np.maximum(observed - upper, 0)
    return np.asarray((upper - lower) + below + above)


def weighted_interval_score(draws: Floats, observed: Floats) -> Floats:
    """Weighted interval score of an ensemble, from its median and 50, 80 and 95 % intervals.

    ``(|y - m| / 2 + sum(alpha / 2 * IS_alpha)) / (K + 1 / 2)`` (Bracher, Ray, Gneiting and Reich
    2021, PLOS Computational Biology 17:e1008618, equation 1). For a point forecast it equals the
    absolute error, so it can stand beside the absolute error of a naive guess.

    Args:
        draws: [draws, ...] simulated values.
        observed: [...]

    Returns:
        [...]
    """
    total = 0.5 * np.abs(observed - np.median(draws, axis=0))
    for alpha in ALPHAS:
        lower, upper = np.quantile(draws, [alpha / 2, 1 - alpha / 2], axis=0)
        total = total + alpha / 2 * interval_score(lower, upper, observed, alpha)
    return np.asarray(total / (len(ALPHAS) + 0.5))


def coverage(draws: Floats, observed: Floats, alpha: float) -> float:
    """Share of observations inside the central ``1 - alpha`` interval of the draws.

    An ensemble that tells the truth covers about ``1 - alpha``. NaN without observations.
    """
    if not observed.size:
        return float("nan")
    lower, upper = np.quantile(draws, [alpha / 2, 1 - alpha / 2], axis=0)
    return float(((lower <= observed) & (observed <= upper)).mean())
