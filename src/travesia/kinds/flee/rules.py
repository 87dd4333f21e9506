"""Which numbers of a case's rule may vary, and in what ranges: for fits and for ensembles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from travesia.kinds.flee.instance import Instance

Floats = npt.NDArray[np.float64]

DRAW_WIDTH = 0.3
"""Parts of a range that the draws of an ensemble spread over, around the case's own number."""


@dataclass(frozen=True, slots=True)
class Range:
    """Where the number of a setting may lie; ``log``: spread evenly by its logarithm."""

    setting: str
    low: float
    high: float
    log: bool = False

    def at(self, part: float) -> float:
        """The number at a part (0 to 1) of the range, to four digits."""
        if self.log:
            value = self.low * (self.high / self.low) ** part
        else:
            value = self.low + part * (self.high - self.low)
        return float(f"{value:.4g}")

    def part(self, value: float) -> float:
        """Where a number lies in the range, 0 to 1; numbers outside lie at its end."""
        inside = min(max(value, self.low), self.high)
        if self.log:
            return math.log(inside / self.low) / math.log(self.high / self.low)
        return (inside - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with numbers: settings that make it, and the ranges of its numbers."""

    fixed: Mapping[str, Any]
    ranges: tuple[Range, ...]

    def values(self, numbers: tuple[float, ...]) -> dict[str, Any]:
        """Settings by name."""
        mine = {r.setting: n for r, n in zip(self.ranges, numbers, strict=True)}
        return {**self.fixed, **mine}

    def parts(self, case: Instance) -> Floats:
        """The case's own numbers as parts of the ranges."""
        own = (float(getattr(case.settings, r.setting)) for r in self.ranges)
        return np.array([r.part(v) for r, v in zip(self.ranges, own, strict=True)])

    def numbers(self, parts: Floats) -> tuple[float, ...]:
        """Numbers at parts of the ranges."""
        return tuple(r.at(float(p)) for r, p in zip(self.ranges, parts, strict=True))


DISTANCE = (Range("distance_power", 0.0, 4.0), Range("softening", 1.0, 300.0, log=True))
LEAVING = Range("camp_movechance", 1e-4, 0.03, log=True)

RULES: Mapping[str, Rule] = {
    "flee": Rule(
        {"known_camps": False, "camp_pull": 0.0},
        (*DISTANCE, LEAVING, Range("conflict_weight", 0.05, 1.0, log=True),
         Range("camp_weight", 0.3, 10.0, log=True), Range("default_movechance", 0.1, 1.0)),
    ),
    "camps": Rule(
        {"known_camps": True, "weight_power": 1.0, "weight_softening": 0.0},
        (*DISTANCE, LEAVING, Range("camp_pull", 0.0, 1.2),
         Range("camp_pull_base", 30.0, 10_000.0, log=True)),
    ),
}  # fmt: skip
"""``flee`` is FLEE's rule: people go from place to place. In ``camps`` everyone knows the camps and
goes to one of them by the shortest way; camps draw by the people in them."""


def with_rule(case: Instance, values: Mapping[str, Any]) -> Instance:
    """A case with other settings of its rule."""
    return replace(case, settings=replace(case.settings, **values))


def rule_of(case: Instance) -> str:
    """Which of :data:`RULES` a case goes by in the sane version."""
    return "camps" if case.settings.known_camps else "flee"


def spread_points(number: int, dimensions: int, seed: int) -> Floats:
    """Evenly spread points of the unit cube [number, dimensions], moved as a whole by the seed.

    Multiples of powers of the generalised golden ratio, modulo 1.
    """
    ratio = 2.0
    for _ in range(64):
        ratio = (1.0 + ratio) ** (1.0 / (dimensions + 1))
    steps = ratio ** -np.arange(1, dimensions + 1)
    start = np.random.default_rng(seed).random(dimensions)
    return np.asarray((start + np.arange(1, number + 1)[:, None] * steps) % 1.0)


def parameter_draws(case: Instance, number: int, seed: int) -> list[dict[str, Any]]:
    """Other numbers for a case's rule, spread over :data:`DRAW_WIDTH` of each range around its
    own; they are no posterior, but say what uncertain numbers do to the camps.
    """
    rule = RULES[rule_of(case)]
    own = rule.parts(case)
    low = np.clip(own - DRAW_WIDTH / 2, 0.0, 1.0 - DRAW_WIDTH)
    points = low + DRAW_WIDTH * spread_points(number, len(own), seed)
    names = [r.setting for r in rule.ranges]
    return [dict(zip(names, rule.numbers(p), strict=True)) for p in points]


__all__ = [
    "DRAW_WIDTH", "RULES", "Range", "Rule", "parameter_draws", "rule_of",
    "spread_points", "with_rule",
]  # fmt: skip
