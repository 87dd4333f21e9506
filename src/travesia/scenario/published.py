"""Published tables: read once, by one reader, as strictly as the inputs of a run.

:func:`published` makes of the text of a table the numbers of one statistic by period and key.
What is no number is a fault with its line and column; what the publisher withheld or did not know
is unknown (NaN) and never zero. ``check`` and ``score`` use the same reader, the first on files,
the second on the tables that travel with a run.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from travesia.errors import Problem, ProblemList
from travesia.quantities.observable import DIMENSIONS, SPELLINGS, UnknownObservableError, resolve
from travesia.quantities.quantity import Quantity
from travesia.quantities.register import Register
from travesia.scenario.cells import UNKNOWN, Fault, is_total, number_reader
from travesia.scenario.faults import suggest
from travesia.scenario.observed import Cells
from travesia.scenario.periods import FORMS, Frequency, frequency, label, number
from travesia.scenario.settings import Target

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PERIOD_COLUMNS: Mapping[Frequency, tuple[str, ...]] = {
    "month": ("month", "period", "date"),
    "fiscal_year": ("fiscal_year", "period"),
    "year": ("year", "period"),
    "date": ("date", "period"),
}
"""Names of the column that holds the period, by frequency."""

OTHER = "OTH"
"""The published key that takes all keys which are not published apart."""

VALUE_COLUMNS = ("value", "people", "events", "share", "deaths", "count", "n")
_PERIODS = frozenset({"month", "period", "date", "fiscal_year", "year"})
SIDE_COLUMNS = frozenset(
    {"source", "note", "notes", "reason", "url", "link", "publisher", "claims"}
)
"""Columns that tell no two numbers apart."""

SHOWN = 20
"""Cells of a table that are reported one by one."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a target takes a table for."""

    quantity: Quantity
    dims: tuple[str, ...]
    freq: Frequency


@dataclass(frozen=True, eq=False)
class Published:
    """A published series: periods in order, keys, and numbers.

    Attributes:
        periods: [n] labels.
        numbers: [n] their numbers.
        keys: [k] one tuple of dimension values per column; one empty tuple without dimensions.
        values: [n, k] NaN where unknown (blank, withheld); 0 where a published period has no row.
        first: row of the table in which each key comes first.
        absent: cells of published periods that have no row.
    """

    periods: tuple[str, ...]
    numbers: Ints
    keys: tuple[tuple[str, ...], ...]
    values: Floats
    first: Mapping[tuple[str, ...], int]
    absent: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, eq=False)
class Reading:
    """A table as one or more rows of targets.csv take it; ``series`` is None if it is faulty."""

    targets: tuple[int, ...]
    cells: Cells
    meaning: Meaning
    series: Published | None
    problems: tuple[Problem, ...]


def readings(
    targets: Iterable[Target], tables: Mapping[str, Cells | None], register: Register
) -> tuple[Reading, ...]:
    """Every table, read once for each of its meanings; targets without sense are left out."""
    taken: dict[tuple[str, Meaning], list[int]] = {}
    for i, target in enumerate(targets):
        try:
            meaning = meaning_of(register, target.observable, target.by, target.frequency)
        except UnknownObservableError:
            continue
        if tables.get(target.file) is not None:
            taken.setdefault((target.file, meaning), []).append(i)
    out = []
    for (file, meaning), rows in taken.items():
        cells, problems = tables[file], ProblemList()
        if cells is not None:
            series = published(cells, meaning, problems)
            out.append(Reading(tuple(rows), cells, meaning, series, tuple(problems)))
    return tuple(out)


def meaning_of(register: Register, observable: str, by: str, frequency_: str) -> Meaning:
    """What a row of targets.csv takes its table for.

    Raises:
        UnknownObservableError: an unknown observable, dimension or frequency, or one that the
            quantity cannot have.
    """
    quantity, dims = resolve(register, observable, by)
    try:
        freq = frequency(frequency_)
    except ValueError:
        cure = f"{suggest(frequency_, FORMS)} ({', '.join(FORMS)})"
        raise UnknownObservableError(f"unknown frequency '{frequency_}'", cure) from None
    if freq == "date" and quantity.measure != "stock":
        what = f"{quantity.id} cannot be counted by date"
        raise UnknownObservableError(what, "use month, fiscal_year or year")
    return Meaning(quantity, dims, freq)


# -- what the columns mean -----------------------------------------------------------------


