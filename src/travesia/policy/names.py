"""What policies may point at: the ids of a scenario and the few facts that selectors need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from travesia.policy.effects import Ids
from travesia.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class PlaceInfo:
    """Kind, region, zone tags and coordinates (degrees) of a place."""

    kind: str
    region: str
    zones: Ids = ()
    lat: float = 0.0
    lon: float = 0.0


@dataclass(frozen=True, slots=True)
class LegInfo:
    """Ends, mode, region of exposure and role of a leg."""

    origin: str
    to: str
    mode: str
    region: str
    role: str = "travel"

    @property
    def ends(self) -> Ids:
        """The two places that it joins."""
        return (self.origin, self.to)


@dataclass(frozen=True, slots=True)
class CohortInfo:
    """Nationality, family type and means of a cohort (what a party can pay; 1 = an adult)."""

    nationality: str
    family_type: str
    means: float = 1.0


@dataclass(frozen=True, slots=True)
class FacilityInfo:
    """Kind, place, region and capacity (places or cases per day, on its first date)."""

    kind: str
    place: str
    region: str
    capacity: float = 0.0


@dataclass(frozen=True, slots=True)
class CauseInfo:
    """Kind (stop, apprehension, harm, death) and agency of a hazard cause."""

    kind: str
    agency: str = ""


@dataclass(frozen=True, slots=True)
class PostInfo:
    """Posts of a policy at a town: on which way (road, rail), and how many."""

    policy: str
    place: str
    way: str
    posts: int


@dataclass(frozen=True, slots=True)
class Names:
    """Ids and lookups that the compiler fills from a scenario."""

    places: Mapping[str, PlaceInfo] = field(default_factory=dict)
    legs: Mapping[str, LegInfo] = field(default_factory=dict)
    cohorts: Mapping[str, CohortInfo] = field(default_factory=dict)
    facilities: Mapping[str, FacilityInfo] = field(default_factory=dict)
    causes: Mapping[str, CauseInfo] = field(default_factory=dict)
    stays: Ids = ()
    transitions: Ids = ()
    papers: Ids = ()
    agencies: Ids = ()
    modes: Ids = ()
    states: Ids = ()
    transit: frozenset[str] = frozenset()
    posts: tuple[PostInfo, ...] = ()

    @property
    def regions(self) -> frozenset[str]:
        """Regions of any place or leg."""
        return frozenset(p.region for p in self.places.values()) | frozenset(
            leg.region for leg in self.legs.values()
        )

    @property
    def zones(self) -> frozenset[str]:
        """Zone tags of any place."""
        return frozenset(z for p in self.places.values() for z in p.zones)

    @property
    def nationalities(self) -> frozenset[str]:
        """Nationalities of any cohort."""
        return frozenset(c.nationality for c in self.cohorts.values())

    @property
    def family_types(self) -> frozenset[str]:
        """Family types of any cohort."""
        return frozenset(c.family_type for c in self.cohorts.values())

    def places_of(self, *kinds: str) -> Ids:
        """Places of some kinds, in alphabetical order."""
        return tuple(sorted(i for i, p in self.places.items() if p.kind in kinds))

    def stops_by(self, *agencies: str) -> Ids:
        """Causes that are stops by the given agencies (by any agency, if none is given)."""
        return tuple(
            sorted(
                i
                for i, c in self.causes.items()
                if c.kind == "stop" and (not agencies or c.agency in agencies)
            )
        )


def policy_names(scenario: Scenario) -> Names:
    """What policies may point at."""
    region = {p.id: p.region for p in scenario.places}
    return Names(
        places={p.id: PlaceInfo(p.kind, p.region, p.zones, p.lat, p.lon) for p in scenario.places},
        legs={g.id: LegInfo(g.from_, g.to, g.mode, g.region, g.role) for g in scenario.legs},
        cohorts={c.id: CohortInfo(c.nationality, c.family_type, c.means) for c in scenario.cohorts},
        facilities={
            f.id: FacilityInfo(f.kind, f.place, region.get(f.place, ""), f.capacity)
            for f in reversed(scenario.limited_places)
        },
        causes={c.id: CauseInfo(c.kind, c.agency) for c in scenario.causes},
        stays=tuple(s.id for s in scenario.stays),
        transitions=tuple(t.id for t in scenario.transitions),
        papers=tuple(p.id for p in scenario.papers),
        agencies=tuple(dict.fromkeys(c.agency for c in scenario.causes if c.agency)),
        modes=tuple(m.id for m in scenario.modes),
        states=tuple(dict.fromkeys(s.state for s in scenario.stays)),
        transit=frozenset(scenario.settings.transit),
        posts=tuple(PostInfo(c.policy, c.place, c.way, c.posts) for c in scenario.checkpoints),
    )
