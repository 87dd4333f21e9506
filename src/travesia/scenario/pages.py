"""What the pages of a scenario's runs point out: parts of the map, years, periods, parts of the
way (scenario.yaml, pages)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from travesia.scenario.base import Id, Line, Month, Names, Record, Text


class MapView(Record):
    """A part of the map that can be enlarged."""

    key: ClassVar[tuple[str, ...]] = ()

    id: Id = Field(description="Stable name of the view.")
    name: Text = Field(description="Name in words.")
    box: tuple[float, float, float, float] = Field(
        description="West, south, east and north, in degrees."
    )


class Months(Record):
    """Months that belong together."""

    key: ClassVar[tuple[str, ...]] = ()

    name: Text = Field(description="Name in words.")
    first: Month = Field(description="First month, YYYY-MM.")
    last: Month = Field(description="Last month, YYYY-MM.")


class Part(Record):
    """A part of the way whose means of travel are shown by themselves."""

    key: ClassVar[tuple[str, ...]] = ()

    id: Id = Field(description="Stable name of the part.")
    name: Text = Field(description="Name in words, as it stands after `in`.")
    where: Names = Field(description="Countries, or first-level units of them, by their codes.")


class Pages(Record):
    """What the pages point out; all lists may be empty."""

    key: ClassVar[tuple[str, ...]] = ()

    map: Line = Field(
        "",
        description="Outlines that the map is drawn on: a GeoJSON file of the scenario's folder "
        "(`borders.geojson`), or a set that comes with the package (`americas`); blank = the "
        "countries of the world.",
    )
    views: tuple[MapView, ...] = Field((), description="Parts of the map that can be enlarged.")
    windows: tuple[Months, ...] = Field((), description="Years that the charts can be cut to.")
    periods: tuple[Months, ...] = Field(
        (), description="Periods between which the use of stretches is compared."
    )
    parts: tuple[Part, ...] = Field(
        (),
        description="Parts of the way whose means of travel are shown; stretches that changed most "
        "are those of the first.",
    )
