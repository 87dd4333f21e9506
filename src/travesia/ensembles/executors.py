"""Where members are computed: in this process, in worker processes, or on a Dask cluster.

An executor has one method, ``map_unordered(function, jobs)``: it calls ``function(job)`` for every
job, in any order, and yields an :class:`Outcome` as soon as each is known. A job that raises gives
an outcome with its error; the others go on. Nothing about a result depends on the executor.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, TypeVar

from travesia.ensembles.pool import WorkerLostError, WorkerPool
from travesia.errors import InputError, Problem

ATTEMPTS = 3
"""How often a job is begun before it is given up, when its worker dies under it."""


class Job(Protocol):
    """Anything with a name that is unique in the plan; must be picklable."""

    @property
    def id(self) -> str:
        """Unique name."""
        ...


J = TypeVar("J", bound=Job)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: a value, or the error as an exception."""

    id: str
    value: Any = None
    error: BaseException | None = None


class Executor(Protocol):
    """The protocol of all executors."""

    def map_unordered(self, function: Callable[[J], Any], jobs: Iterable[J]) -> Iterator[Outcome]:
        """Call ``function`` for every job; yields outcomes in the order in which they come."""
        ...


def attempt(function: Callable[[J], Any], job: J) -> Outcome:
    """Call a function for a job and catch what it raises, with the traceback as a note."""
    try:
        return Outcome(job.id, function(job))
    except Exception as error:
        error.add_note(traceback.format_exc())
        return Outcome(job.id, error=error)


class Serial:
    """One job after the other, here."""

    def map_unordered(self, function: Callable[[J], Any], jobs: Iterable[J]) -> Iterator[Outcome]:
        """See :class:`Executor`."""
        for job in jobs:
            yield attempt(function, job)


class Processes:
    """Worker processes of this machine; a job whose worker is killed is begun again.

    ``workers`` is their number (default: one per core that this process may use). Raises
    :class:`InputError` if it is not positive.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = usable_cores() if workers is None else workers
        if self.workers < 1:
            raise InputError(
                "The ensemble was not started",
                [Problem(f"{self.workers} workers", "--workers", "use at least one worker")],
            )

    def map_unordered(self, function: Callable[[J], Any], jobs: Iterable[J]) -> Iterator[Outcome]:
        """See :class:`Executor`."""
        with WorkerPool(function, attempt, self.workers, ATTEMPTS) as pool:
            for job, outcome in pool.map(jobs):
                if isinstance(outcome, WorkerLostError):
                    yield Outcome(job.id, error=outcome)
                else:
                    yield outcome


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def batches(items: Iterable[J], size: int) -> Iterator[list[J]]:
    """Items in lists of at most ``size``."""
    stream = iter(items)
    while batch := list(islice(stream, size)):
        yield batch


__all__ = [
    "Executor", "Job", "Outcome", "Processes", "Serial", "attempt", "batches",
    "usable_cores",
]  # fmt: skip
