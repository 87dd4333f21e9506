"""The simulated twin of each published statistic: counts exactly what the publisher counts.

All enforcement series count events, not people; US series are the Border Patrol between ports.
An observable has an id such as ``us_encounters_by_sector_nationality``: a statistic and the
dimensions it is broken down by. Any statistic may be broken down by any of its dimensions.
"""

from __future__ import annotations

import calendar as std_calendar
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from travesia.errors import InputError, Problem
from travesia.observe.periods import Frequency, of_month
from travesia.results.result import Result

Kind = Literal["count", "ratio", "stock"]
NORTHERN_TRIANGLE = ("GTM", "HND", "SLV")
DIMENSIONS = {
    "sector": "place",
    "nationality": "nationality",
    "family_type": "family_type",
    "state": "region",
    "place": "place",
}
"""Dimensions by which statistics are broken down, and the column of the tagged events."""

SPELLINGS = {"family": "family_type", "region": "state"}


@dataclass(frozen=True, slots=True)
class Statistic:
    """What a publisher counts.

    Attributes:
        id: name without dimensions.
        kind: ``count`` of events, ``ratio`` of two counts, or ``stock`` of people at a time.
        count: function (result, dimensions, frequency) -> table (period, dimensions, value).
        circular: the departures of the shipped scenario are derived from this series, so its
            totals are no test of the model.
        circular_by: dimensions of the departures: shares by them are given in part, and shares
            by another dimension are compared within them.
        title: plain name for people.
        description: how the twin is counted.
    """

    id: str
    kind: Kind
    count: Callable[[Result, tuple[str, ...], Frequency], pd.DataFrame]
    title: str
    description: str
    circular: bool = False
    circular_by: tuple[str, ...] = ()


# -- counting ------------------------------------------------------------------------------


def _tidy(rows: pd.DataFrame, by: tuple[str, ...], freq: Frequency) -> pd.DataFrame:
    """Sums of people per period and dimension."""
    columns = {name: rows[DIMENSIONS[name]].astype(str) for name in by}
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
    whole = _tagged("us_encounter", at="us_sector")(result, by, freq)
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

    def count(result: Result, by: tuple[str, ...], freq: Frequency) -> pd.DataFrame:
        if by:
            raise InputError(
                "a running total cannot be broken down",
                [Problem(f"by {';'.join(by)!r}", "targets.csv", "leave `by` blank")],
            )
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
        if not set(by) <= {"place", "state"}:
            raise InputError(
                "a stock cannot be broken down so",
                [Problem(f"by {';'.join(by)!r}", state, "use `place`, `state` or leave it blank")],
            )
        rows = result.stocks[result.stocks["state"] == state]
        region = rows["place"].astype(str).map(result.attribute("places", "region"))
        rows = rows.assign(region=region.astype(str), date=rows["date"].astype(str))
        ends = {d: p for d in result.dates() if (p := _period_ending(d, freq))}
        rows = rows[rows["date"].isin(list(ends))]
        columns = {name: rows[DIMENSIONS[name]].astype(str) for name in by}
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

