"""Records of the YAML files: settings, behaviour, policies, patches; and of the targets."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from travesia.calendar import Calendar
from travesia.scenario.base import (
    Country,
    Date,
    Id,
    Line,
    Month,
    Names,
    NonNegative,
    Record,
    Text,
    wrap_value,
)
from travesia.scenario.pages import Pages

Number = float | None


class Period(Record):
    """Dates of the simulation; day 0 is the spin-up."""

    key: ClassVar[tuple[str, ...]] = ()

    spin_up: Date = Field(description="First simulated day: people are on the way by `start`.")
    start: Date = Field(description="First day that counts in results.")
    end: Date = Field(description="Last simulated day.")


class Ends(Record):
    """Names of the states in which a journey ends."""

    key: ClassVar[tuple[str, ...]] = ()

    arrived: Id = Field("arrived", description="In the country of destination.")
    returned: Id = Field("returned", description="Back home, for good.")
    settled: Id = Field("settled", description="Living on the way.")
    dead: Id = Field("dead", description="Died.")

    @property
    def states(self) -> tuple[str, ...]:
        """The states, in the order of the roles."""
        return (self.arrived, self.returned, self.settled, self.dead)


class Settings(Record):
    """What a scenario is, and how it is run (scenario.yaml)."""

    key: ClassVar[tuple[str, ...]] = ()

    name: Id = Field(description="Name of the scenario.")
    title: Text = Field(description="Title for reports.")
    description: str = Field("", description="What it shows, in a few sentences.")
    purpose: str = Field("", description="What it is for.")
    limits: tuple[str, ...] = Field((), description="What it cannot tell.")
    transit: tuple[Country, ...] = Field(
        (), description="Countries through which the way leads, ISO 3166-1 alpha-3."
    )
    destination: tuple[Country, ...] = Field(
        (), description="Countries of destination: sectors and port groups lie in them."
    )
    ends: Ends = Field(
        default_factory=Ends,
        description="How the states are called in which a journey ends: `arrived`, `returned`, "
        "`settled`, `dead`.",
    )
    period: Period = Field(description="Dates of the simulation.")
    extends: str | None = Field(None, description="Scenario that this one changes.")
    seed: int = Field(0, ge=0, lt=1 << 63, description="Seed of all random numbers.")
    departures_column: Literal["people", "people_smooth"] = Field(
        "people", description="Column of departures.csv that is simulated."
    )
    learning: bool = Field(True, description="Whether people learn from those before them.")
    demand_response: bool = Field(
        False, description="Whether departures respond to the believed outcome at the border."
    )
    extrapolated_from: Date | None = Field(
        None, description="Day from which inputs are extrapolated and labelled so."
    )
    pages: Pages = Field(default_factory=Pages, description="What the pages point out.")

    @property
    def calendar(self) -> Calendar:
        """Dates as day numbers. Raises :class:`ValueError` if the period is out of order."""
        return Calendar(self.period.spin_up, self.period.start, self.period.end)


class PolicyParameter(Record):
    """A parameter of a policy; what it may be is for the instrument to say."""

    key: ClassVar[tuple[str, ...]] = ()

    value: Any = Field(description="Value used.")
    low: Number = Field(None, description="Lowest plausible value.")
    high: Number = Field(None, description="Highest plausible value.")
    unit: Line = Field("1", description="Unit.")
    description: str = Field("", description="What it means.")
    source: Names = Field((), description="Source ids, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")


class Parameter(PolicyParameter):
    """A number of the behaviour (behaviour.yaml)."""

    value: float = Field(description="Value used.")


class Where(Record):
    """Places that a policy touches; an empty list means all."""

    key: ClassVar[tuple[str, ...]] = ()

    regions: Names = Field((), description="Regions.")
    zones: Names = Field((), description="Zones.")
    places: Names = Field((), description="Places.")
    modes: Names = Field((), description="Modes.")
    legs: Names = Field((), description="Legs.")


class Whom(Record):
    """People whom a policy touches; an empty list means all."""

    key: ClassVar[tuple[str, ...]] = ()

    nationalities: Names = Field((), description="Nationalities.")
    family_types: Names = Field((), description="Family types.")
    cohorts: Names = Field((), description="Cohorts.")


class PolicyEntry(Record):
    """A dated policy (policies.yaml). Its parameters are checked by its instrument."""

    id: Id = Field(description="Stable name of the policy.")
    name: Text = Field(description="Name in English.")
    name_es: Line = Field("", description="Name in Spanish.")
    instrument: Id = Field(description="Instrument that says what the parameters mean.")
    programme: Names = Field((), description="Instruments and systems of the evidence (I1, Y1).")
    start: Date = Field(description="First day.")
    end: Date | None = Field(None, description="Last day; null = until the end.")
    ramp_days: NonNegative = Field(0.0, description="Days until it acts in full.")
    enabled: bool = Field(True, description="Whether it is in force.")
    scale: float = Field(1.0, description="Factor on the strength of its effects.")
    priority: int = Field(
        0, ge=0, description="Of two policies that set the same number, the higher wins."
    )
    where: Where = Field(default_factory=Where, description="Places that it touches.")
    whom: Whom = Field(default_factory=Whom, description="People whom it touches.")
    parameters: dict[str, Annotated[PolicyParameter, BeforeValidator(wrap_value)]] = Field(
        default_factory=dict, description="Numbers of the instrument."
    )
    source: Names = Field((), description="Source ids, or `assumption`.")
    reason: str = Field("", description="Why, if it is a judgement.")
    claims: Names = Field((), description="Claims of the ledger that evidence it.")
    note: str = Field("", description="Remark.")
    variant_of: Id | None = Field(
        None, description="Policy of which this is another reading; it starts switched off."
    )

    def values(self) -> dict[str, Any]:
        """The values of the parameters, without ranges and units."""
        return {name: entry.value for name, entry in self.parameters.items()}


class Patch(Record):
    """A named what-if: a set of changes with a question (patches/*.yaml)."""

    id: Id = Field(description="Name by which it is asked for.")
    title: Text = Field(description="Title for reports.")
    question: str = Field("", description="The question that it answers.")
    policies: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Changed fields of policies, by policy."
    )
    add_policies: tuple[dict[str, Any], ...] = Field((), description="New policies.")
    parameters: dict[str, Any] = Field(
        default_factory=dict, description="Changed values of parameters, by name."
    )
    tables: dict[str, tuple[dict[str, Any], ...]] = Field(
        default_factory=dict, description="Changed cells, by table; rows are found by their key."
    )


class Target(Record):
    """A published statistic against which a run is held."""

    id: Id = Field(description="Stable name of the target.")
    observable: Text = Field(description="Which simulated count is its twin.")
    file: Text = Field(description="File with the published numbers, `observed/NAME.csv`.")
    frequency: Text = Field(description="`month`, `fiscal_year`, `year` or `date`.")
    by: Line = Field("", description="Dimensions, joined by `;`.")
    start: Line = Field("", description="First period, month or date that is scored.")
    end: Line = Field("", description="Last period, month or date that is scored.")
    role: Literal["fit", "prediction", "input"] = Field(
        description="Whether the model was fitted to it, predicts it, or was built from it, as far "
        "as `calibration.csv` does not say more."
    )
    publisher: Line = Field("", description="Who published it.")
    note: str = Field("", description="Remark.")


class Calibration(Record):
    """A number or table that was set while looking at published months."""

    key: ClassVar[tuple[str, ...]] = ("what", "observable", "measure", "by", "start")

    what: Text = Field(description="Table, parameter or `policy.parameter` that was set.")
    observable: Text = Field(description="Statistic on which it was set.")
    measure: Literal["total", "shares", "both"] = Field(
        description="What of it: the `total` (also of ratios and stocks), the `shares`, or `both`."
    )
    by: Names = Field((), description="Dimensions of the shares, joined by `;`; blank = any.")
    start: Month | None = Field(None, description="First month, YYYY-MM; blank = always.")
    end: Month | None = Field(None, description="Last month, YYYY-MM; blank = always.")
    role: Literal["fit", "input"] = Field(
        description="`input` if it was built from these months, `fit` if it was set to meet them."
    )
    reason: Text = Field(description="How it was set.")
