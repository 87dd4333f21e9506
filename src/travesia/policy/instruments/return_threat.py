"""Threats of delay and jail made to people who were sent back."""

from __future__ import annotations

from travesia.policy.effects import Effect, OutcomeFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class ReturnThreat(Spec):
    """People sent back are told of months without transport and of jail if they return.

    Fewer try again and more go home, in debt, whether or not the threat is true (S4-p09-b to
    S4-p09-d, S4-p11-a, S4-p11-b).
    """

    retry_factor: Quantity = quantity("factor", "factor on trying again after an expulsion")
    give_up_factor: Quantity = quantity("factor", "factor on giving up in a camp or shelter")


def effects(spec: ReturnThreat, scope: Scope) -> list[Effect]:
    """Fewer new attempts, more returns by choice."""
    return [
        OutcomeFactor(
            stay=stay,
            transition=transition,
            cohorts=scope.cohorts,
            regions=scope.regions,
            factor=scope.factor(number),
            **scope.when,
        )
        for stay, transition, number in (
            ("expelled", "retry", spec.retry_factor),
            ("border_camp", "camp_gives_up", spec.give_up_factor),
            ("border_shelter", "shelter_gives_up", spec.give_up_factor),
        )
        if transition in scope.names.transitions
    ]


INSTRUMENT = Instrument(
    id="return_threat",
    title="Delay and jail threat",
    codes=("I21",),
    spec=ReturnThreat,
    effects=effects,
    claims=("S4-p09-b", "S4-p09-c", "S4-p09-d", "S4-p11-a", "S4-p11-b"),
)
