"""The compiled model: frozen arrays that the engine reads, and nothing that it could misread.

After compilation nothing is misspelt, undated, unsourced or in the wrong unit, so the kernels
hold no checks. Everything that changes with time is an :class:`Edit` of a few float tables; the
engine folds the edits of the day and quantises the result.

Axis letters: ``P`` places, ``L`` legs, ``C`` cohorts, ``S`` stays, ``T`` transitions, ``B``
branches of stays, ``H`` harms of stays, ``A`` actions, ``K`` hazard causes, ``R`` regions, ``F``
facilities, ``G`` belief groups, ``M`` modes, ``X`` sectors of the line, ``W`` papers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]

THRESHOLD_BITS = 31
ONE = 1 << THRESHOLD_BITS
"""A probability of one as an integer threshold: a draw of 31 bits is always below it."""

OPS = ("set", "factor", "add", "cap")
"""How an edit acts, in the order in which edits are folded."""

NEVER = 1 << 30


@dataclass(frozen=True, slots=True)
class Edit:
    """One dated change of some cells of one table.

    ``index`` are flat positions in the table ``target``; ``value`` is a scalar or one number per
    position. The edit holds from ``start`` to ``end`` (exclusive), growing over ``ramp`` days in
    weekly steps (:meth:`travesia.model.folding.Folder.fold`). ``rank`` orders edits of one
    operation: sets of higher rank win.
    """

    target: str
    op: str
    index: Ints
    value: float | Floats
    start: int
    end: int = NEVER
    ramp: int = 0
    rank: tuple[int, ...] = ()
    origin: str = ""
    control: int = -1
    """Controller that drives the edit, or -1: in force by its dates alone."""


@dataclass(frozen=True, slots=True)
class Control:
    """Drives edits by a published count: a switch with a threshold, or a level that grows.

    It reads the mean of the last ``window`` days, up to yesterday, of the people in the marked
    transitions [T] and of those in the marked stock cells [states x P].

    Without ``full`` it is a switch: on at ``threshold`` people, and off again once the mean has
    been below it for ``patience`` days in a row. With ``full`` its edits grow in proportion, from
    nothing at ``threshold`` to their whole force at ``full``; that level moves once a week.
    """

    transitions: npt.NDArray[np.bool_]
    window: int
    threshold: float
    patience: int
    start: int
    end: int = NEVER
    origin: str = ""
    full: float | None = None
    cells: npt.NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Recall:
    """On ``day`` the stays ``stay`` of some cohorts at some places end at once."""

    day: int
    stay: int
    places: npt.NDArray[np.bool_]
    cohorts: npt.NDArray[np.bool_]
    origin: str = ""
    share: float = 1.0
    """Share of them whose stay ends, chosen by a keyed draw of the day."""
    order: int = -1
    """Transition that befalls them instead of a branch of the stay, or -1 (not for queues)."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names behind the codes, for labels only."""

    places: tuple[str, ...]
    legs: tuple[str, ...]
    cohorts: tuple[str, ...]
    stays: tuple[str, ...]
    transitions: tuple[str, ...]
    states: tuple[str, ...]
    causes: tuple[str, ...]
    regions: tuple[str, ...]
    facilities: tuple[str, ...]
    groups: tuple[str, ...]
    modes: tuple[str, ...]
    sectors: tuple[str, ...]
    papers: tuple[str, ...]
    agencies: tuple[str, ...]
    natives: tuple[str, ...] = ()
    """Groups whose members are at home on the way and fear no stop."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Places and legs. Legs are sorted by origin, then destination (``out_ptr`` is a CSR index)."""

    out_ptr: Int32s
    """[P+1] legs of place p are ``out_ptr[p]:out_ptr[p+1]``."""
    leg_to: Int32s
    leg_mode: Int32s
    leg_region: Int32s
    leg_requires: Int32s
    """[L] 0 nothing, 1 a guide, 2 papers."""
    leg_crossing: Bytes
    leg_train: Bytes
    order: Int32s
    """[P] places in topological order of the forward graph."""
    place_region: Int32s
    place_sector: Int32s
    """[P] number of the sector, or -1."""
    place_arrival: Int32s
    """[P] transition executed on arrival, or -1."""
    leg_cell: Int32s
    """[L] stock cell of those on the leg."""
    leg_km: Floats
    cost_low: Floats
    """[L] USD with papers."""
    cost_high: Floats
    """[L] USD without papers."""


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Who travels."""

    key: Words
    """[C] stable key of the cohort's name."""
    group: Int32s
    profile: Int32s
    """[C] 3 * (of a country of transit) + family type (0 adult, 1 family, 2 child)."""
    means: Floats
    release_weight: Floats
    train_constant: Floats
    """[C] extra utility of freight trains."""
    size_cum: Int32s
    """[C, 16] cumulative thresholds of party sizes 1, 2, ..."""
    mean_size: Floats
    origin_place: Int32s
    """[C, O]"""
    origin_cum: Int32s
    """[C, O] cumulative thresholds."""
    people_per_day: Floats
    """[months, C] people who set out per day."""
    parted: Int32s
    """[C, 2] cohorts of the adult and of the children of a family that is parted, or -1."""

    @property
    def largest(self) -> Ints:
        """[C] people of the largest party."""
        return np.asarray((self.size_cum < ONE).sum(1) + 1, np.int64)


