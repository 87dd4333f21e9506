"""Deployment of the National Guard (and, before it, the police) against people on the way."""

from __future__ import annotations

from typing import Any

from travesia.policy.effects import ALWAYS, Effect, EffortFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class NationalGuard(Spec):
    """Soldiers and officers at road exits, on trains and at the rivers stop more people.

    A person is stopped more often by migration officers, who now come with an escort
    (``inm_factor``), and may also be stopped by the Guard itself, which before its deployment
    acts only at the level of the earlier police (``police_before``). Stops of trucks are called
    rescues (S4-p29-a, S4-p30-a to S4-p30-f, S4-p31-a, S2-p13-b, S2-p21-a).
    """

    inm_factor: Quantity = quantity("factor", "factor on the stop rates of migration officers")
    police_before: Quantity = quantity(
        "factor", "police stops before the deployment, relative to the Guard's", high=1.0
    )


def _before(spec: NationalGuard, scope: Scope, end: int | None) -> Effect:
    when: dict[str, Any] = {**scope.when, "start": ALWAYS, "end": end, "ramp_days": 0}
    return EffortFactor(agencies=("GUARD",), factor=spec.police_before.value, **when)


def effects(spec: NationalGuard, scope: Scope) -> list[Effect]:
    """Escorted officers stop more; Guard stops begin."""
    factor = scope.factor(spec.inm_factor)
    out: list[Effect] = [
        EffortFactor(agencies=("INM",), regions=scope.regions, factor=factor, **scope.when),
        _before(spec, scope, scope.start),
    ]
    if scope.scale != 1.0:
        out.append(
            EffortFactor(
                agencies=("GUARD",), regions=scope.regions, factor=scope.scale, **scope.when
            )
        )
    return out


def absence(spec: NationalGuard, scope: Scope) -> list[Effect]:
    """Without the deployment the police go on as before."""
    return [_before(spec, scope, None)]


INSTRUMENT = Instrument(
    id="national_guard",
    title="National Guard deployment",
    codes=("I23",),
    spec=NationalGuard,
    effects=effects,
    absence=absence,
    claims=("S4-p29-a", "S4-p30-a", "S4-p31-a", "S4-p31-b", "S2-p13-b", "S2-p21-a", "S2-p28-b"),
)
