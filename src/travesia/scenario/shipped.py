"""The scenarios that come with the package, and how to begin one's own from them."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from travesia.errors import InputError, OutputError, Problem, ProblemList
from travesia.likeness import nearest
from travesia.scenario.base import Record
from travesia.scenario.layers import SHIPPED_FOLDER, shipped_names
from travesia.scenario.tables import TABLES
from travesia.scenario.yamlfile import read_yaml

_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]*$")


@dataclass(frozen=True, slots=True)
class Shipped:
    """A scenario of the package: name, title, period, description, names of its patches."""

    name: str
    title: str
    period: str
    description: str
    patches: tuple[str, ...]


def shipped() -> tuple[Shipped, ...]:
    """The scenarios of the package, without reading their tables."""
    found = []
    for name in shipped_names():
        problems = ProblemList()
        folder = SHIPPED_FOLDER / name
        document = read_yaml(folder / "scenario.yaml", f"{name}/scenario.yaml", problems)
        data = document.data if document is not None and isinstance(document.data, dict) else {}
        patches = tuple(sorted(p.stem for p in (folder / "patches").glob("*.yaml")))
        description = " ".join(str(data.get("description", "")).split())
        dates = data.get("period")
        period = f"{dates.get('start')} to {dates.get('end')}" if isinstance(dates, dict) else ""
        found.append(Shipped(name, str(data.get("title", name)), period, description, patches))
    return tuple(found)


def new(name: str, folder: str | Path, base: str = "corridor") -> Path:
    """Copy a shipped scenario into ``folder`` for editing, under a fresh name.

    Either the whole folder appears or nothing does. Returns the folder. Raises
    :class:`InputError` for a bad name, an unknown base or a folder that exists, and
    :class:`OutputError` if it cannot be written.
    """
    target = Path(folder).expanduser()
    problems = ProblemList()
    if not _NAME.match(name):
        problems.error(
            f"'{name}' cannot be the name of a scenario",
            cure="use lower-case letters, digits, '_' and '-'",
        )
    if name in shipped_names():
        problems.error(
            f"'{name}' is the name of a shipped scenario",
            cure=f"choose another, as in `travesia new my-{name} --from {name}`",
        )
    if target.exists() or target.is_symlink():
        problems.error(f"'{target}' exists already", cure="choose another folder, or remove it")
    if base not in shipped_names():
        names = ", ".join(shipped_names())
        near = nearest(base, shipped_names(), most=1)
        cure = f"did you mean '{near[0]}'?" if near else f"use one of {names}"
        problems.error(f"there is no shipped scenario '{base}'", "--from", cure)
    problems.raise_if_any(f"The scenario '{name}' cannot be made")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(SHIPPED_FOLDER / base, target, name, base)
    except FileExistsError:
        problem = Problem(f"'{target}' exists already", cure="choose another folder")
        raise InputError(f"The scenario '{name}' cannot be made", [problem]) from None
    except OSError as error:
        raise OutputError(f"the folder '{target}' cannot be written: {_reason(error)}") from error
    return target.resolve()


def _reason(error: OSError) -> str:
    """Why a copy failed; copying a tree gives a list of (source, target, reason)."""
    if isinstance(error, shutil.Error) and isinstance(error.args[0], list):
        return str(error.args[0][0][-1])
    return error.strerror or str(error)


def _copy(source: Path, target: Path, name: str, base: str) -> None:
    """Copy into a hidden neighbour first and rename at the end, so that nothing is half-written."""
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        draft = work / target.name
        shutil.copytree(
            source,
            draft,
            ignore=shutil.ignore_patterns("__pycache__", ".*"),
            copy_function=shutil.copyfile,
        )
        for path in [draft, *draft.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        settings = draft / "scenario.yaml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(fresh_settings(text, name), encoding="utf-8")
        (draft / "README.md").write_text(folder_readme(name, base, draft), encoding="utf-8")
        if target.exists():
            raise FileExistsError(target)
        os.rename(draft, target)  # noqa: PTH104 - fails if the target has come to hold files
    finally:
        shutil.rmtree(work, ignore_errors=True)


def fresh_settings(text: str, name: str) -> str:
    """The text of a scenario.yaml under another name, all comments kept."""
    return re.sub(r"(?m)^name:.*$", f"name: {name}", text, count=1)


def first_sentence(record: type[Record]) -> str:
    """What a record is, from its docstring."""
    return (record.__doc__ or "").strip().split("\n")[0]


def folder_readme(name: str, base: str, folder: Path) -> str:
    """The README of a scenario folder made by `travesia new`: what each file is for."""
    lines = [
        f"# Scenario {name}",
        "",
        f"A copy of the shipped scenario `{base}`, to be changed as you like. Check it with",
        "`travesia check` and run it with `travesia run`, giving the path of this folder. Every",
        "number names its source in the column `source`; a number of your own is an `assumption`",
        "with a reason and a range (`low`, `high`).",
        "",
        "| file | what it holds |",
        "|---|---|",
        "| `scenario.yaml` | Name, title, purpose, limits, period, seed and switches. |",
        "| `behaviour.yaml` | What people weigh when they choose, and what they learn. |",
        "| `quantities.yaml` | What a run can be asked: filters and sums over its tables. |",
        "| `policies.yaml` | Dated policies; each can be switched off, moved and scaled. |",
    ]
    for spec in TABLES:
        names = [spec.file]
        if spec.more_files:
            names += sorted(p.name for p in folder.glob(spec.more_files))
        lines += [
            f"| `{file}` | {first_sentence(spec.record)} |"
            for file in names
            if (folder / file).exists()
        ]
    if (folder / "patches").is_dir():
        lines.append("| `patches/` | Named what-ifs, one file each. |")
    if (folder / "observed").is_dir():
        lines.append("| `observed/` | Published statistics that runs are held against. |")
    if (folder / "system").is_dir():
        lines.append("| `system/` | Claims, expected failures, errors of coarse runs. |")
    lines += [
        "",
        "To keep only what you change, make a folder with a `scenario.yaml` that says",
        f"`extends: {base}` and just the rows that differ; see `docs/scenario-format.md`.",
    ]
    return "\n".join(lines) + "\n"
