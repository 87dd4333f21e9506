"""The instruments that Travesía ships, and those that plug-ins and scenarios add.

What is said with a few effects is a template (:mod:`travesia.policy.templates`) in a YAML file of
this folder; what needs more is a module here with a spec, a pure function and an ``INSTRUMENT``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from travesia.errors import InputError, ProblemList
from travesia.plugins import CURE, checked, twice
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
from travesia.policy.instruments.base import Instrument, Spec
from travesia.policy.templates import read_templates
from travesia.scenario.additions import Addition, defined
from travesia.scenario.scenario import Scenario
from travesia.textfile import MAX_YAML_BYTES, read_text, shorten

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


def instruments_of(scenario: Scenario | None = None) -> tuple[Instrument, ...]:
    """All instruments that policies of a scenario may be of: shipped, of plug-ins, and its own.

    Raises:
        InputError: plug-ins that fail, code that is not trusted, faulty templates, two instruments
            with one id; each names its distribution or file.
    """
    problems = ProblemList()
    found = read_instruments(scenario, problems)
    problems.raise_if_any("Some instruments cannot be used")
    return found


def read_instruments(scenario: Scenario | None, problems: ProblemList) -> tuple[Instrument, ...]:
    """The same as far as they are sound; the faults of the others go to ``problems``."""
    known = {i.id: i for i in shipped()}
    additions = () if scenario is None else scenario.additions
    own = _own(additions, scenario is not None and scenario.trusted, problems)
    for instrument in [*_offered(problems), *own]:
        other = known.get(instrument.id)
        if other is None:
            known[instrument.id] = instrument
        else:
            first, second = other.origin, instrument.origin
            problems.items.append(twice(instrument.id, "instruments", first, second))
    return tuple(known.values())


def _offered(problems: ProblemList) -> Iterator[Instrument]:
    """Instruments of plug-ins: made of code, or the paths of files of templates."""
    what = "an Instrument, nor the Path of a file of templates"
    for offer in checked("instruments", (Instrument, Path), what, problems):
        if isinstance(offer.thing, Instrument):
            yield from _sound(offer.thing, offer.origin, problems)
        else:
            label = f"{offer.origin}: {offer.thing.name}"
            text = read_text(offer.thing, label, problems, MAX_YAML_BYTES)
            yield from () if text is None else read_templates(text, label, problems)


def _own(
    additions: tuple[Addition, ...], trusted: bool, problems: ProblemList
) -> Iterator[Instrument]:
    """Instruments that stand beside a scenario."""
    for addition in additions:
        if not addition.is_code:
            yield from _templates(addition, problems)
    try:
        code = defined(additions, trusted, "INSTRUMENTS")
    except InputError as error:
        problems.extend(error.problems)
        return
    for thing, label in code:
        if isinstance(thing, Instrument):
            yield from _sound(thing, label, problems)
        else:
            problems.error(f"{shorten(repr(thing))} in INSTRUMENTS is no Instrument", label)


def _sound(instrument: Instrument, origin: str, problems: ProblemList) -> Iterator[Instrument]:
    """An instrument of code, if its parts are what they should be."""
    spec = instrument.spec
    if not (isinstance(spec, type) and issubclass(spec, Spec) and callable(instrument.effects)):
        what = f"instrument {shorten(repr(instrument.id))} has no spec of parameters or no effects"
        problems.error(what, origin, CURE)
    elif not str(instrument.id).isidentifier():
        what = f"{shorten(repr(instrument.id))} is no id of an instrument"
        problems.error(what, origin, "use small letters, digits and _")
    else:
        yield replace(instrument, origin=instrument.origin or origin)


def _templates(addition: Addition, problems: ProblemList) -> tuple[Instrument, ...]:
    found, faults = _read(addition)
    problems.extend(faults)
    return found


@lru_cache(maxsize=16)
def _read(addition: Addition) -> tuple[tuple[Instrument, ...], ProblemList]:
    problems = ProblemList()
    return tuple(read_templates(addition.text, addition.label, problems)), problems


def added(scenario: Scenario) -> dict[str, list[str]]:
    """For a manifest: the code that was ``trusted``, and the ``plugins`` that policies are of.

    Both are absent where there is none.
    """
    code = [f"{a.label} {a.sha256}" for a in scenario.additions if a.is_code]
    used = {p.instrument for p in scenario.policies}
    own = {a.label for a in scenario.additions}
    plugins = dict.fromkeys(
        i.origin
        for i in instruments_of(scenario)
        if i.id in used and i not in shipped() and i.origin.split(", line ")[0] not in own
    )
    return {n: list(v) for n, v in (("trusted", code), ("plugins", plugins)) if v}
