"""What ``travesia evidence`` shows: a listing, one item in full, the conflicts.

Pure functions of a ledger that return plain rows and text; nothing is printed here.
"""

from __future__ import annotations

from typing import Any

from travesia.errors import InputError, Problem
from travesia.evidence.check import nearest
from travesia.evidence.ledger import Ledger
from travesia.evidence.records import (
    SOURCE_KINDS,
    Claim,
    Conflict,
    Figure,
    Item,
    Source,
    amount,
    kind_name,
    span,
)

ITEM_KINDS = ("source", "figure", "claim", "conflict")
KINDS = (*ITEM_KINDS, *SOURCE_KINDS)
"""What a listing may be narrowed to: a kind of item, or a kind of source."""


def listing(
    ledger: Ledger, query: str | None = None, kind: str | None = None
) -> list[dict[str, str]]:
    """Items that hold every word of ``query``, narrowed to a kind of item or of source.

    Rows have ``id``, ``kind``, ``date``, ``source`` and ``what``, the best first; without a query
    in the order of the tables. Raises :class:`travesia.errors.InputError` if there is no such kind.
    """
    if kind is not None and kind not in KINDS:
        raise InputError(
            "The evidence cannot be listed",
            [Problem(f"there is no kind '{kind}'", cure=f"use one of {', '.join(KINDS)}")],
        )
    return _rows(ledger.search(query or ""), kind)


def nearly(ledger: Ledger, query: str, kind: str | None = None) -> list[dict[str, str]]:
    """As :func:`listing`: items that hold most of the words, where none holds them all."""
    return _rows(ledger.nearly(query), kind)


def _rows(items: list[Item], kind: str | None) -> list[dict[str, str]]:
    return [_row(item) for item in items if kind is None or _is(item, kind)]


def detail(ledger: Ledger, ref: str) -> dict[str, Any]:
    """One item in full: its fields, its source, what was read in it, its conflicts.

    Blank fields are left out. Several things of one sort are a list of lines. Raises
    :class:`travesia.errors.InputError` if nothing has this id.
    """
    item = ledger.resolve(ref)
    if item is None:
        problem = Problem(f"the ledger has no '{ref}'", cure=nearest(ref, ledger))
        raise InputError("The evidence cannot be shown", [problem])
    shown: dict[str, Any] = {"id": item.id, "is": kind_name(item)}
    if ref != item.id:
        shown["asked_for"] = ref
    shown.update(_fields(item))
    source = ledger.source_of(ref)
    if source is not None and source is not item:
        shown["source"] = f"{source.id}: {source.citation}"
        shown["url"] = source.url
        shown["licence"] = source.licence
    if isinstance(item, Conflict):
        shown["claim_a"] = [_line(ledger, name) for name in item.claim_a]
        shown["claim_b"] = [_line(ledger, name) for name in item.claim_b]
    shown["read_in_it"] = [f"{i.id}: {i.citation}" for i in ledger.cited_by(ref)]
    shown["conflicts"] = [f"{c.id} ({c.kind}): {c.note}" for c in ledger.conflicts_of(ref)]
    return {name: value for name, value in shown.items() if value not in ("", [], None)}


def conflicts(ledger: Ledger) -> list[dict[str, str]]:
    """Every conflict: ``id``, ``kind``, the two sides, ``note`` and ``resolution``."""
    return [
        {
            "id": conflict.id,
            "kind": conflict.kind,
            "claim_a": "; ".join(conflict.claim_a),
            "claim_b": "; ".join(conflict.claim_b),
            "note": conflict.note,
            "resolution": conflict.resolution,
        }
        for conflict in ledger.conflicts.values()
    ]


def lines(shown: dict[str, Any]) -> list[str]:
    """The result of :func:`detail` as lines of text; the members of a list stand below its name."""
    text: list[str] = []
    for name, value in shown.items():
        label = name.replace("_", " ")
        if isinstance(value, list):
            text += [f"{label}:", *(f"  {member}" for member in value)]
        else:
            text.append(f"{label}: {value}")
    return text


def _row(item: Item) -> dict[str, str]:
    date, source = "", ""
    if isinstance(item, Source):
        date, what, source = item.date, item.title, item.publisher
    elif isinstance(item, Figure):
        date, source = item.period or span(item.period_start, item.period_end), item.source
        scope = ", ".join(part for part in (item.geography, item.population) if part)
        what = f"{item.series} ({scope}): {amount(item)}"
    elif isinstance(item, Claim):
        date, what, source = span(item.date_start, item.date_end), item.statement, item.source
        what += f" [{amount(item)}]" if amount(item) else ""
    else:
        what, source = item.note, "; ".join(item.claim_a + item.claim_b)
    kind = item.kind if isinstance(item, Source) else kind_name(item)
    return {"id": item.id, "kind": kind, "date": date, "source": source, "what": what}


def _is(item: Item, kind: str) -> bool:
    return kind_name(item) == kind or (isinstance(item, Source) and item.kind == kind)


def _fields(item: Item) -> dict[str, Any]:
    fields = {name: getattr(item, name) for name in item.__slots__ if name != "id"}
    if isinstance(item, (Figure, Claim)):
        for name in ("low", "value_low", "value", "high", "value_high", "unit"):
            fields.pop(name, None)
        fields["amount"] = amount(item)
    return {
        name: "; ".join(value) if isinstance(value, tuple) else value
        for name, value in fields.items()
    }


def _line(ledger: Ledger, ref: str) -> str:
    item = ledger.resolve(ref)
    return f"{ref}: {item.citation}" if item is not None else f"{ref}: not in the ledger"
