"""Derive the corridor's tables from the folder of raw public statistics.

    python scripts/derive_statistics.py --raw FOLDER

writes departures.csv, aims.csv, outcomes_title42.csv and observed/*.csv into the scenario folder
(or into --out). The raw files are described in docs/statistics.md; they are not in the repository.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corridor_statistics import (
    aims,
    closure,
    columns,
    demand,
    expulsions,
    mexico,
    observed,
    united_states,
)
from corridor_statistics.chances import Chances, covert_apprehension

SCENARIO = Path(__file__).resolve().parents[1] / "src/travesia/scenarios/corridor"


def derive(raw: Path, scenario: Path, out: Path) -> None:
    """Write every derived table.

    Args:
        raw: folder of raw public statistics.
        scenario: scenario folder whose outcomes and hazards give the chances of the procedures.
        out: folder to write to.
    """
    chances = Chances(scenario)
    us = united_states.load(raw)
    mx = mexico.load(raw, us.by_nationality)
    flown = expulsions.flown_home()
    covert = covert_apprehension(scenario, us.people)
    columns.write_table(
        demand.rows(demand.derive(us, mx, chances, covert, flown, closure.read())),
        ["month", "cohort", "people", "people_smooth", "low", "high", "source"],
        out / "departures.csv",
    )
    columns.write_table(
        aims.rows(us.people),
        ["month", "nationality", "family_type", "sector", "share", "source"],
        out / "aims.csv",
    )
    columns.write_table(
        expulsions.rows(expulsions.derive(us), chances),
        [
            "stay",
            "transition",
            "nationality",
            "family_type",
            "region",
            "start",
            "end",
            "probability",
            "low",
            "high",
            "source",
            "reason",
        ],
        out / "outcomes_title42.csv",
    )
    observed.write(raw, us, out / "observed")


def main(arguments: list[str]) -> None:
    """Read the command line and derive."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--raw", type=Path, required=True, help="folder of raw statistics")
    parser.add_argument("--scenario", type=Path, default=SCENARIO, help="scenario folder")
    parser.add_argument("--out", type=Path, default=None, help="output; default = the scenario")
    options = parser.parse_args(arguments)
    derive(options.raw, options.scenario, options.out or options.scenario)


if __name__ == "__main__":
    main(sys.argv[1:])
