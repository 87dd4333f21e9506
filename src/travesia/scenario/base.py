"""The base of every scenario record, and the kinds of cell that the tables hold.

Records are frozen and refuse unknown keys, so a misspelt column can never be ignored. A blank
cell takes the field's default; a field without a default must be filled.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.fields import FieldInfo

from travesia.textfile import shorten

ANY = "*"
"""Matches every value of a selector column."""

ASSUMPTION = "assumption"
"""The ``source`` of a judgement: it then needs a reason and a range."""

REST = "rest"
"""The probability of the branch that takes what the others leave."""

LARGEST_CAPACITY = 1e9

_ISO_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@lru_cache(maxsize=4096)
def _date_of(text: str) -> dt.date:
    if not _ISO_DATE.match(text):
        raise ValueError(f"{shorten(repr(text))} is not a date of the form YYYY-MM-DD")
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date that exists") from None


def iso_date(value: Any) -> Any:
    """Read an ISO date; anything else that looks like a number or a time is refused."""
    if isinstance(value, str):
        return _date_of(value.strip())
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    raise ValueError(f"{shorten(repr(value))} is not a date of the form YYYY-MM-DD")


@lru_cache(maxsize=65536)
def _split(text: str) -> tuple[str, ...]:
    if "\n" in text or "\r" in text:
        raise ValueError("there is a line break in it; join the names with ; on one line")
    return tuple(part.strip() for part in text.split(";") if part.strip())


def split_names(value: Any) -> Any:
    """Read a cell of names joined by ``;`` (a YAML list is taken as it is)."""
    return _split(value) if isinstance(value, str) else value


MAX_ID = 80
MAX_TEXT = 300

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=MAX_ID)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, pattern=r"^[^\r\n]*$")]
Line = Annotated[str, StringConstraints(max_length=MAX_TEXT, pattern=r"^[^\r\n]*$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Names = Annotated[tuple[str, ...], BeforeValidator(split_names)]
Date = Annotated[dt.date, BeforeValidator(iso_date)]
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Capacity = Annotated[float, Field(ge=0, le=LARGEST_CAPACITY)]
ShareOrRest = Share | Literal["rest"]

FamilyType = Literal["adult", "family", "child"]
FAMILY_TYPES: tuple[FamilyType, ...] = ("adult", "family", "child")


class Record(BaseModel):
    """One immutable row of a scenario."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        str_strip_whitespace=True,
        populate_by_name=True,
    )

    key: ClassVar[tuple[str, ...]] = ("id",)
    """Columns that tell one row of the table from another."""

    def update(self, **changes: Any) -> Self:
        """Return a copy with some fields changed, checked like any other record.

        Raises :class:`pydantic.ValidationError` for an unknown field or a value out of range.
        """
        return type(self).model_validate({**self.model_dump(), **changes})

    @classmethod
    def columns(cls) -> dict[str, FieldInfo]:
        """The fields under the names that they have in files (``from``, not ``from_``)."""
        return {field.alias or name: field for name, field in cls.model_fields.items()}

    def key_values(self) -> tuple[Any, ...]:
        """The values of the key columns."""
        return tuple(getattr(self, attribute(name)) for name in type(self).key)


def attribute(column: str) -> str:
    """The attribute of a column: ``from`` is a reserved word of the language."""
    return "from_" if column == "from" else column


def wrap_value(value: Any) -> Any:
    """Let a bare number stand for a table entry with only a ``value``."""
    return value if isinstance(value, Mapping | BaseModel) else {"value": value}
