"""Transit forms: a few weeks to leave the country by any border."""

from __future__ import annotations

from travesia.policy.effects import ActionSet, Capacity, Effect, OutcomeSet, PapersRule
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class TransitForms(Spec):
    """An office hands out forms that allow a bus to the north.

    A person who arrives waits some days in line, then travels in the open for as long as the form
    lasts: fewer walk, fewer are stopped, and the stranded stock of the south moves (S2-p05-d,
    S2-p12-c, S2-p14-a, S2-p17-b).
    """

    per_day: Quantity = quantity("cases/day", "forms per day at the named offices together")
    join: Quantity = quantity("probability", "chance of joining the line on arrival", high=1.0)
    max_days: Quantity = quantity("days", "days for which the form is valid", high=365.0)


def effects(spec: TransitForms, scope: Scope) -> list[Effect]:
    """Cases per day at the offices, the line, and the form that comes out of it."""
    offices = scope.facility_ids("visa_office")
    if not offices:
        return []
    facilities = scope.names.facilities
    places = tuple(sorted({facilities[f].place for f in offices}))
    regions = tuple(sorted({facilities[f].region for f in offices}))
    per_day = scope.add(spec.per_day) / len(offices)
    return [
        Capacity(facilities=offices, op="set", value=per_day, **scope.when),
        ActionSet(
            transition="join_visa_queue",
            places=places,
            cohorts=scope.cohorts or scope.foreigners(),
            probability=scope.share(spec.join),
            **scope.when,
        ),
        OutcomeSet(
            stay="visa_issue",
            transition="transit_form_issued",
            regions=regions,
            probability=0.97,
            **{**scope.when, "ramp_days": 0},
        ),
        PapersRule(paper="transit_form", max_days=spec.max_days.value, **scope.when),
    ]


INSTRUMENT = Instrument(
    id="transit_forms",
    title="Transit forms and exit passes",
    codes=("I13", "I15"),
    spec=TransitForms,
    effects=effects,
    claims=("S2-p05-d", "S2-p12-c", "S2-p14-a", "S2-p17-b"),
)
