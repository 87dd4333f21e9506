"""What the documentation shows is true: its code runs, its commands give what it says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.blocks import PAGES, ROOT, Block, apply_diff, blocks, missing, sessions
from tests.plugins.conftest import install
from travesia import plugins
from travesia.cli import main

TUTORIAL = ROOT / "docs/tutorial.md"
WALKED = (TUTORIAL, ROOT / "docs/build-your-own.md", ROOT / "docs/nouns.md")
"""Pages that are followed from the first block to the last."""

FILE = re.compile(r"# (\S+/\S+)\n")
"""The first line of a block that is a file: its path."""

WITH_PYTHON = [
    page
    for page in PAGES
    if page not in WALKED and any(b.language == "python" for b in blocks(page))
]


def run_python(block: Block, names: dict[str, Any]) -> None:
    code = "\n" * (block.line - 1) + block.text  # so that a fault names the page's line
    exec(compile(code, str(block.page), "exec"), names)


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda p: p.name)
def test_python_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of a page run one after the other, as a reader would type them."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "page"}
    for block in blocks(page):
        if block.language == "python":
            run_python(block, names)


@pytest.mark.parametrize("page", WALKED, ids=lambda p: p.stem)
def test_a_page_can_be_followed(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every block of the page in its order, and the output that it shows."""
    monkeypatch.chdir(tmp_path)
    for block in blocks(page):
        name = FILE.match(block.text)
        if name:
            path = tmp_path / name.group(1)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        elif block.language == "console":
            for session in sessions(block):
                capsys.readouterr()
                status = main(list(session.arguments))
                out, err = capsys.readouterr()
                assert status == (2 if "fault in" in "".join(session.shown) else 0), err
                assert missing(session.shown, out + err) == [], session.arguments
        elif block.language == "diff":
            apply_diff(block, tmp_path)
        elif block.language == "shell":
            assert block.text.startswith("pip install ./")
            site = install(tmp_path / block.text.split("./")[1].strip(), tmp_path / "site")
            monkeypatch.syspath_prepend(str(site))
            plugins.installed.cache_clear()
        else:
            assert block.language == "python"
            run_python(block, {"__name__": "page"})


@pytest.fixture(autouse=True)
def _without_plugins() -> Iterator[None]:
    yield
    plugins.installed.cache_clear()


def commands(text: str) -> list[list[str]]:
    """The `travesia` commands of a shell block; long runs are only checked."""
    found = []
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if not words or not words[0].endswith("travesia"):
            continue
        if words[1:3] == ["run", "corridor"]:
            words[1:] = ["check", *(w for w in words[2:] if w != "--coarse")]
        elif words[1:3] == ["compare", "corridor"] and words[3:4] and words[3][0] != "-":
            words[1:] = ["check", "corridor", "-p", words[3]]
        found.append(words[1:])
    return found


SHELL = [
    (page.name, words)
    for page in (ROOT / "README.md", ROOT / "docs/evidence.md")
    for block in blocks(page)
    if "python3 -m venv" not in block.text
    for words in commands(block.text)
]


def test_there_are_commands_to_run() -> None:
    assert len(SHELL) > 8


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme")


@pytest.mark.parametrize(
    ("page", "words"), SHELL, ids=lambda w: w if isinstance(w, str) else "_".join(w)
)
def test_commands_of_a_page_work(
    page: str,
    words: list[str],
    workplace: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(workplace)
    if words[:2] == ["check", "my-corridor"] and not Path("my-corridor").exists():
        main(["new", "my-corridor"])  # this test alone, or on another worker
    assert main(words) == 0, capsys.readouterr().err
    assert capsys.readouterr().out


def test_the_readme_gives_one_line_to_run_and_one_to_test() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for heading, ends in (("Run it", "travesia run"), ("Test it", "-m pytest -n 2")):
        section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
        fence = re.match(r"\s*```\n(.*)\n```\n", section)
        assert fence, f"no single line directly under {heading}"
        line = fence.group(1)
        assert "\n" not in line
        assert line.startswith("python3 -m venv .venv && ")
        assert line.endswith(ends)


def _targets(page: Path) -> list[str]:
    return re.findall(r"!?\[[^\]]*\]\(([^)\s#]+)[^)]*\)", page.read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [
        target
        for target in _targets(page)
        if "." in target and "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs/index.md").read_text("utf-8")
    for page in PAGES[1:]:
        if page.stem != "index":
            assert f"\n{page.stem}\n" in index, f"{page.name} is in no list of docs/index.md"
