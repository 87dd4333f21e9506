"""Mexico agrees to take expelled people of further nationalities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from travesia.policy.effects import Effect, OutcomeFactor
from travesia.policy.instruments.base import (
    Instrument,
    Quantity,
    Scope,
    Spec,
    inside,
    quantity,
    taken_out,
)


class ExpulsionAgreement(Spec):
    """Mexico takes people of a nationality whom the United States could not expel before.

    The observed shares of expulsion contain the agreement. Without it, only ``without`` times as
    many would be expelled to Mexico and the others released; scaling moves between the two
    (S4-p13-a, S4-p18-a).
    """

    without: Quantity = quantity("factor", "expulsions without the agreement, relative", high=1.0)


def _factors(scope: Scope, when: dict[str, Any], factor: float) -> Iterable[Effect]:
    yield OutcomeFactor(
        stay="us_custody",
        transition="expelled_to_mexico",
        cohorts=scope.cohorts,
        regions=scope.regions,
        factor=factor,
        **when,
    )


def effects(spec: ExpulsionAgreement, scope: Scope) -> list[Effect]:
    """The observed shares at scale 1, fewer below it."""
    return inside(scope, spec.without, lambda when, factor: _factors(scope, when, factor))


def absence(spec: ExpulsionAgreement, scope: Scope) -> list[Effect]:
    """The shares without the agreement."""
    return taken_out(scope, spec.without, lambda when, factor: _factors(scope, when, factor))


INSTRUMENT = Instrument(
    id="expulsion_agreement",
    title="Agreement on the expelled of further nationalities",
    codes=("I19", "I30"),
    spec=ExpulsionAgreement,
    effects=effects,
    absence=absence,
    claims=("S4-p13-a", "S4-p18-a"),
)
