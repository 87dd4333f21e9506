"""What is said in public of an event."""

from __future__ import annotations

from travesia.policy.effects import Effect, Label
from travesia.policy.instruments.base import Instrument, Scope, Spec


class PublicWording(Spec):
    """Detentions are announced as rescues: nothing changes for the person, only the statement.

    One event then has two public readings, an interception and a rescue (S4-p30-e, S4-p30-f).
    """


def effects(_spec: PublicWording, scope: Scope) -> list[Effect]:
    """The statement layer of detentions after a stop."""
    return [Label(transition="detained", said="rescued", **scope.when)]


INSTRUMENT = Instrument(
    id="public_wording",
    title="Public wording of detentions",
    codes=("I23",),
    spec=PublicWording,
    effects=effects,
    claims=("S4-p30-e", "S4-p30-f"),
)
