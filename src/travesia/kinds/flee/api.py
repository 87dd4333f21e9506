"""Imported FLEE cases from Python: run, score, report, compare, and run as an ensemble."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from travesia.errors import ProblemList
    from travesia.kinds.flee import Instance
    from travesia.kinds.flee.compare import FleeComparison
    from travesia.kinds.flee.score import FleeScore
    from travesia.results.result import Result

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, steps done, steps in all)."""

SAMPLE = 0.1
"""Share of the people that each run of a comparison simulates: one person stands for ten."""


def is_case(scenario: str | os.PathLike[str]) -> bool:
    """Whether a path is the scenario folder of an imported FLEE case.

    The name of a shipped scenario is none: where a folder is called so too, it is refused later.
    """
    from travesia.kinds.flee import is_flee_scenario
    from travesia.scenario.layers import shipped_names

    return os.fspath(scenario) not in shipped_names() and is_flee_scenario(Path(scenario))


def check(scenario: str | os.PathLike[str]) -> ProblemList:
    """Every fault and remark about the scenario folder of a case."""
    from travesia.errors import InputError, ProblemList
    from travesia.kinds.flee import load_scenario
    from travesia.kinds.flee.compile import compile_case

    problems = ProblemList()
    try:
        case = load_scenario(Path(scenario))
        compile_case(case)
    except InputError as error:
        problems.extend(error.problems)
        return problems
    for remark in remarks_of(case):
        problems.warn(remark)
    return problems


def remarks_of(case: Instance) -> tuple[str, ...]:
    """What the import remarked and left out, and what holds of the case as it is now.

    A scenario may have been edited since its import: whether its camps can be reached and counts
    lie in the period is looked up again.
    """
    from travesia.errors import ProblemList
    from travesia.kinds.flee.reach import check_period, check_reach

    now = ProblemList()
    check_reach(case, now)
    check_period(case, now)
    told = dict.fromkeys((*case.remarks, *(str(p) for p in now.warnings), *case.not_carried))
    return tuple(told)


def refuse_cases(scenarios: Iterable[object]) -> None:
    """Say where imported cases are run, to callers who can do nothing with them.

    Raises :class:`travesia.errors.InputError` if one of the names is the folder of a case.
    """
    from travesia.errors import InputError, Problem

    cure = "use travesia.run, score, report and check, or their compare and ensemble"
    found = [
        Problem("it is an imported FLEE case", str(s), cure)
        for s in scenarios
        if isinstance(s, str | os.PathLike) and is_case(s)
    ]
    if found:
        raise InputError("This scenario is of another kind", found)


def run(
    scenario: str | os.PathLike[str],
    *,
    seed: int | None = None,
    sample: float = 1.0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Result:
    """Simulate a case, with and without its capacities; returns labelled tables."""
    from travesia.kinds.flee import load_scenario
    from travesia.kinds.flee.tables import run_case
    from travesia.options import Options

    read = Options("The run was not started")
    sample, seed, threads = read.sample(sample), read.seed(seed), read.count("threads", threads, 1)
    read.raise_if_any()
    hasten = round(1 / sample) if sample < 1 else None
    case = load_scenario(Path(scenario))
    return run_case(case, seed=seed, hasten=hasten, threads=threads or 1, progress=progress)


def score_if_any(result: Result) -> FleeScore | None:
    """Scores of a run, or None where no camp has a count in the period."""
    from travesia.kinds.flee.score import score_flee

    table = result.scenario_tables["camps"]
    scored = table.groupby("camp", observed=True)["observed"].min() >= 0
    return score_flee(result) if scored.any() else None


def report(result: Result, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Write the report of a run as one self-contained HTML page; returns its path."""
    from travesia.kinds.flee.page import camps_page

    return camps_page(result, path, score_if_any(result), overwrite=overwrite)


def compare(
    *scenarios: str | os.PathLike[str],
    members: int = 40,
    sample: float = SAMPLE,
    seed: int | None = None,
    precision: float | None = None,
    outputs: Sequence[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> FleeComparison:
    """What changes in each camp between an imported FLEE case and others.

    ``scenarios`` are scenario folders, ``FOLDER+compatible``, ``+sane``, ``+blind``, ``+fitted``,
    ``+camps``, or one of these words alone, for the first folder. Outputs are the errors of all
    camps, people in camps, on the road and elsewhere, and in each camp. Other arguments and errors
    are those of :func:`travesia.api.compare`.
    """
    from travesia.ensembles.choose import executor_of, telling
    from travesia.kinds.flee.compare import compare_cases
    from travesia.kinds.flee.members import resolve_cases

    return compare_cases(
        resolve_cases([os.fspath(s) for s in scenarios]),
        members,
        sample=sample,
        seed=seed,
        folder=None if folder is None else Path(folder),
        executor=executor_of(workers, cluster),
        precision=precision,
        outputs=outputs,
        progress=telling(progress, "simulated runs"),
    )


def ensemble(
    *scenarios: str | os.PathLike[str],
    members: int = 40,
    sample: float = SAMPLE,
    seed: int | None = None,
    folder: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """What many runs tell about imported FLEE cases; arguments as :func:`compare`."""
    from travesia.ensembles.choose import executor_of, telling
    from travesia.kinds.flee.compare import ensemble_cases
    from travesia.kinds.flee.members import resolve_cases

    return ensemble_cases(
        resolve_cases([os.fspath(s) for s in scenarios]),
        members,
        sample=sample,
        seed=seed,
        folder=None if folder is None else Path(folder),
        executor=executor_of(workers, cluster),
        progress=telling(progress, "simulated runs"),
    )
