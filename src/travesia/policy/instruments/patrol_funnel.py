"""Patrols that push crossers of the southern boundary to the formal crossings."""

from __future__ import annotations

from collections.abc import Callable

from travesia.policy.effects import Effect, HazardFactor, Ids, LegUtility
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity
from travesia.policy.names import LegInfo


class PatrolFunnel(Spec):
    """Patrols, river bases and terrain make the informal crossings harder than the formal ones.

    A person who crosses at one of the 370 informal points is stopped more often and finds the
    way less attractive; at the 11 formal crossings stops are fewer, but the person is seen and
    registered (S0-p07-d, S0-p09-a, S0-p09-c, S0-p09-d).
    """

    informal_factor: Quantity = quantity("factor", "factor on stops at informal crossings")
    formal_factor: Quantity = quantity("factor", "factor on stops at formal crossings")
    informal_delta: Quantity = quantity(
        "utility", "added utility of informal crossings (negative: avoided)", low=-20.0, high=20.0
    )


def _touching(places: Ids) -> Callable[[LegInfo], bool]:
    """Whether a travelled leg begins or ends at one of the places."""
    return lambda leg: leg.role == "travel" and (leg.origin in places or leg.to in places)


def effects(spec: PatrolFunnel, scope: Scope) -> list[Effect]:
    """Acts on all legs that begin or end at a crossing of the southern boundary."""
    causes = scope.names.stops_by("INM", "GUARD")
    out: list[Effect] = []
    for kind, number in (
        ("border_zone", spec.informal_factor),
        ("formal_crossing", spec.formal_factor),
    ):
        legs = scope.leg_ids(test=_touching(scope.names.places_of(kind)))
        if not legs:
            continue
        if causes:
            factor = scope.factor(number)
            out.append(HazardFactor(causes=causes, legs=legs, factor=factor, **scope.when))
        if kind == "border_zone":
            delta = scope.add(spec.informal_delta)
            out.append(LegUtility(legs=legs, delta=delta, **scope.when))
    return out


INSTRUMENT = Instrument(
    id="patrol_funnel",
    title="Patrol funnel at the southern boundary",
    codes=("I1",),
    spec=PatrolFunnel,
    effects=effects,
    claims=("S0-p07-d", "S0-p09-a", "S0-p09-c", "S0-p09-d"),
)
