"""Dated effects as a sequence of segments: which effects hold on a day, and how strongly."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from travesia.calendar import DAYS_PER_WEEK
from travesia.policy.effects import Effect


@dataclass(frozen=True, slots=True)
class ActiveEffect:
    """An effect that is in force, with its ramp ``level`` (above 0, at most 1)."""

    effect: Effect
    level: float


def change_days(effect: Effect, n_days: int) -> set[int]:
    """Days in ``[0, n_days)`` on which the level of one effect may change.

    These are its start, its end and the weekly steps of its ramp; day 0 is included only if the
    effect starts on it.
    """
    end = n_days if effect.end is None else min(effect.end, n_days)
    days = {effect.start, effect.end if effect.end is not None else n_days}
    steps = math.ceil(max(0, effect.ramp_days) / DAYS_PER_WEEK)
    days.update(effect.start + DAYS_PER_WEEK * k for k in range(steps))
    return {d for d in days if 0 <= d < n_days and d <= end}


class Timeline:
    """Effects in canonical order, cut into segments between the days on which anything changes.

    The order in which effects are given does not matter: they are sorted by their canonical id.
    """

    __slots__ = ("_segments", "change_days", "effects", "n_days")

    def __init__(self, effects: Iterable[Effect], n_days: int) -> None:
        """Sort the effects and cut the days ``[0, n_days)`` into segments."""
        self.n_days = n_days
        self.effects: tuple[Effect, ...] = tuple(sorted(effects, key=lambda e: e.key))
        days: set[int] = {0}
        for effect in self.effects:
            days |= change_days(effect, n_days)
        self.change_days: tuple[int, ...] = tuple(sorted(days))
        self._segments = tuple(self._active(day) for day in self.change_days)

    def _active(self, day: int) -> tuple[ActiveEffect, ...]:
        levels = ((effect, effect.level(day)) for effect in self.effects)
        return tuple(ActiveEffect(effect, level) for effect, level in levels if level > 0.0)

    def active(self, day: int) -> tuple[ActiveEffect, ...]:
        """Effects in force on a day, in canonical order.

        Raises :class:`ValueError` for a day outside ``[0, n_days)``.
        """
        if not 0 <= day < self.n_days:
            raise ValueError(f"day {day} is outside the {self.n_days} days of the timeline")
        return self._segments[bisect_right(self.change_days, day) - 1]
