"""Chances of the scenario's own procedures, so that the identity and the simulator agree.

Demand is what must have set out for the counts to come about under the simulated procedures; the
chances of return, retry and surrender are therefore read from the scenario's outcomes.csv, and
the chance of apprehension from its hazards, their factors and the Border Patrol's effort. When
these files change, the derivation is run again.
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
        self._rows = dict(list(table.groupby(["stay", "transition"])))

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
            rank = (
                int(str(row.nationality) != "*"),
                int(str(row.family_type) != "*"),
                str(row.start),
            )
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


def covert_apprehension(folder: Path, people: c.Floats) -> c.Floats:
    """Chance that a covert attempt ends in apprehension, [months, nationalities, family types].

    1 - exp(-h_s e g) averaged over the sectors where the cohort was met in the month, with h_s the
    sector's rate per passage, e the effort of the period and g the factor of the guided share.

    Args:
        folder: scenario folder (hazards.csv, effort.csv, hazard_factors.csv, cohorts.csv).
        people: [months, nationalities, family types, sectors] encounters.
    """
    tables = {
        name: pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        for name in ("hazards", "effort", "hazard_factors", "cohorts")
    }
    hazards = tables["hazards"]
    hazards = hazards[(hazards["cause"] == "apprehension") & (hazards["start"] == "")]
    rate = dict(zip(hazards["region"], hazards["value"].astype(float), strict=True))
    rates = np.array([rate[s] for s in c.SECTORS])
    factors = tables["hazard_factors"]
    guided_factor = factors[(factors["cause"] == "apprehension") & (factors["who"] == "guided")]
    guide = float(guided_factor["factor"].iloc[0]) if len(guided_factor) else 1.0
    cohorts = tables["cohorts"].set_index("id")["guided_share"].astype(float)
    share = np.array(
        [[cohorts[f"{n.lower()}-{k}"] for k in c.FAMILY_TYPES] for n in c.NATIONALITIES]
    )
    exposure = _effort(tables["effort"])[:, None, None] * (1 + (guide - 1) * share)
    weight = people + 1e-3
    weight = weight / weight.sum(3, keepdims=True)
    chance = 1 - np.exp(-rates * exposure[..., None])
    return np.asarray((weight * chance).sum(3))


def _effort(effort: pd.DataFrame) -> c.Floats:
    """The Border Patrol's effort over all sectors in the middle of each month."""
    effort = effort[(effort["agency"] == "USBP") & (effort["region"] == "*")]
    out = np.ones(len(c.MONTHS))
    for row in effort.sort_values("start").itertuples():
        for t, month in enumerate(c.MONTHS):
            if str(row.start) <= f"{month}-15" and (not row.end or str(row.end) >= f"{month}-15"):
                out[t] = float(str(row.factor))
    return out
