"""Third-country asylum accords."""

from __future__ import annotations

from travesia.policy.effects import Effect, OutcomeSet
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity


class AsylumAccord(Spec):
    """An asylum seeker in US custody is flown to a third country to apply there.

    Nearly all of them give up and go home (S4-p05-a).
    """

    share: Quantity = quantity("probability", "share of those in custody who are sent", high=1.0)


def effects(spec: AsylumAccord, scope: Scope) -> list[Effect]:
    """Sets the share of those in custody who are sent to the third country."""
    return [
        OutcomeSet(
            stay="us_custody",
            transition="sent_to_third_country",
            cohorts=scope.cohorts,
            regions=scope.regions,
            probability=scope.share(spec.share),
            **scope.when,
        )
    ]


INSTRUMENT = Instrument(
    id="asylum_accord",
    title="Third-country asylum accords",
    codes=("I20",),
    spec=AsylumAccord,
    effects=effects,
    claims=("S4-p05-a",),
)
