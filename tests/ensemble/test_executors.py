from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ensemble.asking import CORRIDOR, compare
from tests.ensemble.fakes import Deadly, FakeRun, Faulty, Job, square
from travesia.ensembles import cluster as cluster_module
from travesia.ensembles.cluster import Dask
from travesia.ensembles.executors import Executor, Processes, Serial
from travesia.ensembles.members import MemberRunner
from travesia.ensembles.plan import Plan
from travesia.ensembles.pool import WorkerLostError, WorkerPool
from travesia.errors import InputError


def _values(executor: Executor, function: object, plan: Plan, n: int) -> dict[str, bytes]:
    found = {}
    for outcome in executor.map_unordered(function, plan.members(0, n)):  # type: ignore[arg-type]
        assert outcome.error is None
        assert outcome.id not in found
        found[outcome.id] = outcome.value.tobytes()
    return found


def test_same_bits_from_one_process_and_from_many(plan: Plan) -> None:
    runner = MemberRunner(CORRIDOR, dict(zip(plan.keys, plan.scenarios, strict=True)))
    here = _values(Serial(), runner, plan, 2)
    assert len(here) == 4
    assert _values(Processes(2), runner, plan, 2) == here
    backwards = list(plan.members(0, 2))[::-1]
    other = {o.id: o.value.tobytes() for o in Serial().map_unordered(runner, backwards)}
    assert other == here


def test_a_killed_worker_costs_its_job_a_second_start(plan: Plan, tmp_path: Path) -> None:
    run = FakeRun(50)
    victims = tuple(plan.member(0, n).id for n in (0, 3))
    deadly = Deadly(run, victims, str(tmp_path))
    assert _values(Processes(2), deadly, plan, 6) == _values(Serial(), run, plan, 6)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.long
def test_a_job_that_always_kills_is_given_up_and_the_others_live(
    plan: Plan, tmp_path: Path
) -> None:
    victim = plan.member(1, 2).id
    deadly = Deadly(FakeRun(5), (victim,), str(tmp_path), deaths=99)
    found = {o.id: o for o in Processes(2).map_unordered(deadly, plan.members(0, 4))}
    assert len(found) == 8
    assert isinstance(found.pop(victim).error, WorkerLostError)
    assert all(o.error is None for o in found.values())


@pytest.mark.parametrize("executor", [Serial(), Processes(2)])
def test_an_error_is_an_outcome(executor: Executor, plan: Plan) -> None:
    victim = plan.member(0, 1).id
    found = {
        o.id: o for o in executor.map_unordered(Faulty(FakeRun(5), victim), plan.members(0, 3))
    }
    error = found.pop(victim).error
    assert isinstance(error, ZeroDivisionError)
    assert any("Traceback" in note for note in error.__notes__)
    assert len(found) == 5


def test_jobs_are_taken_as_workers_are_free_and_none_is_left_behind() -> None:
    taken = []

    def jobs() -> Iterator[Job]:
        for n in range(10_000):
            taken.append(n)
            yield Job(str(n), n)

    with WorkerPool(square, _plain, 2, 1) as pool:
        results = pool.map(jobs())
        first = next(results)[1]
        pids = pool.pids()
        results.close()  # type: ignore[attr-defined]
        assert first in {n**2 for n in range(20)}
        assert len(taken) < 100
        assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def _plain(function: object, job: Job) -> object:
    return function(job)  # type: ignore[operator]


def test_an_error_of_the_plan_reaches_the_caller() -> None:
    def jobs() -> Iterator[Job]:
        yield Job("1", 1)
        raise RuntimeError("the plan broke")

    with pytest.raises(RuntimeError, match="the plan broke"):
        list(Processes(1).map_unordered(square, jobs()))


def test_what_a_worker_prints_does_not_spoil_its_answers() -> None:
    found = list(Processes(1).map_unordered(_loud, [Job("a", 2)]))
    assert [o.value for o in found] == [4]


def _loud(job: Job) -> int:
    sys.stdout.write("something\n" * 100)
    os.write(1, b"more\n")
    return square(job)


def test_no_workers_are_refused() -> None:
    with pytest.raises(InputError, match="at least one worker"):
        Processes(0)


def _refused(address: str) -> tuple[str, float]:
    begin = time.monotonic()
    with pytest.raises(InputError, match="The cluster cannot be used") as caught:
        list(Dask(address).map_unordered(square, [Job("a")]))
    return str(caught.value), time.monotonic() - begin


