"""Who is where at the end of a month: everybody under way once, however many they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bench.worlds import random_world

from travesia.engine import census
from travesia.engine.record import RawResult
from travesia.engine.run import run
from travesia.model.compiled import CompiledModel


def by_cell(model: CompiledModel, result: RawResult, column: int) -> np.ndarray:
    """People (5) or parties (6) of the month's ends [months, states, places]."""
    rows = result.stocks_monthly
    months = int(model.month_of_day[-1]) + 1
    out = np.zeros((months, model.machine.n_states, model.n_places), np.int64)
    np.add.at(out, (rows[:, 0], rows[:, 1], rows[:, 3]), rows[:, column])
    return out


@pytest.mark.parametrize("seed", range(6))
def test_the_stocks_of_a_month_are_those_of_its_last_day(seed: int) -> None:
    """Summed over stays and cohorts they are the daily stocks of every state but the ends."""
    model = replace(random_world(seed, n_days=100, rate=9.0), demand_response=False)
    result = run(model, seed, threads=2, chunks=3)
    last = np.flatnonzero(np.diff(model.month_of_day, append=model.month_of_day[-1] + 1))
    daily = result.stocks[last].reshape(len(last), model.machine.n_states, -1).astype(np.int64)
    daily[:, -4:] = 0
    assert daily.sum() > 0
    assert (by_cell(model, result, 5) == daily).all()
    parties = result.stock_parties[last].astype(np.int64)
    parties[:, -4:] = 0
    assert (by_cell(model, result, 6).sum(2) == parties).all()


def test_stays_stand_in_their_state() -> None:
    """Whoever is in a stay is counted in the state of that stay."""
    model = random_world(3, n_days=70, rate=9.0)
    rows = run(model, 1).stocks_monthly
    staying = rows[rows[:, 2] > 0]
    assert len(staying)
    assert (model.machine.stay_state[staying[:, 2] - 1] == staying[:, 1]).all()


def test_a_table_that_is_too_small_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows do not depend on the size with which the table begins, nor on the chunks."""
    model = random_world(5, n_days=70, rate=9.0)
    whole = run(model, 1).stocks_monthly
    monkeypatch.setattr(census, "FIRST_ROWS", 2)
    small = run(model, 1, chunks=3).stocks_monthly
    assert len(whole) > 20
    assert (whole == small).all()
