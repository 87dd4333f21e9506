"""The reference of the scenario format, made from the records so that it cannot drift."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from travesia.scenario import models as m
from travesia.scenario.tables import TABLES, TableSpec

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


def first_sentence(record: type[m.Record]) -> str:
    """What a record is, from its docstring."""
    return (record.__doc__ or "").strip().split("\n")[0]


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


def format_reference() -> str:
    """The page `docs/scenario-format.md`."""
    lines = [_INTRODUCTION.strip(), "", "## Tables", ""]
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


def folder_readme(name: str, base: str, folder: Path) -> str:
    """The README of a scenario folder made by `travesia new`: what each file is for."""
    lines = [
        f"# Scenario {name}",
        "",
        f"A copy of the shipped scenario `{base}`, to be changed as you like. Check it with",
        "`travesia check` and run it with `travesia run`, giving the path of this folder. Every",
        "number names its source in the column `source`; a number of your own is an `assumption`",
        "with a reason and a range (`low`, `high`).",
        "",
        "| file | what it holds |",
        "|---|---|",
        "| `scenario.yaml` | Name, title, purpose, limits, period, seed and switches. |",
        "| `behaviour.yaml` | What people weigh when they choose, and what they learn. |",
        "| `quantities.yaml` | What a run can be asked: filters and sums over its tables. |",
        "| `policies.yaml` | Dated policies; each can be switched off, moved and scaled. |",
    ]
    for spec in TABLES:
        names = [spec.file]
        if spec.more_files:
            names += sorted(p.name for p in folder.glob(spec.more_files))
        lines += [
            f"| `{file}` | {first_sentence(spec.record)} |"
            for file in names
            if (folder / file).exists()
        ]
    if (folder / "patches").is_dir():
        lines.append("| `patches/` | Named what-ifs, one file each. |")
    if (folder / "observed").is_dir():
        lines.append("| `observed/` | Published statistics that runs are held against. |")
    lines += [
        "",
        "To keep only what you change, make a folder with a `scenario.yaml` that says",
        f"`extends: {base}` and just the rows that differ; see `docs/scenario-format.md`.",
    ]
    return "\n".join(lines) + "\n"


_INTRODUCTION = """
# The scenario format

<!-- Made from the records of travesia.scenario by `python -m travesia.scenario.reference`. -->

A scenario is a folder of YAML files and CSV tables. `travesia new NAME` copies the shipped one
for editing, `travesia check` reports every fault at once with file, line and cure, and
`travesia explain` says what a place, leg, policy or parameter is and where its numbers come from.

CSV files are UTF-8 with commas and a header row. A blank cell means "not applicable" and takes
the default; `*` means "any". Names joined by `;` make a list. Dates are `YYYY-MM-DD`, months
`YYYY-MM`; `start` and `end` are the first and the last day, both included. Unknown columns and
keys are faults, never ignored. YAML is read as YAML 1.2: `NO` is a word, not false.

Every number names its source: ids of the evidence ledger joined by `;`, or `assumption`, and then
a reason and a range (`low`, `high`).

## Which value wins

From low to high:

1. the base scenario (`extends`) and its own base, and so on;
2. the scenario itself: in tables with an `id` row by row (a row replaces the rows of the same id),
   policies and parameters entry by entry, settings key by key; tables whose rows have no id are
   replaced file by file;
3. patches (`patches/*.yaml`, or the path of a patch file), in the order in which they are asked
   for;
4. single values by path: `parameters.gamma_capture=5`, `policies.remain_in_mexico.enabled=false`,
   `policies.remain_in_mexico.start=2019-04-25`, `policies.train_raids.parameters.stop_factor=3`,
   `facilities.siglo_xxi.capacity=500`, `settings.period.end=2019-12-31`.

A patch changes fields of policies, adds policies, sets parameters, and changes cells of tables,
finding rows by the key columns that it names:

```yaml
id: more_offices
title: A larger asylum office
question: How much shorter do people wait if the asylum office decides five times as many cases?
policies:
  train_raids: {enabled: false}
parameters:
  belief_half_life_weeks: 4
tables:
  facilities:
    - {id: asilo_sur, capacity: 20}
```

Where several rows of `outcomes.csv` fit, the narrowest wins: a row for a region over one for a
nationality, that over one for a family type, and a later start over an earlier one. The same
holds for `actions.csv` (place, kind of place, nationality, family type) and `hazards.csv`
(region and mode, region, mode, any).

## What is read, and what is said of the rest

The files are those of the tables below, `outcomes_*.csv`, `scenario.yaml`, `behaviour.yaml`,
`policies.yaml`, `quantities.yaml`, `instruments.yaml`, `instruments.py` (code, run only with
`--trust`; see `docs/build-your-own.md`) and `patches/*.yaml`; the folders are `patches`,
`observed`, `evidence` and `system`. Names are told apart by every letter. A file that is plainly
meant for one of these (`POLICIES.YAML`, `policies.yml`, `places.csv.txt`, `legs.xlsx`, a link
that leads nowhere) is a fault where the right one is absent, and a remark where it stands beside
it, such as `places (1).csv`. Other CSV and YAML files are remarked and ignored, other files are
not looked at.
An empty file is a fault: write `[]` into `policies.yaml` if there is no policy.

A cell that cannot be read is one fault, with its file, line and column. Its row is kept: what the
other cells say, above all its id, is still known to the rest, and sums that need the unreadable
cell are not drawn. Columns whose name is nearly right (`Guided_Share`) are a fault and read all
the same. Tables with semicolons or tabs, in UTF-16 or another encoding, without a header, or with
an open quotation mark are one fault each. A byte-order mark and any line ends are read.

Names, titles and ids stand on one line. Characters that nobody can see (control characters,
marks that turn the direction of reading, zero-width blanks) are faults wherever they stand.

Nothing is read without bounds: only regular files (no devices, pipes or sockets); CSV tables of at
most 64 MiB, a million lines, 200 columns and 100,000 characters a line; YAML files of at most
2 MiB, 32 levels and 200,000 values, those that aliases repeat counted each time; ids of at most 80
and names of at most 300 characters; 20 scenarios that extend each other; 10,000 files in a folder.

## Does the order of rows matter?

Not to what is meant, nor to the hash of a scenario. Places, legs, modes, stays, outcomes and the
other tables are given their numbers in the order of their rows, though, and sums of
floating-point numbers are taken in that order. Two scenarios that differ in the order of rows
alone are therefore equal in every expectation, while single draws may fall out differently: their
results differ as two seeds do. Policies are the exception: their order never matters, to the bit.
Keep the order of rows when you compare runs to the bit.
"""


def main() -> None:
    """Write the page into the folder `docs` of the working directory."""
    path = Path("docs") / "scenario-format.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(format_reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
