"""What was changed between two scenarios, in words, with the sources of each policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from travesia.scenario.columns import Columns
from travesia.scenario.scenario import Scenario
from travesia.scenario.tables import TABLES

ROWS_TOLD = 12
_WORDING = frozenset({"name", "name_es", "note", "source", "claims", "reason", "programme"})


def changes(base: Scenario, other: Scenario) -> dict[str, Any]:
    """What ``other`` does differently: ``questions``, ``policies``, ``parameters``, ``tables``.

    Policies carry ``id``, ``name``, ``instrument``, ``start``, ``end``, ``what`` (sentences),
    ``source`` and ``claims``; parameters and tables carry ``what``. All values are plain.
    """
    known = {**base.patches, **other.patches}
    applied = [known[p] for p in other.applied if p in known and p not in base.applied]
    return {
        "questions": [{"id": p.id, "title": p.title, "question": p.question} for p in applied],
        "policies": _policies(base, other),
        "parameters": _parameters(base, other),
        "tables": _tables(base, other),
        "settings": _fields(
            base.settings.model_dump(mode="json"),
            other.settings.model_dump(mode="json"),
            skip=frozenset({"name", "title", "description", "purpose", "limits", "extends"}),
        ),
    }


def in_force(changed: Mapping[str, Any], months: Sequence[str]) -> tuple[str, str] | None:
    """First and last month in which a changed policy is in force, within ``months``.

    None where something else than policies was changed, too, or no policy is in force in them.
    """
    policies = changed["policies"]
    if not policies or not months or any(changed[k] for k in ("parameters", "tables", "settings")):
        return None
    first = max(months[0], min(p["start"][:7] for p in policies))
    ends = [p["end"] for p in policies]
    last = months[-1] if None in ends else min(months[-1], max(e[:7] for e in ends))
    return (first, last) if first <= last else None


def _policies(base: Scenario, other: Scenario) -> list[dict[str, Any]]:
    old = {p.id: p for p in base.policies}
    new = {p.id: p for p in other.policies}
    out = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if before is None:
            what = ["added"]
        elif after is None:
            what = ["taken out"]
        else:
            fields = _fields(_plain(before), _plain(after), skip=_WORDING)
            what = [_sentence(f) for f in fields]
        told = after or before
        assert told is not None
        if what:
            out.append(
                {
                    "id": name,
                    "name": told.name,
                    "instrument": told.instrument,
                    "start": told.start.isoformat(),
                    "end": told.end.isoformat() if told.end else None,
                    "what": what,
                    "source": list(told.source),
                    "claims": list(told.claims),
                    "note": told.note,
                }
            )
    return out


def _plain(policy: Any) -> dict[str, Any]:
    data: dict[str, Any] = policy.model_dump(mode="json")
    parameters = {n: p["value"] for n, p in data.pop("parameters").items()}
    where = {f"where {k}": v for k, v in data.pop("where").items()}
    whom = {f"whom {k}": v for k, v in data.pop("whom").items()}
    return {**data, **parameters, **where, **whom}


def _sentence(field: Mapping[str, Any]) -> str:
    if field["what"] == "enabled":
        return "switched on" if field["to"] else "switched off"
    name = str(field["what"]).replace("_", " ")
    return f"{name}: {_word(field['to'])} instead of {_word(field['from'])}"


def _word(value: Any) -> str:
    if value in (None, "", []):
        return "none"
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _fields(
    before: Mapping[str, Any], after: Mapping[str, Any], skip: frozenset[str]
) -> list[dict[str, Any]]:
    """Fields that differ, as what, from, to."""
    names = [n for n in {**before, **after} if n not in skip]
    return [
        {"what": n, "from": before.get(n), "to": after.get(n)}
        for n in names
        if before.get(n) != after.get(n)
    ]


def _parameters(base: Scenario, other: Scenario) -> list[dict[str, Any]]:
    out = []
    for name, after in other.parameters.items():
        before = base.parameters.get(name)
        if before is None or before.value != after.value:
            was = None if before is None else before.value
            out.append(
                {
                    "what": name,
                    "description": after.description,
                    "unit": after.unit,
                    "from": was,
                    "to": after.value,
                    "source": list(after.source),
                }
            )
    return out


def _tables(base: Scenario, other: Scenario) -> list[dict[str, Any]]:
    """Tables with other rows: how many, and the first few in words."""
    out = []
    for spec in TABLES:
        old, new = base.table(spec.name), other.table(spec.name)
        if old is new:  # what-ifs share the tables that they leave alone
            continue
        before, after = _by_key(old), _by_key(new)
        changed = [k for k in {**before, **after} if before.get(k) != after.get(k)]
        if changed:
            told = [_row(k, before.get(k), after.get(k)) for k in changed[:ROWS_TOLD]]
            out.append({"table": spec.name, "rows": len(changed), "what": told})
    return out


def _by_key(rows: Columns[Any] | Iterable[Any]) -> dict[tuple[Any, ...], dict[str, Any]]:
    out: dict[tuple[Any, ...], dict[str, Any]] = {}
    if isinstance(rows, Columns):
        names = list(rows.record.columns())
        cells = zip(*(rows.column(n) for n in names), strict=True)
        for key, row in zip(rows.keys(), cells, strict=True):
            out[tuple(map(str, key))] = dict(zip(names, row, strict=True))
        return out
    for row in rows:
        data = row.model_dump(mode="json", by_alias=True)
        out[tuple(map(str, row.key_values()))] = data
    return out


def _row(
    key: tuple[Any, ...], before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> str:
    name = " ".join(k for k in key if k not in ("None", "*", ""))
    if before is None:
        return f"{name}: added"
    if after is None:
        return f"{name}: taken out"
    fields = _fields(before, after, skip=frozenset({"source", "reason", "note", "low", "high"}))
    return f"{name}: " + "; ".join(
        f"{f['what']} {_word(f['to'])} instead of {_word(f['from'])}" for f in fields
    )
