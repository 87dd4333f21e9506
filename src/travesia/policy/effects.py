"""The closed set of effects: everything that a policy can do to the tables of the model.

An effect is a dated edit of some cells of some tables. It says once what it writes
(:meth:`Effect.writes`): tables, operations and values; its selectors are its fields. Compilation,
the check for contradictions, `explain` and the documentation all read that. Selectors are tuples
of ids; one that may be left out and is empty means *all*. The scale of the policy is already inside
the numbers. Instruments (an open set) are written as lists of these effects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import ClassVar, Literal

from travesia.policy.tables import TABLES

Op = Literal["set", "factor", "add", "cap"]
"""How a write acts on a cell: sets come first, then factors, additions and caps."""

Ids = tuple[str, ...]
"""Ids that an effect selects; empty = all, for selectors that have a default."""

ALWAYS = -(1 << 30)
"""A start so early that the effect is in force from the first day on."""


SELECTORS: Mapping[str, str] = {
    "legs": "leg", "cohorts": "cohort", "regions": "region", "modes": "mode", "causes": "cause",
    "agencies": "agency", "facilities": "facility", "places": "place", "stay": "stay",
    "transition": "transition", "paper": "paper", "stays": "stay", "transitions": "transition",
}  # fmt: skip
"""Fields of effects that select cells, and the selector that each of them is."""


@dataclass(frozen=True, slots=True)
class Write:
    """One operation on the cells of one table that match every selector.

    ``where`` holds the ids by selector; selectors that are left out narrow nothing.
    """

    table: str
    op: Op
    value: float
    where: Mapping[str, Ids]


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

    @property
    def selectors(self) -> dict[str, Ids]:
        """The ids that the effect names, by selector; an optional one left empty is absent.

        A selector that must be given and is empty selects nothing: an instrument that finds no
        leg to close closes none.
        """
        found: dict[str, Ids] = {}
        for field in fields(self):
            if field.name not in SELECTORS:
                continue
            wanted = getattr(self, field.name)
            if wanted or field.default is MISSING:
                found[SELECTORS[field.name]] = (wanted,) if isinstance(wanted, str) else wanted
        return found

    def writes(self) -> tuple[Write, ...]:
        """What the effect does to the tables; empty for recalls, labels and controllers."""
        selectors = self.selectors
        return tuple(
            Write(table, op, value, {s: i for s, i in selectors.items() if TABLES[table].takes(s)})
            for table, op, value in self._operations()
        )

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        """Table, operation and value of every write."""
        return iter(())

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

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        yield "leg_open", "set", float(self.open)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegUtility(Effect):
    """Adds ``delta`` (utility units, 1 = the scale of the choice) to legs for some cohorts."""

    kind: ClassVar[str] = "leg_utility"
    legs: Ids
    cohorts: Ids = ()
    delta: float

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        yield "leg_utility", "add", self.delta


@dataclass(frozen=True, slots=True, kw_only=True)
class LegCost(Effect):
    """Multiplies the cost of legs by ``factor``, then adds ``add_usd``."""

    kind: ClassVar[str] = "leg_cost"
    legs: Ids
    factor: float = 1.0
    add_usd: float = 0.0

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        if self.factor != 1.0:
            yield "leg_cost", "factor", self.factor
        if self.add_usd:
            yield "leg_cost_add", "add", self.add_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class LegTime(Effect):
    """Multiplies the duration of legs by ``factor``, then adds ``add_days``."""

    kind: ClassVar[str] = "leg_time"
    legs: Ids
    factor: float = 1.0
    add_days: float = 0.0

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        if self.factor != 1.0:
            yield "leg_days", "factor", self.factor
        if self.add_days:
            yield "leg_days", "add", self.add_days


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardFactor(Effect):
    """Multiplies the rates of some causes on the legs that match every selector."""

    kind: ClassVar[str] = "hazard_factor"
    causes: Ids
    regions: Ids = ()
    modes: Ids = ()
    legs: Ids = ()
    factor: float

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        yield "hazard", "factor", self.factor


@dataclass(frozen=True, slots=True, kw_only=True)
class StayHazardFactor(Effect):
    """Multiplies the daily chances of harms to those who stay."""

    kind: ClassVar[str] = "stay_hazard_factor"
    stays: Ids = ()
    transitions: Ids = ()
    places: Ids = ()
    cohorts: Ids = ()
    factor: float

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        yield "stay_hazard", "factor", self.factor
        yield "stay_hazard_first", "factor", self.factor


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortFactor(Effect):
    """Multiplies the stop rates of agencies in regions (and on modes, if any are named)."""

    kind: ClassVar[str] = "effort_factor"
    agencies: Ids
    regions: Ids = ()
    modes: Ids = ()
    factor: float

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        # Effort is kept by region; where modes are named, the stops themselves change.
        yield "hazard" if self.modes else "effort", "factor", self.factor


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

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        if self.guard_add:
            yield "boarding_guard", "add", self.guard_add
        if self.speed_kmh is not None:
            yield "train_speed", "set", self.speed_kmh
        if self.speed_factor != 1.0:
            yield "train_speed", "factor", self.speed_factor


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSet(Effect):
    """Sets the probability that a stay ends with a transition."""

    kind: ClassVar[str] = "outcome_set"
    stay: str
    transition: str
    cohorts: Ids = ()
    regions: Ids = ()
    probability: float

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        yield "outcome", "set", self.probability


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeFactor(Effect):
    """Multiplies the probability that a stay ends with a transition."""

    kind: ClassVar[str] = "outcome_factor"
    stay: str
    transition: str
    cohorts: Ids = ()
    regions: Ids = ()
    factor: float

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        yield "outcome", "factor", self.factor


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSet(Effect):
    """Sets the chance per arrival at a place that a party does something instead of going on."""

    kind: ClassVar[str] = "action_set"
    transition: str
    places: Ids = ()
    cohorts: Ids = ()
    probability: float

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        yield "action", "set", self.probability


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFactor(Effect):
    """Multiplies the chance per arrival at a place that a party does something."""

    kind: ClassVar[str] = "action_factor"
    transition: str
    places: Ids = ()
    cohorts: Ids = ()
    factor: float

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        yield "action", "factor", self.factor


@dataclass(frozen=True, slots=True, kw_only=True)
class StayClock(Effect):
    """Multiplies the median length of a stay, or sets it (``median_days``)."""

    kind: ClassVar[str] = "stay_clock"
    stay: str
    regions: Ids = ()
    factor: float = 1.0
    median_days: float | None = None

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        if self.median_days is not None:
            yield "clock", "set", self.median_days
        if self.factor != 1.0:
            yield "clock", "factor", self.factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity(Effect):
    """Changes the places (or cases per day) of facilities: set, factor, add or cap."""

    kind: ClassVar[str] = "capacity"
    facilities: Ids
    op: Op
    value: float

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        yield "capacity", self.op, self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersRule(Effect):
    """Changes a paper: how long it lasts, how far it protects from stops."""

    kind: ClassVar[str] = "papers_rule"
    paper: str
    max_days: float | None = None
    stop_factor: float | None = None

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        if self.max_days is not None:
            yield "paper_days", "set", self.max_days
        if self.stop_factor is not None:
            yield "paper_stops", "set", self.stop_factor


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperValidity(Effect):
    """Makes a paper valid, or not, at some places."""

    kind: ClassVar[str] = "paper_validity"
    paper: str
    places: Ids = ()
    valid: bool

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        yield "paper_valid", "set", float(self.valid)


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

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        yield "match", "set", self.probability


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand(Effect):
    """Multiplies the departures of cohorts."""

    kind: ClassVar[str] = "demand"
    cohorts: Ids = ()
    factor: float

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        yield "demand", "factor", self.factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal(Effect):
    """Shifts a belief by ``shift`` (probability units): a promise, a threat, a rumour.

    ``regions`` are those of sectors for the belief ``release``, regions of the way for ``capture``,
    which is believed by groups: its ``cohorts`` narrow nothing.
    """

    kind: ClassVar[str] = "signal"
    belief: Literal["release", "capture"]
    cohorts: Ids = ()
    regions: Ids = ()
    shift: float

    def _operations(self) -> Iterator[tuple[str, Op, float]]:
        yield f"{self.belief}_signal", "add", self.shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall(Effect):
    """Ends a stay on the start day for a share of those it selects (a camp is cleared).

    With ``transition`` they are sent that way; else one of the stay's branches is drawn.
    """

    kind: ClassVar[str] = "recall"
    stay: str
    transition: str = ""
    regions: Ids = ()
    places: Ids = ()
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
    LegAvailability, LegUtility, LegCost, LegTime, HazardFactor, StayHazardFactor, EffortFactor,
    Boarding, OutcomeSet, OutcomeFactor, ActionSet, ActionFactor, StayClock, Capacity, PapersRule,
    PaperValidity, RegisterQuery, Demand, Signal, Recall, Label, Controller,
)  # fmt: skip
"""The closed set, in the order in which the documentation lists it."""
