"""Stand-ins for the simulation: fast, exact, and able to die at a chosen moment."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from travesia import rng
from travesia.kind import Member


@dataclass(frozen=True)
class Job:
    id: str
    number: int = 0


def square(job: Job) -> int:
    return job.number**2


@dataclass(frozen=True)
class FakeRun:
    """A vector that depends on the member alone; every call is noted in a folder, if one is given.

    ``shift`` maps the start of a scenario's hash to a number added to all of its members.
    """

    size: int
    shift: tuple[tuple[str, float], ...] = ()
    log: str = ""
    seconds: float = 0.0

    def __call__(self, member: Member) -> np.ndarray:
        if self.log:
            stamp = f"{member.id}.{os.getpid()}.{time.monotonic_ns()}"
            (Path(self.log) / stamp).touch()
        time.sleep(self.seconds)
        luck = np.random.default_rng(rng.run_key(member.seed, member.replicate))
        values = 100 + 10 * luck.standard_normal(self.size)
        for start, shift in self.shift:
            if member.scenario.startswith(start):
                values = values + shift + 0.1 * luck.standard_normal(self.size)
        return values


@dataclass(frozen=True)
class Deadly:
    """Calls a function, but the process that begins one of the jobs is killed, ``deaths`` times."""

    inner: FakeRun
    victims: tuple[str, ...]
    marks: str
    deaths: int = 1

    def __call__(self, member: Member) -> np.ndarray:
        if member.id in self.victims:
            for n in range(self.deaths):
                try:
                    (Path(self.marks) / f"{member.id}-{n}").touch(exist_ok=False)
                except FileExistsError:
                    continue
                os.kill(os.getpid(), signal.SIGKILL)
        return self.inner(member)


@dataclass(frozen=True)
class Faulty:
    """Raises for one member."""

    inner: FakeRun
    victim: str

    def __call__(self, member: Member) -> np.ndarray:
        if member.id == self.victim:
            raise ZeroDivisionError("one of the members fails")
        return self.inner(member)
