"""The figures that the articles print, held against a run.

Which figure is an input, an event, outside scope, contradicted by an official series or a
prediction was decided before anything was scored, and stands with its reason and its band in
``system/claims_targets.csv`` of the scenario.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from travesia.display.html import card
from travesia.errors import InputError, Problem
from travesia.figures import count, exact
from travesia.observe.claims_measures import MEASURES, Reading, Unsaid
from travesia.results.result import Result
from travesia.scenario.layers import SHIPPED_FOLDER

if TYPE_CHECKING:
    import pandas as pd

FILE = "system/claims_targets.csv"
CORRIDOR = "corridor"

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

NEAR = 0.2
"""A simulated value within this share of an official figure agrees with it."""

QUANTILES = (0.05, 0.95)
"""Ends of the interval over draws."""


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


@dataclass(frozen=True, slots=True)
class ClaimScore:
    """A target with what the run says.

    ``value`` is None where the run says nothing (``note`` tells why); ``interval`` spans the
    middle 90 % of the draws and ``draws_inside`` is the share of them inside the band.
    """

    target: ClaimTarget
    value: float | None
    interval: tuple[float, float] | None = None
    draws_inside: float | None = None
    note: str = ""

    @property
    def inside(self) -> bool | None:
        """Whether the value lies inside the band; None where the run says nothing."""
        return None if self.value is None else self.target.holds(self.value)

    @property
    def near_official(self) -> bool | None:
        """Whether the value lies within 20 % of the official figure; None without one."""
        official = self.target.official
        if self.value is None or official is None:
            return None
        return abs(self.value - official) <= NEAR * abs(official)

    def to_dict(self) -> dict[str, Any]:
        """The row for machines, without NaN."""
        t = asdict(self.target)
        t["class"] = t.pop("kind")
        t["band_rule"] = t.pop("band")
        return t | {
            "band": self.target.band_text(),
            "simulated": self.value,
            "interval": None if self.interval is None else list(self.interval),
            "draws_inside": self.draws_inside,
            "inside": self.inside,
            "near_official": self.near_official,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True, repr=False)
class ClaimTable:
    """All targets in the order of the table."""

    rows: tuple[ClaimScore, ...]

    def __repr__(self) -> str:
        """How many figures it holds, in a line."""
        said = sum(r.value is not None for r in self.rows)
        return f"<ClaimTable of {len(self.rows)} figures, {said} of them simulated>"

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        told = self.summary()
        rows = [
            (CLASSES[k], str(n["rows"]), str(n["inside"]), str(n["unsaid"]))
            for k in CLASSES
            if (n := told.get(k))
        ]
        head = ("", "figures", "inside the band", "not said")
        return card(repr(self)[1:-1], {}, head, rows)

    def to_pandas(self) -> pd.DataFrame:
        """One row per figure: what is printed, its band, what the run says, and the verdict."""
        import pandas as pd

        return pd.DataFrame(self.to_rows())

    def summary(self) -> dict[str, dict[str, float]]:
        """Per class: how many rows, how many lie inside, how many the run says nothing about.

        With draws, ``draws_inside`` is the number of rows inside over the mean draw.
        """
        out: dict[str, dict[str, float]] = {}
        for kind in CLASSES:
            mine = [r for r in self.rows if r.target.kind == kind]
            if mine:
                out[kind] = {
                    "rows": len(mine),
                    "inside": sum(r.inside is True for r in mine),
                    "unsaid": sum(r.value is None for r in mine),
                }
                shares = [r.draws_inside for r in mine if r.draws_inside is not None]
                if shares:
                    out[kind]["draws_inside"] = sum(shares)
        return out

    def to_rows(self) -> list[dict[str, Any]]:
        """Rows for machines."""
        return [r.to_dict() for r in self.rows]

    def to_text(self) -> str:
        """The table for people, by class, with the misses and their reasons below."""
        lines: list[str] = []
        for kind, meaning in CLASSES.items():
            mine = [r for r in self.rows if r.target.kind == kind]
            if mine:
                lines += ["", f"{kind} ({meaning})", *_aligned([_cells(r) for r in mine])]
        lines += ["", *self._totals(), *self._misses()]
        return "\n".join(lines[1:])

    def _totals(self) -> list[str]:
        return [
            f"{kind}: {n['inside']} of {n['rows']} inside"
            + (f", {n['unsaid']} not said" if n["unsaid"] else "")
            + (f"; {n['draws_inside']:.1f} in the mean draw" if "draws_inside" in n else "")
            for kind, n in self.summary().items()
        ]

    def _misses(self) -> list[str]:
        told = ("prediction", "fit")
        missed = [r for r in self.rows if r.target.kind in told and r.inside is False]
        if not missed:
            return []
        lines = ["", "Predictions and fits outside their band:"]
        return [
            *lines,
            *(f"  {r.target.claim}  {r.target.title}. {r.target.reason}" for r in missed),
        ]


def claim_targets(path: Path) -> tuple[ClaimTarget, ...]:
    """Read a table of targets.

    Raises:
        InputError: the file or a column is missing, or a row is faulty; every fault at once.
    """
    if not path.is_file():
        raise InputError(
            "There are no claims to score",
            [Problem("the table is missing", str(path), f"add {FILE} to the scenario")],
        )
    problems: list[Problem] = []
    targets: list[ClaimTarget] = []
    with path.open(encoding="utf-8", newline="") as handle:
        for line, row in enumerate(csv.DictReader(handle), start=2):
            faults = _faults(row)
            problems += [Problem(what, f"{path.name}, line {line}", cure) for what, cure in faults]
            if not faults:
                targets.append(_target(row))
    if problems:
        raise InputError("The claims have faults", problems)
    return tuple(targets)


COLUMNS = (
    "claim", "type", "title", "printed", "low", "high", "unit", "band", "class", "basis",
    "official", "official_source", "measure", "reason",
)  # fmt: skip


def _faults(row: Mapping[str, str | None]) -> list[tuple[str, str]]:
    missing = [c for c in COLUMNS if row.get(c) is None]
    if missing:
        return [(f"column {c!r} is missing", "fill every column") for c in missing]
    out = []
    if row["class"] not in CLASSES:
        out.append((f"unknown class {row['class']!r}", f"use one of {', '.join(CLASSES)}"))
    if row["measure"] not in MEASURES and not (row["class"] == "outside" and not row["measure"]):
        out.append((f"unknown measure {row['measure']!r}", "use a measure of the model"))
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


def score_claims(
    result: Result,
    draws: Sequence[Result] = (),
    targets: Sequence[ClaimTarget] | None = None,
    anchor: Result | None = None,
) -> ClaimTable:
    """Hold a run against the figures that the articles print.

    Args:
        result: a run.
        draws: runs with other plausible numbers, for the interval.
        targets: by default those of the run's scenario, or of the corridor where it has none.
        anchor: a run with the written numbers and the sample of the draws. What the sample alone
            changes (small stations are full more often) is taken out of the drawn values.

    Raises:
        InputError: the table of targets is missing or faulty.
    """
    if targets is None:
        targets = claim_targets(_file_of(result))
    readings = [Reading(d) for d in draws]
    reading, fixed = Reading(result), None if anchor is None else Reading(anchor)
    return ClaimTable(tuple(_score(t, reading, readings, fixed) for t in targets))


def _file_of(result: Result) -> Path:
    own = SHIPPED_FOLDER / str(result.manifest.get("scenario", CORRIDOR)) / FILE
    return own if own.is_file() else SHIPPED_FOLDER / CORRIDOR / FILE


def _score(
    target: ClaimTarget, reading: Reading, draws: Sequence[Reading], anchor: Reading | None
) -> ClaimScore:
    if not target.measure:
        return ClaimScore(target, None, note="not simulated")
    value, why = _read(target.measure, reading)
    if value is None:
        return ClaimScore(target, None, note=why)
    drawn = [v for d in draws if (v := _read(target.measure, d)[0]) is not None]
    if not drawn:
        return ClaimScore(target, value)
    fixed = None if anchor is None else _read(target.measure, anchor)[0]
    if fixed is not None and fixed > 0 and value > 0:
        drawn = [v * value / fixed for v in drawn]
    low, high = np.quantile(drawn, QUANTILES)
    share = sum(target.holds(v) for v in drawn) / len(drawn)
    return ClaimScore(target, value, (float(low), float(high)), share)


def _read(measure: str, reading: Reading) -> tuple[float | None, str]:
    """The value of a measure, or why the run says nothing."""
    try:
        return MEASURES[measure](reading), ""
    except Unsaid as why:
        return None, str(why)
    except InputError:
        return None, "the run lacks a table"


# -- words ----------------------------------------------------------------------------------


def _float(text: str) -> float | None:
    return float(text) if text.strip() else None


def _cells(row: ClaimScore) -> tuple[str, ...]:
    t = row.target
    value = "not said" if row.value is None else count(row.value)
    if row.interval is not None:
        value += f" ({count(row.interval[0])}–{count(row.interval[1])})"
    verdict = {True: "inside", False: "outside", None: row.note}[row.inside]
    official = "" if t.official is None else _official(row)
    return (t.claim, t.title, t.printed, t.band_text(), value, verdict, official or t.basis)


def _official(row: ClaimScore) -> str:
    """The figure of the official series, how it was worked out, and what nearness to it means."""
    t = row.target
    assert t.official is not None
    words = f"official {exact(t.official)}"
    if t.derived:
        words = f"from the official series {exact(t.official)} ({t.derived})"
    if not row.near_official:
        return words
    if t.kind == "prediction" or not t.basis:
        return f"{words}, agrees"
    return f"{words}, near it: {t.basis}"


HEADS = ("claim", "figure", "printed", "band", "simulated", "", "beside it")


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    table = [HEADS, *rows]
    widths = [max(len(r[i]) for r in table) for i in range(len(HEADS))]
    return [
        "  " + "  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in table
    ]
