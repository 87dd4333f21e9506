"""The small tables of a scenario that travel with a run, so that it stands alone."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from travesia.evidence import Ledger
from travesia.results.declared import snapshot_of
from travesia.scenario.observed import Cells
from travesia.scenario.outlines import outlines_of
from travesia.scenario.scenario import Scenario
from travesia.scenario.sums import counted_sums

_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")


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
        "outlines": outlines_of(scenario),
        "departures_column": s.departures_column,
        "learning": s.learning,
        "demand_response": s.demand_response,
    }
    tables = {
        "scenario": pd.DataFrame(
            {"key": list(facts), "value": ["" if v is None else str(v) for v in facts.values()]}
        ),
        **{name: _records(scenario.table(name)) for name in CARRIED},
        "facilities": _records(scenario.limited_places),
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
        "stay_hazards": "rate",
        "accidents": "rate",
        "hazard_factors": "factor",
        "effort": "factor",
        "agencies": "capacity_per_day",
        "facilities": "capacity",
        "camps": "places",
        "money": "value",
        "costs": "value",
    }
    for table, column in numbers.items():
        for row in scenario.table(table):
            named = (_joined(v) for v in row.key_values())
            what = " ".join(str(v) for v in named if v not in (None, "*", ""))
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
    if table == "camps":
        return "people"
    if table == "costs":
        return f"USD per {row.unit if row.per == 'event' else row.per}"
    return str(getattr(row, "per", getattr(row, "unit", "")))


SOURCED = (
    "places", "legs", "modes", "cohorts", "origins", "facilities", "camps", "papers", "hazards",
    "stay_hazards", "accidents", "hazard_factors", "effort", "agencies", "stays", "actions",
    "money", "costs",
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
