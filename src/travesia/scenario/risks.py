"""Records of what may befall a party on a leg, and of those who stop it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from travesia.scenario.base import (
    ANY,
    Capacity,
    Date,
    Id,
    Line,
    Names,
    NonNegative,
    Positive,
    Record,
    Share,
    Text,
    split_names,
)

CauseKind = Literal["stop", "apprehension", "harm", "death"]
Who = Literal["guided", "poor", "papers", "adult", "family", "child", "transit", "surrender"]
HazardUnit = Literal["passage", "100km", "day"]
MonthOfYear = Annotated[int, Field(ge=1, le=12)]


class Cause(Record):
    """One of the competing causes that may strike a party on a leg."""

    id: Id = Field(description="Stable name of the cause.")
    kind: CauseKind = Field(description="`stop`, `apprehension`, `harm` or `death`.")
    agency: Line = Field("", description="Agency that acts; blank = none.")
    transition: Id = Field(description="Transition that follows.")
    description: str = Field("", description="What happens, in words.")


class Hazard(Record):
    """Rate of a cause; the most specific row wins (region and mode, region, mode, any)."""

    key: ClassVar[tuple[str, ...]] = ("cause", "region", "mode", "start")

    cause: Id = Field(description="Cause.")
    region: Text = Field(ANY, description="Region of the leg; `*` = any.")
    mode: Text = Field(ANY, description="Mode; `*` = any.")
    value: NonNegative = Field(description="Rate of the competing risk, per unit of `per`.")
    low: NonNegative | None = Field(None, description="Lowest plausible rate.")
    high: NonNegative | None = Field(None, description="Highest plausible rate.")
    per: HazardUnit = Field(description="Unit of exposure: `passage`, `100km` or `day`.")
    start: Date | None = Field(None, description="First day; blank = always.")
    end: Date | None = Field(None, description="Last day; blank = always.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class StayHazard(Record):
    """Chance a day that something befalls those who stay; the most specific row wins."""

    key: ClassVar[tuple[str, ...]] = (
        "stay", "transition", "place", "region", "place_kind", "nationality", "family_type",
        "months", "start",
    )  # fmt: skip

    stay: Names = Field(min_length=1, description="Stays, joined by `;`.")
    transition: Id = Field(
        description="What happens: a transition from these stays. If it leads to `remain`, the "
        "stay goes on."
    )
    place: Text = Field(ANY, description="Place; `*` = any.")
    region: Text = Field(ANY, description="Region of the place; `*` = any.")
    place_kind: Text = Field(ANY, description="Kind of place; `*` = any.")
    nationality: Text = Field(ANY, description="Nationality; `*` = any.")
    family_type: Literal["*", "adult", "family", "child"] = Field(
        "*", description="Family type; `*` = any."
    )
    months: Annotated[tuple[MonthOfYear, ...], BeforeValidator(split_names)] = Field(
        (), description="Months of the year, 1 to 12, joined by `;`; blank = all."
    )
    rate: Share = Field(description="Chance a day, for each person.")
    low: Share | None = Field(None, description="Lowest plausible chance.")
    high: Share | None = Field(None, description="Highest plausible chance.")
    first_factor: NonNegative = Field(
        0.0, description="How much worse the beginning is: the rate is 1 + this times as high."
    )
    first_days: Positive = Field(
        3.0, description="Days by which the worse beginning has fallen to a third (1/e)."
    )
    start: Date | None = Field(None, description="First day; blank = always.")
    end: Date | None = Field(None, description="Last day; blank = always.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class Accident(Record):
    """A rare event that strikes many at once, on the legs of a mode or among those who stay.

    The number of dead has a heavy tail, cut to those who are there.
    """

    key: ClassVar[tuple[str, ...]] = ("id",)

    id: Id = Field(description="Stable name of the kind of event.")
    mode: Names = Field((), description="Modes on whose legs it happens, joined by `;`.")
    stay: Names = Field((), description="Or stays in which it happens, joined by `;`.")
    region: Text = Field(ANY, description="Region of the leg or place; `*` = any.")
    transition: Id = Field(
        description="What befalls each of the dead: a transition that loses one person, from these "
        "stays or from a cause of its own."
    )
    rate: Share = Field(
        description="Events per 1,000 passages of a person, or per 1,000 person-days in the stays."
    )
    low: Share | None = Field(None, description="Lowest plausible rate.")
    high: Share | None = Field(None, description="Highest plausible rate.")
    exponent: Positive = Field(
        description="Of the tail: the chance of at least n dead falls as n to the minus this."
    )
    least: int = Field(1, ge=1, description="Fewest dead of such an event.")
    most: int = Field(ge=1, description="Most dead, however many are there.")
    start: Date | None = Field(None, description="First day; blank = always.")
    end: Date | None = Field(None, description="Last day; blank = always.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class HazardFactor(Record):
    """Factor on the rate of a cause for some people; 0 switches it off."""

    key: ClassVar[tuple[str, ...]] = ("cause", "who")

    cause: Id = Field(description="Cause.")
    who: Who = Field(
        description="For whom the factor holds; `transit`: nationals of a country of transit."
    )
    factor: NonNegative = Field(description="Factor on the rate.")
    low: NonNegative | None = Field(None, description="Lowest plausible factor.")
    high: NonNegative | None = Field(None, description="Highest plausible factor.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class Effort(Record):
    """Factor on the stop rates of an agency in a region and period."""

    key: ClassVar[tuple[str, ...]] = ("agency", "region", "start")

    agency: Text = Field(description="Agency.")
    region: Text = Field(ANY, description="Region; `*` = any.")
    start: Date | None = Field(None, description="First day; blank = always.")
    end: Date | None = Field(None, description="Last day; blank = always.")
    factor: NonNegative = Field(description="Factor on the rates.")
    low: NonNegative | None = Field(None, description="Lowest plausible factor.")
    high: NonNegative | None = Field(None, description="Highest plausible factor.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class AgencyCapacity(Record):
    """Stops per day at which an agency saturates in a region."""

    key: ClassVar[tuple[str, ...]] = ("agency", "region")

    agency: Text = Field(description="Agency.")
    region: Text = Field(ANY, description="Region; `*` = any.")
    capacity_per_day: Capacity = Field(description="Stops per day at saturation, people per day.")
    low: NonNegative | None = Field(None, description="Lowest plausible capacity.")
    high: NonNegative | None = Field(None, description="Highest plausible capacity.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class Checkpoint(Record):
    """Posts of a policy at a town; never finer than the town."""

    key: ClassVar[tuple[str, ...]] = ("policy", "place", "way")

    policy: Id = Field(description="Policy of the instrument `interior_checkpoints` that runs it.")
    place: Id = Field(description="Town whose roads or railway it stands on.")
    way: Literal["road", "rail"] = Field(description="`road` or `rail`.")
    posts: int = Field(1, ge=1, description="How many posts there are.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why here, if it is a judgement.")
    claims: Names = Field((), description="Claims of the ledger that evidence it.")
