"""What a question costs from the shell to the answer; threads; an earlier version."""

from __future__ import annotations

import io
import os
import resource
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.apart import ROOT, apart
from bench.measure import cut, warm
from travesia import api
from travesia.engine import run as engine
from travesia.kind import Member, Question
from travesia.kinds.corridor.held import Held
from travesia.kinds.corridor.kind import Corridor
from travesia.kinds.corridor.ready import Ready
from travesia.model.compile import compile_model

BEFORE = "6214b85"
"""The commit whose corridor is measured beside today's."""


def travesia(*arguments: str, **environment: str) -> tuple[float, float]:
    """CPU seconds (of all its processes) and seconds by the clock of a command."""
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
        subprocess.run(
            [sys.executable, "-c", "from travesia.cli import main; main()", *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": path} | environment,
            capture_output=True,
            check=True,
        )
    wall, after = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def cold_run(rounds: int = 3) -> dict[str, Any]:
    """1 % of the corridor from a cold shell to its report, kernels compiled before."""
    travesia("run", "example", "--draws", "0")
    cpu = [
        travesia("run", "corridor", "--sample", "0.01", "--draws", "0", "--out", "run")[0]
        for _ in range(rounds)
    ]
    return {"cpu_seconds": statistics.median(cpu), "all_cpu_seconds": cpu}


ASKED = ("us_encounters", "mx_detentions", "harm", "deaths", "returned", "in_us")
"""Quantities by month that are asked of a process that holds the corridor."""


def held(sample: float = 0.01, what_if: str = "no_remain_in_mexico") -> dict[str, Any]:
    """CPU seconds of questions asked of a process that holds the baseline: what a worker does.

    *Warm* differs from the first day on and is loaded, checked, compiled and run whole;
    *branched* goes on from the baseline's state; *coarse* is a coarse run of the baseline with
    another seed, and *member* one of an ensemble, which draws and compiles numbers of its own.
    """
    warm()
    ready = Ready(Corridor(), "corridor")
    base, seed = ready.base, ready.base.settings.seed

    def cpu(job: Callable[[], Any]) -> float:
        clock = time.process_time()
        job()
        return time.process_time() - clock

    def ask(**asked: Any) -> float:
        return cpu(lambda: ready(Question(quantities=ASKED, **asked)))

    first = ask(sample=sample)
    coarse = Held(base)
    member = Member("bench", base.sha256(), 1, 0, seed, Corridor.coarse, coarse=True)
    return {
        "sample": sample,
        "what_if": what_if,
        "baseline": first,
        "warm": ask(sample=sample, set={"parameters.mu_place": 1.05 * base.value("mu_place")}),
        "branched": ask(sample=sample, versions=(what_if,)),
        "again": ask(sample=sample, versions=(what_if,)),
        "coarse": ask(sample=Corridor.coarse, coarse=True, seed=seed + 1),
        "coarse_sample": Corridor.coarse,
        "member": cpu(lambda: coarse(member)),
    }


def first_run() -> dict[str, Any]:
    """The README's run after set-up, by the clock; compiling the kernels, once, is told apart."""
    with tempfile.TemporaryDirectory() as cache:
        compiling, _ = travesia("run", "example", "--draws", "0", NUMBA_CACHE_DIR=cache)
    known, _ = travesia("run", "example", "--draws", "0")
    cpu, wall = travesia("run")
    return {
        "compiling_cpu_seconds": compiling - known,
        "cpu_seconds": cpu,
        "wall_seconds": wall,
        "load": os.getloadavg()[0],
    }


def threads(days: int, rounds: int) -> dict[str, Any]:
    """The corridor, every person, by one thread and by two, in turns and by the clock.

    The clock of a loaded machine tells as much about its other work: see ``load``.
    """
    warm()
    scenario = api.load("corridor")
    model = cut(compile_model(scenario, seed=scenario.settings.seed).model, days)
    wall: dict[int, list[float]] = {1: [], 2: []}
    cpu: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for n in (1, 2):
            clock, spent = time.perf_counter(), time.process_time()
            engine.run(model, scenario.settings.seed, threads=n)
            wall[n].append(time.perf_counter() - clock)
            cpu[n].append(time.process_time() - spent)
    return {
        "days": model.n_days,
        "wall_seconds": wall,
        "cpu_seconds": cpu,
        "speedup": statistics.median(wall[1]) / statistics.median(wall[2]),
        "load": os.getloadavg()[0],
    }


def corridor_before(commit: str = BEFORE) -> dict[str, Any] | None:
    """The corridor from files to tables as of an earlier commit, by its own bench.

    ``None`` where its history is not at hand, or a package that it needs (the extra ``bench``
    brings them).
    """
    packed = subprocess.run(
        ["git", "archive", "--format=tar", commit], cwd=ROOT, capture_output=True, check=False
    )
    if packed.returncode:
        return None
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
            files.extractall(folder, filter="data")
        try:
            return {"commit": commit, **apart("corridor", root=Path(folder), sample=1.0)}
        except RuntimeError as error:
            sys.stderr.write(f"the corridor of {commit} was not measured: {error}\n")
            return None
