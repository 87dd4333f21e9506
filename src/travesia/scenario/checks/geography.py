"""Places, regions and countries must agree with each other and with the map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from travesia.errors import Problem
from travesia.scenario.base import ANY
from travesia.scenario.checks.context import Context
from travesia.scenario.checks.grouping import listed
from travesia.scenario.faults import suggest
from travesia.scenario.geography import TERMINAL_KINDS, Place
from travesia.scenario.lands import OTHER, country_of_code, divisions, is_slip, lands

MARGIN = 1.0
"""Degrees by which a place may lie outside the box of its country: borders, islets, rounding."""

_SUBDIVISION = re.compile(r"^[A-Z]{2}-\S+$")


def unknown_countries(context: Context) -> Iterator[Problem]:
    """A country or nationality is no ISO code."""
    known = frozenset(lands())
    for table, column, more in (
        ("places", "country", frozenset[str]()),
        ("cohorts", "nationality", frozenset({OTHER})),
    ):
        for i, code in context.column(table, column):
            if code not in known | more:
                yield Problem(
                    f"{column} '{code}' is not a country of ISO 3166-1",
                    context.where(table, i),
                    f"{suggest(code, known | more)}"
                    + (" (OTH stands for all others)" if more else ""),
                )


def places_outside_their_country(context: Context) -> Iterator[Problem]:
    """The coordinates of a place lie outside its country."""
    for i, place in enumerate(context.scenario.places):
        land = lands().get(place.country)
        if land is None or land.holds(place.lat, place.lon, MARGIN):
            continue
        holds = partial(land.holds, margin=MARGIN)
        cure = "correct the coordinates or the country"
        if holds(place.lat, -place.lon):
            cure = "the longitude lacks its sign: west of Greenwich it is negative"
        elif holds(-place.lat, place.lon):
            cure = "the latitude lacks its sign: south of the equator it is negative"
        elif holds(place.lon, place.lat) or holds(-place.lon, place.lat):
            cure = "latitude and longitude seem to be exchanged"
        elif holds(place.lat, _east(-place.lon)):
            cure = "the longitude lacks its sign"
        yield Problem(
            f"place '{place.id}' lies at {place.lat:g}, {place.lon:g}, outside {land.name} "
            f"({place.country})",
            context.where("places", i),
            cure,
        )


def _east(lon: float) -> float:
    return (lon + 180) % 360 - 180


def regions_of_other_countries(context: Context) -> Iterator[Problem]:
    """The region or first level of a place is the code of another country, or of no state."""
    for i, place in enumerate(context.scenario.places):
        for column, code in (("region", place.region), ("admin1", place.admin1)):
            yield from _code(context, i, place, column, code)


def _code(context: Context, i: int, place: Place, column: str, code: str) -> Iterator[Problem]:
    where = context.where("places", i)
    if not code or not (_SUBDIVISION.match(code) or code in lands()):
        if column == "admin1" and code:
            yield Problem(
                f"admin1 '{code}' of place '{place.id}' is not a code of ISO 3166-2",
                where,
                "write the letters of the country, a hyphen and the code",
                "warning",
            )
        return
    country = country_of_code(code)
    if country != place.country:
        of = f"is of {country}" if country else "is of no country"
        yield Problem(
            f"{column} '{code}' of place '{place.id}' {of}, but the place is in {place.country}",
            where,
            "correct one of the two",
        )
    elif is_slip(code):
        yield Problem(
            f"unknown {column} '{code}' of place '{place.id}'", where, suggest(code, divisions())
        )


def unknown_leg_regions(context: Context) -> Iterator[Problem]:
    """A leg lies in a region that no place has, no other table names and no country has."""
    if context.known("places") is None or not context.complete("places"):
        return
    scenario = context.scenario
    at = {p.id: p for p in scenario.places}
    known = _named_regions(context)
    for i, leg in enumerate(scenario.legs):
        if leg.from_ not in at or leg.to not in at:
            continue
        if leg.region in known or _code_on_the_way(leg.region, at[leg.from_], at[leg.to]):
            continue
        yield Problem(
            f"unknown region '{leg.region}' of leg '{leg.id}': no place lies in it",
            context.where("legs", i),
            suggest(leg.region, known),
        )


def _named_regions(context: Context) -> set[str]:
    """Regions of places, and those that another table or a policy names."""
    known = {p.region for p in context.scenario.places}
    for table in ("hazards", "stay_hazards", "accidents", "effort", "agencies", "outcomes"):
        known |= set(context.values(table, "region"))
    for policy in context.scenario.policies:
        known |= set(policy.where.regions)
    return known - {ANY}


def _code_on_the_way(region: str, *ends: Place) -> bool:
    """Whether a region is an ISO code of a country that a leg from one end to the other is in."""
    if is_slip(region):
        return False
    country = country_of_code(region)
    return country is not None and country in {p.country for p in ends}


def crossing_regions(context: Context) -> Iterator[Problem]:
    """A crossing into a sector is exposed in another region than that sector."""
    at = {p.id: p for p in context.scenario.places}
    known = _named_regions(context)  # another name is another fault
    for i, leg in enumerate(context.scenario.legs):
        sector = at.get(leg.to)
        if leg.role != "crossing" or sector is None or leg.region not in known:
            continue
        if leg.region != sector.region:
            yield Problem(
                f"leg '{leg.id}' crosses into '{leg.to}', but its region is '{leg.region}': "
                "nobody on it would meet those who watch the sector",
                context.where("legs", i),
                f"write {sector.region}",
            )


def regions_off_the_way(context: Context) -> Iterator[Problem]:
    """A leg has the region of a sector or of a country that neither of its ends is in."""
    at = {p.id: p for p in context.scenario.places}
    countries: dict[str, set[str]] = {}
    for p in context.scenario.places:
        countries.setdefault(p.region, set()).add(p.country)
    terminal = {p.region for p in context.scenario.places if p.kind in TERMINAL_KINDS}
    odd = []
    for i, leg in enumerate(context.scenario.legs):
        ends = [at[e] for e in (leg.from_, leg.to) if e in at]
        if leg.role == "crossing" or len(ends) < 2:
            continue
        where = countries.get(leg.region) or {country_of_code(leg.region) or ""}
        here = {p.country for p in ends}
        # A way from one country to another may lead through a third, but hardly within one.
        in_sector = leg.region in terminal and leg.region not in {p.region for p in ends}
        if in_sector or (len(here) == 1 and "" not in where and not where & here):
            odd.append(i)
    if odd:
        legs = (context.scenario.legs[i] for i in odd)
        names = listed(f"{g.id} ({g.region})" for g in legs)
        yield Problem(
            f"legs lie in a region of another country: {names}",
            context.places("legs", odd),
            "give them the region that the traveller is exposed in",
            "warning",
        )


def facilities_in_the_wrong_country(context: Context) -> Iterator[Problem]:
    """A facility stands in a country whose authorities have no such facilities.

    One of the country of destination may stand in a city at the line.
    """
    at = {p.id: p for p in context.scenario.places}
    settings = context.scenario.settings
    lands_of = {"transit": settings.transit, "destination": settings.destination}
    stays = {s.facility_kind: s for s in context.scenario.stays if s.facility_kind}
    told: set[str] = set()
    for i, facility in enumerate(context.scenario.facilities):
        place = at.get(facility.place)
        stay = stays.get(facility.kind)
        if place is None or stay is None or facility.id in told:
            continue
        wanted = lands_of.get(stay.authority, ())
        at_line = stay.authority == "destination" and place.kind == "border_city"
        if wanted and place.country not in wanted and not at_line:
            told.add(facility.id)
            yield Problem(
                f"facility '{facility.id}' of kind {facility.kind} stands at '{place.id}' in "
                f"{place.country}: such facilities are those of {' and '.join(wanted)}",
                context.where("facilities", i),
                "correct its place or its kind",
            )
        elif stay.reach_km is not None and place.kind in TERMINAL_KINDS:
            told.add(facility.id)
            yield Problem(
                f"facility '{facility.id}' stands at '{place.id}', where nobody asks for a bed",
                context.where("facilities", i),
                "correct its place",
                "warning",
            )


CHECKS = (
    unknown_countries, places_outside_their_country, regions_of_other_countries,
    unknown_leg_regions, crossing_regions, regions_off_the_way, facilities_in_the_wrong_country,
)  # fmt: skip
"""Every check of places, regions and countries."""
