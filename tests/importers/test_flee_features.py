"""What FLEE folders may hold besides the usual: it is carried, or named with its fate."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flee.helpers import SMALL, copy_case, edit
from travesia import api
from travesia.errors import InputError, ProblemList
from travesia.kinds.flee import Spell, load_scenario, read_instance, write_scenario
from travesia.kinds.flee.compile import compile_case
from travesia.kinds.flee.kind import Flee
from travesia.kinds.flee.score import score_flee
from travesia.kinds.flee.tables import run_case

LOCATIONS, ROUTES = "input_csv/locations.csv", "input_csv/routes.csv"
CONFLICTS, SETTINGS = "input_csv/conflicts.csv", "simsetting.yml"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return copy_case(tmp_path)


def remarks(case: Path) -> list[str]:
    problems = ProblemList()
    read_instance(case, problems=problems)
    return [str(p) for p in problems.warnings]


def refused(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_instance(folder)
    assert all(p.cure for p in caught.value.problems)
    return str(caught.value)


# -- numbers of people as spreadsheets write them ----------------------------------------------


def write_counts(case: Path, *rows: str) -> None:
    (case / "source_data/duna.csv").write_text("\n".join(rows) + "\n", "utf-8")


NUMBERS: dict[str, tuple[tuple[str, ...], list[float], str]] = {
    "thousands by points": (
        ("150", "800", "1.000", "1.150"), [150, 800, 1000, 1150],
        "duna.csv, line 3, column 2: counts of people are fractions with three decimals: read as "
        "thousands (1000)"),
    "millions by points": (
        ("150", "800", "1.000", "1.150.000"), [150, 800, 1000, 1_150_000], "read as thousands"),
    "thousands by commas": (
        ("150", "800", '"1,000"', '"1,150"'), [150, 800, 1000, 1150],
        "counts of people have their thousands separated: read as 1000 (FLEE stops here): '1,000' "
        "and 1 more"),
    "thousands by blanks": (
        ("150", "800", "1 000", "1\u202f150"), [150, 800, 1000, 1150], "thousands separated"),
    "thousands by apostrophes": (
        ("150", "800", "1'000", "1\u2019150"), [150, 800, 1000, 1150], "thousands separated"),
    "three decimals beside thousands": (
        ("1500", "800", "1.000", "1.150"), [1500, 800, 1, 1],
        "are fractions with three decimals: cut off to whole people (1); if the point separates "
        "thousands, they are far too low"),
    "fractions": (
        ("150", "800.5", "1000", "1150.25"), [150, 800, 1000, 1150],
        "are fractions of people: cut off to whole people (800)"),
    "whole numbers with a point": (("150.0", "800.0", "1000", "1150"), [150, 800, 1000, 1150], ""),
}  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_of_spreadsheets_are_read_with_a_remark(case: Path, name: str) -> None:
    cells, wanted, word = NUMBERS[name]
    days = ("2021-01-01", "2021-01-31", "2021-02-01", "2021-03-01")
    write_counts(case, *(f"{d},{c}" for d, c in zip(days, cells, strict=True)))
    found = read_instance(case)
    (duna,) = [c for c in found.counts if c.series == "Duna"]
    assert list(duna.people) == wanted
    assert word in "\n".join(found.remarks)
    assert bool(found.remarks) == bool(word)


@pytest.mark.parametrize("cell", ["<10", "n/a", "-", "1,02", "1.020,5", "1,020.5.1", "ten"])
def test_what_is_no_number_of_people_is_a_fault(case: Path, cell: str) -> None:
    write_counts(case, "2021-01-01,150", f'2021-02-01,"{cell}"')
    assert "duna.csv, line 2: the count is" in refused(case)


def test_populations_of_spreadsheets_are_read_with_a_remark(case: Path) -> None:
    edit(case, LOCATIONS, ",0,50000", ',0,"50,000"')
    edit(case, LOCATIONS, "camp,,1200", 'camp,,"1,200"')
    assert read_instance(case).places == read_instance(SMALL).places
    (told,) = remarks(case)
    assert told.startswith("locations.csv, line 2, column 8: populations and capacities have their")


# -- places, roads, conflict -----------------------------------------------------------------


def test_of_a_name_that_stands_twice_the_last_row_counts(case: Path) -> None:
    edit(
        case,
        LOCATIONS,
        "Cumbre,South,Homeland,9.5,20.5,town,,",
        "Cumbre,South,Homeland,9.5,20.5,town,,7\nCumbre,South,Homeland,9.6,20.6,town,,9",
    )
    found = read_instance(case)
    assert [p.name for p in found.places] == ["Alba", "Brisa", "Cumbre", "Duna", "Estero"]
    assert (found.places[2].population, found.places[2].lat) == (9, 9.6)
    load_scenario(write_scenario(found, case / "s"))


def test_roads_that_stand_twice_are_one_remark(case: Path) -> None:
    text = (case / ROUTES).read_text("utf-8")
    (case / ROUTES).write_text(text + "\n".join(text.splitlines()[1:]) + "\n", "utf-8")
    (told,) = remarks(case)
    assert told.startswith("routes.csv, lines 7, 8, 9, 10, 11: Alba and Brisa, linked in line 2")
    assert "and 2 more: in FLEE such a road counts twice" in told


def test_kinds_of_road_in_the_fourth_column_have_no_effect(case: Path) -> None:
    edit(case, ROUTES, "Alba,Brisa,90,", "Alba,Brisa,90,drive")
    edit(case, ROUTES, "Alba,Cumbre,95,", "Alba,Cumbre,95,crossing")
    found = read_instance(case)
    assert found.routes == read_instance(SMALL).routes
    assert "kinds of road (crossing, drive) have no effect here" in found.not_carried[0]
    edit(case, ROUTES, "Brisa,Duna,140,", "Brisa,Duna,140,fly")
    assert "forced_redirection is 'drive'" in refused(case)


def test_without_a_table_places_are_in_conflict_from_their_date_on(case: Path) -> None:
    (case / CONFLICTS).unlink()
    found = read_instance(case)
    assert "no table of conflict" in found.remarks[0]
    assert (found.table_places, found.spells) == ((), ())
    result = run_case(found)
    out = result.departures.groupby("cohort", observed=True)["people"].sum()
    assert set(out[out > 0].index) == {"Alba", "Brisa"}


def test_floods_without_conflict_are_refused_by_name(case: Path) -> None:
    (case / CONFLICTS).unlink()
    edit(case, LOCATIONS, "conflict_zone", "flood_zone")
    (case / "input_csv/flood_level.csv").write_text("#Day,Alba\n0,1\n", "utf-8")
    assert "floods, which drive this case, have no effect here" in refused(case)


def test_conflict_stays_as_on_the_last_day_of_a_short_table(case: Path) -> None:
    rows = (case / CONFLICTS).read_text("utf-8").splitlines()
    (case / CONFLICTS).write_text("\n".join(rows[:31]) + "\n", "utf-8")
    found = read_instance(case)
    assert found.spells == (Spell("Alba", 0, 59, 1.0), Spell("Brisa", 10, 59, 1.0))
    assert "30 days, the simulation 60 (FLEE stops on day 30)" in found.remarks[0]


def test_conflict_at_an_unlisted_place_moves_nobody(case: Path) -> None:
    edit(case, CONFLICTS, "Brisa", "Brissa")
    found = read_instance(case)
    assert [s.place for s in found.spells] == ["Alba"]
    assert "'Brissa' is no place: nobody sets out there → did you mean 'Brisa'?" in found.remarks[0]


# -- counts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("driven", [False, True])
def test_a_case_without_counts_imports_and_runs(case: Path, tmp_path: Path, driven: bool) -> None:
    shutil.rmtree(case / "source_data")
    if driven:
        edit(case, SETTINGS, "spawn_rules:", "spawn_rules:\n  conflict_driven_spawning: {}")
    found = read_instance(case)
    told = "\n".join(found.remarks)
    assert "there are no counts" in told
    assert "nothing is scored" in told
    assert ("nobody sets out: there are neither counts" in told) != driven
    result = run_case(load_scenario(write_scenario(found, tmp_path / "s")), hasten=10)
    assert (result.manifest["people"] > 0) == driven
    assert Flee().scores(result) is None
    page = api.report(result, tmp_path / "report.html").read_text("utf-8")
    assert "No camp has a count in the period, so nothing can be scored." in page
    with pytest.raises(InputError, match="no camp has counts"):
        score_flee(result)
    compared = api.compare(tmp_path / "s", "compatible", members=2, workers=1)
    assert not {"ard", "ard_rescaled"} & {r["output"] for r in compared.effects[0].outputs()}
    assert "no camp has a count in the period" in compared.remarks[0]
    rows = api.ensemble(tmp_path / "s", members=2, workers=1)
    assert "no camp has a count in the period" in rows.remarks[0]
    assert {r["output"] for r in rows.rows}.isdisjoint({"ard", "ard_rescaled"})


def move_counts(case: Path, year: str) -> None:
    for path in (case / "source_data").glob("*.csv"):
        path.write_text(path.read_text("utf-8").replace("2021-", f"{year}-"), "utf-8")
    edit(case, "input_csv/registration_corrections.csv", "2021-", f"{year}-")


@pytest.mark.parametrize("year", ["2011", "2031"])
def test_counts_outside_the_period_are_not_scored(case: Path, year: str) -> None:
    move_counts(case, year)
    found = read_instance(case)
    word = f"lies in the period, 2021-01-01 to 2021-03-01 (they are of {year}-01-01"
    assert [r for r in found.remarks if word in r]
    result = run_case(found)
    with pytest.raises(InputError, match="no count of a camp lies in the period") as caught:
        score_flee(result)
    assert f"{year}-01-01 to {year}-03-01" in str(caught.value)
    assert Flee().scores(result) is None


def test_a_camp_without_a_count_in_the_period_is_not_scored(case: Path) -> None:
    edit(case, "source_data/estero.csv", "2021-", "2031-")
    found = read_instance(case)
    assert "no count in the period: Estero" in "\n".join(found.remarks)
    score = score_flee(run_case(found))
    assert (score.camps, score.unscored) == (("Duna",), ("Estero",))
    assert compile_case(found).scored.tolist() == [True, False]


def test_a_camp_that_nobody_can_reach_is_named_in_remark_check_and_score(
    case: Path, tmp_path: Path
) -> None:
    edit(case, ROUTES, "Cumbre,Estero,150,\n", "")
    found = read_instance(case)
    assert "nobody can reach the camp 'Estero': no road leads there" in found.remarks[0]
    result = run_case(found)
    assert result.manifest["unreachable"] == ["Estero"]
    score = score_flee(result)
    assert score.unreachable == ("Estero",)
    assert "Nobody can reach Estero" in score.to_text()
    folder = write_scenario(read_instance(SMALL), tmp_path / "edited")
    assert not [p for p in api.check(folder) if "nobody can reach" in p.what]
    edit(folder, "legs.csv", "Cumbre,Estero,150,0,,0\n", "")
    assert [p for p in api.check(folder) if "nobody can reach" in p.what]


# -- files ---------------------------------------------------------------------------------------


def test_every_file_that_is_not_carried_over_is_listed(case: Path, tmp_path: Path) -> None:
    extra = (
        "input_csv/agents.csv",
        "input_csv/major_routes.csv",
        "input_csv/location_changes.csv",
        "input_csv/region_attributes_IPC.csv",
        "input_csv/demographics_age.csv",
        "input_csv/closures-spare.csv",
        "input_csv/maps/roads.geojson",
        "other.yml",
        "notes.txt",
        "source_data/population.csv",
        "source_data/old/duna.csv",
        "validation/out.csv",
        "a name\nof two lines.csv",
    )
    for name in extra:
        path = case / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n1\n", "utf-8")
    (case / ".hidden.csv").write_text("x", "utf-8")
    found = read_instance(case)
    assert len(found.not_carried) == len(extra)
    for name in extra:
        assert [n for n in found.not_carried if n.startswith(name)], name
    told = "input_csv/agents.csv (people listed one by one) was not carried over"
    assert told in found.not_carried
    assert "input_csv/demographics_age.csv (attributes of people) was not" in "\n".join(
        found.not_carried
    )
    folder = write_scenario(found, tmp_path / "s")
    listed = (folder / "NOT-CARRIED-OVER.md").read_text("utf-8")
    for name in extra:
        assert " ".join(name.split()) in listed


def test_settings_that_were_not_taken_are_listed(case: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yml"
    shutil.copy(case / SETTINGS, other)
    assert "simsetting.yml was not carried over" in read_instance(case, other).not_carried


@pytest.mark.parametrize(
    "name", ["coupled_locations.csv", "locations-0.csv", "routes-1.csv", "weather_data"]
)
@pytest.mark.parametrize("below", ["", "input_csv"])
def test_coupled_models_are_refused_by_name(case: Path, name: str, below: str) -> None:
    (case / below / name).write_text("x\n", "utf-8")
    if name == "locations-0.csv":
        (case / LOCATIONS).unlink()
    told = refused(case)
    assert "coupled (multiscale) model, which is not simulated here" in told
    assert name in told


@pytest.mark.parametrize("n", [1, 3, 20])
def test_a_folder_of_cases_names_them(tmp_path: Path, n: int) -> None:
    for i in range(n):
        shutil.copytree(SMALL, tmp_path / "SWEEP" / f"run{i:02}")
    told = refused(tmp_path)
    assert "SWEEP/run00" in told
    assert ("one case lies" if n == 1 else f"{n} cases lie") in told
    assert f"travesia import flee {tmp_path / 'SWEEP/run00'}" in told
    assert ("and 8 more" in told) == (n == 20)


def test_variants_beside_a_case_are_named(case: Path) -> None:
    for name in ("slow", "fast"):
        (case / "SWEEP" / name).mkdir(parents=True)
        shutil.copy(case / SETTINGS, case / "SWEEP" / name)
    found = read_instance(case)
    (told,) = found.remarks
    assert "the case has 2 variants, which are not imported with it: fast, slow" in told
    assert "--settings SWEEP/fast/simsetting.yml" in told
    assert "SWEEP/slow/simsetting.yml was not carried over" in found.not_carried
    shutil.copytree(case / "input_csv", case / "SWEEP/slow/input_csv")
    assert f"travesia import flee {case / 'SWEEP/slow'}" in read_instance(case).remarks[0]


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "a byte order mark": lambda b: b"\xef\xbb\xbf" + b,
    "CRLF": lambda b: b.replace(b"\n", b"\r\n"),
    "CR": lambda b: b.replace(b"\n", b"\r"),
    "blank lines": lambda b: b.replace(b"\n", b"\n\n"),
    "commas at the end": lambda b: b.replace(b"\n", b",,\n"),
    "no end of the last line": lambda b: b.rstrip(b"\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_forms_of_files_do_no_harm(case: Path, name: str) -> None:
    sound = read_instance(case)
    for path in case.rglob("*.csv"):
        path.write_bytes(FORMS[name](path.read_bytes()))
    found = read_instance(case)
    for part in ("places", "routes", "closures", "spells", "counts", "settings", "remarks"):
        assert getattr(found, part) == getattr(sound, part)


def test_utf_16_is_refused_in_words(case: Path) -> None:
    path = case / LOCATIONS
    path.write_bytes(path.read_text("utf-8").encode("utf-16"))
    assert "locations.csv: the file is not plain text" in refused(case)
