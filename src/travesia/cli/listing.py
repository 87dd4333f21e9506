"""Rows for ``travesia list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from travesia.errors import InputError, Problem
from travesia.likeness import nearest

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
    "camps": ("id", "place", "opened", "closed", "places", "clearing", "name"),
    "checkpoints": ("policy", "place", "way", "posts", "source"),
    "policies": ("id", "instrument", "start", "end", "enabled", "in_force", "name"),
    "money": (
        "id",
        "payer",
        "payee",
        "purpose",
        "value",
        "spent",
        "start",
        "end",
        "policy",
        "part_of",
        "counted",
    ),
    "costs": ("id", "payer", "payee", "purpose", "per", "unit", "low", "value", "high"),
    "targets": ("id", "observable", "frequency", "by", "start", "end", "role"),
    "calibration": ("what", "observable", "measure", "by", "start", "end", "role", "reason"),
}
OTHERS = (
    "scenarios", "patches", "parameters", "instruments", "effects", "systems", "what-ifs",
    "quantities",
)  # fmt: skip
NAMES = (*OTHERS, *TABLES)

SHORT = {
    "instruments": ("id", "title", "policies"),
    "what-ifs": ("id", "patches", "question"),
    "systems": ("id", "name", "demonstrated", "missing"),
    "calibration": ("what", "observable", "measure", "by", "start", "end", "role"),
    "quantities": ("id", "title", "kind", "unit"),
}
"""Columns of a listing for people, where machines get more; `explain` tells the rest of one."""

STAYS_SHOWN = 2
"""Stays that a line of the listing of transitions names, where a harm may strike in many."""


class Several(list[str]):
    """A list that reads as one cell in a table of words and as a list in JSON."""

    def __str__(self) -> str:
        return "; ".join(self)


def rows_of(what: str, scenario: str) -> list[dict[str, Any]]:
    """Rows of a listing. Raises :class:`InputError` for a listing that does not exist."""
    what = called(what)
    if what == "scenarios":
        from travesia.scenario.shipped import shipped

        return [{"name": s.name, "title": s.title, "period": s.period} for s in shipped()]
    from travesia.kinds import kind_of
    from travesia.scenario.scenario import Scenario

    kind = kind_of(scenario)
    loaded = kind.load(scenario)
    own = kind.listing(what, loaded)
    if own is not None:
        return own
    if not isinstance(loaded, Scenario):
        cure = f"{kind.title} has no such listing"
        raise InputError("There is nothing to list", [Problem(f"no {what}", scenario, cure)])
    if what in _MADE:
        return _MADE[what](loaded)
    more = _worked_out(what, loaded)
    rows = []
    for record in getattr(loaded, what):
        told = more.get(getattr(record, "id", ""), {})
        data = record.model_dump(mode="json", by_alias=True) | told
        rows.append(
            {c: Several(v) if isinstance(v := data[c], list | tuple) else v for c in TABLES[what]}
        )
    return rows


def called(what: str) -> str:
    """The listing that is meant. Raises :class:`InputError` if there is none."""
    from travesia.likeness import key

    by_key = {key(n).replace(" ", ""): n for n in NAMES}
    name = by_key.get(key(what).replace(" ", ""))
    if name is None:
        near = nearest(what, NAMES, most=1)
        cure = f"did you mean {near[0]}?" if near else f"one of {', '.join(sorted(NAMES))}"
        raise InputError("There is nothing to list", [Problem(f"no listing {what!r}", "", cure)])
    return name


def tables_of(what: str, rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """A listing for people: tables with their headings, of the columns that say most."""
    what = called(what)
    if what == "what-ifs":
        rows = [r | {"patches": Several([r["patch"], *r["more"]])} for r in rows]
    if what == "transitions":
        rows = [r | {"from": _few(r["from"])} for r in rows]
    if what in SHORT:
        rows = [{c: r[c] for c in SHORT[what]} for r in rows]
    if what != "policies":
        return [("", rows)]
    short = [{k: v for k, v in r.items() if k not in ("enabled", "in_force")} for r in rows]
    on = [s for s, r in zip(short, rows, strict=True) if r["in_force"]]
    out_of_period = [
        s for s, r in zip(short, rows, strict=True) if r["enabled"] and not r["in_force"]
    ]
    off = [s for s, r in zip(short, rows, strict=True) if not r["enabled"]]
    return [
        (title, part)
        for title, part in (
            ("", on),
            ("Switched on, but not in force in the period of the scenario:", out_of_period),
            ("Switched off (for what-ifs, or another reading of a policy that is on):", off),
        )
        if part
    ]


def _few(stays: str) -> str:
    """The first of many stays, and how many more there are; machines get all."""
    names = stays.split(";")
    more = len(names) - STAYS_SHOWN
    return stays if more <= 0 else f"{';'.join(names[:STAYS_SHOWN])} and {more} more"


def _worked_out(what: str, scenario: Scenario) -> dict[str, dict[str, Any]]:
    """Columns of a listing that no table holds: what of a sum is spent, and whether it counts."""
    if what == "policies":
        period = scenario.settings.period
        return {
            p.id: {
                "in_force": p.enabled
                and p.start <= period.end
                and (p.end is None or p.end >= period.start)
            }
            for p in scenario.policies
        }
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
            {
                "id": system.id,
                "name": system.name,
                "demonstrated": not missing,
                "parts": Several(system.parts),
                "test": system.test,
                "command": system.command,
                "claims": Several(system.claims),
                "missing": Several(missing),
            }
        )
    return rows


def _what_ifs(scenario: Scenario) -> list[dict[str, Any]]:
    """The what-if questions, each with the patch that answers it."""
    from travesia.reporting.answers import questions

    if not scenario.patches:
        return []
    return [
        {
            "id": w.id,
            "patch": w.patch,
            "title": scenario.patches[w.patch].title,
            "more": Several(w.more),
            "question": w.question,
            "expectation": w.expectation,
            "outputs": Several(w.outputs),
            "claims": Several(w.claims),
            "missing": w.missing,
        }
        for w in (q.what_if for q in questions(scenario))
    ]


def _patches(scenario: Scenario) -> list[dict[str, Any]]:
    return [
        {"id": p.id, "title": p.title, "question": p.question} for p in scenario.patches.values()
    ]


def _parameters(scenario: Scenario) -> list[dict[str, Any]]:
    return [
        {
            "id": name,
            "value": p.value,
            "low": p.low,
            "high": p.high,
            "unit": p.unit,
            "description": p.description,
        }
        for name, p in scenario.parameters.items()
    ]


def _instruments(scenario: Scenario) -> list[dict[str, Any]]:
    """Kinds of policy, each with the policies of the scenario that are of it."""
    from travesia.policy.instruments.registry import instruments_of

    return [
        {
            "id": i.id,
            "title": i.title,
            "title_es": i.title_es,
            "policies": sum(p.instrument == i.id for p in scenario.policies),
        }
        for i in instruments_of(scenario)
    ]


def _effects(_scenario: Scenario) -> list[dict[str, Any]]:
    """What policies can do to the model."""
    from travesia.cli.explaining import effects

    return [{"id": e.topic, "meaning": e.about().split(". ")[0]} for e in effects()]


def _quantities(scenario: Scenario) -> list[dict[str, Any]]:
    """What a run can be asked."""
    rows = scenario.quantities.rows()
    return [r | {"axes": Several(r["axes"])} for r in rows]


_MADE = {
    "quantities": _quantities,
    "patches": _patches, "parameters": _parameters, "instruments": _instruments,
    "effects": _effects, "systems": _systems, "what-ifs": _what_ifs,
}  # fmt: skip
