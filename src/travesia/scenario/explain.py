"""Says what a place, leg, policy, parameter or other part of a scenario is, with its sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from travesia.errors import InputError, Problem, TravesiaError
from travesia.figures import exact
from travesia.likeness import did_you_mean, key
from travesia.scenario.base import ASSUMPTION, Record
from travesia.scenario.checks.context import Resolver
from travesia.scenario.finding import KINDS, Topic, exactly, holding, near, topics
from travesia.scenario.geography import Leg
from travesia.scenario.questions import numbered
from travesia.scenario.related import RELATED, SHOWN_ROWS, nothing, range_of, text_of
from travesia.scenario.scenario import Scenario
from travesia.scenario.settings import Patch

DAY = "day"
DETAIL = "detail"
"""Kind of an explanation that only adds to another one of the same id."""
HIDDEN = ("id", "name", "source", "claims", "reason", "description", "note", "low", "high")
SEE_ALSO = 6
"""Things of a similar name that are named below an explanation."""

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

    def about(self) -> str:
        """What it says of itself, as one text to look for words in."""
        return " ".join(text for _, text in self.facts)

    def lines(self) -> list[str]:
        """The explanation as lines of text."""
        head = self.title
        if self.topic != DAY and self.kind != DETAIL:
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
    """Everything that has one name; ``lines`` for people, ``to_dict`` for machines.

    ``others`` hold the word, too. Where several things fit and none is called just so, there are
    only ``others``, the best first.
    """

    topic: str
    parts: tuple[Explanation, ...]
    others: tuple[Topic, ...] = ()

    @property
    def lines(self) -> list[str]:
        """All explanations as lines of text, with a blank line between two."""
        out: list[str] = []
        for part in self.parts:
            out += ([""] if out else []) + part.lines()
        return [*out, *self._others()]

    def _others(self) -> list[str]:
        if not self.others:
            return []
        shown = self.others[:SHOWN_ROWS] if not self.parts else self.others[:SEE_ALSO]
        if self.parts:
            also = ", ".join(f"{t.id} ({t.kind})" for t in shown)
            return ["", f"See also: {also}{' …' if len(self.others) > len(shown) else ''}"]
        width = max(len(t.id) for t in shown)
        rows = [f"  {t.id.ljust(width)}  {t.kind}{f', {t.name}' if t.name else ''}" for t in shown]
        count = len(self.others)
        more = [f"  and {count - len(shown)} more"] if count > len(shown) else []
        head = f"{count} things fit '{self.topic}', the best first:"
        return [head, *rows, *more, "`travesia explain ID` says more of one."]

    def to_dict(self) -> dict[str, Any]:
        """Plain data of all explanations."""
        return {
            "topic": self.topic,
            "explanations": [asdict(part) for part in self.parts],
            "others": [{"id": t.id, "kind": t.kind, "name": t.name} for t in self.others],
        }


def order_of(day: Sequence[tuple[str, str]]) -> Explained:
    """The order of a simulated day: name and text of each step."""
    steps = tuple(f"{n}. {name}: {text}" for n, (name, text) in enumerate(day, 1))
    title = "The order of a simulated day"
    return Explained(DAY, (Explanation(DAY, "order", title, related=steps),))


def explain_rows(
    rows: Sequence[tuple[str, Mapping[str, Any]]], topic: str, day: Sequence[tuple[str, str]] = ()
) -> Explained:
    """Explain what is called ``topic`` in listings: pairs of a listing's name and a row of it.

    Raises :class:`InputError` with the nearest names if nothing is called so.
    """
    if key(topic) == DAY and day:
        return order_of(day)
    parts = tuple(
        Explanation(
            str(row["id"]),
            what,
            str(row.get("name") or row.get("title") or row["id"]),
            tuple((k.replace("_", " "), text_of(v)) for k, v in row.items() if k not in HIDDEN),
        )
        for what, row in rows
        if key(topic) in (key(str(row["id"])), key(str(row.get("name") or "")))
    )
    if not parts:
        cure = did_you_mean(topic, [str(row["id"]) for _, row in rows])
        problem = Problem(f"nothing is called '{topic}'", "", cure)
        raise InputError(f"'{topic}' cannot be explained", [problem])
    return Explained(topic, parts)


def explain(
    scenario: Scenario,
    ledger: Resolver | None,
    topic: str,
    day_order: Sequence[tuple[str, str]] = (),
    more: Sequence[Explanation] = (),
) -> Explained:
    """Explain what in a scenario is called ``topic``, or list what the words of it may mean.

    Case, accents, ``_`` and ``-`` do not count, and names (English or Spanish) serve as well as
    ids. ``more`` are explanations of things that no table holds. ``day`` explains the order of a
    simulated day, given as ``day_order`` (name and text of each step). Raises :class:`InputError`
    with the nearest names if nothing fits.
    """
    if key(topic) == DAY and day_order:
        return order_of(day_order)
    known = [
        *topics(scenario),
        *(Topic(e.topic, e.kind, (e.title,), e.about()) for e in more if e.kind != DETAIL),
    ]
    called = exactly(known, topic)
    fitting = holding(known, topic)
    if not called and len(fitting) == 1:
        called = fitting
    if called:
        ids = dict.fromkeys(t.id for t in called)
        parts = [p for name in ids for p in _find(scenario, name, ledger)]
        parts += [e for e in more if e.topic in ids]
        others = [t for t in fitting if t.id not in ids and t.kind != "leg"]
        return Explained(topic, tuple(parts), tuple(others))
    if fitting:
        return Explained(topic, (), tuple(fitting))
    names = near(known, topic)
    cure = did_you_mean(topic, names or [t.id for t in known if t.kind == "place"])
    what = f"nothing in scenario '{scenario.name}' is called '{topic}'"
    problem = Problem(what, "", f"did you mean {_any_of(names)}?" if names else cure)
    raise InputError(f"'{topic}' cannot be explained", [problem])


def _any_of(names: Sequence[str]) -> str:
    quoted = [f"'{n}'" for n in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _find(scenario: Scenario, topic: str, ledger: Resolver | None) -> Iterator[Explanation]:
    for table, kind in KINDS.items():
        for i, row in enumerate(scenario.table(table)):
            if row.id == topic:
                yield _of_row(scenario, table, kind, i, row, ledger)
    for i, name in enumerate(scenario.parameters):
        if name == topic:
            yield _of_parameter(scenario, name, i, ledger)
    if topic in scenario.patches:
        yield _of_patch(scenario, scenario.patches[topic])


def _of_parameter(scenario: Scenario, name: str, i: int, ledger: Resolver | None) -> Explanation:
    parameter = scenario.parameters[name]
    value = exact(parameter.value) + ("" if parameter.unit == "1" else f" {parameter.unit}")
    facts = [("meaning", parameter.description)] if parameter.description else []
    return Explanation(
        topic=name,
        kind="parameter",
        title=name,
        facts=(*facts, ("value", value + range_of(parameter.low, parameter.high))),
        reason=parameter.reason,
        sources=_sources(parameter.source, ledger),
        where=scenario.where("parameters", i),
    )


def _of_patch(scenario: Scenario, patch: Patch) -> Explanation:
    numbers = [n for n, patches in numbered(scenario.folders).items() if patch.id in patches]
    facts = [("question", patch.question), ("number", ", ".join(numbers))]
    names = {p.id: p.name for p in scenario.policies}
    related = [
        f"policy {policy} ({names.get(policy, 'not in this scenario')}): {_changes(cells)}"
        for policy, cells in patch.policies.items()
    ]
    related += [f"new policy {row.get('id')}: {row.get('name', '')}" for row in patch.add_policies]
    related += [f"parameter {name}: {text_of(value)}" for name, value in patch.parameters.items()]
    related += [
        f"{len(rows)} row{'s' if len(rows) > 1 else ''} of {table}"
        for table, rows in patch.tables.items()
    ]
    related.append(f"try it: travesia compare {scenario.name} {patch.id}")
    return Explanation(
        topic=patch.id,
        kind="what-if",
        title=patch.title,
        facts=tuple((label, text) for label, text in facts if text),
        related=tuple(related),
        where=next(
            (
                f"{folder.name}/patches/{patch.id}.yaml"
                for folder in reversed(scenario.folders)
                if (folder / "patches" / f"{patch.id}.yaml").is_file()
            ),
            "",
        ),
    )


def _changes(cells: Mapping[str, Any], within: str = "") -> str:
    """Changed fields of a policy in words: ``enabled yes, parameters.share 0.5``."""
    parts = []
    for name, value in cells.items():
        if isinstance(value, dict) and "value" not in value:
            parts.append(_changes(value, f"{within}{name}."))
        else:
            shown = value["value"] if isinstance(value, dict) else value
            parts.append(f"{within}{name} {text_of(shown)}")
    return ", ".join(parts)


def _of_row(
    scenario: Scenario, table: str, kind: str, i: int, row: Any, ledger: Resolver | None
) -> Explanation:
    related = RELATED.get(table, nothing)(scenario, row)
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
    number = next(
        (
            c
            for c in ("capacity", "guided_share", "stop_factor", "median_days", "value")
            if hasattr(row, c)
        ),
        "",
    )
    for column, field in type(row).columns().items():
        attribute = "from_" if column == "from" else column
        value = getattr(row, attribute)
        if column in HIDDEN or field is None or value in (None, "", ()):
            continue
        text = text_of(value)
        if text:
            suffix = range_of(low, high) if column == number else ""
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
