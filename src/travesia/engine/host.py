"""The host: the floating-point work of a run: once a week, when a policy or a month begins.

It folds the dated edits, learns from the tallies published up to yesterday, solves the route
values and quantises everything to the integer tables of :class:`travesia.engine.tables.Today`.
Kernels and oracle share it, which is why they can agree to the bit.
"""

from __future__ import annotations

import math
from collections import deque
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from travesia import rng
from travesia.calendar import DAYS_PER_WEEK, TICKS_PER_DAY
from travesia.engine.beliefs import BorderBelief, Published, WayBelief
from travesia.engine.keys import decision_keys
from travesia.engine.tables import Today
from travesia.model import choice
from travesia.model.compiled import (
    N_RISK_CLASSES,
    ONE,
    CompiledModel,
    Control,
    Floats,
    Ints,
    choice_class,
)
from travesia.model.folding import Folder, change_days
from travesia.model.layout import MAX_WAIT_DAYS
from travesia.model.utility import UtilityTables, boarding_failure, leg_utilities

CASE_UNITS = 1024
"""Capacities are counted in 1/1024 of a place or case, so that fractions add up exactly."""

QUANTILES = 256

ROUTE_TABLES = frozenset(
    {"leg_open", "leg_utility", "leg_cost", "leg_cost_add", "leg_days", "boarding_guard",
     "train_speed", "release_signal", "capture_signal"}
)  # fmt: skip
"""Tables on which route values depend."""

HARM_TABLES = {"harm_rate": "stay_hazard", "harm_first": "stay_hazard_first"}
"""Tables of the day by the tables of the model that they quantise."""

_Z90 = 1.2815515655446004
"""90 % point of the standard normal."""

_MIDDLES: Floats = (np.arange(QUANTILES) + 0.5) / QUANTILES

_NORMAL: Floats = np.array([NormalDist().inv_cdf(x) for x in _MIDDLES.tolist()])
"""The standard normal at these 256 mid-quantiles."""


def quantise(probability: Floats) -> npt.NDArray[np.uint32]:
    """Probabilities as integer thresholds: floor(p * 2**31), from 0 to one."""
    clipped = np.clip(probability, 0.0, 1.0)
    return np.asarray(np.floor(clipped * ONE), dtype=np.uint32)


def wait_quantiles(distribution: int, median: float, spread: float) -> npt.NDArray[np.uint16]:
    """Days at 256 mid-quantiles of a clock.

    ``distribution`` 1 fixed, 2 geometric (median given), 3 log-normal (``spread`` = 90 % point
    over median). At least one day, at most the ring of the calendar.
    """
    if distribution == 2:
        stay = 0.5 ** (1.0 / max(median, 0.05))
        days = np.ceil(np.log1p(-_MIDDLES) / math.log(stay)) if stay > 0 else np.ones(QUANTILES)
    elif distribution == 3:
        sigma = math.log(max(spread, 1.0)) / _Z90
        days = np.rint(median * np.exp(sigma * _NORMAL))
    else:
        days = np.full(QUANTILES, round(median), dtype=np.float64)
    return np.asarray(np.clip(days, 1, MAX_WAIT_DAYS), dtype=np.uint16)


