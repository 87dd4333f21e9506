"""The public interface: what ``travesia`` offers in Python; the command line uses it."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from travesia.kinds.flee import api as flee

if TYPE_CHECKING:
    from travesia.ensembles.comparison import Comparison
    from travesia.ensembles.many import Ensemble
    from travesia.errors import ProblemList
    from travesia.evidence import Ledger
    from travesia.kinds.flee.compare import FleeComparison
    from travesia.kinds.flee.score import FleeScore
    from travesia.observe.table import ScoreTable
    from travesia.reporting.answers import Answers
    from travesia.results.result import Result
    from travesia.scenario.scenario import Scenario

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, steps done, steps in all)."""

JOURNEYS_KEPT = 2000
"""Sampled journeys that a run keeps from beginning to end."""

DRAWS = 10
"""Parameter draws behind the bands of a report."""

DRAW_SAMPLE = 0.01
"""Share of the population simulated in each draw."""

MEMBERS = 40
"""Pairs of runs behind a comparison, and members of an ensemble."""

MEMBER_SAMPLE = 0.02
"""Share of the population that each of them simulates."""

PRECISE = ("us_encounters", "mx_detentions", "waiting_mexico", "harm", "in_us", "returned")
"""Outputs that a precision is asked of."""


def load(
    scenario: str | os.PathLike[str] = "corridor",
    patches: Iterable[str] = (),
    set: Mapping[str, object] | None = None,
) -> Scenario:
    """Load a shipped scenario by name, or a scenario folder, with patches and values set by path.

    Raises :class:`travesia.errors.InputError` if the files cannot be read, with every fault that
    :func:`check` finds, so that all of them can be cured at once.
    """
    from travesia.errors import InputError
    from travesia.scenario.load import load as load_scenario

    path = _path(scenario)
    flee.refuse_cases([path])
    if isinstance(patches, Iterable) and not isinstance(patches, str | bytes):
        patches = tuple(patches)
    try:
        return load_scenario(path, patches, set)
    except InputError as error:
        check(path, patches, set).raise_if_any(error.title)
        raise


def check(
    scenario: str | os.PathLike[str] | Scenario = "corridor",
    patches: Iterable[str] = (),
    set: Mapping[str, object] | None = None,
) -> ProblemList:
    """Every fault and remark about a scenario, its sources, its policies and its what-ifs."""
    from travesia.policy.gate import problems_of, read_checked
    from travesia.scenario.scenario import Scenario

    if isinstance(scenario, Scenario):
        return problems_of(scenario, what_ifs=True)
    path = _path(scenario)
    if flee.is_case(path):
        return flee.check(path)
    return read_checked(path, patches, set, what_ifs=True)[1]


def ledger_of(scenario: Scenario) -> Ledger:
    """The evidence that ships with Travesía, with what the scenario adds to it."""
    from travesia.policy.gate import ledger_of as ledger

    return ledger(scenario)


def run(
    scenario: str | os.PathLike[str] | Scenario = "corridor",
    *,
    seed: int | None = None,
    sample: float = 1.0,
    draw: int | None = None,
    threads: int | None = None,
    patches: Iterable[str] = (),
    set: Mapping[str, object] | None = None,
    journeys: int = JOURNEYS_KEPT,
    progress: Progress | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: int = 0,
    resume: bool = False,
) -> Result:
    """Check, compile and simulate a scenario; returns labelled tables.

    ``patches`` are what-ifs of the scenario by name (or the number of their question, ``W7``), and
    ``set`` single values by path (``{"policies.train_raids.enabled": False}``), as in
    :func:`load`; a scenario that is loaded already has its own. The folder of an imported FLEE
    case is run under FLEE's rule. With ``checkpoint_every`` > 0 the state of the run is kept in
    the file ``checkpoint`` every so many days; ``resume`` goes on from that file and gives the
    same numbers.

    Raises :class:`travesia.errors.InputError` if the scenario has faults, if ``sample`` does not
    lie in (0, 1], if the run would not fit into memory, or if the checkpoint cannot be used.
    """
    from travesia.engine.memory import check_fits
    from travesia.engine.run import run as simulate
    from travesia.ensembles.rough import rough_facilities, sample_remarks
    from travesia.model.compile import compile_model
    from travesia.options import Options
    from travesia.policy.gate import problems_of
    from travesia.results.assemble import assemble
    from travesia.scenario.scenario import Scenario

    given = Options("The run was not started")
    sample, seed = given.sample(sample), given.seed(seed)
    draw, threads = given.count("draw", draw), given.count("threads", threads, 1)
    journeys = given.whole("journeys", journeys, 0)
    checkpoint_every = given.whole("checkpoint-every", checkpoint_every, 0)
    given.raise_if_any()
    if not isinstance(scenario, Scenario):
        scenario = _path(scenario)
    patches = (patches,) if isinstance(patches, str) else tuple(patches)
    _changeable(scenario, patches, set)
    if not isinstance(scenario, Scenario) and flee.is_case(scenario):
        return flee.run(scenario, seed=seed, sample=sample, threads=threads, progress=progress)
    loaded = scenario if isinstance(scenario, Scenario) else load(scenario, patches, set)
    problems = problems_of(loaded)
    problems.raise_if_any(f"Scenario {loaded.name!r} has faults; nothing was run")
    seed = loaded.settings.seed if seed is None else seed
    started, clock = dt.datetime.now(dt.UTC), time.perf_counter()
    tell = progress or (lambda *_: None)
    tell("compiling", 0, 1)
    compiled = compile_model(loaded, draw=draw, sample=sample, seed=seed)
    tell("compiling", 1, 1)
    people = float((compiled.model.cohorts.people_per_day * 30.4).sum()) * sample
    threads = threads or os.cpu_count() or 1
    check_fits(compiled.model, threads)
    raw = simulate(
        compiled.model,
        seed,
        threads=threads,
        journeys=min(1.0, journeys / max(people, 1.0)),
        progress=lambda done, total: tell("simulating", done, total),
        checkpoint=None if checkpoint is None else Path(checkpoint),
        every=checkpoint_every,
        resume=resume,
    )
    manifest = {
        "seed": seed,
        "draw": draw,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - clock, 2),
        "remarks": [*map(str, compiled.warnings), *sample_remarks([loaded], sample)],
        "rough_facilities": list(rough_facilities(loaded, sample)),
    }
    return assemble(raw, compiled, loaded, ledger_of(loaded), manifest)


