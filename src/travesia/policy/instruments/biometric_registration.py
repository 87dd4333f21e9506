"""Biometric registration, and the match at a later stop."""

from __future__ import annotations

from travesia.policy.effects import Effect, RegisterQuery
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class BiometricRegistration(Spec):
    """Fingers, iris and face are taken once and compared at later stops.

    Whoever takes a visitor card at a formal crossing, or is held in a migration station, is
    enrolled (a flag of the synthetic person). When officers can query the register, an enrolled
    person who is stopped without valid papers is found with chance ``match`` and taken to a
    station, where another would have been let go, paid a bribe or fled
    (S0-p09-e, S0-p09-f, S0-p11-a to S0-p11-e).
    """

    match: Quantity = quantity(
        "probability", "chance that an enrolled person is queried and found at a stop", high=1.0
    )


def effects(spec: BiometricRegistration, scope: Scope) -> list[Effect]:
    """Enrolled people who are stopped are found."""
    return [
        RegisterQuery(
            stay="stopped",
            cohorts=scope.foreigners(),
            regions=scope.regions,
            probability=scope.share(spec.match),
            **scope.when,
        )
    ]


INSTRUMENT = Instrument(
    id="biometric_registration",
    title="Biometric registration and matching",
    codes=("I4",),
    spec=BiometricRegistration,
    effects=effects,
    claims=("S0-p09-e", "S0-p09-f", "S0-p11-a", "S0-p11-c", "S0-p11-d", "S0-p11-e"),
)
