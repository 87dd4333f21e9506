"""Named what-ifs that nobody applied yet are checked too: each is laid over a small copy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from travesia.errors import Problem, ProblemList
from travesia.scenario import models as m
from travesia.scenario.base import attribute
from travesia.scenario.changes import apply_patch
from travesia.scenario.check import check_changed
from travesia.scenario.columns import Columns
from travesia.scenario.faults import problems_of
from travesia.scenario.layers import read_patch, table_spec
from travesia.scenario.raw import RawRow, RawScenario, RawTable, Trace, TraceAt, plain_cell
from travesia.scenario.scenario import Scenario
from travesia.scenario.tables import TABLES

More = Callable[[Scenario], Iterable[Problem]]
"""Further problems of the policies of a scenario: those of their instruments."""


LONG_TABLES = frozenset(spec.name for spec in TABLES if spec.bulk)


def faults_of_patches(
    scenario: Scenario, more: More, told: Collection[str] = ()
) -> Iterator[Problem]:
    """Faults that each what-if of the scenario's own folder would bring, if it were applied.

    A what-if of a base scenario may name what this one replaced, so it is not a fault here.
    ``more`` is asked about a scenario with the policies that a what-if changes or adds; ``told``
    are faults of the scenario itself.
    """
    own = _own_patches(scenario)
    if not own or not scenario.unread.period_known:
        return
    for patch, path in own:
        label = f"{scenario.folder.name}/patches/{path.name}"
        if _faults(scenario, patch, TraceAt(label), more):
            # Only now is the file read again, for the lines.
            entry = read_patch(path, label, ProblemList())
            found = _faults(scenario, patch, entry[1] if entry else TraceAt(label), more)
            yield from (p for p in found if p.what not in told)


def _own_patches(scenario: Scenario) -> list[tuple[m.Patch, Path]]:
    folder = scenario.folder / "patches"
    if not folder.is_dir():
        return []
    stems = {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in _YAML}
    out = []
    for patch in scenario.patches.values():
        path = stems.get(patch.id) or next((p for p in stems.values() if _names(p, patch.id)), None)
        if path is not None:
            out.append((patch, path))
    return out


_YAML = frozenset({".yaml", ".yml"})


def _names(path: Path, patch: str) -> bool:
    try:
        return f"id: {patch}" in path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _faults(scenario: Scenario, patch: m.Patch, at: TraceAt, more: More) -> list[Problem]:
    problems = ProblemList()
    raw = _raw(scenario, patch)
    apply_patch(raw, patch, at, problems)
    if problems.errors:
        return list(problems.errors)
    variant = _variant(scenario, raw, patch, problems)
    if not problems.errors:
        problems.extend(_new_faults(scenario, variant, patch, frozenset(raw.tables)))
    policies = frozenset(patch.policies) | _added(patch)
    if not problems.errors and policies:
        problems.extend(more(_with_policies(variant, policies)))
    return [_placed(p, at) for p in problems.errors]


def _new_faults(
    scenario: Scenario, variant: Scenario, patch: m.Patch, touched: frozenset[str]
) -> list[Problem]:
    """Faults of the variant that the scenario does not have.

    Only what the what-if touches is looked at: long tables are emptied, and so is the list of
    policies but for its own, where no table is changed.
    """
    empty: dict[str, Any] = {}
    for name in LONG_TABLES - touched:
        record = scenario.table(name).record  # type: ignore[union-attr]
        empty[name] = Columns(record, {c: [] for c in record.columns()})
    before, after = replace(scenario, **empty), replace(variant, **empty)
    if not touched:
        named = frozenset(patch.policies) | _added(patch)
        before, after = _with_policies(before, named), _with_policies(after, named)
    found = check_changed(after, touched)
    known = {p.what for p in check_changed(before, touched)} if found else set()
    return [p for p in found if p.what not in known]


def _added(patch: m.Patch) -> frozenset[str]:
    return frozenset(str(entry.get("id")) for entry in patch.add_policies)


def _with_policies(scenario: Scenario, named: frozenset[str]) -> Scenario:
    """The scenario with some of its policies, and those of which they are variants."""
    originals = {p.variant_of for p in scenario.policies if p.id in named}
    at = [i for i, p in enumerate(scenario.policies) if p.id in named or p.id in originals]
    traces = scenario.provenance.get("policies", ())
    known = frozenset(p.id for p in scenario.policies)
    return replace(
        scenario,
        policies=tuple(scenario.policies[i] for i in at),
        provenance={**scenario.provenance, "policies": tuple(traces[i] for i in at)},
        unread=replace(scenario.unread, ids={"policies": known, **scenario.unread.ids}),
    )


def _placed(problem: Problem, at: TraceAt) -> Problem:
    """A fault that the what-if brings is told where the what-if is written."""
    if problem.where.startswith(at.label) or f"patch {Path(at.label).stem}" in problem.where:
        return problem
    return replace(problem, where=f"{at.label}: {problem.where}")


def _raw(scenario: Scenario, patch: m.Patch) -> RawScenario:
    """What the what-if may touch, as cells: nothing else is copied."""
    raw = RawScenario(RawRow({}, Trace("scenario.yaml")), {})
    traces = scenario.provenance
    for i, policy in enumerate(scenario.policies):
        cells = _dumped(policy) if policy.id in patch.policies else {"id": policy.id}
        raw.policies.append(RawRow(cells, _trace(traces, "policies", i)))
    for i, (name, parameter) in enumerate(scenario.parameters.items()):
        if name in patch.parameters:
            raw.parameters[name] = RawRow(_dumped(parameter), _trace(traces, "parameters", i))
        else:
            raw.parameters[name] = RawRow({}, _trace(traces, "parameters", i))
    for name in patch.tables:
        spec = table_spec(name)
        if spec is None:
            continue
        table = raw.tables[spec.name] = RawTable(spec)
        rows = scenario.table(spec.name)
        places = [_trace(traces, spec.name, i) for i in range(len(rows))]
        if isinstance(rows, Columns):
            names = spec.record.columns()
            table.bulk[spec.file] = (
                {n: [plain_cell(v) for v in rows.column(n)] for n in names},
                places,
            )
        else:
            table.parts[spec.file] = [
                RawRow(_dumped(row), place) for row, place in zip(rows, places, strict=True)
            ]
    return raw


def _trace(traces: Any, table: str, i: int) -> Trace:
    rows = traces.get(table, ())
    return rows[i] if i < len(rows) else Trace(table)


def _dumped(record: m.Record) -> dict[str, Any]:
    return record.model_dump(by_alias=True, exclude_none=True)


def _variant(
    scenario: Scenario, raw: RawScenario, patch: m.Patch, problems: ProblemList
) -> Scenario:
    """The scenario with what the what-if changed, as far as it could be read."""
    changed: dict[str, Any] = {}
    traces = dict(scenario.provenance)
    if patch.policies or patch.add_policies:
        old = {p.id: p for p in scenario.policies}
        rows = [
            _read(row, m.PolicyEntry, problems)
            if row.trace.changed_by
            else old[str(row.cells["id"])]
            for row in raw.policies
        ]
        changed["policies"] = tuple(r for r in rows if r is not None)
        traces["policies"] = tuple(row.trace for row in raw.policies)
    if patch.parameters:
        read = {
            name: _read(row, m.Parameter, problems)
            for name, row in raw.parameters.items()
            if name in patch.parameters
        }
        changed["parameters"] = {**scenario.parameters, **{k: v for k, v in read.items() if v}}
        traces["parameters"] = tuple(row.trace for row in raw.parameters.values())
    for name, table in raw.tables.items():
        if table.spec.bulk:
            changed[name], traces[name] = _bulk(scenario.table(name), table, problems)
            continue
        records = [_read(row, table.spec.record, problems) for row in table.rows()]
        changed[name] = tuple(r for r in records if r is not None)
        traces[name] = tuple(row.trace for row in table.rows())
    ids = {k: v for k, v in scenario.unread.ids.items() if k not in changed}
    unread = replace(scenario.unread, ids=ids)
    return replace(scenario, **{"provenance": traces, "unread": unread, **changed})


def _bulk(
    old: Any, table: RawTable, problems: ProblemList
) -> tuple[Columns[Any], tuple[Trace, ...]]:
    """A long table with the rows that the what-if changed."""
    record = table.spec.record
    cells, places = table.bulk[table.spec.file]
    data = {name: list(old.column(name)) for name in record.columns()}
    for i, place in enumerate(places):
        if place.changed_by:
            row = _read(RawRow({n: c[i] for n, c in cells.items()}, place), record, problems)
            for name in record.columns() if row is not None else ():
                data[name][i] = getattr(row, attribute(name))
    return Columns(record, data), tuple(places)


def _read(row: RawRow, record: type[m.Record], problems: ProblemList) -> Any:
    filled = {n: v for n, v in row.cells.items() if v is not None and v != ""}
    try:
        return record.model_validate(filled)
    except ValidationError as error:
        problems.extend(problems_of(error, record, row.trace_of))
        return None
