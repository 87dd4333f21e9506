"""Legal pathways from abroad, with or without an income test."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from pydantic import model_validator

from travesia.policy.effects import Demand, Effect
from travesia.policy.instruments.base import (
    Instrument,
    Number,
    Scope,
    Spec,
    number,
    optional,
    taken_out,
)


class LegalPathway(Spec):
    """People with a sponsor or a case may fly in, and do not take the road.

    Observed departures already contain those who did not set out; ``without`` says by what factor
    departures by land would be higher without the pathway. An income or sponsor test keeps it
    from the poorest (S2-p16-a, S2-p16-b): of people whose means are ``m`` those above the line
    ``income_test`` pass, a share ``Φ(ln(m / line) / spread)``. ``test_factor`` moves the line (0 =
    no test): then the number who fly instead of walking changes as the share that passes, most
    where few passed, and poor people keep travelling by land under a stricter test. Monthly
    places are not limited here.
    """

    without: Number = number("factor", "departures without the pathway, relative to observed")
    income_test: Number | None = optional(
        "incomes", "least income admitted, in median incomes of a single adult", 0.01
    )
    income_spread: Number | None = optional("1", "spread of the logarithm of incomes", 0.05)
    test_factor: Number | None = optional(
        "factor", "factor on the income test: 1 = as it was, 0 = none"
    )

    @model_validator(mode="after")
    def _test_is_complete(self) -> LegalPathway:
        if self.income_test is None and (self.income_spread or self.test_factor):
            raise ValueError("income_spread and test_factor need an income_test")
        if self.income_test is not None and self.income_spread is None:
            raise ValueError("income_test needs an income_spread")
        return self

    def admitted(self, means: float, factor: float = 1.0) -> float:
        """Share of people of some means (1 = a single adult) who pass the test, times ``factor``.

        Everybody passes where there is no test.
        """
        if self.income_test is None or self.income_spread is None or factor <= 0.0:
            return 1.0
        distance = math.log(means / (self.income_test.value * factor))
        return 0.5 * math.erfc(-distance / (self.income_spread.value * math.sqrt(2.0)))

    def relative(self, means: float) -> float:
        """Those who pass, relative to those who passed the test as it was."""
        if self.test_factor is None or self.test_factor.value == 1.0:
            return 1.0
        return self.admitted(means, self.test_factor.value) / self.admitted(means)


def effects(spec: LegalPathway, scope: Scope) -> list[Effect]:
    """Departures as observed at scale 1 and with the test as it was; more where fewer are let in.

    One factor for each level of means: ``without - (without - 1) * scale * relative``.
    """
    groups: dict[float, list[str]] = {}
    for cohort, info in scope.names.cohorts.items():
        if not scope.cohorts or cohort in scope.cohorts:
            groups.setdefault(spec.relative(info.means), []).append(cohort)
    out: list[Effect] = []
    for relative, cohorts in sorted(groups.items()):
        saved = (spec.without.value - 1.0) * scope.scale * relative
        factor = max(0.0, spec.without.value - saved)
        whom = scope.cohorts if len(groups) == 1 else tuple(sorted(cohorts))
        out.append(Demand(cohorts=whom, factor=factor, **scope.when))
    return out


def _demand(scope: Scope, when: dict[str, Any], factor: float) -> Iterable[Effect]:
    yield Demand(cohorts=scope.cohorts, factor=factor, **when)


def absence(spec: LegalPathway, scope: Scope) -> list[Effect]:
    """Departures as they would have been without the pathway."""
    return taken_out(scope, spec.without, lambda when, factor: _demand(scope, when, factor))


INSTRUMENT = Instrument(
    id="legal_pathway",
    title="Legal pathways",
    codes=("I30",),
    spec=LegalPathway,
    effects=effects,
    absence=absence,
    claims=("S2-p16-a", "S2-p16-b"),
)
