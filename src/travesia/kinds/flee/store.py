"""A FLEE case as a readable scenario folder, and back."""

from __future__ import annotations

import csv
import datetime as dt
import math
import shutil
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import astuple
from pathlib import Path
from typing import Any

from travesia.durable import held, hidden, put_folder
from travesia.errors import InputError, OutputError, Problem, ProblemList
from travesia.kinds.flee.csvread import Row, read_table
from travesia.kinds.flee.instance import (
    CLOSURES,
    KINDS,
    Closure,
    Counts,
    Instance,
    Place,
    Route,
    Spell,
)
from travesia.kinds.flee.settings import as_sections, parse_settings
from travesia.textfile import MAX_YAML_BYTES, read_text

KIND = "flee"
LATEST = 100_000
"""Days after which no date is written beside the number of a day."""
SCENARIO = "scenario.yaml"
NOT_CARRIED = "NOT-CARRIED-OVER.md"
WITHOUT_EFFECT, REMARKS, NOTHING = "Without effect here", "Remarks of the import", "- nothing"
PLACES = (
    "name", "kind", "country", "region", "lat", "lon", "population", "capacity",
    "conflict_from_day", "conflict_intensity", "initial_idps", "capacity_per_day",
)  # fmt: skip
LEGS = ("from", "to", "distance_km", "redirection", "max_speed_km_day", "walk_probability")
CLOSED = ("kind", "name1", "name2", "start_day", "end_day", "start", "end")
CONFLICTS = ("place", "first_day", "last_day", "intensity", "first", "last")
COUNTS = ("series", "date", "people")
CORRECTIONS = ("series", "date")


def is_flee_scenario(folder: Path) -> bool:
    """Whether a path is a scenario folder with ``kind: flee``."""
    lines = (read_text(folder / SCENARIO, "", ProblemList(), MAX_YAML_BYTES) or "").splitlines()
    return any(line.split("#")[0].strip() == f"kind: {KIND}" for line in lines)


def write_scenario(
    case: Instance, folder: Path, *, overwrite: bool = False, claimed: bool = False
) -> Path:
    """Write a case as a scenario folder; it appears whole or not at all.

    ``claimed`` says that the caller holds the name already (:func:`travesia.durable.held`).

    Raises:
        OutputError: the path is taken or cannot be written.
    """
    folder = Path(folder)
    try:
        _check_free(folder, overwrite)
        with nullcontext() if claimed else held(folder.absolute()):
            _check_free(folder, overwrite)  # something may have come while the name was free
            _write_folder(case, folder, overwrite)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"{folder} cannot be written: {reason}") from error
    return folder


def _check_free(folder: Path, overwrite: bool) -> None:
    if folder.is_symlink() or (folder.exists() and not is_flee_scenario(folder)):
        raise OutputError(f"{folder} exists → choose another name")
    if folder.exists() and not overwrite:
        raise OutputError(f"{folder} exists → ask to overwrite it")


def _write_folder(case: Instance, folder: Path, overwrite: bool) -> None:
    """Write everything beside its place, then give it its name; an older case goes."""
    partial = hidden(folder.absolute(), "partial")
    try:
        (partial / "source").mkdir(parents=True)
        _write_files(case, partial)
        if folder.exists():
            ours = {p.name for p in partial.iterdir()}
            strange = sorted(p.name for p in folder.iterdir() if p.name not in ours)
            if strange:
                raise OutputError(
                    f"{folder} holds files that are not of the import: {', '.join(strange[:3])} → "
                    "move them, or choose another name"
                )
        put_folder(partial, folder.absolute(), replace=overwrite)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write_files(case: Instance, folder: Path) -> None:
    def date(day: int) -> str:
        return "" if not 0 <= day <= LATEST else str(case.start + dt.timedelta(days=day))

    (folder / SCENARIO).write_text(_yaml(case), "utf-8")
    (folder / NOT_CARRIED).write_text(_not_carried(case), "utf-8")
    _write(folder / "places.csv", PLACES, (astuple(p) for p in case.places))
    _write(folder / "legs.csv", LEGS, (astuple(r) for r in case.routes))
    _write(
        folder / "closures.csv",
        CLOSED,
        (
            (c.kind, c.name1, c.name2, c.start, c.end, date(c.start), date(c.end))
            for c in case.closures
        ),
    )
    _write(
        folder / "conflicts.csv",
        CONFLICTS,
        ((s.place, s.first, s.last, s.intensity, date(s.first), date(s.last)) for s in case.spells),
    )
    _write(folder / "source" / "counts.csv", COUNTS, _counts_rows(case))
    _write(
        folder / "source" / "registration_corrections.csv",
        CORRECTIONS,
        ((c.series, d) for c in case.counts for d in c.corrections),
    )


