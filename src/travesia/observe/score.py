"""Holds a run against its targets: what fits, what does not, and what proves nothing.

Fit and held-out windows are never mixed: each row of targets.csv is scored for itself. The role of
each score is worked out by :mod:`travesia.observe.roles`; the comparison with naive guesses is
printed whatever the role.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from travesia.observe import compare
from travesia.observe.compare import Measure, Series
from travesia.observe.inputs import Inputs
from travesia.observe.reading import check_exact
from travesia.observe.roles import Role, Setting, role_of, settings
from travesia.observe.series import published_by_month
from travesia.observe.table import ScoreRow, ScoreTable, verdict
from travesia.observe.targets import Target, Twins, targets
from travesia.quantities.expected import ExpectedFailure
from travesia.results.declared import expected_of
from travesia.results.result import Result
from travesia.scenario.periods import bounds, days

Floats = npt.NDArray[np.float64]

COMPARABLE = ("tv", "log_error", "absolute_error", "share_error", "wis")
"""Measures that naive guesses have as well."""

UNINFORMED = frozenset({"equal_shares", "population"})
"""Guesses that know nothing of the past: to beat only these is no merit, so it gets no verdict."""


def score(
    result: Result,
    draws: Sequence[Result] | None = None,
    found: Sequence[Target] | None = None,
) -> ScoreTable:
    """Score a run against the targets that travel with it.

    Args:
        result: the run.
        draws: runs of an ensemble (parameter draws), for the weighted interval score and
            coverage.
        found: the targets of the run, where they have been read.

    Returns:
        Rows per target, window and measure, then the expected failures.

    Raises:
        InputError: the targets or a published table cannot be read, or a run is coarse.
    """
    check_exact(result, *(draws or ()))
    rows: list[ScoreRow] = []
    warnings: list[str] = []
    shown: set[tuple[str, str]] = set()
    runs: list[tuple[Result, Twins]] = [(run, {}) for run in (result, *(draws or ()))]
    known, inputs = settings(result), Inputs(result)
    announced = expected_of(result)
    found = targets(result) if found is None else found
    for target in found:
        series = _series(target, runs, inputs)
        if not series.mask.any():
            warnings.append(f"{target.id}: no published period lies in its window and in the run")
        else:
            rows += _rows(series, result, known)
        for failure in announced:
            if _concerns(failure, target) and (failure.id, target.quantity.id) not in shown:
                failed = _failure(failure, series, result, known)
                shown |= {(failure.id, target.quantity.id) for _ in failed}
                rows += failed
    ordered = sorted(rows, key=lambda r: bool(r.expected))
    published = published_by_month(result, found)
    return ScoreTable(tuple(ordered), tuple(warnings), published, announced)


def _concerns(failure: ExpectedFailure, target: Target) -> bool:
    """Whether a target shows a failure: what fails is a column, or totals are counted."""
    if target.quantity.id not in failure.quantities or target.freq != "month":
        return False
    return not failure.axis or target.dims == (failure.axis,)


def _series(target: Target, runs: Sequence[tuple[Result, Twins]], inputs: Inputs) -> Series:
    """A target beside the run (the first) and the draws of the ensemble (the others)."""
    simulated = [target.simulated(run, twins) for run, twins in runs]
    result = runs[0][0]
    return Series(
        target=target,
        mask=target.scored(result),
        simulated=simulated[0],
        draws=compare.stack(simulated[1:]),
        weights=_population(target, result),
        inputs=inputs.of(target),
    )


def _population(target: Target, result: Result) -> Floats | None:
    """Inhabitants per key, for series by region: the towns of the network, summed."""
    places = result.scenario_table("places")
    if target.dims != ("region",) or "population" not in places.columns:
        return None
    people = places["population"].astype(str).replace(["", "nan", "None", "<NA>"], "0")
    sums = people.astype(float).groupby(places["region"].astype(str)).sum()
    return np.array([sums.get(key[0], 0.0) for key in target.keys], np.float64)


def _rows(series: Series, result: Result, known: Sequence[Setting]) -> list[ScoreRow]:
    target, quantity = series.target, series.target.quantity
    if quantity.measure == "ratio":
        parts = [("", "total", compare.ratios(series))]
    elif not target.dims:
        parts = [("", "total", compare.totals(series))]
    else:
        parts = [
            ("shares of", "shares", compare.compositions(series)),
            ("total of", "total", compare.totals(series)),
        ]
    rows = []
    for i, (what, kind, measures) in enumerate(parts):
        role = role_of(target, kind, known)
        for j, measure in enumerate(measures):
            primary = j == 0 and (i == 0 or role.role != "input")
            rows.append(_row(series, measure, result, primary, what, role))
    return [r for r in rows if r.n or r.primary]


def _row(
    series: Series, measure: Measure, result: Result, primary: bool, what: str, role: Role
) -> ScoreRow:
    target = series.target
    by = "" if what == "total of" or not target.dims else " and ".join(target.dims)
    title = f"{what} {target.quantity.title}{f' by {by}' if by else ''}".strip()
    judged = _judged(measure)
    notes = [
        f"of {measure.n + measure.dropped} periods {measure.dropped} have no naive guess or number"
        if measure.dropped
        else "",
        _unknown(series),
        *role.why,
        _conditional(target) if what == "shares of" else "",
        _extrapolated(series, result),
        target.note,
    ]
    return ScoreRow(
        target=target.id,
        title=title.replace("_", " "),
        by=";".join(target.dims) if by else "",
        window=_window(series),
        role=role.role,
        metric=measure.metric,
        n=measure.n,
        simulated=measure.simulated,
        baselines=measure.baselines,
        verdict="input" if role.role == "input" and judged else judged,
        against=judged,
        primary=primary,
        note="; ".join(n for n in notes if n),
    )


def _unknown(series: Series) -> str:
    """How many published numbers of the window are unknown and left out."""
    cells = int(np.isnan(series.target.values[series.mask]).sum())
    return f"{cells} unknown numbers are left out" if cells else ""


def _judged(measure: Measure) -> str:
    """The verdict; none where the only guesses know nothing of the past."""
    if measure.metric not in COMPARABLE:
        return ""
    informed = set(measure.baselines) - UNINFORMED
    return verdict(measure.simulated, measure.baselines) if informed else "alone"


def _window(series: Series) -> str:
    labels = [p for p, m in zip(series.target.periods, series.mask, strict=True) if m]
    return f"{labels[0]} to {labels[-1]}" if len(labels) > 1 else "".join(labels)


def _conditional(target: Target) -> str:
    """What the departures already say about the shares of a target."""
    given = [d for d in target.dims if d in target.quantity.circular_by]
    if not given:
        return ""
    names = " and ".join(given)
    if len(given) < len(target.dims):
        return f"shares within each {names}"
    return f"departures by {names} are derived in part from this series"


def _extrapolated(series: Series, result: Result) -> str:
    """A remark if the window reaches into days whose departures are extrapolated."""
    since = result.about("extrapolated_from")[:10]
    if not since:
        return ""
    first = dt.date.fromisoformat(since).toordinal()
    spans = [days(p, series.target.freq) for p in np.array(series.target.periods)[series.mask]]
    late = any(last >= first for _, last in spans)
    return f"departures are extrapolated from {since[:7]}" if late else ""


def _failure(
    failure: ExpectedFailure, series: Series, result: Result, known: Sequence[Setting]
) -> list[ScoreRow]:
    """The rows that show an expected failure, in its own window."""
    target = replace(series.target, window=bounds(failure.start, failure.end, "month"))
    series = replace(series, target=target, mask=target.scored(result), draws=None)
    if not series.mask.any():
        return []
    if not failure.axis:
        measures = compare.totals(series)[:1]
        row = _row(series, measures[0], result, False, "total of", role_of(target, "total", known))
    else:
        key = (failure.value,)
        if key not in target.keys:
            return []
        role = role_of(target, "shares", known)
        row = _row(series, compare.one_share(series, key), result, False, "share of", role)
        row = replace(row, title=f"share of {failure.value} in {target.quantity.title}")
    note = f"{failure.why} {row.note}".strip()
    return [replace(row, role="expected", expected=failure.id, note=note)]
