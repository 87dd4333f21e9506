"""What-ifs that go on from the day on which they begin to differ: the same bits as whole runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from bench.worlds import random_world

from travesia.engine.branch import first_difference, run_together
from travesia.engine.record import RawResult
from travesia.engine.run import Simulation, run
from travesia.model.compiled import NEVER, CompiledModel, Edit

SEED = 5
DAYS = 90

Change = Callable[[CompiledModel], CompiledModel]


def world(**options: float) -> CompiledModel:
    """Learning, queues, lots, beds, caravans, controllers, recalls and edits."""
    return random_world(17, n_days=DAYS, rate=5.0, **options)  # type: ignore[arg-type]


def with_edit(start: int, end: int = NEVER, ramp: int = 0) -> Change:
    """Hazards doubled for some days."""
    at = np.arange(3, dtype=np.int64)
    edit = Edit("hazard", "factor", at, 2.0, start, end, ramp, (), "test")
    return lambda m: replace(m, edits=(*m.edits, edit))


def ending(number: int, day: int) -> Change:
    """One edit of the world ends on another day."""

    def change(m: CompiledModel) -> CompiledModel:
        edits = list(m.edits)
        edits[number] = replace(edits[number], end=day)
        return replace(m, edits=tuple(edits))

    return change


def without_recall(number: int) -> Change:
    """A raid that is not carried out."""
    return lambda m: replace(m, recalls=m.recalls[:number] + m.recalls[number + 1 :])


def other_control(m: CompiledModel) -> CompiledModel:
    """A controller more, in front: the others move to other numbers, and so do their edits."""
    new = replace(m.controls[0], start=60, window=10, threshold=1.0, origin="new")
    edits = [replace(e, control=e.control + 1) if e.control >= 0 else e for e in m.edits]
    mine = replace(edits[0], start=0, end=NEVER, control=0, origin="new", op="factor", value=1.5)
    return replace(m, controls=(new, *m.controls), edits=(*edits, mine))


def other_road(m: CompiledModel) -> CompiledModel:
    """A caravan is held up where it was on day 26."""
    walk = m.caravans.copy()
    walk[1, 27:30] = walk[1, 26]
    return replace(m, caravans=walk)


def more_people(m: CompiledModel) -> CompiledModel:
    """More people set out from the second month."""
    people = m.cohorts.people_per_day.copy()
    people[1:] *= 1.5
    return replace(m, cohorts=replace(m.cohorts, people_per_day=people))


def other_aims(m: CompiledModel) -> CompiledModel:
    """Sectors attract otherwise in the third month."""
    aims = m.attraction.copy()
    aims[2] += 0.1
    return replace(m, attraction=aims)


def other_hazards(m: CompiledModel) -> CompiledModel:
    """What has no date differs from the start."""
    return replace(m, base={**m.base, "hazard": m.base["hazard"] * 1.1})


CHANGES: dict[str, tuple[Change, int]] = {
    "an edit": (with_edit(40), 40),
    "an edit for some days": (with_edit(31, 33), 31),
    "an edit that grows": (with_edit(45, ramp=28), 45),
    "an edit of before the run": (with_edit(-7), 0),
    "a recall that is missing": (without_recall(1), 28),
    "a controller": (other_control, 50),
    "a road of a caravan": (other_road, 27),
    "departures": (more_people, 30),
    "aims": (other_aims, 60),
    "what has no date": (other_hazards, 0),
    "nothing": (lambda m: replace(m), DAYS),
}


def assert_equal(one: RawResult, other: RawResult) -> None:
    """Integers and floats alike, to the bit."""
    assert one.digest() == other.digest()
    assert one.way_beliefs.tobytes() == other.way_beliefs.tobytes()
    assert one.release_beliefs.tobytes() == other.release_beliefs.tobytes()
    assert one.control_levels.tobytes() == other.control_levels.tobytes()
    for name in ("transitions", "person_days", "party_days"):
        assert getattr(one, name) == getattr(other, name)


@pytest.mark.parametrize("what", CHANGES)
def test_the_day_of_the_first_difference(what: str) -> None:
    """Known by reading both models, and the same whichever of them is the trunk."""
    change, day = CHANGES[what]
    assert first_difference(world(), change(world())) == day
    assert first_difference(change(world()), world()) == day


def test_an_edit_that_ends_on_another_day_differs_from_the_earlier_end() -> None:
    one, other = (with_edit(20, end)(world()) for end in (50, 70))
    assert first_difference(one, other) == 50


@pytest.mark.parametrize("sample", [1.0, 0.3])
def test_branches_equal_whole_runs(sample: float) -> None:
    """Every kind of change at once, in one group of runs; what differs does make a difference."""
    trunk = world(sample=sample)
    models = [trunk, *(change(trunk) for change, _ in CHANGES.values())]
    whole = [run(model, SEED) for model in models]
    for one, other in zip(run_together(trunk, models, SEED), whole, strict=True):
        assert_equal(one, other)
    same = [r.digest() == whole[0].digest() for r in whole]
    assert sample < 1.0 or sum(same) <= 3, "most changes must be felt"


def test_only_the_days_that_differ_are_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    days: list[int] = []
    simulate = Simulation.run_day

    def counted(self: Simulation, apply: object) -> None:
        days.append(self.days_done)
        simulate(self, apply)  # type: ignore[arg-type]

    monkeypatch.setattr(Simulation, "run_day", counted)
    trunk = world()
    models = [with_edit(70)(trunk), replace(trunk), other_road(trunk)]
    list(run_together(trunk, models, SEED))
    assert len(days) == DAYS + (DAYS - 70) + 0 + (DAYS - 27)
    days.clear()
    list(run_together(trunk, [with_edit(50)(trunk), with_edit(60)(trunk)], SEED))
    assert len(days) == 60 + (DAYS - 50) + (DAYS - 60), "the trunk is run only as far as it helps"
