"""A process that holds a case ready and answers questions about it, and outlives its own death.

It loads, checks and compiles the case once; what it made for one question serves the next. If it
is killed while it answers, a fresh one takes the question over, and the answer is the same to the
bit: nothing of an answer depends on what was asked before.
"""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from travesia import plugins
from travesia.ensembles.executors import attempt
from travesia.ensembles.pool import (
    DeadWorkerError,
    WorkerLostError,
    WorkerProcess,
    interrupts_blocked,
)
from travesia.errors import InputError, Problem, TravesiaError
from travesia.kind import Answer, Case, Kind, Question
from travesia.options import Options

if TYPE_CHECKING:
    from types import TracebackType

    import pandas as pd

    from travesia.results.result import Result

ATTEMPTS = 2
"""Processes that begin a question before it is given up."""

TITLE = "The question was not asked"


@dataclass(frozen=True, slots=True)
class _Begin:
    """The first job of a process: get ready."""

    id: str = "begin"


class Holder:
    """What the process runs: gets the case ready at its first job, then answers."""

    def __init__(self, kind: Kind[Any], given: str | Case, *, trust: bool) -> None:
        self._kind, self._given, self._trust = kind, given, trust
        self._answer: Answer | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_answer": None, "_added": plugins.packed()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        plugins.unpack(state.pop("_added"))
        self.__dict__.update(state)

    def __call__(self, job: Question | _Begin) -> Any:
        """Answer a question."""
        with plugins.trusting(self._trust):
            if self._answer is None:
                self._answer = self._kind.ready(self._given) or self._plainly
            return self._answer(job) if isinstance(job, Question) else None

    def _plainly(self, question: Question) -> Any:
        """The answer of a kind that knows no faster way than a run."""
        import pandas as pd

        kind, given = self._kind, self._given
        if isinstance(given, str):
            given = kind.load(given, question.versions, question.set)
        result = kind.run(given, question.asked)
        if question.quantities is None:
            return result
        return pd.DataFrame({name: result.monthly(name) for name in question.quantities})


class Worker:
    """A warm worker: a context manager that leaves no process behind.

    Questions are answered one after the other, from any thread. What a version of the case changes
    on a dated day goes on from the baseline's state on that day.
    """

    def __init__(self, kind: Kind[Any], given: str | Case, *, trust: bool = False) -> None:
        self._kind, self._given, self._folder = kind, given, os.getcwd()  # noqa: PTH109
        self._setup = pickle.dumps((Holder(kind, given, trust=trust), attempt), protocol=5)
        self._lock = threading.Lock()
        self._process: WorkerProcess | None = None
        self._closed = False
        try:
            self._call(_Begin())
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        """What it holds, in a line."""
        named = self._given if isinstance(self._given, str) else self._given.name
        return f"<Worker of {named}: {'closed' if self._closed else f'process {self.pid}'}>"

    @property
    def pid(self) -> int | None:
        """Number of the process that runs now, or None."""
        process = self._process
        return None if process is None else process.process.pid

    def ask(
        self,
        patches: Iterable[str] = (),
        set: Mapping[str, object] | None = None,
        *,
        seed: int | None = None,
        sample: float = 1.0,
        draw: int | None = None,
        draws: int = 0,
        journeys: int = 0,
        coarse: bool = False,
        options: Mapping[str, object] | None = None,
    ) -> Result:
        """A run of the case, or of a version of it: what ``tv.run`` gives with these arguments.

        Raises:
            InputError: patches, values or numbers that cannot be used.
            WorkerLostError: two processes in turn were ended while they answered.
        """
        question = self._question(
            patches,
            set,
            seed,
            sample,
            draw,
            draws,
            journeys=journeys,
            coarse=coarse,
            options=options,
        )
        result: Result = self._call(question)
        return result

    def monthly(
        self,
        quantities: str | Sequence[str],
        patches: Iterable[str] = (),
        set: Mapping[str, object] | None = None,
        *,
        seed: int | None = None,
        sample: float = 1.0,
        draw: int | None = None,
        coarse: bool = False,
        options: Mapping[str, object] | None = None,
    ) -> pd.DataFrame:
        """Some quantities by month of the period, one column each: less work than a whole run.

        Raises what :meth:`ask` raises, and :class:`travesia.errors.UnknownNameError`.
        """
        names = (quantities,) if isinstance(quantities, str) else tuple(quantities)
        question = self._question(
            patches, set, seed, sample, draw, 0, coarse=coarse, options=options, quantities=names
        )
        table: pd.DataFrame = self._call(question)
        return table

    def close(self) -> None:
        """End the process; safe to call twice."""
        with self._lock:
            self._closed = True
            self._end()

    def _question(
        self,
        patches: Iterable[str],
        set: Mapping[str, object] | None,
        seed: int | None,
        sample: float,
        draw: int | None,
        draws: int,
        *,
        journeys: int = 0,
        coarse: bool = False,
        options: Mapping[str, object] | None = None,
        quantities: tuple[str, ...] | None = None,
    ) -> Question:
        """A question whose numbers make sense. Raises :class:`InputError` with all faults."""
        read = Options(TITLE)
        versions = (patches,) if isinstance(patches, str) else tuple(patches)
        if not isinstance(self._given, str) and (versions or set):
            cure = "name the scenario when the worker is made"
            read.faults.append(Problem("patches and set of a scenario that is loaded", "", cure))
        read.faults += self._kind.faults(options or {})
        if coarse:
            sample = self._kind.coarsely(sample, read.faults)
        question = Question(
            versions=versions,
            set=dict(set or {}),
            seed=read.seed(seed),
            sample=read.sample(sample),
            draw=read.count("draw", draw),
            draws=read.whole("draws", draws, 0),
            journeys=read.whole("journeys", journeys, 0),
            coarse=bool(coarse),
            options=dict(options or {}),
            quantities=quantities,
        )
        read.raise_if_any()
        return question

    def _call(self, job: Question | _Begin) -> Any:
        with self._lock:
            for _ in range(ATTEMPTS):
                if self._closed:
                    cure = "make a new one"
                    raise InputError(TITLE, [Problem("the worker is closed", "", cure)])
                process = self._process or self._start()
                try:
                    outcome = process.call(job)
                except DeadWorkerError:
                    self._end()
                    continue
                except BaseException:  # the answer that is under way would be taken for the next
                    self._end()
                    raise
                return _told(outcome)
        raise WorkerLostError(
            f"the process that computes was ended {ATTEMPTS} times in turn while it answered → "
            "see whether its memory suffices (a smaller sample needs less), then ask again"
        )

    def _start(self) -> WorkerProcess:
        with interrupts_blocked():
            self._process = WorkerProcess(self._setup, self._folder)
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.stop()
            self._process.close()
            self._process = None


def _told(outcome: Any) -> Any:
    """The value of an outcome; its error is raised here, without where it was raised there."""
    error = outcome.error
    if isinstance(error, TravesiaError):
        error.__notes__ = []
    if error is not None:
        raise error
    return outcome.value
