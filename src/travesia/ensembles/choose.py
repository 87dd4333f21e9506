"""Where members run and how their progress is told, as callers of the library ask for it."""

from __future__ import annotations

from collections.abc import Callable

from travesia.ensembles.executors import Executor, Processes, Serial
from travesia.options import Options


def executor_of(workers: int | None, cluster: str | None) -> Executor | None:
    """Where members run; None leaves it to the size of the work.

    Raises :class:`travesia.errors.InputError` if ``workers`` is not a whole number above 0.
    """
    read = Options("The ensemble was not started")
    workers = read.count("workers", workers, 1, "use at least one worker")
    read.raise_if_any()
    if cluster is not None:
        from travesia.ensembles.cluster import Dask

        return Dask(cluster, workers)
    if workers == 1:
        return Serial()
    return None if workers is None else Processes(workers)


def telling(
    progress: Callable[[str, int, int], None] | None, what: str
) -> Callable[[int, int], None] | None:
    """A progress callback of members out of one that is told what is being done, too."""
    if progress is None:
        return None
    tell = progress
    return lambda done, total: tell(what, done, total)
