"""Runs a FLEE case and labels what comes out: the same run folder as any other run."""

from __future__ import annotations

import datetime as dt
import platform
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from travesia.kind import Progress
from travesia.kinds.flee.compile import compile_case, starts_in_camps, without_capacity
from travesia.kinds.flee.counts import corrected
from travesia.kinds.flee.cut import capacities_known, checked_cut, last_counts, with_capacities
from travesia.kinds.flee.instance import Instance
from travesia.kinds.flee.member import register_of
from travesia.kinds.flee.model import FleeModel
from travesia.kinds.flee.reach import unreachable_camps
from travesia.kinds.flee.resume import kept
from travesia.kinds.flee.rules import parameter_draws, rule_of, with_rule
from travesia.kinds.flee.simulation import FleeResult
from travesia.results.declared import DECLARED, declared_table
from travesia.results.result import Result, labels
from travesia.version import __version__

KIND = "flee"
UNDER_WAY = "*"
"""Place of the people who are on some road."""

PLACE = ("name", "kind", "country", "region", "lat", "lon", "population", "capacity")
"""What is told of a place."""


def run_case(
    case: Instance,
    *,
    seed: int | None = None,
    compatible: bool | None = None,
    seeds: int = 1,
    hasten: int | None = None,
    threads: int = 1,
    cut: dt.date | None = None,
    draws: int = 0,
    checkpoint: Path | None = None,
    every: int = 0,
    resume: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Simulate a FLEE case for each of ``seeds`` seeds, three times: as it is, blind (without
    capacities), and with capacities that hold only what was counted up to a cut date.

    Args:
        case: as loaded from its scenario folder.
        seed: the first seed; the others are replicates of it.
        compatible: FLEE 3.1 with its quirks; default as the case says.
        seeds: number of runs with different random numbers.
        hasten: one simulated person stands for so many; counts are scaled back.
        threads: never changes a result; the compatible version uses one.
        cut: the last date whose counts may enter the capacities of the third run; default the end
            of the first third of the case.
        draws: this many members instead of ``seeds``, each with other numbers for the rule
            (:func:`travesia.kinds.flee.rules.parameter_draws`) and other random numbers.
        checkpoint, every, resume: see :func:`travesia.kinds.flee.resume.kept`.
        progress: called with (what is being done, steps done, steps in all).

    Returns:
        A run with ``kind: flee`` in its manifest. Its scenario table ``camps`` holds the counts
        by date, camp and replicate: simulated, blind, known (capacities up to the cut), observed
        (-1: no count in the period), capacity. ``cut`` holds, by camp, what was known on
        the cut date.

    Raises:
        InputError: a cut date outside the case, or a checkpoint that cannot be used.
    """
    started, clock, cpu = dt.datetime.now(dt.UTC), time.perf_counter(), time.process_time()
    tell = progress or (lambda *_: None)
    case = case if compatible is None else replace(case, compatible=compatible)
    model = compile_case(case, hasten=hasten)
    cut = checked_cut(case, cut)
    past = capacities_known(case, cut)
    seed = case.seed if seed is None else seed
    share = hasten or (case.settings.hasten if model.rule.compatible else 1)
    numbers = parameter_draws(case, draws, seed) if draws else [{} for _ in range(seeds)]
    runs: list[list[FleeResult]] = []
    facts = (case.sha256(), share, str(cut), numbers)
    with kept(checkpoint, every, resume, facts, seed, threads) as simulate:
        for replicate, values in enumerate(numbers):
            runs.append([])
            for version in _versions(with_rule(case, values), past, hasten):
                runs[-1].append(simulate(version, seed, replicate))
                tell("simulating", 3 * replicate + len(runs[-1]), 3 * len(numbers))
    camps = [_camps(case, model, r, replicate, share) for replicate, r in enumerate(runs)]
    first = runs[0][0]
    manifest = {
        **_facts(case, model, first, share),
        "seed": seed,
        "seeds": len(numbers),
        "draws": draws,
        "cut": str(cut),
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - clock, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
    }
    return Result(
        manifest=manifest,
        tables=_tables(case, model, first, share),
        scenario_tables=_scenario_tables(case)
        | {
            DECLARED: declared_table(register_of(case).declarations),
            "draws": _draws_table(numbers),
            "camps": pd.concat(camps, ignore_index=True),
            "cut": pd.DataFrame(
                {
                    "camp": list(past),
                    "capacity": list(past.values()),
                    "people": list(last_counts(case, cut).values()),
                }
            ),
        },
    )


def _facts(case: Instance, model: FleeModel, run: FleeResult, share: int) -> dict[str, Any]:
    """What a manifest says of the case, its rule and what a run found."""
    return {
        "kind": KIND,
        "travesia": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scenario": case.name,
        "scenario_sha256": case.sha256(),
        "sample": 1.0 / share,
        "patches": list(case.applied),
        "draw": None,
        "compatible": model.rule.compatible,
        "rule": rule_of(case),
        "numbers": case.extra.get("numbers", "given"),
        "departures": "conflict" if case.settings.conflict_driven_spawning else "given",
        "day0_in_camps": starts_in_camps(case.settings, model.rule.compatible),
        "unreachable": sorted(unreachable_camps(case)),
        "people": run.n_people * share,
        "parties": run.n_people * share,
        "person_days": run.person_days,
        "transitions": run.moves,
        "people_still_waiting": run.waiting * share,
        "bytes_per_person": run.bytes_per_person,
        "remarks": list(case.not_carried),
    }


def _versions(
    case: Instance, past: dict[str, int], hasten: int | None
) -> tuple[FleeModel, FleeModel, FleeModel]:
    """A case as it is, without capacities, and with capacities up to the cut."""
    model = compile_case(case, hasten=hasten)
    known = compile_case(with_capacities(case, past), hasten=hasten)
    return model, without_capacity(model), known


def _draws_table(numbers: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [(i, k, float(v)) for i, values in enumerate(numbers) for k, v in values.items()]
    columns = ["replicate", "setting", "value"]
    return pd.DataFrame(rows, columns=columns).astype({"replicate": np.int64, "value": np.float64})


def _camps(
    case: Instance, model: FleeModel, runs: list[FleeResult], replicate: int, share: int
) -> pd.DataFrame:
    seen, blind, known = (r.people[:, model.camps].reshape(-1) * share for r in runs)
    days, n = case.days, len(model.camps)
    names = [case.places[i].name for i in model.camps]
    return pd.DataFrame(
        {
            "replicate": np.full(days * n, replicate),
            "date": labels(np.repeat(np.arange(days), n), case.dates),
            "camp": labels(np.tile(np.arange(n), days), names),
            "simulated": seen,
            "blind": blind,
            "known": known,
            "observed": np.where(model.scored, model.observed * share, -1).reshape(-1),
            "capacity": np.tile([case.places[i].capacity for i in model.camps], days),
        }
    )


def _tables(case: Instance, model: FleeModel, r: FleeResult, share: int) -> dict[str, Any]:
    dates = case.dates
    months = sorted({d[:7] for d in dates})
    month = np.array([months.index(d[:7]) for d in dates])
    names = [p.name for p in case.places]
    roads = [
        f"{names[a]} → {names[b]}" for a, b in zip(model.link_start, model.link_end, strict=True)
    ]
    return {
        "departures": _monthly(r.set_out, month, months, "cohort", names, share),
        "flows": _monthly(r.entered, month, months, "leg", roads, share).assign(cohort="*"),
        "stocks": _stocks(case, r, dates, names, share),
    }


def _monthly(
    daily: Any, month: Any, months: list[str], column: str, names: list[str], share: int
) -> pd.DataFrame:
    """Sums by month of a table [t, k], nonzero rows; people travel one by one."""
    total = np.zeros((len(months), len(names)), np.int64)
    np.add.at(total, month, daily)
    m, k = np.nonzero(total)
    people = total[m, k] * share
    unique = list(dict.fromkeys(names))
    code = np.array([unique.index(n) for n in names], np.int64)
    return pd.DataFrame(
        {
            "month": labels(m, months),
            column: labels(code[k], unique),
            "people": people,
            "parties": people,
        }
    )


def _stocks(
    case: Instance, r: FleeResult, dates: tuple[str, ...], names: list[str], share: int
) -> pd.DataFrame:
    states = [*dict.fromkeys(p.kind for p in case.places), "travel"]
    kind = np.array([states.index(p.kind) for p in case.places] + [len(states) - 1])
    counts = np.concatenate([r.people, r.under_way[:, None]], axis=1)
    d, k = np.nonzero(counts)
    return pd.DataFrame(
        {
            "date": labels(d, dates),
            "state": labels(kind[k], states),
            "place": labels(k, [*names, UNDER_WAY]),
            "people": counts[d, k] * share,
        }
    )


def _scenario_tables(case: Instance) -> dict[str, pd.DataFrame]:
    facts = {
        "title": f"{case.name}, imported from FLEE",
        "start": str(case.start),
        "end": str(case.start + dt.timedelta(days=case.days - 1)),
        "kind": KIND,
        "settings": case.extra.get("settings", ""),
    }
    counts = [(c.series, str(day), people) for c in case.counts for day, people in corrected(c)]
    return {
        "scenario": pd.DataFrame(facts.items(), columns=["key", "value"]),
        "places": pd.DataFrame(
            [(p.name, *(getattr(p, column) for column in PLACE)) for p in case.places],
            columns=["id", *PLACE],
        ),
        "legs": pd.DataFrame(
            [
                (f"{a} → {b}", a, b, r.distance_km)
                for r in case.routes
                for a, b in ((r.name1, r.name2), (r.name2, r.name1))
            ],
            columns=["id", "from", "to", "distance_km"],
        ),
        "counts": pd.DataFrame(counts, columns=["series", "date", "people"]),
        "closures": pd.DataFrame(
            [
                (
                    c.kind,
                    c.name1,
                    c.name2,
                    str(case.start + dt.timedelta(days=c.start)),
                    ""
                    if not 0 <= c.end <= case.days
                    else str(case.start + dt.timedelta(days=c.end)),
                )
                for c in case.closures
                if 0 <= c.start < case.days
            ],
            columns=["kind", "name1", "name2", "start", "end"],
        ),
        "remarks": pd.DataFrame(
            [*(("left out", t) for t in case.not_carried), *(("remark", t) for t in case.remarks)],
            columns=["kind", "text"],
        ),
    }