def published(cells: Cells, meaning: Meaning, problems: ProblemList) -> Published | None:
    """A table as the series of a statistic; None if it cannot be read.

    Every fault is reported with line and column, and every unknown number as a remark.
    """
    before = len(problems.errors)
    columns = _columns(cells, meaning, problems)
    if columns is None:
        return None
    period, value, dims = columns
    labels = _periods(cells, period, meaning.freq, problems)
    values = _values(cells, value, meaning.quantity, problems)
    keys = _keys(cells, dims, problems)
    _no_totals(cells, {period, value, *dims}, problems)
    _no_twins(cells, period, value, labels, problems)
    if len(problems.errors) > before:
        return None
    return _matrix(labels, keys, values, meaning.freq)


def _columns(
    cells: Cells, meaning: Meaning, problems: ProblemList
) -> tuple[str, str, list[str]] | None:
    """Columns of the period, the number and the dimensions; None with problems."""
    before = len(problems.errors)
    period = _period_column(cells, meaning.freq, problems)
    value = _value_column(cells, meaning.quantity, problems)
    dims = []
    for dim in meaning.dims:
        names = [c for c in cells.header if SPELLINGS.get(c, c) == dim]
        if len(names) == 1:
            dims.append(names[0])
            continue
        what = f"column '{dim}' is missing" if not names else f"{_both(names)} could be the {dim}"
        cure = "keep one of them" if names else f"{_near(dim, cells.header)}, or change `by`"
        problems.error(what, f"{cells.where}, line 1", cure)
    return (period, value, dims) if len(problems.errors) == before else None


def _period_column(cells: Cells, freq: Frequency, problems: ProblemList) -> str:
    names = [n for n in PERIOD_COLUMNS[freq] if n in cells.header]
    if names:
        return names[0]
    others = [
        n for f, all_ in PERIOD_COLUMNS.items() if f != freq for n in all_[:1] if n in cells.header
    ]
    where = f"{cells.where}, line 1"
    if others:
        mine, theirs = freq.replace("_", " "), others[0].replace("_", " ")
        cure = f"correct the frequency in targets.csv, or give a column {freq}"
        problems.error(f"the target is by {mine}, the table by {theirs}", where, cure)
    else:
        cure = f"{_near(PERIOD_COLUMNS[freq][0], cells.header)}, with periods as {FORMS[freq]}"
        problems.error("no column holds the period", where, cure)
    return ""


def _value_column(cells: Cells, quantity: Quantity, problems: ProblemList) -> str:
    names = [n for n in VALUE_COLUMNS if n in cells.header]
    where = f"{cells.where}, line 1"
    if len(names) > 1:
        problems.error(f"{_both(names)} could be the number", where, "keep one of them")
    elif not names:
        cure = f"name it one of {', '.join(VALUE_COLUMNS)}"
        problems.error("no column holds the number", where, cure)
    elif names == ["share"] and quantity.measure != "ratio":
        cure = f"give counts: {quantity.id} is a number of people or events"
        problems.error("the table holds shares, not counts", where, cure)
    else:
        return names[0]
    return ""


def _both(names: Sequence[str]) -> str:
    return f"columns {' and '.join(repr(n) for n in names)}"


def _near(name: str, header: Sequence[str]) -> str:
    """How to come by a column: rename the one that looks like it, or add it."""
    plain = {re.sub(r"[^a-z]", "", _bare(c)): c for c in header}
    guess = suggest(name.replace("_", ""), plain)
    if guess.startswith("did you mean"):
        return f"rename column '{plain[guess.split(chr(39))[1]]}' to '{name}'"
    return f"name it '{name}'"


