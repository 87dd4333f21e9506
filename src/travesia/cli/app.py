"""All commands. What happens when one fails is in :mod:`travesia.cli.barrier`."""

from __future__ import annotations

from typing import Annotated

import typer

from travesia import __version__
from travesia.cli import comparing, importing, looking, running
from travesia.cli.barrier import INTERRUPTED, guarded
from travesia.cli.common import say
from travesia.cli.trust import take_trust

app = typer.Typer(
    name="travesia",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=(
        "Journeys of people through a migration corridor, simulated one by one under dated "
        "policies, with every number traced to a source. It serves protection."
    ),
)


def _version(asked: bool) -> None:
    if asked:
        say(f"travesia {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


for module in (running, comparing, looking, importing):
    module.register(app)
take_trust(app)


def run_app(arguments: list[str]) -> int:
    """Run a command line and return its exit status; faults become words, not tracebacks."""
    return guarded(invoke, arguments, last=False)


def invoke(arguments: list[str]) -> int:
    """Run a command line and return its exit status; what goes wrong is raised."""
    try:
        status = app(args=arguments, prog_name="travesia", standalone_mode=False)
    except typer.Abort:
        return INTERRUPTED
    except typer.Exit as stop:
        return int(stop.exit_code)
    except SystemExit as stop:  # typer's answer to a closed pipe
        raise stop.__context__ if isinstance(stop.__context__, OSError) else stop from None
    if status == INTERRUPTED:  # typer turns a KeyboardInterrupt into this status
        raise KeyboardInterrupt
    return int(status) if isinstance(status, int) else 0