@dataclass(frozen=True, slots=True)
class Machine:
    """The state machine: stays and the transitions between them."""

    stay_state: Int32s
    stay_zero: Bytes
    stay_queue: Bytes
    stay_served: Int32s
    stay_overflow: Int32s
    stay_facility: Int32s
    """[S, P] facility that gives the place, -1 if places are not limited, or ``OUT_OF_REACH``."""
    stay_cell: Int32s
    """[S, P] where those who stay are counted: in a facility of places, where it stands;
    else where they are. As state * places + place."""
    stay_match: Int32s
    """[S] what befalls an enrolled party that a query of the register finds, or -1."""
    stay_distribution: Int32s
    """[S] 0 none, 1 fixed, 2 geometric, 3 log-normal."""
    stay_spread: Floats
    """[S] p90 over median, for log-normal clocks."""
    branch_ptr: Int32s
    """[S+1] branches of stay s; the last one takes the remainder of most people."""
    branch_transition: Int32s
    rest_branch: Int32s
    """[C, S] branch that takes the remainder."""
    goal: Int32s
    target: Int32s
    """[T] stay or end state."""
    where: Int32s
    """[T, P] place, HERE or HOME."""
    flags: Int32s
    grant: Int32s
    """[T] paper granted, or -1."""
    event_people: Bytes
    """[T] 1 if the event befalls one person of the party (a death)."""
    action_transition: Int32s
    """[A]"""
    action_needs_no_papers: Bytes
    """[A] 1 if people who hold valid papers do not do it."""
    turn_back: int
    """Which action is turning back, or -1."""
    stuck: int
    """Transition of a party that has no leg to take."""
    cause_transition: Int32s
    crossing_stay: int
    rest_state: int
    dead_state: int
    n_states: int
    release: Bytes
    """[T] 1 if the transition counts as a release in the country of destination."""
    custody_stay: int
    """The stay whose outcomes people at the border learn about."""
    caravan_stay: int = -1
    """The stay of those who walk with a caravan, or -1."""
    alone_stay: int = -1
    """The stay of children who are parted from their family, or -1."""


@dataclass(frozen=True, slots=True)
class Risk:
    """What the hazard causes are made of."""

    agency: Int32s
    """[K] agency of the cause, or -1."""
    is_stop: Bytes
    """[K] 1 for stops on the way (learned as capture)."""
    is_harm: Bytes
    who_factor: Floats
    """[96, K] factor by risk class; for stops of people with papers, that of the paper that
    protects least (:attr:`paper_most`)."""
    capacity: Floats
    """[agencies, R] stops per day at saturation; infinite if not limited."""
    paper_most: float = 1.0
    """Factor on stops that the classes with papers carry: papers that protect better turn part of
    those stops away."""


