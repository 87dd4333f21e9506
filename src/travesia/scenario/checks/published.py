"""Published tables must be readable, and mean what targets.csv says, before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from travesia.errors import Problem
from travesia.quantities.counting import Counter
from travesia.quantities.observable import UnknownObservableError
from travesia.scenario.base import FAMILY_TYPES
from travesia.scenario.checks.context import Context
from travesia.scenario.declared import labels_of
from travesia.scenario.faults import suggest
from travesia.scenario.lands import divisions, lands
from travesia.scenario.observed import file_fault
from travesia.scenario.periods import EVER, Frequency, bounds, days, frequency
from travesia.scenario.published import OTHER, Reading, meaning_of
from travesia.scenario.settings import Target

SHOWN = 5
"""Names of a list that are told."""


# -- rows of targets.csv -------------------------------------------------------------------


def target_files(context: Context) -> Iterator[Problem]:
    """A target names a file that is no table of ``observed``, or is not there."""
    for i, target in enumerate(context.scenario.targets):
        where = context.where("targets", i)
        fault = file_fault(target.file)
        if fault is not None:
            yield Problem(f"target '{target.id}': {fault[0]}", where, fault[1])
        elif target.file not in context.scenario.observed.tables:
            yield Problem(
                f"target '{target.id}' names '{target.file}', which does not exist",
                where,
                "correct the path (from the scenario folder), or add the file",
            )


def target_meanings(context: Context) -> Iterator[Problem]:
    """A target has an unknown observable, dimension or frequency."""
    for i, target in enumerate(context.scenario.targets):
        try:
            meaning_of(context.quantities, target.observable, target.by, target.frequency)
        except UnknownObservableError as error:
            what = f"target '{target.id}': {error}"
            yield Problem(what, context.where("targets", i), error.cure)


def target_windows(context: Context) -> Iterator[Problem]:
    """The window of a target starts or ends on something that is no period, or ends early."""
    for i, target in enumerate(context.scenario.targets):
        freq, where = _frequency(target), context.where("targets", i)
        sound = True
        for name, text in (("start", target.start), ("end", target.end)):
            try:
                bounds(text, "", freq)
            except ValueError:
                sound = False
                yield Problem(
                    f"{name} of target '{target.id}' is '{text}'",
                    where,
                    "write it as YYYY-MM-DD, YYYY-MM, YYYY or FY2019",
                )
        if sound:
            first, last = bounds(target.start, target.end, freq)
            if last < first:
                what = f"target '{target.id}' ends ({target.end}) before it starts ({target.start})"
                yield Problem(what, where, "correct one of the dates")


def _frequency(target: Target) -> Frequency:
    try:
        return frequency(target.frequency)
    except ValueError:
        return "month"


# -- tables --------------------------------------------------------------------------------


def table_faults(context: Context) -> Iterator[Problem]:
    """A published table has cells that are no periods, keys or counts."""
    yield from _unique(context, "error")


def table_remarks(context: Context) -> Iterator[Problem]:
    """A published table has unknown numbers, or cells without a row."""
    yield from _unique(context, "warning")
    for reading in context.readings:
        series = reading.series
        if series is None or not (series.absent and reading.cells.complete):
            continue
        if _misspelt(context, reading):
            continue
        period, key = series.absent[0]
        more = f" and {len(series.absent) - 1} more" if len(series.absent) > 1 else ""
        yield Problem(
            f"there is no row for {' '.join(key)} in {period}{more}: counted as 0",
            reading.cells.where,
            "add the rows, with a blank number where it is not known",
            severity="warning",
        )


def _misspelt(context: Context, reading: Reading) -> bool:
    """Whether a table has keys that do not exist, which is told already."""
    known = _known(context)
    return known is None or any(not _exists(dim, key) for _, dim, key in _strangers(reading, known))


def _unique(context: Context, severity: str) -> Iterator[Problem]:
    """Problems of reading, each once, although several targets may take the same table."""
    told: set[Problem] = set()
    found = [*context.scenario.observed.problems]
    found += [p for reading in context.readings for p in reading.problems]
    for problem in found:
        if problem.severity == severity and problem not in told:
            told.add(problem)
            yield problem


def unknown_keys(context: Context) -> Iterator[Problem]:
    """A published key matches nothing of the scenario."""
    told: set[tuple[str, str, str]] = set()
    for reading in context.readings:
        known, series = _known(context), reading.series
        if series is None or known is None:
            continue
        nobody: list[str] = []
        for d, dim, key in _strangers(reading, known):
            if (reading.cells.where, dim, key) in told:
                continue
            told.add((reading.cells.where, dim, key))
            if _exists(dim, key):
                nobody += [key] if dim == "nationality" else []
                continue
            row = min(r for k, r in series.first.items() if k[d] == key)
            yield Problem(
                f"no {dim.replace('_', ' ')} of the scenario is '{key}'",
                reading.cells.at(row, dim),
                f"{suggest(key, known[dim])}, or take its rows out",
            )
        if nobody:
            yield Problem(
                f"nobody is simulated for {_some(nobody)}: they count as 0",
                reading.cells.where,
                f"join their rows under {OTHER}, or take them out",
                severity="warning",
            )


def _strangers(
    reading: Reading, known: Mapping[str, frozenset[str]]
) -> Iterator[tuple[int, str, str]]:
    """Keys that the scenario does not have: position of the dimension, its name, the key."""
    keys = reading.series.keys if reading.series is not None else ()
    for d, dim in enumerate(reading.meaning.dims):
        for key in sorted({k[d] for k in keys} - known[dim]):
            yield d, dim, key


def _known(context: Context) -> Mapping[str, frozenset[str]] | None:
    """The keys of the scenario; None if the tables that hold them are not complete."""
    return _keys(context) if context.complete("places", "cohorts") else None


def _keys(context: Context) -> Mapping[str, frozenset[str]]:
    """The keys that a run of the scenario can have, by axis."""
    counter = Counter(context.quantities, labels_of(context.scenario))
    axes = {dim for reading in context.readings for dim in reading.meaning.dims}
    known = {axis: frozenset(counter.domain(axis)) for axis in axes}
    more: dict[str, set[str]] = {"nationality": {OTHER}, "family_type": {*FAMILY_TYPES}}
    return {axis: keys | more.get(axis, set()) for axis, keys in known.items()}


def _exists(dim: str, key: str) -> bool:
    """Whether a key is real, although nobody is simulated there or of that nationality."""
    return key in {"nationality": lands(), "region": divisions()}.get(dim, ())


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def empty_windows(context: Context) -> Iterator[Problem]:
    """No published period lies in the window of a target, or the window leaves the table."""
    for reading in context.readings:
        if reading.series is None:
            continue
        freq, labels = reading.meaning.freq, reading.series.periods
        spans = [days(p, freq) for p in labels]
        for i in reading.targets:
            target, where = context.scenario.targets[i], context.where("targets", i)
            try:
                low, high = bounds(target.start, target.end, freq)
            except ValueError:
                continue
            table = f"{reading.cells.where} has {labels[0]} to {labels[-1]}"
            if low > high:
                continue
            if not any(low <= a and b <= high for a, b in spans):
                yield Problem(
                    f"no published period lies in the window of target '{target.id}': {table}",
                    where,
                    "correct start and end",
                )
            elif EVER[0] < low < spans[0][0] or spans[-1][1] < high < EVER[1]:
                yield Problem(
                    f"the window of target '{target.id}' goes beyond the table: {table}",
                    where,
                    "correct start and end, or add the missing periods",
                    severity="warning",
                )
