"""One quantity, one id and one value wherever it is told: table, member, chart, page, headline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pytest

from travesia import api
from travesia.engine.run import run
from travesia.ensembles.reducer import Reducer
from travesia.ensembles.summary import Summary
from travesia.model.compile import compile_model
from travesia.quantities.counting import period
from travesia.reporting.facts import Facts
from travesia.reporting.harm import harm
from travesia.reporting.outcomes import outcomes
from travesia.reporting.story import headlines
from travesia.reporting.timelines import timelines
from travesia.results.assemble import assemble
from travesia.results.result import Result

REGISTER = api.load("example").quantities
SUMMED = [q.id for q in REGISTER.summed]


@dataclass(frozen=True)
class Told:
    """One run of the example, and all that counts it."""

    @cached_property
    def made(self) -> tuple[Result, Summary]:
        scenario = api.load("example")
        compiled = compile_model(scenario, sample=0.5, seed=3)
        raw = run(compiled.model, 3, journeys=0.1)
        result = assemble(raw, compiled, scenario, api.ledger_of(scenario), {"seed": 3})
        return result, Reducer(scenario).reduce(raw, 0.5)

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.made[0])

    @cached_property
    def charts(self) -> dict[str, Any]:
        return {c["id"]: c["simulated"] for c in timelines(self.facts, {}, {})}

    @cached_property
    def numbers(self) -> dict[str, float]:
        """What the page tells of the whole period, to a few figures."""
        found = {h["id"]: h["value"] for h in headlines(self.facts, {}, [])}
        told = harm(self.facts, {})
        found |= {k["id"]: k["value"] for k in (*told["kinds"], *told["deaths"])}
        table = outcomes(self.facts)
        for n, part in enumerate(table["parts"]):
            if part["id"] in REGISTER:
                found[part["id"]] = sum(row["values"][n] or 0.0 for row in table["by_year"])
        return found


@pytest.fixture(scope="module")
def told() -> Told:
    return Told()


@pytest.mark.parametrize("quantity", SUMMED)
def test_a_quantity_has_one_value(told: Told, quantity: str) -> None:
    result, member = told.made
    q = REGISTER[quantity]
    if quantity in member.layout.axes["metric"]:
        assert member.series(quantity) == pytest.approx(result.by_month(quantity), abs=1e-9)
    else:
        assert q.table == "money", "a scenario without unit costs has no bill"
    assert result.monthly(quantity).to_numpy() == pytest.approx(result.by_month(quantity))
    total = float(period(q.over, result.by_month(quantity)))
    assert result.total(quantity) == pytest.approx(total)
    if q in REGISTER.listed("headline"):
        assert result.headline()[quantity] == pytest.approx(total)
    if quantity in told.charts:
        assert told.charts[quantity] == pytest.approx(result.by_month(quantity), rel=1e-3)
    if quantity in told.numbers:
        assert told.numbers[quantity] == pytest.approx(total, rel=1e-2)


@pytest.mark.parametrize("quantity", SUMMED)
def test_a_quantity_is_the_sum_of_its_parts(told: Told, quantity: str) -> None:
    """By every axis of which each row has a value, and never more by any other."""
    result = told.made[0]
    whole = result.by_month(quantity)
    for axis in REGISTER.axes_of(REGISTER[quantity]):
        if axis == "month" or REGISTER[quantity].over == "running":
            continue
        parts = result.by_month(quantity, [axis]).sum(axis=0)
        if axis in ("cohort", "nationality", "family_type", "place", "country", "region"):
            assert parts == pytest.approx(whole), axis
        assert (parts <= whole + 1e-6).all(), axis


def test_most_quantities_of_the_example_are_not_zero(told: Told) -> None:
    result = told.made[0]
    zero = {q for q in SUMMED if not result.by_month(q).any()}
    assert {q for q in zero if REGISTER[q].table != "money"} <= {
        "us_expulsions", "visa_issued", "death_train", "death_vehicle", "death_illness",
        "death_violence", "death_drowning", "death_exposure", "us_deaths", "mx_children_unattended",
        "waiting_harm",
    }  # fmt: skip


def test_every_array_of_a_member_is_what_the_result_says(told: Told) -> None:
    result, member = told.made
    for name, (q, axes) in REGISTER.kept.items():
        if name in member.layout.arrays:
            by = [a for a in axes if a != "month"]
            counted = result.by_month(q.id, by)
            for n, axis in enumerate(by):  # a member leaves out legs that nobody chooses
                known = result.axis(axis)
                picks = [known.index(name) for name in member.layout.axes[axis]]
                counted = counted.take(picks, n)
            first = member.layout.spin_up_months
            held = member[name][..., first:] if "month" in axes else member[name]
            wanted = counted if "month" in axes else counted.sum(axis=-1)
            assert held == pytest.approx(wanted), name


def test_shares_are_parts_of_wholes(told: Told) -> None:
    result = told.made[0]
    shares = [q for q in REGISTER.values() if q.kind == "share"]
    assert shares
    for q in shares:
        part = sum(result.total(p) for p in q.part)
        whole = sum(result.total(p) for p in q.whole)
        assert result.total(q.id) == pytest.approx(q.scale * part / whole)
        assert np.nanmax(result.by_month(q.id)) <= q.scale


def test_every_count_of_events_is_called_so() -> None:
    """Titles say person-events but for what counts people; no title says 'people <suffered>'."""
    for q in REGISTER.values():
        is_event = q.kind == "person-events"
        assert q.titled.endswith("(person-events)") is is_event
        assert q.title_es, q.id
        if is_event and q.label:
            assert q.label.startswith("times "), q.label
    people = {q.id for q in REGISTER.values() if q.unit == "people"}
    assert people == {
        "departures", "deaths", "death_exposure", "death_drowning", "death_vehicle", "death_train",
        "death_violence", "death_illness", "us_deaths", "in_us", "returned", "settled_mx", "dead",
    }  # fmt: skip


def test_whatever_a_planner_asks_of_a_place_and_a_month_is_a_quantity(told: Told) -> None:
    result = told.made[0]
    present = result.count("present", ("place", "state"))
    assert {"place", "state", "month", "value"} == set(present.columns)
    requests = result.count("requests", ("place",))
    admitted, away = (result.count(q, ("place",)) for q in ("admitted", "turned_away"))
    assert requests["value"].sum() == admitted["value"].sum() + away["value"].sum() > 0
    assert set(requests["place"]) <= set(result.attribute("places", "id"))
    assert result.total("capacity") > 0
