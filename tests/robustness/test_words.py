"""What goes out: every command in every encoding, no raw control characters, closed outputs."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.conftest import Command, process
from travesia.cli.common import say_json
from travesia.cli.words import json_text, one_line, plain, prepare

COMMANDS = {
    "run": ["run", "example", "--draws", "0", "--sample", "0.1", "--no-report", "--overwrite",
            "--out", "r2"],
    "score": ["score", "r"],
    "score claims": ["score", "r", "--claims"],
    "report": ["report", "r", "--out", "page.html", "--overwrite"],
    "check": ["check", "example"],
    "list": ["list", "policies", "--scenario", "example"],
    "list what-ifs": ["list", "what-ifs"],
    "explain": ["explain", "aldea", "--scenario", "example"],
    "explain policy": ["explain", "remain_in_mexico"],
    "explain day": ["explain", "day"],
    "evidence": ["evidence", "migración"],
    "evidence conflicts": ["evidence", "--kind", "conflict"],
    "compare": ["compare", "example", "no_raids", "-n", "2", "--sample", "0.05", "--out", "c",
                "--workers", "1"],
    "ensemble": ["ensemble", "example", "-n", "2", "--sample", "0.05", "--out", "e",
                 "--workers", "1"],
    "help": ["--help"],
    "a fault": ["check", "señor–→"],
    "usage": ["run", "--“no"],
    "new": ["new", "mine", "--from", "example", "--out", "mine"],
}  # fmt: skip
ENCODINGS = {
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "ascii": {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
    "C": {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"},
}
FAST = ("score", "list", "explain", "help", "a fault")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("words")
    done = process(
        "run", "example", "--draws", "0", "--no-report", "--quiet", "--out", "r", cwd=folder
    )
    assert done.status == 0, done.err
    return folder


def _run(place: Path, name: str, environment: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHONUTF8"))}
    return subprocess.run(
        [sys.executable, "-m", "travesia", *COMMANDS[name]],
        cwd=place,
        capture_output=True,
        env={**env, **environment},
        timeout=300,
        check=False,
    )


REFUSED = ("a fault", "usage", "score claims")
"""Commands that end with status 2; the example has no claims."""


def _assert_fine(name: str, done: subprocess.CompletedProcess[bytes]) -> None:
    assert done.returncode == (2 if name in REFUSED else 0), done.stderr
    for stream in (done.stdout, done.stderr):
        assert b"Traceback" not in stream
        assert b"fault of ours" not in stream


@pytest.mark.parametrize("name", FAST)
def test_commands_in_ascii(place: Path, name: str) -> None:
    done = _run(place, name, ENCODINGS["ascii"])
    _assert_fine(name, done)
    assert (done.stdout + done.stderr).decode("ascii")


@pytest.mark.long
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_every_encoding(place: Path, name: str, encoding: str) -> None:
    if name == "new" and (place / "mine").exists():
        pytest.skip("made already")
    _assert_fine(name, _run(place, name, ENCODINGS[encoding]))


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
def test_json_says_the_same_in_every_encoding(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding=encoding))
    value = {"name": "Juárez – 日本", "dir": "\u202e", "x": "\x9b\ud800"}
    say_json(value)
    sys.stdout.flush()
    assert json.loads(raw.getvalue().decode(encoding)) == value


@pytest.mark.parametrize("name", ["list", "help"])
@pytest.mark.parametrize("closed", [">&- 2>&- <&-", "| head -n 1", "| true"])
@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
def test_outputs_that_are_closed(place: Path, name: str, closed: str) -> None:
    command = f'set -o pipefail; "{sys.executable}" -m travesia {" ".join(COMMANDS[name])} {closed}'
    done = subprocess.run(["bash", "-c", command], cwd=place, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


# -- control characters --------------------------------------------------------------------------

HOSTILE = "\x1b]0;owned\x07\x1b[31mred\x1b[0m \u202egnp.exe\u202c \x9b2J \x00 \r \u2066 \u200f"


def test_control_characters_are_shown_and_do_nothing() -> None:
    shown = plain(HOSTILE)
    assert shown.startswith(r"\x1b]0;owned\x07\x1b[31mred\x1b[0m \u202egnp.exe\u202c \x9b2J \x00")
    assert one_line("a\nb\tc") == r"a\nb c"
    for kept in ("Ciudad Juárez – “Ñ” → 日本", "क्‍ष", "می‌خواهم", "two\nlines\tand a tab"):
        assert plain(kept) == kept


@given(st.text())
def test_no_text_moves_a_terminal(text: str) -> None:
    shown = plain(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert bool(shown.encode("utf-8")) == bool(text)  # no lone surrogates
    assert plain(shown) == shown


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_json_is_valid_and_without_control_characters(value: dict[str, Any]) -> None:
    text = json_text(value)
    assert json.loads(text) == value
    assert plain(text) == text


@given(st.text(), st.sampled_from(["ascii", "latin-1", "cp1252", "cp437", "utf-8", "shift_jis"]))
def test_any_text_can_be_written_in_any_encoding(text: str, encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="strict")
    prepare(stream)
    stream.write(plain(text))
    stream.flush()
    assert raw.getvalue().decode(encoding) is not None


def test_near_characters_are_used() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    prepare(stream)
    stream.write("Juárez – 5 ± 1 → “x” 日")
    stream.flush()
    assert raw.getvalue() == b'Juarez - 5 +- 1 -> "x" ?'


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", HOSTILE.replace("\x00", "")],
        ["score", "\x1b[31m"],
        ["explain", "\x1b]0;x\x07"],
        ["\x1b[2J"],
        ["run", "--\x1b[2J"],
        ["run", "example", "--out", "a\x1b[31m/b\n\u202e", "--set", "x=\x1b[1m"],
        ["evidence", "--kind", "\x1b[1m", "\u202e"],
    ],
)
def test_arguments_come_back_without_control_characters(cli: Command, arguments: list[str]) -> None:
    done = cli(*arguments)
    assert plain(done.out + done.err) == done.out + done.err


def test_names_in_a_scenario_are_printed_without_control_characters(
    cli: Command, tmp_path: Path
) -> None:
    assert cli("new", "mine", "--from", "example").status == 0
    path = tmp_path / "mine" / "places.csv"
    text = path.read_text("utf-8")
    assert ",Aldea," in text
    path.write_text(text.replace(",Aldea,", ",Al\x1b[31mdea\u202e,"), "utf-8")
    for arguments in (
        ("list", "places", "--scenario", "mine"),
        ("list", "places", "--scenario", "mine", "--json"),
        ("check", "mine"),
    ):
        done = cli(*arguments)
        assert plain(done.out + done.err) == done.out + done.err
