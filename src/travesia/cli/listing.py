"""Rows for ``travesia list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from travesia.errors import InputError, Problem

if TYPE_CHECKING:
    from travesia.scenario.scenario import Scenario

TABLES = {
    "places": ("id", "name", "kind", "region"),
    "legs": ("id", "mode", "role", "distance_km", "days", "region"),
    "modes": ("id", "name", "speed_km_day"),
    "cohorts": ("id", "nationality", "family_type", "group", "guided_share"),
    "stays": ("id", "state", "name", "facility_kind"),
    "transitions": ("id", "from", "to", "counts_as", "description"),
    "facilities": ("id", "kind", "place", "capacity", "unit", "start", "end"),
    "checkpoints": ("policy", "place", "way", "posts", "source"),
    "policies": ("id", "instrument", "start", "end", "enabled", "name"),
    "money": ("id", "payer", "payee", "purpose", "value", "spent", "start", "end", "policy",
              "part_of", "counted"),
    "costs": ("id", "payer", "payee", "purpose", "per", "unit", "low", "value", "high"),
    "targets": ("id", "observable", "frequency", "by", "start", "end", "role"),
    "calibration": ("what", "observable", "measure", "by", "start", "end", "role", "reason"),
}
OTHERS = ("scenarios", "patches", "parameters", "systems", "what-ifs")


class Several(list[str]):
    """A list that reads as one cell in a table of words and as a list in JSON."""

    def __str__(self) -> str:
        return "; ".join(self)


def rows_of(what: str, scenario: str) -> list[dict[str, Any]]:
    """Rows of a listing. Raises :class:`InputError` for a listing that does not exist."""
    what = "what-ifs" if what in ("whatifs", "what_ifs") else what
    if what not in TABLES and what not in OTHERS:
        from difflib import get_close_matches

        names = sorted([*TABLES, *OTHERS])
        near = get_close_matches(what, names, n=1)
        cure = f"did you mean {near[0]}?" if near else f"one of {', '.join(names)}"
        raise InputError("There is nothing to list", [Problem(f"no listing {what!r}", "", cure)])
    if what == "scenarios":
        from travesia.scenario.shipped import shipped

        return [{"name": s.name, "title": s.title, "period": s.period} for s in shipped()]
    from travesia.api import load

    loaded = load(scenario)
    if what == "systems":
        return _systems(loaded)
    if what == "what-ifs":
        return _what_ifs(loaded)
    if what == "patches":
        return [
            {"id": p.id, "title": p.title, "question": p.question}
            for p in loaded.patches.values()
        ]
    if what == "parameters":
        return [
            {"id": name, "value": p.value, "low": p.low, "high": p.high, "unit": p.unit,
             "description": p.description}
            for name, p in loaded.parameters.items()
        ]  # fmt: skip
    more = _worked_out(what, loaded)
    rows = []
    for record in getattr(loaded, what):
        data = record.model_dump(mode="json", by_alias=True) | more.get(getattr(record, "id", ""), {})
        rows.append(
            {c: ";".join(v) if isinstance(v := data[c], list | tuple) else v for c in TABLES[what]}
        )
    return rows


def _worked_out(what: str, scenario: Scenario) -> dict[str, dict[str, Any]]:
    """Columns of a listing that no table holds: what of a sum is spent, and whether it counts."""
    if what != "money":
        return {}
    from travesia.scenario.sums import counted_sums

    ids = {row.id for row in counted_sums(scenario)}
    return {
        row.id: {"spent": row.spent, "counted": "yes" if row.id in ids else "no"}
        for row in scenario.money
    }


def _systems(scenario: Scenario) -> list[dict[str, Any]]:
    """The named systems; ``demonstrated`` is worked out from the scenario and the tests."""
    from travesia.observe.claims_system import lacks, systems

    rows = []
    for system in systems(scenario):
        missing = lacks(system, scenario)
        rows.append(
            {"id": system.id, "name": system.name, "demonstrated": not missing,
             "parts": Several(system.parts), "test": system.test, "command": system.command,
             "claims": Several(system.claims), "missing": Several(missing)}
        )  # fmt: skip
    return rows


def _what_ifs(scenario: Scenario) -> list[dict[str, Any]]:
    """The what-if questions, each with the patch that answers it."""
    from travesia.observe.claims_system import what_ifs

    return [
        {"id": w.id, "patch": w.patch, "title": scenario.patches[w.patch].title,
         "more": Several(w.more), "question": w.question,
         "expectation": w.expectation, "outputs": Several(w.outputs),
         "claims": Several(w.claims), "missing": w.missing}
        for w in what_ifs(scenario)
    ]  # fmt: skip
