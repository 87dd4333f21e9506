from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.results import hand_made
from travesia.errors import InputError
from travesia.observe.score import score
from travesia.observe.table import METRICS, ScoreRow, ScoreTable, format_table
from travesia.results import store
from travesia.results.declared import expected_of
from travesia.results.result import Result
from travesia.scenario.periods import bounds

MONTHS = [f"{y}-{m:02d}" for y in (2018, 2019) for m in range(1, 13)]
COLUMNS = [
    "id", "observable", "file", "frequency", "by", "start", "end", "role", "publisher", "note",
]  # fmt: skip


def targets(*rows: dict[str, str]) -> pd.DataFrame:
    base = dict.fromkeys(COLUMNS, "") | {"frequency": "month", "role": "prediction"}
    return pd.DataFrame([base | row for row in rows], columns=COLUMNS)


def sectors(rgv: list[float], tucson: list[float]) -> pd.DataFrame:
    rows = [
        (month, sector, people)
        for month, a, b in zip(MONTHS, rgv, tucson, strict=True)
        for sector, people in (("us_rgv", a), ("us_tucson", b))
    ]
    return pd.DataFrame(rows, columns=["month", "sector", "people"])


def encounters(rgv: list[float], tucson: list[float]) -> pd.DataFrame:
    return hand_made.events(
        (month, "apprehended", place, "hnd-adult", people)
        for month, a, b in zip(MONTHS, rgv, tucson, strict=True)
        for place, people in (("us_rgv", a), ("us_tucson", b))
    )


def run(
    events: pd.DataFrame,
    start: str = "2018-01-01",
    end: str = "2019-12-31",
    /,
    **tables: pd.DataFrame,
) -> Result:
    about = pd.DataFrame(
        [("start", start), ("end", end), ("extrapolated_from", "2019-12-01")],
        columns=["key", "value"],
    )
    return hand_made.make({"events": events}, scenario=about, **tables)


SHIFT = [60.0] * 18 + [20.0] * 6, [40.0] * 18 + [80.0] * 6
BY_SECTOR = {"id": "sectors", "observable": "us_encounters_by_sector", "file": "observed/s.csv"}


def scored(simulated: tuple[list[float], list[float]], **target: str) -> ScoreTable:
    row = BY_SECTOR | {"start": "2019-01", "end": "2019-12"} | target
    more = {"targets": targets(row), "observed/s": sectors(*SHIFT)}
    return score(run(encounters(*simulated), **more))


def only(table: ScoreTable, metric: str) -> ScoreRow:
    (row,) = [r for r in table.rows if r.metric == metric and not r.expected]
    return row


def test_a_perfect_run_scores_zero_and_beats_every_guess() -> None:
    row = only(scored(SHIFT), "tv")
    assert (row.simulated, row.n, row.verdict, row.primary) == (0.0, 12, "better", True)


def test_scores_by_hand() -> None:
    """The run keeps 60 : 40 while the truth turns to 20 : 80 in July 2019: half the months .4 off.

    Last year's month says 60 : 40 throughout; the six months before catch up one month at a time.
    """
    row = only(scored(([60.0] * 24, [40.0] * 24)), "tv")
    assert row.simulated == pytest.approx(0.2)
    assert row.baselines["seasonal_naive"] == pytest.approx(0.2)
    assert row.baselines["equal_shares"] == pytest.approx((6 * 0.1 + 6 * 0.3) / 12)
    expected = sum(0.4 * (6 - k) / 6 for k in range(6)) / 12
    assert row.baselines["last_six_months"] == pytest.approx(expected)
    assert row.verdict == "worse"


def test_shares_do_not_see_the_level_and_totals_do() -> None:
    table = scored(tuple([2 * v for v in s] for s in SHIFT))  # type: ignore[arg-type]
    assert only(table, "tv").simulated == pytest.approx(0)
    assert only(table, "log_error").simulated == pytest.approx(math.log(2))
    assert only(table, "relative_error").simulated == pytest.approx(1)
    assert only(table, "ard").simulated == pytest.approx(1)


