"""Words that mean the same although they are not written the same: case, accents, endings.

One rule for everything that is looked up by a word: names on the command line and in Python, the
parts of a scenario, the evidence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from travesia.errors import Problem, UnknownNameError

NEAR = 0.6
"""Likeness from which a name may be what somebody meant."""

SHOWN = 12
"""Names that an error lists where none is near."""

SHORTEST_STEM = 4
"""Letters of a word that are never taken for its ending."""

_ENDINGS = tuple(sorted(
    (
        "ations", "ation", "ings", "ing", "ed", "ers", "er", "es", "s", "ions", "ion", "ies", "y",
        "iones", "ements", "ement", "ments", "ment", "al", "e", "aciones", "acion", "ados", "adas",
        "ado", "ada", "os", "as", "o", "a",
    ),
    key=len, reverse=True,
))  # fmt: skip
"""Endings of English and Spanish words under which the same stem is looked for."""

_NUMBERS = {
    name: str(n)
    for n, name in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
}
_WORD = re.compile(r"\d[\d,.]*\d|\w+")


@lru_cache(maxsize=1 << 14)
def folded(text: str) -> str:
    """A text without case and accents: ``Darién`` and ``DARIEN`` are ``darien``."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def key(name: str) -> str:
    """A name by which it is compared: folded, with ``_`` and ``-`` as blanks."""
    return " ".join(folded(name).replace("_", " ").replace("-", " ").split())


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """A folded word without its ending: ``deported`` and ``deportations`` are ``deport``.

    Small numbers in words are figures: ``three`` is ``3``; figures lose their commas.
    """
    if word[:1].isdigit():
        return word.replace(",", "").removesuffix(".0")
    if word in _NUMBERS:
        return _NUMBERS[word]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def stems(text: str) -> list[str]:
    """The stems of the words of a text, in order."""
    return [stem(w) for w in _WORD.findall(folded(text).replace("_", " "))]


def nearest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The names most like another one, best first; case, accents, ``_`` and ``-`` do not count."""
    from difflib import get_close_matches

    by_key: dict[str, str] = {}
    for one in sorted({str(k) for k in known}):
        by_key.setdefault(key(one), one)
    return [by_key[k] for k in get_close_matches(key(name), by_key, n=most, cutoff=NEAR)]


def did_you_mean(name: str, known: Iterable[str], most: int = 3) -> str:
    """Cure for an unknown name: the nearest known ones, else the first few that exist."""
    names = sorted({str(k) for k in known})
    near = nearest(name, names, most)
    if near:
        quoted = [f"'{n}'" for n in near]
        last = f" or {quoted[-1]}" if len(quoted) > 1 else ""
        return f"did you mean {', '.join(quoted[:-1] or quoted)}{last}?"
    if not names:
        return "none is defined"
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"use one of {', '.join(names[:SHOWN])}{more}"


def check_known(names: Iterable[str], known: Iterable[str], what: str) -> None:
    """Refuse names of a kind (``what``) that are not among the known ones.

    Raises :class:`UnknownNameError` with the nearest that exist.
    """
    known = {str(k) for k in known}
    problems = [
        Problem(f"no {what} {n!r}", "", did_you_mean(str(n), known))
        for n in names
        if n not in known
    ]
    if problems:
        raise UnknownNameError(f"There is no such {what}", problems)
