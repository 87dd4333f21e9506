"""Scenario contents before they are checked: cells with the place they came from.

Layers are laid over each other here (row by id, or whole files where rows have no id), then
patches, then overrides; only the result is checked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from travesia.csvtable import CsvTable
from travesia.errors import ProblemList
from travesia.scenario.faults import Loc, suggest
from travesia.scenario.tables import TableSpec
from travesia.scenario.yamlfile import Document


class Trace(NamedTuple):
    """Where something was written: file and line, and what changed it afterwards."""

    file: str
    line: int = 0
    changed_by: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return place + "".join(f", changed by {change}" for change in self.changed_by)

    @property
    def folder(self) -> str:
        """Name of the scenario folder of the file."""
        return self.file.split("/")[0]

    def changed(self, by: str) -> Trace:
        """The same trace with one more change."""
        return Trace(self.file, self.line, (*self.changed_by, by))


@dataclass(slots=True)
class RawRow:
    """Cells of one row or entry; ``traces`` says where parts of it were written."""

    cells: dict[str, Any]
    trace: Trace
    traces: dict[Loc, Trace] = field(default_factory=dict)

    def trace_of(self, loc: Loc) -> Trace:
        """Where the cell at a location was written."""
        for n in range(len(loc), 0, -1):
            if loc[:n] in self.traces:
                return self.traces[loc[:n]]
        return self.trace

    def change(self, changes: Mapping[str, Any], by: str, trace_at: TraceAt, loc: Loc = ()) -> None:
        """Lay ``changes`` over the cells, key by key, remembering who did it."""
        _merge(self.cells, changes, self.traces, trace_at, loc)
        self.trace = self.trace.changed(by)


@dataclass(frozen=True, slots=True)
class TraceAt:
    """Gives the trace of a path below ``prefix`` of a document (or of one fixed text)."""

    label: str
    document: Document | None = None
    prefix: Loc = ()

    def __call__(self, loc: Loc) -> Trace:
        """Trace of a path."""
        if self.document is None:
            return Trace(self.label)
        return Trace(self.label, self.document.line((*self.prefix, *loc)))

    def below(self, *steps: int | str) -> TraceAt:
        """The same for a part of the document."""
        return TraceAt(self.label, self.document, (*self.prefix, *steps))


def _merge(
    old: dict[str, Any], new: Mapping[str, Any], traces: dict[Loc, Trace], at: TraceAt, loc: Loc
) -> None:
    for name, value in new.items():
        here = (*loc, name)
        current = old.get(name)
        if isinstance(current, dict) and isinstance(value, Mapping):
            old[name] = dict(current)
            _merge(old[name], value, traces, at, here)
        elif isinstance(current, dict) and "value" in current:
            old[name] = {**current, "value": value}
            traces[here] = at(here)
        else:
            old[name] = value
            traces[here] = at(here)


def entry_row(data: Mapping[str, Any], at: TraceAt) -> RawRow:
    """A mapping of a YAML file as a row, with the line of every key."""
    row = RawRow(dict(data), at(()))
    _trace_all(data, (), at, row.traces)
    return row


def _trace_all(data: Any, loc: Loc, at: TraceAt, traces: dict[Loc, Trace]) -> None:
    if isinstance(data, Mapping):
        for name, value in data.items():
            traces[(*loc, name)] = at((*loc, name))
            _trace_all(value, (*loc, name), at, traces)


def plain_cell(value: Any) -> str:
    """A value of a patch as it would stand in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ";".join(str(v) for v in value)
    return str(value)


