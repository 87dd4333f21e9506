"""Turns raw cells into typed ones; a cell that cannot be read becomes a fault and a stand-in.

Every row stays in its table, so that one fault does not seem to be many: what the rest of a faulty
row says is still known to the checks. What stands in for the unreadable cell is marked, and there
are two of each: what the checks find must hold with both (:func:`travesia.scenario.check.check`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any, Generic, TypeVar, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError

from travesia.errors import Problem, ProblemList
from travesia.scenario import models as m
from travesia.scenario.base import attribute
from travesia.scenario.columns import Columns
from travesia.scenario.faults import problem_of, problems_of
from travesia.scenario.raw import RawRow, RawTable, Trace
from travesia.textfile import MAX_REPORTED

R = TypeVar("R", bound=m.Record)
Row = TypeVar("Row")

EVERY_COLUMN = "*"

_STAND_INS: tuple[tuple[Any, ...], tuple[Any, ...]] = (
    ("unread-a", "XXA", "1900-01", "unread a", 0.25, 2.0, "1900-01-01", True, ()),
    ("unread-b", "XXB", "1900-02", "unread b", 0.75, 3.0, "1900-01-02", False, ()),
)
"""Values of every kind of cell, in two sets: names first, which must not be taken for real ones."""


@dataclass(slots=True)
class Typed(Generic[Row]):
    """A table after reading: its rows in both readings, their traces, and what is faulty."""

    rows: Row
    twin: Row
    """The rows with other stand-ins; the same object where nothing is faulty."""

    traces: tuple[Trace, ...]
    faulty_columns: set[str] = field(default_factory=set)
    """Columns with an unreadable cell; ``*`` for all, where a row could not be kept."""

    faulty_rows: set[str] = field(default_factory=set)
    """Where the rows with an unreadable cell stand."""

    faulty_names: set[str] = field(default_factory=set)
    """Ids of these rows."""


def read_records(
    rows: Iterable[RawRow], record: type[R], problems: ProblemList
) -> Typed[tuple[R, ...]]:
    """Check rows one by one."""
    kept: list[tuple[R | None, R | None, Trace]] = []
    faulty: list[tuple[int, dict[str, Any], set[str]]] = []
    for row in rows:
        filled = {n: v for n, v in row.cells.items() if v is not None and v != ""}
        try:
            found = record.model_validate(filled)
            kept.append((found, found, row.trace))
        except ValidationError as error:
            problems.extend(problems_of(error, record, row.trace_of))
            items = error.errors(include_url=False, include_context=False)
            faulty.append((len(kept), filled, {_column(item["loc"]) for item in items}))
            kept.append((None, None, row.trace))
    if not faulty:
        records = tuple(r for r, _, _ in kept if r is not None)
        return Typed(records, records, tuple(trace for _, _, trace in kept))
    return _with_stand_ins(record, kept, faulty)


def _column(loc: tuple[int | str, ...]) -> str:
    return str(loc[0]) if loc else EVERY_COLUMN


def _with_stand_ins(
    record: type[R],
    kept: list[tuple[R | None, R | None, Trace]],
    faulty: list[tuple[int, dict[str, Any], set[str]]],
) -> Typed[tuple[R, ...]]:
    out: Typed[tuple[R, ...]] = Typed((), (), ())
    sound = [found for found, _, _ in kept if found is not None]
    for i, filled, columns in faulty:
        trace = kept[i][2]
        pair = []
        for nth in (0, 1):
            cells = {n: v for n, v in filled.items() if n in record.columns()}
            for name in columns & record.columns().keys():
                values = (getattr(row, attribute(name)) for row in sound)
                cells[name] = stand_in(record, name, _two(values), nth)
            try:
                pair.append(record.model_validate(cells))
            except ValidationError:
                out.faulty_columns.add(EVERY_COLUMN)
        if len(pair) == 2:
            kept[i] = (pair[0], pair[1], trace)
        out.faulty_columns |= columns
        out.faulty_rows.add(str(trace))
        out.faulty_names |= {str(filled[n]).strip() for n in ("id",) if n in filled}
    out.rows = tuple(row for row, _, _ in kept if row is not None)
    out.twin = tuple(row for _, row, _ in kept if row is not None)
    out.traces = tuple(trace for row, _, trace in kept if row is not None)
    return out


def _two(values: Iterable[Any]) -> tuple[Any, ...]:
    """The first two different values that are not blank."""
    found: list[Any] = []
    for value in values:
        if value is not None and value != "" and value not in found:
            found.append(value)
            if len(found) == 2:
                break
    return tuple(found)


def stand_in(record: type[m.Record], name: str, sound: Sequence[Any], nth: int) -> Any:
    """A value that a column may have: ``nth`` (0 or 1) of two that differ wherever they can.

    Names and keys are made up, lest they be taken for another row's; numbers, dates and words from
    closed lists are those of ``sound`` cells of the column.
    """
    check = adapters(record)[name].validate_python
    others = () if name in record.key else sound[::-1] if nth else sound
    words = _choices(record.columns()[name].annotation)
    made = _STAND_INS[nth]
    for value in (*made[:4], *others, *made[4:], *(words[::-1] if nth else words)):
        try:
            return check([value])[0]
        except ValidationError:
            continue
    return None


def _choices(annotation: Any) -> tuple[Any, ...]:
    """The words of a closed list, which may be one of several kinds that a cell can be."""
    out: list[Any] = []
    for part in get_args(annotation):
        out += _choices(part) if get_args(part) else [part]
    return tuple(value for value in out if isinstance(value, str))


@lru_cache(maxsize=64)
def adapters(record: type[m.Record]) -> dict[str, TypeAdapter[list[Any]]]:
    """Checks of whole columns, made from the fields of a record."""
    out = {}
    for name, info in record.columns().items():
        kind: Any = info.annotation
        for piece in info.metadata:
            kind = Annotated[kind, piece]
        out[name] = TypeAdapter(list[kind], config=ConfigDict(allow_inf_nan=False))
    return out


def read_columns(table: RawTable, problems: ProblemList) -> Typed[Columns[Any]]:
    """Check a long table column by column."""
    record = table.spec.record
    traces = tuple(trace for _, part in table.bulk.values() for trace in part)
    data: dict[str, Sequence[Any]] = {}
    twin: dict[str, Sequence[Any]] = {}
    faulty: dict[str, set[int]] = {}
    for name, info in record.columns().items():
        cells: list[Any] = []
        for part, part_traces in table.bulk.values():
            cells += part.get(name) or [""] * len(part_traces)
        if not info.is_required():
            default = info.get_default()
            cells = [c if c != "" else default for c in cells]
        try:
            data[name] = twin[name] = adapters(record)[name].validate_python(cells)
        except ValidationError as error:
            bad = faulty[name] = _report(error, record, name, cells, traces, problems)
            data[name], twin[name] = _filled(record, name, cells, bad)
    if not faulty:
        columns: Columns[Any] = Columns(record, data)
        return Typed(columns, columns, traces)
    rows = {str(traces[i]) for found in faulty.values() for i in found}
    return Typed(Columns(record, data), Columns(record, twin), traces, set(faulty), rows)


def _report(
    error: ValidationError,
    record: type[m.Record],
    name: str,
    cells: list[Any],
    traces: Sequence[Trace],
    problems: ProblemList,
) -> set[int]:
    """Report the faulty cells of a column, one fault each; returns their rows."""
    faults: dict[int, Problem] = {}
    for item in error.errors(include_url=False, include_context=False):
        i = int(item["loc"][0])
        kind = "missing" if cells[i] == "" else item["type"]
        if i not in faults:
            faults[i] = problem_of(record, (name,), kind, cells[i], item["msg"], str(traces[i]))
    found = list(faults.values())
    problems.extend(found[:MAX_REPORTED])
    if len(found) > MAX_REPORTED:
        problems.error(
            f"{name}: {len(found) - MAX_REPORTED} more rows like the last", traces[0].file
        )
    return set(faults)


def _filled(
    record: type[m.Record], name: str, cells: list[Any], bad: set[int]
) -> tuple[list[Any], list[Any]]:
    """The typed values of a column, with stand-ins where a cell is unreadable; twice."""
    keep = [i for i in range(len(cells)) if i not in bad]
    typed = iter(adapters(record)[name].validate_python([cells[i] for i in keep]))
    values = [None if i in bad else next(typed) for i in range(len(cells))]
    sound = _two(values[i] for i in keep)
    first, second = (stand_in(record, name, sound, nth) for nth in (0, 1))
    return list(_put(values, bad, first)), list(_put(values, bad, second))


def _put(values: Sequence[Any], bad: set[int], instead: Any) -> Iterator[Any]:
    return (instead if i in bad else value for i, value in enumerate(values))


def read_parameters(
    rows: Mapping[str, RawRow], problems: ProblemList
) -> Typed[dict[str, m.Parameter]]:
    """Check the parameters of the behaviour one by one."""
    out: Typed[dict[str, m.Parameter]] = Typed({}, {}, ())
    for name, row in rows.items():
        found = read_records([row], m.Parameter, problems)
        if found.rows:
            out.rows[name], out.twin[name] = found.rows[0], found.twin[0]
            out.traces += found.traces
        if found.faulty_rows:
            out.faulty_rows |= found.faulty_rows
            out.faulty_names.add(name)
    return out
