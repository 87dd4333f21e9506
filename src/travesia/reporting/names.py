"""Words of the pages: of what every corridor has, and of the codes of a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from travesia.scenario.lands import OTHER, lands

FAMILIES: Mapping[str, str] = MappingProxyType({
    "adult": "adults without children", "family": "families", "child": "children alone",
})  # fmt: skip

UNDER_WAY = "under_way"
"""Stands for the end of a journey that has none yet."""

COMMON: Mapping[tuple[str, str], str] = MappingProxyType({
    ("country", OTHER): "Other countries", ("end", UNDER_WAY): "Still on the way or waiting",
    ("place_kind", "origin"): "place where journeys begin",
    ("place_kind", "gateway"): "gateway for people from further away",
    ("place_kind", "border_zone"): "stretch of the border",
    ("place_kind", "rail_yard"): "town with a rail yard",
    ("place_kind", "border_city"): "city at the border",
    ("place_kind", "sector"): "sector of the border",
    ("place_kind", "port_group"): "ports of entry",
})  # fmt: skip
"""Words where a scenario has none of its own."""


class Told(Protocol):
    """A row of ``words.csv``."""

    @property
    def kind(self) -> str:
        """What the code is of."""

    @property
    def code(self) -> str:
        """The code."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def short(self) -> str:
        """Its shorter name, if any."""

    @property
    def members(self) -> tuple[str, ...]:
        """Nationalities of a group."""


class Named(Protocol):
    """A place."""

    @property
    def id(self) -> str:
        """The place."""

    @property
    def name(self) -> str:
        """What it is called."""


@dataclass(frozen=True)
class Words:
    """What the codes of a scenario are called; a code without a word reads as itself, tidied.

    ``places`` are names of places, which regions that are a place by themselves have.
    """

    told: Mapping[tuple[str, str], Told] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Told], places: Iterable[Named] = ()) -> Words:
        """The words of some rows, and of places."""
        return cls({(r.kind, r.code): r for r in rows}, {p.id: p.name for p in places})

    def name(self, kind: str, code: str) -> str:
        """What a code is called."""
        row = self.told.get((kind, code))
        return row.name if row else COMMON.get((kind, code)) or code.replace("_", " ")

    def short(self, kind: str, code: str, name: str) -> str:
        """The shorter name of a code; ``name`` if it has none."""
        row = self.told.get((kind, code))
        return (row.short or row.name) if row else name

    def country(self, code: str) -> str:
        """A country, also of a nationality."""
        land = lands().get(code)
        own = ("country", code) in self.told or land is None
        return self.name("country", code) if own or land is None else land.name

    def region(self, code: str) -> str:
        """A region: its own word, that of a country, or the name of the place that it is."""
        if ("region", code) in self.told:
            return self.name("region", code)
        if ("country", code) in self.told or code in lands():
            return self.country(code)
        return self.places.get(code) or self.name("region", code)

    def all(self, kind: str) -> dict[str, str]:
        """Every word of a kind, in order."""
        return {code: row.name for (k, code), row in self.told.items() if k == kind}

    def groups(self, nationalities: Iterable[str]) -> list[tuple[str, str, tuple[str, ...]]]:
        """Groups of nationalities on the map: id, name, members.

        The one without members takes every nationality that no other has. Nationalities that no
        group takes stand for themselves.
        """
        rows = [row for (kind, _), row in self.told.items() if kind == "group"]
        taken = {n for row in rows for n in row.members}
        left = tuple(n for n in dict.fromkeys(nationalities) if n not in taken)
        out = [(row.code, row.name, row.members or left) for row in rows]
        if all(row.members for row in rows):
            out += [(n, self.country(n), (n,)) for n in left]
        return out
