"""The public interface: what ``travesia`` offers in Python; the command line uses it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from travesia.kind import Asked, Case, Progress, Scores
from travesia.plugins import trusting

if TYPE_CHECKING:
    from travesia.ensembles.comparison import Comparison
    from travesia.ensembles.many import Ensemble
    from travesia.ensembles.worker import Worker
    from travesia.errors import ProblemList
    from travesia.evidence import Ledger
    from travesia.kind import Kind
    from travesia.reporting.answers import Answers
    from travesia.results.result import Result
    from travesia.scenario.scenario import Scenario

JOURNEYS_KEPT = 2000
"""Sampled journeys that a run keeps from beginning to end."""

MEMBERS = 40
"""Pairs of runs behind a comparison, and members of an ensemble."""


def load(
    scenario: str | os.PathLike[str] = "corridor",
    patches: Iterable[str] = (),
    set: Mapping[str, object] | None = None,
    *,
    trust: bool = False,
) -> Scenario:
    """Load a shipped scenario by name, or a scenario folder, with patches and values set by path.

    Raises :class:`travesia.errors.InputError` if the files cannot be read, with every fault that
    :func:`check` finds, so that all of them can be cured at once; and for a case of another kind
    than a corridor, which its own kind loads (:meth:`travesia.kind.Kind.load`). With ``trust`` the
    code beside the scenario (``instruments.py``) may run.
    """
    from travesia.errors import InputError, Problem
    from travesia.scenario.scenario import Scenario

    path = _path(scenario)
    kind = _kind(path)
    if kind.id != "corridor":
        cure = "run, compare, ensemble, score, report and check take its path"
        problem = Problem(f"it is {kind.title}, which its own kind loads", path, cure)
        raise InputError("The scenario cannot be loaded", [problem])
    with trusting(trust):
        loaded = kind.load(path, _names(patches), set)
    assert isinstance(loaded, Scenario)
    return loaded


def check(
    scenario: str | os.PathLike[str] | Case = "corridor",
    patches: Iterable[str] = (),
    set: Mapping[str, object] | None = None,
    *,
    trust: bool = False,
) -> ProblemList:
    """Every fault and remark about a scenario, its sources, its policies and its what-ifs."""
    given = _given(scenario)
    with trusting(trust):
        return _kind(given).check(given, _names(patches), set)


def ledger_of(scenario: Scenario) -> Ledger:
    """The evidence that ships with Travesía, with what the scenario adds to it."""
    from travesia.policy.gate import ledger_of as ledger

    return ledger(scenario)


def run(
    scenario: str | os.PathLike[str] | Case = "corridor",
    *,
    seed: int | None = None,
    sample: float = 1.0,
    draw: int | None = None,
    draws: int = 0,
    threads: int | None = None,
    patches: Iterable[str] = (),
    set: Mapping[str, object] | None = None,
    journeys: int = JOURNEYS_KEPT,
    progress: Progress | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: int = 0,
    resume: bool = False,
    coarse: bool = False,
    options: Mapping[str, object] | None = None,
    trust: bool = False,
) -> Result:
    """Check, compile and simulate a scenario; returns labelled tables.

    ``patches`` are what-ifs of the scenario by name (or the number of their question, ``W7``), or
    other versions of it, and ``set`` single values by path
    (``{"policies.train_raids.enabled": False}``), as in :func:`load`; a scenario that is loaded
    already has its own. ``options`` are those of its kind alone (``travesia run --help`` lists
    them); ``draws`` of a kind whose runs hold members with other numbers are how many. With
    ``checkpoint_every`` > 0 the state of the run is kept in the file ``checkpoint`` every so many
    days; ``resume`` goes on from that file and gives the same numbers. A ``coarse`` run is a first
    answer for less: few people, who learn less often; how far such runs are off was measured and
    stands in the manifest (``coarse``). It has a sample of its own, and is not scored.

    Raises :class:`travesia.errors.InputError` if the scenario has faults, if ``sample`` does not
    lie in (0, 1], if the run would not fit into memory, or if the checkpoint cannot be used.
    """
    from travesia.errors import InputError, Problem
    from travesia.options import Options

    read = Options("The run was not started")
    asked = Asked(
        seed=read.seed(seed),
        sample=read.sample(sample),
        draw=read.count("draw", draw),
        draws=read.whole("draws", draws, 0),
        threads=read.count("threads", threads, 1),
        journeys=read.whole("journeys", journeys, 0),
        checkpoint=None if checkpoint is None else Path(checkpoint),
        every=read.whole("checkpoint-every", checkpoint_every, 0),
        resume=resume,
        coarse=read.flag("coarse", coarse),
        options=options or {},
        progress=progress or (lambda *_: None),
    )
    given, versions = _given(scenario), _names(patches)
    kind = _kind(given)
    if asked.coarse:
        if asked.checkpoint or asked.every or resume:
            cure = "leave out the checkpoint, or run it exactly"
            read.faults.append(Problem("a coarse run keeps no checkpoint", "--coarse", cure))
        asked = replace(asked, sample=kind.coarsely(asked.sample, read.faults))
    read.faults += kind.faults(asked.options)
    read.raise_if_any()
    if not isinstance(given, str):
        if versions or set:
            cure = "name the scenario, or give them to travesia.load"
            what = "patches and set of a scenario that is loaded already"
            raise InputError("The run was not started", [Problem(what, "", cure)])
        return kind.run(given, asked)
    with trusting(trust):
        case = kind.load(given, versions, set)
    return kind.run(case, asked)


def worker(scenario: str | os.PathLike[str] | Case = "corridor", *, trust: bool = False) -> Worker:
    """A process that holds a scenario ready and answers questions about it and its what-ifs.

    Loading, checking and compiling are paid for once, and a what-if goes on from the baseline's
    state on the day on which it begins to differ; answers are those of :func:`run` to the bit::

        with tv.worker("corridor") as warm:
            base = warm.ask(sample=0.01)
            other = warm.ask(["name_of_a_what_if"], sample=0.01)
            months = warm.monthly("departures", set={"parameters.mu_place": 1.2}, sample=0.01)

    If the process is killed while it answers, a fresh one takes the question over. Raises
    :class:`travesia.errors.InputError` with every fault of the scenario.
    """
    from travesia.ensembles.worker import Worker

    given = _given(scenario)
    with trusting(trust):
        return Worker(_kind(given), given, trust=trust)


def read(run: str | os.PathLike[str]) -> Result:
    """A run that was written to a folder; its tables are read when they are first used.

    Raises :class:`travesia.errors.StoreError` if the folder holds no whole run.
    """
    from travesia.results import store

    return store.read(run)


def score(run: Result | str | os.PathLike[str], draws: Sequence[Result] | None = None) -> Scores:
    """Scores of a run against what was observed, beside naive baselines.

    Their type is that of the kind of run: a :class:`travesia.observe.table.ScoreTable` for a
    corridor.
    """
    from travesia.kinds import kind_of_run

    result = _result(run)
    return kind_of_run(result).score(result, draws)


def report(
    run: Result | str | os.PathLike[str],
    path: str | os.PathLike[str],
    *,
    bands: Mapping[str, object] | None = None,
    overwrite: bool = False,
) -> Path:
    """Write the report of a run as one self-contained HTML page; returns its path."""
    from travesia.kinds import kind_of_run
    from travesia.reporting.plain import plain_page
    from travesia.reporting.render import check_page, render
    from travesia.reporting.sections import added

    result = _result(run)
    check_page(Path(path), overwrite=overwrite)
    kind = kind_of_run(result)
    payload, bundle = kind.page(result, bands) or (plain_page(result, kind), "plain")
    payload["sections"] = [*payload["sections"], *added(result)]
    return render(payload, path, overwrite=overwrite, bundle=bundle)


def compare(
    base: Case | str | os.PathLike[str],
    *others: Case | str | os.PathLike[str],
    members: int = MEMBERS,
    sample: float | None = None,
    seed: int | None = None,
    draws: bool = True,
    precision: float | None = None,
    outputs: Sequence[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    coarse: bool = False,
    progress: Progress | None = None,
    trust: bool = False,
) -> Comparison[Case]:
    """What changes for people between a scenario and each of some others, with intervals.

    Args:
        base: a shipped scenario by name, a folder, or a loaded scenario.
        others: the same, or names of what-ifs of ``base`` (``+`` joins several).
        members: pairs of runs that share people, draws and luck; with ``precision`` at most.
        sample: share of the people that each run simulates, in (0, 1]; by default its kind's.
        seed: of draws and chance; by default that of ``base``.
        draws: draw the numbers that carry a range; else pairs differ by chance alone.
        precision: stop as soon as the differences of ``outputs`` are known to this share.
        outputs: named outputs that ``precision`` is asked of; by default those of its kind.
        folder: where finished runs are kept, so that the same call goes on after a fault.
        workers: worker processes; by default one per core, or none for small work.
        cluster: address of a Dask scheduler, or ``local``.
        coarse: first answers for less, with the measured error of such runs among the remarks.
        progress: called with (what, runs done, runs in all).
        trust: run the code beside a scenario (``instruments.py``), of which only you can know.

    Raises:
        InputError: scenarios, numbers or a cluster that cannot be used, or runs that failed.
        StoreError: the folder belongs to another comparison.
        OutputError: the folder cannot be written.
    """
    from travesia.ensembles.compare import compare as compare_cases
    from travesia.ensembles.settings import Settings

    given = [_given(s) for s in (base, *others)]
    settings = Settings(
        members=members,
        sample=sample,
        seed=seed,
        draws=draws,
        precision=precision,
        outputs=outputs,
        folder=None if folder is None else Path(folder),
        workers=workers,
        cluster=cluster,
        coarse=coarse,
        progress=progress,
    )
    with trusting(trust):
        return compare_cases(_kind(*given), given, settings)


def what_ifs(
    base: str | os.PathLike[str] = "corridor",
    asked: str = "all",
    *,
    members: int = MEMBERS,
    sample: float | None = None,
    seed: int | None = None,
    draws: bool = True,
    precision: float | None = None,
    outputs: Sequence[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    coarse: bool = False,
    progress: Progress | None = None,
    trust: bool = False,
) -> Answers:
    """Put all what-if questions of a scenario, or some (``"W1,W9"``), in one plan.

    Every question is answered by its own outputs, as differences within pairs of runs that share
    people, draws and luck; the other arguments and the errors are those of :func:`compare`.
    """
    from travesia.reporting.answers import Answers, plan_of, questions, versions_asked
    from travesia.scenario.scenario import Scenario

    path = _path(base)
    with trusting(trust):
        kind = _kind(path)
        case = kind.cases([path])[0]
        corridor = isinstance(case, Scenario)
        put = questions(case, asked) if corridor else versions_asked(kind, case, asked)
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
        coarse=coarse,
        progress=progress,
        trust=trust,
    )
    return Answers(found, put)


def ensemble(
    *scenarios: Case | str | os.PathLike[str],
    members: int = MEMBERS,
    sample: float | None = None,
    seed: int | None = None,
    draws: bool = True,
    precision: float | None = None,
    outputs: Sequence[str] | None = None,
    folder: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    coarse: bool = False,
    progress: Progress | None = None,
    trust: bool = False,
) -> Ensemble:
    """Many runs of some scenarios, and what they tell about each; arguments as :func:`compare`.

    With a ``folder`` the tables ``outputs.csv``, ``plan.csv`` and ``members.parquet`` are written
    there. Raises what :func:`compare` raises.
    """
    from travesia.ensembles.many import ensemble as run_ensemble
    from travesia.ensembles.settings import Settings

    given = [_given(s) for s in scenarios]
    settings = Settings(
        members=members,
        sample=sample,
        seed=seed,
        draws=draws,
        precision=precision,
        outputs=outputs,
        folder=None if folder is None else Path(folder),
        workers=workers,
        cluster=cluster,
        coarse=coarse,
        progress=progress,
    )
    with trusting(trust):
        return run_ensemble(_kind(*given), given, settings)


def comparison_page(
    comparison: Comparison[Case],
    path: str | os.PathLike[str],
    *,
    command: str | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a comparison as one self-contained HTML page; returns its path."""
    from travesia.reporting.comparison import comparison_page as write

    return write(comparison, path, command=command, overwrite=overwrite)


