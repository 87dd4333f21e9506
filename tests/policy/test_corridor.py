"""The policies and what-ifs of the shipped corridor."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.policy.world import World
from travesia.errors import InputError
from travesia.model.dated import sampled_policies
from travesia.model.sampling import Sampler
from travesia.policy.build import effects_of
from travesia.policy.effects import Effect, LegUtility, OutcomeFactor, OutcomeSet
from travesia.policy.instruments.registry import shipped
from travesia.policy.names import Names, policy_names
from travesia.scenario.load import load
from travesia.scenario.scenario import Scenario
from travesia.scenario.sums import paid_policies

LEVELS = {"southern_border_program", "national_guard"}
RETURNS = "remain_in_mexico"


@pytest.fixture(scope="module")
def corridor() -> Scenario:
    return load("corridor")


@pytest.fixture(scope="module")
def names(corridor: Scenario) -> Names:
    return policy_names(corridor)


@pytest.fixture(scope="module")
def effects(corridor: Scenario, names: Names) -> list[Effect]:
    found, problems = effects_of(corridor.policies, corridor.calendar, names)
    assert [str(p) for p in problems] == []
    return found


def test_every_instrument_has_a_dated_policy(corridor: Scenario) -> None:
    used = {p.instrument for p in corridor.policies}
    used |= {p["instrument"] for patch in corridor.patches.values() for p in patch.add_policies}
    cleared_by_its_own_date = {"camp_clearance"}  # the camps of this corridor are in camps.csv
    assert used == {i.id for i in shipped()} - cleared_by_its_own_date
    assert len(corridor.policies) >= 60


def test_a_policy_names_its_sources_and_says_why_it_is_off(corridor: Scenario) -> None:
    for policy in corridor.policies:
        assert policy.source, policy.id
        assert policy.name_es, policy.id
        if not policy.enabled:
            assert policy.note or policy.variant_of, policy.id


def test_every_number_has_a_range_a_unit_and_a_source(corridor: Scenario) -> None:
    for policy in corridor.policies:
        for name, number in policy.parameters.items():
            where = f"{policy.id}.{name}"
            assert number.source, where
            assert number.reason or "assumption" not in number.source, where
            if number.unit != "date":
                assert number.low is not None, where
                assert number.low <= number.value <= number.high, where


def test_policies_that_are_switched_off_would_also_build(corridor: Scenario, names: Names) -> None:
    known = {"visa_ecuador", "visa_brazil", "visa_venezuela"}  # no flights in the network
    for policy in corridor.policies:
        if not policy.enabled:
            alone = policy.model_copy(update={"enabled": True, "variant_of": None})
            built, problems = effects_of([alone], corridor.calendar, names)
            assert problems.errors == ()
            assert built or policy.id in known | {"shutdown_proposal", "credible_fear_proposal"}


def test_only_two_policies_change_the_level_of_stops(
    corridor: Scenario, names: Names, effects: list[Effect]
) -> None:
    """Over all travelled legs the other open-ended policies move the stop rate by a tenth."""
    others = World([e for e in effects if e.policy not in LEVELS], 1.0, corridor)
    legs = [(i, leg) for i, leg in names.legs.items() if leg.region.startswith("MX-")]
    for year in (2013, 2016, 2018, 2020, 2022):
        day = corridor.calendar.day(corridor.calendar.start.replace(year=year, month=6, day=1))
        logs = [
            math.log(others.value("hazard", {"cause": "stop_inm", "leg": leg_id}, day))
            for leg_id, leg in legs
            if leg.role == "travel" and leg.mode != "freight_train"
        ]
        assert abs(sum(logs) / len(logs)) < 0.08, year


def test_shares_sent_back_start_with_their_site_and_end_in_january_2021(
    corridor: Scenario, effects: list[Effect]
) -> None:
    world = World(effects, 0.0, corridor)
    day = corridor.calendar.day
    start = corridor.calendar.start

    def share(sector: str, year: int, month: int, cohort: str = "hnd-family") -> float:
        cell = {"stay": "us_custody", "transition": RETURNS, "cohort": cohort, "region": sector}
        at = day(start.replace(year=year, month=month, day=25))
        return world.value("outcome", cell, at)

    assert share("us_el_paso", 2019, 2) == 0.0
    assert 0.0 < share("us_el_paso", 2019, 4) < share("us_el_paso", 2019, 8) < 0.9
    assert share("us_laredo", 2019, 6) == 0.0 < share("us_laredo", 2019, 8)
    assert share("us_tucson", 2019, 12) == 0.0 < share("us_tucson", 2020, 2)
    assert 0.0 < share("us_el_paso", 2020, 12) < 0.1
    assert share("us_el_paso", 2021, 1) == share("us_el_paso", 2021, 6) == 0.0
    assert share("us_el_paso", 2022, 3) == 0.0 < share("us_el_paso", 2022, 3, "nic-adult")
    assert share("us_el_paso", 2019, 8, "hnd-child") == 0.0
    assert share("us_el_paso", 2019, 8, "mex-family") == 0.0


def test_nobody_is_expelled_outside_the_dates(corridor: Scenario, effects: list[Effect]) -> None:
    world = World(effects, 1.0, corridor)
    calendar = corridor.calendar
    dates = [(2020, 3, 19, 0.0), (2020, 3, 20, 1.0), (2023, 5, 11, 1.0), (2023, 5, 12, 0.0)]
    for year, month, day, factor in dates:
        on = calendar.day(calendar.start.replace(year=year, month=month, day=day))
        cell = {"stay": "us_custody", "transition": "expelled_to_mexico", "region": "us_rgv"}
        assert world.value("outcome", cell, on) == factor  # of all cohorts


def test_effects_point_at_stays_and_transitions_of_the_outcome_table(
    corridor: Scenario, effects: list[Effect]
) -> None:
    rows = set(
        zip(corridor.outcomes.column("stay"), corridor.outcomes.column("transition"), strict=True)
    )
    for effect in effects:
        if isinstance(effect, OutcomeSet | OutcomeFactor):
            assert (effect.stay, effect.transition) in rows, effect.policy


def test_a_factor_is_never_put_on_a_branch_that_takes_the_rest(
    corridor: Scenario, effects: list[Effect]
) -> None:
    outcomes = corridor.outcomes
    rest = {
        (stay, transition)
        for stay, transition, p in zip(
            outcomes.column("stay"),
            outcomes.column("transition"),
            outcomes.column("probability"),
            strict=True,
        )
        if p == "rest"
    }
    assert rest
    for effect in effects:
        if isinstance(effect, OutcomeSet | OutcomeFactor):
            assert (effect.stay, effect.transition) not in rest, effect.policy


def test_no_policy_makes_a_leg_irresistible(effects: list[Effect]) -> None:
    assert all(abs(e.delta) <= 3.0 for e in effects if isinstance(e, LegUtility))


def merged(fields: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    out = dict(fields)
    for name, value in changes.items():
        inner = out.get(name)
        if isinstance(value, dict) and isinstance(inner, dict):
            value = merged(inner, value)
        out[name] = value
    return out


def test_every_what_if_changes_the_effects_and_has_no_fault(
    corridor: Scenario, names: Names, effects: list[Effect]
) -> None:
    plain = {e.key for e in effects}
    for patch in corridor.patches.values():
        entries = {p.id: p.model_dump() for p in corridor.policies}
        assert set(patch.policies) <= set(entries), patch.id
        for policy, changes in patch.policies.items():
            entries[policy] = merged(entries[policy], changes)
        found, problems = effects_of(
            [*entries.values(), *patch.add_policies], corridor.calendar, names
        )
        assert [str(p) for p in problems] == [], patch.id
        elsewhere = patch.parameters or patch.tables
        assert {e.key for e in found} != plain or elsewhere, patch.id
        assert "?" in patch.question, patch.id


def test_a_what_if_can_be_loaded_by_name(effects: list[Effect]) -> None:
    changed = load("corridor", ["no_remain_in_mexico"])
    found, problems = effects_of(changed.policies, changed.calendar, policy_names(changed))
    assert len(problems) == 0
    gone = {e.policy for e in effects} - {e.policy for e in found}
    assert gone >= set(changed.patches["no_remain_in_mexico"].policies)
    assert RETURNS in gone
    assert not any(isinstance(e, OutcomeSet) and e.transition == RETURNS for e in found)


def test_the_first_what_ifs_are_shipped(corridor: Scenario) -> None:
    assert set(corridor.patches) >= {
        "train_speed_doubled",
        "no_train_raids",
        "no_remain_in_mexico",
        "no_pandemic_expulsions",
        "visas_continue",
        "more_checkpoints",
    }


@pytest.mark.long
def test_every_what_if_can_be_run_with_drawn_numbers(corridor: Scenario) -> None:
    """Two policies with equal numbers as written may contradict each other once they are drawn."""
    names = policy_names(corridor)
    failed = {}
    for name in corridor.patches:
        scenario = load("corridor", [name])
        drawn = sampled_policies({p.id: p for p in paid_policies(scenario)}, Sampler(0, 1))
        _, problems = effects_of(drawn, scenario.calendar, names)
        if problems.errors:
            failed[name] = [str(p) for p in problems.errors]
    assert failed == {}


def test_a_policy_may_be_given_priority() -> None:
    """Errors of two policies that set one number say so; the rule itself is in test_combine."""
    told = load("corridor", set={"policies.train_raids.priority": "3"})
    found, problems = effects_of(told.policies, told.calendar, policy_names(told))
    assert not [p for p in problems if p.severity == "error"]
    assert {e.priority for e in found if e.policy == "train_raids"} == {3}
    assert {e.priority for e in found if e.policy != "train_raids"} == {0}
    with pytest.raises(InputError, match="priority"):
        load("corridor", set={"policies.train_raids.priority": "-1"})
