"""``compare`` and ``ensemble`` of imported FLEE cases."""

from __future__ import annotations

import os
import time
from typing import Annotated, Any

import typer

from travesia.cli import comparing
from travesia.cli.common import (
    JsonOption,
    QuietOption,
    SeedOption,
    folder_of,
    progress_bar,
    say,
    say_json,
    say_table,
)
from travesia.figures import count

FleeCases = Annotated[
    list[str],
    typer.Argument(
        metavar="A B [C …]",
        help="Scenario folders of FLEE cases, or FOLDER+compatible, +sane, +blind, +fitted, "
        "+camps.",
    ),
]


def compare_cases(
    scenarios: FleeCases,
    members: comparing.MembersOption = 40,
    sample: comparing.SampleOption = 0.1,
    draws: Annotated[bool, typer.Option("--draws/--no-draws", hidden=True)] = False,
    precision: comparing.PrecisionOption = None,
    outputs: comparing.OutputsOption = None,
    seed: SeedOption = None,
    out: comparing.OutOption = None,
    workers: comparing.WorkersOption = None,
    cluster: comparing.ClusterOption = None,
    report_: Annotated[
        bool, typer.Option("--report/--no-report", help="Write the HTML page.")
    ] = True,
    quiet: QuietOption = False,
    json_: JsonOption = False,
) -> None:
    """Say what changes in each camp between a FLEE case and others, with intervals."""
    from travesia import api
    from travesia.kinds.flee import api as flee

    del draws
    clock = time.perf_counter()
    named_for = folder_of(out, comparing.named(scenarios, "compare"))
    with progress_bar(quiet or json_) as tell, named_for as folder, comparing.kept(folder):
        found = flee.compare(
            *scenarios,
            members=members,
            sample=sample,
            seed=seed,
            folder=folder,
            precision=comparing.share_of(precision),
            outputs=None if outputs is None else comparing.outputs_of(outputs),
            workers=workers,
            cluster=cluster,
            progress=tell,
        )
        files, page = found.write(folder), None
        if report_:
            command = comparing.command_of(scenarios, found.settings, sample, precision, outputs)
            page = api.comparison_page(
                found, folder / comparing.PAGE, command=command, overwrite=True
            )
    seconds = round(time.perf_counter() - clock, 1)
    if json_:
        say_json(
            {
                "folder": str(folder),
                "page": None if page is None else str(page),
                "files": [str(f) for f in files],
                "seconds": seconds,
                **found.to_dict(),
            }
        )
    elif quiet:
        say(str(page or folder))
    else:
        for effect in found.effects:
            say(f"\n{effect.source.label}, compared with {found.baseline.label}\n")
            say_table([comparing.row_of(r) for r in effect.outputs()])
            for remark in effect.view.remarks:
                say(f"Remark: {remark}")
        say()
        for verdict in found.settings.verdicts:
            if not verdict["known"]:
                say(f"{verdict['scenario']}: {verdict['output']} is not known so well yet.")
        for text in [*found.remarks, found.settings.note()]:
            say(text)
        say(f"\nPage:   {page.resolve().as_uri() if page else 'none'}")
        say(f"Tables: {folder}{os.sep}  ({seconds:.0f} s)")


def ensemble_cases(
    scenarios: FleeCases,
    members: comparing.MembersOption = 40,
    sample: comparing.SampleOption = 0.1,
    draws: Annotated[bool, typer.Option("--draws/--no-draws", hidden=True)] = False,
    seed: SeedOption = None,
    out: comparing.OutOption = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Insist that --out holds an ensemble to go on with.")
    ] = False,
    workers: comparing.WorkersOption = None,
    cluster: comparing.ClusterOption = None,
    quiet: QuietOption = False,
    json_: JsonOption = False,
) -> None:
    """Run FLEE cases many times and say what is known about their camps."""
    from travesia.kinds.flee import api as flee

    del draws
    clock = time.perf_counter()
    comparing.check_resume(resume, out)
    named_for = folder_of(out, comparing.named(scenarios, "ensemble"))
    with progress_bar(quiet or json_) as tell, named_for as folder, comparing.kept(folder):
        found = flee.ensemble(
            *scenarios,
            members=members,
            sample=sample,
            seed=seed,
            folder=folder,
            workers=workers,
            cluster=cluster,
            progress=tell,
        )
    seconds = round(time.perf_counter() - clock, 1)
    if json_:
        say_json({"folder": str(folder), "seconds": seconds, **found})
    elif quiet:
        say(str(folder))
    else:
        say()
        say_table([_row(r, len(found["scenarios"]) > 1) for r in found["outputs"]])
        for remark in found["remarks"]:
            say(f"Remark: {remark}")
        say(f"\n{members} members, each of {sample:g} of the people, seed {found['seed']}.")
        say(f"Tables: {folder}{os.sep}  ({seconds:.0f} s)")


def _row(row: dict[str, Any], many: bool) -> dict[str, str]:
    return {
        **({"scenario": row["scenario"]} if many else {}),
        "output": row["title"],
        "median": count(row["median"]),
        "90 % of members": f"{count(row['low'])} to {count(row['high'])}",
        "error": f"± {count(row['error'])}",
    }


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("flee-compare", hidden=True)(compare_cases)
    app.command("flee-ensemble", hidden=True)(ensemble_cases)