def test_totals_of_what_departures_are_made_from_are_input_whatever_the_role() -> None:
    row = only(scored(SHIFT), "log_error")
    assert (row.role, row.verdict, row.primary) == ("input", "input", False)
    assert "derived from this series" in row.note


def test_beating_only_equal_shares_earns_no_verdict() -> None:
    row = BY_SECTOR | {"start": "2018-01", "end": "2018-01"}
    more = {"targets": targets(row), "observed/s": sectors(*SHIFT)}
    found = only(score(run(encounters(*SHIFT), **more)), "tv")
    assert (set(found.baselines), found.simulated) == ({"equal_shares"}, 0.0)
    assert found.verdict == "alone"


def test_totals_that_nothing_was_made_from_are_judged() -> None:
    events = hand_made.events((m, "detained", "tapachula", "hnd-adult", 10) for m in MONTHS)
    observed = pd.DataFrame({"month": MONTHS, "nationality": "HND", "events": 10})
    row = {"id": "r", "observable": "mx_detentions_by_nationality", "file": "observed/r.csv"}
    table = score(run(events, **{"targets": targets(row), "observed/r": observed}))
    level = only(table, "log_error")
    assert (level.primary, level.role, level.simulated) == (True, "prediction", 0.0)


@pytest.mark.parametrize("role", ["fit", "input"])
def test_shares_by_nationality_keep_their_role_and_say_what_is_given(role: str) -> None:
    observed = pd.DataFrame({"month": MONTHS, "nationality": "HND", "events": np.full(24, 5)})
    row = {"id": "nat", "observable": "us_encounters_by_nationality", "file": "observed/n.csv"}
    more = {"targets": targets(row | {"role": role}), "observed/n": observed}
    (found,) = score(run(encounters(*SHIFT), **more)).primary()
    assert found.role == role
    assert (found.verdict == "input") is (role == "input")
    assert "departures by nationality are derived in part" in found.note


def test_fit_and_held_out_windows_of_one_target_are_kept_apart() -> None:
    """The run is right in the fit window and wrong in the held-out one."""
    wrong = ([60.0] * 18 + [80.0] * 6, [40.0] * 18 + [20.0] * 6)
    rows = [
        BY_SECTOR | {"start": "2019-01", "end": "2019-06", "role": "fit"},
        BY_SECTOR | {"start": "2019-07", "end": "2019-12", "role": "prediction"},
    ]
    more = {"targets": targets(*rows), "observed/s": sectors(*SHIFT)}
    table = score(run(encounters(*wrong), **more))
    fit, held = [r for r in table.primary() if r.target == "sectors"]
    assert (fit.role, fit.window, fit.simulated) == ("fit", "2019-01 to 2019-06", 0.0)
    assert (held.role, held.window) == ("prediction", "2019-07 to 2019-12")
    assert held.simulated == pytest.approx(0.6)
    assert set(table.summary()) == {"fit", "prediction"}


def test_sectors_by_nationality_are_compared_within_each_nationality() -> None:
    """Ten times too many Guatemalans, each in the right sector: no error."""
    keys = [("us_rgv", "HND", 10.0), ("us_tucson", "HND", 30.0), ("us_rgv", "GTM", 5.0)]
    observed = pd.DataFrame(
        [(m, *k) for m in MONTHS for k in keys],
        columns=["month", "sector", "nationality", "people"],
    )
    rows = [
        (m, "apprehended", s, f"{n.lower()}-adult", p * (10 if n == "GTM" else 1))
        for m in MONTHS
        for s, n, p in keys
    ]
    target = BY_SECTOR | {"observable": "us_encounters_by_sector_nationality"}
    more = {"targets": targets(target), "observed/s": observed}
    row = only(score(run(hand_made.events(rows), **more)), "tv")
    assert row.simulated == pytest.approx(0)
    assert row.role == "prediction"
    assert "within each nationality" in row.note


