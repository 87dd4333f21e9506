"""Turns what went wrong into problems that say what, where and how to cure it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from travesia.errors import Problem
from travesia.likeness import did_you_mean
from travesia.scenario.base import Record
from travesia.textfile import shorten

Loc = tuple[int | str, ...]
LONG = 200


def suggest(name: str, known: Iterable[str]) -> str:
    """Cure for an unknown name: the nearest known one, else the first few that exist."""
    return did_you_mean(str(name)[:LONG], known, most=1)


def field_at(record: type[BaseModel], loc: Loc) -> tuple[type[BaseModel], str]:
    """The innermost record that a location passes through, and the field's description."""
    current, description = record, ""
    for step in loc:
        if not isinstance(step, str):
            continue
        fields = {f.alias or n: f for n, f in current.model_fields.items()}
        field = fields.get(step) or current.model_fields.get(step)
        if field is None:
            continue
        description = field.description or ""
        inner = _record_in(field.annotation)
        if inner is not None:
            current = inner
    return current, description


def _record_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _record_in(part)
        if found is not None:
            return found
    return None


def problems_of(
    error: ValidationError, record: type[Record], where: Callable[[Loc], object]
) -> list[Problem]:
    """One problem for each fault that pydantic found in a record of type ``record``."""
    found: list[Problem] = []
    for item in error.errors(include_url=False):
        loc = tuple(s for s in item["loc"] if s not in _BRANCHES)
        problem = problem_of(
            record, loc, item["type"], item.get("input"), item["msg"], str(where(loc))
        )
        if problem not in found:
            found.append(problem)
    return found


_BRANCHES = frozenset({"float", "literal['rest']", "constrained-float", "function-before"})


def problem_of(
    record: type[Record], loc: Loc, kind: str, value: Any, message: str, where: str
) -> Problem:
    """One fault as a problem; ``loc`` ends in the column or key that is wrong."""
    column = ".".join(str(s) for s in loc) or "row"
    inner, about = field_at(record, loc)
    if kind == "extra_forbidden":
        known = [f.alias or n for n, f in inner.model_fields.items()]
        return Problem(f"unknown key '{shorten(column)}'", where, suggest(str(loc[-1]), known))
    if kind == "missing":
        return Problem(f"{column} is not given", where, f"give it: {about}" if about else "")
    what, cure = _reading(kind, column, value, message)
    return Problem(what, where, cure or about)


def _reading(kind: str, column: str, value: Any, message: str) -> tuple[str, str]:
    """What is wrong with a value, and the cure, by pydantic's type of fault."""
    shown = f"{column} is {shorten(repr(value))}"
    number = message.rsplit(" ", 1)[-1]
    limits = {
        "greater_than_equal": (f"below {number}", f"give a number of {number} or more"),
        "greater_than": (f"not above {number}", f"give a number above {number}"),
        "less_than_equal": (f"above {number}", f"give a number of {number} or less"),
        "less_than": (f"not below {number}", f"give a number below {number}"),
    }
    if kind in limits:
        what, cure = limits[kind]
        return f"{shown}, {what}", cure
    if kind in _NO_NUMBER:
        return f"{shown}, which is not a number", _number_meant(str(value))
    if kind == "finite_number":
        return f"{shown}, which is not finite", "give a finite number"
    if kind in {"bool_parsing", "bool_type"}:
        return f"{shown}, which is neither yes nor no", "write yes or no"
    if kind == "literal_error":
        words = [
            w.strip("' ")
            for w in message.replace(" or ", ", ").split("Input should be")[-1].split(",")
        ]
        return f"{shown}, which is not one of its values", suggest(str(value), filter(None, words))
    if kind == "string_pattern_mismatch":
        return f"{shown}, which is not of the right form", _form(message)
    if kind == "string_too_short":
        return f"{column} is blank", "fill it in"
    if kind == "string_too_long":
        most = message.split()[-2]
        return f"{column} has {len(str(value)):,} characters", f"write at most {most}"
    if kind == "value_error":
        return f"{column}: {shorten(message.removeprefix('Value error, '), LONG)}", ""
    return f"{shown}: {message[:1].lower()}{shorten(message[1:], LONG)}", ""


_NO_NUMBER = frozenset(
    {"float_parsing", "float_type", "int_parsing", "int_parsing_size", "int_type", "int_from_float"}
)


def _number_meant(text: str) -> str:
    """How to write what looks like a decimal comma or a percentage."""
    cure = "write a number with a decimal point, no units"
    plain = text.strip().removesuffix("%").strip().replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        return cure
    return f"{cure}: {number / 100 if '%' in text else number:g}"


def _form(message: str) -> str:
    forms = {
        "[a-z0-9][a-z0-9_-]": "use lower-case letters, digits, '_' and '-'",
        r"[^\r\n]": "write it on one line",
        "[A-Z]{3}": "use three capital letters, as in ISO 3166-1",
        r"\d{4}-(0": "write a month as YYYY-MM, as in 2019-06",
    }
    return next((cure for mark, cure in forms.items() if mark in message), "")
