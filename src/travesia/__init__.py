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
from typing import TYPE_CHECKING, Any

from travesia.version import __version__

if TYPE_CHECKING:
    from travesia import flee
    from travesia.api import check, compare, load, read, report, run, score
    from travesia.errors import InputError, OutputError, StoreError, TravesiaError

_HOMES = {
    "load": "travesia.api", "run": "travesia.api", "score": "travesia.api",
    "report": "travesia.api", "check": "travesia.api", "compare": "travesia.api",
    "InputError": "travesia.errors", "OutputError": "travesia.errors",
    "read": "travesia.api", "StoreError": "travesia.errors", "TravesiaError": "travesia.errors",
}  # fmt: skip

__all__ = [
    "InputError",
    "OutputError",
    "StoreError",
    "TravesiaError",
    "__version__",
    "check",
    "compare",
    "flee",
    "load",
    "read",
    "report",
    "run",
    "score",
]


def __getattr__(name: str) -> Any:
    """Import a part of the public interface when it is first used."""
    if name == "flee":
        return import_module("travesia.flee")
    if name not in _HOMES:
        raise AttributeError(f"module 'travesia' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
