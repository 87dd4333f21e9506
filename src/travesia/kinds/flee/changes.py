"""What was changed between two imported FLEE cases, as the page of a comparison tells it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from typing import Any

from travesia.kinds.flee.instance import Closure, Counts, Instance, Place, Route, Spell

ROWS_TOLD = 12


def changes(one: Instance, two: Instance) -> dict[str, Any]:
    """What the second case does differently: ``tables`` and ``settings`` (it has no policies)."""
    tables = [
        _table("places", one.places, two.places, lambda p: p.name),
        _table("roads", one.routes, two.routes, lambda r: f"{r.name1} – {r.name2}"),
        _table("closures", one.closures, two.closures, _closure),
        _table("conflict", one.spells, two.spells, lambda s: f"{s.place} from day {s.first}"),
        _table("counts", one.counts, two.counts, lambda c: c.series),
    ]
    before, after = _settings(one), _settings(two)
    return {
        "questions": [],
        "policies": [],
        "parameters": [],
        "tables": [t for t in tables if t["rows"]],
        "settings": [
            {"what": k, "from": before[k], "to": after[k]} for k in before if before[k] != after[k]
        ],
    }


def _settings(case: Instance) -> dict[str, Any]:
    return {
        "rule": "FLEE 3.1 with its quirks" if case.compatible else "sane",
        "capacities": "camps never fill" if case.blind else "as imported",
        "start": str(case.start),
        "days": case.days,
        **asdict(case.settings),
    }


def _closure(c: Closure) -> str:
    between = f"{c.name1} – {c.name2}" if c.kind in ("country", "link") else c.name1
    return f"{c.kind} {between} from day {c.start}"


def _table(
    name: str, before: Sequence[Any], after: Sequence[Any], key: Callable[[Any], str]
) -> dict[str, Any]:
    """Rows that differ: how many, and the first few in words."""
    old, new = {key(r): r for r in before}, {key(r): r for r in after}
    changed = [k for k in {**old, **new} if old.get(k) != new.get(k)]
    told = [_row(k, old.get(k), new.get(k)) for k in changed[:ROWS_TOLD]]
    return {"table": name, "rows": len(changed), "what": told}


def _row(key: str, before: Any, after: Any) -> str:
    if before is None:
        return f"{key}: added{_detail(after)}"
    if after is None:
        return f"{key}: taken out"
    if isinstance(after, Counts):
        return f"{key}: other counts"
    parts = [
        f"{f.name.replace('_', ' ')} {_word(getattr(after, f.name))} instead of "
        f"{_word(getattr(before, f.name))}"
        for f in fields(after)
        if getattr(before, f.name) != getattr(after, f.name)
    ]
    return f"{key}: {'; '.join(parts)}"


def _detail(row: Place | Route | Closure | Spell | Counts) -> str:
    if isinstance(row, Closure):
        return ", for ever" if row.end < 0 else f", to day {row.end}"
    return f", to day {row.last}" if isinstance(row, Spell) else ""


def _word(value: Any) -> str:
    if value is None or value == "":
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
