"""The oracle test can fail: every table that a kernel reads, made a little wrong, is noticed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from bench.worlds import random_world

from tests.engine.test_oracle import assert_same
from travesia.engine import run as run_module
from travesia.engine.host import Host
from travesia.engine.reference import run_reference
from travesia.engine.tables import Static, Today, static_tables
from travesia.model.compiled import CompiledModel

WORLD = random_world(6, n_days=60, rate=12.0)
SHIFT = 1 << 26
"""Three parts in a hundred of a threshold."""


def shifted(today: Today, table: str) -> Any:
    """One table of the day, wrong by three per cent, or times and days by a third."""
    values = getattr(today, table)
    if table == "paper_days":
        return np.ones_like(values)
    if table in ("paper_valid", "clock"):
        return np.zeros_like(values)
    if table in ("match", "paper_shield"):
        return values // 2
    if table in ("harm_rate", "harm_first"):
        return values - values // 20
    if values.dtype != np.uint32:
        return np.where(values > 0, values + values // 3 + 1, values).astype(values.dtype)
    if table == "risk_cause":  # more of the first causes, not more in all
        return np.minimum(values + np.uint32(SHIFT), today.risk_total[:, :, None])
    inside = (values > SHIFT) & (values < (1 << 31))
    return np.where(inside, values - np.uint32(SHIFT), values)


@pytest.mark.parametrize(
    "table",
    [
        "choice",
        "action",
        "risk_total",
        "risk_cause",
        "outcome",
        "duration",
        "boarding",
        "leg_ticks",
        "guided",
        "paper_days",
        "match",
        "clock",
        "paper_valid",
        "paper_shield",
        "harm_rate",
        "harm_first",
    ],
)
def test_a_wrong_threshold_is_noticed(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel gets one table shifted by three per cent or by one day."""

    class Wrong(Host):
        def update(self, day: int, published: Any) -> Today:
            today = super().update(day, published)
            return today._replace(**{table: shifted(today, table)})

    monkeypatch.setattr(run_module, "Host", Wrong)
    wrong = run_module.run(WORLD, 3)
    with pytest.raises(AssertionError):
        assert_same(WORLD, wrong, run_reference(WORLD, 3))


@pytest.mark.parametrize(
    "table",
    [
        "flags",
        "grant",
        "where",
        "goal",
        "stay_zero",
        "size_cum",
        "harm_bound",
        "harm_hazard",
        "harm_shape",
        "harm_ptr",
    ],
)
def test_a_wrong_rule_is_noticed(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel gets one rule of the state machine wrong."""

    def wrong_tables(model: CompiledModel, generator: int = 0) -> Static:
        static = static_tables(model, generator)
        values = getattr(static, table).copy()
        if table == "flags":
            values[values == 1] = 0  # robbed people stay as they were
        elif table == "grant":
            values[:] = -1
        elif table == "where":
            values[values == -2] = -1
        elif table == "goal":
            values[values == 2] = 0
        elif table == "stay_zero":
            values[:] = 0
        elif table in ("harm_bound", "harm_hazard"):
            values -= values // 20
        elif table == "harm_shape":
            values //= 2
        elif table == "harm_ptr":
            values[1:] -= 1
        else:
            values[1, 1] -= 8 * SHIFT
        return static._replace(**{table: values})

    monkeypatch.setattr(run_module, "static_tables", wrong_tables)
    wrong = run_module.run(WORLD, 3)
    with pytest.raises(AssertionError):
        assert_same(WORLD, wrong, run_reference(WORLD, 3))


def test_the_unchanged_kernel_passes() -> None:
    """The same world and seed agree when nothing is wrong."""
    assert_same(WORLD, run_module.run(WORLD, 3), run_reference(WORLD, 3))
