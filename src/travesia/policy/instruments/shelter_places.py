"""Beds in shelters: aid."""

from __future__ import annotations

from travesia.policy.effects import Capacity, Effect
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class ShelterPlaces(Spec):
    """More beds in the shelters of a region: fewer people rest in the open or live in tents.

    Beds are added to each shelter of the named places or regions in equal parts (S4-p33-a,
    S4-p33-b, S3-p14-d).
    """

    places: Quantity = quantity("places", "beds added in all")


def effects(spec: ShelterPlaces, scope: Scope) -> list[Effect]:
    """Beds added to shelters."""
    shelters = scope.facility_ids("shelter")
    if not shelters:
        return []
    value = scope.add(spec.places) / len(shelters)
    return [Capacity(facilities=shelters, op="add", value=value, **scope.when)]


INSTRUMENT = Instrument(
    id="shelter_places",
    title="Shelter places",
    codes=(),
    spec=ShelterPlaces,
    effects=effects,
    claims=("S4-p33-a", "S4-p33-b", "S3-p14-d"),
)
