"""Custody of children by the family services instead of migration stations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from travesia.policy.effects import Effect, OutcomeFactor
from travesia.policy.instruments.base import Instrument, Scope, Spec, gate, shut


class ChildCustody(Spec):
    """A stopped child, and later a family with children, goes to a DIF shelter, not to a station.

    There the door is more open: children leave for relatives or go on, some are returned. The
    shares are dated rows of the outcome table; this policy is their switch. Two registers count
    the same child, and one office denies having figures (S4-p14-b, S4-p15-a to S4-p15-c).
    """


def _factors(scope: Scope, when: dict[str, Any], factor: float) -> Iterable[Effect]:
    yield OutcomeFactor(
        stay="stopped",
        transition="channelled_to_dif",
        cohorts=scope.cohorts,
        regions=scope.regions,
        factor=factor,
        **when,
    )


def effects(_spec: ChildCustody, scope: Scope) -> list[Effect]:
    """Nobody is channelled outside the dates; the table's shares times the scale inside."""
    return gate(scope, lambda when, factor: _factors(scope, when, factor))


def absence(_spec: ChildCustody, scope: Scope) -> list[Effect]:
    """Children are held in migration stations."""
    return shut(scope, lambda when, factor: _factors(scope, when, factor))


INSTRUMENT = Instrument(
    id="child_custody",
    title="Custody of children by DIF",
    codes=("I33",),
    spec=ChildCustody,
    effects=effects,
    absence=absence,
    claims=("S4-p14-b", "S4-p15-a", "S4-p15-b", "S4-p15-c"),
)
