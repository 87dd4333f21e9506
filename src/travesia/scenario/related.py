"""What stands around a thing of a scenario, as lines for its explanation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from travesia.figures import exact
from travesia.scenario.base import Record
from travesia.scenario.columns import Columns
from travesia.scenario.scenario import Scenario
from travesia.scenario.sums import counted, counted_sums, payments_for, strength, wholes

SHOWN_ROWS = 12


def text_of(value: Any) -> str:
    """A cell in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return exact(value)
    if isinstance(value, tuple):
        return ", ".join(str(v) for v in value)
    if isinstance(value, dict):
        return "; ".join(
            f"{name} {text_of(p.value)}{'' if p.unit == '1' else ' ' + p.unit}"
            f"{range_of(p.low, p.high)}"
            for name, p in value.items()
        )
    if isinstance(value, Record):
        parts = [f"{n} {text_of(v)}" for n, v in value if v]
        return "; ".join(parts)
    return str(value)


def range_of(low: float | None, high: float | None) -> str:
    """A range in brackets; blank where there is none."""
    if low is None or high is None or low == high:
        return ""
    return f" ({exact(low)} to {exact(high)})"


def nothing(_scenario: Scenario, _row: Any) -> list[str]:
    """Of what stands alone."""
    return []


def _more(lines: list[str]) -> list[str]:
    if len(lines) <= SHOWN_ROWS:
        return lines
    return [*lines[:SHOWN_ROWS], f"and {len(lines) - SHOWN_ROWS} more"]


def _of_place(scenario: Scenario, place: Any) -> list[str]:
    on = [g for g in scenario.legs if g.from_ == place.id]
    to = [g for g in scenario.legs if g.to == place.id]
    lines = [f"leg on: {g.id}, {g.mode} to {g.to}, {exact(g.distance_km)} km" for g in on]
    lines += [f"leg here: {g.id}, {g.mode} from {g.from_}" for g in to]
    offices = {f.id: f for f in scenario.limited_places if f.place == place.id}
    return _more(lines) + [f"facility: {f.id}, {f.name}" for f in offices.values()]


def _of_leg(scenario: Scenario, leg: Any) -> list[str]:
    rows = [
        h for h in scenario.hazards if h.region in ("*", leg.region) and h.mode in ("*", leg.mode)
    ]
    best: dict[str, tuple[tuple[bool, bool], Any]] = {}
    for h in rows:
        rank = (h.region != "*", h.mode != "*")
        if h.cause not in best or rank > best[h.cause][0]:
            best[h.cause] = (rank, h)
    return [
        f"hazard: {name} {h.value:g} per {h.per}{range_of(h.low, h.high)}"
        for name, (_, h) in best.items()
        if h.value > 0
    ]


def _of_stay(scenario: Scenario, stay: Any) -> list[str]:
    table = scenario.outcomes
    chances: dict[str, list[str]] = {}
    for row in table:
        if row.stay == stay.id:
            chance = row.probability if isinstance(row.probability, str) else f"{row.probability:g}"
            chances.setdefault(row.transition, []).append(chance)
    lines = []
    for name, values in chances.items():
        shown = ", ".join(dict.fromkeys(values[:4]))
        lines.append(f"branch: {name}, chance {shown}{' …' if len(values) > 4 else ''}")
    enter = [t.id for t in scenario.transitions if t.to == stay.id]
    return lines + ([f"entered by: {', '.join(enter)}"] if enter else [])


def _of_transition(scenario: Scenario, transition: Any) -> list[str]:
    table = scenario.outcomes
    lines = [
        f"chance: {text_of(row.probability)} for {row.nationality} {row.family_type} "
        f"{row.region}{f' from {row.start}' if row.start else ''}"
        for row in _rows_of(table, transition.id)
    ]
    lines += [
        f"chance per arrival: {a.probability:g} at {a.place if a.place != '*' else a.place_kind}"
        for a in scenario.actions
        if a.transition == transition.id
    ]
    return _more(lines)


def _rows_of(table: Columns[Any], transition: str) -> Iterator[Any]:
    for i, name in enumerate(table.text("transition")):
        if name == transition:
            yield table.row(i)


def _of_cohort(scenario: Scenario, cohort: Any) -> list[str]:
    table = scenario.departures
    cells = zip(table.text("cohort"), table.column("people"), strict=True)
    total = sum(people for name, people in cells if name == cohort.id)
    lines = [
        f"origin: {o.place}, share {o.share:g}"
        for o in scenario.origins
        if o.nationality == cohort.nationality
    ]
    return [f"departures in all months: {total:,.0f} people", *_more(lines)]


def _of_policy(scenario: Scenario, policy: Any) -> list[str]:
    others = [p.id for p in scenario.policies if p.variant_of == policy.id]
    lines = [f"variants: {', '.join(others)}"] if others else []
    for row in payments_for(policy.id, scenario.money):
        lines.append(f"paid by: {row.id}, {row.spent:,.0f} of {row.full:,.0f} USD")
    factor = strength(policy.id, scenario.money)
    return lines if factor == 1.0 else [*lines, f"strength by what is spent: {factor:.3g}"]


def _of_sum(scenario: Scenario, row: Any) -> list[str]:
    ledger = scenario.money
    by_id = {r.id: r for r in ledger}
    lines = [f"inside: {w.id}, {w.value:,.0f} USD" for w in wholes(row, by_id)]
    parts = [r for r in ledger if r.part_of == row.id]
    lines += [f"part: {p.id}, {p.value:,.0f} USD" for p in parts]
    if row.id in {r.id for r in counted_sums(scenario)}:
        said = "yes"
    elif row.id in {r.id for r in counted(ledger)}:
        said = "no, its policy is switched off"
    else:
        said = "no, it would count twice"
    lines.append(f"in the total of the ledger: {said}")
    if row.policy is not None and row.full is not None:
        factor = strength(row.policy, ledger)
        lines.append(f"strength of {row.policy} by what is spent: {factor:.3g}")
    return lines


RELATED: dict[str, Callable[[Scenario, Any], list[str]]] = {
    "places": _of_place, "legs": _of_leg, "stays": _of_stay, "transitions": _of_transition,
    "cohorts": _of_cohort, "policies": _of_policy, "money": _of_sum,
}  # fmt: skip
