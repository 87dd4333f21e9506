"""Applies patches and overrides to a raw scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from travesia.errors import ProblemList
from travesia.scenario.faults import suggest
from travesia.scenario.layers import table_spec
from travesia.scenario.raw import RawRow, RawScenario, TraceAt, entry_row
from travesia.scenario.settings import Patch
from travesia.scenario.tables import TABLES
from travesia.scenario.yamlfile import scalar

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
                f"there is already a policy '{entry['id']}'", str(here(())),
                "give it another id, or change the old one under `policies`",
            )  # fmt: skip
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
    raw: RawScenario, name: str, rows: tuple[dict[str, Any], ...], by: str, at: TraceAt,
    problems: ProblemList,
) -> None:  # fmt: skip
    spec = table_spec(name)
    if spec is None:
        problems.error(
            f"there is no table '{name}'", str(at(())), suggest(name, [s.name for s in TABLES])
        )
        return
    for i, change in enumerate(rows):
        raw.tables[spec.name].patch(change, by, at.below(i), problems)


def apply_override(raw: RawScenario, path: str, value: Any, problems: ProblemList) -> None:
    """Set one value by its dotted path, such as ``policies.remain_in_mexico.start``.

    ``value`` is read like a bare YAML word: a number, a date, true, null, or the word itself.
    """
    by = f"--set {path}"
    at = TraceAt(by)
    steps = [step for step in path.split(".") if step]
    root = steps[0] if steps else ""
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
