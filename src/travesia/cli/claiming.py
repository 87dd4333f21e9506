"""What ``travesia score --claims`` says: the articles' figures beside a run and its draws."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from travesia.cli.common import progress_bar, say, say_json

if TYPE_CHECKING:
    from travesia.observe.claims import ClaimTable
    from travesia.results.result import Result
    from travesia.scenario.scenario import Scenario

DRAW_SAMPLE = 0.02
"""Share of the population simulated in each draw."""


TARGETS = Path(__file__).resolve().parents[1] / "scenarios" / "corridor" / "system"
TWIN = "`travesia score RUN --claims` prints what a run says"


@lru_cache(maxsize=1)
def _measured() -> dict[str, bool]:
    """Whether a run says something of each claim that is held against it, by the claim's id."""
    with (TARGETS / "claims_targets.csv").open(encoding="utf-8", newline="") as handle:
        return {row["claim"]: bool(row["measure"]) for row in csv.DictReader(handle)}


def twin(claim: str) -> str:
    """Where the simulated twin of a claim is printed; blank for what is no figure of a claim."""
    known = _measured()
    if claim not in known:
        return ""
    return TWIN if known[claim] else "no run says anything of it"


def score_claims(run: Path, draws: int, *, as_json: bool) -> None:
    """Print the table of claims of a run; ``draws`` runs with other numbers give intervals."""
    from travesia.errors import InputError, Problem
    from travesia.kinds import kind_of_run
    from travesia.observe.claims import score_claims as score
    from travesia.results import store

    result = store.read(run)
    kind = kind_of_run(result)
    if not kind.claims:
        problem = Problem(f"it is of {kind.title}", str(run), "leave out --claims")
        raise InputError("There are no claims to hold this run against", [problem])
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

    scenario = _again(result)
    out = []
    with progress_bar(quiet) as tell:
        tell("drawing parameters", 0, draws + 1)
        anchor = api.run(scenario, sample=DRAW_SAMPLE, journeys=0)
        for draw in range(draws):
            tell("drawing parameters", draw + 1, draws + 1)
            out.append(api.run(scenario, draw=draw, sample=DRAW_SAMPLE, journeys=0))
        tell("drawing parameters", draws + 1, draws + 1)
    return out, anchor


def _again(result: Result) -> Scenario:
    """The scenario of a run, read again. Raises :class:`InputError` if it is another one by now."""
    from travesia import api
    from travesia.errors import InputError, Problem
    from travesia.scenario.load import parse_overrides

    name, applied = str(result.manifest["scenario"]), result.manifest.get("patches") or ()
    values = parse_overrides(a for a in applied if "=" in a)
    scenario: Scenario = api.load(name, [a for a in applied if "=" not in a], values)
    known = result.manifest.get("scenario_sha256")
    if known and scenario.sha256() != known:
        cure = "run it again in its folder, or leave out --draws"
        problem = Problem(f"the scenario '{name}' is not the one of the run", "--draws", cure)
        raise InputError("The claims cannot be given intervals", [problem])
    return scenario


def _words(table: ClaimTable, draws: int) -> str:
    text = table.to_text()
    if draws:
        text += f"\n\nIn brackets: the middle 90 % of {draws} draws of the numbers with a range."
    return text
