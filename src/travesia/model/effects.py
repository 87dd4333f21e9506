"""From effects (names) to edits (cells): every write of an effect becomes one edit of its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from travesia.model.book import EditBook
from travesia.model.codes import Codes, cells
from travesia.model.compiled import NEVER, Control, Floats, Ints, Machine, Recall
from travesia.model.dated import branch_of
from travesia.policy import effects as fx
from travesia.policy.effects import Ids, Write
from travesia.policy.tables import TABLES

STATE = "state:"
"""Before the name of a state whose stock a controller reads."""

Where = Mapping[str, Ids]


class Axes:
    """The codes that selectors choose on each axis of :data:`travesia.policy.tables.AXES`.

    A selector that is absent narrows nothing; ids that an axis does not have choose nothing.
    """

    def __init__(self, codes: Codes, machine: Machine, cause_agency: Sequence[str]) -> None:
        self._codes, self._machine = codes, machine
        self._cause_agency = np.array(list(cause_agency))
        c = codes
        self._choose: dict[str, Callable[[Where], Ints]] = {
            "leg": self._legs,
            "cause": self._causes,
            "branch": self._branches,
            "harm": self._harms,
            "action": self._actions,
            "grant": self._grants,
            "stay": self._stays,
            "cohort": lambda w: _some(c.cohort, w.get("cohort")),
            "agency": lambda w: _some(c.agency, w.get("agency")),
            "region": lambda w: _some(c.region, w.get("region")),
            "place": lambda w: _some(c.place, w.get("place")),
            "facility": lambda w: _some(c.facility, w.get("facility")),
            "paper": lambda w: _some(c.paper, w.get("paper")),
            "sector": lambda w: _some(c.sector, w.get("region")),
            "group": lambda _: np.arange(len(c.groups)),
        }

    def cells(self, write: Write, shape: Sequence[int]) -> Ints:
        """Flat positions of the cells that a write selects, in a table of some shape."""
        chosen = [self._choose[axis](write.where) for axis in TABLES[write.table].axes]
        if write.table == "match":
            # A query needs to know what befalls those whom it finds.
            chosen[1] = chosen[1][self._machine.stay_match[chosen[1]] >= 0]
        return cells(shape, *chosen)

    def _legs(self, where: Where) -> Ints:
        """Forward legs that match every selector (legs that are not chosen are passed over)."""
        c = self._codes
        mask = np.ones(len(c.legs), bool)
        if "leg" in where:
            mask &= np.isin(np.array(c.legs), list(where["leg"]))
        if "region" in where:
            mask &= np.isin(c.leg_regions, _some(c.region, where["region"]))
        if "mode" in where:
            mask &= np.isin(c.leg_modes, _some(c.mode, where["mode"]))
        return np.flatnonzero(mask)

    def _causes(self, where: Where) -> Ints:
        chosen = _some(self._codes.cause, where.get("cause"))
        if "agency" not in where:
            return chosen
        return chosen[np.isin(self._cause_agency[chosen], list(where["agency"]))]

    def _branches(self, where: Where) -> Ints:
        found = [
            branch_of(self._machine, self._codes, stay, transition)
            for stay in where["stay"]
            for transition in where["transition"]
        ]
        return np.array([b for b in found if b >= 0], np.int64)

    def _harms(self, where: Where) -> Ints:
        stays, harms = where.get("stay"), where.get("transition")
        pairs = enumerate(self._codes.stay_harms)
        return np.array(
            [
                h
                for h, (stay, harm) in pairs
                if (stays is None or stay in stays) and (harms is None or harm in harms)
            ],
            np.int64,
        )

    def _actions(self, where: Where) -> Ints:
        wanted = _some(self._codes.transition, where["transition"])
        return np.flatnonzero(np.isin(self._machine.action_transition, wanted))

    def _grants(self, where: Where) -> Ints:
        return np.flatnonzero(
            np.isin(self._machine.grant, _some(self._codes.paper, where["paper"]))
        )

    def _stays(self, where: Where) -> Ints:
        return _some(self._codes.stay, where.get("stay"))


def _some(table: Mapping[str, int], ids: Ids | None) -> Ints:
    """Codes of the ids that a table has; all codes where no ids are given."""
    if ids is None:
        return np.array(list(table.values()), dtype=np.int64)
    return np.array([table[i] for i in ids if i in table], dtype=np.int64)


class EffectCompiler:
    """Writes the edits of effects into a book."""

    def __init__(
        self,
        codes: Codes,
        machine: Machine,
        base: dict[str, Floats],
        book: EditBook,
        cause_agency: Sequence[str],
        tags: Mapping[str, Sequence[str]],
    ) -> None:
        self._codes, self._book, self._tags = codes, book, tags
        self._axes = Axes(codes, machine, cause_agency)
        self._shape = {name: table.shape for name, table in base.items()}
        self.recalls: list[Recall] = []
        self.labels: list[fx.Label] = []
        self.controls: list[Control] = []

    def write(self, effects: Sequence[fx.Effect], control: int = -1) -> None:
        """Write all effects; ``control`` is the controller that drives them, or -1."""
        for effect in effects:
            if isinstance(effect, fx.Controller):
                self.controls.append(self._control(effect))
                self.write(effect.then, control=len(self.controls) - 1)
            elif isinstance(effect, fx.Recall):
                self._recall(effect)
            elif isinstance(effect, fx.Label):
                self.labels.append(effect)
            for write in effect.writes():
                self._edit(effect, write, control)

    def _edit(self, effect: fx.Effect, write: Write, control: int) -> None:
        index = self._axes.cells(write, self._shape[write.table])
        if not len(index):
            return
        # Among sets of one priority the higher rank wins.
        wins = int(TABLES[write.table].zero_wins and write.value == 0.0)
        self._book.add(
            write.table,
            write.op,
            index,
            write.value,
            start=effect.start,
            end=NEVER if effect.end is None else effect.end,
            ramp=effect.ramp_days,
            rank=(effect.priority, wins),
            origin=effect.policy,
            control=control,
        )

    def _control(self, e: fx.Controller) -> Control:
        """What a controller reads; its inner effects become edits that it drives."""
        c = self._codes
        mask = np.zeros(len(c.transitions), bool)
        stocks: npt.NDArray[np.bool_] | None = None
        if e.reads.startswith(STATE):
            stocks = np.zeros((len(c.states), len(c.places)), bool)
            stocks[c.state[e.reads.removeprefix(STATE)], _some(c.place, e.places or None)] = True
            stocks = stocks.ravel()
        else:
            mask[[c.transition[t] for t in self._tags.get(e.reads, ())]] = True
        return Control(
            mask,
            e.window_days,
            e.threshold,
            e.hysteresis_days,
            e.start,
            NEVER if e.end is None else e.end,
            e.policy,
            e.full,
            stocks,
        )

    def _recall(self, e: fx.Recall) -> None:
        c = self._codes
        if e.start < 0:
            return
        cohorts = np.zeros(len(c.cohorts), bool)
        cohorts[_some(c.cohort, e.cohorts or None)] = True
        places = np.isin(c.place_regions, _some(c.region, e.regions or None))
        places &= np.isin(np.arange(len(c.places)), _some(c.place, e.places or None))
        order = c.transition[e.transition] if e.transition else -1
        self.recalls.append(
            Recall(e.start, c.stay[e.stay], places, cohorts, e.policy, e.share, order)
        )
