"""One run of a scenario: checked, compiled, simulated, and labelled with what makes it again."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from travesia.engine.memory import check_fits
from travesia.engine.record import RawResult
from travesia.engine.run import run as simulate
from travesia.kind import Asked
from travesia.kinds.corridor.coarse import coarsened, told_of
from travesia.kinds.corridor.rough import rough_facilities, sample_remarks
from travesia.model.compile import Compiled, compile_model
from travesia.model.compiled import CompiledModel
from travesia.policy.gate import ledger_of, problems_of
from travesia.results.assemble import assemble
from travesia.results.result import Result
from travesia.scenario.scenario import Scenario

MONTH_DAYS = 30.4


def one_run(kind: str, case: Scenario, asked: Asked) -> Result:
    """Check, compile and simulate a scenario of a kind that is a corridor."""
    check_sound(case)
    begun = Begun()
    seed = seed_of(case, asked)
    asked.progress("compiling", 0, 1)
    found = compile_model(case, draw=asked.draw, sample=asked.sample, seed=seed)
    compiled = replace(found, model=coarsened(found.model, coarse=asked.coarse))
    asked.progress("compiling", 1, 1)
    threads = asked.threads or os.cpu_count() or 1
    check_fits(compiled.model, threads)
    raw = simulate(
        compiled.model,
        seed,
        threads=threads,
        journeys=journeys_kept(compiled.model, asked.journeys),
        progress=lambda done, total: asked.progress("simulating", done, total),
        checkpoint=asked.checkpoint,
        every=asked.every,
        resume=asked.resume,
    )
    return labelled(kind, raw, compiled, case, asked, begun)


def check_sound(case: Scenario) -> None:
    """Raise :class:`travesia.errors.InputError` with every fault of a scenario, if it has any."""
    faults = f"Scenario {case.name!r} has faults; nothing was run"
    problems_of(case).raise_if_any(faults)


def seed_of(case: Scenario, asked: Asked) -> int:
    """The seed that is asked for, or the scenario's."""
    return case.settings.seed if asked.seed is None else asked.seed


def journeys_kept(model: CompiledModel, journeys: int) -> float:
    """Share of parties whose whole journey is kept, for about so many journeys."""
    people = float((model.cohorts.people_per_day * MONTH_DAYS).sum()) * model.sample
    return min(1.0, journeys / max(people, 1.0))


@dataclass(frozen=True, slots=True)
class Begun:
    """When a run was begun."""

    at: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    clock: float = field(default_factory=time.perf_counter)

    def told(self) -> Mapping[str, Any]:
        """When, and how many seconds ago, for a manifest."""
        seconds = round(time.perf_counter() - self.clock, 2)
        return {"started": self.at.isoformat(timespec="seconds"), "seconds": seconds}


def labelled(
    kind: str, raw: RawResult, compiled: Compiled, case: Scenario, asked: Asked, begun: Begun
) -> Result:
    """The tables of a run, with what makes it again and what must not be read closely."""
    coarse = told_of(case) if asked.coarse else {}
    manifest = {
        "kind": kind,
        "seed": seed_of(case, asked),
        "draw": asked.draw,
        **begun.told(),
        "remarks": [
            *([coarse["remark"]] if coarse else []),
            *map(str, compiled.warnings),
            *sample_remarks([case], asked.sample),
        ],
        "rough_facilities": list(rough_facilities(case, asked.sample)),
        **({"coarse": coarse} if coarse else {}),
    }
    return assemble(raw, compiled, case, ledger_of(case), manifest)
