"""Raids on caravans."""

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

CARAVAN = "caravan"


class CaravanRaid(Spec):
    """Officers wait for a column to rest and strike its tail; a few hundred are seized.

    On the days of the raid people who walk on the road of the region are stopped far more often,
    and many of those stopped scatter into the hills and lose their group. Of a caravan in the
    region the tail is struck while it rests: part of it is seized, the others flee and go on
    alone (S3-p02-a, S3-p02-b, S3-p04-b, S3-p04-c, S3-p05-b, S3-p07-a).
    """

    stop_factor: Quantity = quantity("factor", "factor on stops of people walking on the road")
    scattered: Quantity = quantity("probability", "share of the stopped who scatter", high=1.0)
    struck: Quantity | None = optional("share", "share of a caravan that is struck", high=1.0)
    seized: Quantity | None = optional("share", "share of those struck who are seized", high=1.0)


def effects(spec: CaravanRaid, scope: Scope) -> list[Effect]:
    """More stops on foot, more scattering."""
    legs = scope.leg_ids("walk_road")
    causes = scope.names.stops_by("INM", "GUARD")
    if not legs or not causes:
        return []
    regions = tuple(sorted({scope.names.legs[leg].region for leg in legs}))
    factor = scope.factor(spec.stop_factor)
    tail: list[Effect] = []
    if CARAVAN in scope.names.stays and spec.struck is not None and spec.seized is not None:
        seized = scope.share(spec.seized)
        chances = {"seized_in_raid": seized, "scattered_from_raid": 1.0 - seized}
        tail = [
            OutcomeSet(stay=CARAVAN, transition=t, regions=regions, probability=p, **scope.when)
            for t, p in chances.items()
        ]
        struck = scope.share(spec.struck)
        tail.append(Recall(stay=CARAVAN, regions=regions, share=struck, **scope.when))
    return [
        *tail,
        HazardFactor(causes=causes, legs=legs, factor=factor, **scope.when),
        OutcomeSet(
            stay="stopped",
            transition="scattered",
            cohorts=scope.foreigners(),
            regions=regions,
            probability=scope.share(spec.scattered),
            **scope.when,
        ),
    ]


INSTRUMENT = Instrument(
    id="caravan_raid",
    title="Caravan raid",
    codes=("I11",),
    spec=CaravanRaid,
    effects=effects,
    claims=("S3-p02-a", "S3-p02-b", "S3-p04-b", "S3-p04-c", "S3-p05-b", "S3-p07-a"),
)
