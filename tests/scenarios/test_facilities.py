"""Every limited place of the shipped scenarios can be reached, and is counted where it stands."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from tests.system.reduced import scenario as reduced
from travesia import api
from travesia.model.codes import Codes
from travesia.model.compile import compile_model
from travesia.model.compiled import CompiledModel, Edit
from travesia.model.layout import HERE, HOME, OUT_OF_REACH, Goal
from travesia.results.result import Result
from travesia.scenario.scenario import Scenario

SCENARIOS = ("example", "corridor")
LOADED = {"example": lambda: api.load("example"), "corridor": lambda: reduced("2016")}


@cache
def model_of(name: str) -> tuple[Scenario, CompiledModel]:
    loaded = LOADED[name]()
    return loaded, compile_model(loaded, sample=1.0, seed=1).model


def ever(model: CompiledModel, table: str) -> np.ndarray:
    """The highest value of each cell, dated changes included: is it ever above zero?"""
    highest = model.base[table].copy()
    for edit in model.edits:
        if edit.target == table and edit.op in ("set", "add") and edit.start < model.n_days:
            flat = highest.reshape(-1)
            flat[edit.index] = np.maximum(flat[edit.index], edit.value)
    return highest


def reached(model: CompiledModel) -> set[tuple[int, int]]:
    """Pairs of stay and place that a party can enter: from actions, arrivals and causes on legs,
    along every transition that is ever possible for somebody."""
    m, g = model.machine, model.graph
    n_p = model.n_places
    on_foot = {int(p) for p in np.unique(model.cohorts.origin_place)}
    todo, found = [], set()
    passed: set[int] = set()

    def go(transition: int, place: int) -> None:
        """A transition happens at a place."""
        whither = int(m.where[transition, place])
        places = [place] if whither == HERE else sorted(on_foot) if whither == HOME else [whither]
        for at in places:
            if m.goal[transition] == Goal.STAY:
                enter(int(m.target[transition]), at)
            elif m.goal[transition] == Goal.CONTINUE:
                leave(at)

    def enter(stay: int, place: int) -> None:
        if (stay, place) not in found:
            found.add((stay, place))
            todo.append((stay, place))

    def leave(place: int) -> None:
        """Set out on the legs from a place."""
        if place in passed:
            return
        passed.add(place)
        for leg in range(g.out_ptr[place], g.out_ptr[place + 1]):
            there = int(g.leg_to[leg])
            for transition in m.cause_transition:
                go(int(transition), there)
            arrival = int(g.place_arrival[there])
            if arrival >= 0:
                go(arrival, there)
                continue
            for a, transition in enumerate(m.action_transition):
                if actions[:, there, a].max() > 0:
                    go(int(transition), there)
            leave(there)

    actions, outcomes = ever(model, "action"), ever(model, "outcome").max(axis=0)
    for origin in on_foot:
        leave(origin)
    while todo:
        stay, place = todo.pop()
        for k in range(m.branch_ptr[stay], m.branch_ptr[stay + 1]):
            if (m.rest_branch[:, stay] == k).any() or outcomes[g.place_region[place], k] > 0:
                go(int(m.branch_transition[k]), place)
        harms = model.stay_harms
        for transition in harms.transition[harms.ptr[stay] : harms.ptr[stay + 1]]:
            go(int(transition), place)
        for table in (m.stay_overflow, m.stay_match):
            if table[stay] >= 0:
                go(int(table[stay]), place)
        if m.stay_served[stay] >= 0:
            enter(int(m.stay_served[stay]), place)
    assert all(0 <= p < n_p for _, p in found)
    return found


def unreachable(model: CompiledModel) -> list[str]:
    """Facilities that are open at some time and that nobody can ask for a place."""
    asked = {int(model.machine.stay_facility[stay, place]) for stay, place in reached(model)}
    is_open = ever(model, "capacity") > 0
    return [f for i, f in enumerate(model.names.facilities) if is_open[i] and i not in asked]


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_facility_that_is_ever_open_can_be_reached(name: str) -> None:
    _, model = model_of(name)
    assert unreachable(model) == []


def without(edit: Edit, cells: npt.NDArray[np.bool_]) -> Edit:
    """An edit that leaves some cells of its table alone."""
    kept = ~cells[edit.index]
    return replace(
        edit, index=edit.index[kept], value=np.broadcast_to(edit.value, kept.shape)[kept]
    )


def test_shelters_that_nobody_can_ask_are_found() -> None:
    """Without the ways from a wait, a return, a list and a camp, those of the border are idle."""
    _, model = model_of("corridor")
    m = model.machine
    ways = {
        t
        for t in range(len(m.goal))
        if m.goal[t] == Goal.STAY and m.target[t] == model.names.stays.index("border_shelter")
    }
    closed = [b for b, t in enumerate(m.branch_transition) if t in ways]
    outcome = model.base["outcome"].copy()
    outcome[:, :, closed] = 0.0
    cells = np.zeros(outcome.shape, bool)
    cells[:, :, closed] = True
    edits = tuple(
        e if e.target != "outcome" else without(e, cells.reshape(-1)) for e in model.edits
    )
    shut = replace(model, base=model.base | {"outcome": outcome}, edits=edits)
    idle = unreachable(shut)
    assert len(idle) == 13
    assert {"shelter_tijuana", "shelter_ciudad_juarez", "shelter_reynosa"} <= set(idle)


@pytest.mark.parametrize("name", SCENARIOS)
def test_people_in_a_bed_are_counted_where_it_stands(name: str) -> None:
    """Stations, centres and shelters in their town; lines and seats where people are."""
    loaded, model = model_of(name)
    m, n_p = model.machine, model.n_places
    codes = Codes(loaded)
    at = {f.id: codes.place[f.place] for f in loaded.limited_places}
    unit = {f.id: f.unit for f in loaded.limited_places}
    for s, stay in enumerate(loaded.stays):
        for p in range(n_p):
            state, place = divmod(int(m.stay_cell[s, p]), n_p)
            assert state == codes.state[stay.state]
            f = int(m.stay_facility[s, p])
            held = f >= 0 and not stay.queue and unit[model.names.facilities[f]] == "places"
            assert place == (at[model.names.facilities[f]] if held else p)


def test_a_town_without_a_shelter_near_shelters_nobody() -> None:
    _, model = model_of("corridor")
    stay = model.names.stays.index("border_shelter")
    row = dict(zip(model.names.places, model.machine.stay_facility[stay], strict=True))
    assert row["ojinaga"] == row["miguel_aleman"] == OUT_OF_REACH
    assert model.names.facilities[row["tijuana"]] == "shelter_tijuana"


def held_as_counted(result: Result, kind: str, states: tuple[str, ...]) -> None:
    """The mean of the stocks at a facility's place is what the facility says it holds."""
    facilities = result.scenario_table("facilities").drop_duplicates("id").set_index("id")
    of_kind = facilities[facilities["kind"] == kind]
    table = result.facilities[result.facilities["facility"].astype(str).isin(of_kind.index)]
    place = table["facility"].astype(str).map(of_kind["place"])
    occupied = table.groupby([place, table["month"].astype(str)])["occupied"].sum()
    stocks = result.stocks[result.stocks["state"].isin(states)]
    month = stocks["date"].astype(str).str[:7]
    sums = stocks.groupby([stocks["place"].astype(str), month])["people"].sum()
    days = pd.Series(
        pd.to_datetime(occupied.index.get_level_values(1)).days_in_month, index=occupied.index
    )
    there = sums.reindex(occupied.index, fill_value=0) / days
    assert occupied.sum() > 0
    pd.testing.assert_series_equal(there, occupied, check_names=False, atol=0.01)


