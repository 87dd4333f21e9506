"""Scenarios as they are named: what every way of running passes before anything is run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from travesia.errors import InputError, Problem
from travesia.likeness import SHOWN, did_you_mean, nearest
from travesia.policy.gate import problems_of, read_checked
from travesia.scenario.columns import Columns
from travesia.scenario.layers import is_scenario, shipped_names
from travesia.scenario.questions import answering, numbered
from travesia.scenario.scenario import Scenario


def passed(scenarios: Sequence[Scenario | str]) -> list[Scenario]:
    """Scenarios, loaded where they are names, if none of them has a fault.

    Raises :class:`InputError` with every fault of every scenario, each once, in the words of
    ``check``.
    """
    names = [s for s in scenarios if isinstance(s, str)]
    if len(names) == len(scenarios):
        return resolve(names)
    faults: list[Problem] = []
    out: list[Scenario] = []
    for given in scenarios:
        if isinstance(given, Scenario):
            faults += problems_of(given).errors
            out.append(given)
            continue
        try:
            out += resolve([given])
        except InputError as error:
            faults += error.problems
    _refuse(faults, out if len(scenarios) == 1 else [])
    return out


def resolve(names: Sequence[str]) -> list[Scenario]:
    """Scenarios by name, as on the command line, if none of them has a fault.

    The first is a shipped scenario or a folder. The others are what-ifs (patches) of the first,
    patch files, or scenarios of their own; ``+`` joins a scenario or what-ifs with further
    what-ifs. The number of a question (``W7``) stands for the patch that answers it, and alone for
    every patch of the question. A name that is both a what-if and a folder is refused. Raises
    :class:`InputError` with every fault of every scenario, each once.
    """
    if not names:
        raise InputError("There is nothing to compare", [Problem("no scenario is named")])
    base_name, *base_patches = names[0].split("+")
    base, problems = read_checked(base_name, base_patches)
    faults = list(problems.errors)
    if base is None:
        _refuse(faults, [])
        raise InputError(f"The scenario '{base_name}' cannot be loaded; nothing was run")
    out = [base]
    for name in _asked(base, names[1:], faults):
        first, *rest = name.split("+")
        is_patch = first in base.patches or Path(first).suffix in {".yaml", ".yml"}
        if not is_patch and not Path(first).exists() and first not in shipped_names():
            faults.append(_nothing(base, first))
            continue
        parts = (base_name, [*base_patches, first, *rest]) if is_patch else (first, rest)
        other, problems = read_checked(*parts)
        faults += problems.errors
        if other is not None:
            out.append(other)
    _refuse(faults, out if len(names) == 1 else [])
    return [out[0], *(_sharing(out[0], other) for other in out[1:])]


def _nothing(base: Scenario, name: str) -> Problem:
    """That a name is neither a what-if of the base nor a scenario, with the nearest that are."""
    known = [*base.patches, *numbered(base.folders), *shipped_names()]
    cure = did_you_mean(name, known)
    if not nearest(name, known):
        patches = sorted(base.patches)
        more = f" and {len(patches) - SHOWN} more" if len(patches) > SHOWN else ""
        cure = f"what-ifs of {base.name}: {', '.join(patches[:SHOWN]) or 'none'}{more}"
    cure += " (`travesia list what-ifs` lists them)"
    return Problem(f"'{name}' is neither a what-if of {base.name} nor a scenario", cure=cure)


def _asked(base: Scenario, names: Sequence[str], faults: list[Problem]) -> list[str]:
    """Names with the numbers of questions replaced by patches; ambiguous ones become faults."""
    out = []
    for name in names:
        first, *rest = name.split("+")
        patches = () if first in base.patches else answering(base.folders, first)
        if (patches or first in base.patches) and is_scenario(Path(first)):
            what = f"'{first}' is both a what-if of {base.name} and the folder {first}"
            cure = f"write ./{first} for the folder, or {base.name}+{first} for the what-if"
            faults.append(Problem(what, cure=cure))
            continue
        asked = [first] if not patches else patches if not rest else patches[:1]
        out += ["+".join([p, *rest]) for p in asked]
    return list(dict.fromkeys(out)) if len({*names}) == len(names) else out


def _refuse(faults: Sequence[Problem], scenarios: Sequence[Scenario]) -> None:
    """Raise if there are faults; ``scenarios`` holds the only one that was asked for."""
    if not faults:
        return
    title = "Some scenarios cannot be used; nothing was run"
    if len(scenarios) == 1:
        title = f"Scenario {scenarios[0].name!r} has faults; nothing was run"
    raise InputError(title, dict.fromkeys(faults))


def _sharing(base: Scenario, other: Scenario) -> Scenario:
    """A scenario that holds the tables of the base where its own are equal, to save memory."""
    equal = {
        f.name: getattr(base, f.name)
        for f in fields(Scenario)
        if _equal(getattr(base, f.name), getattr(other, f.name))
    }
    traces = {
        table: base.provenance[table] if base.provenance.get(table) == rows else rows
        for table, rows in other.provenance.items()
    }
    return replace(other, **{"provenance": traces, **equal})


def _equal(first: Any, second: Any) -> bool:
    if isinstance(first, Columns) and isinstance(second, Columns):
        return first.record is second.record and all(
            first.column(n) == second.column(n) for n in first.record.columns()
        )
    return bool(first == second)
