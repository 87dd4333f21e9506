"""``python -m bench``: measure, print a table, write ``bench/RESULTS.md`` or JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from bench.apart import apart  # noqa: E402
from bench.measure import help_seconds  # noqa: E402
from bench.questions import BEFORE, corridor_before  # noqa: E402
from bench.report import markdown  # noqa: E402

SIZES = {"quick": (10_000, 100_000), "normal": (10_000, 100_000, 1_000_000)}


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = [x for x in info.read_text("utf-8").splitlines() if x.startswith("model name")]
        model = lines[0].split(":", 1)[1].strip() if lines else model
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": metadata.version("numpy"),
        "numba": metadata.version("numba"),
        "load": [round(x, 1) for x in os.getloadavg()],
    }


def flee(folder: Path | None, case: str, days: int, whole: bool) -> dict[str, Any] | None:
    """FLEE and Travesía on the same case, in turns; ``None`` where FLEE or its case is absent.

    The first ``days`` of both; the whole case of Travesía, and with ``whole`` of FLEE, too
    (minutes); and a million people on the graph of the case.
    """
    if folder is None or not (folder / case).is_dir():
        return None
    try:
        from bench.flee import bench

        return {
            **bench(folder, case, days, 1, with_flee=True),
            "whole": bench(folder, case, 0, 1, with_flee=whole),
            "crowd": apart("flee_crowd", folder=str(folder), case=case, people=1_000_000),
        }
    except (ImportError, RuntimeError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"FLEE was not measured: {error}\n")
        return None


def steps(mode: str) -> list[tuple[str, Callable[[], Any]]]:
    """What is measured, in this order. ``mode`` is quick, normal or full."""
    quick = mode == "quick"
    sizes = (*SIZES["quick" if quick else "normal"], *((10_000_000,) * (mode == "full")))
    yard: dict[str, Any] = {"days": 100, "rounds": 3} if quick else {"days": 400, "rounds": 7}
    parallel: dict[str, Any] = {"days": 400 if quick else 1 << 20, "rounds": 1}
    return [
        ("corridor", lambda: apart("corridor", sample=0.01 if quick else 1.0)),
        ("before", lambda: None if quick else corridor_before()),
        ("corridor_1_percent", lambda: apart("corridor", sample=0.01)),
        ("cold_run", lambda: apart("cold_run", "questions", rounds=1 if quick else 3)),
        ("held", lambda: apart("held", "questions")),
        ("first_run", lambda: None if quick else apart("first_run", "questions")),
        ("threads", lambda: apart("threads", "questions", **parallel)),
        ("crowds", lambda: [apart("crowd", people=n) for n in sizes]),
        ("networks", lambda: [apart("crowd", people=100_000, places=n) for n in (12, 120)]),
        ("waiting", lambda: apart("waiting")),
        ("oracle", lambda: apart("oracle")),
        ("yardstick", lambda: apart("yardstick", "yardstick", **yard)),
        ("help", help_seconds),
        ("policies", lambda: apart("policies", sample=0.02 if quick else 0.1)),
        ("pairing", lambda: apart("pairing", seeds=16 if quick else 48)),
    ]


def measure(
    mode: str, folder: Path | None, case: str, days: int, whole: bool = False
) -> dict[str, Any]:
    """All measurements, the load of the machine after each, and the figures by name."""
    found: dict[str, Any] = {"mode": mode, "machine": machine(), "load_after": {}, "minutes": {}}
    for name, job in (*steps(mode), ("flee", lambda: flee(folder, case, days, whole))):
        sys.stderr.write(f"{name} ...\n")
        begun = time.monotonic()
        found[name] = job()
        found["minutes"][name] = round((time.monotonic() - begun) / 60, 1)
        found["load_after"][name] = round(os.getloadavg()[0], 1)
    full = found["corridor"] if mode != "quick" else None
    found["kernel"] = full or apart("kernel", days=400)
    return found | named(found, full) | named_of_flee(found["flee"])


def named(found: dict[str, Any], full: dict[str, Any] | None) -> dict[str, Any]:
    """The figures by name; ``None`` for what was not measured or is not built yet."""
    kernel, yard = found["kernel"], found["yardstick"]
    first, before = found["first_run"], found["before"]
    cpu = full["cpu_seconds"] if full else None
    return {
        "sweep": yard["rows"]["numpy"],
        "help_cpu_seconds": found["help"],
        "kernel_person_days_per_cpu_second": kernel["person_days_per_cpu_second"],
        "kernel_million_person_days": kernel["person_days_per_cpu_second"] / 1e6,
        "corridor_seconds_one_core": cpu,
        "corridor_cpu_seconds": cpu,
        "before_commit": BEFORE,
        "before_over_now": before["cpu_seconds"] / cpu if before and cpu else None,
        # A small crowd fits into what compiling kernels took: only the corridor tells.
        "bytes_per_person": full["bytes_per_person"] if full else None,
        "cost_of_all_policies": found["policies"]["cost_of_all"],
        "ns_per_record": kernel["ns_per_record"],
        "microseconds_per_journey": kernel["microseconds_per_journey"],
        "c_loop_ratio": yard["c_loop_ratio"],
        "cold_run_cpu_seconds": found["cold_run"]["cpu_seconds"],
        "coarse_run_cpu_seconds": found["held"]["coarse"],
        "thousand_coarse_runs_minutes": 1000 * found["held"]["member"] / 2 / 60,
        "warm_what_if_cpu_seconds": found["held"]["warm"],
        "branched_what_if_cpu_seconds": found["held"]["branched"],
        "threads_speedup": found["threads"]["speedup"],
        "first_run_seconds": first["wall_seconds"] if first else None,
    }


def named_of_flee(rival: dict[str, Any] | None) -> dict[str, Any]:
    """The figures of FLEE beside ours."""
    return {
        "flee_cpu_ratio": rival["flee_cpu_ratio"] if rival else None,
        "flee_whole_cpu_ratio": rival["whole"].get("flee_cpu_ratio") if rival else None,
        "flee_case_cpu_seconds": rival["whole"]["cpu_seconds"]["sane"] if rival else None,
        "flee_million_people_bytes": rival["crowd"]["bytes"] if rival else None,
        "flee_million_people_megabytes": rival["crowd"]["bytes"] / 1e6 if rival else None,
    }


def ensembles(folder: Path | None) -> dict[str, Any]:
    """What ensembles cost and gain; ``folder`` of a finished plan of what-ifs."""
    from bench.ensembles import pairing

    found: dict[str, Any] = {"machine": machine()}
    for name in ("overhead", "workers"):
        sys.stderr.write(f"{name} ...\n")
        found[name] = apart(name, module="ensembles")
    if folder is not None:
        found["pairing"] = pairing(folder)
    return found


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="minutes: small shares of everything")
    size.add_argument("--full", action="store_true", help="also 10 million people")
    parser.add_argument("--json", action="store_true", help="print JSON; write no file")
    parser.add_argument(
        "--flee",
        type=Path,
        metavar="FOLDER",
        default=os.environ.get("TRAVESIA_FLEE_CASES"),
        help="folder of FLEE's cases (default: $TRAVESIA_FLEE_CASES)",
    )
    parser.add_argument("--flee-case", default="mali2012")
    parser.add_argument("--flee-days", type=int, default=60, help="first days of the case; 0 = all")
    parser.add_argument("--flee-whole", action="store_true", help="FLEE's whole case, too: minutes")
    parser.add_argument("--ensembles", action="store_true", help="ensembles and nothing else")
    parser.add_argument(
        "--what-ifs",
        type=Path,
        metavar="FOLDER",
        help="with --ensembles: folder of `travesia compare … --what-ifs all`",
    )
    a = parser.parse_args()
    if a.ensembles:
        from bench.ensembles import markdown as page

        told = ensembles(a.what_ifs)
        print(json.dumps(told, indent=2) if a.json else page(told))
        if not a.json:
            (ROOT / "bench" / "ENSEMBLES.md").write_text(page(told), "utf-8")
        return
    mode = "quick" if a.quick else "full" if a.full else "normal"
    found = measure(mode, a.flee, a.flee_case, a.flee_days, a.flee_whole)
    if a.json:
        print(json.dumps(found, indent=2))
        return
    text = markdown(found)
    print(text)
    if mode != "quick":
        (ROOT / "bench" / "RESULTS.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