def _kind(*given: str | Case) -> Kind[Any]:
    """The kind of some cases, by the first. Raises :class:`InputError` for other kinds beside."""
    from travesia.errors import InputError, Problem
    from travesia.kinds import kind_of
    from travesia.scenario.layers import is_scenario, shipped_names

    def alone(case: str | Case) -> bool:
        return not isinstance(case, str) or case in shipped_names() or is_scenario(Path(case))

    first = kind_of(given[0]) if given else kind_of("")
    rest = [(g, kind_of(g)) for g in given[1:] if alone(g)]
    cure = f"name cases of one kind: the first is {first.title}"
    faults = [
        Problem(f"it is {kind.title}", str(g), cure) for g, kind in rest if kind.id != first.id
    ]
    if faults:
        raise InputError("Scenarios of two kinds cannot be run together", faults)
    return first


def _given(scenario: str | os.PathLike[str] | Case) -> str | Case:
    return _path(scenario) if isinstance(scenario, (str, os.PathLike)) else scenario


def _names(patches: Iterable[str]) -> Any:
    """Names of patches; anything that is no list of them goes on, to be refused by who reads it."""
    if isinstance(patches, Iterable) and not isinstance(patches, str | bytes):
        return tuple(patches)
    return (patches,) if isinstance(patches, str) else patches


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
