"""Records of money: sums that were paid or pledged, and unit costs of what happens on the way."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from travesia.scenario.base import Date, Id, Names, NonNegative, Positive, Record, Share, Text

CostPer = Literal["event", "day", "fare", "crossing", "policy_day"]


class Money(Record):
    """A sum of money that was paid or pledged, and the policy whose capacity it buys."""

    id: Id = Field(description="Stable name of the sum.")
    name: Text = Field(description="Name in words.")
    payer: Id = Field(description="Who pays: people on the way, a government, firms.")
    payee: Id = Field(description="Who receives it.")
    purpose: Id = Field(description="What for, in one word.")
    value: NonNegative = Field(description="Sum, USD.")
    low: NonNegative | None = Field(None, description="Lowest plausible sum, USD.")
    high: NonNegative | None = Field(None, description="Highest plausible sum, USD.")
    spent_share: Share = Field(1.0, description="Share of the sum that was spent.")
    start: Date | None = Field(None, description="First day of spending; blank = not known.")
    end: Date | None = Field(None, description="Last day of spending; blank = not known.")
    policy: Id | None = Field(None, description="Policy that it pays for; blank = none.")
    full: Positive | None = Field(
        None,
        description="USD spent at which the policy has its written strength; blank = the policy "
        "does not depend on the sum.",
    )
    elasticity: Positive = Field(
        1.0, description="Relative change of the policy's scale per relative change of spending."
    )
    own_share: Share = Field(
        0.0, description="Share of the policy's strength that remains without the money."
    )
    part_of: Id | None = Field(None, description="Sum that contains this one.")
    overlaps: Names = Field(
        (), description="Sums that partly cover the same things: of these only the largest counts."
    )
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")
    claims: Names = Field((), description="Claims of the ledger that evidence it.")

    @property
    def spent(self) -> float:
        """USD spent."""
        return self.value * self.spent_share


class Cost(Record):
    """What an event, a day in a state, a passage or a day of a policy costs, and who pays."""

    id: Id = Field(description="Stable name of the cost.")
    name: Text = Field(description="Name in words.")
    payer: Id = Field(description="Who pays: people on the way, a government, firms.")
    payee: Id = Field(description="Who receives it.")
    purpose: Id = Field(description="What for, in one word.")
    per: CostPer = Field(
        description="`event` (a transition), `day` (a day in a state), `fare` (the written cost "
        "of a leg on the way), `crossing` (that of a leg over the line) or `policy_day` (a day "
        "on which a policy is in force)."
    )
    of: Names = Field(
        description="Transitions, states, modes or policies that it is counted by, joined by `;`."
    )
    unit: Literal["person", "party"] = Field(
        "person", description="Whether an event costs per `person` or per `party`."
    )
    value: NonNegative = Field(
        description="USD per unit (for `fare` and `crossing` a factor on the cost of the leg); the "
        "median of the amounts where `p90` is given."
    )
    low: NonNegative | None = Field(None, description="Lowest plausible value.")
    high: NonNegative | None = Field(None, description="Highest plausible value.")
    p90: NonNegative | None = Field(
        None, description="Ninth decile of the amounts, USD: they are drawn, log-normal."
    )
    start: Date | None = Field(None, description="First day; blank = always.")
    end: Date | None = Field(None, description="Last day; blank = always.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")
    claims: Names = Field((), description="Claims of the ledger that evidence it.")
