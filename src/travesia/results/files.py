"""Small files written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from travesia.durable import write_whole
from travesia.errors import OutputError


def write_text(path: Path, text: str) -> None:
    """Write a text file at once: a reader sees the old file or the new one, never a part.

    Raises :class:`travesia.errors.OutputError` if it cannot be written; nothing is left behind.
    """
    try:
        write_whole(path, text.encode("utf-8"))
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
