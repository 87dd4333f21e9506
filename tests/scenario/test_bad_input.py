"""Bad input: every fault at once, with file, line and cure, and no scenario to run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.scenario.conftest import Folder, check_folder
from travesia.errors import InputError, Problem
from travesia.scenario.load import load, parse_overrides

Only = Callable[[], Problem]


def test_the_example_is_sound(folder: Folder) -> None:
    """The flaws below are put into a scenario that has none."""
    assert folder.problems() == []


def test_misspelt_key(folder: Folder, only: Only) -> None:
    folder.replace("scenario.yaml", "seed: 7", "sede: 7")
    problem = only()
    line = folder.line("scenario.yaml", "sede")
    assert problem.what == "unknown key 'sede'"
    assert problem.where == f"example/scenario.yaml, line {line}"
    assert problem.cure == "did you mean 'seed'?"


def test_misspelt_key_inside_a_policy(folder: Folder, only: Only) -> None:
    folder.replace("policies.yaml", "{regions: [MX-VER]}", "{region: [MX-VER]}")
    problem = only()
    assert problem.what == "unknown key 'where.region'"
    assert problem.where == f"example/policies.yaml, line {folder.line('policies.yaml', 'region:')}"
    assert "'regions'" in problem.cure


def test_misspelt_column(folder: Folder, only: Only) -> None:
    folder.replace("legs.csv", "distance_km", "distanse_km")
    problem = only()
    assert problem.what == "unknown column 'distanse_km'"
    assert problem.where == "example/legs.csv, line 1"
    assert problem.cure == "did you mean 'distance_km'?"


def test_unknown_place(folder: Folder) -> None:
    folder.cell("legs.csv", 5, "to", "vila_sur")
    found = [p for p in folder.problems() if p.where == "example/legs.csv, line 5"]
    assert [p.what for p in found] == ["unknown place 'vila_sur' in column to"]
    assert found[0].cure == "did you mean 'villa_sur'?"


def test_leg_to_itself(folder: Folder, only: Only) -> None:
    folder.append(
        "legs.csv",
        id="loop",
        **{"from": "paso"},
        to="paso",
        mode="bus",
        role="travel",
        distance_km=1,
        days=1,
        cost_low_usd=1,
        cost_high_usd=1,
        region="MX-CHP",
        note="x",
        source="assumption",
    )
    problem = only()
    assert problem.what == "leg 'loop' leads from 'paso' to itself"
    assert problem.where == "example/legs.csv, line 18"


@pytest.mark.parametrize("column", ["distance_km", "days", "cost_low_usd"])
def test_negative_number(folder: Folder, only: Only, column: str) -> None:
    folder.cell("legs.csv", 3, column, -4)
    problem = only()
    assert problem.what == f"{column} is '-4', below 0"
    assert problem.where == "example/legs.csv, line 3"
    assert problem.cure == "give a number of 0 or more"


def test_date_outside_the_period(folder: Folder, only: Only) -> None:
    folder.replace("policies.yaml", "start: 2019-02-01", "start: 2091-02-01")
    folder.replace("policies.yaml", "end: 2019-03-31", "end: null")
    problem = only()
    assert "starts on 2091-02-01, outside the period 2019-01-01 to 2019-04-30" in problem.what
    assert problem.where == "example/policies.yaml, line 2"


def test_end_before_start(folder: Folder, only: Only) -> None:
    folder.replace("policies.yaml", "end: 2019-03-31", "end: 2018-03-31")
    assert only().what == "it ends on 2018-03-31, before it starts on 2019-02-01"


def test_period_out_of_order(folder: Folder, only: Only) -> None:
    folder.replace("scenario.yaml", "end: 2019-04-30", "end: 2018-04-30")
    problem = only()
    assert "out of order" in problem.what
    line = folder.line("scenario.yaml", "period:")
    assert problem.where == f"example/scenario.yaml, line {line}"


def test_date_that_does_not_exist(folder: Folder, only: Only) -> None:
    folder.cell("effort.csv", 2, "end", "2019-02-30")
    problem = only()
    assert problem.what == "end: '2019-02-30' is not a date that exists"
    assert problem.where == "example/effort.csv, line 2"


def test_probability_above_one(folder: Folder, only: Only) -> None:
    line = folder.line("outcomes.csv", "stranded,stranded_works")
    folder.cell("outcomes.csv", line, "probability", 1.2)
    problem = only()
    assert problem.what == "probability is '1.2', above 1"
    assert problem.where == f"example/outcomes.csv, line {line}"


def test_probabilities_that_sum_above_one(folder: Folder, only: Only) -> None:
    line = folder.line("outcomes.csv", "stopped,channelled_to_dif,*,child")
    folder.cell("outcomes.csv", line, "probability", 0.9)
    problem = only()
    assert "of stay 'stopped' sum to 1.05 for GTM child" in problem.what
    assert "extorted_let_go" in problem.what
    assert problem.where == f"example/outcomes.csv, line {line}"


def test_duplicate_id(folder: Folder, only: Only) -> None:
    folder.append(
        "papers.csv",
        id="transit_form",
        name="Again",
        source="assumption",
        reason="x",
        stop_factor=1,
        low=1,
        high=1,
    )
    problem = only()
    assert problem.what == "id 'transit_form' is given twice"
    assert problem.where == "example/papers.csv, line 8"
    assert problem.cure == "remove or rename one; the first is at example/papers.csv, line 4"


def test_duplicate_key_in_yaml(folder: Folder, only: Only) -> None:
    folder.write("scenario.yaml", folder.read("scenario.yaml") + "seed: 8\n")
    assert only().what == "key 'seed' is given twice"


def test_wrong_encoding(folder: Folder, only: Only) -> None:
    text = folder.read("papers.csv").replace("Visitor card", "Tarjeta de estación")
    (folder.path / "papers.csv").write_bytes(text.encode("latin-1"))
    problem = only()
    assert problem.what == "the file is not UTF-8 text"
    assert problem.where == "example/papers.csv, line 3"
    assert "UTF-8" in problem.cure


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_empty_file(folder: Folder, only: Only, text: str) -> None:
    folder.write("cohorts.csv", text)
    problem = only()
    assert problem.what == "the table is empty"
    assert problem.where == "example/cohorts.csv"
    assert problem.cure.startswith("begin with the header row id,nationality")


def test_empty_table(folder: Folder) -> None:
    folder.write_rows("modes.csv", folder.rows("modes.csv")[:1])
    assert "the table has a header but no rows" in [p.what for p in folder.problems()]


def test_missing_column(folder: Folder, only: Only) -> None:
    rows = folder.rows("places.csv")
    at = rows[0].index("lat")
    folder.write_rows("places.csv", [row[:at] + row[at + 1 :] for row in rows])
    problem = only()
    assert problem.what == "column 'lat' is missing"
    assert problem.where == "example/places.csv, line 1"
    assert "Latitude" in problem.cure


@pytest.mark.parametrize(("cells", "word"), [(-2, "too short"), (3, "too long")])
def test_row_of_the_wrong_length(folder: Folder, only: Only, cells: int, word: str) -> None:
    rows = folder.rows("hazard_factors.csv")
    rows[3] = rows[3][:cells] if cells < 0 else rows[3] + ["x"] * cells
    folder.write_rows("hazard_factors.csv", rows)
    problem = only()
    assert problem.what == f"the row is {word}: {7 + cells} cells, 7 columns"
    assert problem.where == "example/hazard_factors.csv, line 4"


def test_a_short_row_does_not_make_its_id_unknown(folder: Folder, only: Only) -> None:
    rows = folder.rows("places.csv")
    rows[4] = rows[4][:-1]
    folder.write_rows("places.csv", rows)
    assert only().where == "example/places.csv, line 5"


def test_broken_quotation_mark(folder: Folder, only: Only) -> None:
    folder.replace("papers.csv", "Transit form", '"Transit" form')
    assert only().what.startswith("the CSV is broken")


@pytest.mark.parametrize(
    ("file", "text", "what"),
    [
        ("scenario.yaml", "- a\n- b\n", "the file holds a list, not keys with values"),
        ("scenario.yaml", "", "the file holds nothing, not keys with values"),
        ("behaviour.yaml", "- a\n", "the file holds a list, not parameters"),
        ("policies.yaml", "a: 1\n", "the file holds keys, not a list of policies"),
        ("patches/no_raids.yaml", "- a\n", "the file holds a list, not a patch"),
    ],
)
def test_yaml_of_the_wrong_shape(
    folder: Folder, only: Only, file: str, text: str, what: str
) -> None:
    folder.write(file, text)
    problem = only()
    assert problem.what == what
    assert problem.where == f"example/{file}, line 1"


def test_broken_yaml(folder: Folder, only: Only) -> None:
    folder.replace("policies.yaml", "where: {regions: [MX-VER]}", "where: {regions: [MX-VER}")
    problem = only()
    assert problem.what.startswith("the YAML is broken")
    assert problem.where.startswith("example/policies.yaml, line ")


def test_scenario_folder_missing() -> None:
    with pytest.raises(InputError) as caught:
        load("exmple")
    (problem,) = caught.value.problems
    assert problem.what == "there is no scenario folder 'exmple'"
    assert "did you mean 'example'?" in problem.cure


def test_scenario_is_a_file(folder: Folder) -> None:
    with pytest.raises(InputError) as caught:
        load(folder.path / "legs.csv")
    assert "is a file, not a scenario folder" in str(caught.value)


def test_folder_without_scenario_yaml(folder: Folder, only: Only) -> None:
    (folder.path / "scenario.yaml").unlink()
    problem = only()
    assert problem.what == "the folder has no scenario.yaml"
    assert "travesia new" in problem.cure


def test_missing_table(folder: Folder, only: Only) -> None:
    (folder.path / "stays.csv").unlink()
    problem = only()
    assert problem.what == "the file is missing"
    assert problem.where == "example/stays.csv"


def test_impossible_capacity(folder: Folder, only: Only) -> None:
    folder.cell("facilities.csv", 2, "capacity", "1000000000000")
    problem = only()
    assert problem.what == "capacity is '1000000000000', above 1000000000"
    assert problem.where == "example/facilities.csv, line 2"


@pytest.mark.parametrize("value", ["nan", "inf", "12 people", "0x10"])
def test_number_that_is_none(folder: Folder, only: Only, value: str) -> None:
    folder.cell("departures.csv", 4, "people", value)
    problem = only()
    assert problem.what.startswith(f"people is {value!r}, which is not")
    assert problem.where == "example/departures.csv, line 4"


def test_departures_in_the_future(folder: Folder, only: Only) -> None:
    folder.append(
        "departures.csv",
        month="2045-01",
        cohort="hnd-adult",
        people=5,
        low=1,
        high=9,
        source="assumption",
    )
    problem = only()
    assert problem.what == "month 2045-01 is outside the period 2019-01 to 2019-04"
    assert problem.where == "example/departures.csv, line 14"


def test_three_faults_of_one_file_are_all_listed(folder: Folder) -> None:
    folder.cell("legs.csv", 2, "distance_km", -1)
    folder.cell("legs.csv", 3, "role", "walk")
    folder.cell("legs.csv", 4, "mode", "buss")
    found = [p for p in folder.problems() if p.severity == "error"]
    assert [p.where for p in found] == [f"example/legs.csv, line {n}" for n in (2, 3, 4)]
    with pytest.raises(InputError) as caught:
        load(folder.path)
    assert len(caught.value.problems) == 2, "load reports what keeps tables from being read"


def test_faults_of_several_files_are_listed_together(folder: Folder) -> None:
    folder.cell("legs.csv", 2, "distance_km", "far")
    folder.cell("departures.csv", 2, "people", -5)
    folder.replace("behaviour.yaml", "value: 0.12", "value: slow")
    folder.cell("cohorts.csv", 2, "source", "")
    files = {p.where.split(",")[0] for p in folder.problems()}
    assert files == {
        "example/legs.csv",
        "example/departures.csv",
        "example/behaviour.yaml",
        "example/cohorts.csv",
    }


def test_a_faulty_scenario_gives_none(folder: Folder) -> None:
    folder.cell("legs.csv", 2, "distance_km", -1)
    scenario, problems = check_folder(folder.path)
    assert scenario is None
    assert problems.errors


def test_unknown_file_is_a_warning(folder: Folder) -> None:
    folder.write("plces.csv", "id\n")
    (problem,) = folder.problems()
    assert problem.severity == "warning"
    assert problem.cure == "did you mean 'places.csv'?"


@pytest.mark.parametrize(
    ("override", "what", "cure"),
    [
        ({"parameters.gama_capture": 5}, "there is no parameter 'gama_capture'", "gamma_capture"),
        ({"policies.train_raid.enabled": False}, "there is no policy 'train_raid'", "train_raids"),
        ({"policies.train_raids.enabeld": False}, "unknown key 'enabeld'", "enabled"),
        ({"policy.train_raids.enabled": False}, "'policy' cannot be set", "policies"),
        ({"parameters": 5}, "the path is too short", "parameters.<name>"),
        ({"parameters.mu_place": "much"}, "value is 'much', which is not a number", "number"),
        ({"facilities.asilo_su.capacity": 5}, "no row of facilities.csv has id asilo_su", "asilo"),
        ({"settings.seeds": 5}, "unknown key 'seeds'", "seed"),
    ],
)
def test_bad_override(folder: Folder, override: dict[str, Any], what: str, cure: str) -> None:
    (problem,) = folder.problems(set=override)
    assert what in problem.what
    assert cure in problem.cure
    assert problem.where == f"--set {next(iter(override))}"


def test_override_without_equals_sign() -> None:
    with pytest.raises(InputError, match="write path=value"):
        parse_overrides(["parameters.mu_place"])
    assert parse_overrides(["a.b = c=d"]) == {"a.b": "c=d"}


def test_unknown_patch(folder: Folder) -> None:
    (problem,) = folder.problems(patches=["no_raid"])
    assert problem.what == "there is no patch 'no_raid'"
    assert problem.cure == "did you mean 'no_raids'?"


def test_faults_of_a_patch_name_its_lines(folder: Folder) -> None:
    folder.write(
        "patches/bad.yaml",
        "title: Bad\npolicies:\n  train_raids:\n    strat: 2019-01-05\n  nobody: {enabled: true}\n"
        "parameters:\n  gama: 3\ntables:\n  facilities:\n    - {id: nowhere, capacity: 3}\n"
        "  legz:\n    - {id: a}\n  places:\n    - {name: a}\n"
        "add_policies:\n  - {id: visitor_card}\n",
    )
    found = {p.what: p.where for p in folder.problems(patches=["bad"])}
    assert found == {
        "there is no parameter 'gama'": "example/patches/bad.yaml, line 7",
        "there is no policy 'nobody' to change": "example/patches/bad.yaml, line 5",
        "there is already a policy 'visitor_card'": "example/patches/bad.yaml, line 16",
        "no row of facilities.csv has id nowhere": "example/patches/bad.yaml, line 10",
        "there is no table 'legz'": "example/patches/bad.yaml, line 11",
        "the change names no row of places.csv": "example/patches/bad.yaml, line 14",
        "unknown key 'strat'": "example/patches/bad.yaml, line 4",
    }


def test_scenario_that_extends_itself(folder: Folder, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "scenario.yaml").write_text("name: other\nextends: example\n", encoding="utf-8")
    folder.write("scenario.yaml", folder.read("scenario.yaml") + "extends: other\n")
    found = [p.what for p in folder.problems()]
    assert found == ["'other' extends 'example', which is built on it"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("box: [-98.5,", "box: [-80,", "the view 'south' has no extent"),
        ("where: [MEX]", "where: [MEXX]", "the part 'mexico' names 'MEXX', which is of no place"),
        (
            "pages:",
            "pages:\n  windows: [{name: All, first: 2019-03, last: 2019-02}]",
            "'All' ends before it begins",
        ),
    ],
)
def test_what_the_pages_point_out_is_there(
    folder: Folder, only: Only, old: str, new: str, said: str
) -> None:
    folder.replace("scenario.yaml", old, new)
    problem = only()
    assert (problem.what, problem.where) == (said, "example/scenario.yaml, pages")
    assert problem.cure