@pytest.fixture(scope="module")
def example() -> Result:
    return api.run("example", seed=5)


@pytest.mark.parametrize(
    ("kind", "states"),
    [("shelter", ("sheltered",)), ("detention", ("mx_custody",)), ("dif", ("dif_custody",))],
)
def test_people_held_are_one_number(example: Result, kind: str, states: tuple[str, ...]) -> None:
    held_as_counted(example, kind, states)


def test_every_facility_of_the_example_admits_somebody(example: Result) -> None:
    assert (example.facilities.groupby("facility", observed=True)["admitted"].sum() > 0).all()


def test_shelters_without_beds_shelter_nobody_and_change_the_way(example: Result) -> None:
    """With the same people, draws and luck: whoever asks is turned away and lives on outside."""
    shut = api.run("example", seed=5, set={"facilities.albergue_patio.capacity": "0"})
    doors = shut.facilities[shut.facilities["facility"] == "albergue_patio"]
    assert doors["admitted"].sum() == 0
    assert doors["refused"].sum() > 1000
    assert (example.stocks["state"] == "sheltered").any()
    assert shut.stocks.loc[shut.stocks["state"] == "sheltered", "people"].sum() == 0
    before, after = example.headline(), shut.headline()
    assert before["departures"] == after["departures"]
    assert after["harm"] > before["harm"]


@pytest.mark.long
def test_every_facility_of_the_corridor_admits_somebody() -> None:
    """In a full run, each that is ever open; shelters hold whom the stocks count as sheltered."""
    result = api.run("corridor")
    sums = result.facilities.groupby("facility", observed=True)[["admitted", "capacity"]].sum()
    assert list(sums.index[(sums["capacity"] > 0) & (sums["admitted"] == 0)]) == []
    held_as_counted(result, "shelter", ("sheltered", "border_shelter"))
    held_as_counted(result, "detention", ("mx_custody",))
