"""Faster freight trains."""

from __future__ import annotations

from travesia.policy.effects import Boarding, Effect
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class TrainSpeed(Spec):
    """A faster train is harder to climb onto while it moves.

    The chance of boarding falls with the running speed along a logistic curve; who fails stays
    at the yard or takes another mode. The article reports 80 million dollars for it; no source
    shows that trains ran faster (S0-p07-a, S0-p07-b).
    """

    speed_kmh: Quantity = quantity("km/h", "running speed at boarding", low=1.0, high=120.0)
    base_kmh: Quantity = quantity("km/h", "speed without the policy", low=1.0, high=120.0)


def effects(spec: TrainSpeed, scope: Scope) -> list[Effect]:
    """Sets the running speed; the scale moves it between the base and the new speed."""
    legs = scope.leg_ids("freight_train")
    if not legs:
        return []
    gain = spec.speed_kmh.value - spec.base_kmh.value
    speed = max(1.0, spec.base_kmh.value + gain * scope.scale)
    return [Boarding(legs=legs, speed_kmh=speed, **scope.when)]


INSTRUMENT = Instrument(
    id="train_speed",
    title="Train speed-up",
    codes=("I8",),
    spec=TrainSpeed,
    effects=effects,
    claims=("S0-p07-a", "S0-p07-b"),
)
