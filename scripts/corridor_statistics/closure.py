"""Closing the identity of demand: journeys that end in Mexico without a count in either country.

The identity of ``demand.py`` knows journeys that reach the line and journeys that end in a return.
It leaves out those that end in Mexico in another way (asylum, work, turning back, death), so that a
run gives fewer encounters than it was made from. ``closure.csv`` holds one factor on departures
for each nationality and family type, the same in all years, that makes up for it. It is worked out
by ``scripts/derive_closure.py`` from a run and the encounters of the months outside the held-out
windows (docs/demand.md).
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from corridor_statistics import columns as c

TABLE = Path(__file__).with_name("closure.csv")
FIRST = "2013-07"
"""Before, the run has no stock of people on the way."""

HELD_OUT = (("2019-06", "2019-12"), ("2023-06", "2023-12"))
LIMITS = (0.8, 1.5)
CELL_PRIOR, NATION_PRIOR = 5_000.0, 20_000.0
"""Encounters by which a ratio leans on that of its nationality, and this one on that of all."""

USED = np.array(
    [m >= FIRST and not any(a <= m <= b for a, b in HELD_OUT) for m in c.MONTHS]
)  # fmt: skip
"""[months] whose encounters are compared."""


def ratios(published: c.Floats, simulated: c.Floats) -> c.Floats:
    """Published over simulated encounters, [nationalities, family types].

    Small cells lean on their nationality, and small nationalities on the whole.

    Args:
        published, simulated: [months, nationalities, family types].
    """
    up, down = published[USED].sum(0), simulated[USED].sum(0)
    whole = up.sum() / down.sum()
    nation = _leaning(up.sum(1), down.sum(1), whole, NATION_PRIOR)
    return _leaning(up, down, nation[:, None], CELL_PRIOR)


def _leaning(up: c.Floats, down: c.Floats, towards: c.Floats | float, weight: float) -> c.Floats:
    return np.asarray((up + weight * towards) / (down + weight))


def updated(factors: c.Floats, published: c.Floats, simulated: c.Floats) -> c.Floats:
    """The factors [nationalities, family types] after a run that was made with ``factors``."""
    return np.clip(factors * ratios(published, simulated), *LIMITS)


def encounters(events: pd.DataFrame) -> c.Floats:
    """Simulated encounters [months, nationalities, family types] from rows of month, cohort and
    people."""
    out = np.zeros((len(c.MONTHS), len(c.NATIONALITIES), len(c.FAMILY_TYPES)))
    nation, family = (events["cohort"].astype(str).str.split("-").str[i] for i in (0, 1))
    where = (
        events["month"].astype(str).map(c.MONTH_INDEX).to_numpy(),
        nation.str.upper().map(c.NAT_INDEX).to_numpy(),
        family.map(c.FAM_INDEX).to_numpy(),
    )
    np.add.at(out, where, events["people"].to_numpy(float))
    return out


def read(path: Path = TABLE) -> c.Floats:
    """The factors of the table, [nationalities, family types]; ones without a table."""
    out = np.ones((len(c.NATIONALITIES), len(c.FAMILY_TYPES)))
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                at = c.NAT_INDEX[row["nationality"]], c.FAM_INDEX[row["family_type"]]
                out[at] = float(row["factor"])
    return out


def write(factors: c.Floats, path: Path = TABLE) -> None:
    """Write the table."""
    rows = [
        (nationality, family, f"{factors[n, k]:.3f}")
        for n, nationality in enumerate(c.NATIONALITIES)
        for k, family in enumerate(c.FAMILY_TYPES)
    ]
    c.write_table(rows, ["nationality", "family_type", "factor"], path)
