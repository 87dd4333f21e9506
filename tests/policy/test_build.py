"""From policies to effects: every fault is found and named, with its cure."""

from __future__ import annotations

import copy
import datetime as dt
import random
from typing import Any

import pytest

from travesia.calendar import Calendar
from travesia.policy.build import effects_of
from travesia.policy.effects import EffortFactor, OutcomeFactor, OutcomeSet
from travesia.policy.names import Names


def raids(**changes: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": "raids",
        "instrument": "train_raids",
        "start": "2019-02-01",
        "end": "2019-12-31",
        "where": {"regions": ["MX-OAX"]},
        "parameters": {
            "stop_factor": {"value": 2.0, "low": 1.0, "high": 3.0, "unit": "factor"},
            "guard_add": {"value": 0.4, "unit": "probability"},
        },
    }
    return {**entry, **changes}


def effort(policy: str = "effort", **changes: Any) -> dict[str, Any]:
    entry = {
        "id": policy,
        "instrument": "enforcement_effort",
        "start": "2019-02-01",
        "parameters": {"factor": {"value": 1.5, "unit": "factor"}},
    }
    return {**entry, **changes}


def transfers(policy: str, share: float, **changes: Any) -> dict[str, Any]:
    entry = {
        "id": policy,
        "instrument": "relocation_south",
        "start": "2019-02-01",
        "parameters": {"share": {"value": share, "unit": "probability"}},
    }
    return {**entry, **changes}


def messages(entries: list[dict[str, Any]], calendar: Calendar, names: Names) -> list[str]:
    return [str(problem) for problem in effects_of(entries, calendar, names)[1]]


def test_a_sound_policy_has_no_problem(calendar: Calendar, names: Names) -> None:
    effects, problems = effects_of([raids()], calendar, names)
    assert len(problems) == 0
    assert {e.policy for e in effects} == {"raids"}
    assert {(e.start, e.end) for e in effects} == {(31, 365)}  # the last day is included


FLAWS: list[tuple[dict[str, Any], str]] = [
    ({"instrument": "train_raid"}, "did you mean train_raids"),
    ({"instrument": "zzz"}, "use one of aerial_surveillance, "),
    ({"instrument": "zzz"}, "`travesia list instruments` lists all"),
    ({"end": "2019-01-31"}, "ends (2019-01-31) before it starts (2019-02-01)"),
    ({"scale": -0.5}, "below zero"),
    ({"ramp_days": -1}, "ramp_days"),
    ({"where": {"regions": ["MX-OAXACA"]}}, "unknown region 'MX-OAXACA'"),
    ({"where": {"zones": ["belts"]}}, "did you mean belt"),
    ({"where": {"places": ["tapachul"]}}, "did you mean tapachula"),
    ({"where": {"modes": ["trains"]}}, "unknown mode"),
    ({"where": {"legs": ["trian"]}}, "did you mean train"),
    ({"whom": {"nationalities": ["HON"]}}, "did you mean HND"),
    ({"whom": {"family_types": ["kid"]}}, "unknown family type"),
    ({"whom": {"nationalities": ["HND"], "cohorts": ["gtm-adult"]}}, "no cohort"),
    ({"parameters": {}}, "'stop_factor' is missing"),
    ({"variant_of": "nothing"}, "unknown policy in variant_of"),
]


@pytest.mark.parametrize(("flaw", "said"), FLAWS, ids=[next(iter(f)) for f, _ in FLAWS])
def test_one_flaw_in_a_sound_policy_is_named(
    flaw: dict[str, Any], said: str, calendar: Calendar, names: Names
) -> None:
    found = messages([raids(**flaw)], calendar, names)
    assert any(said in message for message in found), found
    assert all("policies.yaml" in message for message in found)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("guard_add", {"value": 1.4, "unit": "probability"}, "out of bounds"),
        ("guard_add", {"value": 0.4, "unit": "km"}, "the unit is 'km'"),
        ("stop_factor", {"value": -1.0, "unit": "factor"}, "out of bounds"),
        ("speed", {"value": 1.0, "unit": "km/h"}, "unknown parameter 'speed'"),
        ("stop_factor", {"value": "fast"}, "stop_factor"),
    ],
)
def test_a_wrong_parameter_is_named_with_those_that_exist(
    name: str, value: dict[str, Any], said: str, calendar: Calendar, names: Names
) -> None:
    entry = copy.deepcopy(raids())
    entry["parameters"][name] = value
    found = messages([entry], calendar, names)
    assert any(said in message for message in found), found
    assert any("stop_factor, guard_add" in message for message in found)


def test_all_faults_of_all_policies_come_at_once(calendar: Calendar, names: Names) -> None:
    bad = raids(id="other", scale=-1, where={"regions": ["X"]}, end="2018-01-01")
    _, problems = effects_of([raids(instrument="none"), bad], calendar, names)
    assert len(problems.errors) == 4


