"""From raw tallies to a labelled result: codes become names, samples the full population."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import pandas as pd

from travesia.calendar import TICKS_PER_DAY, Calendar
from travesia.engine.record import RawResult
from travesia.evidence import Ledger
from travesia.model.codes import Codes
from travesia.model.compile import Compiled
from travesia.model.compiled import CompiledModel
from travesia.policy.instruments.registry import added
from travesia.results.money import money_table
from travesia.results.result import Result, labels
from travesia.results.snapshot import snapshot
from travesia.scenario.scenario import Scenario
from travesia.version import __version__

CASES = 1024.0
"""Capacities of raw tallies are in 1/1024 of a place or case."""

Array = npt.NDArray[Any]


class _Labeller:
    """Turns columns of codes into label columns, and counts into people."""

    def __init__(self, model: CompiledModel, calendar: Calendar) -> None:
        self.model = model
        self.months = calendar.months()
        self.dates = [calendar.date(d).isoformat() for d in range(calendar.n_days)]
        self.scale = 1.0 / model.sample

    def people(self, counts: Array) -> Array:
        """Counts of the sample as counts of the population (integers stay integers)."""
        return counts if self.model.sample == 1.0 else counts * self.scale

    def frame(self, **columns: Any) -> pd.DataFrame:
        """A table of labels and counts."""
        return pd.DataFrame(columns)


def assemble(
    raw: RawResult,
    compiled: Compiled,
    scenario: Scenario,
    ledger: Ledger,
    manifest: Mapping[str, Any],
) -> Result:
    """Label the raw tallies of a run.

    ``manifest`` holds what only the caller knows (seed, start, seconds, patches, draw); versions,
    hashes and sizes are added here.
    """
    model, names, calendar = compiled.model, compiled.model.names, scenario.calendar
    lab = _Labeller(model, calendar)
    e, f, d, r = raw.events, raw.flows, raw.departures, raw.repeats
    tables = {
        "departures": lab.frame(
            month=labels(d[:, 0], lab.months),
            cohort=labels(d[:, 1], names.cohorts),
            people=lab.people(d[:, 2]),
            parties=lab.people(d[:, 3]),
        ),
        "flows": lab.frame(
            month=labels(f[:, 0], lab.months),
            leg=labels(f[:, 1], names.legs),
            cohort=labels(f[:, 2], names.cohorts),
            people=lab.people(f[:, 3]),
            parties=lab.people(f[:, 4]),
        ),
        "events": lab.frame(
            month=labels(e[:, 0], lab.months),
            transition=labels(e[:, 1], names.transitions),
            place=labels(e[:, 2], names.places),
            cohort=labels(e[:, 3], names.cohorts),
            people=lab.people(e[:, 4]),
            parties=lab.people(e[:, 5]),
        ),
        "repeats": lab.frame(
            month=labels(r[:, 0], lab.months),
            place=labels(r[:, 1], names.places),
            cohort=labels(r[:, 2], names.cohorts),
            people=lab.people(r[:, 3]),
        ),
        "events_daily": _events_daily(raw, lab),
        "stocks": _stocks(raw, lab),
        "stocks_monthly": _stocks_monthly(raw, lab),
        "stay_harms": _stay_harms(raw, lab, Codes(scenario)),
        "facilities": _facilities(raw, lab),
        "beliefs": _beliefs(raw, lab),
        "release_beliefs": _release_beliefs(raw, lab),
        "journeys": _journeys(raw, lab),
        "controllers": _controllers(raw, lab),
        "money": money_table(
            raw, scenario, Codes(scenario), model.sample, int(manifest.get("seed") or 0)
        ),
    }
    full = {
        **manifest,
        "travesia": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "scenario": scenario.name,
        "scenario_sha256": scenario.sha256(),
        "ledger_sha256": ledger.sha256(),
        "people": float(lab.people(d[:, 2]).sum()),
        "parties": float(lab.people(d[:, 3]).sum()),
        "person_days": raw.person_days / model.sample,
        "transitions": raw.transitions,
        "sample": model.sample,
        "patches": list(scenario.applied),
        **added(scenario),
        "tally_sha256": raw.digest(),
    }
    tables = {name: _counted(table, calendar.early) for name, table in tables.items()}
    told = snapshot(scenario, ledger) | {"labels": _labels(compiled, calendar)}
    return Result(full, tables, told)


def _counted(table: pd.DataFrame, early: str) -> pd.DataFrame:
    """A table without the days of the first month that lie before the start of the period."""
    if not early or "month" not in table.columns:
        return table
    kept = table[table["month"] != early].reset_index(drop=True)
    return kept.assign(month=kept["month"].cat.remove_categories([early]))


def _events_daily(raw: RawResult, lab: _Labeller) -> pd.DataFrame:
    day, transition = np.nonzero(raw.events_daily)
    return lab.frame(
        date=labels(day, lab.dates),
        transition=labels(transition, lab.model.names.transitions),
        place=labels(np.zeros(len(day), np.int64), ["*"]),
        people=lab.people(raw.events_daily[day, transition]),
    )


def _stocks(raw: RawResult, lab: _Labeller) -> pd.DataFrame:
    names, n_places = lab.model.names, lab.model.n_places
    day, cell = np.nonzero(raw.stocks)
    return lab.frame(
        date=labels(day, lab.dates),
        state=labels(cell // n_places, names.states),
        place=labels(cell % n_places, names.places),
        people=lab.people(raw.stocks[day, cell]),
    )


def _stocks_monthly(raw: RawResult, lab: _Labeller) -> pd.DataFrame:
    names, s = lab.model.names, raw.stocks_monthly
    return lab.frame(
        month=labels(s[:, 0], lab.months),
        state=labels(s[:, 1], names.states),
        stay=labels(s[:, 2], ("*", *names.stays)),
        place=labels(s[:, 3], names.places),
        cohort=labels(s[:, 4], names.cohorts),
        people=lab.people(s[:, 5]),
        parties=lab.people(s[:, 6]),
    )


def _stay_harms(raw: RawResult, lab: _Labeller, codes: Codes) -> pd.DataFrame:
    names, rows = lab.model.names, codes.stay_hits(raw.stay_hits)
    return lab.frame(
        month=labels(rows[:, 0], lab.months),
        stay=labels(rows[:, 1], ("*", *names.stays)),
        transition=labels(rows[:, 2], names.transitions),
        place=labels(rows[:, 3], names.places),
        people=lab.people(rows[:, 4]),
    )


def _facilities(raw: RawResult, lab: _Labeller) -> pd.DataFrame:
    t = raw.facilities
    days = np.maximum(t[:, 7], 1)
    return lab.frame(
        month=labels(t[:, 0], lab.months),
        facility=labels(t[:, 1], lab.model.names.facilities),
        capacity=lab.people(t[:, 2] / CASES / days),
        occupied=lab.people(t[:, 3] / days),
        waiting=lab.people(t[:, 4] / days),
        admitted=lab.people(t[:, 5]),
        refused=lab.people(t[:, 6]),
    )


def _beliefs(raw: RawResult, lab: _Labeller) -> pd.DataFrame:
    names = lab.model.names
    table = raw.way_beliefs
    used = np.zeros(table.shape[2:], bool)
    graph = lab.model.graph
    used[:, graph.leg_region, graph.leg_mode] = True
    g, r, m = np.nonzero(used)
    n, days = len(g), table.shape[0]
    group, region, mode = (np.tile(codes, days) for codes in (g, r, m))
    return lab.frame(
        date=labels(np.repeat(raw.belief_days, n), lab.dates),
        group=labels(group, names.groups),
        region=labels(region, names.regions),
        mode=labels(mode, names.modes),
        capture=table[:, 0][:, used].ravel(),
        harm=table[:, 1][:, used].ravel(),
    )


def _release_beliefs(raw: RawResult, lab: _Labeller) -> pd.DataFrame:
    names, table = lab.model.names, raw.release_beliefs
    day, cohort, sector = np.indices(table.shape).reshape(3, -1)
    return lab.frame(
        date=labels(raw.belief_days[day], lab.dates),
        cohort=labels(cohort, names.cohorts),
        sector=labels(sector, names.sectors),
        release=table.ravel(),
    )


def _controllers(raw: RawResult, lab: _Labeller) -> pd.DataFrame:
    """How far each policy that reads published counts acts, on the days on which it does."""
    origins = [c.origin for c in lab.model.controls]
    policies = list(dict.fromkeys(origins))
    levels = np.zeros((len(raw.control_levels), len(policies)))
    for number, origin in enumerate(origins):
        at = policies.index(origin)
        levels[:, at] = np.maximum(levels[:, at], raw.control_levels[:, number])
    day, which = np.nonzero(levels)
    return lab.frame(
        date=labels(day, lab.dates), policy=labels(which, policies), level=levels[day, which]
    )


def _labels(compiled: Compiled, calendar: Calendar) -> pd.DataFrame:
    """What policies change in the records of agencies and in public words, with first and last
    day (a blank end = to the end of the run)."""
    rows = [
        (
            e.policy,
            e.transition,
            e.recorded,
            e.said,
            calendar.date(max(0, e.start)).isoformat(),
            "" if e.end is None else calendar.date(e.end - 1).isoformat(),
        )
        for e in compiled.labels
    ]
    columns = ["policy", "transition", "recorded", "said", "start", "end"]
    return pd.DataFrame(rows, columns=columns, dtype=str)


def _journeys(raw: RawResult, lab: _Labeller) -> pd.DataFrame:
    names, steps = lab.model.names, raw.journeys
    keys, number = np.unique(raw.journey_keys, return_inverse=True)
    first = np.searchsorted(number, np.arange(len(keys)))
    step = np.arange(len(number)) - first[number] if len(number) else number
    events = [*(f"leg:{leg}" for leg in names.legs), *names.transitions]
    ids = [f"{int(k):016x}" for k in keys]
    return lab.frame(
        journey=labels(number, ids),
        step=step,
        date=labels(steps[:, 0] // TICKS_PER_DAY, lab.dates),
        hour=steps[:, 0] % TICKS_PER_DAY * 24.0 / TICKS_PER_DAY,
        event=labels(steps[:, 2], events),
        place=labels(steps[:, 3], names.places),
        cohort=labels(steps[:, 4] % 4096, names.cohorts),
        size=steps[:, 4] // 4096,
    )
