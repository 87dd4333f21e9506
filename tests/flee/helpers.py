"""A small made-up case in FLEE's format, and copies of it with one flaw."""

from __future__ import annotations

import shutil
from pathlib import Path

SMALL = Path(__file__).with_name("small_case")


def copy_case(folder: Path) -> Path:
    """A copy of the small case that a test may spoil."""
    target = folder / "case"
    shutil.copytree(SMALL, target)
    return target


def edit(case: Path, name: str, old: str, new: str) -> None:
    """Replace a piece of a file; it must be there."""
    path = case / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
