"""Legal pathways from abroad."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from travesia.policy.effects import Demand, Effect
from travesia.policy.instruments.base import (
    Instrument,
    Quantity,
    Scope,
    Spec,
    inside,
    quantity,
    taken_out,
)


class LegalPathway(Spec):
    """People with a sponsor or a case may fly in, and do not take the road.

    Observed departures already contain those who did not set out; ``without`` says by what factor
    departures by land would be higher without the pathway. An income or sponsor test keeps it
    from the poorest (S2-p16-a, S2-p16-b).
    """

    without: Quantity = quantity("factor", "departures without the pathway, relative to observed")


def _demand(scope: Scope, when: dict[str, Any], factor: float) -> Iterable[Effect]:
    yield Demand(cohorts=scope.cohorts, factor=factor, **when)


def effects(spec: LegalPathway, scope: Scope) -> list[Effect]:
    """Departures as observed at scale 1, more of them below it."""
    return inside(scope, spec.without, lambda when, factor: _demand(scope, when, factor))


def absence(spec: LegalPathway, scope: Scope) -> list[Effect]:
    """Departures as they would have been without the pathway."""
    return taken_out(scope, spec.without, lambda when, factor: _demand(scope, when, factor))


INSTRUMENT = Instrument(
    id="legal_pathway",
    title="Legal pathways",
    codes=("I30",),
    spec=LegalPathway,
    effects=effects,
    absence=absence,
    claims=("S2-p16-a", "S2-p16-b"),
)
