"""What ensembles cost: measured on this machine, and worked out for other sizes.

``python -m travesia.ensembles.cost corridor`` measures a scenario and prints the costs and a table
of forecasts as JSON. The formulas are in ``docs/scale.md``.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from travesia.scenario.scenario import Scenario

GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Costs:
    """Costs of a member. CPU seconds of one core; bytes of memory and of disk.

    A member of ``n`` simulated people takes ``fixed_s + person_s * n`` and
    ``fixed_bytes + person_bytes * n``; ``write_s`` is what the collecting process spends on each,
    ``start_s`` what a worker takes to start; ``people`` is the full population of the scenario.
    """

    people: float
    fixed_s: float
    person_s: float
    fixed_bytes: float
    person_bytes: float
    member_bytes: float
    write_s: float
    start_s: float

    def seconds(self, people: float) -> float:
        """CPU seconds of a member that simulates so many people."""
        return self.fixed_s + self.person_s * people

    def memory(self, people: float) -> float:
        """Bytes of memory of a worker that simulates so many people."""
        return self.fixed_bytes + self.person_bytes * people


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an ensemble takes; ``limit`` says what holds it back: cores, memory or collector."""

    members: int
    people: float
    machines: int
    workers: int
    hours: float
    core_hours: float
    memory_gib_per_worker: float
    disk_gib: float
    limit: str


def forecast(
    costs: Costs, members: int, people: float, machines: int, cores: int, memory_gib: float
) -> Forecast:
    """Hours for ``members`` runs of ``people`` simulated people each.

    A member stays within one worker of one core. Workers per machine are the lesser of its cores
    and of what its memory holds; members go in rounds; one process collects them all. A member
    that does not fit into a machine gives no workers and infinite hours.
    """
    need = costs.memory(people) / GIB
    fitting = int(memory_gib // need)
    per_machine = min(cores, fitting)
    workers = machines * per_machine
    each = costs.seconds(people)
    rounds = math.ceil(members / workers) if workers else math.inf
    computing, collecting = costs.start_s + rounds * each, members * costs.write_s
    limit = "memory" if fitting < cores else "cores"
    if collecting > computing:
        limit = "collector"
    return Forecast(
        members,
        people,
        machines,
        workers,
        max(computing, collecting) / 3600,
        members * each / 3600,
        need,
        members * costs.member_bytes / GIB,
        limit,
    )


def measure(scenario: Scenario, samples: tuple[float, float] = (0.02, 0.3)) -> Costs:
    """Measure the costs of a scenario by running it at two samples (and once before, to warm up).

    Run it in a process of its own: memory is the process's highest so far.
    """
    from travesia.engine.run import run
    from travesia.ensembles.reducer import Reducer
    from travesia.model.compile import compile_model

    reducer, points, vector = Reducer(scenario), [], None
    for sample in (samples[0], *samples):
        begin = time.process_time()
        compiled = compile_model(scenario, draw=1, sample=sample, seed=1)
        raw = run(compiled.model, 1)
        vector = reducer.reduce(raw, sample).vector
        seconds = time.process_time() - begin
        points.append((float(raw.departures[:, 2].sum()), seconds, _peak_bytes(), sample))
        del compiled, raw
    (n0, s0, b0, _), (n1, s1, b1, sample) = points[1:]
    person_s, person_bytes = (s1 - s0) / (n1 - n0), (b1 - b0) / (n1 - n0)
    assert vector is not None
    return Costs(
        people=n1 / sample,
        fixed_s=s0 - person_s * n0,
        person_s=person_s,
        fixed_bytes=b0 - person_bytes * n0,
        person_bytes=person_bytes,
        member_bytes=float(vector.nbytes),
        write_s=_write_seconds(vector.tobytes()),
        start_s=_start_seconds(),
    )


def _peak_bytes() -> float:
    import resource

    scale = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * scale


def _write_seconds(data: bytes, repeats: int = 20) -> float:
    from travesia.ensembles.store import write_whole

    spent = []
    with tempfile.TemporaryDirectory(prefix="travesia-cost-") as folder:
        for n in range(repeats):
            begin = time.perf_counter()
            write_whole(Path(folder) / str(n), data)
            spent.append(time.perf_counter() - begin)
    return statistics.median(spent)


def _start_seconds() -> float:
    """Wall seconds until a new worker gives its first answer (what a member needs not loaded)."""
    from travesia.ensembles.executors import Processes

    begin = time.perf_counter()
    list(Processes(1).map_unordered(_nothing, [_Job("start")]))
    return time.perf_counter() - begin


@dataclass(frozen=True)
class _Job:
    id: str


def _nothing(job: _Job) -> str:
    import travesia.engine.run
    import travesia.model.compile  # noqa: F401

    return job.id


COUNTS = (1, 10, 100)
"""Machines of the forecasts."""


def table(costs: Costs, cores: int = 16, memory_gib: float = 64.0) -> list[dict[str, Any]]:
    """Forecasts of the page on scale: 10,000 members on 1, 10 and 100 machines."""
    sizes = (0.02 * costs.people, costs.people, 100e6)
    return [
        asdict(forecast(costs, 10_000, people, machines, cores, memory_gib))
        for people in sizes
        for machines in COUNTS
    ]


def main(arguments: list[str]) -> None:
    """Measure the named scenario and write costs, load and forecasts as JSON."""
    from travesia.scenario.load import load

    name = arguments[0] if arguments else "corridor"
    costs = measure(load(name))
    load_average = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    told = {
        "scenario": name,
        "costs": asdict(costs),
        "cores": os.cpu_count(),
        "load_average": None if load_average is None else round(load_average, 1),
        "forecasts": table(costs),
    }
    sys.stdout.write(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    from travesia.ensembles.cost import main  # so that workers find what they are sent

    main(sys.argv[1:])
