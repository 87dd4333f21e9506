"""The reduced corridor in Starsim: the rules of :mod:`bench.sweep` as a module over its arrays."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import starsim as ss

from bench.reduced import Ran, Tables
from bench.sweep import Index, Keyed, Rules
from travesia import rng

DRAWS = (
    (0, rng.Decision.ORIGIN), (0, rng.Decision.GUIDED), (0, rng.Decision.SIZE),
    (0, rng.Decision.OUTCOME), (0, rng.Decision.LEG), (1, rng.Decision.LEG),
    (1, rng.Decision.DURATION), (2, rng.Decision.DURATION), (3, rng.Decision.DURATION),
)  # fmt: skip
"""Every decision of a day: Starsim gives each a distribution of its own."""


class Journeys(ss.Module):  # type: ignore[misc]
    """Columns of the parties, and a step for every day."""

    def __init__(self, t: Tables, *, keyed: bool) -> None:
        super().__init__()
        self.tables, self.keyed = t, keyed
        self.define_states(
            *(
                ss.IntArr(name, default=0)
                for name in ("wake", "where", "status", "cohort", "size", "tick", "guided")
            ),
            ss.Arr("key", dtype=np.uint64, default=0),
            reset=True,
        )
        self.bits = {d: ss.randint(low=0, high=1 << 31, dtype=np.int64) for d in DRAWS}

    def init_post(self) -> None:
        """All parties are there from the first day and asleep until they set out."""
        super().init_post()
        t = self.tables
        self.everybody = ss.uids(np.arange(len(t.born)))
        self.key[self.everybody] = t.born
        self.cohort[self.everybody] = t.cohort
        self.wake[self.everybody] = -2
        self.engines = Keyed(t, self) if self.keyed else None
        self.rules = Rules(t, self, self.engines or self.own)

    def own(self, hop: int, decision: rng.Decision, who: Any) -> Index:
        """31 bits for every party, from Starsim's distributions."""
        return np.asarray(self.bits[hop, decision].rvs(who), np.int64)

    def step(self) -> None:
        """A day: those whose day has come, then those who set out."""
        day = int(self.ti)
        if self.engines:
            self.engines.begin(day)
        self.rules.act(day, (self.wake == day).uids)
        new = slice(self.tables.day_ptr[day], self.tables.day_ptr[day + 1])
        self.rules.set_out(day, self.everybody[new])


def by_starsim(t: Tables, *, keyed: bool = False) -> Ran:
    """Run the model; ``keyed``: with the engine's draws in place of Starsim's."""
    journeys = Journeys(t, keyed=keyed)
    sim = ss.Sim(
        n_agents=len(t.born),
        modules=journeys,
        start=ss.days(0),
        dur=ss.days(t.n_days - 1),
        dt=ss.days(1),
        verbose=0,
        copy_inputs=False,
    )
    sim.init()
    clock = time.process_time()
    sim.run()
    seconds = time.process_time() - clock
    return Ran(journeys.rules.counts.tallies(), seconds, journeys.rules.counts.records)
