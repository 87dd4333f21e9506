"""Templates: what they make, and what is said of a wrong one, with its line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.policy.conftest import small_calendar, small_names
from travesia.errors import ProblemList
from travesia.policy.build import effects_of
from travesia.policy.effects import ALWAYS, Effect
from travesia.policy.formulas import FormulaError, formula
from travesia.policy.instruments.base import Instrument
from travesia.policy.templates import read_templates

WALL = """\
wall:
  title: A wall
  title_es: Un muro
  about: It stands there.
  parameters:
    days: {unit: days, title: days added, range: [0, 60]}
    shun: {unit: utility, title: added utility, range: [-50, 0], value: -1}
    more: {unit: factor, title: factor on stops, optional: true}
    issued: {unit: people, title: papers a month, monthly: true}
  effects:
    - leg_time: {legs: {modes: [walk_road]}, add_days: scaled_sum(days) / 2}
    - leg_utility: {legs: {modes: [walk_road]}, cohorts: whom, delta: scaled_sum(shun)}
      if: days > 3 and not narrowed
    - hazard_factor: {causes: {stops_by: [INM]}, regions: where, factor: scaled_factor(more)}
    - capacity: {facilities: {kinds: [visa_office]}, op: set, value: issued / count}
    - leg_availability: {legs: {modes: [zeppelin]}, open: false}
"""


def read(text: str) -> tuple[list[Instrument], list[str]]:
    problems = ProblemList()
    return read_templates(text, "own/instruments.yaml", problems), [str(p) for p in problems]


def built(text: str, parameters: dict[str, float], **entry: Any) -> list[Effect]:
    (instrument,), faults = read(text)
    assert faults == []
    policy = {
        "id": "p",
        "instrument": instrument.id,
        "start": "2019-03-01",
        "parameters": {n: {"value": v} for n, v in parameters.items()},
        **entry,
    }
    effects, problems = effects_of([policy], small_calendar(), small_names(), [instrument])
    assert [str(p) for p in problems] == []
    return effects


def numbers(effects: list[Effect]) -> dict[str, list[float]]:
    out: dict[str, list[float]] = {}
    for effect in effects:
        out.setdefault(effect.kind, []).extend(w.value for w in effect.writes())
    return out


def test_a_template_makes_effects_of_its_numbers() -> None:
    assert numbers(built(WALL, {"days": 4.0}, scale=0.5)) == {
        "leg_time": [1.0],
        "leg_utility": [-0.5],
    }


def test_conditions_and_numbers_that_are_left_out_leave_effects_out() -> None:
    few = numbers(built(WALL, {"days": 2.0, "more": 3.0}))
    assert few == {"leg_time": [1.0], "hazard_factor": [3.0]}
    narrowed = built(WALL, {"days": 4.0}, where={"places": ["tapachula"]})
    assert numbers(narrowed) == {"leg_time": [2.0]}


def test_a_number_a_month_becomes_an_effect_a_month() -> None:
    months = {"issued_2019_03": 90.0, "issued_2019_05": 30.0}
    effects = built(WALL, {"days": 0.0, **months})
    capacity = sorted((e for e in effects if e.kind == "capacity"), key=lambda e: e.start)
    assert [w.value for e in capacity for w in e.writes()] == [90.0, 30.0]
    assert capacity[0].end == capacity[1].start


def test_periods_shifts_and_lists_of_ids() -> None:
    text = """\
gate:
  title: A gate
  about: It is shut.
  effects:
    - outcome_factor: {stay: stopped, transition: [let_go, detained], factor: 0}
      period: before
    - stay_clock: {stay: working, factor: 2}
      shift: -7
      days: 1 + 2
