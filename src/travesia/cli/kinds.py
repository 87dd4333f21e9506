"""The options of ``run`` that only some kinds of run take, each named beside its kinds."""

from __future__ import annotations

import inspect
from typing import Annotated, Any, Optional

import typer
from typer.core import TyperCommand

_GIVEN = "travesia.kinds.options"


class KindCommand(TyperCommand):
    """A command that takes the options of all kinds; kinds are looked up when it is called."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The command's own parameters, then those of the kinds."""
        own = super().get_params(ctx)
        return [*own[:-1], *_options(), own[-1]]  # --help stays last

    def invoke(self, ctx: Any) -> Any:
        """Take the options of kinds out of what the function is called with."""
        found = {option.name: ctx.params.pop(option.name, None) for option in _options()}
        ctx.meta[_GIVEN] = {name: value for name, value in found.items() if value is not None}
        return super().invoke(ctx)


def given_options(ctx: typer.Context) -> dict[str, Any]:
    """The options of kinds that were given to a command."""
    return dict(ctx.meta.get(_GIVEN, {}))


def _options() -> list[Any]:
    """One option for each name; its help says which kind takes it."""
    from travesia.kinds import kinds

    told: dict[str, inspect.Parameter] = {}
    for kind in kinds():
        for option in kind.options:
            flags = f"--{option.name}" + (f"/--{option.off}" if option.off else "")
            whose = f"{kind.title[:1].upper()}{kind.title[1:]}: {option.help}"
            taken: Any = Annotated[Optional[option.type], typer.Option(flags, help=whose)]  # noqa: UP045
            told.setdefault(
                option.name,
                inspect.Parameter(
                    option.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=taken
                ),
            )

    def takes(**_: Any) -> None:
        """Stands for a command with these options alone."""

    takes.__signature__ = inspect.Signature(list(told.values()))  # type: ignore[attr-defined]
    takes.__annotations__ = {name: p.annotation for name, p in told.items()}
    alone = typer.Typer(add_completion=False)
    alone.command()(takes)
    return list(typer.main.get_command(alone).params)
