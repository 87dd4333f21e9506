"""The reduced corridor in Mesa: one Python object per party, each asked every day."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import mesa
import numpy as np

from bench.reduced import (
    ARRIVES,
    GIVES_UP,
    GOES_ON,
    N_EVENTS,
    RESTS,
    SETTLES,
    SLOTS_PER_HOP,
    Ran,
    Tables,
    Tallies,
    stocks_of,
)
from travesia import rng
from travesia.calendar import TICKS_PER_DAY
from travesia.engine.chunk import MORNING_TICK

LEG, STAY = 0, 1


Draw = Callable[[int, int, rng.Decision, int], int]
"""31 random bits for a day, a hop, a decision and a party."""


def keyed(t: Tables) -> Draw:
    """The engine's own draws, so that tallies must agree to the bit."""

    def draw(day: int, hop: int, decision: rng.Decision, party: int) -> int:
        if t.generator == rng.Generator.PHILOX:
            return rng.philox_draw(t.key, day, hop * SLOTS_PER_HOP + decision, party) >> 33
        return rng.draw(rng.decision_key(t.key, day, hop, decision), party) >> 33

    return draw


def own(source: random.Random) -> Draw:
    """Mesa's own generator, which costs it less: agrees in distribution."""

    def draw(*_: object) -> int:
        return source.getrandbits(31)

    return draw


class Party(mesa.Agent):  # type: ignore[misc]
    """A party on its way."""

    model: Corridor

    def __init__(self, model: Corridor, key: int, cohort: int) -> None:
        super().__init__(model)
        self.key, self.cohort, self.tick = key, cohort, MORNING_TICK
        self.wake = self.status = 0
        t, day, draw = model.lists, model.day, model.draw
        self.where = t["origin_place"][cohort][
            _pick(t["origin_cum"][cohort], draw(day, 0, rng.Decision.ORIGIN, key))
        ]
        self.guided = int(draw(day, 0, rng.Decision.GUIDED, key) < t["guided"][cohort])
        self.size = 1 + _pick(t["size_cum"][cohort], draw(day, 0, rng.Decision.SIZE, key))
        model.departed[2 * cohort] += self.size
        model.departed[2 * cohort + 1] += 1
        model.records += 1
        self.leave(0)

    def step(self) -> None:
        """Act, if this is the day."""
        model = self.model
        if self.wake != model.day:
            return
        model.records += 1
        cells = model.lists["rest_cell" if self.status == STAY else "leg_cell"]
        model.stock(cells[self.where], -self.size, -1)
        if self.status == LEG:
            self.arrive(0)
            return
        t = model.lists
        u = model.draw(model.day, 0, rng.Decision.OUTCOME, self.key)
        gives_up, settles = t["outcome"][self.cohort][t["region"][self.where]]
        if u < gives_up:
            self.end(GIVES_UP)
        elif u < settles:
            self.end(SETTLES)
        else:
            model.event(GOES_ON, self)
            self.leave(1)

    def leave(self, hop: int) -> None:
        """Choose a leg, and end it today if the day lasts."""
        model, t = self.model, self.model.lists
        leg, last = t["out_ptr"][self.where], t["out_ptr"][self.where + 1]
        limits = t["choice"][self.cohort * 2 + self.guided]
        if leg == last or limits[last - 1] == 0:
            self.end(GIVES_UP)
            return
        u = model.draw(model.day, hop, rng.Decision.LEG, self.key)
        while u >= limits[leg]:
            leg += 1
        flow = (self.cohort * len(t["leg_to"]) + leg) * 2
        model.flows[flow] += self.size
        model.flows[flow + 1] += 1
        days, self.tick = divmod(self.tick + t["leg_ticks"][leg], TICKS_PER_DAY)
        self.where = leg
        if days:
            self.status, self.wake = LEG, model.day + days
            model.stock(t["leg_cell"][leg], self.size, 1)
        else:
            self.arrive(hop + 1)

    def arrive(self, hop: int) -> None:
        """A leg ends: the journey too, or a rest begins."""
        model, t = self.model, self.model.lists
        self.where = t["leg_to"][self.where]
        if t["out_ptr"][self.where] == t["out_ptr"][self.where + 1]:
            self.end(ARRIVES)
            return
        model.event(RESTS, self)
        u = model.draw(model.day, hop + 1, rng.Decision.DURATION, self.key) >> 23
        self.status, self.wake = STAY, model.day + t["wait"][t["region"][self.where]][u]
        model.stock(t["rest_cell"][self.where], self.size, 1)

    def end(self, event: int) -> None:
        """The journey ends."""
        model = self.model
        model.event(event, self)
        which = (GIVES_UP, SETTLES, ARRIVES).index(event)
        model.stock(model.lists["end_cell"][which][self.where], self.size, 1)
        self.remove()


class Corridor(mesa.Model):  # type: ignore[misc]
    """The reduced corridor."""

    def __init__(self, t: Tables, draw: Draw | None) -> None:
        super().__init__(seed=1)
        self.draw = draw or own(self.random)
        self.tables, self.n_places, self.day, self.records = t, t.n_places, -1, 0
        # Python's own lists and numbers are far quicker to read one by one than numpy's.
        self.lists: dict[str, Any] = {
            name: getattr(t, name).tolist()
            for name in Tables.__annotations__
            if hasattr(getattr(t, name), "tolist")
        }
        self.events = [0] * (t.n_cohorts * N_EVENTS * t.n_places * 2)
        self.daily = [[0] * N_EVENTS for _ in range(t.n_days)]
        self.flows = [0] * (t.n_cohorts * len(t.leg_to) * 2)
        self.departed = [0] * (t.n_cohorts * 2)
        self.people = [[0] * t.n_cells for _ in range(t.n_days)]
        self.parties = [[0] * t.n_cells for _ in range(t.n_days)]

    def step(self) -> None:
        """A day: those under way, then those who set out."""
        self.day += 1
        self.agents.do("step")
        first, last = self.lists["day_ptr"][self.day : self.day + 2]
        for i in range(first, last):
            Party(self, self.lists["born"][i], self.lists["cohort"][i])

    def event(self, event: int, party: Party) -> None:
        """Count an event of a party."""
        at = ((party.cohort * N_EVENTS + event) * self.n_places + party.where) * 2
        self.events[at] += party.size
        self.events[at + 1] += 1
        self.daily[self.day][event] += party.size

    def stock(self, cell: int, people: int, parties: int) -> None:
        """Count who enters a cell or leaves it."""
        self.people[self.day][cell] += people
        self.parties[self.day][cell] += parties

    def tallies(self) -> Tallies:
        """All that was counted, as arrays."""
        t = self.tables
        people, parties = stocks_of(t, np.array(self.people), np.array(self.parties))
        return Tallies(
            events=np.array(self.events).reshape(t.n_cohorts, N_EVENTS, t.n_places, 2),
            events_daily=np.array(self.daily),
            flows=np.array(self.flows).reshape(t.n_cohorts, -1, 2),
            departed=np.array(self.departed).reshape(-1, 2),
            people=people,
            parties=parties,
        )


def _pick(limits: list[int], u: int) -> int:
    k = 0
    while u >= limits[k]:
        k += 1
    return k


def by_mesa(t: Tables, draw: Draw | None = None) -> Ran:
    """Run the model; ``draw`` in place of Mesa's own generator."""
    model = Corridor(t, draw)
    clock = time.process_time()
    for _ in range(t.n_days):
        model.step()
    seconds = time.process_time() - clock
    return Ran(model.tallies(), seconds, model.records)
