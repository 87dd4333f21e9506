from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.results import hand_made
from travesia import durable
from travesia.errors import OutputError, StoreError
from travesia.results import store
from travesia.results.digest import result_sha256
from travesia.results.result import Result


def _text(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(dict.fromkeys(frame.columns, "str"))


def _snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_round_trip_gives_the_same_tables(tmp_path: Path) -> None:
    result = hand_made.small()
    written = store.write(result, tmp_path / "run")
    back = store.read(tmp_path / "run")
    assert back.manifest == written.manifest
    for name, table in result.tables.items():
        pd.testing.assert_frame_equal(_text(back.tables[name]), _text(table))
        assert list(back.tables[name].dtypes.map(str)) == list(table.dtypes.map(str))
    for name, table in result.scenario_tables.items():
        pd.testing.assert_frame_equal(_text(back.scenario_tables[name]), _text(table))
    assert back.headline() == result.headline()
    assert result_sha256(back.tables) == written.manifest["result_sha256"]


def test_only_the_run_is_left_in_its_parent(tmp_path: Path) -> None:
    store.write(hand_made.small(), tmp_path / "deep" / "run")
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["run"]


def test_a_run_read_from_disk_can_be_written_again(tmp_path: Path) -> None:
    first = store.write(hand_made.small(), tmp_path / "a")
    again = store.write(store.read(tmp_path / "a"), tmp_path / "b")
    assert again.manifest["result_sha256"] == first.manifest["result_sha256"]


def test_scenario_tables_may_mix_text_and_blanks(tmp_path: Path) -> None:
    rows = [["a", None, "x"], ["b", 3, float("nan")]]
    policies = pd.DataFrame(rows, columns=["id", "end", "note"], dtype=object)
    store.write(hand_made.make({}, policies=policies), tmp_path / "run")
    back = store.read(tmp_path / "run").scenario_table("policies")
    assert back["end"].tolist() == ["", "3"]
    assert back["note"].tolist() == ["x", ""]


def test_observed_tables_have_a_folder_of_their_own(tmp_path: Path) -> None:
    frame = pd.DataFrame({"month": ["2019-01"], "value": [3]})
    result = hand_made.make({}, **{"observed/deaths": frame})
    store.write(result, tmp_path / "run")
    pd.testing.assert_frame_equal(
        store.read(tmp_path / "run").scenario_table("observed/deaths"), frame
    )


def test_manifest_takes_numpy_numbers_and_dates(tmp_path: Path) -> None:
    manifest = {"people": np.int64(3), "seconds": np.float64(1.5), "at": pd.Timestamp("2020-01-01")}
    store.write(Result(manifest=manifest, tables={}), tmp_path / "run")
    back = store.read(tmp_path / "run").manifest
    assert (back["people"], back["seconds"], back["at"][:10]) == (3, 1.5, "2020-01-01")


# -- the fingerprint ----------------------------------------------------------------------


@given(order=st.permutations(range(12)))
@settings(max_examples=10, deadline=None)
def test_fingerprint_does_not_depend_on_row_order(order: list[int]) -> None:
    result = hand_made.small()
    tables = dict(result.tables)
    tables["events"] = tables["events"].iloc[list(order)]
    assert result_sha256(tables) == result_sha256(result.tables)


def test_fingerprint_takes_rows_that_share_their_labels_in_any_order() -> None:
    rows = [("2019-01", "robbed", "tapachula", "hnd-adult", n) for n in (1, 2, 3)]
    there, back = hand_made.events(rows), hand_made.events(rows[::-1])
    assert result_sha256({"events": there}) == result_sha256({"events": back})
    other = hand_made.events([*rows[:2], rows[1]])
    assert result_sha256({"events": other}) != result_sha256({"events": there})


def test_fingerprint_does_not_depend_on_types_or_spare_categories() -> None:
    result = hand_made.small()
    tables = {k: v.copy() for k, v in result.tables.items()}
    tables["events"]["people"] = tables["events"]["people"].astype("float64")
    tables["events"]["parties"] = tables["events"]["parties"].astype("int32")
    tables["events"]["place"] = tables["events"]["place"].cat.add_categories(["aaa"])
    tables["events"]["month"] = tables["events"]["month"].astype(str)
    assert result_sha256(tables) == result_sha256(result.tables)


@pytest.mark.parametrize(("column", "value"), [("people", 11), ("place", "us_tucson")])
def test_fingerprint_sees_one_changed_cell(column: str, value: Any) -> None:
    result = hand_made.small()
    tables = dict(result.tables)
    tables["events"] = tables["events"].copy()
    tables["events"].loc[1, column] = value
    assert result_sha256(tables) != result_sha256(result.tables)


def test_fingerprint_sees_two_rows_that_swap_their_numbers() -> None:
    result = hand_made.small()
    tables = dict(result.tables)
    people = tables["events"]["people"].to_numpy().copy()
    people[[1, 2]] = people[[2, 1]]
    tables["events"] = tables["events"].assign(people=people)
    assert result_sha256(tables) != result_sha256(result.tables)


def test_fingerprint_does_not_depend_on_the_manifest(tmp_path: Path) -> None:
    one = store.write(hand_made.small(), tmp_path / "a").manifest
    result = hand_made.small()
    other = Result(
        manifest={**result.manifest, "seconds": 99, "started": "later"}, tables=result.tables
    )
    assert store.write(other, tmp_path / "b").manifest["result_sha256"] == one["result_sha256"]


# -- whole or not at all ------------------------------------------------------------------


def _fail_after(n: int, error: BaseException) -> Callable[..., None]:
    """A stand-in for writing a table: the n-th call fails half-way through its file."""
    calls = 0
    write_table = store._write_table

    def stand_in(path: Path, frame: pd.DataFrame) -> None:
        nonlocal calls
        calls += 1
        if calls == n:
            path.write_bytes(b"half a table")
            raise error
        write_table(path, frame)

    return stand_in


@pytest.mark.parametrize("n", [1, 4, 13])
@pytest.mark.parametrize("overwrite", [False, True])
def test_full_disk_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n: int, overwrite: bool
) -> None:
    if overwrite:
        store.write(hand_made.small(), tmp_path / "run")
    before = _snapshot(tmp_path)
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    monkeypatch.setattr(store, "_write_table", _fail_after(n, full))
    with pytest.raises(OutputError, match="free some space"):
        store.write(hand_made.make({}), tmp_path / "run", overwrite=overwrite)
    assert _snapshot(tmp_path) == before
    assert [p.name for p in tmp_path.iterdir()] == (["run"] if overwrite else [])


