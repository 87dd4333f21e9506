"""Troops and state forces at the US border."""

from __future__ import annotations

from travesia.policy.effects import Effect, EffortFactor, Signal
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class BorderTroops(Spec):
    """Soldiers watch and string wire; they do not arrest, but they free officers and are seen.

    A person who hides is found a little more often in the sectors named, and those who hear of it
    expect so elsewhere on the way (S3-p12-b, S2-p27-b, S2-p25-a).
    """

    apprehension_factor: Quantity = quantity("factor", "factor on apprehensions of hidden crossers")
    capture_shift: Quantity = quantity(
        "probability", "shift of the believed chance of capture", low=-1.0, high=1.0
    )


def effects(spec: BorderTroops, scope: Scope) -> list[Effect]:
    """More apprehensions, and a belief that capture is likelier."""
    factor = scope.factor(spec.apprehension_factor)
    out: list[Effect] = [
        EffortFactor(agencies=("USBP",), regions=scope.regions, factor=factor, **scope.when)
    ]
    if spec.capture_shift.value != 0.0:
        out.append(
            Signal(
                belief="capture",
                cohorts=scope.cohorts,
                regions=scope.regions,
                shift=max(-1.0, min(1.0, scope.add(spec.capture_shift))),
                **scope.when,
            )
        )
    return out


INSTRUMENT = Instrument(
    id="border_troops",
    title="Troops at the US border",
    codes=("I31",),
    spec=BorderTroops,
    effects=effects,
    claims=("S3-p12-b", "S2-p25-a", "S2-p27-b"),
)
