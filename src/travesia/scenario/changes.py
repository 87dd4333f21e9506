"""Applies patches and overrides to a raw scenario."""

from __future__ import annotations

import datetime as dt
import numbers
from collections.abc import Mapping
from typing import Any

from travesia.errors import ProblemList
from travesia.scenario.faults import suggest
from travesia.scenario.layers import table_spec
from travesia.scenario.raw import RawRow, RawScenario, TraceAt, entry_row
from travesia.scenario.settings import Patch
from travesia.scenario.tables import TABLES
from travesia.scenario.yamlfile import MAX_INT, scalar
from travesia.textfile import UNPRINTED, shorten

MAX_STEPS = 8
"""Names in a path, and lists or mappings within each other in a value."""

MAX_LENGTH = 1000
"""Characters of a path or of a value."""

ROOTS = ("settings", "parameters", "policies", *(s.name for s in TABLES if s.has_ids))


def apply_patch(raw: RawScenario, patch: Patch, at: TraceAt, problems: ProblemList) -> None:
    """Lay a named what-if over a scenario: parameters, policies, new policies, tables."""
    by = f"patch {patch.id}"
    for name, value in patch.parameters.items():
        _change_parameter(raw, name, value, by, at.below("parameters"), problems)
    for name, fields in patch.policies.items():
        row = raw.policy(name)
        here = at.below("policies", name)
        if row is None:
            cure = suggest(name, raw.policy_ids())
            problems.error(f"there is no policy '{name}' to change", str(here(())), cure)
        else:
            row.change(fields, by, here)
    for i, entry in enumerate(patch.add_policies):
        here = at.below("add_policies", i)
        if raw.policy(str(entry.get("id"))) is not None:
            problems.error(
                f"there is already a policy '{entry['id']}'",
                str(here(())),
                "give it another id, or change the old one under `policies`",
            )
        else:
            row = entry_row(entry, here)
            row.trace = row.trace.changed(by)
            raw.policies.append(row)
    for name, rows in patch.tables.items():
        _change_table(raw, name, rows, by, at.below("tables", name), problems)


def _change_parameter(
    raw: RawScenario, name: str, value: Any, by: str, at: TraceAt, problems: ProblemList
) -> None:
    row = raw.parameters.get(name)
    if row is None:
        problems.error(
            f"there is no parameter '{name}'", str(at((name,))), suggest(name, raw.parameters)
        )
        return
    changes = value if isinstance(value, Mapping) else {"value": value}
    row.change(changes, by, at.below(name))


def _change_table(
    raw: RawScenario,
    name: str,
    rows: tuple[dict[str, Any], ...],
    by: str,
    at: TraceAt,
    problems: ProblemList,
) -> None:
    spec = table_spec(name)
    if spec is None:
        problems.error(
            f"there is no table '{name}'", str(at(())), suggest(name, [s.name for s in TABLES])
        )
        return
    for i, change in enumerate(rows):
        raw.tables[spec.name].patch(change, by, at.below(i), problems)


def checked_overrides(overrides: object, problems: ProblemList) -> dict[str, Any]:
    """The overrides that can be applied; faults of their form go to ``problems``."""
    if overrides is None:
        return {}
    if not isinstance(overrides, Mapping):
        problems.error(
            f"{shorten(repr(overrides))} sets nothing",
            "--set",
            "give a mapping, as in {'parameters.mu_place': 1}",
        )
        return {}
    out: dict[str, Any] = {}
    for path, value in overrides.items():
        by = f"--set {shorten(repr(path))}"
        if not isinstance(path, str) or UNPRINTED.search(path):
            problems.error("the path is not plain text", by, "as in parameters.mu_place")
        elif len(path.split(".")) > MAX_STEPS or len(path) > MAX_LENGTH:
            problems.error("the path is too long", by, "as in policies.train_raids.start")
        elif not all(step.strip() for step in path.split(".")):
            problems.error("the path has a gap", by, "write one name between the points")
        elif path == "settings.extends":
            problems.error("extends cannot be set", by, "write it into scenario.yaml")
        else:
            try:
                out[path] = _plain(value)
            except ValueError as error:
                problems.error(
                    f"it cannot be set to {shorten(repr(value))}: {error}",
                    by,
                    "give a number, a date, a word, or a list of them",
                )
    return out


def _plain(value: Any, depth: int = 0) -> Any:
    """A value as a YAML file would give it. Raises :class:`ValueError` if none would."""
    if depth > MAX_STEPS:
        raise ValueError("it is nested too deep")
    if isinstance(value, str):
        if UNPRINTED.search(value):
            raise ValueError("it holds characters that nobody can see")
        if len(value) > MAX_LENGTH:
            raise ValueError(f"it has {len(value):,} characters")
        return value
    if value is None or isinstance(value, bool | dt.date):
        return value
    if isinstance(value, numbers.Integral):
        if abs(int(value)) >= MAX_INT:
            raise ValueError("it is too large")
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {str(_plain(k, depth + 1)): _plain(v, depth + 1) for k, v in value.items()}
    raise ValueError(f"it is of the type {type(value).__name__}")


def apply_override(raw: RawScenario, path: str, value: Any, problems: ProblemList) -> None:
    """Set one value by its dotted path, such as ``policies.visitor_card.start``.

    ``value`` is read like a bare YAML word: a number, a date, true, null, or the word itself.
    """
    by = f"--set {path}"
    at = TraceAt(by)
    steps = path.split(".")
    root = steps[0]
    if root not in ROOTS:
        problems.error(f"'{root}' cannot be set", by, suggest(root, ROOTS))
        return
    if len(steps) < (2 if root in {"settings", "parameters"} else 3):
        form = "settings.<key>" if root == "settings" else f"{root}.<id>.<field>"
        form = "parameters.<name>" if root == "parameters" else form
        problems.error("the path is too short", by, f"write {form}=<value>")
        return
    value = scalar(value) if isinstance(value, str) else value
    if root == "settings":
        raw.settings.change(_nested(steps[1:], value), by, at)
    elif root == "parameters":
        change = _nested(steps[2:], value) if len(steps) > 2 else value
        _change_parameter(raw, steps[1], change, by, at, problems)
    elif root == "policies":
        row: RawRow | None = raw.policy(steps[1])
        if row is None:
            cure = suggest(steps[1], raw.policy_ids())
            problems.error(f"there is no policy '{steps[1]}'", by, cure)
        else:
            row.change(_nested(steps[2:], value), by, at)
    else:
        change = {"id": steps[1], steps[2]: value}
        raw.tables[root].patch(change, by, at, problems)


def _nested(steps: list[str], value: Any) -> dict[str, Any]:
    for step in reversed(steps):
        value = {step: value}
    return dict(value)
