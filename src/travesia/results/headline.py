"""The numbers that matter of a run, over its period and by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from travesia.results.result import Result

WAITING_STATES = (
    "asylum_wait",
    "visa_wait",
    "border_wait",
    "port_wait",
    "remain_in_mexico",
    "border_camp",
    "stranded",
)
"""States in which people wait in Mexico for an office, a court, a port, money or a way on."""

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
    last = result.period[1]
    final = max((d for d in dates if d <= f"{last}-31"), default=dates[0])
    before = _before(result)
    ends = {s: result.people((s,), final) - result.people((s,), before) for s in ENDED}
    return ends | {name: result.people(_states(result, name), final) for name in AT_END}


def _at_ends(result: Result, name: str) -> pd.Series[Any]:
    """Journeys that ended so in each month, or people still so at the end of each."""
    dates, months = result.dates(), result.months()
    if not dates or not len(months):
        return pd.Series(0.0, index=months)
    states, before = _states(result, name), _before(result)
    days = [max((d for d in dates if d <= f"{m}-31"), default=before) for m in months]
    held = pd.Series([result.people(states, day) for day in days], index=months)
    return held if name in AT_END else held.diff().fillna(held - result.people(states, before))


def _before(result: Result) -> str:
    """The day before the period."""
    first = result.period[0]
    return str(dt.date.fromisoformat(f"{first}-01") - dt.timedelta(days=1))


def _states(result: Result, name: str) -> tuple[str, ...]:
    if name in ENDED:
        return (name,)
    if name == "waiting_at_end":
        return WAITING_STATES
    states = result.stocks["state"].cat.categories.astype(str)
    return tuple(s for s in states if s not in END_STATES)
