"""The quantities of a scenario are declared soundly, and name what the scenario has."""

from __future__ import annotations

from collections.abc import Iterator

from travesia.errors import Problem, ProblemList
from travesia.quantities.counting import Counter
from travesia.quantities.register import terms_of
from travesia.scenario.checks.context import Check, Context
from travesia.scenario.declared import labels_of, read_quantities_of
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
    if not context.complete(*TABLES):
        return
    register = read_quantities_of(context.scenario, ProblemList())
    counter = Counter(register, labels_of(context.scenario))
    for quantity in register.values():
        for axis, value in terms_of(quantity.where):
            known = counter.known(quantity.table, axis)
            if known and value not in known:
                what = f"{quantity.id} counts by the {axis} '{value}', which nothing has"
                yield Problem(what, register.origins[quantity.id], suggest(value, known))


CHECKS: tuple[Check, ...] = (quantity_faults, unknown_quantity_values)
