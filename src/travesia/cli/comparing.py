"""Commands over many runs: ``compare`` and ``ensemble``."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from travesia.cli import completing, telling
from travesia.cli.common import (
    CoarseOption,
    JsonOption,
    QuietOption,
    SeedOption,
    folder_of,
    note,
    progress_bar,
    say,
    say_json,
)
from travesia.cli.stopping import Stopped

if TYPE_CHECKING:
    from travesia.ensembles.comparison import Comparison

PAGE = "comparison.html"
STORE = "ensemble.json"

MembersOption = Annotated[
    int, typer.Option("--members", "-n", metavar="N", help="Runs of each scenario.")
]
SampleOption = Annotated[
    float | None, typer.Option("--sample", help="Share of the people that each run simulates.")
]
DrawsOption = Annotated[
    bool, typer.Option("--draws/--no-draws", help="Draw the numbers with ranges, or leave them.")
]
PrecisionOption = Annotated[
    str | None,
    typer.Option("--precision", metavar="SHARE", help="Stop when known so well, e.g. 5%."),
]
OutputsOption = Annotated[
    str | None,
    typer.Option("--outputs", metavar="A,B", help="Outputs that the precision is asked of."),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Folder; what is finished there is not run again."),
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", help="Worker processes (default: one per core).")
]
ClusterOption = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Dask scheduler tcp://…, or `local`."),
]


def compare(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="A B [C …]",
            autocompletion=completing.compared,
            help="A scenario; then what-ifs of it (by name, or W7) or scenarios.",
        ),
    ],
    what_ifs: Annotated[
        str | None,
        typer.Option("--what-ifs", metavar="all|W1,W9", help="Put these questions to A instead."),
    ] = None,
    members: MembersOption = 40,
    sample: SampleOption = None,
    draws: DrawsOption = True,
    precision: PrecisionOption = None,
    outputs: OutputsOption = None,
    seed: SeedOption = None,
    out: OutOption = None,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
    coarse: CoarseOption = False,
    report_: Annotated[
        bool, typer.Option("--report/--no-report", help="Write the HTML page.")
    ] = True,
    quiet: QuietOption = False,
    json_: JsonOption = False,
) -> None:
    """Say what changes for people between A and each of the others, with intervals."""
    from travesia import api

    clock = time.perf_counter()
    numbers: dict[str, Any] = {"members": members, "sample": sample, "seed": seed, "draws": draws}
    numbers |= {"workers": workers, "cluster": cluster, "coarse": coarse}
    parts = [*scenarios, *([] if what_ifs is None else ["what-ifs", what_ifs])]
    if what_ifs is not None:
        _compare_all(
            scenarios,
            what_ifs,
            out,
            report=report_,
            quiet=quiet,
            json_=json_,
            precision=precision,
            outputs=outputs,
            **numbers,
        )
        return
    named_for = folder_of(out, named(parts, "compare"))
    with progress_bar(quiet or json_) as tell, named_for as folder, kept(folder):
        found = api.compare(
            *scenarios,
            precision=share_of(precision),
            outputs=outputs_of(outputs),
            folder=folder,
            progress=tell,
            **numbers,
        )
        files = found.write(folder)
        page = None
        if report_:
            command = command_of(scenarios, found, precision, outputs)
            page = api.comparison_page(found, folder / PAGE, command=command, overwrite=True)
    seconds = round(time.perf_counter() - clock, 1)
    if json_:
        say_json(telling.summary(found, folder, page, files, seconds))
    elif quiet:
        say(str(page or folder))
    else:
        telling.tell(found, folder, page, seconds)


def _compare_all(
    scenarios: Sequence[str],
    what_ifs: str,
    out: Path | None,
    *,
    report: bool,
    quiet: bool,
    json_: bool,
    precision: str | None,
    outputs: str | None,
    **numbers: Any,
) -> None:
    """Put what-if questions to one scenario, in one plan that may be cut off and go on."""
    from travesia import api
    from travesia.errors import InputError, Problem
    from travesia.reporting.answers_page import write_answers

    if len(scenarios) != 1:
        cure = "name the scenario alone, or leave out --what-ifs"
        problem = Problem(f"{len(scenarios)} scenarios with --what-ifs", "--what-ifs", cure)
        raise InputError("The comparison was not started", [problem])
    clock = time.perf_counter()
    named_for = folder_of(out, named([*scenarios, "what-ifs", what_ifs], "compare"))
    with named_for as folder, progress_bar(quiet or json_) as tell, kept(folder):
        if not (quiet or json_):
            note(
                f"Finished runs are kept in {folder}: the same command with --out {folder} goes on."
            )
        found = api.what_ifs(
            scenarios[0],
            what_ifs,
            precision=share_of(precision),
            outputs=outputs_of(outputs),
            folder=folder,
            progress=tell,
            **numbers,
        )
        command = command_of(
            [*scenarios, "--what-ifs", what_ifs], found.comparison, precision, outputs
        )
        files = write_answers(found, folder, command=command, pages=report)
    seconds = round(time.perf_counter() - clock, 1)
    if json_:
        page = str(files[0]) if report else None
        say_json(
            {
                "folder": str(folder),
                "page": page,
                "files": [str(f) for f in files],
                "seconds": seconds,
                **found.to_dict(),
            }
        )
    elif quiet:
        say(str(files[0] if report else folder))
    else:
        say(found.to_text())
        telling.tell_unknown(found.comparison.settings.verdicts)
        say(f"Index:  {files[0].resolve().as_uri() if report else 'none'}")
        say(f"Tables: {folder}{os.sep}  ({seconds:.0f} s)")


def ensemble(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO …",
            autocompletion=completing.compared,
            help="A scenario; then what-ifs of it (by name, or W7) or scenarios.",
        ),
    ],
    members: MembersOption = 40,
    sample: SampleOption = None,
    draws: DrawsOption = True,
    precision: PrecisionOption = None,
    outputs: OutputsOption = None,
    seed: SeedOption = None,
    out: OutOption = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Insist that --out holds an ensemble to go on with.")
    ] = False,
    workers: WorkersOption = None,
    cluster: ClusterOption = None,
    coarse: CoarseOption = False,
    quiet: QuietOption = False,
    json_: JsonOption = False,
) -> None:
    """Run a scenario many times and say what is known about its outputs."""
    from travesia import api

    clock = time.perf_counter()
    check_resume(resume, out)
    named_for = folder_of(out, named(scenarios, "ensemble"))
    with progress_bar(quiet or json_) as tell, named_for as folder, kept(folder):
        found = api.ensemble(
            *scenarios,
            members=members,
            sample=sample,
            seed=seed,
            draws=draws,
            precision=share_of(precision),
            outputs=outputs_of(outputs),
            folder=folder,
            workers=workers,
            cluster=cluster,
            coarse=coarse,
            progress=tell,
        )
    seconds = round(time.perf_counter() - clock, 1)
    if json_:
        say_json({"folder": str(folder), "seconds": seconds, **found.to_dict()})
    elif quiet:
        say(str(folder))
    else:
        telling.tell_ensemble(found, folder, seconds)


# -- before ----------------------------------------------------------------------------------


def named(scenarios: Sequence[str], verb: str) -> str:
    """Name of the folder of a comparison or an ensemble."""
    return "-".join([verb, *(Path(s).name or s for s in scenarios)])


def share_of(text: str | None) -> float | None:
    """A precision as a share."""
    from travesia.ensembles.settings import parse_precision

    return None if text is None else parse_precision(text)


def outputs_of(text: str | None) -> Sequence[str] | None:
    """Names of outputs out of a list with commas."""
    return None if text is None else [o.strip() for o in text.split(",") if o.strip()]


def check_resume(resume: bool, out: Path | None) -> None:
    """Refuse to resume where nothing was begun."""
    from travesia.errors import InputError, Problem

    title = "There is nothing to resume"
    if resume and out is None:
        problem = Problem("no folder is named", "--out", "name the folder of the ensemble")
        raise InputError(title, [problem])
    if resume and out is not None and not (out / STORE).is_file():
        cure = "look at the name, or leave out --resume to begin there"
        raise InputError(title, [Problem("it holds no ensemble", str(out), cure)])


@contextmanager
def kept(folder: Path) -> Iterator[None]:
    """Say at a stop where the finished members lie."""
    try:
        yield
    except (KeyboardInterrupt, Stopped) as stop:
        if (folder / STORE).is_file():
            done = sum(1 for _ in (folder / "members").glob("*.member"))
            stop.add_note(
                f"{done} finished runs are kept: the same command with --out {folder} goes on."
            )
        raise


def command_of(
    scenarios: Sequence[str], found: Comparison[Any], precision: str | None, outputs: str | None
) -> str:
    """The command that makes the same comparison, whatever else was asked for."""
    made = found.settings
    parts = [
        "travesia",
        "compare",
        *scenarios,
        "--members",
        str(made.members),
        *(["--coarse"] if made.coarse else ["--sample", f"{made.sample:g}"]),
        "--seed",
        str(made.seed),
    ]
    if found.kind.drawn and not made.draws:
        parts.append("--no-draws")
    if precision is not None:
        parts += ["--precision", precision]
    if outputs is not None:
        parts += ["--outputs", outputs]
    return shlex.join(parts)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(short_help="Say what changes between scenarios, with intervals.")(compare)
    app.command(short_help="Run a scenario many times: what is known of it.")(ensemble)
