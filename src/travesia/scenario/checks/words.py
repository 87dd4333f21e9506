"""The words of a scenario are of codes that it has, and every code has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from travesia.errors import Problem
from travesia.scenario.checks.context import Check, Context
from travesia.scenario.faults import suggest
from travesia.scenario.lands import OTHER, lands


def _codes(context: Context) -> dict[str, set[str]]:
    """The codes of a scenario that pages show, by kind of word."""
    s = context.scenario
    return {
        "end": {*s.settings.ends.states},
        "waiting": {stay.waiting for stay in s.stays if stay.waiting},
    }


def strange_words(context: Context) -> Iterator[Problem]:
    """A word is of a code that nothing has, or a group has a member that is no nationality."""
    if not context.complete("stays", "modes", "places"):
        return
    s, codes = context.scenario, _codes(context)
    known: Mapping[str, set[str]] = {
        "end": codes["end"] | {"under_way"},
        "waiting": codes["waiting"],
        "place_kind": {p.kind for p in s.places},
        "mode": {m.id for m in s.modes},
        "country": {*lands(), OTHER},
    }
    for i, word in enumerate(s.words):
        names = known.get(word.kind)
        if names is not None and word.code not in names:
            what = f"a word of the {word.kind.replace('_', ' ')} '{word.code}', which nothing has"
            yield Problem(what, context.where("words", i), suggest(word.code, names), "warning")
        for member in word.members:
            if member not in {*lands(), OTHER}:
                what = f"the group '{word.code}' has the member '{member}', which is no nationality"
                yield Problem(what, context.where("words", i), suggest(member, lands()))


def unknown_payers(context: Context) -> Iterator[Problem]:
    """Somebody pays who has no word, where others have."""
    told = {w.code for w in context.scenario.words if w.kind == "payer"}
    for table in ("costs", "money") if told else ():
        for i, payer in enumerate(context.values(table, "payer")):
            if payer not in told:
                cure = suggest(str(payer), told)
                yield Problem(f"unknown payer '{payer}'", context.where(table, i), cure)


def missing_words(context: Context) -> Iterator[Problem]:
    """An end of journeys or a kind of waiting has no word: pages show its code, tidied."""
    if not context.complete("stays") or not context.complete("words"):
        return
    told = {(w.kind, w.code) for w in context.scenario.words}
    for kind in ("end", "waiting"):
        absent = sorted(c for c in _codes(context)[kind] if (kind, c) not in told)
        if absent:
            what = f"no word of the {kind} {', '.join(absent)}: pages show the code"
            where = f"{context.scenario.folder.name}/words.csv"
            yield Problem(what, where, "add a row to words.csv for each", "warning")


CHECKS: tuple[Check, ...] = (strange_words, unknown_payers, missing_words)