_SECTOR = "us_sector"
_STATISTICS = (
    Statistic(
        "us_encounters",
        "count",
        _tagged("us_encounter", at=_SECTOR),
        "US encounters",
        "Times that the Border Patrol took somebody into custody between ports of entry.",
        circular=True,
        circular_by=("nationality", "family_type"),
    ),
    Statistic(
        "us_expulsions",
        "count",
        _tagged("us_expulsion", at=_SECTOR),
        "US expulsions",
        "Expulsions under the pandemic rule out of Border Patrol custody.",
    ),
    Statistic(
        "us_releases",
        "count",
        _tagged("us_release", at=_SECTOR),
        "Releases into the United States",
        "People released with a case out of Border Patrol custody or later.",
    ),
    Statistic(
        "us_deaths",
        "count",
        _tagged("death", at=_SECTOR),
        "Deaths in US border sectors",
        "Deaths on the way into, or in, the area of a Border Patrol sector, by place of death.",
    ),
    Statistic(
        "mx_detentions",
        "count",
        _tagged("mx_detention"),
        "Detentions in Mexico",
        "Events of people presented to, or channelled by, the migration institute.",
        circular_by=("nationality", "family_type"),
    ),
    Statistic(
        "mx_returns",
        "count",
        _tagged("mx_return"),
        "Returns from Mexico",
        "Deportations, assisted returns and returns of minors.",
        circular=True,
        circular_by=("nationality", "family_type"),
    ),
    Statistic(
        "mx_asylum_applications",
        "count",
        _tagged("asylum_application_mx"),
        "Asylum applications in Mexico",
        "People in asylum claims filed with the refugee commission.",
    ),
    Statistic(
        "mpp_enrolments",
        "count",
        _tagged("mpp_enrolment"),
        "Enrolments in Remain in Mexico",
        "People sent to Mexico to wait for a US court.",
    ),
    Statistic(
        "mpp_waiting",
        "stock",
        _stock("remain_in_mexico"),
        "Waiting under Remain in Mexico",
        "People who wait in Mexico for a US court, at the end of the period.",
    ),
    Statistic(
        "mpp_enrolled",
        "stock",
        _cumulative("mpp_enrolment"),
        "Enrolled in Remain in Mexico so far",
        "People sent to Mexico to wait for a US court since the beginning.",
    ),
    Statistic(
        "repeat_share",
        "ratio",
        _repeat_share,
        "Share of repeat encounters",
        "US encounters of people encountered in the twelve months before, over all.",
    ),
    Statistic(
        "us_share_northern_triangle",
        "ratio",
        _us_share,
        "US share of Northern Triangle events",
        "US encounters over US encounters and Mexican detentions, of three nationalities.",
    ),
    Statistic(
        "mx_share_northern_triangle",
        "ratio",
        _mexican_share,
        "Mexico's share of Northern Triangle events",
        "Mexican detentions over US encounters and Mexican detentions, of three nationalities.",
    ),
)

STATISTICS: dict[str, Statistic] = {s.id: s for s in _STATISTICS}
"""Every statistic that has a twin, by id."""


def resolve(observable: str, by: str = "") -> tuple[Statistic, tuple[str, ...]]:
    """The statistic and the dimensions that an observable id and a ``by`` column mean.

    ``resolve("us_encounters_by_sector")`` and ``resolve("us_encounters", "sector")`` are the same.

    Raises:
        InputError: an unknown statistic or dimension.
    """
    base, _, tail = observable.partition("_by_")
    named = [d for d in by.replace(",", ";").split(";") if d.strip()]
    words = [w.strip() for w in named] or _dimension_words(tail)
    dims = tuple(d for w in words if (d := SPELLINGS.get(w, w)) not in ("month", "period"))
    if base not in STATISTICS:
        known = ", ".join(sorted(STATISTICS))
        raise InputError(
            "a target has no simulated twin",
            [Problem(f"unknown observable {observable!r}", "targets.csv", f"known: {known}")],
        )
    wrong = [d for d in dims if d not in DIMENSIONS]
    if wrong:
        known = ", ".join(DIMENSIONS)
        raise InputError(
            "a target is broken down by something unknown",
            [Problem(f"unknown dimension {d!r}", "targets.csv", f"known: {known}") for d in wrong],
        )
    return STATISTICS[base], dims


def _dimension_words(tail: str) -> list[str]:
    """``sector_family_type`` as ``sector`` and ``family_type``."""
    return [w for w in tail.replace("family_type", "family").split("_") if w]


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
    frame = statistic.count(result, dims, freq)
    value: pd.Series[Any] = frame["value"].astype(np.float64)
    return frame.assign(value=value).sort_values(["period", *dims], ignore_index=True)
