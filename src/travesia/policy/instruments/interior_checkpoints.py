"""Checkpoints on roads and railways of the interior."""

from __future__ import annotations

from travesia.policy.effects import Effect, HazardFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity

ROAD_MODES = ("bus", "guided_vehicle", "goods_truck")
TRACK_MODES = ("walk_track",)


class InteriorCheckpoints(Spec):
    """Posts on the road stop vehicles and ask for papers.

    A person in a bus, car or truck is stopped more often (``road_factor``); officers who stand
    on the road are missing in the bush, so that those who walk round the posts are stopped less
    (``track_factor``), in more dangerous country (S0-p07-c, S4-p31-a to S4-p31-c, S4-p30-g,
    S2-p05-b).
    """

    road_factor: Quantity = quantity("factor", "factor on the stop rates in road vehicles")
    track_factor: Quantity = quantity("factor", "factor on the stop rates on foot off the road")


def effects(spec: InteriorCheckpoints, scope: Scope) -> list[Effect]:
    """Moves stops from tracks to roads."""
    causes = scope.names.stops_by("INM", "GUARD")
    out: list[Effect] = []
    for modes, number in ((ROAD_MODES, spec.road_factor), (TRACK_MODES, spec.track_factor)):
        legs = scope.leg_ids(*modes)
        if legs and causes:
            factor = scope.factor(number)
            out.append(HazardFactor(causes=causes, legs=legs, factor=factor, **scope.when))
    return out


INSTRUMENT = Instrument(
    id="interior_checkpoints",
    title="Interior checkpoints",
    codes=("I6",),
    spec=InteriorCheckpoints,
    effects=effects,
    claims=("S0-p07-c", "S4-p31-a", "S4-p31-b", "S4-p31-c", "S4-p30-g", "S2-p05-b"),
)
