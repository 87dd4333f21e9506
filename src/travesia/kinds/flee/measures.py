"""FLEE's measures of error, and naive guesses measured by them. Plain arrays in, numbers out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

TITLES = {
    "equal_shares": "equal shares, from the people of day 0",
    "capacity_shares": "shares by capacity",
    "first_shares": "the shares of the first day, for ever",
    "last_observed_shares": "the shares last published before the day",
    "cut_capacity_shares": "shares by the largest count up to the cut",
    "cut_shares": "the shares last counted up to the cut, for ever",
}
"""Plain names of the naive guesses. Each is told the total of the day, as FLEE is."""

ALL = slice(None)

ROUND = 4
"""FLEE rounds differences of people to so many digits before it adds them up."""


def flee_ard(simulated: Floats, observed: Floats) -> float:
    """FLEE's averaged relative difference: the mean over days of summed differences over the total.

    A total below 1 counts as 1 (``extract-validation-results.py`` of FLEE 3.1).

    Args:
        simulated, observed: [days, camps] people.
    """
    error = np.round(np.abs(simulated - observed), ROUND).sum(axis=1)
    return float((error / np.maximum(observed.sum(axis=1), 1.0)).mean())


def rescaled(simulated: Floats, observed: Floats) -> Floats:
    """Simulated counts scaled to the observed total of the day; 0 where nobody is simulated."""
    total = simulated.sum(axis=1, keepdims=True)
    factor = np.divide(
        observed.sum(axis=1, keepdims=True), total, out=np.zeros_like(total), where=total > 0
    )
    return np.asarray(simulated * factor)


def flee_mase(simulated: Floats, observed: Floats, day: int, *, ratio: bool) -> float | None:
    """FLEE's mean absolute scaled error, weighted over camps by what was observed in them.

    The forecast is the rescaled one, over all days; the naive forecast is flat from ``day`` (or
    the camp's share of the total on that day), over the days after it. FLEE's sloped variants are
    left out: their naive line is a count times the day number.

    Returns:
        None where FLEE divides by zero or the run is too short.
    """
    if len(observed) <= day + 1:
        return None
    total = observed.sum(axis=1)
    naive = np.tile(observed[day], (len(observed), 1))
    if ratio:
        if total[day] <= 0:
            return None
        naive = total[:, None] * (observed[day] / total[day])
    after = slice(day + 1, None)
    scale = np.abs(observed[after] - naive[after]).mean(axis=0)
    error = np.abs(observed - rescaled(simulated, observed)).mean(axis=0)
    weight = observed.sum(axis=0)
    use = (weight > 0) & (scale > 0)
    if not use.any():
        return None
    each = np.round(error[use] / scale[use], ROUND)
    return float((each * weight[use]).sum() / weight[use].sum())


def mean_rescaled_ard(simulated: Floats, truth: Floats) -> float:
    """Rescaled averaged relative difference, mean over runs.

    Args:
        simulated: [runs, days, camps] people.
        truth: [days, camps] people.
    """
    return float(np.mean([flee_ard(rescaled(s, truth), truth) for s in simulated]))


def fixed_shares(weight: Floats, truth: Floats) -> float | None:
    """Averaged relative difference of shares by a weight [camps]; None without any weight."""
    if weight.sum() <= 0:
        return None
    return flee_ard(weight / weight.sum() * truth.sum(axis=1, keepdims=True), truth)


def even_people(observed: Floats, day0: bool) -> Floats:
    """Equal shares [days, camps] that are told the total of each day.

    With ``day0`` they start from the people of day 0, as the model does: whoever came since is
    shared out evenly; where fewer are left than on day 0, their shares stay as they were then.
    """
    total = observed.sum(axis=1, keepdims=True)
    n = observed.shape[1]
    start = observed[0] if day0 else np.zeros(n)
    came = total - start.sum()
    fewer = total * start / max(float(start.sum()), 1.0)
    return np.asarray(np.where(came >= 0, start + came / n, fewer))


def total_ratio(simulated: Floats, observed: Floats) -> float | None:
    """People simulated in the camps over people counted: the median over runs and days.

    None where nobody is ever counted.

    Args:
        simulated: [runs, days, camps] people.
        observed: [days, camps] people.
    """
    truth = observed.sum(axis=1)
    days = truth > 0
    if not days.any():
        return None
    return float(np.median(simulated.sum(axis=2)[:, days] / truth[days]))


def baselines(
    observed: Floats,
    capacity: Floats,
    published: Mapping[int, list[tuple[int, float]]],
    after: slice = ALL,
    *,
    day0: bool = True,
) -> dict[str, float | None]:
    """Averaged relative difference of naive guesses that are told the total of each day.

    Args:
        observed: [days, camps] people.
        capacity: [camps], 0 without a limit.
        published: by camp number, (day number, count) in the order of days; a guess for a day
            uses only what was published before it.
        after: the days that are scored.
        day0: whether the model starts with the people of day 0 in the camps; then equal shares do.
    """
    days, n = observed.shape
    equal = np.full((days, n), 1.0 / n)
    by_capacity = np.tile(capacity / capacity.sum(), (days, 1)) if capacity.sum() > 0 else None
    first = np.tile(observed[0] / observed[0].sum(), (days, 1)) if observed[0].sum() > 0 else equal
    last = np.zeros((days, n))
    for camp in range(n):
        rows = published.get(camp, [])
        at = np.array([d for d, _ in rows])
        values = np.array([0.0, *(p for _, p in rows)])
        last[:, camp] = values[np.searchsorted(at, np.arange(days), side="left")]
    sums = last.sum(axis=1, keepdims=True)
    latest = np.where(sums > 0, last / np.where(sums > 0, sums, 1.0), equal)
    total = observed.sum(axis=1, keepdims=True)
    guesses = {
        "equal_shares": even_people(observed, day0),
        "capacity_shares": None if by_capacity is None else by_capacity * total,
        "first_shares": first * total,
        "last_observed_shares": latest * total,
    }
    return {
        name: None if people is None else flee_ard(people[after], observed[after])
        for name, people in guesses.items()
    }
