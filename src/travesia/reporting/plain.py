"""The page that a run of any kind can have: its quantities by month, its scores, what made it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from travesia.reporting.data import MISUSE, command, manifest_rows
from travesia.reporting.facts import tidy_row
from travesia.reporting.payload import Line, PlainPage, Section
from travesia.reporting.sections import table_of
from travesia.results.counting import counter_of

if TYPE_CHECKING:
    from travesia.kind import Kind
    from travesia.results.result import Result

FORMAT = "travesia-run-page/1"


def plain_page(result: Result, kind: Kind[Any]) -> PlainPage:
    """Everything that the page shows of a run whose kind has no page of its own."""
    return {
        "format": FORMAT,
        "title": result.about("title") or str(result.manifest["scenario"]),
        "story": [line for line in kind.told(result) if line.strip()],
        "months": list(counter_of(result).months),
        "lines": _lines(result),
        "sections": _scores(result, kind),
        "purpose": result.about("purpose"),
        "limits": [],
        "misuse": list(MISUSE),
        "command": command(result.manifest),
        "manifest": manifest_rows(result.manifest),
        "credit": "",
    }


def _lines(result: Result) -> list[Line]:
    """Every quantity that occurs, by month."""
    counter = counter_of(result)
    counted = ((q, counter.count(q)) for q in result.quantities.summed)
    return [
        {"id": q.id, "title": f"{q.title} ({q.unit})", "simulated": tidy_row(values)}
        for q, values in counted
        if values.any()
    ]


def _scores(result: Result, kind: Kind[Any]) -> list[Section]:
    """The table of scores, where there is anything to hold the run against."""
    scores = kind.scores(result)
    rows = scores.to_rows() if scores is not None else []
    if not rows:
        return []
    return [
        {
            "id": "scores",
            "name": "Right and wrong",
            "kicker": "Where it is right and where it is wrong",
            "title": "Against what was observed",
            "paragraphs": [],
            "tables": [table_of(rows)],
        }
    ]
