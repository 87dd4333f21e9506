"""Each flaw put into a sound ledger is reported where it stands, with its cure."""

from __future__ import annotations

import pytest

from tests.evidence.conftest import Build, Tables
from travesia.evidence import check_ledger


def test_a_sound_ledger_has_no_problems(build: Build, tables: Tables) -> None:
    assert list(check_ledger(build(tables))) == []


FLAWS = [
    # table, row, cells changed, what is said, cure
    ("sources.csv", 0, {"title": ""}, "has no title", "fill in title"),
    ("sources.csv", 1, {"publisher": ""}, "has no publisher", "fill in publisher"),
    ("sources.csv", 1, {"licence": ""}, "has no licence", "fill in licence"),
    ("sources.csv", 0, {"accessed": ""}, "has no accessed", "fill in accessed"),
    ("sources.csv", 0, {"kind": "rumour"}, "kind is 'rumour'", "dataset"),
    ("sources.csv", 1, {"url": ""}, "no web address", "http"),
    ("sources.csv", 1, {"url": "ftp://example.org"}, "no web address", "http"),
    ("sources.csv", 2, {"url": "example"}, "no web address", "http"),
    ("sources.csv", 0, {"date": "2020-13"}, "'2020-13' is not a date", "YYYY-MM"),
    ("sources.csv", 0, {"date": "May 2020"}, "is not a date", "YYYY-MM"),
    ("sources.csv", 0, {"date": "2021-02"}, "but was read in 2021-01", "correct one"),
    ("sources.csv", 1, {"id": "DATA-X"}, "'DATA-X' is already used", "another id"),
    ("sources.csv", 1, {"aliases": "SRC-X"}, "alias 'SRC-X' is already used", "another id"),
    ("sources.csv", 1, {"aliases": "F1"}, "alias 'F1' is already used", "another id"),
    ("sources.csv", 1, {"id": "ART X"}, "'ART X' is not an id", "without spaces"),
    ("figures.csv", 0, {"value": ""}, "has no value", "number"),
    ("figures.csv", 0, {"unit": ""}, "has no unit", "counted"),
    ("figures.csv", 0, {"certainty": "yes"}, "certainty is 'yes'", "V, A"),
    ("figures.csv", 0, {"low": "1300"}, "low over value to high", "in order"),
    ("figures.csv", 0, {"high": "1100"}, "low over value to high", "in order"),
    ("figures.csv", 0, {"period_end": "2018-12-31"}, "before it starts", "swap"),
    ("figures.csv", 1, {"period_start": "2019-02-30"}, "'2019-02-30' is not a day", "YYYY-MM-DD"),
    ("figures.csv", 1, {"period_start": "2019-02"}, "'2019-02' is not a day", "YYYY-MM-DD"),
    ("figures.csv", 1, {"source": "DATA-Y"}, "'DATA-Y' names nothing", "did you mean 'DATA-X'"),
    ("figures.csv", 1, {"source": ""}, "'' names nothing", "add it"),
    ("figures.csv", 1, {"source": "C1"}, "'C1' is not a source", "in which it was read"),
    ("figures.csv", 1, {"id": "F1"}, "'F1' is already used", "another id"),
    ("claims.csv", 2, {"id": "F1"}, "'F1' is already used", "another id"),
    ("claims.csv", 2, {"statement": ""}, "says nothing", "own words"),
    ("claims.csv", 2, {"paragraph": ""}, "names no paragraph", "count"),
    ("claims.csv", 2, {"paragraph": "0"}, "names no paragraph", "count"),
    ("claims.csv", 2, {"status": "true"}, "status is 'true'", "disputed"),
    ("claims.csv", 2, {"status": "disputed"}, "does not agree", "of no other"),
    ("claims.csv", 2, {"value_low": "100"}, "low over value to high", "in order"),
    ("claims.csv", 2, {"date_end": "2019-02-28"}, "before it starts", "swap"),
    ("claims.csv", 2, {"source": "ART-Y"}, "'ART-Y' names nothing", "did you mean 'ART-X'"),
    ("claims.csv", 2, {"disputed_by": "C9", "status": "disputed"}, "'C9' names nothing", "add it"),
    ("claims.csv", 2, {"disputed_by": "C3", "status": "disputed"}, "disputes itself", "other"),
    ("claims.csv", 2, {"disputed_by": "C1", "status": "disputed"}, "no conflict records", "add"),
    ("conflicts.csv", 0, {"kind": "quarrel"}, "kind is 'quarrel'", "direct"),
    ("conflicts.csv", 0, {"note": ""}, "has no note", "fill in note"),
    ("conflicts.csv", 0, {"resolution": ""}, "has no resolution", "fill in resolution"),
    ("conflicts.csv", 1, {"claim_a": ""}, "has one side only", "both sides"),
    ("conflicts.csv", 1, {"kind": "tension"}, "has one side only", "range"),
    ("conflicts.csv", 1, {"claim_b": "F3"}, "'F3' names nothing", "add it"),
    ("conflicts.csv", 1, {"claim_b": "F1"}, "'F1' stands on both sides", "on one"),
]


@pytest.mark.parametrize(
    ("table", "row", "cells", "what", "cure"), FLAWS, ids=lambda v: str(v)[:40]
)
def test_a_flaw_is_reported_with_its_line_and_cure(
    build: Build, tables: Tables, table: str, row: int, cells: dict[str, str], what: str, cure: str
) -> None:
    tables[table][row].update(cells)
    found = check_ledger(build(tables))
    here = [p for p in found.errors if p.where == f"{table}, line {row + 2}"]
    assert any(what in p.what and cure in p.cure for p in here), [str(p) for p in found]


def test_every_fault_is_reported_at_once(build: Build, tables: Tables) -> None:
    tables["sources.csv"][0]["licence"] = ""
    tables["figures.csv"][0]["unit"] = ""
    tables["claims.csv"][2]["statement"] = ""
    assert len(check_ledger(build(tables)).errors) == 3
