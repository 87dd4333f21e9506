"""What was changed between two scenarios, as the page tells it: policies, numbers, sources."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from travesia.policy.instruments.registry import instruments_of
from travesia.reporting.facts import tidy
from travesia.reporting.names import FAMILIES, Words
from travesia.reporting.payload import Cell, Changes, Expectation, PolicyChange, PolicyNumber
from travesia.scenario.scenario import Scenario
from travesia.scenario.settings import PolicyEntry, PolicyParameter

EXPECTATIONS = Path("system") / "what_ifs.csv"
"""File of a scenario that says what is expected of its what-ifs, where it has one."""

_CODE = re.compile(r"`+([^`]+)`+")
_CLAIMS = re.compile(r" \((?:S\d+-p\d+-[a-z]+(?:[,;] )?)+\)")


def told_changes(changes: Mapping[str, Any], base: Scenario, other: Scenario) -> Changes:
    """The changes of :func:`travesia.ensembles.changes.changes` with what each policy is and does.

    Adds to policies ``does`` (the instrument in words), ``where``, ``whom``, ``parameters`` and
    ``reason``; to questions ``expectation`` where the scenario records one.
    """
    old = {p.id: p for p in base.policies}
    new = {p.id: p for p in other.policies}
    expected = expectations([*base.folders, *other.folders])
    return {
        "parameters": changes["parameters"],
        "tables": changes["tables"],
        "settings": changes["settings"],
        "questions": [
            {
                "id": q["id"],
                "title": q["title"],
                "question": q["question"],
                **expected.get(q["id"], {"expectation": "", "claims": []}),
            }
            for q in changes["questions"]
        ],
        "policies": [
            _policy(p, new.get(p["id"]) or old[p["id"]], other) for p in changes["policies"]
        ],
    }


def expectations(folders: Iterable[Path]) -> dict[str, Expectation]:
    """What scenarios record of what is expected of a what-if: ``expectation`` and ``claims``."""
    out: dict[str, Expectation] = {}
    for folder in dict.fromkeys(folders):
        path = folder / EXPECTATIONS
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                told: Expectation = {
                    "expectation": (row.get("expectation") or "").strip(),
                    "claims": _split(row.get("claims")),
                }
                for patch in [*_split(row.get("patch")), *_split(row.get("more"))]:
                    out.setdefault(patch, told)
    return out


def references(changes: Changes) -> list[str]:
    """Every source and claim that the changes refer to, each once."""
    found: list[str] = []
    for policy in changes["policies"]:
        found += [*policy["source"], *policy["claims"]]
        found += [s for p in policy["parameters"] for s in p["source"]]
    found += [s for p in changes["parameters"] for s in p["source"]]
    found += [s for q in changes["questions"] for s in q["claims"]]
    return list(dict.fromkeys(found))


def _policy(change: Mapping[str, Any], policy: PolicyEntry, scenario: Scenario) -> PolicyChange:
    words = Words.of(scenario.words, scenario.places)
    instrument = next((i for i in instruments_of(scenario) if i.id == policy.instrument), None)
    regions = {p.region: p.name for p in scenario.places if p.kind == "sector"}
    places = {p.id: p.name for p in scenario.places}
    where = [
        *(regions.get(r) or words.region(r) for r in policy.where.regions),
        *(z.replace("_", " ") for z in policy.where.zones),
        *(places.get(p, p) for p in policy.where.places),
        *(words.short("mode", m, m) for m in policy.where.modes),
        *(g.replace("__", " to ").replace("_", " ") for g in policy.where.legs),
    ]
    whom = [
        *(words.country(n) for n in policy.whom.nationalities),
        *(FAMILIES.get(f, f) for f in policy.whom.family_types),
        *(c.replace("-", " ") for c in policy.whom.cohorts),
    ]
    return {
        "id": change["id"],
        "name": change["name"],
        "instrument": change["instrument"],
        "start": change["start"],
        "end": change["end"],
        "what": change["what"],
        "source": change["source"],
        "claims": change["claims"],
        "note": change["note"],
        "does": prose(instrument.description) if instrument else "",
        "where": where,
        "whom": whom,
        "reason": policy.reason,
        "parameters": [_parameter(name, p) for name, p in policy.parameters.items()],
    }


def prose(text: str) -> str:
    """A docstring as a text for people: no marks of code, no ids of claims, one paragraph."""
    text = _CLAIMS.sub("", " ".join(text.split()))
    return _CODE.sub(lambda m: m[1].removesuffix("_YYYY_MM").replace("_", " "), text)


def _parameter(name: str, parameter: PolicyParameter) -> PolicyNumber:
    return {
        "name": name.replace("_", " "),
        "value": _plain(parameter.value),
        "low": _plain(parameter.low),
        "high": _plain(parameter.high),
        "unit": "" if parameter.unit == "1" else parameter.unit,
        "why": parameter.description or parameter.reason,
        "source": list(parameter.source),
    }


def _plain(value: object) -> Cell:
    if value is None or isinstance(value, (bool, str)):
        return value
    return tidy(float(value)) if isinstance(value, (int, float)) else str(value)


def _split(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(";") if part.strip()]
