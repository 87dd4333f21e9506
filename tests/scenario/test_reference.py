"""The page on the format is made from the records and cannot drift."""

from __future__ import annotations

from pathlib import Path

import pytest

from travesia.scenario.reference import YAML_RECORDS, field_rows, format_reference
from travesia.scenario.tables import TABLES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scenario-format.md"
RECORDS = [spec.record for spec in TABLES] + [record for _, _, record in YAML_RECORDS]


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == format_reference(), (
        "run `python -m travesia.scenario.reference` in the root of the repository"
    )


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.__name__)
def test_every_field_says_what_it_means(record: type) -> None:
    for name, kind, _, meaning in field_rows(record):
        assert meaning.rstrip().endswith((".", "`.", "`")), name
        assert kind, name


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.__name__)
def test_units_are_told(record: type) -> None:
    units = {"_km": "km", "_usd": "USD", "_days": "days", "per_day": "per day"}
    for name, _, _, meaning in field_rows(record):
        for ending, unit in units.items():
            if name.endswith(ending):
                assert unit in meaning.replace("Days", "days"), name
