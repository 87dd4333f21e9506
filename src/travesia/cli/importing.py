"""``travesia import``: the cases of other simulators as scenario folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from travesia.cli import completing
from travesia.cli.common import JsonOption, OverwriteOption, free_folder, say, say_json


def import_(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            autocompletion=completing.importers,
            help="The simulator that made the folder (a wrong word lists them).",
        ),
    ],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Its input folder.")],
    settings: Annotated[
        Path | None,
        typer.Option("--settings", help="File of its settings (default: found beside the case)."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Scenario folder (default: WHAT-NAME-N).")
    ] = None,
    overwrite: OverwriteOption = False,
    json_: JsonOption = False,
) -> None:
    """Turn the input folder of another simulator into a scenario folder.

    A list of what was left out is written beside it.
    """
    from travesia.errors import InputError, Problem
    from travesia.kinds import importers

    known = importers()
    if what not in known:
        cure = "; ".join(f"{i.id}: {i.help}" for i in known.values())
        problem = Problem(f"there is nothing that reads {what!r}", "", cure)
        raise InputError("The case was not imported", [problem])
    importer = known[what]
    case = importer.read(folder, settings)
    if out is not None:
        target = importer.write(case, out, overwrite=overwrite)
    else:
        with free_folder(Path(), f"{what}-{case.name}") as target:
            importer.write(case, target, claimed=True)
    if json_:
        say_json({"scenario": str(target), **importer.facts(case)})
        return
    for line in importer.told(case, target):
        say(line)
    say(f"Next: travesia run {target} --out RUN, then travesia score RUN")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import", short_help="Bring in the case of another simulator.")(import_)
