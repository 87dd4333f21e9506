"""Published tables and periods, as a user meets them on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command, Scenario

OBSERVED = "observed/encounters.csv"
GOOD = (
    "month,sector,people\n2019-01,us_este,960\n2019-01,us_oeste,460\n2019-02,us_este,1020\n"
    "2019-02,us_oeste,520\n2019-03,us_este,1080\n2019-03,us_oeste,580\n2019-04,us_este,1140\n"
    "2019-04,us_oeste,640\n"
)
WRONG = {
    "thousands": GOOD.replace("1020", '"1,020"'),
    "hxl": GOOD.replace("people\n", "people\n#date,#adm1,#affected\n"),
    "cp1252": GOOD.replace("us_este", "us_\udce9ste"),
    "empty": "",
    "total": GOOD + "2019-01,Total,1420\n",
    "blank key": GOOD.replace("2019-01,us_este", "2019-01,"),
    "month 13": GOOD.replace("2019-01,us_este", "2019-13,us_este"),
    "text": GOOD.replace("960", "many"),
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_faulty_table_is_refused_before_anything_runs(
    cli: Command, scenario: Scenario, tmp_path: Path, name: str
) -> None:
    table = Path(scenario.path) / OBSERVED
    table.write_bytes(WRONG[name].encode("utf-8", "surrogateescape"))
    checked = cli("check", scenario.path)
    assert checked.status == 2
    assert OBSERVED in checked.err
    ran = cli("run", scenario.path, "--out", "r")
    assert ran.status == 2
    assert OBSERVED in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "r").exists()


def test_withheld_numbers_are_left_out_of_the_score(
    cli: Command, scenario: Scenario, tmp_path: Path
) -> None:
    table = Path(scenario.path) / OBSERVED
    table.write_text(GOOD.replace("1080", "<10").replace(",640", ","), "utf-8")
    checked = cli("check", scenario.path)
    assert checked.status == 0
    assert "line 6, column people: '<10' is taken as unknown" in checked.err
    assert "line 9, column people: blank: taken as unknown" in checked.err
    assert cli("run", scenario.path, "--no-report", "--out", "r").status == 0
    (row,) = [r for r in cli("score", "r", "--json").json["scores"] if r["metric"] == "tv"]
    assert row["n"] == 3
    assert "2 unknown numbers are left out" in row["note"]
    assert row["by"] == "sector"


def test_a_comparison_leaves_a_month_in_part_out_and_says_so(
    cli: Command, scenario: Scenario
) -> None:
    settings = Path(scenario.path) / "scenario.yaml"
    text = settings.read_text("utf-8").replace("end: 2019-04-30", "end: 2019-04-03")
    settings.write_text(text, "utf-8")
    done = cli("compare", "example", scenario.path, "--members", "2", "--sample", "1")
    assert done.status == 0, done.err
    assert "2019-04 is left out: it is simulated whole in the first" in done.out + done.err
    assert "compared on the 3 months from 2019-01 to 2019-03" in done.out + done.err


def test_what_was_set_on_which_months_can_be_listed(cli: Command) -> None:
    rows = cli("list", "calibration", "--scenario", "corridor", "--json").json
    assert {"what", "observable", "measure", "by", "start", "end", "role", "reason"} == set(rows[0])
    assert any(r["what"] == "national_guard.inm_factor" for r in rows)
