"""Camps as dated things: room that opens and shuts, clearings, and what cannot be."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from tests.engine.test_oracle import assert_same
from tests.scenario.conftest import check_folder
from travesia import api
from travesia.engine.reference import run_reference
from travesia.engine.run import run
from travesia.model.compile import compile_model
from travesia.model.compiled import CompiledModel
from travesia.scenario.camps import Camp, spells, town_camps
from travesia.scenario.load import load

STAYS = """\
id,state,name,facility_kind,facility_unit,reach_km,overflow,distribution,median_days,p90_days,\
low,high,source,reason
border_camp,border_camp,In a camp,camp,places,25,no_camp,lognormal,60,120,30,90,assumption,Invented.
border_room,border_room,In a room,,,,,lognormal,30,60,10,60,assumption,Invented.
put_out,border_camp,Put out of a camp,,,,,none,,,,,assumption,Invented.
"""
TRANSITIONS = """\
id,from,to,description
no_camp,border_camp,border_room,Rents a room.
evicted,border_camp,put_out,Driven out.
out_room,put_out,border_room,Rents a room.
out_home,put_out,returning,Goes home.
room_crosses,border_room,continue,Crosses.
"""
OUTCOMES = """\
stay,transition,probability,low,high,source,reason
put_out,out_room,rest,,,assumption,Invented.
put_out,out_home,0.3,0.1,0.5,assumption,Invented.
border_room,room_crosses,rest,,,assumption,Invented.
"""
HEADER = "id,name,place,opened,closed,places,low,high,clearing,clearing_days,source,reason"
CAMP = "bank,River bank,norte_este,2019-01-10,2019-03-01,40,40,40,evicted,1,assumption,Invented."


def folder(path: Path, *camps: str, stays: str = STAYS) -> Path:
    """The example with camps; without, nobody finds one."""
    path.mkdir(exist_ok=True)
    texts = {
        "scenario.yaml": "name: camps\ntitle: Camps\nextends: example\n",
        "stays.csv": stays,
        "transitions.csv": TRANSITIONS,
        "outcomes_camps.csv": OUTCOMES,
        "camps.csv": "\n".join([HEADER, *(camps or (CAMP,))]) + "\n",
    }
    for name, text in texts.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


def compiled(path: Path, *camps: str, sample: float = 1.0) -> CompiledModel:
    return compile_model(load(folder(path, *camps)), sample=sample).model


def people(model: CompiledModel, stocks: np.ndarray, state: str) -> np.ndarray:
    """People in a state by day, all places together."""
    cells = stocks.reshape(model.n_days, model.machine.n_states, model.n_places)
    return np.asarray(cells[:, model.names.states.index(state)].sum(1))


def day(model: CompiledModel, text: str) -> int:
    return dt.date.fromisoformat(text).toordinal() - dt.date(2019, 1, 1).toordinal()


def events(model: CompiledModel, found: np.ndarray, *names: str) -> int:
    wanted = [model.names.transitions.index(n) for n in names]
    return int(found[np.isin(found[:, 1], wanted), 4].sum())


def test_a_camp_is_lived_in_only_while_it_is_open_and_holds_no_more_than_its_room(
    tmp_path: Path,
) -> None:
    model = compiled(tmp_path / "s")
    raw = run(model, 3)
    inside = people(model, raw.stocks, "border_camp")
    opened, closed = day(model, "2019-01-10"), day(model, "2019-03-01")
    assert inside[:opened].max() == 0
    assert inside[closed:].max() == 0
    assert 20 < inside[opened:closed].max() <= 40
    assert events(model, raw.events, "evicted") == inside[closed - 1]


def test_whoever_is_put_out_takes_one_of_the_ways_of_the_clearing(tmp_path: Path) -> None:
    model = compiled(tmp_path / "s")
    found = run(model, 3).events
    out = events(model, found, "evicted")
    assert events(model, found, "out_room", "out_home") == out > 0
    kept = compiled(tmp_path / "kept", CAMP.replace(",evicted,", ",,"))
    raw = run(kept, 3)
    assert events(kept, raw.events, "evicted", "out_room", "out_home") == 0
    after = people(kept, raw.stocks, "border_camp")[day(kept, "2019-03-01") :]
    assert after[0] > after[-1]  # nobody new, and people leave by themselves
    assert after[0] > 0


def test_room_that_shrinks_below_the_people_puts_nobody_out_and_takes_nobody_in(
    tmp_path: Path,
) -> None:
    fenced = "fenced,Fence,norte_este,2019-03-01,,5,5,5,,1,assumption,Invented."
    model = compiled(tmp_path / "s", CAMP.replace(",evicted,", ",,"), fenced)
    inside = people(model, run(model, 3).stocks, "border_camp")
    shrunk = inside[day(model, "2019-03-01") :]
    assert shrunk[0] > 5
    assert (np.diff(shrunk)[shrunk[:-1] > 5] <= 0).all()


def test_a_clearing_of_several_days_empties_in_equal_parts(tmp_path: Path) -> None:
    slow = CAMP.replace(",evicted,1,", ",evicted,10,").replace(",40,40,40,", ",4000,4000,4000,")
    model = compiled(tmp_path / "s", slow)
    mine = [r for r in model.recalls if r.origin == "bank"]
    assert [r.day for r in mine] == list(range(day(model, "2019-02-20"), 1 + mine[-1].day))
    left = np.cumprod([1 - r.share for r in mine])
    assert left == pytest.approx(1 - np.arange(1, 11) / 10)
    inside = people(model, run(model, 3).stocks, "border_camp")
    assert inside[mine[-1].day] == 0


@pytest.mark.parametrize("sample", [1.0, 0.4])
def test_oracle_and_kernel_clear_the_same_people(tmp_path: Path, sample: float) -> None:
    slow = CAMP.replace(",evicted,1,", ",evicted,3,")
    model = compiled(tmp_path / "s", slow, sample=sample)
    assert_same(model, run(model, 5), run_reference(model, 5))


def test_two_camps_of_a_town_share_their_room_and_are_cleared_by_their_part() -> None:
    def camp(name: str, opened: str, closed: str | None, places: float) -> Camp:
        given = {"id": name, "name": name, "place": "a", "opened": opened, "closed": closed}
        return Camp.model_validate({**given, "places": places})

    rows = [camp("x", "2019-01-01", "2019-02-01", 300), camp("y", "2019-01-15", None, 100)]
    (facility,) = town_camps(rows)
    assert (facility.id, facility.capacity) == ("camps_a", 400)
    assert [(str(a), [c.id for c in held]) for a, _, held in spells(rows)] == [
        ("2019-01-01", ["x"]),
        ("2019-01-15", ["x", "y"]),
        ("2019-02-01", ["y"]),
    ]


@pytest.mark.parametrize(
    ("camps", "stays", "told"),
    [
        ((CAMP.replace("2019-03-01", "2019-01-09"),), STAYS, "before it opens"),
        ((CAMP.replace("evicted,1,", "evicted,90,"),), STAYS, "nobody ever lives in it"),
        ((CAMP.replace("evicted", "room_crosses"),), STAYS, "is cleared by 'room_crosses'"),
        ((CAMP.replace("evicted", "evictd"),), STAYS, "unknown transition 'evictd'"),
        ((CAMP.replace("norte_este", "norte_este_"),), STAYS, "unknown place 'norte_este_'"),
        ((CAMP.replace(",40,40,40,", ",-3,40,40,"),), STAYS, "places is '-3', not above 0"),
        ((CAMP.replace(",40,40,40,", ",90,40,60,"),), STAYS, "places is 90, outside its range"),
        ((CAMP,), STAYS.replace(",25,no_camp,", ",25,,"), "has no overflow"),
        ((CAMP.replace("evicted,1,", "evicted,0,"),), STAYS, "clearing_days is '0'"),
    ],
)
def test_what_cannot_be_is_told(
    tmp_path: Path, camps: tuple[str, ...], stays: str, told: str
) -> None:
    _, problems = check_folder(folder(tmp_path / "s", *camps, stays=stays))
    assert [p for p in problems.errors if told in p.what], [p.what for p in problems.errors]
    assert all(p.cure and "camps.csv" in p.where for p in problems.errors if told in p.what)


def test_what_is_asked_of_limited_places_knows_the_camps_of_a_town(tmp_path: Path) -> None:
    result = api.run(folder(tmp_path / "s"))
    asked = result.count("admitted", by=("facility_kind", "place"))
    camps = asked[(asked["facility_kind"] == "camp") & (asked["place"] == "norte_este")]
    assert 0 < camps["value"].sum() < asked["value"].sum()


HAZARDS = """\
stay,transition,rate,low,high,source,reason
border_camp,camp_falls_ill,0.02,0.01,0.03,assumption,Invented.
"""
CROWDED = """\
- id: crowded
  name: Crowding
  instrument: camp_crowding
  start: 2019-01-01
  where: {places: [norte_este]}
  parameters:
    laid_out: {value: 5, low: 5, high: 5, unit: people, source: [assumption], reason: Invented.}
    crowded: {value: 20, low: 20, high: 20, unit: people, source: [assumption], reason: Invented.}
    illness: {value: 4, low: 4, high: 4, unit: factor, source: [assumption], reason: Invented.}
  source: [assumption]
  reason: Invented.
"""


def ill(path: Path, policies: str) -> tuple[int, int]:
    """People who fall ill in a large camp, and days that people lived in it."""
    folder(path, CAMP.replace(",40,40,40,", ",4000,4000,4000,"))
    fell_ill = "camp_falls_ill,border_camp,border_room,Falls ill.\n"
    for name, text in {
        "stay_hazards.csv": HAZARDS,
        "transitions.csv": TRANSITIONS + fell_ill,
        "policies.yaml": policies,
    }.items():
        (path / name).write_text(text, encoding="utf-8")
    model = compile_model(load(path)).model
    raw = run(model, 3)
    days = people(model, raw.stocks, "border_camp").sum()
    return events(model, raw.events, "camp_falls_ill"), int(days)


def test_illness_follows_the_days_in_a_camp_and_how_crowded_it_is(tmp_path: Path) -> None:
    plain, days = ill(tmp_path / "plain", "[]\n")
    # A party falls ill together: three people of it at most, for chance.
    assert plain == pytest.approx(0.02 * days, abs=4 * (3 * 0.02 * days) ** 0.5)
    crowded, more_days = ill(tmp_path / "crowded", CROWDED)
    assert crowded / more_days > 2 * plain / days
    assert crowded / more_days < 5 * plain / days
