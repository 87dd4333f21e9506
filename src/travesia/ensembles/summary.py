"""What is kept of a member of an ensemble: a few small named arrays with labelled axes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """Names, axes and labels of the arrays of a summary: the same for every member of a scenario.

    ``axes`` maps an axis to its labels, ``arrays`` an array to its axes. The axis ``month`` holds
    all simulated months; the first ``spin_up_months`` of them only fill the corridor with people.
    Arrays without a month axis count from the start of the scenario. ``partial`` gives the first
    and last day of the months that count only in part. ``means`` are the arrays of people on a day,
    which are averaged and not summed, and ``counted`` is a digest of what is counted.
    """

    axes: Mapping[str, tuple[str, ...]]
    arrays: Mapping[str, tuple[str, ...]]
    spin_up_months: int = 0
    partial: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    means: tuple[str, ...] = ()
    counted: str = ""

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each array."""
        return {n: tuple(len(self.axes[a]) for a in ax) for n, ax in self.arrays.items()}

    @cached_property
    def slices(self) -> dict[str, slice]:
        """Where each array lies in the flat vector of a summary."""
        out, at = {}, 0
        for name, shape in self.shapes.items():
            size = int(np.prod(shape, dtype=np.int64))
            out[name] = slice(at, at + size)
            at += size
        return out

    @property
    def size(self) -> int:
        """Numbers in a summary."""
        return max((s.stop for s in self.slices.values()), default=0)

    @property
    def months(self) -> tuple[str, ...]:
        """Months that count, spin-up left out."""
        return tuple(self.axes["month"][self.spin_up_months :])

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        out: dict[str, Any] = {
            "axes": {a: list(labels) for a, labels in self.axes.items()},
            "arrays": {n: list(axes) for n, axes in self.arrays.items()},
            "spin_up_months": self.spin_up_months,
        }
        if self.partial:
            out["partial"] = {m: list(days) for m, days in self.partial.items()}
        if self.means:
            out["means"] = list(self.means)
        if self.counted:
            out["counted"] = self.counted
        return out

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the layout."""
        text = json.dumps(self.to_dict(), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Summary(Mapping[str, Floats]):
    """A member: a layout and one flat vector of numbers in people.

    Behaves as a mapping from the name of an array to the array in its shape. Numbers are scaled
    to the full population.
    """

    layout: Layout
    vector: Floats

    def __post_init__(self) -> None:
        if self.vector.shape != (self.layout.size,):
            raise ValueError(f"{self.vector.shape} numbers for a layout of {self.layout.size}")

    @classmethod
    def of(cls, layout: Layout, arrays: Mapping[str, npt.ArrayLike]) -> Summary:
        """Build from one array per name of the layout. Raises :class:`ValueError` on a misfit."""
        values = np.zeros(layout.size)
        if set(arrays) != set(layout.arrays):
            raise ValueError(f"arrays {sorted(set(arrays) ^ set(layout.arrays))} do not fit")
        for name, array in arrays.items():
            given = np.asarray(array, dtype=np.float64)
            if given.shape != layout.shapes[name]:
                raise ValueError(f"{name}: shape {given.shape}, not {layout.shapes[name]}")
            values[layout.slices[name]] = given.ravel()
        return cls(layout, values)

    def __getitem__(self, name: str) -> Floats:
        return self.vector[self.layout.slices[name]].reshape(self.layout.shapes[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.layout.arrays)

    def __len__(self) -> int:
        return len(self.layout.arrays)

    def series(self, metric: str) -> Floats:
        """A named output over the months that count."""
        row = self.layout.axes["metric"].index(metric)
        return np.asarray(self["monthly"][row, self.layout.spin_up_months :])

    def digest(self) -> str:
        """SHA-256 of layout and numbers: equal for equal members."""
        h = hashlib.sha256(self.layout.digest.encode())
        h.update(np.ascontiguousarray(self.vector, dtype="<f8").tobytes())
        return h.hexdigest()
