"""What travels with a run of the things that its scenario declares, and how it is read again."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from travesia.errors import ProblemList
from travesia.quantities.expected import ExpectedFailure, read_expected
from travesia.quantities.measures import Measure, read_measures
from travesia.quantities.reading import read_register
from travesia.quantities.register import Declaration, Register
from travesia.quantities.stocks import StockCheck, read_stock_checks
from travesia.scenario.declared import (
    EXPECTED,
    MEASURES,
    STOCKS,
    TARGETS,
    read_quantities,
    system_file,
)

if TYPE_CHECKING:
    from travesia.results.result import Result
    from travesia.scenario.scenario import Scenario

DECLARED = "quantities"
"""The table that holds declarations: file, shared, declared (JSON)."""

CLAIMS = TARGETS.removesuffix(".csv")
"""The table of the figures that documents print."""

STOCK_CHECKS = STOCKS.removesuffix(".csv")
"""The table of published numbers of people on a day."""


def snapshot_of(scenario: Scenario) -> dict[str, pd.DataFrame]:
    """The tables that a run carries: its quantities, measures, failures, claims and stocks."""
    files = [system_file(scenario.folders, name, ProblemList()) for name in (MEASURES, EXPECTED)]
    declarations = [*scenario.quantities.declarations, *(d for d in files if d is not None)]
    out = {DECLARED: declared_table(declarations)}
    for name, table in ((TARGETS, CLAIMS), (STOCKS, STOCK_CHECKS)):
        path = scenario.file(name)
        if path is not None:
            with path.open(encoding="utf-8", newline="") as handle:
                out[table] = pd.DataFrame(list(csv.DictReader(handle)), dtype=str).fillna("")
    return out


def declared_table(declarations: Iterable[Declaration]) -> pd.DataFrame:
    """Declarations as a table that travels with a run."""
    rows = [(_file(d), d.shared, json.dumps(d.data, default=str)) for d in declarations]
    return pd.DataFrame(rows, columns=["file", "shared", "declared"])


def _file(declaration: Declaration) -> str:
    return declaration.where(()).rpartition(", line")[0] or declaration.where(())


def _declarations(result: Result) -> list[Declaration]:
    out = []
    for row in result.scenario_table(DECLARED).to_dict("records"):
        where = lambda _path, file=str(row["file"]): file  # noqa: E731
        data = json.loads(str(row["declared"]))
        out.append(Declaration(data, where, str(row["shared"]) == "True"))
    return out


def _is(declaration: Declaration, name: str) -> bool:
    return declaration.where(()).endswith(name)


def register_of(result: Result) -> Register:
    """The quantities that a run carries; those of every corridor if it carries none."""
    problems = ProblemList()
    if DECLARED not in result.scenario_tables:
        return read_quantities((), problems)
    found = [d for d in _declarations(result) if not (_is(d, MEASURES) or _is(d, EXPECTED))]
    register = read_register(found, problems)
    problems.raise_if_any("The quantities of the run have faults")
    return register


def measures_of(result: Result) -> dict[str, Measure]:
    """The measures that a run carries."""
    problems, out = ProblemList(), dict[str, Measure]()
    for one in _declarations(result) if DECLARED in result.scenario_tables else ():
        if _is(one, MEASURES):
            out |= read_measures(one, result.quantities, problems)
    problems.raise_if_any("The measures of the run have faults")
    return out


def expected_of(result: Result) -> tuple[ExpectedFailure, ...]:
    """Where the model is expected to fail, as the scenario of a run says."""
    problems, out = ProblemList(), list[ExpectedFailure]()
    for one in _declarations(result) if DECLARED in result.scenario_tables else ():
        if _is(one, EXPECTED):
            out += read_expected(one, result.quantities, problems)
    problems.raise_if_any("The expected failures of the run have faults")
    return tuple(out)


def stock_checks_of(result: Result) -> tuple[StockCheck, ...]:
    """Published numbers of people on a day that a run carries."""
    if STOCK_CHECKS not in result.scenario_tables:
        return ()
    problems = ProblemList()
    rows = result.scenario_table(STOCK_CHECKS).astype(str).to_dict("records")
    found = read_stock_checks(rows, STOCKS, problems)  # type: ignore[arg-type]
    problems.raise_if_any("The published stocks of the run have faults")
    return found