"""
    effects = built(text, {})
    assert [(e.start, e.end) for e in effects] == [(ALWAYS, 59), (ALWAYS, 59), (52, 62)]


def test_a_policy_on_foreigners_that_names_none_touches_nobody() -> None:
    text = (
        "t:\n  title: T\n  about: T\n  effects:\n    - demand: {cohorts: foreigners, factor: 2}\n"
    )
    (instrument,), _ = read(text)
    policy = {"id": "p", "instrument": "t", "whom": {"nationalities": ["MEX"]}}
    effects, problems = effects_of([policy], small_calendar(), small_names(), [instrument])
    assert effects == []
    assert "touches nothing" in str(problems.items[0])


def wrong(old: str, new: str) -> Callable[[], list[str]]:
    assert WALL.count(old) == 1
    return lambda: read(WALL.replace(old, new))[1]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("title: A wall", "titel: A wall", 2, "unknown key 'titel'"),
        ("  about: It stands there.\n", "", 1, "about is missing"),
        ("range: [0, 60]", "range: [60, 0]", 6, "not [least, most]"),
        ("value: -1", "value: low", 7, "value is 'low', not a number"),
        ("{unit: days, title", "{title", 6, "unit is missing"),
        ("- leg_time:", "- leg_tmie:", 11, "unknown effect 'leg_tmie' → did you mean 'leg_time'"),
        ("add_days: scaled_sum", "ad_days: scaled_sum", 11, "leg_time has no 'ad_days'"),
        (", open: false}", "}", 16, "leg_availability lacks 'open'"),
        ("open: false", "open: maybe", 16, "open is 'maybe'"),
        ("{modes: [zeppelin]}", "{mode: [zeppelin]}", 16, "unknown key 'mode'"),
        ("{modes: [zeppelin]}", "everywhere", 16, "legs are 'everywhere'"),
        ("scaled_sum(days) / 2", "scaled_sum(dyas)", 11, "names 'dyas' → did you mean 'days'"),
        ("scaled_sum(days) / 2", "__import__('os')", 11, "calls '__import__'"),
        ("scaled_sum(days) / 2", "days.real", 11, "holds what no formula can say"),
        ("scaled_sum(days) / 2", "scaled(days)", 11, "calls 'scaled' → did you mean 'scaled_"),
        ("scaled_sum(days) / 2", "days +", 11, "is not a formula"),
        ("if: days > 3 and not narrowed", "when: days", 12, "unknown effect 'when'"),
        ("if: days > 3 and not narrowed", "needs: [dys]", 13, "no parameter 'dys'"),
        ("if: days > 3 and not narrowed", "period: later", 13, "no such period"),
    ],
)
def test_a_fault_is_told_with_its_line_and_a_cure(old: str, new: str, line: int, said: str) -> None:
    faults = wrong(old, new)()
    assert any(said in f and f"own/instruments.yaml, line {line}:" in f for f in faults), faults


@pytest.mark.parametrize("text", ["", "[]", "wall", "wall: []", "wall: {effects: 3}", "a: {b: {c"])
def test_no_file_of_templates_ends_in_a_traceback(text: str) -> None:
    found, faults = read(text)
    assert found == []
    assert bool(faults) == bool(text)


def test_a_formula_that_cannot_be_worked_out_names_the_template_and_the_policy() -> None:
    (instrument,), _ = read(WALL.replace("scaled_sum(days) / 2", "1 / days"))
    policy = {"id": "p", "instrument": "wall", "parameters": {"days": {"value": 0.0}}}
    _, problems = effects_of([policy], small_calendar(), small_names(), [instrument])
    (fault,) = problems.errors
    assert "divides by zero" in fault.what
    assert "instruments.yaml, line 1" in fault.what
    assert "policy 'p'" in fault.where


def test_an_effect_with_an_impossible_number_is_refused() -> None:
    (instrument,), _ = read(WALL.replace("scaled_factor(more)", "more - 9"))
    numbers = {"days": {"value": 0.0}, "more": {"value": 1.0}}
    policy = {"id": "p", "instrument": "wall", "parameters": numbers}
    _, problems = effects_of([policy], small_calendar(), small_names(), [instrument])
    assert "hazard factor -8" in str(problems.errors[0])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 + 2 * 3", 7.0),
        ("scaled_factor(3)", 2.0),
        ("scaled_factor(-9)", 0.0),
        ("scaled_share(1.8)", 0.9),
        ("scaled_share(4)", 1.0),
        ("inside(0.5)", 0.75),
        ("max(1, round(2.6))", 3.0),
        ("-a / 4", -0.5),
        ("a >= 2 or a < 0", 1.0),
        (0.97, 0.97),
    ],
)
def test_formulas(text: object, number: float) -> None:
    assert formula(text, {"a"}).value({"a": 2.0}, 0.5) == number


@pytest.mark.parametrize(
    "text", ["1e308 * 10", "a / (a - 2)", "round()", "min(a, b)", True, "a " * 200]
)
def test_what_no_formula_gives(text: object) -> None:
    with pytest.raises(FormulaError):
        formula(text, {"a"}).value({"a": 2.0}, 1.0)
