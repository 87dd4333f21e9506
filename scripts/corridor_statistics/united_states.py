"""Encounters of the US Border Patrol by month, nationality, family type and sector.

From October 2019 CBP publishes the whole cross-table. Before, three margins exist and the cells
are estimated by iterative proportional fitting (Deming and Stephan 1940): month x nationality
(OHSS, rounded to 10), fiscal year x nationality x sector, and month x sector x family type, and
for four nationalities the yearly families and children alone. Years are filled backwards: the
seed of fiscal year 2019 is the observed cross-table of October 2019 to February 2020, that of
every other year the cells of the year after it, plus one half per cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corridor_statistics import columns as c

SEED_MONTHS = ("2019-10", "2020-02")
SWEEPS = 60
CALENDAR_MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
]  # fmt: skip
FAMILIES_AND_CHILDREN = {
    # Fiscal year: family type: encounters of GTM, HND, SLV, MEX. US Border Patrol, southwest
    # border apprehensions, fiscal year 2018 (cbp.gov/newsroom/stats/usbp-sw-border-apprehensions);
    # families of 2019: the same series, as reported in the press on 2019-10-29.
    2013: {"child": (8068, 6747, 5990, 17240)},
    2014: {"child": (17057, 18244, 16404, 15634)},
    2015: {"child": (13589, 5409, 9389, 11012)},
    2016: {"child": (18913, 10468, 17512, 11926), "family": (23067, 20226, 27114, 3481)},
    2017: {"child": (14827, 7784, 9143, 8877), "family": (24657, 22366, 24122, 2271)},
    2018: {"child": (22327, 10913, 4949, 10136), "family": (50401, 39439, 13669, 2261)},
    2019: {"family": (185233, 188416, 56897, 6004)},
}


@dataclass(frozen=True)
class UnitedStates:
    """Border Patrol encounters, southwest border.

    Attributes:
        people: [months, nationalities, family types, sectors] encounters.
        expelled: the same for encounters under Title 42.
        by_nationality: [months, nationalities] as published (rounded to 10 before October 2019).
        by_sector_family: [months, family types, sectors] as published.
        by_year_sector: {fiscal year: [nationalities, sectors]} as published, 2013 to 2019.
    """

    people: c.Floats
    expelled: c.Floats
    by_nationality: c.Floats
    by_sector_family: c.Floats
    by_year_sector: dict[int, c.Floats]


def _cross_table(raw: Path) -> tuple[c.Floats, c.Floats]:
    table = c.read_raw(raw, "us_encounters_monthly.csv")
    table = table[(table["component"] == "U.S. Border Patrol") & (table["area"] != "")]
    sector = table["area"].str.replace(" Sector", "").str.lower().map(c.SECTOR_NAMES)
    index = (
        table["t"].str[:7].map(c.MONTH_INDEX).to_numpy(),
        table["nat"].map(c.nationality_index).to_numpy(),
        table["demog"].map(c.DEMOGRAPHIC).map(c.FAM_INDEX).to_numpy(),
        sector.map(c.SECTOR_INDEX).to_numpy(),
    )
    count = c.numbers(table["n"]).to_numpy(dtype=float)
    shape = (len(c.MONTHS), len(c.NATIONALITIES), len(c.FAMILY_TYPES), len(c.SECTORS))
    people, expelled = np.zeros(shape), np.zeros(shape)
    np.add.at(people, index, count)
    np.add.at(expelled, index, np.where(table["authority"] == "Title 42", count, 0.0))
    return people, expelled


def _nationality_margin(raw: Path) -> c.Floats:
    table = c.read_raw(raw, "usbp_monthly_by_citizenship_ohss_rounded.csv")
    month = table["date"].str[:7].map(c.MONTH_INDEX)
    table = table[(table["Region"] == "Southwest Land Border") & month.notna()]
    out = np.zeros((len(c.MONTHS), len(c.NATIONALITIES)))
    rows = table["date"].str[:7].map(c.MONTH_INDEX).astype(int).to_numpy()
    cols = table["Citizenship"].map(c.citizenship_index).to_numpy()
    np.add.at(out, (rows, cols), c.numbers(table["Quantity"]).to_numpy(dtype=float))
    return out


def _sector_family_margin(raw: Path) -> c.Floats:
    table = c.read_raw(raw, "usbp_monthly_children_families_by_sector_2000_2019.csv")
    table = table[table["month"].isin(CALENDAR_MONTHS) & table["sector"].isin(c.SECTOR_NAMES)]
    table = table[table["fiscal_year"].astype(int) >= 2013]
    number = table["month"].map({m: i for i, m in enumerate(CALENDAR_MONTHS, start=1)})
    year = table["fiscal_year"].astype(int) - (number >= 10)
    month = (year.astype(str) + "-" + number.astype(str).str.zfill(2)).map(c.MONTH_INDEX)
    sector = table["sector"].map(c.SECTOR_NAMES).map(c.SECTOR_INDEX)
    child = c.numbers(table["unaccompanied_child_apprehension"])
    family = c.numbers(table["family_apprehensions"])
    adult = (c.numbers(table["total_apprehensions"]) - child - family).clip(lower=0)
    out = np.zeros((len(c.MONTHS), len(c.FAMILY_TYPES), len(c.SECTORS)))
    for k, value in enumerate((adult, family, child)):
        out[month.to_numpy(), k, sector.to_numpy()] = value
    return out


def _year_sector_margin(raw: Path) -> dict[int, c.Floats]:
    table = c.read_raw(raw, "usbp_annual_by_sector_and_citizenship_fy2007_2019.csv")
    table = table[table["sector"].isin(c.SECTOR_CODES)]
    out = {}
    for year, rows in table.groupby(table["fiscal_year"].astype(int)):
        cell = np.zeros((len(c.NATIONALITIES), len(c.SECTORS)))
        index = (
            rows["citizenship"].map(c.citizenship_index).to_numpy(),
            rows["sector"].map(c.SECTOR_CODES).map(c.SECTOR_INDEX).to_numpy(),
        )
        np.add.at(cell, index, c.numbers(rows["apprehensions"]).to_numpy(dtype=float))
        out[int(str(year))] = cell
    return out


def fit_margins(
    seed: c.Floats,
    by_nat: c.Floats,
    by_nat_sector: c.Floats,
    by_fam_sector: c.Floats,
    by_nat_fam: dict[tuple[int, int], float],
    sweeps: int = SWEEPS,
) -> c.Floats:
    """Fill [months, nationalities, family types, sectors] from the margins of one year.

    Args:
        seed: [nationalities, family types, sectors], positive.
        by_nat: [months, nationalities].
        by_nat_sector: [nationalities, sectors] over the year.
        by_fam_sector: [months, family types, sectors]; met exactly, as it comes last.
        by_nat_fam: {(nationality, family type): people over the year}, where published.
        sweeps: number of passes over the margins.

    Returns:
        Cells whose last margin is exact and whose others hold up to their inconsistency
        (rounding).
    """
    cells = np.repeat(seed[None], len(by_nat), axis=0)
    tiny = 1e-9
    for _ in range(sweeps):
        cells *= (by_nat / np.maximum(cells.sum((2, 3)), tiny))[:, :, None, None]
        for (n, k), people in by_nat_fam.items():
            cells[:, n, k] *= people / max(cells[:, n, k].sum(), tiny)
        cells *= (by_nat_sector / np.maximum(cells.sum((0, 2)), tiny))[None, :, None, :]
        cells *= (by_fam_sector / np.maximum(cells.sum(1), tiny))[:, None, :, :]
    return cells


def load(raw: Path) -> UnitedStates:
    """Read and complete the encounters from the folder of raw files."""
    people, expelled = _cross_table(raw)
    by_nationality = _nationality_margin(raw)
    by_sector_family = _sector_family_margin(raw)
    by_year_sector = _year_sector_margin(raw)
    first, last = (c.MONTH_INDEX[m] for m in SEED_MONTHS)
    seed = people[first : last + 1].sum(0) + 0.5
    for year in range(2019, 2012, -1):
        rows = np.where(year == c.FISCAL_YEAR)[0]
        known = {
            (c.NAT_INDEX[n], c.FAM_INDEX[family]): float(count)
            for family, counts in FAMILIES_AND_CHILDREN[year].items()
            for n, count in zip(("GTM", "HND", "SLV", "MEX"), counts, strict=True)
        }
        people[rows] = fit_margins(
            seed, by_nationality[rows], by_year_sector[year], by_sector_family[rows], known
        )
        seed = people[rows].sum(0) + 0.5
    exact = c.MONTH_INDEX["2019-10"]
    by_nationality[exact:] = people[exact:].sum((2, 3))
    by_sector_family[exact:] = people[exact:].sum(1)
    years = {y: v for y, v in by_year_sector.items() if 2013 <= y <= 2019}
    return UnitedStates(people, expelled, by_nationality, by_sector_family, years)
