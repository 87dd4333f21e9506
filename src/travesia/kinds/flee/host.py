"""What changes once a day under FLEE's rule: conflict, closures, scores, weights, who sets out.

All floating-point work of the sane version happens here; its kernel gets integer thresholds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from travesia import rng
from travesia.engine.keys import decision_keys, draws
from travesia.kinds.flee.model import (
    CAMP,
    CLOSE,
    HUB,
    IDP_CAMP,
    MARKER,
    ONE,
    TOWN,
    FleeModel,
    Floats,
    Longs,
)
from travesia.population.people import mix64

EPSILON = 1e-6

CHANGING = (
    "chance", "town", "camp", "intensity", "_table", "_since", "population", "open", "closings",
    "_shut", "_shut_camps", "waiting", "_owed", "_changed", "_open_paths", "_weights_day",
)  # fmt: skip
"""What of a host changes from day to day."""


class FleeHost:
    """State of the places and roads of one run, day by day."""

    def __init__(self, model: FleeModel, seed: int, replicate: int = 0) -> None:
        self.model = model
        self.key = rng.run_key(seed, replicate)
        r, kind = model.rule, model.kind
        by_kind = np.full(model.n_places, r.default_movechance)
        by_kind[kind == CAMP] = r.camp_movechance
        by_kind[kind == IDP_CAMP] = r.idpcamp_movechance
        by_kind[(kind == HUB) | (kind == MARKER)] = 1.0
        self._own_chance = by_kind
        self._own_town = (kind == TOWN) | (kind == 0)
        self.chance = by_kind.copy()
        self.town = self._own_town.copy()
        self.camp = (kind == CAMP) | (kind == IDP_CAMP)
        self.intensity = model.start_intensity.copy()
        self._table = np.zeros(model.n_places)
        self._since = np.full(model.n_places, -1 if r.compatible else 0, np.int64)
        started = self.intensity > 0
        self.chance[started] = r.conflict_movechance
        self.town[started] = False
        if r.compatible:  # FLEE calls a place a camp when hardly anybody would leave it
            sticky = (self.chance < 0.005) & ~self.camp
            self.camp |= sticky
            self.town &= ~sticky
        self.population = model.population.copy()
        self.open = np.ones(model.n_links, np.uint8)
        self.closings = np.zeros(model.n_links, np.int32)
        self._shut = np.zeros(model.n_links, np.int32)
        self._shut_camps = np.zeros(model.n_places, np.int32)
        self.waiting = 0
        self._owed = np.zeros(model.n_places)
        self._changed = True
        self._open_paths: npt.NDArray[np.bool_] = np.ones(len(model.path_dest), bool)
        self._row = np.repeat(np.arange(model.n_places), np.diff(model.path_ptr))
        self._weights_day = 0
        self.key_of_origins = rng.name_key("flee: sets out")
        self.key_of_camps = rng.name_key("flee: in a camp on the first day")

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps: all that changes from day to day."""
        return {name: getattr(self, name) for name in CHANGING}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        for name in CHANGING:
            setattr(self, name, state[name])

    # -- conflict and closures -------------------------------------------------------------

    def update_conflict(self, day: int) -> None:
        """Conflict that begins, changes or ends today."""
        touched = self._follow_table(day)
        # FLEE's spawn weights are of yesterday unless a conflict begins or ends today.
        self._weights_day = day if touched or not self.model.rule.compatible else day - 1

    def _follow_table(self, day: int) -> bool:
        strict, r = self.model.rule.compatible, self.model.rule
        touched = False
        for place, value in self.model.changes[day]:
            before = self._table[place]
            self._table[place] = value
            if value > EPSILON:
                if before < EPSILON:
                    self.chance[place] = r.conflict_movechance
                    self.town[place] = False
                    self._since[place] = day
                if before < EPSILON or not strict:
                    self.intensity[place] = value
                    touched = True
            elif day > 0 and (before == 1 if strict else before > EPSILON):
                self.intensity[place] = -1.0
                self.town[place] = True if strict else bool(self._own_town[place])
                self.chance[place] = r.default_movechance if strict else self._own_chance[place]
                touched = True
        return touched

    def update_closures(self, day: int) -> None:
        """Roads and camps that close or open today, in the order of the file."""
        for links, action in self.model.gates[day]:
            if action == CLOSE:
                self.closings[links] += self.open[links] == 1
            self._shut[links] += 1 if action == CLOSE else -1
            # FLEE opens a road at the first end of a closure, whatever else still closes it.
            still = False if self.model.rule.compatible else self._shut[links] > 0
            self.open[links] = 0 if action == CLOSE else np.where(still, 0, 1)
        for place, action, idp in self.model.camp_gates[day]:
            self._shut_camps[place] += 1 if action == CLOSE else -1
            if action == CLOSE or self.model.rule.compatible or self._shut_camps[place] == 0:
                self._turn_camp(place, action, idp)
        if self.model.gates[day]:
            self._changed = True

    def _turn_camp(self, place: int, action: int, idp: bool) -> None:
        r = self.model.rule
        self.camp[place] = action != CLOSE
        self.town[place] = action == CLOSE
        self.intensity[place] = -1.0
        self.chance[place] = r.default_movechance
        if action != CLOSE:
            idp = idp if r.compatible else bool(self.model.kind[place] == IDP_CAMP)
            self.chance[place] = r.idpcamp_movechance if idp else r.camp_movechance

    # -- scores and weights ----------------------------------------------------------------

    def decay(self, day: int) -> Floats:
        """Factor on the intensity of every place by the age of its conflict."""
        r = self.model.rule
        if not r.decay:
            return np.ones(self.model.n_places)
        age = np.maximum(0, day - self._since) // r.decay_interval
        return np.asarray(np.array(r.decay)[np.minimum(age, len(r.decay) - 1)])

    def scores(self, day: int) -> Floats:
        """Attraction of every place."""
        r = self.model.rule
        out = np.where(self.model.country_foreign, r.foreign_weight, 1.0)
        out = np.where(self.camp, out * r.camp_weight, out)
        war = self.intensity > 0
        out[war] *= r.conflict_weight ** (self.decay(day)[war] * self.intensity[war])
        return np.asarray(out * self.model.attraction)

    def capacity(self, day: int) -> Floats:
        """Capacity of every place today; below 1 there is no limit."""
        return self.model.capacity + self.model.capacity_per_day * day

    def room(self, day: int, people: Longs) -> Floats:
        """1 where there is room, 0 where a place is full, linear in between (the buffer)."""
        buffer, size = self.model.rule.capacity_buffer, self.capacity(day)
        limited = size >= 1
        share = np.divide(people, size, out=np.zeros(len(size)), where=limited)
        if buffer >= 1:  # beyond 1 the buffer takes people above the capacity
            full = share >= 1 if buffer == 1 else share > buffer
            return np.where(limited & full, 0.0, 1.0)
        left = np.clip((1 - share) / (1 - buffer), 0.0, 1.0)
        return np.where(limited, left, 1.0)

    def pull(self, people: Longs) -> Floats:
        """Factor on the weight of every place by the people who are there; 1 but for camps."""
        r = self.model.rule
        if r.camp_pull == 0:
            return np.ones(len(people))
        factor = (np.maximum(people, 0) / r.pull_base + 1.0) ** r.camp_pull
        return np.where(self.camp, factor, 1.0)

    def move_thresholds(self, chances: Floats) -> Longs:
        """Chances as thresholds for draws of 31 bits."""
        return np.asarray(np.rint(np.clip(chances, 0, 1) * ONE), dtype=np.int64)

    def chances(self) -> Floats:
        """Chance per day that a person moves on from a place."""
        r = self.model.rule
        if r.pop_scale == 0:
            return self.chance
        size = np.maximum(self.population, np.maximum(self.model.capacity, 0))
        return np.asarray(self.chance * (size / r.pop_base) ** r.pop_scale)

    def path_weights(self, day: int) -> Floats:
        """Weight of every candidate path, but for the room at its end and the last power."""
        m = self.model
        return np.asarray(
            (m.rule.weight_softening + self.scores(day)[m.path_dest]) / m.path_distance
        )

    def open_paths(self) -> npt.NDArray[np.bool_]:
        """Whether all roads of a path are open."""
        if self._changed:
            m = self.model
            shut = np.concatenate([[0], np.cumsum(self.open[m.path_links] == 0)])
            self._open_paths = shut[m.path_link_ptr[1:]] == shut[m.path_link_ptr[:-1]]
            self._changed = False
        return self._open_paths

    def path_thresholds(self, day: int, factor: Floats) -> Longs:
        """Cumulative thresholds [c] of the paths within each place of departure.

        ``factor`` [p] is by place of destination: the room that is left there, and its pull.

        Where all weights are 0 (everything is full) open paths are equally likely; where no path
        is open the last threshold is 0.
        """
        m = self.model
        usable = self.open_paths()
        if m.rule.known_camps:  # a camp that is closed is none
            usable = usable & self.camp[m.path_dest]
        weight = (self.path_weights(day) * factor[m.path_dest]) ** m.rule.weight_power
        weight = np.where(usable, weight, 0.0)
        total = np.bincount(self._row, weight, m.n_places)
        weight = np.where((total[self._row] <= 0) & usable, 1.0, weight)
        total = np.bincount(self._row, weight, m.n_places)
        running = np.concatenate([[0.0], np.cumsum(weight)])
        upto = running[1:] - running[m.path_ptr[self._row]]
        some = total[self._row]
        share = np.divide(upto, some, out=np.zeros(len(upto)), where=some > 0)
        out = np.minimum(np.rint(share * ONE), ONE).astype(np.int64)
        # Whatever the rounding of sums, the last path that can be taken closes the scale, and the
        # last of all guards the kernel's search.
        out[share >= 1 - 1e-9] = ONE
        last = m.path_ptr[1:] - 1
        out[last[(np.diff(m.path_ptr) > 0) & (total > 0)]] = ONE
        return np.asarray(out)

    # -- who sets out ------------------------------------------------------------------------

    def setting_out(self, day: int) -> Longs:
        """How many people set out from each place today [p]."""
        r = self.model.rule
        people = self._driven_by_conflict(day) if r.conflict_driven else self._from_counts(day)
        if r.take_from_population:
            if not r.compatible:
                people = np.minimum(people, self.population)
            self.population = np.maximum(self.population - people, 0)
        return people

    def _from_counts(self, day: int) -> Longs:
        people = np.zeros(self.model.n_places, np.int64)
        number = int(self.model.new_people[day]) + self.waiting
        war = np.maximum(self.intensity, 0)
        decay = self.decay(self._weights_day) if self.model.rule.decay else 1.0
        weight = self.population * war * decay
        total = float(weight.sum())
        self.waiting = number if total <= 0 else 0
        if number and total > 0:
            share = np.cumsum(weight) / total
            share[np.flatnonzero(weight)[-1] :] = 1.0
            key = rng.decision_key(self.key, day, 0, rng.Decision.ORIGIN)
            u = draws(key, self.person_keys(day, self.key_of_origins, number)) >> np.uint64(33)
            place = np.searchsorted(
                np.rint(share * ONE).astype(np.int64), u.astype(np.int64), side="right"
            )
            people = np.bincount(place, minlength=self.model.n_places).astype(np.int64)
        return np.asarray(people)

    def _driven_by_conflict(self, day: int) -> Longs:
        r = self.model.rule
        war = np.maximum(self.intensity, 0)
        mean = int(r.displaced_per_day) * war
        if r.spawn_mode == "poisson":
            key = rng.decision_key(self.key, day, 0, rng.Decision.COUNT)
            generator = np.random.Generator(np.random.Philox(key=key))
            return np.asarray(generator.poisson(mean / r.stands_for))
        if r.spawn_mode == "pop_ratio":
            mean = r.displaced_per_day * (self.population * r.stands_for) * war
        # Of a sample whole people set out; what is left of one waits for the next day.
        self._owed += np.floor(mean) / r.stands_for
        people = np.floor(self._owed + 1e-9)
        self._owed -= people
        return np.asarray(people.astype(np.int64))

    def person_keys(self, day: int, origin: int, number: int) -> npt.NDArray[np.uint64]:
        """Keys of the people who set out on a day (:func:`travesia.rng.party_key`)."""
        ordinal = np.arange(number, dtype=np.uint64)
        stamp = ((np.uint64(day) << np.uint64(32)) | ordinal) + np.uint64(rng.GOLDEN)
        return mix64(np.uint64(origin) ^ mix64(stamp))

    def keys(self, day: int) -> npt.NDArray[np.uint64]:
        """Decision keys of a day, the run's key and the day behind them."""
        return decision_keys(self.key, day, rng.MAX_HOPS * rng.N_DECISIONS)
