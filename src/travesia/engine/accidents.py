"""Accidents of a day: rare events that strike many of those on a leg or in a stay at once.

Whether one happens is drawn for each leg and each cell of people who stay, with its expectation in
proportion to yesterday's people there; how many die has a heavy tail, cut to those people. Every
person there then runs the same chance. Draws have keys of their own, so nothing else moves.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from travesia import rng
from travesia.engine.keys import draws
from travesia.engine.tables import Today
from travesia.model.compiled import ONE, Accident, CompiledModel, Ints

Struck = tuple[int, npt.NDArray[np.bool_], int, int]
"""A stay, the places of its people, the chance of each person, and the transition of the dead."""


def toll(u: float, accident: Accident, present: float) -> int:
    """Dead at a quantile ``u``: a Pareto tail cut at ``most``, and to those ``present``."""
    least, beyond = accident.least, accident.most + 1
    kept = 1.0 - (least / beyond) ** accident.exponent
    number = int(least * (1.0 - u * kept) ** (-1.0 / accident.exponent))
    return max(1, min(number, accident.most, math.floor(present)))


class Accidents:
    """Draws the accidents of a run, day by day, and remembers them."""

    def __init__(self, model: CompiledModel, key: int) -> None:
        self._model, self._key = model, key
        self._flows = np.zeros(len(model.names.legs), np.int64)
        self.rows: list[list[int]] = []
        """Day, number of the accident, leg or stock cell, dead drawn, people there."""

    def draw(
        self, day: int, today: Today, flows: Ints, stock: npt.NDArray[Any]
    ) -> tuple[Today, list[Struck]]:
        """The day's tables with accidents on legs, and whom others strike where they stay.

        ``flows`` [L] are people who ever entered each leg, ``stock`` [cells] those of yesterday.
        """
        moved = flows - self._flows
        self._flows = flows
        chance, cause = np.zeros(len(moved), np.uint32), np.zeros(len(moved), np.int32)
        struck: list[Struck] = []
        happens = rng.decision_key(self._key, day, 0, rng.Decision.ACCIDENT_HAPPENS)
        lot = rng.decision_key(self._key, day, 0, rng.Decision.ACCIDENT_TOLL)
        for number, accident in enumerate(self._model.accidents):
            if not accident.start <= day < accident.end:
                continue
            there = moved if accident.cause >= 0 else stock
            people = there[accident.targets] / self._model.sample
            u = (draws(happens, accident.key) >> np.uint64(11)) * 2.0**-53
            for i in np.flatnonzero(u < -np.expm1(-accident.rate / 1000.0 * people)).tolist():
                target, key = int(accident.targets[i]), int(accident.key[i])
                dead = toll(rng.unit(rng.draw(lot, key)), accident, float(people[i]))
                self.rows.append([day, number, target, dead, int(people[i])])
                each = int(min(1.0, dead / people[i]) * ONE)
                if accident.cause >= 0:
                    chance[target], cause[target] = each, accident.cause
                else:
                    struck += [(s, p, each, accident.transition) for s, p in accident.stays[i]]
        if chance.any() or today.leg_accident.any():
            today = today._replace(leg_accident=chance, leg_cause=cause)
        return today, struck

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {"flows": self._flows, "rows": self.rows}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._flows, self.rows = state["flows"], [list(row) for row in state["rows"]]
