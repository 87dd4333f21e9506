"""The built report in a real browser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

MONTH = "[data-testid=month]"
LABEL = "[data-testid=month-label]"


def set_month(page: Any, index: int) -> None:
    page.locator(MONTH).evaluate(
        "(el, v) => { el.value = v; el.dispatchEvent(new Event('input', { bubbles: true })); }",
        index,
    )


def busiest(page: Any) -> Any:
    return page.locator("[data-testid=beside] ol").first.inner_text()


def widths(page: Any) -> Any:
    return page.locator("[data-testid=map] path.flow").evaluate_all(
        "paths => Object.fromEntries(paths.map(p => [p.dataset.leg, p.style.strokeWidth]))"
    )


def test_it_opens_from_a_file_in_silence_and_asks_nothing(visit: Visit, report_file: Path) -> None:
    page = visit(report_file)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    assert page.complaints == []
    assert [
        u for u in page.requests if u != report_file.as_uri() and not u.startswith("data:")
    ] == []


def test_every_section_is_there_and_the_contents_lead_to_it(
    visit: Visit, report_file: Path
) -> None:
    page = visit(report_file)
    targets = page.locator("nav li a").evaluate_all("links => links.map(a => a.hash.slice(1))")
    assert len(targets) == 11
    for target in targets:
        assert page.locator(f"section#{target} h1, section#{target} h2").count() == 1


def test_every_link_inside_the_page_finds_its_mark(visit: Visit, report_file: Path) -> None:
    page = visit(report_file)
    lost = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash.slice(1))"
        ".filter(id => !document.getElementById(id))"
    )
    assert lost == []


def test_the_month_moves_the_map_and_its_labels(visit: Visit, report_file: Path) -> None:
    page = visit(report_file)
    set_month(page, 0)
    assert page.locator(LABEL).inner_text() == "January 2013"
    before, list_before = widths(page), busiest(page)
    assert "Southern Border Program" not in page.locator("[data-testid=policies]").inner_text()
    set_month(page, 110)
    assert page.locator(LABEL).inner_text() == "March 2022"
    assert busiest(page) != list_before
    assert widths(page) != before
    assert "National Guard" in page.locator("[data-testid=policies]").inner_text()


def test_a_policy_is_listed_while_it_is_in_force_only(visit: Visit, report_file: Path) -> None:
    page = visit(report_file)
    listed = page.locator("[data-testid=policies]")
    for month, expected in [(71, False), (72, True), (96, True), (97, False)]:
        set_month(page, month)
        assert ("Remain in Mexico" in listed.inner_text()) is expected


def test_filters_change_the_flows(visit: Visit, report_file: Path) -> None:
    page = visit(report_file)
    everything = widths(page)
    page.get_by_test_id("mode").select_option(label="Freight train")
    trains = widths(page)
    assert 0 < len(trains) < len(everything)
    assert all("freight_train" in leg for leg in trains)
    page.get_by_test_id("mode").select_option("all")
    before = busiest(page)
    page.get_by_test_id("family").select_option(label="children alone")
    children = busiest(page)
    assert children != before
    page.get_by_test_id("group").select_option(label="Guatemala")
    assert busiest(page) != children


def test_the_numbers_on_the_map_are_those_of_the_run(visit: Visit, report_file: Path) -> None:
    from tests.report.synthetic import synthetic_result

    flows = synthetic_result().flows
    page = visit(report_file)
    set_month(page, 100)
    page.get_by_test_id("group").select_option(label="Honduras")
    page.get_by_test_id("family").select_option(label="families")
    expected = flows[(flows["month"] == "2021-05") & (flows["cohort"] == "hnd-family")]
    top = expected.sort_values("people").iloc[-1]
    page.locator("[data-testid=beside] ol button").first.focus()
    tip = page.get_by_test_id("map-tip").inner_text()
    assert f"{int(top['people']):,} people this month" in tip


def test_play_moves_on_and_stops(visit: Visit, report_file: Path) -> None:
    page = visit(report_file)
    set_month(page, 10)
    page.get_by_test_id("play").click()
    for _ in range(50):
        if int(page.locator(MONTH).input_value()) > 11:
            break
        page.wait_for_timeout(100)
    page.get_by_test_id("play").click()
    stopped = page.locator(MONTH).input_value()
    assert int(stopped) > 11
    page.wait_for_timeout(900)
    assert page.locator(MONTH).input_value() == stopped


def test_a_place_answers_the_pointer(visit: Visit, report_file: Path) -> None:
    page = visit(report_file)
    page.get_by_test_id("map").scroll_into_view_if_needed()
    spot = page.locator("[data-testid=map] circle.stock").first.bounding_box()
    page.mouse.move(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2)
    assert re.search(r"\d", page.get_by_test_id("map-tip").inner_text())
    page.mouse.move(5, 5)
    assert page.get_by_test_id("map-tip").count() == 0


def test_the_keyboard_reaches_the_map_and_the_charts(visit: Visit, report_file: Path) -> None:
    page = visit(report_file)
    page.locator(MONTH).focus()
    set_month(page, 50)
    page.keyboard.press("ArrowRight")
    assert page.locator(MONTH).input_value() == "51"
    page.get_by_test_id("map").focus()
    page.keyboard.press("ArrowRight")
    first = page.get_by_test_id("map-tip").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.get_by_test_id("map-tip").inner_text() != first
    assert page.locator("[data-testid=map] [aria-live]").inner_text().strip()
    page.keyboard.press("Escape")
    assert page.get_by_test_id("map-tip").count() == 0
    page.get_by_test_id("chart-deaths").focus()
    page.keyboard.press("PageDown")
    assert page.locator(MONTH).input_value() == "39"


def test_tab_reaches_every_control_of_the_map(visit: Visit, report_file: Path) -> None:
    page = visit(report_file)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.dataset.testid ?? ''"))
    assert {"theme", "group", "family", "mode", "view", "play", "month", "map"} <= reached


def test_a_source_is_one_click_away(visit: Visit, report_file: Path) -> None:
    page = visit(report_file)
    page.locator("#chart-us_encounters figcaption a").first.click()
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.id") == "source-P1"
    assert page.locator("#source-P1 a").get_attribute("href") == "https://example.org/one"
    assert page.locator("#source-P2 a").count() == 0


def test_the_assumptions_can_be_searched(visit: Visit, report_file: Path) -> None:
    page = visit(report_file)
    page.get_by_test_id("search").fill("KIDNAPPING mx-tam")
    assert page.get_by_test_id("found").inner_text() == "5 numbers"
    page.get_by_test_id("search").fill("nothing of the kind")
    assert "Nothing fits" in page.get_by_test_id("assumptions").inner_text()


def test_scores_can_be_split_by_role(visit: Visit, report_file: Path) -> None:
    page = visit(report_file)
    table = page.get_by_test_id("scores").locator("tbody tr")
    assert table.count() == 4
    page.get_by_test_id("role-prediction").click()
    assert table.count() == 2
    assert "Worse than every simple guess" not in page.get_by_test_id("scores").inner_text()


def test_dark_and_light_follow_the_reader(visit: Visit, report_file: Path) -> None:
    light = visit(report_file, color_scheme="light")
    dark = visit(report_file, color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert light.evaluate(ground) == "rgb(251, 250, 246)"
    assert dark.evaluate(ground) == "rgb(20, 23, 26)"
    dark.get_by_test_id("theme").click()
    assert dark.evaluate(ground) == "rgb(251, 250, 246)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(visit: Visit, report_file: Path, scheme: str) -> Any:
    page = visit(report_file, color_scheme=scheme)
    colours = page.evaluate(
        """() => ['--paper', '--ink', '--soft', '--faint', '--accent', '--observed', '--good',
                  '--poor', '--mark'].map(name => { const el = document.createElement('i');
             el.style.color = `var(${name})`; document.body.append(el);
             return getComputedStyle(el).color.match(/\\d+/g).map(Number); })"""
    )

    def luminance(rgb: Sequence[float]) -> float:
        parts = [c / 255 for c in rgb]
        parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    paper = luminance(colours[0])
    for colour in colours[1:]:
        high, low = max(paper, luminance(colour)), min(paper, luminance(colour))
        assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize("width", [320, 375, 768])
def test_a_narrow_screen_never_scrolls_sideways(
    visit: Visit, report_file: Path, width: int
) -> None:
    page = visit(report_file, viewport={"width": width, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for view in ("south", "north"):
        page.get_by_test_id("view").select_option(view)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_hostile_names_are_inert(visit: Visit, tmp_path: Path) -> None:
    from tests.report.synthetic import (
        full_payload,
        scenario_tables,
        synthetic_evidence,
        synthetic_result,
    )
    from travesia.reporting.render import render

    hostile = "</script><img src=x onerror=\"document.title='caught'\"><!--<script>"
    tables = scenario_tables()
    tables["places"]["name"] = hostile
    tables["policies"]["name"] = hostile
    tables["transitions"]["description"] = hostile
    evidence = [{**row, "title": hostile, "publisher": hostile} for row in synthetic_evidence()]
    payload = full_payload(synthetic_result(tables), evidence=evidence, title=hostile)
    page = visit(render(payload, tmp_path / "hostile.html"))
    set_month(page, 100)
    page.locator("[data-testid=beside] ol button").first.focus()
    assert page.locator("img").count() == 0
    assert page.title() != "caught"
    assert hostile in page.locator("h1").inner_text()
    assert page.complaints == []


def test_the_page_prints_without_its_controls(visit: Visit, report_file: Path) -> None:
    page = visit(report_file)
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.locator(".controls").first.is_hidden()
    assert page.locator("#chart-deaths svg").is_visible()


def test_without_javascript_the_answer_can_be_read(
    visit: Visit, browser: Browser, report_file: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report_file.as_uri())
    text = page.locator("main").inner_text()
    context.close()
    assert "people set out" in text
    assert "JavaScript" in text
