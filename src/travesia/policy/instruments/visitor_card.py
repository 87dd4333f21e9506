"""The visitor card of the southern states."""

from __future__ import annotations

from travesia.policy.effects import ActionSet, Effect, PapersRule
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class VisitorCard(Spec):
    """Enrolled at a formal crossing, a person may travel in the southern states for some days.

    While the card is valid a stop seldom leads to custody; beyond its zone or its last day the
    person is deportable again. Official texts give four states and 72 hours (seven days from May
    2017), the article 100 kilometres and 72 hours (S0-p10-a, S0-p10-b, S0-p10-c).
    """

    take_up: Quantity = quantity("probability", "chance of taking the card per crossing", high=1.0)
    max_days: Quantity = quantity("days", "days for which the card is valid", low=0.0, high=365.0)


def effects(spec: VisitorCard, scope: Scope) -> list[Effect]:
    """Cards at the formal crossings, valid for some days."""
    places = scope.names.places_of("formal_crossing")
    if not places:
        return []
    return [
        ActionSet(
            transition="enrol_visitor_card",
            places=places,
            cohorts=scope.cohorts,
            probability=scope.share(spec.take_up),
            **scope.when,
        ),
        PapersRule(paper="visitor_card", max_days=spec.max_days.value, **scope.when),
    ]


INSTRUMENT = Instrument(
    id="visitor_card",
    title="Visitor card of the southern states",
    codes=("I5",),
    spec=VisitorCard,
    effects=effects,
    claims=("S0-p09-d", "S0-p10-a", "S0-p10-b", "S0-p10-c"),
)