def test_a_cluster_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        text, seconds = _refused(f"tcp://127.0.0.1:{port}")  # bound, but nobody listens
    assert "does not answer" in text
    assert seconds < 5
    assert "tcp://host:port" in _refused("tcp://nowhere")[0]


def test_a_cluster_that_listens_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cluster_module.CONNECT_SECONDS < 10
    monkeypatch.setattr(cluster_module, "CONNECT_SECONDS", 2.0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(5)
        text, seconds = _refused(f"tcp://127.0.0.1:{silent.getsockname()[1]}")
    assert "does not answer" in text
    assert seconds < 3


# -- addresses with certificates ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("tls://127.0.0.1:8786?ca=no.pem&cert=no.pem&key=no.key", "ca=no.pem is not a file"),
        ("tls://127.0.0.1:8786?ca=", "ca= is missing"),
        ("tcp://127.0.0.1:8786?ca=a&cert=b&key=c", "certificates go with an address tls://"),
        ("tls://127.0.0.1:8786?password=x", "'password' is no part of an address"),
    ],
)
def test_certificates_that_cannot_be_used(address: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        list(Dask(address).map_unordered(square, [Job("a")]))
    assert told in str(caught.value)
    assert all(p.cure for p in caught.value.problems)


OPENSSL = shutil.which("openssl")


def _certificates(folder: Path) -> dict[str, str]:
    """An authority and a certificate that it signed."""
    new = [str(OPENSSL), "req", "-newkey", "rsa:2048", "-nodes"]
    for command in (
        [*new, "-x509", "-days", "2", "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem"],
        [*new, "-subj", "/CN=us", "-keyout", "us.key", "-out", "us.csr"],
        [
            str(OPENSSL),
            "x509",
            "-req",
            "-in",
            "us.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-out",
            "us.pem",
        ],
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return {"ca": f"{folder}/ca.pem", "cert": f"{folder}/us.pem", "key": f"{folder}/us.key"}


@pytest.mark.long
@pytest.mark.skipif(OPENSSL is None, reason="needs openssl to make certificates")
@pytest.mark.filterwarnings("default")
def test_a_cluster_with_certificates(plan: Plan, tmp_path: Path) -> None:
    """Who shows a certificate gets the same bits; who shows none gets nothing."""
    files = _certificates(tmp_path)
    options = ["--tls-ca-file", files["ca"], "--tls-cert", files["cert"], "--tls-key", files["key"]]
    cluster = Nodes(tmp_path, "tls", options)
    try:
        cluster.wait()
        query = "&".join(f"{k}={v}" for k, v in files.items())
        values = _values(Dask(f"{cluster.address}?{query}"), FakeRun(50), plan, 3)
        assert values == _values(Serial(), FakeRun(50), plan, 3)
        for address in (cluster.address, cluster.address.replace("tls:", "tcp:")):
            with pytest.raises(InputError, match="does not answer"):
                list(Dask(address).map_unordered(square, [Job("a")]))
    finally:
        cluster.stop()


# -- a real cluster, started by hand ------------------------------------------------------------


class Nodes:
    """A scheduler and two workers, started as commands like on two machines."""

    def __init__(self, folder: Path, scheme: str = "tcp", options: Sequence[str] = ()) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"{scheme}://127.0.0.1:{free.getsockname()[1]}"
        path = os.pathsep.join(p for p in sys.path if p)
        self.env = {**os.environ, "PYTHONPATH": path}
        self.log = (folder / "cluster.log").open("wb")
        port = self.address.rsplit(":", 1)[1]
        self.scheduler = self._start(
            "scheduler",
            "--host",
            f"{scheme}://127.0.0.1",
            "--port",
            port,
            "--no-dashboard",
            *options,
        )
        self.workers = [
            self._start("worker", self.address, "--nthreads", "1", "--no-dashboard", *options)
            for _ in range(2)
        ]

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            env=self.env,
            stdout=self.log,
            stderr=self.log,
        )

    def wait(self) -> None:
        """Until the scheduler listens."""
        host, port = self.address.split("://")[1].split(":")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection((host, int(port)), 1).close()
                return
            except OSError:
                time.sleep(0.1)

    def lose_a_node(self) -> None:
        """One of the two is gone at once: its nanny and what that started."""
        lost = self.workers[0].pid
        children = Path(f"/proc/{lost}/task/{lost}/children")
        pids = [lost, *map(int, children.read_text().split())] if children.is_file() else [lost]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        for process in [*self.workers, self.scheduler]:
            if process.poll() is None:
                process.terminate()
        for process in [*self.workers, self.scheduler]:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.log.close()


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Nodes]:
    cluster = Nodes(tmp_path)
    cluster.wait()
    yield cluster
    cluster.stop()


