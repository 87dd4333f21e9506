"""The visitor card of the southern states."""

from __future__ import annotations

from travesia.policy.effects import ActionSet, Effect, PapersRule, PaperValidity
from travesia.policy.instruments.base import Instrument, Number, Scope, Spec, number, optional
from travesia.policy.names import Names
from travesia.units import great_circle_km

CARD = "visitor_card"


class VisitorCard(Spec):
    """Enrolled at a formal crossing, a person may travel in the southern states for some days.

    While the card is valid a stop seldom leads to custody; beyond its zone or its last day the
    person is deportable again. Official texts give four states and 72 hours (seven days from May
    2017), the article 100 kilometres and 72 hours (S0-p10-a, S0-p10-b, S0-p10-c). With ``max_km``
    the zone is a distance from the nearest crossing of the boundary instead of the states.
    """

    take_up: Number = number("probability", "chance of taking the card per crossing", high=1.0)
    max_days: Number = number("days", "days for which the card is valid", low=0.0, high=365.0)
    max_km: Number | None = optional("km", "distance from the boundary up to which it is valid")


def within(names: Names, km: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Places at most ``km`` (great circle) from a crossing of the boundary, and all others.

    The boundary itself, as formal crossings and as zones, counts as inside.
    """
    gates = [names.places[p] for p in names.places_of("formal_crossing", "border_zone")]
    inside = [
        i
        for i, p in names.places.items()
        if any(great_circle_km(p.lat, p.lon, g.lat, g.lon) <= km for g in gates)
    ]
    return tuple(sorted(inside)), tuple(sorted(set(names.places) - set(inside)))


def effects(spec: VisitorCard, scope: Scope) -> list[Effect]:
    """Cards at the formal crossings, valid for some days."""
    places = scope.names.places_of("formal_crossing")
    if not places:
        return []
    out: list[Effect] = [
        ActionSet(
            transition="enrol_visitor_card",
            places=places,
            cohorts=scope.cohorts,
            probability=scope.share(spec.take_up),
            **scope.when,
        ),
        PapersRule(paper=CARD, max_days=spec.max_days.value, **scope.when),
    ]
    if spec.max_km is not None:
        inside, outside = within(scope.names, spec.max_km.value)
        out += [
            PaperValidity(paper=CARD, places=places, valid=valid, **scope.when)
            for places, valid in ((inside, True), (outside, False))
            if places
        ]
    return out


INSTRUMENT = Instrument(
    id="visitor_card",
    title="Visitor card of the southern states",
    codes=("I5",),
    spec=VisitorCard,
    effects=effects,
    claims=("S0-p09-d", "S0-p10-a", "S0-p10-b", "S0-p10-c"),
)
