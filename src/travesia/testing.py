"""Small worlds and checks for those who add to Travesía; any test framework will do.

from travesia import testing

def test_my_wall() -> None:
    testing.check_instrument(WALL, {"days": 2}, {"leg_days": "+"})

def test_my_quantity() -> None:
    testing.check_quantity({"walked": {...}})
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from travesia.errors import InputError
from travesia.plugins import register, trusting

if TYPE_CHECKING:
    from travesia.policy.instruments.base import Instrument
    from travesia.results.result import Result
    from travesia.scenario.scenario import Scenario

SAMPLE = 0.05
"""Share of the people whom a small run simulates."""

EXAMPLE = "example"
"""The shipped scenario that small worlds are made of: invented, four months, a second to run."""

POLICY = "tested"
"""Id of the policy that an instrument is tried with."""


def policy(instrument: str, parameters: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """An entry of ``policies.yaml``: a policy of an instrument that holds for the whole period.

    A bare number of ``parameters`` gets itself as range; ``more`` are further keys (``where``).
    """
    filled = {
        name: given
        if isinstance(given, Mapping)
        else {"value": given, "low": given, "high": given, "source": ["assumption"]}
        for name, given in parameters.items()
    }
    entry = {"id": POLICY, "name": "A policy", "instrument": instrument, "start": "2019-01-01"}
    told = {"parameters": filled, "source": ["assumption"], "reason": "Invented for a test."}
    return {**entry, **told, **more}


def scenario_folder(
    folder: Path,
    *policies: Mapping[str, Any],
    extends: str = EXAMPLE,
    files: Mapping[str, str] | None = None,
) -> Path:
    """Make a folder with a scenario that extends another, with policies and further files."""
    folder.mkdir(parents=True)
    told = {"name": folder.name, "title": "A scenario of a test", "extends": extends}
    written = {"scenario.yaml": json.dumps(told)}  # JSON is YAML
    if policies:
        written["policies.yaml"] = json.dumps(list(policies), default=str)
    for name, text in {**written, **(files or {})}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def faults(scenario: str | Path, *, trust: bool = False) -> list[str]:
    """Every fault of a scenario in the words of ``travesia check``; empty if it is sound."""
    from travesia.api import check

    with trusting(trust):
        return [str(problem) for problem in check(scenario).errors]


@contextmanager
def refused(*words: str) -> Iterator[None]:
    """Passes if what stands in it is refused as bad input, in a message with all these words.

    Raises:
        AssertionError: it was not refused, or other words were said.
    """
    try:
        yield
    except InputError as error:
        missing = [word for word in words if word not in str(error)]
        if missing:
            raise AssertionError(f"{missing} is not said in: {error}") from error
    else:
        raise AssertionError("nothing was refused")


def small_run(scenario: str | Path | Scenario = EXAMPLE, **more: Any) -> Result:
    """A run of a twentieth of the people; ``more`` as of :func:`travesia.run`."""
    from travesia.api import run

    return run(scenario, **{"sample": SAMPLE, "seed": 1, **more})


def changes_of(
    instrument: str | Instrument,
    parameters: Mapping[str, Any],
    *,
    scenario: str | Path | Scenario = EXAMPLE,
    **entry: Any,
) -> dict[str, str]:
    """What a policy of an instrument changes in the compiled tables: table -> ``+``, ``-``, ``+-``.

    The middle of the period is looked at. ``entry`` are further keys of the policy. Raises
    :class:`travesia.errors.InputError` if the policy cannot be used.
    """
    from travesia.policy.instruments.base import Instrument

    added = [instrument] if isinstance(instrument, Instrument) else []
    name = instrument.id if isinstance(instrument, Instrument) else instrument
    with register(instruments=added):
        told = _tried(scenario, policy(name, parameters, **entry))
    return {table: signs for table, signs in told.items() if signs}


def _tried(scenario: str | Path | Scenario, entry: dict[str, Any]) -> dict[str, str]:
    from travesia.model.compile import compile_model
    from travesia.model.folding import Folder
    from travesia.scenario.load import load
    from travesia.scenario.scenario import Scenario
    from travesia.scenario.settings import PolicyEntry

    base = scenario if isinstance(scenario, Scenario) else load(scenario)
    tables = []
    for policies in ((), (PolicyEntry.model_validate(entry),)):
        model = compile_model(replace(base, policies=policies)).model
        folder = Folder(model.base, model.edits)
        folder.fold(model.n_days // 2)
        tables.append({name: table.copy() for name, table in folder.tables.items()})
    before, after = tables
    return {
        name: ("+" if np.any(after[name] > before[name]) else "")
        + ("-" if np.any(after[name] < before[name]) else "")
        for name in before
    }


def check_instrument(
    instrument: str | Instrument,
    parameters: Mapping[str, Any],
    says: Mapping[str, str],
    *,
    scenario: str | Path | Scenario = EXAMPLE,
    **entry: Any,
) -> None:
    """Check that an instrument changes the tables that it ``says``, so, and no others.

    ``says`` gives for each table ``+``, ``-`` or ``+-``. Checked, too: that it does nothing outside
    the dates of its policy, unless it has an ``absence``.

    Raises:
        AssertionError: it changes something else.
        travesia.errors.InputError: the policy cannot be used.
    """
    from travesia.policy.instruments.registry import instruments_of

    found = changes_of(instrument, parameters, scenario=scenario, **entry)
    name = instrument if isinstance(instrument, str) else instrument.id
    if found != dict(says):
        raise AssertionError(f"{name} changes {found}, and is said to change {dict(says)}")
    known = {i.id: i for i in instruments_of()}
    here = known[name] if isinstance(instrument, str) else instrument
    if here.absence is None:
        later = {**entry, "start": "2019-04-01"}  # after the middle of the example
        outside = changes_of(instrument, parameters, scenario=scenario, **later)
        if outside and scenario == EXAMPLE:
            raise AssertionError(f"{name} changes {outside} before its policy starts")


def check_quantity(
    declared: str | Mapping[str, Any], *, scenario: str | Path | Scenario = EXAMPLE
) -> float:
    """Check that a quantity sums: by no axis does it give more than its total, which it returns.

    By the labels of its own table it must give the total itself; a part of the places or of the
    things that happen may have no value of another axis.

    ``declared`` is the id of one that is there, or a declaration as in ``quantities.yaml``
    (``{id: {title: ..., kind: ..., table: ...}}``).

    Raises:
        AssertionError: the sum by an axis is not the total.
        travesia.errors.InputError: the declaration has faults.
    """
    from travesia.results.counting import counter_of

    name = declared if isinstance(declared, str) else next(iter(declared))
    added = [] if isinstance(declared, str) else [{"quantities": dict(declared)}]
    with register(quantities=added):
        result = small_run(scenario)
    counter = counter_of(result)
    known, quantity = counter.register, counter.register[name]
    total = counter.count(quantity)
    for axis in () if quantity.kind == "share" else known.axes_of(quantity):
        if axis == "month":
            continue
        beyond = counter.count(quantity, (axis,)).sum(axis=0) - total
        own = known.base(quantity.table, axis) == axis  # a label that every row has
        off = float(np.abs(beyond).max() if own else beyond.max(initial=0.0))
        if off > 1e-6 + 1e-9 * float(np.abs(total).max()):
            raise AssertionError(f"{name} by {axis} is off its total by up to {off:g} a month")
    return float(total.sum())
