from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from travesia.api import ledger_of
from travesia.engine.run import run
from travesia.ensembles.reducer import Reducer, layout_of
from travesia.ensembles.summary import Layout, Summary
from travesia.model.compile import compile_model
from travesia.quantities.counting import period
from travesia.results.assemble import assemble
from travesia.results.result import Result
from travesia.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def both(example: Scenario) -> tuple[Summary, Result]:
    compiled = compile_model(example, sample=0.5, seed=1)
    raw = run(compiled.model, 1)
    result = assemble(raw, compiled, example, ledger_of(example), {})
    return Reducer(example).reduce(raw, 0.5), result


def test_transitions_are_counted_since_the_start(both: tuple[Summary, Result]) -> None:
    summary, result = both
    events = result.events
    late = events[events["month"].astype(str).isin(summary.layout.months)]
    wanted = late.groupby(late["transition"].astype(str))["people"].sum()
    found = dict(
        zip(summary.layout.axes["transition"], summary["transitions_by_transition"], strict=True)
    )
    assert {t: n for t, n in found.items() if n} == pytest.approx(wanted[wanted > 0].to_dict())


def _pivot(
    frame: pd.DataFrame, column: str, labels: tuple[str, ...], months: tuple[str, ...]
) -> Any:
    sums = frame.groupby([frame[column].astype(str), frame["month"].astype(str)])["people"].sum()
    return sums.unstack(fill_value=0).reindex(index=labels, columns=months, fill_value=0).to_numpy()


@pytest.mark.parametrize(
    ("array", "axis", "tag", "column"),
    [
        ("us_encounters_by_sector", "sector", "us_encounter", "place"),
        ("us_encounters_by_nationality", "nationality", "us_encounter", "nationality"),
        ("us_encounters_by_family_type", "family_type", "us_encounter", "family_type"),
        ("mx_detentions_by_mx_state", "mx_state", "mx_detention", "region"),
        ("mx_detentions_by_nationality", "nationality", "mx_detention", "nationality"),
    ],
)
def test_breakdowns_equal_the_tables(
    both: tuple[Summary, Result], array: str, axis: str, tag: str, column: str
) -> None:
    summary, result = both
    axes = summary.layout.axes
    wanted = _pivot(result.events_tagged(tag), column, axes[axis], axes["month"])
    assert wanted.any()
    assert summary[array] == pytest.approx(wanted)


def test_flows_stocks_and_ends_equal_the_tables(
    both: tuple[Summary, Result], example: Scenario
) -> None:
    summary, result = both
    axes = summary.layout.axes
    flows = result.flows.groupby(result.flows["leg"].astype(str))["people"].sum()
    assert summary["passages_by_leg"] == pytest.approx(
        flows.reindex(axes["leg"], fill_value=0).to_numpy()
    )
    assert summary["passages_by_mode"].sum() == pytest.approx(summary["passages_by_leg"].sum())
    stocks = result.stocks.assign(month=result.stocks["date"].astype(str).str[:7])
    wanted = _pivot(stocks, "state", axes["state"], axes["month"])
    days = pd.PeriodIndex(axes["month"], freq="M").days_in_month.to_numpy()
    present = np.array([state not in example.settings.ends.states for state in axes["state"]])
    assert summary["present_by_state"][present] == pytest.approx((wanted / days)[present])
    assert not summary["present_by_state"][~present].any()
    for end in ("in_us", "returned", "settled_mx"):
        for by in ("nationality", "family_type"):
            total = summary.series(end).sum()
            assert summary[f"{end}_by_{by}"].sum() == pytest.approx(total)
    waiting = summary.series("waiting_mexico")
    assert summary["waiting_mexico_by_place"].sum(axis=0)[-len(waiting) :] == pytest.approx(waiting)
    for name in ("deaths", "harm"):
        total = summary.series(name).sum()
        for by in ("place", "nationality", "family_type"):
            assert summary[f"{name}_by_{by}"].sum() == pytest.approx(total)


def test_spin_up_does_not_count(example: Scenario) -> None:
    from travesia.scenario.load import load

    later = load("example", set={"settings.period.start": "2019-03-01"})
    compiled = compile_model(later, seed=1)
    raw = run(compiled.model, 1)
    whole, part = Reducer(example).reduce(raw), Reducer(later).reduce(raw)
    assert part.layout.spin_up_months == 2
    assert part.layout.months == ("2019-03", "2019-04")
    assert np.array_equal(part["monthly"], whole["monthly"])
    assert 0 < part["passages_by_leg"].sum() < whole["passages_by_leg"].sum()
    assert part["deaths_by_place"].sum() == part.series("deaths").sum()


def test_total_of_a_stock_is_its_fullest_month() -> None:
    values = np.array([[1.0, 5.0, 2.0]])
    assert period("max", values) == [5.0]
    assert period("sum", values) == [8.0]


def test_summary_refuses_what_does_not_fit(example: Scenario) -> None:
    layout = layout_of(example)
    with pytest.raises(ValueError, match="numbers for a layout"):
        Summary(layout, np.zeros(layout.size + 1))
    small = Layout({"month": ("2019-01",), "quantity": ("a",)}, {"monthly": ("quantity", "month")})
    with pytest.raises(ValueError, match="do not fit"):
        Summary.of(small, {"other": np.zeros((1, 1))})
    with pytest.raises(ValueError, match="shape"):
        Summary.of(small, {"monthly": np.zeros((1, 2))})
