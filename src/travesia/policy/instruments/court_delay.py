"""Court dates in Remain in Mexico that move away or come nearer."""

from __future__ import annotations

from travesia.policy.effects import Effect, StayClock
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class CourtDelay(Spec):
    """Hearings are suspended or hurried: the wait in the border city grows or shrinks.

    The longer the wait, the longer the exposure to crime, and the more people give up or cross.
    Those who began to wait up to ``reach_days`` earlier are touched as well, since their hearings
    fall on days of the policy (S4-p07-d, S4-p11-a).
    """

    factor: Quantity = quantity("factor", "factor on the median wait for a hearing")
    reach_days: Quantity = quantity("days", "how long before the start people are touched")


def effects(spec: CourtDelay, scope: Scope) -> list[Effect]:
    """A factor on the clock of those who begin to wait."""
    when = {**scope.when, "start": scope.start - round(spec.reach_days.value)}
    return [StayClock(stay="remain_in_mexico", factor=scope.factor(spec.factor), **when)]


INSTRUMENT = Instrument(
    id="court_delay",
    title="Court dates of Remain in Mexico",
    codes=("I18", "I21"),
    spec=CourtDelay,
    effects=effects,
    claims=("S4-p07-d", "S4-p11-a"),
)
