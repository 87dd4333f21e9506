"""What people on the move have lately learned, and what they believe.

Two beliefs, shared by groups and not held by single persons: the chance of being stopped or
harmed on a leg, by group, region and mode; and the chance of being released rather than sent
back at each sector, by cohort. Both are counts that fade with a half-life, so that recent
news weighs more and thin news is drawn towards the prior.
"""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

import numpy as np

from travesia.model.compiled import CompiledModel, Floats, Ints


class Published(NamedTuple):
    """Running totals up to yesterday, in people."""

    flows: Ints
    """[L, C]"""
    exposed: Ints
    """[risk classes, L]"""
    hits: Ints
    """[L, K, G]"""
    custody: Ints
    """[2, C, X] outcomes of custody: all, and releases."""


PRIOR_WEIGHT = 20.0
"""People whose experience the prior belief is worth."""


def fade(days: float, half_life_weeks: float) -> float:
    """What remains of a count after ``days``: 2 ** (-days / (7 * half-life))."""
    return float(2.0 ** (-days / (7.0 * half_life_weeks)))


class WayBelief:
    """Believed chance per leg of being stopped, and of being harmed, by group, region and mode."""

    def __init__(self, model: CompiledModel) -> None:
        n, g = model.names, model.graph
        self.shape = (len(n.groups), len(n.regions), len(n.modes))
        self._cell = (g.leg_region.astype(np.int64) * len(n.modes) + g.leg_mode).astype(np.int64)
        self._groups = np.eye(len(n.groups))[model.cohorts.group]  # [C, G]
        stop, harm = model.risk.is_stop, model.risk.is_harm
        self._kinds = np.stack([stop, harm]).astype(np.float64)  # [2, K]
        p = model.parameters
        self.prior = np.array([p["belief_prior_capture"], p["belief_prior_harm"]])
        self._cap = p["belief_cap"]
        self._half_life = p["belief_half_life_weeks"]
        self._delay_days = 7 * round(p["belief_delay_weeks"])
        cells = len(n.regions) * len(n.modes)
        self.passed = np.zeros((len(n.groups), cells))
        self.struck = np.zeros((2, len(n.groups), cells))
        self._news: deque[tuple[int, Floats, Floats]] = deque()
        self._fears_stop = np.array([name not in n.natives for name in n.groups], dtype=np.float64)

    def learn(self, day: int, days: int, flows: Floats, hits: Floats) -> None:
        """Take in ``flows`` [L, C] and ``hits`` [L, K, G] of the last ``days`` days."""
        cells = self.passed.shape[1]
        by_group = flows @ self._groups
        kinds = np.einsum("nk,lkg->lng", self._kinds, hits)
        passed = np.zeros((by_group.shape[1], cells))
        struck = np.zeros((2, by_group.shape[1], cells))
        for g in range(by_group.shape[1]):
            passed[g] = np.bincount(self._cell, by_group[:, g], cells)
            for n in range(2):
                struck[n, g] = np.bincount(self._cell, kinds[:, n, g], cells)
        self._news.append((day, passed, struck))
        keep = fade(days, self._half_life)
        self.passed *= keep
        self.struck *= keep
        while self._news and self._news[0][0] <= day - self._delay_days:
            _, old_passed, old_struck = self._news.popleft()
            self.passed += old_passed
            self.struck += old_struck

    def believed(self, signal: Floats) -> Floats:
        """Believed chances [2 (capture, harm), G, R, M]; ``signal`` [G, R] shifts capture."""
        prior = self.prior[:, None, None] * PRIOR_WEIGHT
        chance = (self.struck + prior) / (self.passed + PRIOR_WEIGHT)
        chance = chance.reshape(2, *self.shape)
        chance[0] = (chance[0] + signal[:, :, None]) * self._fears_stop[:, None, None]
        return np.asarray(np.clip(chance, 0.0, self._cap))

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        news = [[day, passed, struck] for day, passed, struck in self._news]
        return {"passed": self.passed, "struck": self.struck, "news": news}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.passed, self.struck = state["passed"], state["struck"]
        self._news = deque((int(day), passed, struck) for day, passed, struck in state["news"])


class BorderBelief:
    """Believed chance of release at each sector, by cohort, and its slow reference.

    People compare with what was usual lately: only the difference from the reference, an average
    with a longer memory, moves their choice of sector. The frozen attraction of the sectors
    already holds what was usual.
    """

    def __init__(self, model: CompiledModel, at_start: Floats) -> None:
        p = model.parameters
        self._half_life = p["border_half_life_weeks"]
        self._slow = p["release_reference_weeks"]
        self._prior = PRIOR_WEIGHT * at_start.mean(1)
        self.all = np.zeros_like(at_start)
        self.released = np.zeros_like(at_start)
        self.reference = at_start.copy()

    def learn(self, days: int, custody: Floats) -> None:
        """Take in ``custody`` [2, C, X]: outcomes, and releases, of the last ``days`` days."""
        keep = fade(days, self._half_life)
        self.all = self.all * keep + custody[0]
        self.released = self.released * keep + custody[1]
        slow = 1.0 - fade(days, self._slow)
        self.reference += slow * (self.believed() - self.reference)

    def believed(self) -> Floats:
        """Believed chance of release [C, X]; thin news is drawn to the cohort's own mean."""
        mean = (self.released.sum(1) + self._prior) / (self.all.sum(1) + PRIOR_WEIGHT)
        chance = (self.released + PRIOR_WEIGHT * mean[:, None]) / (self.all + PRIOR_WEIGHT)
        return np.asarray(chance, np.float64)

    def mean_change(self) -> Floats:
        """Change of the believed chance against the reference [C], over the sectors used."""
        weight = self.all + 1.0
        change = self.believed() - self.reference
        return np.asarray((change * weight).sum(1) / weight.sum(1))

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {"all": self.all, "released": self.released, "reference": self.reference}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.all, self.released = state["all"], state["released"]
        self.reference = state["reference"]
