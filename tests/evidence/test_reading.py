"""Faults of layout and cells stop the reading, all of them named with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evidence.conftest import Build, Tables, write_tables
from travesia.errors import InputError
from travesia.evidence import Ledger


def test_cells_that_are_not_numbers_are_all_reported(build: Build, tables: Tables) -> None:
    tables["figures.csv"][0]["value"] = "1,200"
    tables["figures.csv"][1]["low"] = "nan"
    tables["claims.csv"][0]["paragraph"] = "three"
    with pytest.raises(InputError) as caught:
        build(tables)
    told = [str(p) for p in caught.value.problems]
    assert len(told) == 3
    assert told[0].startswith("figures.csv, line 2: value is not a number: '1,200' →")
    assert told[1].startswith("figures.csv, line 3: low is not a number: 'nan' →")
    assert told[2].startswith("claims.csv, line 2: paragraph is not a number: 'three' →")


def test_a_lost_and_a_strange_column_are_named(build: Build, tables: Tables) -> None:
    for row in tables["conflicts.csv"]:
        row["remark"] = row.pop("note")
    with pytest.raises(InputError) as caught:
        build(tables)
    told = "\n".join(str(p) for p in caught.value.problems)
    assert "conflicts.csv, line 1: column 'note' is missing" in told
    assert "conflicts.csv, line 1: unknown column 'remark'" in told


def test_a_row_of_the_wrong_length_is_named(tmp_path: Path, tables: Tables) -> None:
    folder = write_tables(tmp_path / "own", tables)
    path = folder / "conflicts.csv"
    path.write_text(path.read_text(encoding="utf-8") + "K3,range,F1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"conflicts\.csv, line 4: the row is too short: 3 cells"):
        Ledger.load(folder)


def test_a_file_in_another_encoding_is_named(tmp_path: Path, tables: Tables) -> None:
    folder = write_tables(tmp_path / "own", tables)
    (folder / "sources.csv").write_bytes("id,title\nX,Migración".encode("latin-1"))
    with pytest.raises(InputError, match=r"own/sources\.csv, line 2: the file is not UTF-8"):
        Ledger.load(folder)


def test_a_folder_without_tables_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no table of the ledger"):
        Ledger.load(tmp_path)


def test_line_numbers_hold_where_a_cell_has_line_breaks(build: Build, tables: Tables) -> None:
    tables["sources.csv"][0]["note"] = "one\ntwo\nthree"
    tables["sources.csv"][1]["note"] = "plain"
    entries = build(tables).entries
    assert entries[0].item.note == "one\ntwo\nthree"  # type: ignore[union-attr]
    assert entries[1].where == "sources.csv, line 5"


def test_a_scenario_adds_and_replaces_rows(tmp_path: Path, tables: Tables) -> None:
    packaged = Ledger.load()
    own = tables["sources.csv"][0]
    replaced = {**own, "id": "DATA-CBP", "title": "Ours", "aliases": ""}
    folder = write_tables(tmp_path / "own", {"sources.csv": [own, replaced]})
    extended = Ledger.load(folder)
    assert extended.resolve("DATA-X") is not None
    assert extended.sources["DATA-CBP"].title == "Ours"
    assert packaged.sources["DATA-CBP"].title != "Ours"
    assert len(extended.sources) == len(packaged.sources) + 1
    assert extended.sha256() != packaged.sha256()
