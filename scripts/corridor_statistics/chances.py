"""Chances of the scenario's own procedures, so that the identity and the simulator agree.

Demand is what must have set out for the counts to come about under the simulated procedures; the
chances of return, retry and surrender are therefore read from the scenario's outcomes.csv. When
that file changes, the derivation is run again.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from corridor_statistics import columns as c


class Chances:
    """Chance of a transition out of a stay by nationality, family type and date."""

    def __init__(self, folder: Path) -> None:
        """Read outcomes.csv of a scenario folder; rows for single regions are left out."""
        table = pd.read_csv(folder / "outcomes.csv", dtype=str, keep_default_na=False)
        table = table[(table["region"] == "*") & (table["probability"] != "rest")]
        self._rows = {key: rows for key, rows in table.groupby(["stay", "transition"])}

    def at(self, stay: str, transition: str, nationality: str, family: str, day: str) -> float:
        """Probability on a day (ISO): the most specific row, then the latest start; else zero."""
        rows = self._rows.get((stay, transition))
        if rows is None:
            return 0.0
        fits = (
            rows["nationality"].isin([nationality, "*"])
            & rows["family_type"].isin([family, "*"])
            & (rows["start"] <= day)
            & ((rows["end"] == "") | (rows["end"] >= day))
        )
        best, value = (-1, -1, ""), 0.0
        for row in rows[fits].itertuples():
            rank = (int(row.nationality != "*"), int(row.family_type != "*"), str(row.start))
            if rank > best:
                best, value = rank, float(str(row.probability))
        return value

    def table(self, stay: str, transition: str) -> c.Floats:
        """Probability in the middle of each month, [months, nationalities, family types]."""
        out = np.zeros((len(c.MONTHS), len(c.NATIONALITIES), len(c.FAMILY_TYPES)))
        rows = self._rows.get((stay, transition))
        if rows is None:
            return out
        dates = sorted({*rows["start"], *rows["end"]} - {""})
        days = [f"{m}-15" for m in c.MONTHS]
        period = np.searchsorted(dates, days, side="right")
        for n, nationality in enumerate(c.NATIONALITIES):
            for k, family in enumerate(c.FAMILY_TYPES):
                for p in np.unique(period):
                    where = np.where(period == p)[0]
                    out[where, n, k] = self.at(
                        stay, transition, nationality, family, days[where[0]]
                    )
        return out
