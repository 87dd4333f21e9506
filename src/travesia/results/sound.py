"""Whether a stored run is what a run can be: types and values against the contract.

Every check gives all its faults as texts. Values are checked a column at a time when a table is
loaded (about 0.1 s for the eight million rows of a whole corridor).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from travesia.results.contract import KNOWN_IN, MANIFEST_KEYS, TableSpec

MOST_SHOWN = 3
"""Labels that a fault names; it counts the rest."""

_Series = pd.Series


# -- the manifest --------------------------------------------------------------------------------


def _is_number(value: object) -> bool:
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value >= 0
    )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


_KINDS: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "text": ("a text", lambda v: isinstance(v, str)),
    "texts": ("a list of texts", _is_texts),
    "flag": ("true or false", lambda v: isinstance(v, bool)),
    "whole": ("a whole number", _is_whole),
    "count": ("a whole number from 0", lambda v: _is_whole(v) and v >= 0),
    "number": ("a number from 0", _is_number),
    "share": ("a share above 0 and up to 1", lambda v: _is_number(v) and 0 < v <= 1),
}


def manifest_faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    """What cannot stand in a manifest."""
    for key, kind in MANIFEST_KEYS.items():
        words, fits = _KINDS[kind.rstrip("?")]
        value = manifest.get(key)
        if key not in manifest or (value is None and kind.endswith("?")):
            continue
        if not fits(value):
            yield f"{key} is {shown(value)}, and must be {words}"


def shown(value: object) -> str:
    """A value in a few characters."""
    try:
        text = repr(value)
    except RecursionError:
        text = "a nest"
    return text if len(text) <= 40 else f"{text[:37]}..."


# -- columns, before a table is loaded -----------------------------------------------------------


def column_faults(spec: TableSpec, schema: pa.Schema) -> Iterator[str]:
    """Columns that are missing, too many, twice, or of the wrong type."""
    names = list(schema.names)
    yield from (f"column {c!r} is missing" for c in spec.columns if c not in names)
    for name in dict.fromkeys(names):
        if name not in spec.columns:
            yield f"column {shown(name)} does not belong there"
        elif names.count(name) > 1:
            yield f"column {name!r} stands there {names.count(name)} times"
        else:
            kind = schema.field(name).type
            fits = _is_label(kind) if name in spec.labels else _is_numeric(kind)
            if not fits:
                words = "labels" if name in spec.labels else "numbers"
                yield f"column {name!r} holds {kind} and not {words}"


def _is_label(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return bool(text or pa.types.is_string_view(kind) or pa.types.is_null(kind))


def _is_numeric(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


# -- values, when a table is loaded --------------------------------------------------------------


def value_faults(
    spec: TableSpec, table: pd.DataFrame, scenario: Mapping[str, pd.DataFrame]
) -> Iterator[str]:
    """Values that a run cannot have: blank or unknown labels, wrong dates, wrong numbers."""
    for name in spec.labels:
        column = table[name]
        blank = int(column.isna().sum())
        if blank:
            yield f"column {name!r}: {blank:,} of {len(column):,} labels are blank"
        yield from _label_faults(name, column, scenario)
    for name in spec.numbers:
        yield from _number_faults(name, table[name], name in spec.shares)


def _number_faults(name: str, column: _Series[Any], share: bool) -> Iterator[str]:
    values = column.to_numpy(dtype=np.float64 if column.dtype.kind == "f" else None, copy=False)
    if not len(values):
        return
    if values.dtype.kind == "f":
        wrong = int((~np.isfinite(values)).sum())
        if wrong:
            yield f"column {name!r}: {wrong:,} of {len(values):,} values are not numbers"
            values = values[np.isfinite(values)]
    if len(values) and values.min() < 0:
        yield f"column {name!r}: {int((values < 0).sum()):,} values are below 0"
    if share and len(values) and values.max() > 1:
        yield f"column {name!r}: {int((values > 1).sum()):,} shares are above 1"


def _label_faults(
    name: str, column: _Series[Any], scenario: Mapping[str, pd.DataFrame]
) -> Iterator[str]:
    used = [str(v) for v in _used(column)]
    if name in ("month", "date"):
        first, last = _period(scenario)
        wrong = [v for v in used if not _is_day(v if name == "date" else f"{v}-01")]
        if wrong:
            yield f"column {name!r}: {_some(wrong)} {'is' if len(wrong) == 1 else 'are'} no {name}"
        outside = [v for v in used if v not in wrong and not first[: len(v)] <= v <= last]
        if outside:
            yield f"column {name!r}: {_some(outside)} outside the period from {first} to {last}"
    elif known := _known(name, scenario):
        strange = [v for v in used if v not in known]
        if strange:
            yield f"column {name!r}: {_some(strange)} unknown to the scenario of the run"


def _used(column: _Series[Any]) -> list[Any]:
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return list(column.dropna().unique())
    codes = column.cat.codes.to_numpy()
    present = np.bincount(codes[codes >= 0], minlength=len(column.cat.categories)) > 0
    return list(column.cat.categories[present])


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _period(scenario: Mapping[str, pd.DataFrame]) -> tuple[str, str]:
    """First and last day that a run can tell of; without limits where the scenario is silent."""
    table = scenario.get("scenario")
    if table is None or not {"key", "value"} <= set(table.columns):
        return "0000-01-01", "9999-12-31"
    facts = dict(zip(table["key"].astype(str), table["value"].astype(str), strict=True))
    first, last = facts.get("spin_up", ""), facts.get("end", "")
    return (first if _is_day(first) else "0000-01-01", last if _is_day(last) else "9999-12-31")


def _known(name: str, scenario: Mapping[str, pd.DataFrame]) -> frozenset[str]:
    """Labels that a column may hold; empty where that is not told."""
    table, column = KNOWN_IN.get(name, ("", ""))
    if table not in scenario or column not in scenario[table].columns:
        return frozenset()
    listed = frozenset(scenario[table][column].astype(str))
    return listed | {"*"} if listed else listed


def _some(values: list[str]) -> str:
    told = ", ".join(shown(v) for v in values[:MOST_SHOWN])
    rest = len(values) - MOST_SHOWN
    return f"{told} and {rest:,} more" if rest > 0 else told
