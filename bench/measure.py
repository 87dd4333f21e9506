"""What is measured. Every function takes and returns plain values; times are CPU seconds."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from bench.parts import Spent, parts_timed
from bench.worlds import random_world
from travesia import api
from travesia.engine import run as engine
from travesia.engine.record import RawResult
from travesia.engine.reference import run_reference
from travesia.model.compile import compile_model
from travesia.model.compiled import CompiledModel
from travesia.policy.build import effects_of
from travesia.policy.instruments.registry import instruments_of
from travesia.policy.names import policy_names
from travesia.scenario.scenario import Scenario
from travesia.scenario.sums import paid_policies


def cut(model: CompiledModel, days: int) -> CompiledModel:
    """The first days of a model."""
    days = min(days, model.n_days)
    recalls = tuple(r for r in model.recalls if r.day < days)
    return replace(model, n_days=days, month_of_day=model.month_of_day[:days], recalls=recalls)


def warm() -> None:
    """Compile every kernel, or load it from the cache, so that it is not measured."""
    engine.run(random_world(1, n_days=40), 1, journeys=0.1)
    scenario = api.load("example")
    engine.run(cut(compile_model(scenario).model, 40), 1)


def kernel(days: int) -> dict[str, Any]:
    """The corridor's rule set in full, every person, for its first ``days`` days."""
    warm()
    scenario = api.load("corridor")
    model = cut(compile_model(scenario, seed=scenario.settings.seed).model, days)
    with parts_timed() as spent:
        clock = time.thread_time()
        result = engine.run(model, scenario.settings.seed)
        total = time.thread_time() - clock
    return {"cpu_seconds": total, **rates(result, spent)}


def rates(result: RawResult, spent: Spent) -> dict[str, Any]:
    """What the kernel did in a run, and at what rate."""
    kernel, people = spent.seconds["kernel"], int(result.departures[:, 2].sum())
    return {
        "days": len(result.stocks),
        "people": people,
        "person_days": result.person_days,
        "transitions": result.transitions,
        "records": spent.records,
        "parts": spent.seconds,
        "person_days_per_cpu_second": result.person_days / kernel,
        "transitions_per_cpu_second": result.transitions / kernel,
        "ns_per_record": kernel / spent.records * 1e9,
        "microseconds_per_journey": kernel / people * 1e6,
    }


def corridor(sample: float) -> dict[str, Any]:
    """The corridor from the files to labelled tables, phase by phase, one thread."""
    from travesia.results.assemble import assemble

    warm()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    phases: dict[str, float] = {}
    clock = time.process_time()

    def phase(name: str) -> None:
        nonlocal clock
        now = time.process_time()
        phases[name], clock = now - clock, now

    scenario = api.load("corridor")
    phase("load")
    api.check(scenario).raise_if_any("faults")
    phase("check")
    seed = scenario.settings.seed
    compiled = compile_model(scenario, sample=sample, seed=seed)
    phase("compile")
    with parts_timed() as spent:
        raw = engine.run(compiled.model, seed, journeys=2e-4)
    phase("simulate")
    assemble(raw, compiled, scenario, api.ledger_of(scenario), manifest_of(seed))
    phase("assemble")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    kernel = rates(raw, spent)
    return {
        "sample": sample,
        "phases": phases,
        "cpu_seconds": sum(phases.values()),
        "bytes_per_person": (after - before) / kernel["people"],
        **kernel,
    }


def manifest_of(seed: int) -> dict[str, Any]:
    """What the tables of a run must say about it."""
    return {"seed": seed, "draw": None, "started": "", "seconds": 0.0, "remarks": []}


def compatible(scenario: Scenario) -> list[str]:
    """Policies that can be in force together: those switched on, and one after the other all that
    contradict none before them and are no second reading of one (``variant_of``).
    """
    names, instruments = policy_names(scenario), instruments_of(scenario)
    on = [p for p in paid_policies(scenario) if p.enabled]
    for policy in paid_policies(scenario):
        if not policy.enabled and not policy.variant_of:
            tried = [*on, policy.model_copy(update={"enabled": True})]
            if not effects_of(tried, scenario.calendar, names, instruments)[1].errors:
                on = tried
    return [p.id for p in on]


