"""Damages a sound scenario in thousands of seeded ways, and says which must be refused.

A :class:`Mutant` is a set of changed files; a :class:`Bench` puts them into a folder, checks it and
puts the folder right again. Both know nothing of the kinds of damage, so that others may be added.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, get_args
from unittest.mock import patch

from travesia import api
from travesia.errors import Problem, ProblemList
from travesia.evidence import Ledger
from travesia.scenario import layers
from travesia.scenario.base import Country, Id, Month, Text
from travesia.scenario.checks.references import REFERENCES
from travesia.scenario.tables import TABLES, TableSpec
from travesia.scenario.yamlfile import Document

EXAMPLE = layers.SHIPPED_FOLDER / "example"

BAD_VALUES = (
    "x", "-1", "NaN", "inf", "1e400", "2019-02-30", "1,5", "1.100", "", "9" * 400, "80%", "yes",
    "true", "None", "12 people", "0x10", "2019-13", "hnd", "Ünïcode", "a b", "a" * 5000,
    "two\nlines", "a\x00b", "a\x1b[31mb", "a\u202eb", "'", '"', "*", ";", "=1+1", "1_000", "١٢",
)  # fmt: skip
"""What people and spreadsheets leave in cells."""

NO_NUMBER = frozenset({
    "x", "NaN", "inf", "1e400", "2019-02-30", "1,5", "9" * 400, "80%", "yes", "true", "None",
    "12 people", "0x10", "2019-13", "hnd", "a" * 5000, "two\nlines",
})  # fmt: skip
NO_DATE = NO_NUMBER | {"-1", "1.100"}
UNSEEN = frozenset({"a\x00b", "a\x1b[31mb", "a\u202eb"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """Files of a scenario folder that are replaced (None: removed), and what must be found.

    ``faults``: exactly so many; ``refused``: at least one; neither: anything but an exception.
    """

    name: str
    files: dict[str, bytes | None]
    faults: int | None = None
    refused: bool = False
    where: str = ""

    def complaint(self, problems: list[Problem]) -> str:
        """What is wrong with the answer of the check; "" if nothing is."""
        errors = [p for p in problems if p.severity == "error"]
        shown = "".join(f"\n    {p}" for p in errors[:8])
        if self.faults is not None and len(errors) != self.faults:
            return f"{self.name}: {len(errors)} faults instead of {self.faults}{shown}"
        if self.refused and not errors:
            return f"{self.name}: accepted"
        if self.where and not any(p.where == self.where for p in errors):
            return f"{self.name}: nothing at {self.where}{shown}"
        raw = [p for p in problems if not f"{p.what}{p.where}{p.cure}".isprintable()]
        return f"{self.name}: unprintable message {raw[0]!r}" if raw else ""


class Bench:
    """A copy of the example to damage; reading what did not change is done once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "example"
        shutil.copytree(EXAMPLE, self.folder)
        self._stack = ExitStack()
        self._documents: dict[tuple[str, bytes], Document] = {}
        self._read_yaml = vars(layers)["read_yaml"]
        self._packaged, self._load = Ledger.load(), Ledger.load

    def __enter__(self) -> Bench:
        self._stack.enter_context(patch.object(layers, "read_yaml", self._cached_yaml))
        self._stack.enter_context(patch.object(Ledger, "load", staticmethod(self._ledger)))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _ledger(self, folder: Path | None = None) -> Ledger:
        return self._packaged if folder is None else self._load(folder)

    def _cached_yaml(self, path: Path, label: str, problems: ProblemList) -> Document | None:
        key = (label, path.read_bytes() if path.is_file() else b"")
        if key not in self._documents:
            before = len(problems)
            document: Document | None = self._read_yaml(path, label, problems)
            if document is None or len(problems) > before:
                return document
            if len(self._documents) > 1000:
                self._documents.clear()
            self._documents[key] = document
        return self._documents[key]

    def check(self, mutant: Mutant) -> str:
        """Check the scenario with the damage; returns the complaint of the mutant."""
        kept = {name: original(name) for name in mutant.files}
        try:
            for name, content in mutant.files.items():
                self._put(name, content)
            problems = list(api.check(self.folder))
        except Exception as error:
            raise AssertionError(f"{mutant.name}: {type(error).__name__}: {error}") from error
        finally:
            for name, content in kept.items():
                self._put(name, content)
        return mutant.complaint(problems)

    def _put(self, name: str, content: bytes | None) -> None:
        path = self.folder / name
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(content)


@cache
def original(name: str) -> bytes | None:
    """The sound content of a file of the example, or None."""
    path = EXAMPLE / name
    return path.read_bytes() if path.is_file() else None


@cache
def file_names() -> tuple[str, ...]:
    """All files of the example."""
    return tuple(sorted(str(p.relative_to(EXAMPLE)) for p in EXAMPLE.rglob("*.*") if p.is_file()))


