"""US family detention and fast-track removal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from travesia.policy.effects import Effect, OutcomeFactor
from travesia.policy.instruments.base import Instrument, Scope, Spec, gate, shut


class FamilyDetention(Spec):
    """Mothers with children are held in a centre and put on a fast track to removal.

    The shares held are dated rows of the outcome table, the beds are facilities; this policy is
    the switch. Without it families are released with a case (S1-p18-a, S1-p18-b, S1-p18-e).
    """


def _factors(scope: Scope, when: dict[str, Any], factor: float) -> Iterable[Effect]:
    yield OutcomeFactor(
        stay="us_custody",
        transition="family_detained",
        cohorts=scope.cohorts,
        regions=scope.regions,
        factor=factor,
        **when,
    )


def effects(_spec: FamilyDetention, scope: Scope) -> list[Effect]:
    """No family is held outside the dates; the table's shares times the scale inside."""
    return gate(scope, lambda when, factor: _factors(scope, when, factor))


def absence(_spec: FamilyDetention, scope: Scope) -> list[Effect]:
    """No family is held."""
    return shut(scope, lambda when, factor: _factors(scope, when, factor))


INSTRUMENT = Instrument(
    id="family_detention",
    title="US family detention",
    codes=("I26",),
    spec=FamilyDetention,
    effects=effects,
    absence=absence,
    claims=("S1-p18-a", "S1-p18-b", "S1-p18-d", "S1-p18-e"),
)
