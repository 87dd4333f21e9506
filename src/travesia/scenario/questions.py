"""The numbers of a scenario's what-if questions, as further names of the patches that answer them.

A scenario may number its questions in ``system/what_ifs.csv``; ``W7`` (or ``w7``) then names the
patch that answers the seventh.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from travesia.likeness import key

FILE = "system/what_ifs.csv"


def numbered(folders: Sequence[Path]) -> dict[str, tuple[str, ...]]:
    """The patches of each question, the one that answers it as asked first; by its number.

    ``folders`` run from the base scenario to the scenario itself, whose own table counts.
    """
    path = next((f / FILE for f in reversed(folders) if (f / FILE).is_file()), None)
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}  # whoever asks for the questions themselves is told what is wrong
    return {
        row["id"]: tuple(
            p.strip() for p in f"{row.get('patch')};{row.get('more') or ''}".split(";") if p.strip()
        )
        for row in rows
        if row.get("id") and row.get("patch")
    }


def answering(folders: Sequence[Path], name: str) -> tuple[str, ...]:
    """The patches of the question that has this number, whatever its case; none if none has it."""
    return next((p for n, p in numbered(folders).items() if key(n) == key(name)), ())
