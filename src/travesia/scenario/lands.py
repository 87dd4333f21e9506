"""Countries of the world: their ISO 3166-1 codes, and boxes around their land.

The boxes are of Natural Earth (public domain), rounded outwards to a tenth of a degree.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

OTHER = "OTH"
"""Stands for all nationalities that a scenario does not name."""


@dataclass(frozen=True, slots=True)
class Land:
    """A country: codes, name and the box around it in degrees (``west`` may exceed ``east``)."""

    alpha3: str
    alpha2: str
    name: str
    south: float
    west: float
    north: float
    east: float

    def holds(self, lat: float, lon: float, margin: float) -> bool:
        """Whether a point lies within ``margin`` degrees of the box."""
        if not self.south - margin <= lat <= self.north + margin:
            return False
        west, east = self.west - margin, self.east + margin
        return west <= lon <= east if self.west <= self.east else lon >= west or lon <= east


@lru_cache(maxsize=1)
def lands() -> dict[str, Land]:
    """Every country by its alpha-3 code."""
    with (Path(__file__).parent / "lands.csv").open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        next(rows)
        return {r[0]: Land(r[0], r[1], r[2], *(float(x) for x in r[3:])) for r in rows}


@lru_cache(maxsize=1)
def by_alpha2() -> dict[str, Land]:
    """Every country by its alpha-2 code, with which ISO 3166-2 codes begin."""
    return {land.alpha2: land for land in lands().values()}


def country_of_code(code: str) -> str | None:
    """The country of an ISO 3166-2 or 3166-1 alpha-3 code; None if it is neither."""
    head, dash, tail = code.partition("-")
    if dash and tail and head in by_alpha2():
        return by_alpha2()[head].alpha3
    return code if code in lands() else None


@lru_cache(maxsize=1)
def divisions() -> frozenset[str]:
    """First-level divisions, ISO 3166-2, of the countries whose codes are known completely."""
    text = (Path(__file__).parent / "divisions.csv").read_text(encoding="utf-8")
    return frozenset(text.split()[1:])


def is_slip(code: str) -> bool:
    """Whether a code is of a country whose divisions are known, but none of them."""
    head = code.partition("-")[0]
    known = divisions()
    return "-" in code and code not in known and any(c.startswith(f"{head}-") for c in known)


def shipped_outlines() -> tuple[str, ...]:
    """Sets of outlines for maps that come with the package, beside those of the world."""
    folder = Path(__file__).resolve().parent.parent / "scenarios" / "geo"
    return tuple(sorted(p.name for p in folder.iterdir() if (p / "names.csv").is_file()))
