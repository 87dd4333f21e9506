"""What each effect writes, cell by cell: every table is compared whole, on every kind of day.

The expected cells are written out by hand. A flipped sign, an ignored selector, a lost ramp, end
or priority changes some cell of some day and fails a test that names the effect;
``tests/policy/plant.py`` plants such faults and proves it.
"""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.policy.conftest import small_names
from tests.policy.world import HARMED, HARMS, World
from travesia.policy import effects as fx
from travesia.policy.effects import EFFECT_TYPES, SELECTORS, Effect
from travesia.policy.tables import AXES, TABLES

BASE = 0.4
START, END = 10, 40
Cells = dict[tuple[str, ...], float]
WHEN: dict[str, Any] = {"policy": "p", "start": START, "end": END}

ADULTS = ("hnd-adult", "gtm-adult")
ALL = {
    "cohort": tuple(small_names().cohorts), "place": tuple(small_names().places),
    "leg": tuple(small_names().legs), "facility": tuple(small_names().facilities),
    "cause": tuple(small_names().causes),
}  # fmt: skip
HARMS_OF_STAYS = tuple(f"{stay}>{harm}" for stay in HARMED for harm in HARMS)
NATIONS = ("HND", "GTM", "MEX", "VEN")
REGIONS = ("MX-CHP", "MX-OAX", "MX-TAM", "us_rgv", "us_el_paso", "GTM")


def cells(table: str, *axes: tuple[str, ...], value: float) -> Cells:
    return {(table, *names): value for names in product(*axes)}


