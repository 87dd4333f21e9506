"""Measure how far coarse runs of a scenario are from the run of everybody.

    python scripts/measure_coarse.py corridor --seeds 8

It runs everybody once (minutes), then coarse runs of some seeds, and writes ``system/coarse.csv``
in the folder of the scenario: for each headline number the exact one, and the median and the
largest relative difference of the coarse ones. A number that is 0 in the exact run is left out.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
from pathlib import Path

import numpy as np

from travesia.engine.run import run
from travesia.ensembles.reducer import Reducer
from travesia.kinds.corridor import coarse
from travesia.kinds.corridor.one import check_sound
from travesia.model.compile import compile_model
from travesia.quantities.counting import period
from travesia.scenario.load import load
from travesia.scenario.scenario import Scenario

Totals = dict[str, float]


def totals(scenario: Scenario, sample: float, seed: int, *, is_coarse: bool) -> Totals:
    """The headline numbers of a run over the period, in people of the whole population."""
    reducer = Reducer(scenario)
    model = compile_model(scenario, sample=sample).model
    raw = run(coarse.coarsened(model, coarse=is_coarse), seed)
    summary = reducer.reduce(raw, sample)
    names = [q.id for q in scenario.quantities.listed("headline") if q.id in reducer.outputs]
    return {n: float(period(reducer.outputs[n].over, summary.series(n))) for n in names}


def rows(scenario: Scenario, exact: Totals, found: list[Totals]) -> list[dict[str, object]]:
    """The table: differences as shares of the exact number."""
    out: list[dict[str, object]] = []
    for name, value in exact.items():
        if not value:
            continue
        apart = [abs(one[name] / value - 1.0) for one in found]
        out.append(
            {
                "output": name,
                "exact": f"{value:.0f}",
                "median": f"{statistics.median(apart):.4f}",
                "worst": f"{np.max(apart):.4f}",
                "seeds": len(found),
                "sample": coarse.SAMPLE,
                "weeks": coarse.WEEKS,
                "scenario_sha256": scenario.sha256(),
            }
        )
    return out


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenario", help="a shipped scenario, or a folder")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument(
        "--out", type=Path, help="file (default: system/coarse.csv of the scenario)"
    )
    asked = parser.parse_args()
    scenario = load(asked.scenario)
    check_sound(scenario)
    exact = totals(scenario, 1.0, scenario.settings.seed, is_coarse=False)
    found = []
    for seed in range(1, asked.seeds + 1):
        found.append(totals(scenario, coarse.SAMPLE, seed, is_coarse=True))
        sys.stderr.write(f"coarse run {seed} of {asked.seeds}\n")
    path = asked.out or scenario.folder / coarse.FILE
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, coarse.COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows(scenario, exact, found))


if __name__ == "__main__":
    main()
