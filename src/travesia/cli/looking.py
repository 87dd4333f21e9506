"""Commands that look: ``check``, ``new``, ``list``, ``explain``, ``evidence``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from travesia.cli import completing
from travesia.cli.common import (
    JsonOption,
    PatchOption,
    QuietOption,
    ScenarioArgument,
    SetOption,
    note,
    say,
    say_json,
    say_table,
)

ScenarioOption = Annotated[
    str,
    typer.Option("--scenario", help="Scenario to look into.", autocompletion=completing.scenarios),
]


def check(
    scenario: ScenarioArgument = "corridor",
    patch: PatchOption = None,
    set_: SetOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Report every fault of a scenario at once, with file, line and cure."""
    from travesia import api
    from travesia.kinds import kind_of
    from travesia.scenario.load import parse_overrides

    values = parse_overrides(set_ or ())
    problems = api.check(scenario, patch or (), values)
    if json_:
        kind = kind_of(scenario)
        sound = not problems.errors
        say_json(
            {
                "ok": sound,
                "problems": [
                    {"severity": p.severity, "what": p.what, "where": p.where, "cure": p.cure}
                    for p in problems
                ],
                "kind": kind.id,
                **(kind.facts(kind.load(scenario, patch or (), values)) if sound else {}),
            }
        )
    else:
        for problem in () if quiet else problems.warnings:
            note(f"Remark: {problem}")
        for problem in problems.errors:
            note(f"Fault: {problem}")
        if problems.errors:
            count = len(problems.errors)
            note(f"{count} fault{'s' if count > 1 else ''} in {scenario}.")
        elif not quiet:
            count = len(problems.warnings)
            say(f"{scenario} is sound ({count} remark{'' if count == 1 else 's'}).")
    if problems.errors:
        raise typer.Exit(2)


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the new scenario.")],
    folder: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder (default: NAME).")
    ] = None,
    base: Annotated[
        str,
        typer.Option(
            "--from", help="Shipped scenario to copy.", autocompletion=completing.scenarios
        ),
    ] = "corridor",
) -> None:
    """Copy a shipped scenario into a folder for editing."""
    from travesia.scenario.shipped import new as copy_scenario

    made = copy_scenario(name, folder or Path(name), base=base)
    say(f"{made}: edit its tables, then  travesia check {made}  and  travesia run {made}")


def list_(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            autocompletion=completing.listings,
            help="scenarios, patches, policies, what-ifs, instruments, effects, systems, places, "
            "legs, modes, cohorts, stays, transitions, parameters, facilities, camps, checkpoints, "
            "money, costs, targets or quantities.",
        ),
    ] = "scenarios",
    of: Annotated[
        str | None,
        typer.Argument(
            metavar="SCENARIO", help="As --scenario.", autocompletion=completing.scenarios
        ),
    ] = None,
    scenario: ScenarioOption = "corridor",
    json_: JsonOption = False,
) -> None:
    """List scenarios, what-ifs, policies and everything else that has a name."""
    from travesia.cli.listing import rows_of, tables_of

    rows = rows_of(what, of or scenario)
    if json_:
        say_json(rows)
        return
    for title, part in tables_of(what, rows):
        if title:
            say(f"\n{title}")
        say_table(part)


def explain(
    topic: Annotated[
        str,
        typer.Argument(
            help="A place, policy, what-if, number ..., by id, name or words; `day`.",
            autocompletion=completing.topics,
        ),
    ],
    scenario: ScenarioOption = "corridor",
    json_: JsonOption = False,
) -> None:
    """Say what a thing of the scenario is, with its sources."""
    from travesia import api
    from travesia.cli.explaining import explanations
    from travesia.cli.listing import NAMES
    from travesia.kinds import kind_of
    from travesia.scenario.explain import explain as explain_topic
    from travesia.scenario.explain import explain_rows
    from travesia.scenario.scenario import Scenario

    kind = kind_of(scenario)
    loaded = kind.load(scenario)
    if isinstance(loaded, Scenario):
        ledger = api.ledger_of(loaded)
        told = explain_topic(loaded, ledger, topic, kind.day(), explanations(loaded, ledger))
    else:
        rows = [(n, row) for n in NAMES for row in kind.listing(n, loaded) or ()]
        told = explain_rows(rows, topic, kind.day())
    if json_:
        say_json(told.to_dict())
    else:
        say("\n".join(told.lines))


def evidence(
    query: Annotated[str | None, typer.Argument(help="An id, or words to look for.")] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            help="source, figure, claim or conflict.",
            autocompletion=completing.one_of("source", "figure", "claim", "conflict"),
        ),
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Look up sources, figures, claims and the conflicts between them."""
    from travesia.cli.claiming import TWIN, twin
    from travesia.evidence import Ledger, view

    ledger = Ledger.load()
    if query is not None and ledger.resolve(query) is not None:
        found = view.detail(ledger, query)
        found |= {"simulated": told} if (told := twin(found["id"])) else {}
        if json_:
            say_json(found)
        else:
            say("\n".join(view.lines(found)))
        return
    rows = view.conflicts(ledger) if kind == "conflict" else view.listing(ledger, query, kind)
    partly = query is not None and kind != "conflict" and not rows
    if partly:
        rows = view.nearly(ledger, str(query), kind)
    if json_:
        say_json(rows)
        return
    if not rows:
        note("Nothing in the ledger fits.")
        return
    if partly:
        note("Nothing holds all of these words; these hold most of them.")
    say_table(rows)
    if query is not None and any(twin(r["id"]) == TWIN for r in rows):
        note(f"Beside the figures of the claims, {TWIN}.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(short_help="Report every fault of a scenario at once.")(check)
    app.command()(new)
    app.command("list", short_help="List everything that has a name.")(list_)
    app.command()(explain)
    app.command(short_help="Look up sources, figures, claims and conflicts.")(evidence)
