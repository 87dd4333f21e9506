"""The loop over days that every run goes through: threads, progress, and what is kept between days.

What a day consists of is the simulation's own, as :mod:`travesia.engine.run` says it for the
corridor's rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Protocol

Apply = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""``map``, or the same by several threads: calls a function for chunks of the people."""

Progress = Callable[[int, int], None]
"""Called with (days done, days in all)."""


class Simulation(Protocol):
    """A run under way. It must not matter to it how its chunks are dealt to threads."""

    days_done: int

    def run_day(self, apply: Apply) -> None:
        """Simulate the next day, and count it as done."""
        ...


def run_days(
    simulation: Simulation,
    n_days: int,
    *,
    threads: int = 1,
    progress: Progress | None = None,
    keep: Callable[[int], None] | None = None,
) -> None:
    """Simulate the days that are left; ``keep`` is told the days done before ``progress`` is."""
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(threads)) if threads > 1 else None
        apply: Apply = pool.map if pool is not None else map
        while simulation.days_done < n_days:
            simulation.run_day(apply)
            if keep is not None:
                keep(simulation.days_done)
            if progress is not None:
                progress(simulation.days_done, n_days)
