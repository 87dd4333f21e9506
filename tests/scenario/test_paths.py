"""Names, paths, patches and values of every odd form: a list of faults, never a traceback."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import travesia as tv
from tests.scenario.conftest import Folder
from travesia.errors import InputError
from travesia.scenario import layers

ODD_NAMES: list[Any] = [
    "", " ", "\0", "a\0b", "~nouser/x", "/", "x" * 5000, "a/" * 3000, "a\x1b[2Jb", "\u202egpj.exe",
    "\udcff", "/dev/null", "/dev/zero", "/etc/passwd", "../..", "no/such/folder", "corridor/",
    Path("a\0b"), Path("/"), Path(), b"example", 3, None, 1.5, ["example"], object(), True,
]  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES, ids=lambda n: ascii(n)[:20])
def test_odd_names_of_a_scenario(
    name: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        tv.run(name)
    assert caught.value.problems
    assert all(p.isprintable() for p in str(caught.value).splitlines())
    if isinstance(name, str | Path):
        assert tv.check(name).errors


def test_a_scenario_of_a_name_beside_a_folder_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "example").mkdir()
    monkeypatch.chdir(tmp_path)
    assert tv.load("example").folder == layers.SHIPPED_FOLDER / "example"


@pytest.mark.parametrize(
    "base", ["~nouser/x", "''", '"a\\0b"', "/", "/dev/zero", "[a]", "{a: b}", "5", "x" * 5000]
)
def test_an_odd_base_is_one_fault(folder: Folder, base: str) -> None:
    """What the base would have held is not missing besides."""
    folder.write("scenario.yaml", folder.read("scenario.yaml") + f"extends: {base}\n")
    for path in folder.path.glob("*.csv"):
        path.unlink()
    errors = [p for p in folder.problems() if p.severity == "error"]
    lines = {p.where for p in errors}
    assert len(errors) <= 2, errors  # a word of the wrong kind is also no folder
    assert all(where.startswith("example/scenario.yaml, line ") or base == "/" for where in lines)


def test_a_long_chain_of_scenarios(tmp_path: Path) -> None:
    for n in range(300):
        (tmp_path / f"s{n}").mkdir()
        (tmp_path / f"s{n}" / "scenario.yaml").write_text(
            f"name: s{n}\ntitle: t\nextends: s{n + 1}\n", encoding="utf-8"
        )
    whats = [p.what for p in tv.check(tmp_path / "s0")]
    assert f"more than {layers.MAX_CHAIN} scenarios extend each other" in whats
    assert not any("missing" in what for what in whats)


@pytest.mark.parametrize(
    "patches",
    [
        ["no_such"],
        [""],
        [None],
        [3],
        [b"no_raids"],
        ["a\0b.yaml"],
        ["x" * 5000 + ".yaml"],
        ["/dev/zero"],
        ["/dev/zero.yaml"],
        3,
        b"no_raids",
        [["no_raids"]],
        ["\x1b[2J"],
        ["/"],
    ],
    ids=lambda n: ascii(n)[:20],
)
def test_odd_patches(patches: Any) -> None:
    problems = tv.check("example", patches)
    assert len(problems.errors) == 1
    assert str(problems.errors[0]).isprintable()


def test_loading_refuses_odd_patches_and_overrides() -> None:
    with pytest.raises(InputError, match="is not a list of patches"):
        tv.load("example", 3)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="sets nothing"):
        tv.load("example", set=5)  # type: ignore[arg-type]


def test_one_patch_without_a_list() -> None:
    assert tv.load("example", "no_raids").applied == ("no_raids",)


def test_a_patch_file_that_is_a_link_to_a_device(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").symlink_to("/dev/zero")
    assert len(tv.check("example", [str(tmp_path / "p.yaml")]).errors) == 1


DEEP: dict[str, Any] = {}
DEEP["a"] = DEEP


@pytest.mark.parametrize(
    "overrides",
    [
        {"a..b": 1},
        {".": 1},
        {"": 1},
        {"policies": 1},
        {"policies.train_raids": 1},
        {"policies..start": 1},
        {"policies.train_raids.start": ""},
        {"policies.train_raids.start": "x" * 100_000},
        {"policies.train_raids.scale": "9" * 5000},
        {"policies.train_raids.scale": 10**400},
        {"policies.train_raids.scale": "1e400"},
        {"policies.train_raids.scale": float("nan")},
        {"parameters.mu_place": float("inf")},
        {"parameters.mu_place": "0x" + "f" * 900},
        {"parameters.mu_place.value.x.y": 1},
        {"parameters." + "a." * 5000 + "b": 1},
        {"parameters.mu_place": DEEP},
        {"parameters.mu_place": "[" * 900},
        {"parameters.mu_place": "&a [*a]"},
        {"parameters.mu_place": object()},
        {"parameters.mu_place": b"1"},
        {3: 1},
        {None: 1},
        {"policies.train_raids.name": "a\x1b[2Jb"},
        {"policies.train_raids.name": "\udcff"},
        {"policies.a\0b.name": "x"},
        {"settings.extends": "corridor"},
        {"settings.period": 5},
        {"settings.period.start.x": 1},
        {"settings.seed": "[1, 2]"},
        {"settings.seed": "9" * 30},
        {"settings.name": "A B"},
        {"places.paso.lat": "north"},
        {"places.paso.lat": {"a": 1}},
        {"places.paso.nothing": 1},
        {"facilities.asilo_sur": 1},
        {"legs.no_such.days": 1},
        {"parameters.mu_place": "{a: b}"},
        "parameters.mu_place=1",
        ["a"],
        5,
    ],
    ids=lambda n: ascii(n)[:40],
)
def test_odd_overrides(overrides: Any) -> None:
    problems = tv.check("example", set=overrides)
    assert len(problems.errors) == 1, list(problems)
    problem = problems.errors[0]
    assert str(problem).isprintable()
    assert len(str(problem)) < 1500
    assert "--set" in problem.where


@pytest.mark.parametrize("value", [2, 2.5, np.float64(2.5), np.int64(2), "2", "2.5"])
def test_plain_values_can_be_set(value: Any) -> None:
    loaded = tv.load("example", set={"policies.train_raids.scale": value})
    assert loaded.policy("train_raids").scale == float(value)


def test_dates_can_be_set() -> None:
    loaded = tv.load("example", set={"policies.train_raids.start": dt.date(2019, 2, 3)})
    assert loaded.policy("train_raids").start == dt.date(2019, 2, 3)


def test_a_target_file_with_a_long_name(folder: Folder) -> None:
    folder.cell("targets.csv", 2, "file", "x" * 3000)
    errors = [p for p in folder.problems() if p.severity == "error"]
    assert len(errors) == 1
    assert errors[0].where == "example/targets.csv, line 2"


def test_a_folder_that_may_not_be_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("travesia.scenario.strays.os.scandir", refuse)
    assert "the folder cannot be read: Permission denied" in [p.what for p in folder.problems()]
