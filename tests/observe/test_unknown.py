"""Unknown numbers are no zeros, partial periods no whole ones, and strangers no keys."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.observe.test_score import BY_SECTOR, SHIFT, encounters, only, run, sectors, targets
from travesia.errors import InputError
from travesia.observe.score import score
from travesia.observe.table import ScoreTable


def with_cells(*changes: tuple[int, Any], column: str = "people") -> pd.DataFrame:
    frame = sectors(*SHIFT).astype(object)
    for row, value in changes:
        frame.loc[row, column] = value
    return frame


def scored(
    observed: pd.DataFrame, first: str = "2018-01-01", last: str = "2019-12-31", **target: str
) -> ScoreTable:
    row = BY_SECTOR | {"start": "2019-01", "end": "2019-12"} | target
    events = encounters(*SHIFT)
    return score(run(events, first, last, **{"targets": targets(row), "observed/s": observed}))


@pytest.mark.parametrize("value", ["", None, "<10", "-99", -99, "n/a", "-", "…"])
def test_an_unknown_cell_leaves_its_key_out_of_its_period(value: object) -> None:
    """Row 24 is the valley in January 2019: what is left of the month is one sector, no error."""
    table = scored(with_cells((24, value)))
    shares, total = only(table, "tv"), only(table, "log_error")
    assert (shares.n, shares.simulated) == (12, pytest.approx(0.0))
    assert "1 unknown numbers are left out" in shares.note
    assert total.n == 11, "a total without one of its parts is not known"
    assert "last_six_months" in shares.baselines


def test_an_unknown_cell_is_no_zero() -> None:
    zero = only(scored(with_cells((24, 0))), "tv").simulated
    assert zero == pytest.approx(0.6 / 12)


def test_a_window_without_a_known_number_has_no_score() -> None:
    every = [(row, "<10") for row in range(24, 48)]
    row = only(scored(with_cells(*every)), "tv")
    assert row.n == 0
    assert row.simulated != row.simulated


@pytest.mark.parametrize(
    ("start", "end", "n"),
    [
        ("2018-01-01", "2019-12-31", 12),
        ("2018-01-01", "2019-12-15", 11),
        ("2018-01-01", "2019-12-30", 11),
        ("2019-01-02", "2019-12-31", 11),
        ("2019-01-15", "2019-04-15", 2),
        ("2019-03-02", "2019-03-30", 0),
    ],
)
def test_only_whole_months_are_scored(start: str, end: str, n: int) -> None:
    rows = [r for r in scored(sectors(*SHIFT), start, end).rows if r.metric == "tv"]
    assert sum(r.n for r in rows) == n


@pytest.mark.parametrize(
    ("window", "n"),
    [({"start": "2019-01-15"}, 11), ({"end": "2019-12-30"}, 11), ({"start": "2019-02-01"}, 11)],
)
def test_only_months_wholly_in_the_window_are_scored(window: dict[str, str], n: int) -> None:
    assert only(scored(sectors(*SHIFT), **window), "tv").n == n


@pytest.mark.parametrize(
    ("frequency", "column", "labels", "kept"),
    [
        ("year", "year", [2018, 2019], "2019"),
        ("fiscal_year", "fiscal_year", [2018, 2019], "FY2019"),
    ],
)
def test_only_whole_years_are_scored(
    frequency: str, column: str, labels: list[int], kept: str
) -> None:
    observed = pd.DataFrame(
        [(y, s, 5) for y in labels for s in ("us_rgv", "us_tucson")],
        columns=[column, "sector", "people"],
    )
    table = scored(observed, "2018-02-01", "2019-12-31", frequency=frequency, start="", end="")
    assert only(table, "tv").window == kept


def test_a_score_is_refused_when_most_keys_match_nothing() -> None:
    observed = sectors(*SHIFT)
    renamed = observed.assign(sector=observed["sector"].map({"us_rgv": "RGV", "us_tucson": "TCA"}))
    with pytest.raises(InputError) as caught:
        scored(renamed)
    (problem,) = caught.value.problems
    assert "the run has no sector RGV, TCA: 2 of 2 published keys match nothing" in problem.what


def test_a_stored_table_with_text_for_numbers_is_refused_and_never_zero() -> None:
    with pytest.raises(InputError, match="line 26, column people: '1,020' is no plain number"):
        scored(with_cells((24, "1,020")))


def test_every_score_row_names_its_dimension() -> None:
    row = only(scored(sectors(*SHIFT)), "tv")
    assert (row.title, row.by) == ("shares of encounters at the US border by sector", "sector")
    assert row.to_dict()["by"] == "sector"
    assert only(scored(sectors(*SHIFT)), "log_error").by == ""
