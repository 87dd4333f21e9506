"""The page on what `check` finds, with the intervals of all numbers, made from the checks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from travesia.scenario.checks.intervals import (
    CONSTANT,
    DEPENDS,
    PARAMETERS,
    PLAUSIBLE,
    SHARE,
    Interval,
)

_INTRODUCTION = """
# What check finds

<!-- Made from the checks by `python -m travesia.scenario.plausibility`. -->

`travesia check` tells faults and remarks. With a fault nothing is run: `run`, `compare`,
`ensemble` and the same calls of the Python library pass one gate before any member starts, and
refuse in the same words, every fault once, however many what-ifs or members it would touch. A
remark is about what is strange or has no effect, and stops nothing. Remarks of one kind are one
line that lists what they are about.

`check` also lays every what-if of the folder `patches` over the scenario, though nobody asked for
it: a misspelt policy, parameter, region or row is a fault there. A run is stopped only by the
what-ifs that it applies.

Beside the form of every cell it looks at what the cells mean:

- **The map.** Countries are those of ISO 3166-1, and a place lies in its own; regions and first
  levels are of the country of the place; the region of a leg is one that a place has or another
  table names, and a crossing has the region of its sector.
- **Legs.** No leg is shorter than the line between its places (a sector stands for a stretch of the
  border), or takes no time, or is faster than its mode can be. Strangely long, slow, fast or dear
  ones are remarked on.
- **Facilities.** The unit is that of the kind, the place is in the country whose institution it
  is, and somebody can be sent there; days without capacity are remarked on.
- **Risks.** A crossing needs a rate of apprehension; rates on no leg, legs without rates and causes
  without rates are remarked on.
- **Dates.** Rows that leave out days between them or overlap in part, months left out of a series,
  policies that end before they act in full.
- **Shares.** Those of origins and of aims sum to one, chances of one stay or place to at most one.
- **Effect.** Doubled legs, places and cohorts, cohorts of nobody, policies that change nothing,
  what-ifs and layers that lose rows of their base.

## What a number can be

A number outside *possible* is a fault, one outside *usual* a remark. The same holds for `low` and
`high`. Shares and chances lie between 0 and 1.

| table | column | unit | possible | usual |
|---|---|---|---|---|
"""


def format_page() -> str:
    """The page as Markdown."""
    return _INTRODUCTION.lstrip() + "".join(f"{row}\n" for row in _rows())


def _rows() -> Iterator[str]:
    for (table, column), interval in PLAUSIBLE.items():
        if interval is not SHARE:
            yield _row(table, column, interval)
    for (table, column), (by, intervals) in DEPENDS.items():
        for word, interval in intervals.items():
            yield _row(table, f"{column}` where {by} is `{word}", interval)
    for name, interval in PARAMETERS.items():
        yield _row("behaviour", name, interval)
    yield _row("behaviour", "constant_<mode>", CONSTANT)


def _row(table: str, column: str, interval: Interval) -> str:
    possible = _span(interval.least, interval.most)
    usual = _span(interval.low, interval.high, zero=interval.zero)
    return f"| {table} | `{column}` | {interval.unit} | {possible} | {usual} |"


def _span(low: float, high: float, *, zero: bool = False) -> str:
    if math.isinf(low):
        return f"up to {high:,.10g}"
    also = "0, or " if zero and low > 0 else ""
    return f"{also}{low:,.10g} to {high:,.10g}"


def main() -> None:
    """Write the page into the folder `docs` of the working directory."""
    (Path("docs") / "checks.md").write_text(format_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
