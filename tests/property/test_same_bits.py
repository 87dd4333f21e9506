"""All exact ways of running give the same bits: a property over random worlds."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from bench.worlds import random_world
from hypothesis import example, given, settings
from hypothesis import strategies as st

import travesia as tv
from tests.ensemble.asking import CORRIDOR, plan_of
from travesia.engine.branch import Trunk, first_difference, run_together
from travesia.engine.record import RawResult
from travesia.engine.run import run
from travesia.ensembles.cluster import Dask
from travesia.ensembles.executors import Executor, Processes, Serial
from travesia.ensembles.members import LotRunner, MemberRunner, lots
from travesia.ensembles.summary import Summary
from travesia.kind import Question
from travesia.kinds.corridor.coarse import coarsened
from travesia.kinds.corridor.ready import Ready
from travesia.model.compile import compile_model
from travesia.model.compiled import NEVER, CompiledModel, Edit

DAYS = 60


class StoppedError(Exception):
    """Raised in the middle of a run."""


def changed(model: CompiledModel, day: int) -> CompiledModel:
    """The same with hazards doubled from a day on."""
    edit = Edit("hazard", "factor", np.arange(3, dtype=np.int64), 2.0, day, NEVER, 0, (), "test")
    return replace(model, edits=(*model.edits, edit))


def resumed(model: CompiledModel, seed: int, stop: int, chunks: int, journeys: float) -> RawResult:
    """A run that is stopped after some days and goes on from its checkpoint."""

    def tell(done: int, _: int) -> None:
        if done == stop:
            raise StoppedError

    with TemporaryDirectory() as folder:
        file = Path(folder) / "c"
        with pytest.raises(StoppedError):
            run(model, seed, checkpoint=file, every=7, progress=tell, journeys=journeys)
        return run(model, seed, checkpoint=file, resume=True, chunks=chunks, journeys=journeys)


def assert_same(one: RawResult, other: RawResult) -> None:
    """Integers and floats alike, to the bit."""
    assert one.digest() == other.digest()
    for name in ("way_beliefs", "release_beliefs", "control_levels"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
    for name in ("transitions", "person_days", "party_days"):
        assert getattr(one, name) == getattr(other, name)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(
    world=st.integers(0, 1 << 16),
    seed=st.integers(0, 1 << 32),
    sample=st.sampled_from([1.0, 0.4]),
    day=st.integers(1, DAYS - 1),
    every=st.integers(0, 20),
    limit=st.sampled_from([0, 1 << 20, 1 << 30]),
    stop=st.integers(8, DAYS - 1),
    journeys=st.sampled_from([0.0, 0.5]),
)
def test_threads_chunks_resumes_and_branches_give_the_same_bits(
    world: int,
    seed: int,
    sample: float,
    day: int,
    every: int,
    limit: int,
    stop: int,
    journeys: float,
) -> None:
    """Also from a trunk that keeps few states, or many, and is asked in any order."""
    model = random_world(world, n_days=DAYS, rate=3.0, sample=sample)
    other = changed(model, day)
    whole = run(other, seed, journeys=journeys)
    assert_same(whole, run(other, seed, threads=2, chunks=3, journeys=journeys))
    assert_same(whole, resumed(other, seed, stop, chunks=2, journeys=journeys))
    trunk = Trunk(model, seed, every=every, limit=limit, journeys=journeys)
    assert_same(whole, trunk.branch(other))
    assert_same(run(model, seed, journeys=journeys), trunk.whole())
    assert_same(whole, trunk.branch(other))
    earlier = changed(model, max(1, day // 2))
    assert_same(run(earlier, seed, journeys=journeys), trunk.branch(earlier))
    if not journeys:
        (again,) = run_together(model, [other], seed)
        assert_same(whole, again)


class Watched(Ready):
    """A scenario held ready that shows the tallies behind its last answer."""

    raw: RawResult

    def _simulated(self, *given: Any, **how: Any) -> RawResult:
        self.raw = super()._simulated(*given, **how)
        return self.raw


def alone(path: str, asked: Question) -> RawResult:
    """The same question as a run of its own, of a scenario that is loaded and compiled for it."""
    case = CORRIDOR.load(path, asked.versions, asked.set)
    seed = case.settings.seed if asked.seed is None else asked.seed
    model = compile_model(case, draw=asked.draw, sample=asked.sample, seed=seed).model
    return run(coarsened(model, coarse=asked.coarse), seed)


def ask(ready: Watched, asked: Question) -> RawResult:
    ready(replace(asked, quantities=("departures",)))
    return ready.raw


CHANGES: tuple[dict[str, Any], ...] = (
    {"seed": 8},
    {"sample": 0.05},
    {"draw": 2},
    {"coarse": True},
    {"versions": ()},
    {"versions": ("more_offices",)},
    {"versions": ("no_raids", "more_offices")},
    {"set": {"parameters.mu_place": 1.2}},
    {"set": {"policies.train_raids.end": "2019-03-10"}},
    {"set": {"settings.period.end": "2019-03-20"}},
)
"""What a question may differ in from one that was asked just before."""


@settings(max_examples=3, deadline=None, derandomize=True)
@given(
    versions=st.sampled_from([(), ("no_raids",)]),
    draw=st.sampled_from([None, 5]),
    changes=st.permutations(CHANGES).map(lambda order: order[:5]),
)
@example(versions=("no_raids",), draw=None, changes=list(CHANGES))
def test_no_answer_of_a_warm_worker_depends_on_what_was_asked_before(
    versions: tuple[str, ...], draw: int | None, changes: list[dict[str, Any]]
) -> None:
    """States, models and variants of another seed, sample, draw or scenario are never used."""
    ready, usual = Watched(CORRIDOR, "example"), Question(versions, sample=0.2, draw=draw)
    expected = alone("example", usual)
    for change in changes:
        assert_same(expected, ask(ready, usual))
        changed = replace(usual, **change)
        assert_same(alone("example", changed), ask(ready, changed))


def test_states_of_another_version_of_the_files_are_not_used(tmp_path: Path) -> None:
    """Whoever edits the scenario beneath a warm worker gets what-ifs of the files as they are."""
    folder = tmp_path / "case"
    shutil.copytree(tv.load("example").folder, folder)
    ready, raids = Watched(CORRIDOR, str(folder)), Question(("no_raids",), sample=0.2)
    before = ask(ready, raids)
    assert_same(alone(str(folder), raids), before)
    table = folder / "hazards.csv"
    text = table.read_text("utf-8")
    table.write_text(text.replace("*,*,0.03,", "*,*,0.06,"), "utf-8")
    assert table.read_text("utf-8") != text
    both = replace(raids, versions=("no_raids", "more_offices"))
    after = ask(ready, both)
    assert_same(alone(str(folder), both), after)
    assert after.events_daily[:20].tolist() != before.events_daily[:20].tolist()


def test_a_trunk_keeps_no_more_than_its_limit() -> None:
    """States go whose neighbours are nearest, so that those that stay lie apart."""
    model = random_world(17, n_days=DAYS, rate=3.0)
    many = Trunk(model, 1, every=4)
    many.whole()
    assert many.kept == tuple(range(4, DAYS, 4))
    few = Trunk(model, 1, every=4, limit=many.bytes_kept // 3)
    few.whole()
    assert 2 <= len(few.kept) < len(many.kept) // 2
    assert few.bytes_kept <= many.bytes_kept // 3
    assert max(np.diff([0, *few.kept, DAYS])) <= 2 * DAYS // len(few.kept)


def test_a_trunk_that_was_broken_off_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a day that an interrupt left behind is not built upon."""
    model = random_world(17, n_days=DAYS, rate=3.0)
    other = changed(model, 40)
    trunk = Trunk(model, 1, every=10)
    close = type(trunk._simulation.recorder).close_day  # type: ignore[union-attr]

    def broken(self: object, day: int, *rest: object) -> None:
        if day == 25:
            raise KeyboardInterrupt
        close(self, day, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(type(trunk._simulation.recorder), "close_day", broken)  # type: ignore[union-attr]
    with pytest.raises(KeyboardInterrupt):
        trunk.branch(other)
    monkeypatch.undo()
    assert trunk.days_done == 20
    assert first_difference(model, other) == 40
    assert_same(run(other, 1), trunk.branch(other))


WAYS = [
    pytest.param(Serial(), id="here"),
    pytest.param(Processes(2), id="processes"),
    pytest.param(
        Dask("local", 2),
        id="cluster",
        marks=[pytest.mark.long, pytest.mark.filterwarnings("default")],
    ),
]


@pytest.mark.parametrize("executor", WAYS)
def test_members_have_the_same_bits_wherever_they_run(executor: Executor) -> None:
    """Alone, in lots, in processes, on a cluster, and as a warm worker counts them."""
    cases = [tv.load("example"), tv.load("example", ["no_raids"])]
    plan = plan_of(*cases, seed=3, sample=0.2)
    by_key = dict(zip(plan.keys, plan.scenarios, strict=True))
    members, alone = list(plan.members(0, 2)), MemberRunner(CORRIDOR, by_key)
    expected = {m.id: alone(m).tobytes() for m in members}
    found = {
        o.id: o.value.tobytes()
        for lot in executor.map_unordered(
            LotRunner(CORRIDOR, by_key).run, lots(members, plan.keys[0])
        )
        for o in lot.value
    }
    assert found == expected
    layout = CORRIDOR.layout(cases[1])
    ready, member = Ready(CORRIDOR, "example"), plan.member(1, 0)
    table = ready(
        Question(("no_raids",), seed=3, sample=0.2, draw=member.draw, quantities=("departures",))
    )
    summary = Summary(layout, alone(member))
    assert table["departures"].to_numpy().tobytes() == summary.series("departures").tobytes()