def _changeable(
    scenario: object, patches: tuple[str, ...], set: Mapping[str, object] | None
) -> None:
    """Refuse changes to what is loaded already, or has none."""
    from travesia.errors import InputError, Problem
    from travesia.scenario.scenario import Scenario

    if not patches and not set:
        return
    if isinstance(scenario, Scenario):
        cure = "name the scenario, or give them to travesia.load"
        problem = Problem(
            "patches and values to set of a scenario that is loaded already", "", cure
        )
        raise InputError("The run was not started", [problem])
    if isinstance(scenario, str | os.PathLike) and flee.is_case(scenario):
        cure = "change the files of the case"
        problem = Problem(
            "an imported FLEE case has no patches and values to set", str(scenario), cure
        )
        raise InputError("The run was not started", [problem])


def read(run: str | os.PathLike[str]) -> Result:
    """A run that was written to a folder; its tables are read when they are first used.

    Raises :class:`travesia.errors.StoreError` if the folder holds no whole run.
    """
    from travesia.results import store

    return store.read(run)


def score(
    run: Result | str | os.PathLike[str], draws: Sequence[Result] | None = None
) -> ScoreTable | FleeScore:
    """Scores of a run against the published statistics, beside naive baselines.

    Runs of imported FLEE cases give a :class:`travesia.kinds.flee.score.FleeScore`.
    """
    result = _result(run)
    if result.manifest.get("kind") == "flee":
        from travesia.kinds.flee.score import score_flee

        return score_flee(result)
    from travesia.observe.score import score as score_result

    return score_result(result, draws)


