"""Beds in shelters: aid."""

from __future__ import annotations

from travesia.policy.effects import Capacity, Effect, OutcomeFactor
from travesia.policy.instruments.base import (
    Instrument,
    Quantity,
    Scope,
    Spec,
    optional,
    quantity,
)


class ShelterPlaces(Spec):
    """More beds in the shelters of a region: fewer people rest in the open or live in tents.

    Beds are added to each shelter of the named places or regions in equal parts. People who wait
    in camps sleep in beds, too, where ``camp_illness`` is given: fewer of them fall ill (S4-p33-a,
    S4-p33-b, S4-p16-b, S3-p14-d).
    """

    places: Quantity = quantity("places", "beds added in all")
    camp_illness: Quantity | None = optional("factor", "factor on falling ill in a camp")


def effects(spec: ShelterPlaces, scope: Scope) -> list[Effect]:
    """Beds added to shelters, and less illness in camps."""
    out: list[Effect] = []
    shelters = scope.facility_ids("shelter")
    if shelters:
        value = scope.add(spec.places) / len(shelters)
        out.append(Capacity(facilities=shelters, op="add", value=value, **scope.when))
    if spec.camp_illness is not None:
        factor = scope.factor(spec.camp_illness)
        out.append(
            OutcomeFactor(
                stay="border_camp",
                transition="camp_falls_ill",
                cohorts=scope.cohorts,
                regions=scope.regions,
                factor=factor,
                **scope.when,
            )
        )
    return out


INSTRUMENT = Instrument(
    id="shelter_places",
    title="Shelter places",
    codes=(),
    spec=ShelterPlaces,
    effects=effects,
    claims=("S4-p33-a", "S4-p33-b", "S4-p16-b", "S3-p14-d"),
)
