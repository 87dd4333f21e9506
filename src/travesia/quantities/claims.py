"""The figures that the documents print: which of them a run is held against, and how.

Which figure is an input, an event, outside scope, contradicted by an official series or a
prediction is decided before anything is scored, and stands with its reason and its band in
``system/claims_targets.csv`` of a scenario.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from travesia.errors import ProblemList
from travesia.figures import exact
from travesia.likeness import did_you_mean

Class = Literal["prediction", "fit", "input", "event", "contradicted", "outside"]
CLASSES: Mapping[Class, str] = {
    "prediction": "the model says it",
    "fit": "a series of the same thing was fitted, or a strength was judged with it in view",
    "input": "it was put in, or set with this figure in view",
    "event": "one event, below the detail of the model",
    "contradicted": "an official series says otherwise",
    "outside": "outside what is simulated",
}
"""The classes, in the order in which they are listed, with their meaning."""

COLUMNS = (
    "claim", "type", "title", "printed", "low", "high", "unit", "band", "class", "basis",
    "official", "official_source", "measure", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimTarget:
    """A printed figure and the band in which a run reproduces it.

    ``low`` or ``high`` is None where the band is open; ``band`` says by which rule it was made
    (point: 20 % either way; over, nearly: one-sided or up to the figure; verbal: the convention
    for words such as *dozens*; qualitative: judged by the coder). ``basis`` of a fit tells whether
    a series of the same thing was fitted, or the figure was in view when a strength was judged.
    ``official`` is the figure of an official series; ``derived`` says how it was worked out where
    the series does not print it so.
    """

    claim: str
    type: str
    title: str
    printed: str
    low: float | None
    high: float | None
    unit: str
    band: str
    kind: Class
    basis: str
    official: float | None
    official_source: str
    measure: str
    reason: str
    derived: str = ""

    def holds(self, value: float) -> bool:
        """Whether a value lies inside the band (ends included)."""
        above = self.low is None or value >= self.low
        return above and (self.high is None or value <= self.high)

    def band_text(self) -> str:
        """The band for people."""
        if self.low is None or self.high is None:
            sign, end = ("≥", self.low) if self.high is None else ("≤", self.high)
            return "" if end is None else f"{sign} {exact(end)}"
        if self.low == self.high:
            return exact(self.low)
        return f"{exact(self.low)}–{exact(self.high)}"


def read_claims(
    rows: Iterable[Mapping[str, str | None]],
    measures: Collection[str],
    file: str,
    problems: ProblemList,
) -> tuple[ClaimTarget, ...]:
    """Read the rows of a table of targets; those with faults are left out, and reported."""
    targets = []
    for line, row in enumerate(rows, start=2):
        faults = _faults(row, measures)
        for what, cure in faults:
            problems.error(what, f"{file}, line {line}", cure)
        if not faults:
            targets.append(_target({k: v or "" for k, v in row.items()}))
    return tuple(targets)


def _faults(row: Mapping[str, str | None], measures: Collection[str]) -> list[tuple[str, str]]:
    missing = [c for c in COLUMNS if row.get(c) is None]
    if missing:
        return [(f"column {c!r} is missing", "fill every column") for c in missing]
    out = []
    if row["class"] not in CLASSES:
        out.append((f"unknown class {row['class']!r}", f"use one of {', '.join(CLASSES)}"))
    measure = row["measure"] or ""
    if measure not in measures and not (row["class"] == "outside" and not measure):
        out.append((f"unknown measure {measure!r}", did_you_mean(measure, measures, 1)))
    if not row["reason"]:
        out.append(("no reason is given for the class", "say why"))
    numbers = {}
    for column in ("low", "high", "official"):
        try:
            numbers[column] = _float(row[column] or "")
        except ValueError:
            out.append((f"{column} {row[column]!r} is not a number", "write a number or nothing"))
    low, high = numbers.get("low"), numbers.get("high")
    if low is None and high is None:
        out.append(("the band has no end", "give low or high"))
    elif low is not None and high is not None and low > high:
        out.append((f"low {low:g} is above high {high:g}", "swap them"))
    return out


def _target(row: Mapping[str, str]) -> ClaimTarget:
    return ClaimTarget(
        claim=row["claim"],
        type=row["type"],
        title=row["title"],
        printed=row["printed"],
        low=_float(row["low"]),
        high=_float(row["high"]),
        unit=row["unit"],
        band=row["band"],
        kind=cast("Class", row["class"]),
        basis=row["basis"],
        official=_float(row["official"]),
        official_source=row["official_source"],
        measure=row["measure"],
        reason=row["reason"],
        derived=row.get("derived") or "",
    )


def _float(text: str) -> float | None:
    return float(text) if text.strip() else None
