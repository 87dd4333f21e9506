"""Print what the corridor's rates mean: ``python scripts/check_exposure.py``.

Chance of a stop, of each harm and of death for a party of one, by reference journey, without
saturation and with the policies that ``effort.csv`` has divided out put back in.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from pathlib import Path

from corridor_exposure.deaths import SECTORS
from corridor_exposure.efforts import JUNE_2019, JUNE_FACTOR, PROGRAM_FACTOR, SOUTHERN_PROGRAM
from corridor_exposure.harms import HARMS
from corridor_exposure.journeys import FOLDER, REFERENCE

YEARS = ("2013-06-01", "2015-06-01", "2018-06-01", "2019-03-01", "2019-09-01", "2023-06-01")


def table(name: str) -> list[dict[str, str]]:
    """Rows of a table of the corridor."""
    with Path(FOLDER / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def in_force(row: dict[str, str], day: str) -> bool:
    """Whether a dated row holds on a day."""
    return (not row["start"] or row["start"] <= day) and (not row["end"] or day <= row["end"])


def policy(agency: str, region: str, day: str) -> float:
    """The policy factor that effort leaves out."""
    if agency != "INM":
        return 1.0 if agency != "GUARD" or day >= JUNE_2019 else 0.2
    if "2014-07-07" <= day <= "2018-11-30" and region in SOUTHERN_PROGRAM:
        return PROGRAM_FACTOR
    return JUNE_FACTOR if day >= JUNE_2019 else 1.0


class Rates:
    """Looks up rates the way the model does: the most specific row, then the latest, wins."""

    def __init__(self) -> None:
        """Read the tables."""
        self.legs = {r["id"]: r for r in table("legs.csv")}
        self.agency = {r["id"]: r["agency"] for r in table("causes.csv")}
        self.hazards = defaultdict(list)
        for row in table("hazards.csv"):
            self.hazards[row["cause"]].append(row)
        self.effort = table("effort.csv")
        self.who = {(r["cause"], r["who"]): float(r["factor"]) for r in table("hazard_factors.csv")}

    def factor(self, agency: str, region: str, day: str) -> float:
        """Effort times the policies in force."""
        best, value = (-1, ""), 1.0
        for row in self.effort:
            if row["agency"] == agency and row["region"] in ("*", region) and in_force(row, day):
                rank = (int(row["region"] != "*"), row["start"])
                if rank > best:
                    best, value = rank, float(row["factor"])
        return value * policy(agency, region, day)

    def rate(self, cause: str, leg_id: str, day: str, who: tuple[str, ...] = ()) -> float:
        """Rate of a cause for one passage of a leg."""
        leg = self.legs[leg_id]
        best: tuple[int, str] = (-1, "")
        value = 0.0
        for row in self.hazards[cause]:
            if row["region"] not in ("*", leg["region"]) or row["mode"] not in ("*", leg["mode"]):
                continue
            rank = (2 * (row["region"] != "*") + (row["mode"] != "*"), row["start"])
            if in_force(row, day) and rank > best:
                unit = {"passage": 1.0, "100km": float(leg["distance_km"]) / 100}
                best = rank
                value = float(row["value"]) * unit.get(row["per"], float(leg["days"]))
        if self.agency[cause]:
            value *= self.factor(self.agency[cause], leg["region"], day)
        return value * math.prod(self.who.get((cause, w), 1.0) for w in who)

    def chance(self, causes: list[str], legs: list[str], day: str, who: tuple[str, ...]) -> float:
        """Chance that any of the causes strikes on a journey if nothing else did."""
        return -math.expm1(-sum(self.rate(c, leg, day, who) for c in causes for leg in legs))


def main() -> None:
    """Print the tables."""
    rates = Rates()
    stops = [c for c in rates.agency if c.startswith("stop_")]
    harms = list(HARMS)
    deaths = [c for c in rates.agency if c.startswith("death_")]
    for name, journey in REFERENCE.items():
        who = ("guided",) if "guide" in name else ()
        print(f"\n{name}")
        print("  stops  ", {d[:7]: round(rates.chance(stops, journey, d, who), 3) for d in YEARS})
        day = "2018-06-01"
        print("  harms  ", {c: round(rates.chance([c], journey, day, who), 4) for c in harms})
        print("  deaths per 10,000", round(1e4 * rates.chance(deaths, journey, day, who), 2))
    print("\nat the line, covert: apprehended and deaths per 10,000 attempts; surrendering")
    for sector in SECTORS:
        leg = next(i for i, r in rates.legs.items() if r["to"] == sector)
        line = []
        for day in ("2015-06-01", "2019-03-01", "2023-06-01"):
            for who in ((), ("surrender",)):
                a = rates.rate("apprehension", leg, day, who)
                d = sum(rates.rate(c, leg, day, who) for c in deaths)
                some = -math.expm1(-(a + d))
                line.append((round(a / (a + d) * some, 3), round(1e4 * d / (a + d) * some, 2)))
        print(" ", sector, line)


if __name__ == "__main__":
    main()
