"""Runs members: what a worker does. How a member is simulated, its kind says."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from travesia import plugins
from travesia.kind import Case, Kind, Member, Simulate

if TYPE_CHECKING:  # what is needed to simulate is loaded when a member is simulated
    from travesia.ensembles.summary import Floats

OPEN = 3
"""Cases that a worker keeps open: one of the corridor takes some 25 MB, and 0.06 s to open."""


class MemberRunner:
    """Calls :meth:`__call__` for members of some cases; travels to workers as it is.

    Cases are kept packed; a worker keeps the last few open.
    """

    def __init__(self, kind: Kind[Any], cases: Mapping[str, Case]) -> None:
        self._kind = kind
        self._packed = {key: pack(kind, case) for key, case in cases.items()}
        self._open: dict[str, Simulate] = {}

    def __getstate__(self) -> dict[str, Any]:
        added = plugins.packed()
        return {"_kind": self._kind, "_packed": self._packed, "_open": {}, "_added": added}

    def __setstate__(self, state: dict[str, Any]) -> None:
        plugins.unpack(state.pop("_added"))
        self.__dict__.update(state)

    def __call__(self, member: Member) -> Floats:
        """Simulate a member; returns the flat vector of its summary."""
        if member.scenario not in self._open:
            while len(self._open) >= OPEN:
                del self._open[next(iter(self._open))]
            self._open[member.scenario] = self._kind.opened(unpack(self._packed[member.scenario]))
        return self._open[member.scenario](member)


def pack(kind: Kind[Any], case: Case) -> bytes:
    """What a worker needs of a case, as bytes."""
    return zlib.compress(pickle.dumps(kind.packed(case), protocol=5), level=1)


def unpack(data: bytes) -> Any:
    """Read :func:`pack`."""
    return pickle.loads(zlib.decompress(data))
