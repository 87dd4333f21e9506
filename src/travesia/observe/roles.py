"""The role of every score: what was put in, what was fitted, and what is left as a prediction.

``targets.csv`` gives the least that is known of a series; ``calibration.csv`` says which numbers
of the scenario were set on which published months. A score whose window overlaps such months takes
the stronger role, so that a number set on a window can never be praised for meeting it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from travesia.observe.targets import Target
from travesia.quantities.observable import SPELLINGS
from travesia.quantities.register import Register
from travesia.results.result import Result
from travesia.scenario import periods

ORDER = {"prediction": 0, "fit": 1, "input": 2}
"""Roles by how much of the answer was put in."""

TABLE = "calibration"

CIRCULAR = "the departures are derived from this series"


@dataclass(frozen=True, slots=True)
class Setting:
    """A number or table that was set on some months of a published series."""

    what: str
    observable: str
    measure: str
    by: frozenset[str]
    window: tuple[int, int]
    role: str
    reason: str

    def concerns(self, target: Target, measure: str, compared: frozenset[str]) -> bool:
        """Whether a score of a target looks at what this was set on."""
        if self.observable not in (target.quantity.id, target.quantity.decided_by):
            return False
        if self.measure not in (measure, "both"):
            return False
        if measure == "shares" and not self.by <= compared:
            return False
        return self.window[0] <= target.window[1] and target.window[0] <= self.window[1]


@dataclass(frozen=True, slots=True)
class Role:
    """A role and what makes it so; ``given`` if the series is an input by its nature."""

    role: str
    why: tuple[str, ...] = ()


def settings(result: Result) -> tuple[Setting, ...]:
    """What the scenario of a run says of its calibration; nothing for older runs."""
    if TABLE not in result.scenario_tables:
        return ()
    rows = result.scenario_tables[TABLE].to_dict("records")
    return tuple(_setting(row, result.quantities) for row in rows)


def _setting(row: dict[Any, Any], register: Register) -> Setting:
    text = {str(k): "" if pd.isna(v) else str(v) for k, v in row.items()}
    return Setting(
        what=text["what"],
        observable=register[text["observable"]].id,
        measure=text["measure"],
        by=frozenset(SPELLINGS.get(d, d) for d in text["by"].split(";") if d),
        window=periods.bounds(text["start"], text["end"], "month"),
        role=text["role"],
        reason=text["reason"],
    )


def role_of(target: Target, measure: str, known: Sequence[Setting]) -> Role:
    """The role of a score.

    Args:
        target: the series and its window.
        measure: ``total`` (also of ratios and stocks) or ``shares``.
        known: what was set on published months.
    """
    found = [s for s in known if s.concerns(target, measure, compared(target))]
    role, why = target.role, [f"{s.what} was set on it: {s.reason}" for s in found]
    if measure == "total" and target.quantity.circular:
        role, why = "input", [CIRCULAR]
    for setting in found:
        if ORDER[setting.role] > ORDER[role]:
            role = setting.role
    return Role(role, tuple(dict.fromkeys(why)))


def compared(target: Target) -> frozenset[str]:
    """The dimensions along which shares are compared: within those of the departures, if some."""
    free = frozenset(d for d in target.dims if d not in target.quantity.circular_by)
    return free or frozenset(target.dims)
