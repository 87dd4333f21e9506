"""Print the published stocks of people who wait or are held beside those of a run.

Usage: ``python scripts/stock_checks.py RUN``, where RUN is the folder of a run of the corridor.
Each row of ``system/stock_checks.csv`` is told as inside or outside, with its remark.
"""

from __future__ import annotations

import sys
from pathlib import Path

import travesia as tv
from travesia.observe.stock_checks import hold, read_stock_checks, table

TABLE = (
    Path(__file__).resolve().parents[1] / "src/travesia/scenarios/corridor/system/stock_checks.csv"
)


def main() -> None:
    """Read the run and print the table."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    print(table(list(hold(tv.read(sys.argv[1]), read_stock_checks(TABLE)))))


if __name__ == "__main__":
    main()
