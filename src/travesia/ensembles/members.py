"""Runs one member: draw, compile, simulate, reduce. What a worker does."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what is needed to simulate is loaded when a member is simulated
    from travesia.ensembles.metrics import Reducer
    from travesia.ensembles.summary import Floats
    from travesia.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Member:
    """One run of a plan.

    ``scenario`` is the SHA-256 of the scenario's contents; ``draw`` one plausible version of all
    numbers that carry a range (``None`` = as written); ``replicate`` the stream of chance.
    Members of different scenarios with equal draw, replicate and seed share all their luck.
    """

    id: str
    scenario: str
    draw: int | None
    replicate: int
    seed: int
    sample: float


OPEN = 3
"""Scenarios that a worker keeps open: each takes some 25 MB, and 0.06 s to open again."""


class MemberRunner:
    """Calls :meth:`__call__` for members of some scenarios; travels to workers as it is.

    Scenarios are kept packed; a worker keeps the last few open.
    """

    def __init__(self, scenarios: Mapping[str, Scenario]) -> None:
        self._packed = {key: pack(scenario) for key, scenario in scenarios.items()}
        self._open: dict[str, tuple[Scenario, Reducer]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"_packed": self._packed, "_open": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __call__(self, member: Member) -> Floats:
        """Simulate a member; returns the flat vector of its summary."""
        from travesia.engine.run import run
        from travesia.ensembles.metrics import Reducer
        from travesia.model.compile import compile_model
        from travesia.model.sampling import Sampler

        if member.scenario not in self._open:
            while len(self._open) >= OPEN:
                del self._open[next(iter(self._open))]
            scenario = unpack(self._packed[member.scenario])
            self._open[member.scenario] = (scenario, Reducer(scenario))
        scenario, reducer = self._open[member.scenario]
        compiled = compile_model(scenario, draw=member.draw, sample=member.sample, seed=member.seed)
        raw = run(compiled.model, member.seed, replicate=member.replicate)
        book = reducer.book.drawn(Sampler(member.draw, member.seed))
        return reducer.reduce(raw, member.sample, book).vector


def pack(scenario: Scenario) -> bytes:
    """A scenario as bytes, without the notes on which file each row came from."""
    bare = replace(scenario, provenance={}, patches={})
    return zlib.compress(pickle.dumps(bare, protocol=5), level=1)


def unpack(data: bytes) -> Scenario:
    """Read :func:`pack`."""
    scenario: Scenario = pickle.loads(zlib.decompress(data))
    return scenario
