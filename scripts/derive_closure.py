"""Work out the factors that close the identity of demand, from a run made with the present ones.

    travesia run corridor --draws 0 --no-report --out RUN
    python scripts/derive_closure.py --raw FOLDER --run RUN
    python scripts/derive_statistics.py --raw FOLDER

Once is enough: what a second round changes is below a hundredth (docs/demand.md).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corridor_statistics import closure, columns, united_states
from travesia.results import store


def derive(raw: Path, run: Path) -> None:
    """Update closure.csv and print how much of the published encounters the run gave back."""
    result = store.read(run)
    events = result.events
    events = events[events["transition"].isin(result.tagged("us_encounter"))]
    published = united_states.load(raw).people.sum(3)
    simulated = closure.encounters(events)
    for year in sorted(set(columns.YEAR)):
        rows = year == columns.YEAR
        sys.stdout.write(f"{year}  {simulated[rows].sum() / published[rows].sum():.3f}\n")
    closure.write(closure.updated(closure.read(), published, simulated))


def main(arguments: list[str]) -> None:
    """Read the command line and derive."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--raw", type=Path, required=True, help="folder of raw statistics")
    parser.add_argument("--run", type=Path, required=True, help="folder of a run")
    options = parser.parse_args(arguments)
    derive(options.raw, options.run)


if __name__ == "__main__":
    main(sys.argv[1:])
