"""The program that fits a folder of cases: its page, its rule, and going on after a stop."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.flee.helpers import SMALL
from travesia.kinds.flee.rules import RULES

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "fit_flee.py"


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program with a search of a few points."""
    spec = importlib.util.spec_from_file_location("fit_flee", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "fit_flee", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "SEARCH", {"points": 2, "rounds": 0, "people": 100})
    monkeypatch.setattr(module, "COARSE", {"points": 2, "rounds": 0, "people": 100})
    return module


def test_a_folder_of_cases_becomes_a_page_and_a_rule(
    program: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        shutil.copytree(SMALL, tmp_path / "cases" / name)
    page, rule, told = tmp_path / "page.md", tmp_path / "rule.yml", tmp_path / "all.json"
    command = [
        str(tmp_path / "cases"),
        "--page",
        str(page),
        "--profile",
        str(rule),
        "--json",
        str(told),
        "--state",
        str(tmp_path / "state"),
    ]
    program.main(command)
    first = (page.read_text("utf-8"), rule.read_text("utf-8"), told.read_text("utf-8"))
    assert "others: camps" in capsys.readouterr().err
    trials = json.loads(first[2])
    for part in ("after_cut", "other_cases"):
        assert [t["case"] for t in trials[part]] == ["one", "two"]
    # Equal cases: the same errors; each is fitted on the other.
    assert trials["after_cut"][0]["errors"] == trials["after_cut"][1]["errors"]
    assert [t["fitted_on"] for t in trials["other_cases"]] == [["two"], ["one"]]
    shown = f"{trials['after_cut'][0]['errors']['camps_blind']:.3f}".lstrip("0")
    assert f"| known camps fitted, no capacities | {shown} | {shown} |" in first[0].replace("*", "")
    assert "fitted on one, two" in first[1]
    written = yaml.safe_load(first[1])
    assert {k: set(v) for k, v in written.items()} == {
        name: {*r.fixed, *(x.setting for x in r.ranges)} for name, r in RULES.items()
    }
    program.main(command)
    assert capsys.readouterr().err == ""  # everything was there already
    assert (page.read_text("utf-8"), rule.read_text("utf-8"), told.read_text("utf-8")) == first


def test_one_case_is_not_enough(program: ModuleType, tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "cases" / "one")
    with pytest.raises(SystemExit, match="2"):
        program.main([str(tmp_path / "cases")])
