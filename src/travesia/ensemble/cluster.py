"""Members on a Dask cluster. Imported only when a cluster is asked for."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from typing import Any

from travesia.ensemble.executors import J, Outcome, attempt
from travesia.errors import InputError, Problem

LOST = "run the same command again: finished members are kept in the store, the rest resumes"


@contextlib.contextmanager
def connected(address: str, workers: int | None, seconds: float) -> Iterator[Any]:
    """A Dask client of a cluster that answers; ``local`` starts a cluster and ends it after.

    Raises :class:`InputError` if Dask is not installed or the scheduler does not answer.
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        cure = "install travesia with its extra `cluster`"
        raise InputError(
            "The cluster cannot be used", [Problem("Dask is not installed", "--cluster", cure)]
        ) from error
    quiet = {"distributed.comm.timeouts.connect": f"{seconds}s", "distributed.comm.retry.count": 0}
    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set(quiet))
        target: Any = address
        if address == "local":
            target = stack.enter_context(
                LocalCluster(
                    n_workers=workers or len(os.sched_getaffinity(0)), threads_per_worker=1,
                    dashboard_address=None, silence_logs=50,
                )
            )  # fmt: skip
        try:
            client = Client(target, timeout=seconds, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            cure = "start the scheduler, or look at the address and the firewall between"
            problem = Problem(f"{address} does not answer ({error})", "--cluster", cure)
            raise InputError("The cluster cannot be used", [problem]) from error
        yield stack.enter_context(client)


def outcomes(
    client: Any, function: Callable[[J], Any], jobs: Iterable[J], attempts: int
) -> Iterator[Outcome]:
    """Outcomes of jobs as they come, with only a few jobs per worker thread under way.

    The function goes to every worker once. A job whose worker dies is begun again by Dask.
    Raises :class:`InputError` if the scheduler is lost; what was yielded before stays valid.
    """
    from distributed import as_completed
    from distributed.client import FutureCancelledError

    stream = iter(jobs)
    ids: dict[str, str] = {}
    lost = (OSError, CancelledError, FutureCancelledError, TimeoutError)
    try:
        shared = client.scatter(function, broadcast=True, hash=False)
        running = as_completed()

        def submit() -> bool:
            for job in stream:
                future = client.submit(attempt, shared, job, pure=False, retries=attempts - 1)
                ids[future.key] = job.id
                running.add(future)
                return True
            return False

        for _ in range(2 * max(1, sum(client.nthreads().values()))):
            if not submit():
                break
        for future in running:
            submit()
            yield _outcome(future, ids.pop(future.key), lost)
    except lost as error:
        problem = Problem(f"the scheduler was lost ({type(error).__name__})", "--cluster", LOST)
        raise InputError("The cluster failed", [problem]) from error


def _outcome(future: Any, name: str, lost: tuple[type[BaseException], ...]) -> Outcome:
    if future.cancelled() or future.status == "lost":
        raise CancelledError(name)
    try:
        found: Outcome = future.result()
    except lost:
        raise
    except Exception as error:  # killed too often, or its outcome could not travel
        return Outcome(name, error=error)
    finally:
        future.release()
    return found
