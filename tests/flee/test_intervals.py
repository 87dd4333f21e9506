"""Bands of an ensemble against sums done by hand, and where the ensemble comes from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.flee.helpers import SMALL
from tests.flee.test_command_line import ask
from travesia.cli.app import run_app
from travesia.kinds.flee import read_instance
from travesia.kinds.flee.intervals import bands_of
from travesia.kinds.flee.rules import RULES, Range, parameter_draws, spread_points, with_rule
from travesia.kinds.flee.score import score_flee
from travesia.kinds.flee.tables import run_case


def test_members_that_agree_are_scored_by_their_error() -> None:
    truth = np.array([[60.0, 40.0], [100.0, 100.0]])
    members = np.array([[[50.0, 50.0], [150.0, 50.0]]] * 5)
    found = bands_of(members, truth, ["A", "B"])
    # The weighted interval score of a point is its absolute error: 20 of 100 and 100 of 200.
    assert found.weighted_interval_score == pytest.approx((0.2 + 0.5) / 2)
    assert found.interval_score == pytest.approx((10 * 0.2 + 10 * 0.5) / 2)  # 2 / alpha = 10
    assert found.coverage == {"50": 0.0, "80": 0.0, "95": 0.0}
    assert found.camps["A"]["weighted_interval_score"] == pytest.approx((10 + 50) / (60 + 100))


def test_members_that_hold_the_truth_cover_it() -> None:
    truth = np.tile([50.0, 50.0], (4, 1))
    shares = np.linspace(0.3, 0.7, 41)
    members = np.array([np.tile([100 * s, 100 * (1 - s)], (4, 1)) for s in shares])
    found = bands_of(members, truth, ["A", "B"])
    assert found.coverage == {"50": 1.0, "80": 1.0, "95": 1.0}
    # Of the central 80 % interval only its width counts: 32 people in each of two camps.
    assert found.interval_score == pytest.approx(2 * 32 / 100)


def test_members_are_rescaled_to_the_total_of_the_day() -> None:
    truth = np.array([[60.0, 40.0]])
    members = np.array([[[6.0, 4.0]], [[600.0, 400.0]]])
    assert bands_of(members, truth, ["A", "B"]).weighted_interval_score == pytest.approx(0)


def test_an_empty_camp_has_no_score_of_its_own() -> None:
    truth = np.array([[60.0, 0.0]])
    found = bands_of(np.array([[[60.0, 0.0]], [[30.0, 30.0]]]), truth, ["A", "B"])
    assert found.camps["B"]["weighted_interval_score"] is None


@pytest.mark.parametrize("log", [False, True])
def test_a_range_maps_parts_to_numbers_and_back(log: bool) -> None:
    r = Range("softening", 1.0, 100.0, log)
    assert (r.at(0.0), r.at(1.0)) == (1.0, 100.0)
    assert r.at(0.5) == (10.0 if log else 50.5)
    assert r.part(r.at(0.25)) == pytest.approx(0.25, abs=1e-3)
    assert (r.part(0.1), r.part(1e6)) == (0.0, 1.0)


def test_spread_points_fill_the_cube_evenly() -> None:
    points = spread_points(1000, 3, seed=5)
    assert points.min() >= 0
    assert points.max() < 1
    for column in points.T:  # ten bins of a hundred; the largest miss of random points is about 15
        assert np.abs(np.histogram(column, 10, (0, 1))[0] - 100).max() <= 8
    assert (spread_points(1000, 3, seed=6) != points).all()


def test_draws_lie_around_the_numbers_of_the_case() -> None:
    found = read_instance(SMALL)
    draws = parameter_draws(found, 50, seed=1)
    assert draws == parameter_draws(found, 50, seed=1)
    assert set(draws[0]) == {r.setting for r in RULES["flee"].ranges}
    softening = [d["softening"] for d in draws]
    assert min(softening) < found.settings.softening < max(softening)
    assert max(softening) / min(softening) < 300**0.3
    assert "camp_pull" in parameter_draws(with_rule(found, {"known_camps": True}), 2, 1)[0]


def test_a_run_with_draws_has_bands_of_every_version() -> None:
    result = run_case(read_instance(SMALL), seed=2, draws=6)
    score = score_flee(result)
    assert (score.draws, score.seeds) == (6, 6)
    assert set(score.bands) == {"simulated", "known", "blind"}
    assert score.weighted_interval_score == score.bands["simulated"].weighted_interval_score
    assert set(score.bands["blind"].camps) == {"Duna", "Estero"}
    table = result.scenario_tables["draws"]
    assert len(table) == 6 * len(RULES["flee"].ranges)
    by_chance = score_flee(run_case(read_instance(SMALL), seed=2, seeds=6))
    spread = [np.std(s.ard_by_seed) for s in (score, by_chance)]
    assert spread[0] > spread[1]  # numbers that vary spread more than chance alone


def test_one_run_has_no_bands() -> None:
    found = score_flee(run_case(read_instance(SMALL)))
    assert found.bands == {}
    assert found.weighted_interval_score is None
    assert "Bands" not in found.to_text()


def test_bands_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario, run = str(tmp_path / "scenario"), str(tmp_path / "run")
    ask(capsys, "import", "flee", str(SMALL), "-o", scenario)
    ask(capsys, "run", scenario, "--out", run, "--draws", "4")
    score = ask(capsys, "score", run)
    assert score["draws"] == 4
    assert set(score["bands"]["simulated"]["coverage"]) == {"50", "80", "95"}
    assert run_app(["score", run]) == 0
    assert "Bands over 4 draws of the numbers of the rule" in capsys.readouterr().out
    assert run_app(["run", scenario, "--out", str(tmp_path / "b"), "--draws", "1"]) == 2
    assert "1 draw gives no range" in capsys.readouterr().err
