"""Stop effort of migration officers."""

from __future__ import annotations

from travesia.policy.effects import Effect, EffortFactor, HazardFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class EnforcementEffort(Spec):
    """More officers, patrols and posts: each passage carries a higher chance of a stop.

    A person meets the migration agency more often on the legs of the named regions, whatever the
    mode; what follows a stop does not change. The factor multiplies the stop rates of the agency
    on top of the yearly residual effort (S0-p03-a, S0-p07-c, S0-p09-b, S1-p11-a).
    """

    factor: Quantity = quantity("factor", "factor on the stop rates of migration officers")


def effects(spec: EnforcementEffort, scope: Scope) -> list[Effect]:
    """One factor on the effort of the agency, or on its hazards if modes or legs are named."""
    factor = scope.factor(spec.factor)
    if scope.modes or scope.legs or scope.places:
        legs = scope.leg_ids()
        causes = scope.names.stops_by("INM")
        if not legs or not causes:
            return []
        return [HazardFactor(causes=causes, legs=legs, factor=factor, **scope.when)]
    return [EffortFactor(agencies=("INM",), regions=scope.regions, factor=factor, **scope.when)]


INSTRUMENT = Instrument(
    id="enforcement_effort",
    title="Stop effort of migration officers",
    codes=("I2", "I6", "I9"),
    spec=EnforcementEffort,
    effects=effects,
    claims=("S0-p03-a", "S0-p07-c", "S0-p09-b", "S1-p11-a"),
)
