"""The quantities that a scenario declares: files of the package, of its bases and its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from travesia.errors import InputError, ProblemList
from travesia.likeness import did_you_mean, nearest
from travesia.plugins import checked
from travesia.quantities.counting import Labels
from travesia.quantities.reading import read_register
from travesia.quantities.register import Declaration, Register
from travesia.scenario.additions import defined
from travesia.scenario.layers import SHIPPED_FOLDER, shipped_names
from travesia.scenario.raw import TraceAt
from travesia.scenario.yamlfile import read_yaml
from travesia.textfile import is_there

if TYPE_CHECKING:
    from travesia.scenario.scenario import Scenario

FILE = "quantities.yaml"
MEASURES = "system/measures.yaml"
EXPECTED = "system/expected_failures.yaml"
TARGETS = "system/claims_targets.csv"
STOCKS = "system/stock_checks.csv"
SHARED = Path(__file__).resolve().parent.parent / "quantities" / "shared.yaml"


def read_quantities(
    folders: Iterable[Path], problems: ProblemList, added: Iterable[tuple[Any, str]] = ()
) -> Register:
    """The register of a chain of scenario folders, the base first.

    The package's own come first, then those of plug-ins, the folders', and ``added`` ones: data
    with where they come from.
    """
    told = _file(SHARED, f"quantities/{SHARED.name}", True, problems)
    what = "a mapping as in quantities.yaml, nor the Path of such a file"
    for offer in checked("quantities", (Mapping, Path), what, problems):
        if isinstance(offer.thing, Path):
            label = f"{offer.origin}: {offer.thing.name}"
            told += _file(offer.thing, label, True, problems)
        else:
            told.append(Declaration(offer.thing, Everywhere(offer.origin), True))
    for folder in folders:
        if is_there(folder / FILE):
            own = _file(folder / FILE, f"{folder.name}/{FILE}", False, problems)
            told += [*(base for one in own for base in _base(one, problems)), *own]
    for data, origin in added:
        told.append(Declaration(data, Everywhere(origin), True))
    return read_register(told, problems)


def _file(path: Path, label: str, shared: bool, problems: ProblemList) -> list[Declaration]:
    document = read_yaml(path, label, problems)
    if document is None:
        return []
    at = TraceAt(label, document)
    return [Declaration(document.data, lambda path: str(at(path)), shared)]


def _base(declaration: Declaration, problems: ProblemList) -> list[Declaration]:
    """The quantities of a shipped scenario that a file builds on (``base``)."""
    data = declaration.data
    name = data.get("base") if isinstance(data, Mapping) else None
    if name is None:
        return []
    if name not in shipped_names():
        what, where = f"no shipped scenario {name!r} to build on", declaration.where(("base",))
        problems.error(what, where, did_you_mean(str(name), shipped_names()))
        near = nearest(str(name), shipped_names(), 1)  # read, so that one slip is one fault
        if not near:
            return []
        name = near[0]
    return _file(SHIPPED_FOLDER / name / FILE, f"{name}/{FILE}", False, problems)


class Everywhere(str):
    """One place for all that is declared there, where lines are not known."""

    def __call__(self, path: object) -> str:  # noqa: ARG002
        """The place, whatever is asked for."""
        return str(self)


def read_quantities_of(scenario: Scenario, problems: ProblemList) -> Register:
    """The quantities of a scenario as far as they are sound, with the faults of the others."""
    added: list[tuple[Any, str]] = []
    if scenario.trusted:
        with suppress(InputError):  # whoever reads the instruments of that code says so
            added = defined(scenario.additions, True, "QUANTITIES")
    return read_quantities(scenario.folders, problems, added)


def system_file(folders: Sequence[Path], name: str, problems: ProblemList) -> Declaration | None:
    """A file of declarations from the last folder of the chain that has it, or None."""
    for folder in reversed(folders):
        if is_there(folder / name):
            return next(iter(_file(folder / name, f"{folder.name}/{name}", False, problems)), None)
    return None


def quantities_of(scenario: Scenario) -> Register:
    """The quantities of a scenario.

    Raises:
        InputError: every fault of their declarations.
    """
    problems = ProblemList()
    register = read_quantities_of(scenario, problems)
    problems.raise_if_any(f"The quantities of {scenario.name!r} have faults")
    return register


def labels_of(scenario: Scenario, names: Mapping[str, tuple[str, ...]] | None = None) -> Labels:
    """What the labels of a run are called and what the scenario says of them.

    ``names`` gives the order of codes where it is not that of the tables.
    """

    def attribute(table: str, key: str, column: str) -> dict[str, str]:
        if table == "ends":
            return {end: end for end in ends}
        held = scenario.limited_places if table == "facilities" else scenario.table(table)
        rows = [row.model_dump(mode="json", by_alias=True) for row in held]
        return {str(row[key]): _text(row[column]) for row in rows}

    ends = scenario.settings.ends.states
    states = dict.fromkeys(s.state for s in scenario.stays)
    found = {
        "month": scenario.calendar.months(),
        "cohort": tuple(c.id for c in scenario.cohorts),
        "place": tuple(p.id for p in scenario.places),
        "transition": tuple(t.id for t in scenario.transitions),
        "leg": tuple(g.id for g in scenario.legs),
        "state": (*(f"travel_{m.id}" for m in scenario.modes), *states, *ends),
        "stay": ("*", *(s.id for s in scenario.stays)),
        "facility": tuple(dict.fromkeys(f.id for f in scenario.limited_places)),
        "mode": tuple(m.id for m in scenario.modes),
        "payer": scenario.payers,
        "item": (*(c.id for c in scenario.costs), *(m.id for m in scenario.money)),
        "end": ends,
    }
    return Labels(found | dict(names or {}), attribute)


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    return "" if value is None else str(value)
