"""Commands that run, score and report: ``run``, ``score``, ``report``."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from glob import escape as glob_escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from travesia.cli.common import (
    CoarseOption,
    JsonOption,
    OverwriteOption,
    PatchOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    SetOption,
    free_folder,
    note,
    progress_bar,
    say,
    say_json,
)
from travesia.cli.kinds import KindCommand, given_options
from travesia.cli.stopping import Stopped
from travesia.errors import InputError, OutputError, Problem, TravesiaError
from travesia.kind import Asked, label

if TYPE_CHECKING:
    from travesia.kind import Progress
    from travesia.results.result import Result

REPORT = "report.html"

RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")]


def run(
    ctx: typer.Context,
    scenario: ScenarioArgument = "corridor",
    patch: PatchOption = None,
    set_: SetOption = None,
    seed: SeedOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder of the run (default: runs/SCENARIO-N)."),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            "--draws", min=0, help="Versions of uncertain numbers behind ranges; 0 = none."
        ),
    ] = None,
    sample: Annotated[
        float, typer.Option("--sample", help="Share of the people that is simulated.")
    ] = 1.0,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Threads; never changes a result.")
    ] = None,
    report_: Annotated[
        bool, typer.Option("--report/--no-report", help="Write the HTML report.")
    ] = True,
    checkpoint_every: Annotated[
        int,
        typer.Option(
            "--checkpoint-every",
            metavar="DAYS",
            min=0,
            help="Save the state beside the run's folder every so many simulated days.",
        ),
    ] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint of a run that was stopped.")
    ] = False,
    coarse: CoarseOption = False,
    overwrite: OverwriteOption = False,
    quiet: QuietOption = False,
    json_: JsonOption = False,
) -> None:
    """Simulate a scenario and write its tables, scores and HTML report."""
    from travesia import api
    from travesia.kinds import kind_of
    from travesia.results import store
    from travesia.scenario.load import parse_overrides

    kind, options = kind_of(scenario), given_options(ctx)
    _check_options(sample, draws, kind.faults(options))
    clock = time.perf_counter()
    loaded = kind.load(scenario, tuple(patch or ()), parse_overrides(set_ or ()))
    usual = 0 if coarse else kind.draws
    asked = Asked(seed=seed, sample=sample, draws=usual if draws is None else draws, coarse=coarse)
    stored: list[Path] = []
    ranges: dict[str, Any] | None = None
    name = label(loaded).replace("+", "-")
    with _claimed(out, name, overwrite, resume) as folder, kept(folder, stored):
        checkpoint = checkpoint_of(folder)
        with progress_bar(quiet or json_) as tell:
            result = api.run(
                loaded,
                seed=seed,
                sample=sample,
                draws=asked.draws,
                threads=threads,
                progress=tell,
                checkpoint=checkpoint if checkpoint_every or resume else None,
                checkpoint_every=checkpoint_every,
                resume=resume,
                coarse=coarse,
                options=options,
            )
            with store.settled(folder, overwrite=overwrite) as folder:
                result = _store(result, folder, overwrite, tell)
            stored.append(folder)
            if checkpoint_every or resume:
                checkpoint.unlink(missing_ok=True)
            if report_:
                ranges = kind.bands(loaded, replace(asked, progress=tell))
                _page(result, folder, ranges, tell)
    page = folder / REPORT if report_ else None
    seconds = time.perf_counter() - clock
    if json_:
        say_json({**_summary(result, folder, page, seconds), **kind.summary(result)})
    elif quiet:
        say(str(page or folder))
    else:
        say()
        for line in kind.told(result, ranges):
            say(line)
        say()
        say(f"Report: {page.resolve().as_uri() if page else 'none'}")
        say(f"Tables: {folder}{os.sep}  ({seconds:.0f} s)")


def checkpoint_of(folder: Path) -> Path:
    """The file beside the folder of a run that holds its state while it runs."""
    return folder.with_name(f"{folder.name}.checkpoint")


@contextmanager
def _claimed(out: Path | None, name: str, overwrite: bool, resume: bool) -> Iterator[Path]:
    """Hold the folder that was asked for; or that of a stopped run; or the next free one."""
    from travesia.results import store

    stopped = sorted(Path("runs").glob(f"{glob_escape(name)}-*.checkpoint")) if resume else []
    if out is None and stopped:
        out = stopped[0].with_suffix("")
    if out is not None:
        with store.claim(out, overwrite=overwrite) as folder:
            yield folder
    else:
        with free_folder(Path("runs"), name, avoid=lambda f: checkpoint_of(f).exists()) as folder:
            yield folder


@contextmanager
def kept(folder: Path, stored: list[Path]) -> Iterator[None]:
    """Whatever ends a run, say what of it is kept and how to go on.

    ``stored`` is filled as soon as the run is in its folder; until then a checkpoint may be kept.
    """
    try:
        yield
    except BaseException as error:
        checkpoint, told = checkpoint_of(folder), ""
        again = f"travesia report {stored[0]} makes its report again" if stored else ""
        if stored:
            told = f"The run is stored in {stored[0]}; {again}."
        elif checkpoint.is_file():
            told = (
                f"The last checkpoint is kept in {checkpoint}: the same command with "
                f"--out {folder} --resume goes on."
            )
        if isinstance(error, (KeyboardInterrupt, Stopped)) and told:
            error.add_note(told)
        elif isinstance(error, TravesiaError) and stored:
            what = f"the run is stored in {stored[0]}, but not its report: {error} → {again}"
            raise OutputError(what) from error
        elif told:
            note(told)
        raise


def _check_options(sample: float, draws: int | None, faults: list[Problem]) -> None:
    """Say before anything is read which numbers of the command line make no sense."""
    if not 0.0 < sample <= 1.0:
        cure = "use a number above 0 and up to 1"
        faults.append(Problem(f"sample {sample:g} is not a share", "--sample", cure))
    if draws == 1:
        cure = "use at least 2, or 0 for a report without ranges"
        faults.append(Problem("1 draw gives no range", "--draws", cure))
    if faults:
        raise InputError("The run was not started", faults)


def _store(result: Result, folder: Path, overwrite: bool, tell: Progress) -> Result:
    """Write the tables of a run, before anything else can go wrong."""
    from travesia.results import store

    tell("writing", 0, 1)
    result = store.write(result, folder, overwrite=overwrite, claimed=True)
    tell("writing", 1, 1)
    return result


def _page(result: Result, folder: Path, ranges: dict[str, Any] | None, tell: Progress) -> None:
    """Add ranges and report to the folder of a run."""
    from travesia import api
    from travesia.results import store

    if ranges is not None:
        store.write_bands(folder, result, ranges)
    tell("writing the report", 0, 1)
    api.report(result, folder / REPORT, bands=ranges)
    tell("writing the report", 1, 1)


TOLD = (
    "kind", "scenario", "patches", "seed", "sample", "result_sha256", "scenario_sha256", "people",
    "parties", "person_days", "transitions",
)  # fmt: skip
"""Keys of the manifest that a run tells with ``--json``."""


def _summary(result: Result, folder: Path, page: Path | None, seconds: float) -> dict[str, Any]:
    return {
        "run": str(folder),
        "report": None if page is None else str(page),
        "seconds": round(seconds, 2),
        "simulation_seconds": result.manifest.get("seconds"),
        **{k: result.manifest.get(k) for k in TOLD},
    }


def score(
    run: RunArgument,
    claims: Annotated[
        bool, typer.Option("--claims", help="The figures of the articles, by class and band.")
    ] = False,
    draws: Annotated[
        int, typer.Option("--draws", min=0, help="With --claims: draws behind the intervals.")
    ] = 0,
    json_: JsonOption = False,
) -> None:
    """Hold a run against the published statistics, beside naive baselines."""
    from travesia import api

    if claims:
        from travesia.cli.claiming import score_claims

        score_claims(run, draws, as_json=json_)
        return
    table = api.score(run)
    if json_:
        say_json(table.to_dict())
        return
    say(table.to_text())


def report(
    run: RunArgument,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File (default: RUN/report.html).")
    ] = None,
    overwrite: OverwriteOption = False,
    json_: JsonOption = False,
) -> None:
    """Write the HTML report of a run again."""
    from travesia import api
    from travesia.results import store

    result = store.read(run)
    bands = store.read_bands(run, result)
    page = api.report(result, out or run / REPORT, bands=bands, overwrite=overwrite)
    if json_:
        say_json({"report": str(page)})
    else:
        say(str(page))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(cls=KindCommand, short_help="Simulate a scenario; write tables, scores, report.")(
        run
    )
    app.command(short_help="Hold a run against the published statistics.")(score)
    app.command()(report)
