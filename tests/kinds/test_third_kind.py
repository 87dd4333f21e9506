"""A kind of run from outside: every verb takes it, by the public interface and the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import travesia as tv
from tests.kinds.toy import FILE, Strait
from travesia.cli.app import run_app
from travesia.kinds import kind_of
from travesia.results import store

CASE: dict[str, Any] = {
    "ferries": 30,
    "seats": 40,
    "months": ["2021-01", "2021-02"],
    "counted": [590, 640],
}


@pytest.fixture
def strait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of ferries, and the kind that owns it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "strait"
    folder.mkdir()
    (folder / FILE).write_text(json.dumps(CASE), "utf-8")
    with tv.register(kinds=Strait()):
        yield folder


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run_app([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_it_runs_and_is_scored_and_reported_from_python(strait: Path, tmp_path: Path) -> None:
    result = tv.run(strait, seed=3)
    assert result.manifest["kind"] == "strait"
    assert result.departures["people"].sum() == result.manifest["people"] > 1000
    assert tv.run(strait, seed=3, options={"seats": 80}).manifest["people"] > 2000
    error = tv.score(result).to_rows()[0]["value"]
    expected = (result.departures["people"] - CASE["counted"]).abs().mean()
    assert error == pytest.approx(expected)
    page = tv.report(result, tmp_path / "r.html").read_text("utf-8")
    assert "people who cross" in page
    assert "mean absolute error" in page
    assert '"title":"people who cross (people)"' in page


def test_it_is_compared_from_python(strait: Path, tmp_path: Path) -> None:
    found = tv.compare(strait, "double", members=20, sample=1.0)
    (row,) = found.effects[0].outputs()
    assert (row["output"], row["unit"]) == ("crossings", "people")
    assert 1000 < row["low"] < row["difference"] < row["high"] < 1400
    assert found.to_dict()["kind"] == "strait"
    page = tv.api.comparison_page(found, tmp_path / "c.html").read_text("utf-8")
    assert "people who cross" in page
    known = tv.ensemble(strait, members=400, sample=1.0, precision=0.02)
    assert known.members < 400
    assert all(v["known"] for v in known.verdicts)


def test_the_command_line_takes_it(
    strait: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ask(capsys, "run", "strait", "--seats", "50", "--out", "r")
    assert told["kind"] == "strait"
    assert Path(told["report"]).read_text("utf-8").startswith("<!doctype html>")
    assert ask(capsys, "score", "r")["scores"][0]["measure"] == "mean absolute error"
    assert ask(capsys, "report", "r", "--overwrite")["report"] == "r/report.html"
    assert ask(capsys, "check", "strait")["ok"]
    compared = ask(capsys, "compare", "strait", "double", "--members", "5", "--out", "c")
    assert [s["label"] for s in compared["scenarios"]] == ["strait+double"]
    assert (tmp_path / "c/comparison.html").is_file()
    assert set(pd.read_csv(tmp_path / "c/months.csv")["month"]) == set(CASE["months"])
    assert ask(capsys, "ensemble", "strait", "--members", "3", "--out", "e")["kind"] == "strait"
    assert run_app(["run", "--help"]) == 0
    assert "Ferries over a strait: Seats on each" in " ".join(capsys.readouterr().out.split())
    assert run_app(["run", "strait", "--out", "q"]) == 0
    assert "people crossed" in capsys.readouterr().out


def test_what_it_does_not_take_is_refused_in_words(
    strait: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(tv.InputError, match="no option 'seeds'"):
        tv.run(strait, options={"seeds": 2})
    with pytest.raises(tv.InputError, match="seats is 0, below 1"):
        tv.run(strait, options={"seats": 0})
    with pytest.raises(tv.InputError, match="name cases of one kind"):
        tv.compare(strait, "example")
    assert run_app(["run", "example", "--seats", "3"]) == 2
    assert "a scenario of a corridor has no option 'seats'" in capsys.readouterr().err
    (strait / FILE).write_text(json.dumps({**CASE, "ferries": 0}), "utf-8")
    assert run_app(["check", "strait"]) == 2
    assert "no ferry" in capsys.readouterr().err
    with pytest.raises(tv.InputError, match="two kinds 'strait'"), tv.register(kinds=Strait()):
        kind_of("strait")


def test_a_run_of_a_kind_that_is_gone_is_told(strait: Path, tmp_path: Path) -> None:
    store.write(tv.run(strait), tmp_path / "kept")

    result = tv.read(tmp_path / "kept")
    assert tv.score(result).to_rows()
    gone = type(result)({**result.manifest, "kind": "gone"}, dict(result.tables))
    with pytest.raises(tv.InputError, match="no kind of run 'gone'"):
        tv.score(gone)


def test_asking_which_kinds_there_are_loads_nothing_heavy() -> None:
    heavy = ("pydantic", "pandas", "numba", "numpy")
    told = f"print([m for m in {heavy} if m in sys.modules])"
    code = f"import sys; from travesia.kinds import kinds; kinds(); {told}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
