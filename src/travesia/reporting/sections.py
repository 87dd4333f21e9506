"""Sections that plug-ins add to reports and comparisons: a title, a text, a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from travesia.errors import InputError, Problem, ProblemList
from travesia.figures import cell
from travesia.plugins import CURE, checked, twice
from travesia.reporting import payload

if TYPE_CHECKING:
    from travesia.ensembles.comparison import Comparison
    from travesia.results.result import Result

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Section:
    """One section: ``rows`` makes its table from a run, ``compared`` from a comparison; a row for
    each mapping, by column.

    Where it has nothing to say it gives no rows, or has no such function, and the section is left
    out. Titles and cells are text: nothing in them is read as HTML.
    """

    id: str
    title: str
    rows: Callable[[Result], Rows] | None = None
    title_es: str = ""
    about: str = ""
    compared: Callable[[Comparison[Any]], Rows] | None = None


def sections() -> list[tuple[Section, str]]:
    """The sections that plug-ins add, each with where it comes from.

    Raises:
        InputError: something that is no section, or two with one id.
    """
    problems = ProblemList()
    found: dict[str, tuple[Section, str]] = {}
    for offer in checked("sections", (Section,), "a Section", problems):
        section: Section = offer.thing
        if section.id in found:
            problems.extend([twice(section.id, "sections", found[section.id][1], offer.origin)])
        found[section.id] = (section, offer.origin)
    problems.raise_if_any("The page cannot be made")
    return list(found.values())


def added(result: Result) -> list[payload.Section]:
    """What plug-ins add to the page of a run.

    Raises:
        InputError: a section that fails; it names the plug-in.
    """
    return _made((one, one.rows, origin, result) for one, origin in sections())


def added_to_comparison(comparison: Comparison[Any]) -> list[payload.Section]:
    """What plug-ins add to the page of a comparison; raises as :func:`added`."""
    return _made((one, one.compared, origin, comparison) for one, origin in sections())


def _made(asked: Iterable[tuple[Section, Any, str, Any]]) -> list[payload.Section]:
    made = (_section(*one) for one in asked if one[1] is not None)
    return [section for section in made if section is not None]


def _section(
    section: Section, rows_of: Callable[[Any], Rows], origin: str, of: Any
) -> payload.Section | None:
    try:
        rows = list(rows_of(of))
        table = table_of(rows)
    except Exception as error:  # whatever their code raises
        what = f"section {section.id!r} raised {type(error).__name__}: {error}"
        raise InputError("The page cannot be made", [Problem(what[:300], origin, CURE)]) from error
    if not rows:
        return None
    return {
        "id": f"added-{section.id}",
        "name": section.title,
        "kicker": "Added by a plug-in",
        "title": " · ".join(filter(None, (section.title, section.title_es))),
        "paragraphs": [section.about] if section.about else [],
        "tables": [table],
    }


def table_of(rows: Rows) -> payload.Table:
    """Rows by column as a table; a column of numbers alone stands to the right."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    numbers = {n: all(isinstance(r.get(n), (int, float)) for r in rows) for n in names}
    return {
        "title": "",
        "columns": [{"name": str(n).replace("_", " "), "number": numbers[n]} for n in names],
        "rows": [[cell(row.get(n)) for n in names] for row in rows],
        "note": "",
    }
