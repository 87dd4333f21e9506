"""Loads a scenario from a folder, with every fault of every file reported at once.

Order of priority, from low to high: the base scenario's file; the extending scenario (row by id,
or the whole file where rows have no id); patches in the order in which they are asked for; single
values set by path (``--set``).
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from travesia.errors import InputError, ProblemList
from travesia.plugins import trusted
from travesia.scenario import models as m
from travesia.scenario.additions import read_additions
from travesia.scenario.changes import apply_override, apply_patch, checked_overrides
from travesia.scenario.faults import suggest
from travesia.scenario.layers import (
    read_chain,
    read_layers,
    read_patch,
    read_patches,
    scenario_path,
)
from travesia.scenario.questions import answering, numbered
from travesia.scenario.raw import RawScenario, Trace, TraceAt
from travesia.scenario.scenario import Scenario, Unread
from travesia.scenario.tables import TABLES
from travesia.scenario.typed import EVERY_COLUMN, Typed, read_columns, read_parameters, read_records
from travesia.textfile import UNPRINTED, shorten


@dataclass(frozen=True)
class Draft:
    """A scenario as far as it could be read, and what is wrong with it."""

    scenario: Scenario | None
    problems: ProblemList


def load(
    name_or_folder: str | Path, patches: Iterable[str] = (), set: Mapping[str, object] | None = None
) -> Scenario:
    """Load a shipped scenario by name, or a scenario folder by path.

    ``patches`` are names of patches of the scenario, or paths of patch files; ``set`` maps
    dotted paths to values. Raises :class:`InputError` with every fault found.
    """
    draft = read(name_or_folder, patches, set)
    title = f"The scenario '{shorten(str(name_or_folder))}' cannot be loaded"
    draft.problems.raise_if_any(title)
    if draft.scenario is None:
        raise InputError(title)
    return draft.scenario


def read(
    name_or_folder: str | Path, patches: Iterable[str] = (), set: Mapping[str, object] | None = None
) -> Draft:
    """Read a scenario as far as possible, collecting faults instead of raising them."""
    with _without_collecting():
        return _read(name_or_folder, patches, set)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """No garbage collection meanwhile: of a hundred thousand cells none is garbage in a circle."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _read(
    name_or_folder: str | Path, patches: Iterable[str], set: Mapping[str, object] | None
) -> Draft:
    problems = ProblemList()
    folders, documents, whole = read_chain(scenario_path(name_or_folder), problems)
    if not folders:
        return Draft(None, problems)
    raw = read_layers(folders, documents, whole, problems)
    available = read_patches(folders, problems)
    applied = []
    for name in _patch_names(patches, problems):
        entry = _find_patch(name, available, folders, problems)
        if entry is not None:
            apply_patch(raw, *entry, problems)
            applied.append(entry[0].id)
    for path, value in checked_overrides(set, problems).items():
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
                f"{shorten(repr(text))} sets nothing",
                "--set",
                "write path=value, as in parameters.mu_place=1",
            )
        else:
            out[path.strip()] = value.strip()
    problems.raise_if_any("Some values cannot be set")
    return out


def _patch_names(patches: object, problems: ProblemList) -> list[str]:
    """The names or paths of patches that were asked for; a single one may stand without a list."""
    asked = (patches,) if isinstance(patches, str | bytes | os.PathLike) else patches
    if not isinstance(asked, Iterable):
        problems.error(
            f"{shorten(repr(patches))} is not a list of patches",
            "patches",
            "give their names, as in ['no_raids']",
        )
        return []
    names = []
    for name in asked:
        text = os.fspath(name) if isinstance(name, os.PathLike) else name
        if isinstance(text, str) and text.strip() and not UNPRINTED.search(text):
            names.append(text)
        else:
            problems.error(
                f"{shorten(repr(name))} cannot be the name of a patch",
                "patches",
                "give a name, or the path of a file",
            )
    return names


def _find_patch(
    name: str,
    available: Mapping[str, tuple[m.Patch, TraceAt]],
    folders: list[Path],
    problems: ProblemList,
) -> tuple[m.Patch, TraceAt] | None:
    if name not in available:
        name = next(iter(answering(folders, name)), name)
    if name in available:
        return available[name]
    path = Path(name)
    if path.suffix in {".yaml", ".yml"} and os.path.isfile(path):  # noqa: PTH113 - never raises
        return read_patch(path, shorten(path.name), problems)
    known = [*available, *numbered(folders)]
    problems.error(f"there is no patch '{shorten(name)}'", "patches", suggest(name, known))
    return None


