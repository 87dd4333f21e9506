"""The simulated twin of each published statistic: counts exactly what the publisher counts."""

from __future__ import annotations

import calendar as std_calendar
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from travesia.errors import InputError, Problem
from travesia.quantities.counting import Counter, period
from travesia.quantities.observable import UnknownObservableError, resolve
from travesia.quantities.quantity import Quantity
from travesia.results.result import Result
from travesia.scenario.periods import Frequency, of_month

Floats = npt.NDArray[np.float64]


def twin(result: Result, observable: str, freq: Frequency = "month", by: str = "") -> pd.DataFrame:
    """The simulated series of an observable.

    Args:
        result: a run.
        observable: id of a quantity, perhaps with axes, such as ``deaths_by_region``.
        freq: month, fiscal year (from October), calendar year, or date (people at a time only).
        by: axes joined by ``;``; blank reads them from the id.

    Returns:
        A table: period, one column per axis, value (events, people or a share). Periods and keys
        without events are absent.

    Raises:
        InputError: an unknown observable or axis, or a frequency that it cannot have.
    """
    try:
        quantity, dims = resolve(result.quantities, observable, by)
    except UnknownObservableError as error:
        problem = Problem(str(error), "targets.csv", error.cure)
        raise InputError("a target has no simulated twin", [problem]) from error
    if freq == "date" and quantity.measure != "stock":
        raise InputError(
            "an observable cannot be counted so",
            [Problem(f"{observable!r} by date", "targets.csv", "use month or year")],
        )
    counter = result.counter
    if quantity.over in ("end", "running") or freq == "date":
        labels, values = _at_ends(result, quantity, dims, freq)
    else:
        labels, values = _by_period(counter, quantity, dims, freq)
    keep = np.isfinite(values) & ((values != 0) | (quantity.measure == "ratio"))
    if quantity.measure == "stock" and not dims:
        keep = np.isfinite(values)
    where = np.nonzero(keep)
    columns = {
        dim: np.array(counter.domain(dim), dtype=object)[codes]
        for dim, codes in zip(dims, where, strict=False)
    }
    frame = pd.DataFrame({"period": np.array(labels, object)[where[-1]], **columns})
    frame = frame.astype(str).assign(value=values[where])
    return frame.sort_values(["period", *dims], ignore_index=True)


def _by_period(
    counter: Counter, quantity: Quantity, dims: Sequence[str], freq: Frequency
) -> tuple[list[str], Floats]:
    """A quantity by axes and period, the months of each summed up: labels, [*dims, periods]."""
    if quantity.kind == "share":
        parts, wholes = (
            [_by_period(counter, counter.register[q], dims, freq) for q in side]
            for side in (quantity.part, quantity.whole)
        )
        part, whole = (np.sum([values for _, values in side], axis=0) for side in (parts, wholes))
        return parts[0][0], quantity.scale * counter.over(part, whole)
    months = counter.count(quantity, dims)
    labels = [of_month(m[:7], freq) for m in counter.months]
    names = list(dict.fromkeys(labels))
    held = np.array([names.index(label) for label in labels])
    sums = [period(quantity.over, months[..., held == n]) for n in range(len(names))]
    return names, np.stack(sums, axis=-1) if sums else months


def _at_ends(
    result: Result, quantity: Quantity, dims: Sequence[str], freq: Frequency
) -> tuple[list[str], Floats]:
    """A quantity on the last day of each period (each day, where the frequency is a date)."""
    daily, known = result.counter.count(quantity, dims, time="date"), {*result.dates()}
    dates = enumerate(result.counter.domain("date"))
    ends = {n: p for n, d in dates if d in known and (p := _period_ending(d, freq))}
    return list(ends.values()), daily[..., list(ends)]


def _period_ending(date: str, freq: Frequency) -> str:
    """The period that ends on a date, or blank."""
    if freq == "date":
        return date
    year, month, day = int(date[:4]), int(date[5:7]), int(date[8:10])
    last = day == std_calendar.monthrange(year, month)[1]
    closing = {"month": month, "fiscal_year": 9, "year": 12}[freq]
    return of_month(date[:7], freq) if last and month == closing else ""
