"""Reads YAML with the line of every key, as YAML 1.2: ``NO`` stays a word.

A file may be so deep and so long and no more: 374 bytes of nested aliases would else become
gigabytes, and a few hundred brackets more than Python can nest.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from travesia.errors import ProblemList
from travesia.textfile import (
    MAX_REPORTED,
    MAX_YAML_BYTES,
    UNPRINTED,
    read_text,
    report_unprinted,
    shorten,
    without_unprinted,
)

Path_ = tuple[int | str, ...]

MAX_INT = 1 << 63
"""Whole numbers from here on stay text: nothing counts so far, and few things could print them."""

MAX_DEPTH = 32
MAX_VALUES = 200_000
"""Keys and values of a file, those that aliases repeat counted as often as they are repeated."""


@dataclass(slots=True)
class Document:
    """Plain data of a YAML file, and the line (from 1) of every key and item by its path."""

    data: Any
    lines: dict[Path_, int] = field(default_factory=dict)

    def line(self, path: Path_) -> int:
        """Line of a path, or of the nearest thing around it."""
        for n in range(len(path), -1, -1):
            if path[:n] in self.lines:
                return self.lines[path[:n]]
        return 1


class _TooLargeError(Exception):
    """A document that goes beyond a limit: what, and in which line."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


class _ShallowComposer(Composer):
    """Makes nodes of the text, and stops where it goes deeper than people write."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            line = self.parser.peek_event().start_mark.line + 1
            raise _TooLargeError(f"it is nested deeper than {MAX_DEPTH} levels", line)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read_yaml(path: Path, label: str, problems: ProblemList) -> Document | None:
    """Read a YAML file, or report why it cannot be read and return None."""
    text = read_text(path, label, problems, MAX_YAML_BYTES)
    return None if text is None else parse_yaml(text, label, problems)


def parse_yaml(text: str, label: str, problems: ProblemList) -> Document | None:
    """Parse YAML text. Repeated keys and broken syntax are reported with their line."""
    cure = "check indentation, quotes and colons"
    text = _seen(text, label, problems)
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _ShallowComposer
    try:
        node = yaml.compose(text)
        document = Document(None)
        if node is not None:
            document.data = _Builder(document, label, problems).build(node, ())
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        what = f"the YAML is broken: {shorten(str(error.problem or error.context), 200)}"
        problems.error(what, f"{label}, line {line}", cure)
        return None
    except YAMLError as error:
        what = f"the YAML is broken: {shorten(str(error).splitlines()[0], 200)}"
        problems.error(what, label, cure)
        return None
    except _TooLargeError as error:
        problems.error(str(error), f"{label}, line {error.line}", "write it out flat and short")
        return None
    return document


def scalar(text: str) -> Any:
    """The value that a bare YAML word stands for (number, date, true, null or the word)."""
    problems = ProblemList()
    document = parse_yaml(text, "", problems)
    return text if document is None or problems.items else document.data


def _seen(text: str, label: str, problems: ProblemList) -> str:
    """The text without characters that nobody can see; each line that holds some is reported."""
    if not UNPRINTED.search(text):
        return text
    lines = enumerate(text.split("\n"), 1)
    found = [(line, content) for line, content in lines if UNPRINTED.search(content)]
    for line, content in found[:MAX_REPORTED]:
        report_unprinted("the line", content, f"{label}, line {line}", problems)
    return without_unprinted(text)


@dataclass(slots=True)
class _Builder:
    """Makes plain data of nodes, counting what aliases repeat."""

    document: Document
    label: str
    problems: ProblemList
    count: int = 0

    def build(self, node: Any, path: Path_) -> Any:
        line = node.start_mark.line + 1
        self.count += 1
        if self.count > MAX_VALUES or len(path) > MAX_DEPTH:
            what = f"it holds more than {MAX_VALUES:,} values"
            if len(path) > MAX_DEPTH:
                what = f"it is nested deeper than {MAX_DEPTH} levels"
            raise _TooLargeError(f"{what}, perhaps through aliases (`*name`)", line)
        self.document.lines.setdefault(path, line)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.build(n, (*path, i)) for i, n in enumerate(node.value)]
        return _scalar(node, self._text(node, line))

    def _mapping(self, node: MappingNode, path: Path_) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self.problems.error("a key is a list or holds keys itself",
                                    f"{self.label}, line {line}", "give a word as key")  # fmt: skip
                continue
            key = self._text(key_node, line)
            if key in out:
                self.problems.error(
                    f"key '{shorten(key)}' is given twice", f"{self.label}, line {line}",
                    "keep one of them",
                )  # fmt: skip
            self.document.lines[(*path, key)] = line
            out[key] = self.build(value_node, (*path, key))
        return out

    def _text(self, node: ScalarNode, line: int) -> str:
        """The text of a scalar; escapes such as ``"\\e"`` may bring in what nobody can see."""
        text = str(node.value)
        if UNPRINTED.search(text):
            report_unprinted("the text", text, f"{self.label}, line {line}", self.problems)
            return without_unprinted(text)
        return text


def _scalar(node: ScalarNode, text: str) -> Any:
    kind = str(node.tag).rsplit(":", 1)[-1]
    try:
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "int":
            base = 0 if text[:2].lower() in {"0x", "0o"} else 10
            number = int(text.replace("_", ""), base)
            return number if abs(number) < MAX_INT else text
        if kind == "float" and math.isfinite(float(text)):
            return float(text)
        if kind == "timestamp" and len(text) == 10:
            return dt.date.fromisoformat(text)
    except (ValueError, OverflowError):
        return text
    return text
