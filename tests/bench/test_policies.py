"""The corridor "with every policy on" is one that can be run."""

from __future__ import annotations

from bench.measure import compatible

from travesia import api
from travesia.model.compile import compile_model


def test_policies_that_contradict_each_other_are_not_on_together() -> None:
    """What is shipped stays on, others come on top, second readings do not, and it compiles."""
    base = api.load("corridor")
    on = compatible(base)
    shipped = {p.id for p in base.policies if p.enabled}
    assert shipped < set(on)
    assert not any(p.variant_of for p in base.policies if p.id in set(on) - shipped)
    given = {f"policies.{p}.enabled": "true" for p in on}
    compile_model(api.load("corridor", (), given), sample=0.01)