@cache
def rows_of(spec: TableSpec) -> tuple[tuple[str, ...], ...]:
    """Header and rows of a table of the example."""
    text = (original(spec.file) or b"").decode()
    return tuple(tuple(row) for row in csv.reader(io.StringIO(text, newline="")))


def with_cells(spec: TableSpec, cells: dict[tuple[int, str], str]) -> bytes:
    """A table with some cells, given by row (1 is the first after the header) and column, changed.

    A column that the example leaves out is added, blank elsewhere.
    """
    rows = [list(row) for row in rows_of(spec)]
    for (row, column), value in cells.items():
        if column not in rows[0]:
            for n, one in enumerate(rows):
                one.append("" if n else column)
        rows[row][rows[0].index(column)] = value
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "surrogatepass")


TABLES_HERE = tuple(spec for spec in TABLES if original(spec.file))


def _kinds(annotation: Any) -> set[Any]:
    parts = get_args(annotation)
    return {annotation} if not parts else set().union(*(_kinds(p) for p in parts))


def cannot_hold(spec: TableSpec, column: str, value: str) -> bool:
    """Whether no cell of a column may hold a value, by the description of the format."""
    info = spec.record.columns()[column]
    kinds = _kinds(info.annotation)
    if value in UNSEEN:
        return True
    if value == "":
        return info.is_required()
    if float in kinds or (int in kinds and bool not in kinds):
        negative = any(
            getattr(piece, "ge", -1) == 0 or getattr(piece, "gt", -1) == 0
            for piece in _pieces(info)
        )
        return value in NO_NUMBER or (value == "-1" and negative)
    if dt.date in kinds:
        return value in NO_DATE
    for kind, good in ((Month, ()), (Country, ()), (Id, _GOOD_IDS)):
        if _is(info, kind):
            return value in NO_DATE - set(good) or (kind is Id and value in {"a b", "Ünïcode"})
    if bool in kinds:
        return value in NO_DATE - {"yes", "true", "x"} or value == "x"
    if str not in kinds and all(isinstance(kind, str) for kind in kinds - {type(None)}):
        return value in NO_DATE
    return _is(info, Text) and value in {"a" * 5000, "two\nlines"}


_GOOD_IDS = ("x", "inf", "1e400", "2019-02-30", "2019-13", "yes", "true", "hnd", "0x10")


def _pieces(info: Any) -> list[Any]:
    """The constraints of a field, also those of one of several kinds that it may be."""
    out = list(info.metadata)
    stack = list(get_args(info.annotation))
    while stack:
        part = stack.pop()
        out += getattr(part, "__metadata__", ())
        stack += get_args(part)
    return [p for piece in out for p in (piece, *getattr(piece, "metadata", ()))]


def _is(info: Any, kind: Any) -> bool:
    wanted = kind.__metadata__[0]
    return wanted in info.metadata or any(
        wanted in getattr(part, "__metadata__", ()) for part in get_args(info.annotation)
    )


def matrix() -> Iterator[Mutant]:
    """Every column of every table with every bad value; exactly one fault where it cannot be."""
    for spec in TABLES_HERE:
        count = len(rows_of(spec)) - 1
        for n, column in enumerate(spec.record.columns()):
            for k, value in enumerate(BAD_VALUES):
                row = 1 + (7 * n + k) % count
                one = cannot_hold(spec, column, value)
                yield Mutant(
                    f"{spec.file} row {row} {column} = {value[:20]!r}",
                    {spec.file: with_cells(spec, {(row, column): value})},
                    faults=1 if one and value not in UNSEEN else None,
                    refused=one,
                    where=f"example/{spec.file}, line {row + 1}" if one else "",
                )


def pairs(seed: int, count: int) -> Iterator[Mutant]:
    """Two cells that cannot be: two faults, wherever they stand."""
    rng = random.Random(seed)
    while count:
        cells: dict[str, dict[tuple[int, str], str]] = {}
        chosen = []
        for _ in range(2):
            spec = rng.choice(TABLES_HERE)
            column = rng.choice(list(spec.record.columns()))
            bad = [v for v in BAD_VALUES if cannot_hold(spec, column, v) and v not in UNSEEN]
            row = rng.randrange(1, len(rows_of(spec)))
            if bad and (row, column) not in cells.get(spec.name, {}):
                cells.setdefault(spec.name, {})[(row, column)] = value = rng.choice(bad)
                chosen.append(f"{spec.file} row {row} {column} = {value[:20]!r}")
        if len(chosen) == 2:
            count -= 1
            by_name = {spec.name: spec for spec in TABLES_HERE}
            files = {by_name[n].file: with_cells(by_name[n], c) for n, c in cells.items()}
            yield Mutant(" and ".join(chosen), dict(files), faults=2)


