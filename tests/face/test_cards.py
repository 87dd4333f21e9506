"""What an object shows in a notebook: short, escaped, readable on a dark page."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import travesia as tv
from tests.quantities.test_own_claims import CLAIMS, MEASURES
from travesia.api import ledger_of
from travesia.display.html import ROWS, card
from travesia.ensembles.comparison import Comparison
from travesia.kind import Case
from travesia.observe.claims import ClaimTable, score_claims
from travesia.reporting.answers import Answers
from travesia.results.result import Result
from travesia.scenario.layers import SHIPPED_FOLDER

CLOSED = ("div", "strong", "small", "table", "thead", "tbody", "tr", "th", "td")


class Reader(HTMLParser):
    """Checks that a card is well-formed and holds nothing but text and tables."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in (*CLOSED, "br"), tag
        for name, value in attrs:
            assert (name, value) in {("style", "text-align:left"), ("style", "text-align:right")}
        self.rows += tag == "tr"
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    assert reader.rows <= ROWS + 1
    assert not re.search("script|colou?r|background|http", html)
    return reader


def claims_of(folder: Path) -> ClaimTable:
    """Figures of the example with claims of its own."""
    own = folder / "own"
    shutil.copytree(SHIPPED_FOLDER / "example", own)
    (own / "system").mkdir(exist_ok=True)
    (own / "system/measures.yaml").write_text(MEASURES, "utf-8")
    (own / "system/claims_targets.csv").write_text(CLAIMS, "utf-8")
    return score_claims(tv.run(own, sample=0.2))


@pytest.fixture(scope="module")
def shown(
    result: Result, comparison: Comparison[Case], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, object]:
    scenario = tv.load("example")
    return {
        "scenario": scenario,
        "result": result,
        "scores": tv.score(result),
        "claims": claims_of(tmp_path_factory.mktemp("own")),
        "comparison": comparison,
        "effect": comparison.effects[0],
        "answers": tv.what_ifs("example", members=2, sample=0.2, workers=1),
        "ensemble": tv.ensemble("example", members=2, sample=0.2, workers=1),
        "citation": result.cite(),
        "problems": tv.check("example"),
        "ledger": ledger_of(scenario),
    }


@pytest.mark.parametrize(
    "name",
    ["scenario", "result", "scores", "claims", "comparison", "answers", "ensemble", "citation"],
)
def test_a_card_is_short_plain_and_whole(shown: dict[str, object], name: str) -> None:
    html = shown[name]._repr_html_()  # type: ignore[attr-defined]
    checked(html)
    assert len(html) < 8000


def test_every_object_is_a_line_in_a_terminal(shown: dict[str, object]) -> None:
    for name, thing in shown.items():
        assert len(repr(thing)) < 300, name
        assert "\n" not in repr(thing), name
        assert " at 0x" not in repr(thing), name


def test_a_card_escapes_what_it_is_given() -> None:
    bad = "<script>alert('x')</script>"
    html = card(bad, {bad: bad}, (bad,), [(bad,)], more=bad)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 5


def test_a_card_says_what_it_leaves_out() -> None:
    html = card("many", rows=[(str(n),) for n in range(ROWS + 3)])
    assert checked(html).rows == ROWS + 1
    assert "3 more rows: to_pandas()" in html


def test_a_card_of_a_result_holds_its_numbers(result: Result) -> None:
    html = result._repr_html_()
    assert f">{result.headline()['us_encounters']:,.0f}</td>" in html
    assert "A small invented corridor" in html


def test_a_plan_of_many_is_named_in_a_line(comparison: Comparison[Case]) -> None:
    many = replace(comparison, effects=comparison.effects * 30)
    assert "and 26 more" in repr(many)
    assert len(repr(Answers(many, ()))) < 300
