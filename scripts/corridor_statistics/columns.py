"""Our categories, and how the publishers' words map to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

FIRST, LAST = "2012-10", "2023-12"
MONTHS = [str(m) for m in pd.period_range(FIRST, LAST, freq="M")]
MONTH_INDEX = {m: i for i, m in enumerate(MONTHS)}
YEAR = np.array([int(m[:4]) for m in MONTHS])
MONTH_OF_YEAR = np.array([int(m[5:]) for m in MONTHS])
FISCAL_YEAR = YEAR + (MONTH_OF_YEAR >= 10)

NATIONALITIES = [
    "GTM", "HND", "SLV", "MEX", "CUB", "HTI", "VEN", "NIC", "COL", "ECU", "BRA", "PER", "IND",
    "OTH",
]  # fmt: skip
FAMILY_TYPES = ["adult", "family", "child"]
NORTHERN_TRIANGLE = ["GTM", "HND", "SLV"]
OTHER = NATIONALITIES.index("OTH")
GROUPS = {
    "northern_triangle": ["GTM", "HND", "SLV"],
    "mexico": ["MEX"],
    "caribbean_andean": ["CUB", "HTI", "VEN", "NIC", "COL"],
    "elsewhere": ["ECU", "BRA", "PER", "IND", "OTH"],
}

SECTORS = [
    "us_san_diego", "us_el_centro", "us_yuma", "us_tucson", "us_el_paso", "us_big_bend",
    "us_del_rio", "us_laredo", "us_rgv",
]  # fmt: skip
SECTOR_NAMES = {sector.removeprefix("us_").replace("_", " "): sector for sector in SECTORS}
SECTOR_NAMES["rio grande valley"] = SECTOR_NAMES.pop("rgv")
SECTOR_CODES = {
    "SDC": "us_san_diego", "ELC": "us_el_centro", "YUM": "us_yuma", "TCA": "us_tucson",
    "EPT": "us_el_paso", "BBT": "us_big_bend", "DRT": "us_del_rio", "LRT": "us_laredo",
    "RGV": "us_rgv",
}  # fmt: skip
CITIZENSHIP = {
    "guatemala": "GTM", "honduras": "HND", "el salvador": "SLV", "mexico": "MEX", "cuba": "CUB",
    "haiti": "HTI", "venezuela": "VEN", "nicaragua": "NIC", "colombia": "COL", "ecuador": "ECU",
    "brazil": "BRA", "peru": "PER", "india": "IND",
}  # fmt: skip
DEMOGRAPHIC = {
    "Single Adults": "adult", "FMUA": "family", "Accompanied Minors": "family", "UAC": "child",
    "UC / Single Minors": "child",
}  # fmt: skip

NAT_INDEX = {n: i for i, n in enumerate(NATIONALITIES)}
FAM_INDEX = {f: i for i, f in enumerate(FAMILY_TYPES)}
SECTOR_INDEX = {s: i for i, s in enumerate(SECTORS)}


def read_raw(folder: Path, name: str) -> pd.DataFrame:
    """Read one raw file as text (NA is a country code, so nothing is taken for missing)."""
    return pd.read_csv(folder / name, dtype=str, keep_default_na=False)


def numbers(column: pd.Series) -> pd.Series:
    """Read a column of numbers; blank cells are zero."""
    return pd.to_numeric(column.replace("", "0"))


def nationality_index(code: str) -> int:
    """Row of an ISO code among the fourteen nationalities (any other code is OTH)."""
    return NAT_INDEX.get(code, OTHER)


def citizenship_index(name: str) -> int:
    """Row of a citizenship written in English among the fourteen nationalities."""
    return NAT_INDEX.get(CITIZENSHIP.get(name.strip().lower(), "OTH"), OTHER)


def write_table(rows: Sequence[tuple[object, ...]], columns: list[str], path: Path) -> None:
    """Write rows as UTF-8 CSV with a header and Unix line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False, lineterminator="\n")
