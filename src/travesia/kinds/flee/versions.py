"""Versions of an imported case, which are named like what-ifs: FLEE 3.1, blind, fitted rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from travesia.errors import InputError, Problem
from travesia.kinds.flee.instance import BLIND, Instance
from travesia.kinds.flee.profile import FITTED_RULES, under_rule

VERSIONS = {
    "compatible": "FLEE 3.1 with its quirks",
    "sane": "FLEE's rule without its quirks",
    BLIND: "camps never fill, so that capacities tell nothing",
    "fitted": "FLEE's rule with numbers fitted on its published cases",
    "camps": "the rule of known camps, fitted likewise",
}
"""What can be applied to a case, and what it means."""

TITLE = "A case cannot be run"


def varied(case: Instance, versions: Sequence[str], folder: str = "") -> Instance:
    """A case as some of its versions. Raises :class:`InputError` for unknown or opposed ones."""
    unknown = [v for v in versions if v not in VERSIONS]
    if unknown:
        cure = f"use one of {', '.join(VERSIONS)}"
        raise InputError(TITLE, [Problem(f"no version {v!r}", folder, cure) for v in unknown])
    rules = [v for v in versions if v in FITTED_RULES]
    if len(rules) > 1 or (rules and "compatible" in versions):
        cure = "leave all but one of them out"
        named = ", ".join(v for v in versions if v not in ("sane", BLIND))
        raise InputError(TITLE, [Problem(f"the rules {named} exclude each other", folder, cure)])
    strict = ("compatible" in versions or case.compatible) and not rules and "sane" not in versions
    case = under_rule(case, rules[0]) if rules else case
    return replace(case, compatible=strict, applied=(*case.applied, *versions))
