"""Bad input through the command line: status 2, every fault with its cure, nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Scenario, process, snapshot
from travesia.scenario.layers import SHIPPED_FOLDER

Damage = Callable[[Scenario], None]


def _short_row(s: Scenario) -> None:
    rows = s.rows("hazard_factors.csv")
    rows[3] = rows[3][:-2]
    s.write_rows("hazard_factors.csv", rows)


def _latin(s: Scenario) -> None:
    text = s.read("papers.csv").replace("Visitor card", "Tarjeta de estación")
    s.write("papers.csv", text.encode("latin-1"))


def _future_policy(s: Scenario) -> None:
    s.replace("policies.yaml", "start: 2019-02-01", "start: 2091-02-01")
    s.replace("policies.yaml", "end: 2019-03-31", "end: null")


def _above_one(s: Scenario) -> None:
    rows = s.rows("outcomes.csv")
    line = next(n for n, r in enumerate(rows, 1) if r[:2] == ["stranded", "stranded_works"])
    s.cell("outcomes.csv", line, "probability", 1.2)


def line_of(file: str, text: str) -> int:
    """Where something stands in a file of the example."""
    lines = (SHIPPED_FOLDER / "example" / file).read_text("utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if text in line)


# name: damage, where the fault lies, what it says, a word of the cure
FLAWS: dict[str, tuple[Damage, str, str, str]] = {
    "misspelt key": (
        lambda s: s.replace("scenario.yaml", "seed: 7", "sede: 7"),
        f"mine/scenario.yaml, line {line_of('scenario.yaml', 'seed: 7')}", "unknown key 'sede'",
        "did you mean 'seed'?",
    ),
    "misspelt key of a policy": (
        lambda s: s.replace("policies.yaml", "ramp_days: 0", "ramp_day: 0"),
        "mine/policies.yaml, line 9", "unknown key 'ramp_day'", "'ramp_days'",
    ),
    "unknown place": (
        lambda s: s.cell("legs.csv", 5, "to", "vila_sur"),
        "mine/legs.csv, line 5", "unknown place 'vila_sur' in column to", "'villa_sur'",
    ),
    "leg to itself": (
        lambda s: s.append("legs.csv", "loop,paso,paso,bus,travel,1,1,1,1,MX-CHP,,,,x,assumption"),
        "mine/legs.csv, line 18", "leg 'loop' leads from 'paso' to itself", "",
    ),
    "negative distance": (
        lambda s: s.cell("legs.csv", 3, "distance_km", -4),
        "mine/legs.csv, line 3", "distance_km is '-4', below 0", "0 or more",
    ),
    "date outside the period": (
        _future_policy,
        "mine/policies.yaml, line 2", "outside the period 2019-01-01 to 2019-04-30", "",
    ),
    "end before start": (
        lambda s: s.replace("policies.yaml", "end: 2019-03-31", "end: 2018-03-31"),
        "mine/policies.yaml, line 2", "ends on 2018-03-31, before it starts on 2019-02-01", "",
    ),
    "probability above 1": (
        _above_one, "mine/outcomes.csv, line ", "probability is '1.2', above 1", "",
    ),
    "duplicate id": (
        lambda s: s.append("papers.csv", "transit_form,Again,,,1,1,1,assumption,x"),
        "mine/papers.csv, line 8", "id 'transit_form' is given twice", "rename",
    ),
    "wrong encoding": (
        _latin, "mine/papers.csv, line 3", "the file is not UTF-8 text", "UTF-8",
    ),
    "empty table": (
        lambda s: s.write("cohorts.csv", ""),
        "mine/cohorts.csv", "the table is empty", "begin with the header row",
    ),
    "table with a header only": (
        lambda s: s.write_rows("modes.csv", s.rows("modes.csv")[:1]),
        "mine/modes.csv", "the table has a header but no rows", "",
    ),
    "missing column": (
        lambda s: s.drop_column("places.csv", "lat"),
        "mine/places.csv, line 1", "column 'lat' is missing", "Latitude",
    ),
    "row too short": (
        _short_row, "mine/hazard_factors.csv, line 4", "the row is too short: 5 cells", "",
    ),
    "YAML that is a list": (
        lambda s: s.write("scenario.yaml", "- a\n- b\n"),
        "mine/scenario.yaml, line 1", "the file holds a list, not keys with values", "",
    ),
    "capacity of 10^12": (
        lambda s: s.cell("facilities.csv", 2, "capacity", 10**12),
        "mine/facilities.csv, line 2", "capacity is '1000000000000', above", "",
    ),
    "departures in the future": (
        lambda s: s.append("departures.csv", "2045-01,hnd-adult,5,5,1,9,assumption"),
        "mine/departures.csv, line 14", "month 2045-01 is outside the period", "",
    ),
    "table that is a folder": (
        lambda s: ((s.path / "stays.csv").unlink(), (s.path / "stays.csv").mkdir())[0],
        "mine/stays.csv", "it is a folder, not a file", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FLAWS)
@pytest.mark.parametrize("command", ["run", "check"])
def test_flaw(cli: Command, scenario: Scenario, tmp_path: Path, name: str, command: str) -> None:
    damage, where, what, cure = FLAWS[name]
    damage(scenario)
    before = snapshot(tmp_path)
    done = cli(command, scenario.path)
    assert done.status == 2
    line = next((x for x in done.err.splitlines() if what in x), None)
    assert line is not None, f"{what!r} is not told:\n{done.err}"
    assert where in line
    assert "→" in line, "the line names no cure"
    assert cure in line.split("→", 1)[1]
    assert "Traceback" not in done.err
    assert done.out == ""
    assert snapshot(tmp_path) == before, "something was written"


@pytest.mark.parametrize("command", ["run", "check"])
def test_faults_that_can_be_seen_at_once_are_told_at_once(
    cli: Command, scenario: Scenario, command: str
) -> None:
    """Faults of reading come with faults of meaning wherever the tables they need were read."""
    scenario.cell("legs.csv", 3, "distance_km", -4)
    scenario.cell("hazards.csv", 2, "value", -1)
    scenario.replace("policies.yaml", "ramp_days: 0", "ramp_day: 0")
    scenario.replace("scenario.yaml", "seed: 7", "sede: 7")
    scenario.cell("facilities.csv", 2, "capacity", 10**12)
    scenario.append("papers.csv", "transit_form,Again,,,1,1,1,assumption,x")
    _short_row(scenario)
    _above_one(scenario)
    scenario.append("departures.csv", "2045-01,hnd-adult,5,5,1,9,assumption")
    scenario.cell("legs.csv", 5, "to", "vila_sur")
    scenario.cell("stays.csv", 2, "distribution", "normal")
    done = cli(command, scenario.path)
    assert done.status == 2
    told = [
        "distance_km is '-4'",
        "value is '-1'",
        "'ramp_day'",
        "'sede'",
        "'1000000000000'",
        "'transit_form' is given twice",
        "too short",
        "'1.2', above 1",
        "month 2045-01",
        "unknown place 'vila_sur'",
        "'normal'",
    ]
    missing = [text for text in told if text not in done.err]
    assert not missing, f"not told: {missing}\n{done.err}"


def test_load_tells_the_same_faults_as_check(cli: Command, scenario: Scenario) -> None:
    scenario.cell("legs.csv", 3, "distance_km", -4)
    scenario.cell("legs.csv", 5, "to", "vila_sur")
    scenario.replace("policies.yaml", "end: 2019-03-31", "end: 2018-03-31")
    checked, ran = cli("check", scenario.path).err, cli("run", scenario.path).err
    faults = [x.removeprefix("Fault: ") for x in checked.splitlines() if x.startswith("Fault: ")]
    assert len(faults) >= 3
    for fault in faults:
        assert fault in ran


def test_check_as_json(cli: Command, scenario: Scenario) -> None:
    scenario.cell("legs.csv", 3, "distance_km", -4)
    done = cli("check", scenario.path, "--json")
    assert done.status == 2
    assert done.err == ""
    assert done.json["ok"] is False
    assert done.json["problems"] == [
        {
            "severity": "error",
            "what": "distance_km is '-4', below 0",
            "where": "mine/legs.csv, line 3",
            "cure": "give a number of 0 or more",
        }
    ]


@pytest.mark.parametrize("command", ["run", "check", "list", "explain"])
def test_scenario_folder_missing(cli: Command, tmp_path: Path, command: str) -> None:
    arguments = {
        "list": ("list", "places", "--scenario", "exmple"),
        "explain": ("explain", "day", "--scenario", "exmple"),
    }.get(command, (command, "exmple"))
    done = cli(*arguments)
    assert done.status == 2
    assert "there is no scenario folder 'exmple'" in done.err
    assert "did you mean 'example'?" in done.err
    assert snapshot(tmp_path) == {}


@pytest.mark.parametrize(
    ("arguments", "what", "cure"),
    [
        (("--patch", "no_raid"), "no patch 'no_raid'", "'no_raids'"),
        (("--set", "parameters.mu_place"), "sets nothing", "write path=value"),
        (("--set", "parameters.mu_place=x"), "not a number", "number"),
        (("--set", "policies.train_raid.enabled=false"), "no policy", "train_raids"),
        (("--sample", "0"), "sample 0 is not a share", "above 0"),
        (("--sample", "1.5"), "sample 1.5 is not a share", "up to 1"),
        (("--sample", "nan"), "sample nan is not a share", "up to 1"),
        (("--draws", "1"), "1 draw gives no range", "at least 2"),
        (("--draws", "-1"), "--draws", ""),
        (("--threads", "0"), "--threads", ""),
        (("--sead", "1"), "No such option: --sead", "--seed"),
        (("--seed", "x"), "--seed", ""),
    ],
)
def test_bad_option(
    cli: Command, tmp_path: Path, arguments: tuple[str, ...], what: str, cure: str
) -> None:
    done = cli("run", "example", *arguments)
    assert done.status == 2
    assert what in done.err
    assert cure in done.err
    assert done.out == ""
    assert snapshot(tmp_path) == {}


def test_faults_of_options_come_together(cli: Command) -> None:
    done = cli("run", "example", "--sample", "2", "--draws", "1")
    assert "--sample" in done.err
    assert "--draws" in done.err


def test_no_traceback_in_a_real_process(scenario: Scenario, tmp_path: Path) -> None:
    scenario.cell("legs.csv", 3, "distance_km", -4)
    before = snapshot(tmp_path)
    done = process("run", scenario.path, cwd=tmp_path)
    assert done.status == 2
    assert "mine/legs.csv, line 3: distance_km is '-4', below 0" in done.err
    assert "Traceback" not in done.err
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("command", ["score", "report"])
def test_run_that_is_none(cli: Command, tmp_path: Path, command: str) -> None:
    done = cli(command, "nowhere")
    assert done.status == 2
    assert "there is no such folder" in done.err
    (tmp_path / "empty").mkdir()
    done = cli(command, "empty")
    assert done.status == 2
    assert "there is no manifest" in done.err
