"""Wages that fall when many look for work."""

from __future__ import annotations

from travesia.policy.effects import ActionFactor, Controller, Effect, OutcomeFactor, StayClock
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class WagePressure(Spec):
    """People held on the way are cheap labour: the more of them work, the less each earns.

    The rule reads how many people work at the places of the policy. Wages begin to fall at
    ``workers`` and reach ``lowest`` of their usual level at ``crowded``. At lower wages fewer take
    work or stay for it, and those who save for the next stage work longer, in proportion
    (S0-p13-c, S0-p13-d, S0-p16-a). No wage was measured: a switch with no claim of calibration.
    """

    workers: Quantity = quantity("people", "people at work at which wages begin to fall")
    crowded: Quantity = quantity("people", "people at work at which wages are lowest")
    lowest: Quantity = quantity("share", "wage at that point, of the usual one", low=0.05, high=1.0)


def effects(spec: WagePressure, scope: Scope) -> list[Effect]:
    """A controller by degrees on taking work, staying for it, and how long it takes."""
    where = set(scope.regions)
    places = tuple(
        sorted(i for i, p in scope.names.places.items() if p.region in where or i in scope.places)
    )
    low = scope.factor(spec.lowest)
    regions = scope.regions
    then: list[Effect] = [
        ActionFactor(transition="take_work", places=places, factor=low, **scope.when)
    ]
    for stay, transition in (("working", "working_settles"), ("stranded", "stranded_works")):
        if stay in scope.names.stays and transition in scope.names.transitions:
            then.append(
                OutcomeFactor(
                    stay=stay, transition=transition, regions=regions, factor=low, **scope.when
                )
            )
    then.append(StayClock(stay="working", regions=regions, factor=1.0 / low, **scope.when))
    return [
        Controller(
            reads="state:working",
            places=places,
            window_days=28,
            threshold=spec.workers.value,
            # Draws from the two ranges may cross.
            full=max(spec.crowded.value, spec.workers.value + 1.0),
            then=tuple(then),
            **scope.when,
        )
    ]


INSTRUMENT = Instrument(
    id="wage_pressure",
    title="Wages where many look for work",
    codes=(),
    spec=WagePressure,
    effects=effects,
    claims=("S0-p13-c", "S0-p13-d", "S0-p16-a"),
    uncalibrated=True,
)
