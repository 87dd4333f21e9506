"""Daily hazards of those who stay: what a row says is what the compiled tables hold."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from tests.scenario.conftest import Folder
from travesia.engine.run import run
from travesia.errors import InputError
from travesia.model.codes import Codes
from travesia.model.compile import compile_model
from travesia.model.folding import Folder as Tables
from travesia.policy.effects import StayHazardFactor
from travesia.scenario.load import load
from travesia.scenario.scenario import Scenario

COLUMNS = (
    "stay", "transition", "place", "region", "place_kind", "nationality", "family_type", "months",
    "rate", "low", "high", "first_factor", "first_days", "start", "end", "source", "reason",
)  # fmt: skip


def with_harms(folder: Folder, *rows: dict[str, str]) -> Scenario:
    """The example with harms to those who wait."""
    origin = "rest;stranded;asylum_queue;shelter;border_wait"
    for name, to, sets in (
        ("robbed_waiting", "remain", "poor"),
        ("kidnapped_waiting", "captive", "poor"),
    ):
        folder.append(
            "transitions.csv",
            id=name,
            **{"from": origin},
            to=to,
            where="here",
            sets=sets,
            counts_as="harm",
            description="Struck.",
        )
    given = {"source": "assumption", "reason": "x", "low": "0", "high": "1"}
    table = [[(given | row).get(c, "") for c in COLUMNS] for row in rows]
    folder.write_rows("stay_hazards.csv", [list(COLUMNS), *table])
    return load(folder.path)


def rate(scenario: Scenario, date: str, stay: str, harm: str, **who: str) -> float:
    """Chance a day of one harm on a date, for one cohort at one place."""
    codes, model = Codes(scenario), compile_model(scenario).model
    tables = Tables(model.base, model.edits)
    tables.fold(scenario.calendar.day(dt.date.fromisoformat(date)))
    return float(
        tables.tables[who.get("table", "stay_hazard")][
            codes.cohort[who.get("cohort", "hnd-adult")],
            codes.place[who["place"]],
            codes.stay_harms.index((stay, harm)),
        ]
    )


def test_the_most_specific_row_wins(folder: Folder) -> None:
    places = load(folder.path).places
    city = next(p for p in places if p.kind == "border_city")
    town = next(p for p in places if p.kind == "town")
    scenario = with_harms(
        folder,
        {"stay": "rest;stranded", "transition": "robbed_waiting", "rate": "0.01"},
        {"stay": "rest", "transition": "robbed_waiting", "rate": "0.02", "region": city.region},
        {"stay": "rest", "transition": "robbed_waiting", "rate": "0.03", "place": city.id},
        {"stay": "rest", "transition": "robbed_waiting", "rate": "0.04", "place": city.id,
         "nationality": "GTM", "first_factor": "4"},
    )  # fmt: skip
    day = str(scenario.settings.period.start)
    assert rate(scenario, day, "rest", "robbed_waiting", place=town.id) == 0.01
    assert rate(scenario, day, "rest", "robbed_waiting", place=city.id) == 0.03
    assert rate(scenario, day, "stranded", "robbed_waiting", place=city.id) == 0.01
    people = {"place": city.id, "cohort": "gtm-child"}
    assert rate(scenario, day, "rest", "robbed_waiting", **people) == 0.04
    first = rate(scenario, day, "rest", "robbed_waiting", **people, table="stay_hazard_first")
    assert first == pytest.approx(0.16)


def test_a_row_holds_in_its_months_and_between_its_dates(folder: Folder) -> None:
    scenario = load(folder.path)
    place, end = scenario.places[0].id, scenario.settings.period.end
    first = scenario.settings.period.spin_up
    months = f"{first.month};{first.month % 12 + 1}"
    scenario = with_harms(
        folder,
        {"stay": "rest", "transition": "robbed_waiting", "rate": "0.01"},
        {"stay": "rest", "transition": "robbed_waiting", "rate": "0.05", "months": months},
    )
    for day in range(0, (end - first).days, 9):
        date = first + dt.timedelta(days=day)
        expected = 0.05 if str(date.month) in months.split(";") else 0.01
        assert rate(scenario, str(date), "rest", "robbed_waiting", place=place) == expected


def test_what_waiting_does_is_seen_and_goes_away_with_the_table(folder: Folder) -> None:
    plain = run(compile_model(load(folder.path)).model, 1)
    scenario = with_harms(
        folder,
        {"stay": "rest;stranded;border_wait", "transition": "robbed_waiting", "rate": "0.02"},
        {"stay": "asylum_queue;stranded", "transition": "kidnapped_waiting", "rate": "0.004"},
    )
    model = compile_model(scenario).model
    harmed = run(model, 1)
    codes = Codes(scenario)
    counts = {
        name: int(harmed.events[harmed.events[:, 1] == codes.transition[name], 4].sum())
        for name in ("robbed_waiting", "kidnapped_waiting")
    }
    assert min(counts.values()) > 20
    by_harm = np.bincount(
        model.stay_harms.transition[harmed.stay_hits[:, 1]], harmed.stay_hits[:, 3]
    )
    for name, count in counts.items():
        assert by_harm[codes.transition[name]] == count
    assert not len(plain.stay_hits)
    assert plain.digest() != harmed.digest()


def test_a_month_that_does_not_exist_is_told_with_its_line(folder: Folder) -> None:
    with pytest.raises(InputError) as caught:
        with_harms(
            folder,
            {"stay": "rest", "transition": "robbed_waiting", "rate": "0.1", "months": "13"},
        )
    assert "stay_hazards.csv, line 2" in str(caught.value)
    assert "months" in str(caught.value)


@pytest.mark.parametrize("value", ["-0.1", "1.5"])
def test_a_daily_hazard_below_zero_or_above_one_is_refused(folder: Folder, value: str) -> None:
    with pytest.raises(InputError) as caught:
        with_harms(folder, {"stay": "rest", "transition": "robbed_waiting", "rate": value})
    assert "stay_hazards.csv, line 2" in str(caught.value)
    assert "rate" in str(caught.value)


def test_a_policy_scales_the_harms_that_it_names() -> None:
    effect = StayHazardFactor(policy="p", start=0, stays=("rest",), factor=0.5)
    assert [(w.table, w.op, w.value) for w in effect.writes()] == [
        ("stay_hazard", "factor", 0.5),
        ("stay_hazard_first", "factor", 0.5),
    ]
