"""Spoilt FLEE folders: each is imported (and then runs) or refused in words, never with a trace."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.flee.helpers import SMALL, copy_case
from travesia.errors import InputError, ProblemList
from travesia.kinds.flee import load_scenario, read_instance, write_scenario
from travesia.kinds.flee.kind import Flee
from travesia.kinds.flee.tables import run_case

FILES = sorted(p.relative_to(SMALL).as_posix() for p in SMALL.rglob("*") if p.is_file())

CELLS = (
    "", " ", "-1", "-99", "0", "1", "1e400", "1e-400", "nan", "inf", "-inf", "1.5", "1,020",
    '"1,020"', "1.020", "<10", "n/a", "NaN", "99999999999999999999", "2021-13-01", "2021-02-30",
    "21/01/2021", "0001-01-01", "9999-12-31", "Duna", "Estero", "Alba", "unknown", "True", "\u0661",
    "\u00e9\u00f1", '"', "'", ";", "#", "\t", "=1+1", "camp", "conflict_zone", "x" * 3000, "1_000",
    "\ufeff", "\u202e", "../../etc/passwd", "duna.csv", "/", "\\", "%s", "{}", "0x10", "\U0001f600",
)  # fmt: skip

LINES = ("", "#", ",", ",,,,,,,,", "Alba", "a,b,c,d,e,f,g,h,i,j", '"open', "#Day", "key: value",
         "- 1", "\t", "{", "&a [*a]", "? x", "%YAML 1.1", "---",
         "!!python/object:os.system x")  # fmt: skip

Text = list[str]


def replace_cell(lines: Text, r: random.Random) -> Text:
    at = r.randrange(len(lines))
    if ":" in lines[at] and "," not in lines[at]:
        return [*lines[:at], lines[at].split(":")[0] + ": " + r.choice(CELLS), *lines[at + 1 :]]
    cells = lines[at].split(",")
    cells[r.randrange(len(cells))] = r.choice(CELLS)
    return [*lines[:at], ",".join(cells), *lines[at + 1 :]]


def drop_line(lines: Text, r: random.Random) -> Text:
    at = r.randrange(len(lines))
    return lines[:at] + lines[at + 1 :]


def twice(lines: Text, r: random.Random) -> Text:
    at = r.randrange(len(lines))
    return [*lines[:at], lines[at], *lines[at:]]


def strange_line(lines: Text, r: random.Random) -> Text:
    at = r.randrange(len(lines) + 1)
    return [*lines[:at], r.choice(LINES), *lines[at:]]


def shuffled(lines: Text, r: random.Random) -> Text:
    return r.sample(lines, len(lines))


def drop_column(lines: Text, r: random.Random) -> Text:
    at = r.randrange(max(line.count(",") for line in lines) + 1)
    return [",".join(c for i, c in enumerate(line.split(",")) if i != at) for line in lines]


def swap_columns(lines: Text, r: random.Random) -> Text:
    a, b = r.randrange(5), r.randrange(5)
    rows = [line.split(",") for line in lines]
    for row in rows:
        if max(a, b) < len(row):
            row[a], row[b] = row[b], row[a]
    return [",".join(row) for row in rows]


def cut_short(lines: Text, r: random.Random) -> Text:
    text = "\n".join(lines)
    return text[: r.randrange(len(text))].split("\n")


def semicolons(lines: Text, r: random.Random) -> Text:
    return [line.replace(",", ";") for line in lines]


EDITS: tuple[Callable[[Text, random.Random], Text], ...] = (
    replace_cell, replace_cell, replace_cell, replace_cell, drop_line, twice, strange_line,
    shuffled, drop_column, swap_columns, cut_short, semicolons,
)  # fmt: skip

BYTES: tuple[Callable[[bytes], bytes], ...] = (
    lambda b: b"", lambda b: b"\x00" * 40, lambda b: b.decode().encode("utf-16"),
    lambda b: b + b"\xff\xfe\x80", lambda b: b.replace(b"\n", b"\r"),
    lambda b: b"\xef\xbb\xbf" * 3 + b,
    lambda b: b.replace(b"a", b"\xe1"), lambda b: b"[" * 3000, lambda b: b.replace(b",", b'"', 3),
)  # fmt: skip


def spoil(case: Path, r: random.Random) -> str:
    """Spoil one or two files of a case; tells how."""
    told = []
    for _ in range(r.choice((1, 1, 2))):
        name = r.choice(FILES)
        path = case / name
        if not path.is_file():
            continue
        how = r.random()
        if how < 0.04:
            path.unlink()
            told.append(f"{name} gone")
        elif how < 0.07:
            path.unlink()
            path.mkdir()
            told.append(f"{name} is a folder")
        elif how < 0.17:
            change = r.choice(BYTES)
            path.write_bytes(change(path.read_bytes()))
            told.append(f"{name} bytes {BYTES.index(change)}")
        else:
            edit = r.choice(EDITS)
            lines = path.read_text("utf-8", errors="surrogateescape").splitlines() or [""]
            text = "\n".join(edit(lines, r)) + "\n"
            path.write_text(text, "utf-8", errors="surrogateescape")
            told.append(f"{name} {edit.__name__}")
    return ", ".join(told)


def check(seed: int, folder: Path) -> bool:
    """Whether a spoilt case was imported; a fault must come in words, with a cure."""
    r = random.Random(seed)
    case = copy_case(folder)
    told = spoil(case, r)
    problems, faults = ProblemList(), None
    try:
        found = read_instance(case, problems=problems)
        written = write_scenario(found, folder / "s")
        again = load_scenario(written)
        result = run_case(replace(again, days=min(again.days, 12)), compatible=seed % 4 == 0)
    except InputError as error:
        faults = error.problems
    except Exception as error:
        raise AssertionError(f"seed {seed}: {told}") from error
    if faults is not None:
        assert faults
        assert all(p.what and p.cure for p in faults), (told, faults)
        return False
    for part in ("start", "days", "places", "routes", "closures", "spells", "counts", "settings"):
        assert getattr(again, part) == getattr(found, part), (seed, told, part)
    score = Flee().scores(result)
    assert score is None or score.to_text()
    return True


def check_many(seeds: range, folder: Path) -> int:
    imported = 0
    for seed in seeds:
        mine = folder / str(seed)
        mine.mkdir()
        imported += check(seed, mine)
        shutil.rmtree(mine)
    return imported


def test_spoilt_cases_are_imported_or_refused_in_words(tmp_path: Path) -> None:
    assert 10 < check_many(range(60), tmp_path) < 50


@pytest.mark.long
def test_thousands_of_spoilt_cases_are_imported_or_refused_in_words(tmp_path: Path) -> None:
    check_many(range(1000, 5000), tmp_path)