def policies(sample: float = 0.05) -> dict[str, Any]:
    """The corridor with no policy, with those that it ships switched on, and with every one.

    What cannot be on together is left out of the last (:func:`compatible`). Journeys differ with
    the policies, so the cost of a transition is given beside that of the run.
    """
    base = api.load("corridor")
    every = compatible(base)
    cases: dict[str, dict[str, bool]] = {
        "none": {p.id: False for p in base.policies},
        "shipped": {},
        "all": dict.fromkeys(every, True),
    }
    warm()
    found: dict[str, Any] = {"policies": {}, "switched_on": len(every), "of": len(base.policies)}
    for name, switches in cases.items():
        given = {f"policies.{p}.enabled": str(on).lower() for p, on in switches.items()}
        scenario = api.load("corridor", (), given)
        clock = time.process_time()
        model = compile_model(scenario, sample=sample, seed=1).model
        compiled = time.process_time()
        raw = engine.run(model, 1, threads=1)
        found["policies"][name] = {
            "compile_seconds": compiled - clock,
            "seconds": time.process_time() - compiled,
            "transitions": raw.transitions,
        }
    run = {n: c["seconds"] + c["compile_seconds"] for n, c in found["policies"].items()}
    found["cost_of_all"] = run["all"] / run["none"]
    found["cost_of_shipped"] = run["shipped"] / run["none"]
    return found


def crowd(people: int, days: int = 200, places: int = 12) -> dict[str, Any]:
    """An invented world with so many people: CPU seconds and memory above an empty run."""
    warm()
    rate = people / (2.7 * days)  # three cohorts, one of them of families
    model = random_world(5, n_days=days, places=places, rate=rate)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    clock = time.process_time()
    result = engine.run(model, 1)
    cpu = time.process_time() - clock
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    real = int(result.departures[:, 2].sum())
    return {
        "people": real,
        "days": days,
        "places": places,
        "legs": len(model.names.legs),
        "cpu_seconds": cpu,
        "transitions": result.transitions,
        "microseconds_per_person": cpu / real * 1e6,
        "bytes_per_person": (after - before) / real,
    }


def waiting(people: int = 300_000, days: int = 400) -> dict[str, Any]:
    """An invented world in which stays are twenty times as long: what waiting costs."""
    warm()
    model = random_world(5, n_days=days, rate=people / (2.7 * days), limited=False, learning=False)
    model = replace(model, base=model.base | {"clock": model.base["clock"] * 20.0})
    with parts_timed() as spent:
        result = engine.run(model, 1)
    return {
        "person_days": result.person_days,
        "person_days_per_cpu_second": result.person_days / spent.seconds["kernel"],
        "transitions_per_person_day": result.transitions / result.person_days,
    }


def oracle(rate: float = 12.0) -> dict[str, Any]:
    """The same small world in plain Python and in the kernels: the same bits, other times."""
    warm()
    model = random_world(3, n_days=80, rate=rate)
    clock = time.process_time()
    run_reference(model, 1)
    plain = time.process_time() - clock
    small = _least(lambda: engine.run(model, 1))
    many = random_world(3, n_days=80, rate=rate * 400)
    large = _least(lambda: engine.run(many, 1))
    return {"ratio_small": plain / small, "ratio_large": plain * 400 / large}


def _least(job: Callable[[], Any], times: int = 3) -> float:
    found = []
    for _ in range(times):
        clock = time.process_time()
        job()
        found.append(time.process_time() - clock)
    return min(found)


def pairing(seeds: int) -> dict[str, Any]:
    """Variance of a policy's effect with other luck in both runs, over that with the same luck."""
    warm()
    base = compile_model(api.load("example")).model
    changed = compile_model(api.load("example", ["no_raids"])).model
    watched = [
        t for t in ("stopped_inm", "apprehended", "evaded", "robbed") if t in base.names.transitions
    ]
    codes = [base.names.transitions.index(t) for t in watched]
    one = np.array([engine.run(base, s).events_daily.sum(0)[codes] for s in range(seeds)])
    two = np.array([engine.run(changed, s).events_daily.sum(0)[codes] for s in range(seeds)])
    other_luck = one.var(0, ddof=1) + two.var(0, ddof=1)
    same_luck = np.maximum((two - one).var(0, ddof=1), 1e-9)
    ratios = dict(zip(watched, (other_luck / same_luck).round(2).tolist(), strict=True))
    return {"seeds": seeds, "variance_ratio": ratios}


def help_seconds() -> float:
    """CPU seconds of ``travesia --help``, the least of five."""
    found = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-c", "from travesia.cli import main; main()", "--help"],
            capture_output=True,
            check=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


def flee_crowd(folder: str, case: str, people: int) -> dict[str, Any]:
    """Memory of so many people on the graph of a FLEE case."""
    from bench.flee import crowd as on_case

    return on_case(folder, case, people)
