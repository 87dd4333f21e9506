"""Reads YAML with the line of every key; words mean what YAML 1.2 says: ``NO`` stays a word.

The compiled parser of libyaml gives the events where it is there; it is ten times as fast.

A file may be so deep and so long and no more: 374 bytes of nested aliases would else become
gigabytes, and a few hundred brackets more than Python can nest.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

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


@dataclass(slots=True)
class _Node:
    """A scalar (text), a list of nodes or a list of pairs of nodes, and where it begins."""

    kind: str
    """``scalar``, ``list`` or ``mapping``."""
    line: int
    content: Any
    plain: bool = False
    """Whether a scalar was written without quotes, so that it may be a number or a date."""


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Composer:
    """Makes nodes of the events of a text, and stops where it goes deeper than people write."""

    def __init__(self, text: str) -> None:
        self._events = yaml.parse(text, Loader=_LOADER)
        self._named: dict[str, _Node] = {}

    def document(self) -> _Node | None:
        """The one document of the text, or None if it is empty."""
        found = None
        for event in self._events:
            if isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent):
                continue
            if found is not None:
                line = event.start_mark.line + 1
                raise _TooLargeError("a second document begins here (`---`)", line)
            event = next(self._events)
            found = self._node(event, 1)
            next(self._events)  # the end of the document
        return found

    def _node(self, event: Any, depth: int) -> _Node:
        line = event.start_mark.line + 1
        if depth > MAX_DEPTH:
            raise _TooLargeError(f"it is nested deeper than {MAX_DEPTH} levels", line)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._named:
                what = f"found undefined alias '{shorten(event.anchor)}'"
                raise yaml.MarkedYAMLError(problem=what, problem_mark=event.start_mark)
            return self._named[event.anchor]
        if isinstance(event, yaml.ScalarEvent):
            node = _Node("scalar", line, event.value, plain=event.implicit[0])
            self._remember(event, node)
            return node
        mapping = isinstance(event, yaml.MappingStartEvent)
        node = _Node("mapping" if mapping else "list", line, [])
        self._remember(event, node)
        last = yaml.MappingEndEvent if mapping else yaml.SequenceEndEvent
        for inner in self._events:
            if isinstance(inner, last):
                break
            item = self._node(inner, depth + 1)
            node.content.append(
                (item, self._node(next(self._events), depth + 1)) if mapping else item
            )
        return node

    def _remember(self, event: Any, node: _Node) -> None:
        if event.anchor is not None:
            self._named[event.anchor] = node


def read_yaml(path: Path, label: str, problems: ProblemList) -> Document | None:
    """Read a YAML file, or report why it cannot be read and return None."""
    text = read_text(path, label, problems, MAX_YAML_BYTES)
    return None if text is None else parse_yaml(text, label, problems)


def parse_yaml(text: str, label: str, problems: ProblemList) -> Document | None:
    """Parse YAML text. Repeated keys and broken syntax are reported with their line."""
    cure = "check indentation, quotes and colons"
    text = _seen(text, label, problems)
    try:
        node = _Composer(text).document()
        document = Document(None)
        if node is not None:
            document.data = _Builder(document, label, problems).build(node, ())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        what = f"the YAML is broken: {shorten(str(error.problem or error.context), 200)}"
        problems.error(what, f"{label}, line {line}", cure)
        return None
    except yaml.YAMLError as error:
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

    def build(self, node: _Node, path: Path_) -> Any:
        self.count += 1
        if self.count > MAX_VALUES or len(path) > MAX_DEPTH:
            what = f"it holds more than {MAX_VALUES:,} values"
            if len(path) > MAX_DEPTH:
                what = f"it is nested deeper than {MAX_DEPTH} levels"
            raise _TooLargeError(f"{what}, perhaps through aliases (`*name`)", node.line)
        self.document.lines.setdefault(path, node.line)
        if node.kind == "mapping":
            return self._mapping(node, path)
        if node.kind == "list":
            return [self.build(n, (*path, i)) for i, n in enumerate(node.content)]
        text = self._text(node)
        return _value(text) if node.plain else text

    def _mapping(self, node: _Node, path: Path_) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.content:
            line = key_node.line
            if key_node.kind != "scalar":
                self.problems.error(
                    "a key is a list or holds keys itself",
                    f"{self.label}, line {line}",
                    "give a word as key",
                )
                continue
            key = self._text(key_node)
            if key in out:
                self.problems.error(
                    f"key '{shorten(key)}' is given twice",
                    f"{self.label}, line {line}",
                    "keep one of them",
                )
            self.document.lines[(*path, key)] = line
            out[key] = self.build(value_node, (*path, key))
        return out

    def _text(self, node: _Node) -> str:
        """The text of a scalar; escapes such as ``"\\e"`` may bring in what nobody can see."""
        text = str(node.content)
        if UNPRINTED.search(text):
            report_unprinted("the text", text, f"{self.label}, line {node.line}", self.problems)
            return without_unprinted(text)
        return text


_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {w: w.lower() == "true" for w in ("true", "True", "TRUE", "false", "False", "FALSE")}
_INT = re.compile(r"[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0o[0-7_]+|[0-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _value(text: str) -> Any:
    """What a plain word stands for: nothing, yes or no, a number, a date, or itself."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    digits = text.replace("_", "")
    try:
        if _INT.fullmatch(text):
            base = 0 if digits.lstrip("+-")[:2].lower() in {"0b", "0x", "0o"} else 10
            number = int(digits, base)
            return number if abs(number) < MAX_INT else text
        if _FLOAT.fullmatch(text) and math.isfinite(float(digits)):
            return float(digits)
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except (ValueError, OverflowError):
        return text
    return text
