"""What every page owes its readers: print, contrast, keyboard, names, colours and phones."""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PAGES = ("report", "comparison", "camps")

CONTRAST = """() => {
  const numbers = (c) => {
    const [r, g, b, a = 1] = c.match(/[\\d.]+/g).map(Number);
    return c.startsWith('color(') ? [255 * r, 255 * g, 255 * b, a] : [r, g, b, a];
  };
  const over = (top, below) => top.slice(0, 3).map((v, i) => v * (top[3] ?? 1) + below[i] * (1 - (top[3] ?? 1)));
  const light = (rgb) => rgb.slice(0, 3).map((v) => v / 255).map((v) => (v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
  const ground = (el) => {
    const layers = [];
    for (let e = el; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.backgroundImage !== 'none') return null;
      const c = numbers(style.backgroundColor);
      if ((c[3] ?? 1) > 0) layers.push(c);
      if ((c[3] ?? 1) === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const faint = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const el = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || el.closest('svg, script, style, noscript') || !el.checkVisibility()) continue;
    const style = getComputedStyle(el);
    const below = ground(el);
    const ink = numbers(style.color);
    if (!below) continue;
    const [a, b] = [light(over(ink, below)), light(below)];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const large = parseFloat(style.fontSize) >= 24;
    if (ratio < (large ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} ${walk.currentNode.data.trim().slice(0, 40)}`);
  }
  return faint;
}"""  # noqa: E501

UNREACHABLE = """() => [...document.querySelectorAll('main *')].filter((el) => {
  const style = getComputedStyle(el);
  const scrolls = /auto|scroll/.test(style.overflowX + style.overflowY)
    && (el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 1);
  return scrolls && el.checkVisibility() && el.tabIndex < 0
    && !el.querySelector('a, button, input, select, summary, [tabindex="0"]');
}).map((el) => el.outerHTML.slice(0, 80))"""

