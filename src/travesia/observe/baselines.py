"""Naive guesses that need no simulation.

All but one use observations before the scored period only: a guess for period ``t`` is a function
of the rows before ``t``; where the rows it needs do not exist the guess is NaN. Tests change all
later rows and require the same guess. The last uses no observation but what the inputs of the run
already say of the period.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from travesia.observe.scores import shares
from travesia.scenario.periods import PER_YEAR, Frequency

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

Guess = Callable[[Floats, Ints, int, Frequency], Floats]
"""(observed [periods, keys], period numbers [periods], number of the guessed period, frequency)
-> [keys]."""

TITLES: Mapping[str, str] = {
    "seasonal_naive": "the same period a year before",
    "last_year": "the twelve months before",
    "last_six_months": "the six months before",
    "last_three_months": "the three months before",
    "previous": "the last published number before",
    "equal_shares": "equal shares",
    "population": "shares by population",
    "inputs": "the run's inputs alone",
}
"""Plain names of the guesses."""


def _window(observed: Floats, numbers: Ints, first: int, last: int) -> Floats:
    """Mean of the rows numbered ``first`` to ``last``; NaN unless all of them exist.

    Numbers that are unknown are left out; a key without any known number stays unknown.
    """
    rows = observed[(numbers >= first) & (numbers <= last)]
    if len(rows) < last - first + 1:
        return np.full(observed.shape[1], np.nan)
    known = np.isfinite(rows).sum(axis=0)
    return np.where(known > 0, np.nansum(rows, axis=0) / np.maximum(known, 1), np.nan)


def seasonal_naive(observed: Floats, numbers: Ints, t: int, freq: Frequency) -> Floats:
    """What was seen in the same season a year before."""
    season = PER_YEAR[freq]
    return _window(observed, numbers, t - season, t - season)


def last_year(observed: Floats, numbers: Ints, t: int, freq: Frequency) -> Floats:
    """Mean of the year that ends with the period before."""
    return _window(observed, numbers, t - PER_YEAR[freq], t - 1)


def last_six_months(observed: Floats, numbers: Ints, t: int, freq: Frequency) -> Floats:
    """Mean of the six months before; only for monthly series."""
    if freq != "month":
        return np.full(observed.shape[1], np.nan)
    return _window(observed, numbers, t - 6, t - 1)


def last_three_months(observed: Floats, numbers: Ints, t: int, freq: Frequency) -> Floats:
    """Mean of the three months before; only for monthly series."""
    if freq != "month":
        return np.full(observed.shape[1], np.nan)
    return _window(observed, numbers, t - 3, t - 1)


def previous(observed: Floats, numbers: Ints, t: int, _: Frequency) -> Floats:
    """The last known observation of each key before, however long ago."""
    rows = observed[numbers < t]
    rows = rows[np.argsort(numbers[numbers < t], kind="stable")]
    out = np.full(observed.shape[1], np.nan)
    for row in rows[::-1]:
        out = np.where(np.isnan(out), row, out)
        if not np.isnan(out).any():
            break
    return out


def equal_shares(observed: Floats, _numbers: Ints, _t: int, _freq: Frequency) -> Floats:
    """The same for every key. The keys are those of the published table."""
    return np.ones(observed.shape[1])


BY_FREQUENCY: Mapping[Frequency, tuple[str, ...]] = {
    "month": ("seasonal_naive", "last_year", "last_six_months", "last_three_months", "previous"),
    "fiscal_year": ("last_year", "previous"),
    "year": ("last_year", "previous"),
    "date": ("previous",),
}
"""Which guesses a frequency has. In annual series last year is the seasonal naive guess, and the
last published number stands in for it where years are missing."""

_GUESSES: Mapping[str, Guess] = {
    "seasonal_naive": seasonal_naive,
    "last_year": last_year,
    "last_six_months": last_six_months,
    "last_three_months": last_three_months,
    "previous": previous,
    "equal_shares": equal_shares,
}


def guesses(
    observed: Floats,
    numbers: Ints,
    scored: Ints,
    freq: Frequency,
    *,
    as_shares: bool,
    weights: Floats | None = None,
    inputs: Floats | None = None,
) -> dict[str, Floats]:
    """All naive guesses for the scored periods.

    Args:
        observed: [periods, keys] everything that was published, counts or ratios.
        numbers: [periods] period numbers of the rows.
        scored: [scored] period numbers to guess.
        freq: frequency of the series.
        as_shares: guess compositions: counts are pooled over the window and then shared out,
            and equal shares join the guesses.
        weights: [keys] sizes of population, which add shares by population.
        inputs: [scored, keys] people of each key in the inputs of the run, which add the shares
            that the inputs alone say.

    Returns:
        [scored, keys] by name of the guess; NaN where the past does not reach back far enough.
    """
    names = BY_FREQUENCY[freq] + (("equal_shares",) if as_shares else ())
    out = {}
    for name in names:
        rows = [_GUESSES[name](observed, numbers, int(t), freq) for t in scored]
        out[name] = np.array(rows, np.float64).reshape(len(scored), observed.shape[1])
    if PER_YEAR[freq] == 1 and np.array_equal(
        out.get("last_year", 0), out.get("previous", 1), equal_nan=True
    ):
        del out["previous"]  # no year is missing: the two are one guess
    if as_shares and weights is not None and weights.sum() > 0:
        out["population"] = np.tile(weights, (len(scored), 1)).astype(np.float64)
    if as_shares and inputs is not None and inputs.any():
        out["inputs"] = inputs
    return {name: shares(rows) if as_shares else rows for name, rows in out.items()}
