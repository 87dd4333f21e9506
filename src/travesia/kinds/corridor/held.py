"""A scenario that is held ready to be run: what is dear to make of it is made once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from travesia.engine.branch import Trunk
from travesia.engine.record import RawResult
from travesia.engine.run import run
from travesia.ensembles.recent import Recent
from travesia.ensembles.reducer import Reducer
from travesia.ensembles.summary import Floats
from travesia.kind import Member
from travesia.kinds.corridor.coarse import coarsened
from travesia.model.compile import compile_model
from travesia.model.compiled import CompiledModel
from travesia.model.sampling import Sampler
from travesia.scenario.scenario import Scenario

STATES = 24
"""States that a trunk keeps, at even distances, for those who leave it on a day unknown so far."""


class Held:
    """Runs members of a scenario; its models and its last trunk are kept between them.

    Members as written share one model, whatever their luck; each draw has its own.
    """

    def __init__(self, case: Scenario) -> None:
        self.case = case
        self._reducer = Reducer(case)
        self._models: Recent[CompiledModel] = Recent(1)
        self._trunks: Recent[Trunk] = Recent(1)

    def __call__(self, member: Member) -> Floats:
        """Simulate a member and reduce it."""
        raw = run(self.model(member), member.seed, replicate=member.replicate)
        return self.reduced(raw, member)

    def model(self, member: Member) -> CompiledModel:
        """The compiled model of a member."""
        key = None if member.draw is None else (member.draw, member.seed)
        model = self._models.get(key, lambda: self._compiled(member))
        return coarsened(replace(model, sample=member.sample), coarse=member.coarse)

    def _compiled(self, member: Member) -> CompiledModel:
        return compile_model(
            self.case, draw=member.draw, sample=member.sample, seed=member.seed
        ).model

    def trunk(self, member: Member) -> Trunk:
        """The run that others with the luck of a member leave."""
        luck = (member.draw, member.replicate, member.seed, member.sample, member.coarse)

        def begin() -> Trunk:
            model = self.model(member)
            every = max(1, model.n_days // STATES)
            return Trunk(model, member.seed, member.replicate, every=every)

        return self._trunks.get(luck, begin)

    def reduced(self, raw: RawResult, member: Member) -> Floats:
        """What is kept of the run of a member."""
        book = self._reducer.book.drawn(Sampler(member.draw, member.seed))
        return self._reducer.reduce(raw, member.sample, book).vector


def together(trunk: Held, cases: Sequence[Held], members: Sequence[Member]) -> Iterator[Floats]:
    """Members that share their luck, each from the day on which its scenario leaves the trunk."""
    stem = trunk.trunk(members[0])
    models = [
        stem.model if case is trunk else case.model(member)
        for case, member in zip(cases, members, strict=True)
    ]
    for raw, case, member in zip(stem.branches(models), cases, members, strict=True):
        yield case.reduced(raw, member)
