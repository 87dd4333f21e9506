"""Compares two scenarios with a slow stand-in for the simulation; started to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.ensemble.asking import compare
from tests.ensemble.fakes import FakeRun
from travesia.ensembles.executors import Processes, Serial
from travesia.ensembles.reducer import layout_of
from travesia.scenario.load import load

if __name__ == "__main__":
    folder, log, kind, seconds = sys.argv[1:5]
    run = FakeRun(layout_of(load("example")).size, log=log, seconds=float(seconds))
    executor = Serial() if kind == "serial" else Processes(2)
    compare(
        ["example", "no_raids"],
        50,
        seed=3,
        sample=0.2,
        folder=Path(folder),
        executor=executor,
        function=run,
    )
