"""Places in migration stations and seats for returns."""

from __future__ import annotations

from travesia.policy.effects import Capacity, Effect
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class CustodyPlaces(Spec):
    """Mexico has more or fewer beds in migration stations and seats on return buses and flights.

    Where no bed or seat is free the stopped person is let go with an order to leave the country,
    used as a pass to the north: so overload turns into release (S3-p13-a, S3-p13-b, S1-p16-b).
    """

    beds: Quantity = quantity("factor", "factor on places in migration stations")
    seats: Quantity = quantity("factor", "factor on return seats per day")


def effects(spec: CustodyPlaces, scope: Scope) -> list[Effect]:
    """Factors on beds and on return seats."""
    out: list[Effect] = []
    for kind, number in (("detention", spec.beds), ("removal", spec.seats)):
        facilities = scope.facility_ids(kind)
        if facilities and number.value != 1.0:
            factor = scope.factor(number)
            out.append(Capacity(facilities=facilities, op="factor", value=factor, **scope.when))
    return out


INSTRUMENT = Instrument(
    id="custody_places",
    title="Beds and return seats in Mexico",
    codes=("I9",),
    spec=CustodyPlaces,
    effects=effects,
    claims=("S1-p16-b", "S3-p13-a", "S3-p13-b"),
)
