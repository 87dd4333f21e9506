"""Sections that plug-ins add to the report of a run: a title, a text, a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from travesia.errors import InputError, Problem, ProblemList
from travesia.figures import cell
from travesia.plugins import CURE, checked, twice

if TYPE_CHECKING:
    from travesia.results.result import Result

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Section:
    """One section: ``rows`` makes its table from a run, a row for each mapping, by column.

    A run of which it has nothing to say gives no rows, and the section is left out. Titles and
    cells are text: nothing in them is read as HTML.
    """

    id: str
    title: str
    rows: Callable[[Result], Rows]
    title_es: str = ""
    about: str = ""


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
    problems.raise_if_any("The report cannot be made")
    return list(found.values())


def added(result: Result) -> str:
    """What plug-ins add to the page of a run, as HTML; empty if there is nothing.

    Raises:
        InputError: a section that fails; it names the plug-in.
    """
    return "".join(part for one, origin in sections() for part in _section(one, origin, result))


def _section(section: Section, origin: str, result: Result) -> Iterator[str]:
    try:
        rows = list(section.rows(result))
        names = list(dict.fromkeys(name for row in rows for name in row))
        cells = [[cell(row.get(name)) for name in names] for row in rows]
    except Exception as error:  # whatever their code raises
        what = f"section {section.id!r} raised {type(error).__name__}: {error}"
        problem = Problem(what[:300], origin, CURE)
        raise InputError("The report cannot be made", [problem]) from error
    if not rows:
        return
    title = " · ".join(filter(None, (section.title, section.title_es)))
    about = f"<p>{escape(section.about)}</p>" if section.about else ""
    yield f'<section class="page" id="added-{escape(section.id)}"><h2>{escape(title)}</h2>{about}'
    yield f"{table(names, cells)}</section>\n"


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as HTML."""
    lines = ["".join(f"<th>{escape(str(h))}</th>" for h in head)]
    lines += ["".join(f"<td>{escape(str(c))}</td>" for c in row) for row in rows]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
