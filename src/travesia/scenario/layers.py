"""Finds the folders of a scenario and reads their files into one :class:`RawScenario`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from travesia.errors import ProblemList
from travesia.scenario.csvfile import read_csv
from travesia.scenario.faults import problems_of, suggest
from travesia.scenario.raw import RawRow, RawScenario, RawTable, Trace, TraceAt, entry_row
from travesia.scenario.settings import Patch
from travesia.scenario.tables import TABLES, YAML_FILES, TableSpec
from travesia.scenario.yamlfile import Document, read_yaml

SHIPPED_FOLDER = Path(__file__).resolve().parent.parent / "scenarios"


def shipped_names() -> tuple[str, ...]:
    """Names of the scenarios that come with the package."""
    if not SHIPPED_FOLDER.is_dir():
        return ()
    return tuple(sorted(p.parent.name for p in SHIPPED_FOLDER.glob("*/scenario.yaml")))


def is_scenario(folder: Path) -> bool:
    """Whether a path is a folder with a scenario in it, of whatever kind."""
    return (folder / "scenario.yaml").exists()


def find_folder(
    name: str | Path, problems: ProblemList, beside: Path | None = None, where: str = ""
) -> Path | None:
    """Folder of a scenario: a path (relative to ``beside``), or the name of a shipped one.

    A name that means both is refused: which of the two was run must never be a matter of luck.
    Where a scenario extends such a name, the folder beside it is taken, with a remark.
    """
    path = Path(name).expanduser()
    at = beside / path if beside is not None and not path.is_absolute() else path
    if str(name) in shipped_names():
        shipped = SHIPPED_FOLDER / str(name)
        if not is_scenario(at) or at.resolve() == shipped:
            return shipped
        if beside is not None:
            return at.resolve()
        cure = f"write ./{name} for the folder, or rename it to have the shipped one"
        problems.error(f"'{name}' is both a shipped scenario and the folder {at}", where, cure)
        return None
    if at.is_dir():
        return at.resolve()
    if at.exists():
        problems.error(
            f"'{name}' is a file, not a scenario folder", where,
            "give the folder that holds scenario.yaml",
        )  # fmt: skip
        return None
    cure = suggest(str(name), shipped_names())
    problems.error(
        f"there is no scenario folder '{name}'", where,
        f"{cure} or give the path of a folder (shipped: {', '.join(shipped_names())})",
    )  # fmt: skip
    return None


def read_chain(name: str | Path, problems: ProblemList) -> tuple[list[Path], list[Document | None]]:
    """Folders from the base to the scenario itself, with their scenario.yaml."""
    folders: list[Path] = []
    documents: list[Document | None] = []
    folder = find_folder(name, problems)
    while folder is not None:
        folders.insert(0, folder)
        document = _settings_document(folder, problems)
        documents.insert(0, document)
        if document is None or not isinstance(document.data, Mapping):
            break
        base = document.data.get("extends")
        if base is None:
            break
        where = f"{folder.name}/scenario.yaml, line {document.line(('extends',))}"
        folder = find_folder(str(base), problems, beside=folder.parent, where=where)
        if folder in folders:
            problems.error(
                f"'{folders[0].name}' extends '{base}', which is built on it", where,
                "extend a scenario that does not extend this one",
            )  # fmt: skip
            break
        if folder is not None and str(base) in shipped_names() and _differ(folder, str(base)):
            what = f"'{base}' is the folder beside it, not the shipped scenario of that name"
            problems.warn(what, where, f"write ./{base} to say so, or rename the folder")
    return folders, documents


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
    if not path.exists():
        problems.error(
            "the folder has no scenario.yaml", label,
            "write one with name, title and period, or copy a shipped scenario with `travesia new`",
        )  # fmt: skip
        return None
    document = read_yaml(path, label, problems)
    if document is not None and not isinstance(document.data, Mapping):
        problems.error(
            f"the file holds {_sort(document.data)}, not keys with values", f"{label}, line 1",
            "write lines such as `name: my_scenario`",
        )  # fmt: skip
        return None
    return document


def _sort(data: Any) -> str:
    if data is None:
        return "nothing"
    return "a list" if isinstance(data, list) else f"only the word {data!r}"


def read_layers(
    folders: list[Path], documents: list[Document | None], problems: ProblemList
) -> RawScenario:
    """Read all files of all folders, base first."""
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
        _read_tables(folder, raw, problems)
        _read_behaviour(folder, raw, problems)
        _read_policies(folder, raw, problems)
        _unknown_files(folder, problems)
    _report_absent(folders, raw, problems)
    return raw


def _read_tables(folder: Path, raw: RawScenario, problems: ProblemList) -> None:
    for spec in TABLES:
        paths = [folder / spec.file]
        if spec.more_files:
            paths += sorted(folder.glob(spec.more_files))
        for path in paths:
            if not path.exists():
                continue
            label = f"{folder.name}/{path.name}"
            content = read_csv(path, label, spec, problems)
            if content is None:
                raw.tables[spec.name].usable = False
            else:
                raw.tables[spec.name].add(path.name, label, content)


def _report_absent(folders: list[Path], raw: RawScenario, problems: ProblemList) -> None:
    if not folders:
        return
    name = folders[-1].name
    for spec in TABLES:
        table = raw.tables[spec.name]
        if spec.required and table.usable and not table.parts and not table.bulk:
            table.usable = False
            header = ",".join(spec.record.columns())
            problems.error("the file is missing", f"{name}/{spec.file}",
                           f"add a table with the header {header}")  # fmt: skip
    if not any((folder / "behaviour.yaml").exists() for folder in folders):
        raw.usable.discard("parameters")
        problems.error("the file is missing", f"{name}/behaviour.yaml",
                       "add it, or extend a shipped scenario")  # fmt: skip


def _read_behaviour(folder: Path, raw: RawScenario, problems: ProblemList) -> None:
    path, label = folder / "behaviour.yaml", f"{folder.name}/behaviour.yaml"
    if not path.exists():
        return
    document = read_yaml(path, label, problems)
    if document is None:
        raw.usable.discard("parameters")
        return
    data, at = document.data, TraceAt(label, document)
    if isinstance(data, Mapping) and set(data) == {"parameters"}:
        data, at = data["parameters"], at.below("parameters")
    if not isinstance(data, Mapping):
        raw.usable.discard("parameters")
        problems.error(
            f"the file holds {_sort(data)}, not parameters", f"{label}, line 1",
            "write lines such as `alpha_cost: {value: 0.8, low: 0.4, high: 1.6, ...}`",
        )  # fmt: skip
        return
    for name, value in data.items():
        entry = value if isinstance(value, Mapping) else {"value": value}
        raw.parameters[name] = entry_row(entry, at.below(name))


def _read_policies(folder: Path, raw: RawScenario, problems: ProblemList) -> None:
    path, label = folder / "policies.yaml", f"{folder.name}/policies.yaml"
    if not path.exists():
        return
    document = read_yaml(path, label, problems)
    if document is None:
        raw.usable.discard("policies")
        return
    data, at = document.data, TraceAt(label, document)
    if isinstance(data, Mapping) and set(data) == {"policies"}:
        data, at = data["policies"], at.below("policies")
    if data is None:
        return
    if not isinstance(data, list):
        raw.usable.discard("policies")
        problems.error(
            "the file holds keys, not a list of policies", f"{label}, line 1",
            "begin every policy with `- id: its_name`",
        )  # fmt: skip
        return
    rows = []
    for i, entry in enumerate(data):
        if isinstance(entry, Mapping):
            rows.append(entry_row(entry, at.below(i)))
        else:
            problems.error(
                f"policy number {i + 1} is {entry!r}, not keys with values", str(at.below(i)(())),
                "write `- id: its_name` and its other keys below",
            )  # fmt: skip
    raw.add_policies(rows)


def _unknown_files(folder: Path, problems: ProblemList) -> None:
    known = {spec.file for spec in TABLES}
    patterns = [spec.more_files for spec in TABLES if spec.more_files]
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known and not any(path.match(p) for p in patterns):
            problems.warn(
                f"'{path.name}' is not a table of the format and is ignored",
                f"{folder.name}/{path.name}", suggest(path.name, known),
            )  # fmt: skip
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        if path.name not in YAML_FILES:
            problems.warn(
                f"'{path.name}' is not a file of the format and is ignored",
                f"{folder.name}/{path.name}", suggest(path.name, YAML_FILES),
            )  # fmt: skip


def read_patches(folders: list[Path], problems: ProblemList) -> dict[str, tuple[Patch, TraceAt]]:
    """All named patches of the folders; those of later folders win."""
    found: dict[str, tuple[Patch, TraceAt]] = {}
    for folder in folders:
        for path in sorted((folder / "patches").glob("*.yaml")):
            entry = read_patch(path, f"{folder.name}/patches/{path.name}", problems)
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
            f"the file holds {_sort(document.data)}, not a patch", f"{label}, line 1",
            "give it id, title, question and what it changes",
        )  # fmt: skip
        return None
    at = TraceAt(label, document)
    try:
        data = {"id": path.stem, **document.data}
        return Patch.model_validate({k: v for k, v in data.items() if v is not None}), at
    except ValidationError as error:
        problems.extend(problems_of(error, Patch, lambda loc: str(at(loc))))
        return None


def table_spec(name: str) -> TableSpec | None:
    """The table of a name, with or without `.csv`."""
    stem = name.removesuffix(".csv")
    return next((spec for spec in TABLES if spec.name == stem), None)
