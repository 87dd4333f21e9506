"""Small files written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from travesia.errors import OutputError


def write_text(path: Path, text: str) -> None:
    """Write a text file at once: a reader sees the old file or the new one, never a part.

    Raises :class:`travesia.errors.OutputError` if it cannot be written; nothing is left behind.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_text(text, "utf-8")
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
