"""Finds the folders of a scenario and reads their files into one :class:`RawScenario`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from travesia.errors import InputError, Problem, ProblemList
from travesia.scenario.csvfile import read_csv
from travesia.scenario.faults import problems_of, suggest
from travesia.scenario.raw import RawRow, RawScenario, RawTable, Trace, TraceAt, entry_row
from travesia.scenario.settings import Patch
from travesia.scenario.strays import (
    absent_but_meant,
    file_names,
    further_files,
    report_stray_patches,
    report_strays,
)
from travesia.scenario.tables import TABLES, TableSpec
from travesia.scenario.yamlfile import Document, read_yaml
from travesia.textfile import UNPRINTED, is_there, report_unprinted, shorten

MAX_CHAIN = 20
"""Scenarios that may extend each other, one after the other."""

SHIPPED_FOLDER = Path(__file__).resolve().parent.parent / "scenarios"


def shipped_names() -> tuple[str, ...]:
    """Names of the scenarios that come with the package."""
    if not SHIPPED_FOLDER.is_dir():
        return ()
    return tuple(sorted(p.parent.name for p in SHIPPED_FOLDER.glob("*/scenario.yaml")))


def is_scenario(folder: Path) -> bool:
    """Whether a path is a folder with a scenario in it, of whatever kind."""
    return os.path.exists(folder / "scenario.yaml")  # noqa: PTH110 - never raises


def scenario_path(name: object) -> str:
    """The name or path of a scenario as text.

    Raises :class:`InputError` for what can be neither.
    """
    if isinstance(name, os.PathLike):
        name = os.fspath(name)
    if isinstance(name, str):
        return name
    what = f"{shorten(repr(name))} is neither the name nor the path of a scenario"
    cure = f"give one of {', '.join(shipped_names())}, or the path of a folder"
    raise InputError("The scenario cannot be loaded", [Problem(what, cure=cure)])


def find_folder(
    name: str | Path, problems: ProblemList, beside: Path | None = None, where: str = ""
) -> Path | None:
    """Folder of a scenario: a path (relative to ``beside``), or the name of a shipped one.

    A name that means both is refused: which of the two was run must never be a matter of luck.
    Where a scenario extends such a name, the folder beside it is taken, with a remark.
    """
    text, shown = str(name), shorten(str(name))
    choice = f"give the path of a folder, or one of {', '.join(shipped_names())}"
    if text in shipped_names():
        return _shipped_or_beside(text, problems, beside, where)
    if not text.strip():
        problems.error("no scenario is named", where, choice)
        return None
    if UNPRINTED.search(text):
        report_unprinted("the name of the scenario", text, where, problems)
        return None
    try:
        at = _from(beside, text)
        if stat.S_ISDIR(at.stat().st_mode):
            at = at.resolve()
            if not UNPRINTED.search(str(at)):
                return at
            report_unprinted("the path of the folder", str(at), where, problems)
            return None
    except (FileNotFoundError, NotADirectoryError):
        near = suggest(text, shipped_names())
        cure = f"{near} or {choice}" if near.startswith("did") else choice
        problems.error(f"there is no scenario folder '{shown}'", where, cure)
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        problems.error(f"'{shown}' cannot be opened: {reason}", where, choice)
    else:
        problems.error(
            f"'{shown}' is a file, not a scenario folder",
            where,
            "give the folder that holds scenario.yaml",
        )
    return None


def _shipped_or_beside(
    name: str, problems: ProblemList, beside: Path | None, where: str
) -> Path | None:
    shipped, at = SHIPPED_FOLDER / name, _from(beside, name)
    if not is_scenario(at) or at.resolve() == shipped:
        return shipped
    if beside is not None:
        return at.resolve()
    cure = f"write ./{name} for the folder, or rename it to have the shipped one"
    problems.error(f"'{name}' is both a shipped scenario and the folder {at}", where, cure)
    return None


def _from(beside: Path | None, text: str) -> Path:
    path = Path(text).expanduser()
    return path if beside is None or path.is_absolute() else beside / path


def read_chain(
    name: str | Path, problems: ProblemList
) -> tuple[list[Path], list[Document | None], bool]:
    """Folders from the base to the scenario itself, with their scenario.yaml.

    The last value says whether the chain is whole: if not, what is absent may be in a base.
    """
    folders: list[Path] = []
    documents: list[Document | None] = []
    folder = find_folder(name, problems)
    while folder is not None:
        folders.insert(0, folder)
        document = _settings_document(folder, problems)
        documents.insert(0, document)
        if document is None or not isinstance(document.data, Mapping):
            return folders, documents, False
        base = document.data.get("extends")
        if base is None:
            return folders, documents, True
        where = f"{folder.name}/scenario.yaml, line {document.line(('extends',))}"
        if len(folders) == MAX_CHAIN:
            problems.error(
                f"more than {MAX_CHAIN} scenarios extend each other",
                where,
                "extend a scenario that stands on its own",
            )
            break
        folder = find_folder(str(base), problems, beside=folder.parent, where=where)
        if folder in folders:
            problems.error(
                f"'{folders[0].name}' extends '{shorten(str(base))}', which is built on it",
                where,
                "extend a scenario that does not extend this one",
            )
            break
        if folder is not None and str(base) in shipped_names() and _differ(folder, str(base)):
            what = f"'{base}' is the folder beside it, not the shipped scenario of that name"
            problems.warn(what, where, f"write ./{base} to say so, or rename the folder")
    return folders, documents, False


def _differ(folder: Path, shipped: str) -> bool:
    """Whether a folder holds other files than the shipped scenario of a name."""
    other = SHIPPED_FOLDER / shipped
    if folder == other:
        return False
    held, meant = (
        {p.relative_to(f): p for p in f.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
        for f in (folder, other)
    )
    return held.keys() != meant.keys() or any(
        held[p].read_bytes() != meant[p].read_bytes() for p in held
    )


def _settings_document(folder: Path, problems: ProblemList) -> Document | None:
    path, label = folder / "scenario.yaml", f"{folder.name}/scenario.yaml"
    if not is_there(path):
        meant = absent_but_meant(file_names(folder, folder.name, problems)).get("scenario.yaml")
        cure = "write one with name, title and period, or copy a scenario with `travesia new`"
        problems.error(
            "the folder has no scenario.yaml",
            label,
            f"rename '{shorten(meant)}' to scenario.yaml" if meant else cure,
        )
        return None
    document = read_yaml(path, label, problems)
    if document is not None and not isinstance(document.data, Mapping):
        problems.error(
            f"the file holds {_sort(document.data)}, not keys with values",
            f"{label}, line 1",
            "write lines such as `name: my_scenario`",
        )
        return None
    return document


def _sort(data: Any) -> str:
    if data is None:
        return "nothing"
    return "a list" if isinstance(data, list) else f"only the word {shorten(repr(data))}"


def read_layers(
    folders: list[Path], documents: list[Document | None], whole: bool, problems: ProblemList
) -> RawScenario:
    """Read all files of all folders, base first; ``whole`` as :func:`read_chain` gives it."""
    settings = RawRow({}, Trace("scenario.yaml"))
    raw = RawScenario(settings, {spec.name: RawTable(spec) for spec in TABLES})
    for folder, document in zip(folders, documents, strict=True):
        label = f"{folder.name}/scenario.yaml"
        if document is None:
            raw.settings_usable = False
        else:
            settings.trace = Trace(label, 1)
            at = TraceAt(label, document)
            entry = entry_row(document.data, at)
            period = settings.cells.get("period")
            if isinstance(period, dict) and isinstance(entry.cells.get("period"), dict):
                entry.cells["period"] = {**period, **entry.cells["period"]}
            settings.cells = {**settings.cells, **entry.cells}
            settings.traces.update(entry.traces)
        names = file_names(folder, folder.name, problems)
        _read_tables(folder, names, raw, problems)
        _read_behaviour(folder, raw, problems)
        _read_policies(folder, raw, problems)
        report_strays(folder, names, problems)
        _unread_strays(absent_but_meant(names), raw)
    _report_absent(folders, whole, raw, problems)
    return raw


def _read_tables(folder: Path, names: list[str], raw: RawScenario, problems: ProblemList) -> None:
    for spec in TABLES:
        files = [name for name in (spec.file,) if name in names]
        if spec.more_files:
            files += further_files(names, spec.more_files)
        for name in files:
            label = f"{folder.name}/{name}"
            content = read_csv(folder / name, label, spec, problems)
            if content is None:
                raw.tables[spec.name].usable = False
            else:
                raw.tables[spec.name].add(name, label, content)


def _unread_strays(absent: Iterable[str], raw: RawScenario) -> None:
    """Take what a misnamed file holds for unknown rather than for absent."""
    for file in absent:
        for spec in TABLES:
            if file == spec.file or (spec.more_files and fnmatchcase(file, spec.more_files)):
                raw.tables[spec.name].usable = False
        stem = file.removesuffix(".yaml")
        raw.usable.discard("parameters" if stem == "behaviour" else stem)


def _report_absent(
    folders: list[Path], whole: bool, raw: RawScenario, problems: ProblemList
) -> None:
    name = folders[-1].name
    for spec in TABLES:
        table = raw.tables[spec.name]
        absent = not table.parts and not table.bulk
        if not whole and absent:
            table.usable = False
        elif spec.required and table.usable and absent:
            table.usable = False
            header = ",".join(spec.record.columns())
            problems.error(
                "the file is missing",
                f"{name}/{spec.file}",
                f"add a table with the header {header}",
            )
    if not whole:
        raw.usable.discard("policies")
    if "parameters" in raw.usable and not raw.parameters:
        raw.usable.discard("parameters")
        if not whole:
            return
        problems.error(
            "the file is missing", f"{name}/behaviour.yaml", "add it, or extend a shipped scenario"
        )


def _entries(
    folder: Path, file: str, key: str, raw: RawScenario, problems: ProblemList
) -> tuple[Any, TraceAt] | None:
    """What a YAML file holds, below ``key`` if that is all of it; None if it cannot be read."""
    path, label = folder / file, f"{folder.name}/{file}"
    if not is_there(path):
        return None
    document = read_yaml(path, label, problems)
    if document is None:
        raw.usable.discard(key)
        return None
    data, at = document.data, TraceAt(label, document)
    if isinstance(data, Mapping) and set(data) == {key}:
        return data[key], at.below(key)
    return data, at


def _read_behaviour(folder: Path, raw: RawScenario, problems: ProblemList) -> None:
    found = _entries(folder, "behaviour.yaml", "parameters", raw, problems)
    if found is None:
        return
    data, at = found
    if not isinstance(data, Mapping):
        raw.usable.discard("parameters")
        problems.error(
            f"the file holds {_sort(data)}, not parameters",
            f"{folder.name}/behaviour.yaml, line 1",
            "write lines such as `alpha_cost: {value: 0.8, low: 0.4, high: 1.6, ...}`",
        )
        return
    for name, value in data.items():
        entry = value if isinstance(value, Mapping) else {"value": value}
        raw.parameters[name] = entry_row(entry, at.below(name))


def _read_policies(folder: Path, raw: RawScenario, problems: ProblemList) -> None:
    found = _entries(folder, "policies.yaml", "policies", raw, problems)
    if found is None:
        return
    data, at = found
    if not isinstance(data, list):
        raw.usable.discard("policies")
        held = "keys" if isinstance(data, Mapping) else _sort(data)
        cure = "begin every policy with `- id: its_name`"
        problems.error(
            f"the file holds {held}, not a list of policies",
            f"{folder.name}/policies.yaml, line 1",
            f"{cure}, or write `[]` if there is none" if data is None else cure,
        )
        return
    rows = []
    for i, entry in enumerate(data):
        if isinstance(entry, Mapping):
            rows.append(entry_row(entry, at.below(i)))
        else:
            what = f"policy number {i + 1} is {shorten(repr(entry))}, not keys with values"
            problems.error(
                what, str(at.below(i)(())), "write `- id: its_name` and its other keys below"
            )
    raw.add_policies(rows)


def read_patches(folders: list[Path], problems: ProblemList) -> dict[str, tuple[Patch, TraceAt]]:
    """All named patches of the folders; those of later folders win."""
    found: dict[str, tuple[Patch, TraceAt]] = {}
    for folder in folders:
        patches, label = folder / "patches", f"{folder.name}/patches"
        names = file_names(patches, label, problems) if is_there(patches) else []
        report_stray_patches(names, label, problems)
        for name in further_files(names, "*.yaml"):
            if name.startswith("."):
                continue
            entry = read_patch(patches / name, f"{label}/{shorten(name)}", problems)
            if entry is not None:
                found[entry[0].id] = entry
    return found


def read_patch(path: Path, label: str, problems: ProblemList) -> tuple[Patch, TraceAt] | None:
    """One patch file, or None with problems. The id may be left out: it is the file's name."""
    document = read_yaml(path, label, problems)
    if document is None:
        return None
    if not isinstance(document.data, Mapping):
        problems.error(
            f"the file holds {_sort(document.data)}, not a patch",
            f"{label}, line 1",
            "give it id, title, question and what it changes",
        )
        return None
    at = TraceAt(label, document)
    try:
        data = {"id": path.stem, **document.data}
        return Patch.model_validate({k: v for k, v in data.items() if v is not None}), at
    except ValidationError as error:
        problems.extend(problems_of(error, Patch, at))
        return None


def table_spec(name: str) -> TableSpec | None:
    """The table of a name, with or without `.csv`."""
    stem = name.removesuffix(".csv")
    return next((spec for spec in TABLES if spec.name == stem), None)
