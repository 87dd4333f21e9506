"""Travesía: journeys through a migration corridor, simulated one by one.

The public interface mirrors the command line::

    import travesia as tv
    result = tv.run("corridor")
    print(tv.score(result))
    tv.report(result, "report.html")

Everything heavy is imported when it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from travesia.version import __version__

if TYPE_CHECKING:
    from travesia.api import (
        check,
        compare,
        ensemble,
        load,
        read,
        report,
        run,
        score,
        what_ifs,
        worker,
    )
    from travesia.errors import InputError, OutputError, StoreError, TravesiaError, UnknownNameError
    from travesia.plugins import register

_HOMES = {
    "travesia.api": (
        "check", "compare", "ensemble", "load", "read", "report", "run", "score", "what_ifs",
        "worker",
    ),
    "travesia.errors": (
        "InputError", "OutputError", "StoreError", "TravesiaError", "UnknownNameError",
    ),
    "travesia.plugins": ("register",),
}  # fmt: skip
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "InputError", "OutputError", "StoreError", "TravesiaError", "UnknownNameError", "__version__",
    "check", "compare", "ensemble", "load", "read", "register", "report", "run", "score",
    "what_ifs", "worker",
]  # fmt: skip


if not TYPE_CHECKING:  # so that a checker of types knows what is offered, and nothing else

    def __getattr__(name: str) -> object:
        """Import a part of the public interface when it is first used."""
        if name not in _HOME_OF:
            raise AttributeError(f"module 'travesia' has no attribute {name!r}")
        return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return __all__
