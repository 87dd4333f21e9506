"""The built report of an imported FLEE case in a real browser."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror=\"document.title='caught'\"><!--<script>"


def made(path: Path, **changes: Any) -> Path:
    """The page of a run of the small case; ``changes`` are made to its instance."""
    from tests.flee.helpers import SMALL
    from travesia import api
    from travesia.kinds.flee import read_instance
    from travesia.kinds.flee.tables import run_case

    seeds = changes.pop("seeds", 5)
    case = dataclasses.replace(read_instance(SMALL), **changes)
    result = run_case(case, seeds=seeds)
    return api.report(result, path)


@pytest.fixture(scope="module")
def camps_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("camps") / "report.html")


def test_it_opens_from_a_file_in_silence_and_asks_nothing(visit: Visit, camps_file: Path) -> None:
    page = visit(camps_file)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    assert page.complaints == []
    asked = [u for u in page.requests if u != camps_file.as_uri() and not u.startswith("data:")]
    assert asked == []


def test_every_section_is_there_and_every_link_finds_its_mark(
    visit: Visit, camps_file: Path
) -> None:
    page = visit(camps_file)
    targets = page.locator("nav li a").evaluate_all("links => links.map(a => a.hash.slice(1))")
    assert targets == ["answer", "map", "camps", "scores", "imported", "about"]
    for target in targets:
        assert page.locator(f"section#{target} h1, section#{target} > header h2").count() == 1


def test_each_camp_has_its_line_band_and_published_counts(visit: Visit, camps_file: Path) -> None:
    page = visit(camps_file)
    camps = page.get_by_test_id("camp")
    assert sorted(c.locator("h3").inner_text() for c in camps.all()) == ["Duna", "Estero"]
    for camp in camps.all():
        assert camp.locator("path.line").count() == 1
        assert camp.locator("path.band").count() == 1
        assert camp.locator("path.blind").count() == 0
    counted = {c.locator("h3").inner_text(): c.locator("circle.dot").count() for c in camps.all()}
    assert counted == {"Duna": 4, "Estero": 3}


def test_scaling_and_the_blind_run_change_the_lines(visit: Visit, camps_file: Path) -> None:
    page = visit(camps_file)
    line = page.locator("[data-testid=camp] path.line").first
    before = line.get_attribute("d")
    page.get_by_test_id("plain").click()
    assert line.get_attribute("d") != before
    page.get_by_test_id("blind").check()
    assert page.locator("path.blind").count() == 2


def test_a_chart_answers_the_keyboard_and_moves_the_map(visit: Visit, camps_file: Path) -> None:
    page = visit(camps_file)
    chart = page.get_by_test_id("camp-chart").first
    chart.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.get_by_test_id("month-label").inner_text() == "January 2021"
    assert "counted" in chart.get_attribute("aria-valuetext")
    busiest = page.locator("[data-testid=beside] ol").first.inner_text()
    closed = page.get_by_test_id("policies").inner_text()
    assert "Closed: every road between Homeland and Neighbour" in closed
    page.keyboard.press("ArrowRight")
    assert page.locator("[data-testid=beside] ol").first.inner_text() != busiest
    assert page.get_by_test_id("policies").inner_text() == "Nothing is closed."


def test_the_map_has_borders_and_no_idle_choices(visit: Visit, camps_file: Path) -> None:
    page = visit(camps_file)
    assert page.locator("path.country").count() >= 2
    assert page.locator("path.graticule").count() == 0
    assert page.locator("[data-testid=map] path.flow").count() > 2
    assert page.locator("#map select").count() == 0


def test_a_map_of_the_open_sea_has_degrees(visit: Visit, tmp_path: Path) -> None:
    from tests.flee.helpers import SMALL
    from travesia.kinds.flee import read_instance

    places = tuple(
        dataclasses.replace(p, lon=-140.0 + i / 10, lat=-40.0 + i / 10)
        for i, p in enumerate(read_instance(SMALL).places)
    )
    page = visit(made(tmp_path / "sea.html", places=places, seeds=1))
    assert page.locator("path.graticule").count() >= 4
    assert "Without coasts and borders" in page.locator(".credit").inner_text()


def test_busiest_stretches_are_net_of_the_way_back(visit: Visit, camps_file: Path) -> None:
    page = visit(camps_file)
    heading = page.locator("[data-testid=beside] h3").first.inner_text()
    assert heading == "Busiest stretches, net of the way back"
    rows = page.locator("[data-testid=beside] ol").first.locator("li").all_inner_texts()
    number = lambda text: int(text.replace(",", ""))  # noqa: E731
    told = [re.search(r"([\d,]+) there, ([\d,]+) back\n+([\d,]+)", row) for row in rows]
    found = [tuple(map(number, m.groups())) for m in told if m]
    assert found
    for there, back, net in found:
        assert abs(there - back - net) <= 0.06 * there, "numbers are rounded to three digits"
    ways = [tuple(row.split("\n")[0].split(" → ")) for row in rows]
    assert not {way[::-1] for way in ways} & set(ways), "no stretch stands there both ways"


def test_the_scores_stand_beside_simple_guesses_with_the_plain_sentence(
    visit: Visit, camps_file: Path
) -> None:
    page = visit(camps_file)
    table = page.get_by_test_id("scores").inner_text()
    for word in ("the model", "blind: no capacities", "equal shares", "shares by capacity"):
        assert word in table
    values = [float(v) for v in page.locator("[data-testid=scores] td.num").all_inner_texts()]
    assert values == sorted(values)
    assert "Blind, the model" in page.get_by_test_id("verdict").inner_text()


def test_what_was_left_out_is_told(visit: Visit, tmp_path: Path) -> None:
    page = visit(made(tmp_path / "r.html", not_carried=("floods were left out",), seeds=1))
    assert "the sane version of FLEE" in page.locator("#imported").inner_text()
    assert "floods were left out" in page.locator("#imported").inner_text()
    assert page.locator("path.band").count() == 0


@pytest.mark.parametrize("width", [320, 390, 768])
def test_a_narrow_screen_never_scrolls_sideways(visit: Visit, camps_file: Path, width: int) -> None:
    page = visit(camps_file, viewport={"width": width, "height": 700})
    page.get_by_test_id("blind").check()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_hostile_names_are_inert(visit: Visit, tmp_path: Path) -> None:
    page = visit(made(tmp_path / "r.html", name=HOSTILE, remarks=(HOSTILE,), seeds=1))
    assert page.locator("img").count() == 0
    assert page.title() != "caught"
    assert HOSTILE in page.locator("h1").inner_text()
    assert page.complaints == []


def test_a_case_without_coordinates_counts_or_camps_to_score_is_drawn_too(
    visit: Visit, tmp_path: Path
) -> None:
    from tests.flee.helpers import SMALL
    from travesia.kinds.flee import read_instance

    case = read_instance(SMALL)
    places = tuple(dataclasses.replace(p, lat=None, lon=None) for p in case.places)
    counts = tuple(c for c in case.counts if c.series == "total")
    page = visit(made(tmp_path / "r.html", places=places, counts=counts, seeds=1))
    assert page.complaints == []
    assert page.locator("section#map").count() == 0
    assert page.get_by_test_id("camp").count() == 2
    assert "nothing can be scored" in page.locator("#answer").inner_text()


def test_a_case_without_any_camp_is_drawn_too(visit: Visit, tmp_path: Path) -> None:
    from tests.flee.helpers import SMALL
    from travesia.kinds.flee import read_instance

    case = read_instance(SMALL)
    places = tuple(
        dataclasses.replace(p, kind="town") if p.kind == "camp" else p for p in case.places
    )
    page = visit(made(tmp_path / "r.html", places=places, seeds=1))
    assert page.complaints == []
    assert page.get_by_test_id("camp").count() == 0
