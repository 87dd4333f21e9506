"""What an ensemble consists of: scenarios × parameter draws × replicates, with shared luck.

Members are numbered 0, 1, 2, ...; member ``n`` of every scenario has the same draw of the numbers
with ranges and the same stream of chance, so a difference between scenarios within a member is
the effect of what was changed and not of luck (common random numbers).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from travesia.ensemble.members import Member
from travesia.ensemble.metrics import METRICS
from travesia.errors import InputError, Problem
from travesia.likeness import SHOWN, did_you_mean, nearest
from travesia.scenario.columns import Columns
from travesia.scenario.layers import is_scenario, shipped_names
from travesia.scenario.load import load
from travesia.scenario.questions import answering, numbered
from travesia.scenario.scenario import Scenario
from travesia.version import __version__

FORMAT = 2
"""Version of what a member is. It rises when members of an older version mean something else."""


@dataclass(frozen=True)
class Plan:
    """An ensemble of any number of members; the number itself is not part of the plan.

    ``draws`` tells whether the numbers with ranges are drawn (else they are as written and members
    differ by chance alone); ``per_draw`` how many members share a draw. Raises
    :class:`InputError` for two equal scenarios or numbers out of range.
    """

    scenarios: tuple[Scenario, ...]
    seed: int = 0
    sample: float = 0.02
    draws: bool = True
    per_draw: int = 1

    def __post_init__(self) -> None:
        faults = []
        if not self.scenarios:
            faults.append(Problem("there is no scenario", "", "name at least one"))
        for n, key in enumerate(self.keys):
            if key in self.keys[:n]:
                twin = label(self.scenarios[self.keys.index(key)])
                faults.append(
                    Problem(
                        f"{label(self.scenarios[n])} is the same as {twin}",
                        cure="change something, or leave one of them out",
                    )
                )
        if not 0.0 < self.sample <= 1.0:
            cure = "use a number in (0, 1]"
            faults.append(Problem(f"sample {self.sample:g} is not a share", "--sample", cure))
        if self.per_draw < 1:
            faults.append(Problem(f"{self.per_draw} members per draw", "", "use at least 1"))
        if faults:
            raise InputError("The ensemble was not started", faults)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """SHA-256 of the contents of each scenario."""
        return tuple(s.sha256() for s in self.scenarios)

    def member(self, scenario: int, number: int) -> Member:
        """Member ``number`` of a scenario."""
        key = self.keys[scenario]
        draw = number // self.per_draw if self.draws else None
        name = member_id(key, draw, number, self.seed, self.sample)
        return Member(name, key, draw, number, self.seed, self.sample)

    def members(self, start: int, stop: int) -> Iterator[Member]:
        """Members ``start`` to ``stop`` of every scenario, all scenarios of a number together."""
        for number in range(start, stop):
            for scenario in range(len(self.scenarios)):
                yield self.member(scenario, number)

    def table(self, members: int) -> list[dict[str, Any]]:
        """The plan as tidy rows: number, scenario, draw, replicate, seed, sample, id."""
        return [
            {
                "number": number, "scenario": label(scenario), "draw": m.draw,
                "replicate": m.replicate, "seed": m.seed, "sample": m.sample, "id": m.id,
            }
            for number in range(members)
            for n, scenario in enumerate(self.scenarios)
            for m in [self.member(n, number)]
        ]  # fmt: skip

    def identity(self) -> dict[str, Any]:
        """What makes members comparable, as plain values: the order of scenarios does not count."""
        return {
            "format": FORMAT, "travesia": __version__, "seed": self.seed,
            "sample": self.sample, "draws": self.draws, "per_draw": self.per_draw,
        }  # fmt: skip


def member_id(scenario: str, draw: int | None, replicate: int, seed: int, sample: float) -> str:
    """The name of a member: a hash of all that decides its result, 32 hexadecimal digits."""
    facts = [FORMAT, __version__, scenario, draw, replicate, seed, repr(float(sample))]
    return hashlib.blake2b(json.dumps(facts).encode(), digest_size=16).hexdigest()


def label(scenario: Scenario) -> str:
    """How a scenario is called in tables: its name and what was applied to it."""
    return "+".join([scenario.name, *scenario.applied])


def resolve(names: Sequence[str]) -> list[Scenario]:
    """Scenarios by name, as on the command line.

    The first is a shipped scenario or a folder. The others are what-ifs (patches) of the first,
    patch files, or scenarios of their own; ``+`` joins a scenario or what-ifs with further
    what-ifs. The number of a question (``W7``) stands for the patch that answers it, and alone for
    every patch of the question. A name that is both a what-if and a folder is refused. Raises
    :class:`InputError` with every fault of every scenario.
    """
    if not names:
        raise InputError("There is nothing to compare", [Problem("no scenario is named")])
    base_name, *base_patches = names[0].split("+")
    out = [load(base_name, base_patches)]
    faults: list[Problem] = []
    for name in _asked(out[0], names[1:], faults):
        first, *rest = name.split("+")
        is_patch = first in out[0].patches or Path(first).suffix in {".yaml", ".yml"}
        try:
            if is_patch:
                out.append(load(base_name, [*base_patches, first, *rest]))
            else:
                out.append(load(first, rest))
        except InputError as error:
            if is_patch or Path(first).exists() or first in shipped_names():
                faults += [Problem(f"'{name}': {p}") for p in error.problems]
            else:
                faults.append(_nothing(out[0], first))
    if faults:
        raise InputError("Some scenarios cannot be compared", faults)
    return [out[0], *(_sharing(out[0], other) for other in out[1:])]


def _nothing(base: Scenario, name: str) -> Problem:
    """That a name is neither a what-if of the base nor a scenario, with the nearest that are."""
    known = [*base.patches, *numbered(base.folders), *shipped_names()]
    cure = did_you_mean(name, known)
    if not nearest(name, known):
        patches = sorted(base.patches)
        more = f" and {len(patches) - SHOWN} more" if len(patches) > SHOWN else ""
        cure = f"what-ifs of {base.name}: {', '.join(patches[:SHOWN]) or 'none'}{more}"
    cure += " (`travesia list what-ifs` lists them)"
    return Problem(f"'{name}' is neither a what-if of {base.name} nor a scenario", cure=cure)


def _asked(base: Scenario, names: Sequence[str], faults: list[Problem]) -> list[str]:
    """Names with the numbers of questions replaced by patches; ambiguous ones become faults."""
    out = []
    for name in names:
        first, *rest = name.split("+")
        patches = () if first in base.patches else answering(base.folders, first)
        if (patches or first in base.patches) and is_scenario(Path(first)):
            what = f"'{first}' is both a what-if of {base.name} and the folder {first}"
            cure = f"write ./{first} for the folder, or {base.name}+{first} for the what-if"
            faults.append(Problem(what, cure=cure))
            continue
        asked = [first] if not patches else patches if not rest else patches[:1]
        out += ["+".join([p, *rest]) for p in asked]
    return list(dict.fromkeys(out)) if len({*names}) == len(names) else out


def _sharing(base: Scenario, other: Scenario) -> Scenario:
    """A scenario that holds the tables of the base where its own are equal, to save memory."""
    equal = {
        f.name: getattr(base, f.name)
        for f in fields(Scenario)
        if _equal(getattr(base, f.name), getattr(other, f.name))
    }
    traces = {
        table: base.provenance[table] if base.provenance.get(table) == rows else rows
        for table, rows in other.provenance.items()
    }
    return replace(other, **{"provenance": traces, **equal})


def _equal(first: Any, second: Any) -> bool:
    if isinstance(first, Columns) and isinstance(second, Columns):
        return first.record is second.record and all(
            first.column(n) == second.column(n) for n in first.record.columns()
        )
    return bool(first == second)


def check_numbers(
    title: str, members: int, precision: float | None, outputs: Sequence[str]
) -> None:
    """Refuse numbers that tell nothing, all at once. Raises :class:`InputError`."""
    faults = []
    if members < 1:
        faults.append(Problem(f"{members} members tell nothing", "--members", "use at least 1"))
    if precision is not None and not 0.0 < precision < 1.0:
        cure = "use a share between 0 and 1, such as 0.05 or 5%"
        faults.append(Problem(f"precision {precision:g}", "--precision", cure))
    known = [m.id for m in METRICS]
    for name in outputs:
        if name not in known:
            cure = f"known: {', '.join(known)}"
            faults.append(Problem(f"there is no output '{name}'", "--outputs", cure))
    if faults:
        raise InputError(title, faults)
