"""Several monitoring lines behind the southern boundary."""

from __future__ import annotations

from travesia.policy.effects import Effect, HazardFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class LayeredBelt(Spec):
    """Lines of posts one behind the other: within the belt a person is checked again and again.

    The chance of a stop on each passage inside the belt is that of ``lines`` independent checks
    instead of one, each reaching only a part of the passages (``reach``), so that the factor is
    ``1 + (lines - 1) * reach`` (S0-p09-b).
    """

    lines: Quantity = quantity("1", "number of monitoring lines", low=1.0, high=20.0)
    reach: Quantity = quantity("share", "passages that a further line sees", high=1.0)


def effects(spec: LayeredBelt, scope: Scope) -> list[Effect]:
    """A factor on all stops inside the belt."""
    causes = scope.names.stops_by("INM", "GUARD")
    legs = scope.leg_ids()
    if not legs or not causes:
        return []
    extra = (spec.lines.value - 1.0) * spec.reach.value
    factor = max(0.0, 1.0 + extra * scope.scale)
    return [HazardFactor(causes=causes, legs=legs, factor=factor, **scope.when)]


INSTRUMENT = Instrument(
    id="layered_belt",
    title="Layered monitoring belt",
    codes=("I2",),
    spec=LayeredBelt,
    effects=effects,
    claims=("S0-p09-b",),
)
