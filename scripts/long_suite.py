"""The long suite, whole or by parts of at most fifteen minutes on two cores.

python scripts/long_suite.py            all of it (an hour or so)
python scripts/long_suite.py --next     the part named in .ci/long-part; then it names the next one
python scripts/long_suite.py --named    the part named in .ci/long-part, which stays as it is
python scripts/long_suite.py --list     what is in each part
python scripts/long_suite.py --renew    all of it, and writes what each job took

A job is a file with long tests, or the quick tests of a folder with every index into an array
checked. Jobs are dealt to parts by the processor seconds that they took when they were last
measured (.ci/long-seconds.csv). What a part has no time for is said, and fails nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PART = ROOT / ".ci" / "long-part"
SECONDS = ROOT / ".ci" / "long-seconds.csv"
CORES = 2
LIMIT = 15 * 60.0
"""Seconds that a part may take."""
FILL = 0.7
"""Share of a part that is planned: machines differ."""
UNKNOWN = 60.0
"""Seconds of a job that was never measured."""
LONG = re.compile(r"^ *(@|pytestmark = |.*marks=)pytest\.mark\.long\b", re.MULTILINE)
BOUNDS = "array bounds: "
CHECKED = ("tests/engine", "tests/statistical")


@dataclass(frozen=True)
class Job:
    """One call of pytest, and the processor seconds that it is thought to take."""

    name: str
    seconds: float = UNKNOWN

    @property
    def arguments(self) -> list[str]:
        """What pytest is given."""
        quick = self.name.startswith(BOUNDS)
        return ["-m", "not long" if quick else "long", self.name.removeprefix(BOUNDS)]

    def environment(self, scratch: Path) -> dict[str, str]:
        """The environment of the tests; unchecked machine code is cached elsewhere."""
        checked = {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(scratch / "cache")}
        return os.environ | (checked if self.name.startswith(BOUNDS) else {})


@dataclass(frozen=True)
class Done:
    """What came of a job; ``passed`` is None if there was no time for it."""

    job: Job
    passed: int | None = None
    failed: int = 0
    seconds: float = 0.0
    output: str = ""


def jobs(root: Path = ROOT, seconds: Path = SECONDS) -> list[Job]:
    """Every job, the longest first."""
    with seconds.open(encoding="utf-8") as file:
        known = {row["job"]: float(row["seconds"]) for row in csv.DictReader(file)}
    names = [BOUNDS + folder for folder in CHECKED]
    for path in sorted((root / "tests").rglob("test_*.py")):
        if LONG.search(path.read_text(encoding="utf-8")):
            names.append(path.relative_to(root).as_posix())
    found = [Job(name, known.get(name, UNKNOWN)) for name in names]
    return sorted(found, key=lambda job: (-job.seconds, job.name))


def parts(found: Sequence[Job]) -> list[list[Job]]:
    """Jobs dealt out, each to the part that has least so far; as few parts as hold them."""
    room = CORES * LIMIT * FILL
    for count in range(1, len(found) + 1):
        dealt: list[list[Job]] = [[] for _ in range(count)]
        for job in found:
            min(dealt, key=_load).append(job)
        if all(_load(part) <= room for part in dealt):
            return dealt
    raise ValueError(f"a job takes more than {room:.0f} seconds: split it")


def _load(part: Sequence[Job]) -> float:
    return sum(job.seconds for job in part)


def run_all(found: Sequence[Job], limit: float, root: Path = ROOT) -> list[Done]:
    """Run jobs one by one, each on two cores, until they are done or the seconds are over."""
    end = time.monotonic() + limit
    with tempfile.TemporaryDirectory() as scratch:
        return [run_job(job, end, Path(scratch), root) for job in found]


def run_job(job: Job, end: float, scratch: Path, root: Path = ROOT) -> Done:
    """Run one job to its end, or to the end of the time."""
    left = end - time.monotonic()
    if left < job.seconds / CORES:
        return _told(Done(job))
    report = scratch / f"{job.name.replace('/', '-')}.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(CORES), "-p", "no:cacheprovider"]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [*command, *job.arguments, f"--junitxml={report}"],
            cwd=root,
            env=job.environment(scratch),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while (taken := _ended(process)) is None:
            if time.monotonic() > end:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                return _told(Done(job))
            time.sleep(0.1)
        output.seek(0)
        text = output.read().decode(errors="replace")
    passed, failed = counted(report)
    failed = max(failed, int(process.returncode != 0))  # it may have ended before it reported
    return _told(Done(job, passed, failed, taken, text))


def _ended(process: subprocess.Popen[bytes]) -> float | None:
    """Processor seconds of a process that has ended, with those of its children."""
    number, status, usage = os.wait4(process.pid, os.WNOHANG)
    if number == 0:
        return None
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def counted(report: Path) -> tuple[int, int]:
    """Tests that passed and that failed, by the report of a run."""
    if not report.is_file():
        return 0, 0
    suites = ET.parse(report).getroot().iter("testsuite")
    passed = failed = 0
    for suite in suites:
        broken = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        failed += broken
        passed += int(suite.get("tests", 0)) - broken - int(suite.get("skipped", 0))
    return passed, failed


def _told(done: Done) -> Done:
    result = "no time left" if done.passed is None else f"{done.passed} passed"
    result += f", {done.failed} failed" if done.failed else ""
    print(f"{done.seconds:7.0f} s  {done.job.name}: {result}", flush=True)
    if done.failed:
        print(done.output, flush=True)
    return done


def renew(found: Sequence[Done], seconds: Path = SECONDS) -> None:
    """Write what each job took, beside what is known of jobs that had no time."""
    took = {d.job.name: d.job.seconds if d.passed is None else d.seconds for d in found}
    rows = [f'"{name}",{taken:.0f}' for name, taken in sorted(took.items())]
    seconds.write_text("\n".join(["job,seconds", *rows]) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; the status is 1 if a test failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    choice = parser.add_mutually_exclusive_group()
    for name in ("next", "named", "list", "renew"):
        choice.add_argument(f"--{name}", action="store_true")
    asked = parser.parse_args(arguments)
    dealt = parts(jobs())
    if asked.list:
        for number, part in enumerate(dealt, 1):
            print(f"part {number}: {_load(part) / CORES / 60:.0f} minutes")
            print("".join(f"{job.seconds:7.0f} s  {job.name}\n" for job in part), end="")
        return 0
    number = (int(PART.read_text()) - 1) % len(dealt) + 1
    one = asked.next or asked.named
    print(f"long suite, {f'part {number} of {len(dealt)}' if one else 'all of it'}", flush=True)
    clock = time.monotonic()
    done = run_all(
        dealt[number - 1] if one else [job for part in dealt for job in part], LIMIT if one else 1e9
    )
    failed = sum(d.failed for d in done)
    left = [d.job.name for d in done if d.passed is None]
    if left:
        print(f"no time was left for {', '.join(left)}; without a flag this script runs all")
    if asked.renew:
        renew(done)
    if asked.next and not failed:
        PART.write_text(f"{number % len(dealt) + 1}\n")
        print(f"the next part is {number % len(dealt) + 1}: commit .ci/long-part")
    passed = sum(d.passed or 0 for d in done)
    print(f"{time.monotonic() - clock:.0f} s: {passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
