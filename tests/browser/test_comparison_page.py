"""The built page of a comparison in a real browser."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visit
from tests.report.synthetic import Payload

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def data() -> Payload:
    from tests.report.comparisons import page_data

    return page_data("no_raids", "more_offices")


@pytest.fixture(scope="module")
def comparison_file(data: Payload, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of two what-ifs of the example."""
    return written(data, tmp_path_factory.mktemp("comparison") / "c.html")


@pytest.fixture(scope="module")
def clear(data: Payload) -> Payload:
    """The same with made-up clear differences, so that every colour occurs."""
    from travesia.reporting.comparison_words import headlines
    from travesia.scenario.load import load

    data = copy.deepcopy(data)
    one = data["scenarios"][0]
    one["flows"] = [
        (*row[:2], *((40, 20, 60, "more") if n % 2 else (-30, -50, -10, "fewer")))
        for n, row in enumerate(one["flows"])
    ]
    rows = [
        {
            **o,
            "output": o["id"],
            "difference": -12_345,
            "low": -20_000,
            "high": -9_000,
            "low50": -14_000,
            "high50": -10_000,
            "per_cent": -3.2,
        }
        for o in one["outputs"]
    ]
    listed = [q.id for q in load("example").quantities.listed("compare")]
    one["headlines"] = headlines({**one, "outputs": rows}, listed, 40)
    return data


def written(data: Payload, path: Path) -> Path:
    from travesia.reporting.render import render

    return render(data, path, bundle="comparison")


def test_it_opens_from_a_file_in_silence_and_asks_nothing(
    visit: Visit, comparison_file: Path
) -> None:
    page = visit(comparison_file)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    assert page.complaints == []
    asked = [u for u in page.requests if u != comparison_file.as_uri()]
    assert [u for u in asked if not u.startswith("data:")] == []


def test_every_section_is_there_and_every_link_finds_its_mark(
    visit: Visit, comparison_file: Path
) -> None:
    page = visit(comparison_file)
    targets = page.locator("nav li a").evaluate_all("links => links.map(a => a.hash.slice(1))")
    assert targets == [
        "answer",
        "changed",
        "time",
        "map",
        "whom",
        "where",
        "waiting",
        "money",
        "sure",
        "about",
    ]
    for target in targets:
        assert page.locator(f"section#{target} > header h2, section#{target} > h1").count() == 1
    lost = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash.slice(1))"
        ".filter(id => !document.getElementById(id))"
    )
    assert lost == []


def test_the_headlines_are_those_of_the_comparison(
    visit: Visit, comparison_file: Path, data: Payload
) -> None:
    page = visit(comparison_file)
    cards = page.get_by_test_id("headline").all()
    assert len(cards) == len(data["scenarios"][0]["headlines"])
    for card, told in zip(cards, data["scenarios"][0]["headlines"], strict=True):
        text = card.inner_text()
        assert told["label"] in text
        assert told["big"] in text
        assert told["span"] in text


def test_choosing_a_scenario_changes_the_whole_page(visit: Visit, comparison_file: Path) -> None:
    page = visit(comparison_file)
    assert page.get_by_test_id("chosen").inner_text() == "No raids on the trains"
    assert "Raids on the freight trains" in page.locator("#changed").inner_text()
    before = page.get_by_test_id("outputs").inner_text()
    page.get_by_test_id("choose").nth(1).click()
    assert page.get_by_test_id("chosen").inner_text() == "A larger asylum office"
    changed = page.locator("#changed").inner_text()
    assert "Raids on the freight trains" not in changed
    assert "capacity 20" in changed
    assert "belief half life weeks" in changed
    assert page.get_by_test_id("outputs").inner_text() != before
    assert page.get_by_test_id("choose").nth(1).get_attribute("aria-pressed") == "true"


def test_the_policy_stands_with_its_dates_numbers_and_judgements(
    visit: Visit, comparison_file: Path
) -> None:
    page = visit(comparison_file)
    changed = page.locator("#changed")
    assert "Switched off." in changed.inner_text()
    assert "1 February 2019 to 31 March 2019" in changed.inner_text()
    changed.locator("summary").click()
    table = changed.locator("table").inner_text()
    assert re.search(r"stop factor\s+2.5\s+factor\s+1.5 to 4", table)
    changed.get_by_role("link", name="judgement").first.click()
    assert page.evaluate("location.hash") == "#assumptions"


def test_charts_show_the_difference_or_both_runs_and_answer_the_keyboard(
    visit: Visit, comparison_file: Path
) -> None:
    page = visit(comparison_file)
    chart = page.get_by_test_id("effect-us_encounters")
    assert chart.locator("path.band").count() == 2
    page.get_by_test_id("draw-both").click()
    assert chart.locator("path.band").count() == 0
    assert chart.locator("path.line").count() == 2
    chart.focus()
    first = chart.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    assert chart.get_attribute("aria-valuetext") != first
    assert "with the change" in first
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    assert chart.get_attribute("aria-valuetext").startswith("January 2019: difference")


