"""Summary expulsion under the pandemic rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from travesia.policy.effects import Effect, OutcomeFactor
from travesia.policy.instruments.base import Instrument, Scope, Spec, gate, shut

EXPULSIONS = ("expelled_to_mexico", "expelled_home")


class PandemicExpulsion(Spec):
    """A person in US custody is put out within hours, without a hearing.

    Whom it strikes depends on nationality, family type, sector and month; those shares are a
    table derived from published counts. This policy is the switch: outside its dates nobody is
    expelled, inside them the table holds, times the scale. The expelled try again, wait in camps
    or give up (S4-p06-a, S4-p10-a, S4-p13-a, S4-p18-a, S4-p19-b).
    """


def _factors(scope: Scope, when: dict[str, Any], factor: float) -> Iterable[Effect]:
    for transition in EXPULSIONS:
        if transition in scope.names.transitions:
            yield OutcomeFactor(
                stay="us_custody",
                transition=transition,
                cohorts=scope.cohorts,
                regions=scope.regions,
                factor=factor,
                **when,
            )


def effects(_spec: PandemicExpulsion, scope: Scope) -> list[Effect]:
    """No expulsions outside the dates; the table's shares times the scale inside."""
    return gate(scope, lambda when, factor: _factors(scope, when, factor))


def absence(_spec: PandemicExpulsion, scope: Scope) -> list[Effect]:
    """No expulsions at all."""
    return shut(scope, lambda when, factor: _factors(scope, when, factor))


INSTRUMENT = Instrument(
    id="pandemic_expulsion",
    title="Pandemic expulsion",
    codes=("I19",),
    spec=PandemicExpulsion,
    effects=effects,
    absence=absence,
    claims=("S4-p06-a", "S4-p10-a", "S4-p13-a", "S4-p13-d", "S4-p18-a", "S4-p19-b"),
)
