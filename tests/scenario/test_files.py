"""Files of every sort in the place of a scenario's: each one clear fault, at once."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scenario.conftest import Folder
from travesia import api, csvtable, textfile
from travesia.errors import Problem
from travesia.scenario import strays
from travesia.scenario.tables import TABLES

Only = Callable[[], Problem]

REQUIRED = [spec.file for spec in TABLES if spec.required]
OPTIONAL = ["policies.yaml", "hazard_factors.csv", "facilities.csv", "papers.csv", "aims.csv"]
EVERY = [*REQUIRED, *OPTIONAL, "behaviour.yaml"]


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _zero(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _nowhere(path: Path) -> None:
    path.symlink_to("nowhere.csv")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket may not be long
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


@pytest.mark.parametrize("file", ["places.csv", "policies.yaml", "scenario.yaml"])
@pytest.mark.parametrize(
    ("make", "what"),
    [
        (Path.mkdir, "it is a folder, not a file"),
        (_pipe, "it is a pipe, not a file"),
        (_zero, "it is a device, not a file"),
        (_socket, "it is a socket, not a file"),
        (_nowhere, "it is a link to 'nowhere.csv', where nothing is"),
        (_loop, "the file cannot be read: Too many levels of symbolic links"),
    ],
)
def test_what_is_no_file(
    folder: Folder, only: Only, file: str, make: Callable[[Path], None], what: str
) -> None:
    (folder.path / file).unlink()
    make(folder.path / file)
    problem = only()
    assert problem.what == what
    assert problem.where == f"example/{file}"


@pytest.mark.parametrize("file", EVERY)
@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda d: d.decode().encode("utf-16"), "the file is UTF-16, not UTF-8 text"),
        (lambda d: d + b"\xff\n", "the file is not UTF-8 text"),
        (lambda d: b"", "the table is empty|the file holds nothing"),
        (lambda d: b"\xef\xbb\xbf", "the table is empty|the file holds nothing"),
        (lambda d: b'"' + d, "is broken|the first row is not a header|only the word"),
    ],
)
def test_an_unreadable_file_is_one_fault(
    folder: Folder, file: str, damage: Callable[[bytes], bytes], what: str
) -> None:
    path = folder.path / file
    path.write_bytes(damage(path.read_bytes()))
    errors = [p for p in folder.problems() if p.severity == "error"]
    assert len(errors) == 1, "\n".join(map(str, errors))
    assert any(part in errors[0].what for part in what.split("|")), errors[0]
    assert errors[0].where.startswith(f"example/{file}")


@pytest.mark.parametrize("file", ["places.csv", "outcomes.csv", "papers.csv"])
@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (",", ";", "the columns are separated by semicolons, not by commas"),
        (",", "\t", "the columns are separated by tabs, not by commas"),
    ],
)
def test_other_separators(
    folder: Folder, only: Only, file: str, old: str, new: str, what: str
) -> None:
    folder.write(file, folder.read(file).replace(old, new))
    assert only().what == what


@pytest.mark.parametrize("file", [f for f in EVERY if f.endswith(".csv")])
def test_a_table_without_its_header(folder: Folder, only: Only, file: str) -> None:
    folder.write_rows(file, folder.rows(file)[1:])
    problem = only()
    assert problem.what == "the first row is not a header of this table"
    assert problem.where == f"example/{file}, line 1"


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_other_line_ends_are_read(folder: Folder, end: str) -> None:
    for path in folder.path.glob("*.csv"):
        path.write_bytes(path.read_bytes().replace(b"\n", end.encode()))
    assert folder.problems() == []


def test_a_byte_order_mark_is_read(folder: Folder) -> None:
    for path in folder.path.glob("*.*"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert folder.problems() == []


@pytest.mark.parametrize("written", ["Guided_Share", " guided share ", "GUIDED-SHARE"])
def test_a_header_in_other_letters(folder: Folder, only: Only, written: str) -> None:
    folder.replace("cohorts.csv", "guided_share", written)
    problem = only()
    assert problem.what == f"unknown column '{written.strip()}'"
    assert problem.cure == "did you mean 'guided_share'?"


def test_a_column_given_twice(folder: Folder, only: Only) -> None:
    rows = folder.rows("modes.csv")
    folder.write_rows("modes.csv", [[*row, row[0]] for row in rows])
    assert only().what == "column 'id' is given twice"


@pytest.mark.parametrize(
    ("written", "file"),
    [
        ("POLICIES.YAML", "policies.yaml"),
        ("policies.yml", "policies.yaml"),
        ("hazard_factors.CSV", "hazard_factors.csv"),
        ("Places.csv", "places.csv"),
        ("places.csv.txt", "places.csv"),
        ("places (1).csv", "places.csv"),
        ("places - Copy.csv", "places.csv"),
        ("Copia de places.csv", "places.csv"),
        ("legs.xlsx", "legs.csv"),
        ("behaviour.yml", "behaviour.yaml"),
        ("stays", "stays.csv"),
        ("facilities.csv.bak", "facilities.csv"),
        ("OUTCOMES.csv", "outcomes.csv"),
        ("policies.yaml~", "policies.yaml"),
        ("Departures.tsv", "departures.csv"),
    ],
)
def test_a_misnamed_file_is_named(folder: Folder, only: Only, written: str, file: str) -> None:
    (folder.path / file).rename(folder.path / written)
    problem = only()
    assert problem.what == f"'{written}' is not read: the name must be '{file}'"
    assert problem.cure.startswith(f"rename it to {file}")


def test_a_misnamed_scenario_yaml_is_named(folder: Folder, only: Only) -> None:
    (folder.path / "scenario.yaml").rename(folder.path / "scenario.yml")
    problem = only()
    assert problem.what == "the folder has no scenario.yaml"
    assert problem.cure == "rename 'scenario.yml' to scenario.yaml"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("places (1).csv", "'places (1).csv' is not read: 'places.csv' is"),
        ("places.xlsx", "'places.xlsx' is not read: 'places.csv' is"),
        (".~lock.places.csv#", "'places.csv' is open in a spreadsheet"),
        ("~$places.csv", "'places.csv' is open in a spreadsheet"),
        ("notes.csv", "'notes.csv' is not a table of the format and is ignored"),
        ("extra.yml", "'extra.yml' is not a file of the format and is ignored"),
        ("patches/no_more.yml", "'no_more.yml' is not read: patches end in .yaml"),
        ("pa\x1b[2Jtches.yml", "'pa\ufffd[2Jtches.yml' is not a file of the format and is ignored"),
    ],
)
def test_a_file_that_is_not_read_is_remarked(folder: Folder, name: str, what: str) -> None:
    folder.write(name, "id\n")
    (problem,) = folder.problems()
    assert problem.severity == "warning"
    assert problem.what == what
    assert problem.cure


@pytest.mark.parametrize("name", ["README.md", ".git", ".DS_Store", "notes.txt", "runs"])
def test_other_files_are_nobodys_business(folder: Folder, name: str) -> None:
    folder.write(name, "x\n")
    assert folder.problems() == []


def test_a_misnamed_folder_is_remarked(folder: Folder) -> None:
    (folder.path / "patches").rename(folder.path / "patch")
    (problem,) = folder.problems()
    assert problem.what == "the folder 'patch' is not read: its name would be 'patches'"


@pytest.mark.parametrize("name", ["patches", "evidence"])
def test_a_file_in_the_place_of_a_folder(folder: Folder, only: Only, name: str) -> None:
    if name == "patches":
        (folder.path / name).rename(folder.path.parent / "moved")
    folder.write(name, "x")
    assert "not a folder" in only().what


def test_too_many_files(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strays, "MAX_ENTRIES", 5)
    assert "the folder holds more than 5 files" in [p.what for p in folder.problems()]


def test_too_many_rows(folder: Folder, only: Only, monkeypatch: pytest.MonkeyPatch) -> None:
    files = folder.path.glob("*.csv")
    lengths = sorted(len(path.read_text("utf-8").splitlines()) for path in files)
    monkeypatch.setattr(csvtable, "MAX_ROWS", lengths[-2])
    assert only().what == f"the table has more than {lengths[-2]:,} lines"


@pytest.mark.parametrize("file", ["places.csv", "departures.csv", "policies.yaml"])
def test_too_many_bytes(
    folder: Folder, only: Only, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textfile.read_bytes, "__defaults__", (1 << 20,))
    monkeypatch.setattr(textfile.read_text, "__defaults__", (1 << 20,))
    folder.write(file, folder.read(file) + "# xxxxxxx\n" * 250_000)
    assert only().what.startswith("the file is larger than")


def test_too_long_a_line_and_too_many_columns(folder: Folder) -> None:
    folder.cell("modes.csv", 3, "note", "x" * (csvtable.MAX_LINE + 1))
    rows = folder.rows("papers.csv")
    folder.write_rows("papers.csv", [row + ["x"] * csvtable.MAX_COLUMNS for row in rows])
    whats = [p.what for p in folder.problems()]
    assert len(whats) == 2, whats
    assert whats[0].startswith("the line has 100,0")
    assert whats[1].startswith("the table has 2")


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    "file", ["scenario.yaml", "behaviour.yaml", "policies.yaml", "patches/no_raids.yaml"]
)
@pytest.mark.parametrize(
    ("text", "what"),
    [
        (BOMB, "it holds more than 200,000 values"),
        ("a: " + "[" * 500 + "]" * 500 + "\n", "it is nested deeper than 32 levels"),
        ("[" * 100_000, "it is nested deeper than 32 levels"),
        ("- " * 100_000, "it is nested deeper than 32 levels"),
        ("a: &a\n  b: *a\n", "it is nested deeper than 32 levels"),
        ("a: &a [*a]\n", "it is nested deeper than 32 levels"),
        ("a: *nobody\n", "the YAML is broken: found undefined alias"),
    ],
)
def test_yaml_without_bounds(folder: Folder, only: Only, file: str, text: str, what: str) -> None:
    folder.write(file, text)
    problem = only()
    assert problem.what.startswith(what)
    assert problem.where.startswith(f"example/{file}, line ")


def test_large_yaml(folder: Folder, only: Only) -> None:
    folder.write("policies.yaml", "# " + "x" * textfile.MAX_YAML_BYTES)
    assert only().what == "the file is larger than 2 MiB"


UNSEEN = ["\x00", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\ufeff"]
WORDS = [
    ("cohorts.csv", "hnd-adult"), ("places.csv", "villa_sur"), ("legs.csv", "MX-VER"),
    ("scenario.yaml", "small invented"), ("policies.yaml", "train_raids"),
    ("behaviour.yaml", "alpha_cost"), ("patches/no_raids.yaml", "title"),
    ("departures.csv", "2019-02"), ("outcomes.csv", "stopped"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("character", "file", "word"),
    [*((c, *WORDS[0]) for c in UNSEEN), *((UNSEEN[n % 7], *w) for n, w in enumerate(WORDS[1:]))],
)
def test_characters_that_nobody_can_see(
    folder: Folder, only: Only, character: str, file: str, word: str
) -> None:
    folder.replace(file, word, f"{word[:3]}{character}{word[3:]}")
    problem = only()
    assert "characters that nobody can see" in problem.what
    assert f"U+{ord(character):04X}" in problem.what
    assert problem.where.startswith(f"example/{file}, line ")
    assert str(problem).isprintable()


@pytest.mark.parametrize("file", ["scenario.yaml", "policies.yaml"])
def test_escapes_in_yaml_bring_nothing_in(folder: Folder, only: Only, file: str) -> None:
    key = "title: " if file == "scenario.yaml" else "name: "
    folder.replace(file, key, f'{key}"A \\e[31m \\u202e B"  # ')
    problem = only()
    assert "(U+001B, U+202E)" in problem.what


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("S1,report,T,P,2019-13-45,https://example.org/,CC0,2020-01-01,,", "is not a date"),
        ("S1,report,T,P,2019-01-01,javascript:alert(1),CC0,2020-01-01,,", "has no web address"),
    ],
)
def test_the_evidence_of_a_scenario_is_checked(folder: Folder, row: str, what: str) -> None:
    from dataclasses import fields

    from travesia.evidence.records import Source

    given = dict(
        zip(
            ("id", "kind", "title", "publisher", "date", "url", "licence", "accessed"),
            row.split(","),
            strict=False,
        )
    )
    names = [f.name for f in fields(Source)]
    folder.write(
        "evidence/sources.csv", f"{','.join(names)}\n{','.join(given.get(n, '') for n in names)}\n"
    )
    found = [p for p in api.check(folder.path) if what in p.what]
    assert len(found) == 1, list(api.check(folder.path))
    assert found[0].where == "example/evidence/sources.csv, line 2"


def test_unreadable_evidence_is_told_with_the_other_faults(folder: Folder) -> None:
    folder.write("evidence/Sources.csv", "id\n")
    folder.cell("legs.csv", 2, "distance_km", "far")
    found = [p.what for p in api.check(folder.path)]
    assert found == [
        "distance_km is 'far', which is not a number",
        "'Sources.csv' is not a table of the ledger and is not read",
        "there is no table of the ledger",
    ]
