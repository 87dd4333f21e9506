"""Words of a scenario for its codes: countries, regions, kinds, payers, ends (words.csv)."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from travesia.scenario.base import Line, Names, Record, Text

WordKind = Literal[
    "country", "group", "region", "place_kind", "waiting", "payer", "end", "mode"
]  # fmt: skip


class Word(Record):
    """What a code is called on pages."""

    key: ClassVar[tuple[str, ...]] = ("kind", "code")

    kind: WordKind = Field(
        description="What the code is of: `country` (also of nationalities), `group` (of "
        "nationalities, on the map), `region`, `place_kind`, `waiting` (kind of waiting), `payer`, "
        "`end` (of a journey) or `mode`."
    )
    code: Text = Field(description="The code, as other tables write it.")
    name: Text = Field(description="What it is called.")
    short: Line = Field("", description="Shorter name, for narrow columns; blank = the name.")
    members: Names = Field(
        (), description="Nationalities of a `group`, joined by `;`; blank = all that are left."
    )
