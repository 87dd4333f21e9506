"""Loading: layers, priority, patches, overrides, provenance and the hash."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from tests.scenario.conftest import Folder
from travesia.scenario.columns import Columns
from travesia.scenario.load import load, read
from travesia.scenario.models import Departure, Leg, Outcome
from travesia.scenario.tables import TABLES

CHILD = """name: child
title: A child of the example
extends: example
period: {end: 2019-03-31}
seed: 11
"""


@pytest.fixture
def child(folder: Folder) -> Folder:
    """A scenario beside the example that extends it and changes nothing but its settings."""
    path = folder.path.parent / "child"
    path.mkdir()
    made = Folder(path)
    made.write("scenario.yaml", CHILD)
    return made


def test_example_has_every_table() -> None:
    scenario = load("example")
    empty = [spec.name for spec in TABLES if not len(scenario.table(spec.name))]
    # Too small a world for columns of walkers, posts told apart, camps, lengths that change,
    # hazards of waiting, disasters, numbers that were fitted, and ledgers of money.
    assert empty == [
        "caravans", "checkpoints", "camps", "stay_lengths", "stay_hazards", "accidents",
        "calibration", "money", "costs",
    ]  # fmt: skip
    assert scenario.name == "example"
    assert scenario.place("paso").zones == ("belt", "south")
    assert scenario.leg("patio__norte_este__bus").to == "norte_este"
    assert scenario.cohort("hnd-family").means == 1.6
    assert scenario.stay("asylum_queue").queue is True
    assert scenario.stay("rest").queue is False
    assert scenario.transition("retry").sets == ("attempt",)
    assert scenario.value("nest_scale") == 0.65
    assert scenario.calendar.n_days == 120
    assert scenario.policy("remain_in_mexico").whom.nationalities == ("HND",)
    assert scenario.policy("remain_in_mexico").values()["adult_factor"] == 0.8


def test_long_tables_are_columns(folder: Folder) -> None:
    folder.cell("departures.csv", 2, "people_smooth", "")
    table = load(folder.path).departures
    assert table.text("month")[:2] == ("2019-01", "2019-02")
    assert table.numbers("people")[0] == 1500.0
    assert np.isnan(table.numbers("people_smooth")[0])
    assert not table.numbers("people").flags.writeable
    assert table.row(0) == next(iter(table))
    assert table.row(0).people_smooth is None
    assert next(iter(table.keys())) == ("2019-01", "hnd-adult")
    outcomes = load("example").outcomes
    assert np.isnan(outcomes.numbers("probability")[outcomes.column("probability").index("rest")])
    assert outcomes.dates("start")[-1] == dt.date(2019, 4, 1)


def test_columns_of_unequal_length() -> None:
    data = {name: [1] for name in Departure.columns()}
    with pytest.raises(ValueError, match="unequal length"):
        Columns(Departure, {**data, "month": []})


def test_records_are_frozen_and_update_revalidates() -> None:
    leg = load("example").leg("aldea__paso__bus")
    with pytest.raises(ValidationError):
        leg.days = 3  # type: ignore[misc]
    assert leg.update(days=3).days == 3
    assert leg.days == 1
    with pytest.raises(ValidationError):
        leg.update(days=-3)
    with pytest.raises(ValidationError):
        leg.update(dayz=3)


def test_blank_selector_means_any() -> None:
    row = Outcome(stay="a", transition="b", probability="rest")
    assert (row.nationality, row.family_type, row.region) == ("*", "*", "*")


def test_columns_have_the_names_of_the_files() -> None:
    assert list(Leg.columns())[:3] == ["id", "from", "to"]


def test_child_inherits_everything(child: Folder) -> None:
    base, own = load("example"), load(child.path)
    assert own.places == base.places
    assert own.settings.period.end == dt.date(2019, 3, 31)
    assert own.settings.period.start == base.settings.period.start
    assert (own.settings.seed, own.settings.learning) == (11, True)
    assert [f.name for f in own.folders] == ["example", "child"]
    assert set(own.patches) == set(base.patches)
    assert child.problems() == []


def test_child_finds_its_base_beside_itself(child: Folder, folder: Folder) -> None:
    folder.cell("places.csv", 2, "population", 123)
    assert load(child.path).place("aldea").population == 123


def test_child_replaces_rows_by_id(child: Folder) -> None:
    base = load("example")
    child.write(
        "facilities.csv",
        "id,kind,place,name,capacity,unit,start,end,low,high,source,reason\n"
        "puertos,port,us_puertos,Ports,2,cases_per_day,,,1,9,assumption,x\n"
        "nueva,shelter,paso,New,9,places,,,1,19,assumption,x\n",
    )
    own = load(child.path)
    ids = [f.id for f in own.facilities]
    assert ids.count("puertos") == 1, "both rows of the base are replaced by the one row"
    assert next(f for f in own.facilities if f.id == "puertos").capacity == 2
    assert ids[-1] == "nueva"
    assert len(ids) == len(base.facilities)
    assert own.where("facilities", ids.index("puertos")) == "child/facilities.csv, line 2"
    assert own.where("facilities", 0) == "example/facilities.csv, line 2"


def test_child_replaces_tables_without_ids_as_a_whole(child: Folder) -> None:
    child.write(
        "effort.csv", "agency,region,factor,low,high,source,reason\nINM,*,2,1,3,assumption,x\n"
    )
    assert [e.factor for e in load(child.path).effort] == [2]


def test_child_replaces_policies_and_parameters(child: Folder) -> None:
    child.write("behaviour.yaml", "mu_place: {value: 2, low: 1, high: 3, source: assumption}\n")
    child.write(
        "policies.yaml",
        "- {id: visitor_card, name: V, instrument: visitor_card, start: 2019-02-01}\n"
        "- {id: fresh, name: F, instrument: train_raids, start: 2019-02-01}\n",
    )
    own = load(child.path)
    assert own.value("mu_place") == 2
    assert own.value("nest_scale") == 0.65
    assert [p.id for p in own.policies] == [
        "train_raids",
        "visitor_card",
        "remain_in_mexico",
        "fresh",
    ]
    assert own.policy("visitor_card").parameters == {}


def test_order_of_priority(child: Folder) -> None:
    """Base < extending scenario < patches in the order given < single values."""
    name = "belief_half_life_weeks"
    child.write("behaviour.yaml", f"{name}: {{value: 5, low: 1, high: 9, source: assumption}}\n")
    child.write("patches/one.yaml", f"title: One\nparameters: {{{name}: 3}}\n")

    def value(*patches: str, **overrides: Any) -> float:
        return load(child.path, patches, overrides).value(name)

    assert load("example").value(name) == 6
    assert value() == 5
    assert value("one") == 3
    assert value("one", "more_offices") == 4
    assert value("more_offices", "one") == 3
    assert load(child.path, ["one"], {f"parameters.{name}": "2.5"}).value(name) == 2.5


def test_patch_changes_only_what_it_names() -> None:
    base, patched = load("example"), load("example", ["more_offices"])
    office = next(f for f in patched.facilities if f.id == "asilo_sur")
    before = next(f for f in base.facilities if f.id == "asilo_sur")
    assert office == before.update(capacity=20)
    assert patched.places == base.places
    assert patched.applied == ("more_offices",)
    i = [f.id for f in patched.facilities].index("asilo_sur")
    assert patched.where("facilities", i).endswith("line 6, changed by patch more_offices")


def test_patch_of_every_kind(folder: Folder) -> None:
    folder.write(
        "patches/all.yaml",
        "id: all\ntitle: All\n"
        "policies:\n  train_raids:\n    start: 2019-02-15\n    parameters: {stop_factor: 4}\n"
        "    where: {modes: [freight_train]}\n"
        "add_policies:\n  - {id: extra, name: E, instrument: visitor_card, start: 2019-03-01, "
        "source: assumption, reason: x}\n"
        "tables:\n"
        "  hazards.csv:\n    - {cause: stop_guatemala, region: GTM, mode: '*', value: 0.05}\n"
        "  outcomes:\n    - {stay: stopped, transition: let_go, probability: 0.06}\n"
        "  origins:\n    - {nationality: HND, place: puerto, share: 0, source: assumption}\n"
        "  places:\n    - {id: paso, zones: [belt, south, new_zone]}\n",
    )
    scenario = load(folder.path, ["all"])
    raids = scenario.policy("train_raids")
    assert raids.start == dt.date(2019, 2, 15)
    assert raids.parameters["stop_factor"].value == 4
    assert raids.parameters["stop_factor"].high == 4
    assert raids.parameters["guard_add"].value == 0.3
    assert (raids.where.modes, raids.where.regions) == (("freight_train",), ("MX-VER",))
    assert scenario.policies[-1].id == "extra"
    assert [h.value for h in scenario.hazards if h.cause == "stop_guatemala"] == [0.05]
    let_go = [o.probability for o in scenario.outcomes if o.transition == "let_go"]
    assert let_go == [0.06]
    assert len(scenario.origins) == 3, "a complete row with a new key is added"
    assert scenario.place("paso").zones[-1] == "new_zone"


def test_patch_by_path(folder: Folder, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("title: Mine\nparameters: {mu_place: 1.5}\n", encoding="utf-8")
    scenario = load("example", [str(path)])
    assert scenario.value("mu_place") == 1.5
    assert scenario.applied == ("mine",)


@pytest.mark.parametrize(
    ("path", "text", "reader", "value"),
    [
        ("policies.train_raids.start", "2019-04-25", "p.start", dt.date(2019, 4, 25)),
        ("policies.train_raids.end", "null", "p.end", None),
        ("policies.train_raids.enabled", "false", "p.enabled", False),
        ("policies.train_raids.scale", "0.5", "p.scale", 0.5),
        ("policies.train_raids.parameters.guard_add", "0.4", "p.values()['guard_add']", 0.4),
        ("parameters.gamma_capture", "5", "s.value('gamma_capture')", 5.0),
        ("parameters.gamma_capture.high", "20", "s.parameters['gamma_capture'].high", 20.0),
        ("facilities.asilo_sur.capacity", "9", "s.facilities[4].capacity", 9.0),
        ("legs.aldea__paso__bus.days", "2", "s.leg('aldea__paso__bus').days", 2.0),
        ("settings.seed", "99", "s.settings.seed", 99),
        ("settings.period.end", "2019-02-28", "s.calendar.n_days", 59),
        (
            "settings.departures_column",
            "people_smooth",
            "s.settings.departures_column",
            "people_smooth",
        ),
    ],
)
def test_override(path: str, text: str, reader: str, value: object) -> None:
    s = load("example", set={path: text})
    assert eval(reader, {"s": s, "p": s.policy("train_raids")}) == value


def test_yaml_no_is_a_word(folder: Folder) -> None:
    folder.replace("policies.yaml", "name_es: Tarjeta de visitante", "name_es: NO")
    assert load(folder.path).policy("visitor_card").name_es == "NO"


def test_byte_order_mark_and_crlf_are_tolerated(folder: Folder) -> None:
    text = folder.read("places.csv").replace("\n", "\r\n")
    (folder.path / "places.csv").write_bytes(text.encode("utf-8-sig"))
    assert load(folder.path).places == load("example").places


def test_lines_count_newlines_inside_cells(folder: Folder) -> None:
    rows = folder.rows("papers.csv")
    rows[1][-1] = "two\nlines"
    rows[3][4] = "-1"
    folder.write_rows("papers.csv", rows)
    (problem,) = folder.problems()
    assert problem.where == "example/papers.csv, line 5"


def test_further_outcome_files_are_read_after_the_first(folder: Folder) -> None:
    rows = folder.rows("outcomes.csv")
    folder.write_rows("outcomes.csv", rows[:-1])
    folder.write_rows("outcomes_more.csv", [rows[0], rows[-1]])
    scenario = load(folder.path)
    assert list(scenario.outcomes) == list(load("example").outcomes)
    where = scenario.where("outcomes", len(scenario.outcomes) - 1)
    assert where == "example/outcomes_more.csv, line 2"


def test_hash_tells_contents_and_not_order(folder: Folder) -> None:
    base = load("example").sha256()
    assert load(folder.path).sha256() == base, "the place of the folder does not matter"
    for file in ("places.csv", "outcomes.csv"):
        rows = folder.rows(file)
        folder.write_rows(file, [rows[0], *reversed(rows[1:])])
    assert load(folder.path).sha256() == base, "nor does the order of rows"
    assert load(folder.path, ["no_raids"]).sha256() != base
    assert load(folder.path, set={"settings.seed": 8}).sha256() != base
    assert load(folder.path, set={"parameters.mu_place": 1}).sha256() == base
    folder.cell("outcomes.csv", 3, "low", 0.001)
    assert load(folder.path).sha256() != base


def test_file_comes_from_the_last_folder_that_has_it(child: Folder) -> None:
    assert load(child.path).file("observed/encounters.csv").parts[-3] == "example"  # type: ignore[union-attr]
    child.write("observed/encounters.csv", "month,sector,people\n")
    assert load(child.path).file("observed/encounters.csv").parts[-3] == "child"  # type: ignore[union-attr]
    assert load(child.path).file("observed/none.csv") is None


def test_a_draft_keeps_faulty_rows_with_a_stand_in_for_the_unreadable_cell(folder: Folder) -> None:
    folder.cell("places.csv", 4, "lat", 100)
    draft = read(folder.path)
    assert draft.scenario is not None
    assert len(draft.scenario.places) == 10
    assert draft.scenario.unread.columns == {"places": {"lat"}}
    assert draft.scenario.unread.rows == {"example/places.csv, line 4"}
    assert "paso" in (draft.scenario.unread.ids["places"] or ())
    assert draft.scenario.unread.incomplete == {"places"}


def test_a_large_scenario_is_read_and_checked_fast(folder: Folder) -> None:
    """Thousands of rows take a fraction of a second of processor time."""
    header = folder.rows("outcomes.csv")[0]
    start = dt.date(2019, 1, 1)
    rows = [
        [
            "us_custody",
            "expelled_home",
            n,
            f,
            r,
            start + dt.timedelta(d),
            start + dt.timedelta(d),
            0.001,
            0,
            0.01,
            "assumption",
            "x",
        ]
        for d in range(118)
        for n, f in (("HND", "adult"), ("HND", "family"), ("GTM", "child"))
        for r in (
            "us_este",
            "us_oeste",
            "us_puertos",
            "MX-CHP",
            "MX-OAX",
            "MX-TAM",
            "GTM",
            "HND",
            "MX-SON",
            "MX-VER",
        )
    ]
    folder.write_rows("outcomes_big.csv", [header, *[[str(c) for c in row] for row in rows]])
    folder.problems()
    begin = time.process_time()
    assert folder.problems() == []
    assert time.process_time() - begin < 1.5


def test_copy_elsewhere_is_the_same_scenario(tmp_path: Path, folder: Folder) -> None:
    shutil.copytree(folder.path, tmp_path / "renamed")
    assert load(tmp_path / "renamed").sha256() == load("example").sha256()