NAMELESS = """() => [...document.querySelectorAll('svg')].filter((el) =>
  el.getAttribute('aria-hidden') !== 'true'
  && !(el.getAttribute('role') === 'img' && el.getAttribute('aria-label')?.trim())
).map((el) => el.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def files(report_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One page of each kind."""
    from tests.flee.helpers import SMALL
    from tests.report.comparisons import page_data
    from travesia import api
    from travesia.kinds.flee import read_instance
    from travesia.kinds.flee.tables import run_case
    from travesia.reporting.render import render

    folder = tmp_path_factory.mktemp("pages")
    comparison = page_data("no_raids", "more_offices")
    result = run_case(read_instance(SMALL), seeds=2)
    return {
        "report": report_file,
        "comparison": render(comparison, folder / "c.html", bundle="comparison"),
        "camps": api.report(result, folder / "f.html"),
    }


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(
    visit: Visit, files: dict[str, Path], kind: str, scheme: str
) -> None:
    page = visit(files[kind], color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []


def test_the_measure_of_contrast_finds_a_faint_text(visit: Visit, files: dict[str, Path]) -> None:
    page = visit(files["report"])
    page.evaluate("document.querySelector('h1').style.color = '#ddd'")
    assert len(page.evaluate(CONTRAST)) == 1


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_whatever_scrolls_can_be_reached_with_the_keyboard(
    visit: Visit, files: dict[str, Path], kind: str, width: int
) -> None:
    page = visit(files[kind], viewport={"width": width, "height": 800})
    page.wait_for_timeout(200)
    assert page.evaluate(UNREACHABLE) == []
    regions = page.locator("[role=region]")
    assert all(r.get_attribute("aria-label") for r in regions.all())


def test_a_table_that_fits_is_no_stop_of_the_keyboard(visit: Visit, files: dict[str, Path]) -> None:
    wide = visit(files["report"], viewport={"width": 1600, "height": 900})
    narrow = visit(files["report"], viewport={"width": 390, "height": 900})
    count = "document.querySelectorAll('.scroll[tabindex]').length"
    assert wide.evaluate(count) < narrow.evaluate(count)


@pytest.mark.parametrize("kind", PAGES)
def test_every_graphic_has_a_name_or_is_decoration(
    visit: Visit, files: dict[str, Path], kind: str
) -> None:
    page = visit(files[kind])
    assert page.evaluate(NAMELESS) == []
    assert page.locator("svg[role=img]").count() >= 1


@pytest.mark.parametrize("kind", PAGES)
def test_all_sections_can_be_reached_from_the_bar_of_a_phone(
    visit: Visit, files: dict[str, Path], kind: str
) -> None:
    page = visit(files[kind], viewport={"width": 390, "height": 800})
    links = page.locator("nav li a")
    assert not links.first.is_visible()
    page.get_by_test_id("contents").click()
    boxes = [link.bounding_box() for link in links.all()]
    assert len(boxes) >= 4
    for box in boxes:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["height"] >= 24
    links.last.click()
    assert not links.first.is_visible()
    target = links.last.get_attribute("href")
    page.wait_for_function(
        "id => Math.abs(document.querySelector(id).getBoundingClientRect().top) < 200", arg=target
    )


def printed_pages(data: bytes) -> list[int]:
    """Bytes of drawing on every page of a PDF."""
    objects = {int(n): body for n, body in re.findall(rb"(\d+) 0 obj(.*?)endobj", data, re.DOTALL)}
    sizes = []
    for body in objects.values():
        if not re.search(rb"/Type\s*/Page\b", body):
            continue
        found = re.search(rb"/Contents\s+(\d+) 0 R", body)
        assert found is not None
        stream = re.search(rb"stream\r?\n(.*)endstream", objects[int(found[1])], re.DOTALL)
        assert stream is not None
        sizes.append(len(zlib.decompress(stream[1].rstrip(b"\r\n"))))
    return sizes


@pytest.mark.parametrize(("kind", "most"), [("report", 20), ("comparison", 14), ("camps", 8)])
def test_no_printed_page_is_blank(
    visit: Visit, files: dict[str, Path], kind: str, most: float
) -> None:
    page = visit(files[kind])
    sizes = printed_pages(page.pdf(format="A4"))
    assert 1 <= len(sizes) <= most
    assert min(sizes) > 600, sizes


def test_a_long_list_of_policies_prints_whole(visit: Visit, files: dict[str, Path]) -> None:
    page = visit(files["report"])
    page.evaluate(
        "const list = document.querySelector('[data-testid=policies] ul');"
        "const row = list.querySelector('li');"
        "for (let i = 0; i < 60; i++) list.append(row.cloneNode(true));"
    )
    shown = page.get_by_test_id("policies").evaluate("el => el.clientHeight")
    page.emulate_media(media="print")
    box = page.get_by_test_id("policies").evaluate("el => [el.clientHeight, el.scrollHeight]")
    assert box[0] == box[1] > 2 * shown
    sizes = printed_pages(page.pdf(format="A4"))
    assert min(sizes) > 600, sizes


# -- colours -------------------------------------------------------------------------------------

SIGHT = {
    # Machado, Oliveira and Fernandes 2009, severity 1.
    "full": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
LEAST = {"full": 20.0, "deuteranopia": 20.0, "protanopia": 20.0, "tritanopia": 14.0}
MODES = ("bus", "guided", "truck", "train", "road", "track", "boat", "air")


def lab(rgb: Sequence[float], sight: np.ndarray) -> Any:
    part = np.asarray(rgb) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    linear = np.clip(sight @ linear, 0, 1)
    xyz = (
        np.array(
            [
                [0.4124564, 0.3575761, 0.1804375],
                [0.2126729, 0.7151522, 0.0721750],
                [0.0193339, 0.1191920, 0.9503041],
            ]
        )
        @ linear
    )
    f = [np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz / (0.95047, 1, 1.08883)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_modes_differ_for_readers_who_see_fewer_colours(
    visit: Visit, files: dict[str, Path], scheme: str
) -> None:
    page = visit(files["report"], color_scheme=scheme)
    colours = page.evaluate(
        """(names) => names.map((name) => { const el = document.createElement('i');
             el.style.color = `var(--mode-${name})`; document.body.append(el);
             return getComputedStyle(el).color.match(/\\d+/g).map(Number); })""",
        list(MODES),
    )
    for sight, matrix in SIGHT.items():
        seen = dict(zip(MODES, (lab(c, matrix) for c in colours), strict=True))
        for a, b in itertools.combinations(MODES, 2):
            # CIE76: 2 is just noticeable side by side.
            assert np.linalg.norm(seen[a] - seen[b]) >= LEAST[sight], (sight, a, b)


def test_modes_have_a_second_mark_beside_their_colour(visit: Visit, files: dict[str, Path]) -> None:
    page = visit(files["report"])
    dashes = page.locator("#map .legend span > svg:first-child line").evaluate_all(
        "lines => lines.map(l => l.style.strokeDasharray).filter(Boolean)"
    )
    assert len(dashes) >= 4
    assert len(set(dashes)) == len(dashes)
    patterns = page.locator("#ways pattern").count()
    assert patterns >= len(dashes) - 2


def test_only_what_is_switched_on_is_in_force(visit: Visit, tmp_path: Path) -> None:
    from tests.report.synthetic import full_payload, scenario_tables, synthetic_result
    from travesia.reporting.render import render

    tables = scenario_tables()
    first = tables["policies"]["name"].iloc[0]
    tables["policies"]["enabled"] = tables["policies"]["name"] != first
    page = visit(render(full_payload(synthetic_result(tables)), tmp_path / "r.html"))
    lists = page.evaluate(
        """() => { const el = document.querySelector('[data-testid=month]'); const seen = [];
             for (let i = 0; i <= Number(el.max); i++) {
               el.value = i; el.dispatchEvent(new Event('input', { bubbles: true }));
               seen.push(i);
             } return seen.length; }"""
    )
    assert lists > 100
    ever = set()
    for month in range(0, lists, 6):
        page.locator("[data-testid=month]").evaluate(
            "(el, v) => { el.value = v; el.dispatchEvent(new Event('input', { bubbles: true })); }",
            month,
        )
        assert first not in page.get_by_test_id("policies").inner_text()
        off = page.get_by_test_id("policies-off")
        if off.count():
            ever.add(off.text_content())
    assert any(first in text for text in ever)


def test_large_numbers_are_written_one_way(visit: Visit, files: dict[str, Path]) -> None:
    page = visit(files["report"])
    text = page.locator("main").inner_text() + " ".join(
        page.locator("svg text").all_text_contents()
    )
    assert not re.search(r"\d\s?(m|k|bn|M|K)\b(?!\w)", text)


@pytest.mark.parametrize("kind", PAGES)
def test_sentences_are_not_glued_together(visit: Visit, files: dict[str, Path], kind: str) -> None:
    page = visit(files[kind])
    text = page.locator("main").inner_text()
    # A full stop or semicolon between a small and a capital letter, with no blank: "2023.CC".
    assert re.findall(r"[a-z0-9)][.;:](?=[A-Z][A-Za-z]+ )\S+", text) == []
