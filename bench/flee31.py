"""Runs FLEE 3.1 itself, if it is installed, with a seed and at a chosen resolution.

As a program: ``python flee31.py INPUT_CSV SOURCE_DATA SETTINGS SEED DAYS`` prints JSON with the
camps, their daily counts (simulated and observed), the CPU seconds of the days and the person-days.
The order of calls is that of FLEE's own driver for its release 3.1.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def run_case(inputs: str, source: str, settings: str, seed: int, days: int = 0) -> dict[str, Any]:
    """Simulate one case in this process."""
    import numpy as np
    from flee.datamanager import handle_refugee_data, read_period

    from flee import InputGeography, flee, spawning

    rules = flee.SimulationSettings
    rules.ReadFromYML(settings)
    rules.ConflictInputFile = f"{inputs}/conflicts.csv"
    start, length = read_period.read_conflict_period(f"{inputs}/sim_period.csv")
    random.seed(seed)
    np.random.seed(seed)
    world = flee.Ecosystem()
    geography = InputGeography.InputGeography()
    geography.ReadConflictInputCSV(rules.ConflictInputFile)
    geography.ReadLocationsFromCSV(f"{inputs}/locations.csv")
    geography.ReadLinksFromCSV(f"{inputs}/routes.csv")
    geography.ReadClosuresFromCSV(f"{inputs}/closures.csv")
    world, places = geography.StoreInputGeographyInEcosystem(world)
    data = handle_refugee_data.RefugeeTable(
        csvformat="generic",
        data_directory=source,
        start_date=start,
        data_layout="data_layout.csv",
        population_scaledown_factor=rules.optimisations["PopulationScaleDownFactor"],
    )
    data.ReadL1Corrections(f"{inputs}/registration_corrections.csv")
    camps = world.get_camp_names()
    for name in camps:
        spawning.add_initial_refugees(world, data, places[name])
    simulated, observed, people = [], [], []
    clock, person_days = time.process_time(), 0
    for day in range(days or length):
        geography.AddNewConflictZones(world, day)
        spawning.spawn_daily_displaced(world, day, data)
        spawning.refresh_spawn_weights(world)
        world.enact_border_closures(day)
        world.evolve()
        person_days += world.numAgents()
        people.append(world.numAgents())
        simulated.append([places[n].numAgents for n in camps])
        observed.append([data.get_field(n, day) for n in camps])
    return {
        "camps": camps,
        "simulated": simulated,
        "observed": observed,
        "people": people,
        "cpu_seconds": time.process_time() - clock,
        "person_days": person_days,
    }


def with_hasten(settings: Path, hasten: int, folder: Path) -> Path:
    """A copy of a settings file at another resolution."""
    import yaml

    content = yaml.safe_load(settings.read_text("utf-8"))
    content.setdefault("optimisations", {})["hasten"] = hasten
    path = folder / "simsetting.yml"
    with path.open("w", encoding="utf-8") as stream:
        yaml.safe_dump(content, stream)
    return path


def run_apart(case: Path, settings: Path, seed: int, hasten: int, days: int = 0) -> dict[str, Any]:
    """Simulate one case in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = with_hasten(settings, hasten, Path(folder))
        command = [
            sys.executable,
            "-P",  # the package is meant, not the module beside this one
            str(Path(__file__).resolve()),
            str((case / "input_csv").resolve()),
            str((case / "source_data").resolve()),
            str(chosen),
            str(seed),
            str(days),
        ]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    noise = io.StringIO()
    with contextlib.redirect_stdout(noise), contextlib.redirect_stderr(noise):
        inputs, source, settings, *numbers = sys.argv[1:]
        result = run_case(inputs, source, settings, *map(int, numbers))
    sys.stdout.write(json.dumps(result))