def report(
    run: Result | str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    bands: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> Path:
    """Write the report of a run as one self-contained HTML page; returns its path."""
    result = _result(run)
    if result.manifest.get("kind") == "flee":
        return flee.report(result, path, overwrite=overwrite)
    from travesia.observe.score import score as score_result
    from travesia.observe.series import observed_series
    from travesia.reporting.build import report as build

    sources = result.scenario_tables.get("sources")
    return build(
        result,
        score_result(result).to_rows(),
        bands,
        [{str(k): v for k, v in row.items()} for row in sources.to_dict("records")]
        if sources is not None
        else None,
        path,
        overwrite=overwrite,
        observed=observed_series(result),
    )


def compare(
    base: Scenario | str | os.PathLike[str],
    *others: Scenario | str | os.PathLike[str],
    members: int = MEMBERS,
    sample: float = MEMBER_SAMPLE,
    seed: int | None = None,
    draws: bool = True,
    precision: float | None = None,
    outputs: Sequence[str] = PRECISE,
    folder: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """What changes for people between a scenario and each of some others, with intervals.

    Args:
        base: a shipped scenario by name, a folder, or a loaded scenario.
        others: the same, or names of what-ifs of ``base`` (``+`` joins several).
        members: pairs of runs that share people, draws and luck; with ``precision`` at most.
        sample: share of the population that each run simulates, in (0, 1].
        seed: of draws and chance; by default that of ``base``.
        draws: draw the numbers that carry a range; else pairs differ by chance alone.
        precision: stop as soon as the differences of ``outputs`` are known to this share.
        outputs: named outputs that ``precision`` is asked of.
        folder: where finished runs are kept, so that the same call goes on after a fault.
        workers: worker processes; by default one per core, or none for small work.
        cluster: address of a Dask scheduler, or ``local``.
        progress: called with (what, runs done, runs in all).

    Raises:
        InputError: scenarios, numbers or a cluster that cannot be used, or runs that failed.
        StoreError: the folder belongs to another comparison.
        OutputError: the folder cannot be written.
    """
    from travesia.ensembles.choose import executor_of, telling
    from travesia.ensembles.compare import compare as compare_scenarios

    return compare_scenarios(
        _scenarios([base, *others]),
        members,
        sample=sample,
        seed=seed,
        draws=draws,
        folder=None if folder is None else Path(folder),
        executor=executor_of(workers, cluster),
        precision=precision,
        outputs=outputs,
        progress=telling(progress, "simulated runs"),
    )


def what_ifs(
    base: str | os.PathLike[str] = "corridor",
    asked: str = "all",
    *,
    members: int = MEMBERS,
    sample: float = MEMBER_SAMPLE,
    seed: int | None = None,
    draws: bool = True,
    precision: float | None = None,
    outputs: Sequence[str] = PRECISE,
    folder: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> Answers:
    """Put all what-if questions of a scenario, or some (``"W1,W9"``), in one plan.

    Every question is answered by its own outputs, as differences within pairs of runs that share
    people, draws and luck; the other arguments and the errors are those of :func:`compare`.
    """
    from travesia.ensembles.gate import resolve
    from travesia.reporting.answers import Answers, plan_of, questions

    put = questions(resolve([_path(base)])[0], asked)
    found = compare(
        base,
        *plan_of(put),
        members=members,
        sample=sample,
        seed=seed,
        draws=draws,
        precision=precision,
        outputs=outputs,
        folder=folder,
        workers=workers,
        cluster=cluster,
        progress=progress,
    )
    return Answers(found, put)


def ensemble(
    *scenarios: Scenario | str | os.PathLike[str],
    members: int = MEMBERS,
    sample: float = MEMBER_SAMPLE,
    seed: int | None = None,
    draws: bool = True,
    precision: float | None = None,
    outputs: Sequence[str] = PRECISE,
    folder: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> Ensemble:
    """Many runs of some scenarios, and what they tell about each; arguments as :func:`compare`.

    With a ``folder`` the tables ``outputs.csv``, ``plan.csv`` and ``members.parquet`` are written
    there. Raises what :func:`compare` raises.
    """
    from travesia.ensembles.choose import executor_of, telling
    from travesia.ensembles.many import ensemble as run_ensemble

    return run_ensemble(
        _scenarios(scenarios),
        members,
        sample=sample,
        seed=seed,
        draws=draws,
        folder=None if folder is None else Path(folder),
        executor=executor_of(workers, cluster),
        precision=precision,
        outputs=outputs,
        progress=telling(progress, "simulated runs"),
    )


def comparison_page(
    comparison: Comparison | FleeComparison,
    path: str | os.PathLike[str],
    *,
    command: str | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a comparison as one self-contained HTML page; returns its path."""
    from travesia.kinds.flee.compare import FleeComparison

    if isinstance(comparison, FleeComparison):
        from travesia.kinds.flee.page_comparison import camps_comparison_page

        return camps_comparison_page(comparison, path, command=command or "", overwrite=overwrite)
    from travesia.reporting.comparison import comparison_page as write

    return write(
        comparison,
        path,
        evidence=ledger_of(comparison.source),
        command=command,
        overwrite=overwrite,
    )


def _scenarios(given: Iterable[Scenario | str | os.PathLike[str]]) -> list[Scenario | str]:
    given = list(given)
    flee.refuse_cases(given)
    return [_path(s) if isinstance(s, (str, os.PathLike)) else s for s in given]


def _path(scenario: str | os.PathLike[str]) -> str:
    """A scenario as it is named; a path of a folder here never reads as the name of a shipped."""
    from travesia.scenario.layers import scenario_path

    text = scenario_path(scenario)
    if isinstance(scenario, str) or os.path.isabs(text) or not os.path.isdir(text):  # noqa: PTH112, PTH117
        return text
    return os.path.join(os.curdir, text)  # noqa: PTH118 - a Path would drop the dot


def _result(run: Result | str | os.PathLike[str]) -> Result:
    from travesia.results.result import Result

    return run if isinstance(run, Result) else read(run)
