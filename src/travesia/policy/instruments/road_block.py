"""Blocks that delay a column on the road."""

from __future__ import annotations

from travesia.policy.effects import Effect, LegTime
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class RoadBlock(Spec):
    """A line of officers holds a column for a time, and then lets it pass (S2-p13-b)."""

    add_days: Quantity = quantity("days", "days added to each walked road leg", high=60.0)


def effects(spec: RoadBlock, scope: Scope) -> list[Effect]:
    """A delay on walked road legs."""
    legs = scope.leg_ids("walk_road")
    if not legs:
        return []
    return [LegTime(legs=legs, add_days=scope.add(spec.add_days), **scope.when)]


INSTRUMENT = Instrument(
    id="road_block",
    title="Caravan road-block",
    codes=("I12",),
    spec=RoadBlock,
    effects=effects,
    claims=("S2-p13-b",),
)
