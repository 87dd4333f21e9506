"""The ledger and the bill on the command line, and faults of their tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from travesia.cli import main

Change = Callable[[str, str, str], Path]
Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command in this process; gives its status and all that it printed."""

    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        status = main(list(arguments))
        return status, "".join(capsys.readouterr())

    return run


def test_the_ledger_is_listed(call: Call) -> None:
    code, text = call("list", "money", "--json")
    rows = {r["id"]: r for r in json.loads(text)}
    assert code == 0
    assert rows["merida_biometrics"]["policy"] == "biometric_registration"
    assert rows["merida_biometrics"]["counted"] == "no"
    assert rows["us_security_assistance"]["counted"] == "yes"
    assert rows["inl_southern_border"]["spent"] == 86.6e6


def test_unit_costs_are_listed(call: Call) -> None:
    code, text = call("list", "costs", "--json")
    rows = {r["id"]: r for r in json.loads(text)}
    assert code == 0
    assert rows["bribe_at_stop"]["payer"] == "people"
    assert rows["bribe_at_stop"]["value"] == 400


def test_a_sum_is_explained_with_what_it_buys(call: Call) -> None:
    code, text = call("explain", "merida_biometrics")
    assert code == 0
    assert "value: 58,000,000 USD" in text
    assert "inside: us_security_assistance" in text
    assert "it would count twice" in text
    assert "strength of biometric_registration by what is spent: 1" in text
    assert "S0-p11-c" in text
    assert "paid by: inl_southern_border" in call("explain", "vehicle_inspection")[1]


@pytest.mark.parametrize(
    ("file", "old", "new", "says", "where"),
    [
        ("money.csv", "aid,S1-p13-a", "help,S1-p13-a", "part of 'help'", "line 3"),
        (
            "money.csv",
            "300000,,2019-01-11",
            "3000000,,2019-01-11",
            "its parts are 3,000,000 USD",
            "line 2",
        ),
        ("money.csv", "2019-02-09", "2018-02-09", "it ends on 2018-02-09", "line 3"),
        (
            "money.csv",
            "train_raids,300000",
            "train_rides,300000",
            "unknown policy 'train_rides'",
            "line 3",
        ),
        ("money.csv", "300000,,2019-01-11", "-3,,2019-01-11", "value", "line 3"),
        ("costs.csv", "sheltered", "shelterd", "unknown state 'shelterd'", "line 4"),
        ("costs.csv", "people,officers", "nobody,officers", "payer", "line 2"),
    ],
)
def test_faults_name_file_and_row(
    call: Call, changed_example: Change, file: str, old: str, new: str, says: str, where: str
) -> None:
    code, text = call("check", str(changed_example(file, old, new)))
    flat = " ".join(text.split())
    assert code == 2
    assert says in flat
    assert f"{file}, {where}" in flat
    assert "Traceback" not in text


def test_all_faults_are_told_at_once(call: Call, changed_example: Change) -> None:
    folder = changed_example("money.csv", "aid,S1-p13-a", "help,S1-p13-a")
    costs = folder / "costs.csv"
    costs.write_text(costs.read_text("utf-8").replace("detained", "detaned"), "utf-8")
    code, text = call("check", str(folder))
    assert code == 2
    assert "2 faults" in text


def test_a_whole_that_is_set_below_its_parts_is_refused(call: Call) -> None:
    code, text = call("check", "corridor", "--set", "money.us_security_assistance.value=0")
    flat = " ".join(text.split())
    assert code == 2
    assert "change its parts too" in flat


def test_a_sum_that_does_not_exist_cannot_be_set(call: Call) -> None:
    code, text = call("check", "corridor", "--set", "money.merida_biometric.value=0")
    assert code == 2
    assert "merida_biometrics" in text
