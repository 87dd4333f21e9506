"""The closed set of effects: everything that a policy can do to the tables of the model.

An effect is a dated edit of some cells of some tables. Selectors are tuples of ids; an empty
tuple means *all*. The scale of the policy is already inside the numbers. Instruments (an open
set) are written as lists of these effects; the compiler turns effects into array edits.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar, Literal

Ids = tuple[str, ...]
"""Ids that an effect selects; empty = all."""

ALWAYS = -(1 << 30)
"""A start so early that the effect is in force from the first day on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What all effects share.

    ``policy`` is the id of the policy; the effect holds from day ``start`` to day ``end``
    (exclusive; ``None`` = open) and grows over ``ramp_days``. Where two *sets* meet on one cell
    the higher ``priority`` wins.
    """

    kind: ClassVar[str] = ""
    policy: str
    start: int
    end: int | None = None
    ramp_days: int = 0
    priority: int = 0

    def level(self, day: int) -> float:
        """How far the effect has grown on a day: 0 = not in force, 1 = in full force.

        A ramp of ``R`` days steps once a week: on day ``d`` the level is
        ``min(1, 7 * (floor((d - start) / 7) + 1) / R)``, so that tables are rebuilt weekly.
        """
        if day < self.start or (self.end is not None and day >= self.end):
            return 0.0
        if self.ramp_days <= 0:
            return 1.0
        elapsed = (day - self.start) // 7 * 7 + 7
        return min(1.0, elapsed / self.ramp_days)

    @property
    def key(self) -> tuple[str, ...]:
        """The canonical id: a total order that does not depend on the order of files."""
        return (
            self.policy,
            self.kind,
            *(repr(getattr(self, f.name)) for f in fields(self) if f.name != "policy"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAvailability(Effect):
    """Opens or closes legs. Closed beats open unless priority says otherwise."""

    kind: ClassVar[str] = "leg_availability"
    legs: Ids
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LegUtility(Effect):
    """Adds ``delta`` (utility units, 1 = the scale of the choice) to legs for some cohorts."""

    kind: ClassVar[str] = "leg_utility"
    legs: Ids
    cohorts: Ids = ()
    delta: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LegCost(Effect):
    """Multiplies the cost of legs by ``factor``, then adds ``add_usd``."""

    kind: ClassVar[str] = "leg_cost"
    legs: Ids
    factor: float = 1.0
    add_usd: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LegTime(Effect):
    """Multiplies the duration of legs by ``factor``, then adds ``add_days``."""

    kind: ClassVar[str] = "leg_time"
    legs: Ids
    factor: float = 1.0
    add_days: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardFactor(Effect):
    """Multiplies the rates of some causes on the legs that match every selector."""

    kind: ClassVar[str] = "hazard_factor"
    causes: Ids
    regions: Ids = ()
    modes: Ids = ()
    legs: Ids = ()
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortFactor(Effect):
    """Multiplies the stop rates of agencies in regions (and on modes, if any are named)."""

    kind: ClassVar[str] = "effort_factor"
    agencies: Ids
    regions: Ids = ()
    modes: Ids = ()
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Boarding(Effect):
    """Makes boarding freight trains harder on legs: more guards, faster trains.

    ``guard_add`` is added to the chance that boarding is prevented; ``speed_kmh`` sets the
    running speed at boarding (``None`` leaves it), ``speed_factor`` multiplies it.
    """

    kind: ClassVar[str] = "boarding"
    legs: Ids
    guard_add: float = 0.0
    speed_kmh: float | None = None
    speed_factor: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSet(Effect):
    """Sets the probability that a stay ends with a transition."""

    kind: ClassVar[str] = "outcome_set"
    stay: str
    transition: str
    cohorts: Ids = ()
    regions: Ids = ()
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeFactor(Effect):
    """Multiplies the probability that a stay ends with a transition."""

    kind: ClassVar[str] = "outcome_factor"
    stay: str
    transition: str
    cohorts: Ids = ()
    regions: Ids = ()
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSet(Effect):
    """Sets the chance per arrival at a place that a party does something instead of going on."""

    kind: ClassVar[str] = "action_set"
    transition: str
    places: Ids = ()
    cohorts: Ids = ()
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFactor(Effect):
    """Multiplies the chance per arrival at a place that a party does something."""

    kind: ClassVar[str] = "action_factor"
    transition: str
    places: Ids = ()
    cohorts: Ids = ()
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StayClock(Effect):
    """Multiplies the median length of a stay, or sets it (``median_days``)."""

    kind: ClassVar[str] = "stay_clock"
    stay: str
    regions: Ids = ()
    factor: float = 1.0
    median_days: float | None = None


CapacityOp = Literal["set", "factor", "add", "cap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity(Effect):
    """Changes the places (or cases per day) of facilities: set, factor, add or cap."""

    kind: ClassVar[str] = "capacity"
    facilities: Ids
    op: CapacityOp
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersRule(Effect):
    """Changes a paper: how long it lasts, how far it protects from stops."""

    kind: ClassVar[str] = "papers_rule"
    paper: str
    max_days: float | None = None
    stop_factor: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperValidity(Effect):
    """Makes a paper valid, or not, at some places."""

    kind: ClassVar[str] = "paper_validity"
    paper: str
    places: Ids = ()
    valid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterQuery(Effect):
    """Lets officers query the register of enrolled people when a stay ends.

    With ``probability`` an enrolled party without valid papers is found and takes the transition
    ``on_match`` of the stay instead of one of its branches.
    """

    kind: ClassVar[str] = "register_query"
    stay: str
    cohorts: Ids = ()
    regions: Ids = ()
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand(Effect):
    """Multiplies the departures of cohorts."""

    kind: ClassVar[str] = "demand"
    cohorts: Ids = ()
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal(Effect):
    """Shifts a belief by ``shift`` (probability units): a promise, a threat, a rumour.

    ``regions`` are US sectors for the belief ``release``, regions of the way for ``capture``.
    """

    kind: ClassVar[str] = "signal"
    belief: Literal["release", "capture"]
    cohorts: Ids = ()
    regions: Ids = ()
    shift: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall(Effect):
    """Ends a stay on the start day for a share of those it selects (a camp is cleared)."""

    kind: ClassVar[str] = "recall"
    stay: str
    regions: Ids = ()
    cohorts: Ids = ()
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(Effect):
    """Changes what an agency records, or what is said in public, of a transition."""

    kind: ClassVar[str] = "label"
    transition: str
    recorded: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller(Effect):
    """Drives other effects by a published count.

    ``reads`` is a ``counts_as`` tag (people a day) or ``state:<state>`` (people in that state, at
    ``places`` if any are named), averaged over the ``window_days`` up to yesterday. Without
    ``full`` the effects in ``then`` go on at ``threshold`` and off again once the mean has stayed
    below it for ``hysteresis_days``; with ``full`` they grow in proportion between the two.
    """

    kind: ClassVar[str] = "controller"
    reads: str
    window_days: int
    threshold: float
    hysteresis_days: int = 0
    full: float | None = None
    places: Ids = ()
    then: tuple[Effect, ...] = ()


EFFECT_TYPES: tuple[type[Effect], ...] = (
    LegAvailability, LegUtility, LegCost, LegTime, HazardFactor, EffortFactor, Boarding,
    OutcomeSet, OutcomeFactor, ActionSet, ActionFactor, StayClock, Capacity, PapersRule,
    PaperValidity, RegisterQuery, Demand, Signal, Recall, Label, Controller,
)  # fmt: skip
"""The closed set, in the order in which the documentation lists it."""
