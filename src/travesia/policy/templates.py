"""Instruments that are data: parameters, and effects whose numbers are formulas.

A file of templates is a mapping from the id of an instrument to what it is::

    road_block:
      title: Caravan road-block
      about: A line of officers holds a column for a time, and then lets it pass.
      parameters:
        add_days: {unit: days, title: days added to each walked road leg, range: [0, 60]}
      effects:
        - leg_time: {legs: {modes: [walk_road]}, add_days: scaled_sum(add_days)}

Fields of an effect are those of :mod:`travesia.policy.effects`: ids are selected
(:mod:`travesia.policy.selecting`), numbers worked out (:mod:`travesia.policy.formulas`). An effect
is left out where its selection finds nothing and where it needs a number that was left out. Every
fault of a file is told with its line.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from pydantic import create_model

from travesia.errors import ProblemList
from travesia.likeness import did_you_mean
from travesia.policy.effects import EFFECT_TYPES, Effect
from travesia.policy.formulas import FormulaError, formula
from travesia.policy.instruments.base import Instrument, Number, Spec, number, optional
from travesia.policy.rules import OPTIONS, Rule, build
from travesia.policy.selecting import RULES, WORDS
from travesia.scenario.yamlfile import Document, Path_, parse_yaml
from travesia.textfile import shorten

KINDS: Mapping[str, type[Effect]] = {kind.kind: kind for kind in EFFECT_TYPES}

GIVEN = ("policy", "start", "end", "ramp_days", "priority")
"""Fields of an effect that come from the policy."""

VARIABLES = ("scale", "count", "narrowed")
"""What formulas may name beside the parameters: the scale of the policy, the number of facilities
that the effect selects, and whether the policy names modes, legs or places."""

KEYS: Mapping[str, type] = {
    "title": str, "title_es": str, "about": str, "codes": list, "claims": list,
    "uncalibrated": bool, "parameters": dict, "effects": list, "absence": list,
}  # fmt: skip
PARAMETER_KEYS: Mapping[str, type] = {
    "unit": str, "title": str, "title_es": str, "range": list, "value": float, "optional": bool,
    "monthly": bool,
}  # fmt: skip
_WORDS = {str: "text", list: "a list", dict: "keys with values", bool: "true or false",
          float: "a number"}  # fmt: skip


def read_templates(text: str, label: str, problems: ProblemList) -> list[Instrument]:
    """The instruments of a file of templates; its faults go to ``problems`` with their lines."""
    document = parse_yaml(text, label, problems)
    if document is None or document.data is None:
        return []
    reader = _Reader(document, label, problems)
    found = reader.mapping(document.data, ())
    return [i for name in found if (i := reader.instrument(name, found[name])) is not None]


@dataclass(slots=True)
class _Parameters:
    """Names of an instrument's parameters and how the spec declares them."""

    fields: dict[str, Any]
    monthly: str = ""
    unit: str = ""
    bounds: tuple[float, float | None] = (0.0, None)

    @property
    def names(self) -> tuple[str, ...]:
        """What formulas may name."""
        return (*self.fields, *([self.monthly] if self.monthly else []))