def test_interrupt_leaves_the_older_run_and_no_debris(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(hand_made.small(), tmp_path / "run")
    before = _snapshot(tmp_path)
    monkeypatch.setattr(store, "_write_table", _fail_after(3, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        store.write(hand_made.make({}), tmp_path / "run", overwrite=True)
    assert _snapshot(tmp_path) == before
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def _fail_to_rename(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an exchange nor the second rename of the longer way works."""
    rename = Path.rename

    def stand_in(self: Path, target: Path) -> Path:
        if ".partial-" in self.name:
            raise OSError(errno.EACCES, "no")
        return rename(self, target)

    monkeypatch.setattr(durable, "_exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", stand_in)


def test_failed_rename_brings_the_older_run_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(hand_made.small(), tmp_path / "run")
    before = _snapshot(tmp_path)
    _fail_to_rename(monkeypatch)
    with pytest.raises(OutputError, match="you may not write there"):
        store.write(hand_made.make({}), tmp_path / "run", overwrite=True)
    assert _snapshot(tmp_path) == before
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_overwrite_replaces_an_older_run(tmp_path: Path) -> None:
    store.write(hand_made.small(), tmp_path / "run")
    store.write(hand_made.make({}), tmp_path / "run", overwrite=True)
    assert store.read(tmp_path / "run").events.empty
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_an_older_run_is_not_replaced_unasked(tmp_path: Path) -> None:
    store.write(hand_made.small(), tmp_path / "run")
    with pytest.raises(OutputError, match="already holds a run"):
        store.write(hand_made.small(), tmp_path / "run")


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_not_a_run_is_never_replaced(tmp_path: Path, overwrite: bool) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "manifest.json").write_text("[1, 2]")
    (tmp_path / "file").write_text("dear diary")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("thesis", "file", "dangling"):
        with pytest.raises(OutputError, match="not the folder of a run"):
            store.write(hand_made.small(), tmp_path / name, overwrite=overwrite)
    assert (tmp_path / "file").read_text() == "dear diary"


def test_a_file_among_the_parents_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="is a file"):
        store.write(hand_made.small(), tmp_path / "file" / "run")


def test_a_folder_that_may_not_be_written_is_named_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="you may not write there"):
        store.check_target(tmp_path / "run")


# -- reading what is damaged --------------------------------------------------------------


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    store.write(hand_made.small(), tmp_path / "run")
    return tmp_path / "run"


def test_one_flipped_byte_is_found(stored: Path) -> None:
    path = stored / "tables" / "events.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"events\.parquet.*changed after the run"):
        store.read(stored)


def test_every_fault_is_reported_at_once(stored: Path) -> None:
    (stored / "tables" / "flows.parquet").unlink()
    (stored / "scenario" / "places.parquet").write_bytes(b"")
    with pytest.raises(StoreError) as caught:
        store.read(stored)
    assert len(caught.value.problems) == 2
    assert all(p.cure for p in caught.value.problems)


def test_a_damaged_table_is_an_error_of_ours_also_without_verification(stored: Path) -> None:
    (stored / "tables" / "events.parquet").write_bytes(b"PAR1 no")
    result = store.read(stored, verify=False)
    with pytest.raises(StoreError, match="damaged"):
        _ = result.events


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"files": {}, "format": 1}'])
def test_a_damaged_manifest_is_told_apart(stored: Path, text: str) -> None:
    (stored / "manifest.json").write_text(text)
    with pytest.raises(StoreError):
        store.read(stored)


def test_another_format_names_the_version_that_wrote_it(stored: Path) -> None:
    manifest = json.loads((stored / "manifest.json").read_text())
    (stored / "manifest.json").write_text(json.dumps(manifest | {"format": 99, "travesia": "7.1"}))
    with pytest.raises(StoreError, match=r"format 99.*7\.1"):
        store.read(stored)


def test_a_missing_folder_or_manifest_has_a_cure(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="travesia run"):
        store.read(tmp_path / "nowhere")
    with pytest.raises(StoreError, match="no manifest"):
        store.read(tmp_path)
