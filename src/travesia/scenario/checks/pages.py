"""What the pages point out is there: parts of the map have an extent, parts of the way places."""

from __future__ import annotations

from collections.abc import Iterator

from travesia.errors import Problem, ProblemList
from travesia.scenario.checks.context import Check, Context
from travesia.scenario.faults import suggest
from travesia.scenario.lands import shipped_outlines
from travesia.scenario.outlines import is_own, read_outlines


def _where(context: Context) -> str:
    return f"{context.scenario.folder.name}/scenario.yaml, pages"


def empty_views(context: Context) -> Iterator[Problem]:
    """A part of the map has no extent."""
    for view in context.scenario.settings.pages.views:
        west, south, east, north = view.box
        if west >= east or south >= north:
            what = f"the view '{view.id}' has no extent"
            yield Problem(what, _where(context), "give its box as west, south, east, north")


def unknown_parts(context: Context) -> Iterator[Problem]:
    """A part of the way is made of codes that no place and no leg has."""
    if not context.complete("places") or not context.complete("legs"):
        return
    known = {c for p in context.scenario.places for c in (p.country, p.admin1)}
    known |= {leg.region for leg in context.scenario.legs}
    for part in context.scenario.settings.pages.parts:
        for code in part.where:
            if code not in known:
                what = f"the part '{part.id}' names '{code}', which is of no place"
                yield Problem(what, _where(context), suggest(code, known))


def months_in_order(context: Context) -> Iterator[Problem]:
    """Months that belong together end before they begin."""
    pages = context.scenario.settings.pages
    for months in (*pages.windows, *pages.periods):
        if months.last < months.first:
            what = f"'{months.name}' ends before it begins"
            yield Problem(what, _where(context), "give the first month before the last")


def unknown_outlines(context: Context) -> Iterator[Problem]:
    """The map is drawn on outlines that there are not, or that cannot be drawn."""
    problems = ProblemList()
    read_outlines(context.scenario, problems)
    yield from problems
    name, known = context.scenario.settings.pages.map, shipped_outlines()
    if name and name not in known and not is_own(name):
        yield Problem(f"no outlines '{name}'", f"{_where(context)}, map", suggest(name, known))


CHECKS: tuple[Check, ...] = (unknown_outlines, empty_views, unknown_parts, months_in_order)
