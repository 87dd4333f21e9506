"""Aircraft over the southern boundary."""

from __future__ import annotations

from travesia.policy.effects import Effect, HazardFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class AerialSurveillance(Spec):
    """Aircraft see groups between the crossings and call patrols.

    A person on a jungle track or a raft is stopped more often; on roads and trains nothing
    changes (S0-p12-a).
    """

    factor: Quantity = quantity("factor", "factor on stops on tracks and rivers")


def effects(spec: AerialSurveillance, scope: Scope) -> list[Effect]:
    """A factor on stops on tracks and rivers."""
    causes = scope.names.stops_by("INM", "GUARD")
    legs = scope.leg_ids("walk_track", "boat_raft")
    if not legs or not causes:
        return []
    factor = scope.factor(spec.factor)
    return [HazardFactor(causes=causes, legs=legs, factor=factor, **scope.when)]


INSTRUMENT = Instrument(
    id="aerial_surveillance",
    title="Aerial surveillance",
    codes=("I3",),
    spec=AerialSurveillance,
    effects=effects,
    claims=("S0-p12-a",),
)
