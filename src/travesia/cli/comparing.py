"""Commands over many runs: ``compare`` and ``ensemble``."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
    del app