def test_unpublished_keys_join_other_only_where_the_publisher_has_it() -> None:
    events = hand_made.events(
        (m, "deported", "tapachula", c, 10) for m in MONTHS for c in ("hnd-adult", "ven-adult")
    )
    for other, expected in ((True, 0.0), (False, 0.0)):
        published = [("HND", 5.0), ("OTH", 5.0)] if other else [("HND", 5.0), ("GTM", 0.0)]
        observed = pd.DataFrame(
            [(m, *k) for m in MONTHS for k in published], columns=["month", "nationality", "n"]
        )
        row = {"id": "r", "observable": "mx_returns_by_nationality", "file": "observed/r.csv"}
        more = {"targets": targets(row), "observed/r": observed}
        table = score(run(events, **more))
        assert only(table, "tv").simulated == pytest.approx(expected)
        level = only(table, "relative_error").simulated
        assert level == pytest.approx(1.0)  # 20 against 10; 10 against 5


def test_fiscal_years_that_the_run_covers_in_part_are_not_scored() -> None:
    observed = pd.DataFrame({"fiscal_year": [2018, 2019, 2020], "share": [0.1, 0.1, 0.1]})
    row = {
        "id": "again",
        "observable": "repeat_share",
        "file": "observed/r.csv",
        "frequency": "fiscal_year",
    }
    more = {"targets": targets(row), "observed/r": observed}
    table = score(run(encounters(*SHIFT), **more))
    row_ = only(table, "absolute_error")
    assert (row_.n, row_.window, row_.simulated) == (1, "FY2019", pytest.approx(0.1))
    assert row_.baselines == {"last_year": 0.0}
    assert row_.verdict == "worse"


def test_a_window_outside_the_run_is_a_warning_and_no_row() -> None:
    table = scored(SHIFT, start="2030-01", end="2030-12")
    assert [r for r in table.rows if not r.expected] == []
    assert "sectors" in table.warnings[0]


def test_extrapolated_months_are_said() -> None:
    assert "extrapolated from 2019-12" in only(scored(SHIFT), "tv").note
    assert "extrapolated" not in only(scored(SHIFT, end="2019-11"), "tv").note


def test_future_observations_change_no_score_of_the_window() -> None:
    """What was published after the window is not looked at."""
    changed = tuple([*s[:18], *(9e5,) * 6] for s in SHIFT)
    row = BY_SECTOR | {"start": "2019-01", "end": "2019-06"}
    tables = [
        score(run(encounters(*SHIFT), targets=targets(row), **{"observed/s": sectors(*o)}))
        for o in (SHIFT, changed)
    ]
    first, second = ([r.to_dict() for r in t.rows if not r.expected] for t in tables)
    assert first == second


# -- ensembles ----------------------------------------------------------------------------


def test_an_ensemble_gets_interval_scores_and_coverage() -> None:
    more = {"targets": targets(BY_SECTOR | {"start": "2019-01"}), "observed/s": sectors(*SHIFT)}
    draws = [run(encounters([a + d for a in SHIFT[0]], SHIFT[1]), **more) for d in (-5, 0, 5)]
    table = score(draws[1], draws)
    shares = [r for r in table.rows if r.title.startswith("shares")]
    by_metric = {r.metric: r for r in shares}
    assert by_metric["wis"].simulated > 0
    assert by_metric["wis"].verdict == "better"
    assert [by_metric[f"coverage_{c}"].simulated for c in (50, 80, 95)] == [1.0, 1.0, 1.0]


def test_an_ensemble_without_spread_has_the_absolute_error_as_its_score() -> None:
    observed = pd.DataFrame({"month": MONTHS, "share": np.full(24, 0.3)})
    row = {"id": "again", "observable": "repeat_share", "file": "observed/r.csv"}
    more = {"targets": targets(row), "observed/r": observed}
    result = run(encounters(*SHIFT), **more)
    table = score(result, [result, result])
    assert only(table, "wis").simulated == pytest.approx(only(table, "absolute_error").simulated)
    assert only(table, "coverage_95").simulated == 0


# -- expected failures --------------------------------------------------------------------


