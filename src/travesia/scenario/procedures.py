"""Records of the state machine: stays, transitions, their chances, papers and limited places."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from travesia.scenario.base import (
    ANY,
    Capacity,
    Date,
    Id,
    Names,
    NonNegative,
    Positive,
    Record,
    Share,
    ShareOrRest,
    Text,
)

Distribution = Literal["none", "fixed", "geometric", "lognormal"]
FacilityUnit = Literal["places", "cases_per_day"]
StayRole = Literal["", "rest", "crossing", "custody", "caravan", "stranded", "alone"]
TransitionRole = Literal["", "exit", "border", "stuck", "turn_back", "release"]
Authority = Literal["", "transit", "destination"]

CONTINUE = "continue"
REMAIN = "remain"
"""Where a transition leads, beside stays and ends: on with the way, or on with the stay."""
WHITHER = ("here", "home", "partner_city", "hub", "sector")
"""Words for where a transition leaves a party; any other is the id of a place."""
FLAG_EDITS = (
    "poor", "not_poor", "guided", "not_guided", "enrolled", "attempt", "encounter", "lose_one",
    "no_papers", "surrender", "parted",
)  # fmt: skip
"""What a transition may change about a party."""


class Facility(Record):
    """Limited places at a town or sector; several rows of one id give its capacity over time."""

    key: ClassVar[tuple[str, ...]] = ("id", "start")

    id: Id = Field(description="Stable name of the facility.")
    kind: Id = Field(description="What it is for: the `facility_kind` of a stay.")
    place: Id = Field(description="Place where it stands.")
    name: Text = Field(description="Name in words (of the town or sector, never an address).")
    capacity: Capacity = Field(description="Places or cases per day, as `unit` says.")
    unit: FacilityUnit = Field(description="`places` or `cases_per_day`.")
    start: Date | None = Field(None, description="First day of this capacity; blank = always.")
    end: Date | None = Field(None, description="Last day of this capacity; blank = always.")
    low: NonNegative | None = Field(None, description="Lowest plausible capacity.")
    high: NonNegative | None = Field(None, description="Highest plausible capacity.")
    lottery_share: Share = Field(
        0.0, description="Share of the places given by lot rather than by time of waiting."
    )
    serves: Names = Field((ANY,), description="Regions whose people use it, or `*`.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class Paper(Record):
    """A document that changes where a party may be and how often it is stopped."""

    id: Id = Field(description="Stable name of the document.")
    name: Text = Field(description="Name in words.")
    zones: Names = Field((), description="Zones where it is valid; blank = everywhere.")
    max_days: NonNegative | None = Field(None, description="Longest validity, days.")
    stop_factor: NonNegative = Field(1.0, description="Factor on the rates of stops.")
    low: NonNegative | None = Field(None, description="Lowest plausible factor.")
    high: NonNegative | None = Field(None, description="Highest plausible factor.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class Stay(Record):
    """A procedure or wait with a clock, perhaps limited places, and a branching outcome."""

    id: Id = Field(description="Stable name of the stay.")
    state: Id = Field(description="State in which its people are counted.")
    name: Text = Field(description="Name in words.")
    role: StayRole = Field(
        "",
        description="What the engine does with it: `rest` (arrivals and those who could not "
        "board), `crossing` (how a line is crossed), `custody` (of those apprehended), `caravan`, "
        "`stranded` (caravans gather from it), `alone` (of children parted from their family); "
        "blank = nothing special.",
    )
    facility_kind: Id | None = Field(
        None, description="Kind of facility that limits it; blank = not limited."
    )
    facility_unit: FacilityUnit | None = Field(
        None, description="Unit of such facilities: `places` or `cases_per_day`."
    )
    authority: Authority = Field(
        "",
        description="Whose such facilities are: of a country of `transit` or of `destination`; "
        "blank = anybody's.",
    )
    reach_km: Positive | None = Field(
        None, description="Farthest that people go for a place, km; blank = any distance."
    )
    queue: bool = Field(
        False,
        description="`yes`: first come, first served, and the clock is patience. People wait for "
        "a case of the day, or for a bed of the stay `served` if the facility has places.",
    )
    overflow: Id | None = Field(None, description="Transition when no place is free.")
    served: Id | None = Field(None, description="Stay entered when served from the queue.")
    on_match: Id | None = Field(
        None, description="Transition of an enrolled person whom a query of the register finds."
    )
    distribution: Distribution = Field(
        description="Of the clock: `none` (branches at once), `fixed`, `geometric`, `lognormal`."
    )
    median_days: NonNegative | None = Field(None, description="Median of the clock, days.")
    p90_days: NonNegative | None = Field(None, description="Ninth decile of the clock, days.")
    low: NonNegative | None = Field(None, description="Lowest plausible median, days.")
    high: NonNegative | None = Field(None, description="Highest plausible median, days.")
    waiting: Id | None = Field(
        None,
        description="Kind of waiting of its people, such as `stranded`; blank = they do not wait.",
    )
    description: str = Field("", description="What people go through, in words.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class StayLength(Record):
    """Another median of a stay's clock between two dates."""

    key: ClassVar[tuple[str, ...]] = ("stay", "start")

    stay: Id = Field(description="Stay whose clock it is.")
    start: Date | None = Field(None, description="First day; blank = always.")
    end: Date | None = Field(None, description="Last day; blank = always.")
    median_days: Positive = Field(description="Median of the clock of those who come then, days.")
    low: NonNegative | None = Field(None, description="Lowest plausible median, days.")
    high: NonNegative | None = Field(None, description="Highest plausible median, days.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class Transition(Record):
    """Something that happens to a party; every one that happens is counted."""

    id: Id = Field(description="Stable name of the transition.")
    from_: Text = Field(
        alias="from",
        description="Stay it leaves, `cause:<id>`, `action` or `arrival`; several joined by `;`.",
    )
    to: Id = Field(
        description="Stay it enters, `continue` (goes on travelling), `remain` (a harm after which "
        "the stay goes on), or an end of the journey."
    )
    role: TransitionRole = Field(
        "",
        description="What the engine uses it for: on arrival `exit` (in a sector, unseen), "
        "`border` (in a city at the line) or `stuck` (no way on); `turn_back` (of those who lose "
        "heart); `release` (word of it spreads); blank = nothing special.",
    )
    where: Id = Field(
        "here",
        description="Where the party is afterwards: `here`, `home`, `partner_city`, `hub`, "
        "`sector`, or the id of a place to which it is taken.",
    )
    grants: Id | None = Field(None, description="Document granted.")
    grant_days: NonNegative | None = Field(None, description="Days for which it is granted.")
    sets: Names = Field((), description="What it changes about the party, joined by `;`.")
    counts_as: Names = Field((), description="Published statistics in which it counts.")
    recorded: str = Field("", description="What the agency recorded; blank = what happened.")
    said: str = Field("", description="What was said in public; blank = nothing.")
    description: str = Field("", description="What happened, in words.")
    claims: Names = Field((), description="Claims of the ledger that evidence it.")

    @property
    def from_ids(self) -> tuple[str, ...]:
        """Every stay, cause or occasion that may lead to the transition."""
        return tuple(part.strip() for part in self.from_.split(";") if part.strip())


class Outcome(Record):
    """Chance of one branch of a stay for some people, places and dates."""

    key: ClassVar[tuple[str, ...]] = (
        "stay", "transition", "nationality", "family_type", "region", "start",
    )  # fmt: skip

    stay: Id = Field(description="Stay that branches.")
    transition: Id = Field(description="Branch.")
    nationality: Text = Field(ANY, description="Nationality; `*` = any.")
    family_type: Literal["*", "adult", "family", "child"] = Field(
        "*", description="Family type; `*` = any."
    )
    region: Text = Field(ANY, description="Region of the place; `*` = any.")
    start: Date | None = Field(None, description="First day; blank = always.")
    end: Date | None = Field(None, description="Last day; blank = always.")
    probability: ShareOrRest = Field(
        description="Probability, or `rest` for what the other branches leave. A second `rest` of "
        "a stay names a nationality or a family type, which then never takes the general one."
    )
    low: Share | None = Field(None, description="Lowest plausible probability.")
    high: Share | None = Field(None, description="Highest plausible probability.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class Action(Record):
    """Chance per arrival at a place that a party does something instead of going on."""

    key: ClassVar[tuple[str, ...]] = (
        "transition", "place_kind", "place", "nationality", "family_type", "start",
    )  # fmt: skip

    transition: Id = Field(description="What the party does (a transition from `action`).")
    place_kind: Text = Field(ANY, description="Kind of place; `*` = any.")
    place: Text = Field(ANY, description="Place; `*` = any.")
    nationality: Text = Field(ANY, description="Nationality; `*` = any.")
    family_type: Literal["*", "adult", "family", "child"] = Field(
        "*", description="Family type; `*` = any."
    )
    start: Date | None = Field(None, description="First day; blank = always.")
    end: Date | None = Field(None, description="Last day; blank = always.")
    probability: Share = Field(description="Probability per arrival.")
    low: Share | None = Field(None, description="Lowest plausible probability.")
    high: Share | None = Field(None, description="Highest plausible probability.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")
