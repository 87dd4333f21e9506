"""Says what a place, leg, policy, parameter or other part of a scenario is, with its sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from travesia.errors import InputError, Problem, TravesiaError
from travesia.scenario.base import ASSUMPTION, Record
from travesia.scenario.checks.context import Resolver
from travesia.scenario.columns import Columns
from travesia.scenario.faults import suggest
from travesia.scenario.geography import Leg
from travesia.scenario.scenario import Scenario
from travesia.scenario.sums import counted, counted_sums, payments_for, strength, wholes

DAY = "day"
HIDDEN = ("id", "name", "source", "claims", "reason", "description", "note", "low", "high")
SHOWN_ROWS = 12
LARGE = 1e6
"""Numbers from here on are written with all their figures, not as powers of ten."""

MONEY_COLUMNS = ("value", "full", "p90")
UNITS = {"_km": "km", "_usd": "USD", "_days": "days", "_km_day": "km per day"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A source or claim behind a number: its id, and what the ledger says of it."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one thing is: ``facts`` are (label, value) pairs, ``related`` other lines."""

    topic: str
    kind: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    related: tuple[str, ...] = ()
    reason: str = ""
    sources: tuple[Reference, ...] = ()
    where: str = ""

    def lines(self) -> list[str]:
        """The explanation as lines of text."""
        head = self.title
        if self.topic != DAY:
            name = f"{self.kind} {self.topic}"
            head = name if head == self.topic else f"{head} ({name})"
        out = [head, *(f"  {label}: {value}" for label, value in self.facts)]
        out += [f"  {line}" for line in self.related]
        if self.reason:
            out.append(f"  why: {self.reason}")
        out += [f"  source: {r.id}" + (f", {r.text}" if r.text else "") for r in self.sources]
        if self.where:
            out.append(f"  written in {self.where}")
        return out


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that has one name; ``lines`` for people, ``to_dict`` for machines."""

    topic: str
    parts: tuple[Explanation, ...]

    @property
    def lines(self) -> list[str]:
        """All explanations as lines of text, with a blank line between two."""
        out: list[str] = []
        for part in self.parts:
            out += ([""] if out else []) + part.lines()
        return out

    def to_dict(self) -> dict[str, Any]:
        """Plain data of all explanations."""
        return {"topic": self.topic, "explanations": [asdict(part) for part in self.parts]}


def explain(
    scenario: Scenario,
    ledger: Resolver | None,
    topic: str,
    day_order: Sequence[tuple[str, str]] = (),
) -> Explained:
    """Explain everything in a scenario that has the id ``topic``.

    ``day`` explains the order of a simulated day, given as ``day_order`` (name and text of each
    step). Raises :class:`InputError` with the nearest names if nothing has this id.
    """
    if topic == DAY and day_order:
        steps = tuple(f"{n}. {name}: {text}" for n, (name, text) in enumerate(day_order, 1))
        title = "The order of a simulated day"
        return Explained(DAY, (Explanation(DAY, "order", title, related=steps),))
    found = tuple(_find(scenario, topic, ledger))
    if found:
        return Explained(topic, found)
    names = {name for name, _ in topics(scenario)} | ({DAY} if day_order else set())
    problem = Problem(
        f"nothing in scenario '{scenario.name}' is called '{topic}'", "", suggest(topic, names)
    )
    raise InputError(f"'{topic}' cannot be explained", [problem])


def topics(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Every id that can be explained, with its kind, in the order of the tables."""
    for table, kind in KINDS.items():
        seen = set()
        for row in scenario.table(table):
            if row.id not in seen:
                seen.add(row.id)
                yield row.id, kind
    for name in scenario.parameters:
        yield name, "parameter"


KINDS = {
    "places": "place",
    "legs": "leg",
    "modes": "mode",
    "cohorts": "cohort",
    "facilities": "facility",
    "papers": "paper",
    "causes": "cause",
    "stays": "stay",
    "transitions": "transition",
    "policies": "policy",
    "targets": "target",
    "money": "sum",
    "costs": "cost",
}


def _find(scenario: Scenario, topic: str, ledger: Resolver | None) -> Iterator[Explanation]:
    for table, kind in KINDS.items():
        for i, row in enumerate(scenario.table(table)):
            if row.id == topic:
                yield _of_row(scenario, table, kind, i, row, ledger)
    for i, (name, parameter) in enumerate(scenario.parameters.items()):
        if name == topic:
            value = f"{parameter.value:g}" + ("" if parameter.unit == "1" else f" {parameter.unit}")
            facts = [("meaning", parameter.description)] if parameter.description else []
            yield Explanation(
                topic=name,
                kind="parameter",
                title=name,
                facts=(*facts, ("value", value + _range(parameter.low, parameter.high))),
                reason=parameter.reason,
                sources=_sources(parameter.source, ledger),
                where=scenario.where("parameters", i),
            )


