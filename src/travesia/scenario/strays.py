"""Files of a scenario folder that would be passed over in silence because of their name."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from travesia.errors import ProblemList
from travesia.scenario.faults import suggest
from travesia.scenario.tables import TABLES, YAML_FILES
from travesia.textfile import shorten

MAX_ENTRIES = 10_000
"""Files in one folder."""

FOLDERS = ("patches", "observed", "evidence", "system")

_SHEETS = (".xlsx", ".xls", ".ods", ".tsv", ".numbers", ".tab")
_COPY_BEFORE = re.compile(r"^(copy|copia|copie|kopie)( \(?\d+\)?)?( of| de| von)? ")
_COPY_AFTER = re.compile(r"( ?\(\d+\)|[ _-]+(copy|copia|copie|kopie)( ?\(?\d+\)?)?)(?=\.|$)")
_LOCKS = re.compile(r"^(~\$|\.~lock\.)(?P<name>.*?)#?$")


def file_names(folder: Path, label: str, problems: ProblemList) -> list[str]:
    """Names in a folder, sorted; none with a fault where it cannot be listed."""
    names: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                names.append(entry.name)
                if len(names) > MAX_ENTRIES:
                    problems.error(
                        f"the folder holds more than {MAX_ENTRIES:,} files",
                        label,
                        "give the folder of one scenario",
                    )
                    return []
    except NotADirectoryError:
        problems.error("it is a file, not a folder", label, "make it a folder, or rename it")
    except OSError as error:
        problems.error(
            f"the folder cannot be read: {error.strerror}",
            label,
            "check the path and its permissions",
        )
    return sorted(names)


def further_files(names: Iterable[str], pattern: str) -> list[str]:
    """The names that a pattern of further files fits."""
    return [name for name in names if fnmatchcase(name, pattern)]


def absent_but_meant(names: Iterable[str]) -> dict[str, str]:
    """Files of the format that are absent while another name is meant for them: right, written."""
    there = set(names)
    found = ((_meant(name), name) for name in sorted(there) if not _is_read(name))
    return {meant: name for meant, name in found if meant is not None and meant not in there}


def report_strays(folder: Path, names: list[str], problems: ProblemList) -> None:
    """Report files and folders that look like those of the format and are not read."""
    absent = absent_but_meant(names)
    for name in names:
        label = f"{folder.name}/{shorten(name)}"
        lock = _LOCKS.match(name)
        if lock and lock["name"] in names:
            problems.warn(
                f"'{lock['name']}' is open in a spreadsheet",
                label,
                "save and close it there, or changes may be missing here",
            )
        elif name.startswith(".") or _is_read(name):
            continue
        elif os.path.isdir(folder / name):  # noqa: PTH112 - never raises
            _report_folder(name, names, label, problems)
        elif name in FOLDERS:
            if name != "patches":  # whoever reads the patches says so
                problems.error("it is not a folder", label, "make it a folder, or rename it")
        elif absent.get(meant := _meant(name) or "") == name:
            if meant != "scenario.yaml":  # whoever looks for the settings says so
                problems.error(
                    f"'{shorten(name)}' is not read: the name must be '{meant}'",
                    label,
                    f"rename it to {meant} (as plain text in UTF-8)",
                )
        elif meant:
            problems.warn(
                f"'{shorten(name)}' is not read: '{meant}' is",
                label,
                f"remove it, or put it in the place of {meant}",
            )
        elif name.lower().endswith((".csv", ".yaml", ".yml")):
            known = YAML_FILES if not name.lower().endswith(".csv") else _TABLE_FILES
            kind = "file" if known is YAML_FILES else "table"
            problems.warn(
                f"'{shorten(name)}' is not a {kind} of the format and is ignored",
                label,
                suggest(name, known),
            )


def report_stray_patches(names: Iterable[str], label: str, problems: ProblemList) -> None:
    """Report patches that are not read because of the ending of their name."""
    for name in names:
        stem, ending = os.path.splitext(name)  # noqa: PTH122
        if ending.lower() in {".yaml", ".yml"} and ending != ".yaml":
            problems.warn(
                f"'{shorten(name)}' is not read: patches end in .yaml",
                f"{label}/{shorten(name)}",
                f"rename it to {shorten(stem)}.yaml",
            )


_TABLE_FILES = tuple(spec.file for spec in TABLES)
_FILES = frozenset({*_TABLE_FILES, *YAML_FILES})
_PATTERNS = tuple(spec.more_files for spec in TABLES if spec.more_files)


def _is_read(name: str) -> bool:
    return name in _FILES or any(fnmatchcase(name, pattern) for pattern in _PATTERNS)


def _meant(name: str) -> str | None:
    """The file of the format that a name is most likely meant for."""
    plain = _COPY_BEFORE.sub("", _COPY_AFTER.sub("", name.casefold().strip().lstrip("~$")))
    for ending in (".txt", ".bak", ".old", ".orig", "~"):
        plain = plain.removesuffix(ending)
    for ending in _SHEETS:
        plain = f"{plain.removesuffix(ending)}.csv" if plain.endswith(ending) else plain
    plain = f"{plain.removesuffix('.yml')}.yaml" if plain.endswith(".yml") else plain
    for right in (plain, f"{plain}.csv", f"{plain}.yaml"):
        if _is_read(right):
            return right
    return None


def _report_folder(name: str, names: list[str], label: str, problems: ProblemList) -> None:
    if name in FOLDERS:
        return
    near = difflib.get_close_matches(name.casefold(), FOLDERS, n=1, cutoff=0.75)
    if near and near[0] not in names:
        problems.warn(
            f"the folder '{shorten(name)}' is not read: its name would be '{near[0]}'",
            label,
            f"rename it to {near[0]}",
        )
