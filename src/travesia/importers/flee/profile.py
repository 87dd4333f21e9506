"""The rule that was fitted on FLEE's published cases, ready for others (``--rule fitted``)."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from travesia.importers.flee.instance import Instance
from travesia.importers.flee.rules import with_rule

FITTED = "fitted.yml"
"""Written by ``scripts/fit_flee.py``; its first lines tell from what."""

GIVEN, FITTED_RULE = "given", "fitted"
RULE_NAMES = (GIVEN, FITTED_RULE)


def fitted_values() -> dict[str, Any]:
    """Settings of the fitted rule, by name."""
    from ruamel.yaml import YAML

    text = files("travesia.importers.flee").joinpath(FITTED).read_text("utf-8")
    return {str(k): v for k, v in YAML(typ="safe").load(text).items()}


def under_rule(case: Instance, rule: str) -> Instance:
    """A case under its own settings (``given``) or under the fitted rule (``fitted``)."""
    return with_rule(case, fitted_values()) if rule == FITTED_RULE else case


__all__ = ["RULE_NAMES", "fitted_values", "under_rule"]
