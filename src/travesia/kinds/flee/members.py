"""Imported FLEE cases as members of a plan: what is run, and which numbers of a run are kept.

A member keeps, day by day, the people in each camp, in all camps, under way and elsewhere, those
who set out, and the errors against the counts; and how many entered each road. Members differ by
chance alone, as no number of a FLEE case carries a range.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import pickle
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from travesia.ensembles.members import Member
from travesia.ensembles.summary import Floats, Layout, Summary
from travesia.errors import InputError, Problem
from travesia.kinds.flee import Instance, is_flee_scenario, load_scenario
from travesia.kinds.flee.compile import compile_case, without_capacity
from travesia.kinds.flee.model import FleeModel
from travesia.kinds.flee.profile import FITTED_RULES, under_rule
from travesia.kinds.flee.reach import counted_camps
from travesia.kinds.flee.simulation import FleeResult, run_flee

VARIANTS = ("compatible", "sane", "blind", *FITTED_RULES)
"""Versions of a case that can be named like a what-if: FLEE 3.1, the sane rule, no capacities, and
rules fitted on FLEE's published cases (FLEE's own, and that of known camps)."""

TITLES: Mapping[str, str] = {
    "ard_rescaled": "errors of all camps, rescaled, in per cent of the people counted",
    "ard": "errors of all camps, in per cent of the people counted",
    "in_camps": "people in camps",
    "under_way": "people on the road",
    "elsewhere": "people at other places",
    "set_out": "people who set out",
}
"""Named outputs. All but ``set_out`` are means over days; ``camp:NAME`` is people in a camp."""

ERRORS = frozenset({"ard_rescaled", "ard"})
"""Outputs that need a count in the period."""

CAMP = "camp:"
COUNTS = frozenset({"set_out"})


def title_of(output: str) -> str:
    """An output in words."""
    return TITLES.get(output) or f"people in {output.removeprefix(CAMP)}"


@dataclass(frozen=True, repr=False)
class FleeScenario:
    """A case with a name, as plans, stores and tables need it."""

    case: Instance
    name: str
    applied: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<FleeScenario {self.label}>"

    def sha256(self) -> str:
        """Of everything that can change a result."""
        c = self.case
        what = (
            c.start,
            c.days,
            c.places,
            c.routes,
            c.closures,
            c.table_places,
            c.spells,
            c.counts,
            c.settings,
            c.compatible,
            "blind" in self.applied,
        )
        return hashlib.sha256(repr(what).encode()).hexdigest()

    @property
    def label(self) -> str:
        """What tables call it."""
        return "+".join([self.name, *self.applied])

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """Days of the case."""
        return tuple(str(self.case.start + dt.timedelta(days=d)) for d in range(self.case.days))

    @cached_property
    def roads(self) -> tuple[str, ...]:
        """Every road in both directions, once each."""
        pairs = ((r.name1, r.name2) for r in self.case.routes)
        return tuple(dict.fromkeys(f"{a} → {b}" for p in pairs for a, b in (p, p[::-1])))

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Named outputs; errors only where a count lies in the period."""
        scored = bool(counted_camps(self.case))
        return tuple(t for t in TITLES if scored or t not in ERRORS)

    @cached_property
    def layout(self) -> Layout:
        """The arrays of a member."""
        outputs = (*self.titles, *(CAMP + name for name in self.case.camps))
        return Layout(
            {"output": outputs, "day": self.dates, "leg": self.roads},
            {"daily": ("output", "day"), "flows": ("leg",)},
        )

    def model(self, sample: float) -> FleeModel:
        """The case compiled at a resolution."""
        model = compile_case(self.case, hasten=hasten_of(sample))
        return without_capacity(model) if "blind" in self.applied else model

    def simulate(self, model: FleeModel, member: Member) -> Floats:
        """Run a member; returns the vector of its summary, in people."""
        run = run_flee(model, member.seed, replicate=member.replicate)
        return self._reduce(model, run, float(hasten_of(member.sample)))

    def _reduce(self, model: FleeModel, run: FleeResult, share: float) -> Floats:
        camps = run.people[:, model.camps].astype(np.float64)
        scored = model.scored
        truth, mine = model.observed[:, scored].astype(np.float64), camps[:, scored]
        daily = {
            "ard_rescaled": 100 * _relative(_scaled(mine, truth), truth),
            "ard": 100 * _relative(mine, truth),
            "in_camps": camps.sum(axis=1) * share,
            "under_way": run.under_way * share,
            "elsewhere": (run.people.sum(axis=1) - camps.sum(axis=1)) * share,
            "set_out": run.set_out.sum(axis=1) * share,
        }
        names = [p.name for p in self.case.places]
        where = {road: i for i, road in enumerate(self.roads)}
        at = [
            where[f"{names[a]} → {names[b]}"]
            for a, b in zip(model.link_start, model.link_end, strict=True)
        ]
        flows = np.bincount(np.array(at, int), run.entered.sum(axis=0), len(self.roads)) * share
        rows = np.concatenate([np.array([daily[k] for k in self.titles]), camps.T * share])
        return Summary.of(self.layout, {"daily": rows, "flows": flows}).vector


