"""Detentions by the Mexican migration institute (INM) and returns from Mexico, by nationality."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corridor_statistics import columns as c

LEFT_OUT = ("USA", "CAN", "MEX")
"""Tourists who overstay and Mexicans mistaken for foreigners: no journeys of this corridor."""

RETURNS_BEFORE_2015 = {
    # Published yearly returns: total, and the nationalities that the source names. The total of
    # 2014 is that of four nationalities by land and 1,900 others, as many as in 2013 (judgement).
    2013: (80079.0, {"HND": 32800.0, "GTM": 30005.0, "SLV": 14427.0}),
    2014: (109099.0, {"HND": 43456.0, "GTM": 41731.0, "SLV": 20988.0, "NIC": 1024.0}),
}
RETURNS_2012 = 79426.0
CHILD_SHARE_2014 = 17900.0 / 104269.0
ALONE_AMONG_CHILDREN = 8236.0 / 17900.0
PEOPLE_PER_ACCOMPANIED_CHILD = 1.85


@dataclass(frozen=True)
class Mexico:
    """Mexican counts by month and nationality.

    Attributes:
        detentions: [months, nationalities] events, NaN before 2018.
        returns: [months, nationalities] events; before 2015 yearly totals spread over months.
        family_split: [months, nationalities, family types] shares of people returned.
    """

    detentions: c.Floats
    returns: c.Floats
    family_split: c.Floats


def _by_nationality(raw: Path, name: str, kind: str = "") -> c.Floats:
    table = c.read_raw(raw, name)
    table = table[~table["nat"].isin(LEFT_OUT)]
    if kind:
        table = table[table["type"] == kind]
    out = np.zeros((len(c.MONTHS), len(c.NATIONALITIES)))
    rows = table["t"].str[:7].map(c.MONTH_INDEX).to_numpy()
    cols = table["nat"].map(c.nationality_index).to_numpy()
    np.add.at(out, (rows, cols), c.numbers(table["n"]).to_numpy(dtype=float))
    return out


def _earlier_returns(returns: c.Floats, us_by_nationality: c.Floats) -> None:
    """Spread the yearly totals of 2012 to 2014 over months as the square root of US arrests."""
    triangle = [c.NAT_INDEX[n] for n in c.NORTHERN_TRIANGLE]
    minor = returns[c.YEAR == 2015].sum(0)
    for year in (2012, 2013, 2014):
        rows = np.where(year == c.YEAR)[0]
        total, named = RETURNS_BEFORE_2015[max(year, 2013)]
        level = np.zeros(len(c.NATIONALITIES))
        for nationality, people in named.items():
            level[c.NAT_INDEX[nationality]] = people
        unnamed = np.where(level > 0, 0.0, minor)
        level += max(total - level.sum(), 0.0) * unnamed / unnamed.sum()
        if year == 2012:
            level *= RETURNS_2012 / total * len(rows) / 12
        season = np.sqrt(us_by_nationality[rows][:, triangle].sum(1))
        returns[rows] = season[:, None] / season.sum() * level


def _family_split(returns: c.Floats, children: c.Floats) -> c.Floats:
    """Shares of adults, family members and children alone among people returned, by year.

    Children are counted apart by the publisher; of them 46 in 100 were alone in 2014 (published),
    and an accompanied child stands for 1.85 family members (judgement, 1.6 to 2.2). Small
    nationalities take the share of all returns.
    """
    split = np.zeros((*returns.shape, len(c.FAMILY_TYPES)))
    for year in np.unique(c.YEAR):
        rows = year == c.YEAR
        if year < 2015:
            share = np.full(returns.shape[1], CHILD_SHARE_2014)
        else:
            total, young = returns[rows].sum(0), children[rows].sum(0)
            pooled = young.sum() / total.sum()
            share = (young + 200 * pooled) / (total + 200)
        alone = share * ALONE_AMONG_CHILDREN
        family = (share - alone) * PEOPLE_PER_ACCOMPANIED_CHILD
        split[rows] = np.stack([1 - alone - family, family, alone], axis=1)
    return split


def load(raw: Path, us_by_nationality: c.Floats) -> Mexico:
    """Read Mexican detentions and returns from the folder of raw files."""
    detentions = _by_nationality(raw, "mexico_detentions_monthly_by_nationality.csv")
    detentions[: c.MONTH_INDEX["2018-01"]] = np.nan
    name = "mexico_returns_monthly_by_nationality.csv"
    returns = _by_nationality(raw, name)
    children = _by_nationality(raw, name, kind="assisted return of children")
    _earlier_returns(returns, us_by_nationality)
    return Mexico(detentions, returns, _family_split(returns, children))
