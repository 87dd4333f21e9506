"""The small corridor of these tests as tables: effects are compiled and folded as in a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.policy.conftest import small_calendar, small_names
from travesia.model.book import EditBook
from travesia.model.codes import Codes, index_of
from travesia.model.effects import EffectCompiler
from travesia.model.folding import Folder
from travesia.model.parts import compile_machine
from travesia.policy.effects import Effect
from travesia.policy.names import Names
from travesia.policy.tables import TABLES
from travesia.scenario.scenario import Scenario

GRANTS = {"enrol_visitor_card": "visitor_card", "transit_form_issued": "transit_form"}
HARMED = ("stranded", "working", "border_camp")
HARMS = ("let_go", "detained", "camp_falls_ill")
TAGS = {"us_encounter": ("removed_home",)}


class SmallCodes(Codes):
    """Codes of a world of names alone."""

    def __init__(self, names: Names) -> None:
        self.places, self.legs = tuple(names.places), tuple(names.legs)
        self.cohorts, self.stays = tuple(names.cohorts), tuple(names.stays)
        self.transitions, self.modes = tuple(names.transitions), tuple(names.modes)
        self.causes, self.papers = tuple(names.causes), tuple(names.papers)
        self.agencies, self.facilities = tuple(names.agencies), tuple(names.facilities)
        self.stay_harms = tuple((s, t) for s in HARMED for t in HARMS)
        self.states = ("working", "visa_wait", "border_camp", "waiting")
        self.groups = tuple(dict.fromkeys(c.nationality for c in names.cohorts.values()))
        self.sectors = tuple(i for i, p in names.places.items() if p.kind == "sector")
        self.regions = tuple(
            dict.fromkeys(
                [p.region for p in names.places.values()] + [g.region for g in names.legs.values()]
            )
        )
        for plural, one in (
            ("places", "place"),
            ("legs", "leg"),
            ("cohorts", "cohort"),
            ("stays", "stay"),
            ("transitions", "transition"),
            ("modes", "mode"),
            ("causes", "cause"),
            ("papers", "paper"),
            ("agencies", "agency"),
            ("facilities", "facility"),
            ("states", "state"),
            ("groups", "group"),
            ("sectors", "sector"),
            ("regions", "region"),
        ):
            setattr(self, one, index_of(getattr(self, plural)))
        self.place_regions = np.array([self.region[p.region] for p in names.places.values()])
        self.leg_regions = np.array([self.region[g.region] for g in names.legs.values()])
        self.leg_modes = np.array([self.mode[g.mode] for g in names.legs.values()])


def _machine(codes: SmallCodes) -> SimpleNamespace:
    """Every transition is a branch of every stay, and an action."""
    n = len(codes.transitions)
    grant = np.full(n, -1)
    for transition, paper in GRANTS.items():
        grant[codes.transition[transition]] = codes.paper[paper]
    match = np.full(len(codes.stays), codes.transition["found_in_register"])
    match[codes.stay["stranded"]] = -1  # nobody is looked up where people are stranded
    return SimpleNamespace(
        branch_ptr=np.arange(len(codes.stays) + 1) * n,
        branch_transition=np.tile(np.arange(n), len(codes.stays)),
        action_transition=np.arange(n),
        stay_match=match,
        grant=grant,
    )


class World:
    """Tables filled with one number, under some effects; of the small corridor or a scenario."""

    def __init__(
        self, effects: Iterable[Effect], base: float = 0.4, scenario: Scenario | None = None
    ) -> None:
        if scenario is None:
            names = small_names()
            small = SmallCodes(names)
            c: Codes = small
            machine: Any = _machine(small)
            agencies = [cause.agency for cause in names.causes.values()]
        else:
            c = Codes(scenario)
            machine = compile_machine(scenario, c)
            agencies = [cause.agency for cause in scenario.causes]
        self.codes, self.machine = c, machine
        branches = [
            f"{stay}>{c.transitions[t]}"
            for s, stay in enumerate(c.stays)
            for t in machine.branch_transition[machine.branch_ptr[s] : machine.branch_ptr[s + 1]]
        ]
        self.axes: dict[str, tuple[str, ...]] = {
            "leg": c.legs,
            "harm": tuple(f"{stay}>{harm}" for stay, harm in c.stay_harms),
            "cohort": c.cohorts,
            "cause": c.causes,
            "agency": c.agencies,
            "region": c.regions,
            "place": c.places,
            "stay": c.stays,
            "facility": c.facilities,
            "paper": c.papers,
            "sector": c.sectors,
            "group": c.groups,
            "branch": tuple(branches),
            "grant": c.transitions,
            "action": tuple(c.transitions[t] for t in machine.action_transition),
        }
        shapes = {n: tuple(len(self.axes[a]) for a in t.axes) for n, t in TABLES.items()}
        self.base = {name: np.full(shape, base) for name, shape in shapes.items()}
        book = EditBook(small_calendar())  # effects count in days already
        self.compiler = EffectCompiler(c, machine, self.base, book, agencies, TAGS)
        self.effects = tuple(sorted(effects, key=lambda e: e.key))
        self.compiler.write(self.effects)
        self._folder = Folder(self.base, book.edits())

    def tables(self, day: int, driven: Mapping[int, float] | None = None) -> dict[str, np.ndarray]:
        """All tables on a day."""
        self._folder.fold(day, driven)
        return dict(self._folder.tables)

    def value(self, table: str, cell: Mapping[str, str], on: dt.date | int) -> float:
        """The value of the cells that a description names (axes it does not name: all alike)."""
        day = on if isinstance(on, int) else small_calendar().day(on)
        found = np.unique(self.tables(day)[table][self._index(table, cell)])
        assert len(found) == 1, f"{table} {dict(cell)} is not one number: {found}"
        return float(found[0])

    def _index(self, table: str, cell: Mapping[str, str]) -> tuple[Any, ...]:
        return tuple(self._position(axis, cell) for axis in TABLES[table].axes)

    def _position(self, axis: str, cell: Mapping[str, str]) -> object:
        if axis in ("branch", "harm"):
            return self.axes[axis].index(f"{cell['stay']}>{cell['transition']}")
        if axis == "action":
            return self.axes[axis].index(cell["transition"])
        if axis == "grant":
            paper = cell["paper"]
            return next(i for i, t in enumerate(self.axes[axis]) if GRANTS.get(t) == paper)
        key = {"sector": "region", "group": "cohort"}.get(axis, axis)
        if key not in cell:
            return slice(None)
        if axis == "group":
            return self.axes[axis].index(cell["cohort"][:3].upper())
        return self.axes[axis].index(cell[key])

    def changed(
        self, day: int, driven: Mapping[int, float] | None = None
    ) -> dict[tuple[str, ...], float]:
        """Every cell that differs from its base: (table, names along the axes) -> value."""
        out: dict[tuple[str, ...], float] = {}
        for name, table in self.tables(day, driven).items():
            for position in zip(*np.nonzero(table != self.base[name]), strict=True):
                names = (self.axes[a][i] for a, i in zip(TABLES[name].axes, position, strict=True))
                out[(name, *names)] = float(table[position])
        return out
