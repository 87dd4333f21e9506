"""Runs members: what a worker does. How a member is simulated, its kind says."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from travesia import plugins
from travesia.ensembles.executors import Outcome, attempt
from travesia.ensembles.recent import Recent
from travesia.kind import Case, Kind, Member, Simulate

if TYPE_CHECKING:  # what is needed to simulate is loaded when a member is simulated
    from travesia.ensembles.summary import Floats

LOT = 8
"""Members in a lot at most."""

OPEN = LOT + 1
"""Cases that a worker keeps open: those of a lot and the one that they leave. One of the corridor
takes some 25 MB, and a second to open and compile."""


class MemberRunner:
    """Calls :meth:`__call__` for members of some cases; travels to workers as it is.

    Cases are kept packed; a worker keeps the last few open.
    """

    def __init__(self, kind: Kind[Any], cases: Mapping[str, Case]) -> None:
        self._kind = kind
        self._packed = {key: pack(kind, case) for key, case in cases.items()}
        self._open: Recent[Simulate] = Recent(OPEN)

    def __getstate__(self) -> dict[str, Any]:
        return {"_kind": self._kind, "_packed": self._packed, "_added": plugins.packed()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        plugins.unpack(state.pop("_added"))
        self.__dict__.update(state, _open=Recent(OPEN))

    def __call__(self, member: Member) -> Floats:
        """Simulate a member; returns the flat vector of its summary."""
        return self.opened(member.scenario)(member)

    def opened(self, key: str) -> Simulate:
        """What runs members of a case."""
        return self._open.get(key, lambda: self._kind.opened(unpack(self._packed[key])))


@dataclass(frozen=True, slots=True)
class Lot:
    """Members that share their luck, one of each of some cases, and the case that they leave.

    What a worker finishes of a lot is lost with the worker, so lots are small.
    """

    trunk: str
    members: tuple[Member, ...]

    @property
    def id(self) -> str:
        """Name among the lots of a plan: that of its first member."""
        return self.members[0].id


def lots(members: Iterable[Member], trunk: str) -> list[Lot]:
    """Members as lots, in their order; ``trunk`` is the case from which the others differ."""
    alike: dict[tuple[int | None, int, int, float], list[Member]] = {}
    for member in members:
        luck = (member.draw, member.replicate, member.seed, member.sample)
        alike.setdefault(luck, []).append(member)
    return [
        Lot(trunk, tuple(group[first : first + LOT]))
        for group in alike.values()
        for first in range(0, len(group), LOT)
    ]


class LotRunner(MemberRunner):
    """Runs whole lots: gives an outcome for each member, in any order."""

    def run(self, lot: Lot) -> list[Outcome]:
        """Simulate the members of a lot together where their kind can, else one by one."""
        left = list(lot.members)
        out: list[Outcome] = []
        if len(left) > 1:
            try:
                trunk, *mine = map(self.opened, (lot.trunk, *(m.scenario for m in left)))
                together = self._kind.together(trunk, mine, lot.members)
                for values in together or ():
                    out.append(Outcome(left[0].id, values))
                    del left[0]
            except Exception:  # whichever failed says so when it runs alone
                pass
        return out + [attempt(self, m) for m in left]


def pack(kind: Kind[Any], case: Case) -> bytes:
    """What a worker needs of a case, as bytes."""
    return zlib.compress(pickle.dumps(kind.packed(case), protocol=5), level=1)


def unpack(data: bytes) -> Any:
    """Read :func:`pack`."""
    return pickle.loads(zlib.decompress(data))
