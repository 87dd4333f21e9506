"""Commands for FLEE cases: ``import flee``, and ``run``, ``score`` and ``check`` of such cases."""

from __future__ import annotations

import datetime as dt
import os
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from travesia.cli.common import (
    JsonOption,
    OverwriteOption,
    QuietOption,
    SeedOption,
    free_folder,
    progress_bar,
    say,
    say_json,
)
from travesia.durable import read_json

if TYPE_CHECKING:
    from travesia.kinds.flee import Instance
    from travesia.results.result import Result

REPORT = "report.html"
MOST_TOLD = 15
"""Things without effect that an import names; its list of them has all."""
MANIFEST_BYTES = 16 * 2**20
"""Size from which a file is no manifest."""

VERBS = ("run", "score", "check", "report", "compare", "ensemble")
"""Commands that have a twin for FLEE cases, named ``flee-run`` and so on."""

FleeScenario = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Folder of a scenario.")]

imports = typer.Typer(no_args_is_help=True, help="Bring in the case of another simulator.")


def redirect(arguments: list[str]) -> list[str]:
    """Send commands about a FLEE case to their twins."""
    if not arguments or arguments[0] not in VERBS:
        return arguments
    about_flee = _is_flee_run if arguments[0] in ("score", "report") else _is_flee_scenario
    many = arguments[0] in ("compare", "ensemble")  # these take FOLDER+VARIANT
    if any(
        about_flee(Path(a.split("+")[0] if many else a))
        for a in arguments[1:]
        if not a.startswith("-")
    ):
        return [f"flee-{arguments[0]}", *arguments[1:]]
    return arguments


def _is_flee_scenario(folder: Path) -> bool:
    if not os.path.isfile(folder / "scenario.yaml"):  # noqa: PTH113 (False for a path with NUL)
        return False
    from travesia.kinds.flee.api import is_case

    return is_case(folder)


def _is_flee_run(folder: Path) -> bool:
    try:
        manifest = read_json(folder / "manifest.json", MANIFEST_BYTES)
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("kind") == "flee"


@imports.callback()
def _root() -> None:
    pass


@imports.command("flee")
def import_flee(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A FLEE case: input_csv and source_data.")
    ],
    settings: Annotated[
        Path | None,
        typer.Option("--settings", help="FLEE's YAML settings (default: found beside the case)."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Scenario folder (default: flee-NAME-N).")
    ] = None,
    overwrite: OverwriteOption = False,
    json_: JsonOption = False,
) -> None:
    """Turn a FLEE input folder into a scenario folder, with a list of what was left out."""
    from travesia.errors import InputError, Problem, ProblemList
    from travesia.kinds.flee import read_instance, write_scenario

    if settings is not None and not settings.is_file():
        problem = Problem("there is no such file", str(settings), "give FLEE's YAML settings")
        raise InputError("The case was not imported", [problem])
    problems = ProblemList()
    case = read_instance(folder, settings, problems=problems)
    if out is not None:
        target = write_scenario(case, out, overwrite=overwrite)
    else:
        with free_folder(Path(), f"flee-{case.name}") as target:
            write_scenario(case, target, claimed=True)
    if json_:
        say_json(_facts(case, target))
    else:
        _tell_import(case, target)


def _facts(case: Instance, target: Path) -> dict[str, Any]:
    return {
        "scenario": str(target),
        "kind": "flee",
        "name": case.name,
        "start": str(case.start),
        "days": case.days,
        "places": len(case.places),
        "routes": len(case.routes),
        "camps": len(case.camps),
        "settings": case.extra.get("settings"),
        "remarks": list(case.remarks),
        "not_carried_over": list(case.not_carried),
    }


def _tell_import(case: Instance, target: Path) -> None:
    say(
        f"{case.name}: {case.days} days from {case.start}, {len(case.places)} places, "
        f"{len(case.routes)} roads, {len(case.camps)} camps"
    )
    say(f"Settings: {case.extra.get('settings')}")
    for remark in (*case.remarks, *case.not_carried[:MOST_TOLD]):
        say(f"  {remark}")
    more = len(case.not_carried) - MOST_TOLD
    if more > 0:
        say(f"  and {more} more things without effect here")
    say(f"Scenario: {target}   (what was left out: {target / 'NOT-CARRIED-OVER.md'})")
    say(f"Next: travesia run {target} --out RUN, then travesia score RUN")


