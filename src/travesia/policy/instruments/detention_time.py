"""Legal limits on how long people are held."""

from __future__ import annotations

from travesia.policy.effects import Effect, StayClock
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity

STAYS = ("mx_detention", "us_family_detention")


class DetentionTime(Spec):
    """A court or a law limits the days for which a person may be held.

    Shorter custody frees beds; whether the person is released or returned is decided as before.
    ``mexico`` and ``us_families`` are factors on the median days held (S1-p18-d).
    """

    mexico: Quantity = quantity("factor", "factor on days in Mexican migration stations")
    us_families: Quantity = quantity("factor", "factor on days in US family detention")


def effects(spec: DetentionTime, scope: Scope) -> list[Effect]:
    """Factors on the clocks of custody."""
    return [
        StayClock(stay=stay, factor=scope.factor(number), **scope.when)
        for stay, number in zip(STAYS, (spec.mexico, spec.us_families), strict=True)
        if number.value != 1.0
    ]


INSTRUMENT = Instrument(
    id="detention_time",
    title="Limits on detention",
    codes=("I9", "I26"),
    spec=DetentionTime,
    effects=effects,
    claims=("S1-p18-d",),
)
