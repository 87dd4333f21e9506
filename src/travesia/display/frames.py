"""Tables as researchers use them: months and days are dates, so that time can be resampled."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

import numpy as np
import pandas as pd

from travesia.errors import InputError, Problem

DATES = ("month", "date")
"""Columns that hold text such as ``2019-05`` or ``2019-05-31``; a month is its first day."""


def dated(table: pd.DataFrame) -> pd.DataFrame:
    """A copy of a table with its months and days as ``datetime64``; other labels stay as they are.

    >>> dated(pd.DataFrame({"month": ["2019-05"], "people": [3]})).dtypes["month"].kind
    'M'
    """
    found = {name: _dates(table[name]) for name in DATES if name in table.columns}
    return table.assign(**found)


def months(labels: Sequence[str] | pd.Index[str]) -> pd.DatetimeIndex:
    """First days of months that follow each other, with their frequency."""
    if not len(labels):
        return pd.DatetimeIndex([], freq="MS", name="month")
    return pd.date_range(str(labels[0]), periods=len(labels), freq="MS", name="month")


def _dates(column: pd.Series) -> pd.Series:
    """Each label is read once: a run has millions of rows and a few thousand days."""
    labels = column.astype("category").cat
    days = pd.to_datetime(labels.categories.astype(str)).to_numpy()
    codes = labels.codes.to_numpy()
    found = np.full(len(codes), np.datetime64("NaT"), dtype="datetime64[s]")
    known = codes >= 0
    found[known] = days[codes[known]]
    return pd.Series(found, index=column.index)


def needed(module: str, extra: str) -> ModuleType:
    """A library of an extra. Raises :class:`InputError` with the cure where it is missing."""
    try:
        return import_module(module)
    except ImportError:
        library = module.partition(".")[0]
        cure = f"pip install '{library}' or 'travesia[{extra}]'"
        raise InputError(
            f"{library} is not installed", [Problem("it is needed", "", cure)]
        ) from None
