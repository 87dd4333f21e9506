"""Nobody is lost and nobody is in two places: counted anew from the random numbers alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bench.worlds import random_world

from travesia import rng
from travesia.engine.run import run
from travesia.model.compiled import CompiledModel


def people_who_set_out(model: CompiledModel, seed: int) -> list[int]:
    """People who set out on each day, from party keys and drawn sizes, without the engine."""
    key = rng.run_key(seed)
    out = []
    for day in range(model.n_days):
        rate = model.cohorts.people_per_day[model.month_of_day[day]] * model.sample
        parties_per_day = (rate / model.cohorts.mean_size).tolist()
        count = rng.decision_key(key, day, 0, rng.Decision.COUNT)
        decision = rng.decision_key(key, day, 0, rng.Decision.SIZE)
        people = 0
        for cohort, name in enumerate(model.cohorts.key.tolist()):
            parties = int(parties_per_day[cohort] + rng.unit(rng.draw(count, name)))
            for ordinal in range(parties):
                u = rng.draw(decision, rng.party_key(name, day, ordinal)) >> 33
                people += 1 + int(np.searchsorted(model.cohorts.size_cum[cohort], u, side="right"))
        out.append(people)
    return out


@pytest.mark.parametrize("seed", range(5))
def test_everybody_is_in_exactly_one_cell_every_day(seed: int) -> None:
    """Stocks over all cells equal those who have set out so far, on every single day."""
    model = replace(random_world(seed, n_days=80, rate=9.0), demand_response=False)
    result = run(model, seed, threads=2, chunks=5)
    assert (result.stocks >= 0).all()
    expected = np.cumsum(people_who_set_out(model, seed))
    assert result.stocks.sum(1, dtype=np.int64).tolist() == expected.tolist()


def test_parties_are_conserved_too() -> None:
    """Parties on the way and ended equal the parties that set out."""
    model = random_world(8, n_days=60, rate=9.0)
    result = run(model, 1)
    assert result.stock_parties[-1].sum() == result.departures[:, 3].sum()
    assert (result.stock_parties >= 0).all()
    assert (np.diff(result.stock_parties.sum(1).astype(int)) >= 0).all()


def test_final_states_never_shrink() -> None:
    """People in an end state stay there; the dead are those counted as dying."""
    model = random_world(4, n_days=90, rate=9.0)
    result = run(model, 2)
    table = result.stocks.reshape(model.n_days, model.machine.n_states, model.n_places)
    ends = table[:, -4:].astype(np.int64)
    assert (np.diff(ends, axis=0) >= 0).all()
    died = [model.names.transitions.index(t) for t in ("died", "dies_waiting")]
    daily = result.events_daily[:, died].sum(0)
    assert (daily > 0).all()
    assert table[-1, model.machine.dead_state].sum() == daily.sum()
    for one, total in zip(died, daily, strict=True):
        assert result.events[result.events[:, 1] == one, 4].sum() == total


def test_daily_and_monthly_events_are_the_same_events() -> None:
    """Events by day add up to events by month, transition by transition."""
    model = random_world(5, n_days=75, rate=9.0)
    result = run(model, 3)
    for month in range(3):
        daily = result.events_daily[model.month_of_day == month].sum(0)
        rows = result.events[result.events[:, 0] == month]
        monthly = np.bincount(rows[:, 1], rows[:, 4], minlength=len(daily))
        assert monthly.tolist() == daily.tolist()