def _bare(text: str) -> str:
    """Text without accents and capitals."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


# -- what the cells say --------------------------------------------------------------------


def _periods(cells: Cells, column: str, freq: Frequency, problems: ProblemList) -> list[str]:
    """Canonical labels of the rows; blank where the cell is no period."""
    texts = cells.column(column)
    known: dict[str, str] = {}
    for text in dict.fromkeys(texts):
        try:
            known[text] = label(text, freq)
        except ValueError:
            known[text] = ""
    bad = [i for i, text in enumerate(texts) if not known[text]]
    for i in bad[:SHOWN]:
        if is_total(texts[i]):
            cure = "take the row out: it would count twice"
        elif _other_year(texts[i], freq):
            cure = "set frequency to fiscal_year, or give calendar years"
        else:
            cure = f"write it as {FORMS[freq]}"
        what = f"'{texts[i]}' is no {freq.replace('_', ' ')}" if texts[i] else "the period is blank"
        problems.error(what, cells.at(i, column), cure)
    _more(len(bad), "periods", cells, problems)
    return [known[text] for text in texts]


def _other_year(text: str, freq: Frequency) -> bool:
    return freq == "year" and text.upper().startswith("FY")


def _values(cells: Cells, column: str, quantity: Quantity, problems: ProblemList) -> list[float]:
    texts = cells.column(column)
    read = number_reader(quantity.measure)
    known = {text: read(text) for text in set(texts)}
    faults = {t: f for t, f in known.items() if isinstance(f, Fault)}
    unknown = {t for t, f in known.items() if not isinstance(f, Fault) and f != f}
    bad = [i for i, text in enumerate(texts) if text in faults] if faults else []
    for i in bad[:SHOWN]:
        fault = faults[texts[i]]
        problems.error(f"'{texts[i]}' {fault.what}", cells.at(i, column), fault.cure)
    _more(len(bad), "numbers", cells, problems)
    blank = [i for i, text in enumerate(texts) if text in unknown] if unknown else []
    for i in blank[:SHOWN]:
        what = f"'{texts[i]}' is taken as unknown" if texts[i] else "blank: taken as unknown"
        problems.warn(what, cells.at(i, column), "write 0 where it was none")
    _more(len(blank), "unknown numbers", cells, problems, warn=True)
    return [UNKNOWN if isinstance(f := known[text], Fault) else f for text in texts]


def _keys(cells: Cells, dims: Sequence[str], problems: ProblemList) -> list[tuple[str, ...]]:
    """The key of every row; blank parts are reported."""
    columns = [cells.column(d) for d in dims]
    for name, texts in zip(dims, columns, strict=True):
        if "" not in texts:
            continue
        blank = [i for i, text in enumerate(texts) if not text]
        for i in blank[:SHOWN]:
            problems.error(f"the {name} is blank", cells.at(i, name), "fill it in")
        _more(len(blank), "blank keys", cells, problems)
    return list(zip(*columns, strict=True)) if columns else [()] * len(cells.lines)


def _no_totals(cells: Cells, read: set[str], problems: ProblemList) -> None:
    """Report rows that are totals of others, and say which columns are added up."""
    for name in cells.header:
        if name in SIDE_COLUMNS or name in _PERIODS or name in VALUE_COLUMNS:
            continue
        texts = cells.column(name)
        totals = {t for t in set(texts) if is_total(t)}
        rows = [i for i, t in enumerate(texts) if t in totals] if totals else []
        for i in rows[:SHOWN]:
            problems.error(
                f"'{texts[i]}' is a total of other rows",
                cells.at(i, name),
                "take the row out: it would count twice",
            )
        _more(len(rows), "totals", cells, problems)
        told_apart = name in read or SPELLINGS.get(name, name) in DIMENSIONS
        if not told_apart and len(set(texts)) > 1:
            problems.warn(
                f"rows that differ in column '{name}' are added up",
                f"{cells.where}, line 1",
                "take the column out if that is meant, or rows that count twice",
            )


def _no_twins(
    cells: Cells, period: str, value: str, labels: Sequence[str], problems: ProblemList
) -> None:
    """Report rows that say the same thing again."""
    apart = [
        cells.column(c) for c in cells.header if c not in SIDE_COLUMNS and c not in (period, value)
    ]
    when = cells.column(period) if period == "date" else labels
    rows = list(zip(when, *apart, strict=True))
    if len(set(rows)) == len(rows):
        return
    first: dict[tuple[str, ...], int] = {}
    twins = []
    for i, row in enumerate(rows):
        if row[0] and first.setdefault(row, i) != i:
            twins.append(i)
    for i in twins[:SHOWN]:
        line, key = cells.lines[first[rows[i]]], " ".join(c for c in rows[i] if c)
        what = f"a second number for {key}, first given in line {line}"
        problems.error(what, cells.at(i), "keep one of them")
    _more(len(twins), "repeated rows", cells, problems)


def _more(
    count: int, what: str, cells: Cells, problems: ProblemList, *, warn: bool = False
) -> None:
    if count > SHOWN:
        add = problems.warn if warn else problems.error
        add(f"{count - SHOWN} more {what} like the last", cells.where)


def _matrix(
    labels: Sequence[str], keys: Sequence[tuple[str, ...]], values: Sequence[float], freq: Frequency
) -> Published:
    rows = sorted({*labels}, key=lambda p: number(p, freq))
    columns = sorted({*keys})
    row, column = {p: i for i, p in enumerate(rows)}, {k: j for j, k in enumerate(columns)}
    at = ([row[p] for p in labels], [column[k] for k in keys])
    out = np.zeros((len(rows), len(columns)))
    np.add.at(out, at, np.array(values))
    given = np.zeros(out.shape, bool)
    given[at] = True
    first: dict[tuple[str, ...], int] = {}
    for i, key in enumerate(keys):
        first.setdefault(key, i)
    absent = tuple((rows[i], columns[j]) for i, j in zip(*np.nonzero(~given), strict=True))
    numbers = np.array([number(p, freq) for p in rows], np.int64)
    return Published(tuple(rows), numbers, tuple(columns), out, first, absent)
