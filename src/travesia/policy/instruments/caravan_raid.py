"""Raids on caravans."""

from __future__ import annotations

from travesia.policy.effects import Effect, HazardFactor, OutcomeSet
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class CaravanRaid(Spec):
    """Officers wait for a column to rest and strike its tail; a few hundred are seized.

    On the days of the raid people who walk on the road of the region are stopped far more often,
    and many of those stopped scatter into the hills and lose their group (S3-p02-a, S3-p02-b,
    S3-p04-b, S3-p04-c, S3-p05-b, S3-p07-a).
    """

    stop_factor: Quantity = quantity("factor", "factor on stops of people walking on the road")
    scattered: Quantity = quantity("probability", "share of the stopped who scatter", high=1.0)


def effects(spec: CaravanRaid, scope: Scope) -> list[Effect]:
    """More stops on foot, more scattering."""
    legs = scope.leg_ids("walk_road")
    causes = scope.names.stops_by("INM", "GUARD")
    if not legs or not causes:
        return []
    regions = tuple(sorted({scope.names.legs[leg].region for leg in legs}))
    factor = scope.factor(spec.stop_factor)
    return [
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
