from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from travesia.errors import ProblemList
from travesia.evidence import Ledger
from travesia.evidence.reading import read_folder

Row = dict[str, str]
Tables = dict[str, list[Row]]


def sound_tables() -> Tables:
    """A small ledger without a fault: each test spoils one thing in it."""
    return {
        "sources.csv": [
            {
                "id": "DATA-X",
                "title": "Entries by month",
                "publisher": "Office of X",
                "author": "",
                "date": "2020-05",
                "url": "https://example.org/entries",
                "licence": "CC BY 4.0",
                "accessed": "2021-01",
                "kind": "dataset",
                "aliases": "DATA-X-OLD;SRC-X",
                "note": "",
            },
            {
                "id": "ART-X",
                "title": "Report from the line",
                "publisher": "Paper",
                "author": "N",
                "date": "2019",
                "url": "http://example.org/report",
                "licence": "facts cited",
                "accessed": "2021-01-09",
                "kind": "article",
                "aliases": "",
                "note": "",
            },
            {
                "id": "OWN-X",
                "title": "Own study",
                "publisher": "us",
                "author": "",
                "date": "",
                "url": "",
                "licence": "Apache-2.0",
                "accessed": "2021",
                "kind": "own",
                "aliases": "",
                "note": "",
            },
        ],
        "figures.csv": [
            {
                "id": "F1",
                "series": "entries",
                "period_start": "2019-01-01",
                "period_end": "2019-12-31",
                "period": "",
                "geography": "Xland",
                "population": "all",
                "value": "1200",
                "low": "1000",
                "high": "1500",
                "unit": "events",
                "source": "DATA-X",
                "certainty": "V",
                "note": "",
            },
            {
                "id": "F2",
                "series": "share",
                "period_start": "2019-01-01",
                "period_end": "",
                "period": "2019-",
                "geography": "",
                "population": "families",
                "value": "0.25",
                "low": "",
                "high": "",
                "unit": "share",
                "source": "SRC-X",
                "certainty": "A",
                "note": "computed",
            },
        ],
        "claims.csv": [
            claim("C1", disputed_by="C2", status="disputed"),
            claim("C2", disputed_by="C1", status="disputed", attributed_to="minister"),
            claim("C3", value_low="20", value_high="99", unit="riders", status="attributed"),
        ],
        "conflicts.csv": [
            {
                "id": "K1",
                "kind": "direct",
                "claim_a": "C1",
                "claim_b": "C2",
                "note": "Two accounts of one day.",
                "resolution": "Both are kept.",
            },
            {
                "id": "K2",
                "kind": "range",
                "claim_a": "F1",
                "claim_b": "",
                "note": "One page prints two values.",
                "resolution": "The later one.",
            },
        ],
    }


def claim(identifier: str, **cells: str) -> Row:
    row = {
        "id": identifier,
        "source": "ART-X",
        "paragraph": "3",
        "kind": "event",
        "role": "context_only",
        "statement": "People were stopped on the road.",
        "value_low": "",
        "value": "",
        "value_high": "",
        "unit": "",
        "printed_as": "",
        "date_start": "2019-03-01",
        "date_end": "2019-03-02",
        "place": "Xtown",
        "country": "Xland",
        "admin1": "",
        "population": "",
        "actor": "",
        "attributed_to": "author",
        "disputed_by": "",
        "status": "author",
    }
    return {**row, **cells}


def write_tables(folder: Path, tables: Tables) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder


Build = Callable[[Tables], Ledger]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A ledger of these tables alone, without the packaged one."""

    def make(tables: Tables) -> Ledger:
        problems = ProblemList()
        entries = list(read_folder(write_tables(tmp_path / "ledger", tables), 0, problems))
        problems.raise_if_any("unreadable")
        return Ledger(entries)

    return make


@pytest.fixture
def tables() -> Tables:
    return sound_tables()


@pytest.fixture(scope="session")
def packaged() -> Ledger:
    return Ledger.load()
