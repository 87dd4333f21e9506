"""Police who take complaints instead of bribes."""

from __future__ import annotations

from travesia.policy.effects import Effect, Label, OutcomeFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class Complaints(Spec):
    """Complaints are recorded and prosecuted: fewer bribes and handovers, more crime on record.

    In the articles they are refused, so that recorded crime is far below true crime (S4-p20-c,
    S4-p20-d, S4-p22-a).
    """

    bribe_factor: Quantity = quantity("factor", "factor on bribes and handovers at stops")


def effects(spec: Complaints, scope: Scope) -> list[Effect]:
    """Fewer bribes, and robberies that enter the record."""
    out: list[Effect] = [
        OutcomeFactor(
            stay="stopped",
            transition=transition,
            cohorts=scope.cohorts,
            regions=scope.regions,
            factor=scope.factor(spec.bribe_factor),
            **scope.when,
        )
        for transition in ("extorted_let_go", "handed_to_criminals")
        if transition in scope.names.transitions
    ]
    out.extend(
        Label(transition=transition, recorded="complaint recorded", **scope.when)
        for transition in ("robbed", "extorted", "kidnapped")
        if transition in scope.names.transitions
    )
    return out


INSTRUMENT = Instrument(
    id="complaints",
    title="Complaints and bribery",
    codes=(),
    spec=Complaints,
    effects=effects,
    claims=("S4-p20-c", "S4-p20-d", "S4-p22-a"),
)
