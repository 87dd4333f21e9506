"""Kinds of runs: what each owns, loads, checks, offers, simulates and tells."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from travesia.errors import InputError, Problem, ProblemList, StoreError
from travesia.plugins import CURE, checked, twice

if TYPE_CHECKING:
    from travesia.kind import Importer, Kind
    from travesia.results.result import Result

KINDS = ("travesia.kinds.flee.kind:Flee", "travesia.kinds.corridor.kind:Corridor")
"""Kinds in the order in which they are asked whether they own a path; the last owns the rest."""

IMPORTERS = ("travesia.kinds.flee.importing:FleeImporter",)
"""What brings in the cases of other simulators."""


def kinds() -> tuple[Kind[Any], ...]:
    """All kinds, in the order in which they are asked: those of plug-ins before ours.

    Raises :class:`InputError` for a plug-in that offers something else, or a name that is taken.
    """
    from travesia import kind as seam

    shipped = _shipped(KINDS)
    return (*_added("kinds", (seam.Kind,), "a kind of run", shipped), *shipped)


def importers() -> dict[str, Importer]:
    """What can be imported, by the word that names it."""
    shipped = _shipped(IMPORTERS)
    found = (*shipped, *_added("importers", (object,), "an importer", shipped))
    return {i.id: i for i in found}


def _added(
    group: str, sorts: tuple[type, ...], what: str, shipped: tuple[Any, ...]
) -> tuple[Any, ...]:
    """What plug-ins add to a group, each name once."""
    problems = ProblemList()
    taken = {thing.id: "" for thing in shipped}
    out = []
    for offer in checked(group, sorts, what, problems):
        name = str(getattr(offer.thing, "id", ""))
        if not name:
            problems.error(f"{offer.thing!r:.80} is not {what}", offer.origin, CURE)
        elif name in taken:
            problems.extend([twice(name, group, taken[name], offer.origin)])
        taken[name] = offer.origin
        out.append(offer.thing)
    problems.raise_if_any("The plug-ins cannot be used")
    return tuple(out)


def kind_of(given: Any) -> Kind[Any]:
    """The kind of a case: loaded, or by its path (``+`` and versions may follow)."""
    if isinstance(given, str):
        path = given.split("+")[0]
        return next(k for k in kinds() if k.owns(path))
    found = next((k for k in kinds() if k.holds(given)), None)
    if found is None:
        what = f"{type(given).__name__} is neither the name nor the path of a scenario, nor one"
        raise InputError("The scenario cannot be loaded", [Problem(what)])
    return found


def kind_of_run(result: Result) -> Kind[Any]:
    """The kind that made a run, by its manifest (a run that names none is of a corridor).

    Raises :class:`InputError` for a kind that is not there.
    """
    name = str(result.manifest.get("kind") or "corridor")
    known = {k.id: k for k in kinds()}
    if name not in known:
        cure = f"known: {', '.join(known)}; a kind of a plug-in must be installed"
        problem = Problem(f"there is no kind of run {name!r}", "manifest.json", cure)
        raise InputError("The run cannot be read", [problem])
    faults = [
        Problem(f"{key} is missing", "manifest.json", "run it again")
        for key in known[name].keys
        if key not in result.manifest
    ]
    if faults:
        raise StoreError("The run cannot be read", faults)
    return known[name]


@lru_cache
def _shipped(names: tuple[str, ...]) -> tuple[Any, ...]:
    """Instances of classes by ``module:name``."""
    split = (name.split(":") for name in names)
    return tuple(getattr(import_module(module), name)() for module, name in split)