@dataclass(slots=True)
class _Reader:
    """Turns the plain data of a file into instruments."""

    document: Document
    label: str
    problems: ProblemList

    def fault(self, path: Path_, what: str, cure: str = "") -> None:
        """Tell a fault with its line."""
        self.problems.error(what, self.where(path), cure)

    def where(self, path: Path_) -> str:
        """File and line of a part."""
        return f"{self.label}, line {self.document.line(path)}"

    def mapping(self, given: Any, path: Path_) -> Mapping[str, Any]:
        """Keys with values, or nothing and a fault."""
        if isinstance(given, Mapping):
            return given
        cure = "write `name: value`, one a line"
        self.fault(path, f"{shorten(repr(given))} stands where keys with values should", cure)
        return {}

    def checked(
        self, given: Any, known: Mapping[str, type], needed: Collection[str], path: Path_
    ) -> dict[str, Any]:
        """The keys of a mapping that are known and of the right sort; the others are faults."""
        found = self.mapping(given, path)
        out: dict[str, Any] = {}
        for name, value in found.items():
            if name not in known:
                self.fault((*path, name), f"unknown key {name!r}", did_you_mean(name, known))
            elif not _is(value, known[name]):
                what = f"{name} is {shorten(repr(value))}, not {_WORDS[known[name]]}"
                self.fault((*path, name), what)
            else:
                out[name] = value
        for name in needed:
            if name not in found:
                self.fault(path, f"{name} is missing", "add it")
        return out

    def instrument(self, name: str, given: Any) -> Instrument | None:
        """One instrument; None if it has faults."""
        before = len(self.problems.errors)
        path: Path_ = (name,)
        if not name.isidentifier():
            self.fault(path, f"{name!r} is no id", "use small letters, digits and _")
        told = self.checked(given, KEYS, ("title", "about", "effects"), path)
        parameters = self.parameters(told.get("parameters", {}), (*path, "parameters"))
        acts = self.rules(told.get("effects", []), parameters.names, (*path, "effects"))
        absent = self.rules(told.get("absence", []), parameters.names, (*path, "absence"))
        if len(self.problems.errors) > before:
            return None
        return Instrument(
            id=name,
            title=told["title"],
            title_es=told.get("title_es", ""),
            codes=tuple(map(str, told.get("codes", ()))),
            spec=_spec(name, parameters),
            effects=build(acts),
            absence=build(absent) if absent else None,
            claims=tuple(map(str, told.get("claims", ()))),
            uncalibrated=told.get("uncalibrated", False),
            about=told["about"],
            origin=self.where(path),
        )

    def parameters(self, given: Any, path: Path_) -> _Parameters:
        """The parameters of an instrument."""
        out = _Parameters({})
        for name, declared in self.mapping(given, path).items():
            here = (*path, name)
            if not name.isidentifier() or name in VARIABLES:
                self.fault(here, f"{name!r} cannot name a parameter", "use another word")
            told = self.checked(declared, PARAMETER_KEYS, ("unit", "title"), here)
            bounds = self.bounds(told.get("range", [0, None]), (*here, "range"))
            unit, title = told.get("unit", ""), told.get("title", "")
            if told.get("monthly"):
                out.monthly, out.unit, out.bounds = name, unit, bounds
            elif "value" in told:
                value = Number(value=float(told["value"]), unit=unit)
                out.fields[name] = (Number, optional(unit, title, *bounds, value))
            elif told.get("optional"):
                out.fields[name] = (Number | None, optional(unit, title, *bounds))
            else:
                out.fields[name] = (Number, number(unit, title, *bounds))
        return out

    def bounds(self, given: list[Any], path: Path_) -> tuple[float, float | None]:
        """A range as two numbers; ``null`` above is without end."""
        match given:
            case [int() | float() as low, int() | float() as high] if low <= high:
                return float(low), float(high)
            case [int() | float() as low, None]:
                return float(low), None
        self.fault(path, "the range is not [least, most]", "write [0, 1], or [0, null]")
        return 0.0, None

    def rules(self, given: Any, names: Collection[str], path: Path_) -> tuple[Rule, ...]:
        """The effects of a template."""
        if not isinstance(given, list):
            self.fault(path, f"{shorten(repr(given))} stands where a list should", "begin with -")
            return ()
        found = [self.rule(entry, names, (*path, n)) for n, entry in enumerate(given)]
        return tuple(rule for rule in found if rule is not None)

    def rule(self, given: Any, names: Collection[str], path: Path_) -> Rule | None:
        """One effect: its kind with its fields, and what says when it is made."""
        entry = self.mapping(given, path)
        kinds = [name for name in entry if name not in OPTIONS]
        if len(kinds) != 1 or kinds[0] not in KINDS:
            wrong = next((k for k in kinds if k not in KINDS), "")
            what = f"unknown effect {wrong!r}" if wrong else "it names no effect, or several"
            self.fault(path, what, did_you_mean(wrong, [*KINDS, *OPTIONS]) if wrong else "")
            return None
        kind, here = KINDS[kinds[0]], (*path, kinds[0])
        known = {f.name: f for f in fields(kind) if f.name not in GIVEN}
        told = self.mapping(entry[kinds[0]] or {}, here)
        made: dict[str, Any] = {}
        for name, value in told.items():
            if name not in known:
                self.fault((*here, name), f"{kinds[0]} has no {name!r}", did_you_mean(name, known))
            else:
                made[name] = self.part(str(known[name].type), name, value, names, (*here, name))
        for name, field in known.items():
            if field.default is MISSING and name not in told:
                self.fault(here, f"{kinds[0]} lacks {name!r}", "add it")
        return Rule(kind, made, self.options(entry, names, path), self.where(path))

    def options(self, entry: Mapping[str, Any], names: Collection[str], path: Path_) -> Any:
        """What says when an effect is made."""
        sorts = {name: sort for name, sort in OPTIONS.items() if sort is not float}
        given = {name: value for name, value in entry.items() if name in sorts}
        out = self.checked(given, sorts, (), path)
        for name in out.get("needs", ()):
            if name not in names:
                self.fault((*path, "needs"), f"no parameter {name!r}", did_you_mean(name, names))
        if out.get("period", "before") not in ("before", "after", "always"):
            self.fault((*path, "period"), "no such period", "one of before, after, always")
        for name in OPTIONS.keys() - sorts.keys():
            if name in entry:
                out[name] = self.number(entry[name], names, (*path, name))
        return out

    def part(self, sort: str, name: str, given: Any, names: Collection[str], path: Path_) -> Any:
        """One field of an effect: ids, a text, yes or no, further effects, or a formula."""
        if sort == "Ids":
            return self.selection(name, given, path)
        if sort.startswith("tuple"):
            return self.rules(given, names, path)
        if sort == "bool" or sort == "str" or sort.startswith(("Literal", "Op")):
            several = name in ("stay", "transition", "paper") and isinstance(given, list)
            texts = given if several else [given]
            if not all(isinstance(t, bool if sort == "bool" else str) for t in texts):
                self.fault(path, f"{name} is {shorten(repr(given))}")
            return tuple(given) if several else given
        return self.number(given, names, path)

    def number(self, given: Any, names: Collection[str], path: Path_) -> Any:
        """A formula."""
        try:
            return formula(given, (*names, *VARIABLES))
        except FormulaError as error:
            self.fault(path, str(error), error.cure)
            return None

    def selection(self, field: str, given: Any, path: Path_) -> Any:
        """A word, a tuple of ids, or rules."""
        if isinstance(given, str):
            words = WORDS.get(field, ())
            if given not in words:
                what = f"{field} are {shorten(repr(given))}"
                self.fault(path, what, f"write {' or '.join([*words, 'a list of ids'])}")
            return given
        if isinstance(given, list):
            return tuple(map(str, given))
        known = RULES.get(field, (None, {}))[1]
        found = self.checked(given, known, (), path)
        if isinstance(found.get("legs"), dict):
            self.selection("legs", found["legs"], (*path, "legs"))
        return found


def _is(value: Any, sort: type) -> bool:
    if sort is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, sort)


def _spec(name: str, parameters: _Parameters) -> type[Spec]:
    spec = create_model(name, __base__=Spec, **parameters.fields)
    spec.series_name, spec.series_unit = parameters.monthly, parameters.unit
    spec.series_bounds = parameters.bounds
    return spec
