"""Members on a Dask cluster. Imported only when a cluster is asked for.

Whoever reaches the port of a scheduler can run code as the user who started it: Dask sends
functions. So a scheduler that listens beyond its own machine needs TLS, where both sides show a
certificate: ``tls://host:port?ca=CA.pem&cert=MINE.pem&key=MINE.key``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from travesia.ensembles.executors import J, Outcome, attempt, usable_cores
from travesia.ensembles.pool import interrupts_blocked
from travesia.errors import InputError, Problem

TLS_FILES = {
    "ca": "the certificate of the authority that signed the scheduler's",
    "cert": "your own certificate",
    "key": "the key of your certificate",
}
"""What an address ``tls://`` may name, and what each file is."""

CONNECT_SECONDS = 8.0
"""How long a cluster may take to answer."""

LOST = "run the same command again: finished members are kept in the store, the rest resumes"


class Dask:
    """A Dask cluster: ``local`` starts one here, ``tcp://host:port`` joins one.

    Raises :class:`InputError` if the extra ``cluster`` is not installed, or if the cluster does
    not answer within ten seconds.
    """

    def __init__(self, address: str = "local", workers: int | None = None) -> None:
        self.address, self.workers = address, workers

    def map_unordered(self, function: Callable[[J], Any], jobs: Iterable[J]) -> Iterator[Outcome]:
        """See :class:`Executor`."""
        with connected(self.address, self.workers, CONNECT_SECONDS) as client:
            yield from outcomes(client, function, jobs)


@contextlib.contextmanager
def connected(address: str, workers: int | None, seconds: float) -> Iterator[Any]:
    """A Dask client of a cluster that answers; ``local`` starts a cluster and ends it after.

    Raises :class:`InputError` if Dask is not installed or the scheduler does not answer.
    """
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        cure = "install travesia with its extra `cluster`"
        raise InputError(
            "The cluster cannot be used", [Problem("Dask is not installed", "--cluster", cure)]
        ) from error
    target: Any
    target, security = _secured(address)
    quiet = {"distributed.comm.timeouts.connect": f"{seconds}s", "distributed.comm.retry.count": 0}
    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set(quiet))
        if address == "local":
            with interrupts_blocked():  # threads and processes begun here leave Ctrl-C to us
                target = stack.enter_context(_local(workers or usable_cores()))
        else:
            _knock(target, security, seconds / 2)
        client = stack.enter_context(
            Client(target, timeout=seconds, set_as_default=False, security=security)
        )
        try:
            client.wait_for_workers(1, timeout=60 if address == "local" else seconds)
        except TimeoutError as error:
            problem = Problem(f"{address} has no workers", "--cluster", "start at least one worker")
            raise InputError("The cluster cannot be used", [problem]) from error
        yield client


def _secured(address: str) -> tuple[str, Any]:
    """An address without the files of TLS, and those files for Dask (None: as Dask is set up).

    Raises :class:`InputError` with every file that is missing.
    """
    target, _, query = address.partition("?")
    given = parse_qs(query, keep_blank_values=True)
    problems = [
        Problem(f"{key!r} is no part of an address", "--cluster", f"use {', '.join(TLS_FILES)}")
        for key in given
        if key not in TLS_FILES
    ]
    if not query:
        return target, None
    if not target.startswith("tls://"):
        cure = "write tls://host:port?ca=FILE&cert=FILE&key=FILE"
        problems.append(Problem("certificates go with an address tls://", "--cluster", cure))
    for key, what in TLS_FILES.items():
        path = given.get(key, [""])[-1]
        if not Path(path).is_file():
            told = f"{key}={path} is not a file" if path else f"{key}= is missing"
            problems.append(Problem(told, "--cluster", f"name {what}"))
    if problems:
        raise InputError("The cluster cannot be used", problems)
    from distributed.security import Security

    return target, Security(
        tls_ca_file=given["ca"][-1],
        tls_client_cert=given["cert"][-1],
        tls_client_key=given["key"][-1],
        require_encryption=True,
    )


def _knock(address: str, security: Any, seconds: float) -> None:
    """See whether a scheduler answers, before a client is made that would try for long.

    The port first, then Dask's own greeting, in a loop of its own (a notebook has one running).
    """
    from distributed.core import connect
    from distributed.security import Security

    async def greet() -> None:
        options = (security or Security()).get_connection_args("client")
        comm = await asyncio.wait_for(connect(address, **options), seconds)
        comm.abort()

    try:
        parts = urlsplit(address if "://" in address else f"tcp://{address}")
        host, port = parts.hostname, parts.port
        if not host or port is None:
            raise ValueError("write it as tcp://host:port")
        socket.create_connection((host, port), timeout=seconds).close()
        with ThreadPoolExecutor(1) as aside:
            aside.submit(asyncio.run, greet()).result()
    except Exception as error:  # whatever answers at the port may not be a scheduler
        raise _unreachable(address, error) from error


def _unreachable(address: str, error: Exception) -> InputError:
    cure = "start the scheduler, or look at the address and at firewalls between here and there"
    problem = Problem(
        f"{address} does not answer ({str(error) or type(error).__name__})", "--cluster", cure
    )
    return InputError("The cluster cannot be used", [problem])


def _local(workers: int) -> Any:
    """A scheduler and single-threaded workers on this machine, each a process of its own.

    They are started as commands where that is possible: then, unlike in Dask's usual local
    cluster, workers do not import the caller's main module.
    """
    if os.name == "nt":
        from distributed import LocalCluster as Cluster
    else:
        from distributed.deploy.subprocess import SubprocessCluster as Cluster
    return Cluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)


def outcomes(client: Any, function: Callable[[J], Any], jobs: Iterable[J]) -> Iterator[Outcome]:
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
        running = as_completed(loop=client.loop)

        def submit() -> bool:
            for job in stream:
                future = client.submit(attempt, shared, job, pure=False)
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
