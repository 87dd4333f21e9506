"""The simulated twin of each published statistic: counts exactly what the publisher counts.

All enforcement series count events, not people; US series are the Border Patrol between ports.
An observable has an id such as ``us_encounters_by_sector_nationality``: a statistic and the
dimensions it is broken down by.
"""

from __future__ import annotations

import calendar as std_calendar
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from travesia.errors import InputError, Problem
from travesia.results.result import Result
from travesia.scenario import statistics
from travesia.scenario.periods import Frequency, of_month
from travesia.scenario.statistics import Statistic, UnknownObservableError

NORTHERN_TRIANGLE = ("GTM", "HND", "SLV")

COLUMNS = {
    "sector": "place",
    "nationality": "nationality",
    "family_type": "family_type",
    "state": "region",
    "place": "place",
}
"""The column of the tagged events that holds each dimension."""

Count = Callable[[Result, tuple[str, ...], Frequency], pd.DataFrame]
"""(result, dimensions, frequency) -> table (period, dimensions, value)."""


# -- counting ------------------------------------------------------------------------------


def _tidy(rows: pd.DataFrame, by: tuple[str, ...], freq: Frequency) -> pd.DataFrame:
    """Sums of people per period and dimension."""
    columns = {name: rows[COLUMNS[name]].astype(str) for name in by}
    month = rows["month"].astype(str)
    period = month.map({m: of_month(m, freq) for m in month.unique()}).astype(str)
    frame = pd.DataFrame({"period": period, **columns, "value": rows["people"]})
    return _sums(frame, by)