def test_expected_failures_are_printed_as_such() -> None:
    months = [f"2023-{m:02d}" for m in range(1, 13)]
    observed = pd.DataFrame(
        [(m, s, p) for m in months for s, p in (("us_rgv", 10), ("us_tucson", 90))],
        columns=["month", "sector", "people"],
    )
    events = hand_made.events(
        (m, "apprehended", s, "hnd-adult", 50) for m in months for s in ("us_rgv", "us_tucson")
    )
    row = BY_SECTOR | {"start": "2023-03", "end": "2023-04"}
    result = run(
        events, "2023-01-01", "2023-12-31", targets=targets(row, row), **{"observed/s": observed}
    )
    (found,) = score(result).expected()
    assert (found.expected, found.metric, found.n) == ("tucson_2023", "share_error", 6)
    assert found.simulated == pytest.approx(0.4)
    assert found.note.startswith("A new route")
    assert not found.primary
    assert found.role == "expected"


def test_expected_failures_have_sound_windows_and_names() -> None:
    announced = expected_of(hand_made.small())
    assert len({f.id for f in announced}) == len(announced) == 5
    for failure in announced:
        first, last = bounds(failure.start, failure.end, "month")
        assert first <= last


# -- reading targets ----------------------------------------------------------------------


def test_every_bad_target_is_reported_at_once() -> None:
    rows = [
        {"id": "a", "observable": "us_arrivals", "file": "observed/s.csv"},
        BY_SECTOR | {"file": "observed/nowhere.csv"},
        BY_SECTOR | {"frequency": "fortnight"},
        BY_SECTOR | {"by": "nationality"},
        BY_SECTOR | {"start": "Tuesday"},
    ]
    more = {"targets": targets(*rows), "observed/s": sectors(*SHIFT)}
    with pytest.raises(InputError) as caught:
        score(run(encounters(*SHIFT), **more))
    assert len(caught.value.problems) == len(rows)


@pytest.mark.parametrize("drop", ["month", "people"])
def test_a_published_table_without_period_or_number_is_refused(drop: str) -> None:
    more = {"targets": targets(BY_SECTOR), "observed/s": sectors(*SHIFT).drop(columns=drop)}
    with pytest.raises(InputError, match="no column holds"):
        score(run(encounters(*SHIFT), **more))


def test_a_run_without_targets_says_so() -> None:
    with pytest.raises(InputError, match="targets"):
        score(hand_made.small())


# -- output -------------------------------------------------------------------------------


def test_a_stored_run_scores_the_same_without_its_scenario(tmp_path: Path) -> None:
    more = {"targets": targets(BY_SECTOR), "observed/s": sectors(*SHIFT)}
    result = run(encounters(*SHIFT), **more)
    store.write(result, tmp_path / "run")
    assert score(store.read(tmp_path / "run")).to_json() == score(result).to_json()


def test_json_has_no_nan_and_names_every_measure() -> None:
    def refuse(text: str) -> Any:
        raise AssertionError(text)

    table = scored(SHIFT)
    body = json.loads(table.to_json(), parse_constant=refuse)
    assert len(body["rows"]) == len(table.rows)
    assert {r["metric"] for r in body["rows"]} <= set(METRICS)
    assert any("models of camps" in w for w in body["warnings"])


def test_text_has_one_cell_per_column() -> None:
    table = scored(SHIFT)
    short, full = table.to_cells(), table.to_cells(everything=True)
    assert {len(row) for row in full} == {8}
    assert len(short) < len(full) == len(table.rows) + 1
    lines = table.to_text().splitlines()
    assert lines == format_table(short).splitlines()
    assert lines[0].startswith("target")
    assert "better than all" in lines[1]
    starts = {line.index(word) for line, word in zip(lines[:2], ("window", "2019-01"), strict=True)}
    assert len(starts) == 1


def test_text_ends_with_the_remarks() -> None:
    assert "sectors: no published period" in scored(SHIFT, start="2030-01").to_text()


def test_select_gives_the_rows_of_one_role() -> None:
    table = scored(SHIFT)
    assert {r.role for r in table.select("prediction")} == {"prediction"}
    assert table.select("fit") == ()
