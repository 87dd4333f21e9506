"""Code blocks of the documentation, and running them as a reader would."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, first line, language and text."""

    page: Path
    line: int
    language: str
    text: str


def blocks(page: Path) -> list[Block]:
    """All fenced code blocks of a page, without directives such as ``{toctree}``."""
    found: list[Block] = []
    lines = page.read_text("utf-8").splitlines()
    start, language = 0, ""
    for number, line in enumerate(lines, 1):
        if not line.startswith("```"):
            continue
        if start:
            text = "\n".join(lines[start : number - 1]) + "\n"
            if not language.startswith("{"):
                found.append(Block(page, start + 1, language, text))
            start = 0
        else:
            start, language = number, line[3:].strip()
    assert not start, f"{page.name}: the block of line {start} is not closed"
    return found


@dataclass(frozen=True)
class Session:
    """One command of a console block and the output that the page shows, if any."""

    arguments: tuple[str, ...]
    shown: tuple[str, ...]


def sessions(block: Block) -> list[Session]:
    """Commands of a console block: ``$ travesia ...`` lines, each with what follows it."""
    found: list[tuple[list[str], list[str]]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            words = shlex.split(line[2:], comments=True)
            assert words[0] == "travesia", f"{block.page.name}, line {block.line}: {line}"
            found.append((words[1:], []))
        else:
            found[-1][1].append(line)
    return [Session(tuple(words), tuple(shown)) for words, shown in found]


def missing(shown: tuple[str, ...], output: str) -> list[str]:
    """Lines that the page shows and the output lacks; ``…`` stands for anything."""
    have = [line.rstrip() for line in output.splitlines()]
    patterns = (".*".join(re.escape(part) for part in line.rstrip().split("…")) for line in shown)
    return [p for p in patterns if not any(re.fullmatch(p, line) for line in have)]


def apply_diff(block: Block, folder: Path) -> Path:
    """Apply a diff block as a reader would: find the lines, replace them, once."""
    head, _, body = block.text.partition("@@\n")
    match = re.search(r"^\+\+\+ (\S+)$", head, flags=re.M)
    assert match, f"{block.page.name}, line {block.line}: the diff names no file"
    path = folder / match.group(1)
    lines = body.splitlines()
    old = "\n".join(line[1:] for line in lines if line[:1] in " -") + "\n"
    new = "\n".join(line[1:] for line in lines if line[:1] in " +") + "\n"
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{block.page.name}: the lines are not once in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")
    return path
