"""One quantity, one value wherever it is printed: headline, ensembles, page, observables, claims.

``REGISTERS`` lists every quantity that more than one of them holds. The concepts that look alike
and are not: releases of the headline's ``reached_us`` (anywhere, with crossings that were not met
and admissions at ports) against ``us_releases`` (out of Border Patrol custody), and people waiting
on the last day (headline) against the fullest month (ensembles, page).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest

from travesia import api
from travesia.engine.run import run
from travesia.ensembles.categories import HARMS, transitions_of
from travesia.ensembles.metrics import EVENTS, METRICS, Reducer
from travesia.model.compile import compile_model
from travesia.observe.claims_measures import Reading
from travesia.observe.observables import twin
from travesia.reporting.facts import Facts
from travesia.reporting.harm import harm
from travesia.reporting.outcomes import outcomes
from travesia.reporting.story import HEADLINES, total
from travesia.reporting.timelines import METRICS as CHARTS
from travesia.reporting.timelines import series
from travesia.results.assemble import assemble
from travesia.results.states import WAITING_STATES


@dataclass(frozen=True)
class Registers:
    """One run, and everything that counts it."""

    @cached_property
    def made(self) -> tuple[Any, Any]:
        scenario = api.load("example")
        compiled = compile_model(scenario, sample=1.0, seed=3)
        raw = run(compiled.model, 3, journeys=0.1)
        result = assemble(raw, compiled, scenario, api.ledger_of(scenario), {"seed": 3})
        return result, Reducer(scenario).reduce(raw)

    def headline(self, key: str) -> float:
        value: float = self.made[0].headline()[key]
        return value

    def ensemble(self, key: str) -> float:
        return float(self.made[1].series(key).sum())

    def chart(self, key: str) -> float:
        return float(series(self.facts, next(m for m in CHARTS if m.id == key)).sum())

    def page(self, key: str) -> float:
        return total(self.facts, key)

    def harm(self, key: str) -> float:
        return float(next(k for k in harm(self.facts, {})["kinds"] if k["id"] == key)["value"])

    def causes(self, key: str) -> float:
        ids = transitions_of(self.facts.scenario.transitions, HARMS)[key]
        return float(self.facts.monthly(ids).sum())

    def ends(self, key: str) -> float:
        table = outcomes(self.facts)
        at = [p["id"] for p in table["parts"]].index(key)
        return float(sum(row["values"][at] or 0.0 for row in table["by_year"]))

    def observed(self, key: str) -> float:
        first, last = self.made[0].period
        table = twin(self.made[0], key)
        return float(table[table["period"].between(first, last)]["value"].sum())

    def claims(self, tag: str) -> float:
        result = self.made[0]
        reading = Reading(result)
        first, last = result.period
        return float(reading.rows(result.tagged(tag), first, last)["people"].sum())

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.made[0])


REGISTERS: dict[str, dict[str, str]] = {
    "people who set out": {"headline": "set_out", "ensemble": "departures", "chart": "departures",
                           "page": "departures"},
    "encounters": {"headline": "us_encounters", "ensemble": "us_encounters",
                   "chart": "us_encounters", "page": "us_encounters",
                   "observed": "us_encounters", "claims": "us_encounter"},
    "expulsions": {"headline": "us_expulsions", "ensemble": "us_expulsions",
                   "chart": "us_expulsions", "observed": "us_expulsions",
                   "claims": "us_expulsion"},
    "removals": {"headline": "us_removals", "ensemble": "us_removals", "claims": "us_removal"},
    "detentions": {"headline": "mx_detentions", "ensemble": "mx_detentions",
                   "chart": "mx_detentions", "page": "mx_detentions",
                   "observed": "mx_detentions", "claims": "mx_detention"},
    "returns": {"headline": "mx_returns", "ensemble": "mx_returns", "chart": "mx_returns",
                "page": "mx_returns", "observed": "mx_returns", "claims": "mx_return"},
    "asylum claims": {"headline": "asylum_mx", "ensemble": "asylum_mexico",
                      "chart": "asylum_mexico", "observed": "mx_asylum_applications",
                      "claims": "asylum_application_mx"},
    "remain in Mexico": {"ensemble": "mpp_enrolment", "observed": "mpp_enrolments",
                         "claims": "mpp_enrolment"},
    "harms": {"headline": "harm", "ensemble": "harm", "claims": "harm"},
    "deaths": {"headline": "deaths", "ensemble": "deaths", "chart": "deaths", "page": "deaths",
               "harm": "deaths", "claims": "death"},
    "ends of journeys by death": {"ensemble": "dead", "ends": "dead"},
    "ended in the United States": {"headline": "in_us", "ensemble": "in_us", "ends": "in_us"},
    "ended at home": {"headline": "returned", "ensemble": "returned", "ends": "returned"},
    "ended in Mexico": {"headline": "settled_mx", "ensemble": "settled_mx", "ends": "settled_mx"},
    "kidnappings": {"ensemble": "kidnapping", "page": "kidnapping", "harm": "kidnapping",
                    "causes": "kidnapping"},
    **{f"{cause}": {"ensemble": cause, "harm": cause, "causes": cause}
       for cause in HARMS if cause != "kidnapping"},
}  # fmt: skip

ROUNDED = {"harm", "ends"}
"""Registers that print a few figures only."""


@pytest.fixture(scope="module")
def registers() -> Registers:
    return Registers()


@pytest.mark.parametrize("quantity", REGISTERS)
def test_a_quantity_has_one_value_wherever_it_is_printed(
    registers: Registers, quantity: str
) -> None:
    found = {}
    for register, key in REGISTERS[quantity].items():
        read: Callable[[str], float] = getattr(registers, register)
        found[register] = read(key)
    wanted = found["ensemble"]
    for register, value in found.items():
        close = 0.01 if register in ROUNDED else 1e-9
        assert value == pytest.approx(wanted, rel=close, abs=0.5), found


def test_people_waiting_are_counted_alike(registers: Registers) -> None:
    """The last day of the headline, the mean of the last month and the chart's fullest month."""
    result, summary = registers.made
    stocks = result.stocks[result.stocks["state"].isin(WAITING_STATES)]
    country = result.attribute("places", "country")
    stocks = stocks[stocks["place"].astype(str).map(country) == "MEX"]
    by_day = stocks.groupby(stocks["date"].astype(str))["people"].sum()
    assert registers.headline("waiting_at_end") == by_day[result.dates()[-1]] > 0
    last = result.period[1]
    month = by_day[[d for d in by_day.index if d.startswith(last)]].mean()
    assert summary.series("waiting_mexico")[-1] == pytest.approx(month)
    fullest = registers.page("waiting_mexico")
    assert fullest == pytest.approx(summary.series("waiting_mexico").max())


def test_every_count_of_events_is_called_so() -> None:
    """Titles say person-events but for what counts people; no title says 'people <suffered>'."""
    assert {m.id for m in METRICS if m.kind == "count" and m.unit == "people"} == {
        "departures",
        "deaths",
        "death_exposure",
        "death_drowning",
        "death_vehicle",
        "death_train",
        "death_violence",
        "death_illness",
        "in_us",
        "returned",
        "settled_mx",
        "dead",
    }
    for metric in METRICS:
        is_event = metric.kind == "count" and metric.unit == EVENTS
        assert metric.titled.endswith(f"({EVENTS})") is is_event
        assert not (is_event and re.match(r"people\b", metric.title)), metric.title
    events = {m.id for m in METRICS if m.unit == EVENTS}
    for headline in HEADLINES:
        if headline.id in events:
            assert headline.label.startswith("times "), headline.label