def _build(
    raw: RawScenario,
    folders: list[Path],
    available: dict[str, m.Patch],
    applied: list[str],
    problems: ProblemList,
) -> Draft:
    unread = _Gaps()
    tables, twins, provenance = _tables(raw, unread, problems)
    policies = read_records(raw.policies, m.PolicyEntry, problems)
    provenance["policies"] = policies.traces
    parameters = read_parameters(raw.parameters, problems)
    provenance["parameters"] = parameters.traces
    for name, found, ids in (
        ("policies", policies, raw.policy_ids()),
        ("parameters", parameters, raw.parameters),
    ):
        unread.add(name, found, set(ids) if name in raw.usable else None)
        if found.faulty_rows or name not in raw.usable:
            unread.incomplete.add(name)
    settings = _settings(raw, problems)
    scenario = Scenario(
        folders=tuple(folders),
        settings=settings or _unknown_settings(folders[-1]),
        parameters=parameters.rows,
        policies=policies.rows,
        patches=available,
        applied=tuple(applied),
        provenance={**provenance, "settings": (raw.settings.trace,)},
        unread=unread.told(settings is not None),
        additions=read_additions(folders, problems),
        trusted=trusted(),
        **tables,
    )
    if unread.rows:
        twin = replace(scenario, policies=policies.twin, parameters=parameters.twin, **twins)
        scenario = replace(scenario, unread=replace(scenario.unread, twin=twin))
    return Draft(scenario, problems)


def _tables(
    raw: RawScenario, unread: _Gaps, problems: ProblemList
) -> tuple[dict[str, Any], dict[str, Any], dict[str, tuple[Trace, ...]]]:
    """All tables in both readings, and the traces of their rows."""
    provenance: dict[str, tuple[Trace, ...]] = {}
    tables: dict[str, Any] = {}
    twins: dict[str, Any] = {}
    for spec in TABLES:
        table = raw.tables[spec.name]
        before = len(problems)
        found: Typed[Any] = (
            read_columns(table, problems)
            if spec.bulk
            else read_records(table.rows(), spec.record, problems)
        )
        tables[spec.name], twins[spec.name] = found.rows, found.twin
        provenance[spec.name] = found.traces
        if not table.complete:
            found.faulty_columns.add(EVERY_COLUMN)
        unread.add(spec.name, found, table.ids() if table.usable else None)
        if len(problems) > before or not table.usable or not table.complete:
            unread.incomplete.add(spec.name)
    return tables, twins, provenance


@dataclass
class _Gaps:
    """Collects what could not be read, table by table."""

    ids: dict[str, frozenset[str] | None] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)
    columns: dict[str, frozenset[str]] = field(default_factory=dict)
    rows: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def add(self, table: str, found: Typed[Any], ids: set[str] | None) -> None:
        """Note what is missing of a table; ``ids`` are those written, None if unreadable."""
        unknown = ids is None or "id" in found.faulty_columns
        self.ids[table] = None if unknown else frozenset(ids or ())
        if ids is None:
            found.faulty_columns.add(EVERY_COLUMN)
        if found.faulty_columns:
            self.columns[table] = frozenset(found.faulty_columns)
        self.rows |= found.faulty_rows
        self.names |= found.faulty_names - {""}

    def told(self, period_known: bool) -> Unread:
        """The same for the scenario."""
        return Unread(
            self.ids,
            frozenset(self.incomplete),
            period_known,
            self.columns,
            frozenset(self.rows),
            frozenset(self.names),
        )


def _settings(raw: RawScenario, problems: ProblemList) -> m.Settings | None:
    if not raw.settings_usable:
        return None
    found = read_records([raw.settings], m.Settings, problems)
    settings = _sound_settings(raw.settings.cells) if found.faulty_rows else found.rows[0]
    if settings is None:
        return None
    period = settings.period
    if not period.spin_up <= period.start <= period.end:
        problems.error(
            f"the period is out of order: spin-up {period.spin_up}, start {period.start}, "
            f"end {period.end}",
            str(raw.settings.trace_of(("period",))),
            "put spin_up first and end last",
        )
        return None
    return settings


def _sound_settings(cells: Mapping[str, Any]) -> m.Settings | None:
    """What is sound of faulty settings, so that dates can still be checked against the period."""
    try:
        return m.Settings.model_validate(dict(cells))
    except ValidationError as error:
        faulty = {item["loc"][0] for item in error.errors(include_url=False) if item["loc"]}
    if "ends" in faulty:  # every journey's end would seem unknown
        return None
    try:
        return m.Settings.model_validate({n: v for n, v in cells.items() if n not in faulty})
    except ValidationError:
        return None


def _unknown_settings(folder: Path) -> m.Settings:
    """Stands in for settings that could not be read, so that the tables can be checked."""
    period = {"spin_up": "1900-01-01", "start": "1900-01-01", "end": "2199-12-31"}
    return m.Settings.model_validate(
        {"name": "unnamed", "title": folder.name[: m.MAX_TEXT] or "unnamed", "period": period}
    )
