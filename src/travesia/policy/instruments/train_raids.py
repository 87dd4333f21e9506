"""Raids on freight trains."""

from __future__ import annotations

from travesia.policy.effects import Boarding, Effect, HazardFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class TrainRaids(Spec):
    """Officers pull riders off the trains and guard the yards.

    A rider is stopped more often on the train (``stop_factor``), and boarding at a yard is
    prevented more often (``guard_add``). Those who hear of it look for another way: riders per
    train fell from hundreds to dozens while walking through the jungle rose (S0-p06-a, S0-p06-d
    to S0-p06-h).
    """

    stop_factor: Quantity = quantity("factor", "factor on the stop rates on freight trains")
    guard_add: Quantity = quantity(
        "probability", "added chance that boarding is prevented by guards", high=1.0
    )


def effects(spec: TrainRaids, scope: Scope) -> list[Effect]:
    """Stops on train legs and guards at their yards."""
    legs = scope.leg_ids("freight_train")
    causes = scope.names.stops_by("INM", "GUARD")
    if not legs:
        return []
    out: list[Effect] = [Boarding(legs=legs, guard_add=scope.share(spec.guard_add), **scope.when)]
    if causes:
        factor = scope.factor(spec.stop_factor)
        out.append(HazardFactor(causes=causes, legs=legs, factor=factor, **scope.when))
    return out


INSTRUMENT = Instrument(
    id="train_raids",
    title="Train raids",
    codes=("I7",),
    spec=TrainRaids,
    effects=effects,
    claims=("S0-p06-a", "S0-p06-b", "S0-p06-d", "S0-p06-e", "S0-p06-f", "S0-p06-g", "S0-p06-h"),
)