def _counts_rows(case: Instance) -> Iterable[Sequence[Any]]:
    return ((c.series, d, p) for c in case.counts for d, p in zip(c.dates, c.people, strict=True))


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_text(v) for v in row] for row in rows)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def _yaml(case: Instance) -> str:
    import yaml

    content = {
        "kind": KIND,
        "name": case.name,
        "title": f"{case.name}, imported from FLEE",
        "period": {"start": str(case.start), "days": case.days},
        "seed": case.seed,
        "compatible": case.compatible,
        "settings_from": case.extra.get("settings", ""),
        "conflict_columns": list(case.table_places),
        "settings": as_sections(case.settings),
    }
    text: str = yaml.safe_dump(
        content, sort_keys=False, allow_unicode=True, default_flow_style=None
    )
    return text


def _not_carried(case: Instance) -> str:
    def listing(items: Sequence[str]) -> str:
        return "".join(f"- {' '.join(item.split())}\n" for item in items) or f"{NOTHING}\n"

    return (
        f"# What was not carried over from {case.name}\n\n"
        f"Settings: {case.extra.get('settings', '')}\n\n"
        f"## {WITHOUT_EFFECT}\n\n{listing(case.not_carried)}\n"
        f"## {REMARKS}\n\n{listing(case.remarks)}"
    )


def load_scenario(folder: Path) -> Instance:
    """Read a scenario folder that :func:`write_scenario` wrote, perhaps edited since.

    Raises:
        InputError: with every fault.
    """
    from travesia.scenario.yamlfile import read_yaml

    folder, problems = Path(folder), ProblemList()
    document = read_yaml(folder / SCENARIO, SCENARIO, problems)
    problems.raise_if_any("The scenario cannot be loaded")
    try:
        raw: Any = document.data if document is not None else None
        period = raw["period"]
        start, days = dt.date.fromisoformat(str(period["start"])), int(period["days"])
        seed, compatible = int(raw.get("seed", 1)), bool(raw.get("compatible", False))
        columns = tuple(str(c) for c in raw.get("conflict_columns") or ())
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        cure = "import the case again"
        what = f"it cannot be read ({' '.join(repr(error).split())})"
        raise InputError(
            "The scenario cannot be loaded", [Problem(what, SCENARIO, cure)]
        ) from error
    notes, remarks = _told(folder)
    settings = parse_settings(raw.get("settings") or {}, SCENARIO, problems, notes, own=True)
    places = _parse(folder / "places.csv", PLACES, _place, problems)
    known = _named(folder / "places.csv", problems)
    countries = {p.country for p in places}
    routes = _parse(folder / "legs.csv", LEGS, lambda r: _route(r, known, problems), problems)
    closures = _parse(
        folder / "closures.csv", CLOSED, lambda r: _closure(r, known, countries, problems), problems
    )
    spells = _parse(
        folder / "conflicts.csv", CONFLICTS, lambda r: _spell(r, known, problems), problems
    )
    counts = _counts(folder / "source", problems)
    if days < 1 or not places:
        problems.error("the scenario has no day or no place", SCENARIO, "import the case again")
    problems.raise_if_any(f"The scenario in {folder} has faults; nothing was run")
    return Instance(
        str(raw.get("name", folder.name)),
        start,
        days,
        tuple(places),
        tuple(routes),
        tuple(closures),
        columns,
        tuple(spells),
        counts,
        settings,
        tuple(notes),
        tuple(remarks),
        seed,
        compatible,
        {"settings": str(raw.get("settings_from", ""))},
    )


def _parse(path: Path, header: Sequence[str], build: Any, problems: ProblemList) -> list[Any]:
    """Rows of one of our tables; a row that cannot be read is a problem."""
    table = read_table(path, problems)
    rows = table.rows
    if rows and rows[0].cells[: len(header)] != tuple(header):
        problems.error("the header is not as written", rows[0].where, f"write {','.join(header)}")
        return []
    out = []
    for row in rows[1:]:
        try:
            out.append(build(row))
        except (ValueError, OverflowError) as error:
            problems.error(f"the row cannot be read ({error})", row.where, "correct the value")
    return out


