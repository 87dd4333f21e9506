"""The day loop, and nothing else.

The order of a day is :data:`DAY_ORDER`; :func:`run` follows it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

import numpy as np
import numpy.typing as npt

from travesia import rng
from travesia.engine.chunk import Chunk
from travesia.engine.host import Host
from travesia.engine.places import Places
from travesia.engine.record import RawResult, Recorder
from travesia.engine.tables import Static, Today, caravans_today, static_tables
from travesia.errors import EngineError
from travesia.model.compiled import ONE, CompiledModel
from travesia.population.people import departures

DAY_ORDER = (
    ("tables", "Once a week, and when a policy changes: fold the dated edits, learn from what was "
     "published up to yesterday, solve route values and outcomes, quantise them to thresholds."),
    ("recalls", "Stays that a policy ends today (a programme stops, a camp is cleared) are due."),
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

Progress = Callable[[int, int], None]

Words = npt.NDArray[np.uint64]
Job = tuple[Chunk, Words, npt.NDArray[np.int64]]


def _act(
    day: int, keys: Words, sample: int, alive: npt.NDArray[np.uint8], static: Static,
    today: Today, job: Job,
) -> None:  # fmt: skip
    """The first phase of a day in one chunk: those who are due or set out act."""
    part, born, cohorts = job
    n = part.gather(day, born, cohorts)
    part.act(n, day, keys, 0, sample, alive, static, today)



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
) -> RawResult:
    """Simulate every day of a compiled model.

    ``journeys`` is the share of parties whose whole journey is kept. ``progress`` is called with
    (days done, days in all). The result does not depend on ``threads`` or ``chunks``.
    """
    host = Host(model, seed, replicate)
    static = static_tables(model, int(generator))
    places = Places(model)
    sample = int(journeys * ONE)
    parts = [Chunk(model, journeys) for _ in range(chunks or max(1, threads))]
    recorder = Recorder(model, parts)
    today = host.update(0, recorder.published())
    by_day = {r.day: [x for x in model.recalls if x.day == r.day] for r in model.recalls}
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(threads)) if threads > 1 else None
        apply = pool.map if pool is not None else map
        for day in range(model.n_days):
            turned = day > 0 and bool(model.controls) and host.heed(day, recorder.daily(day - 1))
            if day > 0 and (turned or host.is_table_day(day)):
                today = host.update(day, recorder.published())
            keys = host.keys(day)
            if len(model.caravans):
                today = caravans_today(model, today, day)
                recorder.move_caravans(day)
            for recall in by_day.get(day, ()):
                for part in parts:
                    part.recall(recall, day, keys, static, today)
            born, cohort = departures(
                host.key, day, model.cohorts.key, host.parties_per_day
            )
            cuts = np.linspace(0, len(born), len(parts) + 1).astype(int)
            jobs = [
                (part, born[a:b], cohort[a:b])
                for part, a, b in zip(parts, cuts[:-1], cuts[1:], strict=True)
            ]

            act = partial(_act, day, keys, sample, places.alive, static, today)
            list(apply(act, jobs))
            places.occupied -= sum(p.tally.freed for p in parts)
            places.waiting -= sum(p.tally.left_queue for p in parts)
            verdict = places.allocate(
                host.capacity,
                np.concatenate([p.claims() for p in parts]),
                np.concatenate([p.claim_facilities() for p in parts]),
                np.concatenate([p.claim_stays() for p in parts]),
                rng.decision_key(host.key, day, 0, rng.Decision.PRIORITY),
                rng.decision_key(host.key, day, 0, rng.Decision.LOTTERY),
            )
            for i, part in enumerate(parts):
                mine = slice(i, None, len(parts))
                n = part.assign(verdict.records[mine], verdict.entry[mine])
                part.act(n, day, keys, rng.MAX_HOPS, sample, places.alive, static, today)
            recorder.close_day(day, host, places)
            if progress is not None:
                progress(day + 1, model.n_days)
    result = recorder.result()
    if result.lost_log_rows:
        raise EngineError("journey steps were lost: the log was too small")
    return result

