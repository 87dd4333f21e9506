"""Every name that a table mentions must exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import get_args

from travesia.errors import Problem
from travesia.scenario.base import ANY, FAMILY_TYPES
from travesia.scenario.checks.context import Context
from travesia.scenario.faults import suggest
from travesia.scenario.geography import PlaceKind
from travesia.scenario.procedures import CONTINUE, FLAG_EDITS, REMAIN, WHITHER

Known = Callable[[Context], frozenset[str] | None]

_ISO_CODE = re.compile(r"^([A-Z]{2}-[A-Z0-9]{1,3}|[A-Z]{3})$")
OCCASIONS = ("action", "arrival")


def _ids(table: str) -> Known:
    return lambda context: context.known(table)


def _fixed(*names: str) -> Known:
    return lambda _: frozenset(names)


def _regions(context: Context) -> frozenset[str] | None:
    return context.regions


def _nationalities(context: Context) -> frozenset[str] | None:
    return context.nationalities


def _sectors(context: Context) -> frozenset[str] | None:
    if context.known("places") is None or not context.readable(("places", "kind")):
        return None
    places = context.scenario.places
    return frozenset(p.id for p in places if p.kind == "sector")


def _facility_kinds(context: Context) -> frozenset[str] | None:
    if context.known("stays") is None or not context.readable(("stays", "facility_kind")):
        return None
    return frozenset(s.facility_kind for s in context.scenario.stays if s.facility_kind)


def _agencies(context: Context) -> frozenset[str] | None:
    return context.agencies


def _zones(context: Context) -> frozenset[str] | None:
    return context.zones


def _leads_to(context: Context) -> frozenset[str] | None:
    stays, ends = context.known("stays"), context.ends
    return None if stays is None or ends is None else stays | ends | {CONTINUE, REMAIN}


def _comes_from(context: Context) -> frozenset[str] | None:
    stays, causes = context.known("stays"), context.known("causes")
    if stays is None or causes is None:
        return None
    return stays | {f"cause:{c}" for c in causes} | set(OCCASIONS)


def _whither(context: Context) -> frozenset[str] | None:
    places = context.known("places")
    return None if places is None else places | set(WHITHER)


def _tags(context: Context) -> frozenset[str] | None:
    """What the quantities of the scenario count; None if one of them is faulty."""
    return None if context.faulty_quantities else context.quantities.tags


REFERENCES: tuple[tuple[str, str, str, Known], ...] = (
    ("legs", "from", "place", _ids("places")),
    ("legs", "to", "place", _ids("places")),
    ("legs", "mode", "mode", _ids("modes")),
    ("origins", "place", "place", _ids("places")),
    ("origins", "nationality", "nationality", _nationalities),
    ("departures", "cohort", "cohort", _ids("cohorts")),
    ("aims", "nationality", "nationality", _nationalities),
    ("aims", "sector", "sector", _sectors),
    ("facilities", "place", "place", _ids("places")),
    ("facilities", "kind", "kind of facility", _facility_kinds),
    ("camps", "place", "place", _ids("places")),
    ("camps", "kind", "kind of facility", _facility_kinds),
    ("camps", "clearing", "transition", _ids("transitions")),
    ("papers", "zones", "zone", _zones),
    ("hazards", "cause", "cause", _ids("causes")),
    ("hazards", "region", "region", _regions),
    ("hazards", "mode", "mode", _ids("modes")),
    ("hazard_factors", "cause", "cause", _ids("causes")),
    ("causes", "transition", "transition", _ids("transitions")),
    ("effort", "agency", "agency", _agencies),
    ("effort", "region", "region", _regions),
    ("agencies", "agency", "agency", _agencies),
    ("caravans", "route", "place", _ids("places")),
    ("checkpoints", "place", "place", _ids("places")),
    ("checkpoints", "policy", "policy", _ids("policies")),
    ("agencies", "region", "region", _regions),
    ("stays", "overflow", "transition", _ids("transitions")),
    ("stays", "on_match", "transition", _ids("transitions")),
    ("stays", "served", "stay", _ids("stays")),
    ("stay_lengths", "stay", "stay", _ids("stays")),
    ("transitions", "from", "stay, cause or occasion", _comes_from),
    ("transitions", "to", "stay or end", _leads_to),
    ("transitions", "where", "place", _whither),
    ("transitions", "grants", "paper", _ids("papers")),
    ("transitions", "sets", "edit", _fixed(*FLAG_EDITS)),
    ("transitions", "counts_as", "statistic", _tags),
    ("outcomes", "stay", "stay", _ids("stays")),
    ("outcomes", "transition", "transition", _ids("transitions")),
    ("outcomes", "nationality", "nationality", _nationalities),
    ("outcomes", "region", "region", _regions),
    ("stay_hazards", "stay", "stay", _ids("stays")),
    ("stay_hazards", "transition", "transition", _ids("transitions")),
    ("stay_hazards", "place_kind", "kind of place", _fixed(*get_args(PlaceKind))),
    ("stay_hazards", "region", "region", _regions),
    ("stay_hazards", "place", "place", _ids("places")),
    ("stay_hazards", "nationality", "nationality", _nationalities),
    ("accidents", "mode", "mode", _ids("modes")),
    ("accidents", "stay", "stay", _ids("stays")),
    ("accidents", "region", "region", _regions),
    ("accidents", "transition", "transition", _ids("transitions")),
    ("actions", "transition", "transition", _ids("transitions")),
    ("actions", "place_kind", "kind of place", _fixed(*get_args(PlaceKind))),
    ("actions", "place", "place", _ids("places")),
    ("actions", "nationality", "nationality", _nationalities),
)
"""Table, column, what it names, and where such names are defined."""


def unknown_names(context: Context) -> Iterator[Problem]:
    """A cell names something that no table defines."""
    for table, column, what, known_of in REFERENCES:
        known = known_of(context)
        if known is None:
            continue
        values = context.values(table, column)
        unknown = {
            value
            for value in set(values)
            if any(name != ANY and name not in known for name in _names(value, table, column))
        }
        if not unknown:
            continue
        for i, value in enumerate(values):
            for name in _names(value, table, column) if value in unknown else ():
                if name != ANY and name not in known:
                    yield Problem(
                        f"unknown {what} '{name}' in column {column}",
                        context.where(table, i),
                        suggest(name, known),
                    )


def _names(value: object, table: str, column: str) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, tuple):
        return value
    if (table, column) == ("transitions", "from"):
        return tuple(part.strip() for part in str(value).split(";") if part.strip())
    return (str(value),)


def unknown_served_regions(context: Context) -> Iterator[Problem]:
    """A facility serves a region that is neither in the tables nor an ISO code.

    States in which the scenario has no place may be named: a station serves them all the same.
    """
    known = context.regions
    if known is None:
        return
    for i, facility in enumerate(context.scenario.facilities):
        for name in facility.serves:
            if name != ANY and name not in known and not _ISO_CODE.match(name):
                yield Problem(
                    f"unknown region '{name}' in column serves",
                    context.where("facilities", i),
                    suggest(name, known),
                )


def unknown_policy_selectors(context: Context) -> Iterator[Problem]:
    """A policy touches places, legs, modes or people that do not exist."""
    known: dict[str, tuple[str, Known]] = {
        "regions": ("region", _regions),
        "zones": ("zone", _zones),
        "places": ("place", _ids("places")),
        "modes": ("mode", _ids("modes")),
        "legs": ("leg", _ids("legs")),
        "nationalities": ("nationality", _nationalities),
        "family_types": ("family type", _fixed(*FAMILY_TYPES)),
        "cohorts": ("cohort", _ids("cohorts")),
    }
    for i, policy in enumerate(context.scenario.policies):
        selectors = {**dict(policy.where), **dict(policy.whom)}
        for field, names in selectors.items():
            what, known_of = known[field]
            defined = known_of(context) if names else None
            for name in names:
                if defined is not None and name not in defined:
                    yield Problem(
                        f"policy '{policy.id}' touches an unknown {what} '{name}'",
                        context.where("policies", i),
                        suggest(name, defined),
                    )


def unknown_variant(context: Context) -> Iterator[Problem]:
    """A policy is a variant of one that does not exist, or of itself."""
    known = context.known("policies")
    for i, policy in enumerate(context.scenario.policies):
        original = policy.variant_of
        if original is None or known is None:
            continue
        if original not in known or original == policy.id:
            yield Problem(
                f"policy '{policy.id}' is a variant of '{original}', which is not another policy",
                context.where("policies", i),
                suggest(original, known - {policy.id}),
            )