class Host:
    """Builds the tables of each day. One host belongs to one run."""

    def __init__(self, model: CompiledModel, seed: int, replicate: int = 0) -> None:
        self.model = model
        self.key = rng.run_key(seed, replicate)
        self._folder = Folder(model.base, model.edits)
        self._folder.fold(0)
        self._folder.forget()
        self._step = DAYS_PER_WEEK * model.table_weeks
        self._table_days = frozenset(
            [
                *range(0, model.n_days, self._step),
                *change_days(model.edits, model.n_days),
                # Departures are given by month and must not wait for the next week.
                *(np.flatnonzero(np.diff(model.month_of_day)) + 1).tolist(),
            ]
        )
        self.way = WayBelief(model)
        self.border = BorderBelief(model, self._release_at_start())
        self._utilities = UtilityTables(model)
        # Many risk classes run the same risks: their thresholds are worked out once.
        self._risks, self._risk_of = np.unique(model.risk.who_factor, axis=0, return_inverse=True)
        n = model.names
        classes = choice_class(len(n.cohorts) - 1, 1, 1, 1) + 1
        self._unguided = np.array(
            [choice_class(c, 0, w, 0) for c in range(len(n.cohorts)) for w in range(2)]
        )
        self._value = np.full((classes, model.n_places), choice.NONE)
        self._probability = np.zeros((classes, len(n.legs)))
        self._branches = np.full(model.base["outcome"].shape, np.nan)
        """Chances behind the thresholds of outcomes that were quantised last."""
        self._thresholds = np.zeros(model.base["outcome"].shape, np.uint32)
        self._terminal = np.full((classes, model.n_places), choice.NONE)
        self._reference: Floats | None = None
        self._last: Published | None = None
        self._last_day = 0
        self._exposed_per_day = np.zeros((N_RISK_CLASSES, len(n.legs)))
        self.capacity: Ints = np.zeros(len(n.facilities), np.int64)
        """[F] today's places and cases for those simulated, in 1/1024."""
        self.whole: Floats = np.zeros(len(n.facilities))
        """[F] the same for the whole population, in places and cases."""
        self.nights: Floats = np.zeros((len(n.stays), len(n.regions)))
        """[S, R] mean days of each stay that begins today."""
        self.parties_per_day: Floats = np.zeros(len(n.cohorts))
        self._today: Today | None = None
        self._counts = [deque[float](maxlen=c.window) for c in model.controls]
        self._read = [
            (np.flatnonzero(c.transitions), None if c.cells is None else np.flatnonzero(c.cells))
            for c in model.controls
        ]
        self._below = [0] * len(model.controls)
        self._driven: dict[int, float] = {}
        self._updated = 0

    def heed(self, day: int, yesterday: Ints, stock: npt.NDArray[Any]) -> bool:
        """Let controllers read what was published yesterday: events [T] and stocks [cells].

        Returns whether the level of one of them changes on ``day``, so that tables must be
        rebuilt.
        """
        driven = dict(self._driven)
        for i, control in enumerate(self.model.controls):
            transitions, cells = self._read[i]
            count = float(yesterday[transitions].sum())
            if cells is not None:
                count += float(stock[cells].sum())
            self._counts[i].append(count)
            mean = sum(self._counts[i]) / (self.model.sample * len(self._counts[i]))
            self._below[i] = 0 if mean >= control.threshold else self._below[i] + 1
            driven[i] = self._level(i, control, day, mean)
        driven = {i: level for i, level in driven.items() if level > 0.0}
        changed = driven != self._driven
        self._driven = driven
        return changed

    def _level(self, i: int, control: Control, day: int, mean: float) -> float:
        """How far a controller acts on a day, from 0 to 1."""
        before = self._driven.get(i, 0.0)
        if not control.start <= day < control.end:
            return 0.0
        known = len(self._counts[i]) == control.window
        if control.full is not None:
            if not known or day % DAYS_PER_WEEK:
                return before
            return min(
                1.0, max(0.0, (mean - control.threshold) / (control.full - control.threshold))
            )
        if mean >= control.threshold and known:
            return 1.0
        return 0.0 if self._below[i] > control.patience else before

    def levels(self) -> Floats:
        """How far each controller acts today [controllers], from 0 to 1."""
        return np.array([self._driven.get(i, 0.0) for i in range(len(self.model.controls))])

    def is_table_day(self, day: int) -> bool:
        """Whether tables are rebuilt on this day."""
        return day in self._table_days

    def signal(self) -> Floats:
        """Shift of the believed chance of capture in force [G, R]."""
        return self._folder.tables["capture_signal"]

    # -- learning ------------------------------------------------------------------------------

    def _release_at_start(self) -> Floats:
        """Chance of release by cohort and sector in the tables of day 0 [C, X]."""
        m, names = self.model.machine, self.model.names
        outcome = self._folder.tables["outcome"]
        lo, hi = m.branch_ptr[m.custody_stay], m.branch_ptr[m.custody_stay + 1]
        regions = self.model.graph.place_region[[names.places.index(s) for s in names.sectors]]
        branches = np.clip(outcome[:, regions, lo:hi], 0.0, 1.0)
        rest = (m.rest_branch[:, m.custody_stay] - lo)[:, None, None]
        np.put_along_axis(branches, rest, 0.0, 2)
        left = np.maximum(0.0, 1.0 - branches.sum(2, keepdims=True))
        np.put_along_axis(branches, np.broadcast_to(rest, left.shape), left, 2)
        is_release = m.release[m.branch_transition[lo:hi]].astype(bool)
        return np.asarray(branches[:, :, is_release].sum(2))

    def _learn(self, day: int, published: Published) -> None:
        days = day - self._last_day
        if self._last is not None and days > 0:
            scale = 1.0 / self.model.sample
            old = self._last
            if self.model.learning:
                flows = np.asarray((published.flows - old.flows) * scale, np.float64)
                hits = np.asarray((published.hits - old.hits) * scale, np.float64)
                custody = np.asarray((published.custody - old.custody) * scale, np.float64)
                self.way.learn(day, days, flows, hits)
                self.border.learn(days, custody)
            self._exposed_per_day = (published.exposed - old.exposed) * scale / days
        self._last, self._last_day = published, day

    # -- tables --------------------------------------------------------------------------------

    def update(self, day: int, published: Published) -> Today:
        """Tables for ``day`` and the days up to the next table day.

        People learn and routes are solved anew every week or few; on other days only what a dated
        change touches is built again. So a policy elsewhere never shifts the days of learning.
        """
        changed = self._folder.fold(day, self._driven)
        self._updated = day
        due = day % self._step == 0 or self._today is None
        if due:
            self._learn(day, published)
        tables = self._folder.tables
        if self._today is None:
            self._today = self._first_tables()
        new: dict[str, npt.NDArray[Any]] = {}
        if due or changed & ROUTE_TABLES:
            new |= self._routes(day)
        if due or "action" in changed:
            new["action"] = self._actions(due)
        if due or changed & {"hazard", "effort"}:
            new["risk_total"], new["risk_cause"] = self._risk()
        if "outcome" in changed:
            new["outcome"] = self._outcomes()
        if "clock" in changed:
            new["clock"], new["duration"] = self._durations()
        if "match" in changed:
            new["match"] = quantise(tables["match"])
        for rates, table in HARM_TABLES.items():
            if table in changed:
                new[rates] = quantise(tables[table])
        if "leg_days" in changed:
            ticks = np.maximum(1, np.rint(tables["leg_days"] * TICKS_PER_DAY)).astype(np.int64)
            new["leg_ticks"] = np.minimum(ticks, MAX_WAIT_DAYS * TICKS_PER_DAY)
        if "paper_days" in changed:
            new["paper_days"] = np.rint(tables["paper_days"]).astype(np.int64)
        if "paper_valid" in changed:
            new["paper_valid"] = (tables["paper_valid"] >= 0.5).astype(np.uint8)
        if "paper_stops" in changed:
            most = max(self.model.risk.paper_most, 1e-12)
            new["paper_shield"] = quantise(1.0 - tables["paper_stops"] / most)
        if "guided" in changed:
            new["guided"] = quantise(tables["guided"])
        if "capacity" in changed:
            self.whole = tables["capacity"].copy()
            self.capacity = np.floor(self.whole * CASE_UNITS).astype(np.int64)
        self._set_demand(day)
        self._today = self._today._replace(**new)
        if "clock" in new:
            self.nights = _mean_days(self._today)
        return self._today

    def open(self, day: int) -> None:
        """Set today's capacity of a sample; fractions of a case carry over from day to day."""
        if self.model.sample < 1.0:
            daily = self.whole * self.model.sample * CASE_UNITS
            self.capacity = (np.floor(daily * (day + 1)) - np.floor(daily * day)).astype(np.int64)

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        last = None if self._last is None else list(self._last)
        return {
            "updated": self._updated,
            "driven": sorted(self._driven.items()),
            "below": self._below,
            "counts": [list(c) for c in self._counts],
            "way": self.way.state(),
            "border": self.border.state(),
            "value": self._value,
            "probability": self._probability,
            "reference": self._reference,
            "last": last,
            "last_day": self._last_day,
            "exposed_per_day": self._exposed_per_day,
            "capacity": self.capacity,
            "whole": self.whole,
            "parties_per_day": self.parties_per_day,
            "today": None if self._today is None else list(self._today),
        }

    def restore(self, state: dict[str, Any]) -> Today:
        """Go on from a checkpoint; returns the tables then in force."""
        self._updated = state["updated"]
        self._driven = {int(i): float(level) for i, level in state["driven"]}
        self._below = state["below"]
        for counts, kept in zip(self._counts, state["counts"], strict=True):
            counts.extend(kept)
        self._folder.fold(self._updated, self._driven)
        self.way.restore(state["way"])
        self.border.restore(state["border"])
        self._value, self._probability = state["value"], state["probability"]
        self._reference = state["reference"]
        self._last = None if state["last"] is None else Published(*state["last"])
        self._last_day, self._exposed_per_day = state["last_day"], state["exposed_per_day"]
        self.capacity, self.parties_per_day = state["capacity"], state["parties_per_day"]
        self.whole = state["whole"]
        self._today = Today(*state["today"])
        self.nights = _mean_days(self._today)
        return self._today

    def _first_tables(self) -> Today:
        """Empty tables, all of which the first update fills."""
        nothing = np.zeros(0)
        nowhere = np.full(self.model.n_places, -1, np.int32)
        empty = Today(*(nothing for _ in Today._fields))
        n_legs = len(self.model.names.legs)
        return empty._replace(
            caravan_place=np.zeros(0, np.int32),
            caravan_here=nowhere,
            leg_accident=np.zeros(n_legs, np.uint32),
            leg_cause=np.zeros(n_legs, np.int32),
        )

    def keys(self, day: int) -> npt.NDArray[np.uint64]:
        """Decision keys of a day (all slots), the run's key and the day behind them."""
        return decision_keys(self.key, day, rng.SLOTS)

    def _set_demand(self, day: int) -> None:
        c = self.model.cohorts
        people = c.people_per_day[self.model.month_of_day[day]] * self._folder.tables["demand"]
        if self.model.demand_response:
            pull = self.model.parameters["demand_release_elasticity"] * self.border.mean_change()
            people = people * np.exp(np.clip(c.release_weight * pull, -2.0, 2.0))
        self.parties_per_day = people * self.model.sample / c.mean_size

    def _routes(self, day: int) -> dict[str, npt.NDArray[Any]]:
        """Solve the route values; thresholds of choice and of failed boarding."""
        model, p = self.model, self.model.parameters
        boarding = boarding_failure(model, self._folder.tables)
        way = self.way.believed(self._folder.tables["capture_signal"])
        g, names = model.graph, model.names
        month = model.month_of_day[day]
        shift = self.border.believed() - self.border.reference
        shift = shift + self._folder.tables["release_signal"]
        pull = model.cohorts.release_weight[:, None] * shift  # [C, X]
        ends = model.attraction[month] + pull[:, None, :]  # [C, 2, X]
        places = [names.places.index(s) for s in names.sectors]
        self._terminal[:, places] = np.repeat(
            ends.reshape(-1, len(places)), 4, axis=0
        )  # the four classes of papers and means share it
        utility = leg_utilities(self._utilities, self._folder.tables, boarding, way)
        choice.route_values(
            utility,
            self._terminal,
            g.order,
            g.out_ptr,
            g.leg_to,
            p["mu_place"],
            p["nest_scale"],
            self._value,
            self._probability,
        )
        thresholds = np.zeros(self._probability.shape, np.uint32)
        choice.choice_thresholds(self._probability, g.out_ptr, thresholds)
        return {"choice": thresholds, "boarding": quantise(boarding)}

    def _actions(self, due: bool) -> npt.NDArray[np.uint32]:
        """Cumulative action thresholds [2 C, P, A]; people turn back as the way loses value."""
        model, m = self.model, self.model.machine
        base = self._folder.tables["action"]
        value = self._value[self._unguided]  # [2 C, P]
        if self._reference is None:
            self._reference = value.copy()
        known = (value > choice.NONE / 2) & (self._reference > choice.NONE / 2)
        loss = np.where(known, self._reference - value, 0.0)
        factor = np.exp(np.clip(model.parameters["turn_back_slope"] * loss, -3.0, 3.0))
        if due:
            slow = 1.0 - 2.0 ** (-model.table_weeks / model.parameters["release_reference_weeks"])
            self._reference += slow * (value - self._reference)
        out = np.zeros((len(value), *base.shape[1:]), np.uint32)
        choice.action_thresholds(base, m.action_needs_no_papers, m.turn_back, factor, out)
        return out

    def _risk(self) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
        model = self.model
        hazard = np.maximum(self._folder.tables["hazard"], 0.0)
        saturation = saturate(model, hazard, self._folder.tables["effort"], self._exposed_per_day)
        n, n_legs, n_causes = len(self._risks), len(model.names.legs), len(model.names.causes)
        total = np.zeros((n, n_legs), np.uint32)
        cause = np.zeros((n, n_legs, n_causes), np.uint32)
        choice.risk_thresholds(hazard, self._risks, saturation, total, cause)
        return total[self._risk_of], cause[self._risk_of]

    def _outcomes(self) -> npt.NDArray[np.uint32]:
        table, machine = self._folder.tables["outcome"], self.model.machine
        out = self._thresholds.copy()
        choice.branch_thresholds(
            table, self._branches, machine.branch_ptr, machine.rest_branch, out
        )
        self._branches, self._thresholds = table, out
        return out

    def _durations(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint16]]:
        """Days at 256 quantiles of every clock in use, and which one holds where [S, R]."""
        m, median = self.model.machine, self._folder.tables["clock"]
        which = np.zeros(median.shape, np.int32)
        rows: list[npt.NDArray[np.uint16]] = []
        for s, row in enumerate(median):
            days, place = np.unique(row, return_inverse=True)
            which[s] = len(rows) + place
            shape = (int(m.stay_distribution[s]), float(m.stay_spread[s]))
            rows += [wait_quantiles(shape[0], float(d), shape[1]) for d in days]
        return which, np.stack(rows)


def _mean_days(today: Today) -> Floats:
    """Mean days of every stay [S, R]."""
    return np.asarray(today.duration.mean(1)[today.clock], np.float64)


def saturate(model: CompiledModel, hazard: Floats, effort: Floats, exposed: Floats) -> Floats:
    """Factor on every hazard from effort and saturation [K, L].

    An agency of capacity C and effort e that meets F people a day with chance p each stops
    C e (1 - exp(-p F / C)) of them; ``exposed`` [risk classes, L] people per day gives p F.
    """
    r, g = model.risk, model.graph
    factor = np.ones_like(hazard)
    people = r.who_factor.T @ exposed  # [K, L] people at risk, weighted by their class
    for agency in range(len(model.names.agencies)):
        causes = np.flatnonzero(r.agency == agency)
        if not len(causes):
            continue
        load = np.bincount(
            g.leg_region,
            (hazard[causes] * people[causes]).sum(0),
            minlength=len(model.names.regions),
        )
        x = load / r.capacity[agency]
        relief = np.where(x > 1e-9, -np.expm1(-x) / np.maximum(x, 1e-9), 1.0)
        by_leg = (effort[agency] * relief)[g.leg_region]
        factor[causes] *= by_leg
    return factor
