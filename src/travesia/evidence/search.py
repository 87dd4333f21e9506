"""Looks for words in the evidence: in any order, whatever the case, accents and endings.

Words are compared by their stems, so ``deported`` finds deportations and ``three weeks`` finds
``3 weeks``; a number finds the same number however it is written (``11,800``, ``11800``). What
holds the words where the item says what it is comes before what holds them elsewhere, and short
texts before long ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from travesia.evidence.records import Claim, Conflict, Figure, Item, Source, amount, cells
from travesia.likeness import folded, stems

MOST = 0.5
"""Share of the words that an item must at least hold to be offered where none holds them all."""


def search(items: Iterable[Item], text: str) -> list[Item]:
    """The items that hold every word of ``text``, the best first; all of them for no words."""
    items, wanted = list(items), _wanted(text)
    if not wanted:
        return items
    return _best(items, wanted, len(wanted))


def nearly(items: Iterable[Item], text: str) -> list[Item]:
    """The items that hold the most of several words, if they hold more than half of them."""
    items, wanted = list(items), _wanted(text)
    for least in range(len(wanted) - 1, 0, -1):
        if least <= MOST * len(wanted):
            break
        found = _best(items, wanted, least)
        if found:
            return found
    return []


def _wanted(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a query, as they are and as stems."""
    words = dict.fromkeys(w.strip(".,;:!?\"'()[]“”‘’") for w in folded(text).split())
    return tuple((word, " ".join(stems(word))) for word in words if word)


def _best(items: list[Item], wanted: tuple[tuple[str, str], ...], least: int) -> list[Item]:
    ranked = []
    for n, item in enumerate(items):
        says, whole, about = _said(item)
        held = [_holds(says, whole, word, stem) for word, stem in wanted]
        if sum(h < NOT for h in held) >= least:
            ranked.append((-sum(h < NOT for h in held), sum(held), about, n, item))
    return [item for *_, item in sorted(ranked, key=lambda r: r[:4])]


NOT = 4
"""Rank of a word that an item does not hold."""


def _holds(says: frozenset[str], whole: tuple[str, frozenset[str]], word: str, stem: str) -> int:
    """How well a word is held: 0 in what the item says of itself, 1 as a stem anywhere, ..."""
    text, held = whole
    parts = stem.split() or [word]
    if all(p in says for p in parts):
        return 0
    if all(p in held for p in parts):
        return 1
    if word[:1].isdigit():  # a number is never a part of another one, but ids hold numbers
        return 3 if word in text and not word.replace(",", "").replace(".", "").isdigit() else NOT
    if all(any(h.startswith(p) for h in held) for p in parts):
        return 2
    return 3 if word in text else NOT


@lru_cache(maxsize=1 << 13)
def _said(item: Item) -> tuple[frozenset[str], tuple[str, frozenset[str]], int]:
    """Stems of what an item says, its whole text with all stems, and how long it is."""
    parts = [
        " ".join(part) if isinstance(part, tuple) else str(part)
        for part in cells(item)
        if part is not None
    ]
    if isinstance(item, Source):
        says = [item.title, item.publisher]
    elif isinstance(item, Figure):
        says = [item.series, item.geography, item.population, amount(item)]
    elif isinstance(item, Claim):
        says = [
            item.statement,
            item.place,
            item.country,
            item.population,
            item.printed_as,
            amount(item),
        ]
    else:
        assert isinstance(item, Conflict)
        says = [item.note]
    own = stems(" ".join(says))
    whole = folded(" ".join([*parts, *says]))
    return frozenset(own), (whole, frozenset(stems(whole))), len(own)
