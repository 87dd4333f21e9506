"""What was set on published numbers must be told, so that no score praises it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from travesia.errors import Problem
from travesia.quantities.observable import SPELLINGS
from travesia.scenario.base import ASSUMPTION
from travesia.scenario.checks.context import Context
from travesia.scenario.faults import suggest
from travesia.scenario.tables import BY_NAME

INPUTS = (
    "departures", "aims", "cohorts", "origins", "facilities", "hazards", "stay_hazards",
    "accidents",
    "hazard_factors", "effort", "agencies", "outcomes", "actions",
)  # fmt: skip
"""Tables whose numbers steer a run."""


def calibration_names(context: Context) -> Iterator[Problem]:
    """A row of calibration.csv names something that does not exist, or ends before it starts."""
    parts = [*BY_NAME, *(p.id for p in context.scenario.policies), *context.scenario.parameters]
    parameters = {p.id: p.parameters for p in context.scenario.policies}
    complete = context.known("policies") is not None and context.known("parameters") is not None
    for i, row in enumerate(context.scenario.calibration):
        where = context.where("calibration", i)
        head, _, tail = row.what.partition(".")
        known = [*parts, *(p.stem for f in context.scenario.folders for p in f.glob("*.csv"))]
        if complete and head not in known:
            yield Problem(f"there is nothing called '{head}'", where, suggest(head, known))
        elif tail and head in parameters and tail not in parameters[head]:
            cure = suggest(tail, parameters[head])
            yield Problem(f"policy '{head}' has no parameter '{tail}'", where, cure)
        if row.observable not in context.quantities:
            cure = suggest(row.observable, context.quantities.names)
            yield Problem(f"unknown observable '{row.observable}'", where, cure)
        else:
            allowed = context.quantities.axes_of(context.quantities[row.observable])
            for dim in row.by:
                if SPELLINGS.get(dim, dim) not in allowed:
                    yield Problem(f"unknown dimension '{dim}'", where, suggest(dim, allowed))
        if row.start and row.end and row.end < row.start:
            what = f"it ends in {row.end}, before it starts in {row.start}"
            yield Problem(what, where, "correct one of the months")


def untold_calibration(context: Context) -> Iterator[Problem]:
    """Inputs cite the source of a published table; nothing says on which months they were set."""
    heads = {row.what.partition(".")[0] for row in context.scenario.calibration}
    published = {
        source: reading.cells.where
        for reading in context.readings
        if "source" in reading.cells.header
        for cell in set(reading.cells.column("source"))
        for source in _split(cell)
    }
    if not published:
        return
    for table in INPUTS:
        cited = {ref for refs in set(context.values(table, "source")) for ref in refs}
        both = sorted(cited & published.keys())
        told = any(head == table or head.startswith(f"{table}_") for head in heads)
        if both and not told:
            yield Problem(
                f"{table} cites {both[0]}, the source of {published[both[0]]}, but calibration.csv "
                "does not say which months it was set on",
                context.trace(table, 0).file,
                "add a row, or scores of these months pass for predictions",
                severity="warning",
            )


def _split(cell: str) -> Iterable[str]:
    return (s for s in (part.strip() for part in cell.split(";")) if s and s != ASSUMPTION)
