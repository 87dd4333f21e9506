"""The loop behind every ensemble: computes what a store lacks, tells of it, stops in time."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from travesia.ensembles.align import View
from travesia.ensembles.executors import Executor, Outcome
from travesia.ensembles.members import LotRunner, lots
from travesia.ensembles.plan import Plan
from travesia.ensembles.settings import Settings
from travesia.ensembles.store import MemberStore, alone
from travesia.ensembles.summary import Floats
from travesia.errors import InputError, Problem
from travesia.kind import Member, Simulate

STEP = 8
"""Members between two looks at a precision."""

Judge = Callable[["Totals"], list[dict[str, Any]]]
"""Says of what was computed so far which outputs are known well enough (``known``)."""


@contextmanager
def opened(plan: Plan, folder: Path | None) -> Iterator[MemberStore]:
    """The store of a plan in a folder, or in a temporary one that is deleted in the end."""
    cases = zip(plan.keys, plan.scenarios, strict=True)
    layouts = {key: plan.kind.layout(case) for key, case in cases}
    if folder is not None:
        with alone(folder, plan, layouts) as store:
            yield store
        return
    with tempfile.TemporaryDirectory(prefix="travesia-ensemble-") as name:
        yield MemberStore.open(Path(name), plan, layouts)


class Totals:
    """Totals of the named outputs of every member so far, each case through a view.

    ``views`` are pairs of the number of a case in the plan and a view of its members.
    """

    def __init__(self, plan: Plan, store: MemberStore, views: Sequence[tuple[int, View]]) -> None:
        self.plan, self.store, self.views = plan, store, views
        self._rows: list[list[Floats]] = [[] for _ in views]

    def read(self, start: int, stop: int) -> None:
        """Add members ``start`` to ``stop``."""
        for rows, (case, view) in zip(self._rows, self.views, strict=True):
            members = (self.plan.member(case, n) for n in range(start, stop))
            rows += [view.totals(self.store.read(m.id)) for m in members]

    def of(self, number: int) -> Floats:
        """Totals through a view by its number [members, outputs]."""
        return np.stack(self._rows[number])

    def output(self, number: int, name: str) -> Floats:
        """One of them [members]."""
        return self.of(number)[:, self.views[number][1].metrics.index(name)]


def grow(
    plan: Plan, store: MemberStore, asked: Settings, totals: Totals, judge: Judge
) -> tuple[int, list[dict[str, Any]]]:
    """Compute members until all that are asked for are there, or known as well as is asked.

    Returns how many members there are, and what the judge said last (nothing without a precision).
    """
    most, width, count = asked.members, len(plan.scenarios), 0
    light = plan.kind.light(plan.scenarios[0], most * width, plan.sample)
    executor = asked.runs_on(light, most * width)
    verdicts: list[dict[str, Any]] = []
    while count < most:
        start, count = count, most if asked.precision is None else min(most, count + STEP)

        def tell(done: int, _: int, before: int = start * width) -> None:
            asked.tell(before + done, most * width)

        collect(plan, store, start, count, executor, tell, asked.function)
        totals.read(start, count)
        if asked.precision is not None:
            verdicts = judge(totals)
            if all(v["known"] for v in verdicts):
                break
    return count, verdicts


def collect(
    plan: Plan,
    store: MemberStore,
    start: int,
    stop: int,
    executor: Executor,
    progress: Callable[[int, int], None] | None = None,
    function: Simulate | None = None,
) -> None:
    """Compute the members ``start`` to ``stop`` of every case that the store lacks.

    ``progress`` is called with (members done, members in all), those found in the store counted
    as done. The members of a lot are written as soon as it is done, so that whatever ends the run,
    no finished lot is lost.

    Raises:
        InputError: members that failed, after all others were computed; or a lost cluster.
        OutputError: a member cannot be written.
    """
    wanted = list(plan.members(start, stop))
    missing = [m for m in wanted if m.id not in store]
    done = len(wanted) - len(missing)
    tell = progress or (lambda *_: None)
    tell(done, len(wanted))
    if not missing:
        return
    names = {m.id: m for m in missing}
    failed: dict[str, list[Member]] = {}
    cause: BaseException | None = None
    outcomes = _outcomes(plan, missing, executor, function)
    try:
        for outcome in outcomes:
            if outcome.error is not None:
                text = f"{type(outcome.error).__name__}: {outcome.error}"
                failed.setdefault(text, []).append(names[outcome.id])
                cause = outcome.error
                continue
            store.write(outcome.id, outcome.value)
            done += 1
            tell(done, len(wanted))
    finally:
        outcomes.close()  # ends workers now, not when the generator is collected
    if failed:
        count = sum(len(members) for members in failed.values())
        title = f"{count} of {len(wanted)} members failed; the others are kept"
        raise InputError(title, [_failure(*f) for f in list(failed.items())[:20]]) from cause


def _outcomes(
    plan: Plan, missing: Sequence[Member], executor: Executor, function: Simulate | None
) -> Generator[Outcome, None, None]:
    """What becomes of members, as they come: in lots that share their luck."""
    runner = LotRunner(plan.kind, dict(zip(plan.keys, plan.scenarios, strict=True)))
    jobs: list[Any] = list(missing) if function else lots(missing, plan.keys[0])
    run: Any = function or runner.run
    stream = executor.map_unordered(run, jobs)
    members = {job.id: getattr(job, "members", (job,)) for job in jobs}
    try:
        for outcome in stream:
            if function is None and outcome.error is None:
                yield from outcome.value
            else:
                for member in members[outcome.id]:
                    yield replace(outcome, id=member.id)
    finally:
        close = getattr(stream, "close", None)
        if close is not None:
            close()


def _failure(text: str, members: list[Member]) -> Problem:
    """One fault for all members that failed in the same way."""
    first = min(members, key=lambda m: m.replicate)
    where = f"draw {first.draw}, replicate {first.replicate} of {first.scenario[:12]}"
    if len(members) > 1:
        where += f" and {len(members) - 1} more"
    return Problem(text, where, "run again; report it if it stays")
