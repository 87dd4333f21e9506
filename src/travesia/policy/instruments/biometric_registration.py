"""Biometric registration, and the match at a later stop."""

from __future__ import annotations

from travesia.policy.effects import Effect, OutcomeFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity

LENIENT = ("let_go", "extorted_let_go")


class BiometricRegistration(Spec):
    """Fingers, iris and face are taken at the formal crossing and compared at later stops.

    Those who took a visitor card are enrolled (a flag of the synthetic person). When officers can
    query the register, a stopped person is less often let go, since a match shows how long ago
    and where the person entered (``match_factor``). The effect acts on all stopped people in
    proportion to the part that is enrolled (S0-p09-e, S0-p09-f, S0-p11-a to S0-p11-e).
    """

    match_factor: Quantity = quantity("factor", "factor on being let go after a stop", high=1.0)


def effects(spec: BiometricRegistration, scope: Scope) -> list[Effect]:
    """Fewer stopped people are let go."""
    return [
        OutcomeFactor(
            stay="stopped",
            transition=transition,
            cohorts=scope.foreigners(),
            regions=scope.regions,
            factor=scope.factor(spec.match_factor),
            **scope.when,
        )
        for transition in LENIENT
        if transition in scope.names.transitions
    ]


INSTRUMENT = Instrument(
    id="biometric_registration",
    title="Biometric registration and matching",
    codes=("I4",),
    spec=BiometricRegistration,
    effects=effects,
    claims=("S0-p09-e", "S0-p09-f", "S0-p11-a", "S0-p11-c", "S0-p11-d", "S0-p11-e"),
)
