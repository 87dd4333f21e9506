"""The page on the format is made from the records and cannot drift."""

from __future__ import annotations

import pytest

from tests.scripts import ROOT, script
from travesia.policy.tables import TABLES as WRITTEN
from travesia.scenario.tables import TABLES

MAKER = script("reference_pages")
RECORDS = [spec.record for spec in TABLES] + [record for _, _, record in MAKER.YAML_RECORDS]


def test_pages_are_up_to_date() -> None:
    for name, text in MAKER.pages().items():
        page = (ROOT / "docs" / name).read_text("utf-8")
        assert page == text, f"{name}: run `python scripts/reference_pages.py`"


def test_tables_of_policies_are_all_told() -> None:
    page = MAKER.pages()["policies.md"]
    assert [name for name in WRITTEN if f"| `{name}` | " not in page] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.__name__)
def test_every_field_says_what_it_means(record: type) -> None:
    for name, kind, _, meaning in MAKER.field_rows(record):
        assert meaning.rstrip().endswith((".", "`.", "`")), name
        assert kind, name


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.__name__)
def test_units_are_told(record: type) -> None:
    units = {"_km": "km", "_usd": "USD", "_days": "days", "per_day": "per day"}
    for name, _, _, meaning in MAKER.field_rows(record):
        for ending, unit in units.items():
            if name.endswith(ending):
                assert unit in meaning.replace("Days", "days"), name
