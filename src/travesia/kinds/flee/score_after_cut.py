"""Scores after a cut date: what is left when no input holds a count of the scored days.

The third run of a case has capacities by the largest count up to the cut. Every figure here is of
the days after the cut, so that the model with these, with the capacities of the input and with
none can be compared, with naive guesses over the same days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from travesia.kinds.flee.measures import (
    TITLES,
    Floats,
    baselines,
    fixed_shares,
    flee_ard,
    mean_rescaled_ard,
)
from travesia.results.result import Result


@dataclass(frozen=True)
class CutScore:
    """Averaged relative differences, rescaled, over the days after the cut.

    ``ard_rescaled`` is with capacities by the counts up to the cut (``ard`` the same without
    rescaling), ``ard_rescaled_input`` with those of the input, ``ard_rescaled_blind`` with none.
    ``camps_without_count`` had nobody by the cut: they have no limit there.
    """

    cut: str
    days: int
    ard: float
    ard_rescaled: float
    ard_rescaled_input: float
    ard_rescaled_blind: float
    baselines: dict[str, float | None]
    camps_without_count: tuple[str, ...]

    @property
    def skill_from_later_counts(self) -> float:
        """How much the capacities of the input know beyond the counts up to the cut."""
        return self.ard_rescaled - self.ard_rescaled_input

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            **asdict(self),
            "camps_without_count": list(self.camps_without_count),
            "skill_from_later_counts": self.skill_from_later_counts,
            "verdict": self.verdict(),
        }

    def verdict(self) -> str:
        """What the scores after the cut say, in words."""
        later, frozen = self.skill_from_later_counts, self.baselines["cut_shares"] or 0.0
        word = "beats" if self.ard_rescaled < frozen else "does not beat"
        given = (
            f"The capacities of the input take {later:.3f} more off the error than counts up to "
            "the cut could: that much was counted later."
            if later > 0
            else "The capacities of the input help no more than counts up to the cut."
        )
        return (
            f"{given} With capacities by counts up to the cut, the model {word} the shares of the "
            f"cut held for ever ({self.ard_rescaled:.3f}, {frozen:.3f})."
        )

    def lines(self) -> list[str]:
        """A table for people, and the verdict."""
        figures = [
            (self.ard_rescaled_input, "the model, capacities of the input"),
            (self.ard_rescaled, "the model, capacities by counts up to the cut"),
            (self.ard_rescaled_blind, "the model, BLIND: no capacities"),
            *((v, TITLES[name]) for name, v in self.baselines.items()),
        ]
        lines = [f"After the cut, {self.cut}: the {self.days} later days only, rescaled"]
        lines += ["      –  " + t if v is None else f"  {v:.3f}  {t}" for v, t in figures]
        if self.camps_without_count:
            names = ", ".join(self.camps_without_count)
            lines.append(f"  Without a count by then, so without a limit: {names}")
        return [*lines, "", self.verdict()]


def score_after_cut(
    result: Result,
    camps: list[str],
    cube: Mapping[str, Floats],
    published: Mapping[int, list[tuple[int, float]]],
) -> CutScore | None:
    """Scores of the days after the cut; None if the run has no cut or ends on it.

    Args:
        result: of :func:`travesia.kinds.flee.tables.run_case`.
        camps: names of the scored camps.
        cube: simulated, blind, known, observed: [seeds, days, camps] people; capacity alike.
        published: see :func:`travesia.kinds.flee.measures.baselines`.
    """
    if "cut" not in result.scenario_tables or "known" not in cube:
        return None
    facts = result.scenario_tables["scenario"]
    start = dt.date.fromisoformat(str(facts.loc[facts["key"] == "start", "value"].iloc[0]))
    cut = dt.date.fromisoformat(str(result.manifest["cut"]))
    after = slice((cut - start).days + 1, None)
    truth = cube["observed"][0][after]
    if not len(truth):
        return None
    table = result.scenario_tables["cut"].set_index("camp")
    held = table.loc[camps]
    capacity, people = (held[c].to_numpy(np.float64) for c in ("capacity", "people"))
    naive = baselines(
        cube["observed"][0],
        cube["capacity"][0, 0],
        published,
        after=after,
        day0=bool(result.manifest.get("day0_in_camps", True)),
    )
    for name, weight in (("cut_capacity_shares", capacity), ("cut_shares", people)):
        naive[name] = fixed_shares(weight, truth)
    naive.pop("first_shares")
    known = cube["known"][:, after]
    return CutScore(
        cut=str(cut),
        days=len(truth),
        ard=float(np.mean([flee_ard(s, truth) for s in known])),
        ard_rescaled=mean_rescaled_ard(known, truth),
        ard_rescaled_input=mean_rescaled_ard(cube["simulated"][:, after], truth),
        ard_rescaled_blind=mean_rescaled_ard(cube["blind"][:, after], truth),
        baselines=naive,
        camps_without_count=tuple(c for c, n in zip(camps, capacity, strict=True) if n <= 0),
    )
