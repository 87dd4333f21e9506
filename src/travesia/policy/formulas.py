"""Formulas of templates: numbers, names, ``+ - * /``, comparisons and a few functions.

A formula is read once, as a tree, and every name in it is checked then; what it gives is worked
out later, for one policy. Nothing else of Python can be said in it: no attribute, no call of
anything but :data:`FUNCTIONS`, no power, no text.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from travesia.likeness import did_you_mean

LONGEST = 200
"""Characters of a formula."""

Function = Callable[..., float]

FUNCTIONS: Mapping[str, Function] = {
    "min": lambda scale, *given: min(given),  # noqa: ARG005
    "max": lambda scale, *given: max(given),  # noqa: ARG005
    "round": lambda scale, number: round(number),  # noqa: ARG005
    "scaled_factor": lambda scale, factor: max(0.0, 1.0 + (factor - 1.0) * scale),
    "scaled_sum": lambda scale, number: number * scale,
    "scaled_share": lambda scale, share: min(1.0, share * scale),
    "inside": lambda scale, without: max(0.0, without + (1.0 - without) * scale),
}
"""What may be called; each is given the scale of the policy first.

``scaled_factor(f)`` is 1 + (f - 1) x scale and at least 0, ``scaled_sum(x)`` x times the scale,
``scaled_share(p)`` p times the scale and at most 1. ``inside(f)`` is the factor of a policy that
observed tables already contain: 1 at scale 1, ``f`` at scale 0.
"""

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}  # fmt: skip
_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip


class FormulaError(ValueError):
    """A formula that cannot be read or worked out: what is wrong, and a cure."""

    def __init__(self, what: str, cure: str = "") -> None:
        super().__init__(what)
        self.cure = cure


@dataclass(frozen=True)
class Formula:
    """A formula that was read: its text, its tree, and the names that it needs."""

    text: str
    tree: ast.expr
    names: frozenset[str]

    def value(self, values: Mapping[str, float], scale: float) -> float:
        """The number (or 0 and 1 for no and yes) that it gives.

        Raises :class:`FormulaError` where it divides by zero or gives no finite number.
        """
        try:
            found = _worked_out(self.tree, values, scale)
            if math.isfinite(found):
                return float(found)
        except ZeroDivisionError:
            raise FormulaError(f"{self.text!r} divides by zero") from None
        except (OverflowError, TypeError, ValueError) as error:
            raise FormulaError(f"{self.text!r} cannot be worked out: {error}") from None
        raise FormulaError(f"{self.text!r} gives no finite number")


def formula(given: object, known: Collection[str]) -> Formula:
    """Read a number or the text of a formula whose names are among ``known``.

    Raises :class:`FormulaError`.
    """
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise FormulaError("it is neither a number nor a formula", "write 0.5, or scaled_sum(name)")
    text = str(given)
    if len(text) > LONGEST:
        raise FormulaError(f"the formula is longer than {LONGEST} characters", "split it")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        cure = "write numbers, parameters, + - * / and functions, as in 1 + (lines - 1) * reach"
        raise FormulaError(f"{text!r} is not a formula", cure) from None
    names: set[str] = set()
    _check(tree, text, {*known}, names)
    return Formula(text, tree, frozenset(names))


def _check(node: ast.expr, text: str, known: set[str], names: set[str]) -> None:
    """Refuse all that is no arithmetic, and names that nothing has; collects the names."""
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return
        case ast.Name(id=name):
            if name not in known:
                raise FormulaError(f"{text!r} names {name!r}", did_you_mean(name, known))
            names.add(name)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            _check(left, text, known, names)
            _check(right, text, known, names)
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=inner):
            _check(inner, text, known, names)
        case ast.BoolOp(values=parts):
            for part in parts:
                _check(part, text, known, names)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARED:
            _check(left, text, known, names)
            _check(right, text, known, names)
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as given, keywords=[]):
            if name not in FUNCTIONS:
                raise FormulaError(f"{text!r} calls {name!r}", did_you_mean(name, FUNCTIONS))
            for part in given:
                _check(part, text, known, names)
        case _:
            cure = f"use numbers, names, + - * /, comparisons and {', '.join(FUNCTIONS)}"
            raise FormulaError(f"{text!r} holds what no formula can say", cure)


def _worked_out(node: ast.expr, values: Mapping[str, float], scale: float) -> Any:
    match node:
        case ast.Constant(value=number):
            return number
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            act = _BINARY[type(op)]
            return act(_worked_out(left, values, scale), _worked_out(right, values, scale))
        case ast.UnaryOp(op=op, operand=inner):
            found = _worked_out(inner, values, scale)
            return -found if isinstance(op, ast.USub) else not found
        case ast.BoolOp(op=op, values=parts):
            told = [bool(_worked_out(part, values, scale)) for part in parts]
            return all(told) if isinstance(op, ast.And) else any(told)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            compare = _COMPARED[type(op)]
            return compare(_worked_out(left, values, scale), _worked_out(right, values, scale))
        case ast.Call(func=ast.Name(id=name), args=given):
            return FUNCTIONS[name](scale, *(_worked_out(part, values, scale) for part in given))
    raise AssertionError(ast.dump(node))
