"""The option ``--trust`` of every command that reads a scenario."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

VERBS = ("run", "check", "list_", "explain", "compare", "ensemble", "score")
"""Commands that load scenarios, by the names of their functions."""

_OPTION = typer.Option(
    "--trust", help="Run the code beside the scenario (instruments.py): read it before you do."
)


def take_trust(app: typer.Typer) -> None:
    """Give the commands of :data:`VERBS` the option."""
    for command in app.registered_commands:
        if command.callback is not None and command.callback.__name__ in VERBS:
            command.callback = _trusting(command.callback)


def _trusting(verb: Callable[..., Any]) -> Callable[..., Any]:
    """The same command, with the option: scenarios are loaded accordingly."""

    @wraps(verb)
    def with_trust(*given: Any, trust: bool = False, **named: Any) -> Any:
        from travesia.plugins import trusting

        with trusting(trust):
            return verb(*given, **named)

    signature = inspect.signature(verb, eval_str=True)
    option = inspect.Parameter(
        "trust", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Annotated[bool, _OPTION]
    )
    parameters = [*signature.parameters.values(), option]
    with_trust.__dict__["__signature__"] = signature.replace(parameters=parameters)
    with_trust.__annotations__ = {**verb.__annotations__, "trust": Annotated[bool, _OPTION]}
    return with_trust
