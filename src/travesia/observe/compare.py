"""Measures of one target: the run's error, and that of each naive guess, on the same periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from travesia.observe import scores
from travesia.observe.baselines import guesses
from travesia.observe.targets import Target
from travesia.scenario.periods import PER_YEAR

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

ENOUGH = 0.5
"""A naive guess is used if it exists for at least this share of the scored periods."""


@dataclass(frozen=True, eq=False)
class Measure:
    """A score of the run beside those of the naive guesses, all on the same ``n`` periods."""

    metric: str
    n: int
    simulated: float
    baselines: Mapping[str, float]
    dropped: int = 0
    """Periods that could not be used because a guess or a number is missing."""


@dataclass(frozen=True, eq=False)
class Series:
    """One target in one window, as matrices.

    Attributes:
        target: the target.
        mask: [n] which published periods are scored.
        simulated: [n, k] the run (the median of the draws has its own place in ``draws``).
        draws: [draws, n, k] an ensemble, or None.
        weights: [k] population per key, or None.
        inputs: [n, k] people of each key in the inputs of the run, or None.
    """

    target: Target
    mask: Mask
    simulated: Floats
    draws: Floats | None = None
    weights: Floats | None = None
    inputs: Floats | None = None

    @property
    def scored(self) -> Ints:
        """Numbers of the scored periods."""
        return self.target.numbers[self.mask]

    def groups(self) -> Ints:
        """[k] group of each key: shares are compared within what the departures give.

        Sectors by nationality are compared within each nationality, because how many of each
        nationality set out is an input. One group if all or none of the dimensions are given.
        """
        given = [d in self.target.quantity.circular_by for d in self.target.dims]
        if all(given) or not any(given):
            return np.zeros(len(self.target.keys), np.int64)
        parts = [tuple(v for v, g in zip(k, given, strict=True) if g) for k in self.target.keys]
        order = sorted(set(parts))
        return np.array([order.index(p) for p in parts], np.int64)


def judge(metric: str, run: Floats, naive: Mapping[str, Floats]) -> Measure:
    """Mean error of the run and of each naive guess over the periods that all of them have.

    Args:
        metric: name of the measure.
        run: [n] error per period.
        naive: [n] error per period of each guess; NaN where there is no guess. Guesses that
            exist for less than :data:`ENOUGH` of the periods are left out.
    """
    usable = {k: e for k, e in naive.items() if np.isfinite(e).mean() >= ENOUGH} if len(run) else {}
    common = np.isfinite(run)
    for errors in usable.values():
        common &= np.isfinite(errors)
    n = int(common.sum())
    if n == 0:
        return Measure(metric, 0, float("nan"), {}, len(run))
    means = {name: float(errors[common].mean()) for name, errors in usable.items()}
    return Measure(metric, n, float(run[common].mean()), means, len(run) - n)


# -- compositions -------------------------------------------------------------------------


def shares_within(values: Floats, groups: Ints, known: Mask | None = None) -> Floats:
    """Shares of each key within its group; equal shares in a group without anybody.

    Args:
        values: [n, k] counts or shares; a row of NaN stays NaN.
        groups: [k]
        known: [n, k] keys that are compared; the others have no share.
    """
    known = np.ones(values.shape, bool) if known is None else known
    out = np.empty_like(values)
    for group in np.unique(groups):
        mine = groups == group
        sizes = np.maximum(known[:, mine].sum(axis=1, keepdims=True), 1)
        part = scores.shares(np.where(known[:, mine], values[:, mine], 0.0))
        unknown = (np.isnan(values[:, mine]) & known[:, mine]).any(axis=1, keepdims=True)
        out[:, mine] = np.where(np.isnan(part) & ~unknown, known[:, mine] / sizes, part)
    return out


def distance(simulated: Floats, observed: Floats, groups: Ints) -> Floats:
    """Total-variation distance per period, averaged over groups by their observed size.

    A key whose published number is unknown is left out of its period, on both sides.

    Args:
        simulated: [n, k] counts or shares.
        observed: [n, k] counts; NaN where unknown.
        groups: [k]

    Returns:
        [n] between 0 and 1; NaN where nothing was observed.
    """
    known = np.isfinite(observed)
    ours, theirs = (shares_within(v, groups, known) for v in (simulated, observed))
    counted = np.where(known, observed, 0.0)
    members = [groups == group for group in np.unique(groups)]
    sizes = scores.shares(np.stack([counted[:, mine].sum(axis=1) for mine in members], axis=1))
    apart = [scores.total_variation(ours[:, mine], theirs[:, mine]) for mine in members]
    return np.asarray((sizes * np.stack(apart, axis=1)).sum(axis=1))


def compositions(series: Series) -> list[Measure]:
    """Measures of a target with keys: distance of shares first, then those for comparison."""
    target, mask, groups = series.target, series.mask, series.groups()
    observed, simulated = target.values[mask], series.simulated[mask]
    naive = _naive(series, as_shares=True)
    errors = {k: distance(g, observed, groups) for k, g in naive.items()}
    out = [judge("tv", distance(simulated, observed, groups), errors)]
    known = np.isfinite(observed)
    out.append(
        judge("ard", scores.ard(*(np.where(known, v, 0.0) for v in (simulated, observed))), {})
    )
    if series.draws is not None:
        draws = np.stack([shares_within(d, groups) for d in series.draws[:, mask]])
        shown = {k: shares_within(g, groups) for k, g in naive.items()}
        out += probabilistic(draws, shares_within(observed, groups), shown)
    return out


def one_share(series: Series, key: tuple[str, ...]) -> Measure:
    """Mean absolute error of the share of one key, such as one sector."""
    column = series.target.keys.index(key)
    observed = scores.shares(series.target.values[series.mask])[:, column]
    run = np.abs(scores.shares(series.simulated[series.mask])[:, column] - observed)
    naive = _naive(series, as_shares=True)
    return judge("share_error", run, {k: np.abs(g[:, column] - observed) for k, g in naive.items()})


# -- totals, ratios and stocks ------------------------------------------------------------


def totals(series: Series) -> list[Measure]:
    """Measures of the sum over all keys; of the number itself where there are no keys."""
    summed, mask = _summed(series), series.mask
    observed, run = summed.target.values[mask][:, 0], summed.simulated[mask][:, 0]
    naive = {k: g[:, 0] for k, g in _naive(summed, as_shares=False).items()}
    error = scores.absolute_log_error
    errors = {k: error(g, observed) for k, g in naive.items()}
    out = [judge("log_error", error(run, observed), errors)]
    out += _descriptive(run, observed, _history(summed), PER_YEAR[summed.target.freq])
    if summed.draws is not None:
        shown = {k: g[:, None] for k, g in naive.items()}
        out += probabilistic(summed.draws[:, mask], observed[:, None], shown)
    return out


def ratios(series: Series) -> list[Measure]:
    """Measures of a share that is published as such: mean absolute error over periods and keys."""
    observed, run = series.target.values[series.mask], series.simulated[series.mask]
    naive = _naive(series, as_shares=False)
    errors = {k: _mean_error(g, observed) for k, g in naive.items()}
    out = [judge("absolute_error", _mean_error(run, observed), errors)]
    out += _descriptive(
        run.mean(1), observed.mean(1), _history(series), PER_YEAR[series.target.freq]
    )
    if series.draws is not None:
        out += probabilistic(series.draws[:, series.mask], observed, naive)
    return out


def _mean_error(guess: Floats, observed: Floats) -> Floats:
    """Mean absolute error of each period over the keys that were published."""
    known = np.isfinite(observed)
    number = known.sum(axis=1)
    errors = np.where(known, np.abs(guess - np.where(known, observed, 0.0)), 0.0).sum(axis=1)
    return np.where(number > 0, errors / np.maximum(number, 1), np.nan)


def _descriptive(run: Floats, observed: Floats, history: Floats, season: int) -> list[Measure]:
    """Relative error and MASE, which are given without naive guesses."""
    known = np.isfinite(run) & np.isfinite(observed)
    n = int(known.sum())
    if n == 0:
        return []
    scaled = scores.mase(run[known], observed[known], history, season)
    relative = scores.relative_error(run[known], observed[known])
    return [Measure("relative_error", n, relative, {}), Measure("mase", n, scaled, {})]


def probabilistic(draws: Floats, observed: Floats, naive: Mapping[str, Floats]) -> list[Measure]:
    """Weighted interval score and coverage of an ensemble.

    The score of a naive guess, which has no spread, is its absolute error.

    Args:
        draws: [draws, n, k]
        observed: [n, k]
        naive: [n, k] each.
    """
    known = np.isfinite(draws).all(axis=(0, 2)) & np.isfinite(observed).all(axis=1)
    score = np.full(len(observed), np.nan)
    if known.any():
        score[known] = scores.weighted_interval_score(draws[:, known], observed[known]).mean(axis=1)
    errors = {k: np.abs(g - observed).mean(axis=1) for k, g in naive.items()}
    out = [judge("wis", score, errors)]
    for alpha in scores.ALPHAS:
        inside = scores.coverage(draws[:, known], observed[known], alpha)
        out.append(Measure(f"coverage_{round(100 * (1 - alpha))}", int(known.sum()), inside, {}))
    return out


def _summed(series: Series) -> Series:
    """The same series without keys."""
    target = series.target
    if not target.dims:
        return series
    values = target.values.sum(axis=1, keepdims=True)
    whole = replace(target, keys=((),), values=values, dims=())
    draws = None if series.draws is None else series.draws.sum(axis=2, keepdims=True)
    return Series(whole, series.mask, series.simulated.sum(axis=1, keepdims=True), draws)


def _history(series: Series) -> Floats:
    """The unbroken run of observations that ends just before the window."""
    numbers, first = series.target.numbers, int(series.scored.min())
    before = [(int(n), i) for i, n in enumerate(numbers) if n < first][::-1]
    kept: list[int] = []
    for step, (n, i) in enumerate(before, 1):
        if n != first - step or np.isnan(series.target.values[i]).any():
            break
        kept.append(i)
    return np.asarray(series.target.values[kept[::-1]].mean(axis=1))


def _naive(series: Series, *, as_shares: bool) -> dict[str, Floats]:
    target = series.target
    return guesses(
        target.values,
        target.numbers,
        series.scored,
        target.freq,
        as_shares=as_shares,
        weights=series.weights if as_shares else None,
        inputs=series.inputs[series.mask] if as_shares and series.inputs is not None else None,
    )


def stack(simulated: Sequence[Floats]) -> Floats | None:
    """Draws as one array [draws, n, k], or None if there are none."""
    return np.stack(simulated) if simulated else None