OPERATIONS: tuple[tuple[fx.Op, float, float], ...] = (
    ("set", 7.0, 7.0), ("factor", 2.0, 0.8), ("add", 5.0, 5.4), ("cap", 0.1, 0.1),
)  # fmt: skip
CASES: tuple[tuple[str, Effect, Cells], ...] = (
    ("closed", fx.LegAvailability(legs=("train", "raft"), open=False, **WHEN),
     cells("leg_open", ("train", "raft"), value=0.0)),
    ("open", fx.LegAvailability(legs=("raft",), open=True, **WHEN),
     cells("leg_open", ("raft",), value=1.0)),
    ("of no leg", fx.LegAvailability(legs=(), open=False, **WHEN), {}),
    ("everybody", fx.LegUtility(legs=("flight",), delta=-3.0, **WHEN),
     cells("leg_utility", ALL["cohort"], ("flight",), value=-2.6)),
    ("some", fx.LegUtility(legs=("raft", "bridge"), cohorts=ADULTS, delta=1.0, **WHEN),
     cells("leg_utility", ADULTS, ("raft", "bridge"), value=1.4)),
    ("factor and sum", fx.LegCost(legs=("coast_bus",), factor=1.5, add_usd=20.0, **WHEN),
     cells("leg_cost", ("coast_bus",), value=0.6)
     | cells("leg_cost_add", ("coast_bus",), value=20.4)),
    ("factor then days", fx.LegTime(legs=("coast_walk",), factor=2.0, add_days=0.5, **WHEN),
     cells("leg_days", ("coast_walk",), value=1.3)),
    ("cause and region",
     fx.HazardFactor(causes=("stop_inm", "robbery"), regions=("MX-OAX",), factor=2.0, **WHEN),
     cells("hazard", ("stop_inm", "robbery"), ("train",), value=0.8)),
    ("cause, region and mode", fx.HazardFactor(
        causes=("stop_inm",), regions=("MX-CHP",), modes=("bus", "boat_raft"), factor=0.5, **WHEN),
     cells("hazard", ("stop_inm",), ("coast_bus", "raft"), value=0.2)),
    ("legs and mode", fx.HazardFactor(
        causes=("robbery",), legs=("raft", "train"), modes=("boat_raft",), factor=3.0, **WHEN),
     cells("hazard", ("robbery",), ("raft",), value=1.2)),
    ("of no cause", fx.HazardFactor(causes=(), legs=("raft",), factor=3.0, **WHEN), {}),
    ("region", fx.EffortFactor(agencies=("INM", "GUARD"), regions=("MX-TAM",), factor=1.5, **WHEN),
     cells("effort", ("INM", "GUARD"), ("MX-TAM",), value=0.6)),
    ("everywhere", fx.EffortFactor(agencies=("USBP",), factor=0.5, **WHEN),
     cells("effort", ("USBP",), REGIONS, value=0.2)),
    ("modes", fx.EffortFactor(
        agencies=("INM", "GTM"), regions=("MX-TAM", "GTM"), modes=("bus", "walk_road"),
        factor=1.5, **WHEN),
     cells("hazard", ("stop_inm", "stop_guatemala"), ("north_bus", "guatemala_road"), value=0.6)),
    ("guards and speed", fx.Boarding(
        legs=("train",), guard_add=0.3, speed_kmh=26.0, speed_factor=1.5, **WHEN),
     cells("boarding_guard", ("train",), value=0.7) | cells("train_speed", ("train",), value=39.0)),
    ("whom and where", fx.OutcomeSet(
        stay="stopped", transition="detained", cohorts=ADULTS, regions=("MX-CHP", "MX-OAX"),
        probability=0.9, **WHEN),
     cells("outcome", ADULTS, ("MX-CHP", "MX-OAX"), ("stopped>detained",), value=0.9)),
    ("everybody", fx.OutcomeFactor(
        stay="us_custody", transition="removed_home", factor=2.0, **WHEN),
     cells("outcome", ALL["cohort"], REGIONS, ("us_custody>removed_home",), value=0.8)),
    ("region", fx.OutcomeFactor(
        stay="stopped", transition="let_go", cohorts=("ven-child",), regions=("MX-TAM",),
        factor=0.5, **WHEN),
     cells("outcome", ("ven-child",), ("MX-TAM",), ("stopped>let_go",), value=0.2)),
    ("places", fx.ActionSet(
        transition="take_work", places=("tapachula",), cohorts=("hnd-adult",), probability=0.1,
        **WHEN),
     cells("action", ("hnd-adult",), ("tapachula",), ("take_work",), value=0.1)),
    ("everywhere", fx.ActionFactor(transition="become_stranded", factor=2.0, **WHEN),
     cells("action", ALL["cohort"], ALL["place"], ("become_stranded",), value=0.8)),
    ("some", fx.ActionFactor(
        transition="rest_on_way", places=("arriaga", "ixtepec"), cohorts=ADULTS, factor=0.5,
        **WHEN),
     cells("action", ADULTS, ("arriaga", "ixtepec"), ("rest_on_way",), value=0.2)),
    ("set and factor", fx.StayClock(
        stay="working", regions=("MX-CHP",), median_days=30.0, factor=2.0, **WHEN),
     cells("clock", ("working",), ("MX-CHP",), value=60.0)),
    ("factor", fx.StayClock(stay="mx_detention", factor=0.5, **WHEN),
     cells("clock", ("mx_detention",), REGIONS, value=0.2)),
    *((op, fx.Capacity(facilities=("station", "seats"), op=op, value=given, **WHEN),
       cells("capacity", ("station", "seats"), value=value))
      for op, given, value in OPERATIONS),
    ("of no facility", fx.Capacity(facilities=(), op="set", value=7.0, **WHEN), {}),
    ("days and stops", fx.PapersRule(
        paper="transit_form", max_days=7.0, stop_factor=0.2, **WHEN),
     cells("paper_days", ("transit_form_issued",), value=7.0)
     | cells("paper_stops", ("transit_form",), value=0.2)),
    ("valid", fx.PaperValidity(
        paper="visitor_card", places=("tapachula", "arriaga"), valid=True, **WHEN),
     cells("paper_valid", ("visitor_card",), ("tapachula", "arriaga"), value=1.0)),
    ("invalid", fx.PaperValidity(paper="visitor_card", valid=False, **WHEN),
     cells("paper_valid", ("visitor_card",), ALL["place"], value=0.0)),
    ("stays, harms, places and whom", fx.StayHazardFactor(
        stays=("working",), transitions=("detained",), places=("tapachula",), cohorts=ADULTS,
        factor=0.5, **WHEN),
     cells("stay_hazard", ADULTS, ("tapachula",), ("working>detained",), value=0.2)
     | cells("stay_hazard_first", ADULTS, ("tapachula",), ("working>detained",), value=0.2)),
    ("everything", fx.StayHazardFactor(factor=2.0, **WHEN),
     cells("stay_hazard", ALL["cohort"], ALL["place"], HARMS_OF_STAYS, value=0.8)
     | cells("stay_hazard_first", ALL["cohort"], ALL["place"], HARMS_OF_STAYS, value=0.8)),
    ("query", fx.RegisterQuery(
        stay="stopped", cohorts=("gtm-family",), regions=("MX-OAX",), probability=0.6, **WHEN),
     cells("match", ("gtm-family",), ("stopped",), ("MX-OAX",), value=0.6)),
    ("query that leads nowhere", fx.RegisterQuery(stay="stranded", probability=0.6, **WHEN), {}),
    ("some", fx.Demand(cohorts=ADULTS, factor=1.6, **WHEN),
     cells("demand", ADULTS, value=0.64)),
    ("all", fx.Demand(factor=0.5, **WHEN), cells("demand", ALL["cohort"], value=0.2)),
    ("release", fx.Signal(
        belief="release", cohorts=("hnd-family",), regions=("us_rgv", "MX-CHP"), shift=-0.1,
        **WHEN),
     cells("release_signal", ("hnd-family",), ("us_rgv",), value=0.3)),
    ("release nowhere", fx.Signal(belief="release", regions=("MX-CHP",), shift=0.1, **WHEN), {}),
    ("capture", fx.Signal(
        belief="capture", cohorts=("hnd-family",), regions=("MX-CHP",), shift=0.2, **WHEN),
     cells("capture_signal", NATIONS, ("MX-CHP",), value=0.6)),
)  # fmt: skip
NAMED = [f"{effect.kind}: {what}" for what, effect, _ in CASES]
WRITING = [n for n, (_, e, c) in enumerate(CASES) if c]


