"""What ``travesia list`` names of an imported case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from travesia.kinds.flee.instance import Instance
from travesia.kinds.flee.member import register_of
from travesia.kinds.flee.versions import VERSIONS

Rows = list[dict[str, Any]]


def listing(what: str, case: Instance) -> Rows | None:
    """Rows of a listing; None where a case has no such thing."""
    made = _MADE.get(what)
    return None if made is None else made(case)


def _places(case: Instance) -> Rows:
    return [
        {"id": p.name, "name": p.name, "kind": p.kind, "country": p.country, "capacity": p.capacity}
        for p in case.places
    ]


def _legs(case: Instance) -> Rows:
    return [
        {"id": f"{r.name1} → {r.name2}", "distance_km": r.distance_km, "redirection": r.redirection}
        for r in case.routes
    ]


def _settings(case: Instance) -> Rows:
    return [{"id": name, "value": value} for name, value in asdict(case.settings).items()]


def _versions(_: Instance) -> Rows:
    return [{"id": name, "title": title} for name, title in VERSIONS.items()]


def _quantities(case: Instance) -> Rows:
    """Errors, which no table of a run holds, and what is counted in the tables."""
    register = register_of(case)
    errors = {q.id: q for q in register.values() if q.measure == "ratio"}
    counted = {q.id: q for q in register.values() if q.id not in errors}
    told = {"title_es": "", "axes": []}
    rows = [
        {"id": q.id, "title": q.title, "kind": q.kind, "unit": q.unit, **told}
        for q in errors.values()
    ]
    return rows + replace(register, quantities=counted).rows()


_MADE: dict[str, Callable[[Instance], Rows]] = {
    "places": _places, "legs": _legs, "parameters": _settings, "patches": _versions,
    "what-ifs": _versions, "quantities": _quantities,
}  # fmt: skip
