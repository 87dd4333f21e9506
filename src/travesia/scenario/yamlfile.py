"""Reads YAML with the line of every key, as YAML 1.2: ``NO`` stays a word."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from travesia.errors import ProblemList

Path_ = tuple[int | str, ...]


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


def read_text(path: Path, label: str, problems: ProblemList) -> str | None:
    """The text of a UTF-8 file (a byte-order mark is tolerated), or None with a problem."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problems.error(
            "the file is not UTF-8 text",
            f"{label}, line {line}",
            "save it as UTF-8 (in a spreadsheet: 'CSV UTF-8')",
        )
    except OSError as error:
        reason = error.strerror or str(error)
        problems.error(f"the file cannot be read: {reason}", label, "check its permissions")
    return None


def read_yaml(path: Path, label: str, problems: ProblemList) -> Document | None:
    """Read a YAML file, or report why it cannot be read and return None."""
    text = read_text(path, label, problems)
    return None if text is None else parse_yaml(text, label, problems)


def parse_yaml(text: str, label: str, problems: ProblemList) -> Document | None:
    """Parse YAML text. Repeated keys and broken syntax are reported with their line."""
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        what = f"the YAML is broken: {error.problem or error.context}"
        problems.error(what, f"{label}, line {line}", "check indentation, quotes and colons")
        return None
    except YAMLError as error:
        problems.error(f"the YAML is broken: {str(error).splitlines()[0]}", label,
                       "check indentation, quotes and colons")  # fmt: skip
        return None
    document = Document(None)
    if node is not None:
        document.data = _build(node, (), document, label, problems)
    return document


def scalar(text: str) -> Any:
    """The value that a bare YAML word stands for (number, date, true, null or the word)."""
    problems = ProblemList()
    document = parse_yaml(text, "", problems)
    return text if document is None else document.data


def _build(node: Any, path: Path_, doc: Document, label: str, problems: ProblemList) -> Any:
    doc.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        return _mapping(node, path, doc, label, problems)
    if isinstance(node, SequenceNode):
        return [_build(n, (*path, i), doc, label, problems) for i, n in enumerate(node.value)]
    return _scalar(node)


def _mapping(
    node: MappingNode, path: Path_, doc: Document, label: str, problems: ProblemList
) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in out:
            problems.error(
                f"key '{key}' is given twice", f"{label}, line {line}", "keep one of them"
            )
        doc.lines[(*path, key)] = line
        out[key] = _build(value_node, (*path, key), doc, label, problems)
    return out


def _scalar(node: ScalarNode) -> Any:
    kind, text = str(node.tag).rsplit(":", 1)[-1], node.value
    try:
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "int":
            return int(text.replace("_", ""), 0) if text[:2].lower() in {"0x", "0o"} else int(text)
        if kind == "float":
            return float(text)
        if kind == "timestamp" and len(text) == 10:
            return dt.date.fromisoformat(text)
    except ValueError:
        return text
    return text
