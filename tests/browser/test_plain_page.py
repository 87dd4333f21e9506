"""The page of a run whose kind has none of its own, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Visit
from tests.report.test_payload import faults
from travesia import api
from travesia.kinds import kind_of_run
from travesia.reporting.payload import PlainPage, Section
from travesia.reporting.plain import plain_page
from travesia.reporting.render import render
from travesia.reporting.sections import table_of

pytestmark = pytest.mark.browser

ADDED: Section = {
    "id": "added",
    "name": "Added",
    "kicker": "From elsewhere",
    "title": "A section that a plug-in adds <b>",
    "paragraphs": ["A text."],
    "tables": [table_of([{"town": "<i>A</i>", "people": 1234567.0}, {"town": "B", "people": 2}])],
}


@pytest.fixture(scope="module")
def page_data() -> PlainPage:
    result = api.run("example", seed=3, threads=1)
    data = plain_page(result, kind_of_run(result))
    return {**data, "sections": [*data["sections"], ADDED]}


def test_it_is_what_the_schema_says(page_data: PlainPage) -> None:
    assert faults(page_data, PlainPage) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_it_draws_every_quantity_and_added_sections(
    visit: Visit, page_data: PlainPage, tmp_path: Path, width: int
) -> None:
    file = render(page_data, tmp_path / "p.html", bundle="plain")
    page = visit(file, viewport={"width": width, "height": 800})
    assert page.locator("#time figure path.line").count() == len(page_data["lines"]) > 5
    added = page.locator("section#added")
    assert added.locator("h2").inner_text() == ADDED["title"]
    assert "<i>A</i>" in added.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.complaints == []
