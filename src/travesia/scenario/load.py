"""Loads a scenario from a folder, with every fault of every file reported at once.

Order of priority, from low to high: the base scenario's file; the extending scenario (row by id,
or the whole file where rows have no id); patches in the order in which they are asked for; single
values set by path (``--set``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from travesia.errors import InputError, Problem, ProblemList
from travesia.scenario import models as m
from travesia.scenario.changes import apply_override, apply_patch
from travesia.scenario.columns import Columns
from travesia.scenario.faults import problem_of, problems_of, suggest
from travesia.scenario.layers import read_chain, read_layers, read_patch, read_patches
from travesia.scenario.questions import answering, numbered
from travesia.scenario.raw import RawRow, RawScenario, RawTable, Trace, TraceAt
from travesia.scenario.scenario import Scenario, Unread
from travesia.scenario.tables import TABLES

R = TypeVar("R", bound=m.Record)
MAX_REPORTED = 20


@dataclass(frozen=True)
class Draft:
    """A scenario as far as it could be read, and what is wrong with it."""

    scenario: Scenario | None
    problems: ProblemList


def load(
    name_or_folder: str | Path,
    patches: Iterable[str] = (),
    overrides: Mapping[str, Any] | None = None,
) -> Scenario:
    """Load a shipped scenario by name, or a scenario folder by path.

    ``patches`` are names of patches of the scenario, or paths of patch files; ``overrides`` maps
    dotted paths to values. Raises :class:`InputError` with every fault found.
    """
    draft = read(name_or_folder, patches, overrides)
    draft.problems.raise_if_any(f"The scenario '{name_or_folder}' cannot be loaded")
    if draft.scenario is None:
        raise InputError(f"The scenario '{name_or_folder}' cannot be loaded")
    return draft.scenario


def read(
    name_or_folder: str | Path,
    patches: Iterable[str] = (),
    overrides: Mapping[str, Any] | None = None,
) -> Draft:
    """Read a scenario as far as possible, collecting faults instead of raising them."""
    problems = ProblemList()
    folders, documents = read_chain(name_or_folder, problems)
    if not folders:
        return Draft(None, problems)
    raw = read_layers(folders, documents, problems)
    available = read_patches(folders, problems)
    applied = []
    for name in patches:
        entry = _find_patch(name, available, folders, problems)
        if entry is not None:
            apply_patch(raw, *entry, problems)
            applied.append(entry[0].id)
    for path, value in (overrides or {}).items():
        apply_override(raw, path, value, problems)
        applied.append(f"{path}={value}")
    return _build(raw, folders, {n: p for n, (p, _) in available.items()}, applied, problems)


def parse_overrides(texts: Iterable[str]) -> dict[str, str]:
    """Read ``path=value`` texts of the command line.

    Raises :class:`InputError` for texts without an equals sign.
    """
    problems = ProblemList()
    out: dict[str, str] = {}
    for text in texts:
        path, sign, value = text.partition("=")
        if not sign or not path.strip():
            problems.error(
                f"'{text}' sets nothing", "--set", "write path=value, as in parameters.mu_place=1"
            )
        else:
            out[path.strip()] = value.strip()
    problems.raise_if_any("Some values cannot be set")
    return out


def _find_patch(
    name: str, available: Mapping[str, tuple[m.Patch, TraceAt]], folders: list[Path],
    problems: ProblemList,
) -> tuple[m.Patch, TraceAt] | None:  # fmt: skip
    if name not in available:
        name = next(iter(answering(folders, name)), name)
    if name in available:
        return available[name]
    path = Path(name)
    if path.suffix in {".yaml", ".yml"} and path.is_file():
        return read_patch(path, path.name, problems)
    known = [*available, *numbered(folders)]
    problems.error(f"there is no patch '{name}'", "patches", suggest(name, known))
    return None


def _build(
    raw: RawScenario, folders: list[Path], available: dict[str, m.Patch], applied: list[str],
    problems: ProblemList,
) -> Draft:  # fmt: skip
    provenance: dict[str, tuple[Trace, ...]] = {}
    tables: dict[str, Any] = {}
    ids: dict[str, frozenset[str] | None] = {}
    incomplete: set[str] = set()
    for spec in TABLES:
        table = raw.tables[spec.name]
        before = len(problems)
        if spec.bulk:
            tables[spec.name], provenance[spec.name] = _columns(table, problems)
        else:
            rows, provenance[spec.name] = _records(table.rows(), spec.record, problems)
            tables[spec.name] = tuple(rows)
        ids[spec.name] = frozenset(table.ids()) if table.usable else None
        if len(problems) > before or not table.usable or not table.complete:
            incomplete.add(spec.name)
    policies, provenance["policies"] = _records(raw.policies, m.PolicyEntry, problems)
    ids["policies"] = frozenset(raw.policy_ids()) if "policies" in raw.usable else None
    parameters, provenance["parameters"] = _parameters(raw, problems)
    ids["parameters"] = frozenset(raw.parameters) if "parameters" in raw.usable else None
    settings = _settings(raw, problems)
    scenario = Scenario(
        folders=tuple(folders),
        settings=settings or _unknown_settings(folders[-1]),
        parameters=parameters,
        policies=tuple(policies),
        patches=available,
        applied=tuple(applied),
        provenance={**provenance, "settings": (raw.settings.trace,)},
        unread=Unread(ids, frozenset(incomplete), settings is not None),
        **tables,
    )
    return Draft(scenario, problems)


def _settings(raw: RawScenario, problems: ProblemList) -> m.Settings | None:
    if not raw.settings_usable:
        return None
    found, _ = _records([raw.settings], m.Settings, problems)
    settings = found[0] if found else _sound_settings(raw.settings.cells)
    if settings is None:
        return None
    period = settings.period
    if not period.spin_up <= period.start <= period.end:
        problems.error(
            f"the period is out of order: spin-up {period.spin_up}, start {period.start}, "
            f"end {period.end}",
            str(raw.settings.trace_of(("period",))), "put spin_up first and end last",
        )  # fmt: skip
        return None
    return settings


def _sound_settings(cells: Mapping[str, Any]) -> m.Settings | None:
    """What is sound of faulty settings, so that dates can still be checked against the period."""
    try:
        return m.Settings.model_validate(dict(cells))
    except ValidationError as error:
        faulty = {item["loc"][0] for item in error.errors(include_url=False) if item["loc"]}
    try:
        return m.Settings.model_validate({n: v for n, v in cells.items() if n not in faulty})
    except ValidationError:
        return None


def _unknown_settings(folder: Path) -> m.Settings:
    """Stands in for settings that could not be read, so that the tables can be checked."""
    period = {"spin_up": "1900-01-01", "start": "1900-01-01", "end": "2199-12-31"}
    return m.Settings.model_validate({"name": "unnamed", "title": folder.name, "period": period})


def _records(
    rows: Iterable[RawRow], record: type[R], problems: ProblemList
) -> tuple[list[R], tuple[Trace, ...]]:
    """Check rows one by one; faulty ones are reported and left out."""
    out: list[R] = []
    traces: list[Trace] = []
    for row in rows:
        filled = {n: v for n, v in row.cells.items() if v is not None and v != ""}
        try:
            out.append(record.model_validate(filled))
        except ValidationError as error:
            where = _where_of(row)
            problems.extend(problems_of(error, record, where))
        else:
            traces.append(row.trace)
    return out, tuple(traces)


def _where_of(row: RawRow) -> Callable[[tuple[int | str, ...]], str]:
    return lambda loc: str(row.trace_of(loc))


def _parameters(
    raw: RawScenario, problems: ProblemList
) -> tuple[dict[str, m.Parameter], tuple[Trace, ...]]:
    out: dict[str, m.Parameter] = {}
    traces: list[Trace] = []
    for name, row in raw.parameters.items():
        found, trace = _records([row], m.Parameter, problems)
        if found:
            out[name] = found[0]
            traces += trace
    return out, tuple(traces)


@lru_cache(maxsize=64)
def _adapters(record: type[m.Record]) -> dict[str, TypeAdapter[list[Any]]]:
    """Checks of whole columns, made from the fields of a record."""
    out = {}
    for name, info in record.columns().items():
        kind: Any = info.annotation
        for piece in info.metadata:
            kind = Annotated[kind, piece]
        out[name] = TypeAdapter(list[kind], config=ConfigDict(allow_inf_nan=False))
    return out


def _columns(table: RawTable, problems: ProblemList) -> tuple[Columns[Any], tuple[Trace, ...]]:
    """Check a long table column by column; faulty rows are reported and left out."""
    record = table.spec.record
    traces = [trace for _, part in table.bulk.values() for trace in part]
    data: dict[str, list[Any]] = {}
    bad: set[int] = set()
    for name, info in record.columns().items():
        cells: list[Any] = []
        for part, part_traces in table.bulk.values():
            cells += part.get(name) or [""] * len(part_traces)
        if not info.is_required():
            default = info.get_default()
            cells = [c if c != "" else default for c in cells]
        data[name] = _check_column(record, name, cells, traces, bad, problems)
    if bad:
        keep = [i for i in range(len(traces)) if i not in bad]
        data = {name: [column[i] for i in keep] for name, column in data.items()}
        traces = [traces[i] for i in keep]
    return Columns(record, data), tuple(traces)


def _check_column(
    record: type[m.Record], name: str, cells: list[Any], traces: list[Trace], bad: set[int],
    problems: ProblemList,
) -> list[Any]:  # fmt: skip
    try:
        return _adapters(record)[name].validate_python(cells)
    except ValidationError as error:
        faults: dict[int, Problem] = {}
        for item in error.errors(include_url=False):
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
        bad.update(faults)
        return cells
