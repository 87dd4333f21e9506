"""The bill of a run is its own counts times the unit costs, to the cent."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from travesia import api, rng
from travesia.engine.run import run as simulate
from travesia.ensembles.reducer import Reducer
from travesia.model.compile import compile_model
from travesia.model.sampling import Sampler
from travesia.reporting.facts import Facts
from travesia.reporting.money import money
from travesia.results.money import Item, MoneyBook, payments
from travesia.results.result import Result
from travesia.scenario.load import load


@pytest.fixture(scope="module")
def result(paid_example: Path) -> Result:
    return api.run(paid_example, seed=3, threads=1)


def usd(result: Result, item: str, month: str = "", column: str = "usd") -> float:
    rows = result.money[result.money["item"] == item]
    return float(rows.loc[rows["month"].astype(str).str.startswith(month), column].sum())


def of(result: Result, table: str, **where: Any) -> pd.DataFrame:
    frame = result.tables[table]
    for column, wanted in where.items():
        frame = frame[frame[column].astype(str).isin([wanted])]
    return frame


def test_events_by_person(result: Result) -> None:
    people = of(result, "events", transition="detained")["people"].sum()
    assert people > 0
    assert [usd(result, "head", column=c) for c in ("usd", "low", "high")] == [
        2 * people,
        people,
        4 * people,
    ]
    assert usd(result, "head", column="units") == people


def test_the_page_bills_each_payer_what_the_quantity_says(result: Result) -> None:
    payers = money(Facts(result), {})["payers"]
    assert len(payers) >= 2
    for payer in payers:
        assert payer["usd"] == pytest.approx(result.total(f"cost_{payer['id']}"), rel=0.01)


def test_days_count_from_their_date_on(result: Result) -> None:
    nights = of(result, "stocks", state="sheltered")
    later = nights[nights["date"].astype(str) >= "2019-02-01"]["people"].sum()
    assert later > 0
    assert usd(result, "night") == 10 * later
    assert usd(result, "night", "2019-01") == 0.0


def test_fares_are_the_written_costs(result: Result) -> None:
    legs = result.scenario_table("legs").set_index("id")
    flows = result.flows.assign(leg=result.flows["leg"].astype(str))
    bus = flows[flows["leg"].map(legs["mode"]) == "bus"]
    assert usd(result, "bus") == pytest.approx(
        (bus["people"] * bus["leg"].map(legs["cost_high_usd"])).sum()
    )
    assert usd(result, "bus", column="low") == pytest.approx(
        0.5 * (bus["people"] * bus["leg"].map(legs["cost_low_usd"])).sum()
    )
    over = flows[flows["leg"].map(legs["role"]) == "crossing"]
    middle = (legs["cost_low_usd"] + legs["cost_high_usd"]) / 2
    assert usd(result, "line") == pytest.approx((over["people"] * over["leg"].map(middle)).sum())


def test_policy_days_and_sums_do_not_depend_on_people(result: Result) -> None:
    assert usd(result, "closed") == 3 * 3.0  # 1 to 3 February: in force, and within its own dates
    assert usd(result, "raids", "2019-01") == pytest.approx(21 / 30 * 300_000)
    assert usd(result, "raids", "2019-02") == pytest.approx(9 / 30 * 300_000)
    assert usd(result, "raids") == pytest.approx(300_000)
    assert usd(result, "aid") == 0.0  # it buys no policy: in the ledger, not in the bill


def test_bribes_are_drawn_case_by_case(result: Result) -> None:
    parties = of(result, "events", transition="extorted_let_go")["parties"].sum()
    assert parties > 50
    assert usd(result, "bribe", column="units") == parties
    spread = math.log(900 / 400) / 1.2815515655446004
    expected = 400 * math.exp(spread**2 / 2)
    sd = expected * math.sqrt(math.exp(spread**2) - 1)
    assert abs(usd(result, "bribe") / parties - expected) < 4.5 * sd / math.sqrt(parties)
    assert usd(result, "bribe", column="high") == pytest.approx(
        parties * 999 * math.exp(spread**2 / 2)
    )
    rows = result.money[result.money["item"] == "bribe"]
    assert (rows["median"] < rows["p90"]).all()
    assert rows["median"].nunique() == len(rows)


def test_payments_follow_their_distribution_and_keep_their_luck() -> None:
    item = Item(
        "bribe",
        "event",
        "people",
        "officers",
        "bribe",
        400,
        200,
        999,
        math.log(900 / 400) / 1.2815515655446004,
    )
    many = payments(item, "2019-01", 20_000, 7)
    assert np.median(many) == pytest.approx(400, rel=0.02)
    assert np.quantile(many, 0.9) == pytest.approx(900, rel=0.03)
    assert np.array_equal(payments(item, "2019-01", 100, 7), many[:100])  # more change no other
    assert not np.array_equal(payments(item, "2019-02", 100, 7), many[:100])
    assert not np.array_equal(payments(item, "2019-01", 100, 8), many[:100])
    key = rng.run_key(7) ^ rng.name_key("payment:bribe:2019-01")
    u = [rng.unit(rng.draw(key, n)) for n in (0, 1)]
    normal = math.sqrt(-2 * math.log1p(-u[0])) * math.cos(2 * math.pi * u[1])
    assert many[0] == pytest.approx(400 * math.exp(item.spread * normal))


def test_a_sample_is_scaled_up_and_sums_are_not(paid_example: Path) -> None:
    half = api.run(paid_example, seed=3, sample=0.5, threads=1)
    people = of(half, "events", transition="detained")["people"].sum()
    assert usd(half, "head") == pytest.approx(2 * people)
    assert usd(half, "closed") == 9.0
    assert usd(half, "raids") == pytest.approx(300_000)


@pytest.mark.parametrize("sample", [1.0, 0.5])
def test_members_of_an_ensemble_have_the_same_bill(paid_example: Path, sample: float) -> None:
    scenario = load(paid_example)
    compiled = compile_model(scenario, sample=sample, seed=3)
    raw = simulate(compiled.model, 3, threads=1)
    summary = Reducer(scenario).reduce(raw, sample)
    run = api.run(paid_example, seed=3, sample=sample, threads=1)
    items = summary.layout.axes["item"]
    totals = dict(zip(items, summary["costs_by_item"].sum(axis=1), strict=True))
    for item in ("head", "night", "bus", "line", "closed", "raids"):
        assert totals[item] == pytest.approx(usd(run, item)), item
    assert summary.series("cost_business").sum() == pytest.approx(9.0)
    assert summary.series("cost_mexico").sum() == pytest.approx(usd(run, "head"))
    assert summary.series("cost_people").sum() == pytest.approx(
        sum(totals[i] for i in ("bribe", "bus", "line"))
    )


def test_draws_move_unit_costs_within_their_ranges(paid_example: Path) -> None:
    book = MoneyBook(load(paid_example))
    drawn = [book.drawn(Sampler(d, 3)).items for d in range(40)]
    bribes = [next(i.value for i in items if i.id == "bribe") for items in drawn]
    assert len(set(bribes)) == 40
    assert all(200 <= b <= 999 for b in bribes)
    assert all(next(i.value for i in items if i.id == "raids") == 300_000 for items in drawn)
    same = book.drawn(Sampler(None, 3)).items
    assert same == book.items


def test_sums_days_of_a_policy_and_fares_are_drawn_too(paid_example: Path, tmp_path: Path) -> None:
    """All money with a range is part of the draws, the same for both scenarios of a pair."""
    folder = tmp_path / "example"
    shutil.copytree(paid_example, folder)
    ledger = folder / "money.csv"
    text = ledger.read_text("utf-8")
    ledger.write_text(text.replace("raids,,300000,,", "raids,200000,300000,900000,"), "utf-8")
    book, other = MoneyBook(load(folder)), MoneyBook(load(folder, ["no_raids"]))
    values: dict[str, set[float]] = {"raids": set(), "closed": set()}
    fares = []
    for d in range(20):
        drawn, pair = book.drawn(Sampler(d, 3)), other.drawn(Sampler(d, 3))
        assert drawn.items == pair.items
        for name, seen in values.items():
            seen.add(next(i.value for i in drawn.items if i.id == name))
        low, usual, high = drawn._fares
        assert ((low <= usual + 1e-9) & (usual <= high + 1e-9)).all()
        fares.append(usual.sum())
    assert all(200_000 <= v <= 900_000 for v in values["raids"])
    assert all(1 <= v <= 5 for v in values["closed"])
    assert {len(v) for v in (*values.values(), set(fares))} == {20}
    low, usual, high = book.drawn(Sampler(None, 3))._fares
    assert (np.array([low, usual, high]) == book._fares).all()


def test_a_scenario_without_tables_has_no_bill() -> None:
    plain = api.run("example", seed=3, threads=1)
    assert len(plain.money) == 0
    assert "money" not in plain.scenario_tables


def test_money_changes_nobody_s_journey(result: Result) -> None:
    plain = api.run("example", seed=3, threads=1)
    for name in ("events", "flows", "stocks"):
        columns = list(plain.tables[name].columns)
        a, b = (r.tables[name][columns].astype(str) for r in (plain, result))
        pd.testing.assert_frame_equal(a, b)


def test_spending_half_halves_the_policy(paid_example: Path) -> None:
    full = load(paid_example)
    half = load(paid_example, set={"money.raids.value": 150_000})
    scaled = load("example", set={"policies.train_raids.scale": 0.5})
    edits = [
        [(e.target, e.start, np.asarray(e.value).tolist()) for e in compile_model(s).model.edits]
        for s in (half, scaled, full)
    ]
    assert edits[0] == edits[1] != edits[2]
