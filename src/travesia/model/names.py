"""The names of a scenario that policies may point at; light, as checks need it and no numbers."""

from __future__ import annotations

from travesia.policy.names import (
    CauseInfo,
    CohortInfo,
    FacilityInfo,
    LegInfo,
    Names,
    PlaceInfo,
    PostInfo,
)
from travesia.scenario.scenario import Scenario


def policy_names(scenario: Scenario) -> Names:
    """What policies may point at."""
    region = {p.id: p.region for p in scenario.places}
    return Names(
        places={p.id: PlaceInfo(p.kind, p.region, p.zones, p.lat, p.lon) for p in scenario.places},
        legs={
            g.id: LegInfo(g.from_, g.to, g.mode, g.region, g.role) for g in scenario.legs
        },
        cohorts={
            c.id: CohortInfo(c.nationality, c.family_type, c.means) for c in scenario.cohorts
        },
        facilities={
            f.id: FacilityInfo(f.kind, f.place, region.get(f.place, ""), f.capacity)
            for f in reversed(scenario.facilities)
        },
        causes={c.id: CauseInfo(c.kind, c.agency) for c in scenario.causes},
        stays=tuple(s.id for s in scenario.stays),
        transitions=tuple(t.id for t in scenario.transitions),
        papers=tuple(p.id for p in scenario.papers),
        agencies=tuple(dict.fromkeys(c.agency for c in scenario.causes if c.agency)),
        modes=tuple(m.id for m in scenario.modes),
        states=tuple(dict.fromkeys(s.state for s in scenario.stays)),
        posts=tuple(PostInfo(c.policy, c.place, c.way, c.posts) for c in scenario.checkpoints),
    )
