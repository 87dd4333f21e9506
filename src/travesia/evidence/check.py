"""Checks the content of a ledger: every fault at once, each with file, line and cure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from travesia import likeness
from travesia.errors import Problem, ProblemList
from travesia.evidence.ledger import Ledger
from travesia.evidence.reading import Entry
from travesia.evidence.records import (
    CERTAINTIES,
    CLAIM_STATUSES,
    CONFLICT_KINDS,
    ONE_SIDED,
    SOURCE_KINDS,
    Claim,
    Conflict,
    Figure,
    Source,
)

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def check_ledger(ledger: Ledger) -> ProblemList:
    """Every fault in the content of a ledger.

    Errors: ids that repeat or collide, references that name nothing, dates that do not exist or
    are out of order, ranges that leave out their value, sources without title, publisher, licence
    or address, numbers without unit, words outside the closed lists, one-sided conflicts, and
    disputes between claims that no conflict records.
    """
    problems = ProblemList()
    problems.extend(_ids(ledger))
    for entry in ledger.entries:
        item = entry.item
        if isinstance(item, Source):
            problems.extend(_source(item, entry.where))
        elif isinstance(item, Figure):
            problems.extend(_figure(item, entry.where, ledger))
        elif isinstance(item, Claim):
            problems.extend(_claim(item, entry.where, ledger))
        else:
            problems.extend(_conflict(item, entry.where, ledger))
    problems.extend(_unrecorded_disputes(ledger))
    return problems


def _ids(ledger: Ledger) -> Iterator[Problem]:
    taken: dict[tuple[int, str], str] = {}
    for entry in ledger.entries:
        if not _ID.fullmatch(entry.item.id):
            yield Problem(
                f"'{entry.item.id}' is not an id",
                entry.where,
                "use letters, digits, '-', '_' and '.', without spaces or ';'",
            )
        yield from _taken(taken, entry, entry.item.id, "id")
    for entry in ledger.entries:
        for alias in entry.item.aliases if isinstance(entry.item, Source) else ():
            yield from _taken(taken, entry, alias, "alias")


def _taken(
    taken: dict[tuple[int, str], str], entry: Entry, name: str, what: str
) -> Iterator[Problem]:
    first = taken.setdefault((entry.layer, name), entry.where)
    if first != entry.where:
        yield Problem(
            f"the {what} '{name}' is already used in {first}", entry.where, "give it another id"
        )


def _source(source: Source, where: str) -> Iterator[Problem]:
    needed = {
        "title": source.title,
        "publisher": source.publisher,
        "licence": source.licence,
        "accessed": source.accessed,
    }
    for name, value in needed.items():
        if not value:
            yield Problem(f"source '{source.id}' has no {name}", where, f"fill in {name}")
    yield from _one_of("kind", source.kind, SOURCE_KINDS, where)
    if source.kind != "own" or source.url:
        yield from _address(source, where)
    for name, value in (("date", source.date), ("accessed", source.accessed)):
        if value and not _exists(value):
            yield Problem(
                f"{name} '{value}' is not a date", where, "write YYYY, YYYY-MM or YYYY-MM-DD"
            )
    if source.date > source.accessed + "~":
        yield Problem(
            f"source '{source.id}' is dated {source.date} but was read in {source.accessed}",
            where,
            "correct one of the two dates",
        )


def _address(source: Source, where: str) -> Iterator[Problem]:
    if not re.fullmatch(r"https?://[^\s/]+\S*", source.url):
        yield Problem(
            f"source '{source.id}' has no web address",
            where,
            "give one that starts with http:// or https://, or kind own for our own study",
        )


def _figure(figure: Figure, where: str, ledger: Ledger) -> Iterator[Problem]:
    if figure.value is None:
        yield Problem(f"figure '{figure.id}' has no value", where, "give the number or drop it")
    if not figure.unit:
        yield Problem(f"figure '{figure.id}' has no unit", where, "say what is counted")
    yield from _one_of("certainty", figure.certainty, CERTAINTIES, where)
    yield from _range(figure.low, figure.value, figure.high, where)
    yield from _days(figure.period_start, figure.period_end, where)
    yield from _source_known(figure, where, ledger)


def _claim(claim: Claim, where: str, ledger: Ledger) -> Iterator[Problem]:
    if not claim.statement:
        yield Problem(f"claim '{claim.id}' says nothing", where, "state it in your own words")
    if claim.paragraph is None or claim.paragraph < 1:
        yield Problem(
            f"claim '{claim.id}' names no paragraph", where, "count the paragraphs from 1"
        )
    yield from _one_of("status", claim.status, CLAIM_STATUSES, where)
    if (claim.status == "disputed") != bool(claim.disputed_by):
        yield Problem(
            f"status '{claim.status}' does not agree with disputed_by",
            where,
            "disputed is the status of claims that name what disputes them, and of no other",
        )
    yield from _range(claim.value_low, claim.value, claim.value_high, where)
    yield from _days(claim.date_start, claim.date_end, where)
    yield from _source_known(claim, where, ledger)
    yield from _known(claim.disputed_by, where, ledger)
    if claim.id in claim.disputed_by:
        yield Problem(f"claim '{claim.id}' disputes itself", where, "name the other claim")


def _conflict(conflict: Conflict, where: str, ledger: Ledger) -> Iterator[Problem]:
    yield from _one_of("kind", conflict.kind, CONFLICT_KINDS, where)
    for name, value in (("note", conflict.note), ("resolution", conflict.resolution)):
        if not value:
            yield Problem(f"conflict '{conflict.id}' has no {name}", where, f"fill in {name}")
    if not conflict.claim_a or not (conflict.claim_b or conflict.kind in ONE_SIDED):
        yield Problem(
            f"conflict '{conflict.id}' has one side only",
            where,
            f"name both sides, or use one of {', '.join(ONE_SIDED)}",
        )
    yield from _known(conflict.claim_a + conflict.claim_b, where, ledger)
    for both in sorted(set(conflict.claim_a) & set(conflict.claim_b)):
        yield Problem(f"'{both}' stands on both sides", where, "keep it on one")


def _unrecorded_disputes(ledger: Ledger) -> Iterator[Problem]:
    recorded = {
        frozenset((a, b)) for c in ledger.conflicts.values() for a in c.claim_a for b in c.claim_b
    }
    where = {entry.item.id: entry.where for entry in ledger.entries}
    for claim in ledger.claims.values():
        for other in claim.disputed_by:
            if other in ledger.claims and frozenset((claim.id, other)) not in recorded:
                yield Problem(
                    f"no conflict records that '{other}' disputes '{claim.id}'",
                    where[claim.id],
                    "add a row to conflicts.csv with one on each side",
                )


def _source_known(item: Figure | Claim, where: str, ledger: Ledger) -> Iterator[Problem]:
    if isinstance(ledger.resolve(item.source), Source):
        return
    if ledger.resolve(item.source) is not None:
        cure = "name the source in which it was read"
        yield Problem(f"'{item.source}' is not a source", where, cure)
        return
    yield from _known((item.source,), where, ledger)


def nearest(ref: str, ledger: Ledger) -> str:
    """Cure for an id that names nothing: the nearest one that does."""
    near = likeness.nearest(ref, ledger.ids(), most=1)
    return f"did you mean '{near[0]}'?" if near else "add it to the ledger or correct the id"


def _known(refs: Iterable[str], where: str, ledger: Ledger) -> Iterator[Problem]:
    for ref in ledger.missing(refs):
        yield Problem(f"'{ref}' names nothing in the ledger", where, nearest(ref, ledger))


def _one_of(name: str, value: str, allowed: tuple[str, ...], where: str) -> Iterator[Problem]:
    if value not in allowed:
        yield Problem(f"{name} is '{value}'", where, f"use one of {', '.join(allowed)}")


def _range(
    low: float | None, value: float | None, high: float | None, where: str
) -> Iterator[Problem]:
    known = [bound for bound in (low, value, high) if bound is not None]
    if known != sorted(known):
        yield Problem(
            "the range does not run from low over value to high", where, "put the three in order"
        )


def _days(start: str, end: str, where: str) -> Iterator[Problem]:
    for day in (start, end):
        if day and not (len(day) == 10 and _exists(day)):
            yield Problem(f"'{day}' is not a day", where, "write YYYY-MM-DD")
    if start and end and start > end:
        yield Problem(f"the period ends ({end}) before it starts ({start})", where, "swap them")


def _exists(text: str) -> bool:
    if not _PARTIAL.fullmatch(text):
        return False
    try:
        dt.date.fromisoformat(text + "0000-01-01"[len(text) :])
    except ValueError:
        return False
    return True
