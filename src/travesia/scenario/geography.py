"""Records of places, the legs between them and the modes of travel."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from travesia.scenario.base import (
    Country,
    Date,
    Id,
    Line,
    Names,
    NonNegative,
    Positive,
    Record,
    Text,
)

PlaceKind = Literal[
    "origin", "gateway", "town", "border_zone", "formal_crossing", "rail_yard", "border_city",
    "sector", "port_group",
]  # fmt: skip
ModeKind = Literal["bus", "vehicle", "train", "foot", "boat", "air"]
LegRole = Literal["travel", "crossing", "return", "port"]
FORWARD_ROLES: tuple[LegRole, ...] = ("travel", "crossing")
"""Roles of the legs that parties choose; they must form no cycle."""

TERMINAL_KINDS: tuple[PlaceKind, ...] = ("sector", "port_group")
"""Kinds of place from which no leg need lead on."""


class Place(Record):
    """A town, crossing zone, rail yard or border sector: no shelter, no informal crossing."""

    id: Id = Field(description="Stable name of the place.")
    name: Text = Field(description="Name as people know it.")
    kind: PlaceKind = Field(
        description="What sort of place it is; journeys lead into a `sector` of the line, or by "
        "way of a list into a `port_group`."
    )
    hub: bool = Field(
        False, description="`yes`: people who are driven back are put down at the nearest hub."
    )
    country: Country = Field(description="Country, ISO 3166-1 alpha-3.")
    admin1: Line = Field("", description="First administrative level, ISO 3166-2.")
    region: Text = Field(description="Region by which hazards, effort and outcomes are looked up.")
    lat: float = Field(ge=-90, le=90, description="Latitude, degrees north.")
    lon: float = Field(ge=-180, le=180, description="Longitude, degrees east.")
    population: NonNegative | None = Field(None, description="Residents, people.")
    zones: Names = Field((), description="Tags joined by `;` on which papers and policies act.")
    note: str = Field("", description="Remark.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")


class Mode(Record):
    """A way of travelling."""

    id: Id = Field(description="Stable name of the mode.")
    name: Text = Field(description="Name in words.")
    kind: ModeKind = Field(
        description="What moves: `bus`, `vehicle` (car or truck), `train` (a goods train that is "
        "boarded), `foot`, `boat` or `air`."
    )
    speed_km_day_low: Positive = Field(description="Lowest plausible pace, km per day.")
    speed_km_day: Positive = Field(description="Typical pace, km per day.")
    speed_km_day_high: Positive = Field(description="Highest plausible pace, km per day.")
    note: str = Field("", description="Remark.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")


class Leg(Record):
    """A directed way from one place to another by one mode."""

    id: Id = Field(description="Stable name of the leg.")
    from_: Id = Field(alias="from", description="Place where the leg begins.")
    to: Id = Field(description="Place where the leg ends.")
    mode: Id = Field(description="Mode of travel.")
    role: LegRole = Field(
        "travel",
        description="`travel` or `crossing` (into a sector) for legs that people choose; "
        "`return` or `port` (into a port group, by way of a list) for legs only documented.",
    )
    distance_km: NonNegative = Field(description="Length, km.")
    days: NonNegative = Field(description="Typical time from door to door, days.")
    cost_low_usd: NonNegative = Field(description="Cost with papers, USD per adult.")
    cost_high_usd: NonNegative = Field(description="Cost without papers, USD per adult.")
    region: Text = Field(description="Region where the traveller is exposed.")
    start: Date | None = Field(None, description="First day of the leg; blank = always.")
    end: Date | None = Field(None, description="Last day of the leg; blank = always.")
    requires: Literal["", "guided", "papers"] = Field(
        "", description="Who can take it: blank = everyone, `guided` or `papers`."
    )
    note: str = Field("", description="Remark.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
