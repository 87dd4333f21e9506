"""No bus without papers."""

from __future__ import annotations

from travesia.policy.effects import ActionFactor, Effect, LegUtility
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class TransportBar(Spec):
    """Bus companies must refuse passengers without papers; without a permit there is no wage.

    Foreigners ride buses less and walk, take trains or lorries more; more of them get stuck in
    the south (S2-p12-c, S2-p12-d).
    """

    bus_delta: Quantity = quantity(
        "utility", "added utility of buses for foreigners (negative: avoided)", low=-50.0, high=0.0
    )
    stranded_factor: Quantity = quantity("factor", "factor on becoming stranded in the south")


def effects(spec: TransportBar, scope: Scope) -> list[Effect]:
    """Makes buses unattractive and strandings more frequent."""
    out: list[Effect] = []
    legs = scope.leg_ids("bus", test=lambda leg: leg.region.startswith("MX-"))
    who = scope.foreigners()
    if legs and who:
        delta = scope.add(spec.bus_delta)
        out.append(LegUtility(legs=legs, cohorts=who, delta=delta, **scope.when))
    south = tuple(sorted(i for i, p in scope.names.places.items() if "south" in p.zones))
    if south and spec.stranded_factor.value != 1.0:
        out.append(
            ActionFactor(
                transition="become_stranded",
                places=south,
                cohorts=who,
                factor=scope.factor(spec.stranded_factor),
                **scope.when,
            )
        )
    return out


INSTRUMENT = Instrument(
    id="transport_bar",
    title="Transport and work bar",
    codes=("I16",),
    spec=TransportBar,
    effects=effects,
    claims=("S2-p12-c", "S2-p12-d"),
)
