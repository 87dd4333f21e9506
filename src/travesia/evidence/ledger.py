"""The ledger: every source, figure, claim and conflict, found by id."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from travesia.errors import ProblemList
from travesia.evidence.reading import Entry, read_folder, references
from travesia.evidence.records import Claim, Conflict, Figure, Item, Source, cells, kind_name
from travesia.evidence.search import nearly, search

PACKAGED = Path(__file__).resolve().parent / "data"
"""Folder of the evidence that ships with Travesía."""

ASSUMPTION = "assumption"
"""Stands where a source would stand if there were one; the scenario then gives a reason."""


Record = TypeVar("Record", Source, Figure, Claim, Conflict)


class Ledger:
    """Sources, figures, claims and conflicts by id; read-only after it is made.

    ``entries`` holds every row that was read with its file and line, replaced ones included.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Index the entries; of two with one id, the one of the later layer counts."""
        self.entries: tuple[Entry, ...] = tuple(entries)
        items: dict[str, Item] = {}
        for entry in sorted(self.entries, key=lambda e: e.layer):
            items[entry.item.id] = entry.item
        self._items = items
        self.sources: Mapping[str, Source] = _of(items, Source)
        self.figures: Mapping[str, Figure] = _of(items, Figure)
        self.claims: Mapping[str, Claim] = _of(items, Claim)
        self.conflicts: Mapping[str, Conflict] = _of(items, Conflict)
        self._aliases = {a: s.id for s in self.sources.values() for a in s.aliases}

    def __repr__(self) -> str:
        return (
            f"<Ledger of {len(self.sources):,} sources, {len(self.figures):,} figures, "
            f"{len(self.claims):,} claims, {len(self.conflicts):,} conflicts>"
        )

    @classmethod
    def load(cls, folder: str | os.PathLike[str] | None = None) -> Ledger:
        """Read the packaged ledger, and over it the ledger folder of a scenario.

        A row of ``folder`` with a packaged id replaces it. Raises
        :class:`travesia.errors.InputError` with every fault of the tables' layout and cells;
        faults of content are found by :func:`travesia.evidence.check.check_ledger`.
        """
        problems = ProblemList()
        entries = list(read_folder(PACKAGED, 0, problems))
        if folder is not None:
            own = Path(folder)
            entries += read_folder(own, 1, problems, f"{own.parent.name}/{own.name}/")
        problems.raise_if_any("The evidence ledger cannot be read")
        return cls(entries)

    @staticmethod
    def references(text: str) -> list[str]:
        """The ids in a ``;``-joined cell, in order, each once."""
        return references(text)

    def ids(self) -> tuple[str, ...]:
        """Every id that resolves, aliases last."""
        return (*self._items, *self._aliases)

    def resolve(self, ref: str) -> Item | None:
        """What an id or alias names, or None."""
        return self._items.get(ref) or self._items.get(self._aliases.get(ref, ""))

    def source_of(self, ref: str) -> Source | None:
        """The source that an id leads to: itself, or the one a figure or claim was read in."""
        item = self.resolve(ref)
        if isinstance(item, (Figure, Claim)):
            item = self.resolve(item.source)
        return item if isinstance(item, Source) else None

    def missing(self, refs: Iterable[str]) -> list[str]:
        """The references that name nothing, in order, each once; ``assumption`` is no reference."""
        asked = dict.fromkeys(refs)
        return [ref for ref in asked if ref != ASSUMPTION and self.resolve(ref) is None]

    def cited_by(self, ref: str) -> list[Figure | Claim]:
        """The figures and claims that were read in a source."""
        item = self.resolve(ref)
        if not isinstance(item, Source):
            return []
        names = {item.id, *item.aliases}
        readings: list[Figure | Claim] = [*self.figures.values(), *self.claims.values()]
        return [reading for reading in readings if reading.source in names]

    def conflicts_of(self, ref: str) -> list[Conflict]:
        """The conflicts in which an item takes part, under any of its names."""
        item = self.resolve(ref)
        names = {ref} if item is None else {item.id}
        if isinstance(item, Source):
            names.update(item.aliases)
        return [c for c in self.conflicts.values() if names.intersection(c.claim_a + c.claim_b)]

    def search(self, text: str) -> list[Item]:
        """The items that hold every word of ``text``, see :mod:`travesia.evidence.search`."""
        return search(self._items.values(), text)

    def nearly(self, text: str) -> list[Item]:
        """The items that hold most of the words of ``text``, if none holds them all."""
        return nearly(self._items.values(), text)

    def sha256(self) -> str:
        """Hash of the content; the order of rows and files does not matter."""
        rows = sorted([kind_name(item), *cells(item)] for item in self._items.values())
        text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def for_report(self, refs: Iterable[str]) -> list[dict[str, Any]]:
        """One row per reference that resolves, under the id by which it was cited.

        ``title``, ``publisher``, ``date``, ``url``, ``licence`` and ``kind`` are those of the
        source that it leads to (``source``); ``says`` is the figure or claim itself.
        """
        return [self._report_row(ref) for ref in dict.fromkeys(refs) if self.resolve(ref)]

    def _report_row(self, ref: str) -> dict[str, Any]:
        item = self.resolve(ref)
        source = self.source_of(ref)
        row: dict[str, Any] = {"id": ref, "source": source.id if source else ""}
        for name in ("title", "publisher", "date", "url", "licence", "kind"):
            row[name] = getattr(source, name) if source else ""
        if isinstance(item, Conflict):
            row.update(title=item.note, kind="conflict")
        row["says"] = "" if item is None or isinstance(item, Source) else item.citation
        return row


def _of(items: Mapping[str, Item], record: type[Record]) -> dict[str, Record]:
    return {key: item for key, item in items.items() if isinstance(item, record)}
