"""Computes the members of a plan that a store lacks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from travesia.ensemble.executors import Executor
from travesia.ensemble.members import Member, MemberRunner
from travesia.ensemble.metrics import layout_of
from travesia.ensemble.plan import Plan
from travesia.ensemble.store import MemberStore, alone
from travesia.ensemble.summary import Floats
from travesia.errors import InputError, Problem

Progress = Callable[[int, int], None]
Function = Callable[[Member], Floats]


@contextmanager
def opened(plan: Plan, folder: Path | None) -> Iterator[MemberStore]:
    """The store of a plan in a folder, or in a temporary one that is deleted in the end."""
    layouts = {
        key: layout_of(scenario) for key, scenario in zip(plan.keys, plan.scenarios, strict=True)
    }
    if folder is not None:
        with alone(folder, plan, layouts) as store:
            yield store
        return
    with tempfile.TemporaryDirectory(prefix="travesia-ensemble-") as name:
        yield MemberStore.open(Path(name), plan, layouts)


def collect(
    plan: Plan,
    store: MemberStore,
    start: int,
    stop: int,
    executor: Executor,
    progress: Progress | None = None,
    function: Function | None = None,
) -> None:
    """Compute the members ``start`` to ``stop`` of every scenario that the store lacks.

    ``progress`` is called with (members done, members in all), those found in the store counted
    as done. Each member is written as soon as it is known, so that whatever ends the run, nothing
    finished is lost.

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
    runner = function or MemberRunner(dict(zip(plan.keys, plan.scenarios, strict=True)))
    names = {m.id: m for m in missing}
    failed: list[Problem] = []
    cause: BaseException | None = None
    outcomes = executor.map_unordered(runner, missing)
    try:
        for outcome in outcomes:
            if outcome.error is not None:
                failed.append(_failure(names[outcome.id], outcome.error))
                cause = outcome.error
                continue
            store.write(outcome.id, outcome.value)
            done += 1
            tell(done, len(wanted))
    finally:
        close = getattr(outcomes, "close", None)
        if close is not None:  # ends workers now, not when the generator is collected
            close()
    if failed:
        title = f"{len(failed)} of {len(wanted)} members failed; the others are kept"
        raise InputError(title, failed[:20]) from cause


def _failure(member: Member, error: BaseException) -> Problem:
    where = f"draw {member.draw}, replicate {member.replicate} of {member.scenario[:12]}"
    return Problem(f"{type(error).__name__}: {error}", where, "run again; report it if it stays")
