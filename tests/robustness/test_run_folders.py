"""Damaged run folders: every way of damage × every verb gives words, never a traceback."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.robustness.damage import BANDS, RESEALED, WAYS, Way, _set, reseal
from travesia.errors import StoreError
from travesia.results import store


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the example with ranges, without a report."""
    from tests.ensemble.asking import bands
    from travesia import api

    folder = tmp_path_factory.mktemp("sound") / "run"
    scenario = api.load("example")
    written = store.write(api.run(scenario, sample=0.2), folder)
    store.write_bands(folder, written, bands(scenario, draws=2, sample=0.05, seed=7))
    return folder


def _copy(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "run"))


def _load_all(folder: Path) -> None:
    result = store.read(folder)
    for tables in (result.tables, result.scenario_tables):
        for name in tables:
            _ = tables[name]


VERBS = (("score", "run"), ("score", "run", "--claims"), ("report", "run"))


def _must_refuse(folder: Path, cli: Command, verbs: Sequence[tuple[str, ...]] = VERBS) -> None:
    with pytest.raises(StoreError) as caught:
        _load_all(folder)
    assert caught.value.problems
    assert all(p.cure and p.where for p in caught.value.problems)
    for arguments in verbs:
        done = cli(*arguments)
        assert done.status in (0, 2), done.err  # 0: the verb does not read the damaged table
        assert "Traceback" not in done.err
        assert "fault of ours" not in done.err
        assert "\x1b" not in done.err + done.out
    assert not [p.name for p in folder.parent.iterdir() if p.name.startswith("travesia-crash")]


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_seal_finds_it(sound: Path, cli: Command, tmp_path: Path, way: Way) -> None:
    folder = _copy(sound, tmp_path)
    way(folder)
    with pytest.raises(StoreError):
        store.read(folder)
    for arguments in (("score", "run"), ("report", "run")):
        done = cli(*arguments)
        assert done.status == 2, done.err
        assert "the run in run cannot be read" in done.err
        assert "Traceback" not in done.err
        assert "\x1b" not in done.err
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize("way", RESEALED.values(), ids=RESEALED)
def test_the_contract_finds_it(sound: Path, cli: Command, tmp_path: Path, way: Way) -> None:
    folder = _copy(sound, tmp_path)
    way(folder)
    reseal(folder)
    _must_refuse(folder, cli, ())


@pytest.mark.parametrize("kind", ["flee", "nobody's"])
def test_a_run_that_is_none_of_its_kind_is_refused(
    sound: Path, cli: Command, tmp_path: Path, kind: str
) -> None:
    folder = _copy(sound, tmp_path)
    _set("kind", kind)(folder)
    reseal(folder)
    (folder / "bands.json").unlink()
    for arguments in (("score", "run"), ("report", "run")):
        done = cli(*arguments)
        assert done.status == 2, done.err
        assert "The run cannot be read" in done.err


@pytest.mark.long
@pytest.mark.parametrize("way", RESEALED.values(), ids=RESEALED)
def test_no_verb_fails_behind_the_seal(sound: Path, cli: Command, tmp_path: Path, way: Way) -> None:
    folder = _copy(sound, tmp_path)
    way(folder)
    reseal(folder)
    _must_refuse(folder, cli)


@pytest.mark.parametrize("way", BANDS.values(), ids=BANDS)
def test_damaged_ranges_are_refused(sound: Path, cli: Command, tmp_path: Path, way: Way) -> None:
    folder = _copy(sound, tmp_path)
    way(folder)
    done = cli("report", "run", "--json")
    assert done.status == 2, done.err
    assert done.json["error"]["problems"][0]["where"].endswith("bands.json")
    assert not (folder / "report.html").exists()
    assert store.read(folder).headline()  # the run itself is sound


def test_every_fault_of_a_folder_is_told_at_once(sound: Path, tmp_path: Path) -> None:
    folder = _copy(sound, tmp_path)
    for name in ("wrong table", "link"):
        RESEALED["events: a further column"](folder) if name == "wrong table" else None
    RESEALED["stocks: fewer than nobody"](folder)
    (folder / "tables/flows.parquet").unlink()
    (folder / "tables/x.parquet").write_bytes(b"")
    reseal(folder)
    with pytest.raises(StoreError) as caught:
        store.read(folder)
    told = str(caught.value)
    assert len(caught.value.problems) == 3
    assert "column 'more' does not belong there" in told
    assert "the file is missing" in told
    assert "does not belong to the run" in told


def test_several_faults_of_one_table_are_told_at_once(sound: Path, tmp_path: Path) -> None:
    folder = _copy(sound, tmp_path)
    for name in (
        "events: fewer than nobody",
        "events: a month that is none",
        "events: a transition nobody knows",
    ):
        RESEALED[name](folder)
    reseal(folder)
    with pytest.raises(StoreError) as caught:
        _ = store.read(folder).events
    assert len(caught.value.problems) == 3


def test_a_sound_run_is_read_and_reported(sound: Path, cli: Command, tmp_path: Path) -> None:
    folder = _copy(sound, tmp_path)
    _load_all(folder)
    assert cli("score", "run").status == 0
    assert cli("report", "run").status == 0
    (folder / "notes.txt").write_text("mine")  # beside the tables: allowed
    assert cli("report", "run", "--overwrite").status == 0


def test_a_link_to_a_run_is_a_run(sound: Path, tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to(sound)
    _load_all(tmp_path / "latest")


@pytest.mark.parametrize("name", ["a\0b", "x" * 3000, "x" * 300, ""])
def test_names_that_cannot_be(name: str, tmp_path: Path) -> None:
    from travesia.errors import OutputError

    with pytest.raises(StoreError):
        store.read(f"{tmp_path}/{name}")
    if name:
        with pytest.raises(OutputError, match="cannot write"):
            store.check_target(Path(f"{tmp_path}/{name}"))
