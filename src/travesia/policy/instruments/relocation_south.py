"""Forced relocation of people to the south of Mexico."""

from __future__ import annotations

from travesia.policy.effects import Effect, OutcomeSet
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class RelocationSouth(Spec):
    """A person held in the north or centre is driven back to Chiapas or Tabasco and let go.

    The route begins again: more days, more cost, more exposure to crime (S2-p05-c).
    """

    share: Quantity = quantity("probability", "share of those held who are moved south", high=1.0)


def effects(spec: RelocationSouth, scope: Scope) -> list[Effect]:
    """Sets the share of those held who are moved south."""
    return [
        OutcomeSet(
            stay="mx_detention",
            transition="relocated_south",
            cohorts=scope.cohorts or scope.foreigners(),
            regions=scope.regions,
            probability=scope.share(spec.share),
            **scope.when,
        )
    ]


INSTRUMENT = Instrument(
    id="relocation_south",
    title="Forced relocation south",
    codes=("I17",),
    spec=RelocationSouth,
    effects=effects,
    claims=("S2-p05-c",),
)