def _sums(frame: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    return frame.groupby(["period", *by])["value"].sum().reset_index()


def _tagged(*tags: str, at: str = "") -> Callable[..., pd.DataFrame]:
    """Events that count as any of the tags, at places of one kind (blank: anywhere)."""

    def count(result: Result, by: tuple[str, ...], freq: Frequency) -> pd.DataFrame:
        rows = pd.concat([result.events_tagged(tag) for tag in tags])
        return _tidy(rows[rows["place_kind"] == at] if at else rows, by, freq)

    return count


def _ratio(part: pd.DataFrame, whole: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """Part over whole per period; periods without any whole are left out."""
    keys = ["period", *by]
    both = whole.merge(part, on=keys, how="left", suffixes=("_whole", "_part"))
    both = both[both["value_whole"] > 0]
    value = both["value_part"].fillna(0) / both["value_whole"]
    return both[keys].assign(value=value).reset_index(drop=True)


def _repeat_share(result: Result, by: tuple[str, ...], freq: Frequency) -> pd.DataFrame:
    whole = _tagged("us_encounter", at="sector")(result, by, freq)
    repeats = result.with_attributes(result.repeats)
    return _ratio(_tidy(repeats, by, freq), whole, by)


def _us_share(result: Result, by: tuple[str, ...], freq: Frequency) -> pd.DataFrame:
    """US encounters over US encounters and Mexican detentions, of the Northern Triangle."""
    us = result.events_tagged("us_encounter")
    mexico = result.events_tagged("mx_detention")
    us = us[us["nationality"].isin(NORTHERN_TRIANGLE)]
    both = pd.concat([us, mexico[mexico["nationality"].isin(NORTHERN_TRIANGLE)]])
    return _ratio(_tidy(us, by, freq), _tidy(both, by, freq), by)


def _mexican_share(result: Result, by: tuple[str, ...], freq: Frequency) -> pd.DataFrame:
    share = _us_share(result, by, freq)
    return share.assign(value=1 - share["value"])


def _cumulative(tag: str) -> Callable[..., pd.DataFrame]:
    """People in events that count as the tag, from the first day to the end of each period."""

    def count(result: Result, _by: tuple[str, ...], freq: Frequency) -> pd.DataFrame:
        daily = result.events_daily
        daily = daily[daily["transition"].isin(result.tagged(tag))]
        sums = daily.groupby(daily["date"].astype(str))["people"].sum()
        running = sums.reindex(result.dates(), fill_value=0).cumsum()
        ends = {d: p for d in running.index if (p := _period_ending(d, freq))}
        kept = running[running.index.isin(list(ends))]
        return pd.DataFrame({"period": kept.index.map(ends).astype(str), "value": kept.to_numpy()})

    return count


def _stock(state: str) -> Callable[..., pd.DataFrame]:
    """People in a state at the end of each period (each day, where the frequency is a date)."""

    def count(result: Result, by: tuple[str, ...], freq: Frequency) -> pd.DataFrame:
        rows = result.stocks[result.stocks["state"] == state]
        region = rows["place"].astype(str).map(result.attribute("places", "region"))
        rows = rows.assign(region=region.astype(str), date=rows["date"].astype(str))
        ends = {d: p for d in result.dates() if (p := _period_ending(d, freq))}
        rows = rows[rows["date"].isin(list(ends))]
        columns = {name: rows[COLUMNS[name]].astype(str) for name in by}
        frame = pd.DataFrame(
            {"period": rows["date"].map(ends).astype(str), **columns, "value": rows["people"]}
        )
        sums = _sums(frame, by)
        return sums if by else _with_nobody(sums, list(ends.values()))

    return count


def _with_nobody(sums: pd.DataFrame, periods: list[str]) -> pd.DataFrame:
    """Add the periods in which nobody was counted."""
    filled = sums.set_index("period")["value"].reindex(sorted(set(periods)), fill_value=0)
    return filled.rename_axis("period").reset_index()


def _period_ending(date: str, freq: Frequency) -> str:
    """The period that ends on a date, or blank."""
    if freq == "date":
        return date
    year, month, day = int(date[:4]), int(date[5:7]), int(date[8:10])
    last = day == std_calendar.monthrange(year, month)[1]
    closing = {"month": month, "fiscal_year": 9, "year": 12}[freq]
    return of_month(date[:7], freq) if last and month == closing else ""


# -- the register --------------------------------------------------------------------------

_SECTOR = "sector"

_COUNTS: dict[str, Count] = {
    "us_encounters": _tagged("us_encounter", at=_SECTOR),
    "us_expulsions": _tagged("us_expulsion", at=_SECTOR),
    "us_releases": _tagged("us_release", at=_SECTOR),
    "us_deaths": _tagged("death", at=_SECTOR),
    "mx_detentions": _tagged("mx_detention"),
    "mx_returns": _tagged("mx_return"),
    "mx_asylum_applications": _tagged("asylum_application_mx"),
    "mpp_enrolments": _tagged("mpp_enrolment"),
    "mpp_waiting": _stock("remain_in_mexico"),
    "mpp_enrolled": _cumulative("mpp_enrolment"),
    "repeat_share": _repeat_share,
    "us_share_northern_triangle": _us_share,
    "mx_share_northern_triangle": _mexican_share,
}
"""How each statistic is counted in a run."""


def resolve(observable: str, by: str = "") -> tuple[Statistic, tuple[str, ...]]:
    """As :func:`travesia.scenario.statistics.resolve`.

    Raises:
        InputError: an unknown statistic or dimension.
    """
    try:
        return statistics.resolve(observable, by)
    except UnknownObservableError as error:
        problem = Problem(str(error), "targets.csv", error.cure)
        raise InputError("a target has no simulated twin", [problem]) from error


def twin(result: Result, observable: str, freq: Frequency = "month", by: str = "") -> pd.DataFrame:
    """The simulated series of an observable.

    Args:
        result: a run.
        observable: id such as ``mx_detentions_by_state``.
        freq: month, US fiscal year, calendar year, or date (stocks only).
        by: dimensions joined by ``;``; blank reads them from the id.

    Returns:
        A table: period, one column per dimension, value (events, people or a share). Periods
        and keys without events are absent.

    Raises:
        InputError: an unknown observable or dimension, or a frequency that it cannot have.
    """
    statistic, dims = resolve(observable, by)
    if freq == "date" and statistic.kind != "stock":
        raise InputError(
            "an observable cannot be counted so",
            [Problem(f"{observable!r} by date", "targets.csv", "use month or year")],
        )
    frame = _COUNTS[statistic.id](result, dims, freq)
    value: pd.Series[Any] = frame["value"].astype(np.float64)
    return frame.assign(value=value).sort_values(["period", *dims], ignore_index=True)