def test_all_outputs_can_be_asked_for(visit: Visit, comparison_file: Path, data: Payload) -> None:
    page = visit(comparison_file)
    charts = page.locator("#time figure")
    assert charts.count() == len(data["scenarios"][0]["headlines"])
    page.get_by_test_id("all-outputs").click()
    assert charts.count() == len(data["scenarios"][0]["timelines"])


def test_the_map_tells_more_from_fewer_without_colour(
    visit: Visit, clear: Payload, tmp_path: Path
) -> None:
    page = visit(written(clear, tmp_path / "c.html"))
    dashes = page.locator("[data-testid=map] path.flow").evaluate_all(
        "paths => paths.map(p => [p.classList.contains('fewer'), p.style.strokeDasharray])"
    )
    assert {fewer for fewer, _ in dashes} == {True, False}
    assert all((dash == "none") == (not fewer) for fewer, dash in dashes)


def test_the_numbers_on_the_map_are_those_of_the_comparison(
    visit: Visit, clear: Payload, tmp_path: Path
) -> None:
    page = visit(written(clear, tmp_path / "c.html"))
    button = page.locator("[data-testid=beside] ol").nth(1).locator("button").first
    button.focus()
    tip = page.get_by_test_id("map-tip").inner_text()
    assert "−30 (nine pairs of ten: −50 to −10)" in tip
    leg = clear["legs"][clear["scenarios"][0]["flows"][0][0]]
    assert clear["places"][leg["from"]]["name"] in tip
    button.blur()
    assert page.get_by_test_id("map-tip").count() == 0


def test_what_pairs_do_not_agree_on_can_be_left_out(
    visit: Visit, comparison_file: Path, data: Payload
) -> None:
    page = visit(comparison_file)
    told = data["scenarios"][0]["flows"]
    lines = page.locator("[data-testid=map] path.flow")
    assert lines.count() == len(told)
    page.get_by_test_id("loose").uncheck()
    assert lines.count() == len([r for r in told if r[5] in ("more", "fewer")])


def test_the_map_answers_the_keyboard_and_its_choices(visit: Visit, comparison_file: Path) -> None:
    page = visit(comparison_file)
    page.get_by_test_id("map").focus()
    page.keyboard.press("ArrowRight")
    first = page.get_by_test_id("map-tip").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.get_by_test_id("map-tip").inner_text() != first
    assert page.locator("[data-testid=map] [aria-live]").inner_text().strip()
    page.keyboard.press("Escape")
    assert page.get_by_test_id("map-tip").count() == 0
    page.get_by_test_id("measure").select_option("harm")
    assert "Harms of any kind" in page.get_by_test_id("beside").inner_text()
    everything = page.locator("[data-testid=map] path.flow").count()
    page.get_by_test_id("mode").select_option(label="Freight train")
    assert 0 < page.locator("[data-testid=map] path.flow").count() < everything


def test_people_can_be_split_and_set_in_proportion(
    visit: Visit, comparison_file: Path, data: Payload
) -> None:
    page = visit(comparison_file)
    panels = page.get_by_test_id("whom-panels")
    row = data["scenarios"][0]["whom"][0]["panels"][0]["rows"][0]
    assert row["name"] in panels.inner_text()
    page.get_by_test_id("whom-scale").select_option(index=1)
    assert "%" in panels.locator("li .n b").first.inner_text()
    before = panels.inner_text()
    page.get_by_test_id("whom-measure").select_option("in_us")
    assert panels.inner_text() != before


def test_how_sure_is_told_with_what_pairing_gained(
    visit: Visit, comparison_file: Path, data: Payload
) -> None:
    page = visit(comparison_file)
    assert "times narrower" in page.get_by_test_id("gain").inner_text()
    rows = page.locator("[data-testid=outputs] tbody tr")
    assert rows.count() == len(data["scenarios"][0]["outputs"])
    assert "±" in rows.nth(1).inner_text()
    assert data["command"] in page.get_by_test_id("command").inner_text()
    assert (
        dict(data["manifest"])["sha256 of example"] in page.get_by_test_id("manifest").inner_text()
    )


def test_tab_reaches_every_control(visit: Visit, comparison_file: Path) -> None:
    page = visit(comparison_file)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the comparison"
    reached = set()
    for _ in range(140):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.dataset.testid ?? ''"))
    assert {
        "theme",
        "choose",
        "draw-both",
        "all-outputs",
        "effect-harm",
        "measure",
        "mode",
        "view",
        "loose",
        "map",
        "whom-measure",
        "where-scale",
    } <= reached


