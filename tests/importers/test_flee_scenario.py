"""What scenario folders of FLEE cases keep, and what is wrong with folders that were edited."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.flee.helpers import SMALL, copy_case, edit
from travesia.errors import InputError, OutputError
from travesia.kinds.flee import is_flee_scenario, load_scenario, read_instance, write_scenario

CLOSURES = "input_csv/closures.csv"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return copy_case(tmp_path)


def test_a_scenario_folder_gives_the_same_case_back(tmp_path: Path) -> None:
    found = read_instance(SMALL)
    folder = write_scenario(found, tmp_path / "scenario")
    again = load_scenario(folder)
    for part in (
        "start",
        "days",
        "places",
        "routes",
        "closures",
        "table_places",
        "spells",
        "counts",
        "settings",
    ):
        assert getattr(again, part) == getattr(found, part)
    assert is_flee_scenario(folder)
    assert "nothing" in (folder / "NOT-CARRIED-OVER.md").read_text("utf-8")


def test_an_existing_folder_is_not_overwritten(tmp_path: Path) -> None:
    found = read_instance(SMALL)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(OutputError, match="choose another name"):
        write_scenario(found, tmp_path / "mine", overwrite=True)
    assert (tmp_path / "mine" / "letter.txt").exists()
    write_scenario(found, tmp_path / "other")
    with pytest.raises(OutputError, match="overwrite"):
        write_scenario(found, tmp_path / "other")
    write_scenario(found, tmp_path / "other", overwrite=True)


def test_a_scenario_with_a_fault_names_it(tmp_path: Path) -> None:
    folder = write_scenario(read_instance(SMALL), tmp_path / "s")
    edit(folder, "legs.csv", "Cumbre,Duna,160", "Cumbre,Dunna,wide")
    edit(folder, "places.csv", "Duna,camp", "Duna,castle")
    with pytest.raises(InputError) as caught:
        load_scenario(folder)
    text = str(caught.value)
    for word in ("legs.csv, line 5", "places.csv, line 5", "castle", "Dunna"):
        assert word in text
    shutil.rmtree(folder)
    with pytest.raises(InputError, match="cannot be loaded"):
        load_scenario(folder)


SPOILT = {
    "a place twice": ("places.csv", "Cumbre,town", "Brisa,town", "'Brisa' stands in line 3"),
    "no latitude": ("places.csv", "9.5,20.5", "95,20.5", "latitude 95 is out of range"),
    "a negative capacity": ("places.csv", ",1200,", ",-1200,", "capacity -1200 is too small"),
    "no distance of this kind": ("legs.csv", "Duna,160", "Duna,nan", "distance_km nan"),
    "a negative distance": ("legs.csv", "Duna,160", "Duna,-160", "distance_km -160"),
    "an unknown country": ("closures.csv", "Neighbour", "Neighbor", "country 'Neighbor'"),
    "an unknown link": (
        "closures.csv", "country,Homeland,Neighbour", "link,Cumbre,Dunna", "place 'Dunna'"),
    "a spell that ends early": ("conflicts.csv", "Brisa,10,59", "Brisa,10,9", "last_day 9"),
    "a negative count": ("source/counts.csv", "2021-01-31,800", "2021-01-31,-8", "people -8"),
    "a correction of nothing": (
        "source/registration_corrections.csv", "Duna", "Dunas", "no counts of 'Dunas'"),
    "a setting that does not exist": ("scenario.yaml", "softening:", "sofftening:", "sofftening"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_a_scenario_that_was_edited_badly_says_so(tmp_path: Path, name: str) -> None:
    file, old, new, word = SPOILT[name]
    folder = write_scenario(read_instance(SMALL), tmp_path / "s")
    edit(folder, file, old, new)
    with pytest.raises(InputError, match="nothing was run") as caught:
        load_scenario(folder)
    assert word in str(caught.value)


def test_what_was_left_out_travels_with_the_scenario(case: Path, tmp_path: Path) -> None:
    edit(case, "simsetting.yml", "move_rules:", "move_rules:\n  stay_close_to_home: True")
    edit(case, CLOSURES, "country,Homeland,Neighbour", "link,Cumbre,Duna")
    found = read_instance(case)
    again = load_scenario(write_scenario(found, tmp_path / "s"))
    assert again.not_carried == found.not_carried != ()
    assert again.remarks == found.remarks != ()


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from travesia.kinds.flee import store

    found = read_instance(SMALL)
    folder = write_scenario(found, tmp_path / "s")
    before = (folder / "places.csv").read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "_counts_rows", fail)
    with pytest.raises(OutputError, match="No space left"):
        write_scenario(found, folder, overwrite=True)
    with pytest.raises(OutputError, match="No space left"):
        write_scenario(found, tmp_path / "new")
    assert (folder / "places.csv").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["s"]
