"""A day of the corridor's rules, and runs of them.

The order of a day is :data:`DAY_ORDER`; :func:`run` follows it.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from travesia import rng
from travesia.engine.accidents import Accidents
from travesia.engine.checkpoint import alone, damaged, header, load, save
from travesia.engine.chunk import Chunk, chunks_state, restore_chunks
from travesia.engine.crowd import beds_of
from travesia.engine.host import Host
from travesia.engine.keys import departures
from travesia.engine.loop import Apply, Progress, run_days
from travesia.engine.places import Places, Supply, Verdict
from travesia.engine.record import RawResult, Recorder
from travesia.engine.tables import caravan_days, caravans_today, static_tables
from travesia.errors import EngineError
from travesia.model.compiled import ONE, CompiledModel

DAY_ORDER = (
    ("tables", "Once a week, and when a policy changes: fold the dated edits, learn from what was "
     "published up to yesterday, solve route values and outcomes, quantise them to thresholds."),
    ("recalls", "Stays that a policy ends today (a programme stops, a camp is cleared) are due."),
    ("accidents", "Rare events that strike many at once are drawn for legs and stays, from "
     "yesterday's people there."),
    ("departures", "Each cohort's parties set out: floor(rate + u) of them."),
    ("act", "Everyone who is due or sets out acts: legs end (risks strike or not), stays end "
     "(an outcome is drawn), parties choose an action or the next leg, go on while the day "
     "lasts, and ask for limited places."),
    ("allocate", "Beds, seats and cases are given in the order of a keyed hash; queues are "
     "served by turn, and by lot where a share of cases is drawn."),
    ("apply", "Those who were given or refused a place, and those whose turn came, act."),
    ("count", "Stocks, flows and events of the day are added up and published."),
)  # fmt: skip
"""The order of a simulated day, written once; ``travesia explain day`` prints it."""

Words = npt.NDArray[np.uint64]
Job = tuple[Chunk, Words, npt.NDArray[np.int64]]


class Simulation:
    """One run under way: its host, its chunks, its places and its records."""

    def __init__(
        self,
        model: CompiledModel,
        seed: int,
        replicate: int,
        chunks: int,
        generator: rng.Generator,
        journeys: float,
    ) -> None:
        self.model = model
        self.host = Host(model, seed, replicate)
        self.static = static_tables(model, int(generator))
        self.places = Places(model, self.host.key)
        self.accidents = Accidents(model, self.host.key)
        self.parts = [Chunk(model, journeys) for _ in range(chunks)]
        self.recorder = Recorder(model, self.parts)
        self.days_done = 0
        self._sample = int(journeys * ONE)
        self._recalls = {r.day: [x for x in model.recalls if x.day == r.day] for r in model.recalls}
        self._caravan_days = caravan_days(model)
        self._today = self.host.update(0, self.recorder.published())
        self._bare = True
        """Whether today's tables do not say yet where the caravans are."""

    def run_day(self, apply: Apply) -> None:
        """Simulate the next day."""
        model, host, places, parts = self.model, self.host, self.places, self.parts
        day = self.days_done
        keys = self._begin(day)
        born, cohort = departures(host.key, day, model.cohorts.key, host.parties_per_day)
        cuts = [len(born) * i // len(parts) for i in range(len(parts) + 1)]
        jobs = [
            (part, born[a:b], cohort[a:b])
            for part, a, b in zip(parts, cuts[:-1], cuts[1:], strict=True)
        ]
        list(apply(partial(self._act, day, keys), jobs))
        for part in parts:
            places.occupied -= part.tally.freed
            places.waiting -= part.tally.left_queue
        verdict = places.allocate(
            day,
            Supply(host.capacity, host.whole, host.nights),
            np.concatenate([p.claims() for p in parts]),
            np.concatenate([p.claim_facilities() for p in parts]),
            np.concatenate([p.claim_stays() for p in parts]),
            int(keys[rng.Decision.PRIORITY]),
            int(keys[rng.Decision.LOTTERY]),
        )
        list(apply(partial(self._act_again, day, keys, verdict), range(len(parts))))
        self.recorder.close_day(day, host, places)
        self.days_done = day + 1

    def _begin(self, day: int) -> Words:
        """Tables, caravans and recalls of the day; returns its decision keys."""
        model, host = self.model, self.host
        turned = day > 0 and bool(model.controls) and self._heed(day)
        if day > 0 and (turned or host.is_table_day(day)):
            self._today = host.update(day, self.recorder.published())
            self._bare = True
        host.open(day)
        keys = host.keys(day)
        if len(model.caravans) and (self._bare or day in self._caravan_days):
            self._today = caravans_today(model, self._today, day)
            self._bare = False
            self.recorder.move_caravans(day)
        for recall in self._recalls.get(day, ()):
            for part in self.parts:
                part.recall(recall, day, keys, self.static, self._today)
            self.places.leave(beds_of(model, recall), recall.share)
        if model.accidents and day > 0:
            self._draw_accidents(day, keys)
        return keys

    def _draw_accidents(self, day: int, keys: Words) -> None:
        """Disasters of the day: chances on legs, and those who are struck where they stay."""
        flows, stock = self.recorder.entered(), self.recorder.stocks[day - 1]
        self._today, struck = self.accidents.draw(day, self._today, flows, stock)
        for stay, places, chance, transition in struck:
            for part in self.parts:
                part.strike(day, stay, places, chance, transition, keys, self.static, self._today)

    def _heed(self, day: int) -> bool:
        """Controllers read yesterday's counts; whether one of them moves."""
        return self.host.heed(day, self.recorder.daily(day - 1), self.recorder.stocks[day - 1])

    def _act(self, day: int, keys: Words, job: Job) -> None:
        """The first phase of a day in one chunk: those who are due or set out act."""
        part, born, cohorts = job
        self._let_act(part, part.gather(day, born, cohorts), day, keys, 0)

    def _act_again(self, day: int, keys: Words, verdict: Verdict, number: int) -> None:
        """The second phase in one chunk: its share of those who were given or refused a place."""
        part, mine = self.parts[number], slice(number, None, len(self.parts))
        n = part.assign(verdict.records[mine], verdict.entry[mine])
        self._let_act(part, n, day, keys, rng.MAX_HOPS)

    def _let_act(self, part: Chunk, n: int, day: int, keys: Words, first_hop: int) -> None:
        part.act(n, day, keys, first_hop, self._sample, self.places.alive, self.static, self._today)

    def result(self) -> RawResult:
        """Everything that was recorded; asked for once, when all days are done."""
        result = self.recorder.result(self.accidents.rows)
        if result.lost_log_rows:
            raise EngineError("journey steps were lost: the log was too small")
        return result

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {
            "days_done": self.days_done,
            "host": self.host.state(),
            "places": self.places.state(),
            "accidents": self.accidents.state(),
            "recorder": self.recorder.state(self.days_done),
            "chunks": chunks_state(self.parts),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.days_done = state["days_done"]
        self._today, self._bare = self.host.restore(state["host"]), True
        self.places.restore(state["places"])
        self.accidents.restore(state["accidents"])
        self.recorder.restore(state["recorder"])
        restore_chunks(self.parts, state["chunks"])


def run(
    model: CompiledModel,
    seed: int = 0,
    *,
    replicate: int = 0,
    threads: int = 1,
    chunks: int | None = None,
    generator: rng.Generator = rng.Generator.SPLITMIX,
    journeys: float = 0.0,
    progress: Progress | None = None,
    checkpoint: Path | None = None,
    every: int = 0,
    resume: bool = False,
) -> RawResult:
    """Simulate every day of a compiled model.

    ``journeys`` is the share of parties whose whole journey is kept. ``progress`` is called with
    (days done, days in all). With ``every`` > 0 the state is saved to the file ``checkpoint``
    every so many days; ``resume`` goes on from that file. The result does not depend on
    ``threads``, ``chunks``, or on whether the run was stopped and resumed.

    Raises :class:`travesia.errors.InputError` if the checkpoint cannot be used, and
    :class:`travesia.errors.OutputError` if it cannot be written.
    """
    simulation = Simulation(model, seed, replicate, chunks or max(1, threads), generator, journeys)
    if checkpoint is None or not (every > 0 or resume):
        run_days(simulation, model.n_days, threads=threads, progress=progress)
    else:
        with alone(checkpoint):
            head = header(
                model, seed=seed, replicate=replicate, generator=int(generator), journeys=journeys
            )
            if resume:
                _restore(simulation, checkpoint, load(checkpoint, head))

            def keep(done: int) -> None:
                if every > 0 and done % every == 0 and done < model.n_days:
                    save(checkpoint, head, simulation.state())

            run_days(simulation, model.n_days, threads=threads, progress=progress, keep=keep)
    return simulation.result()


def _restore(simulation: Simulation, checkpoint: Path, state: Any) -> None:
    """Go on from a state that was read; one that does not fit this run is refused."""
    try:
        simulation.restore(state)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise damaged(checkpoint, error) from error