def _scaled(people: Floats, truth: Floats) -> Floats:
    """People [t, c] scaled to the counted total of each day."""
    total = people.sum(axis=1, keepdims=True)
    shape = np.zeros_like(total)
    factor = np.divide(truth.sum(axis=1, keepdims=True), total, out=shape, where=total > 0)
    return np.asarray(people * factor)


def _relative(people: Floats, truth: Floats) -> Floats:
    """FLEE's relative difference of each day: summed errors over the people counted, at least 1."""
    return np.asarray(np.abs(people - truth).sum(axis=1) / np.maximum(truth.sum(axis=1), 1.0))


def hasten_of(sample: float) -> int:
    """How many people one simulated person stands for."""
    return max(1, round(1 / sample))


class FleeRunner:
    """Simulates members of some cases; travels to workers as it is."""

    def __init__(self, cases: Mapping[str, FleeScenario]) -> None:
        self._packed = {k: zlib.compress(pickle.dumps(s, protocol=5), 1) for k, s in cases.items()}
        self._open: dict[tuple[str, float], tuple[FleeScenario, FleeModel]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"_packed": self._packed, "_open": {}}

    def __call__(self, member: Member) -> Floats:
        """Simulate a member; returns the vector of its summary."""
        key = (member.scenario, member.sample)
        if key not in self._open:
            scenario: FleeScenario = pickle.loads(zlib.decompress(self._packed[member.scenario]))
            self._open[key] = (scenario, scenario.model(member.sample))
        scenario, model = self._open[key]
        return scenario.simulate(model, member)


def resolve_cases(names: Sequence[str]) -> list[FleeScenario]:
    """Cases by name: scenario folders, ``FOLDER+VARIANT``, or a variant of the first folder.

    Raises :class:`InputError` with every fault of every case.
    """
    faults: list[Problem] = []
    found: list[FleeScenario] = []
    loaded: dict[str, Instance] = {}
    for name in names:
        folder, *variants = name.split("+")
        if name in VARIANTS and found and not is_flee_scenario(Path(name)):
            folder, variants = names[0].split("+")[0], [name]
        try:
            if folder not in loaded:
                loaded[folder] = _load(folder)
            found.append(_varied(loaded[folder], folder, variants))
        except InputError as error:
            faults += [Problem(f"{name}: {p.what}", p.where, p.cure) for p in error.problems]
    if faults:
        raise InputError("Some cases cannot be run", faults)
    return _told_apart(found, names)


def _load(folder: str) -> Instance:
    path = Path(folder)
    if not is_flee_scenario(path):
        cure = "import it first: travesia import flee DIR -o SCENARIO"
        what = "it is not the scenario folder of an imported FLEE case"
        raise InputError("A case cannot be run", [Problem(what, folder, cure)])
    return load_scenario(path)


def _varied(case: Instance, folder: str, variants: Sequence[str]) -> FleeScenario:
    unknown = [v for v in variants if v not in VARIANTS]
    if unknown:
        cure = f"use one of {', '.join(VARIANTS)}"
        raise InputError(
            "A case cannot be run", [Problem(f"no variant {v!r}", folder, cure) for v in unknown]
        )
    rules = [v for v in variants if v in FITTED_RULES]
    if len(rules) > 1 or (rules and "compatible" in variants):
        cure = "leave all but one of them out"
        what = f"the rules {', '.join(v for v in variants if v not in ('sane', 'blind'))} exclude "
        raise InputError("A case cannot be run", [Problem(what + "each other", folder, cure)])
    strict = ("compatible" in variants or case.compatible) and not rules and "sane" not in variants
    case = under_rule(case, rules[0]) if rules else case
    return FleeScenario(
        replace(case, compatible=strict), Path(folder).resolve().name, tuple(variants)
    )


def _told_apart(found: list[FleeScenario], names: Sequence[str]) -> list[FleeScenario]:
    """Cases whose folders have one name are called by their paths."""
    labels = [s.label for s in found]
    return [
        replace(s, name=n.split("+")[0]) if labels.count(s.label) > 1 else s
        for s, n in zip(found, names, strict=True)
    ]
