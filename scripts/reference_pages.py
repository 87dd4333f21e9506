"""Writes the pages of reference that are made from records, checks and instruments.

    python scripts/reference_pages.py

``docs/scenario-format.md`` from the records of a scenario, ``docs/checks.md`` from the intervals of
the checks, ``docs/policies.md`` from the instruments and the policies of the corridor; what is said
before the tables stands in ``scripts/pages``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from travesia.policy.instruments.base import Instrument
from travesia.policy.instruments.registry import shipped
from travesia.policy.tables import AXES
from travesia.policy.tables import TABLES as WRITTEN
from travesia.scenario import models as m
from travesia.scenario.checks.intervals import (
    CONSTANT,
    DEPENDS,
    PARAMETERS,
    PLAUSIBLE,
    SHARE,
    Interval,
)
from travesia.scenario.load import load
from travesia.scenario.shipped import first_sentence
from travesia.scenario.tables import TABLES, TableSpec

ROOT = Path(__file__).resolve().parents[1]

YAML_RECORDS: tuple[tuple[str, str, type[m.Record]], ...] = (
    ("scenario.yaml", "What the scenario is, and how it is run.", m.Settings),
    ("scenario.yaml, period", "Dates of the simulation.", m.Period),
    ("scenario.yaml, pages", "What the pages point out.", m.Pages),
    ("scenario.yaml, pages, views, each", "A part of the map.", m.MapView),
    ("scenario.yaml, pages, windows and periods, each", "Months that belong together.", m.Months),
    ("scenario.yaml, pages, parts, each", "A part of the way.", m.Part),
    ("behaviour.yaml, parameters, each", "A number of the behaviour.", m.Parameter),
    ("policies.yaml, each", "A dated policy.", m.PolicyEntry),
    ("policies.yaml, where", "Places that a policy touches.", m.Where),
    ("policies.yaml, whom", "People whom a policy touches.", m.Whom),
    ("policies.yaml, parameters, each", "A number of an instrument.", m.PolicyParameter),
    ("patches/*.yaml", "A named what-if.", m.Patch),
)

_WORDS = {
    "float": "number",
    "int": "whole number",
    "str": "text",
    "bool": "yes or no",
    "date": "date",
    "NoneType": "blank",
    "Any": "any value",
}


def kind_of(field: FieldInfo) -> str:
    """The kind of value of a field, in words, with its bounds."""
    words = _kind(field.annotation)
    bounds = [_bound(piece) for piece in _pieces(field)]
    told = [b for b in bounds if b]
    return f"{words}, {' and '.join(dict.fromkeys(told))}" if told else words


def _pieces(field: FieldInfo) -> Iterable[Any]:
    yield from field.metadata
    yield from _metadata(field.annotation)


def _metadata(annotation: Any) -> Iterable[Any]:
    for item in getattr(annotation, "__metadata__", ()):
        yield from getattr(item, "metadata", (item,))
    for part in get_args(annotation):
        if not isinstance(part, str):
            yield from _metadata(part)


def _bound(piece: Any) -> str:
    for kind, name, word in (
        (Ge, "ge", "at least"),
        (Gt, "gt", "above"),
        (Le, "le", "at most"),
        (Lt, "lt", "below"),
    ):
        if isinstance(piece, kind):
            return f"{word} {getattr(piece, name):g}"
    return ""


def _kind(annotation: Any) -> str:
    if hasattr(annotation, "__metadata__"):
        return _kind(annotation.__origin__)
    arguments = get_args(annotation)
    if arguments and all(isinstance(a, str) for a in arguments):
        return "one of " + ", ".join(f"`{a}`" for a in arguments if a)
    if get_origin(annotation) is tuple:
        return (
            "list of names" if _kind(arguments[0]) == "text" else f"list of {_kind(arguments[0])}s"
        )
    if get_origin(annotation) is dict:
        return "keys with values"
    if arguments:
        parts = dict.fromkeys(_kind(a) for a in arguments)
        return " or ".join(p for p in parts if p != "blank")
    name = getattr(annotation, "__name__", str(annotation))
    return _WORDS.get(name, "keys with values")


def field_rows(record: type[m.Record]) -> list[tuple[str, str, str, str]]:
    """Column, kind, whether it must be given, and meaning, for every field."""
    out = []
    for name, field in record.columns().items():
        need = "yes" if field.is_required() else _default(field)
        out.append((name, kind_of(field), need, field.description or ""))
    return out


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "no"
    value = field.default
    if value in (None, "", ()):
        return "no"
    if isinstance(value, tuple):
        value = ";".join(value)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    return f"no: `{value}`"


def _table(record: type[m.Record]) -> list[str]:
    lines = ["| column | value | needed | meaning |", "|---|---|---|---|"]
    for cells in field_rows(record):
        escaped = [cell.replace("|", "\\|") for cell in cells]
        lines.append(f"| `{escaped[0]}` | " + " | ".join(escaped[1:]) + " |")
    return lines


def format_page() -> str:
    """The page `docs/scenario-format.md`."""
    lines = [_introduction("scenario-format.md").strip(), "", "## Tables", ""]
    for spec in TABLES:
        lines += [f"### {spec.file}", "", first_sentence(spec.record), ""]
        lines += [_table_note(spec), "", *_table(spec.record), ""]
    lines += ["## YAML files", ""]
    for title, about, record in YAML_RECORDS:
        lines += [f"### {title}", "", about, "", *_table(record), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table_note(spec: TableSpec) -> str:
    key = ", ".join(f"`{column}`" for column in spec.record.key)
    notes = [f"Key: {key}."]
    if not spec.required:
        notes.append("The file may be left out.")
    if spec.more_files:
        notes.append(f"Files named `{spec.more_files}` are read after it.")
    rule = "row by id" if spec.has_ids else "as a whole file"
    notes.append(f"An extending scenario replaces it {rule}.")
    return " ".join(notes)


# -- checks --


def checks_page() -> str:
    """The page `docs/checks.md`."""
    return _introduction("checks.md") + "".join(f"{row}\n" for row in _intervals())


def _intervals() -> Iterator[str]:
    for (table, column), interval in PLAUSIBLE.items():
        if interval is not SHARE:
            yield _interval(table, column, interval)
    for (table, column), (by, intervals) in DEPENDS.items():
        for word, interval in intervals.items():
            yield _interval(table, f"{column}` where {by} is `{word}", interval)
    for name, interval in PARAMETERS.items():
        yield _interval("behaviour", name, interval)
    yield _interval("behaviour", "constant_<mode>", CONSTANT)


def _interval(table: str, column: str, interval: Interval) -> str:
    possible = _span(interval.least, interval.most)
    usual = _span(interval.low, interval.high, zero=interval.zero)
    return f"| {table} | `{column}` | {interval.unit} | {possible} | {usual} |"


def _span(low: float, high: float, *, zero: bool = False) -> str:
    if math.isinf(low):
        return f"up to {high:,.10g}"
    also = "0, or " if zero and low > 0 else ""
    return f"{also}{low:,.10g} to {high:,.10g}"


# -- policies --


def policies_page(policies: Sequence[Any], instruments: Iterable[Instrument] | None = None) -> str:
    """The page in Markdown: how policies work, every instrument, every policy of a scenario.

    ``policies`` are entries with the fields of ``policies.yaml``.
    """
    lines = [_introduction("policies.md"), "## Tables that policies write", "", *_tables(), ""]
    lines.extend(["`travesia explain POLICY` says what a policy writes into them.", ""])
    lines.extend(["## Instruments", ""])
    for instrument in shipped() if instruments is None else instruments:
        lines.extend(_instrument(instrument))
    lines.extend(["## Policies of the corridor", ""])
    lines.extend(
        ["| policy | name | instrument | from | to | in force |", "|---|---|---|---|---|---|"]
    )
    for entry in sorted(policies, key=lambda e: (e.start, e.id)):
        on = "yes" if entry.enabled else f"no{': ' + entry.note if entry.note else ''}"
        lines.append(
            f"| `{entry.id}` | {entry.name} | `{entry.instrument}` | {entry.start} "
            f"| {entry.end or 'open'} | {on} |"
        )
    return "\n".join(lines) + "\n"


def _instrument(instrument: Instrument) -> list[str]:
    codes = f" ({', '.join(instrument.codes)})" if instrument.codes else ""
    lines = [f"### {instrument.title}{codes}", "", f"`{instrument.id}`", ""]
    lines.extend([_flat(instrument.description), ""])
    if instrument.uncalibrated:
        lines.extend(["**Not calibrated.**", ""])
    rows = []
    for name, info in instrument.spec.model_fields.items():
        declared = info.json_schema_extra
        if isinstance(declared, dict):
            rows.append(f"| `{name}` | {declared['unit']} | {info.description} |")
        elif name != "series":
            rows.append(f"| `{name}` | date | |")
    if instrument.spec.series_name:
        name, unit = instrument.spec.series_name, instrument.spec.series_unit
        rows.append(f"| `{name}_YYYY_MM` | {unit} | one number per month |")
    if rows:
        lines.extend(["| parameter | unit | meaning |", "|---|---|---|", *rows, ""])
    return lines


def _flat(text: str) -> str:
    """A docstring as one Markdown paragraph per block, without reST quotes."""
    blocks = text.replace("``", "`").split("\n\n")
    return "\n\n".join(" ".join(block.split()) for block in blocks)


def _tables() -> list[str]:
    """The tables that policies write, as rows of a Markdown table."""
    rows = ["| table | what a cell holds | narrowed by |", "|---|---|---|"]
    for name, table in WRITTEN.items():
        selectors = dict.fromkeys(s for axis in table.axes for s in AXES[axis])
        rows.append(f"| `{name}` | {table.title} | {', '.join(selectors) or '–'} |")
    return rows


def pages() -> dict[str, str]:
    """Every page by its name in ``docs``."""
    return {
        "scenario-format.md": format_page(),
        "checks.md": checks_page(),
        "policies.md": policies_page(load("corridor").policies),
    }


def _introduction(name: str) -> str:
    return (ROOT / "scripts" / "pages" / name).read_text("utf-8")


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
