"""All commands, and what happens when one of them fails."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from travesia import __version__
from travesia.cli import comparing, comparing_flee, importing, looking, running
from travesia.cli.common import note, say
from travesia.errors import InputError, TravesiaError

# The exceptions of the library behind typer, which newer versions carry inside.
UsageFault: type[Any] = next(
    c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException"
)

STOPPED = 130
"""Exit status after Ctrl-C, as shells have it."""

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


for module in (running, comparing, comparing_flee, looking, importing):
    module.register(app)


def _discard_output() -> None:
    """Let the interpreter's last flush of an output that failed go nowhere."""
    if sys.__stdout__ is not None and sys.stdout is sys.__stdout__:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())


def run_app(arguments: list[str]) -> int:
    """Run a command line and return its exit status; faults become words, not tracebacks."""
    try:
        arguments = importing.redirect(arguments)
        status = app(args=arguments, prog_name="travesia", standalone_mode=False)
        sys.stdout.flush()
    except (typer.Abort, KeyboardInterrupt):
        status = STOPPED
    except typer.Exit as stop:
        status = int(stop.exit_code)
    except InputError as error:
        note(str(error))
        return 2
    except TravesiaError as error:
        note(f"Error: {error}")
        return 2
    except UsageFault as error:
        error.show(sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read the output has seen enough (`| head`); what is left goes nowhere.
        _discard_output()
        return 0
    except OSError as error:
        _discard_output()
        note(f"Error: {error.filename or 'the output'}: {error.strerror or error}")
        return 2
    if status == STOPPED:  # typer turns Ctrl-C into this status
        note("\nStopped. Nothing was left half-written.")
    return int(status) if isinstance(status, int) else 0
