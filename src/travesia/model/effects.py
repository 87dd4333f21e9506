"""From effects (names) to edits (cells): one function per kind of the closed set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from travesia.model.book import EditBook
from travesia.model.codes import Codes, cells
from travesia.model.compiled import NEVER, Control, Floats, Ints, Machine, Recall
from travesia.model.dated import branch_of
from travesia.policy import effects as fx

STATE = "state:"
"""Before the name of a state whose stock a controller reads."""

Shapes = dict[str, tuple[int, ...]]


class EffectCompiler:
    """Writes the edits of effects into a book."""

    def __init__(
        self, codes: Codes, machine: Machine, base: dict[str, Floats], book: EditBook,
        cause_agency: Sequence[str], tags: Mapping[str, Sequence[str]],
    ) -> None:  # fmt: skip
        self._codes, self._machine, self._book = codes, machine, book
        self._shape = {name: table.shape for name, table in base.items()}
        self._cause_agency = list(cause_agency)
        self._action = {int(t): a for a, t in enumerate(machine.action_transition)}
        self.recalls: list[Recall] = []
        self.labels: list[fx.Label] = []
        self.controls: list[Control] = []
        self._control = -1
        self._tags = tags
        self._write: dict[type[fx.Effect], Callable[..., None]] = {
            fx.LegAvailability: self._leg_availability, fx.LegUtility: self._leg_utility,
            fx.LegCost: self._leg_cost, fx.LegTime: self._leg_time,
            fx.HazardFactor: self._hazard, fx.EffortFactor: self._effort,
            fx.Boarding: self._boarding, fx.OutcomeSet: self._outcome,
            fx.OutcomeFactor: self._outcome, fx.ActionSet: self._acting,
            fx.ActionFactor: self._acting, fx.StayClock: self._clock,
            fx.Capacity: self._capacity, fx.PapersRule: self._papers,
            fx.PaperValidity: self._validity, fx.RegisterQuery: self._query,
            fx.Demand: self._demand,
            fx.Signal: self._signal, fx.Recall: self._recall,
            fx.Label: self.labels.append, fx.Controller: self._controller,
        }  # fmt: skip

    def write(self, effects: Sequence[fx.Effect]) -> None:
        """Write all effects."""
        for effect in effects:
            self._write[type(effect)](effect)

    def _add(
        self, effect: fx.Effect, target: str, op: str, index: Ints, value: float, sub: int = 0
    ) -> None:
        if not len(index):
            return
        self._book.add(
            target, op, index, value, start=effect.start,
            end=NEVER if effect.end is None else effect.end, ramp=effect.ramp_days,
            rank=(effect.priority, sub), origin=effect.policy, control=self._control,
        )  # fmt: skip

    def _controller(self, e: fx.Controller) -> None:
        """The inner effects become edits that the controller switches."""
        c = self._codes
        mask = np.zeros(len(c.transitions), bool)
        stocks: npt.NDArray[np.bool_] | None = None
        if e.reads.startswith(STATE):
            stocks = np.zeros((len(c.states), len(c.places)), bool)
            at = c.some(c.place, e.places)
            stocks[c.state[e.reads.removeprefix(STATE)], at] = True
            stocks = stocks.ravel()
        else:
            mask[[c.transition[t] for t in self._tags.get(e.reads, ())]] = True
        end = NEVER if e.end is None else e.end
        self._control = len(self.controls)
        self.controls.append(
            Control(
                mask, e.window_days, e.threshold, e.hysteresis_days, e.start, end, e.policy,
                e.full, stocks,
            )
        )
        self.write(e.then)
        self._control = -1

    def _legs(
        self, legs: Sequence[str], regions: Sequence[str] = (), modes: Sequence[str] = ()
    ) -> Ints:
        """Forward legs that match every selector (legs that are not chosen are passed over)."""
        c = self._codes
        mask = np.ones(len(c.legs), bool)
        if legs:
            mask &= np.isin(np.array(c.legs), list(legs))
        if regions:
            mask &= np.isin(c.leg_regions, [c.region[r] for r in regions])
        if modes:
            mask &= np.isin(c.leg_modes, [c.mode[m] for m in modes])
        return np.flatnonzero(mask)

    def _leg_availability(self, e: fx.LegAvailability) -> None:
        # Closed beats open at equal priority.
        self._add(e, "leg_open", "set", self._legs(e.legs), float(e.open), sub=0 if e.open else 1)

    def _leg_utility(self, e: fx.LegUtility) -> None:
        who = self._codes.some(self._codes.cohort, e.cohorts)
        index = cells(self._shape["leg_utility"], who, self._legs(e.legs))
        self._add(e, "leg_utility", "add", index, e.delta)

    def _leg_cost(self, e: fx.LegCost) -> None:
        legs = self._legs(e.legs)
        if e.factor != 1.0:
            self._add(e, "leg_cost", "factor", legs, e.factor)
        if e.add_usd:
            self._add(e, "leg_cost_add", "add", legs, e.add_usd)

    def _leg_time(self, e: fx.LegTime) -> None:
        legs = self._legs(e.legs)
        if e.factor != 1.0:
            self._add(e, "leg_days", "factor", legs, e.factor)
        if e.add_days:
            self._add(e, "leg_days", "add", legs, e.add_days)

    def _hazard(self, e: fx.HazardFactor) -> None:
        causes = self._codes.some(self._codes.cause, e.causes)
        index = cells(self._shape["hazard"], causes, self._legs(e.legs, e.regions, e.modes))
        self._add(e, "hazard", "factor", index, e.factor)

    def _effort(self, e: fx.EffortFactor) -> None:
        c = self._codes
        agencies = [a for a in (e.agencies or c.agencies) if a in c.agency]
        if not e.modes:
            at = c.some(c.region, e.regions)
            index = cells(self._shape["effort"], np.array([c.agency[a] for a in agencies]), at)
            self._add(e, "effort", "factor", index, e.factor)
            return
        causes = np.flatnonzero(np.isin(self._cause_agency, agencies))
        legs = self._legs((), e.regions, e.modes)
        self._add(e, "hazard", "factor", cells(self._shape["hazard"], causes, legs), e.factor)

    def _boarding(self, e: fx.Boarding) -> None:
        legs = self._legs(e.legs)
        if e.guard_add:
            self._add(e, "boarding_guard", "add", legs, e.guard_add)
        if e.speed_kmh is not None:
            self._add(e, "train_speed", "set", legs, e.speed_kmh)
        if e.speed_factor != 1.0:
            self._add(e, "train_speed", "factor", legs, e.speed_factor)

    def _outcome(self, e: fx.OutcomeSet | fx.OutcomeFactor) -> None:
        c = self._codes
        branch = branch_of(self._machine, c, e.stay, e.transition)
        if branch < 0:
            return
        index = cells(
            self._shape["outcome"], c.some(c.cohort, e.cohorts), c.some(c.region, e.regions),
            np.array([branch]),
        )  # fmt: skip
        if isinstance(e, fx.OutcomeSet):
            self._add(e, "outcome", "set", index, e.probability)
        else:
            self._add(e, "outcome", "factor", index, e.factor)

    def _acting(self, e: fx.ActionSet | fx.ActionFactor) -> None:
        c = self._codes
        action = self._action.get(c.transition[e.transition])
        if action is None:
            return
        index = cells(
            self._shape["action"], c.some(c.cohort, e.cohorts), c.some(c.place, e.places),
            np.array([action]),
        )  # fmt: skip
        if isinstance(e, fx.ActionSet):
            self._add(e, "action", "set", index, e.probability)
        else:
            self._add(e, "action", "factor", index, e.factor)

    def _clock(self, e: fx.StayClock) -> None:
        c = self._codes
        at = c.some(c.region, e.regions)
        index = cells(self._shape["clock"], np.array([c.stay[e.stay]]), at)
        if e.median_days is not None:
            self._add(e, "clock", "set", index, e.median_days)
        if e.factor != 1.0:
            self._add(e, "clock", "factor", index, e.factor)

    def _capacity(self, e: fx.Capacity) -> None:
        known = [self._codes.facility[f] for f in e.facilities if f in self._codes.facility]
        self._add(e, "capacity", e.op, np.array(known, np.int64), e.value)

    def _papers(self, e: fx.PapersRule) -> None:
        paper = self._codes.paper[e.paper]
        if e.max_days is not None:
            index = np.flatnonzero(self._machine.grant == paper)
            self._add(e, "paper_days", "set", index, e.max_days)
        if e.stop_factor is not None:
            self._add(e, "paper_stops", "set", np.array([paper]), e.stop_factor)

    def _validity(self, e: fx.PaperValidity) -> None:
        c = self._codes
        index = cells(
            self._shape["paper_valid"], np.array([c.paper[e.paper]]), c.some(c.place, e.places)
        )
        self._add(e, "paper_valid", "set", index, float(e.valid))

    def _query(self, e: fx.RegisterQuery) -> None:
        c = self._codes
        stay = c.stay[e.stay]
        if self._machine.stay_match[stay] < 0:
            return
        index = cells(
            self._shape["match"], c.some(c.cohort, e.cohorts), np.array([stay]),
            c.some(c.region, e.regions),
        )  # fmt: skip
        self._add(e, "match", "set", index, e.probability)

    def _demand(self, e: fx.Demand) -> None:
        self._add(e, "demand", "factor", self._codes.some(self._codes.cohort, e.cohorts), e.factor)

    def _signal(self, e: fx.Signal) -> None:
        c = self._codes
        who = c.some(c.cohort, e.cohorts)
        if e.belief == "release":
            sectors = c.some(c.sector, [r for r in e.regions if r in c.sector])
            index = cells(self._shape["release_signal"], who, sectors)
            self._add(e, "release_signal", "add", index, e.shift)
            return
        groups = np.arange(len(c.groups))  # capture is believed by groups, not by cohorts
        index = cells(self._shape["capture_signal"], groups, c.some(c.region, e.regions))
        self._add(e, "capture_signal", "add", index, e.shift)

    def _recall(self, e: fx.Recall) -> None:
        c = self._codes
        regions = c.some(c.region, e.regions)
        cohorts = np.zeros(len(c.cohorts), bool)
        cohorts[c.some(c.cohort, e.cohorts)] = True
        if e.start < 0:
            return
        places = np.isin(c.place_regions, regions)
        stay = c.stay[e.stay]
        self.recalls.append(Recall(e.start, stay, places, cohorts, e.policy, e.share))
