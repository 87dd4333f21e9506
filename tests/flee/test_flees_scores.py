"""Our measures against those that FLEE 3.1 itself prints, from the same table of counts."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from travesia.kinds.flee.measures import flee_ard, flee_mase, rescaled

NAMES = {"mase7": (7, False), "mase7-ratio": (7, True), "mase30": (30, False),
         "mase30-ratio": (30, True)}  # fmt: skip


def flees_script() -> Path | None:
    """FLEE's program for its validation results, where FLEE is installed."""
    found = importlib.util.find_spec("flee")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "postprocessing" / "extract-validation-results.py"


@pytest.mark.skipif(flees_script() is None, reason="FLEE is not installed")
@pytest.mark.parametrize("seed", [1, 2])
def test_scores_equal_what_flee_prints(tmp_path: Path, seed: int) -> None:
    generator = np.random.default_rng(seed)
    days, camps = 45, 3
    observed = generator.integers(1, 5000, (days, camps))
    simulated = generator.integers(0, 5000, (days, camps))
    simulated[0] = 0  # FLEE then leaves the rescaled counts at 0
    observed[3] = 0  # FLEE then divides by 1
    table: dict[str, Any] = {"Day": np.arange(days)}
    for i in range(camps):
        table |= {f"C{i} sim": simulated[:, i], f"C{i} data": observed[:, i]}
    total = {
        "refugees in camps (UNHCR)": observed.sum(axis=1),
        "total refugees (simulation)": simulated.sum(axis=1),
        "raw UNHCR refugee count": observed.sum(axis=1),
        "refugees in camps (simulation)": simulated.sum(axis=1),
        "refugee_debt": 0,
    }
    pd.DataFrame(table | total).to_csv(tmp_path / "out.csv", index=False)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(flees_script()), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={"MPLBACKEND": "Agg"},
    )
    printed = done.stdout[done.stdout.index("totals:") :]
    theirs = {k: float(v) for k, v in re.findall(r"([\w()-]+(?: \(\w+\))?): ([\d.]+)", printed)}
    ours, truth = simulated.astype(float), observed.astype(float)
    assert theirs["Error (normal)"] == pytest.approx(flee_ard(ours, truth), rel=1e-12)
    assert theirs["Error (rescaled)"] == pytest.approx(
        flee_ard(rescaled(ours, truth), truth), rel=1e-12
    )
    for name, (day, ratio) in NAMES.items():
        assert theirs[name] == pytest.approx(flee_mase(ours, truth, day, ratio=ratio), rel=1e-12), (
            name
        )
