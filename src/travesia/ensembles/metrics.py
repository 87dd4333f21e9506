"""The named outputs of a member, counted straight from the raw tallies of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from travesia.calendar import month_label
from travesia.engine.record import RawResult
from travesia.ensembles.categories import DEATHS, HARMS, transitions_of
from travesia.ensembles.summary import Floats, Layout, Summary
from travesia.model.codes import Codes, index_of
from travesia.results.headline import END_STATES
from travesia.results.money import MoneyBook, Tallies
from travesia.results.states import MEXICO, WAITING_STATES
from travesia.scenario.models import PAYERS
from travesia.scenario.periods import partial_months
from travesia.scenario.scenario import Scenario

Ints = npt.NDArray[np.int64]


EVENTS = "person-events"
"""Unit of counts in which one person can count several times."""

_OF_PEOPLE = frozenset({"departures", "deaths", *DEATHS, *END_STATES})


@dataclass(frozen=True, slots=True)
class Metric:
    """A named output by month: a count of people in events, a stock (mean of daily numbers), or
    money (US dollars).

    ``tag`` is the statistic in which the events count (``counts_as`` of the transitions). Counts
    are person-events (somebody detained twice counts twice) but for those of people: who set out,
    who died and how journeys ended.
    """

    id: str
    title: str
    kind: Literal["count", "stock", "money"] = "count"
    tag: str = ""

    @property
    def unit(self) -> str:
        """What the numbers count."""
        if self.kind != "count":
            return "people on a day" if self.kind == "stock" else "US dollars"
        return "people" if self.id in _OF_PEOPLE else EVENTS

    @property
    def measure(self) -> str:
        """How it is added up."""
        return self.kind

    @property
    def over(self) -> str:
        """How months become a period."""
        return "max" if self.kind == "stock" else "sum"

    @property
    def titled(self) -> str:
        """The title, saying of person-events that they are."""
        return f"{self.title} ({EVENTS})" if self.unit == EVENTS else self.title


METRICS: tuple[Metric, ...] = (
    Metric("departures", "people who set out"),
    Metric("us_encounters", "encounters at the US border", tag="us_encounter"),
    Metric("us_repeats", "encounters of people met before"),
    Metric("us_expulsions", "expulsions under the pandemic rule", tag="us_expulsion"),
    Metric("us_removals", "returns and removals by the United States", tag="us_removal"),
    Metric("us_release", "releases into the United States to wait for a case", tag="us_release"),
    Metric("port_entry", "admissions at ports of entry", tag="port_entry"),
    Metric("evasion", "crossings that were not met by officers", tag="evasion"),
    Metric("mpp_enrolment", "returns to Mexico to wait for a US court", tag="mpp_enrolment"),
    Metric("mx_detentions", "detentions in Mexico", tag="mx_detention"),
    Metric("mx_returns", "returns from Mexico", tag="mx_return"),
    Metric("asylum_mexico", "asylum claims in Mexico", tag="asylum_application_mx"),
    Metric("visa_issued", "visas and permits issued by Mexico", tag="visa_issued"),
    Metric("waiting_mexico", "people waiting, stranded or held in Mexico", "stock"),
    Metric("harm", "harms of any kind", tag="harm"),
    Metric("robbery", "robberies"),
    Metric("extortion", "extortions by gangs or officials"),
    Metric("kidnapping", "kidnappings"),
    Metric("sexual_violence", "cases of sexual or other grave violence"),
    Metric("injury", "injuries"),
    Metric("deaths", "deaths on the way", tag="death"),
    Metric("death_exposure", "deaths of heat, cold or thirst"),
    Metric("death_drowning", "drownings"),
    Metric("death_vehicle", "deaths in vehicles"),
    Metric("death_train", "deaths on trains"),
    Metric("death_violence", "deaths by violence"),
    Metric("death_illness", "deaths of illness"),
    Metric("in_us", "journeys that ended in the United States"),
    Metric("returned", "journeys that ended back in the home country"),
    Metric("settled_mx", "journeys that ended with living in Mexico"),
    Metric("dead", "journeys that ended with death"),
    Metric("cost_people", "US dollars paid by people on the way", "money"),
    Metric("cost_mexico", "US dollars paid by Mexico", "money"),
    Metric("cost_united_states", "US dollars paid by the United States", "money"),
    Metric("cost_humanitarian", "US dollars paid by aid organisations", "money"),
    Metric("cost_business", "US dollars of trade lost", "money"),
)  # fmt: skip
"""Every named output, in the order of the axis ``metric``."""

STOCKS = frozenset(m.id for m in METRICS if m.kind == "stock")

_ARRAYS: dict[str, tuple[str, ...]] = {
    "monthly": ("metric", "month"),
    "departures_by_nationality": ("nationality", "month"),
    "departures_by_family": ("family_type", "month"),
    "encounters_by_sector": ("sector", "month"),
    "encounters_by_nationality": ("nationality", "month"),
    "encounters_by_family": ("family_type", "month"),
    "detentions_by_state": ("mx_state", "month"),
    "detentions_by_nationality": ("nationality", "month"),
    "passages_by_mode": ("mode", "month"),
    "stocks": ("state", "month"),
    "transitions": ("transition",),
    "money": ("item", "month"),
    "flows": ("leg",),
    "deaths_by_place": ("place",),
    "harm_by_place": ("place",),
    "detentions_by_place": ("place",),
    "waiting_by_place": ("place", "month"),
    "ends_by_nationality": ("end", "nationality"),
    "ends_by_family": ("end", "family_type"),
    "deaths_by_nationality": ("nationality",),
    "deaths_by_family": ("family_type",),
    "harm_by_nationality": ("nationality",),
    "harm_by_family": ("family_type",),
}


def layout_of(scenario: Scenario) -> Layout:
    """The arrays of a member of a scenario, known before anything runs."""
    return Reducer(scenario).layout


class Reducer:
    """Turns the raw tallies of a run of one scenario into a :class:`Summary`."""

    def __init__(self, scenario: Scenario) -> None:
        codes, calendar = Codes(scenario), scenario.calendar
        months = calendar.months()
        self._first = index_of(months)[month_label(calendar.start)]
        self._n_months, self._n_places = len(months), len(codes.places)
        month_of_day = np.array(calendar.month_index())
        self._month_starts = np.flatnonzero(np.diff(month_of_day, prepend=-1))
        self._days = np.bincount(month_of_day, minlength=len(months)).astype(np.float64)
        nations = tuple(dict.fromkeys(codes.nationality))
        families = tuple(dict.fromkeys(codes.family_type))
        self._nation = _numbers(codes.nationality, nations)
        self._family = _numbers(codes.family_type, families)
        self._leg_mode = codes.leg_modes
        regions = [p.region if p.country == MEXICO else "" for p in scenario.places]
        mx_states = tuple(sorted({r for r in regions if r}))
        self._mx_state = _numbers(regions, mx_states)
        self._sector = _numbers(codes.places, codes.sectors)
        waiting = np.array([s in WAITING_STATES for s in codes.states])
        mexican = np.array([p.country == MEXICO for p in scenario.places])
        self._waiting = waiting[:, None] & mexican[None, :]
        self._masks = _masks(scenario, codes.transitions)
        self._scenario, self._codes = scenario, codes
        self.book = MoneyBook(scenario, codes)
        self.layout = Layout(
            axes={
                "metric": tuple(m.id for m in METRICS),
                "month": months,
                "nationality": nations,
                "family_type": families,
                "sector": codes.sectors,
                "mx_state": mx_states,
                "mode": codes.modes,
                "state": codes.states,
                "transition": codes.transitions,
                "leg": codes.legs,
                "place": codes.places,
                "end": END_STATES,
                "item": tuple(i.id for i in self.book.items),
            },
            arrays={n: a for n, a in _ARRAYS.items() if n != "money" or self.book.items},
            spin_up_months=self._first,
            partial=partial_months(calendar),
        )

    def reduce(self, raw: RawResult, sample: float = 1.0, book: MoneyBook | None = None) -> Summary:
        """The summary of a run, with counts scaled to the full population by ``1 / sample``.

        ``book`` holds other unit costs than those written (a draw of them).
        """
        stocks = self._monthly_stocks(raw)
        monthly = self._monthly(raw, stocks)
        arrays = {
            "monthly": monthly,
            **self._money(raw, sample, book or self.book, monthly),
            **self._encounters_and_detentions(raw),
            **self._departures_and_flows(raw),
            **self._places_and_people(raw),
            "stocks": stocks.sum(axis=2).T / self._days,
            "waiting_by_place": self._waiting_by_place(stocks),
        }
        summary = Summary.of(self.layout, arrays)
        return Summary(self.layout, summary.vector / sample)

    def _money(
        self, raw: RawResult, sample: float, book: MoneyBook, monthly: Floats
    ) -> dict[str, Floats]:
        """Fill in what each payer pays; USD by item and month. All is divided by ``sample`` later,
        so what is already in USD of the full population is multiplied by it here."""
        if not book.items:
            return {}
        usd = book.bill(Tallies.of(raw, self._scenario, self._codes), sample).usd * sample
        row = index_of(self.layout.axes["metric"])
        for payer, series in zip(PAYERS, book.by_payer(usd), strict=True):
            monthly[row[f"cost_{payer}"]] = series
        return {"money": usd}

    # -- counting ------------------------------------------------------------------------------

    def _by_month(self, group: Ints, month: Ints, people: Ints, n: int) -> Floats:
        """People by group and month; rows of no group (-1) are left out."""
        keep = group >= 0
        cell = group[keep] * self._n_months + month[keep]
        sums = np.bincount(cell, people[keep], minlength=n * self._n_months)
        return np.asarray(sums.reshape(n, self._n_months))

    def _monthly_stocks(self, raw: RawResult) -> Floats:
        """Sums of daily stocks [months, states, places]."""
        months = np.split(raw.stocks, self._month_starts[1:])  # a tenth of the time of reduceat
        sums = np.stack([m.sum(axis=0, dtype=np.int64) for m in months])
        return sums.reshape(self._n_months, -1, self._n_places).astype(np.float64)

    def _monthly(self, raw: RawResult, stocks: Floats) -> Floats:
        e, n_t = raw.events, len(self._masks["harm"])
        events = self._by_month(e[:, 1], e[:, 0], e[:, 4], n_t)  # [T, months]
        out = np.zeros((len(METRICS), self._n_months))
        for i, metric in enumerate(METRICS):
            if metric.id in self._masks:
                out[i] = events[self._masks[metric.id]].sum(axis=0)
        row = index_of(self.layout.axes["metric"])
        d, r = raw.departures, raw.repeats
        out[row["departures"]] = np.bincount(d[:, 0], d[:, 2], self._n_months)
        out[row["us_repeats"]] = np.bincount(r[:, 0], r[:, 3], self._n_months)
        out[row["waiting_mexico"]] = stocks[:, self._waiting].sum(axis=1) / self._days
        return out

    def _encounters_and_detentions(self, raw: RawResult) -> dict[str, Floats]:
        met = raw.events[self._masks["us_encounters"][raw.events[:, 1]]]
        held = raw.events[self._masks["mx_detentions"][raw.events[:, 1]]]
        axes = self.layout.axes

        def count(rows: Ints, group: Ints, axis: str) -> Floats:
            return self._by_month(group, rows[:, 0], rows[:, 4], len(axes[axis]))

        return {
            "encounters_by_sector": count(met, self._sector[met[:, 2]], "sector"),
            "encounters_by_nationality": count(met, self._nation[met[:, 3]], "nationality"),
            "encounters_by_family": count(met, self._family[met[:, 3]], "family_type"),
            "detentions_by_state": count(held, self._mx_state[held[:, 2]], "mx_state"),
            "detentions_by_nationality": count(held, self._nation[held[:, 3]], "nationality"),
        }

    def _departures_and_flows(self, raw: RawResult) -> dict[str, Floats]:
        d, f, axes = raw.departures, raw.flows, self.layout.axes
        nations, families = len(axes["nationality"]), len(axes["family_type"])
        late = f[:, 0] >= self._first
        return {
            "departures_by_nationality": self._by_month(
                self._nation[d[:, 1]], d[:, 0], d[:, 2], nations
            ),
            "departures_by_family": self._by_month(
                self._family[d[:, 1]], d[:, 0], d[:, 2], families
            ),
            "passages_by_mode": self._by_month(
                self._leg_mode[f[:, 1]], f[:, 0], f[:, 3], len(axes["mode"])
            ),
            "flows": _count(f[late, 1], f[late, 3], len(axes["leg"])),
        }

    def _places_and_people(self, raw: RawResult) -> dict[str, Floats]:
        """What happened since the start, by place, nationality and company."""
        late = raw.events[raw.events[:, 0] >= self._first]
        axes = self.layout.axes
        nations, families = len(axes["nationality"]), len(axes["family_type"])
        rows = {m: late[self._masks[m][late[:, 1]]] for m in ("deaths", "harm", "mx_detentions")}
        ends = [late[self._masks[end][late[:, 1]]] for end in END_STATES]

        def nation(t: Ints) -> Floats:
            return _count(self._nation[t[:, 3]], t[:, 4], nations)

        def family(t: Ints) -> Floats:
            return _count(self._family[t[:, 3]], t[:, 4], families)

        def place(t: Ints) -> Floats:
            return _count(t[:, 2], t[:, 4], self._n_places)

        return {
            "transitions": _count(late[:, 1], late[:, 4], len(axes["transition"])),
            "deaths_by_place": place(rows["deaths"]),
            "harm_by_place": place(rows["harm"]),
            "detentions_by_place": place(rows["mx_detentions"]),
            "deaths_by_nationality": nation(rows["deaths"]),
            "deaths_by_family": family(rows["deaths"]),
            "harm_by_nationality": nation(rows["harm"]),
            "harm_by_family": family(rows["harm"]),
            "ends_by_nationality": np.stack([nation(t) for t in ends]),
            "ends_by_family": np.stack([family(t) for t in ends]),
        }

    def _waiting_by_place(self, stocks: Floats) -> Floats:
        """Mean number of people waiting on a day of each month, by place [places, months]."""
        counted = np.where(self._waiting, stocks, 0.0).sum(axis=1)
        return np.asarray(counted.T / self._days)


def _count(group: Ints, people: Ints, n: int) -> Floats:
    return np.bincount(group, people, n).astype(np.float64)


def _numbers(values: Sequence[str], known: Sequence[str]) -> Ints:
    """Position of each value among the known ones; -1 where it is not."""
    position = index_of(known)
    return np.array([position.get(v, -1) for v in values], dtype=np.int64)


def _masks(scenario: Scenario, transitions: Sequence[str]) -> dict[str, npt.NDArray[np.bool_]]:
    """For every metric made of events, which transitions count."""
    rows = scenario.transitions

    def among(ids: Iterable[str]) -> npt.NDArray[np.bool_]:
        return np.isin(np.array(transitions), list(ids))

    out = {m.id: among(t.id for t in rows if m.tag in t.counts_as) for m in METRICS if m.tag}
    causes = transitions_of(rows, HARMS) | transitions_of(rows, DEATHS)
    out |= {cause: among(causes.get(cause, ())) for cause in (*HARMS, *DEATHS)}
    return out | {end: among(t.id for t in rows if t.to == end) for end in END_STATES}