@pytest.mark.long
@pytest.mark.filterwarnings("default")
def test_same_bits_from_a_cluster_of_two_nodes(plan: Plan, nodes: Nodes, tmp_path: Path) -> None:
    runner = MemberRunner(CORRIDOR, dict(zip(plan.keys, plan.scenarios, strict=True)))
    here = _values(Serial(), runner, plan, 3)
    assert _values(Dask(nodes.address), runner, plan, 3) == here
    victim = Faulty(FakeRun(5), plan.member(0, 1).id)
    errors = [o.error for o in Dask(nodes.address).map_unordered(victim, plan.members(0, 2))]
    assert sum(isinstance(e, ZeroDivisionError) for e in errors) == 1
    marks = tmp_path / "marks"
    marks.mkdir()
    deadly = Deadly(FakeRun(50), (plan.member(0, 1).id,), str(marks))
    assert _values(Dask(nodes.address), deadly, plan, 4) == _values(Serial(), FakeRun(50), plan, 4)
    assert len(list(marks.iterdir())) == 1


@pytest.mark.long
@pytest.mark.filterwarnings("default")
def test_same_bits_from_a_local_cluster(plan: Plan) -> None:
    assert _values(Dask("local", 2), FakeRun(50), plan, 8) == _values(
        Serial(), FakeRun(50), plan, 8
    )


@pytest.mark.long
@pytest.mark.filterwarnings("default")
def test_a_lost_scheduler_is_told_and_what_came_before_stays(plan: Plan, nodes: Nodes) -> None:
    stream = Dask(nodes.address).map_unordered(FakeRun(5, seconds=0.2), plan.members(0, 200))
    before = [next(stream) for _ in range(5)]
    nodes.scheduler.kill()
    begin = time.monotonic()
    with pytest.raises(InputError, match="the scheduler was lost"):
        before += list(stream)
    assert time.monotonic() - begin < 60
    assert all(np.isfinite(o.value).all() for o in before)


@pytest.mark.long
@pytest.mark.filterwarnings("default")
def test_a_plan_that_lost_its_scheduler_resumes_with_the_same_bits(
    plan: Plan, nodes: Nodes, tmp_path: Path
) -> None:
    """Then a node is lost in mid-task on a new cluster, and nothing is counted twice."""
    size = plan.kind.layout(plan.scenarios[0]).size
    store, log = tmp_path / "store", tmp_path / "log"
    log.mkdir()
    asked: dict[str, Any] = {"seed": plan.seed, "sample": plan.sample, "folder": store}

    def lose(_what: str, done: int, _: int) -> None:
        if done == 6:
            nodes.scheduler.kill()

    with pytest.raises(InputError, match=r"the scheduler was lost.*run the same command again"):
        compare(
            plan.scenarios,
            30,
            executor=Dask(nodes.address),
            progress=lose,
            function=FakeRun(size, seconds=0.2),
            **asked,
        )
    kept = {p.stem for p in (store / "members").glob("*.member")}
    assert 6 <= len(kept) < 60
    nodes.stop()
    other = Nodes(tmp_path)
    try:
        other.wait()

        def lose_node(_what: str, done: int, _: int) -> None:
            if done == len(kept) + 4:
                other.lose_a_node()

        done = compare(
            plan.scenarios,
            30,
            executor=Dask(other.address),
            progress=lose_node,
            function=FakeRun(size, log=str(log), seconds=0.2),
            **asked,
        )
    finally:
        other.stop()
    begun = {p.name.split(".")[0] for p in log.iterdir()}
    assert not begun & kept, "nothing finished is run again"
    assert len(begun) == 60 - len(kept)
    whole = compare(
        plan.scenarios,
        30,
        executor=Serial(),
        function=FakeRun(size),
        seed=plan.seed,
        sample=plan.sample,
    )
    assert done.to_payload() == whole.to_payload()