def _of_row(
    scenario: Scenario, table: str, kind: str, i: int, row: Any, ledger: Resolver | None
) -> Explanation:
    related = RELATED.get(table, _nothing)(scenario, row)
    refs = [*getattr(row, "source", ()), *getattr(row, "claims", ())]
    about = getattr(row, "description", "") or getattr(row, "note", "")
    facts = ([("meaning", about)] if about else []) + list(_facts(row))
    return Explanation(
        topic=row.id,
        kind=kind,
        title=_title(scenario, row),
        facts=tuple(facts),
        related=tuple(related),
        reason=getattr(row, "reason", ""),
        sources=_sources(refs, ledger),
        where=scenario.where(table, i),
    )


def _title(scenario: Scenario, row: Any) -> str:
    if isinstance(row, Leg):
        names = {p.id: p.name for p in scenario.places}
        ends = (names.get(row.from_, row.from_), names.get(row.to, row.to))
        return f"{ends[0]} to {ends[1]} by {row.mode}"
    return str(getattr(row, "name", row.id))


def _facts(row: Record) -> Iterator[tuple[str, str]]:
    low, high = getattr(row, "low", None), getattr(row, "high", None)
    number = next((c for c in ("capacity", "guided_share", "stop_factor", "median_days", "value")
                   if hasattr(row, c)), "")  # fmt: skip
    for column, field in type(row).columns().items():
        attribute = "from_" if column == "from" else column
        value = getattr(row, attribute)
        if column in HIDDEN or field is None or value in (None, "", ()):
            continue
        text = _text(value)
        if text:
            suffix = _range(low, high) if column == number else ""
            label, unit = _label(column)
            if column in MONEY_COLUMNS and getattr(row, "per", "") != "fare":
                unit = " USD"
            yield label, text + unit + suffix


def _label(column: str) -> tuple[str, str]:
    """A column as words, and the unit that its name ends in."""
    for ending, unit in UNITS.items():
        if column.endswith(ending):
            return column.removesuffix(ending).replace("_", " "), f" {unit}"
    return column.replace("_", " "), ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, tuple):
        return ", ".join(str(v) for v in value)
    if isinstance(value, dict):
        return "; ".join(
            f"{name} {_text(p.value)}{'' if p.unit == '1' else ' ' + p.unit}{_range(p.low, p.high)}"
            for name, p in value.items()
        )
    if isinstance(value, Record):
        parts = [f"{n} {_text(v)}" for n, v in value if v]
        return "; ".join(parts)
    return str(value)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:g}"


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None or low == high:
        return ""
    return f" ({_number(low)} to {_number(high)})"


def _sources(refs: Iterable[str], ledger: Resolver | None) -> tuple[Reference, ...]:
    return tuple(Reference(ref, _describe(ref, ledger)) for ref in dict.fromkeys(refs))


def _describe(ref: str, ledger: Resolver | None) -> str:
    if ref == ASSUMPTION:
        return "a judgement, not a published number"
    if ledger is None:
        return ""
    try:
        found = ledger.resolve(ref)
    except (LookupError, TravesiaError):
        return "not in the ledger"
    for name in ("citation", "title", "text", "claim", "statement"):
        text = getattr(found, name, "")
        if isinstance(text, str) and text:
            return text
    return "" if found is not None else "not in the ledger"


def _nothing(scenario: Scenario, row: Any) -> list[str]:  # noqa: ARG001
    return []


def _more(lines: list[str]) -> list[str]:
    if len(lines) <= SHOWN_ROWS:
        return lines
    return [*lines[:SHOWN_ROWS], f"and {len(lines) - SHOWN_ROWS} more"]


def _of_place(scenario: Scenario, place: Any) -> list[str]:
    on = [g for g in scenario.legs if g.from_ == place.id]
    to = [g for g in scenario.legs if g.to == place.id]
    lines = [f"leg on: {g.id}, {g.mode} to {g.to}, {g.distance_km:g} km" for g in on]
    lines += [f"leg here: {g.id}, {g.mode} from {g.from_}" for g in to]
    offices = {f.id: f for f in scenario.facilities if f.place == place.id}
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
        f"hazard: {name} {h.value:g} per {h.per}{_range(h.low, h.high)}"
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
        f"chance: {_text(row.probability)} for {row.nationality} {row.family_type} "
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
    lines = [f"origin: {o.place}, share {o.share:g}" for o in scenario.origins
             if o.nationality == cohort.nationality]  # fmt: skip
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
    "places": _of_place,
    "legs": _of_leg,
    "stays": _of_stay,
    "transitions": _of_transition,
    "cohorts": _of_cohort,
    "policies": _of_policy,
    "money": _of_sum,
}