class RawTable:
    """Rows of one table from all layers, as cells."""

    def __init__(self, spec: TableSpec) -> None:
        self.spec = spec
        self.usable = True
        self.complete = True
        self.lost_ids: set[str] = set()
        self.parts: dict[str, list[RawRow]] = {}
        self.bulk: dict[str, tuple[dict[str, list[str]], list[Trace]]] = {}

    def add(self, file: str, label: str, content: CsvTable) -> None:
        """Lay one file over what lower layers gave."""
        self.complete = self.complete and not content.lost
        self.lost_ids |= {row[0].strip() for row in content.lost}
        if self.spec.bulk:
            empty: list[tuple[str, ...]] = [()] * len(content.header)
            columns = zip(*content.rows, strict=True) if content.rows else empty
            known = self.spec.record.columns()
            cells = {
                n: [c.strip() for c in column]
                for n, column in zip(content.header, columns, strict=True)
                if n in known
            }
            self.bulk[file] = (cells, [Trace(label, line) for line in content.lines])
            return
        known_names = self.spec.record.columns().keys()
        rows = [
            RawRow(
                {n: c for n, c in zip(content.header, row, strict=True) if n in known_names},
                Trace(label, line),
            )
            for row, line in zip(content.rows, content.lines, strict=True)
        ]
        below = self.parts.get(file, [])
        self.parts[file] = _over(below, rows) if self.spec.has_ids else rows

    def rows(self) -> list[RawRow]:
        """All rows of a table that is not bulk, in order."""
        return [row for rows in self.parts.values() for row in rows]

    def ids(self) -> set[str]:
        """The ids that were written, whether the rest of their row is sound or not."""
        written = {str(row.cells.get("id", "")).strip() for row in self.rows()}
        return (written | self.lost_ids) - {""}

    def patch(
        self, changes: Mapping[str, Any], by: str, at: TraceAt, problems: ProblemList
    ) -> None:
        """Change the cells of the rows that match the key columns in ``changes``."""
        key = [n for n in self.spec.record.key if n in changes]
        where = str(at(()))
        if not key:
            problems.error(
                f"the change names no row of {self.spec.file}",
                where,
                f"give one of the columns {', '.join(self.spec.record.key)}",
            )
            return
        wanted = {n: plain_cell(changes[n]) for n in key}
        new = {n: v for n, v in changes.items() if n not in wanted}
        changed = (
            self._patch_bulk(wanted, new, by, where, problems)
            if self.spec.bulk
            else self._patch_rows(wanted, new, by, at)
        )
        if changed:
            return
        required = [n for n, f in self.spec.record.columns().items() if f.is_required()]
        if not self.spec.bulk and all(n in changes for n in required):
            row = entry_row(changes, at)
            row.trace = row.trace.changed(by)
            self.parts.setdefault(self.spec.file, []).append(row)
            return
        named = ", ".join(f"{n} {v}" for n, v in wanted.items())
        cure = suggest(wanted["id"], self.ids()) if "id" in wanted else "check the key columns"
        problems.error(f"no row of {self.spec.file} has {named}", where, cure)

    def _patch_rows(
        self, wanted: dict[str, str], new: dict[str, Any], by: str, at: TraceAt
    ) -> bool:
        found = [
            row for row in self.rows() if all(_same(row.cells.get(n), v) for n, v in wanted.items())
        ]
        for row in found:
            row.change(new, by, at)
        return bool(found)

    def _patch_bulk(
        self,
        wanted: dict[str, str],
        new: dict[str, Any],
        by: str,
        where: str,
        problems: ProblemList,
    ) -> bool:
        found = False
        for cells, traces in self.bulk.values():
            unknown = [n for n in new if n not in self.spec.record.columns()]
            for name in unknown:
                problems.error(
                    f"unknown column '{name}'", where, suggest(name, self.spec.record.columns())
                )
            for i, trace in enumerate(traces):
                if all(_same(cells.get(n, [""] * (i + 1))[i], v) for n, v in wanted.items()):
                    found = True
                    traces[i] = trace.changed(by)
                    for name, value in new.items():
                        if name not in unknown:
                            cells.setdefault(name, [""] * len(traces))[i] = plain_cell(value)
        return found


def _same(cell: Any, wanted: str) -> bool:
    text = plain_cell(cell).strip()
    return text == wanted or (text in {"", "*"} and wanted in {"", "*"})


def _over(below: list[RawRow], rows: list[RawRow]) -> list[RawRow]:
    """Rows over rows of lower layers: those of the same id are replaced where they stood."""
    new: dict[str, list[RawRow]] = {}
    for row in rows:
        new.setdefault(str(row.cells.get("id", "")).strip(), []).append(row)
    out: list[RawRow] = []
    for row in below:
        name = str(row.cells.get("id", "")).strip()
        if name not in new:
            out.append(row)
        elif new[name]:
            out += new[name]
            new[name] = []
    return out + [row for left in new.values() for row in left]


@dataclass(slots=True)
class RawScenario:
    """Everything that the layers gave, before it is checked."""

    settings: RawRow
    tables: dict[str, RawTable]
    parameters: dict[str, RawRow] = field(default_factory=dict)
    policies: list[RawRow] = field(default_factory=list)
    settings_usable: bool = True
    usable: set[str] = field(default_factory=lambda: {"parameters", "policies"})

    def policy(self, name: str) -> RawRow | None:
        """The entry of a policy, or None."""
        return next((row for row in self.policies if row.cells.get("id") == name), None)

    def policy_ids(self) -> Iterable[str]:
        """Ids of all policies."""
        return [str(row.cells.get("id", "")) for row in self.policies]

    def add_policies(self, rows: list[RawRow]) -> None:
        """Lay a list of policies over those of lower layers, by id."""
        self.policies = _over(self.policies, rows)
