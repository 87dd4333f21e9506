"""What the run says about each figure that the articles print: one function per measure.

Every function takes a :class:`Reading` and returns a number. A reading raises :class:`Unsaid`
when the run does not cover the days or lacks a table, and the score then says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd

from travesia.results.result import Result
from travesia.scenario.periods import bounds

NORTHERN_TRIANGLE = ("GTM", "HND", "SLV")
SOUTH_YARDS = ("arriaga", "tenosique", "palenque")
"""Yards at which the two southern lines begin."""

SOUTHERN_LINES = 2
TRAINS_A_DAY = 1
"""Trains a day on each southern line: a judgement, since no timetable is published."""

WAITING_SOUTH = ("stranded", "resting", "sheltered", "working", "asylum_wait", "visa_wait")
KM_PER_MILE = 1.609344
CARAVAN_ROAD = ("tapachula", "huixtla", "pijijiapan", "arriaga")


class Unsaid(Exception):  # noqa: N818 - not a fault: the run says nothing about it
    """The run says nothing about a figure; the message says why."""


class Reading:
    """Reads counts of people off a run, by day or month."""

    def __init__(self, result: Result) -> None:
        self.result = result

    def _covered(self, first: str, last: str) -> None:
        """Refuse days (or whole months) of which the run does not count all."""
        start, end = self.result.days
        low, high = bounds(first, last, "month")
        if not start or low < bounds(start, "", "date")[0] or high > bounds("", end, "date")[1]:
            raise Unsaid(f"the run covers {start or 'nothing'} to {end}")

    @cached_property
    def _events(self) -> pd.DataFrame:
        events = self.result.with_attributes(self.result.events)
        return events.assign(
            month=events["month"].astype(str), transition=events["transition"].astype(str)
        )

    def rows(self, names: tuple[str, ...], first: str, last: str, **where: Any) -> pd.DataFrame:
        """Events of some transitions in months, with given attributes."""
        self._covered(first, last)
        rows = self._events
        keep = rows["transition"].isin(names) & rows["month"].between(first, last)
        for column, value in where.items():
            keep &= rows[column].isin(value if isinstance(value, tuple) else (value,))
        return rows[keep]

    def count(self, names: tuple[str, ...], first: str, last: str, **where: Any) -> float:
        """People in transitions in the months from ``first`` to ``last``."""
        return float(self.rows(names, first, last, **where)["people"].sum())

    def tag(self, tag: str, first: str, last: str, **where: Any) -> float:
        """People in events that count as a tag."""
        return self.count(self.result.tagged(tag), first, last, **where)

    def daily(self, names: tuple[str, ...], first: str, last: str) -> pd.Series[Any]:
        """People in transitions on each day."""
        self._covered(first, last)
        table = self.result.events_daily
        date = table["date"].astype(str)
        rows = table[date.between(first, last) & table["transition"].isin(names)]
        sums = rows.groupby(rows["date"].astype(str))["people"].sum()
        days = pd.date_range(first, last).strftime("%Y-%m-%d")
        return sums.reindex(days, fill_value=0.0)

    def stock(self, states: tuple[str, ...], first: str, last: str, **where: Any) -> float:
        """Mean number of people in some states on the days from ``first`` to ``last``.

        ``where`` narrows by columns of the places (``region``, ``zones``) or by ``place``.
        """
        self._covered(first, last)
        table = self.result.stocks
        keep = table["date"].astype(str).between(first, last) & table["state"].isin(states)
        rows = table[keep]
        place = rows["place"].astype(str)
        for column, value in where.items():
            what = place if column == "place" else place.map(self._places(column))
            rows = rows[what.map(lambda v, value=value: value in v.split(";")).astype(bool)]
            place = rows["place"].astype(str)
        days = (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days + 1
        return float(rows["people"].sum()) / days

    def _places(self, column: str) -> Mapping[str, str]:
        return self.result.attribute("places", column)

    def legs(self, column: str) -> dict[str, str]:
        """A column of the legs by id."""
        return self.result.attribute("legs", column)

    def over(self, part: float, whole: float) -> float:
        """A ratio; nothing is said where nothing was counted."""
        if whole <= 0:
            raise Unsaid("nothing was counted to compare with")
        return part / whole


# -- trains and children, 2014 and 2015 -----------------------------------------------------


def _train_riders_2014(r: Reading) -> float:
    r._covered("2014-10", "2014-12")
    flows = r.result.flows
    leg, month = flows["leg"].astype(str), flows["month"].astype(str)
    boards = leg.map(r.legs("from")).isin(SOUTH_YARDS)
    keep = boards & (leg.map(r.legs("mode")) == "freight_train")
    people = flows.loc[keep & month.between("2014-10", "2014-12"), "people"].sum()
    return float(people) / 92 / SOUTHERN_LINES / TRAINS_A_DAY


def _child_arrivals_ratio(r: Reading) -> float:
    child = {"family_type": "child", "nationality": NORTHERN_TRIANGLE}
    summer = r.tag("us_encounter", "2014-06", "2014-08", **child) / 3
    return r.over(r.tag("us_encounter", "2014-09", "2015-01", **child) / 5, summer)


def _children(r: Reading, tag: str, first: str, last: str) -> float:
    """Children alone, and people beyond one adult of each family."""
    names = r.result.tagged(tag)
    alone = r.count(names, first, last, family_type="child", nationality=NORTHERN_TRIANGLE)
    family = r.rows(names, first, last, family_type="family", nationality=NORTHERN_TRIANGLE)
    return alone + float((family["people"] - family["parties"]).sum())


def _children_removed(r: Reading) -> float:
    """From 2013, when the run begins, to March 2016."""
    return sum(_children(r, tag, "2013-01", "2016-03") for tag in ("mx_return", "us_removal"))


def _child_removal_ratio_2015(r: Reading) -> float:
    year = ("2015-01", "2015-12")
    return r.over(_children(r, "mx_return", *year), _children(r, "us_removal", *year))


# -- deportations, visas and containment, 2019 ----------------------------------------------


def _raid_april_2019(r: Reading) -> float:
    return float(r.daily(("seized_in_raid",), "2019-04-22", "2019-04-22").sum())


def _returns(r: Reading, first: str, last: str) -> float:
    return float(r.daily(r.result.tagged("mx_return"), first, last).sum())


def _deportations_winter_2019(r: Reading) -> float:
    return _returns(r, "2018-12-01", "2019-04-26")


def _deportations_april_2019(r: Reading) -> float:
    return _returns(r, "2019-04-01", "2019-04-21")


def _deportation_growth_2019(r: Reading) -> float:
    january = _returns(r, "2019-01-01", "2019-01-31") / 31
    return 100.0 * (r.over(_deportations_april_2019(r) / 21, january) - 1.0)


def _visas(first: str, last: str) -> Callable[[Reading], float]:
    def measure(r: Reading) -> float:
        return float(r.daily(("visa_issued",), first, last).sum())  # no other papers

    return measure


def _held_in_chiapas(r: Reading) -> float:
    states = ("stranded", "visa_wait", "mx_custody", "mx_removal")
    return r.stock(states, "2019-04-22", "2019-04-26", region="MX-CHP")


# -- waiting and expulsion, 2019 to 2021 ----------------------------------------------------


def _expulsions_to_2021(r: Reading) -> float:
    return float(r.daily(r.result.tagged("us_expulsion"), "2020-03-20", "2021-01-20").sum())


def _enrolled_ever(r: Reading) -> float:
    return float(r.daily(r.result.tagged("mpp_enrolment"), "2019-01-25", "2021-01-21").sum())


TURNED_DOWN = (
    "mpp_refused", "mpp_terminated", "mpp_missed_crosses", "mpp_missed_returns",
    "mpp_missed_settles",
)  # fmt: skip


def _enrolled_turned_down(r: Reading) -> float:
    period = ("2019-01", "2021-01")
    down = r.count(TURNED_DOWN, *period)
    return r.over(down, down + r.count(("mpp_relief", "mpp_admitted"), *period))


def _enrolled_terminated(r: Reading) -> float:
    return r.count(("mpp_terminated",), "2019-01", "2021-02")


def _minors_in_us_custody(r: Reading) -> float:
    met = r.tag("us_encounter", "2021-03", "2021-03")
    children = r.tag("us_encounter", "2021-03", "2021-03", family_type="child")
    return r.stock(("us_custody",), "2021-03-09", "2021-03-16") * r.over(children, met)


def _minors_with_dif(r: Reading) -> float:
    return r.count(("channelled_to_dif",), "2021-01", "2021-02", family_type="child")


def _minors_ill_tijuana(r: Reading) -> float:
    ill = r.rows(("camp_falls_ill",), "2021-03", "2021-03", place="tijuana")
    young = ill[ill["family_type"] == "child"]["people"].sum()
    family = ill[ill["family_type"] == "family"]
    return float(young + (family["people"] - family["parties"]).sum()) * 2 / 31


def _detained(*states: str) -> Callable[[Reading], float]:
    def measure(r: Reading) -> float:
        return r.tag("mx_detention", "2021-02", "2021-02", region=states)

    return measure


def _camp_reynosa(r: Reading) -> float:
    return r.stock(("border_camp",), "2021-03-08", "2021-03-08", place="reynosa")


def _stopped_in_guatemala(r: Reading) -> float:
    names = ("turned_back_in_guatemala", "stopped_guatemala")
    return float(r.daily(names, "2021-01-15", "2021-01-22").sum())


def _killed_in_tamaulipas(r: Reading) -> float:
    names = ("died_violence", "killed_in_captivity")
    return r.count(names, "2021-01", "2021-03", region="MX-TAM")


# -- the end of 2023 ------------------------------------------------------------------------


def _caravan_december_2023(r: Reading) -> float:
    return r.stock(("caravan",), "2023-12-27", "2023-12-27")


def _stranded_south_2023(r: Reading) -> float:
    return r.stock(WAITING_SOUTH, "2023-12-24", "2023-12-28", zones="south")


def _wait_south_2023(r: Reading) -> float:
    """Mean stock over the people who enter it in a month (Little's law)."""
    states = ("stranded", "asylum_wait", "visa_wait")
    about = r.result.scenario_table("transitions")
    state = r.result.attribute("stays", "state")
    into = about["to"].astype(str).map(state).isin(states)
    within = about["from"].astype(str).map(state).isin(states)
    names = tuple(about.loc[into & ~within, "id"].astype(str))
    south = tuple(
        p for p, z in r.result.attribute("places", "zones").items() if "south" in z.split(";")
    )
    entered = r.count(names, "2023-07", "2023-12", place=south) / 6
    return r.over(r.stock(states, "2023-07-01", "2023-12-31", zones="south"), entered)


def _caravan_miles(r: Reading) -> float:
    """Road from Tapachula to the town that most of the caravan has reached on 27 December."""
    r._covered("2023-12-27", "2023-12-27")
    stocks = r.result.stocks
    rows = stocks[(stocks["date"] == "2023-12-27") & (stocks["state"] == "caravan")]
    if not len(rows):
        raise Unsaid("no caravan walks on that day")
    reached = str(rows.sort_values("people")["place"].iloc[-1])
    if reached not in CARAVAN_ROAD:
        raise Unsaid(f"the caravan is at {reached}")
    legs = r.result.scenario_table("legs")
    road = CARAVAN_ROAD[: CARAVAN_ROAD.index(reached) + 1]
    km = 0.0
    for a, b in pairwise(road):
        between = legs[(legs["from"] == a) & (legs["to"] == b) & (legs["mode"] != "air")]
        km += float(between["distance_km"].astype(float).min())
    return km / KM_PER_MILE


def _encounters_december_2023(r: Reading) -> float:
    return float(r.daily(r.result.tagged("us_encounter"), "2023-12-01", "2023-12-07").mean())


def _encounters_2023(r: Reading) -> float:
    return r.tag("us_encounter", "2023-01", "2023-12", place_kind="sector")


def _record_years(r: Reading) -> float:
    """Fiscal years in a row, up to 2023, each above all years before it in the run."""
    years = list(range(2014, 2024))
    total = [r.tag("us_encounter", f"{y - 1}-10", f"{y}-09", place_kind="sector") for y in years]
    run = 0
    for i in range(len(years) - 1, 0, -1):
        if total[i] <= max(total[:i]):
            break
        run += 1
    return float(run)


def _drowned_matamoros(r: Reading) -> float:
    return r.count(("died_drowning",), "2023-12", "2023-12", place=("matamoros", "us_rgv"))


MEASURES: Mapping[str, Callable[[Reading], float]] = {
    "train_riders_2014": _train_riders_2014,
    "child_arrivals_ratio": _child_arrivals_ratio,
    "children_removed": _children_removed,
    "child_removal_ratio_2015": _child_removal_ratio_2015,
    "raid_april_2019": _raid_april_2019,
    "deportations_winter_2019": _deportations_winter_2019,
    "deportations_april_2019": _deportations_april_2019,
    "deportation_growth_2019": _deportation_growth_2019,
    "visas_january_2019": _visas("2019-01-01", "2019-01-31"),
    "visas_february_2019": _visas("2019-02-01", "2019-02-28"),
    "visas_spring_2019": _visas("2019-03-01", "2019-04-26"),
    "held_in_chiapas": _held_in_chiapas,
    "expulsions_to_2021": _expulsions_to_2021,
    "enrolled_ever": _enrolled_ever,
    "enrolled_turned_down": _enrolled_turned_down,
    "enrolled_terminated": _enrolled_terminated,
    "minors_in_us_custody": _minors_in_us_custody,
    "minors_with_dif": _minors_with_dif,
    "minors_ill_tijuana": _minors_ill_tijuana,
    "detained_nuevo_leon": _detained("MX-NLE"),
    "detained_oaxaca_veracruz": _detained("MX-OAX", "MX-VER"),
    "detained_chiapas": _detained("MX-CHP"),
    "camp_reynosa": _camp_reynosa,
    "stopped_in_guatemala": _stopped_in_guatemala,
    "killed_in_tamaulipas": _killed_in_tamaulipas,
    "caravan_december_2023": _caravan_december_2023,
    "stranded_south_2023": _stranded_south_2023,
    "wait_south_2023": _wait_south_2023,
    "caravan_miles": _caravan_miles,
    "encounters_december_2023": _encounters_december_2023,
    "encounters_2023": _encounters_2023,
    "record_years": _record_years,
    "drowned_matamoros": _drowned_matamoros,
}
"""Every measure by name; ``claims_targets.csv`` refers to them."""
