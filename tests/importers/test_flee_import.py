"""What the importer makes of sound and of faulty FLEE folders."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flee.helpers import SMALL, copy_case, edit
from travesia.errors import InputError, ProblemList
from travesia.kinds.flee import (
    Counts,
    Spell,
    load_scenario,
    read_instance,
    write_scenario,
)
from travesia.kinds.flee.compile import compile_case
from travesia.kinds.flee.counts import add_series, corrected

LOCATIONS, ROUTES = "input_csv/locations.csv", "input_csv/routes.csv"
CONFLICTS, CLOSURES = "input_csv/conflicts.csv", "input_csv/closures.csv"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return copy_case(tmp_path)


def faults(case: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_instance(case)
    assert all(p.cure for p in caught.value.problems)
    return [str(p) for p in caught.value.problems]


def remarks(case: Path) -> str:
    problems = ProblemList()
    read_instance(case, problems=problems)
    return "\n".join(str(p) for p in problems.warnings)


def test_a_sound_case_is_read_whole_and_without_remarks() -> None:
    found = read_instance(SMALL)
    assert (found.start, found.days) == (dt.date(2021, 1, 1), 60)
    assert found.camps == ("Duna", "Estero")
    assert found.home_country == "Homeland"
    assert found.spells == (Spell("Alba", 0, 59, 1.0), Spell("Brisa", 10, 59, 1.0))
    assert found.settings.max_move_speed == 300
    assert found.settings.camp_movechance == 0.001
    assert not found.remarks
    assert not found.not_carried


FLAWS = {
    "route to an unknown place": (
        ROUTES, "Cumbre,Duna", "Cumbre,Dunna", ["routes.csv, line 5", "'Dunna'", "'Duna'"]),
    "bad type": (
        LOCATIONS, ",town,", ",castle,", ["locations.csv, line 4", "castle", "use one of"]),
    "blank type": (LOCATIONS, ",town,", ",,", ["blank", "use one of"]),
    "negative distance": (ROUTES, "Brisa,90", "Brisa,-90", ["routes.csv, line 2", "-90"]),
    "no distance": (ROUTES, "Brisa,90", "Brisa,", ["routes.csv, line 2", "blank"]),
    "text for a number": (
        "simsetting.yml", "softening: 20.0", "softening: far", ["'far' is not a number"]),
    "no latitude of this kind": (
        LOCATIONS, "10.0,20.0", "110.0,20.0", ["locations.csv, line 2", "swapped"]),
    "correction on a day without a count": (
        "input_csv/registration_corrections.csv", "2021-02-01", "2021-02-03",
        ["no count on 2021-02-03", "2021-02-01"]),
    "correction of an unknown camp": (
        "input_csv/registration_corrections.csv", "Duna", "Dunas", ["counts of 'Dunas'"]),
    "a date that does not exist": (
        "source_data/duna.csv", "2021-03-01", "2021-02-30", ["duna.csv, line 4", "2021-02-30"]),
    "a count that is none": ("source_data/duna.csv", "1150", "many", ["duna.csv", "'many'"]),
    "numbers without a place": (
        CONFLICTS, "#Day,Alba,Brisa", "#Day,Alba,", ["column 3", "no name"]),
    "cells apart by semicolons": (ROUTES, ",", ";", ["routes.csv", "separated by ;"]),
    "floods among the settings": (
        "simsetting.yml", "move_rules:", "move_rules:\n  flood_rules:\n    max_flood_level: 3",
        ["case of floods (flood_rules)"]),
    "floods that drive departures": (
        "simsetting.yml", "spawn_rules:", "spawn_rules:\n  flood_zone_spawning_only: True",
        ["case of floods (flood_zone_spawning_only)"]),
    "a road around the world": (ROUTES, "Brisa,90", "Brisa,90000", ["line 2", "longer than"]),
    "more people than there are": (
        LOCATIONS, ",0,50000", ",0,99999999999", ["more people than there are"]),
    "a simulation without end": (
        "input_csv/sim_period.csv", "60", "6000000", ["6000000 days", "too many"]),
    "no plain text": (ROUTES, "Alba", "Al\0ba", ["routes.csv", "not plain text"]),
    "no start": ("input_csv/sim_period.csv", "StartDate", "Begin", ["no StartDate"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FLAWS)
def test_a_flaw_is_named_with_file_place_and_cure(case: Path, name: str) -> None:
    file, old, new, words = FLAWS[name]
    edit(case, file, old, new)
    text = "\n".join(faults(case))
    for word in words:
        assert word in text


def test_a_negative_attribute_is_a_fault(case: Path) -> None:
    path = case / LOCATIONS
    rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([rows[0] + ",capacity_per_day", *rows[1:4], rows[4] + ",-3"]))
    assert any("capacity_per_day -3 is negative" in f for f in faults(case))


def test_all_flaws_are_reported_at_once(case: Path) -> None:
    edit(case, CLOSURES, "20,30", "soon,30")
    edit(case, ROUTES, "Cumbre,Duna", "Cumbre,Dunna")
    edit(case, LOCATIONS, ",town,", ",castle,")
    edit(case, "simsetting.yml", "softening: 20.0", "softening: soft")
    edit(case, "source_data/duna.csv", "1150", "many")
    text = "\n".join(faults(case))
    for word in ("Dunna", "castle", "soft", "many", "soon"):
        assert word in text


def test_swapped_coordinates_of_one_place_are_noticed_by_its_roads(case: Path) -> None:
    edit(case, LOCATIONS, "9.5,20.5", "20.5,9.5")
    (text,) = faults(case)
    assert "Cumbre" in text
    assert "swapped" in text


def test_a_place_far_from_its_roads_is_remarked(case: Path) -> None:
    edit(case, LOCATIONS, "9.5,20.5", "-30,60")
    assert "Cumbre: every road from here is shorter" in remarks(case)


@pytest.mark.parametrize("file", ["locations.csv", "routes.csv", "sim_period.csv"])
def test_a_missing_file_is_a_fault(case: Path, file: str) -> None:
    (case / "input_csv" / file).unlink()
    assert any("missing" in f or "no locations.csv" in f for f in faults(case))


def test_missing_optional_files_and_settings_are_sane(case: Path) -> None:
    for name in ("input_csv/closures.csv", "input_csv/registration_corrections.csv"):
        (case / name).unlink()
    (case / "simsetting.yml").unlink()
    found = read_instance(case)
    assert not found.closures
    assert found.settings.max_move_speed == 360
    assert "FLEE's own defaults" in found.remarks[0]


def test_the_input_folder_itself_may_be_given(case: Path) -> None:
    assert read_instance(case / "input_csv").places == read_instance(case).places


def test_a_folder_without_a_case_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no locations"):
        read_instance(tmp_path)


def spoil_table(case: Path) -> None:
    path = case / CONFLICTS
    rows = path.read_text("utf-8").splitlines()
    rows[4] = "3,0,0,0,0,0"
    path.write_text("\n".join(rows), "utf-8")


SANE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a day without conflict": (spoil_table, "1 days have no conflict, the first is day 3"),
    "awareness below 0": (
        lambda c: edit(c, "simsetting.yml", "awareness_level: 1", "awareness_level: -1"),
        "acts as 1"),
    "no conflict_date": (
        lambda c: edit(c, LOCATIONS, "conflict_zone,10,", "conflict_zone,,"), "only conflicts.csv"),
    "a camp without counts": (
        lambda c: edit(c, "source_data/data_layout.csv", "Estero,estero.csv\n", ""),
        "not scored"),
    "counts of a place that is none": (
        lambda c: edit(c, "source_data/data_layout.csv", "Estero,", "Elsewhere,"), "is no place"),
    "the same road twice": (
        lambda c: edit(c, ROUTES, "Alba,Brisa,90,", "Alba,Brisa,90,\nBrisa,Alba,95,"),
        "linked in line 2 already"),
    "a road to itself": (
        lambda c: edit(c, ROUTES, "Alba,Brisa,90,", "Alba,Brisa,90,\nAlba,Alba,5,"), "left out"),
    "dates out of order": (
        lambda c: edit(c, "source_data/duna.csv", "2021-01-01,150\n2021-01-31,800",
                       "2021-01-31,800\n2021-01-01,150"), "not in order"),
    "blank conflict cells": (
        lambda c: edit(c, CONFLICTS, "\n5,1,0,0", "\n5,1,0,"), "blank cells of 'Cumbre'"),
    "a closure of a place": (
        lambda c: edit(c, CLOSURES, "country,Homeland,Neighbour", "location,Alba,Brisa"),
        "use `link`"),
    "a closure of a link": (
        lambda c: edit(c, CLOSURES, "country,Homeland,Neighbour", "link,Cumbre,Duna"),
        "FLEE 3.1 does not heed closures of a link"),
    "a closure of a link that is none": (
        lambda c: edit(c, CLOSURES, "country,Homeland,Neighbour", "link,Alba,Estero"),
        "no road leads from Alba to Estero"),
    "a closure after the end": (
        lambda c: edit(c, CLOSURES, "20,30", "60,"), "it starts on day 60: never"),
    "longitude first": (
        lambda c: edit(c, LOCATIONS, "latitude,longitude", "longitude,latitude"),
        "longitude comes first"),
    "blank coordinates": (
        lambda c: edit(c, LOCATIONS, "9.5,20.5", ","), "1 place (Cumbre) with no coordinates"),
    "a blank country": (
        lambda c: edit(c, LOCATIONS, "South,Homeland", "South,"),
        "1 place (Cumbre) with no country"),
    "a camp of no capacity": (
        lambda c: edit(c, LOCATIONS, "camp,,400", "camp,,"), "they never fill"),
    "no camp at all": (
        lambda c: edit(c, LOCATIONS, ",camp,", ",town,"), "no place is a camp"),
    "a date twice": (
        lambda c: edit(c, "source_data/duna.csv", "2021-01-31,800", "2021-01-31,800\n2021-01-31,9"),
        "a date stands twice"),
    "a series twice": (
        lambda c: edit(c, "source_data/data_layout.csv", "Estero,", "Duna,duna.csv\nEstero,"),
        "it counts once"),
    "rows without a count": (
        lambda c: edit(c, "source_data/duna.csv", "2021-01-31,800", "2021-01-31,"),
        "1 rows without a count"),
    "a name twice": (
        lambda c: edit(c, LOCATIONS, "Cumbre,South",
                       "Brisa,South,Homeland,1,1,town,,\nCumbre,South"),
        "'Brisa' stands in line 3 already: this row counts"),
    "a table shorter than the period": (
        lambda c: edit(c, "input_csv/sim_period.csv", "60", "61"),
        "60 days, the simulation 61 (FLEE stops on day 60)"),
    "awareness 0": (
        lambda c: edit(c, "simsetting.yml", "awareness_level: 1", "awareness_level: 0"),
        "keeps everyone in place for ever in FLEE"),
    "a setting that does not exist": (
        lambda c: edit(c, "simsetting.yml", "softening:", "sofftening:"),
        "FLEE has no 'sofftening' here and ignores it: the key has no effect → did you mean "
        "softening?"),
    "a section that does not exist": (
        lambda c: edit(c, "simsetting.yml", "move_rules:", "mov_rules:"),
        "FLEE has no 'mov_rules' here and ignores it: the section and all its keys have no effect "
        "→ did you mean move_rules?"),
    "a setting below another section": (
        lambda c: edit(c, "simsetting.yml", "move_rules:", "move_rules:\n  hasten: 10"),
        "FLEE has no 'hasten' here and ignores it: the key has no effect → move it below "
        "optimisations"),
    "a setting twice": (
        lambda c: edit(c, "simsetting.yml", "move_rules:", "move_rules:\n  softening: 1.0"),
        "the last one holds, as in FLEE"),
    "a chance above 1": (
        lambda c: edit(c, "simsetting.yml", "default_movechance: 0.5", "default_movechance: 5"),
        "default_movechance 5 acts as 1"),
    "an unknown closure": (
        lambda c: edit(c, CLOSURES, "country,", "county,"), "unknown closure 'county': nothing"),
    "a closure of an unknown country": (
        lambda c: edit(c, CLOSURES, "Neighbour", "Neighbor"),
        "unknown country 'Neighbor': nothing closes → did you mean 'Neighbour'?"),
    "a closure of a camp that is none": (
        lambda c: edit(c, CLOSURES, "country,Homeland,Neighbour", "camp,Cumbre,"),
        "Cumbre is no camp: nothing closes"),
    "a closure of a link to an unknown place": (
        lambda c: edit(c, CLOSURES, "country,Homeland,Neighbour", "link,Cumbre,Dunna"),
        "unknown place 'Dunna': nothing closes → did you mean 'Duna'?"),
    "conflict at an unlisted place": (
        lambda c: edit(c, CONFLICTS, "Alba", "Albba"),
        "'Albba' is no place: nobody sets out there → did you mean 'Alba'?"),
    "conflict in two columns": (
        lambda c: edit(c, CONFLICTS, "Alba,Brisa", "Alba,Alba"), "the first one counts"),
    "a day out of order": (
        lambda c: edit(c, CONFLICTS, "\n7,", "\n8,"), "the row of day 7 says 8: rows are counted"),
    "dates for days": (
        lambda c: edit(c, CONFLICTS, "\n0,", "\n2021-01-01,"), "the row of day 0 says 2021-01-01"),
    "negative intensity": (
        lambda c: edit(c, CONFLICTS, "\n7,1", "\n7,-1"), "1 negative intensities of 'Alba'"),
    "a table of another kind": (
        lambda c: edit(c, CONFLICTS, "#Day,Alba,Brisa,Cumbre,Duna,Estero",
                       "#conflict_date,location,intensity,d,e,f"),
        "none of its columns is a place: it has no effect"),
    "a correction of the first count": (
        lambda c: edit(c, "input_csv/registration_corrections.csv", "2021-02-01", "2021-01-01"),
        "no count of 'Duna' to correct: the correction is left out"),
    "a correction before the first count": (
        lambda c: edit(c, "input_csv/registration_corrections.csv", "2021-02-01", "2020-12-01"),
        "before 2020-12-01 there is no count of 'Duna' to correct"),
    "other files for one series": (
        lambda c: edit(c, "source_data/data_layout.csv", "Estero,estero.csv", "Duna,estero.csv"),
        "'Duna' stands twice; it counts once, with its first files"),
    "a series without a file": (
        lambda c: edit(c, "source_data/data_layout.csv", "Estero,estero.csv", "Estero,"),
        "'Estero' has no file: it has no counts"),
    "conflict after the last day": (
        lambda c: (edit(c, LOCATIONS, "Brisa,North,Homeland,10.5,20.5,conflict_zone,10",
                        "Brisa,North,Homeland,10.5,20.5,conflict_zone,100"),
                   (c / CONFLICTS).unlink()), "conflict begins on day 100, after the last: never"),
    "a column of conflict without any": (
        lambda c: edit(c, LOCATIONS, "Cumbre,South,Homeland,9.5,20.5,town,,",
                       "Cumbre,South,Homeland,9.5,20.5,conflict_zone,0,10"),
        "its column in conflicts.csv is never above 0"),
    "a home without conflict": (
        lambda c: edit(c, LOCATIONS, "Alba,North", "Elsewhere,W,Faraway,10,20,town,,\nAlba,North"),
        "home is Faraway, the country of the first place"),
    "a place in conflict without a road": (
        lambda c: edit(c, ROUTES, "Alba,Brisa,90,\nAlba,Cumbre,95,\n", ""),
        "no way leads from Alba to any camp: who sets out there never arrives"),
    "a camp without a road": (
        lambda c: edit(c, ROUTES, "Cumbre,Estero,150,\n", ""),
        "nobody can reach the camp 'Estero': no road leads there; its counts are scored"),
    "a camp beyond a closed border": (
        lambda c: edit(c, CLOSURES, "20,30", "0,-1"),
        "nobody can reach the camp 'Duna': no way leads there from a place in conflict"),
    "a closure that ends before it starts": (
        lambda c: edit(c, CLOSURES, "20,30", "20,3"), "never ends"),
}  # fmt: skip


@pytest.mark.parametrize("name", SANE)
def test_odd_input_is_carried_with_a_remark(case: Path, name: str) -> None:
    spoil, word = SANE[name]
    spoil(case)
    assert word in remarks(case)


def test_unknown_columns_odd_spacing_and_blank_rows_do_no_harm(case: Path) -> None:
    sound = read_instance(case)
    path = case / LOCATIONS
    rows = path.read_text("utf-8").splitlines()
    rows[0] += ",gdp,initial_idps"
    rows[1] = rows[1].replace(",", " , ") + " , 7, 25"
    path.write_text("\r\n".join([rows[0], "", *rows[1:], ",,,", ""]), "utf-8")
    found = read_instance(case)
    assert found.places[0].initial_idps == 25
    assert [p.name for p in found.places] == [p.name for p in sound.places]
    assert found.places[1:] == sound.places[1:]
    assert any("gdp" in note for note in found.not_carried)


def test_marks_of_spreadsheets_do_no_harm(case: Path) -> None:
    """Byte order marks, other line ends, commas at the end, quotes, comments and blank rows."""
    sound = read_instance(case)
    for path in [*(case / "input_csv").glob("*.csv"), *(case / "source_data").glob("*.csv")]:
        rows = path.read_text("utf-8").splitlines()
        odd = [f"{rows[0]},,", "", *(f"  {r.replace(',', ' , ')} ,," for r in rows[1:])]
        odd = [*odd[:2], "# a remark, of somebody", *odd[2:], ",,"]
        path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(odd).encode())
    found = read_instance(case)
    for part in (
        "start",
        "days",
        "places",
        "routes",
        "closures",
        "table_places",
        "spells",
        "counts",
    ):
        assert getattr(found, part) == getattr(sound, part)


def test_headers_without_a_hash_are_headers(case: Path) -> None:
    sound = read_instance(case)
    for name in (LOCATIONS, ROUTES, CLOSURES, CONFLICTS):
        edit(case, name, "#", "")
    found = read_instance(case)
    assert (found.places, found.routes, found.closures) == (
        sound.places,
        sound.routes,
        sound.closures,
    )
    assert found.spells == sound.spells


def test_a_header_with_longitude_first_is_heeded(case: Path) -> None:
    sound = read_instance(case)
    rows = (case / LOCATIONS).read_text("utf-8").splitlines()
    turned = []
    for row in rows:
        cells = row.split(",")
        cells[3], cells[4] = cells[4], cells[3]
        turned.append(",".join(cells))
    (case / LOCATIONS).write_text("\n".join(turned))
    assert read_instance(case).places == sound.places


def test_a_period_may_stand_side_by_side(case: Path) -> None:
    (case / "input_csv/sim_period.csv").write_text("#StartDate,Length\n2021-01-01,60\n")
    found = read_instance(case)
    assert (found.start, found.days) == (dt.date(2021, 1, 1), 60)


def test_a_case_of_floods_is_refused_for_what_it_is(case: Path) -> None:
    edit(case, LOCATIONS, "conflict_zone", "flood_zone")
    (case / CONFLICTS).write_text("#Day,Alba\n" + "".join(f"{d},0\n" for d in range(60)))
    (case / "input_csv/flood_level.csv").write_text("#Day,Alba\n0,1\n")
    assert any("floods, which drive this case" in f for f in faults(case))


@pytest.mark.parametrize(("side", "word"), [(12, "roads are shorter"), (120, "on a plane")])
def test_a_made_up_grid_is_imported_with_one_remark(case: Path, side: int, word: str) -> None:
    """FLEE's own grids for measuring speed: one degree a step, ten kilometres."""
    cells = [(x, y) for x in range(side) for y in (0, 1)]
    places = [f"G{x}_{y},R,Homeland,{x},{y},town,0,10" for x, y in cells]
    roads = [f"G{x}_{y},G{x + 1}_{y},10" for x, y in cells if x + 1 < side] + ["G0_0,Alba,10"]
    text = (case / LOCATIONS).read_text("utf-8")
    for old, new in (
        ("10.5,20.5", "10,20"),
        ("9.5,20.5", "9,20"),
        ("10.2,21.5", "10,21"),
        ("9.3,21.6", "9,21"),
    ):
        text = text.replace(old, new)
    (case / LOCATIONS).write_text(text + "\n".join(places))
    (case / ROUTES).write_text((case / ROUTES).read_text("utf-8") + "\n".join(roads))
    told = remarks(case).splitlines()
    assert len([line for line in told if word in line]) == 1
    assert not any("every road from here" in line for line in told)


