"""Long tables kept as columns: thousands of rows without an object each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

import numpy as np
import numpy.typing as npt

from travesia.scenario.base import Record, attribute

R = TypeVar("R", bound=Record)
Floats = npt.NDArray[np.float64]


class Columns(Generic[R]):
    """An immutable table whose columns have been checked against a record type.

    Columns are tuples of equal length under the names of the file. ``row(i)`` and iteration give
    records; ``numbers`` gives float arrays with NaN for a blank cell or a word such as ``rest``.
    """

    def __init__(self, record: type[R], data: Mapping[str, Sequence[Any]]) -> None:
        self.record = record
        self._data = {name: tuple(data[name]) for name in record.columns()}
        lengths = {len(column) for column in self._data.values()}
        if len(lengths) > 1:
            raise ValueError(f"columns of unequal length {sorted(lengths)}")
        self._length = lengths.pop() if lengths else 0

    def __len__(self) -> int:
        return self._length

    def column(self, name: str) -> tuple[Any, ...]:
        """Values of a column, in the order of the file."""
        return self._data[name]

    def text(self, name: str) -> tuple[str, ...]:
        """Values of a column of words."""
        return self._data[name]

    def dates(self, name: str) -> tuple[dt.date | None, ...]:
        """Values of a column of dates; ``None`` where blank."""
        return self._data[name]

    def numbers(self, name: str) -> Floats:
        """Values of a column of numbers, NaN where blank or a word. Read-only."""
        values = np.array(
            [v if isinstance(v, int | float) else np.nan for v in self._data[name]], np.float64
        )
        values.flags.writeable = False
        return values

    def row(self, i: int) -> R:
        """Record of one row."""
        values = {attribute(name): column[i] for name, column in self._data.items()}
        return cast(R, self.record.model_construct(**values))

    def __iter__(self) -> Iterator[R]:
        names = [attribute(name) for name in self._data]
        for cells in zip(*self._data.values(), strict=True):
            values = dict(zip(names, cells, strict=True))
            yield cast(R, self.record.model_construct(**values))

    def keys(self) -> Iterator[tuple[Any, ...]]:
        """The key cells of every row."""
        return zip(*(self._data[name] for name in self.record.key), strict=True)

    def __repr__(self) -> str:
        return f"<{self._length:,} rows of {self.record.__name__}>"
