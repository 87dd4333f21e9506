"""The one place where text goes out: never raw control characters, never a failed character.

Names come from files that others wrote. What would move the cursor, colour the terminal or turn
the reading direction is shown as an escape (``\\x1b``). What the encoding of the output lacks is
shown by something near to it (``->``), or ``?``.
"""

from __future__ import annotations

import codecs
import io
import json
import re
import sys
import unicodedata
from contextlib import suppress
from typing import Any, TextIO

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Controls of terminals and of reading direction, but not line feed and tab."""

_NEAR = {
    "–": "-", "—": "-", "−": "-", "→": "->", "←": "<-", "…": "...", "±": "+-", "×": "x", "·": ".",
    "•": "*", "≥": ">=", "≤": "<=", "≈": "~", "€": "EUR", "“": '"', "”": '"', "‘": "'", "’": "'",
    "ß": "ss", "━": "-", "✓": "x",
}  # fmt: skip

_ERRORS = "travesia-near"


def plain(text: str) -> str:
    """A text in which control characters are shown and do nothing."""
    return _CONTROL.sub(lambda m: _shown(m.group()), text)


def one_line(text: str) -> str:
    """The same in one line, for the cell of a table."""
    return plain(text.replace("\n", "\\n").replace("\t", " "))


def _shown(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def json_text(value: Any, default: Any = None) -> str:
    """A value as JSON that says the same in every encoding of the output."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=default)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeError, LookupError):
        return json.dumps(value, indent=2, default=default)
    return _CONTROL.sub(lambda m: json.dumps(m.group())[1:-1], text)


def prepare(*streams: TextIO | None) -> None:
    """Let streams of text show near characters for those that they lack."""
    codecs.register_error(_ERRORS, _near)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            with suppress(ValueError, OSError):
                stream.reconfigure(errors=_ERRORS)


def _near(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_in_ascii(c) for c in error.object[error.start : error.end]), error.end


def _in_ascii(character: str) -> str:
    base = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return _NEAR.get(character) or base or "?"