def test_days_and_months_of_one_digit_are_dates(case: Path) -> None:
    edit(case, "source_data/duna.csv", "2021-02-01", "2021-2-1")
    assert read_instance(case).counts == read_instance(SMALL).counts


def test_names_beyond_ascii_in_an_old_encoding_are_read(case: Path) -> None:
    for name in (LOCATIONS, ROUTES, CONFLICTS):
        path = case / name
        path.write_bytes(path.read_text("utf-8").replace("Cumbre", "Cumbré").encode("latin-1"))
    assert "Latin-1" in remarks(case)
    assert read_instance(case).places[2].name == "Cumbré"


def test_settings_without_counterpart_and_optional_files_are_listed(case: Path) -> None:
    edit(case, "simsetting.yml", "move_rules:", "move_rules:\n  stay_close_to_home: True")
    (case / "input_csv" / "demographics_age.csv").write_text("age,Default\n1,1\n")
    (case / "input_csv" / "agents.csv").write_text("location\n")
    notes = "\n".join(read_instance(case).not_carried)
    for word in ("stay_close_to_home", "demographics_age.csv", "agents.csv"):
        assert word in notes


THOUSANDS = 5000


def grow(case: Path, n: int = THOUSANDS) -> None:
    """Add a grid of towns with a camp here and there, each with its counts."""
    side = 100
    kinds = ["camp" if i % 50 == 7 else "town" for i in range(n)]
    places = [
        f"P{i},R,Homeland,{i // side * 0.1 - 3:.1f},{i % side * 0.1 + 10:.1f},{kind},,900"
        for i, kind in enumerate(kinds)
    ]
    roads = [
        f"P{i},P{j},15"
        for i in range(n)
        for j in (i + 1, i + side)
        if j < n and (j != i + 1 or j % side)
    ]
    for name, extra in ((LOCATIONS, places), (ROUTES, [*roads, "P0,Alba,9000"])):
        path = case / name
        path.write_text(path.read_text("utf-8") + "\n".join(extra) + "\n", "utf-8")
    layout = case / "source_data" / "data_layout.csv"
    camps = [f"P{i},duna.csv" for i, kind in enumerate(kinds) if kind == "camp"]
    layout.write_text(layout.read_text("utf-8") + "\n".join(camps), "utf-8")


