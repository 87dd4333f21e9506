"""The section "What it costs, and who pays" of the report and of the comparison."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from travesia import api
from travesia.reporting.comparison import build_comparison
from travesia.reporting.comparison_words import sums_told
from travesia.reporting.data import build_payload
from travesia.reporting.names import Words
from travesia.results.result import Result


@pytest.fixture(scope="module")
def result(paid_example: Path) -> Result:
    return api.run(paid_example, seed=3, threads=1)


def test_the_payload_holds_the_bill_and_the_ledger(result: Result) -> None:
    told = build_payload(result)["money"]
    by_item = {r["id"]: r for r in told["items"]}
    table = result.money
    for item, row in by_item.items():
        usd = float(table.loc[table["item"] == item, "usd"].sum())
        assert row["usd"] == pytest.approx(usd, rel=0.005), item
    assert set(by_item) == set(table["item"].astype(str))
    payers = {r["id"]: r["usd"] for r in told["payers"]}
    assert payers["business"] == 9
    assert (by_item["bribe"]["p90"] or 0) > (by_item["bribe"]["typical"] or 0) > 200
    assert by_item["head"]["p90"] is None  # not drawn
    assert by_item["raids"]["units"] is None  # a sum is not a number of events
    assert by_item["bribe"]["source"] == ["S4-p20-d"]
    years = told["by_year"]
    assert years is not None
    assert [r["name"] for r in years["rows"]] == ["2019 (part)"]
    ledger = {r["id"]: r for r in told["ledger"]}
    assert (ledger["aid"]["counted"], ledger["raids"]["counted"]) == (True, False)
    assert ledger["raids"]["buys"] == "Raids on the freight trains"
    assert ledger["raids"]["part_of"] == "Aid"
    assert told["total"].startswith("The United States: 1 million USD.")


def test_the_page_carries_the_section(result: Result, tmp_path: Path) -> None:
    page = api.report(result, tmp_path / "report.html")
    text = Path(page).read_text("utf-8")
    assert "What it costs, and who pays" in text
    assert "Firms (trade lost)" in text


def test_a_run_without_money_says_so() -> None:
    told = build_payload(api.run("example", seed=3, threads=1))["money"]
    assert told["items"] == told["ledger"] == []
    assert told["by_year"] is None


def test_a_comparison_tells_the_difference_in_money(paid_example: Path) -> None:
    base = api.load(paid_example)
    other = api.load(paid_example, set={"money.raids.value": 0})
    found = api.compare(base, other, members=2, sample=1.0, draws=False)
    rows = {r["output"]: r for r in found.effects[0].outputs()}
    assert rows["cost_united_states"]["kind"] == "money"
    assert rows["cost_united_states"]["difference"] == pytest.approx(-300_000)
    page = build_comparison(found)
    group = next(g for g in page["scenarios"][0]["money"] if g["id"] == "united_states")
    assert group["panels"][0]["rows"][0]["name"] == "Raids"
    story = " ".join(page["scenarios"][0]["story"])
    assert re.search(r"In money there are .*US dollars paid by the United States", story)
    assert "Raids: 300,000 US dollars less." in story
    json.dumps(page)


def test_a_wave_is_the_six_months_that_cost_most() -> None:
    series = {"cost_mexico": [1.0, 0, 0, 9e6, 1e6, 1e6, 1e6, 1e6, 1e6, 0, 0, 50.0]}
    cells = [{"item": "works", "difference": 2e7}, {"item": "bribe", "difference": 5.0}]
    told = sums_told(cells, series, {"works": ("Works", "mexico")}, Words())
    assert len(told) == 1
    assert "Works: 20 million US dollars more." in told[0]
    assert "6 months in a row that cost mexico most without the change cost 14 million" in told[0]
