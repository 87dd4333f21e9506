"""A FLEE case on disk: where its files are, what cannot be imported, what is not carried over."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from travesia.errors import InputError, Problem, ProblemList

SETTINGS_NAMES = ("simsetting.yml", "simsetting.yaml", "simulationsetting.yml", "simsettings.yml")
READ = ("locations.csv", "routes.csv", "conflicts.csv", "closures.csv", "sim_period.csv",
        "registration_corrections.csv")  # fmt: skip
"""Files of the input folder that are read."""

LOCATIONS = ("input_csv/locations.csv", "locations.csv")

MEANING = {
    "agents.csv": "people listed one by one",
    "major_routes.csv": "named long routes",
    "location_changes.csv": "changes of the type of a place",
    "flood_level.csv": "floods",
    "region_attributes_IPC.csv": "food insecurity",
}
"""Files of FLEE without a counterpart here."""

COUPLED = ("coupled_locations.csv", "locations-0.csv", "locations-1.csv", "routes-0.csv",
           "routes-1.csv", "weather_data")  # fmt: skip
"""What only FLEE's coupled (multiscale) models have."""

DEPTH = 4
"""Levels of folders in which cases are looked for."""

MOST_FILES = 20_000
"""Files after which no more cases are looked for."""

MOST_NAMED = 12
"""Cases that an error names."""


def find_settings(folder: Path) -> Path | None:
    """The settings beside a case: in its folder, its input folder or the folder above."""
    places = (folder, folder / "input_csv", folder.resolve().parent)
    return next((p / n for p in places for n in SETTINGS_NAMES if (p / n).is_file()), None)


def find_folders(folder: Path) -> tuple[Path, Path, Path]:
    """The case, its input folder and its folder of counts.

    Raises:
        InputError: there is no case, there are several, or it is of a kind that is not simulated.
    """
    if not folder.is_dir():
        cure = "give the folder of a FLEE case"
        what = "it is a file" if folder.exists() else "there is no such folder"
        raise InputError("There is nothing to import", [Problem(what, str(folder), cure)])
    _refuse_coupled(folder)
    inputs = next(
        (f for f in (folder / "input_csv", folder) if (f / "locations.csv").is_file()), None
    )
    if inputs is None:
        raise InputError("There is nothing to import", [_no_case(folder)])
    case = inputs.resolve().parent if inputs.name == "input_csv" else inputs
    tries = (case / "source_data", inputs / "source_data", case.resolve().parent / "source_data")
    return case, inputs, next((f for f in tries if f.is_dir()), tries[0])


def _refuse_coupled(folder: Path) -> None:
    """Say of a coupled model that it is one."""
    for place in (folder, folder / "input_csv"):
        found = [n for n in COUPLED if (place / n).exists()]
        if found:
            what = "it is a coupled (multiscale) model, which is not simulated here"
            cure = "give the folder of a single model, with one locations.csv and one routes.csv"
            where = str(place / found[0])
            raise InputError("The case cannot be imported", [Problem(what, where, cure)])


def _no_case(folder: Path) -> Problem:
    """That a folder is no case: it holds several, or none."""
    cases = [str(c.relative_to(folder)) for c in cases_within(folder)]
    if not cases:
        return Problem(
            "there is no locations.csv",
            str(folder),
            "give the folder of one case: it holds input_csv/locations.csv and source_data/",
        )
    more = f" and {len(cases) - MOST_NAMED} more" if len(cases) > MOST_NAMED else ""
    count = "one case lies" if len(cases) == 1 else f"{len(cases)} cases lie"
    what = f"it is no case, but {count} within: {', '.join(cases[:MOST_NAMED])}{more}"
    cure = f"import {'it' if len(cases) == 1 else 'each'} by name: travesia import flee " + str(
        folder / cases[0]
    )
    return Problem(what, str(folder), cure)


def cases_within(folder: Path) -> list[Path]:
    """Folders below that hold a case each, such as the members of an ensemble in ``SWEEP``."""
    found = set()
    for path in islice(_files(folder, DEPTH), MOST_FILES):
        if path.name == "locations.csv":
            found.add(path.parent.parent if path.parent.name == "input_csv" else path.parent)
    return sorted(found)


def _files(folder: Path, depth: int | None = None) -> Iterator[Path]:
    """Files below a folder, sorted; hidden ones and links to folders are left out."""
    for place, folders, names in os.walk(folder):
        here = Path(place)
        level = len(here.relative_to(folder).parts)
        folders[:] = (
            sorted(f for f in folders if not f.startswith((".", "__")))
            if (depth is None or level < depth)
            else []
        )
        yield from (here / n for n in sorted(names) if not n.startswith("."))


def list_left_out(
    case: Path, inputs: Path, source: Path, used: Iterable[Path], notes: list[str]
) -> None:
    """Name every file of a case that was not read. ``used`` are those that were."""
    known = {p.resolve() for p in used} | {(inputs / n).resolve() for n in READ}
    roots = [case] if _inside(inputs, case) else [case, inputs]
    roots += [] if _inside(source, case) or not source.is_dir() else [source]
    for root in roots:
        for path in _files(root):
            if path.resolve() not in known:
                known.add(path.resolve())
                name = path.relative_to(root).as_posix().encode("utf-8", "replace").decode()
                notes.append(f"{name}{_meaning(path.name)} was not carried over")


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _meaning(name: str) -> str:
    if name in MEANING:
        return f" ({MEANING[name]})"
    return " (attributes of people)" if name.startswith("demographics_") else ""


def check_floods(inputs: Path, problems: ProblemList) -> bool:
    """Whether a case has floods, and a remark on them."""
    if (inputs / "flood_level.csv").is_file():
        problems.warn(
            "the case has floods, which are not simulated here: only conflict drives people",
            "flood_level.csv",
        )
        return True
    return False


def check_sweep(case: Path, problems: ProblemList) -> None:
    """A remark on the variants that come with a case, of which none is imported with it."""
    sweep = case / "SWEEP"
    names = sorted(next(os.walk(sweep), ("", [], []))[1])
    if not names:
        return
    some = ", ".join(names[:MOST_NAMED]) + (", ..." if names[MOST_NAMED:] else "")
    whole = [n for n in names if any((sweep / n / f).is_file() for f in LOCATIONS)]
    cure = f"travesia import flee {case} --settings SWEEP/{names[0]}/simsetting.yml"
    if whole:
        cure = f"travesia import flee {sweep / whole[0]}"
    problems.warn(
        f"the case has {len(names)} variants, which are not imported with it: {some}",
        "SWEEP",
        f"import each by itself: {cure}",
    )


__all__ = [
    "SETTINGS_NAMES", "cases_within", "check_floods", "check_sweep", "find_folders",
    "find_settings", "list_left_out",
]  # fmt: skip
