"""What ``travesia score --claims`` says: the articles' figures beside a run and its draws."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from travesia.cli.common import progress_bar, say, say_json

if TYPE_CHECKING:
    from travesia.observe.claims import ClaimTable
    from travesia.results.result import Result

DRAW_SAMPLE = 0.02
"""Share of the population simulated in each draw."""


def score_claims(run: Path, draws: int, *, as_json: bool) -> None:
    """Print the table of claims of a run; ``draws`` runs with other numbers give intervals."""
    from travesia.observe.claims import score_claims as score
    from travesia.results import store

    result = store.read(run)
    drawn, anchor = _drawn(result, draws, quiet=as_json)
    table = score(result, drawn, anchor=anchor)
    if as_json:
        say_json({"claims": table.to_rows(), "summary": table.summary()})
    else:
        say(_words(table, draws))


def _drawn(result: Result, draws: int, *, quiet: bool) -> tuple[list[Result], Result | None]:
    """The scenario of a run, simulated again with drawn numbers and with the written ones, each
    with a sample of the people."""
    if not draws:
        return [], None
    from travesia import api

    scenario = api.load(str(result.manifest["scenario"]), result.manifest.get("patches") or ())
    out = []
    with progress_bar(quiet) as tell:
        tell("drawing parameters", 0, draws + 1)
        anchor = api.run(scenario, sample=DRAW_SAMPLE, journeys=0)
        for draw in range(draws):
            tell("drawing parameters", draw + 1, draws + 1)
            out.append(api.run(scenario, draw=draw, sample=DRAW_SAMPLE, journeys=0))
        tell("drawing parameters", draws + 1, draws + 1)
    return out, anchor


def _words(table: ClaimTable, draws: int) -> str:
    text = table.to_text()
    if draws:
        text += f"\n\nIn brackets: the middle 90 % of {draws} draws of the numbers with a range."
    return text
