"""How many runs are asked for, of what size, how well known, where: the settings of an ensemble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from travesia.ensembles.executors import Executor, Processes, Serial, usable_cores
from travesia.errors import InputError, Problem
from travesia.kind import Kind, Progress, Simulate
from travesia.likeness import did_you_mean
from travesia.options import Options

MEMBERS = 40
"""Members of an ensemble, and pairs of a comparison, unless others are asked for."""


@dataclass(frozen=True)
class Settings:
    """What is asked of an ensemble or a comparison.

    Args:
        members: runs of each case; with ``precision`` at most so many.
        sample: share of the people that each simulates, in (0, 1]; None is the kind's own.
        seed: of draws and chance; by default that of the first case.
        draws: draw the numbers that carry a range; else members differ by chance alone.
        precision: stop as soon as ``outputs`` are known to this share (see
            :mod:`travesia.ensembles.stats`), looked up every few members in the order of the plan.
        outputs: named outputs that ``precision`` is asked of; None are the kind's own.
        folder: where finished members are kept, so that what was cut off goes on.
        workers: worker processes; by default one per core, or none for small work.
        cluster: address of a Dask scheduler, or ``local``.
        progress: called with (what, runs done, runs in all).
        coarse: first answers for less (see :attr:`travesia.kind.Kind.coarse`).
        executor: where members run, in place of ``workers`` and ``cluster``.
        function: replaces the simulation of a member, for tests.
    """

    members: int = MEMBERS
    sample: float | None = None
    seed: int | None = None
    draws: bool = True
    precision: float | None = None
    outputs: Sequence[str] | None = None
    folder: Path | None = None
    workers: int | None = None
    cluster: str | None = None
    progress: Progress | None = None
    coarse: bool = False
    executor: Executor | None = None
    function: Simulate | None = None

    def checked(self, title: str, kind: Kind[Any]) -> Settings:
        """The same with numbers of plain types, within sense.

        Raises :class:`InputError` with every one that makes no sense.
        """
        read = Options(title)
        outputs = (self.outputs,) if isinstance(self.outputs, str) else self.outputs
        coarse = read.flag("coarse", self.coarse)
        sample = kind.coarsely(self.sample, read.faults) if coarse else self.sample
        found = replace(
            self,
            coarse=coarse,
            members=read.whole("members", self.members, 1, few="members tell nothing"),
            sample=read.sample(kind.sample if sample is None else sample),
            seed=read.seed(self.seed),
            draws=read.flag("draws", self.draws) and kind.drawn,
            precision=read.precision(self.precision),
            workers=read.count("workers", self.workers, 1, "use at least one worker"),
            outputs=outputs,
            folder=None if self.folder is None else Path(self.folder),
        )
        read.raise_if_any()
        return found

    def named(self, title: str, precise: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
        """The outputs that a precision is asked of. Raises :class:`InputError` for unknown ones."""
        if self.outputs is None:
            return tuple(name for name in precise if name in known)
        faults = [
            Problem(f"there is no output '{n}'", "--outputs", did_you_mean(n, known))
            for n in self.outputs
            if n not in known
        ]
        if faults:
            raise InputError(title, faults)
        return tuple(self.outputs)

    def runs_on(self, light: bool, jobs: int) -> Executor:
        """Where members run: what was asked for, else by the size of the work."""
        if self.executor is not None:
            return self.executor
        if self.cluster is not None:
            from travesia.ensembles.cluster import Dask

            return Dask(self.cluster, self.workers)
        if self.workers is not None:
            return Serial() if self.workers == 1 else Processes(self.workers)
        cores = min(usable_cores(), jobs)
        return Serial() if light or cores < 2 else Processes(cores)

    def tell(self, done: int, total: int, what: str = "simulated runs") -> None:
        """Tell the progress, if anybody wants to know."""
        if self.progress is not None:
            self.progress(what, done, total)


def parse_precision(text: str) -> float:
    """Read ``5%`` or ``0.05``. Raises :class:`InputError` if it is neither."""
    try:
        body = text.strip()
        return float(body.removesuffix("%")) / (100.0 if body.endswith("%") else 1.0)
    except ValueError as error:
        cure = "write a share such as 5% or 0.05"
        raise InputError(
            "The precision cannot be read", [Problem(f"'{text}'", "--precision", cure)]
        ) from error
