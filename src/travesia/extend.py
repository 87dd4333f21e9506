"""What code of your own is made of: instruments, their parameters, and the closed set of effects.

``docs/build-your-own.md`` walks through it. Templates (``instruments.yaml``) need none of this.
"""

from __future__ import annotations

from travesia.plugins import Registration, register
from travesia.policy import effects
from travesia.policy.effects import Effect
from travesia.policy.instruments.base import Day, Instrument, Number, Scope, Spec, number, optional
from travesia.reporting.sections import Section

__all__ = [
    "Day", "Effect", "Instrument", "Number", "Registration", "Scope", "Section", "Spec", "effects",
    "number", "optional", "register",
]  # fmt: skip
