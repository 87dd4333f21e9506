"""The reduced corridor by the engine, C, numpy, Mesa and Starsim: same work, same tallies."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from bench import c_loop
from bench.measure import warm
from bench.reduced import Ran, Tables, by_engine, chance_of, person_days, reduced, tables
from bench.sweep import by_numpy
from travesia import api
from travesia.model.compile import compile_model

SEED = 1
FALSE_ALARM = 1e-6
"""How often a sound rival with draws of its own would be refused, about."""
PACKAGES = {"mesa": 0.05, "starsim": 1.0}
"""Rivals that are packages, and the share of the parties that each is given."""


def yardstick(days: int, rounds: int) -> dict[str, Any]:
    """Every program on the reduced corridor; the engine and the C loop in turns.

    Raises:
        AssertionError: a program counts otherwise than the engine.
    """
    warm()
    scenario = compile_model(api.load("corridor")).model
    model = reduced(scenario, days)
    t = tables(model, SEED)
    simulate = c_loop.load() if c_loop.compiler() else None
    engines, loops, wholes = [], [], []
    for _ in range(rounds):
        ran, _, whole = by_engine(model, SEED)
        engines.append(ran)
        wholes.append(whole)
        if simulate:
            loops.append(c_loop.by_c(t, simulate))
    truth = engines[0]
    rows = {"kernel": _row(t, engines), "day loop": _row(t, engines, wholes)}
    if loops:
        _same(truth, loops[0], "the C loop")
        rows["C loop"] = _row(t, loops)
    sweep = by_numpy(t)
    _same(truth, sweep, "the sweep in numpy")
    rows["numpy"] = _row(t, [sweep])
    for package, share in PACKAGES.items():
        if find_spec(package):
            some = tables(reduced(scenario, days, share), SEED)
            rows[package] = _package(package, some)
    pairs = [e.seconds / c.seconds for e, c in zip(engines, loops, strict=False)]
    return {
        "days": days,
        "rounds": rounds,
        "rows": rows,
        "c_loop_ratio": statistics.median(pairs) if pairs else None,
        "c_loop_ratios": pairs,
        "compiler": c_loop.compiler(),
        "false_alarm": FALSE_ALARM,
    }


def _same(truth: Ran, found: Ran, who: str) -> None:
    different = truth.tallies.differences(found.tallies)
    if different or truth.records != found.records:
        raise AssertionError(f"{who} differs from the engine in {', '.join(different)}")


def _package(name: str, t: Tables) -> dict[str, Any]:
    """A rival that is a package, with draws of its own, held against the sweep in numpy."""
    ran = _program(name)(t)
    chance = chance_of(t, ran.tallies, by_numpy(t).tallies)
    if chance < FALSE_ALARM:
        raise AssertionError(f"{name} counts otherwise than the engine (chance {chance:.2g})")
    return {**_row(t, [ran]), "chance": chance}


def _program(name: str) -> Callable[[Tables], Ran]:
    if name == "mesa":
        from bench.mesa_model import by_mesa

        return by_mesa
    from bench.starsim_model import by_starsim

    return by_starsim


def _row(t: Tables, ran: list[Ran], seconds: list[float] | None = None) -> dict[str, Any]:
    """What a program took: the middle of its rounds."""
    first = ran[0]
    cpu = statistics.median(seconds or [r.seconds for r in ran])
    days = person_days(t, first.tallies)
    return {
        "people": int(first.tallies.departed[:, 0].sum()),
        "records": first.records,
        "person_days": days,
        "cpu_seconds": cpu,
        "ns_per_record": cpu / first.records * 1e9,
        "person_days_per_cpu_second": days / cpu,
    }
