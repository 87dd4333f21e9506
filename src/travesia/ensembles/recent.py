"""A few things that are dear to make, kept as long as they are among those used last."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """At most ``most`` values by their key; the one that was used longest ago goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, V] = {}

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of a key; made if it is not there, after another went."""
        if key in self._values:
            value = self._values.pop(key)
        else:
            while len(self._values) >= self._most:
                del self._values[next(iter(self._values))]
            value = make()
        self._values[key] = value
        return value

    def __len__(self) -> int:
        return len(self._values)
