"""A warm worker: answers of runs, to the bit, whatever was asked before and whoever is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import travesia as tv
from tests.ensemble.asking import CORRIDOR
from travesia.engine.run import Simulation
from travesia.ensembles.pool import WorkerLostError
from travesia.ensembles.recent import Recent
from travesia.ensembles.worker import Worker
from travesia.errors import InputError, UnknownNameError
from travesia.kind import Question
from travesia.kinds.corridor.kind import Corridor
from travesia.kinds.corridor.ready import Ready

SAMPLE = 0.2

QUESTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"patches": ["no_raids"]},
    {"patches": ["more_offices"], "seed": 8},
    {"set": {"policies.train_raids.end": "2019-03-10"}},
    {"patches": ["no_raids"], "draw": 2},
    {"set": {"settings.period.end": "2019-03-20"}, "journeys": 50},
    {"patches": ["no_raids"], "seed": 8},
    {},
)
"""What differs on a dated day and what from the start; seeds, draws, dates, and twice the same."""


@pytest.fixture(scope="module")
def warm() -> Iterator[Worker]:
    with tv.worker("example") as worker:
        yield worker


def whole(question: dict[str, Any]) -> Any:
    return tv.run("example", sample=SAMPLE, threads=1, **{"journeys": 0, **question})


def hashes(result: Any) -> tuple[str, str]:
    manifest = result.manifest
    return manifest["tally_sha256"], manifest["scenario_sha256"]


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_answers_are_those_of_runs(warm: Worker, number: int) -> None:
    question = QUESTIONS[number]
    asked, alone = warm.ask(sample=SAMPLE, **question), whole(question)
    assert hashes(asked) == hashes(alone)
    for name, table in alone.tables.items():
        pd.testing.assert_frame_equal(asked.tables[name], table, check_exact=True)
    moving = ("started", "seconds")
    told = [{k: v for k, v in r.manifest.items() if k not in moving} for r in (asked, alone)]
    assert told[0] == told[1]


@pytest.mark.parametrize("question", [QUESTIONS[0], QUESTIONS[1], QUESTIONS[4]])
def test_quantities_by_month_are_those_of_a_run(warm: Worker, question: dict[str, Any]) -> None:
    alone = whole(question)
    names = ["departures", "waiting_at_end", "robbery"]
    table = warm.monthly(names, sample=SAMPLE, **question)
    for name in names:
        pd.testing.assert_series_equal(table[name], alone.monthly(name), rtol=1e-12)
        assert table[name].sum() > 0


def test_what_was_done_is_not_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A what-if goes on from where it leaves the baseline; a question asked again costs no day."""
    days: list[int] = []
    simulate = Simulation.run_day

    def counted(self: Simulation, apply: Any) -> None:
        days.append(self.days_done)
        simulate(self, apply)

    monkeypatch.setattr(Simulation, "run_day", counted)
    ready = Ready(CORRIDOR, "example")
    n = ready.base.calendar.n_days

    def cost(**asked: Any) -> int:
        days.clear()
        ready(Question(sample=SAMPLE, quantities=("departures",), **asked))
        return len(days)

    assert cost(versions=("no_raids",)) == n, "the baseline only as far as it is shared"
    assert cost(versions=("no_raids",)) < n - 20, "no_raids leaves it after a month"
    assert 0 < cost() < n, "the rest of the baseline"
    assert cost() == 0
    assert cost(seed=3) == n


class Deadly(Corridor):
    """Kills its process at the first questions: as many times as there are no marks yet."""

    marks = ""
    deaths = 1

    def ready(self, given: Any) -> Any:
        answer, kind = super().ready(given), self

        def dying(question: Question) -> Any:
            for n in range(kind.deaths):
                try:
                    (Path(kind.marks) / str(n)).touch(exist_ok=False)
                except FileExistsError:
                    continue
                os.kill(os.getpid(), signal.SIGKILL)
            return answer(question)

        return dying


def deadly(folder: Path, deaths: int) -> Deadly:
    kind = Deadly()
    kind.marks, kind.deaths = str(folder), deaths
    return kind


def test_a_worker_that_is_killed_while_it_answers_outlives_it(tmp_path: Path) -> None:
    """By itself in the middle of a question, and between two questions."""
    with Worker(deadly(tmp_path, 1), "example") as worker:
        first = worker.pid
        one = worker.ask(sample=SAMPLE)
        second = worker.pid
        assert first != second, "the first must have died"
        assert second is not None
        os.kill(second, signal.SIGKILL)
        two = worker.ask(sample=SAMPLE)
        third = worker.pid
        assert third not in (first, second)
    assert hashes(one) == hashes(two) == hashes(whole({}))
    for pid in (first, second, third):
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid or 0), 0)


def test_killed_twice_on_one_question_is_said_and_the_next_is_answered(tmp_path: Path) -> None:
    with Worker(deadly(tmp_path, 2), "example") as worker:
        with pytest.raises(WorkerLostError, match="2 times in turn while it answered"):
            worker.ask(sample=SAMPLE)
        assert hashes(worker.ask(sample=SAMPLE)) == hashes(whole({}))


def test_what_cannot_be_asked(warm: Worker) -> None:
    """Every fault at once, in the words of a run; the worker lives on."""
    process = warm.pid
    with pytest.raises(InputError) as caught:
        warm.ask(sample=2.0, seed=-1, journeys=-1, options={"seats": 3})
    assert len(caught.value.problems) == 4
    assert all(p.cure for p in caught.value.problems)
    with pytest.raises(InputError, match="no patch 'no_rides'"):
        warm.ask("no_rides", sample=SAMPLE)
    with pytest.raises(UnknownNameError, match="departures"):
        warm.monthly("departurs", sample=SAMPLE)
    assert warm.pid == process
    with pytest.raises(InputError, match="nowhere"):
        tv.worker("nowhere")
    with tv.worker(tv.load("example", ["no_raids"])) as other:
        with pytest.raises(InputError, match="name the scenario when the worker is made"):
            other.ask("more_offices")
        assert hashes(other.ask(sample=SAMPLE)) == hashes(whole(QUESTIONS[1]))
    with pytest.raises(InputError, match="the worker is closed"):
        other.ask()


def test_what_was_used_longest_ago_goes_first() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name.upper()

    recent: Recent[str] = Recent(2)
    for name in "abacab":
        assert recent.get(name, lambda name=name: make(name)) == name.upper()  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]
    assert len(recent) == 2
