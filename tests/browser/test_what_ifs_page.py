"""The index of a plan of what-ifs in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def index_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of both what-ifs of the example, with the page of each."""
    from travesia.api import what_ifs
    from travesia.reporting.answers_page import write_answers

    folder = tmp_path_factory.mktemp("what-ifs")
    found = what_ifs("example", members=2, sample=0.05, workers=1)
    return write_answers(found, folder, command="travesia compare example --what-ifs all")[0]


@pytest.mark.parametrize("width", [390, 1280])
def test_it_opens_in_silence_and_fits_a_phone(visit: Visit, index_file: Path, width: int) -> None:
    page = visit(index_file, viewport={"width": width, "height": 800})
    assert page.complaints == []
    assert [r for r in page.requests if not r.startswith(("file:", "data:"))] == []
    assert page.locator("section table").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_its_links_lead_to_the_comparison_of_each_what_if(visit: Visit, index_file: Path) -> None:
    page = visit(index_file)
    page.get_by_role("link", name="How many more people ride").click()
    assert page.url.endswith("#no_raids")
    page.locator("#no_raids").get_by_role("link", name="The whole comparison").click()
    assert page.url.endswith("what-ifs/no_raids/comparison.html")
    assert page.get_by_role("heading", name="No raids on the trains").first.is_visible()
    assert page.complaints == []


def test_it_needs_no_script(visit: Visit, index_file: Path) -> None:
    page = visit(index_file, java_script_enabled=False)
    assert page.get_by_role("heading", level=2).count() >= 3
