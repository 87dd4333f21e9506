"""Asylum and visa offices: saturation in Chiapas, or processing in other regions."""

from __future__ import annotations

from travesia.policy.effects import Capacity, Effect
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class OfficeCapacity(Spec):
    """Offices take more or fewer cases a day.

    All cases queue in Chiapas while offices elsewhere have time; a person waits for months, then
    walks on without papers. With other offices open the line is shorter (S2-p12-b, S2-p17-a,
    S2-p17-b).
    """

    factor: Quantity = quantity("factor", "factor on cases per day")


def effects(spec: OfficeCapacity, scope: Scope) -> list[Effect]:
    """A factor on the cases per day of the offices in the named regions or places."""
    offices = scope.facility_ids("asylum_office", "visa_office")
    if not offices:
        return []
    factor = scope.factor(spec.factor)
    return [Capacity(facilities=offices, op="factor", value=factor, **scope.when)]


INSTRUMENT = Instrument(
    id="office_capacity",
    title="Office saturation and regional processing",
    codes=("I15",),
    spec=OfficeCapacity,
    effects=effects,
    claims=("S2-p12-b", "S2-p17-a", "S2-p17-b"),
)
