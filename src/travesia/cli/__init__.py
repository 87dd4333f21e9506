"""The command line: thin verbs over :mod:`travesia.api`. Heavy imports happen inside commands."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status (also raised as ``SystemExit``).

    0 on success, 2 for bad input or an output that cannot be written, 130 after Ctrl-C.
    """
    from travesia.cli.app import run_app

    status = run_app(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        raise SystemExit(status)
    return status
