"""The numbers that matter of a run, over its period and by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from travesia.results.states import MEXICO, WAITING_STATES

if TYPE_CHECKING:
    from travesia.results.result import Result

ENDED = ("in_us", "returned", "settled_mx")
"""Headline numbers that count journeys that ended so."""

AT_END = ("waiting_at_end", "on_the_way_at_end")
"""Headline numbers that count people at the end of the last day."""

HEADLINE_TAGS: Mapping[str, tuple[str, ...]] = {
    "us_encounters": ("us_encounter",),
    "us_expulsions": ("us_expulsion",),
    "us_removals": ("us_removal",),
    "mx_detentions": ("mx_detention",),
    "mx_returns": ("mx_return",),
    "asylum_mx": ("asylum_application_mx",),
    "harm": ("harm",),
    "deaths": ("death",),
    "reached_us": ("evasion", "us_release", "port_entry"),
}
"""Statistics whose events each headline number counts."""

HEADLINE = ("set_out", *HEADLINE_TAGS, *ENDED, *AT_END)

END_STATES = ("in_us", "returned", "settled_mx", "dead")
"""Ends of a journey; their stocks are cumulative."""


def monthly(result: Result, name: str) -> pd.Series[Any]:
    """See :meth:`travesia.results.result.Result.monthly`."""
    if name in ENDED or name in AT_END:
        return _at_ends(result, name)
    if name == "set_out":
        frame = result.departures
    else:
        events = result.events
        tags = HEADLINE_TAGS.get(name) or (name,)
        found = [result.tagged(tag, HEADLINE) for tag in tags]
        frame = pd.concat([events[events["transition"].isin(names)] for names in found])
    sums = frame.groupby(frame["month"].astype(str))["people"].sum()
    return sums.reindex(result.months(), fill_value=0)


def headline(result: Result) -> dict[str, float]:
    """See :meth:`travesia.results.result.Result.headline`."""
    names = ("set_out", "reached_us", *(n for n in HEADLINE_TAGS if n != "reached_us"))
    return {name: float(monthly(result, name).sum()) for name in names} | _ends(result)


def _ends(result: Result) -> dict[str, float]:
    dates = result.dates()
    if not dates:
        return {}
    last = result.days[1]
    final = max((d for d in dates if d <= last), default=dates[0])
    before = _before(result)
    ends = {s: _people(result, s, final) - _people(result, s, before) for s in ENDED}
    return ends | {name: _people(result, name, final) for name in AT_END}


def _at_ends(result: Result, name: str) -> pd.Series[Any]:
    """Journeys that ended so in each month, or people still so at the end of each."""
    dates, months = result.dates(), result.months()
    if not dates or not len(months):
        return pd.Series(0.0, index=months)
    before = _before(result)
    days = [max((d for d in dates if d <= f"{m}-31"), default=before) for m in months]
    held = pd.Series([_people(result, name, day) for day in days], index=months)
    return held if name in AT_END else held.diff().fillna(held - _people(result, name, before))


def _before(result: Result) -> str:
    """The day before the period."""
    return str(dt.date.fromisoformat(result.days[0]) - dt.timedelta(days=1))


def _people(result: Result, name: str, date: str) -> float:
    """People whom a headline number counts at the end of a day."""
    if name == "waiting_at_end":
        return _waiting(result, date)
    if name in ENDED:
        return result.people((name,), date)
    states = result.stocks["state"].cat.categories.astype(str)
    return result.people(tuple(s for s in states if s not in END_STATES), date)


def _waiting(result: Result, date: str) -> float:
    """People waiting, stranded or held at places in Mexico at the end of a day."""
    stocks = result.stocks
    rows = stocks[(stocks["date"] == date) & stocks["state"].isin(WAITING_STATES)]
    if "places" in result.scenario_tables:
        country = result.attribute("places", "country")
        rows = rows[rows["place"].astype(str).map(country) == MEXICO]
    return float(rows["people"].sum())