def unknown_names() -> Iterator[Mutant]:
    """Every cell that names something names nothing instead."""
    by_name = {spec.name: spec for spec in TABLES_HERE}
    for table, column, _, _ in REFERENCES:
        spec = by_name.get(table)
        for row in range(1, len(rows_of(spec))) if spec else ():
            assert spec is not None
            value = "XYZ" if column == "nationality" else "no_such_thing"
            yield Mutant(
                f"{spec.file} row {row} {column} names nothing",
                {spec.file: with_cells(spec, {(row, column): value})},
                refused=True,
            )


_NUMBER = re.compile(r"\b(?:value|low|high): (-?[0-9.]+)")
_DATE = re.compile(r"\b(?:start|end|spin_up): (\d{4}-\d\d-\d\d)")
_NO_NUMBERS = ("x", "'1,5'", "80%", ".nan", "1e400", "[1]", "{a: 1}")
_NO_DATES = ("x", "2019-02-30", "[2019-01-01]", "2019", "5.5")


def yaml_values() -> Iterator[Mutant]:
    """Every number and date of the YAML files is something else."""
    for name in ("behaviour.yaml", "policies.yaml", "scenario.yaml"):
        text = (original(name) or b"").decode()
        for pattern, values in ((_NUMBER, _NO_NUMBERS), (_DATE, _NO_DATES)):
            for match in pattern.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                for value in values:
                    damage = text[: match.start(1)] + value + text[match.end(1) :]
                    yield Mutant(
                        f"{name} line {line}: {match[0]} is {value}",
                        {name: damage.encode()},
                        faults=1,
                    )


def damaged(seed: int, count: int) -> Iterator[Mutant]:
    """Files damaged at random: bytes, lines, cells, words, ends, encodings."""
    rng = random.Random(seed)
    for _ in range(count):
        name = rng.choice(file_names())
        data = original(name) or b""
        kind = rng.choice(_DAMAGES)
        yield Mutant(f"{name}: {kind.__name__}, seed {seed}", {name: kind(data, rng)})


def _flip(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 5, 20))):
        out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def _truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _insert(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    what = rng.choice(
        (
            b'"',
            b"'",
            b",",
            b"\n",
            b"\r",
            b"\t",
            b"\0",
            b"\xff",
            b": ",
            b"{",
            b"[",
            b"&a ",
            b"*a ",
            b"- ",
            b"#",
            b"\xe2\x80\xae",
            b"\x1b[2J",
            b"!!x ",
            b"| ",
            b"\xef\xbb\xbf",
            b"<<: ",
            b"? ",
            b"%",
            b"@",
            b"`",
        )
    )
    return data[:at] + what * rng.choice((1, 1, 2, 50)) + data[at:]


def _lines(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    what = rng.choice(("drop", "twice", "swap", "join", "indent", "many"))
    if what == "drop":
        del lines[i]
    elif what == "twice":
        lines.insert(j, lines[i])
    elif what == "swap":
        lines[i], lines[j] = lines[j], lines[i]
    elif what == "join":
        lines[i : i + 2] = [b"".join(lines[i : i + 2])]
    elif what == "indent":
        lines[i] = b" " * rng.choice((1, 2, 3, 4)) + lines[i]
    else:
        lines[i:i] = [lines[i]] * 30
    return b"\n".join(lines)


def _word(data: bytes, rng: random.Random) -> bytes:
    """One cell, key or value becomes another word."""
    text = data.decode()
    marks = [i for i, c in enumerate(text) if c in ",:[]{}\n;"]
    k = rng.randrange(len(marks) - 1)
    others = [text[a + 1 : b] for a, b in pairwise(marks)]
    more = ("[]", "{}", "null", "~", ".inf", "-.nan", "[[[[]]]]", "{a: {b: {c: 1}}}", "*", "-")
    value = rng.choice((*BAD_VALUES, *more, rng.choice(others), rng.choice(others)))
    return (text[: marks[k] + 1] + value + text[marks[k + 1] :]).encode("utf-8", "surrogatepass")


def _ends(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b"\n", rng.choice((b"\r", b"\r\n", b"\n\n", b"\x0b", b"\xe2\x80\xa8")))


def _encoding(data: bytes, rng: random.Random) -> bytes:
    text = data.decode() + rng.choice(("", "ñ", "日"))
    kind = rng.choice(("utf-16", "utf-16-le", "utf-32", "cp1252", "utf-8-sig", "utf-7", "cp500"))
    return text.encode(kind, "replace")


def _marks(data: bytes, rng: random.Random) -> bytes:
    old, new = rng.choice(
        (
            (b",", b";"),
            (b",", b"\t"),
            (b'"', b"'"),
            (b".", b","),
            (b":", b"="),
            (b" ", b"\xc2\xa0"),
            (b"-", b"\xe2\x80\x93"),
            (b"0", b"O"),
        )
    )
    return data.replace(old, new, rng.choice((-1, 1, 3)))


_DAMAGES = (_flip, _truncate, _insert, _lines, _word, _word, _word, _ends, _encoding, _marks)