def _told(folder: Path) -> tuple[list[str], list[str]]:
    """What the import left out, and its other remarks; nothing where the list is gone."""
    path = folder / NOT_CARRIED
    lists: dict[str, list[str]] = {WITHOUT_EFFECT: [], REMARKS: []}
    heading = ""
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        if line.startswith("## "):
            heading = line.removeprefix("## ").strip()
        elif line.startswith("- ") and heading in lists and line != NOTHING:
            lists[heading].append(line.removeprefix("- "))
    return lists[WITHOUT_EFFECT], lists[REMARKS]


def _named(path: Path, problems: ProblemList) -> set[str]:
    """Every name of a table of places, whether its row is sound or not; each stands once."""
    names: dict[str, int] = {}
    for row in read_table(path, ProblemList()).rows[1:]:
        if row.cell(0) in names:
            problems.error(
                f"{row.cell(0)!r} stands in line {names[row.cell(0)]} already",
                row.where,
                "give every place a name of its own",
            )
        names.setdefault(row.cell(0), row.line)
    return set(names)


def _float(text: str, what: str, least: float = 0.0, most: float = math.inf) -> float:
    value = float(text)
    if not (math.isfinite(value) and least <= value <= most):
        raise ValueError(f"{what} {text} is out of range")
    return value


def _whole(text: str, what: str, least: int = 0) -> int:
    value = int(text)
    if value < least:
        raise ValueError(f"{what} {text} is too small")
    return value


def _place(row: Row) -> Place:
    c = row.cell
    if c(1) not in KINDS:
        raise ValueError(f"kind {c(1)!r} is not one of {', '.join(KINDS)}")
    return Place(
        c(0),
        c(1),
        c(2),
        c(3),
        _float(c(4), "latitude", -90, 90) if c(4) else None,
        _float(c(5), "longitude", -180, 180) if c(5) else None,
        _whole(c(6) or "0", "population"),
        _whole(c(7) or "0", "capacity"),
        int(c(8)) if c(8) else None,
        _float(c(9) or "1", "intensity"),
        _whole(c(10) or "0", "initial_idps"),
        _float(c(11) or "0", "capacity_per_day"),
    )


def _route(row: Row, known: set[str], problems: ProblemList) -> Route:
    c = row.cell
    for name in (c(0), c(1)):
        if name not in known:
            problems.error(f"unknown place {name!r}", row.where, "use a name of places.csv")
    speed = _float(c(4), "max_speed_km_day", 0.001) if c(4) else None
    walk = _float(c(5) or "0", "walk_probability", 0, 1)
    return Route(c(0), c(1), _float(c(2), "distance_km"), int(c(3) or 0), speed, walk)


def _closure(row: Row, known: set[str], countries: set[str], problems: ProblemList) -> Closure:
    c = row.cell
    if c(0) not in CLOSURES:
        raise ValueError(f"kind {c(0)!r} is not one of {', '.join(CLOSURES)}")
    pair = (c(1), c(2)) if c(0) in ("country", "link", "remove_forced_redirection") else (c(1),)
    for name in pair:
        if name not in (countries if c(0) == "country" else known):
            what = "country" if c(0) == "country" else "place"
            problems.error(f"unknown {what} {name!r}", row.where, "use a name of places.csv")
    return Closure(c(0), c(1), c(2), int(c(3)), int(c(4) or -1))


def _spell(row: Row, known: set[str], problems: ProblemList) -> Spell:
    c = row.cell
    if c(0) not in known:
        problems.error(f"unknown place {c(0)!r}", row.where, "use a name of places.csv")
    first = _whole(c(1), "first_day")
    return Spell(c(0), first, _whole(c(2), "last_day", first), _float(c(3), "intensity"))


def _counts(folder: Path, problems: ProblemList) -> tuple[Counts, ...]:
    def dated(row: Row) -> tuple[str, dt.date, float]:
        return row.cell(0), dt.date.fromisoformat(row.cell(1)), _float(row.cell(2) or "0", "people")

    rows: dict[str, list[tuple[dt.date, float]]] = {}
    fixes: dict[str, list[dt.date]] = {}
    for name, day, people in _parse(folder / "counts.csv", COUNTS, dated, problems):
        rows.setdefault(name, []).append((day, people))
    path = folder / "registration_corrections.csv"
    for name, day, _ in _parse(path, CORRECTIONS, dated, problems):
        if name not in rows:
            problems.error(
                f"there are no counts of {name!r}", path.name, "use a name of counts.csv"
            )
        fixes.setdefault(name, []).append(day)
    return tuple(
        Counts(n, tuple(d for d, _ in s), tuple(p for _, p in s), tuple(fixes.get(n, ())))
        for n, s in rows.items()
    )
