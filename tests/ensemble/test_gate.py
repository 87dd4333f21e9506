"""Every way of running refuses what `run` refuses, before a member starts, each fault once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ensemble.asking import bands, compare, ensemble
from tests.scenario.conftest import Folder
from travesia import api
from travesia.ensembles.executors import Serial
from travesia.errors import InputError
from travesia.kind import Member
from travesia.kinds.corridor.resolve import passed
from travesia.scenario.layers import SHIPPED_FOLDER
from travesia.scenario.load import load

BAD_PATCH = """\
id: raids_oaxaca
title: Raids also in Oaxaca
policies:
  train_raids:
    where: {regions: [MX-OAXACA]}
"""


def _never(member: Member) -> Any:
    raise AssertionError("a member was run")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    shutil.copytree(SHIPPED_FOLDER / "example", tmp_path / "mine")
    return Folder(tmp_path / "mine")


def halved(folder: Folder) -> None:
    folder.replace("origins.csv", "HND,aldea,1,1,1", "HND,aldea,0.5,0.5,0.5")


def without_march(folder: Folder) -> None:
    rows = folder.rows("departures.csv")
    folder.write_rows("departures.csv", [r for r in rows if r[0] != "2019-03"])


def misspelt(folder: Folder) -> None:
    folder.replace("legs.csv", "700,us_este,", "700,us_esta,")


FAULTS: dict[str, tuple[Callable[[Folder], object], str]] = {
    "origin shares of a half": (halved, "the shares of HND sum to 0.5, not 1"),
    "departures without March": (without_march, "there are no departures in 2019-03"),
    "a region that is none": (misspelt, "unknown region 'us_esta'"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_all_ways_refuse_in_the_words_of_check(name: str, folder: Folder) -> None:
    flaw, says = FAULTS[name]
    flaw(folder)
    (fault,) = [str(p) for p in api.check(folder.path).errors]
    assert says in fault
    path = str(folder.path)
    here = {"executor": Serial(), "function": _never}
    ways: list[Callable[[], Any]] = [
        lambda: api.run(path),
        lambda: api.ensemble(path, members=2, sample=0.2),
        lambda: api.compare(path, "no_raids", members=2, sample=0.2),
        lambda: api.what_ifs(path, members=2),
        lambda: ensemble([path], 2, **here),
        lambda: compare([load(path), load(path, ["no_raids"])], 2, **here),
        lambda: passed(["example", path]),
    ]
    for way in ways:
        with pytest.raises(InputError, match="nothing was run") as caught:
            way()
        assert [str(p) for p in caught.value.problems] == [fault]


def test_a_faulty_what_if_is_told_once_for_all_members(folder: Folder) -> None:
    folder.write("patches/raids_oaxaca.yaml", BAD_PATCH)
    with pytest.raises(InputError) as caught:
        api.compare(str(folder.path), "raids_oaxaca", "no_raids+raids_oaxaca", members=40)
    text = str(caught.value)
    assert "touches an unknown region 'MX-OAXACA' → did you mean 'MX-OAX'?" in text
    assert "report it if it stays" not in text
    whats = {p.what for p in caught.value.problems}
    assert len(whats) == 1, text
    assert whats == {p.what for p in api.check(folder.path).errors}, "check finds it unapplied"


def test_a_faulty_what_if_that_nobody_asks_for_stops_no_run(folder: Folder) -> None:
    folder.write("patches/raids_oaxaca.yaml", BAD_PATCH)
    assert api.check(folder.path).errors
    assert len(passed([str(folder.path), "no_raids"])) == 2


def test_members_that_fail_alike_are_one_fault(tmp_path: Path) -> None:
    def fails(member: Member) -> Any:
        raise ZeroDivisionError("no")

    with pytest.raises(InputError, match="8 of 8 members failed") as caught:
        ensemble(["example", "no_raids"], 4, executor=Serial(), function=fails)
    (problem,) = caught.value.problems
    assert "and 7 more" in problem.where


WHOLE = [7, np.int64(7), np.uint8(7), np.int32(7), np.array(7)]


@pytest.mark.parametrize("seed", WHOLE, ids=[type(s).__name__ for s in WHOLE])
def test_seeds_of_any_whole_number_type_are_taken(seed: Any) -> None:
    one = api.run("example", sample=0.02, seed=7)
    other = api.run("example", sample=0.02, seed=seed)
    assert one.headline() == other.headline()
    assert type(other.manifest["seed"]) is int
    found = api.ensemble("example", members=2, sample=0.02, seed=seed, workers=1)
    assert found.to_dict()["seed"] == 7
    assert type(found.seed) is int


OTHERS: list[Any] = [
    True, np.bool_(True), 7.0, 7.5, np.float64(7), "7", "seven", b"7", Decimal(7), [7], (7,),
    {"seed": 7}, 1j, np.array([7, 8]), float("nan"), -1, 1 << 63, 1 << 64, 1 << 200,
]  # fmt: skip


@pytest.mark.parametrize("seed", OTHERS, ids=[repr(s)[:30] for s in OTHERS])
def test_other_seeds_are_refused_everywhere(seed: Any) -> None:
    ways: list[Callable[[], Any]] = [
        lambda: api.run("example", seed=seed),
        lambda: api.ensemble("example", seed=seed, members=1),
        lambda: api.compare("example", "no_raids", seed=seed, members=1),
        lambda: api.what_ifs("example", seed=seed, members=1),
    ]
    for way in ways:
        with pytest.raises(InputError) as caught:
            way()
        (problem,) = caught.value.problems
        assert problem.where == "--seed"
        assert "seed is" in problem.what
        assert problem.cure


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("members", 0),
        ("members", -3),
        ("members", 2.5),
        ("members", "4"),
        ("members", True),
        ("members", None),
        ("sample", 0),
        ("sample", 1.5),
        ("sample", -0.1),
        ("sample", "0.5"),
        ("sample", float("nan")),
        ("sample", True),
        ("precision", 0),
        ("precision", 5),
        ("precision", "5%"),
        ("precision", float("inf")),
        ("workers", 0),
        ("workers", 1.5),
        ("workers", "2"),
        ("draws", 3),
        ("draws", "yes"),
        ("draws", None),
        ("outputs", ["deths"]),
        ("outputs", "deths"),
    ],
)
def test_numbers_of_an_ensemble_are_refused_at_once(name: str, value: Any) -> None:
    calls: list[Callable[..., Any]] = [api.ensemble, api.compare]
    for call in calls:
        with pytest.raises(InputError) as caught:
            call("example", "no_raids", **{"members": 1, name: value})
        assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threads", 0),
        ("threads", 1.5),
        ("threads", "2"),
        ("journeys", -1),
        ("journeys", "all"),
        ("sample", 0),
        ("sample", "x"),
        ("draw", -1),
        ("draw", 0.5),
        ("checkpoint_every", -1),
    ],
)
def test_numbers_of_a_run_are_refused_at_once(name: str, value: Any) -> None:
    with pytest.raises(InputError) as caught:
        api.run("example", **{name: value})
    assert len(caught.value.problems) == 1


def test_all_faults_of_a_call_are_told_together() -> None:
    with pytest.raises(InputError) as caught:
        compare(["example", "no_raids"], 0, sample=2, seed="x", precision=9)
    assert len(caught.value.problems) == 4


@pytest.mark.parametrize("numbers", [{"draws": 1}, {"draws": "4"}, {"sample": 0}, {"seed": -1}])
def test_draws_are_refused_at_once(numbers: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        bands(load("example"), **numbers)
    assert len(caught.value.problems) == 1
