"""The searchable list of every number that has a range or a reason, and the list of sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from travesia.reporting.facts import Facts, tidy
from travesia.reporting.payload import Assumption, Cell, Conflict, Source
from travesia.reporting.view import records

VALUE_COLUMNS = ("value", "factor", "probability", "median_days", "capacity_per_day", "capacity",
                 "guided_share", "stop_factor", "share", "places")  # fmt: skip
UNITS: Mapping[str, str] = {
    "factor": "times", "probability": "chance", "median_days": "days",
    "capacity_per_day": "cases a day", "guided_share": "share", "stop_factor": "times",
    "share": "share", "places": "people",
}  # fmt: skip
TABLE_NAMES: Mapping[str, str] = {
    "parameters": "Behaviour", "behaviour": "Behaviour", "hazards": "Hazard on the way",
    "stay_hazards": "Harm to those who wait",
    "accidents": "Disasters that strike many at once",
    "hazard_factors": "Hazard, by kind of traveller", "effort": "Effort of an agency",
    "agencies": "Capacity of an agency", "stays": "Time in a stay", "facilities": "Limited places",
    "camps": "Room in a camp",
    "outcomes": "Outcome of a stay", "actions": "Choice at a place", "papers": "Papers",
    "cohorts": "Cohort: share that travel with a guide", "origins": "Where journeys begin",
    "policy_parameters": "Policy",
}  # fmt: skip
MOST = 3000
"""More rows than this make the page heavy; published figures are left out before judgements."""

_ADDRESS = re.compile(r"^https?://[^\s\"'<>\\]+$", re.IGNORECASE)


def assumptions(facts: Facts) -> list[Assumption]:
    """Every number of the snapshot that has a range or is a judgement, table by table."""
    tables = facts.result.scenario_tables
    found: list[Assumption] = []
    told: set[str] = set()
    if "assumptions" in tables:
        frame = tables["assumptions"]
        told = set(frame["table"].astype(str))
        for name in dict.fromkeys(frame["table"].astype(str)):
            part = frame[frame["table"] == name].rename(columns={"what": "name"})
            found += _table(TABLE_NAMES.get(name, name.replace("_", " ")), part)
    for name, title in TABLE_NAMES.items():
        if name in tables and name not in told:
            found += _table(title, tables[name])
    if len(found) > MOST:
        found.sort(key=lambda a: not a["judgement"])
        found = found[:MOST]
    return found


def _table(title: str, table: pd.DataFrame) -> list[Assumption]:
    column = next((c for c in VALUE_COLUMNS if c in table.columns), None)
    if column is None:
        return []
    out: list[Assumption] = []
    for row in records(table):
        value = _plain(row.get(column))
        if value is None:
            continue
        sources = _sources(row.get("source"))
        per = _text(row.get("per"))
        unit = f"per {per}" if per else _text(row.get("unit")) or UNITS.get(column, "")
        out.append(
            {
                "id": _text(row.get("id")),
                "name": _name(row, column),
                "where": title,
                "value": value,
                "low": _plain(row.get("low")),
                "high": _plain(row.get("high")),
                "unit": _unit(unit),
                "why": _text(row.get("reason")) or _text(row.get("description")),
                "source": sources,
                "judgement": "assumption" in sources,
            }
        )
    return out


_LABELS = ("name", "cause", "agency", "who", "stay", "transition", "paper", "region", "place",
           "mode", "nationality", "family_type", "start", "end")  # fmt: skip


def _name(row: Mapping[str, Any], column: str) -> str:
    """The labels of a row joined to a name: `robbery, the region, bus, from 2019-06-01`."""
    parts = [_text(row.get(k)) for k in _LABELS if k != column]
    parts = [p.replace("_", " ") for p in parts if p and p != "*"]
    if not parts:
        parts = [_text(row.get("id")).replace("_", " ")]
    elif "name" not in row and _text(row.get("id")) and "stay" not in row:
        parts.insert(0, _text(row.get("id")).replace("_", " "))
    return ", ".join(parts)


def _unit(unit: str) -> str:
    """A unit in words; exposures of hazards read `per passage`."""
    if unit in ("passage", "100km", "day"):
        return f"per {unit.replace('100km', '100 km')}"
    return "" if unit == "1" else unit


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()


def _plain(value: object) -> Cell:
    text = _text(value)
    if not text or text in ("None", "<NA>"):
        return None
    try:
        return tidy(float(text))
    except ValueError:
        return text


def _sources(value: object) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [str(v) for v in value]
    return [part.strip() for part in _text(value).split(";") if part.strip()]


def sources(evidence: Iterable[Mapping[str, Any]] | None) -> list[Source]:
    """Sources as the page lists them; an address that is not http or https is left out."""
    out: dict[str, Source] = {}
    for row in evidence or ():
        identity = _text(row.get("id"))
        address = _text(row.get("url"))
        if not identity or identity in out:
            continue
        out[identity] = {
            "id": identity,
            "title": _text(row.get("title")) or identity,
            "publisher": _text(row.get("publisher")),
            "date": _text(row.get("date")) or _text(row.get("published")),
            "url": address if _ADDRESS.match(address) else "",
            "licence": _text(row.get("licence")),
        }
    return sorted(out.values(), key=lambda s: s["id"])


def conflicts(rows: Iterable[Mapping[str, Any]] | None) -> list[Conflict]:
    """Contradictions between sources: what they say, and which the scenario follows.

    Rows have ``topic`` (or ``kind``), ``text`` (or ``note``), ``resolution`` and ``source`` (or
    ``claim_a`` and ``claim_b``).
    """
    out: list[Conflict] = []
    for row in rows or ():
        claims = [*_sources(row.get("claim_a")), *_sources(row.get("claim_b"))]
        kind = _text(row.get("kind"))
        out.append(
            {
                "topic": _text(row.get("topic")) or kind.replace("_", " "),
                "text": _text(row.get("text")) or _text(row.get("note")),
                "resolution": _text(row.get("resolution")),
                "source": _sources(row.get("source")) or claims,
            }
        )
    return out
