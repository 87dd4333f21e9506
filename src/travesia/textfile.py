"""Reads text files that people wrote, within limits: only regular files, only so many bytes.

A device, a pipe or a file without end is refused at once instead of being waited for. What is
wrong is told with the cure: another encoding, a broken link, characters that nobody can see.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from travesia.errors import ProblemList

MIB = 1 << 20
MAX_CSV_BYTES = 64 * MIB
MAX_YAML_BYTES = 2 * MIB
MAX_REPORTED = 20
SHOWN = 60

UNPRINTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069"
    "\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Characters that print nothing, steer a terminal or turn the reading direction."""

_KINDS = (
    (stat.S_ISDIR, "a folder"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"),
    (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"),
)  # fmt: skip


def shorten(text: str, most: int = SHOWN) -> str:
    """A text for a message: one line, not too long, and nothing in it that nobody can see."""
    shown = UNPRINTED.sub("\ufffd", " ".join(text.split()))
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def unprinted(text: str) -> str:
    """The unprinted characters of a text by their code points, such as ``U+001B``; "" if none."""
    return ", ".join(dict.fromkeys(f"U+{ord(c):04X}" for c in UNPRINTED.findall(text)))


def without_unprinted(text: str) -> str:
    """The text as people see it."""
    return UNPRINTED.sub("", text)


def report_unprinted(what: str, text: str, where: str, problems: ProblemList) -> None:
    """Say which characters of a text nobody can see; ``what`` names it."""
    problems.error(
        f"{what} holds characters that nobody can see ({shorten(unprinted(text))})",
        where,
        "delete them: type the text again, or paste it without its formatting",
    )


def is_there(path: Path) -> bool:
    """Whether something stands at a path: a file, a folder, or a link that leads nowhere."""
    return os.path.lexists(path)


def read_text(
    path: Path, label: str, problems: ProblemList, limit: int = MAX_CSV_BYTES
) -> str | None:
    """The text of a UTF-8 file (a byte-order mark is tolerated), or None with a problem."""
    data = read_bytes(path, label, problems, limit)
    return None if data is None else _decoded(data, label, problems)


def read_bytes(
    path: Path, label: str, problems: ProblemList, limit: int = MAX_CSV_BYTES
) -> bytes | None:
    """The bytes of a regular file of at most ``limit`` bytes, or None with a problem."""
    try:
        kind = path.stat().st_mode
        if not stat.S_ISREG(kind):
            what = next((name for test, name in _KINDS if test(kind)), "no file")
            problems.error(f"it is {what}, not a file", label, "put a plain text file there")
            return None
        # Should a pipe take the place of the file meanwhile, it must not be waited for.
        with open(path, "rb", opener=_without_waiting) as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        _report_unread(path, error, label, problems)
        return None
    if len(data) > limit:
        problems.error(
            f"the file is larger than {limit / MIB:g} MiB",
            label,
            "split it, or remove what the simulation does not need",
        )
        return None
    return data


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _report_unread(
    path: Path, error: OSError | ValueError, label: str, problems: ProblemList
) -> None:
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        problems.error(
            f"it is a link to '{shorten(str(path.readlink()))}', where nothing is",
            label,
            "put the file there, or remove the link",
        )
        return
    reason = error.strerror if isinstance(error, OSError) else None
    problems.error(
        f"the file cannot be read: {reason or error}", label, "check the path and its permissions"
    )


def _decoded(data: bytes, label: str, problems: ProblemList) -> str | None:
    cure = "save it as UTF-8 (in a spreadsheet: 'CSV UTF-8')"
    sample = data[:4096]
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or sample.count(0) > len(sample) // 4:
        problems.error("the file is UTF-16, not UTF-8 text", label, cure)
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.error("the file is not UTF-8 text", f"{label}, line {line}", cure)
        return None