def test_dark_and_light_follow_the_reader(visit: Visit, comparison_file: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    assert visit(comparison_file, color_scheme="light").evaluate(ground) == "rgb(251, 250, 246)"
    dark = visit(comparison_file, color_scheme="dark")
    assert dark.evaluate(ground) == "rgb(20, 23, 26)"
    dark.get_by_test_id("theme").click()
    assert dark.evaluate(ground) == "rgb(251, 250, 246)"


def luminance(rgb: Sequence[float]) -> float:
    parts = [c / 255 for c in rgb]
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_directions_stand_out_from_their_ground(
    visit: Visit, comparison_file: Path, scheme: str
) -> None:
    page = visit(comparison_file, color_scheme=scheme)
    colours = page.evaluate(
        """() => ['--paper', '--land', '--sea', '--observed', '--accent'].map(name => {
             const el = document.createElement('i'); el.style.color = `var(${name})`;
             document.body.append(el);
             return getComputedStyle(el).color.match(/\\d+/g).map(Number); })"""
    )
    grounds, marks = [luminance(c) for c in colours[:3]], [luminance(c) for c in colours[3:]]
    # Text on paper needs 4.5; lines and circles on land and sea need 3 (WCAG 1.4.3, 1.4.11).
    for ground, least in zip(grounds, (4.5, 3, 3), strict=True):
        for mark in marks:
            high, low = max(ground, mark), min(ground, mark)
            assert (high + 0.05) / (low + 0.05) >= least


@pytest.mark.parametrize("width", [320, 375, 768])
def test_a_narrow_screen_never_scrolls_sideways(
    visit: Visit, clear: Payload, tmp_path: Path, width: int
) -> None:
    page = visit(written(clear, tmp_path / "c.html"), viewport={"width": width, "height": 700})
    page.get_by_test_id("all-outputs").click()
    page.locator("#changed summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


HOSTILE = "</script><img src=x onerror=\"document.title='caught'\"><!--<script>"
KEPT = frozenset({"id", "label", "start", "end", "date", "kind", "verdict", "url", "months",
                  "level", "instrument", "source", "claims", "rings", "format"})  # fmt: skip


def spoiled(value: Any, key: str = "") -> Any:
    """Every text that a scenario, a patch or the ledger could bring, made hostile."""
    if isinstance(value, dict):
        return {k: v if k in KEPT else spoiled(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [spoiled(v, key) for v in value]
    return HOSTILE if isinstance(value, str) and key not in ("flows", "waiting") else value


def test_hostile_texts_are_inert(visit: Visit, data: Payload, tmp_path: Path) -> None:
    hostile = {
        **spoiled(copy.deepcopy(data)),
        "basemap": data["basemap"],
        "settings": data["settings"],
        "extrapolated_from": None,
    }
    for one, plain in zip(hostile["scenarios"], data["scenarios"], strict=True):
        one["flows"], one["at_places"] = plain["flows"], plain["at_places"]
    page = visit(written(hostile, tmp_path / "hostile.html"))
    page.get_by_test_id("choose").nth(1).click()
    page.get_by_test_id("all-outputs").click()
    page.locator("[data-testid=beside] ol button").first.focus()
    assert page.locator("img").count() == 0
    assert page.title() != "caught"
    assert HOSTILE in page.locator("h1").inner_text()
    assert page.complaints == []


def test_one_scenario_and_one_pair_are_drawn_too(visit: Visit, tmp_path: Path) -> None:
    from tests.report.comparisons import example
    from travesia.reporting.comparison import build_comparison

    single = build_comparison(example("no_raids", members=1))
    page = visit(written(single, tmp_path / "c.html"))
    assert page.get_by_test_id("overview").count() == 0
    assert "one pair only: no interval" in page.get_by_test_id("headline").first.inner_text()
    assert page.get_by_test_id("gain").count() == 0
    assert page.complaints == []


def test_a_comparison_in_which_nothing_differs_is_drawn_too(
    visit: Visit, data: Payload, tmp_path: Path
) -> None:
    still = copy.deepcopy(data)
    for one in still["scenarios"]:
        one.update(
            headlines=[],
            outputs=[],
            timelines=[],
            flows=[],
            marks=[],
            whom=[],
            where=[],
            waiting=[],
            at_places={m["id"]: [] for m in still["measures"]},
        )
    page = visit(written(still, tmp_path / "still.html"))
    assert page.complaints == []
    assert "Neither run holds anything of this kind." in page.locator("#whom").inner_text()


def test_the_page_prints_without_its_controls(visit: Visit, comparison_file: Path) -> None:
    page = visit(comparison_file)
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.locator("#map .controls").is_hidden()
    assert page.locator("#chart-us_encounters svg").is_visible()


def test_without_javascript_the_answer_can_be_read(browser: Browser, comparison_file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(comparison_file.as_uri())
    text = page.locator("main").inner_text()
    context.close()
    assert "No raids on the trains. From January 2019 to April 2019" in text
    assert "JavaScript" in text
