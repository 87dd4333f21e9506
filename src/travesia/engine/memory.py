"""How much memory a run will need, said before it starts.

The estimate counts what grows with the scenario: stocks (days x states x places), tallies
(transitions x places x cohorts, one set per chunk), rows of the result, and a record of 32 bytes
for every party on the way. It is meant to be right within a factor of about two.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np

from travesia.errors import InputError, Problem
from travesia.model.compiled import N_RISK_CLASSES, CompiledModel
from travesia.model.layout import BYTES_PER_RECORD

PROGRAM_BYTES = 260_000_000
"""Python, its libraries and the compiled kernels."""

EVENT_ROWS_PER_PARTY = 4
"""Rows (month, transition, place, cohort) that a party adds while cells are still thin."""

FULL_CELLS = 30
"""One cell in so many of (month, transition, place, cohort) is ever used."""

EVENT_ROW_BYTES, FLOW_ROW_BYTES, STOCK_ROW_BYTES = 150, 130, 130
"""A row as integers and as a table with labels."""

_SAMPLES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01)


def estimate_bytes(model: CompiledModel, chunks: int = 1) -> int:
    """Bytes that a run of the model needs at its peak (an estimate; see the module)."""
    n = model.names
    t, p, c, legs = len(n.transitions), len(n.places), len(n.cohorts), len(n.legs)
    months = int(model.month_of_day[-1]) + 1
    per_day = (model.cohorts.people_per_day / model.cohorts.mean_size).sum(1) * model.sample
    parties = per_day[model.month_of_day]
    stocks = model.n_days * (model.n_cells * 4 + model.machine.n_states * 4 + t * 8)
    classes = N_RISK_CLASSES + 2 * c
    harms = model.stay_harms
    tables = legs * classes * (8 + 4 * len(n.causes)) + c * p * (160 + 40 * len(harms.transition))
    tallies = (t * p * c * 24 + legs * (N_RISK_CLASSES + 4 * c) * 8) * (chunks + 1)
    event_rows = min(months * t * p * c / FULL_CELLS, parties.sum() * EVENT_ROWS_PER_PARTY)
    flow_rows = min(months * legs * c, parties.sum() * EVENT_ROWS_PER_PARTY)
    stock_rows = min(months * p * c, parties.sum())
    year = np.convolve(parties, np.ones(min(365, len(parties))), "valid").max()
    records = 3 * BYTES_PER_RECORD * year
    rows = event_rows * EVENT_ROW_BYTES + flow_rows * FLOW_ROW_BYTES
    rows += stock_rows * STOCK_ROW_BYTES
    return int(PROGRAM_BYTES + stocks + tables + tallies + rows + records)


def available_bytes() -> int | None:
    """Memory that this process may still take, or ``None`` if the system does not say."""
    found = []
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                found.append(int(line.split()[1]) * 1024)
        for name, used in (("memory.max", "memory.current"),):
            group = Path("/sys/fs/cgroup")
            limit = (group / name).read_text("ascii").strip()
            if limit != "max":
                found.append(int(limit) - int((group / used).read_text("ascii")))
    except (OSError, ValueError):
        pass
    if not found and hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return max(0, min(found)) if found else None


def check_fits(model: CompiledModel, chunks: int = 1, available: int | None = None) -> None:
    """Refuse a run that would not fit into memory.

    ``available`` bytes (default: what the system has free). Raises
    :class:`travesia.errors.InputError` with what is needed, what there is and what to do.
    """
    free = available_bytes() if available is None else available
    if free is None:
        return
    needed = estimate_bytes(model, chunks)
    if needed <= free:
        return
    smaller = [s for s in _SAMPLES if s < model.sample]
    fitting = [s for s in smaller if estimate_bytes(replace(model, sample=s), 1) <= free]
    if estimate_bytes(model, 1) <= free:
        cure = "use --threads 1"
    elif fitting:
        cure = f"simulate a share of the people with --sample {fitting[0]:g}, or close programs"
    else:
        cure = "shorten the period of the scenario, or use a machine with more memory"
    what = f"the run needs about {needed / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are free"
    raise InputError("The run was not started", [Problem(what, "memory", cure)])