def test_an_id_may_be_used_once(calendar: Calendar, names: Names) -> None:
    assert any("two policies" in m for m in messages([raids(), raids()], calendar, names))


def test_a_policy_that_touches_nothing_is_warned_and_named(
    calendar: Calendar, names: Names
) -> None:
    early = raids(start="2010-01-01", end="2010-12-31")
    nowhere = raids(id="nowhere", where={"regions": ["MX-TAM"]})
    _, problems = effects_of([early, nowhere], calendar, names)
    assert problems.errors == ()
    assert len(problems.warnings) == 2
    assert all("touches nothing" in p.what for p in problems.warnings)
    assert {"raids", "nowhere"} == {p.where.split("'")[1] for p in problems.warnings}


def test_a_part_that_the_scenario_lacks_is_left_out_and_said(
    calendar: Calendar, names: Names
) -> None:
    small = Names(places=names.places, cohorts=names.cohorts, legs=names.legs)
    effects, problems = effects_of([transfers("move", 0.2)], calendar, small)
    assert effects == []
    assert "relocated_south" in str(problems.warnings[0])


def test_two_policies_that_set_one_cell_are_a_fault(calendar: Calendar, names: Names) -> None:
    pair = [transfers("one", 0.1), transfers("two", 0.3)]
    _, problems = effects_of(pair, calendar, names)
    assert "'one'" in str(problems.errors[0])
    assert "'two'" in str(problems.errors[0])
    apart = [transfers("one", 0.1, end="2019-05-31"), transfers("two", 0.3, start="2019-06-01")]
    assert effects_of(apart, calendar, names)[1].errors == ()
    ranked = [transfers("one", 0.1), transfers("two", 0.3, priority=1)]
    assert effects_of(ranked, calendar, names)[1].errors == ()


def test_a_variant_beside_its_original_is_a_fault(calendar: Calendar, names: Names) -> None:
    variant = effort("other", variant_of="effort")
    assert any("variant" in m for m in messages([effort(), variant], calendar, names))
    off = effort("effort", enabled=False)
    assert messages([off, variant], calendar, names) == []


def test_the_order_of_policies_cannot_matter(calendar: Calendar, names: Names) -> None:
    entries = [raids(), effort(), transfers("move", 0.2), effort("more", scale=0.5)]
    effects, _ = effects_of(entries, calendar, names)
    for seed in range(5):
        shuffled = random.Random(seed).sample(entries, len(entries))
        assert effects_of(shuffled, calendar, names)[0] == effects


@pytest.mark.parametrize(("scale", "factor"), [(0.0, 1.0), (1.0, 1.5), (2.0, 2.0)])
def test_the_scale_multiplies_the_distance_from_one(
    scale: float, factor: float, calendar: Calendar, names: Names
) -> None:
    (effect,), _ = effects_of([effort(scale=scale)], calendar, names)
    assert isinstance(effect, EffortFactor)
    assert effect.factor == pytest.approx(factor)


def test_zones_become_the_regions_of_their_places(calendar: Calendar, names: Names) -> None:
    (effect,), _ = effects_of([effort(where={"zones": ["belt"]})], calendar, names)
    assert isinstance(effect, EffortFactor)
    assert effect.regions == ("MX-CHP",)


def test_nationality_and_family_type_narrow_each_other(calendar: Calendar, names: Names) -> None:
    whom = {"nationalities": ["HND", "VEN"], "family_types": ["adult"]}
    (effect,), _ = effects_of([transfers("move", 0.2, whom=whom)], calendar, names)
    assert isinstance(effect, OutcomeSet)
    assert effect.cohorts == ("hnd-adult", "ven-adult")


def test_a_switch_on_a_table_shuts_it_outside_its_dates(calendar: Calendar, names: Names) -> None:
    entry = {
        "id": "rule",
        "instrument": "pandemic_expulsion",
        "start": "2020-03-20",
        "end": "2021-05-11",
        "parameters": {
            "table_start": {"value": "2020-03-20"},
            "table_end": {"value": "2021-05-11"},
            "adult_removals": {"value": 2},
            "family_removals": {"value": 2},
            "returns": {"value": 2},
        },
    }
    effects, problems = effects_of([entry], calendar, names)
    assert len(problems) == 0
    first, last = calendar.day(_date("2020-03-20")), calendar.day(_date("2021-05-11"))
    shut = [e for e in effects if isinstance(e, OutcomeFactor) and e.factor == 0.0]
    for day, closed in ((first - 1, True), (first, False), (last, False), (last + 1, True)):
        held = (e.start <= day and (e.end is None or day < e.end) for e in shut)
        assert any(held) is closed
    off, _ = effects_of([{**entry, "enabled": False}], calendar, names)
    gone = [e for e in off if isinstance(e, OutcomeFactor) and e.transition.startswith("expelled")]
    assert {e.factor for e in gone} == {0.0}
    assert all(e.start <= 0 and e.end is None and e.ramp_days == 0 for e in gone)


def _date(text: str) -> Any:
    return dt.date.fromisoformat(text)
