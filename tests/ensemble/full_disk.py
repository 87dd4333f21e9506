"""Fills a small disk with members, frees space and goes on; run in a mount namespace of its own.

``python -m tests.ensemble.full_disk FOLDER`` mounts a disk of 100 KiB on the folder, compares two
scenarios until it is full, looks at what is there, makes the disk larger, and runs the same again.
Prints what it saw as JSON. It needs the right to mount (``unshare -rm`` gives it).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.ensemble.asking import compare
from tests.ensemble.fakes import FakeRun
from travesia.ensembles.executors import Serial
from travesia.ensembles.reducer import layout_of
from travesia.errors import OutputError
from travesia.scenario.load import load

MEMBERS = 40


def main(disk: Path) -> None:
    """Fill, look, enlarge, go on."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(disk)], check=True)
    store = disk / "store"
    scenarios = [load("example"), load("example", ["no_raids"])]
    size = layout_of(scenarios[0]).size
    told = ""
    try:
        compare(scenarios, MEMBERS, folder=store, executor=Serial(), function=FakeRun(size))
    except OutputError as error:
        told = str(error)
    files = [p.name for p in (store / "members").iterdir()]
    kept = {name: (store / "members" / name).read_bytes() for name in files}
    subprocess.run(["mount", "-o", "remount,size=10m", str(disk)], check=True)
    with tempfile.TemporaryDirectory() as log:
        run = FakeRun(size, log=log)
        done = compare(scenarios, MEMBERS, folder=store, executor=Serial(), function=run)
        computed = len(list(Path(log).iterdir()))
    whole = compare(scenarios, MEMBERS, executor=Serial(), function=FakeRun(size))
    seen = {
        "told": told,
        "kept": files,
        "computed": computed,
        "untouched": all((store / "members" / n).read_bytes() == b for n, b in kept.items()),
        "same": done.to_payload() == whole.to_payload(),
    }
    sys.stdout.write(json.dumps(seen) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
