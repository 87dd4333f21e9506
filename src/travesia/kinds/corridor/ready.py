"""A scenario that is held ready for questions: what was made of it for one serves the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from travesia.display.frames import months
from travesia.engine.branch import Trunk, first_difference
from travesia.engine.memory import check_fits
from travesia.engine.record import RawResult
from travesia.engine.run import run
from travesia.ensembles.recent import Recent
from travesia.ensembles.reducer import Reducer
from travesia.ensembles.summary import Summary
from travesia.kind import Asked, Question
from travesia.kinds.corridor.coarse import coarsened
from travesia.kinds.corridor.held import STATES
from travesia.kinds.corridor.one import Begun, check_sound, journeys_kept, labelled, seed_of
from travesia.likeness import check_known
from travesia.model.compile import Compiled, compile_model
from travesia.model.sampling import Sampler
from travesia.scenario.scenario import Scenario

if TYPE_CHECKING:
    from travesia.kinds.corridor.kind import Corridor

VARIANTS = 4
"""Scenarios and models that are kept beside the base: one of the corridor takes some 50 MB."""


class Ready:
    """Answers questions about a scenario and its variants, to the bit as runs of their own.

    What is kept: the base, loaded and checked; the last variants and models; and the states of one
    run of the base, on which variants go on that leave it on a dated day.
    """

    def __init__(self, kind: Corridor, given: str | Scenario) -> None:
        self._kind = kind
        self._path = given if isinstance(given, str) else None
        self.base = kind.load(given) if isinstance(given, str) else given
        check_sound(self.base)
        self._variants: Recent[Scenario] = Recent(VARIANTS)
        # By the number of the scenario's object, which is kept with what was made of it, so that no
        # other can get that number; the hash of its contents would cost a twentieth of an answer.
        self._models: Recent[tuple[Scenario, Compiled]] = Recent(VARIANTS)
        self._reducers: Recent[tuple[Scenario, Reducer]] = Recent(VARIANTS)
        self._trunks: Recent[Trunk] = Recent(1)

    def __call__(self, question: Question) -> Any:
        """A run as its labelled tables, or some of its quantities by month."""
        begun = Begun()
        case, asked = self._variant(question), question.asked
        names = question.quantities
        check_known(names or (), case.quantities, "quantity")
        quick = names is not None and set(names) <= set(self._reducer(case).outputs)
        compiled = self._compiled(case, asked)
        raw = self._simulated(case, compiled, asked, follow=not quick)
        if names is not None and quick:
            return self._counted(raw, case, asked, names)
        result = labelled(self._kind.id, raw, compiled, case, asked, begun)
        if names is None:
            return result
        return pd.DataFrame({name: result.monthly(name) for name in names})

    def _variant(self, question: Question) -> Scenario:
        """The scenario that is asked about, loaded and checked once."""
        if self._path is None or not (question.versions or question.set):
            return self.base
        path = self._path

        def load() -> Scenario:
            case = self._kind.load(path, question.versions, question.set)
            check_sound(case)
            return case

        return self._variants.get((question.versions, repr(sorted(question.set.items()))), load)

    def _compiled(self, case: Scenario, asked: Asked) -> Compiled:
        """Its model: as written whatever the luck, or a draw."""
        seed = seed_of(case, asked)
        key = (id(case), asked.draw, None if asked.draw is None else seed)
        _, found = self._models.get(
            key,
            lambda: (case, compile_model(case, draw=asked.draw, sample=asked.sample, seed=seed)),
        )
        model = replace(found.model, sample=asked.sample)
        return replace(found, model=coarsened(model, coarse=asked.coarse))

    def _simulated(
        self, case: Scenario, compiled: Compiled, asked: Asked, *, follow: bool
    ) -> RawResult:
        """The run, from where it leaves that of the base if it does so on a dated day.

        Journeys are followed where the whole run is asked for; counts do not depend on them.
        """
        seed = seed_of(case, asked)
        model, share = compiled.model, journeys_kept(compiled.model, asked.journeys)
        base = compiled if case is self.base else self._compiled(self.base, asked)
        day = first_difference(base.model, model)
        if not day or (follow and share != journeys_kept(base.model, asked.journeys)):
            return run(model, seed, journeys=share if follow else 0.0)
        return self._trunk(base, seed, asked, follow=follow).branch(model, day)

    def _trunk(self, base: Compiled, seed: int, asked: Asked, *, follow: bool) -> Trunk:
        luck = (asked.draw, seed, asked.sample, asked.coarse)
        share = journeys_kept(base.model, asked.journeys) if follow else 0.0
        check_fits(base.model, 1)
        return self._trunks.get(
            (*luck, share),
            lambda: Trunk(
                base.model, seed, every=max(1, base.model.n_days // STATES), journeys=share
            ),
        )

    def _reducer(self, case: Scenario) -> Reducer:
        return self._reducers.get(id(case), lambda: (case, Reducer(case)))[1]

    def _counted(
        self, raw: RawResult, case: Scenario, asked: Asked, names: Sequence[str]
    ) -> pd.DataFrame:
        """Quantities by month of the period, straight from the tallies."""
        reducer = self._reducer(case)
        book = reducer.book.drawn(Sampler(asked.draw, seed_of(case, asked)))
        summary: Summary = reducer.reduce(raw, asked.sample, book)
        return pd.DataFrame(
            {name: summary.series(name) for name in names}, index=months(summary.layout.months)
        )
