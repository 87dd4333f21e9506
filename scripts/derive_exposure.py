"""Make the corridor's hazards and efforts: rates by cause, region and mode, with their arithmetic.

Usage: ``python scripts/derive_exposure.py``. Reads ``legs.csv`` of the corridor and writes
``hazards.csv`` and ``effort.csv`` beside it. No source gives these rates: they are judgements,
scaled so that reference journeys meet the shares that surveys and counts support. What they mean
for those journeys is printed by ``scripts/check_exposure.py``; the reasoning is in
``docs/network.md``.
"""

from __future__ import annotations

import csv

from corridor_exposure.deaths import death_rows, line_rows
from corridor_exposure.efforts import inm_rows, other_rows
from corridor_exposure.harms import harm_rows
from corridor_exposure.journeys import FOLDER, Row, read_legs
from corridor_exposure.stops import stop_rows

HAZARD_COLUMNS = [
    *("cause", "region", "mode", "value", "low", "high", "per", "start", "end", "source", "reason")
]
EFFORT_COLUMNS = [
    *("agency", "region", "start", "end", "factor", "low", "high", "source", "reason")
]


def write(name: str, columns: list[str], rows: list[Row]) -> None:
    """Write a table of the scenario."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Derive both tables."""
    legs = read_legs()
    hazards = stop_rows(legs) + line_rows() + harm_rows(legs) + death_rows(legs)
    write("hazards.csv", HAZARD_COLUMNS, hazards)
    efforts = inm_rows() + other_rows()
    write("effort.csv", EFFORT_COLUMNS, efforts)
    print(f"{len(hazards)} hazards, {len(efforts)} efforts")


if __name__ == "__main__":
    main()
