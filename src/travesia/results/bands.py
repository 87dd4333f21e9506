"""Reads bands: the spread of a quantity over draws of the parameters, and chance error apart.

A band is a mapping with ``quantiles`` (quantile such as ``0.05`` to one number, or to a list by
month), and perhaps ``months`` (the labels of such lists), ``total`` (quantiles of the sum over the
period, which are not the sums of monthly quantiles), ``chance`` (one standard deviation of the
total between runs that differ only in their seed), ``draws`` (how many) and ``nominal`` (the total
with the numbers as written, at the sampled population of the draws).

Draws simulate a small share of the population, and what is left of the effect of a sample (few ask
at small stations and offices) must not be read as a difference. So a band says how far the draws
lie from the nominal run of the same sample, and is read relative to the full run: quantiles are
multiplied by the full run's total over ``nominal``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LOW, HIGH = 0.05, 0.95

Series = list[float | None]


@dataclass(frozen=True)
class Band:
    """Likely range of one quantity: of its total, and by month."""

    low: float | None = None
    median: float | None = None
    high: float | None = None
    low_by_month: Series | None = None
    high_by_month: Series | None = None
    chance: float | None = None
    draws: int | None = None


def read_band(
    band: Mapping[str, Any] | None, months: Sequence[str], simulated: float | None = None
) -> Band:
    """Read one band on the months of the report; an absent band gives an empty one.

    ``simulated`` is the total of the full run, to which the band is anchored.
    """
    if not band:
        return Band()
    nominal = band.get("nominal")
    factor = simulated / nominal if simulated and nominal else 1.0
    monthly = _outer(band.get("quantiles") or {})
    total = _outer(band.get("total") or {})
    rows: list[Series | None] = [None, None]
    if monthly is not None and isinstance(monthly[0], Sequence):
        labels = list(band.get("months") or months)
        rows = [_on(months, labels, values) for values in monthly]
    elif monthly is not None and total is None:
        total = monthly
    low, high = total if total is not None else (None, None)
    middle = _median(band, bool(total is not None and total is not monthly))
    chance, draws = band.get("chance"), band.get("draws")
    return Band(
        low=None if low is None else float(low) * factor,
        median=None if middle is None or low is None else middle * factor,
        high=None if high is None else float(high) * factor,
        low_by_month=_times(rows[0], factor),
        high_by_month=_times(rows[1], factor),
        chance=None if chance is None else float(chance),
        draws=None if draws is None else int(draws),
    )


def _median(band: Mapping[str, Any], of_total: bool) -> float | None:
    """The median of the draws' totals, if the band holds it."""
    table = band.get("total" if of_total else "quantiles") or {}
    found = {float(q): v for q, v in table.items()}
    value = found.get(0.5)
    return None if value is None or isinstance(value, Sequence) else float(value)


def _outer(quantiles: Mapping[Any, Any]) -> tuple[Any, Any] | None:
    """The quantiles nearest to the 5th and 95th hundredth, if there are two."""
    found = {float(q): values for q, values in quantiles.items()}
    if len(found) < 2:
        return None
    low = min(found, key=lambda q: abs(q - LOW))
    high = min(found, key=lambda q: abs(q - HIGH))
    return found[low], found[high]


def _times(row: Series | None, factor: float) -> Series | None:
    return None if row is None else [None if v is None else v * factor for v in row]


def _on(months: Sequence[str], labels: Sequence[str], values: Sequence[Any]) -> Series:
    known = dict(zip(labels, values, strict=True))
    return [None if known.get(m) is None else float(known[m]) for m in months]
