"""Published stocks of people who wait or are held, beside a run: inside or outside, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from travesia.quantities.stocks import GROUPS, StockCheck
from travesia.results.result import Result


@dataclass(frozen=True)
class Held:
    """A check and the people that a run has there."""

    check: StockCheck
    people: float

    @property
    def inside(self) -> bool:
        """Whether the run lies between the lowest and the highest published number."""
        return self.check.low <= self.people <= self.check.high


def hold(result: Result, checks: Sequence[StockCheck]) -> Iterator[Held]:
    """People of a run at each check of its months.

    Counted on the check's day; those of one nationality or family type at the end of its month.
    """
    months = set(result.stocks_monthly["month"].astype(str))
    for check in checks:
        if check.date[:7] not in months:
            continue
        groups = {axis: value for axis in GROUPS if (value := getattr(check, axis))}
        if groups:
            rows = result.stocks_monthly
            rows = rows[rows["month"].astype(str) == check.date[:7]]
            for axis, value in groups.items():
                of = rows["cohort"].astype(str).map(result.attribute("cohorts", axis))
                rows = rows[of == value]
        else:
            rows = result.stocks[result.stocks["date"].astype(str) == check.date]
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
        verdict = "inside" if one.inside else "outside"
        lines.append(
            f"| {c.date} | {c.what} ({c.source}) | {published(c)} | {one.people:,.0f} | {verdict} "
            f"| {c.reason} |"
        )
    return "\n".join(lines) + "\n"


def published(check: StockCheck) -> str:
    """The published people, as a number or a range."""
    low, high = f"{check.low:,.0f}", f"{check.high:,.0f}"
    return low if low == high else f"{low} to {high}"
