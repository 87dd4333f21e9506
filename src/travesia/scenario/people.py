"""Records of who travels: cohorts, origins, monthly departures and observed aims."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from travesia.scenario.base import (
    Country,
    Date,
    FamilyType,
    Id,
    Month,
    Names,
    NonNegative,
    Positive,
    Record,
    Share,
    Text,
)


class Cohort(Record):
    """People of one nationality and family type."""

    id: Id = Field(description="Stable name, nationality and family type.")
    nationality: Country = Field(description="Nationality, ISO 3166-1 alpha-3 or `OTH`.")
    family_type: FamilyType = Field(description="`adult`, `family` or `child` (alone).")
    group: Id = Field(description="Group of nationalities that share their beliefs.")
    guided_share: Share = Field(description="Share of parties that travel with a guide.")
    means: Positive = Field(1.0, description="Means, relative to a typical party; divides costs.")
    release_weight: NonNegative = Field(
        description="Utility per unit of believed chance of release at the border."
    )
    low: Share | None = Field(None, description="Lowest plausible guided share.")
    high: Share | None = Field(None, description="Highest plausible guided share.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class Origin(Record):
    """Share of a nationality that sets out from a place."""

    key: ClassVar[tuple[str, ...]] = ("nationality", "place")

    nationality: Country = Field(description="Nationality.")
    place: Id = Field(description="Place where the journey begins.")
    share: Share = Field(description="Share of the nationality; shares sum to 1.")
    low: Share | None = Field(None, description="Lowest plausible share.")
    high: Share | None = Field(None, description="Highest plausible share.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class Caravan(Record):
    """A group that walks a route on dated days; people on the way may join and leave it."""

    id: Id = Field(description="Stable name of the caravan.")
    name: Text = Field(description="Name in words.")
    start: Date = Field(description="Day on which it forms at the first place of its route.")
    end: Date | None = Field(None, description="Day on which it breaks up; blank = on arrival.")
    route: Names = Field(description="Places in the order of the walk, joined by `;`.")
    pace_km_day: Positive = Field(description="Pace on walking days, km per day.")
    rest_every: int = Field(0, ge=0, description="A day of rest after so many days; 0 = none.")
    join_share: Share = Field(description="Share of arrivals at a place where it is who join.")
    gather_share: Share = Field(
        description="Share of the people stranded in the region of the first place who join daily."
    )
    gather_days: int = Field(0, ge=0, description="Days during which they gather.")
    low: Share | None = Field(None, description="Lowest plausible share that joins.")
    high: Share | None = Field(None, description="Highest plausible share that joins.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")
    claims: Names = Field((), description="Claims of the ledger that evidence it.")


class Departure(Record):
    """People of a cohort who set out in a month."""

    key: ClassVar[tuple[str, ...]] = ("month", "cohort")

    month: Month = Field(description="Month, YYYY-MM.")
    cohort: Id = Field(description="Cohort.")
    people: NonNegative = Field(description="People who set out in the month.")
    people_smooth: NonNegative | None = Field(
        None, description="People by the smoothed method (12-month level times season)."
    )
    low: NonNegative | None = Field(None, description="Lowest plausible number of people.")
    high: NonNegative | None = Field(None, description="Highest plausible number of people.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")


class Aim(Record):
    """Share of a nationality and family type seen at a sector in the six months before."""

    key: ClassVar[tuple[str, ...]] = ("month", "nationality", "family_type", "sector")

    month: Month = Field(description="Month for which the share is used, YYYY-MM.")
    nationality: Country = Field(description="Nationality.")
    family_type: FamilyType = Field(description="Family type.")
    sector: Id = Field(description="Sector (a place).")
    share: Share = Field(description="Observed share over the six months before the month.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
