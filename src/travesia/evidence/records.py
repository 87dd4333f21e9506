"""What the ledger holds: sources, figures, claims and the conflicts between them.

The fields of each record are the columns of its table, in this order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from travesia.figures import exact

SOURCE_KINDS = (
    "article", "press", "agency", "research", "literature", "dataset", "geodata", "own",
)  # fmt: skip
"""Newspaper article that the project reads closely; press page; page of a public agency; page of
an institute or survey; scholarly work; statistics; maps; our own study."""

CERTAINTIES = ("V", "A")
"""V: the value was seen in the source. A: computed or judged; the note says how."""

CLAIM_STATUSES = ("author", "attributed", "disputed")
"""Said by the article's author alone; laid to someone named; contradicted by another claim."""

CONFLICT_KINDS = (
    "direct", "tension", "rule_vs_practice", "promise_vs_practice",
    "range", "definition", "doubtful", "apparent",
)  # fmt: skip
"""direct: both cannot hold. tension: both can, with care. range: several values for one thing.
definition: several things under one name. doubtful: a figure that other evidence does not bear
out. apparent: looks like a contradiction and is not."""

ONE_SIDED = ("range", "definition", "doubtful")
"""Kinds of conflict that one source can hold by itself."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document or data set; ``aliases`` are further ids that resolve to it."""

    id: str
    title: str
    publisher: str
    author: str
    date: str
    url: str
    licence: str
    accessed: str
    kind: str
    aliases: tuple[str, ...]
    note: str

    @property
    def citation(self) -> str:
        """One line for a list of sources: author, title, publisher, date."""
        parts = (self.author, self.title, self.publisher, self.date)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Figure:
    """A published number, with its unit, period, scope, range and source.

    ``period`` is the period as printed where that says more than the two dates (ISO, inclusive).
    """

    id: str
    series: str
    period_start: str
    period_end: str
    period: str
    geography: str
    population: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    source: str
    certainty: str
    note: str

    @property
    def citation(self) -> str:
        """One line: what, when, where or who, how much."""
        when = self.period or span(self.period_start, self.period_end)
        scope = ", ".join(part for part in (self.geography, self.population, when) if part)
        return f"{self.series} ({scope}): {amount(self)}"


@dataclass(frozen=True, slots=True)
class Claim:
    """What an article says in one paragraph, in our own words, and who says so in it."""

    id: str
    source: str
    paragraph: int | None
    kind: str
    role: str
    statement: str
    value_low: float | None
    value: float | None
    value_high: float | None
    unit: str
    printed_as: str
    date_start: str
    date_end: str
    place: str
    country: str
    admin1: str
    population: str
    actor: str
    attributed_to: str
    disputed_by: tuple[str, ...]
    status: str

    @property
    def citation(self) -> str:
        """One line: the statement and who makes it."""
        return f"{self.statement} (according to: {self.attributed_to})"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Evidence that disagrees, or seems to, and the reading that the ledger prefers."""

    id: str
    kind: str
    claim_a: tuple[str, ...]
    claim_b: tuple[str, ...]
    note: str
    resolution: str

    @property
    def citation(self) -> str:
        """One line: what disagrees."""
        return self.note


Item = Source | Figure | Claim | Conflict

TABLES: tuple[tuple[str, type[Source] | type[Figure] | type[Claim] | type[Conflict]], ...] = (
    ("sources.csv", Source),
    ("figures.csv", Figure),
    ("claims.csv", Claim),
    ("conflicts.csv", Conflict),
)
"""The tables of a ledger folder, in the order in which they are read and listed."""


def kind_name(item: Item) -> str:
    """``source``, ``figure``, ``claim`` or ``conflict``."""
    return type(item).__name__.lower()


def cells(item: Item) -> list[Any]:
    """The values of a record in the order of its columns."""
    return [getattr(item, name) for name in item.__slots__]


def span(start: str, end: str) -> str:
    """A period from its first and last day; an open end is left blank."""
    if start == end:
        return start
    return f"{start} – {end}".strip()


def amount(item: Figure | Claim) -> str:
    """The value with its range and unit; a blank where nothing was counted."""
    low, high = (
        (item.low, item.high) if isinstance(item, Figure) else (item.value_low, item.value_high)
    )
    value = item.value
    if value is None and low is None and high is None:
        return ""
    bounds = f"{'' if low is None else exact(low)}–{'' if high is None else exact(high)}"
    if value is None:
        text = bounds
    elif low == high or (low in (None, value) and high in (None, value)):
        text = exact(value)
    else:
        text = f"{exact(value)} ({bounds})"
    return f"{text} {item.unit}".strip()
