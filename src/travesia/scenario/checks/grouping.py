"""Remarks of one kind are told in one line that lists what they are about."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN = 10


def listed(names: Iterable[object], shown: int = SHOWN) -> str:
    """Names joined for a sentence, each once; after ``shown`` of them, how many more there are."""
    unique = list(dict.fromkeys(str(n) for n in names))
    if len(unique) > shown:
        return f"{', '.join(unique[:shown])} and {len(unique) - shown} more"
    return ", ".join(unique)
