"""What must not be read closely in a sample, said beside its numbers."""

from __future__ import annotations

from collections.abc import Iterable

from travesia.scenario.scenario import Scenario

FEW = 5.0
"""Facilities with fewer places, or cases a day, for the sampled people than this are named."""

NAMED = 3
"""Names that are told; the others are counted."""


def rough_facilities(scenario: Scenario, sample: float) -> tuple[str, ...]:
    """Facilities whose own numbers are too few to be read one by one at a sample."""
    if sample >= 1.0:
        return ()
    most: dict[str, float] = {}
    for f in scenario.limited_places:
        most[f.id] = max(most.get(f.id, 0.0), f.capacity)
    return tuple(i for i, capacity in most.items() if 0.0 < capacity * sample < FEW)


def sample_remarks(scenarios: Iterable[Scenario], sample: float) -> list[str]:
    """What to tell of a sample, if anything."""
    rough = tuple(dict.fromkeys(i for s in scenarios for i in rough_facilities(s, sample)))
    if not rough:
        return []
    named = ", ".join(rough[:NAMED]) + (" and others" if len(rough) > NAMED else "")
    return [
        f"In a sample of {100 * sample:g} % totals hold, but not everything in detail: rough are "
        "how many are turned away where places only just suffice, waits at offices and ports, and "
        f"the own numbers of {len(rough)} small facilities ({named})."
    ]
