"""Looking up: ids, aliases, sources behind numbers, conflicts, words, hash."""

from __future__ import annotations

import dataclasses
import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.conftest import Build, Tables, sound_tables
from travesia.evidence import Claim, Conflict, Entry, Figure, Ledger, Source, references


@pytest.fixture
def small(build: Build, tables: Tables) -> Ledger:
    return build(tables)


def test_an_id_and_an_alias_resolve_to_the_same_thing(small: Ledger) -> None:
    assert small.resolve("DATA-X-OLD") is small.resolve("DATA-X")
    assert isinstance(small.resolve("DATA-X"), Source)
    assert isinstance(small.resolve("F1"), Figure)
    assert isinstance(small.resolve("C1"), Claim)
    assert isinstance(small.resolve("K1"), Conflict)
    assert small.resolve("nothing") is None
    assert small.resolve("") is None


def test_the_source_behind_a_number(small: Ledger) -> None:
    for ref in ("DATA-X", "SRC-X", "F1", "F2"):
        source = small.source_of(ref)
        assert source is not None
        assert source.id == "DATA-X"
    assert small.source_of("C3") == small.sources["ART-X"]
    assert small.source_of("K1") is None
    assert small.source_of("nothing") is None


def test_missing_leaves_out_assumption_and_repeats(small: Ledger) -> None:
    assert small.missing(["F1", "assumption", "Y", "SRC-X", "Z", "Y"]) == ["Y", "Z"]


def test_cited_by_follows_aliases(small: Ledger) -> None:
    assert [i.id for i in small.cited_by("DATA-X")] == ["F1", "F2"]
    assert [i.id for i in small.cited_by("ART-X")] == ["C1", "C2", "C3"]
    assert small.cited_by("F1") == []


def test_conflicts_are_found_from_either_side_and_by_alias(build: Build, tables: Tables) -> None:
    tables["conflicts.csv"][1]["claim_b"] = "SRC-X"
    ledger = build(tables)
    assert [c.id for c in ledger.conflicts_of("C1")] == ["K1"]
    assert [c.id for c in ledger.conflicts_of("C2")] == ["K1"]
    for name in ("F1", "SRC-X", "DATA-X", "DATA-X-OLD"):
        assert [c.id for c in ledger.conflicts_of(name)] == ["K2"]
    assert ledger.conflicts_of("C3") == []


def test_search_wants_every_word_and_ignores_case_and_accents(packaged: Ledger) -> None:
    found = packaged.search("DARIEN entries")
    assert "DATA-DARIEN" in {item.id for item in found}
    assert {i.id for i in found} == {i.id for i in packaged.search("éntries darién")}
    assert {i.id for i in found} < {i.id for i in packaged.search("darien")}
    assert packaged.search("xyzzy plugh") == []


def test_search_finds_a_printed_amount(packaged: Ledger) -> None:
    assert "PF003" in {item.id for item in packaged.search("851,508")}


def test_the_report_keeps_the_id_that_was_cited(small: Ledger) -> None:
    rows = small.for_report(["SRC-X", "F1", "C3", "assumption", "nothing", "F1", "K1"])
    assert [row["id"] for row in rows] == ["SRC-X", "F1", "C3", "K1"]
    first, second, third, last = rows
    assert first["title"] == second["title"] == "Entries by month"
    assert first["source"] == second["source"] == "DATA-X"
    assert first["says"] == ""
    assert second["says"] == "entries (Xland, all, 2019-01-01 – 2019-12-31): " + (
        "1,200 (1,000–1,500) events"
    )
    assert third["says"].startswith("People were stopped on the road.")
    assert last["kind"] == "conflict"
    keys = {"id", "source", "title", "publisher", "date", "url", "licence", "kind", "says"}
    assert all(set(row) == keys for row in rows)
    assert all(isinstance(value, str) for row in rows for value in row.values())


ROWS = [(n, i) for n, rows in sound_tables().items() for i in range(len(rows))]


@pytest.mark.parametrize(("table", "row"), ROWS)
def test_the_hash_changes_when_a_row_changes(
    build: Build, tables: Tables, table: str, row: int
) -> None:
    before = build(tables).sha256()
    cell = {"sources.csv": "note", "figures.csv": "note", "claims.csv": "place"}.get(table, "note")
    tables[table][row][cell] += "!"
    assert build(tables).sha256() != before


def test_the_hash_does_not_see_the_order_of_rows(packaged: Ledger) -> None:
    entries = list(packaged.entries)
    random.Random(5).shuffle(entries)
    assert Ledger(entries).sha256() == packaged.sha256()


def test_the_hash_sees_a_dropped_row(packaged: Ledger) -> None:
    assert Ledger(packaged.entries[1:]).sha256() != packaged.sha256()


def test_records_cannot_be_changed(packaged: Ledger) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        packaged.sources["DATA-CBP"].title = "x"  # type: ignore[misc]


def test_a_later_layer_wins_whatever_the_order(packaged: Ledger) -> None:
    old = packaged.entries[0]
    assert isinstance(old.item, Source)
    new = Entry(dataclasses.replace(old.item, title="newer"), "own", 1)
    for entries in ([old, new], [new, old]):
        assert Ledger(entries).sources[old.item.id].title == "newer"


IDS = st.text(st.sampled_from("ABZ019-_."), min_size=1, max_size=8)


@given(st.lists(IDS, max_size=8), st.sampled_from([";", " ; ", ";;", "; "]))
def test_references_give_back_what_was_joined(names: list[str], joint: str) -> None:
    once = list(dict.fromkeys(names))
    assert references(joint.join(names)) == once
    assert references(joint + joint.join(names) + joint) == once
    assert Ledger.references(";".join(references(joint.join(names)))) == once


@given(st.data())
def test_every_found_item_holds_a_searched_word(data: st.DataObject) -> None:
    ledger = Ledger(LEDGER.entries[:300])
    item = data.draw(st.sampled_from(list(ledger.sources.values())))
    word = data.draw(st.sampled_from(item.title.split()))
    assert item in ledger.search(word)
    assert item in ledger.search(word.upper())


LEDGER = Ledger.load()


def test_reading_pulls_in_no_heavy_package() -> None:
    code = (
        "import sys; from travesia.evidence import Ledger, check_ledger, view;"
        "check_ledger(Ledger.load());"
        "heavy = {'pandas', 'numpy', 'numba', 'pydantic', 'pyarrow', 'yaml'} & set(sys.modules);"
        "sys.exit(','.join(heavy) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
