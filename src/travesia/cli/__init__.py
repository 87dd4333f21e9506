"""The command line: thin verbs over :mod:`travesia.api`. Heavy imports happen inside commands."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status (also raised as ``SystemExit``).

    0 on success, 2 for bad input or an output that cannot be written, 70 for a fault of ours, 128
    and its number after a signal (130 after Ctrl-C).
    """
    try:
        from travesia.cli.barrier import guarded
    except KeyboardInterrupt:  # before anything hears signals
        sys.stderr.write("\nStopped. Nothing was left half-written.\n")
        raise SystemExit(130) from None
    given = sys.argv[1:] if arguments is None else arguments
    status = guarded(_run, given, last=arguments is None)
    if arguments is None:
        raise SystemExit(status)
    return status


def _run(arguments: list[str]) -> int:
    from travesia.cli.app import invoke  # behind the barrier: this takes a while

    return invoke(arguments)
