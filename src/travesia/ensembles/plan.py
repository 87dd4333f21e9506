"""What an ensemble consists of: cases × parameter draws × replicates, with shared luck.

Members are numbered 0, 1, 2, ...; member ``n`` of every scenario has the same draw of the numbers
with ranges and the same stream of chance, so a difference between scenarios within a member is
the effect of what was changed and not of luck (common random numbers).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from travesia import plugins
from travesia.errors import Problem
from travesia.kind import Case, Kind, Member, label
from travesia.options import LARGEST_SEED, Options
from travesia.version import __version__

FORMAT = 2
"""Version of what a member is. It rises when members of an older version mean something else."""


@dataclass(frozen=True)
class Plan:
    """An ensemble of any number of members; the number itself is not part of the plan.

    ``draws`` tells whether the numbers with ranges are drawn (else they are as written and members
    differ by chance alone); ``per_draw`` how many members share a draw; ``coarse`` members are for
    first answers. Raises :class:`InputError` for two equal scenarios or numbers out of range.
    """

    kind: Kind[Any]
    scenarios: tuple[Case, ...]
    seed: int = 0
    sample: float = 0.02
    draws: bool = True
    per_draw: int = 1
    coarse: bool = False

    def __post_init__(self) -> None:
        read = Options("The ensemble was not started")
        faults = read.faults
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
        plain = {
            "seed": read.whole("seed", self.seed, 0, LARGEST_SEED),
            "sample": read.sample(self.sample),
            "per_draw": read.whole("members per draw", self.per_draw, 1, where="per_draw"),
        }
        read.raise_if_any()
        for name, value in plain.items():  # numbers of other libraries are no JSON
            object.__setattr__(self, name, value)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """SHA-256 of the contents of each scenario."""
        return tuple(s.sha256() for s in self.scenarios)

    def member(self, scenario: int, number: int) -> Member:
        """Member ``number`` of a scenario."""
        key = self.keys[scenario]
        draw = number // self.per_draw if self.draws else None
        name = member_id(key, draw, number, self.seed, self.sample, coarse=self.coarse)
        return Member(name, key, draw, number, self.seed, self.sample, self.coarse)

    def members(self, start: int, stop: int) -> Iterator[Member]:
        """Members ``start`` to ``stop`` of every scenario, all scenarios of a number together."""
        for number in range(start, stop):
            for scenario in range(len(self.scenarios)):
                yield self.member(scenario, number)

    def table(self, members: int) -> list[dict[str, Any]]:
        """The plan as tidy rows: number, scenario, draw, replicate, seed, sample, id."""
        return [
            {
                "number": number,
                "scenario": label(scenario),
                "draw": m.draw,
                "replicate": m.replicate,
                "seed": m.seed,
                "sample": m.sample,
                "id": m.id,
            }
            for number in range(members)
            for n, scenario in enumerate(self.scenarios)
            for m in [self.member(n, number)]
        ]

    def identity(self) -> dict[str, Any]:
        """What makes members comparable, as plain values: the order of scenarios does not count."""
        return {
            "format": FORMAT,
            "travesia": __version__,
            "seed": self.seed,
            "sample": self.sample,
            "draws": self.draws,
            "per_draw": self.per_draw,
            "plugins": list(plugins.distributions()),
            "coarse": self.coarse,
        }


def member_id(
    scenario: str,
    draw: int | None,
    replicate: int,
    seed: int,
    sample: float,
    *,
    coarse: bool = False,
) -> str:
    """The name of a member: a hash of all that decides its result, 32 hexadecimal digits."""
    facts = [FORMAT, __version__, scenario, draw, replicate, seed, repr(float(sample))]
    facts += [*plugins.distributions(), *(["coarse"] if coarse else [])]
    return hashlib.blake2b(json.dumps(facts).encode(), digest_size=16).hexdigest()
