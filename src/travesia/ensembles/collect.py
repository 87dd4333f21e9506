"""Computes the members of a plan that a store lacks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from travesia.ensembles.executors import Executor
from travesia.ensembles.members import Member, MemberRunner
from travesia.ensembles.metrics import layout_of
from travesia.ensembles.plan import Plan
from travesia.ensembles.store import MemberStore, alone
from travesia.ensembles.summary import Floats
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
    failed: dict[str, list[Member]] = {}
    cause: BaseException | None = None
    outcomes = executor.map_unordered(runner, missing)
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
        close = getattr(outcomes, "close", None)
        if close is not None:  # ends workers now, not when the generator is collected
            close()
    if failed:
        count = sum(len(members) for members in failed.values())
        title = f"{count} of {len(wanted)} members failed; the others are kept"
        raise InputError(title, [_failure(*f) for f in list(failed.items())[:20]]) from cause


def _failure(text: str, members: list[Member]) -> Problem:
    """One fault for all members that failed in the same way."""
    first = min(members, key=lambda m: m.replicate)
    where = f"draw {first.draw}, replicate {first.replicate} of {first.scenario[:12]}"
    if len(members) > 1:
        where += f" and {len(members) - 1} more"
    return Problem(text, where, "run again; report it if it stays")
