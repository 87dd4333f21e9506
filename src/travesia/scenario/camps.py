"""Camps: where people who wait live in tents for some weeks or months, until they are cleared."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pydantic import Field

from travesia.scenario.base import Date, Id, Names, NonNegative, Positive, Record, Text
from travesia.scenario.procedures import Facility

PREFIX = "camps_"
"""Begins the name of the facility that the camps of a town are."""

OPEN_END = dt.date(9999, 12, 31)


class Camp(Record):
    """A camp at a town: opened, perhaps cleared, with room for so many people."""

    id: Id = Field(description="Stable name of the camp.")
    name: Text = Field(description="Name in words (of the town or square, never an address).")
    kind: Id = Field("camp", description="The `facility_kind` of the stay of those who live in it.")
    place: Id = Field(description="Town where it stands.")
    opened: Date = Field(description="First day on which people find room in it.")
    closed: Date | None = Field(
        None, description="Day on which it is cleared or shut; blank = it stays."
    )
    places: Positive = Field(description="People for whom there is room.")
    low: NonNegative | None = Field(None, description="Lowest plausible room, people.")
    high: NonNegative | None = Field(None, description="Highest plausible room, people.")
    clearing: Id | None = Field(
        None,
        description="Transition from that stay which befalls those who are there when it closes; "
        "blank = nobody is sent away, the camp only takes nobody more.",
    )
    clearing_days: int = Field(
        1, ge=1, description="Days over which it is emptied, the last of which is `closed`."
    )
    why: str = Field("", description="Why it formed, and how it ended, in words.")
    source: Names = Field((), description="Source ids joined by `;`, or `assumption`.")
    reason: str = Field("", description="Why this number, if it is a judgement.")
    claims: Names = Field((), description="Claims of the ledger that evidence it.")

    @property
    def shut(self) -> dt.date:
        """The first day on which it takes nobody more."""
        if self.closed is None:
            return OPEN_END
        return self.closed - dt.timedelta(days=self.clearing_days - 1)


def facility_of(camp: Camp) -> str:
    """The facility that the camps of a kind in one town are together."""
    return f"{PREFIX}{camp.place}" if camp.kind == "camp" else f"{PREFIX}{camp.kind}_{camp.place}"


def by_town(camps: Iterable[Camp]) -> dict[str, list[Camp]]:
    """Camps by the facility that they are."""
    towns: dict[str, list[Camp]] = defaultdict(list)
    for camp in camps:
        towns[facility_of(camp)].append(camp)
    return dict(towns)


def spells(camps: Sequence[Camp]) -> list[tuple[dt.date, dt.date, list[Camp]]]:
    """Stretches of days (first day, day after the last) with the camps that are open in them."""
    marks = sorted({c.opened for c in camps} | {c.shut for c in camps})
    return [
        (a, b, [c for c in camps if c.opened <= a < c.shut])
        for a, b in pairwise(marks)
        if any(c.opened <= a < c.shut for c in camps)
    ]


def town_camps(camps: Iterable[Camp]) -> tuple[Facility, ...]:
    """The camps of each town as one facility of places, with the most room that it ever has."""
    out = []
    for name, rows in by_town(camps).items():
        most = max((sum(c.places for c in held) for _, _, held in spells(rows)), default=0.0)
        out.append(
            Facility(
                id=name,
                kind=rows[0].kind,
                place=rows[0].place,
                name="; ".join(c.name for c in rows),
                capacity=most,
                unit="places",
            )
        )
    return tuple(out)
