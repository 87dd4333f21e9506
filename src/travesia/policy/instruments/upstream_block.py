"""Guatemalan forces that break up columns before Mexico."""

from __future__ import annotations

from travesia.policy.effects import Effect, HazardFactor, OutcomeSet, Recall
from travesia.policy.instruments.base import (
    Instrument,
    Quantity,
    Scope,
    Spec,
    optional,
    quantity,
)

CARAVAN, GUATEMALA = "caravan", "GTM"


class UpstreamBlock(Spec):
    """Soldiers and police close the road in Guatemala and bus people back to Honduras.

    While it lasts, a person on the way through Guatemala is stopped far more often and returned
    to the border of origin; many set out again. A caravan that is there is broken up: those
    struck are sent back (S4-p24-b, S4-p24-c, S4-p25-a, S4-p27-a).
    """

    stop_factor: Quantity = quantity("factor", "factor on stops in Guatemala")
    struck: Quantity | None = optional("share", "share of a caravan that is sent back", high=1.0)


def effects(spec: UpstreamBlock, scope: Scope) -> list[Effect]:
    """A factor on stops by Guatemalan forces."""
    causes = scope.names.stops_by("GTM")
    legs = scope.leg_ids(test=lambda leg: leg.region[:2] == "GT")
    if not causes or not legs:
        return []
    factor = scope.factor(spec.stop_factor)
    out: list[Effect] = [HazardFactor(causes=causes, legs=legs, factor=factor, **scope.when)]
    if CARAVAN in scope.names.stays and spec.struck is not None:
        out.append(
            OutcomeSet(
                stay=CARAVAN,
                transition="turned_back_in_guatemala",
                regions=(GUATEMALA,),
                probability=1.0,
                **scope.when,
            )
        )
        share = scope.share(spec.struck)
        out.append(Recall(stay=CARAVAN, regions=(GUATEMALA,), share=share, **scope.when))
    return out


INSTRUMENT = Instrument(
    id="upstream_block",
    title="Upstream block in Guatemala",
    codes=("I24",),
    spec=UpstreamBlock,
    effects=effects,
    claims=("S4-p24-b", "S4-p24-c", "S4-p25-a", "S4-p27-a", "S4-p27-b"),
)
