"""What a shell offers when a name is half typed: scenarios, what-ifs, paths of values, topics.

A shell asks at every press of the key, so nothing here loads a scenario: names are read off the
files, and a file that cannot be read offers nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).resolve().parents[1] / "scenarios"
FOLDER = "corridor"
"""The scenario of commands that name none."""

TOPICS = (
    "places", "policies", "facilities", "camps", "stays", "transitions", "modes", "cohorts",
    "papers", "causes", "money", "costs", "legs",
)  # fmt: skip
_ID = re.compile(r"^(?:- |\s+- )id: *([\w-]+)", re.MULTILINE)
_KEY = re.compile(r"^(?:  )?([a-z_][a-z0-9_]*):", re.MULTILINE)
_BASE = re.compile(r"^extends: *[\"']?([^\s\"'#]+)", re.MULTILINE)


def scenarios(incomplete: str) -> list[str]:
    """Shipped scenarios, and folders here that hold one."""
    here = [f"./{p.parent.name}" for p in sorted(Path().glob("*/scenario.yaml"))]
    return _fitting([*_shipped(), *here], incomplete)


def what_ifs(ctx: Any, incomplete: str) -> list[str]:
    """What-ifs of the scenario that is named already, and the numbers of its questions."""
    return _fitting([*_patches(_asked(ctx)), *_questions(_asked(ctx))], incomplete)


def compared(ctx: Any, incomplete: str) -> list[str]:
    """A scenario first, then what-ifs of it and further scenarios; ``+`` joins what-ifs."""
    given = ctx.params.get("scenarios") or ()
    if not given:
        return scenarios(incomplete)
    before, plus, last = incomplete.rpartition("+")
    folder = str(given[0]).partition("+")[0]
    found = _fitting([*_patches(folder), *_questions(folder)], last)
    return [f"{before}{plus}{name}" for name in found] + ([] if plus else scenarios(incomplete))


def values(ctx: Any, incomplete: str) -> list[str]:
    """Paths that ``--set`` takes: fields of policies and parameters."""
    folders = _folders(_asked(ctx))
    if not incomplete.startswith("policies."):
        names = [f"parameters.{n}=" for f in folders for n in _keys(f / "behaviour.yaml")]
        return _fitting(["policies.", *names], incomplete)
    policies = [n for f in folders for n in _ids(f / "policies.yaml")]
    fields = ("enabled=", "start=", "end=", "scale=")
    return _fitting([f"policies.{p}.{f}" for p in policies for f in fields], incomplete)


def topics(ctx: Any, incomplete: str) -> list[str]:
    """Ids that ``explain`` knows."""
    asked = _asked(ctx)
    found = ["day"]
    for folder in _folders(asked):
        for table in TOPICS:
            found += _ids(folder / f"{table}.yaml") or _column(folder / f"{table}.csv", "id")
        found += _keys(folder / "behaviour.yaml")
    return _fitting([*found, *_patches(asked), *_questions(asked)], incomplete)


def listings(incomplete: str) -> list[str]:
    """What can be listed."""
    from travesia.cli.listing import NAMES

    return _fitting(NAMES, incomplete)


def importers(incomplete: str) -> list[str]:
    """Simulators whose cases can be brought in."""
    from travesia.kinds import importers as known

    return _fitting(known(), incomplete)


def one_of(*words: str) -> Callable[[str], list[str]]:
    """A completion out of a few words."""
    return lambda incomplete: _fitting(words, incomplete)


def _fitting(names: Any, incomplete: str) -> list[str]:
    return [n for n in dict.fromkeys(names) if n.startswith(incomplete)]


def _shipped() -> list[str]:
    return sorted(p.parent.name for p in SHIPPED.glob("*/scenario.yaml"))


def _asked(ctx: Any) -> str:
    """The scenario of a half-typed command; words before an option without value are left over."""
    left = [a for a in ctx.args if not a.startswith("-")]
    return str(left[0] if left else ctx.params.get("scenario") or FOLDER)


def _folders(name: str) -> list[Path]:
    """The folder of a scenario and those that it extends."""
    found: list[Path] = []
    folder: Path | None = SHIPPED / name if name in _shipped() else Path(name).expanduser()
    while folder is not None and folder not in found and (folder / "scenario.yaml").is_file():
        found.append(folder)
        base = _BASE.search(_text(folder / "scenario.yaml"))
        beside = folder.parent / base[1] if base else folder
        folder = None if not base else SHIPPED / base[1] if base[1] in _shipped() else beside
    return found


def _patches(name: str) -> list[str]:
    return [p.stem for f in _folders(name) for p in sorted((f / "patches").glob("*.yaml"))]


def _questions(name: str) -> list[str]:
    return [n for f in _folders(name) for n in _column(f / "system/what_ifs.csv", "id")]


def _column(path: Path, name: str) -> list[str]:
    return list(_cells(path, name)) if path.is_file() else []


def _cells(path: Path, name: str) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                if row.get(name):
                    yield str(row[name])
    except (OSError, UnicodeDecodeError, csv.Error):
        return


def _ids(path: Path) -> list[str]:
    return _ID.findall(_text(path))


def _keys(path: Path) -> list[str]:
    return [k for k in _KEY.findall(_text(path)) if k != "parameters"]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else ""
    except (OSError, UnicodeDecodeError):
        return ""
