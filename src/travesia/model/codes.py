"""From names to numbers: the codes of every id of a scenario, and the axes' orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from travesia.model.compiled import Int32s, Ints
from travesia.scenario.models import ANY, FORWARD_ROLES, Leg
from travesia.scenario.scenario import Scenario


def index_of(names: Sequence[str]) -> dict[str, int]:
    """Position of each name."""
    return {name: i for i, name in enumerate(names)}


class Codes:
    """Names in the order of the compiled axes, and their positions."""

    def __init__(self, scenario: Scenario) -> None:
        places = list(scenario.places)
        self.places = tuple(p.id for p in places)
        self.place = index_of(self.places)
        forward = [leg for leg in scenario.legs if leg.role in FORWARD_ROLES]
        self.leg_rows: tuple[Leg, ...] = tuple(
            sorted(forward, key=lambda g: (self.place[g.from_], self.place[g.to], g.id))
        )
        self.legs = tuple(leg.id for leg in self.leg_rows)
        self.leg = index_of(self.legs)
        self.cohorts = tuple(c.id for c in scenario.cohorts)
        self.cohort = index_of(self.cohorts)
        self.nationality = tuple(c.nationality for c in scenario.cohorts)
        self.family_type = tuple(c.family_type for c in scenario.cohorts)
        self.stays = tuple(s.id for s in scenario.stays)
        self.stay = index_of(self.stays)
        self.role = {s.role: s.id for s in scenario.stays if s.role}
        """The stay that plays each role."""
        self.transitions = tuple(t.id for t in scenario.transitions)
        self.transition = index_of(self.transitions)
        self.stay_harms = stay_harms(scenario)
        """Pairs of a stay and what may strike those who stay there, stay after stay."""
        self.caravans = tuple(c.id for c in scenario.caravans)
        self.modes = tuple(m.id for m in scenario.modes)
        self.mode = index_of(self.modes)
        stay_states = list(dict.fromkeys(s.state for s in scenario.stays))
        moving = [f"travel_{m}" for m in self.modes]
        self.ends = scenario.settings.ends
        """How a journey ends: the last states of the state axis, in the order of the roles."""
        self.states = (*moving, *stay_states, *self.ends.states)
        self.state = index_of(self.states)
        self.causes = tuple(c.id for c in scenario.causes)
        self.cause = index_of(self.causes)
        regions = [p.region for p in places] + [leg.region for leg in self.leg_rows]
        self.regions = tuple(dict.fromkeys(regions))
        self.region = index_of(self.regions)
        self.facilities = tuple(dict.fromkeys(f.id for f in scenario.limited_places))
        self.facility = index_of(self.facilities)
        self.groups = tuple(dict.fromkeys(c.group for c in scenario.cohorts))
        abroad = {c.group for c in scenario.cohorts if not scenario.in_transit(c.nationality)}
        self.natives = tuple(g for g in self.groups if g not in abroad)
        """Groups whose members are all at home on the way."""
        self.group = index_of(self.groups)
        self.sectors = tuple(p.id for p in places if p.kind == "sector")
        self.sector = index_of(self.sectors)
        self.papers = ("none", *(p.id for p in scenario.papers if p.id != "none"))
        self.paper = index_of(self.papers)
        agencies = [c.agency for c in scenario.causes if c.agency]
        self.agencies = tuple(dict.fromkeys(agencies))
        self.agency = index_of(self.agencies)
        self.place_regions = np.array([self.region[p.region] for p in places], np.int64)
        self.leg_regions = np.array([self.region[g.region] for g in self.leg_rows], np.int64)
        self.leg_modes = np.array([self.mode[g.mode] for g in self.leg_rows], np.int64)

    def cohorts_like(self, nationality: str, family_type: str) -> Ints:
        """Cohorts of a nationality and family type (``*`` = any)."""
        rows = zip(self.nationality, self.family_type, strict=True)
        return np.array(
            [
                i
                for i, (n, f) in enumerate(rows)
                if nationality in (ANY, n) and family_type in (ANY, f)
            ],
            dtype=np.int64,
        )

    def parted(self) -> Int32s:
        """Cohorts of the adult and of the children of a family that is parted [C, 2], or -1."""
        out = np.full((len(self.cohorts), 2), -1, np.int32)
        kinds = zip(self.nationality, self.family_type, strict=True)
        of = {kind: c for c, kind in enumerate(kinds)}
        for (nation, family), c in of.items():
            both = [of.get((nation, other), -1) for other in ("adult", "child")]
            if family == "family" and min(both) >= 0 and "alone" in self.role:
                out[c] = both
        return out

    def some(self, table: dict[str, int], ids: Iterable[str]) -> Ints:
        """Codes of the ids; all codes if there are no ids."""
        chosen = [table[i] for i in ids]
        return np.array(chosen if chosen else list(table.values()), dtype=np.int64)

    def stay_hits(self, hits: Ints) -> Ints:
        """Rows of month, harm of a stay, place, people as month, stay + 1, transition, place,
        people."""
        pairs = [(1 + self.stay[s], self.transition[t]) for s, t in self.stay_harms]
        of = np.array(pairs, np.int64).reshape(-1, 2)[hits[:, 1]]
        return np.column_stack([hits[:, 0], of, hits[:, 2:]])


def stay_harms(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """Every pair of a stay and a harm once, by the order of the stays, then of the rows."""
    of: dict[str, dict[str, None]] = {s.id: {} for s in scenario.stays}
    for row in scenario.stay_hazards:
        for stay in row.stay:
            of[stay][row.transition] = None
    return tuple((stay, harm) for stay, harms in of.items() for harm in harms)


def cells(shape: Sequence[int], *axes: Ints) -> Ints:
    """Flat positions of the product of one set of codes per axis of a table."""
    grid = np.ix_(*(np.asarray(a, dtype=np.int64) for a in axes))
    return np.asarray(np.ravel_multi_index(grid, tuple(shape)).ravel(), dtype=np.int64)
