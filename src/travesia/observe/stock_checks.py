"""Published stocks of people who wait or are held, held against a run: inside or outside, and why.

The table ``system/stock_checks.csv`` of a scenario has one row per dated statement: who was where
(places and states, joined by ``;``), how many at least and at most, the source, and what the
statement and the run count differently. Such statements are too few and too rough to be scored;
they can only be looked at.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from travesia.results.result import Result


@dataclass(frozen=True)
class StockCheck:
    """A published number of people on a day.

    ``places`` empty = everywhere, ``nationality`` empty = all; ``low`` and ``high`` are people;
    ``reason`` says what the statement and the run count differently.
    """

    date: str
    what: str
    places: tuple[str, ...]
    states: tuple[str, ...]
    nationality: str
    low: float
    high: float
    source: str
    reason: str


@dataclass(frozen=True)
class Held:
    """A check and the people that a run has there."""

    check: StockCheck
    people: float

    @property
    def inside(self) -> bool:
        """Whether the run lies between the lowest and the highest published number."""
        return self.check.low <= self.people <= self.check.high


def read_stock_checks(path: Path) -> list[StockCheck]:
    """The checks of a table."""
    with path.open(encoding="utf-8", newline="") as handle:
        return [
            StockCheck(
                date=row["date"],
                what=row["what"],
                places=_names(row["places"]),
                states=_names(row["states"]),
                nationality=row["nationality"],
                low=float(row["low"]),
                high=float(row["high"]),
                source=row["source"],
                reason=row["reason"],
            )
            for row in csv.DictReader(handle)
        ]


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name for name in cell.split(";") if name)


def hold(result: Result, checks: Sequence[StockCheck]) -> Iterator[Held]:
    """People of a run at each check: on its day, or at the end of its month by nationality."""
    for check in checks:
        rows = result.stocks if not check.nationality else result.stocks_monthly
        if check.nationality:
            rows = rows[rows["month"].astype(str) == check.date[:7]]
            nationality = rows["cohort"].astype(str).map(result.attribute("cohorts", "nationality"))
            rows = rows[nationality == check.nationality]
        else:
            rows = rows[rows["date"].astype(str) == check.date]
        keep = rows["state"].astype(str).isin(check.states)
        if check.places:
            keep &= rows["place"].astype(str).isin(check.places)
        yield Held(check, float(rows.loc[keep.astype(bool), "people"].sum()))


def table(held: Sequence[Held]) -> str:
    """The checks as a table in Markdown."""
    lines = [
        "| date | who | published | in the run | | remark |",
        "|---|---|---|---|---|---|",
    ]
    for one in held:
        c = one.check
        known = f"{c.low:,.0f}" if c.low == c.high else f"{c.low:,.0f} to {c.high:,.0f}"
        verdict = "inside" if one.inside else "outside"
        lines.append(
            f"| {c.date} | {c.what} ({c.source}) | {known} | {one.people:,.0f} | {verdict} "
            f"| {c.reason} |"
        )
    return "\n".join(lines) + "\n"
