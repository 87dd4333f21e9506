"""The cut date: what may be known by then, and scores of the days after it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.flee.helpers import SMALL
from tests.flee.worlds import START, case, place
from travesia.cli.app import run_app
from travesia.errors import InputError
from travesia.kinds.flee import Counts, Instance, read_instance
from travesia.kinds.flee.cut import (
    capacities_known,
    checked_cut,
    default_cut,
    known_case,
    last_counts,
)
from travesia.kinds.flee.measures import flee_ard, rescaled
from travesia.kinds.flee.score import score_flee
from travesia.kinds.flee.tables import run_case


def day(n: int) -> dt.date:
    return START + dt.timedelta(days=n)


def two_camps(corrections: tuple[dt.date, ...] = ()) -> Instance:
    """Near is counted on days 2, 6 and 12, Far on day 12 only."""
    counts = [
        Counts("total", (day(0), day(12)), (0.0, 600.0)),
        Counts("Near", (day(2), day(6), day(12)), (100.0, 80.0, 400.0), corrections),
        Counts("Far", (day(12),), (200.0,)),
    ]
    places = [place("A", "conflict", 10), place("Near", "camp", 400), place("Far", "camp", 200)]
    return case(
        places,
        [("A", "Near", 100.0), ("A", "Far", 300.0)],
        15,
        counts,
        softening=0.0,
        max_move_speed=1000.0,
    )


@pytest.mark.parametrize(
    ("cut", "near", "last"), [(1, 0, 0), (2, 100, 100), (5, 100, 100), (6, 100, 80), (12, 400, 400)]
)
def test_a_capacity_is_the_largest_count_up_to_the_cut(cut: int, near: int, last: int) -> None:
    found = two_camps()
    far = 200 if cut >= 12 else 0
    assert capacities_known(found, day(cut)) == {"Near": near, "Far": far}
    assert last_counts(found, day(cut)) == {"Near": last, "Far": far}


def test_a_correction_counts_from_its_date_on() -> None:
    found = two_camps(corrections=(day(12),))
    assert capacities_known(found, day(6))["Near"] == 100
    assert capacities_known(found, day(12))["Near"] == 500  # 100 * 400 / 80, of the corrected past


def test_nothing_after_the_cut_reaches_the_known_case() -> None:
    found = two_camps(corrections=(day(12),))
    other = replace(
        found,
        counts=tuple(
            replace(
                c,
                people=tuple(
                    p * (7 if d > day(6) else 1) for d, p in zip(c.dates, c.people, strict=True)
                ),
            )
            for c in found.counts
        ),
        places=tuple(replace(p, capacity=p.capacity * 3) for p in found.places),
    )
    assert known_case(found, day(6)) == known_case(other, day(6))
    assert known_case(found, day(6)).days == 7
    assert known_case(found, day(6)) != known_case(found, day(12))


def test_dates_that_leave_nothing_to_know_or_to_score() -> None:
    found = two_camps()
    assert default_cut(found) == day(4)
    assert checked_cut(found, None) == day(4)
    assert checked_cut(found, day(13)) == day(13)
    for wrong in (day(-1), day(14), day(20)):
        with pytest.raises(InputError, match="use a date from 2020-01-01 to 2020-01-14"):
            checked_cut(found, wrong)
    assert default_cut(replace(found, days=1)) == day(0)


def test_only_days_after_the_cut_are_scored() -> None:
    found = run_case(two_camps(), seed=3, cut=day(12))
    score = score_flee(found).after_cut
    assert score is not None
    assert (score.cut, score.days) == ("2020-01-13", 2)
    table = found.scenario_tables["camps"]
    cube = {c: table[c].to_numpy(float).reshape(15, 2)[13:] for c in ("known", "blind", "observed")}
    truth = cube["observed"]
    np.testing.assert_array_equal(truth, [[400, 200], [400, 200]])
    assert score.ard == flee_ard(cube["known"], truth)
    assert score.ard_rescaled == flee_ard(rescaled(cube["known"], truth), truth)
    assert score.ard_rescaled_blind == flee_ard(rescaled(cube["blind"], truth), truth)
    assert score.baselines["cut_shares"] == 0.0
    assert score.baselines["cut_capacity_shares"] == 0.0
    # From 100 and 200 people on day 0, 300 more are shared out evenly: 250 and 350.
    assert score.baselines["equal_shares"] == pytest.approx(300 / 600)
    assert score.camps_without_count == ()


def test_a_cut_before_the_first_count_is_blind() -> None:
    found = run_case(two_camps(), seed=3, cut=day(1))
    table, score = found.scenario_tables["camps"], score_flee(found).after_cut
    assert score is not None
    np.testing.assert_array_equal(table["known"], table["blind"])
    assert score.ard_rescaled == score.ard_rescaled_blind
    assert score.camps_without_count == ("Near", "Far")
    assert score.baselines["cut_shares"] is None
    assert "Without a count by then, so without a limit: Near, Far" in score.lines()[-3]


def test_a_camp_without_a_count_by_the_cut_has_no_limit() -> None:
    found = run_case(two_camps(), seed=3, cut=day(6))
    score = score_flee(found).after_cut
    assert score is not None
    assert score.camps_without_count == ("Far",)
    assert score.baselines["cut_shares"] == pytest.approx(_near_alone(found))
    assert dict(
        zip(*(found.scenario_tables["cut"][c] for c in ("camp", "capacity")), strict=True)
    ) == {"Near": 100, "Far": 0}


def _near_alone(found: object) -> float:
    table = found.scenario_tables["camps"]  # type: ignore[attr-defined]
    truth = table["observed"].to_numpy(float).reshape(15, 2)[7:]
    all_near = np.stack([truth.sum(axis=1), np.zeros(len(truth))], axis=1)
    return flee_ard(all_near, truth)


def test_known_capacities_cannot_see_the_scored_counts() -> None:
    small = read_instance(SMALL)
    cut = dt.date(2021, 1, 15)
    bigger = replace(small, places=tuple(replace(p, capacity=p.capacity * 5) for p in small.places))
    one, two = (run_case(c, seed=2, cut=cut) for c in (small, bigger))
    for column in ("known", "blind"):
        np.testing.assert_array_equal(
            one.scenario_tables["camps"][column], two.scenario_tables["camps"][column]
        )
    assert (
        one.scenario_tables["camps"]["simulated"] != two.scenario_tables["camps"]["simulated"]
    ).any()


def test_the_command_line_says_what_the_capacities_gave_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario, run = str(tmp_path / "scenario"), str(tmp_path / "run")
    assert run_app(["import", "flee", str(SMALL), "-o", scenario]) == 0
    assert run_app(["run", scenario, "--out", run, "--cut", "2021-02-10"]) == 0
    assert run_app(["score", run]) == 0
    shown = capsys.readouterr().out
    assert "After the cut, 2021-02-10: the 19 later days only" in shown
    assert "the model, capacities by counts up to the cut" in shown
    assert run_app(["run", scenario, "--out", str(tmp_path / "b"), "--cut", "2021-13-01"]) == 2
    assert "write YYYY-MM-DD" in capsys.readouterr().err
    assert run_app(["run", scenario, "--out", str(tmp_path / "b"), "--cut", "2025-01-01"]) == 2
    assert "--cut" in capsys.readouterr().err