def test_thousands_of_places_are_imported_within_seconds(case: Path, tmp_path: Path) -> None:
    grow(case)
    clock = time.process_time()
    found = read_instance(case)
    write_scenario(found, tmp_path / "large")
    assert load_scenario(tmp_path / "large").places == found.places
    model = compile_case(found)
    spent = time.process_time() - clock
    assert len(found.places) == THOUSANDS + 5
    assert model.n_links == 2 * len(found.routes)
    assert spent < 10, "it takes about 2 s on an idle core"


def test_thousands_of_faults_are_all_named_within_seconds(case: Path) -> None:
    grow(case)
    path = case / ROUTES
    path.write_text(path.read_text("utf-8").replace("P", "Q"), "utf-8")
    clock = time.process_time()
    found = faults(case)
    assert len(found) > 2 * THOUSANDS
    assert time.process_time() - clock < 15, "it takes about 2 s on an idle core"


def test_registration_corrections_scale_all_earlier_counts() -> None:
    days = tuple(dt.date(2020, 1, d) for d in (1, 2, 3, 4))
    counts = Counts("x", days, (100.0, 200.0, 100.0, 300.0), (days[2],))
    assert [p for _, p in corrected(counts)] == [50.0, 100.0, 100.0, 300.0]
    turned = Counts("x", days[::-1], (300.0, 100.0, 200.0, 100.0), (days[2],))
    assert corrected(turned) == corrected(counts)
    # FLEE takes the rows above for the earlier ones.
    in_order = [p for _, p in corrected(turned, in_file_order=True)]
    assert in_order == [100.0, 100.0, 200.0, 100.0]


def test_series_are_summed_in_flees_manner() -> None:
    d = [dt.date(2020, 1, i) for i in range(1, 6)]
    first = [(d[0], 10.0), (d[2], 30.0), (d[4], 50.0)]
    second = [(d[0], 1.0), (d[1], 2.0), (d[2], 3.0)]
    # The first series' next count stands beside the second's; its tail is left out.
    assert add_series(first, second) == [(d[0], 11.0), (d[1], 32.0), (d[2], 33.0)]
    assert add_series(second, first) == [(d[0], 11.0), (d[1], 12.0), (d[2], 33.0), (d[2], 33.0)]
