"""Several simulations one after the other, kept in one checkpoint so that all of it can go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from travesia.engine.checkpoint import alone, damaged, header, load, save
from travesia.kinds.flee.model import FleeModel
from travesia.kinds.flee.simulation import FleeResult, FleeSimulation, run_flee

Run = Callable[[FleeModel, int, int], FleeResult]
"""Simulates a model with a seed and a replicate."""


@contextmanager
def kept(
    checkpoint: Path | None, every: int, resume: bool, facts: Any, seed: int, threads: int
) -> Iterator[Run]:
    """A function that runs simulations in a fixed order.

    With ``every`` > 0 what is finished, and the state of what is under way, is kept in the file
    every so many simulated days; with ``resume`` it is taken from there. ``facts`` are all that
    must be equal in the run that goes on.
    """
    if checkpoint is None or not (every > 0 or resume):
        yield lambda model, seed, replicate: run_flee(
            model, seed, replicate=replicate, threads=threads
        )
        return
    with alone(checkpoint):
        head = header(facts, seed=seed, replicate=0, generator=0, journeys=0.0)
        found = load(checkpoint, head) if resume else {"done": [], "now": None}
        yield _Kept(checkpoint, head, every, found, threads)


class _Kept:
    """Runs simulations, skipping those that a checkpoint holds."""

    def __init__(
        self, path: Path, head: dict[str, Any], every: int, found: dict[str, Any], threads: int
    ) -> None:
        self.path, self.head, self.every, self.threads = path, head, every, threads
        try:
            self.done = [FleeResult(**d) for d in found["done"]]
            self.now = found["now"]
        except (KeyError, TypeError) as error:
            raise damaged(path, error) from error
        self.number = 0

    def __call__(self, model: FleeModel, seed: int, replicate: int) -> FleeResult:
        self.number += 1
        if self.number <= len(self.done):
            return self.done[self.number - 1]
        state, self.now = self.now, None
        try:
            result = run_flee(
                model, seed, replicate=replicate, threads=self.threads, state=state, keep=self._keep
            )
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            if state is None:
                raise
            raise damaged(self.path, error) from error
        self.done.append(result)
        return result

    def _keep(self, simulation: FleeSimulation) -> None:
        if self.every > 0 and simulation.days_done % self.every == 0:
            done = [asdict(r) for r in self.done]
            save(self.path, self.head, {"done": done, "now": simulation.state()})