@dataclass(frozen=True, slots=True)
class Facilities:
    """Limited places."""

    place: Int32s
    service: Bytes
    """[F] 1 if the capacity counts cases per day, 0 if it counts places."""
    lottery: Floats


@dataclass(frozen=True, slots=True)
class StayHarms:
    """What may strike those who stay somewhere, day by day (:mod:`travesia.model.waiting`).

    ``H`` numbers the pairs of a stay and a harm, stay after stay. Chances are in units of 2**-31.
    """

    ptr: Int32s
    """[S+1] harms of stay s are ``ptr[s]:ptr[s+1]``."""
    transition: Int32s
    """[H] what happens."""
    shape: Ints
    """[H, days since the stay began] mean of exp(-t / first days) over that day."""
    kind: Int32s
    """[S, P] class of the bound of all harms, -1 where nothing strikes."""
    bound: Ints
    """[classes, days since the stay began] chance that something may strike on that day; no
    rate of the run is above it."""
    hazard: Ints
    """[classes, days] sum of -ln(1 - bound) up to that day, in units of 2**-32."""


@dataclass(frozen=True, slots=True)
class Accident:
    """A rare event that strikes many at once: those on a leg, or those in stays of a place.

    Each leg or stock cell in ``targets`` has its own luck, from its key.
    """

    name: str
    rate: float
    """Events per 1,000 passages of a person on a leg, or per 1,000 person-days in a stay."""
    exponent: float
    """Of the tail of the toll: the chance of at least n dead falls as n**-exponent."""
    least: int
    most: int
    start: int
    end: int
    transition: int
    """What befalls one person of each party that is struck."""
    cause: int
    """Cause of an accident on legs, or -1."""
    targets: Ints
    key: Words
    stays: tuple[tuple[tuple[int, npt.NDArray[np.bool_]], ...], ...] = ()
    """For each cell: the stays that are counted there, and the places [P] of their people."""


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A scenario as arrays. See the module's docstring for the axes."""

    names: Names
    n_days: int
    first_day: int
    month_of_day: Int32s
    graph: Graph
    cohorts: Cohorts
    machine: Machine
    risk: Risk
    facilities: Facilities
    stay_harms: StayHarms
    """What may strike those who stay."""
    parameters: dict[str, float]
    base: dict[str, Floats]
    """Float tables before any edit, by name; :data:`travesia.policy.tables.TABLES` says
    what each holds."""
    edits: tuple[Edit, ...]
    recalls: tuple[Recall, ...]
    attraction: Floats
    """[months, C, 2, X] frozen attraction of the sectors, unguided and guided."""
    learning: bool
    demand_response: bool
    sample: float = 1.0
    controls: tuple[Control, ...] = ()
    caravans: Int32s = field(default_factory=lambda: np.zeros((0, 1), np.int32))
    """[caravans, days] place where each caravan is, or -1 before it forms and after it ends. On its
    last day a recall of everybody must end the stays of those who walk with it."""
    table_weeks: int = 1
    """Weeks between two days on which people learn and routes are solved anew."""
    accidents: tuple[Accident, ...] = ()

    @property
    def n_places(self) -> int:
        """Number of places."""
        return len(self.names.places)

    @property
    def n_cells(self) -> int:
        """Number of stock cells: states times places."""
        return self.machine.n_states * self.n_places


N_RISK_CLASSES = 96
"""Risk classes: profile (6) x guided x papers x surrender x poor."""


def risk_class(profile: int, guided: int, papers: int, surrender: int, poor: int) -> int:
    """Number of a risk class."""
    return (((profile * 2 + guided) * 2 + papers) * 2 + surrender) * 2 + poor


def choice_class(cohort: int, guided: int, papers: int, poor: int) -> int:
    """Number of a choice class."""
    return ((cohort * 2 + guided) * 2 + papers) * 2 + poor
