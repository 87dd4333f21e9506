"""Measures: what a run says of a printed figure, as arithmetic over quantities.

A measure is one term, or named terms and a ``value`` that joins them::

    growth: {value: 100 * (april / january - 1), april: {mean: returns, period: [...]}, ...}

A term is an operation on a quantity in a period (two months, or two days):

- ``sum``: all of it; ``mean``: of the days of the period;
- ``records``: how many of the last years in a row each stood above all years before it;
- ``road``: kilometres along the places of ``along`` to that where most are counted.

``where`` narrows it and ``value`` takes another column of its table, as in ``quantities.yaml``.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from travesia.errors import ProblemList
from travesia.likeness import did_you_mean
from travesia.quantities.quantity import Condition
from travesia.quantities.reading import Reader
from travesia.quantities.register import DAYS, Declaration, Path, Register

OPERATIONS = ("sum", "mean", "records", "road")
KEYS = (*OPERATIONS, "period", "where", "value", "years", "along", "without")
YEARS = ("fiscal_year", "year")

_ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


class Unsaid(Exception):  # noqa: N818 - not a fault: the run says nothing about it
    """The run says nothing about a figure; the message says why."""


@dataclass(frozen=True, slots=True)
class Term:
    """An operation on a quantity from ``first`` to ``last`` (months or days)."""

    operation: str
    quantity: str
    first: str
    last: str
    where: Condition = ()
    value: str = ""
    years: str = "fiscal_year"
    along: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def daily(self) -> bool:
        """Whether its period is given in days."""
        return len(self.first) > 7 or len(self.last) > 7


@dataclass(frozen=True, slots=True)
class Measure:
    """Named terms, and how they are joined; ``origin`` says where it is written."""

    id: str
    expression: str
    terms: Mapping[str, Term] = field(default_factory=dict)
    origin: str = ""

    def value(self, read: Callable[[Term], float]) -> float:
        """The measure, of terms that ``read`` knows.

        Raises:
            Unsaid: something is divided by nothing.
        """
        return _evaluated(ast.parse(self.expression, mode="eval").body, self.terms, read)


def _evaluated(node: ast.expr, terms: Mapping[str, Term], read: Callable[[Term], float]) -> float:
    if isinstance(node, ast.Name):
        return read(terms[node.id])
    if isinstance(node, ast.Constant):
        return float(str(node.value))
    assert isinstance(node, ast.BinOp)
    left, right = (_evaluated(n, terms, read) for n in (node.left, node.right))
    if isinstance(node.op, ast.Div):
        if right <= 0:
            raise Unsaid("nothing was counted to compare with")
        return left / right
    return _ARITHMETIC[type(node.op)](left, right)


def read_measures(
    declaration: Declaration, register: Register, problems: ProblemList
) -> dict[str, Measure]:
    """The measures of a file; those with faults are left out, and every fault is reported."""
    reader = _Measures(problems, register)
    found = reader.mapping(declaration.data, declaration, ())
    read = {name: reader.measure(name, cells, declaration) for name, cells in found.items()}
    return {name: m for name, m in read.items() if m is not None}


class _Measures(Reader):
    def __init__(self, problems: ProblemList, register: Register) -> None:
        super().__init__(problems)
        self.known = register

    def measure(self, name: str, given: Any, declaration: Declaration) -> Measure | None:
        """One measure, or None with faults."""
        where, before = declaration.where((name,)), len(self.problems)
        cells = self.mapping(given, declaration, (name,))
        if any(key in OPERATIONS for key in cells):
            terms, expression = {"it": self.term(cells, declaration, (name,))}, "it"
        else:
            named = {k: v for k, v in cells.items() if k != "value"}
            terms = {k: self.term(v, declaration, (name, k)) for k, v in named.items()}
            expression = str(cells.get("value") or "")
            self.expression(expression, terms, where)
        return None if len(self.problems) > before else Measure(name, expression, terms, where)

    def expression(self, text: str, terms: Mapping[str, Term], where: str) -> None:
        """Report what is no arithmetic over the terms."""
        try:
            tree = ast.parse(text, mode="eval")
        except (SyntaxError, ValueError):
            self.problems.error(f"'{text}' is no value", where, "write one such as a / b")
            return
        for node in ast.walk(tree.body):
            number = isinstance(node, ast.Constant) and isinstance(node.value, int | float)
            simple = isinstance(node, ast.Name | ast.BinOp | ast.operator | ast.Load) or number
            if not simple or (isinstance(node, ast.operator) and not _known(node)):
                self.problems.error(f"'{text}' is more than + - * /", where, "join the terms so")
                return
            if isinstance(node, ast.Name) and node.id not in terms:
                self.unknown("term", node.id, terms, where)

    def term(self, given: Any, declaration: Declaration, path: Path) -> Term:
        """One term; faults are reported."""
        cells, where = self.mapping(given, declaration, path), declaration.where(path)
        for key in cells:
            if key not in KEYS:
                self.unknown("key", str(key), KEYS, where)
        operation = next((key for key in OPERATIONS if key in cells), "")
        name = str(cells.get(operation) or "")
        if not operation:
            self.problems.error("it counts nothing", where, f"give one of {', '.join(OPERATIONS)}")
        elif name not in self.known:
            self.unknown("quantity", name, self.known.names, where)
        first, last = self.period(cells.get("period"), where)
        condition = self.condition(cells.get("where"), declaration, (*path, "where"))
        years = self.choice({"years": "fiscal_year", **cells}, "years", dict.fromkeys(YEARS), where)
        along, without = (
            self.names(cells[k], k, where) if k in cells else () for k in ("along", "without")
        )
        value = str(cells.get("value") or "").replace(" ", "")
        term = Term(operation, name, first, last, condition, value, years, along, without)
        if name in self.known:
            self.axes_of(term, where)
        return term

    def axes_of(self, term: Term, where: str) -> None:
        """Report axes that the quantity does not have in the period of the term."""
        quantity = self.known[term.quantity]
        table = DAYS if term.daily and quantity.table == "events" else quantity.table
        own = [a for a in self.known.axes if table and self.known.base(table, a)]
        for axis in (t.axis for group in term.where for part in group for t in part):
            if axis not in own:
                self.problems.error(f"unknown axis '{axis}'", where, did_you_mean(axis, own, 1))

    def period(self, given: Any, where: str) -> tuple[str, str]:
        """First and last month or day."""
        ends = [str(v) for v in given] if isinstance(given, list) else [str(given or "")] * 2
        if len(ends) != 2 or any(len(e) not in (7, 10) or e[4:5] != "-" for e in ends):
            self.problems.error("the period is not given", where, "write two months or two days")
            return "", ""
        return ends[0], ends[1]


def _known(node: ast.operator) -> bool:
    return isinstance(node, ast.Div) or type(node) in _ARITHMETIC
