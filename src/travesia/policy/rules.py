"""What a template does for one policy: each of its rules becomes effects, or is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from travesia.errors import InputError, Problem
from travesia.policy.effects import ALWAYS, SELECTORS, Effect, Ids
from travesia.policy.formulas import Formula, FormulaError
from travesia.policy.instruments.base import Number, Scope, Spec
from travesia.policy.selecting import RULES, by_word

OPTIONS: Mapping[str, type] = {
    "if": float, "needs": list, "if_known": bool, "at_once": bool, "days": float, "shift": float,
    "period": str,
}  # fmt: skip
"""Keys beside the effect, that say when it is made.

``if`` a formula that must not be 0, ``needs`` parameters that must be given, ``if_known`` leaves
out silently what the scenario does not have (else it is told), ``at_once`` without the ramp of the
policy, ``days`` from its start, ``shift`` days by which the start moves, ``period`` the days
``before`` or ``after`` the policy, or ``always``.
"""

_SINGLE = ("stay", "transition", "paper")
"""Fields that hold one id; a list of ids gives an effect for each."""

_WHOLE = ("window_days", "hysteresis_days")


@dataclass(frozen=True, slots=True)
class Rule:
    """One effect of a template: its kind, its fields as they were read, and its options."""

    kind: type[Effect]
    parts: Mapping[str, Any]
    options: Mapping[str, Any]
    where: str


class _LeftOutError(Exception):
    """A rule that has nothing to act on, or lacks a number."""


def build(rules: Sequence[Rule]) -> Callable[[Spec, Scope], list[Effect]]:
    """The function from parameters and scope to effects that the rules describe."""

    def effects(spec: Spec, scope: Scope) -> list[Effect]:
        given = {
            name: number.value
            for name in type(spec).model_fields
            if isinstance(number := getattr(spec, name), Number)
        }
        return [e for rule in rules for e in _made(rule, spec, given, scope)]

    return effects


def _made(rule: Rule, spec: Spec, given: Mapping[str, float], scope: Scope) -> Iterator[Effect]:
    """The effects of one rule: one for each month of a series and for each id of a list."""
    when, monthly = _when(rule, given, scope), spec.series_name
    if when is None:
        return
    if monthly and any(monthly in f.names for f in rule.parts.values() if isinstance(f, Formula)):
        for dates, number in scope.months(spec.series):
            yield from _each(rule, spec, {**given, monthly: number.value}, scope, dates)
    else:
        yield from _each(rule, spec, given, scope, when)


def _each(
    rule: Rule, spec: Spec, given: Mapping[str, float], scope: Scope, when: Mapping[str, Any]
) -> Iterator[Effect]:
    several = [n for n in _SINGLE if isinstance(rule.parts.get(n), tuple)]
    for chosen in product(*(rule.parts[n] for n in several)):
        parts = {**rule.parts, **dict(zip(several, chosen, strict=True))}
        try:
            yield _effect(rule, parts, spec, given, scope, when)
        except _LeftOutError:
            continue


def _effect(
    rule: Rule,
    parts: Mapping[str, Any],
    spec: Spec,
    given: Mapping[str, float],
    scope: Scope,
    when: Mapping[str, Any],
) -> Effect:
    known = rule.options.get("if_known", False)
    fields: dict[str, Any] = {}
    for name, part in parts.items():
        if name in SELECTORS:
            fields[name] = _selected(name, part, scope, known)
        elif isinstance(part, tuple):
            fields[name] = tuple(e for inner in part for e in _made(inner, spec, given, scope))
            if not fields[name]:
                raise _LeftOutError
    count = float(len(fields.get("facilities", ())))
    for name, part in parts.items():
        if isinstance(part, Formula):
            number = _number(part, given, scope, rule.where, count)
            fields[name] = round(number) if name in _WHOLE else number
        elif name not in fields:
            fields[name] = part
    return rule.kind(**fields, **when)


def _when(rule: Rule, given: Mapping[str, float], scope: Scope) -> dict[str, Any] | None:
    """Dates, ramp and priority of the effect; None if it is not made."""
    options = rule.options
    when = dict(scope.when)
    if any(name not in given for name in options.get("needs", ())):
        return None
    try:
        told = {
            name: _number(options[name], given, scope, rule.where)
            for name in ("if", "shift", "days")
            if name in options
        }
    except _LeftOutError:
        return None
    if not told.get("if", True):
        return None
    when["start"] += round(told.get("shift", 0.0))
    if "days" in told:
        when["end"] = scope.start + round(told["days"])
    period = options.get("period")
    if period == "after":
        if scope.end is None:
            return None
        when |= {"start": scope.end, "end": None}
    elif period is not None:
        when |= {"start": ALWAYS, "end": scope.start if period == "before" else None}
    if period is not None or options.get("at_once"):
        when["ramp_days"] = 0
    return when


def _number(
    part: Formula, given: Mapping[str, float], scope: Scope, where: str, count: float = 0.0
) -> float:
    values = {
        **given,
        "scale": scope.scale,
        "count": count,
        "narrowed": float(bool(scope.modes or scope.legs or scope.places)),
    }
    if not part.names <= values.keys():
        raise _LeftOutError  # a parameter that may be left out was
    try:
        return part.value(values, scope.scale)
    except FormulaError as error:
        raise InputError("A template cannot be worked out", [Problem(str(error), where)]) from None


def _selected(field: str, part: Any, scope: Scope, known: bool) -> Ids | str:
    """The ids of a selector, or the one id that it is."""
    if field in _SINGLE:
        if known and part not in getattr(scope.names, f"{field}s"):
            raise _LeftOutError
        return str(part)
    if isinstance(part, tuple):
        return _listed(field, part, scope, known)
    found = by_word(field, part, scope) if isinstance(part, str) else RULES[field][0](scope, part)
    if found is None or (not found and not isinstance(part, str)):
        raise _LeftOutError
    return found


def _listed(field: str, ids: Ids, scope: Scope, known: bool) -> Ids:
    if not known:
        return ids
    there = tuple(i for i in ids if i in getattr(scope.names, field))
    if not there:
        raise _LeftOutError
    return there
