"""Ensembles of the corridor with settings by keyword, as the tests ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from travesia.ensembles import bands as bands_module
from travesia.ensembles import compare as compare_module
from travesia.ensembles import many
from travesia.ensembles.comparison import Comparison
from travesia.ensembles.many import Ensemble
from travesia.ensembles.plan import Plan
from travesia.ensembles.settings import Settings
from travesia.kind import Case
from travesia.kinds.corridor.kind import Corridor
from travesia.scenario.scenario import Scenario

CORRIDOR = Corridor()


def compare(given: Sequence[Any], members: int = 40, **asked: Any) -> Comparison[Any]:
    """A comparison of scenarios, loaded or by name."""
    return compare_module.compare(CORRIDOR, given, Settings(members, **asked))


def ensemble(given: Sequence[Scenario | str], members: int = 40, **asked: Any) -> Ensemble:
    """An ensemble of scenarios, loaded or by name."""
    return many.ensemble(CORRIDOR, given, Settings(members, **asked))


def bands(scenario: Scenario, draws: int = 16, replicates: int = 2, **asked: Any) -> dict[str, Any]:
    """Ranges of a scenario's outputs."""
    return bands_module.bands(
        CORRIDOR, scenario, Settings(draws, **{"seed": 0, **asked}), replicates
    )


def plan_of(*scenarios: Case, **asked: Any) -> Plan:
    """A plan of scenarios."""
    return Plan(CORRIDOR, scenarios, **asked)
