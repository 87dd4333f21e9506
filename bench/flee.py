"""FLEE 3.1 and Travesía on the same instance, in turns, by CPU seconds of one thread.

    python bench/flee.py FOLDER_OF_CASES [--case mali2012] [--days 60] [--rounds 3] [--json FILE]

FLEE needs minutes for a whole case (mali2012: three and a half), so ``--days`` may cut it short
for both; 0 runs it all. FLEE's
own people per day are not the same number as ours (its release 3.1 takes the total, ours the sum
over camps), so the ratio is given per case and per person-day. Needs ``pip install flee==3.1``.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.flee31 import run_apart
from travesia.kinds.flee import Instance, read_instance
from travesia.kinds.flee.compile import compile_case
from travesia.kinds.flee.simulation import run_flee


def ours(case: Instance, seed: int, *, compatible: bool) -> tuple[float, int]:
    """CPU seconds and person-days of one run, from names to counts; kernels are warm."""
    clock = time.process_time()
    result = run_flee(compile_case(case, compatible=compatible), seed)
    return time.process_time() - clock, result.person_days


def bench(folder: Path, name: str, days: int, rounds: int, *, with_flee: bool) -> dict[str, Any]:
    """Interleaved runs of one case."""
    settings = folder / "simsetting.yml"
    case = read_instance(folder / name, settings)
    case = replace(case, days=days or case.days)
    for compatible in (False, True):
        ours(replace(case, days=2), 0, compatible=compatible)
    seconds: dict[str, list[float]] = {"sane": [], "compatible": [], "flee": []}
    steps: dict[str, int] = {}
    for seed in range(rounds):
        for which in ("sane", "compatible"):
            cpu, steps[which] = ours(case, seed, compatible=which == "compatible")
            seconds[which].append(cpu)
        if with_flee:
            theirs = run_apart(folder / name, settings, seed, 1, case.days)
            seconds["flee"].append(theirs["cpu_seconds"])
            steps["flee"] = theirs["person_days"]
    middle = {k: statistics.median(v) for k, v in seconds.items() if v}
    found: dict[str, Any] = {
        "case": name,
        "days": case.days,
        "rounds": rounds,
        "cpu_seconds": middle,
        "all_cpu_seconds": seconds,
        "person_days": steps,
    }
    if with_flee:
        per_step = {k: middle[k] / steps[k] for k in middle}
        found |= {
            "flee_cpu_ratio": middle["flee"] / middle["sane"],
            "flee_cpu_ratio_per_person_day": per_step["flee"] / per_step["sane"],
            "flee_cpu_ratio_compatible": middle["flee"] / middle["compatible"],
        }
    return found


def crowded(case: Instance, people: int) -> Instance:
    """A case whose counts are scaled so that about so many people set out or wait in camps."""
    model = compile_case(case)
    factor = people / int(model.start_people.sum() + model.new_people.sum())
    return replace(
        case,
        counts=tuple(replace(c, people=tuple(p * factor for p in c.people)) for c in case.counts),
    )


def crowd(folder: str, name: str, people: int) -> dict[str, Any]:
    """Memory and CPU of so many people on the graph of a case, above an idle process.

    Raises:
        FileNotFoundError: there is no such case.
    """
    settings = Path(folder) / "simsetting.yml"
    case = read_instance(Path(folder) / name, settings)
    ours(replace(case, days=2), 0, compatible=False)
    model = compile_case(crowded(case, people))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    clock = time.process_time()
    result = run_flee(model, 1)
    cpu = time.process_time() - clock
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "people": result.n_people,
        "cpu_seconds": cpu,
        "person_days": result.person_days,
        "bytes": after - before,
        "bytes_per_person_in_arrays": result.bytes_per_person,
    }


def main() -> None:
    """Run the bench from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of FLEE's cases")
    parser.add_argument("--case", default="mali2012")
    parser.add_argument("--days", type=int, default=0, help="first days only; 0 = all")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--without-flee", action="store_true")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    a = parser.parse_args()
    found = bench(a.folder, a.case, a.days, a.rounds, with_flee=not a.without_flee)
    for which, cpu in found["cpu_seconds"].items():
        steps = found["person_days"][which]
        rate = steps / cpu / 1e6
        print(f"{which:>11}  {cpu:9.2f} CPU s  {steps:>12,} person-days  {rate:8.2f} M per CPU s")
    print(json.dumps({k: v for k, v in found.items() if k.startswith(("flee", "case", "days"))}))
    if a.json:
        a.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
