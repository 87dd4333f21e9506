from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from travesia.api import ledger_of
from travesia.engine.run import run
from travesia.ensembles.categories import DEATHS, HARMS, transitions_of
from travesia.ensembles.metrics import METRICS, Reducer, layout_of
from travesia.ensembles.stats import period_total
from travesia.ensembles.summary import Layout, Summary
from travesia.model.compile import compile_model
from travesia.reporting.facts import Facts
from travesia.reporting.names import DEATHS as REPORT_DEATHS
from travesia.reporting.names import HARMS as REPORT_HARMS
from travesia.reporting.names import WAITING_NAMES
from travesia.reporting.timelines import METRICS as REPORT_METRICS
from travesia.reporting.timelines import series
from travesia.results.assemble import assemble
from travesia.results.result import Result
from travesia.results.states import WAITING_KINDS
from travesia.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def both(example: Scenario) -> tuple[Summary, Result]:
    compiled = compile_model(example, sample=0.5, seed=1)
    raw = run(compiled.model, 1)
    result = assemble(raw, compiled, example, ledger_of(example), {})
    return Reducer(example).reduce(raw, 0.5), result


def test_outputs_equal_those_of_the_report(both: tuple[Summary, Result]) -> None:
    summary, result = both
    facts = Facts(result)
    assert list(summary.layout.months) == facts.months
    known = {m.id for m in METRICS}
    for metric in REPORT_METRICS:
        assert metric.id in known
        assert summary.series(metric.id) == pytest.approx(series(facts, metric)), metric.id
    for causes in (HARMS, DEATHS):
        for cause, ids in transitions_of(facts.scenario.transitions, causes).items():
            assert summary.series(cause) == pytest.approx(facts.monthly(ids)), cause
    assert summary.series("deaths").sum() == pytest.approx(
        sum(summary.series(c).sum() for c in DEATHS)
    )


def test_the_lists_of_kinds_and_causes_are_those_of_the_report(example: Scenario) -> None:
    assert [kind for kind, _ in WAITING_KINDS] == list(WAITING_NAMES)
    assert set(HARMS) == set(REPORT_HARMS)
    assert set(DEATHS) == set(REPORT_DEATHS)
    found = transitions_of(example.transitions, DEATHS)
    assert "killed_in_captivity" in found["death_violence"]


def test_transitions_are_counted_since_the_start(both: tuple[Summary, Result]) -> None:
    summary, result = both
    events = result.events
    late = events[events["month"].astype(str).isin(summary.layout.months)]
    wanted = late.groupby(late["transition"].astype(str))["people"].sum()
    found = dict(zip(summary.layout.axes["transition"], summary["transitions"], strict=True))
    assert {t: n for t, n in found.items() if n} == pytest.approx(wanted[wanted > 0].to_dict())


def _pivot(
    frame: pd.DataFrame, column: str, labels: tuple[str, ...], months: tuple[str, ...]
) -> Any:
    sums = frame.groupby([frame[column].astype(str), frame["month"].astype(str)])["people"].sum()
    return sums.unstack(fill_value=0).reindex(index=labels, columns=months, fill_value=0).to_numpy()


@pytest.mark.parametrize(
    ("array", "axis", "tag", "column"),
    [
        ("encounters_by_sector", "sector", "us_encounter", "place"),
        ("encounters_by_nationality", "nationality", "us_encounter", "nationality"),
        ("encounters_by_family", "family_type", "us_encounter", "family_type"),
        ("detentions_by_state", "mx_state", "mx_detention", "region"),
        ("detentions_by_nationality", "nationality", "mx_detention", "nationality"),
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


def test_flows_stocks_and_ends_equal_the_tables(both: tuple[Summary, Result]) -> None:
    summary, result = both
    axes = summary.layout.axes
    flows = result.flows.groupby(result.flows["leg"].astype(str))["people"].sum()
    assert summary["flows"] == pytest.approx(flows.reindex(axes["leg"], fill_value=0).to_numpy())
    assert summary["passages_by_mode"].sum() == pytest.approx(summary["flows"].sum())
    stocks = result.stocks.assign(month=result.stocks["date"].astype(str).str[:7])
    wanted = _pivot(stocks, "state", axes["state"], axes["month"])
    days = pd.PeriodIndex(axes["month"], freq="M").days_in_month.to_numpy()
    assert summary["stocks"] == pytest.approx(wanted / days)
    for end, row in zip(axes["end"], summary["ends_by_nationality"], strict=True):
        assert row.sum() == pytest.approx(summary.series(end).sum())
        assert summary["ends_by_family"][axes["end"].index(end)].sum() == pytest.approx(row.sum())
    waiting = summary.series("waiting_mexico")
    assert summary["waiting_by_place"].sum(axis=0)[-len(waiting) :] == pytest.approx(waiting)
    for name in ("deaths", "harm"):
        total = summary.series(name).sum()
        for by in ("place", "nationality", "family"):
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
    assert 0 < part["flows"].sum() < whole["flows"].sum()
    assert part["deaths_by_place"].sum() == part.series("deaths").sum()


def test_total_of_a_stock_is_its_fullest_month() -> None:
    values = np.array([[1.0, 5.0, 2.0]])
    assert period_total("max", values) == [5.0]
    assert period_total("sum", values) == [8.0]


def test_summary_survives_its_file(both: tuple[Summary, Result]) -> None:
    summary, _ = both
    again = Summary.from_npz(summary.to_npz())
    assert again.digest() == summary.digest()
    assert again.layout == summary.layout
    assert sum(r["value"] for r in again.rows() if r["array"] == "flows") == pytest.approx(
        summary["flows"].sum()
    )


def test_summary_refuses_what_does_not_fit(example: Scenario) -> None:
    layout = layout_of(example)
    with pytest.raises(ValueError, match="numbers for a layout"):
        Summary(layout, np.zeros(layout.size + 1))
    small = Layout({"month": ("2019-01",), "metric": ("a",)}, {"monthly": ("metric", "month")})
    with pytest.raises(ValueError, match="do not fit"):
        Summary.of(small, {"other": np.zeros((1, 1))})
    with pytest.raises(ValueError, match="shape"):
        Summary.of(small, {"monthly": np.zeros((1, 2))})
