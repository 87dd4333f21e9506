"""Copies of shipped scenarios appear whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.scenario.conftest import check_folder
from travesia.errors import InputError, OutputError
from travesia.scenario.load import load
from travesia.scenario.shipped import fresh_settings, new, shipped
from travesia.scenario.tables import TABLES


def test_shipped_scenarios_are_listed() -> None:
    found = {s.name: s for s in shipped()}
    assert found["example"].patches == ("more_offices", "no_raids")
    assert found["example"].period == "2019-01-01 to 2019-04-30"
    assert found["example"].title.startswith("A small invented corridor")
    assert "\n" not in found["example"].description


def test_copy_is_the_same_scenario_under_another_name(tmp_path: Path) -> None:
    folder = new("mine", tmp_path / "deep" / "mine", base="example")
    copy, base = load(folder), load("example")
    assert copy.name == "mine"
    assert copy.settings == base.settings.update(name="mine")
    assert all(list(copy.table(spec.name)) == list(base.table(spec.name)) for spec in TABLES)
    assert list(check_folder(folder)[1]) == []
    assert [p.name for p in folder.parent.iterdir()] == ["mine"], "nothing else is left behind"


def test_copy_explains_every_file(tmp_path: Path) -> None:
    folder = new("mine", tmp_path / "mine", base="example")
    text = (folder / "README.md").read_text(encoding="utf-8")
    for path in folder.iterdir():
        if path.name != "README.md":
            assert f"`{path.name}" in text


def test_existing_folder_is_left_untouched(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        new("mine", target, base="example")
    assert "exists already" in str(caught.value)
    assert [p.name for p in target.iterdir()] == ["notes.txt"]


def test_every_fault_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        new("My Scenario", tmp_path, base="exmple")
    assert len(caught.value.problems) == 3


def test_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = shutil.copyfile

    def full(source: str, target: str, **kwargs: bool) -> None:
        if source.endswith("stays.csv"):
            raise OSError(28, "No space left on device")
        copy(source, target, **kwargs)

    monkeypatch.setattr("travesia.scenario.shipped.shutil.copyfile", full)
    with pytest.raises(OutputError, match="No space left"):
        new("mine", tmp_path / "mine", base="example")
    assert list(tmp_path.iterdir()) == []


def test_fresh_name_keeps_comments() -> None:
    text = "# a comment\nname: corridor # its name\ntitle: Name: of it\n"
    assert fresh_settings(text, "mine") == "# a comment\nname: mine\ntitle: Name: of it\n"
