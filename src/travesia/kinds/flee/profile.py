"""Rules that were fitted on FLEE's published cases, ready for others (``--rule``)."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from typing import Any

from travesia.kinds.flee.instance import Instance
from travesia.kinds.flee.rules import with_rule

FITTED = "fitted.yml"
"""Written by ``scripts/fit_flee.py``; its first lines tell from what."""

GIVEN = "given"
FITTED_RULES = {"fitted": "flee", "camps": "camps"}
"""Names of fitted rules, and which of :data:`travesia.kinds.flee.rules.RULES` they are."""

RULE_NAMES = (GIVEN, *FITTED_RULES)


def fitted_values(name: str = "fitted") -> dict[str, Any]:
    """Settings of a fitted rule: FLEE's (``fitted``), or that of known camps (``camps``)."""
    import yaml

    text = files("travesia.kinds.flee").joinpath(FITTED).read_text("utf-8")
    return {str(k): v for k, v in yaml.safe_load(text)[FITTED_RULES[name]].items()}


def under_rule(case: Instance, name: str) -> Instance:
    """A case under its own settings (``given``) or under a fitted rule."""
    if name == GIVEN:
        return case
    return replace(with_rule(case, fitted_values(name)), extra={**case.extra, "numbers": "fitted"})


__all__ = ["FITTED_RULES", "GIVEN", "RULE_NAMES", "fitted_values", "under_rule"]
