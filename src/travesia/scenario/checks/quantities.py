"""The quantities of a scenario are declared soundly, and name what the scenario has."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from travesia.errors import Problem, ProblemList
from travesia.quantities.claims import read_claims
from travesia.quantities.counting import Counter
from travesia.quantities.expected import read_expected
from travesia.quantities.measures import Measure, read_measures
from travesia.quantities.quantity import Condition
from travesia.quantities.register import terms_of
from travesia.quantities.stocks import GROUPS, read_stock_checks
from travesia.scenario.checks.context import Check, Context
from travesia.scenario.declared import (
    EXPECTED,
    MEASURES,
    STOCKS,
    TARGETS,
    labels_of,
    read_quantities_of,
    system_file,
)
from travesia.scenario.faults import suggest

TABLES = ("places", "legs", "modes", "cohorts", "stays", "transitions", "facilities")
"""Tables whose values the filters of quantities name."""


def quantity_faults(context: Context) -> Iterator[Problem]:
    """A file of quantities has a fault."""
    problems = ProblemList()
    read_quantities_of(context.scenario, problems)
    yield from problems


def unknown_quantity_values(context: Context) -> Iterator[Problem]:
    """A quantity chooses rows by a value that nothing has."""
    if not context.complete(*TABLES, "words"):
        return
    register = context.quantities
    counter = Counter(register, labels_of(context.scenario))
    for quantity in register.values():
        where = register.origins[quantity.id]
        yield from _strange(quantity.id, counter, quantity.table, quantity.where, where)


def _strange(
    name: str, counter: Counter, table: str, condition: Condition, where: str
) -> Iterator[Problem]:
    for axis, value in terms_of(condition):
        known = counter.known(table, axis)
        if known and value not in known:
            what = f"{name} counts by the {axis} '{value}', which nothing has"
            yield Problem(what, where, suggest(value, known))


def measure_faults(context: Context) -> Iterator[Problem]:
    """A measure, an expected failure or a figure of a document has a fault."""
    problems, folders = ProblemList(), context.scenario.folders
    measures = _measures(context, problems)
    expected = system_file(folders, EXPECTED, problems)
    if expected is not None:
        read_expected(expected, context.quantities, problems)
    path = context.scenario.file(TARGETS)
    if path is not None:
        with path.open(encoding="utf-8", newline="") as handle:
            label = f"{path.parents[1].name}/{TARGETS}"
            read_claims(csv.DictReader(handle), measures, label, problems)
    yield from problems


def unknown_measure_values(context: Context) -> Iterator[Problem]:
    """A measure chooses rows by a value that nothing has."""
    if not context.complete(*TABLES):
        return
    counter = Counter(context.quantities, labels_of(context.scenario))
    for measure in _measures(context, ProblemList()).values():
        for term in measure.terms.values():
            table = context.quantities[term.quantity].table
            yield from _strange(measure.id, counter, table, term.where, measure.origin)


def _measures(context: Context, problems: ProblemList) -> dict[str, Measure]:
    found = system_file(context.scenario.folders, MEASURES, problems)
    return {} if found is None else read_measures(found, context.quantities, problems)


def stock_check_faults(context: Context) -> Iterator[Problem]:
    """A published number of people on a day cannot be read, or names what nothing has."""
    path = context.scenario.file(STOCKS)
    if path is None or not context.complete(*TABLES):
        return
    problems, counter = ProblemList(), Counter(context.quantities, labels_of(context.scenario))
    with path.open(encoding="utf-8", newline="") as handle:
        label = f"{path.parents[1].name}/{STOCKS}"
        checks = read_stock_checks(csv.DictReader(handle), label, problems)
    yield from problems
    for check in checks:
        for axis, value in check.names():
            known = counter.known("events" if axis in GROUPS else "stocks", axis)
            if value not in known:
                what = f"the stock counts by the {axis} '{value}', which nothing has"
                yield Problem(what, check.origin, suggest(value, known))


CHECKS: tuple[Check, ...] = (
    quantity_faults,
    unknown_quantity_values,
    measure_faults,
    unknown_measure_values,
    stock_check_faults,
)
