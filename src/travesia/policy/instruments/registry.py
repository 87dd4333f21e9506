"""The instruments that Travesía ships: templates in the YAML files of this folder, and code.

What is said with a few effects is a template (:mod:`travesia.policy.templates`); what needs more
is a module here with a spec, a pure function and an ``INSTRUMENT``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from travesia.errors import ProblemList
from travesia.policy.instruments import (
    appointments,
    cold_season,
    humanitarian_visas,
    interior_checkpoints,
    legal_pathway,
    pandemic_expulsion,
    port_metering,
    visitor_card,
)
from travesia.policy.instruments.base import Instrument
from travesia.policy.templates import read_templates

CODE = (
    visitor_card, interior_checkpoints, humanitarian_visas, pandemic_expulsion, legal_pathway,
    port_metering, appointments, cold_season,
)  # fmt: skip

FOLDER = Path(__file__).parent


@cache
def shipped() -> tuple[Instrument, ...]:
    """All instruments of the package, in the order of the evidence, then aid and governance."""
    problems = ProblemList()
    found = [module.INSTRUMENT for module in CODE]
    for path in sorted(FOLDER.glob("*.yaml")):
        found += read_templates(path.read_text("utf-8"), path.name, problems)
    problems.raise_if_any("The shipped instruments have faults")
    return tuple(sorted(found, key=_place))


def _place(instrument: Instrument) -> tuple[int, str]:
    """The number of its first code in the evidence; those without one come last."""
    first = min((int(code[1:]) for code in instrument.codes), default=1 << 10)
    return first, instrument.id
