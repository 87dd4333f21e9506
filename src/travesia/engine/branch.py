"""Runs that share their past: a what-if goes on from the day on which it begins to differ.

Two models with the same fixed parts, seed and stream of chance give the same bits up to the first
day on which a dated change of one is not a change of the other. So one run, the trunk, keeps its
state on such days, and each other model goes on from there. Results equal those of whole runs.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from travesia import rng
from travesia.engine.checkpoint import fingerprint
from travesia.engine.loop import run_days
from travesia.engine.record import RawResult
from travesia.engine.run import Simulation
from travesia.model.compiled import NEVER, CompiledModel, Control, Edit

STATES_BYTES = 256 << 20
"""Memory of the states that a trunk keeps: some 15 to 25 of the corridor."""


def first_difference(trunk: CompiledModel, other: CompiledModel) -> int:
    """The first day on which a run of ``other`` may differ from one of ``trunk``.

    0 if anything differs that has no date, the number of days if nothing does.
    """
    if trunk is other:
        return trunk.n_days
    if _undated(trunk) != _undated(other):
        return 0
    days = [
        trunk.n_days,
        *_changed_controls(trunk.controls, other.controls),
        *_changed_edits(trunk, other),
        *_changed_recalls(trunk, other),
        _changed_caravans(trunk, other),
        _changed_months(trunk, other),
    ]
    return max(0, min(days))


def _undated(model: CompiledModel) -> str:
    """Fingerprint of all that is fixed for the whole run."""
    nothing = np.zeros(0)
    nowhere = np.zeros(0, np.int32)
    cohorts = replace(model.cohorts, people_per_day=nothing)
    return fingerprint(
        replace(
            model,
            cohorts=cohorts,
            edits=(),
            recalls=(),
            controls=(),
            caravans=nowhere,
            attraction=nothing,
        )
    )


def _odd(one: Sequence[Any], other: Sequence[Any]) -> Counter[str]:
    """Fingerprints of the items that only one of two collections holds."""
    mine, theirs = (Counter(map(fingerprint, items)) for items in (one, other))
    return (mine - theirs) + (theirs - mine)


def _changed_controls(one: Sequence[Control], other: Sequence[Control]) -> list[int]:
    """Days from which controllers of only one model read what they will act on."""
    odd = _odd(one, other)
    return [c.start - c.window for c in (*one, *other) if fingerprint(c) in odd]


def _changed_edits(one: CompiledModel, other: CompiledModel) -> list[int]:
    """Days on which an edit of only one model begins; where only their ends differ, the ends."""
    mine, theirs = _edits(one), _edits(other)
    days = []
    for model, edits, missing in ((one, mine, theirs), (other, theirs, mine)):
        for mark, edit in edits.items():
            if mark not in missing:
                driver = model.controls[edit.control].start if edit.control >= 0 else 0
                days.append(max(edit.start, driver))
    for mark in mine.keys() & theirs.keys():
        a, b = mine[mark].end, theirs[mark].end
        if a != b:
            days.append(min(a, b))
    return days


def _edits(model: CompiledModel) -> dict[tuple[str, int], Edit]:
    """Edits by all that they are but their end; equal ones are numbered by their ends."""
    marked = sorted(
        (_without_end(model, edit), edit.end, number) for number, edit in enumerate(model.edits)
    )
    seen: Counter[str] = Counter()
    out = {}
    for mark, _, number in marked:
        out[mark, seen[mark]] = model.edits[number]
        seen[mark] += 1
    return out


def _without_end(model: CompiledModel, edit: Edit) -> str:
    driver = fingerprint(model.controls[edit.control]) if edit.control >= 0 else ""
    return fingerprint((replace(edit, end=NEVER, control=-1), driver))


def _changed_recalls(one: CompiledModel, other: CompiledModel) -> list[int]:
    odd = _odd(one.recalls, other.recalls)
    return [r.day for r in (*one.recalls, *other.recalls) if fingerprint(r) in odd]


def _changed_caravans(one: CompiledModel, other: CompiledModel) -> int:
    """The first day on which a caravan is elsewhere; one that is missing is nowhere."""
    rows = max(len(one.caravans), len(other.caravans))
    paths = [np.full((rows, one.n_days), -1, np.int32) for _ in range(2)]
    for path, model in zip(paths, (one, other), strict=True):
        path[: len(model.caravans)] = model.caravans if len(model.caravans) else -1
    return _first(np.any(paths[0] != paths[1], axis=0), one.n_days)


def _changed_months(one: CompiledModel, other: CompiledModel) -> int:
    """The first day of the first month in which departures or aims differ."""
    differ = np.any(one.cohorts.people_per_day != other.cohorts.people_per_day, axis=1)
    differ |= np.any(one.attraction != other.attraction, axis=(1, 2, 3))
    return _first(differ[one.month_of_day], one.n_days)


def _first(marks: Any, none: int) -> int:
    found = np.flatnonzero(marks)
    return int(found[0]) if len(found) else none


class Trunk:
    """A run that keeps its state now and then, so that others can go on from there.

    It is simulated only as far as somebody needs it, and never twice. States are kept on the days
    ``keep``, every so many days (``every``) and where it stands when it is branched, up to
    ``limit`` bytes in all: then those go whose neighbours are nearest. A state that went costs
    time and never a bit. ``journeys`` is the share of parties whose whole journey is kept.
    """

    def __init__(
        self,
        model: CompiledModel,
        seed: int = 0,
        replicate: int = 0,
        *,
        keep: Collection[int] = (),
        every: int = 0,
        limit: int = STATES_BYTES,
        journeys: float = 0.0,
    ) -> None:
        self.model = model
        self._luck = (seed, replicate, journeys)
        self._keep, self._every, self._limit = frozenset(keep), every, limit
        self._states: dict[int, dict[str, Any]] = {}
        self._simulation: Simulation | None = _simulation(model, *self._luck)
        self._done = 0
        self._result: RawResult | None = None

    @property
    def days_done(self) -> int:
        """Days that are simulated so far."""
        return self._done

    @property
    def kept(self) -> tuple[int, ...]:
        """Days of which a state is kept, in order."""
        return tuple(sorted(self._states))

    @property
    def bytes_kept(self) -> int:
        """Memory of the states that are kept."""
        return _bytes_of(self._states.values())

    def reach(self, day: int) -> None:
        """Simulate up to a day; nothing if it has come so far."""
        if self._simulation is None or day <= self._done:
            return
        try:
            run_days(self._simulation, day, threads=1, keep=self._pass)
        except BaseException:
            self._rewind()
            raise
        if day == self.model.n_days:
            self._result = self._simulation.result()
            self._simulation = None
        else:
            self._remember(day)

    def whole(self) -> RawResult:
        """What a run of all its days gives."""
        self.reach(self.model.n_days)
        assert self._result is not None
        return self._result

    def branch(self, model: CompiledModel, day: int | None = None) -> RawResult:
        """Simulate another model from the last state before it differs.

        ``day`` is the :func:`first_difference` where it is known. Equal to the bit to
        :func:`travesia.engine.run.run` of that model.
        """
        day = first_difference(self.model, model) if day is None else day
        if day >= model.n_days:
            return self.whole()
        self.reach(day)
        simulation = _simulation(model, *self._luck)
        before = max((done for done in self._states if done <= day), default=0)
        if before:
            simulation.restore(_fitted(self._states[before], self.model, model))
        run_days(simulation, model.n_days, threads=1)
        return simulation.result()

    def branches(self, models: Sequence[CompiledModel]) -> Iterator[RawResult]:
        """A result for each model, in their order, each from the day on which it leaves."""
        starts = [first_difference(self.model, model) for model in models]
        self._keep |= frozenset(starts)
        for model, day in zip(models, starts, strict=True):
            yield self.branch(model, day)

    def _rewind(self) -> None:
        """Stand where the last state was kept: what broke off may have left half a day."""
        self._done = max(self._states, default=0)
        self._simulation = _simulation(self.model, *self._luck)
        if self._done:
            self._simulation.restore(_copied(self._states[self._done]))

    def _pass(self, done: int) -> None:
        self._done = done
        regular = self._every and done % self._every == 0
        if (done in self._keep or regular) and done < self.model.n_days:
            self._remember(done)

    def _remember(self, done: int) -> None:
        if done in self._states:
            return
        assert self._simulation is not None
        self._states[done] = _copied(self._simulation.state())
        while len(self._states) > 1 and self.bytes_kept > self._limit:
            days = [0, *self.kept, self.model.n_days]
            gaps = {days[i]: days[i + 1] - days[i - 1] for i in range(1, len(days) - 1)}
            del self._states[min(gaps, key=gaps.__getitem__)]


def run_together(
    trunk: CompiledModel, models: Sequence[CompiledModel], seed: int = 0, *, replicate: int = 0
) -> Iterator[RawResult]:
    """Simulate models that share seed and chance, each from the day on which it leaves the trunk.

    Yields a result for each of ``models``, in their order; the trunk may be one of them. A state is
    kept for each day on which one leaves it, some 10 to 20 MB in the corridor.
    """
    yield from Trunk(trunk, seed, replicate).branches(models)


def _simulation(model: CompiledModel, seed: int, replicate: int, journeys: float) -> Simulation:
    return Simulation(model, seed, replicate, 1, rng.Generator.SPLITMIX, journeys)


def _bytes_of(states: Iterable[dict[str, Any]]) -> int:
    """Memory of the arrays of some states; what they share counts once, views of a run not."""
    arrays: dict[int, int] = {}

    def walk(value: Any) -> None:
        if isinstance(value, np.ndarray):
            if value.base is None:
                arrays[id(value)] = value.nbytes
        elif isinstance(value, dict):
            for part in value.values():
                walk(part)
        elif isinstance(value, list | tuple):
            for part in value:
                walk(part)

    for state in states:
        walk(state)
    return sum(arrays.values())


def _copied(state: dict[str, Any]) -> dict[str, Any]:
    """A state that no run changes; arrays that are never changed in place are shared."""
    host, recorder, chunks = state["host"], state["recorder"], state["chunks"]
    history = ("stocks", "stock_parties", "events_daily", "levels")
    shared = [
        *(host["today"] or ()),
        *(host["last"] or ()),
        *(recorder[name] for name in history),
        *(rows for table in recorder["rows"].values() for rows in table),
        *(part for belief in recorder["beliefs"] for part in belief[1:]),
        *recorder["log"],
        chunks["records"],
        chunks["counts"],
        *chunks["tally"].values(),
    ]
    return copy.deepcopy(state, {id(array): array for array in shared})


def _fitted(state: dict[str, Any], trunk: CompiledModel, model: CompiledModel) -> dict[str, Any]:
    """A copy of the trunk's state with the controllers in the order of another model.

    A controller of that model alone has read nothing yet.
    """
    fresh = _copied(state)
    at = {fingerprint(c): i for i, c in enumerate(trunk.controls)}
    source = [at.get(fingerprint(c), -1) for c in model.controls]
    host, recorder = fresh["host"], fresh["recorder"]
    driven = dict(host["driven"])
    host["driven"] = [(i, driven[j]) for i, j in enumerate(source) if j in driven]
    host["below"] = [host["below"][j] if j >= 0 else 0 for j in source]
    host["counts"] = [host["counts"][j] if j >= 0 else [] for j in source]
    levels = np.zeros((len(recorder["levels"]), len(source)))
    for i, j in enumerate(source):
        if j >= 0:
            levels[:, i] = recorder["levels"][:, j]
    recorder["levels"] = levels
    return fresh
