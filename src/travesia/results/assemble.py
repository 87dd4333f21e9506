"""From raw tallies to a labelled result: codes become names, samples the full population."""

from __future__ import annotations

import platform
import re
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
from travesia.results.declared import snapshot_of
from travesia.results.money import money_table
from travesia.results.result import Result, labels
from travesia.scenario.observed import Cells
from travesia.scenario.scenario import Scenario
from travesia.scenario.sums import counted_sums
from travesia.version import __version__

_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")

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


def _joined(value: Any) -> Any:
    """A list as text joined by ``;``; anything else as it is."""
    return ";".join(str(v) for v in value) if isinstance(value, tuple | list) else value


def _records(rows: Any) -> pd.DataFrame:
    data = [row.model_dump(mode="json", by_alias=True) for row in rows]
    return pd.DataFrame([{k: _joined(v) for k, v in row.items()} for row in data])


CARRIED = (
    "places", "legs", "modes", "cohorts", "stays", "transitions", "facilities", "targets",
    "calibration", "causes", "costs", "words",
)  # fmt: skip
"""Tables of the scenario that travel with a run as they are."""


def snapshot(scenario: Scenario, ledger: Ledger) -> dict[str, pd.DataFrame]:
    """The small tables of the scenario that travel with a run, so that it stands alone."""
    s = scenario.settings
    facts = {
        "name": s.name,
        "title": s.title,
        "description": s.description,
        "purpose": s.purpose,
        "limits": "\n".join(s.limits),
        "transit": ";".join(s.transit),
        "destination": ";".join(s.destination),
        "ends": ";".join(s.ends.states),
        "spin_up": s.period.spin_up,
        "start": s.period.start,
        "end": s.period.end,
        "extrapolated_from": s.extrapolated_from,
        "pages": s.pages.model_dump_json(),
        "departures_column": s.departures_column,
        "learning": s.learning,
        "demand_response": s.demand_response,
    }
    tables = {
        "scenario": pd.DataFrame(
            {"key": list(facts), "value": ["" if v is None else str(v) for v in facts.values()]}
        ),
        **{name: _records(scenario.table(name)) for name in CARRIED},
        "aims": _aims(scenario),
        "policies": _policies(scenario),
        "assumptions": _assumptions(scenario),
        "money": _sums(scenario),
        **snapshot_of(scenario),
    }
    refs = _references(scenario)
    cited = ledger.for_report(refs)
    tables["sources"] = pd.DataFrame(cited)
    tables["conflicts"] = pd.DataFrame(
        [
            {
                "id": c.id,
                "kind": c.kind,
                "claim_a": _joined(c.claim_a),
                "claim_b": _joined(c.claim_b),
                "note": c.note,
                "resolution": c.resolution,
            }
            for c in (ledger.conflicts.values() if cited else ())  # of the evidence it rests on
        ]
    )
    for file, cells in sorted(scenario.observed.tables.items()):  # read before the simulation
        if cells is not None:
            tables[file.removesuffix(".csv")] = _published(cells)
    return {name: table for name, table in tables.items() if len(table.columns)}


def _published(cells: Cells) -> pd.DataFrame:
    """A published table; columns of numbers as numbers, all others as text, blank where unknown."""
    frame = pd.DataFrame(dict(zip(cells.header, cells.columns, strict=True)), dtype=str)
    for name in frame.columns:
        texts = frame[name]
        if all(_NUMBER.fullmatch(t) for t in texts.unique()):
            frame[name] = pd.to_numeric(texts)
    return frame


def _aims(scenario: Scenario) -> pd.DataFrame:
    """The shares of the sectors that people aim for, in the months of the run."""
    months = set(scenario.calendar.inputs_of())
    names = ("month", "nationality", "family_type", "sector", "share")
    table = pd.DataFrame({name: scenario.aims.column(name) for name in names})
    kept = table[table["month"].isin(months)]
    return kept.astype(dict.fromkeys(names[:-1], "category")) if len(kept) else pd.DataFrame()


def _sums(scenario: Scenario) -> pd.DataFrame:
    """The ledger, with what of it is spent and whether its total adds a row."""
    added = {row.id for row in counted_sums(scenario)}
    table = _records(scenario.money)
    if len(table):
        table["spent"] = [row.spent for row in scenario.money]
        table["counted"] = [row.id in added for row in scenario.money]
    return table


def _policies(scenario: Scenario) -> pd.DataFrame:
    rows = []
    for p in scenario.policies:
        row = p.model_dump(mode="json")
        row["parameters"] = "; ".join(
            f"{name} = {v.value:g} {v.unit}"
            if isinstance(v.value, int | float)
            else f"{name} = {v.value}"
            for name, v in p.parameters.items()
        )
        row["where"] = "; ".join(f"{k}: {', '.join(v)}" for k, v in row["where"].items() if v)
        row["whom"] = "; ".join(f"{k}: {', '.join(v)}" for k, v in row["whom"].items() if v)
        rows.append({k: _joined(v) for k, v in row.items()})
    return pd.DataFrame(rows)


def _assumptions(scenario: Scenario) -> pd.DataFrame:
    """Every judgement with its range and reason: what, value, low, high, reason."""
    rows: list[dict[str, Any]] = []
    for name, p in scenario.parameters.items():
        rows.append(
            {
                "table": "behaviour",
                "what": name,
                "value": p.value,
                "low": p.low,
                "high": p.high,
                "unit": p.unit,
                "source": _joined(p.source),
                "reason": p.reason,
            }
        )
    numbers = {
        "hazards": "value",
        "hazard_factors": "factor",
        "effort": "factor",
        "agencies": "capacity_per_day",
        "facilities": "capacity",
        "money": "value",
        "costs": "value",
    }
    for table, column in numbers.items():
        for row in scenario.table(table):
            what = " ".join(str(v) for v in row.key_values() if v not in (None, "*"))
            rows.append(
                {
                    "table": table,
                    "what": what,
                    "value": getattr(row, column),
                    "low": row.low,
                    "high": row.high,
                    "unit": _unit(table, row),
                    "source": _joined(row.source),
                    "reason": row.reason,
                }
            )
    return pd.DataFrame(rows)


def _unit(table: str, row: Any) -> str:
    if table == "money":
        return "USD"
    if table == "costs":
        return f"USD per {row.unit if row.per == 'event' else row.per}"
    return str(getattr(row, "per", getattr(row, "unit", "")))


SOURCED = (
    "places", "legs", "modes", "cohorts", "origins", "facilities", "papers", "hazards",
    "hazard_factors", "effort", "agencies", "stays", "actions", "money", "costs",
)  # fmt: skip
"""Tables of records that name their sources."""


def _references(scenario: Scenario) -> list[str]:
    refs: dict[str, None] = {}
    for table in SOURCED:
        for row in scenario.table(table):
            refs.update(dict.fromkeys(row.source))
    for columns in (scenario.departures, scenario.aims, scenario.outcomes):
        for source in set(columns.column("source")):
            refs.update(dict.fromkeys(source))
    for policy in scenario.policies:
        refs.update(dict.fromkeys((*policy.source, *policy.claims)))
    for table in ("transitions", "money", "costs"):
        for row in scenario.table(table):
            refs.update(dict.fromkeys(row.claims))
    for parameter in scenario.parameters.values():
        refs.update(dict.fromkeys(parameter.source))
    return [r for r in sorted(refs) if r and r != "assumption"]
