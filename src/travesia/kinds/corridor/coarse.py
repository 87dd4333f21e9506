"""Coarse runs: a first answer for less, with its error measured and told beside it.

A coarse run simulates few people, who learn and look for their way anew every four weeks instead
of every week. How far its numbers are from those of everybody was measured over some seeds
(``scripts/measure_coarse.py``) and stands in the scenario's ``system/coarse.csv``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the kind reads its sample here, and must stay light
    from travesia.model.compiled import CompiledModel
    from travesia.scenario.scenario import Scenario

SAMPLE = 0.005
"""Share of the people that a coarse run simulates."""

WEEKS = 4
"""Weeks between two days on which its people learn and routes are solved anew."""

FILE = "system/coarse.csv"
COLUMNS = ("output", "exact", "median", "worst", "seeds", "sample", "weeks", "scenario_sha256")


@dataclass(frozen=True, slots=True)
class Errors:
    """How far coarse runs of a scenario were from the run of everybody.

    ``median`` and ``worst`` are shares of the exact number, over ``seeds`` coarse runs, by the id
    of a quantity; ``same`` tells whether the scenario is the one that was measured.
    """

    median: Mapping[str, float]
    worst: Mapping[str, float]
    seeds: int
    same: bool

    def rows(self) -> list[dict[str, Any]]:
        """As plain values."""
        return [
            {"output": n, "median": m, "worst": self.worst[n], "seeds": self.seeds}
            for n, m in self.median.items()
        ]


def errors_of(scenario: Scenario) -> Errors | None:
    """What was measured of a scenario at the settings in force; None if nothing was."""
    path = scenario.file(FILE)
    if path is None:
        return None
    with path.open(encoding="utf-8", newline="") as handle:
        found = [
            row
            for row in csv.DictReader(handle)
            if float(row["sample"]) == SAMPLE and int(row["weeks"]) == WEEKS
        ]
    if not found:
        return None
    return Errors(
        {row["output"]: float(row["median"]) for row in found},
        {row["output"]: float(row["worst"]) for row in found},
        int(found[0]["seeds"]),
        found[0]["scenario_sha256"] == scenario.sha256(),
    )


def coarsened(model: CompiledModel, *, coarse: bool) -> CompiledModel:
    """The model of a coarse run, if it is to be one."""
    return replace(model, table_weeks=WEEKS) if coarse else model


def remark_of(scenario: Scenario) -> str:
    """What must be said beside every coarse answer."""
    begun = (
        f"Coarse: a first answer from {SAMPLE:.1%} of the people, who learn every {WEEKS} weeks. "
    )
    found = errors_of(scenario)
    if found is None or not found.median:
        return begun + "How far it is off was never measured for this scenario; run it exactly."
    typical = sorted(found.median.values())[len(found.median) // 2]
    worst = max(found.worst, key=found.worst.__getitem__)
    told = (
        f"Against the run of everybody, {found.seeds} coarse runs were off by {typical:.1%} "
        f"(median of {len(found.median)} numbers), at worst by {found.worst[worst]:.0%} ({worst})"
    )
    told += "" if found.same else ", measured on the scenario before its last changes or what-ifs"
    return f"{begun}{told}. Run it without --coarse before you rest on it."


def told_of(scenario: Scenario) -> dict[str, Any]:
    """The same as plain values, for machines."""
    found = errors_of(scenario)
    return {
        "sample": SAMPLE,
        "weeks": WEEKS,
        "seeds": 0 if found is None else found.seeds,
        "same_scenario": None if found is None else found.same,
        "errors": [] if found is None else found.rows(),
        "remark": remark_of(scenario),
    }
