"""A FLEE case in plain words: places, routes, closures, conflict, counts and settings.

Days are numbers from the first day of the simulation (day 0), distances are road kilometres,
populations and capacities are people.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field

from travesia.kinds.flee.settings import Settings

KINDS = ("conflict", "town", "camp", "idp_camp", "forwarding_hub", "marker")
"""Kinds of place. A ``conflict`` place is in conflict from ``conflict_from``, or by the table."""

BLIND = "blind"
"""The version of a case in which camps never fill."""

TOTAL = "total"
"""Name of the series that holds the total of all people displaced."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place. ``capacity`` 0 means no limit; ``conflict_from`` is a day or None."""

    name: str
    kind: str
    country: str
    region: str = ""
    lat: float | None = None
    lon: float | None = None
    population: int = 0
    capacity: int = 0
    conflict_from: int | None = None
    conflict_intensity: float = 1.0
    initial_idps: int = 0
    capacity_per_day: float = 0.0


@dataclass(frozen=True, slots=True)
class Route:
    """A road between two places, open both ways. Speeds are km per day."""

    name1: str
    name2: str
    distance_km: float
    redirection: int = 0
    max_speed_km_day: float | None = None
    walk_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Closure:
    """Something that closes on day ``start`` and opens again on day ``end`` (-1: never).

    ``kind`` is one of :data:`CLOSURES`; two countries close every road between them, a location
    every road into and out of ``name1``, a camp becomes a town.
    """

    kind: str
    name1: str
    name2: str
    start: int
    end: int


CLOSURES = ("country", "location", "link", "camp", "idpcamp", "remove_forced_redirection")


@dataclass(frozen=True, slots=True)
class Spell:
    """Conflict of one intensity at a place from ``first`` to ``last`` day, both included."""

    place: str
    first: int
    last: int
    intensity: float


@dataclass(frozen=True, slots=True)
class Counts:
    """A series of counts as published, in the order of the file (FLEE heeds it).

    Where several files belong to one series, ``people`` is their sum. On each of the dates in
    ``corrections`` people were registered anew: all earlier counts are scaled to meet that level.
    """

    series: str
    dates: tuple[dt.date, ...]
    people: tuple[float, ...]
    corrections: tuple[dt.date, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """A whole case. ``not_carried`` says what of the input has no effect here, ``applied`` which
    versions of the case it is."""

    name: str
    start: dt.date
    days: int
    places: tuple[Place, ...]
    routes: tuple[Route, ...]
    closures: tuple[Closure, ...]
    table_places: tuple[str, ...]
    spells: tuple[Spell, ...]
    counts: tuple[Counts, ...]
    settings: Settings
    not_carried: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    seed: int = 1
    compatible: bool = False
    extra: dict[str, str] = field(default_factory=dict)
    applied: tuple[str, ...] = ()

    def sha256(self) -> str:
        """Hash of everything that can change a result."""
        what = (
            self.start,
            self.days,
            self.places,
            self.routes,
            self.closures,
            self.table_places,
            self.spells,
            self.counts,
            self.settings,
            self.compatible,
            self.blind,
        )
        return hashlib.sha256(repr(what).encode()).hexdigest()

    @property
    def blind(self) -> bool:
        """Whether camps never fill."""
        return BLIND in self.applied

    @property
    def dates(self) -> tuple[str, ...]:
        """Days of the case."""
        return tuple(str(self.start + dt.timedelta(days=d)) for d in range(self.days))

    @property
    def home_country(self) -> str:
        """The country of the first place: FLEE calls every other country foreign."""
        return self.places[0].country

    @property
    def camps(self) -> tuple[str, ...]:
        """Names of the camps, in the order of the places."""
        return tuple(p.name for p in self.places if p.kind in ("camp", "idp_camp"))
