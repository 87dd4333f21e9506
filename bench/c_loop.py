"""The reduced corridor as a plain C loop (``c_loop.c``), compiled by the system's compiler."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.reduced import N_EVENTS, Ran, Tables, Tallies, stocks_of

SOURCE = Path(__file__).with_name("c_loop.c")
FLAGS = ("-O3", "-march=native", "-std=c11", "-shared", "-fPIC")
NUMBERS = ("generator", "days", "cohorts", "places", "legs", "regions", "origins", "cells")
GIVEN = (
    "day_ptr", "born", "cohort", "origin_cum", "origin_place", "size_cum", "guided", "out_ptr",
    "leg_to", "leg_cell", "leg_ticks", "choice", "region", "rest_cell", "end_cell", "outcome",
    "wait",
)  # fmt: skip
COUNTED = ("events", "events_daily", "flows", "departed", "people", "parties")


class World(ctypes.Structure):
    """``World`` of ``c_loop.c``."""

    _fields_ = (
        ("key", ctypes.c_uint64),
        *((name, ctypes.c_int64) for name in NUMBERS),
        *((name, ctypes.c_void_p) for name in (*GIVEN, *COUNTED)),
        ("records", ctypes.c_int64),
    )


def compiler() -> str | None:
    """The system's C compiler, if there is one."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def load() -> Any:
    """The compiled ``simulate``.

    Raises:
        RuntimeError: there is no compiler, or it refuses the source.
    """
    cc = compiler()
    if cc is None:
        raise RuntimeError("there is no C compiler")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "c_loop.so"
        command = [cc, *FLAGS, str(SOURCE), "-o", str(library)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{cc} refuses {SOURCE.name}:\n{done.stderr}")
        return ctypes.CDLL(str(library)).simulate


def by_c(t: Tables, simulate: Any) -> Ran:
    """Run the C loop."""
    counted: dict[str, npt.NDArray[Any]] = {
        "events": np.zeros((t.n_cohorts, N_EVENTS, t.n_places, 2), np.int64),
        "events_daily": np.zeros((t.n_days, N_EVENTS), np.int64),
        "flows": np.zeros((t.n_cohorts, len(t.leg_to), 2), np.int64),
        "departed": np.zeros((t.n_cohorts, 2), np.int64),
        "people": np.zeros((t.n_days, t.n_cells), np.int32),
        "parties": np.zeros((t.n_days, t.n_cells), np.int32),
    }
    given = {name: np.ascontiguousarray(getattr(t, name)) for name in GIVEN}
    world = World(
        key=t.key,
        generator=int(t.generator),
        days=t.n_days,
        cohorts=t.n_cohorts,
        places=t.n_places,
        legs=len(t.leg_to),
        regions=len(t.wait),
        origins=t.origin_place.shape[1],
        cells=t.n_cells,
        **{name: array.ctypes.data for name, array in (given | counted).items()},
    )
    clock = time.process_time()
    failed = simulate(ctypes.byref(world))
    seconds = time.process_time() - clock
    if failed:
        raise MemoryError("the C loop ran out of memory")
    people, parties = stocks_of(t, counted.pop("people"), counted.pop("parties"))
    return Ran(Tallies(**counted, people=people, parties=parties), seconds, int(world.records))
