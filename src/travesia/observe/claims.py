"""The figures that the documents print, held against a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from travesia.display.html import card
from travesia.errors import InputError, Problem, ProblemList
from travesia.figures import count, exact
from travesia.observe.reading import Reading, check_exact
from travesia.quantities.claims import CLASSES, ClaimTarget, read_claims
from travesia.quantities.measures import Measure, Unsaid
from travesia.results.declared import CLAIMS, measures_of
from travesia.results.result import Result

if TYPE_CHECKING:
    import pandas as pd

NEAR = 0.2
"""A simulated value within this share of an official figure agrees with it."""

QUANTILES = (0.05, 0.95)
"""Ends of the interval over draws."""


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
        targets: by default those that travel with the run.
        anchor: a run with the written numbers and the sample of the draws. What the sample alone
            changes (small stations are full more often) is taken out of the drawn values.

    Raises:
        InputError: the table of targets is missing or faulty, or a run is coarse.
    """
    check_exact(result, *draws)
    measures = measures_of(result)
    targets = claim_targets(result) if targets is None else targets
    readings = [Reading(d) for d in draws]
    reading, fixed = Reading(result), None if anchor is None else Reading(anchor)
    return ClaimTable(
        tuple(_score(t, measures.get(t.measure), reading, readings, fixed) for t in targets)
    )


def claim_targets(result: Result) -> tuple[ClaimTarget, ...]:
    """The targets that travel with a run.

    Raises:
        InputError: there are none, or a row is faulty; every fault at once.
    """
    if CLAIMS not in result.scenario_tables:
        cure = f"add {CLAIMS}.csv to the scenario, and run it again"
        problem = Problem("the scenario holds no figures of documents", CLAIMS, cure)
        raise InputError("There are no claims to score", [problem])
    table = result.scenario_tables[CLAIMS].fillna("").astype(str)
    problems = ProblemList()
    rows = [{str(k): str(v) for k, v in row.items()} for row in table.to_dict("records")]
    found = read_claims(rows, measures_of(result), CLAIMS, problems)
    problems.raise_if_any("The claims have faults")
    return found


def _score(
    target: ClaimTarget,
    measure: Measure | None,
    reading: Reading,
    draws: Sequence[Reading],
    anchor: Reading | None,
) -> ClaimScore:
    if measure is None:
        return ClaimScore(target, None, note="not simulated")
    value, why = _read(measure, reading)
    if value is None:
        return ClaimScore(target, None, note=why)
    drawn = [v for d in draws if (v := _read(measure, d)[0]) is not None]
    if not drawn:
        return ClaimScore(target, value)
    fixed = None if anchor is None else _read(measure, anchor)[0]
    if fixed is not None and fixed > 0 and value > 0:
        drawn = [v * value / fixed for v in drawn]
    low, high = np.quantile(drawn, QUANTILES)
    share = sum(target.holds(v) for v in drawn) / len(drawn)
    return ClaimScore(target, value, (float(low), float(high)), share)


def _read(measure: Measure, reading: Reading) -> tuple[float | None, str]:
    """The value of a measure, or why the run says nothing."""
    try:
        return measure.value(reading.term), ""
    except Unsaid as why:
        return None, str(why)
    except InputError:
        return None, "the run lacks a table"


# -- words ----------------------------------------------------------------------------------


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
