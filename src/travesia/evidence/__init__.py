"""Evidence: the sources, figures and claims behind every number, and where they disagree."""

from __future__ import annotations

from travesia.evidence.check import check_ledger
from travesia.evidence.ledger import ASSUMPTION, Ledger
from travesia.evidence.reading import Entry, references
from travesia.evidence.records import Claim, Conflict, Figure, Item, Source

__all__ = [
    "ASSUMPTION", "Claim", "Conflict", "Entry", "Figure", "Item", "Ledger", "Source",
    "check_ledger", "references",
]  # fmt: skip
