"""Members that share their luck are run together: the same numbers, for less, whatever befalls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ensemble.asking import CORRIDOR, plan_of
from travesia.engine.run import Simulation
from travesia.ensembles import members
from travesia.ensembles.executors import Processes, Serial
from travesia.ensembles.growing import collect, opened
from travesia.ensembles.members import LotRunner, MemberRunner, lots
from travesia.ensembles.plan import Plan
from travesia.kinds.corridor.kind import Corridor
from travesia.scenario.load import load


@pytest.fixture(scope="module")
def plan() -> Plan:
    scenarios = [load("example"), load("example", ["no_raids"]), load("example", ["more_offices"])]
    return plan_of(*scenarios, seed=3, sample=0.3)


def cases(plan: Plan) -> dict[str, Any]:
    return dict(zip(plan.keys, plan.scenarios, strict=True))


@pytest.fixture(scope="module")
def alone(plan: Plan) -> dict[str, bytes]:
    """Every member by itself."""
    runner = MemberRunner(CORRIDOR, cases(plan))
    return {m.id: runner(m).tobytes() for m in plan.members(0, 2)}


def test_lots_hold_every_member_once_and_only_shared_luck(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "LOT", 2)
    wanted = list(plan.members(0, 3))
    found = lots(wanted, plan.keys[0])
    assert [m for lot in found for m in lot.members] == wanted
    for lot in found:
        assert len(lot.members) <= 2
        assert len({(m.draw, m.replicate, m.seed) for m in lot.members}) == 1
        assert lot.trunk == plan.keys[0]
    assert len({lot.id for lot in found}) == len(found) == 6


@pytest.mark.parametrize("size", [1, 2, 8])
def test_members_run_together_equal_members_run_alone(
    plan: Plan, alone: dict[str, bytes], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With drawn numbers, from a trunk inside the lot or in front of it."""
    monkeypatch.setattr(members, "LOT", size)
    runner = LotRunner(CORRIDOR, cases(plan))
    found = [o for lot in lots(plan.members(0, 2), plan.keys[0]) for o in runner.run(lot)]
    assert {o.id: o.value.tobytes() for o in found} == alone


def test_days_that_are_shared_are_simulated_once(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    days: list[int] = []
    simulate = Simulation.run_day

    def counted(self: Simulation, apply: Any) -> None:
        days.append(self.days_done)
        simulate(self, apply)

    monkeypatch.setattr(Simulation, "run_day", counted)
    runner = LotRunner(CORRIDOR, cases(plan))
    (lot,) = lots(plan.members(0, 1), plan.keys[0])
    assert all(o.error is None for o in runner.run(lot))
    n = plan.scenarios[0].calendar.n_days  # type: ignore[attr-defined]
    assert 2 * n < len(days) < 3 * n - 20, "no_raids leaves the trunk after a month"


@pytest.mark.parametrize("executor", [Serial(), Processes(2)], ids=["here", "processes"])
def test_a_store_holds_the_same_whoever_runs_the_lots(
    plan: Plan, alone: dict[str, bytes], executor: Any, tmp_path: Path
) -> None:
    with opened(plan, tmp_path / "store") as store:
        collect(plan, store, 0, 2, executor)
        assert {m.id: store.read(m.id).tobytes() for m in plan.members(0, 2)} == alone


def test_a_member_that_fails_in_a_lot_leaves_the_others(
    plan: Plan, alone: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be run together is run alone, and only what fails there fails."""
    together = Corridor.together

    def broken(self: Corridor, *args: Any) -> Iterator[Any]:
        yield next(iter(together(self, *args)))
        raise RuntimeError("the second cannot be told apart")

    monkeypatch.setattr(Corridor, "together", broken)
    runner = LotRunner(CORRIDOR, cases(plan))
    (lot,) = lots(plan.members(0, 1), plan.keys[0])
    found = runner.run(lot)
    assert {o.id: o.value.tobytes() for o in found} == {o.id: alone[o.id] for o in found}
    assert len(found) == 3
    one = MemberRunner.__call__

    def failing(self: MemberRunner, member: Any) -> Any:
        if member.scenario == plan.keys[2]:
            raise ValueError("no such place")
        return one(self, member)

    monkeypatch.setattr(MemberRunner, "__call__", failing)
    found = runner.run(lot)
    assert [isinstance(o.value, np.ndarray) for o in found] == [True, True, False]
    assert "no such place" in str(found[2].error)
