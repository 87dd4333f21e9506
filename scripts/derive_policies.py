"""Derive the monthly shares of Remain in Mexico from public counts.

Usage: python scripts/derive_policies.py RAW_FOLDER > block.yaml

RAW_FOLDER holds the raw public tables named below. The output is the `parameters` block of the
policies `remain_in_mexico...` in the corridor's policies.yaml.

Arithmetic. Let R[s, t] be the people sent back through sector s in month t, and E[s, t] the
people of the seven nationalities (Honduras, Guatemala, El Salvador, Cuba, Ecuador, Venezuela,
Nicaragua), adults and families, in Border Patrol custody there. The share is R / E.

* January to July 2019: R by site from court filings (PF063-PF089).
* August 2019: 12,500 in all (PF091). September to November: what is missing to 56,004 (PF098).
  December and January: what is missing to 61,000 (title of PF104). February to March 2020 and
  the months under the pandemic rule up to January 2021: what is missing to 71,036 (PF092).
  A block's total is shared out over its months and over the sites open in them in proportion to
  E times the rate of the site in July 2019 (sites that open later: the mean rate), no share
  above 0.9.
* People were moved between sectors before they were sent back, so that sites and sectors are
  pooled: California and Yuma; El Paso and Big Bend; Laredo and Rio Grande Valley; Del Rio; Tucson.
* E up to September 2019: families and adults by sector and month, the foreign part of the
  adults from the yearly table of sector and citizenship; from October 2019 the monthly counts
  by sector, family type and nationality, those expelled under the pandemic rule included, since
  the share applies to all who are in custody.
* Some of those sent back had come to a port of entry; all are counted as if they came out of
  Border Patrol custody, so that the shares are too high for crossers by up to a tenth.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

POOLS = {
    "remain_in_mexico": (("San Ysidro", "Calexico"), ("San Diego", "El Centro", "Yuma"), "2019-01"),
    "remain_in_mexico_el_paso": (("El Paso",), ("El Paso", "Big Bend"), "2019-03"),
    "remain_in_mexico_rio_grande": (
        ("Laredo", "Brownsville"), ("Laredo", "Rio Grande Valley"), "2019-07",
    ),
    "remain_in_mexico_del_rio": ((), ("Del Rio",), "2019-11"),
    "remain_in_mexico_tucson": ((), ("Tucson",), "2020-01"),
}  # fmt: skip
"""Policy: sites of return, sectors whose people came there (people were moved between them),
first month with a number."""
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
NATIONS = ("HND", "GTM", "SLV", "CUB", "ECU", "VEN", "NIC")
BLOCKS = (
    (("2019-08",), 12_500.0),
    (("2019-09", "2019-10", "2019-11"), 56_004.0 - 26_001.0 - 12_500.0),
    (("2019-12", "2020-01"), 61_000.0 - 56_004.0),
)
LAST_TOTAL = 71_036.0 - 61_000.0
PANDEMIC_MONTHS = tuple(str(p) for p in pd.period_range("2020-04", "2021-01", freq="M"))
CAP = 0.9
PANDEMIC_RATE = 0.08
"""Rate of returns in the pandemic months relative to February 2020, per person in custody (a
judgement: courts were closed and most people were expelled instead)."""


def sent_back(raw: Path) -> pd.DataFrame:
    """People sent back by pool (rows) and month (columns), January to July 2019."""
    figures = pd.read_csv(raw / "published_figures.csv")
    filed = figures[figures["series"] == "mpp_new_court_cases"]
    pool_of = {site: pool for pool, (sites, _, _) in POOLS.items() for site in sites}
    filed = filed[filed["geography"].isin(list(pool_of))]
    filed = filed.assign(
        month=filed["period_start"].str.slice(0, 7), pool=filed["geography"].map(pool_of)
    )
    table = filed.pivot_table(index="pool", columns="month", values="value", aggfunc="sum")
    return table.reindex(list(POOLS)).fillna(0.0)


def in_custody(raw: Path) -> pd.DataFrame:
    """Adults and families of the seven nationalities in custody, by pool and month."""
    sectors = pd.concat([_until_2019(raw), _since_2019(raw)], axis=1)
    return pd.DataFrame(
        {pool: sectors.loc[list(members)].sum() for pool, (_, members, _) in POOLS.items()}
    ).T


def _until_2019(raw: Path) -> pd.DataFrame:
    monthly = pd.read_csv(raw / "usbp_monthly_children_families_by_sector_2000_2019.csv")
    monthly = monthly[monthly["fiscal_year"] == 2019]
    monthly = monthly[monthly["month"] != "yearly total"].copy()
    monthly["sector"] = monthly["sector"].str.title()
    number = monthly["month"].map({m: n for n, m in enumerate(MONTHS, 1)})
    monthly["t"] = [f"{2018 if n >= 10 else 2019}-{n:02d}" for n in number]
    year = pd.read_csv(raw / "usbp_annual_by_sector_and_citizenship_fy2007_2019.csv")
    year = year[year["fiscal_year"] == 2019]
    rows = {}
    for sector in _sectors():
        part = monthly[monthly["sector"] == sector].set_index("t").sort_index()
        families = part["family_apprehensions"]
        children = part["unaccompanied_child_apprehension"]
        adults = part["total_apprehensions"] - families - children
        of_sector = year[year["sector_name"].str.title() == sector]
        foreign = float(
            of_sector.loc[of_sector["citizenship"].str.upper() != "MEXICO", "apprehensions"].sum()
        )
        rest = foreign - 0.97 * families.sum() - 0.85 * children.sum()
        share = min(1.0, max(0.02, rest / adults.sum()))
        rows[sector] = 0.97 * families + share * adults
    return pd.DataFrame(rows).T.loc[:, "2019-01":"2019-09"]


def _since_2019(raw: Path) -> pd.DataFrame:
    table = pd.read_csv(raw / "us_encounters_monthly.csv")
    wanted = (
        (table["component"] == "U.S. Border Patrol")
        & table["nat"].isin(NATIONS)
        & table["demog"].isin(("FMUA", "Single Adults"))
        & (table["t"] >= "2019-10-01")
    )
    table = table[wanted].assign(month=lambda x: x["t"].str.slice(0, 7))
    out = table.pivot_table(index="area", columns="month", values="n", aggfunc="sum").fillna(0.0)
    out.index = out.index.str.removesuffix(" Sector")
    return out.loc[_sectors()]


def _sectors() -> list[str]:
    return [sector for _, members, _ in POOLS.values() for sector in members]


def _cells(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    return {
        (str(row), str(column)): float(value)
        for row, values in table.iterrows()
        for column, value in values.items()
    }


def shares(raw: Path) -> dict[tuple[str, str], float]:
    """Share of those in custody who are sent back, by policy and month."""
    returned, custody = _cells(sent_back(raw)), _cells(in_custody(raw))
    out = {
        (pool, month): min(CAP, people / custody[pool, month])
        for (pool, month), people in returned.items()
        if month >= POOLS[pool][2]
    }
    july = {pool: out[pool, "2019-07"] for pool in POOLS if (pool, "2019-07") in out}
    mean = sum(july.values()) / len(july)
    rate = {pool: july.get(pool, mean) for pool in POOLS}

    def block(levels: dict[str, float], total: float) -> None:
        cells = [(p, m) for m in levels for p in POOLS if POOLS[p][2] <= m]

        def count(factor: float) -> float:
            return sum(min(CAP, factor * levels[m] * rate[p]) * custody[p, m] for p, m in cells)

        low, high = 0.0, 50.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if count(middle) < total else (low, middle)
        for p, m in cells:
            out[p, m] = min(CAP, low * levels[m] * rate[p])

    for months, total in BLOCKS:
        block(dict.fromkeys(months, 1.0), total)
    block(
        {"2020-02": 1.0, "2020-03": 1.0, **dict.fromkeys(PANDEMIC_MONTHS, PANDEMIC_RATE)},
        LAST_TOTAL,
    )
    return {
        cell: share
        for cell, share in out.items()
        if cell[1] not in PANDEMIC_MONTHS[1:]  # one number holds until January 2021
    }


def restart(raw: Path) -> dict[str, float]:
    """Monthly shares of the restart of December 2021, single adults, all seven sites together.

    Enrolments of December to February are known (PF116-PF118); the rest of the 9,653 (PF119) is
    shared out over March to June 2022; 5,764 of the 9,653 (PF120) were in fact sent back.
    """
    table = pd.read_csv(raw / "us_encounters_monthly.csv")
    nations = ("CUB", "NIC", "VEN", "COL", "ECU", "PER", "HND", "GTM", "SLV", "HTI", "BRA")
    wanted = (
        (table["component"] == "U.S. Border Patrol")
        & (table["authority"] == "Title 8")
        & table["nat"].isin(nations)
        & (table["demog"] == "Single Adults")
    )
    custody = table[wanted].groupby(table["t"].str.slice(0, 7))["n"].sum()
    enrolled = {"2021-12": 267.0, "2022-01": 399.0, "2022-02": 897.0}
    rest = (9_653.0 - sum(enrolled.values())) / 4
    enrolled.update({f"2022-{m:02d}": rest for m in (3, 4, 5, 6)})
    part = 5_764.0 / 9_653.0
    return {month: part * n / float(custody[month]) for month, n in enrolled.items()}


def main(raw: Path) -> None:
    """Print all blocks."""
    policy = ""
    for (pool, month), value in sorted(shares(raw).items()):
        if pool != policy:
            print(f"{pool}:")
            policy = pool
        print(_line(f"share_{month.replace('-', '_')}", value, 0.75, 1.25))
    print("remain_in_mexico_restart:")
    for month, value in sorted(restart(raw).items()):
        print(_line(f"share_{month.replace('-', '_')}", value, 0.7, 1.3))


def _line(name: str, value: float, low: float, high: float) -> str:
    numbers = (value, low * value, min(1.0, high * value))
    v, lo, hi = (f"{x:.4f}".rstrip("0") for x in numbers)
    return f"    {name}: {{value: {v}, low: {lo}, high: {hi}, unit: probability}}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
