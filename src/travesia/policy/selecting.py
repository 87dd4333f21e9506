"""How a template selects legs, places, people and the rest, for one policy.

A selection is written as one of these: the words ``where`` or ``whom`` (what the policy itself
names, which may be nothing in particular), a list of ids, or rules such as
``{modes: [freight_train], at: [border_zone]}`` that narrow what the policy names. Rules that find
nothing leave the effect out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from travesia.policy.effects import Ids
from travesia.policy.instruments.base import Scope
from travesia.policy.names import LegInfo

Rules = Mapping[str, Any]


def _legs(scope: Scope, rules: Rules) -> Ids:
    """Legs inside the policy's ``where``, by mode, role, kinds of place at an end, and region."""
    at = scope.names.places_of(*rules.get("at", ()))
    start, role = rules.get("region_starts", ""), rules.get("role")

    def wanted(leg: LegInfo) -> bool:
        return (
            ("at" not in rules or leg.origin in at or leg.to in at)
            and (role is None or leg.role == role)
            and leg.region.startswith(start)
            and (not rules.get("leaving") or not scope.places or leg.origin in scope.places)
        )

    return scope.leg_ids(*rules.get("modes", ()), test=wanted)


def _causes(scope: Scope, rules: Rules) -> Ids:
    return scope.names.stops_by(*rules.get("stops_by", ()))


def _facilities(scope: Scope, rules: Rules) -> Ids:
    return scope.facility_ids(*rules.get("kinds", ()))


def _places(scope: Scope, rules: Rules) -> Ids:
    """Places by kind, by zone, or with facilities of some kinds."""
    places, facilities = scope.names.places, scope.names.facilities
    found = set(places)
    if "kinds" in rules:
        found &= set(scope.names.places_of(*rules["kinds"]))
    if "zones" in rules:
        found &= {i for i, p in places.items() if set(p.zones) & set(rules["zones"])}
    if "facilities" in rules:
        found &= {facilities[f].place for f in scope.facility_ids(*rules["facilities"])}
    return tuple(sorted(found))


def _regions(scope: Scope, rules: Rules) -> Ids:
    """Regions of selected legs or facilities."""
    found: set[str] = set()
    if "legs" in rules:
        found |= {scope.names.legs[leg].region for leg in _legs(scope, rules["legs"])}
    if "facilities" in rules:
        chosen = scope.facility_ids(*rules["facilities"])
        found |= {scope.names.facilities[f].region for f in chosen}
    return tuple(sorted(found))


def _cohorts(scope: Scope, rules: Rules) -> Ids:
    """Cohorts of those that the policy names, by nationality and family type."""
    cohorts = scope.names.cohorts
    return tuple(
        c
        for c in scope.cohorts or tuple(sorted(cohorts))
        if cohorts[c].nationality in rules.get("nationalities", (cohorts[c].nationality,))
        and cohorts[c].family_type in rules.get("family_types", (cohorts[c].family_type,))
    )


RULES: Mapping[str, tuple[Callable[[Scope, Rules], Ids], Mapping[str, type]]] = {
    "legs": (_legs, {"modes": list, "at": list, "role": str, "region_starts": str,
                     "leaving": bool}),
    "causes": (_causes, {"stops_by": list}),
    "facilities": (_facilities, {"kinds": list}),
    "places": (_places, {"kinds": list, "zones": list, "facilities": list}),
    "regions": (_regions, {"legs": dict, "facilities": list}),
    "cohorts": (_cohorts, {"nationalities": list, "family_types": list}),
}  # fmt: skip
"""By field of an effect: what follows the rules, and the rules that there are."""

WORDS: Mapping[str, Sequence[str]] = {
    "legs": ("where",), "modes": ("where",), "places": ("where", "where and in regions"),
    "regions": ("where", "where and of places"),
    "cohorts": ("whom", "foreigners", "whom or foreigners"),
}  # fmt: skip
"""By field of an effect: the words that may stand for a selection.

``where`` and ``whom`` are what the policy names: all, if it names nothing. Places ``where and in
regions`` are those of its regions, too; regions ``where and of places`` those of its places.
"""


def by_word(field: str, word: str, scope: Scope) -> Ids | None:
    """What a word selects; empty = all, None = nobody and nothing."""
    if word == "where":
        found: Ids = getattr(scope, field)
        return found
    places = scope.names.places
    if word == "where and in regions":
        inside = (i for i, p in places.items() if p.region in scope.regions or i in scope.places)
        return tuple(sorted(inside))
    if word == "where and of places":
        return tuple(sorted({*scope.regions, *(places[p].region for p in scope.places)}))
    if word == "whom" or (word == "whom or foreigners" and scope.cohorts):
        return scope.cohorts
    found = scope.foreigners()
    return None if scope.cohorts and not found else found
