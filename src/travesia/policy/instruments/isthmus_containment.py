"""Containment at the isthmus."""

from __future__ import annotations

from travesia.policy.effects import ActionFactor, Effect, HazardFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class IsthmusContainment(Spec):
    """Posts across the narrowest land: without papers a person does not get past the south.

    Each passage in the regions of the isthmus carries a higher chance of a stop, from which
    papers protect; in the towns of the south more people get stuck without money or a way on
    (S3-p14-a, S3-p14-c, S2-p06-a, S2-p12-a).
    """

    stop_factor: Quantity = quantity("factor", "factor on stops in the regions of the isthmus")
    stranded_factor: Quantity = quantity("factor", "factor on becoming stranded in the south")


def effects(spec: IsthmusContainment, scope: Scope) -> list[Effect]:
    """More stops at the isthmus, more stranded people south of it."""
    out: list[Effect] = []
    causes = scope.names.stops_by("INM", "GUARD")
    legs = scope.leg_ids()
    if causes and legs and spec.stop_factor.value != 1.0:
        factor = scope.factor(spec.stop_factor)
        out.append(HazardFactor(causes=causes, legs=legs, factor=factor, **scope.when))
    south = tuple(sorted(i for i, p in scope.names.places.items() if "south" in p.zones))
    if south:
        out.append(
            ActionFactor(
                transition="become_stranded",
                places=south,
                cohorts=scope.foreigners(),
                factor=scope.factor(spec.stranded_factor),
                **scope.when,
            )
        )
    return out


INSTRUMENT = Instrument(
    id="isthmus_containment",
    title="Isthmus containment",
    codes=("I14",),
    spec=IsthmusContainment,
    effects=effects,
    claims=("S3-p14-a", "S3-p14-b", "S3-p14-c", "S2-p06-a", "S2-p12-a"),
)
