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
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.apart import ROOT, apart
from bench.measure import cut, manifest_of, warm
from travesia import api
from travesia.engine import run as engine
from travesia.engine.branch import Trunk, first_difference
from travesia.model.compile import compile_model
from travesia.model.compiled import CompiledModel
from travesia.results.assemble import assemble

COARSE_WEEKS = 4
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


def held(sample: float = 0.01, what_if: str = "no_remain_in_mexico") -> dict[str, Any]:
    """Questions asked in a process that holds the baseline: a branch from it, and a coarse run.

    From the scenario's files to labelled tables, phase by phase. The branch goes on from the state
    that the baseline's run kept; the coarse run learns and solves routes every four weeks.
    """
    warm()
    scenario = api.load("corridor")
    seed = scenario.settings.seed
    trunk = compile_model(scenario, sample=sample, seed=seed).model
    changed = compile_model(api.load("corridor", (what_if,)), sample=sample, seed=seed).model

    def branched(model: CompiledModel) -> Iterator[Any]:
        stem = Trunk(trunk, seed)
        stem.reach(first_difference(trunk, model))
        yield None  # what follows is measured
        yield stem.branch(model)

    def coarse(model: CompiledModel) -> Iterator[Any]:
        yield None
        yield engine.run(replace(model, table_weeks=COARSE_WEEKS), seed)

    return {
        "sample": sample,
        "what_if": what_if,
        "branched_on_day": first_difference(trunk, changed),
        "days": trunk.n_days,
        "branched": _phases((what_if,), sample, seed, branched),
        "coarse": _phases((), sample, seed, coarse),
    }


def _phases(
    patches: tuple[str, ...],
    sample: float,
    seed: int,
    simulate: Callable[[CompiledModel], Iterator[Any]],
) -> dict[str, float]:
    """CPU seconds of a question by phase."""
    spent: dict[str, float] = {}
    clock = time.process_time()
    scenario = api.load("corridor", patches)
    spent["load"], clock = time.process_time() - clock, time.process_time()
    compiled = compile_model(scenario, sample=sample, seed=seed)
    spent["compile"] = time.process_time() - clock
    steps = simulate(compiled.model)
    next(steps)
    clock = time.process_time()
    raw = next(steps)
    spent["simulate"], clock = time.process_time() - clock, time.process_time()
    assemble(raw, compiled, scenario, api.ledger_of(scenario), manifest_of(seed))
    spent["assemble"] = time.process_time() - clock
    return {**spent, "cpu_seconds": sum(spent.values())}


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
