"""A pool of worker processes in which the death of a worker costs one job's time and no more.

Each worker is a fresh interpreter (never a fork: numba and Arrow keep threads) that is spoken to
through its own pipes by its own thread. It does not import the caller's main module, so scripts
need no ``if __name__ == "__main__"`` and notebooks work. When a worker dies, only the job that it
held is begun again, by a new worker.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from travesia.errors import TravesiaError

_LENGTH = struct.Struct("<Q")
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


class WorkerLostError(TravesiaError):
    """A job was begun several times, and each time its worker died."""


class DeadWorkerError(Exception):
    """The worker at the other end of the pipe is gone."""


def send(stream: IO[bytes], message: object) -> None:
    """Write one message to a pipe."""
    data = message if isinstance(message, bytes) else pickle.dumps(message, protocol=5)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one message from a pipe. Raises :class:`EOFError` at its end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)


class WorkerProcess:
    """One process, and what was sent to it: a function, how to call it, then jobs.

    It works in ``folder``; by default in that of this process.
    """

    def __init__(self, setup: bytes, folder: str | None = None) -> None:
        path = os.pathsep.join(p for p in sys.path if p)
        env = {**os.environ, "PYTHONPATH": path, **dict.fromkeys(_ONE_THREAD, "1")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "travesia.ensembles.pool"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
            cwd=folder,
        )
        with contextlib.suppress(OSError):  # if it died at once, the first job will notice
            send(self._stdin, setup)

    @property
    def _stdin(self) -> IO[bytes]:
        assert self.process.stdin is not None
        return self.process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def call(self, job: Any) -> Any:
        """Send a job and wait for its outcome. Raises :class:`DeadWorkerError`."""
        try:
            send(self._stdin, job)
            return receive(self._stdout)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            raise DeadWorkerError from error

    def stop(self) -> None:
        """End the process and wait for it. Safe to call twice and from any thread."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Close the pipes of a process that has ended."""
        for stream in (self._stdin, self._stdout):
            with contextlib.suppress(OSError):
                stream.close()


class WorkerPool:
    """Workers that call ``attempt(function, job)``; a context manager that leaves none behind."""

    def __init__(
        self, function: Callable[..., Any], attempt: Callable[..., Any], workers: int, attempts: int
    ) -> None:
        self._setup = pickle.dumps((function, attempt), protocol=5)
        self._workers, self._attempts = workers, attempts
        self._lock = threading.Lock()
        self._alive: set[WorkerProcess] = set()
        self._stopping = False

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def pids(self) -> list[int]:
        """Process ids of the workers that run now."""
        with self._lock:
            return [w.process.pid for w in self._alive]

    def map(self, jobs: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        """Yield (job, outcome) as they come; the outcome of a lost job is a
        :class:`WorkerLostError`. Jobs are taken from the iterable only when a worker is free, and
        results wait only in a short queue, so neither has to fit in memory.
        """
        pending: Iterator[Any] = iter(jobs)
        again: deque[tuple[Any, int]] = deque()
        done: queue.Queue[tuple[Any, Any] | None] = queue.Queue(maxsize=2 * self._workers)

        def next_job() -> tuple[Any, int] | None:
            with self._lock:
                if self._stopping:
                    return None
                if again:
                    return again.popleft()
                for job in pending:
                    return job, 1
                return None

        def give_back(job: Any, tried: int) -> None:
            with self._lock:
                again.append((job, tried + 1))

        threads = [
            threading.Thread(target=self._serve, args=(next_job, give_back, done), daemon=True)
            for _ in range(self._workers)
        ]
        for thread in threads:
            thread.start()
        try:
            running = len(threads)
            while running:
                item = done.get()
                if item is None:
                    running -= 1
                elif isinstance(item[1], _Failure):
                    raise item[1].error
                else:
                    yield item
        finally:
            self._stop()
            while any(t.is_alive() for t in threads):
                try:
                    done.get(timeout=0.05)
                except queue.Empty:
                    continue

    def _serve(
        self,
        next_job: Callable[[], tuple[Any, int] | None],
        give_back: Callable[[Any, int], None],
        done: queue.Queue[tuple[Any, Any] | None],
    ) -> None:
        """Feed one worker until there is nothing left to do."""
        worker: WorkerProcess | None = None
        try:
            while (item := next_job()) is not None:
                job, tried = item
                worker = worker or self._start()
                if worker is None:
                    return
                try:
                    outcome = worker.call(job)
                except DeadWorkerError:
                    self._end(worker)
                    worker = None
                    if self._stopping:
                        return
                    if tried < self._attempts:
                        give_back(job, tried)
                        continue
                    outcome = WorkerLostError(f"the worker died {tried} times")
                done.put((job, outcome))
        except BaseException as error:  # must reach the caller, whatever it is
            done.put((None, _Failure(error)))
        finally:
            if worker is not None:
                self._end(worker)
            done.put(None)

    def _start(self) -> WorkerProcess | None:
        with self._lock:
            if self._stopping:
                return None
            with interrupts_blocked():
                worker = WorkerProcess(self._setup)
            self._alive.add(worker)
            return worker

    def _end(self, worker: WorkerProcess) -> None:
        worker.stop()
        worker.close()
        with self._lock:
            self._alive.discard(worker)

    def _stop(self) -> None:
        with self._lock:
            self._stopping = True
            alive = list(self._alive)
        for worker in alive:
            worker.stop()


@contextlib.contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Block in this thread, and in the processes that it starts, what a terminal sends to all.

    A worker ends when its pipe closes; a Ctrl-C that reached it while it begins would make it
    print where it was.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Failure:
    """An error of the pool itself on its way to the caller."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def main() -> None:
    """The life of a worker: read a function, then jobs, until the pipe closes.

    Interrupts are left to the parent, and what the function prints goes to the error stream, as
    the output stream carries the answers. The pipe is watched while a job runs, so that no worker
    outlives a parent that was killed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_watch, args=(sys.stdin.buffer, inbox), daemon=True).start()
    function, attempt = inbox.get()
    try:
        while True:
            send(answers, _picklable(attempt(function, inbox.get())))
    except BrokenPipeError:
        os._exit(0)


def _watch(stream: IO[bytes], inbox: queue.SimpleQueue[Any]) -> None:
    """Pass on what the parent sends; when it is gone, end the process at once."""
    try:
        while True:
            inbox.put(receive(stream))
    except EOFError:
        os._exit(0)
    except BaseException:  # what was sent cannot be read here: the parent sees a dead worker
        sys.stderr.write(traceback.format_exc())
        os._exit(1)


def _picklable(outcome: Any) -> bytes:
    """An outcome as bytes; an error that cannot travel is told in words."""
    try:
        data = pickle.dumps(outcome, protocol=5)
        pickle.loads(data)
    except Exception:
        error = RuntimeError(f"{type(outcome.error).__name__}: {outcome.error}")
        return pickle.dumps(type(outcome)(outcome.id, None, error), protocol=5)
    return data


if __name__ == "__main__":
    main()
