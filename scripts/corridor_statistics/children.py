"""Children: returned by Mexico, and in the care of the US health department."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from corridor_statistics import columns as c

LEDGER = Path(__file__).resolve().parents[1] / "evidence_curated/figures.csv"


def _figures(series: str, geography: str = "United States") -> list[dict[str, str]]:
    """Figures of a series in the ledger, by date."""
    with LEDGER.open(encoding="utf-8", newline="") as stream:
        rows = [r for r in csv.DictReader(stream) if r["series"] == series]
    return sorted((r for r in rows if r["geography"] == geography), key=lambda r: r["period_end"])


def _returned(raw: Path, out: Path) -> None:
    """Children returned by Mexico to northern Central America, by month, as the institute counts
    them: alone or in families."""
    table = c.read_raw(raw, "mexico_returns_monthly_by_nationality.csv")
    table = table[(table["type"] == "assisted return of children")]
    table = table[table["nat"].isin(c.NORTHERN_TRIANGLE)]
    counts = np.zeros((len(c.MONTHS), len(c.NATIONALITIES)))
    index = (table["t"].str[:7].map(c.MONTH_INDEX), table["nat"].map(c.nationality_index))
    np.add.at(counts, index, c.numbers(table["n"]).to_numpy(dtype=float))
    rows = [
        (month, code, int(counts[t, c.NAT_INDEX[code]]), "DATA-UPM-RET")
        for t, month in enumerate(c.MONTHS)
        for code in c.NORTHERN_TRIANGLE
        if month >= "2015-01"
    ]
    columns = ["month", "nationality", "people", "source"]
    c.write_table(rows, columns, out / "mx_children_returned.csv")


def write(raw: Path, out: Path) -> None:
    """Write the published tables of children.

    The health department's are single figures of the ledger: children in care on a date, and
    children released to sponsors in a fiscal year.
    """
    _returned(raw, out)
    care = [(r["period_end"], int(r["value"]), r["id"]) for r in _figures("hhs_census")]
    c.write_table(care, ["date", "people", "source"], out / "us_children_in_care.csv")
    released = [
        (f"FY{r['period_end'][:4]}", int(r["value"]), r["id"])
        for r in _figures("released_to_sponsors")
    ]
    c.write_table(released, ["fiscal_year", "people", "source"], out / "us_children_released.csv")
    removed = [
        (f"FY{r['period_end'][:4]}", int(r["value"]), r["id"])
        for r in _figures("unaccompanied Central American children removed by the US")
        if r["period_end"].endswith("-09-30")
    ]
    name = "us_children_alone_removed.csv"
    c.write_table(removed, ["fiscal_year", "people", "source"], out / name)
