"""A stricter first asylum test (a proposal)."""

from __future__ import annotations

from travesia.policy.effects import Effect, OutcomeFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class CredibleFearTest(Spec):
    """Most of those who now pass the first interview would fail it and be removed.

    More people are stuck in Mexico or sent home, and fewer are released with a case (S2-p10-a,
    S2-p10-c).
    """

    removal_factor: Quantity = quantity("factor", "factor on removals from US custody")


def effects(spec: CredibleFearTest, scope: Scope) -> list[Effect]:
    """A factor on removals to the country of origin."""
    return [
        OutcomeFactor(
            stay="us_custody",
            transition="removed_home",
            cohorts=scope.cohorts,
            regions=scope.regions,
            factor=scope.factor(spec.removal_factor),
            **scope.when,
        )
    ]


INSTRUMENT = Instrument(
    id="credible_fear_test",
    title="Stricter credible-fear test",
    codes=("I28",),
    spec=CredibleFearTest,
    effects=effects,
    claims=("S2-p10-a", "S2-p10-c"),
)
