"""What every check is given, and the few helpers that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from travesia.errors import Problem, ProblemList
from travesia.quantities.register import Register
from travesia.scenario.base import attribute
from travesia.scenario.checks.grouping import listed
from travesia.scenario.columns import Columns
from travesia.scenario.declared import read_quantities_of
from travesia.scenario.published import Reading, readings
from travesia.scenario.raw import Trace
from travesia.scenario.scenario import Scenario
from travesia.scenario.typed import EVERY_COLUMN

Check = Callable[["Context"], Iterator[Problem]]


class Resolver(Protocol):
    """What a ledger must be able to do: find a source, figure or claim by its id."""

    def resolve(self, ref: str) -> Any:
        """Return what ``ref`` names; None or an exception if there is no such thing."""


@dataclass(frozen=True)
class Context:
    """A scenario under check, and the ledger if its sources are to be looked up."""

    scenario: Scenario
    ledger: Resolver | None = None

    @property
    def period_known(self) -> bool:
        """Whether the period could be read."""
        return self.scenario.unread.period_known

    @property
    def ends(self) -> frozenset[str] | None:
        """The states in which a journey ends, or None if the settings could not be read."""
        return frozenset(self.scenario.settings.ends.states) if self.period_known else None

    def where(self, table: str, index: int) -> str:
        """File and line of a row."""
        return self.scenario.where(table, index)

    def places(self, table: str, rows: Sequence[int]) -> str:
        """File and lines of some rows, for a remark about all of them."""
        first = self.trace(table, rows[0])
        if len(rows) == 1 or first.changed_by:
            return str(first)
        lines = listed((self.trace(table, i).line for i in rows), shown=6)
        return f"{first.file}, lines {lines}"

    def trace(self, table: str, index: int) -> Trace:
        """Trace of a row."""
        traces = self.scenario.provenance.get(table, ())
        return traces[index] if index < len(traces) else Trace(table)

    def complete(self, *tables: str) -> bool:
        """Whether all rows of some tables could be read."""
        return self.scenario.unread.incomplete.isdisjoint(tables)

    def known(self, table: str) -> frozenset[str] | None:
        """Ids of a table, or None if they are not known."""
        ids = self.scenario.unread.ids
        if table in ids:
            return ids[table]
        if table == "parameters":
            return frozenset(self.scenario.parameters)
        return frozenset(row.id for row in self.scenario.table(table))

    def readable(self, *columns: tuple[str, str]) -> bool:
        """Whether every cell of some columns, given as (table, column), could be read."""
        unread = self.scenario.unread.columns
        return not any(
            {column, EVERY_COLUMN} & unread.get(table, frozenset()) for table, column in columns
        )

    @cached_property
    def regions(self) -> frozenset[str] | None:
        """Names that a region may have, or None if a cell that may hold one is unreadable."""
        if not self.readable(("places", "region"), ("legs", "region")):
            return None
        return frozenset(self.scenario.regions)

    @cached_property
    def nationalities(self) -> frozenset[str] | None:
        """Nationalities of the cohorts."""
        if not self.readable(("cohorts", "nationality")):
            return None
        return frozenset(c.nationality for c in self.scenario.cohorts)

    @cached_property
    def agencies(self) -> frozenset[str] | None:
        """Agencies that a cause names."""
        if not self.readable(("causes", "agency")):
            return None
        return frozenset(c.agency for c in self.scenario.causes if c.agency)

    @cached_property
    def zones(self) -> frozenset[str] | None:
        """Zones of the places."""
        return frozenset(self.scenario.zones) if self.readable(("places", "zones")) else None

    @cached_property
    def faulty_quantities(self) -> bool:
        """Whether the declaration of a quantity has a fault."""
        problems = ProblemList()
        read_quantities_of(self.scenario, problems)
        return bool(problems.errors)

    @cached_property
    def quantities(self) -> Register:
        """The quantities of the scenario that are declared soundly."""
        return read_quantities_of(self.scenario, ProblemList())

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The published tables, as the targets take them."""
        return readings(self.scenario.targets, self.scenario.observed.tables, self.quantities)

    def values(self, table: str, column: str) -> Sequence[Any]:
        """Values of one column, in the order of the rows."""
        rows = self.scenario.table(table)
        if isinstance(rows, Columns):
            return rows.column(column)
        name = attribute(column)
        return [getattr(row, name) for row in rows]

    def column(self, table: str, column: str) -> Iterator[tuple[int, Any]]:
        """Row numbers and values of one column."""
        return enumerate(self.values(table, column))

    @cached_property
    def aim_sums(self) -> dict[tuple[str, str, str], tuple[float, int]]:
        """Sum of the shares, and last row, of each month, nationality and family type."""
        table = self.scenario.aims
        names = ("month", "nationality", "family_type")
        sums: dict[tuple[str, str, str], float] = {}
        last: dict[tuple[str, str, str], int] = {}
        keys = zip(*(table.text(n) for n in names), strict=True)
        for i, (key, share) in enumerate(zip(keys, table.column("share"), strict=True)):
            sums[key] = sums.get(key, 0.0) + share
            last[key] = i
        return {key: (total, last[key]) for key, total in sums.items()}