def run_flee_case(
    scenario: FleeScenario,
    seed: SeedOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder of the run (default: runs/NAME-N).")
    ] = None,
    compatible: Annotated[
        bool | None,
        typer.Option("--compatible/--sane", help="FLEE 3.1 with its quirks (default: sane)."),
    ] = None,
    rule: Annotated[
        str,
        typer.Option(
            "--rule",
            help="The case's settings (given); FLEE's rule with numbers fitted on its published "
            "cases (fitted), or our rule of known camps, fitted likewise (camps).",
        ),
    ] = "given",
    seeds: Annotated[
        int, typer.Option("--seeds", min=1, help="Runs with different random numbers.")
    ] = 1,
    sample: Annotated[
        float, typer.Option("--sample", help="Share of the people simulated (FLEE's hasten).")
    ] = 1.0,
    threads: Annotated[
        int, typer.Option("--threads", min=1, help="Threads; never changes a result.")
    ] = 1,
    cut: Annotated[
        str | None,
        typer.Option("--cut", help="Last date whose counts a run may know (default: a third)."),
    ] = None,
    draws: Annotated[
        int,
        typer.Option("--draws", min=0, help="Members with other numbers for the rule, instead."),
    ] = 0,
    report_: Annotated[
        bool, typer.Option("--report/--no-report", help="Write the HTML report.")
    ] = True,
    overwrite: OverwriteOption = False,
    quiet: QuietOption = False,
    json_: JsonOption = False,
) -> None:
    """Simulate a FLEE case, with and without its capacities, and score it."""
    from travesia import api
    from travesia.cli.running import kept
    from travesia.kinds.flee import api as flee
    from travesia.kinds.flee import load_scenario
    from travesia.kinds.flee.profile import under_rule
    from travesia.kinds.flee.tables import run_case
    from travesia.results import store

    _check_options(sample, draws, rule, compatible)
    clock = time.perf_counter()
    case = under_rule(load_scenario(scenario), rule)
    with ExitStack() as stack:
        named_for = free_folder(Path("runs"), case.name)
        if out is not None:
            named_for = store.claim(out, overwrite=overwrite)
        folder = stack.enter_context(named_for)
        with progress_bar(quiet or json_) as tell:
            result = run_case(
                case,
                seed=seed,
                compatible=compatible,
                seeds=seeds,
                threads=threads,
                progress=tell,
                hasten=round(1 / sample) if sample < 1 else None,
                cut=_date(cut),
                draws=draws,
            )
        folder = stack.enter_context(store.settled(folder, overwrite=overwrite))
        result = store.write(result, folder, overwrite=overwrite, claimed=True)
        stack.enter_context(kept(folder, [folder]))
        if report_:
            api.report(result, folder / REPORT)
    page = folder / REPORT if report_ else None
    score = flee.score_if_any(result)
    seconds = round(time.perf_counter() - clock, 2)
    if json_:
        told = _summary(result, folder, page, seconds)
        say_json(told | {"score": None if score is None else score.to_dict()})
    elif quiet:
        say(str(page or folder))
    else:
        none = "No camp has a count in the period: nothing was scored."
        say(none if score is None else score.to_text())
        say(f"\nReport: {page.resolve().as_uri() if page else 'none'}")
        say(f"Tables: {folder}   ({seconds:.1f} s)")


def _check_options(sample: float, draws: int, rule: str, compatible: bool | None) -> None:
    from travesia.errors import InputError, Problem
    from travesia.kinds.flee.profile import RULE_NAMES

    faults = []
    if not 0.0 < sample <= 1.0:
        what = f"sample {sample:g} is not a share"
        faults.append(Problem(what, "--sample", "use a number in (0, 1]"))
    if draws == 1:
        faults.append(Problem("1 draw gives no range", "--draws", "use 0 (none), or 2 or more"))
    if rule not in RULE_NAMES:
        cure = f"use {', '.join(RULE_NAMES)}"
        faults.append(Problem(f"there is no rule {rule!r}", "--rule", cure))
    elif compatible and rule != "given":
        cure = "leave one of the options out"
        faults.append(Problem(f"FLEE 3.1 goes without the rule {rule!r}", "--compatible", cure))
    if faults:
        raise InputError("The run was not started", faults)


def _date(text: str | None) -> dt.date | None:
    from travesia.errors import InputError, Problem

    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError as error:
        problem = Problem(f"{text!r} is not a date that exists", "--cut", "write YYYY-MM-DD")
        raise InputError("The run was not started", [problem]) from error


def _summary(result: Result, folder: Path, page: Path | None, seconds: float) -> dict[str, Any]:
    keys = (
        "kind",
        "scenario",
        "seed",
        "seeds",
        "sample",
        "compatible",
        "cut",
        "rule",
        "numbers",
        "result_sha256",
        "scenario_sha256",
        "people",
        "person_days",
        "transitions",
        "cpu_seconds",
        "bytes_per_person",
        "people_still_waiting",
    )
    found = {k: result.manifest.get(k) for k in keys}
    shown = None if page is None else str(page)
    return {"run": str(folder), "report": shown, "seconds": seconds, **found}


def score_flee_run(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    json_: JsonOption = False,
) -> None:
    """Score a FLEE run: FLEE's measures, naive guesses, and blind."""
    from travesia.kinds.flee.score import score_flee
    from travesia.results import store

    score = score_flee(store.read(run))
    if json_:
        say_json(score.to_dict())
    else:
        say(score.to_text())


def check_flee_case(scenario: FleeScenario, json_: JsonOption = False) -> None:
    """Check the scenario folder of a FLEE case."""
    from travesia.kinds.flee import load_scenario
    from travesia.kinds.flee.api import remarks_of
    from travesia.kinds.flee.compile import compile_case

    case = load_scenario(scenario)
    model = compile_case(case)
    left_out = set(case.not_carried)
    remarks = [r for r in remarks_of(case) if r not in left_out]
    if json_:
        facts = {**_facts(case, scenario), "remarks": remarks}
        say_json({"problems": [], "paths": len(model.path_dest), **facts})
    else:
        say(f"{case.name}: no faults ({len(case.places)} places, {len(model.path_dest)} paths)")
        for remark in remarks:
            say(f"  {remark}")


def report_flee_run(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File (default: RUN/report.html).")
    ] = None,
    overwrite: OverwriteOption = False,
    json_: JsonOption = False,
) -> None:
    """Write the HTML report of a FLEE run again."""
    from travesia import api

    page = api.report(run, out or run / REPORT, overwrite=overwrite)
    if json_:
        say_json({"report": str(page)})
    else:
        say(str(page))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(imports, name="import")
    app.command("flee-run", hidden=True)(run_flee_case)
    app.command("flee-score", hidden=True)(score_flee_run)
    app.command("flee-check", hidden=True)(check_flee_case)
    app.command("flee-report", hidden=True)(report_flee_run)
