"""What the ensemble layer costs and gains: overhead, two workers, intervals narrowed by pairing.

Every function takes and returns plain values.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import travesia.engine.run as engine
import travesia.model.compile as compiling
from travesia.ensembles.compare import compare
from travesia.ensembles.executors import Processes, Serial
from travesia.ensembles.members import MemberRunner
from travesia.ensembles.plan import Plan
from travesia.ensembles.settings import Settings
from travesia.kinds.corridor.kind import Corridor
from travesia.kinds.corridor.resolve import resolve

CORRIDOR = Corridor()

GOALS = {"overhead": 0.05, "speed": 1.7, "narrower": 3.0}
"""Overhead at most, two workers over one at least, unpaired over paired width at least."""


@contextmanager
def simulating() -> Iterator[list[float]]:
    """CPU seconds that this process spends on compiling and simulating members."""
    spent = [0.0]
    originals: list[tuple[Any, str, Callable[..., Any]]] = [
        (compiling, "compile_model", compiling.compile_model),
        (engine, "run", engine.run),
    ]

    def timed(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            clock = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                spent[0] += time.process_time() - clock

        return call

    for module, name, function in originals:
        setattr(module, name, timed(function))
    try:
        yield spent
    finally:
        for module, name, function in originals:
            setattr(module, name, function)


def overhead(
    members: int = 2, sample: float = 0.02, what_if: str = "no_remain_in_mexico"
) -> dict[str, Any]:
    """CPU seconds of a comparison beside those of its simulations, in one process.

    What is added: packing and opening scenarios, reducing tallies, writing and reading members,
    aligning and the quantiles. Loading the scenarios is told apart: it is done once for any number
    of members.
    """
    clock = time.process_time()
    scenarios = resolve(["corridor", what_if])
    loading = time.process_time() - clock
    compare(
        CORRIDOR, scenarios, Settings(1, sample=0.001, executor=Serial())
    )  # loads kernels and libraries
    with tempfile.TemporaryDirectory() as folder, simulating() as spent:
        clock = time.process_time()
        compare(
            CORRIDOR,
            scenarios,
            Settings(members, sample=sample, folder=Path(folder), executor=Serial()),
        )
        total = time.process_time() - clock
    return {
        "members": 2 * members,
        "sample": sample,
        "loading": loading,
        "simulating": spent[0],
        "added": total - spent[0],
        "overhead": (total - spent[0]) / spent[0],
        "member_cpu_seconds": spent[0] / (2 * members),
    }


def workers(members: int = 4, sample: float = 0.02) -> dict[str, Any]:
    """The same members by one worker and by two: wall and CPU seconds, and the load meanwhile.

    On a machine with other work the wall seconds tell as much about that work as about this one:
    ``speed_cpu`` is what two idle cores could give, twice the CPU seconds of one worker over those
    of two, so that start-up and the shared cache and memory count.
    """
    scenarios = resolve(["corridor"])
    plan = Plan(CORRIDOR, tuple(scenarios), 1, sample)
    runner = MemberRunner(CORRIDOR, dict(zip(plan.keys, plan.scenarios, strict=True)))
    list(Processes(1).map_unordered(runner, plan.members(0, 1)))  # the caches of files and kernels
    found: dict[int, tuple[float, float, float]] = {}
    for count in (1, 2):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        clock = time.perf_counter()
        done = list(Processes(count).map_unordered(runner, plan.members(0, members)))
        wall = time.perf_counter() - clock
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert all(o.error is None for o in done)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found[count] = (wall, cpu, os.getloadavg()[0])
    (wall1, cpu1, load1), (wall2, cpu2, load2) = found[1], found[2]
    return {
        "members": members,
        "wall_one": wall1,
        "wall_two": wall2,
        "cpu_one": cpu1,
        "cpu_two": cpu2,
        "load": [load1, load2],
        "speed_wall": wall1 / wall2,
        "speed_cpu": 2 * cpu1 / cpu2,
    }


def pairing(folder: Path) -> dict[str, Any]:
    """How much narrower paired intervals are, for every what-if of a finished plan.

    ``folder`` is that of ``travesia compare corridor --what-ifs all``. For each what-if and each
    output that a precision is asked of: the width of the 90 % interval without shared draws and
    luck over that with them.
    """
    named = CORRIDOR.precise(CORRIDOR.load("corridor"))
    ratios: dict[str, dict[str, float]] = {}
    for path in sorted(folder.glob("what-ifs/*/outputs.csv")):
        with path.open(newline="") as stream:
            rows = {r["output"]: r["narrower"] for r in csv.DictReader(stream)}
        ratios[path.parent.name] = {n: float(rows[n]) for n in named if rows.get(n)}
    if not ratios:
        raise FileNotFoundError(f"{folder} holds no what-ifs")
    every = [r for of_one in ratios.values() for r in of_one.values()]
    told = json.loads((folder / "what_ifs.json").read_text("utf-8"))["settings"]
    return {
        "members": told["members"],
        "sample": told["sample"],
        "what_ifs": len(ratios),
        "outputs": len(every),
        "median": statistics.median(every),
        "reached": sum(r >= GOALS["narrower"] for r in every),
        "least_of_each": {n: min(r.values()) for n, r in ratios.items() if r},
        "medians": {n: statistics.median(r.values()) for n, r in ratios.items() if r},
        "missed": {
            f"{n}: {o}": r
            for n, of_one in ratios.items()
            for o, r in of_one.items()
            if r < GOALS["narrower"]
        },
    }


def markdown(found: dict[str, Any]) -> str:
    """The measurements as a page."""
    m, o, w = found["machine"], found["overhead"], found["workers"]
    lines = [
        "# Ensembles",
        "",
        f"`python -m bench --ensembles` on {m['processor']}, {m['cores']} cores, {m['system']}, "
        f"Python {m['python']}; load of the last 1, 5 and 15 minutes "
        f"{', '.join(map(str, m['load']))}.",
        "",
        "| measure | here | goal | |",
        "|---|---|---|---|",
        f"| overhead of the ensemble layer, CPU seconds | {100 * o['overhead']:.1f} % | "
        f"{100 * GOALS['overhead']:g} % | {_met(o['overhead'] <= GOALS['overhead'])} |",
        f"| two workers over one, CPU seconds | {w['speed_cpu']:.2f} times | {GOALS['speed']} "
        f"times | {_met(w['speed_cpu'] >= GOALS['speed'])} |",
        f"| two workers over one, wall (load {w['load'][0]:.1f} and {w['load'][1]:.1f}) | "
        f"{w['speed_wall']:.2f} times | {GOALS['speed']} times on idle cores | "
        f"{_met(w['speed_wall'] >= GOALS['speed'])} |",
    ]
    p = found.get("pairing")
    if p:
        lines.append(
            f"| unpaired over paired interval, {p['what_ifs']} what-ifs × named outputs | "
            f"{p['reached']} of {p['outputs']} reach it; median {p['median']:.0f} times | "
            f"{GOALS['narrower']:g} times | {_met(not p['missed'])} |"
        )
    lines += [
        "",
        f"Overhead: {o['members']} runs of the corridor at a sample of {o['sample']:g} in one "
        f"process; {o['simulating']:.1f} CPU s compiling and simulating "
        f"({o['member_cpu_seconds']:.1f} each), {o['added']:.2f} CPU s added. Loading the "
        f"scenarios took {o['loading']:.1f} CPU s more, once.",
        "",
        f"Workers: {w['members']} runs; one worker {w['cpu_one']:.0f} CPU s and "
        f"{w['wall_one']:.0f} s, two workers {w['cpu_two']:.0f} CPU s and {w['wall_two']:.0f} s.",
    ]
    if p:
        lines += ["", *_pairing_lines(p)]
    return "\n".join(lines) + "\n"


def _pairing_lines(p: dict[str, Any]) -> list[str]:
    lines = [
        "## Pairing",
        "",
        f"{p['members']} pairs of each what-if at a sample of "
        f"{p['sample']:g}; over so few pairs a single ratio says its order of size only.",
        "",
        "| what-if | median of the named outputs | least |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{n}` | {m:,.1f} | {p['least_of_each'][n]:,.1f} |" for n, m in p["medians"].items()
    ]
    missed = ", ".join(f"`{n}` {r:.1f}" for n, r in p["missed"].items()) or "none"
    return [*lines, "", f"Below {GOALS['narrower']:g} times: {missed}."]


def _met(yes: bool) -> str:
    return "met" if yes else "missed"
