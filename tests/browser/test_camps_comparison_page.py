"""The page of a comparison of imported FLEE cases in a real browser."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def comparison_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small case with its borders open, and blind."""
    from tests.flee.helpers import SMALL
    from travesia import api
    from travesia.kinds.flee import read_instance

    case = dataclasses.replace(read_instance(SMALL), name="small")
    shut = dataclasses.replace(case, name="open", closures=())
    blind = dataclasses.replace(case, applied=("blind",))
    found = api.compare(case, shut, blind, members=5, sample=1.0, workers=1)
    path = tmp_path_factory.mktemp("comparison") / "c.html"
    return api.comparison_page(found, path, command="travesia compare small open")


def test_it_opens_in_silence_with_its_sections_and_asks_nothing(
    visit: Visit, comparison_file: Path
) -> None:
    page = visit(comparison_file)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    assert page.complaints == []
    asked = [u for u in page.requests if not u.startswith("data:")]
    assert asked == [comparison_file.as_uri()]
    targets = page.locator("nav li a").evaluate_all("links => links.map(a => a.hash.slice(1))")
    assert targets == ["answer", "changed", "time", "map", "where", "sure", "about"]
    for target in targets:
        assert page.locator(f"section#{target} > header h2, section#{target} > h1").count() == 1


def test_camps_differ_in_the_table_the_charts_and_the_map(
    visit: Visit, comparison_file: Path
) -> None:
    page = visit(comparison_file)
    assert "country Homeland – Neighbour" in page.locator("#changed").inner_text()
    panels = page.get_by_test_id("where-panels").inner_text()
    assert "Duna" in panels
    assert "Estero" in panels
    assert page.get_by_test_id("effect-camp:Duna").locator("path.band").count() == 2
    assert page.locator("path.country").count() >= 2
    assert page.locator("[data-testid=map] circle.size").count() == 2
    rows = page.locator("[data-testid=outputs] tbody tr")
    assert "errors of all camps, rescaled, in per cent of" in rows.first.inner_text()
    told = page.locator("main").inner_text()
    assert "fullest month)" not in told, "people in camps are those of an average day"
    assert "Average day" in told
    page.get_by_test_id("choose").nth(1).click()
    assert "camps never fill" in page.locator("#changed").inner_text()
    assert "travesia compare small open" in page.get_by_test_id("command").inner_text()


@pytest.mark.parametrize("width", [320, 390, 768])
def test_a_narrow_screen_never_scrolls_sideways(
    visit: Visit, comparison_file: Path, width: int
) -> None:
    page = visit(comparison_file, viewport={"width": width, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
