"""Scores of a FLEE run: FLEE's own, naive guesses, and the blind score without capacities.

FLEE's published cases are told the total every day and are scored on how it is shared out among
the camps; and in most of them the capacity of a camp is the highest count that it ever had. So a
good score may only say that the answer was in the input. The blind score runs the same model with
camps that never fill.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from travesia.display.html import card
from travesia.errors import InputError, Problem
from travesia.kinds.flee.intervals import Bands, bands_by_version, lines_of
from travesia.kinds.flee.measures import (
    TITLES,
    baselines,
    flee_ard,
    flee_mase,
    mean_rescaled_ard,
    total_ratio,
)
from travesia.kinds.flee.score_after_cut import CutScore, score_after_cut
from travesia.results.result import Result

FAR = 0.25
"""Share of the people counted beyond which a simulated total is called far from them."""


@dataclass(frozen=True, repr=False)
class FleeScore:
    """Scores of a run; errors as shares of the observed total (0 is perfect).

    ``ard`` is FLEE's averaged relative difference, ``ard_rescaled`` the same after the simulated
    total is scaled to the observed one (FabFlee's headline), ``ard_rescaled_blind`` without
    capacities, ``baselines`` the same measure for naive guesses. ``mase`` are FLEE's mean absolute
    scaled errors by naive forecast. ``bands`` are scores of intervals by version of the run; they
    need two seeds or draws of the rule's numbers. ``total_ratio`` is the people simulated in the
    camps over those counted (the median day). ``departures`` says whether the number who set out
    is ``given`` (by the counts) or driven by ``conflict``.
    """

    case: str
    compatible: bool
    days: int
    camps: tuple[str, ...]
    unscored: tuple[str, ...]
    seeds: int
    ard: float
    ard_rescaled: float
    ard_blind: float
    ard_rescaled_blind: float
    baselines: dict[str, float | None]
    mase: dict[str, float | None]
    ard_by_seed: tuple[float, ...]
    draws: int
    bands: dict[str, Bands]
    capacities_near_observed_maximum: int
    still_waiting: float = 0.0
    rule: str = "flee"
    numbers: str = "given"
    departures: str = "given"
    total_ratio: float | None = None
    unreachable: tuple[str, ...] = ()
    after_cut: CutScore | None = None

    def __repr__(self) -> str:
        """The case and its error, in a line."""
        return (
            f"<FleeScore of {self.case}: error {self.ard_rescaled:.3f} in {len(self.camps)} "
            f"camps over {self.days:,} days>"
        )

    def __str__(self) -> str:
        return self.to_text()

    @property
    def weighted_interval_score(self) -> float | None:
        """Of the run as it is; None for a single member."""
        return self.bands["simulated"].weighted_interval_score if self.bands else None

    @property
    def skill(self) -> float:
        """By how much equal shares are beaten."""
        return float(self.baselines["equal_shares"] or 0.0) - self.ard_rescaled

    @property
    def skill_from_capacities(self) -> float:
        """How much of the error the capacities take away."""
        return self.ard_rescaled_blind - self.ard_rescaled

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "kind": "flee",
            "case": self.case,
            "rule": self.rule,
            "numbers": self.numbers,
            "compatible": self.compatible,
            "departures": self.departures,
            "total_ratio": self.total_ratio,
            "notes": list(self.notes()),
            "unreachable": list(self.unreachable),
            "days": self.days,
            "camps": list(self.camps),
            "unscored": list(self.unscored),
            "seeds": self.seeds,
            "ard": self.ard,
            "ard_rescaled": self.ard_rescaled,
            "ard_blind": self.ard_blind,
            "ard_rescaled_blind": self.ard_rescaled_blind,
            "baselines": self.baselines,
            "mase": self.mase,
            "ard_by_seed": list(self.ard_by_seed),
            "weighted_interval_score": self.weighted_interval_score,
            "skill_over_equal_shares": self.skill,
            "skill_from_capacities": self.skill_from_capacities,
            "capacities_near_observed_maximum": self.capacities_near_observed_maximum,
            "people_still_waiting": self.still_waiting,
            "verdict": self.verdict(),
            "draws": self.draws,
            "bands": {k: b.to_dict() for k, b in self.bands.items()},
            "after_cut": self.after_cut.to_dict() if self.after_cut is not None else None,
        }

    def to_rows(self) -> list[dict[str, Any]]:
        """The scores as the one row of a table, as other runs have many."""
        return [self.to_dict()]

    def to_pandas(self) -> pd.DataFrame:
        """The row as a frame."""
        return pd.DataFrame(self.to_rows())

    @property
    def published(self) -> dict[str, dict[str, dict[str, float]]]:
        """Nothing by month: camps are counted on single days."""
        return {}

    def _repr_html_(self) -> str:
        return card(repr(self)[1:-1], {"": self.verdict()})

    def verdict(self) -> str:
        """What the scores say, in words."""
        equal = self.baselines["equal_shares"] or 0.0
        n = len(self.camps)
        told = (
            f"In {self.capacities_near_observed_maximum} of {n} camps the capacity lies within 5 % "
            "of the highest count ever observed: there the input holds the answer."
        )
        gain = self.skill_from_capacities
        if gain <= 0:
            source = "The capacities add nothing: without them the score is no worse."
        elif self.skill <= 0:
            source = f"Even with capacities, which take {gain:.3f} off the error, the model does "
            source += "not beat equal shares."
        else:
            part = min(1.0, gain / self.skill)
            source = (
                f"Of the {self.skill:.3f} by which the model beats equal shares, {part:.0%} comes "
                "from the capacities."
            )
        blind = self.ard_rescaled_blind
        word = "beats" if blind < equal else "does not beat"
        return f"{told} {source} Blind, the model {word} equal shares ({blind:.3f}, {equal:.3f})."

    def notes(self) -> tuple[str, ...]:
        """What must be known to read the scores rightly."""
        out = []
        ratio = self.total_ratio
        if self.departures == "conflict":
            out.append("Conflict drives departures: the model is not told how many people set out.")
        if ratio is not None and abs(ratio - 1) > FAR:
            told = (
                "How many are in camps is the model's own. "
                if self.departures == "conflict"
                else "They are told, so the rest are on the road or elsewhere. "
            )
            out.append(
                f"The simulated total is far from the counted one: {ratio:.2f} times the "
                f"people counted in camps, on the median day. {told}Rescaled errors hide "
                "that; FLEE's ARD, not rescaled, holds it."
            )
        if self.unreachable:
            out.append(
                f"Nobody can reach {', '.join(self.unreachable)}: no road leads there from "
                "a place in conflict."
            )
        return tuple(out)

    def to_text(self) -> str:
        """A table for people, and the verdict."""
        version = "FLEE 3.1 with its quirks" if self.compatible else "the sane version"
        if self.rule == "camps" and not self.compatible:
            version += ", rule of known camps"
        if self.numbers == "fitted":
            version += ", numbers fitted on FLEE's published cases"
        told = "each is told the total of the day"
        if self.departures == "conflict":
            told = "guesses are told the total of the day, the model is not but for rescaling"
        lines = [
            f"{self.case}: {self.days} days, {len(self.camps)} camps scored, {version}",
            "",
            f"Averaged relative difference (0 is perfect; {told})",
            f"  {self.ard_rescaled:.3f}  the model, rescaled to the observed total",
            f"  {self.ard_rescaled_blind:.3f}  the model, rescaled, BLIND: no capacities",
        ]
        lines += [
            f"  {value:.3f}  {TITLES[name]}" if value is not None else f"      –  {TITLES[name]}"
            for name, value in self.baselines.items()
        ]
        lines += [
            f"  {self.ard:.3f}  the model, not rescaled (FLEE's ARD); blind {self.ard_blind:.3f}",
            "",
            "Mean absolute scaled error as in FLEE (below 1 beats the naive forecast)",
            *(f"  {_shown(v)}  {k}" for k, v in self.mase.items()),
        ]
        if self.bands:
            lines += ["", *lines_of(self.bands, self.seeds, self.draws > 0)]
        if self.unscored:
            lines += ["", f"Not scored, without counts in the period: {', '.join(self.unscored)}"]
        if self.still_waiting:
            lines += ["", f"{self.still_waiting:,.0f} people never set out: no place in conflict."]
        lines += [line for note in self.notes() for line in ("", note)]
        lines += ["", self.verdict()]
        if self.after_cut is not None:
            lines += ["", *self.after_cut.lines()]
        return "\n".join(lines)


def _shown(value: float | None) -> str:
    return "    –" if value is None else f"{value:5.2f}"


def score_flee(result: Result) -> FleeScore:
    """Score a FLEE run that :func:`travesia.kinds.flee.tables.run_case` made."""
    table = result.scenario_tables["camps"]
    names = list(dict.fromkeys(table["camp"].astype(str)))
    seeds = int(table["replicate"].max()) + 1
    shape = (seeds, -1, len(names))
    cube = {
        c: table[c].to_numpy(np.float64).reshape(shape)
        for c in ("simulated", "blind", "observed", "capacity", "known")
        if c in table
    }
    scored = [i for i in range(len(names)) if (cube["observed"][0, :, i] >= 0).all()]
    if not scored:
        raise _nothing(result)
    cube = {c: v[:, :, scored] for c, v in cube.items()}
    simulated, blind, observed, capacity, *_ = cube.values()
    kept = [names[i] for i in scored]
    published = _published(result, kept)
    truth, limit = observed[0], capacity[0, 0]
    each = [flee_ard(s, truth) for s in simulated]
    close = np.abs(limit / np.maximum(truth.max(axis=0), 1) - 1) < 0.05
    bands = bands_by_version(cube, truth, kept)
    manifest = result.manifest
    return FleeScore(
        case=str(manifest["scenario"]),
        compatible=bool(manifest["compatible"]),
        days=len(truth),
        camps=tuple(kept),
        unscored=tuple(n for i, n in enumerate(names) if i not in scored),
        seeds=seeds,
        ard=float(np.mean(each)),
        ard_rescaled=mean_rescaled_ard(simulated, truth),
        ard_blind=float(np.mean([flee_ard(b, truth) for b in blind])),
        ard_rescaled_blind=mean_rescaled_ard(blind, truth),
        baselines=baselines(
            truth, limit, published, day0=bool(manifest.get("day0_in_camps", True))
        ),
        mase={
            f"{'share' if ratio else 'count'} of day {day}": flee_mase(
                simulated[0], truth, day, ratio=ratio
            )
            for day in (7, 30)
            for ratio in (False, True)
        },
        ard_by_seed=tuple(each),
        draws=int(manifest.get("draws") or 0),
        bands=bands,
        capacities_near_observed_maximum=int(close.sum()),
        rule=str(manifest.get("rule", "flee")),
        numbers=str(manifest.get("numbers", "given")),
        departures=str(manifest.get("departures", "given")),
        total_ratio=total_ratio(simulated, truth),
        unreachable=tuple(n for n in manifest.get("unreachable", ()) if n in kept),
        still_waiting=float(manifest.get("people_still_waiting", 0)),
        after_cut=score_after_cut(result, kept, cube, published),
    )


def _nothing(result: Result) -> InputError:
    """Why a run cannot be scored."""
    about = result.scenario_tables["scenario"].set_index("key")["value"]
    counts = result.scenario_tables["counts"]
    camps = result.scenario_tables["camps"]["camp"].astype(str)
    days = counts.loc[counts["series"].astype(str).isin(camps), "date"].astype(str)
    what, cure = "no camp has counts", "name its file in data_layout.csv, and import the case again"
    if len(days):
        what = (
            f"no count of a camp lies in the period, {about['start']} to {about['end']} "
            f"(they are of {days.min()} to {days.max()})"
        )
        cure = "correct the dates of the counts or the period, and import the case again"
    return InputError("There is nothing to score", [Problem(what, "", cure)])


def _published(result: Result, camps: list[str]) -> dict[int, list[tuple[int, float]]]:
    """Published counts by camp number, days from the start of the run."""
    facts = result.scenario_tables["scenario"]
    start = dt.date.fromisoformat(str(facts.loc[facts["key"] == "start", "value"].iloc[0]))
    table: pd.DataFrame = result.scenario_tables["counts"]
    out: dict[int, list[tuple[int, float]]] = {}
    for i, camp in enumerate(camps):
        mine = table[table["series"].astype(str) == camp]
        days = [(dt.date.fromisoformat(str(d)) - start).days for d in mine["date"]]
        out[i] = sorted(zip(days, mine["people"].astype(float), strict=True))
    return out