def at(effect: Effect, day: int, **changes: Any) -> Cells:
    return World([replace(effect, **changes)], BASE).changed(day)


def same(found: Cells, expected: Cells) -> None:
    assert found.keys() == expected.keys()
    assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("what", "effect", "expected"), CASES, ids=NAMED)
def test_an_effect_changes_these_cells_and_no_other(
    what: str, effect: Effect, expected: Cells
) -> None:
    same(at(effect, START), expected)
    same(at(effect, END - 1), expected)
    assert at(effect, START - 1) == {}
    assert at(effect, END) == {}
    same(at(effect, 10_000, end=None), expected)


@pytest.mark.parametrize("n", WRITING, ids=[NAMED[n] for n in WRITING])
def test_an_effect_grows_in_weekly_steps(n: int) -> None:
    _, effect, _ = CASES[n]
    full = at(effect, START)
    world = World([replace(effect, ramp_days=20)], BASE)
    for day, level in ((START, 0.35), (START + 6, 0.35), (START + 7, 0.7), (START + 14, 1.0)):
        grown = world.changed(day)
        assert grown.keys() == full.keys()
        several = {w.table for w in effect.writes() if w.op in ("set", "factor")}
        for cell, value in full.items():
            if len([w for w in effect.writes() if w.table == cell[0]]) == 1:
                assert grown[cell] == pytest.approx(BASE + (value - BASE) * level)
            else:
                assert several
                assert (grown[cell] - BASE) * (value - BASE) > 0


def test_two_operations_of_one_effect_grow_together() -> None:
    time = fx.LegTime(legs=("raft",), factor=2.0, add_days=0.5, ramp_days=14, **WHEN)
    same(at(time, START), {("leg_days", "raft"): BASE * 1.5 + 0.25})
    speed = fx.Boarding(legs=("train",), speed_kmh=20.0, speed_factor=2.0, ramp_days=14, **WHEN)
    same(at(speed, START), {("train_speed", "train"): (BASE / 2 + 10.0) * 1.5})


VALUES = ("open", "valid", "probability", "median_days", "max_days", "value")
SETS = [n for n in WRITING if {w.op for w in CASES[n][1].writes()} == {"set"}]


@pytest.mark.parametrize("n", SETS, ids=[NAMED[n] for n in SETS])
def test_the_set_of_higher_priority_wins(n: int) -> None:
    _, effect, expected = CASES[n]
    field = next(f.name for f in fields(effect) if f.name in VALUES)
    value = getattr(effect, field)
    opposite = not value if isinstance(value, bool) else value / 2
    other = replace(effect, policy="a", **{field: opposite})
    same(World([replace(effect, priority=1), other], BASE).changed(START), expected)
    same(
        World([effect, replace(other, priority=1)], BASE).changed(START),
        World([other], BASE).changed(START),
    )


def test_closed_beats_open_at_equal_priority_whatever_the_order_and_the_names() -> None:
    for shut, let in (("a", "b"), ("b", "a")):
        pair = [
            fx.LegAvailability(policy=shut, start=START, legs=("raft",), open=False),
            fx.LegAvailability(policy=let, start=START, legs=("raft",), open=True),
        ]
        assert World(pair, BASE).value("leg_open", {"leg": "raft"}, START) == 0.0
        higher = [pair[0], replace(pair[1], priority=1)]
        assert World(higher, BASE).value("leg_open", {"leg": "raft"}, START) == 1.0


def test_operations_meet_in_their_order() -> None:
    order: tuple[tuple[str, fx.Op, float], ...] = (
        ("a", "cap", 25.0),
        ("b", "add", 10.0),
        ("c", "factor", 3.0),
        ("d", "set", 5.0),
    )
    steps = [
        fx.Capacity(policy=p, start=0, facilities=("station",), op=op, value=value)
        for p, op, value in order
    ]
    found = [
        World(steps[n:], 100.0).value("capacity", {"facility": "station"}, 0) for n in range(4)
    ]
    assert found == [25.0, 25.0, 15.0, 5.0]


