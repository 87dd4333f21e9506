"""The right to work, on paper and in practice."""

from __future__ import annotations

from travesia.policy.effects import ActionFactor, Effect, OutcomeFactor
from travesia.policy.instruments.base import Instrument, Quantity, Scope, Spec, quantity

SETTLING = (("working", "working_settles"), ("border_wait", "settle_north"),
            ("border_camp", "camp_settles"), ("border_shelter", "shelter_settles"))  # fmt: skip


class WorkRights(Spec):
    """A card gives the right to work, care and school; in practice it is generally denied.

    With ``practice`` 0 nothing changes; with 1 the right is honoured, and people take work and
    stay in Mexico ``honoured`` times as often (S4-p21-a, S4-p21-b, S0-p13-c).
    """

    honoured: Quantity = quantity("factor", "factor on working and staying if rights are honoured")
    practice: Quantity = quantity("share", "how far the right is honoured", high=1.0)


def effects(spec: WorkRights, scope: Scope) -> list[Effect]:
    """More people work and stay, as far as the right is honoured."""
    reach = spec.practice.value * scope.scale
    factor = max(0.0, 1.0 + (spec.honoured.value - 1.0) * reach)
    who = scope.cohorts or scope.foreigners()
    out: list[Effect] = [
        OutcomeFactor(
            stay=stay,
            transition=transition,
            cohorts=who,
            regions=scope.regions,
            factor=factor,
            **scope.when,
        )
        for stay, transition in SETTLING
        if transition in scope.names.transitions
    ]
    out.append(
        ActionFactor(
            transition="take_work", places=scope.places, cohorts=who, factor=factor, **scope.when
        )
    )
    return out


INSTRUMENT = Instrument(
    id="work_rights",
    title="Work rights on paper and in practice",
    codes=("I32",),
    spec=WorkRights,
    effects=effects,
    claims=("S4-p21-a", "S4-p21-b", "S0-p13-c"),
)
