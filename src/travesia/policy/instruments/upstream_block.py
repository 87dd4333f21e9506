"""Guatemalan forces that break up columns before Mexico."""

from __future__ import annotations

from travesia.policy.effects import Effect, HazardFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class UpstreamBlock(Spec):
    """Soldiers and police close the road in Guatemala and bus people back to Honduras.

    While it lasts, a person on the way through Guatemala is stopped far more often and returned
    to the border of origin; many set out again (S4-p24-b, S4-p24-c, S4-p25-a, S4-p27-a).
    """

    stop_factor: Quantity = quantity("factor", "factor on stops in Guatemala")


def effects(spec: UpstreamBlock, scope: Scope) -> list[Effect]:
    """A factor on stops by Guatemalan forces."""
    causes = scope.names.stops_by("GTM")
    legs = scope.leg_ids(test=lambda leg: leg.region[:2] == "GT")
    if not causes or not legs:
        return []
    factor = scope.factor(spec.stop_factor)
    return [HazardFactor(causes=causes, legs=legs, factor=factor, **scope.when)]


INSTRUMENT = Instrument(
    id="upstream_block",
    title="Upstream block in Guatemala",
    codes=("I24",),
    spec=UpstreamBlock,
    effects=effects,
    claims=("S4-p24-b", "S4-p24-c", "S4-p25-a", "S4-p27-a", "S4-p27-b"),
)
