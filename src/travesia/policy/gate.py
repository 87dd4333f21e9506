"""The one gate: every way of running a scenario passes it, and it says what ``check`` says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from travesia.errors import InputError, Problem, ProblemList
from travesia.evidence import Ledger, check_ledger
from travesia.policy.build import FILE, effects_of
from travesia.policy.instruments.base import Instrument
from travesia.policy.instruments.registry import read_instruments
from travesia.policy.names import Names, policy_names
from travesia.scenario.check import check
from travesia.scenario.load import read
from travesia.scenario.patched import faults_of_patches
from travesia.scenario.scenario import Scenario
from travesia.scenario.sums import paid_policies

_POLICY = re.compile(rf"^{re.escape(FILE)}, policy '(?P<id>[^']*)'$")


def problems_of(scenario: Scenario, *, what_ifs: bool = False, whole: bool = True) -> ProblemList:
    """Every fault and remark about a scenario, its sources and its policies.

    With ``what_ifs`` its named what-ifs, none of which is applied, are checked too. Of a scenario
    that could not be read as a ``whole`` neither instruments nor what-ifs are asked, as what is
    lacking would seem to be their fault.
    """
    problems = ProblemList()
    problems.extend(check(scenario, _checked_ledger(scenario, problems)))
    sound = not problems.errors
    instruments = read_instruments(scenario, problems)
    if whole and sound:
        problems.extend(_policies(scenario, instruments))
    if whole and what_ifs and not scenario.applied:
        told = {p.what for p in problems}
        of_variant = _of_what_ifs(scenario, instruments)
        problems.extend(faults_of_patches(scenario, of_variant, told))
    return problems


def read_checked(
    name: str | Path,
    patches: Iterable[str] = (),
    set: Mapping[str, object] | None = None,
    *,
    what_ifs: bool = False,
) -> tuple[Scenario | None, ProblemList]:
    """Read a scenario as far as possible, with every problem of its files and its contents."""
    draft = read(name, patches, set)
    problems = ProblemList(list(draft.problems))
    if draft.scenario is not None:
        whole = not draft.problems.errors
        problems.extend(problems_of(draft.scenario, what_ifs=what_ifs, whole=whole))
    return draft.scenario, problems


def ledger_of(scenario: Scenario) -> Ledger:
    """The evidence that ships with Travesía, with what the scenario adds to it."""
    own = [f / "evidence" for f in scenario.folders if (f / "evidence").is_dir()]
    return Ledger.load(own[-1]) if own else Ledger.load()


def _checked_ledger(scenario: Scenario, problems: ProblemList) -> Ledger | None:
    """The evidence of a scenario; its faults, if it has tables of its own, go to ``problems``."""
    try:
        ledger = ledger_of(scenario)
    except InputError as error:
        problems.extend(error.problems)
        return None
    if any(entry.layer for entry in ledger.entries):
        problems.extend(check_ledger(ledger))
    return ledger


def _policies(
    scenario: Scenario, instruments: Sequence[Instrument], names: Names | None = None
) -> list[Problem]:
    """Faults and remarks of the instruments, with the line of each policy."""
    known = {i.id for i in instruments}
    unread = any(a.is_code for a in scenario.additions) and not scenario.trusted
    try:
        names = names or policy_names(scenario)
        policies = paid_policies(scenario)
        if unread:  # what a policy names may stand in the code that was not run
            policies = tuple(p for p in policies if p.instrument in known)
        _, found = effects_of(policies, scenario.calendar, names, instruments)
    except InputError as error:
        return list(error.problems)
    rows = {p.id: i for i, p in enumerate(scenario.policies)}
    return [_with_line(problem, scenario, rows) for problem in found]


def _of_what_ifs(
    scenario: Scenario, instruments: Sequence[Instrument]
) -> Callable[[Scenario], list[Problem]]:
    """:func:`_policies` of variants, most of which have the names of the scenario itself."""
    names = policy_names(scenario)
    same = ("places", "legs", "cohorts", "facilities", "causes", "stays", "checkpoints")

    def problems(variant: Scenario) -> list[Problem]:
        equal = all(getattr(variant, table) is getattr(scenario, table) for table in same)
        return _policies(variant, instruments, names if equal else None)

    return problems


def _with_line(problem: Problem, scenario: Scenario, rows: Mapping[str, int]) -> Problem:
    match = _POLICY.match(problem.where)
    if not match or match["id"] not in rows:
        return problem
    where = scenario.where("policies", rows[match["id"]])
    return replace(problem, where=f"{where}, policy '{match['id']}'")