# -- events and controllers ----------------------------------------------------------------------


def test_a_recall_reaches_the_stay_the_regions_the_cohorts_and_the_share() -> None:
    world = World(
        [
            fx.Recall(stay="border_camp", regions=("MX-TAM",), cohorts=ADULTS, share=0.2, **WHEN),
            fx.Recall(stay="working", policy="q", start=3),
            fx.Recall(stay="working", policy="r", start=-3),  # before the run
        ]
    )
    first, second = world.compiler.recalls
    assert (first.day, first.share, first.origin) == (START, 0.2, "p")
    assert world.codes.stays[first.stay] == "border_camp"
    assert [p for p, on in zip(world.codes.places, first.places, strict=True) if on] == ["reynosa"]
    assert tuple(c for c, on in zip(world.codes.cohorts, first.cohorts, strict=True) if on) == (
        "hnd-adult",
        "gtm-adult",
    )
    assert second.places.all()
    assert second.cohorts.all()
    assert second.share == 1.0
    assert world.changed(START) == {}


def test_a_label_is_kept_and_changes_no_table() -> None:
    label = fx.Label(transition="detained", said="rescued", **WHEN)
    world = World([label])
    assert world.compiler.labels == [label]
    assert world.changed(START) == {}


def test_a_controller_drives_its_effects_and_no_others() -> None:
    inner = fx.Demand(cohorts=ADULTS, factor=2.0, policy="p", start=START, end=END)
    control = fx.Controller(
        reads="us_encounter",
        window_days=7,
        threshold=50.0,
        hysteresis_days=14,
        full=90.0,
        then=(inner,),
        **WHEN,
    )
    plain = fx.Demand(cohorts=("mex-adult",), factor=3.0, policy="z", start=0)
    world = World([control, plain], BASE)
    (compiled,) = world.compiler.controls
    assert (compiled.window, compiled.threshold, compiled.patience, compiled.full) == (
        7,
        50.0,
        14,
        90.0,
    )
    assert (compiled.start, compiled.end) == (START, END)
    marked = np.flatnonzero(compiled.transitions)
    assert [world.codes.transitions[t] for t in marked] == ["removed_home"]
    always = cells("demand", ("mex-adult",), value=1.2)
    same(world.changed(START), always)
    same(world.changed(START, {0: 1.0}), always | cells("demand", ADULTS, value=0.8))
    same(world.changed(START, {0: 0.5}), always | cells("demand", ADULTS, value=0.6))
    same(world.changed(END, {0: 1.0}), always)


def test_a_controller_may_read_a_stock_at_some_places() -> None:
    world = World(
        [
            fx.Controller(
                reads="state:working", window_days=7, threshold=5.0, places=("tapachula",), **WHEN
            ),
        ]
    )
    (compiled,) = world.compiler.controls
    assert compiled.full is None
    assert not compiled.transitions.any()
    assert compiled.cells is not None
    c = world.codes
    ((state,), (place,)) = compiled.cells.reshape(len(c.states), len(c.places)).nonzero()
    assert (c.states[state], c.places[place]) == ("working", "tapachula")


# -- the declarations ----------------------------------------------------------------------------


def test_every_kind_of_effect_is_in_these_tests() -> None:
    elsewhere = {fx.Recall, fx.Label, fx.Controller}
    assert {type(e) for _, e, _ in CASES} | elsewhere == set(EFFECT_TYPES)
    assert all(not t.__dict__.get("_operations") for t in elsewhere)


NARROWS_NOTHING = {("signal", "capture_signal", "cohort")}
"""(effect, table, selector): capture is believed by groups."""


@pytest.mark.parametrize(("what", "effect", "expected"), CASES, ids=NAMED)
def test_every_selector_of_an_effect_narrows_what_it_writes(
    what: str, effect: Effect, expected: Cells
) -> None:
    for write in effect.writes():
        for selector in effect.selectors:
            narrowed = selector in write.where
            assert narrowed or (effect.kind, write.table, selector) in NARROWS_NOTHING


def test_fields_that_select_are_declared() -> None:
    ids = {
        f.name
        for t in EFFECT_TYPES
        for f in fields(t)
        if f.type in ("Ids", fx.Ids) or f.name in ("stay", "transition", "paper")
    }
    assert ids == set(SELECTORS)


def test_tables_have_known_axes_and_the_tables_of_a_run_are_all_declared() -> None:
    from travesia.model.compile import compile_model
    from travesia.scenario.load import load

    assert all(set(t.axes) <= set(AXES) for t in TABLES.values())
    model = compile_model(load("example")).model
    assert set(model.base) == set(TABLES)
    for name, table in model.base.items():
        assert table.ndim == len(TABLES[name].axes), name
