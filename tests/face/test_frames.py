"""Frames with real dates: time can be resampled, and no row is lost or moved."""

from __future__ import annotations

import pandas as pd
import pytest

import travesia as tv
from travesia.display.frames import dated, months
from travesia.ensembles.comparison import Comparison
from travesia.kind import Case
from travesia.results.contract import TABLES
from travesia.results.result import Result


def test_every_table_of_a_run_has_dates(result: Result) -> None:
    for name, spec in TABLES.items():
        frame, text = result.to_pandas(name), result.tables[name]
        assert list(frame.columns) == list(text.columns)
        for column in {"month", "date"} & set(spec.labels):
            assert frame[column].dtype.kind == "M", (name, column)
            if len(frame):
                said = frame[column].dt.strftime("%Y-%m-%d").str[: len(str(text[column].iloc[0]))]
                assert said.tolist() == text[column].astype(str).tolist()


def test_days_and_months_can_be_resampled(result: Result) -> None:
    stocks = result.to_pandas("stocks")
    waiting = stocks[stocks["state"] == "stranded"]
    weekly = waiting.groupby("date")["people"].sum().resample("W").mean()
    assert len(weekly) > 10
    events = result.monthly("us_encounters")
    quarters = events.resample("QS").sum()
    assert quarters.sum() == events.sum() == result.headline()["us_encounters"]
    assert isinstance(events.index, pd.DatetimeIndex)
    assert events.index.freqstr == "MS"
    assert events.name == "us_encounters"


def test_an_unknown_table_is_refused(result: Result, comparison: Comparison[Case]) -> None:
    with pytest.raises(tv.UnknownNameError, match="did you mean 'stocks'"):
        result.to_pandas("stock")
    with pytest.raises(tv.UnknownNameError, match="did you mean 'months'"):
        comparison.to_pandas("month")
    with pytest.raises(tv.UnknownNameError, match="us_encounter"):
        result.monthly("us_encounterz")


def test_what_is_unknown_stays_unknown_and_nothing_becomes_a_date_by_chance() -> None:
    table = pd.DataFrame({"date": pd.Categorical(["2019-02-03", None]), "place": ["a", "2019-01"]})
    frame = dated(table)
    assert frame["date"].tolist() == [pd.Timestamp("2019-02-03"), pd.NaT]
    assert frame["place"].tolist() == ["a", "2019-01"]
    assert table["date"].dtype == "category"
    assert len(months([])) == 0


def test_comparisons_and_scores_are_frames(result: Result, comparison: Comparison[Case]) -> None:
    outputs = comparison.to_pandas()
    assert outputs["difference"].tolist() == [r["difference"] for r in comparison.to_rows()]
    by_month = comparison.to_pandas("months")
    assert by_month["month"].dtype.kind == "M"
    assert by_month["month"].nunique() == 4
    scores = tv.score(result)
    frame = scores.to_pandas()
    assert {"target", "window", "metric", "simulated", "inputs", "verdict"} <= set(frame.columns)
    assert len(frame) == len(scores.to_rows())
