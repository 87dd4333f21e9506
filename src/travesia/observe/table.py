"""The score table: one row per target, window and measure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from travesia.display.frames import needed
from travesia.display.html import card
from travesia.display.plot import Pair, pairs
from travesia.likeness import check_known
from travesia.observe.baselines import TITLES
from travesia.observe.scores import ARD_WARNING
from travesia.quantities.expected import ExpectedFailure

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes

METRICS: Mapping[str, str] = {
    "tv": "distance of shares",
    "log_error": "mean absolute log error",
    "absolute_error": "mean absolute error",
    "share_error": "mean absolute error of one share",
    "relative_error": "relative error",
    "mase": "mean absolute scaled error",
    "ard": "averaged relative difference",
    "wis": "weighted interval score",
    "coverage_50": "share inside the 50 % interval",
    "coverage_80": "share inside the 80 % interval",
    "coverage_95": "share inside the 95 % interval",
}
"""Plain names of the measures."""

VERDICTS: Mapping[str, str] = {
    "better": "better than every naive guess",
    "some": "better than some naive guesses",
    "worse": "worse than every naive guess",
    "alone": "no guess from the past to compare with",
    "input": "input-driven: agreement proves nothing",
    "": "",
}
"""What each verdict means."""


_SHORT = {
    "better": "better than all", "some": "better than some", "worse": "worse than all",
    "alone": "no guess", "input": "input-driven", "": "",
}  # fmt: skip

ROLES = ("input", "fit", "prediction", "expected")
"""What a score may say about the model."""

TIE = 1e-9
"""Scores that differ by less than this share are equal."""


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One measure of one target in one window.

    Attributes:
        target: id of the target.
        title: plain name of what is compared, with its dimensions.
        by: dimensions of shares, joined by ``;``; blank for totals and ratios.
        window: first and last scored period.
        role: input, fit or prediction (see :mod:`travesia.observe.roles`); ``expected`` for a
            failure announced beforehand.
        metric: a key of :data:`METRICS`; smaller is better, except coverage.
        n: scored periods, the same for the run and for every naive guess.
        simulated: the run's score.
        baselines: score of each naive guess.
        verdict: a key of :data:`VERDICTS`.
        against: how the run compares with the guesses, whatever the role.
        primary: by this the target is to be judged: shares, and totals that are not given.
        expected: id of the expected failure that this row shows, or blank.
        note: remarks.
    """

    target: str
    title: str
    window: str
    role: str
    metric: str
    n: int
    simulated: float
    baselines: Mapping[str, float] = field(default_factory=dict)
    verdict: str = ""
    primary: bool = False
    expected: str = ""
    note: str = ""
    by: str = ""
    against: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The row for machines: plain types, no NaN; ``measure`` and ``error`` repeat the
        metric's plain name and the run's score.
        """
        row = asdict(self) | {"baselines": {k: _number(v) for k, v in self.baselines.items()}}
        row["simulated"] = _number(self.simulated)
        return row | {"measure": METRICS[self.metric], "error": row["simulated"]}


@dataclass(frozen=True, slots=True, repr=False)
class ScoreTable:
    """All rows, in the order of targets.csv.

    ``published`` are the numbers behind them that are totals by month: by quantity, publisher and
    month (``2019-05``), ``announced`` the failures that were expected beforehand.
    """

    rows: tuple[ScoreRow, ...]
    warnings: tuple[str, ...] = ()
    published: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    announced: tuple[ExpectedFailure, ...] = ()

    def __repr__(self) -> str:
        """How many scores it holds, in a line."""
        told = "; ".join(f"{role}: {_counted(counts)}" for role, counts in self.summary().items())
        return f"<ScoreTable of {len(self.rows)} scores ({told})>"

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        head, *rows = self.to_cells()
        counts = {role: _counted(n) for role, n in self.summary().items()}
        return card(f"{len(self.rows)} scores", counts, head, rows)

    def to_pandas(self) -> pd.DataFrame:
        """All scores as a frame: the columns of :class:`ScoreRow`, one more per naive guess."""
        import pandas as pd

        rows = [{**r.to_dict(), **r.baselines} for r in self.rows]
        return pd.DataFrame(rows).drop(columns="baselines", errors="ignore")

    def to_xarray(self) -> xr.Dataset:
        """Scores as a dataset (extra ``xarray``): ``simulated`` and ``n`` by score, and ``guess``
        by score and naive guess. Raises :class:`InputError` where xarray is not installed.
        """
        guesses = list(dict.fromkeys(g for r in self.rows for g in r.baselines))
        said = [[r.baselines.get(g, math.nan) for g in guesses] for r in self.rows]
        names = ("target", "window", "metric", "role", "verdict")
        found: xr.Dataset = needed("xarray", "xarray").Dataset(
            {
                "simulated": ("score", [r.simulated for r in self.rows]),
                "n": ("score", [r.n for r in self.rows]),
                "guess": (("score", "baseline"), np.reshape(said, (len(said), len(guesses)))),
            },
            {"baseline": guesses}
            | {name: ("score", [getattr(r, name) for r in self.rows]) for name in names},
        )
        return found

    def plot(self, ax: Axes | None = None) -> Axes:
        """What the targets are judged by, beside the best naive guess (extra ``plot``).

        Raises :class:`InputError` where matplotlib is not installed.
        """
        rows = [
            Pair(f"{r.target}, {r.window} ({r.role})", r.simulated, _best(r)[1])
            for r in self.primary()
        ]
        return pairs("Scores: further left is closer", "error", rows, "see docs/scores.md", ax)

    def primary(self) -> tuple[ScoreRow, ...]:
        """What targets are to be judged by: shares, ratios, and totals that are not given."""
        return tuple(r for r in self.rows if r.primary)

    def expected(self) -> tuple[ScoreRow, ...]:
        """The rows that show failures announced beforehand."""
        return tuple(r for r in self.rows if r.expected)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {"scores": self.to_rows()}

    def select(self, role: str) -> tuple[ScoreRow, ...]:
        """Rows of one role: ``fit`` and ``prediction`` are never averaged together.

        Raises:
            UnknownNameError: scores have no such role.
        """
        check_known([role], {*ROLES, *(r.role for r in self.rows)}, "role")
        return tuple(r for r in self.rows if r.role == role)

    def summary(self) -> dict[str, dict[str, int]]:
        """How many primary rows of each role got each verdict."""
        out: dict[str, dict[str, int]] = {}
        for row in self.primary():
            counts = out.setdefault(row.role, {})
            counts[row.verdict] = counts.get(row.verdict, 0) + 1
        return out

    def to_rows(self) -> list[dict[str, Any]]:
        """Rows for machines and for the report."""
        return [r.to_dict() for r in self.rows]

    def to_json(self) -> str:
        """The whole table as JSON."""
        body = {
            "rows": self.to_rows(),
            "summary": self.summary(),
            "warnings": [*self.warnings, ARD_WARNING],
            "verdicts": dict(VERDICTS),
            "baselines": dict(TITLES),
            "expected_failures": [
                {"id": f.id, "title": f.title, "why": f.why} for f in self.announced
            ],
        }
        return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False)

    def to_cells(self, *, everything: bool = False) -> list[list[str]]:
        """The table as cells of text, the header first.

        Args:
            everything: also secondary measures; otherwise primary rows and expected failures.
        """
        header = ["target", "window", "role", "measure", "n", "run", "best naive guess", "verdict"]
        rows = [r for r in self.rows if everything or r.primary or r.expected]
        return [header, *(_cells(r) for r in rows)]

    def to_text(self, *, everything: bool = False) -> str:
        """The table for a terminal: aligned columns, then remarks.

        Args:
            everything: as for :meth:`to_cells`.
        """
        return "\n".join([format_table(self.to_cells(everything=everything)), *self.warnings])


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {word}" for word, n in counts.items())


def _best(row: ScoreRow) -> tuple[str, float | None]:
    """The naive guess that is closest, and how close."""
    return min(row.baselines.items(), key=lambda item: item[1], default=("", None))


def _cells(row: ScoreRow) -> list[str]:
    guess, best = _best(row)
    judged = _SHORT[row.verdict]
    if row.verdict == "input" and row.against not in ("", "alone", "input"):
        judged = f"{judged} ({_SHORT[row.against]})"
    if row.expected:
        judged = f"expected failure; {judged}"
    return [
        f"{row.target}: {row.title}",
        row.window,
        row.role,
        METRICS[row.metric],
        str(row.n),
        _digits(row.simulated),
        "–" if best is None else f"{_digits(best)} {TITLES.get(guess, guess)}",
        judged,
    ]


def _digits(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3g}"


def _number(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None


def verdict(simulated: float, baselines: Mapping[str, float]) -> str:
    """How the run compares with the naive guesses: a key of :data:`VERDICTS`.

    A tie is not better.
    """
    if math.isnan(simulated) or not baselines:
        return "alone"
    best, worst = (f(baselines.values()) * (1 - TIE) for f in (min, max))
    if simulated < best:
        return "better"
    return "some" if simulated < worst else "worse"


def format_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of text as aligned columns, two blanks apart."""
    if not rows:
        return ""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
