"""Print the published stocks of people who wait or are held beside those of a run.

Usage: ``python scripts/stock_checks.py RUN``, where RUN is the folder of a run of the corridor.
Each row of the scenario's ``system/stock_checks.csv`` is told as inside or outside, with its
remark. The report of the run has the same table.
"""

from __future__ import annotations

import sys

import travesia as tv
from travesia.observe.stock_checks import hold, table
from travesia.results.declared import stock_checks_of


def main() -> None:
    """Read the run and print the table."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    result = tv.read(sys.argv[1])
    print(table(list(hold(result, stock_checks_of(result)))))


if __name__ == "__main__":
    main()
